"""A paste as one text, whatever is in it: what it holds is never taken for keys.

Inside a bracketed paste Textual's parser goes on reading escape sequences: the text behind an ESC comes out as keys
pressed, before the rest of the paste, and ctrl+s among them would save a form. Here an ESC in a paste becomes its
sign, ␛, before the parser sees it. Only the end of the paste keeps its own.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable

from textual._xterm_parser import BRACKETED_PASTE_END, BRACKETED_PASTE_START, XTermParser
from textual.message import Message

_ESC = "\x1b"


class PasteParser(XTermParser):
    """Textual's parser of what a terminal sends, with pastes kept whole."""

    _pasting = False
    _recent = ""
    _held = ""

    def feed(self, data: str) -> Iterable[Message]:
        """What was read; nothing is the end of it."""
        calmed = "".join(self._calmed(char) for char in data)
        if calmed or not data:
            yield from super().feed(calmed)

    def _calmed(self, char: str) -> str:
        if not self._pasting:
            self._recent = (self._recent + char)[-len(BRACKETED_PASTE_START) :]
            self._pasting = self._recent == BRACKETED_PASTE_START
            return char
        self._held += char
        out = ""
        while self._held and not BRACKETED_PASTE_END.startswith(self._held):
            out += "␛" if self._held[0] == _ESC else self._held[0]
            self._held = self._held[1:]
        if self._held == BRACKETED_PASTE_END:
            out, self._held, self._recent, self._pasting = out + self._held, "", "", False
        return out


def keep_pastes_whole() -> None:
    """Have Textual's driver read with this parser: it names its own and takes no other."""
    if sys.platform != "win32":
        from textual.drivers import linux_driver  # noqa: PLC0415 - it needs a terminal's own modules

        linux_driver.XTermParser = PasteParser  # type: ignore[attr-defined]
