"""What the faces say of what is not, or no longer, on record: never a failure, a zero or "no record is"."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from projections.situation import Situation
from tests.projections.records import TOLL, Log, situation
from tui.dashboard.claims import claims_screen
from tui.dashboard.crossings_panel import crossings_lines
from tui.dashboard.glyphs import UNICODE
from tui.dashboard.lines import Target, as_text
from tui.text_twin import text


def never_defined(_: Log) -> None:
    """Only its figure is on record."""


def definition_retracted(log: Log) -> None:
    log.retract(log.defined())


def definition_erased(log: Log) -> None:
    log.erase(log.defined())


@pytest.fixture(params=[never_defined, definition_retracted, definition_erased])
def undefined(request: pytest.FixtureRequest, tmp_path: Path) -> Situation:
    log = Log()
    gone: Callable[[Log], None] = request.param
    gone(log)
    log.published(232, on="2026-01-05")
    return situation(log, tmp_path)


def test_a_series_without_a_definition_is_told_from_no_stated_day(undefined: Situation) -> None:
    said = "Killed: 232 people, from no stated day, says gaza-moh, 5 Jan 2026."
    assert said in text(undefined)
    told = text(undefined, full=True)
    assert said in told
    assert "Counts: what it counts is not on record." in told
    assert undefined.series[0].origin is None


def test_a_series_without_a_definition_on_the_screen(undefined: Situation) -> None:
    assert "gaza-moh killed from no stated day" in as_text(crossings_lines(undefined, 80, UNICODE))
    screen = claims_screen(undefined, Target("series", TOLL), UNICODE)
    assert screen is not None
    shown = as_text(screen.sheet._make(78))
    assert shown.startswith("232 people, 5 Jan\nkilled from no stated day\nwhat it counts is not on record\n")
