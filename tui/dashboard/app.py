"""The app: what each key does, and the one road from the follower's snapshots to the screen."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, ClassVar, TypeVar

from textual import events
from textual.app import App
from textual.timer import Timer
from textual.widgets import Input

from domain.clock import Clock, system_clock
from domain.deciding import Outcome
from domain.editing import Retracted
from domain.errors import CeasefireError
from projections.situation import RecordLine, Situation
from tui.dashboard import inks
from tui.dashboard.banner import BannerState
from tui.dashboard.claims import claims_screen
from tui.dashboard.detail import RecordScreen, as_json, record_screen
from tui.dashboard.discrepancies import discrepancies_screen
from tui.dashboard.feed import Feed
from tui.dashboard.follower import Follower, Open
from tui.dashboard.forms.choosing import Choosing
from tui.dashboard.forms.crossing import passages_form, status_form
from tui.dashboard.forms.editing import retract_form, revise_form
from tui.dashboard.forms.form import Form, Known
from tui.dashboard.forms.form_screen import FormScreen
from tui.dashboard.forms.known import known_from
from tui.dashboard.forms.phase import phase_form
from tui.dashboard.forms.strike import strike_form
from tui.dashboard.glyphs import ASCII, UNICODE
from tui.dashboard.goto import GoTo
from tui.dashboard.help import help_lines
from tui.dashboard.line_view import LineView
from tui.dashboard.lines import Target
from tui.dashboard.lines_screen import LinesScreen
from tui.dashboard.main_screen import MainScreen
from tui.dashboard.messages import Arrived, NotThere, Troubled, Working
from tui.dashboard.palette import Palette
from tui.dashboard.panel import Summary
from tui.dashboard.reading import Reading
from tui.dashboard.scrubber import Scrubber
from tui.dashboard.snapshot import PAGE, Snapshot, Stand
from tui.dashboard.writing import Pen, form_key
from tui.safe_text import on_a_line

T = TypeVar("T")
SPEEDS = (0.5, 1.0, 2.0, 5.0, 10.0)
"""Days a second."""
LIVE = Stand()
SIMILAR_AMONG = 200
"""How many records a form looks through for what is similar."""


@dataclass(frozen=True)
class Setup:
    """What a dashboard is started with. `pen` writes to the log; None where it may only be looked at."""

    open_reading: Open
    pen: Pen | None
    stand: Stand = LIVE
    clock: Clock = system_clock
    ascii_only: bool = False
    new_key: Callable[[], str] = form_key


class DashboardApp(App[None]):
    """The dashboard. Starts live unless the setup says otherwise."""

    ENABLE_COMMAND_PALETTE = False
    TITLE = "Ceasefire Monitor"
    CSS: ClassVar[str] = """
    DashboardApp.ascii LineView { scrollbar-size-vertical: 0; }
    DashboardApp.ascii Panel, DashboardApp.ascii Panel:focus { border: ascii $foreground; }
    DashboardApp.ascii Feed, DashboardApp.ascii Feed:focus { border: ascii $foreground; }
    DashboardApp.ascii Sheet { border: ascii $foreground; }
    DashboardApp.ascii ModalScreen > Vertical { border: ascii $foreground; }
    DashboardApp.ascii VerticalScroll { scrollbar-size-vertical: 0; }
    DashboardApp.ascii #foot { border-top: ascii $foreground; }
    """

    def __init__(self, setup: Setup) -> None:
        no_color = "NO_COLOR" in os.environ
        super().__init__(ansi_color=True if no_color else None)
        self.animation_level = "none"
        self.glyphs = ASCII if setup.ascii_only else UNICODE
        self.set_class(setup.ascii_only, "ascii")
        self.register_theme(inks.DARK)
        self.register_theme(inks.LIGHT)
        self.theme = "ansi-dark" if no_color else inks.DARK.name
        self._setup = setup
        self._clock = setup.clock
        self._main = MainScreen(glyphs=self.glyphs, writes=setup.pen is not None)
        self._follower = Follower(setup.open_reading, self.post_message, setup.clock, setup.stand)
        self._banner = BannerState()
        self._speed = 2
        self._player: Timer | None = None
        self._stepping = False

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Variables of our own themes, for a theme that does not have them."""
        return {"frame": "ansi_bright_black", "field": "ansi_bright_black"}

    def get_default_screen(self) -> MainScreen:
        """There is one."""
        return self._main

    def on_mount(self) -> None:
        """Follow the log; look at the clock once a minute."""
        self._follower.start()
        self.set_interval(60, self._minute)

    def on_unmount(self) -> None:
        """Let go of the log."""
        self._follower.stop()

    @property
    def snapshot(self) -> Snapshot | None:
        """What is drawn now."""
        return self._banner.snapshot

    @property
    def situation(self) -> Situation | None:
        """The Situation that is drawn now."""
        return self.snapshot.situation if self.snapshot else None

    # from the follower

    def on_arrived(self, message: Arrived) -> None:
        """Draw it."""
        snapshot = message.snapshot
        self._stepping = False
        self._draw_banner(replace(self._banner, snapshot=snapshot))
        self._main.show(snapshot)
        if self._player is not None and snapshot.stand.live:
            self._pause("the end of the record: live again")

    def on_troubled(self, message: Troubled) -> None:
        """Say it as long as it lasts."""
        self._stepping = False
        self._draw_banner(replace(self._banner, trouble=message.trouble))

    def on_working(self, message: Working) -> None:
        """Say what takes so long."""
        self._draw_banner(replace(self._banner, waiting=message.words))

    def on_not_there(self, message: NotThere) -> None:
        """Say why nothing moved."""
        self._stepping = False
        if self._player is not None:
            self._pause(message.words)
        else:
            self.say(message.words)

    def _draw_banner(self, state: BannerState) -> None:
        self._banner = state
        self._main.banner.show(state, self._clock())

    def _minute(self) -> None:
        self._draw_banner(self._banner)
        if self.snapshot is not None and self.snapshot.stand.live:
            self._follower.look_again()

    def say(self, words: str) -> None:
        """A sentence in place of the keys, until the next key."""
        on_top = self.screen
        if isinstance(on_top, LinesScreen):
            on_top.hint.say(words)
        else:
            self._main.keybar.say(words)

    def on_key(self, _: events.Key) -> None:
        """A key takes the sentence away."""
        if self._main.keybar.saying:
            self._main.keybar.say("")

    async def ask(self, question: Callable[[Reading, Any], T]) -> T:
        """An answer from the reader's thread."""
        future: Future[T] = self._follower.ask(question)
        return await asyncio.wrap_future(future)

    # from the widgets

    def on_feed_page_wanted(self, message: Feed.PageWanted) -> None:
        """Fetch a page for the feed."""
        self.run_worker(self._fetch(message.offset, message.snapshot))

    async def _fetch(self, offset: int, number: int) -> None:
        snapshot = self.snapshot
        if snapshot is None:
            return
        text = snapshot.filter
        try:
            records = await self.ask(lambda reading, vantage: tuple(reading.feed(vantage, text, offset, PAGE)))
        except (CeasefireError, asyncio.CancelledError):
            self._main.feed.page_failed(offset)
            return
        self._main.feed.put_page(offset, number, records)

    def on_scrubber_day_picked(self, message: Scrubber.DayPicked) -> None:
        """To a day."""
        self._go_to_day(message.day)

    def on_summary_picked(self, message: Summary.Picked) -> None:
        """A panel comes forward."""
        self._main.to_panel(message.number)

    def on_line_view_chosen(self, message: LineView.Chosen) -> None:
        """Open what a line leads to."""
        self.open(message.target)

    def open(self, target: Target) -> None:
        """The screen behind a target."""
        situation = self.situation
        if situation is None:
            return
        if target.kind == "record":
            self.run_worker(self._open_record(target.ref), exclusive=True, group="open")
            return
        screen = claims_screen(situation, target, self.glyphs)
        if screen is not None:
            self.push_screen(screen)
        elif target.records:
            self.run_worker(self._open_record(target.records[0]), exclusive=True, group="open")

    async def _open_record(self, record: str) -> None:
        try:
            page = await self.ask(lambda reading, vantage: reading.detail(record, vantage))
        except CeasefireError as error:
            self.say(str(error))
            return
        if self.situation is not None:
            self.push_screen(record_screen(page, self.situation, self.glyphs))

    # time

    def action_play(self) -> None:
        """Forward a day at a time, or pause."""
        if self._player is not None:
            self._pause("")
            return
        snapshot = self.snapshot
        if snapshot is None:
            return
        if snapshot.stand.live:
            self.say("this is live; go back first (Home for day 1, [ for the day before), then play")
            return
        self._play()

    def _play(self) -> None:
        if self._player is not None:
            self._player.stop()
        self._player = self.set_interval(1 / SPEEDS[self._speed], self._tick)
        self._draw_banner(replace(self._banner, playing=f"{SPEEDS[self._speed]:g} d/s"))

    def _pause(self, words: str) -> None:
        if self._player is not None:
            self._player.stop()
            self._player = None
        self._draw_banner(replace(self._banner, playing=""))
        if words:
            self.say(words)

    def _tick(self) -> None:
        # a slow terminal or log must not be buried under steps: one at a time
        if not self._stepping:
            self._step_days(1)

    def action_slower(self) -> None:
        """Fewer days a second."""
        self._set_speed(self._speed - 1)

    def action_faster(self) -> None:
        """More days a second."""
        self._set_speed(self._speed + 1)

    def _set_speed(self, speed: int) -> None:
        self._speed = min(len(SPEEDS) - 1, max(0, speed))
        if self._player is not None:
            self._play()
        else:
            self.say(f"plays {SPEEDS[self._speed]:g} days a second")

    def action_previous_record(self) -> None:
        """To the record before."""
        self._stop_playing()
        self._follower.step("record", -1)

    def action_next_record(self) -> None:
        """To the record after."""
        self._stop_playing()
        self._follower.step("record", 1)

    def action_less_known(self) -> None:
        """One record less known."""
        self._stop_playing()
        self._follower.step_known(-1)

    def action_more_known(self) -> None:
        """One record more known."""
        self._stop_playing()
        self._follower.step_known(1)

    def action_previous_day(self) -> None:
        """To the day before."""
        self._stop_playing()
        self._step_days(-1)

    def action_next_day(self) -> None:
        """To the day after."""
        self._stop_playing()
        self._step_days(1)

    def _step_days(self, by: int) -> None:
        self._stepping = True
        self._follower.step("day", by)

    def action_previous_phase(self) -> None:
        """To the change of phase before."""
        self._stop_playing()
        self._follower.step("phase", -1)

    def action_next_phase(self) -> None:
        """To the change of phase after."""
        self._stop_playing()
        self._follower.step("phase", 1)

    def action_live(self) -> None:
        """Back to live."""
        self._stop_playing()
        self._follower.go(Stand())

    def action_day_one(self) -> None:
        """To day 1 of the ceasefire shown; without one, to the first day of the record."""
        self._stop_playing()
        snapshot = self.snapshot
        if snapshot is not None:
            self._go_to_day(snapshot.situation.ceasefire.day_one or snapshot.density.first)

    def _go_to_day(self, day: str) -> None:
        self._stop_playing()
        snapshot = self.snapshot
        if snapshot is None:
            return
        clock = "then" if snapshot.stand.clock == "then" else "now"
        today = snapshot.density.last
        if date.fromisoformat(day) >= date.fromisoformat(today) and snapshot.stand.live:
            return
        self._follower.go(Stand(as_of=day, clock=clock))  # type: ignore[arg-type]

    def action_second_clock(self) -> None:
        """Known now, or known then."""
        snapshot = self.snapshot
        if snapshot is None:
            return
        stand = snapshot.stand
        if stand.live:
            self.say("live, both clocks are at now; go to a date first, then b shows what was known by then")
            return
        self._follower.go(replace(stand, clock="now" if stand.clock == "then" else "then", known_at=None))

    def _stop_playing(self) -> None:
        if self._player is not None:
            self._pause("")

    def action_go_to(self) -> None:
        """To a date or an instant on both clocks."""
        self._stop_playing()
        snapshot = self.snapshot
        stand = snapshot.stand if snapshot else Stand()

        async def check(as_of: str | None, known_at: str | None) -> None:
            now = self._clock()
            await self.ask(lambda reading, _: reading.vantage(as_of, known_at, now))

        def went(result: Stand | None) -> None:
            if result is not None:
                self._follower.go(result)

        self.push_screen(GoTo(stand, check), went)

    # view

    def action_panel_1(self) -> None:
        """Phase and commitments."""
        self._main.to_panel(1)

    def action_panel_2(self) -> None:
        """Strikes."""
        self._main.to_panel(2)

    def action_panel_3(self) -> None:
        """Crossings."""
        self._main.to_panel(3)

    def action_panel_4(self) -> None:
        """Records."""
        self._main.to_panel(4)

    def action_next_panel(self) -> None:
        """To the next panel."""
        self._main.to_panel(self._main.at_hand % 4 + 1)

    def action_previous_panel(self) -> None:
        """To the panel before."""
        self._main.to_panel((self._main.at_hand - 2) % 4 + 1)

    def action_zoom(self) -> None:
        """The panel at hand on the whole screen, and back."""
        self._main.zoom()

    def action_filter(self) -> None:
        """Show only records with these words."""
        self._main.filter.add_class("open")
        self._main.filter.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow the feed while typing."""
        if event.input is self._main.filter:
            self._follower.filter(event.value.strip())

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Back to the feed; an empty filter goes away."""
        if event.input is self._main.filter:
            if not event.value.strip():
                self._main.filter.remove_class("open")
            self._main.feed.focus()

    def action_discrepancies(self) -> None:
        """Everything on record that does not agree."""
        if self.situation is not None:
            self.push_screen(discrepancies_screen(self.situation, self.glyphs))

    def action_light(self) -> None:
        """Light or dark."""
        if self.theme in (inks.DARK.name, inks.LIGHT.name):
            self.theme = inks.LIGHT.name if self.theme == inks.DARK.name else inks.DARK.name
            self.refresh()

    def action_help(self) -> None:
        """The keys."""
        self.push_screen(LinesScreen("Keys", lambda width: help_lines(width, self.glyphs), glyphs=self.glyphs))

    def action_palette(self) -> None:
        """Every action by name."""

        def chose(action: str | None) -> None:
            if action == "detail":
                focused = self._main.focused
                if isinstance(focused, LineView):
                    focused.action_choose()
            elif action is not None:
                getattr(self, f"action_{action}")()

        self.push_screen(Palette(glyphs=self.glyphs), chose)

    # acting

    def action_append(self) -> None:
        """A form for a new report."""
        if not self._may_write("append"):
            return

        def chose(name: str | None) -> None:
            if name is not None:
                self._open_form(self._form(name))

        self.push_screen(Choosing(glyphs=self.glyphs), chose)

    def _may_write(self, what: str) -> bool:
        """Whether the pen is at hand; if not, why."""
        if self._setup.pen is None:
            self.say(f"read-only: this dashboard was opened to look, so it does not {what}")
        elif self.snapshot is None:
            self.say("the log is not open yet")
        elif not self.snapshot.stand.live:
            self.say(f"this is replay, not now, so nothing is written from here; to {what}, press l for live first")
        else:
            return True
        return False

    def _known(self) -> Known:
        assert self._setup.pen is not None
        assert self.situation is not None
        return known_from(self.situation)

    def _form(self, name: str) -> Form:
        known, key = self._known(), self._setup.new_key()
        ref = self._stream_at_hand()
        crossing = ref if ref.startswith("crossing-") else ""
        match name:
            case "strike":
                return strike_form(known, key, ref if ref.startswith("strike-") else "")
            case "status":
                return status_form(known, key, crossing)
            case "passages":
                return passages_form(known, key, crossing)
            case _:
                return phase_form(known, key)

    def _stream_at_hand(self) -> str:
        """The stream of what the cursor stands on: the form begins with it."""
        focused = self._main.focused
        target = focused.target if isinstance(focused, LineView) else None
        if target is None:
            return ""
        # a line of the feed leads to a record, which is another report more often than more on the same one
        return target.ref if target.kind in ("strike", "crossing") else ""

    def _open_form(self, form: Form) -> None:
        pen = self._setup.pen
        assert pen is not None

        async def find(words: str) -> list[RecordLine]:
            now = self._clock()

            def look(reading: Reading, _: object) -> list[RecordLine]:
                return list(reading.feed(reading.vantage(None, None, now), words, 0, SIMILAR_AMONG))

            return await self.ask(look)

        def written(outcomes: list[Outcome] | None) -> None:
            if not outcomes:
                return
            ids = ", ".join(f"#{outcome.record.position} {outcome.record.id}" for outcome in outcomes)
            again = "" if any(outcome.fresh for outcome in outcomes) else " (was on record already)"
            self.say(f"saved{again}: {on_a_line(ids)}")

        self.push_screen(
            FormScreen(form, lambda drafts, dry: pen.append(drafts, dry_run=dry), find, glyphs=self.glyphs), written
        )

    def _record_at_hand(self) -> str | None:
        """The record under the cursor of whatever has the focus."""
        screen = self.screen
        if isinstance(screen, RecordScreen):
            return screen.page.detail.line.record
        focused = screen.focused
        target = focused.target if isinstance(focused, LineView) else None
        if target is None:
            return None
        return target.ref if target.kind == "record" else target.records[0] if target.records else None

    def action_revise(self) -> None:
        """Mend an error in the record under the cursor."""
        self._edit("revise")

    def action_retract(self) -> None:
        """Withdraw the record under the cursor."""
        self._edit("retract")

    def _edit(self, what: str) -> None:
        if not self._may_write(what):
            return
        record = self._record_at_hand()
        if record is None:
            self.say(f"nothing to {what} here: put the cursor on a record first")
            return
        self.run_worker(self._open_edit(what, record), exclusive=True, group="open")

    async def _open_edit(self, what: str, record: str) -> None:
        try:
            page = await self.ask(lambda reading, vantage: reading.detail(record, vantage))
        except CeasefireError as error:
            self.say(str(error))
            return
        known, key, shown = self._known(), self._setup.new_key(), page.detail.line
        if what == "retract":
            before = page.original.data if page.original is not None else None
            reinstates = before.target if isinstance(before, Retracted) else None
            self._open_form(retract_form(shown.record, shown.stream, known, key, reinstates=reinstates))
        elif page.effective is None:
            self.say("the body of this record was erased; there is nothing left to revise")
        elif shown.standing in ("retracted", "edit"):
            self.say("a retraction or correction is not revised; R withdraws it, or reinstates what it withdrew")
        else:
            self._open_form(revise_form(shown.record, shown.stream, page.effective, known, key))

    def action_copy(self) -> None:
        """The record under the cursor as JSON, to the clipboard of the terminal."""
        record = self._record_at_hand()
        if record is None:
            self.say("nothing to copy here: put the cursor on a record first")
            return
        self.run_worker(self._copy(record), exclusive=True, group="copy")

    async def _copy(self, record: str) -> None:
        try:
            page = await self.ask(lambda reading, vantage: reading.detail(record, vantage))
        except CeasefireError as error:
            self.say(str(error))
            return
        self.copy_to_clipboard(as_json(page))
        self.say(f"copied {on_a_line(record)} as JSON, if this terminal lets programs write its clipboard")

    async def action_quit(self) -> None:
        """Leave."""
        self.exit()
