"""Lines of the feed: when each counts, and per block of positions the earliest of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from domain.calendar import Micros
from projections.counting import TALLY, UNDATED, Counting, Tally

LEVELS = (4, 8, 12)
"""Blocks of 16, 256 and 4,096 positions, as bits."""


class Lines:
    """The fold's side of the feed's lines."""

    def __init__(self, connection: sqlite3.Connection, counting: Counting) -> None:
        self._connection = connection
        self._counting = counting
        self._lowest: dict[tuple[int, int], Micros] = {}

    def appeared(self, position: int, at: Micros | None, *, stands: bool) -> None:
        """A record's line counts at `at`, or always. `stands`: it is no edit, and not erased."""
        at = UNDATED if at is None else at
        self._counting.change(position, TALLY, at, Tally(lines=1, standing=int(stands)))
        self._lower(position, at)

    def stood(self, k: int, was: Micros | None, at: Micros | None) -> None:
        """A record stands from another time on, not any more (None), or again."""
        for when, n in ((was, -1), (at, 1)):
            if was != at and when is not None:
                self._counting.change(k, TALLY, when, Tally(standing=n))

    def moved(self, k: int, root: int, was: Micros, at: Micros, edits: Sequence[int]) -> None:
        """A record counts at another time, and with it the lines of all edits that bear on it, by position."""
        self._counting.change(k, TALLY, was, Tally(lines=-1 - len(edits)))
        self._counting.change(k, TALLY, at, Tally(lines=1 + len(edits)))
        for position in (root, *edits):
            self._lower(position, at)

    def _lower(self, position: int, at: Micros) -> None:
        lowest = self._lowest
        for level in LEVELS:
            key = level, position >> level
            if key not in lowest or at < lowest[key]:
                lowest[key] = at

    def flush(self) -> None:
        """Write what was collected."""
        self._connection.executemany(
            "INSERT INTO lowest VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET at = min(at, excluded.at)",
            [(*key, at) for key, at in sorted(self._lowest.items())],
        )
        self._lowest.clear()
