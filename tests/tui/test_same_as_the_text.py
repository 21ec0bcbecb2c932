"""The text says what the screen says: every figure and every claimant of the panels, at the same vantage."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from projections.situation import Situation
from tests.tui.test_panels import at
from tui.dashboard.crossings_panel import crossings_lines
from tui.dashboard.glyphs import UNICODE, Glyphs
from tui.dashboard.lines import Line, as_text
from tui.dashboard.phase_panel import phase_lines
from tui.dashboard.strikes_panel import strikes_lines
from tui.text_twin import text

FIGURE = re.compile(r"(?<![\w-])\d{1,3}(?:,\d{3})*(?:-\d{1,3}(?:,\d{3})*)?\+?(?![\w-])")
SLUG = re.compile(r"(?<![\w-])[a-z]+(?:-[a-z0-9]+)+")
STATUS = re.compile(r"\b(OPEN|LIMITED|CLOSED|CONTESTED) (people|goods)")


VANTAGES = {"live": (None, None), "then": ("2026-02-02", "2026-02-04"), "day 10": ("2025-10-19", None)}
Draw = Callable[[Situation, int, Glyphs], list[Line]]


@pytest.fixture(scope="module", params=list(VANTAGES.values()), ids=list(VANTAGES))
def situation(request: pytest.FixtureRequest, gaza_once: Path) -> Situation:
    return at(gaza_once, *request.param)


@pytest.mark.parametrize("width", [39, 76, 196])
@pytest.mark.parametrize("draw", [phase_lines, strikes_lines, crossings_lines])
def test_what_a_panel_says_stands_in_the_text(situation: Situation, draw: Draw, width: int) -> None:
    told = " ".join(text(situation, full=True).split())
    figures = {found.rstrip("+") for found in FIGURE.findall(told)}
    shown = as_text(draw(situation, width, UNICODE))
    assert FIGURE.findall(shown)
    assert {found.rstrip("+") for found in FIGURE.findall(shown)} <= figures
    assert {slug for slug in SLUG.findall(shown) if not slug.endswith("-")} <= set(SLUG.findall(told)) | cut(shown)


def cut(shown: str) -> set[str]:
    """Names that end where a line had no more room."""
    return {found.rstrip("…") for found in re.findall(r"[a-z0-9-]+…", shown)}


def test_every_status_stands_in_the_text(situation: Situation) -> None:
    told = text(situation, full=True).lower()
    for status, load in STATUS.findall(as_text(crossings_lines(situation, 196, UNICODE))):
        assert re.search(rf"{load}[^.]*: {status.lower()}", told)
