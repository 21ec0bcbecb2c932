"""Garbage is collected after what was asked for is painted, not in the middle of it."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from textual.screen import Screen

from tests.tui.test_following import record
from tests.tui.watching import head_at, moved, until, watching
from tui.dashboard import garbage
from tui.dashboard.snapshot import Stand


@pytest.fixture(autouse=True)
def _nothing_else_collects() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


class Circle:
    """Garbage that only a collection finds."""

    def __init__(self) -> None:
        self.itself = self


def circle() -> weakref.ref[Circle]:
    return weakref.ref(Circle())


def test_young_garbage_is_collected_once_there_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(garbage, "OFTEN", (10_000, 5, 10))
    gc.collect()
    young = circle()
    garbage.tidy()
    assert young() is not None
    enough = [Circle() for _ in range(10_001)]
    garbage.tidy()
    assert young() is None
    del enough


@pytest.mark.parametrize("age", [1, 2])
def test_what_outlived_that_is_collected_less_often(monkeypatch: pytest.MonkeyPatch, age: int) -> None:
    monkeypatch.setattr(garbage, "OFTEN", (-1, 3, 3))
    gc.collect()
    held: Circle | None = Circle()
    aged = weakref.ref(held)
    for each in range(age):
        gc.collect(each)
    del held
    for _ in range(3):
        garbage.tidy()
        assert aged() is not None
    for _ in range(30):
        garbage.tidy()
    assert aged() is None


@pytest.mark.parametrize("stepping", [True, False])
async def test_it_is_done_after_the_paint(gaza: Path, monkeypatch: pytest.MonkeyPatch, stepping: bool) -> None:
    events: list[str] = []
    stand = Stand("2026-02-05") if stepping else None
    async with watching(gaza, stand=stand) as (app, pilot):
        await pilot.pause(0.3)
        monkeypatch.setattr(garbage, "OFTEN", (-1, 1000, 1000))
        original = app._display

        def display(on: Screen[object], renderable: Any) -> None:
            events.append("painted")
            original(on, renderable)

        monkeypatch.setattr(app, "_display", display)
        told = gc.callbacks
        told.append(lambda phase, _: events.append("collected") if phase == "start" else None)
        try:
            if stepping:
                await moved(pilot, app, "left_square_bracket")
            else:
                record(gaza)
                await head_at(pilot, app, 599)
            await until(pilot, lambda: "collected" in events)
        finally:
            told.pop()
    assert events[0] == "painted"
