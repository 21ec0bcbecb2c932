"""Periods of whole days as ranks on a line."""

from __future__ import annotations

from datetime import date

_SHIFT = 20
_MASK = (1 << _SHIFT) - 1


def period_rank(first: date, last: date) -> int:
    """Periods in order: by their last day, and of those that end together the shortest last."""
    return last.toordinal() << _SHIFT | max(0, _MASK - (last - first).days)


def periods_ending(day: date) -> tuple[int, int]:
    """The ranks of all periods that end on a day, both included."""
    return day.toordinal() << _SHIFT, (day.toordinal() + 1 << _SHIFT) - 1


def days_of(rank: int) -> int:
    """How many days a period has."""
    return _MASK - (rank & _MASK) + 1
