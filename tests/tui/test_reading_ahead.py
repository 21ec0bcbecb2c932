"""A step is read ahead of the key that asks for it, is what would be read anew, and is painted in one frame."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from textual.screen import Screen

from domain.monitor import Monitor
from projections.readmodel import ReadModel
from projections.situation import Situation
from tests.tui.test_following import record
from tests.tui.watching import moved, now, screen, until, watching
from tui.dashboard.app import DashboardApp
from tui.dashboard.messages import Arrived
from tui.dashboard.reading import open_reading
from tui.dashboard.snapshot import Stand


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The days whose Situations were read from the read model, in order."""
    days: list[str] = []
    original = ReadModel.situation

    def situation(model: ReadModel, vantage: Any) -> Situation:
        found = original(model, vantage)
        days.append(found.vantage.as_of_day)
        return found

    monkeypatch.setattr(ReadModel, "situation", situation)
    return days


def anew(log: Path, app: DashboardApp) -> Situation:
    """The Situation where the dashboard stands, read by somebody who has read nothing before."""
    assert app.snapshot is not None
    stand = app.snapshot.stand
    known = {"now": None, "then": stand.as_of, "given": stand.known_at}[stand.clock]
    with Monitor(log, read_only=True) as monitor, ReadModel.open(monitor) as model:
        return model.situation(model.vantage(stand.as_of, known, now=now()))


async def test_the_next_step_is_there_before_its_key(gaza: Path, read: list[str]) -> None:
    async with watching(gaza, stand=Stand("2026-02-05")) as (app, pilot):
        await moved(pilot, app, "left_square_bracket")
        await until(pilot, lambda: read[-1:] == ["2026-02-03"])
        assert app.snapshot is not None
        assert app.snapshot.stand.as_of == "2026-02-04"
        await moved(pilot, app, "left_square_bracket")
        await until(pilot, lambda: read[-1:] == ["2026-02-02"])
        await moved(pilot, app, "right_square_bracket")
        assert read.count("2026-02-03") == 1
        assert read.count("2026-02-04") == 1


@pytest.mark.parametrize("key", ["left_square_bracket", "comma", "less_than_sign"])
async def test_what_was_read_ahead_is_what_is_read_anew(gaza: Path, key: str) -> None:
    async with watching(gaza, stand=Stand("2026-02-03", clock="then" if key == "comma" else "now")) as (app, pilot):
        for _ in range(3):
            await moved(pilot, app, key)
            await pilot.pause(0.1)
            assert app.situation == anew(gaza, app)


async def test_what_was_read_ahead_is_read_anew_when_the_log_has_moved(gaza: Path, read: list[str]) -> None:
    async with watching(gaza, stand=Stand("2026-02-05", "2026-02-10", "given")) as (app, pilot):
        await moved(pilot, app, "left_square_bracket")
        await until(pilot, lambda: read[-1:] == ["2026-02-03"])
        record(gaza)
        await until(pilot, lambda: app.situation is not None and app.situation.vantage.head == 599)
        await moved(pilot, app, "left_square_bracket")
        assert app.situation == anew(gaza, app)


def test_what_is_known_now_is_another_moment_and_the_same_situation(gaza: Path, read: list[str]) -> None:
    reading = open_reading(gaza)
    try:
        early, late = (
            reading.situation(reading.vantage("2026-02-05", None, moment))
            for moment in (now(), now() + timedelta(hours=1))
        )
    finally:
        reading.close()
    assert read == ["2026-02-05"]
    assert (early.vantage.known_at, late.vantage.known_at) == ("2026-09-01T10:00:00Z", "2026-09-01T11:00:00Z")


async def test_nothing_is_read_ahead_of_a_jump_or_a_filter(gaza: Path, read: list[str]) -> None:
    async with watching(gaza, stand=Stand("2026-02-05")) as (app, pilot):
        await moved(pilot, app, "g", *"2026-02-02", "enter")
        await moved(pilot, app, "slash", *"rafah", "enter")
        await pilot.pause(0.3)
        assert read == ["2026-02-05", *["2026-09-01"] * read.count("2026-09-01"), "2026-02-02"]


async def test_a_frame_that_is_out_of_date_is_not_drawn(gaza: Path) -> None:
    async with watching(gaza, stand=Stand("2026-02-03")) as (app, pilot):
        older = app.snapshot
        assert older is not None
        newer = await moved(pilot, app, "left_square_bracket")
        app.post_message(Arrived(older))
        await pilot.pause(0.1)
        assert app.snapshot is newer
        assert "as of 2026-02-02" in screen(app)


async def test_a_step_is_painted_in_one_frame(gaza: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with watching(gaza, stand=Stand("2026-02-05")) as (app, pilot):
        await pilot.pause(0.3)
        frames: list[object] = []
        original = app._display

        def display(on: Screen[object], renderable: Any) -> None:
            frames.append(renderable)
            original(on, renderable)

        monkeypatch.setattr(app, "_display", display)
        for steps in (1, 2, 3):
            await moved(pilot, app, "left_square_bracket")
            await pilot.pause(0.3)
            assert len(frames) == steps
        assert "as of 2026-02-02" in screen(app)
