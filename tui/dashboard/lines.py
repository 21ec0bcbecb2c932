"""Lines of text with named inks: what panels are made of before any widget draws them.

A line is made of runs, each a text and the name of an ink (see `inks.py`). Runs are drawn as terminal segments, so
nothing in them can be read as markup. Widths are in terminal cells.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from rich.cells import cell_len, set_cell_size

from tui.safe_text import visible

# what would say something else if it lost its end: a day without its year, 1 for 1,972, 30 for 30-32+
_WHOLE = re.compile(
    r"~?\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d)?"
    r"|~?(?:\d{1,2} )?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)(?: \d{4})?(?: \d\d:\d\d)?\b"
    r"|[~≤]?\d+(?:[,.:]\d+)*(?:-\d+(?:[,.:]\d+)*)?\+?"
)


@dataclass(frozen=True)
class Target:
    """What a line leads to: `kind` says which screen opens, `ref` what it opens on.

    Kinds: `record` (a record id), `records` (ids, newest first), `strike`, `crossing` and `series` (a stream),
    `commitment` (its slug), `filter` (a filter of the feed).
    """

    kind: str
    ref: str
    records: tuple[str, ...] = ()


@dataclass(frozen=True)
class Line:
    """One line of a panel. `runs` are (text, ink); a line with a target can be chosen."""

    runs: tuple[tuple[str, str], ...] = ()
    target: Target | None = None

    @property
    def text(self) -> str:
        """The line without its inks."""
        return "".join(text for text, _ in self.runs)

    @property
    def width(self) -> int:
        """Cells that the line takes."""
        return cell_len(self.text)


def line(*runs: str | tuple[str, str], target: Target | None = None) -> Line:
    """A line of runs; a bare text is in the ordinary ink. Every text is made visible here, the one gate."""
    return Line(
        tuple((visible(run), "") if isinstance(run, str) else (visible(run[0]), run[1]) for run in runs), target
    )


def clip(text: str, width: int, more: str = "…") -> str:
    """A text cut to a width, with a sign that there is more: between words where it can be.

    A date or a figure is left out rather than cut.
    """
    if cell_len(text) <= width:
        return text
    if width <= cell_len(more):
        return set_cell_size(more, max(0, width))
    return _head_of(text, width - cell_len(more)) + more


def _head_of(text: str, width: int) -> str:
    """As much of a longer text as fits; back to before a date or a figure that would lose its end."""
    head = set_cell_size(text, width)
    cut = len(head) if text.startswith(head) else len(head) - 1  # half of a wide character is a blank
    for found in _WHOLE.finditer(text, 0, cut + 40):
        if found.end() > cut:
            return text[: min(cut, found.start())].rstrip(" ,")
    space = head.rfind(" ")
    in_a_word = cut < len(text) and not text[cut].isspace()
    return (head[:space] if in_a_word and space * 2 > cut else head).rstrip(" ,")


def pad(text: str, width: int, more: str = "…") -> str:
    """A text cut or filled to exactly a width."""
    return set_cell_size(clip(text, width, more), width)


def clipped(whole: Line, width: int, more: str = "…") -> Line:
    """A line cut to a width, with a sign that there is more."""
    if whole.width <= width:
        return whole
    runs: list[tuple[str, str]] = []
    left = width
    for text, ink in whole.runs:
        size = cell_len(text)
        if size < left:
            runs.append((text, ink))
            left -= size
            continue
        cut = clip(text + more, left, more) if size == left else clip(text, left, more)
        runs.append((cut, ink))
        break
    return Line(tuple(runs), whole.target)


def between(left: Line, right: Line, width: int, more: str = "…") -> Line:
    """Two lines on one: `right` at the right edge, `left` cut to what remains. Only what is wider than both is cut."""
    right = clipped(right, width, more)
    shown = clipped(left, max(0, width - right.width - 1), more)
    gap = width - shown.width - right.width
    return Line((*shown.runs, (" " * gap, ""), *right.runs), left.target or right.target)


def _head(text: str, width: int) -> int:
    """How many characters of a text fit into a width (at least one)."""
    used = 0
    for index, char in enumerate(text):
        used += cell_len(char)
        if used > width:
            return max(1, index)
    return len(text)


def wrapped(text: str, width: int, ink: str = "", indent: int = 0, target: Target | None = None) -> list[Line]:
    """A text over as many lines as it needs, broken between words where it can be."""
    return [Line(((" " * indent + row, ink),), target) for row in _rows_of(text, max(8, width - indent))]


@lru_cache(1024)  # from step to step most texts are the same, and so is the room
def _rows_of(text: str, room: int) -> tuple[str, ...]:
    rows: list[str] = []
    current = ""
    for each in visible(text).split(" "):
        word = each
        if current and cell_len(current) + 1 + cell_len(word) <= room:
            current = f"{current} {word}"
            continue
        if current:
            rows.append(current)
        while cell_len(word) > room:
            cut = _head(word, room)
            rows.append(word[:cut])
            word = word[cut:]
        current = word
    return (*rows, current)


def as_text(lines: Iterable[Line]) -> str:
    """Lines as a person reads them, without inks."""
    return "\n".join(each.text.rstrip() for each in lines)
