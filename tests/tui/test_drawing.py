"""A panel is drawn once for what it shows: not again for what bears on others, and ahead of the step that shows it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import current_thread
from types import SimpleNamespace
from typing import Any, cast

import msgspec
import pytest

from domain.monitor import Monitor
from projections.readmodel import ReadModel
from projections.situation import Situation
from tests.tui.test_following import record
from tests.tui.watching import head_at, moved, now, until, watching
from tui.dashboard.app import DashboardApp
from tui.dashboard.drawing import Drawing
from tui.dashboard.glyphs import UNICODE
from tui.dashboard.main_screen import PANELS
from tui.dashboard.paper import aged
from tui.dashboard.snapshot import Stand

WIDTH = 44


@pytest.fixture(scope="module")
def situations(gaza_once: Path) -> tuple[Situation, ...]:
    """Every fifth day of the record, and a week before it."""
    with Monitor(gaza_once, read_only=True) as monitor, ReadModel.open(monitor) as model:
        first = date(2025, 10, 3)
        days = ((first + timedelta(days=each)).isoformat() for each in range(0, 330, 5))
        return tuple(model.situation(model.vantage(day, None, now=now())) for day in days)


@pytest.fixture(params=PANELS, ids=lambda each: each[2])
def panel(request: pytest.FixtureRequest) -> Any:
    return request.param


def test_a_panel_is_drawn_from_its_parts_alone(panel: Any, situations: tuple[Situation, ...]) -> None:
    *_, draw, _, parts = panel
    for each in situations:
        seen = SimpleNamespace(timezone=each.vantage.timezone, as_of_day=each.vantage.as_of_day)
        only = SimpleNamespace(vantage=seen, **{part: getattr(each, part) for part in parts})
        assert draw(cast(Situation, only), WIDTH, UNICODE) == draw(each, WIDTH, UNICODE)


def test_what_is_kept_is_what_would_be_drawn(panel: Any, situations: tuple[Situation, ...]) -> None:
    *_, draw, _, parts = panel
    drawing = Drawing(draw, parts, UNICODE)
    for each in (shown for one in situations for shown in _shown(one)):
        for width in (WIDTH, WIDTH + 1):
            for writes in (True, False):
                assert list(drawing.lines(each, width, writes=writes)) == draw(each, width, UNICODE, writes=writes)


def _shown(situation: Situation) -> Iterator[Situation]:
    """On every clock; and with ages an hour later, on the same day."""
    yield situation
    yield msgspec.structs.replace(situation, vantage=msgspec.structs.replace(situation.vantage, timezone="UTC"))
    yield aged(situation)
    later = datetime.fromisoformat(situation.vantage.as_of).astimezone(UTC) + timedelta(hours=1)
    yield aged(
        msgspec.structs.replace(situation, vantage=msgspec.structs.replace(situation.vantage, as_of=later.isoformat()))
    )


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What was drawn (its first part) and by which thread, in order."""
    found: list[tuple[str, str]] = []
    original = Drawing.__init__

    def init(drawing: Drawing, draw: Any, parts: tuple[str, ...], glyphs: Any) -> None:
        def drawing_it(*given: Any, **named: Any) -> Any:
            found.append((parts[0], current_thread().name))
            return draw(*given, **named)

        original(drawing, drawing_it, parts, glyphs)

    monkeypatch.setattr(Drawing, "__init__", init)
    return found


async def _drawn_ahead(pilot: Any, drawn: list[tuple[str, str]], count: int) -> None:
    await until(pilot, lambda: len([each for each in drawn if each[1] == "follower"]) == count)


@pytest.mark.parametrize("times", ["zone", "utc", "age"])
async def test_a_step_that_was_read_ahead_was_drawn_ahead(gaza: Path, drawn: list[tuple[str, str]], times: str) -> None:
    async with watching(gaza, stand=Stand("2026-02-05")) as (app, pilot):
        while app._times != times:
            await pilot.press("t")
        await moved(pilot, app, "left_square_bracket")
        await _drawn_ahead(pilot, drawn, 3)
        drawn.clear()
        await moved(pilot, app, "left_square_bracket")
        assert [each for each in drawn if each[1] != "follower"] == []
        _is_as_drawn_anew(app)


async def test_a_record_that_bears_on_no_panel_has_none_drawn(gaza: Path, drawn: list[tuple[str, str]]) -> None:
    async with watching(gaza) as (app, pilot):
        drawn.clear()
        record(gaza, "The crossing is quiet")
        await head_at(pilot, app, 599)
        assert drawn == []
        closed = {"directions": ["into"], "carries": ["people"]}
        record(gaza, topic="crossing.closed", stream="crossing-rafah", data=closed)
        await head_at(pilot, app, 600)
        assert [part for part, _ in drawn] == ["crossings"]
        _is_as_drawn_anew(app)


def _is_as_drawn_anew(app: DashboardApp) -> None:
    assert app.shown is not None
    for shown, (*_, draw, _, _) in zip(app._main.panels, PANELS, strict=True):
        assert list(shown._lines) == draw(app.shown, shown.room, app.glyphs)
