"""All that does not agree in one way, newest first, read page by page as one comes down the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

from projections.situation import Discrepancy, OfKind, RecordLine, Situation
from projections.text import KINDS
from tui.dashboard import wording
from tui.dashboard.discrepancies import items_rows
from tui.dashboard.glyphs import Glyphs
from tui.dashboard.lines import Line
from tui.dashboard.lines_screen import LinesScreen, Make, Sheet
from tui.dashboard.paper import Paper
from tui.safe_text import plain

if TYPE_CHECKING:
    from projections.looks.discrepancies import Reached

PAGE = 100
Page = tuple[tuple[Discrepancy, ...], "Reached | None", dict[str, RecordLine]]
"""Some of the list, how far that is, and what their records say."""


class Growing(Sheet):
    """A sheet to which lines are added at its end."""

    class NearEnd(Message):
        """The end of what there is has come within a screen."""

    def grow(self, lines: list[Line]) -> None:
        """More lines at the end; the cursor stays where it is."""
        self._lines = (*self._lines, *lines)
        self.extend(len(self._lines))
        self.refresh()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Ask for more in time."""
        super().watch_scroll_y(old_value, new_value)
        if new_value + 2 * self.size.height >= self.line_count:
            self.post_message(self.NearEnd())


class KindScreen(LinesScreen):
    """The list of one kind. It asks for a page at a time (`MoreWanted`), and is given it (`put`)."""

    class MoreWanted(Message):
        """The next page, please: what comes after so much of this kind, to be given to `put`."""

        def __init__(self, screen: KindScreen, situation: Situation) -> None:
            super().__init__()
            self.screen = screen
            self.situation = situation

    def __init__(self, one: OfKind, page: Page, situation: Situation, glyphs: Glyphs) -> None:
        self.kind = one.kind
        self._total = one.total
        self._situation = situation
        self._glyphs = glyphs
        self._items: tuple[Discrepancy, ...] = ()
        self._told: dict[str, RecordLine] = {}
        self.reached: Reached | None = None
        self._take(page)
        self._asked = False
        super().__init__(self._words(), self._make, glyphs=glyphs)

    def sheet_of(self, title: str, make: Make, glyphs: Glyphs) -> Sheet:
        """One that grows."""
        return Growing(title, make, glyphs=glyphs)

    def _take(self, page: Page) -> tuple[Discrepancy, ...]:
        items, self.reached, told = page
        self._items += items
        self._told |= told
        return items

    def _words(self) -> str:
        shown = f", {wording.number(len(self._items))} read" if len(self._items) < self._total else ""
        return f"{KINDS[self.kind].capitalize()}: {wording.number(self._total)}, newest first{shown}"

    def _make(self, width: int) -> list[Line]:
        paper = Paper.of(self._situation, width, self._glyphs)
        return items_rows(self._items, self._situation, paper, self._told)

    def on_growing_near_end(self, message: Growing.NearEnd) -> None:
        """There is more, and it was not asked for yet."""
        message.stop()
        if not self._asked and len(self._items) < self._total:
            self._asked = True
            self.post_message(self.MoreWanted(self, self._situation))

    def put(self, page: Page | None) -> None:
        """The page that was asked for; None where it could not be read now: it is asked for again."""
        self._asked = False
        if page is None:
            return
        items = self._take(page)
        if not items:
            self._total = len(self._items)
        paper = Paper.of(self._situation, self.sheet.room, self._glyphs)
        if isinstance(self.sheet, Growing):
            self.sheet.grow(items_rows(items, self._situation, paper, self._told))
        self.sheet.border_title = plain(self._words())
