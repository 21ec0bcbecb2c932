"""Where a claim stands: on which line, at which rank, in which lane.

A line holds claims in the order of their rank. Claims of a line lie in lanes by the length of their span, so that a
look knows how far beyond its time it has to begin; what is well ahead of the log's clock lies in lanes of its own.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from domain.calendar import Micros

BY, FIRST = "by ", "first "
"""What the lines of a name begin with."""
CEASEFIRES, SOURCES, PLACES, STATEMENTS = "ceasefires", "sources", "places", "statements"
"""Lines of all records of their kind."""
REPORTS = "strikes"
"""The line of all reports of strikes, by the time of the strike."""

DAY: Micros = 86_400_000_000
AHEAD: Micros = 26 * 3_600_000_000
"""How far beyond the log's clock a claim may lie without being ahead: a total over today ends with the day."""
REACH = (1, 8, 64)
"""Longest span in days of the first three lanes; the fourth is for all longer ones."""
LONGER = len(REACH)
EARLY = LONGER + 1
"""Lanes from here on are the same lengths again, of what was ahead of the log's clock when it became known."""
LANES = range(2 * EARLY)
KEPT_BITS = 6
"""Bits for the place of one of several told of a version, behind its position."""
_SHIFT = 20
_MASK = (1 << _SHIFT) - 1

Key = tuple[int, int, int, Micros, int, int]
"""What tells a claim apart, and orders those of one line: line, lane, rank, when it was said, position, and the
position from which it is known."""
Order = tuple[int, Micros, int]
"""Its place on the line, whatever its lane: rank, when it was said, position."""


class Placed(NamedTuple):
    """A claim that stands: its key, when it counts, its last moment, who says it, and what a look must know before it
    reads the version."""

    line: int
    lane: int
    rank: int
    said: Micros
    position: int
    known_from: int
    at: Micros | None
    last: Micros | None
    who: int | None
    says: int | None

    @property
    def key(self) -> Key:
        """What tells it apart."""
        return self[:6]

    @property
    def order(self) -> Order:
        """Its place on the line."""
        return self[2:5]


def lane_of(first: Micros, last: Micros, due: Micros, clock: Micros) -> int:
    """The lane of a claim whose rank is reached at `due`, known when the log's clock stood at `clock`."""
    days = (last - first) // DAY + 1
    length = next((lane for lane, most in enumerate(REACH) if days <= most), LONGER)
    return length + (EARLY if due > clock + AHEAD else 0)


def period_rank(first: date, last: date) -> int:
    """Periods in order: by their last day, and of those that end together the shortest last."""
    return last.toordinal() << _SHIFT | max(0, _MASK - (last - first).days)


def periods_ending(day: date) -> tuple[int, int]:
    """The ranks of all periods that end on a day, both included."""
    return day.toordinal() << _SHIFT, (day.toordinal() + 1 << _SHIFT) - 1


def days_of(rank: int) -> int:
    """How many days a period has."""
    return _MASK - (rank & _MASK) + 1
