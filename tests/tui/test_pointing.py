"""A click acts on the row that was drawn under the pointer when it was pressed, whatever moved the rows."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot

from tests.tui.test_following import record
from tests.tui.watching import HOME, SMALL, head_at, screen, until, watching
from tui.dashboard.app import DashboardApp
from tui.dashboard.feed import Feed
from tui.dashboard.forms.choosing import Choosing
from tui.dashboard.forms.form_screen import FormScreen
from tui.dashboard.line_view import LineView
from tui.dashboard.lines import Target, line
from tui.dashboard.lines_screen import LinesScreen
from tui.dashboard.looking import OUT_OF_SIGHT
from tui.dashboard.typing_ahead import PAUSE

BELOW_THE_FRAME = 1


async def wheel(pilot: Pilot[None], view: LineView, times: int = 12) -> None:
    """Turn the wheel over a view, towards its end."""
    before = view.scroll_offset.y
    for _ in range(times):
        await pilot._post_mouse_events([events.MouseScrollDown], view, offset=(3, 3))
    await until(pilot, lambda: view.scroll_offset.y > before)


def drawn_at(app: DashboardApp, view: LineView, row: int) -> str:
    """What stands on a row of a view, counted inside its frame, on the screen."""
    region = view.content_region
    return screen(app).splitlines()[region.y + row][region.x : region.right].strip(" ▌")


def leading(view: LineView, fewest: int = 2) -> int:
    """A row in sight that leads somewhere, some way below the first that does."""
    in_sight = range(view.scrollable_content_region.height)
    lines = {row: view.line_at(view.scroll_offset.y + row) for row in in_sight}
    return [row for row, line in lines.items() if line is not None and line.target is not None][fewest]


async def click(pilot: Pilot[None], view: LineView, row: int, times: int = 1) -> None:
    await pilot.click(view, offset=(5, row + view.content_region.y - view.region.y), times=times)


async def stands_on(pilot: Pilot[None], view: LineView, target: Target | None) -> None:
    """The cursor is on it, and stays when all is drawn."""
    await until(pilot, lambda: view.has_focus and view.target == target)
    await pilot.pause()
    await pilot.pause()
    assert view.target == target


@pytest.mark.parametrize("size", [HOME, SMALL])
@pytest.mark.parametrize("number", [1, 2, 3])
async def test_the_wheel_over_a_panel_then_a_click(gaza: Path, number: int, size: tuple[int, int]) -> None:
    async with watching(gaza, size=size) as (app, pilot):
        view = app._main.panels[number - 1]
        await pilot.press(str(number), "4")
        await until(pilot, lambda: app._main.feed.has_focus and view.virtual_size.height > view.size.height)
        await wheel(pilot, view)
        row = leading(view, 1)
        there, scrolled = view.line_at(view.scroll_offset.y + row), view.scroll_offset.y
        assert there is not None
        await click(pilot, view, row)
        await stands_on(pilot, view, there.target)
        assert view.scroll_offset.y == scrolled, "nothing moves under the pointer"


async def test_the_wheel_over_the_feed_then_a_click_and_what_is_retracted(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        feed = app._main.feed
        await pilot.press("2")
        await until(pilot, lambda: app._main.panels[1].has_focus)
        await wheel(pilot, feed, times=20)
        await until(pilot, lambda: drawn_at(app, feed, 3).startswith("#"))
        number = drawn_at(app, feed, 3).split()[0]
        await click(pilot, feed, 3)
        await until(pilot, lambda: feed.has_focus and feed.selected is not None)
        assert feed.selected is not None
        assert f"#{feed.selected.position}" == number
        await pilot.press("R")
        await until(pilot, lambda: isinstance(app.screen, FormScreen))
        assert app.screen.form.revises == feed.selected.record  # type: ignore[attr-defined]


@pytest.mark.parametrize("key", ["enter", "r", "R", "y"])
async def test_no_key_acts_on_a_cursor_that_was_wheeled_out_of_sight(gaza: Path, key: str) -> None:
    async with watching(gaza) as (app, pilot):
        feed = app._main.feed
        await wheel(pilot, feed, times=20)
        assert feed.cursor not in feed.in_sight
        await pilot.press(key)
        await until(pilot, lambda: OUT_OF_SIGHT in " ".join(screen(app).split()))
        assert app.screen is app._main
        assert feed.cursor in feed.in_sight
        await pilot.pause(2 * PAUSE)  # what is typed on without a look is dropped
        await pilot.press("r" if key == "y" else key)
        await until(pilot, lambda: app.screen is not app._main)


async def test_nothing_of_a_strike_out_of_sight_goes_into_a_new_form(gaza: Path) -> None:
    async with watching(gaza, size=SMALL) as (app, pilot):
        await pilot.press("2")
        view = app._main.panels[1]
        await until(pilot, lambda: view.has_focus and view.target is not None and view.target.kind == "strike")
        await wheel(pilot, view, times=4)
        assert view.cursor not in view.in_sight
        assert (app._stream_at_hand(), app._record_at_hand()) == ("", None)


async def test_enter_in_the_list_of_forms_takes_nothing_that_was_wheeled_out_of_sight(gaza: Path) -> None:
    async with watching(gaza, size=SMALL) as (app, pilot):
        await pilot.press("a")
        await until(pilot, lambda: isinstance(app.screen, Choosing) and app.screen.list.line_count > 0)
        view = app.screen.list  # type: ignore[attr-defined]
        await pilot.press("slash")
        await wheel(pilot, view)
        assert view.cursor not in view.in_sight
        await pilot.press("enter")
        await until(pilot, lambda: view.cursor in view.in_sight)
        assert isinstance(app.screen, Choosing)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, FormScreen))


async def test_a_report_that_arrives_does_not_move_what_was_scrolled_to(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        feed = app._main.feed
        await wheel(pilot, feed)
        shown = drawn_at(app, feed, 3)
        assert shown.startswith("#")
        record(gaza, "While somebody reads further down")
        await head_at(pilot, app, 599)
        assert drawn_at(app, feed, 3) == shown
        await click(pilot, feed, 3)
        await until(pilot, lambda: feed.selected is not None and f"#{feed.selected.position} " in f"{shown} ")


async def test_a_report_that_arrives_between_press_and_release(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        feed = app._main.feed
        pressed = drawn_at(app, feed, 4).split()[0]
        at = (5, 4 + BELOW_THE_FRAME)
        await pilot.mouse_down(feed, offset=at)
        record(gaza, "Just now")
        await head_at(pilot, app, 599)
        await pilot._post_mouse_events([events.MouseUp, events.Click], feed, offset=at, button=1)
        await until(pilot, lambda: feed.selected is not None and f"#{feed.selected.position}" == pressed)


async def test_rows_that_moved_since_the_screen_was_drawn(gaza: Path) -> None:
    """The press comes before the screen could be drawn anew: what was seen is what is meant."""
    async with watching(gaza) as (app, _):
        for view in (app._main.panels[1], app._main.feed):
            row = leading(view)
            there = view.line_at(view.scroll_offset.y + row)
            assert there is not None
            seen = there.target
            if isinstance(view, Feed):
                first = view._pages[0]
                view._pages = {0: (first[-1], *first[:-1])}
            else:
                view._lines = (view._lines[0], *view._lines)
            x, y = view.content_region.x + 5, view.content_region.y + row
            press = events.MouseDown(view, 5, row + 1, 0, 0, 1, False, False, False, x, y)
            view.on_mouse_down(press)
            assert view.target == seen


async def test_another_width_of_the_terminal_then_a_click(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        await pilot.resize_terminal(150, 36)
        view = app._main.panels[1]
        await until(pilot, lambda: app.size.width == 150 and view.virtual_size.height > view.size.height)
        await wheel(pilot, view)
        row = leading(view)
        there = view.line_at(view.scroll_offset.y + row)
        assert there is not None
        await click(pilot, view, row)
        await stands_on(pilot, view, there.target)


async def test_a_click_where_nothing_leads_leaves_the_rows_where_they_are(gaza: Path) -> None:
    """What a key acts on then is in sight, and nothing else moved."""
    async with watching(gaza, size=SMALL) as (app, pilot):
        await pilot.press("2", "4")
        view = app._main.panels[1]
        await until(pilot, lambda: app._main.feed.has_focus and view.virtual_size.height > view.size.height)
        await wheel(pilot, view, times=4)
        assert view.cursor < view.scroll_offset.y
        top, rows = view.scroll_offset.y, range(view.scrollable_content_region.height)
        lines = {row: view.line_at(top + row) for row in rows}
        nowhere = next(row for row, line in lines.items() if line is not None and line.target is None)
        await click(pilot, view, nowhere)
        await until(pilot, lambda: view.has_focus)
        await pilot.pause()
        await pilot.pause()
        assert view.scroll_offset.y == top
        assert view.cursor - top in rows


async def test_two_clicks_open_what_both_were_on(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        feed = app._main.feed
        shown = drawn_at(app, feed, 2).split()[0]
        await click(pilot, feed, 2, times=2)
        await until(pilot, lambda: isinstance(app.screen, LinesScreen))
        assert str(app.screen.sheet.border_title).startswith(shown)  # type: ignore[attr-defined]


async def test_a_click_in_the_list_of_forms(gaza: Path) -> None:
    async with watching(gaza, size=SMALL) as (app, pilot):
        await pilot.press("a")
        await until(pilot, lambda: isinstance(app.screen, Choosing) and app.screen.list.line_count > 0)
        view = app.screen.list  # type: ignore[attr-defined]
        await wheel(pilot, view)
        row = leading(view)
        target = view.line_at(view.scroll_offset.y + row).target
        await click(pilot, view, row)
        await stands_on(pilot, view, target)


async def test_the_cursor_is_in_sight_before_the_scrollbar_is_there(gaza: Path) -> None:
    async with watching(gaza, size=HOME) as (app, pilot):
        view = app._main.panels[1]
        view.focus()
        view.show_lines([])
        await until(pilot, lambda: view.has_focus and not view.show_vertical_scrollbar)
        view.show_lines([line("a record", target=Target("record", str(number))) for number in range(99)])
        view.move_to(60)
        assert view.cursor in view.in_sight
