"""Keys that arrive in one burst: they go where the keys before them lead, or nowhere, and that is said."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot

from domain.deciding import Outcome
from domain.lines import Draft
from domain.monitor import Monitor
from tests.tui.watching import SMALL, read, screen, until, watching
from tui.dashboard import typing_ahead
from tui.dashboard.app import DashboardApp
from tui.dashboard.forms.form_screen import FormScreen
from tui.dashboard.goto import GoTo
from tui.dashboard.lines_screen import LinesScreen
from tui.dashboard.messages import FilterWrong
from tui.dashboard.palette import Palette
from tui.dashboard.paste import PasteParser
from tui.dashboard.reading import Reading
from tui.dashboard.snapshot import Stand
from tui.dashboard.writing import Pen


def burst(app: DashboardApp, sent: str) -> None:
    """All that a terminal sends for it, before the dashboard has done anything."""
    for event in PasteParser().feed(sent):
        app.post_message(event)


def keys(app: DashboardApp, *pressed: str) -> None:
    """Keys by name, all at once."""
    for key in pressed:
        app.post_message(events.Key(key, key if len(key) == 1 else None))


def on_top(app: DashboardApp, kind: type) -> bool:
    return app.is_running and isinstance(app.screen, kind)


def form_of(app: DashboardApp) -> FormScreen:
    assert isinstance(app.screen, FormScreen)
    return app.screen


async def done(pilot: Pilot[None], app: DashboardApp) -> None:
    """Wait until nothing that was typed waits."""
    taken = asyncio.Event()
    app.call_later(taken.set)  # behind all that was typed
    await taken.wait()
    await until(pilot, lambda: app._exit or (app._typing is None and not app._ahead))


async def test_a_filter(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        burst(app, "/rafah killed>=5 q")
        await done(pilot, app)
        assert app.is_running
        assert app._main.filter.field.value == "rafah killed>=5 q"
        assert app.screen is app._main


async def test_where_to_go_and_on_from_there(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        burst(app, "g2026-02-02\r]")
        await until(pilot, lambda: app.snapshot is not None and app.snapshot.stand.as_of == "2026-02-03")
        assert app.screen is app._main


async def test_a_place_that_cannot_be_gone_to_takes_nothing_more(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        burst(app, "g2026-13-02\rq")
        await done(pilot, app)
        assert isinstance(app.screen, GoTo)
        assert app.screen.as_of.value == "2026-13-02"
        assert "that cannot be gone to (1 key typed on is dropped)" in screen(app)


async def test_which_type_to_append(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        burst(app, "a/phase\r")
        await until(pilot, lambda: on_top(app, FormScreen))
        assert "phase" in form_of(app).form.title.lower()


PASSAGES = "apcrossing-rafah\t\x1b[C\t\x1b[C\t77" + "\t" * 5 + "today\ttoday\twho\t\ta note"
"""A form for passages, filled in from its first field on."""
SAVE, LEAVE, PREVIEW, QUIT = "\x13", "\x07", "\x0f", "\x11"


def head_of(log: Path) -> int:
    with Monitor(log, read_only=True) as monitor:
        return monitor.head().position


async def test_a_form_from_its_first_field_to_the_log_and_on(gaza: Path) -> None:
    """Typed blind up to what will be written, which is looked at before it is; then the main screen's keys again."""
    before = head_of(gaza)
    async with watching(gaza, size=SMALL) as (app, pilot):
        burst(app, f"{PASSAGES}{SAVE}/who")
        await read(pilot, "not saved (4 keys typed on are dropped)")
        assert "ctrl+s again writes it" in screen(app)
        assert head_of(gaza) == before
        burst(app, f"{SAVE}/who")
        await until(pilot, lambda: app._main.filter.field.value == "who")
        assert app.screen is app._main
        assert head_of(gaza) == before + 1
        with Monitor(gaza, read_only=True) as monitor:
            (record,) = monitor.records(after=before)
        assert record.report is not None
        assert record.report.claimant == "who"


async def test_a_form_that_cannot_be_saved_takes_nothing_more(gaza: Path) -> None:
    before = head_of(gaza)
    async with watching(gaza, size=SMALL) as (app, pilot):
        burst(app, f"apcrossing-rafah{SAVE}lq{SAVE}")
        await until(pilot, lambda: "not saved (3 keys typed on are dropped)" in screen(app))
        form = form_of(app)
        assert not any("lq" in value for value in form.values.values())
    assert head_of(gaza) == before


async def test_a_form_that_is_left_and_the_screens_keys_after_it(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        burst(app, f"{PASSAGES}{LEAVE}y/q")
        await until(pilot, lambda: app._main.filter.field.value == "q")
        assert [kept.values["passed"] for kept in app._drafts.kept] == ["77"]


async def test_revising_what_a_filter_leaves(gaza: Path) -> None:
    """The record under the cursor when the filter is at work, not the one that was there before."""
    async with watching(gaza) as (app, pilot):
        newest = app.snapshot.situation.records[0].record if app.snapshot else ""
        burst(app, "/type:strike\rrabc")
        await until(pilot, lambda: on_top(app, FormScreen))
        await done(pilot, app)
        snapshot = app.snapshot
        assert snapshot is not None
        assert snapshot.feed[0].record != newest
        assert form_of(app).form.revises == snapshot.feed[0].record
        assert app.is_running


async def test_a_filter_that_is_not_understood_leads_to_no_record(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        burst(app, "/killed>=x\rrq")
        await done(pilot, app)
        assert app.screen is app._main
        assert "this filter is not at work (2 keys typed on are dropped)" in screen(app)


async def test_a_claimant_that_is_not_on_record_leads_to_no_record(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        burst(app, "/claimant:nobody-at-all\rrq")
        await done(pilot, app)
        assert app.is_running
        assert app.screen is app._main


async def test_a_filter_found_wrong_between_leaving_it_and_the_feed_leads_to_no_record(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        burst(app, "/claimant:nobody-at-all")
        line = app._main.filter
        await until(pilot, lambda: line.has_class("wrong"))
        line.action_leave()
        assert line.field.has_focus  # as long as nothing else has had its turn
        app.on_filter_wrong(FilterWrong(line.field.value, line._wrong.problems))
        assert app._dropping  # what is typed on without a look


async def test_retracting(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        keys(app, "R", "q", "l")
        await until(pilot, lambda: on_top(app, FormScreen))
        await done(pilot, app)
        assert form_of(app).values["reason"] == "ql"


async def test_the_palette(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        burst(app, "\x10quota q")
        await until(pilot, lambda: on_top(app, Palette))
        await done(pilot, app)
        assert app.screen.words.value == "quota q"  # type: ignore[attr-defined]


async def test_an_action_of_the_palette_and_on_from_there(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        burst(app, "\x10go to a date\r2026-02-02\r")
        await until(pilot, lambda: app.snapshot is not None and app.snapshot.stand.as_of == "2026-02-02")


async def test_help_and_back(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        burst(app, "?q/q")
        await done(pilot, app)
        assert app.is_running
        assert app.screen is app._main
        assert app._main.filter.field.value == "q"


async def test_a_detail_and_back(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        keys(app, "enter", "escape", "enter", "q", "slash", "q")
        await done(pilot, app)
        assert app.is_running
        assert app.screen is app._main
        assert app._main.filter.field.value == "q"


async def test_the_screens_keys_after_a_form_is_left(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        keys(app, "a", "p", "escape", "g")
        await until(pilot, lambda: on_top(app, GoTo))
        keys(app, "escape", "a", "escape", "z")
        await done(pilot, app)
        assert app._main.has_class("zoom-feed")


async def test_where_one_will_be_decides_whether_it_is_appended_to(gaza: Path) -> None:
    """Still live when the keys come, in replay when `a` is due: it is refused, and nothing typed on does anything."""
    async with watching(gaza, size=SMALL) as (app, pilot):
        burst(app, "g2026-02-02\rapq")
        await until(pilot, lambda: app.snapshot is not None and app.snapshot.stand.as_of == "2026-02-02")
        await done(pilot, app)
        assert app.is_running
        assert app.screen is app._main
        shown = " ".join(screen(app).split())
        assert "nothing is written in replay: to append, press l for live first (2 keys typed on are dropped)" in shown


async def test_after_a_pause_keys_are_keys_again(gaza: Path) -> None:
    async with watching(gaza, stand=Stand("2026-02-02")) as (app, pilot):
        burst(app, "apq")
        await done(pilot, app)
        await pilot.pause(typing_ahead.PAUSE)
        burst(app, "g")
        await until(pilot, lambda: on_top(app, GoTo))


async def test_a_read_only_dashboard_takes_no_text_for_commands(gaza: Path) -> None:
    async with watching(gaza, read_only=True) as (app, pilot):
        burst(app, "apq")
        await done(pilot, app)
        assert app.is_running


async def test_a_line_that_leads_nowhere(empty: Path) -> None:
    async with watching(empty) as (app, pilot):
        burst(app, "\rq")
        await done(pilot, app)
        assert app.is_running
        assert "nothing opens here (1 key typed on is dropped)" in screen(app)


@pytest.mark.parametrize("pressed", ["\rq", "xq", "rq", "Rq"])
async def test_what_does_not_come_in_time_is_given_up(
    gaza: Path, pressed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The store hangs: what was typed on is dropped, and nothing opens late under somebody's hands."""
    monkeypatch.setattr(typing_ahead, "PATIENCE", 1.5)
    hangs = asyncio.Event()
    async with watching(gaza) as (app, pilot):
        answered = app.ask

        async def ask(question: Callable[[Reading, Any], Any]) -> Any:
            await hangs.wait()
            return await answered(question)

        monkeypatch.setattr(app, "ask", ask)
        burst(app, pressed)
        await until(pilot, lambda: "is given up" in screen(app))
        assert "what was asked for did not come in 1.5 s, and is given up" in screen(app)
        hangs.set()
        await pilot.pause(0.5)
        assert app.is_running
        assert app.screen is app._main
        burst(app, "g")
        await until(pilot, lambda: on_top(app, GoTo))


async def test_leaving_gets_through_what_hangs(gaza: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typing_ahead, "PATIENCE_TO_LEAVE", 0.2)
    async with watching(gaza) as (app, pilot):

        async def ask(_: Callable[[Reading, Any], Any]) -> Any:
            await asyncio.Event().wait()

        monkeypatch.setattr(app, "ask", ask)
        burst(app, "xab\x11c")
        await until(pilot, lambda: not app.is_running or app._exit, seconds=2)


async def test_leaving_waits_for_a_save_before_it(gaza: Path) -> None:
    before = head_of(gaza)
    async with watching(gaza) as (app, pilot):
        burst(app, PASSAGES)
        await done(pilot, app)
        await until(pilot, lambda: form_of(app).is_shown)
        burst(app, f"{SAVE}{QUIT}")
        await until(pilot, lambda: app._exit)
    assert head_of(gaza) == before + 1


async def test_a_save_that_hangs_is_not_stopped(gaza: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    goes_on, write, before = threading.Event(), Pen.append, head_of(gaza)

    def slow(self: Pen, drafts: Sequence[Draft], *, dry_run: bool = False) -> list[Outcome]:
        goes_on.wait(10)
        return write(self, drafts, dry_run=dry_run)

    monkeypatch.setattr(Pen, "append", slow)
    async with watching(gaza) as (app, pilot):
        burst(app, PASSAGES)
        await done(pilot, app)
        await until(pilot, lambda: form_of(app).is_shown)
        monkeypatch.setattr(typing_ahead, "PATIENCE", 1.5)
        burst(app, f"{SAVE}qqq")
        await until(pilot, lambda: "(3 keys typed on are dropped)" in screen(app))
        goes_on.set()
        await until(pilot, lambda: app.screen is app._main)
        await until(pilot, lambda: app.situation is not None and app.situation.vantage.head == before + 1)


async def test_what_acts_on_no_record_waits_for_no_picture(gaza: Path) -> None:
    """The keys that show help and leave work while the log is being read, however long that takes."""
    async with watching(gaza) as (app, pilot):
        app._follower._wished += 1  # and it is never granted
        burst(app, "?")
        await until(pilot, lambda: on_top(app, LinesScreen), seconds=4)
        burst(app, "qq")
        await until(pilot, lambda: app._exit, seconds=4)


async def test_a_paste_outside_of_a_field(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        burst(app, "\x1b[200~qaR/\r\x1b[201~")
        await done(pilot, app)
        assert app.is_running
        assert app.screen is app._main
        assert "a paste goes into a field" in screen(app)


async def test_a_paste_behind_the_key_that_opens_its_field(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        burst(app, "g\x1b[200~2026-02-02\x1b[201~\r")
        await until(pilot, lambda: app.snapshot is not None and app.snapshot.stand.as_of == "2026-02-02")


async def test_a_held_key_is_not_kept_from_stepping(gaza: Path) -> None:
    """Steps are wishes: none waits for the picture of the one before."""
    async with watching(gaza, stand=Stand("2026-02-20")) as (app, pilot):
        burst(app, "[" * 10)
        await until(pilot, lambda: app.snapshot is not None and app.snapshot.stand.as_of == "2026-02-10")
        assert app.snapshot is not None
        assert app.snapshot.number < 9
