"""View: panels, filter, and the screens behind what is chosen, each loaded when it is first asked for."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import msgspec

from domain.errors import CeasefireError
from projections.situation import RecordLine, Situation, StrikeView
from tui.dashboard import inks, wording
from tui.dashboard.feed import Feed
from tui.dashboard.filter_line import FilterLine
from tui.dashboard.line_view import LineView
from tui.dashboard.lines import Target
from tui.dashboard.lines_screen import LinesScreen
from tui.dashboard.messages import FilterWrong
from tui.dashboard.panel import Summary
from tui.dashboard.reading import Reading
from tui.dashboard.snapshot import PAGE
from tui.dashboard.typing_ahead import OPENS
from tui.dashboard.window import FETCHES, TIMES, Window
from tui.safe_text import on_a_line

if TYPE_CHECKING:
    from projections.strike_history import Stood

OUT_OF_SIGHT = "the cursor stood out of sight: here it is; press the key again"


class Looking(Window):
    """What shows more, or something else, of the vantage that is drawn."""

    def on_feed_page_wanted(self, message: Feed.PageWanted) -> None:
        """Fetch a page for the feed."""
        self.run_worker(self._fetch(message), group=FETCHES)

    async def _fetch(self, page: Feed.PageWanted) -> None:
        snapshot = self.snapshot
        if snapshot is None:
            return
        text, now = snapshot.filter, self._clock()

        def look(reading: Reading, vantage: Any) -> tuple[RecordLine, ...]:
            return reading.feed(vantage, reading.wanted(text, now), PAGE, page.before, page.skip)

        try:
            records = await self.ask(look)
        except (CeasefireError, asyncio.CancelledError):
            self._main.feed.page_failed(page.offset)
            return
        self._main.feed.put_page(page.offset, page.snapshot, records)

    def on_summary_picked(self, message: Summary.Picked) -> None:
        """A panel comes forward."""
        self._main.to_panel(message.number)

    def on_line_view_chosen(self, message: LineView.Chosen) -> None:
        """Open what a line leads to."""
        self.open(message.target)

    def on_line_view_was_out_of_sight(self) -> None:
        """Say where it went."""
        self.refuse(OUT_OF_SIGHT)

    def open(self, target: Target) -> None:
        """The screen behind a target."""
        situation = self.shown
        if situation is None:
            return
        if target.kind == "record":
            self.run_worker(self._open_record(target.ref), exclusive=True, group=OPENS)
            return
        if target.kind == "filter":
            self._to_filter(target.ref)
            return
        self.run_worker(self._open_claims(situation, target), exclusive=True, group=OPENS)

    async def _open_claims(self, situation: Situation, target: Target) -> None:
        from tui.dashboard.claims import claims_screen  # noqa: PLC0415

        def look(
            reading: Reading, vantage: Any
        ) -> tuple[Any, StrikeView | None, dict[str, RecordLine], tuple[Stood, ...]]:
            said = reading.statements_about(target.ref, vantage) if target.kind != "commitment" else ()
            strike = reading.strike(target.ref, vantage) if target.kind == "strike" else None
            stood = reading.stood_after(strike, vantage, self._clock()) if strike is not None else ()
            return said, strike, reading.lines(target.records, vantage), stood

        try:
            said, strike, lines, stood = await self.ask(look)
        except CeasefireError as error:
            self.refuse(str(error))
            return
        if strike is not None:  # it may be older than those that a panel lists
            strikes = msgspec.structs.replace(situation.strikes, latest=(strike,))
            situation = msgspec.structs.replace(situation, strikes=strikes)
        screen = claims_screen(situation, target, self.glyphs, said=said, lines=lines, stood=stood)
        if screen is not None:
            self.push_screen(screen)
        elif target.records:
            await self._open_record(target.records[0])
        else:
            self.refuse("nothing of it counts here: its reports are later, withdrawn, or joined to another's")

    def _to_filter(self, text: str) -> None:
        """The feed with only what a filter lets through, in front of everything."""
        while len(self.screen_stack) > 1:
            self.pop_screen()
        self._main.filter.set(text)
        self._main.to_panel(4)

    async def _open_record(self, record: str) -> None:
        try:
            page = await self.ask(lambda reading, vantage: reading.detail(record, vantage))
        except CeasefireError as error:
            self.refuse(str(error))
            return
        if self.shown is not None:
            from tui.dashboard.detail import record_screen  # noqa: PLC0415

            self.push_screen(record_screen(page, self.shown, self.glyphs, self._setup.actions))

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
        """Show only what a filter lets through."""
        self._main.filter.open()

    def on_filter_line_typed(self, message: FilterLine.Typed) -> None:
        """Narrow the feed while typing."""
        self._follower.filter(message.text)

    def on_filter_wrong(self, message: FilterWrong) -> None:
        """Say under the field what this log does not hold, unless something else stands there by now."""
        if message.text == self._main.filter.field.value.strip():
            self._main.filter.wrong(message.problems)
            if not self._main.filter.in_hand:
                self.drop_ahead("this filter is not at work")

    def on_filter_line_done(self) -> None:
        """Back to the feed."""
        self._main.feed.focus()

    def action_times(self) -> None:
        """The log's timezone, UTC, ages."""
        self._times = TIMES[(TIMES.index(self._times) + 1) % len(TIMES)]
        if self.snapshot is None:
            return
        self._draw(self.snapshot)
        zone = wording.zone_word(self.snapshot.situation.vantage.timezone)
        self.say(
            {
                "zone": f"times as in {zone}, the timezone of this log",
                "utc": "times in UTC; days stay the local days of the log",
                "age": "times as ages before as of; the first line, the scrubber and a record's own times stay dates",
            }[self._times]
        )

    def action_light(self) -> None:
        """Light or dark."""
        if self.theme in (inks.DARK.name, inks.LIGHT.name):
            self.theme = inks.LIGHT.name if self.theme == inks.DARK.name else inks.DARK.name
            self.refresh()

    def action_help(self) -> None:
        """The keys."""
        from tui.dashboard.help import help_lines  # noqa: PLC0415

        actions = self._setup.actions
        self.push_screen(LinesScreen("Keys", lambda width: help_lines(width, self.glyphs, actions), glyphs=self.glyphs))

    def _record_open(self) -> str | None:
        """The record whose page is open."""
        from tui.dashboard.detail import RecordScreen  # noqa: PLC0415

        return self.screen.page.detail.line.record if isinstance(self.screen, RecordScreen) else None

    def _record_at_hand(self) -> str | None:
        """The record whose page is open, or under the cursor of whatever has the focus."""
        page = self._record_open()
        if page is not None:
            return page
        focused = self.screen.focused
        target = focused.at_hand if isinstance(focused, LineView) else None
        if target is None:
            return None
        return target.ref if target.kind == "record" else target.records[0] if target.records else None

    def _brings_back(self) -> bool:
        """Whether a record was to be acted on that the cursor stood on out of sight: now it is in view."""
        focused = self.screen.focused
        return self._record_open() is None and isinstance(focused, LineView) and focused.brings_back()

    def action_copy(self) -> None:
        """The record under the cursor as JSON, to the clipboard of the terminal."""
        if self._brings_back():
            return
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
        from tui.dashboard.detail import as_json  # noqa: PLC0415

        self.copy_to_clipboard(as_json(page))
        self.say(f"copied {on_a_line(record)} as JSON, if this terminal allows that")
