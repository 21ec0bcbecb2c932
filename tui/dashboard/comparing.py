"""Comparing: a mark on one vantage, and what differs between it and where one stands."""

from __future__ import annotations

import msgspec

from domain.errors import CeasefireError
from projections.situation import Situation, Vantage
from tui.dashboard.disagreeing import Disagreeing
from tui.dashboard.typing_ahead import OPENS
from tui.dashboard.window import Setup


class Comparing(Disagreeing):
    """What needs two vantages."""

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        self._marked: Vantage | None = None

    def action_mark(self) -> None:
        """Mark the vantage that is drawn."""
        from tui.text_twin.words import until  # noqa: PLC0415

        if self.situation is None:
            return
        self._marked = self.situation.vantage
        self._main.scrubber.mark(self._marked.as_of_day)
        as_of = until(self._marked.as_of, self._marked.timezone)
        key = self.glyphs.keys["difference"]
        self.say(f"marked {as_of}, #{self._marked.position}: go elsewhere, then {key} shows what differs")

    def action_difference(self) -> None:
        """What differs between the mark and here."""
        if self._marked is None:
            keys = self.glyphs.keys
            self.refuse(
                f"nothing is marked: {keys['mark']} marks where you are; go elsewhere, then {keys['difference']} shows "
                "what differs"
            )
        elif self.situation is not None:
            self.run_worker(self._compare(self._marked, self.situation), exclusive=True, group=OPENS)

    async def _compare(self, mark: Vantage, here: Situation) -> None:
        try:
            found = await self.ask(lambda reading, _: reading.difference(mark, here.vantage))
        except CeasefireError as error:
            self.refuse(str(error))
            return
        from tui.dashboard.difference import DifferenceScreen  # noqa: PLC0415 - it, and what it shows, are loaded when asked for

        self.push_screen(DifferenceScreen(found, here, self.glyphs))

    async def _open_record(self, record: str) -> None:
        """From a change, at the vantage that knows more: what was known at one only can be opened from both."""
        from tui.dashboard.detail import record_screen  # noqa: PLC0415
        from tui.dashboard.difference import ChangeScreen  # noqa: PLC0415

        screen, here = self.screen, self.situation
        if not isinstance(screen, ChangeScreen) or here is None:
            await super()._open_record(record)
            return
        knows = screen.knows_more
        try:
            page = await self.ask(lambda reading, _: reading.detail(record, knows))
        except CeasefireError as error:
            self.refuse(str(error))
            return
        self.push_screen(
            record_screen(page, msgspec.structs.replace(here, vantage=knows), self.glyphs, self._setup.actions)
        )
