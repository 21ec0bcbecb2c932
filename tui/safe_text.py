"""Texts from the log on their way to a terminal: nothing in them is obeyed, nothing in them is hidden.

`visible` is the one function that every text from the log passes before it is drawn. A terminal would obey control
characters (ESC, OSC 52 writes the clipboard), and bidi controls can make one figure read as another, so each is
replaced by a mark that shows it. Markup is never parsed: `plain` makes a value that widgets do not read as markup.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.content import Content

# Kept as they are although "format" characters: none is invisible and none reorders. (There are none so far.)
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_ASCII = re.compile(r"[ -~]*\Z")
_OTHERS = re.compile(r"[^ -~]+")
_RTL_CLASSES = {"R", "AL", "AN"}
_RTL_RUN = re.compile(r"[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFF\U00010800-\U00010FFF\U0001E800-\U0001EFFF]+")
_MAX_MARKS = 4  # more combining marks than any script stacks would climb over the neighbouring lines


def _mark(char: str) -> str:
    """What stands for a character that must not reach the terminal."""
    code = ord(char)
    if code < 0x20:
        return chr(0x2400 + code)  # the control pictures: ␛ for ESC, ␇ for BEL
    if code == 0x7F:
        return "␡"
    return f"⟦U+{code:04X}⟧"


@lru_cache(maxsize=4096)
def visible(text: str) -> str:
    """A text with every control, bidi, invisible and unassigned character replaced by a mark that shows it."""
    return _OTHERS.sub(_marked, text)


def _marked(run: re.Match[str]) -> str:
    out: list[str] = []
    marks = 0
    for char in run[0]:
        category = unicodedata.category(char)
        if category in _HIDDEN or (category == "Zs" and char not in " \u00a0\u3000"):
            out.append(" " if category == "Zs" else _mark(char))
            marks = 0
        elif category in ("Mn", "Me"):
            marks += 1
            out.append(char if marks <= _MAX_MARKS else _mark(char))
        else:
            out.append(char)
            marks = 0
    return "".join(out)


def has_rtl(text: str) -> bool:
    """Whether any character of the text is written from right to left."""
    return not _ASCII.match(text) and any(unicodedata.bidirectional(char) in _RTL_CLASSES for char in text)


def on_a_line(text: str) -> str:
    """A text for a line that it shares with others: right-to-left runs are named, not drawn.

    A terminal that reorders would carry the figures beside such a run to its other side. The run itself stands on a
    line of its own in the record's detail.
    """
    shown = visible(text)
    if not has_rtl(shown):
        return shown
    return " ".join(_RTL_RUN.sub("⟨right-to-left text⟩", shown).replace("⟩ ⟨right-to-left text", "").split())


def plain(text: str) -> Content:
    """A text for a widget: visible, and never read as markup."""
    from textual.content import Content  # noqa: PLC0415 - Textual takes 200 ms to import, and the shell has no need of it

    return Content(visible(text), strip_control_codes=False)
