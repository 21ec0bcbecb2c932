"""Eighty columns of plain lines: headings, sentences and items, wrapped between words."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import TextWrapper
from typing import TypeVar

from domain.values import Occurred
from tui.safe_text import has_rtl, on_a_line, visible
from tui.text_twin.words import counted, withheld
from tui.text_twin.words import occurred as occurred_words

WIDTH = 80
Item = TypeVar("Item")


class Page:
    """Lines as they are written; times are shown on the clock of `timezone`.

    `full` tells lists whole; `whole_words` leaves addresses and hashes in one piece, to copy them; `withheld` are the
    restricted records that are not told on it.
    """

    def __init__(self, timezone: str, *, full: bool = True, whole_words: bool = False, withheld: int = 0) -> None:
        self.timezone = timezone
        self.full = full
        self.withheld = withheld
        self._whole_words = whole_words
        self._lines: list[str] = []

    def heading(self, words: str) -> None:
        """A section begins."""
        self._lines += ["", words.upper()]

    def line(self, words: str, *, level: int = 0) -> None:
        """A sentence or an item; `level` indents it below the one it belongs to.

        Right-to-left runs are named, not drawn: they could carry a figure to their other side.
        """
        self._wrap(on_a_line(words), level)

    def free_text(self, before: str, words: str, *, level: int = 0) -> None:
        """Somebody's words after what introduces them; right-to-left words stand on a line of their own."""
        if has_rtl(words):
            self.line(before, level=level)
            self._wrap(visible(words), level + 1)
        else:
            self.line(f"{before} {words}", level=level)

    def _wrap(self, words: str, level: int) -> None:
        indent = "  " * level
        wrapper = TextWrapper(
            WIDTH,
            initial_indent=indent,
            subsequent_indent=indent + "    ",
            break_on_hyphens=False,
            break_long_words=not self._whole_words,
        )
        self._lines += wrapper.wrap(words) or [""]

    def newest(self, items: Sequence[Item], few: int) -> Sequence[Item]:
        """The items of a list, newest first, that this page tells."""
        return items if self.full else items[:few]

    def more(self, told: int, total: int, thing: str, *, level: int = 0) -> None:
        """How many of how many of a list are left out, if any."""
        if total > told:
            self.line(f"{total - told:,} of {counted(total, thing)} not told here.", level=level)

    def when(self, occurred: Occurred | None) -> str:
        """When something happened, no finer than it was said."""
        return "at no stated time" if occurred is None else occurred_words(occurred, self.timezone)

    def none(self, what: str, *, level: int = 0) -> None:
        """Nothing of a kind is on record; or what there is may not be told here."""
        self.line(f"No {what} {'told here' if self.withheld else 'on record'}.", level=level)

    def text(self) -> str:
        """Everything written, with a line end."""
        if self.withheld:
            self.line(f"{withheld(self.withheld)}.")
        return "\n".join(self._lines) + "\n"
