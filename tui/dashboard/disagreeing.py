"""What does not agree: the list of it by kind, and each kind's own list, page by page."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from domain.errors import CeasefireError
from projections.situation import DiscrepancyKind, OfKind, RecordLine, Situation
from tui.dashboard.lines import Target
from tui.dashboard.looking import Looking
from tui.dashboard.reading import Reading
from tui.dashboard.typing_ahead import OPENS
from tui.dashboard.window import FETCHES

if TYPE_CHECKING:
    from projections.looks.discrepancies import Reached
    from tui.dashboard.kind_screen import KindScreen, Page


class Disagreeing(Looking):
    """What opens the lists, at the vantage that is drawn."""

    def action_discrepancies(self) -> None:
        """Everything on record that does not agree."""
        if self.shown is not None:
            self.run_worker(self._open_discrepancies(self.shown), exclusive=True, group=OPENS)

    def open(self, target: Target) -> None:
        """The screen behind a target."""
        if target.kind != "disagreeing":
            super().open(target)
        elif self.shown is not None:
            self.run_worker(self._open_kind(self.shown, target.ref), exclusive=True, group=OPENS)

    async def _open_discrepancies(self, situation: Situation) -> None:
        from tui.dashboard.discrepancies import discrepancies_screen  # noqa: PLC0415
        from tui.text_twin.disputes import few  # noqa: PLC0415

        def asked(reading: Reading, _: Any) -> tuple[tuple[OfKind, ...], dict[str, RecordLine]]:
            found = reading.disagreeing(situation.vantage, few(situation))
            records = {record for kind in found for each in kind.newest for record in each.records}
            return found, reading.lines(records, situation.vantage)

        kinds: tuple[OfKind, ...] | None = None
        lines: dict[str, RecordLine] = {}
        with suppress(CeasefireError):  # what was read stays there to be looked at
            kinds, lines = await self.ask(asked)
        self.push_screen(discrepancies_screen(situation, self.glyphs, lines, kinds))

    async def _open_kind(self, situation: Situation, kind: str) -> None:
        from tui.dashboard.kind_screen import KindScreen  # noqa: PLC0415

        try:
            found = await self.ask(lambda reading, _: reading.disagreeing(situation.vantage, 0))
            one = next((each for each in found if each.kind == kind), None)
            if one is None:
                self.refuse("nothing of that kind disagrees any more")
                return
            page = await self._page(situation, one.kind, None)
        except CeasefireError as error:
            self.refuse(str(error))
            return
        self.push_screen(KindScreen(one, page, situation, self.glyphs))

    def on_kind_screen_more_wanted(self, message: KindScreen.MoreWanted) -> None:
        """The next page of a list."""
        self.run_worker(self._fetch_more(message.screen, message.situation), group=FETCHES)

    async def _fetch_more(self, screen: KindScreen, situation: Situation) -> None:
        try:
            screen.put(await self._page(situation, screen.kind, screen.reached))
        except (CeasefireError, asyncio.CancelledError):
            screen.put(None)

    async def _page(self, situation: Situation, kind: DiscrepancyKind, after: Reached | None) -> Page:
        from tui.dashboard.kind_screen import PAGE  # noqa: PLC0415

        def asked(reading: Reading, _: Any) -> Page:
            items, reached = reading.disagreements(situation.vantage, kind, PAGE, after)
            records = {record for each in items for record in each.records}
            return items, reached, reading.lines(records, situation.vantage)

        return await self.ask(asked)
