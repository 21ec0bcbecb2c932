"""A panel's lines, kept beside what they were made from: what shows the same is not drawn again.

So a record that bears on one panel has one panel drawn, and a step that is read ahead is drawn ahead, too.
"""

from __future__ import annotations

from typing import Any, Protocol

from projections.situation import Situation
from tui.dashboard.glyphs import Glyphs
from tui.dashboard.lines import Line
from tui.dashboard.paper import Aged

_KEPT = 4


class Draw(Protocol):
    """Makes a panel's lines. `writes`: whether reports can be recorded from here, so that empty texts may say how."""

    def __call__(self, situation: Situation, width: int, glyphs: Glyphs, *, writes: bool = True) -> list[Line]:
        """The lines for a width in cells."""


class Drawing:
    """What draws a panel, from `parts` of the Situation and its day alone. Two threads may ask it at once."""

    def __init__(self, draw: Draw, parts: tuple[str, ...], glyphs: Glyphs) -> None:
        self._draw = draw
        self._parts = parts
        self._glyphs = glyphs
        self._kept: tuple[tuple[Any, tuple[Line, ...]], ...] = ()

    def lines(self, situation: Situation, width: int, *, writes: bool) -> tuple[Line, ...]:
        """The lines for a width in cells: the same ones for what shows the same."""
        vantage = situation.vantage
        moment = vantage.as_of if isinstance(vantage, Aged) else vantage.as_of_day
        shown = (moment, vantage.timezone, width, writes, *(getattr(situation, part) for part in self._parts))
        for known, lines in self._kept:
            if known == shown:
                return lines
        lines = tuple(self._draw(situation, width, self._glyphs, writes=writes))
        self._kept = (*self._kept[1 - _KEPT :], (shown, lines))
        return lines
