"""Lines of text with named inks: what panels are made of before any widget draws them.

A line is made of runs, each a text and the name of an ink (see `inks.py`). Runs are drawn as terminal segments, so
nothing in them can be read as markup. Widths are in terminal cells.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size

from tui.safe_text import visible


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
    """A text cut to a width, with a sign that there is more."""
    if cell_len(text) <= width:
        return text
    if width <= cell_len(more):
        return set_cell_size(text, max(0, width))
    return set_cell_size(text, width - cell_len(more)).rstrip() + more


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
    """Two lines on one: `right` at the right edge in full, `left` cut to what remains."""
    room = width - right.width - 1
    if room < 8:
        return clipped(left, width, more)
    shown = clipped(left, room, more)
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
    room = max(8, width - indent)
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
    rows.append(current)
    return [Line(((" " * indent + row, ink),), target) for row in rows]


def as_text(lines: Iterable[Line]) -> str:
    """Lines as a person reads them, without inks."""
    return "\n".join(each.text.rstrip() for each in lines)
