"""Somebody who has never seen it, from the foot of the screen alone: each key pressed here is named there just then."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.tui.watching import HOME, SMALL, screen, until, watching
from tui.dashboard.actions import SHOWN
from tui.dashboard.app import DashboardApp
from tui.dashboard.difference import ChangeScreen, DifferenceScreen
from tui.dashboard.forms.choosing import Choosing
from tui.dashboard.forms.form_screen import FormScreen
from tui.dashboard.goto import GoTo
from tui.dashboard.keybar import KeyBar
from tui.dashboard.lines import as_text
from tui.dashboard.lines_screen import Hint, LinesScreen
from tui.dashboard.main_screen import MainScreen

NAMES = {sign: name for name, sign in SHOWN.items()} | {"PgDn": "pagedown"}


async def press(pilot: Pilot[None], app: DashboardApp, word: str) -> None:
    """The key that the foot of the screen names with that word."""
    foot = next(iter(app.screen.query(KeyBar)), None) or app.screen.query_one(Hint)
    runs = [run for row in foot.lines for run in row.runs]
    named = {words.strip(): key for (key, _), (words, _) in pairwise(runs)}
    assert word in named, f"{word!r} is not at the foot:\n{screen(app)}"
    sign = named[word].split()[-1]  # of a pair that goes up and down the one that goes down
    await pilot.press(NAMES.get(sign, sign))
    await pilot.pause()


async def shown(pilot: Pilot[None], app: DashboardApp, kind: type) -> None:
    await until(pilot, lambda: isinstance(app.screen, kind))


async def go_to(pilot: Pilot[None], app: DashboardApp, as_of: str, known_at: str = "") -> None:
    await press(pilot, app, "Go to")
    await shown(pilot, app, GoTo)
    await pilot.press(*as_of, "tab", *known_at, "enter")
    await until(pilot, lambda: isinstance(app.screen, MainScreen) and f"as of {as_of} Gaza" in screen(app))


async def to_panel(pilot: Pilot[None], app: DashboardApp, number: int) -> None:
    for _ in range(4):
        if app._main.at_hand != number:
            await press(pilot, app, "Panel")
    assert app._main.at_hand == number


@pytest.mark.parametrize("size", [SMALL, HOME], ids=["80x24", "120x40"])
async def test_the_toll_of_31_january_after_each_report(gaza: Path, size: tuple[int, int]) -> None:
    async with watching(gaza, size=size) as (app, pilot):
        await go_to(pilot, app, "2026-01-31")
        await to_panel(pilot, app, 2)
        # beside the other panels a strike is set in below whose casualties it has; alone it says so itself
        assert ("▌31 Jan" if size == SMALL else "▌ 31 Jan") in screen(app), "the cursor is in sight"
        await pilot.press("down")
        await press(pilot, app, "Detail")
        await shown(pilot, app, LinesScreen)
        seen = screen(app)
        for _ in range(5):
            await press(pilot, app, "page")
            seen += screen(app)
        assert "30-31+ killed (palestinians), 2 claims" in seen
        assert "30-32+ killed (palestinians), 4 claims" in seen
        assert "says local-health-officials" in " ".join(seen.replace("┃", " ").split())


@pytest.mark.parametrize("size", [SMALL, HOME], ids=["80x24", "120x40"])
async def test_a_report_is_added_and_corrected(gaza: Path, size: tuple[int, int]) -> None:
    async with watching(gaza, size=size) as (app, pilot):
        await press(pilot, app, "Append")
        await shown(pilot, app, Choosing)
        await pilot.press(*re.findall(r"(\w)  passages of a crossing", screen(app)))
        await shown(pilot, app, FormScreen)
        form = app.screen
        assert isinstance(form, FormScreen)
        filled = {"stream": "crossing-rafah", "direction": "into", "category": "people", "passed": "17"}
        said = {"occurred": "today", "reported": "today", "claimant": "who", "source": "a note"}
        for name, value in {**filled, **said}.items():
            form.set_field(name, value)
        await until(pilot, lambda: "will be written" in screen(app))
        await press(pilot, app, "save")
        await shown(pilot, app, MainScreen)
        await until(pilot, lambda: "17 people in" in screen(app))
        await to_panel(pilot, app, 4)
        await press(pilot, app, "Revise")
        await shown(pilot, app, FormScreen)
        form = app.screen
        assert isinstance(form, FormScreen)
        form.set_field("new:figure", "19")
        form.set_field("kind", "transcription")
        form.set_field("reason", "two digits misread")
        await until(pilot, lambda: "will be written" in screen(app))
        await press(pilot, app, "save")
        await until(pilot, lambda: "19 people in" in screen(app))
        assert "[corrected]" in screen(app)


@pytest.mark.parametrize("size", [SMALL, HOME], ids=["80x24", "120x40"])
async def test_why_two_figures_differ_and_who_says_which(gaza: Path, size: tuple[int, int]) -> None:
    async with watching(gaza, size=size) as (app, pilot):
        await go_to(pilot, app, "2026-02-02", "2026-02-04")
        await press(pilot, app, "Mark")
        await press(pilot, app, "Then/now")
        await until(pilot, lambda: "known then" in screen(app))
        await press(pilot, app, "Then/now")
        await until(pilot, lambda: "known now" in screen(app))
        await press(pilot, app, "Diff")
        await shown(pilot, app, DifferenceScreen)
        await until(pilot, lambda: "8-20, 5 claims, 4 counts" in screen(app))
        await pilot.press("down")
        await press(pilot, app, "records behind it")
        await shown(pilot, app, ChangeScreen)
        assert re.search(r"#502 .*20 .*gaza-gmo", screen(app))
        await press(pilot, app, "back")
        await press(pilot, app, "back")
        await press(pilot, app, "Disagree")
        await shown(pilot, app, LinesScreen)
        assert isinstance(app.screen, LinesScreen)
        listed = " ".join(as_text(app.screen.sheet._make(size[0] - 4)).split())
        assert "claimants differ (" in listed
        assert "20 says gaza-gmo" in listed
