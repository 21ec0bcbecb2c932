"""Eighty columns of plain lines: headings, sentences and items, wrapped between words."""

from __future__ import annotations

from textwrap import TextWrapper

from domain.values import Occurred
from tui.dashboard import wording
from tui.safe_text import has_rtl, on_a_line, visible

WIDTH = 80


class Page:
    """Lines as they are written; times are shown on the clock of `timezone`."""

    def __init__(self, timezone: str) -> None:
        self.timezone = timezone
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
        wrapper = TextWrapper(WIDTH, initial_indent=indent, subsequent_indent=indent + "    ", break_on_hyphens=False)
        self._lines += wrapper.wrap(words) or [""]

    def when(self, occurred: Occurred | None) -> str:
        """When something happened, no finer than it was said."""
        return "at no stated time" if occurred is None else wording.occurred(occurred, self.timezone)

    def text(self) -> str:
        """Everything written, with a line end."""
        return "\n".join(self._lines) + "\n"
