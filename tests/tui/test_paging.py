"""PgDn, PgUp, End and Home page every list, also one whose lines lead nowhere; none of them moves in time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from itertools import pairwise
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.tui.watching import SMALL, moved, until, watching
from tui.dashboard.app import DashboardApp
from tui.dashboard.detail import RecordScreen
from tui.dashboard.difference import DifferenceScreen
from tui.dashboard.forms.choosing import Choosing
from tui.dashboard.forms.form_screen import FormScreen
from tui.dashboard.line_view import LineView
from tui.dashboard.lines import Target
from tui.dashboard.lines_screen import LinesScreen
from tui.dashboard.palette import Palette
from tui.dashboard.snapshot import Stand

Open = Callable[[DashboardApp, Pilot[None]], Awaitable[LineView]]


async def sheet(app: DashboardApp, pilot: Pilot[None], kind: type[LinesScreen] = LinesScreen) -> LineView:
    await until(pilot, lambda: isinstance(app.screen, kind) and app.screen.sheet.line_count > 0)
    return app.screen.sheet  # type: ignore[attr-defined, no-any-return]


async def of_records(app: DashboardApp, pilot: Pilot[None]) -> LineView:
    await pilot.press("4")
    return app._main.feed


def panel(number: int) -> Open:
    async def opened(app: DashboardApp, pilot: Pilot[None]) -> LineView:
        await pilot.press(str(number))
        await until(pilot, lambda: app._main.panels[number - 1].has_focus)
        return app._main.panels[number - 1]

    return opened


async def of_keys(app: DashboardApp, pilot: Pilot[None]) -> LineView:
    await pilot.press("question_mark")
    return await sheet(app, pilot)


async def of_a_record(app: DashboardApp, pilot: Pilot[None]) -> LineView:
    await pilot.press("enter")
    return await sheet(app, pilot, RecordScreen)


async def of_a_toll(app: DashboardApp, pilot: Pilot[None]) -> LineView:
    assert app.situation is not None
    strikes = sorted(app.situation.strikes.latest, key=lambda each: -sum(len(one.said) for one in each.ranges))
    app.open(Target("strike", strikes[0].stream, (strikes[0].record,)))
    return await sheet(app, pilot)


async def of_changes(app: DashboardApp, pilot: Pilot[None]) -> LineView:
    await pilot.press("m")
    for _ in range(3):
        await moved(pilot, app, "left_curly_bracket")
    await pilot.press("d")
    return await sheet(app, pilot, DifferenceScreen)


async def of_what_disagrees(app: DashboardApp, pilot: Pilot[None]) -> LineView:
    await pilot.press("x")
    return await sheet(app, pilot)


async def of_actions(app: DashboardApp, pilot: Pilot[None]) -> LineView:
    await pilot.press("ctrl+p")
    await until(pilot, lambda: isinstance(app.screen, Palette) and app.screen.choices.line_count > 0)
    return app.screen.choices  # type: ignore[attr-defined, no-any-return]


LISTS: dict[str, Open] = {
    "records": of_records,
    "phase": panel(1),
    "strikes": panel(2),
    "crossings": panel(3),
    "keys": of_keys,
    "record": of_a_record,
    "toll": of_a_toll,
    "difference": of_changes,
    "disagreements": of_what_disagrees,
}


def drawn(app: DashboardApp) -> tuple[Stand, int] | None:
    return (app.snapshot.stand, app.snapshot.number) if app.snapshot else None


@pytest.mark.parametrize("stand", [Stand(), Stand("2026-02-02")], ids=["live", "replay"])
@pytest.mark.parametrize("name", LISTS)
async def test_paging(gaza: Path, name: str, stand: Stand) -> None:
    async with watching(gaza, size=SMALL, stand=stand) as (app, pilot):
        view = await LISTS[name](app, pilot)
        await until(pilot, lambda: view.has_focus and view.max_scroll_y > 0)
        before, page = drawn(app), view.scrollable_content_region.height
        tops = [view.scroll_offset.y]
        while tops[-1] < view.max_scroll_y and len(tops) < 200:
            await pilot.press("pagedown", "pagedown")
            await pilot.pause()
            tops.append(view.scroll_offset.y)
        assert tops == sorted(set(tops)), "no page is a step back, or none at all"
        assert max(after - at for at, after in pairwise(tops)) <= 2 * page, "no line is left out"
        await pilot.press("home")
        await until(pilot, lambda: view.scroll_offset.y == 0)
        await pilot.press("end")
        await until(pilot, lambda: view.scroll_offset.y == view.max_scroll_y)
        await pilot.press("pageup")
        await until(pilot, lambda: view.scroll_offset.y < view.max_scroll_y)
        assert drawn(app) == before, "nothing moved in time"


async def test_the_cursor_comes_along_where_a_line_leads_somewhere(gaza: Path) -> None:
    async with watching(gaza, size=SMALL) as (app, pilot):
        view = await of_what_disagrees(app, pilot)
        for key in ("pagedown", "pagedown", "pageup", "end", "home"):
            await pilot.press(key)
            await until(pilot, lambda: view.target is None or view.cursor in view.in_sight)


async def test_the_list_of_forms_from_its_field_too(gaza: Path) -> None:
    async with watching(gaza, size=SMALL) as (app, pilot):
        await pilot.press("a")
        await until(pilot, lambda: isinstance(app.screen, Choosing) and app.screen.list.line_count > 0)
        view = app.screen.list  # type: ignore[attr-defined]
        await pilot.press("end")
        await until(pilot, lambda: view.scroll_offset.y == view.max_scroll_y > 0)
        await pilot.press("home")
        await until(pilot, lambda: view.scroll_offset.y == 0)
        await pilot.press("slash", "pagedown")
        await until(pilot, lambda: view.scroll_offset.y > 0)


async def test_the_actions_by_name(gaza: Path) -> None:
    async with watching(gaza, size=SMALL) as (app, pilot):
        view = await of_actions(app, pilot)
        await pilot.press("pagedown", "pagedown")
        await until(pilot, lambda: view.scroll_offset.y > 0 and view.cursor in view.in_sight)
        await pilot.press("pageup", "pageup")
        await until(pilot, lambda: view.scroll_offset.y == 0)


async def test_a_page_of_a_form_takes_the_cursor_along(gaza: Path) -> None:
    """What is typed next goes into a field that is in sight."""
    async with watching(gaza, size=SMALL) as (app, pilot):
        await pilot.press("a", "s")
        await until(pilot, lambda: isinstance(app.screen, FormScreen) and app.focused is not None)
        first = app.focused
        for key in ("pagedown", "pagedown"):
            await pilot.press(key)
            await pilot.pause()
            assert app.focused is not None
            assert app.screen.query_one("Rows").region.contains_region(app.focused.region)
        assert app.focused is not first
        await pilot.press("pageup", "pageup", "pageup")
        await until(pilot, lambda: app.focused is app.screen.query("Row").first().made)  # type: ignore[attr-defined]
