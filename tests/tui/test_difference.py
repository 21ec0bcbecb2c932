"""m marks a vantage, d shows what differs between it and here, with the records behind each change."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from textual.pilot import Pilot

from projections.readmodel import ReadModel
from tests.projections.records import NOW, Log
from tests.tui.watching import HOME, LARGE, SMALL, moved, read, screen, until, watching
from tui.dashboard.app import DashboardApp
from tui.dashboard.detail import RecordScreen
from tui.dashboard.difference import ChangeScreen, DifferenceScreen, change_rows, difference_rows
from tui.dashboard.glyphs import UNICODE
from tui.dashboard.line_view import LineView
from tui.dashboard.paper import Paper
from tui.dashboard.snapshot import Stand
from tui.text_twin.difference import handover, text

HOSTILE = "Rafah \x9b2J[/x] [@click=app.quit]go[/] \u202e32\u2066 \u2028معبر رفح"
THEN = Stand("2026-02-02", "2026-02-04", "given")


async def compared(app: DashboardApp, pilot: Pilot[None]) -> DifferenceScreen:
    """From the mark at what was known on 4 February to what is known now of 2 February."""
    await pilot.press("m")
    await moved(pilot, app, "b")
    await moved(pilot, app, "b")
    await pilot.press("d")
    await until(pilot, lambda: isinstance(app.screen, DifferenceScreen))
    assert isinstance(app.screen, DifferenceScreen)
    return app.screen


async def to_line(pilot: Pilot[None], app: DashboardApp, ref: str) -> None:
    """The cursor down to the line that leads there."""
    for _ in range(60):
        focused = app.screen.focused
        assert isinstance(focused, LineView)
        if focused.target is not None and focused.target.ref == ref:
            return
        await pilot.press("down")
    raise AssertionError(f"no line leads to {ref}")


@pytest.mark.parametrize("size", [SMALL, HOME, LARGE])
async def test_what_was_learnt_since_about_a_day(gaza: Path, size: tuple[int, int]) -> None:
    async with watching(gaza, stand=THEN, size=size) as (app, pilot):
        await compared(app, pilot)
        shown = screen(app)
        assert "differ in knowledge only" in " ".join(shown.split())
        assert "Rafah: people going out" in shown
        assert "8-15, 5 claims, 3 counts, 2 Feb 2026 → 8-20, 5 claims, 4 counts, 2 Feb 2026" in shown or size == SMALL
        assert "by #502" in shown
        assert all(strip.cell_length == size[0] for strip in app.screen._compositor.render_strips())


async def test_enter_lists_the_records_behind_a_change_and_opens_one(gaza: Path) -> None:
    async with watching(gaza, stand=THEN) as (app, pilot):
        await compared(app, pilot)
        await to_line(pilot, app, "crossing-rafah passages out_of people")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ChangeScreen))
        shown = screen(app)
        assert "what made it so, newest first" in shown
        assert "#502" in shown
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, RecordScreen))
        assert "#502" in screen(app)
        await pilot.press("q", "q", "d")  # d closes it as it opened it
        await until(pilot, lambda: len(app.screen_stack) == 1)


async def test_a_record_that_is_not_known_here_is_opened_where_it_is(gaza: Path) -> None:
    async with watching(gaza, stand=Stand("2026-02-02")) as (app, pilot):
        await pilot.press("m")
        await moved(pilot, app, "b")  # back to what was known then
        await pilot.press("d")
        await until(pilot, lambda: isinstance(app.screen, DifferenceScreen))
        await to_line(pilot, app, "crossing-rafah passages out_of people")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ChangeScreen))
        assert "what no longer counts, newest first" in screen(app)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, RecordScreen))


async def test_from_live_back_in_time(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        await pilot.press("m")
        await pilot.pause()
        assert "marked 1 Sep 2026" in screen(app)
        await moved(pilot, app, "g", *"2026-02-02", "enter")
        await pilot.press("d")
        await until(pilot, lambda: isinstance(app.screen, DifferenceScreen))
        assert "differ in time only" in " ".join(screen(app).split())


async def test_without_a_mark_it_says_how_to_set_one(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        await pilot.press("d")
        await read(pilot, "nothing is marked: m marks where you are")
        await pilot.press("m", "d")
        await until(pilot, lambda: isinstance(app.screen, DifferenceScreen))
        assert "nothing differs" in screen(app)


async def test_in_plain_ascii(gaza: Path) -> None:
    async with watching(gaza, stand=THEN, ascii_only=True) as (app, pilot):
        await compared(app, pilot)
        assert " -> " in screen(app)
        assert screen(app).isascii()


def test_texts_of_the_log_are_seen_and_not_obeyed(tmp_path: Path) -> None:
    log = Log()
    log.status("limited", "2026-02-02", "cogat", conditions=HOSTILE)
    strike = {"kind": "air_strike", "place": HOSTILE, "clarity": 1}
    log.say("strike.reported", "strike-x", strike, on="2026-02-03")
    log.say("statement.made", "statement-x", {"text": HOSTILE, "about": [], "figures": []}, on="2026-02-03")
    with ReadModel.open(log, tmp_path / "m.db") as model:
        one, other = (model.vantage(None, known, now=NOW) for known in ("@1", "@3"))
        found, situation = model.difference(one, other), model.situation(other)
    paper = Paper.of(situation, 80, UNICODE)
    rows = difference_rows(found, paper)
    for change in found.changes:
        rows += change_rows(change, found, paper)
    printed = text(found) + handover(found, full=True)
    assert "[@click=app.quit]" in printed
    for shown in (*printed.splitlines(), *(row.text for row in rows)):
        assert not [char for char in shown if unicodedata.category(char) in ("Cc", "Cf", "Zl")], shown
        assert "معبر" not in shown
