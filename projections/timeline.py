"""Timelines: what stands on one question (a cell), in the order that decides, on both clocks; newest first.

A cell's rows mirror versions, with their `k_from` and `k_to`. Two kinds of rows lie in cells beside their own, so that
a look-up starts where something can be found and never runs through the rest:

* "ahead" (`name>`): what is about a time well after the log's clock when it was taken in;
* "so far" (`name~`): a count so far of a span that ends on a later day counts before its own place in the order. It has
  a row for each local day until then; one of a long span (`name~~`) lies in one row, and all of those are looked at.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from domain.calendar import Calendar, Micros
from projections.schema import NEVER

AHEAD: Micros = 26 * 3_600_000_000
"""How far beyond the log's clock a row may lie without being ahead: a total over today ends with the day."""

_LONG = 64
"""Days above which a count so far lies in one row of its own."""
_PERIOD_SHIFT = 20


class Entry(NamedTuple):
    """A row of a timeline. `rank`, `said` and `position` decide the order; `k_from` is the version's.

    `rank` is a time in microseconds, or the order of a period. It counts from `at`; `last` is the end of when it
    occurred.
    """

    rank: int
    said: Micros
    position: int
    k_from: int
    at: Micros
    last: Micros

    @property
    def order(self) -> tuple[int, int, int]:
        """What decides."""
        return self[:3]


def period_rank(first: date, last: date) -> int:
    """Periods in order: by their last day, and of those that end together the shortest last."""
    return last.toordinal() << _PERIOD_SHIFT | max(0, (1 << _PERIOD_SHIFT) - 1 - (last - first).days)


def periods_ending(day: date) -> tuple[int, int]:
    """The ranks of all periods that end on a day, both included."""
    return day.toordinal() << _PERIOD_SHIFT, (day.toordinal() + 1 << _PERIOD_SHIFT) - 1


class Timeline:
    """The fold's side: rows in and out, and what stands now."""

    def __init__(self, connection: sqlite3.Connection, calendar: Calendar) -> None:
        self._connection = connection
        self._calendar = calendar
        self._cells: dict[str, int] = {
            name: number for number, name in connection.execute("SELECT id, name FROM cells")
        }
        self._rows: list[tuple[int, ...]] = []

    def cell(self, name: str) -> int:
        """The number of a cell; numbered as they first appear."""
        if name not in self._cells:
            self._cells[name] = len(self._cells) + 1
            self._connection.execute("INSERT INTO cells VALUES (?, ?)", (self._cells[name], name))
        return self._cells[name]

    def cells(self, name: str) -> list[int]:
        """The numbers of a cell and of what is ahead in it, as far as they ever had a row."""
        return [number for one in (name, f"{name}>") if (number := self._cells.get(one)) is not None]

    def open(self, name: str, entry: Entry, due: Micros, clock: Micros) -> None:
        """It stands from its k_from on. `due` is the time of its rank, `clock` the log's at that position."""
        rank, said, position, k_from, at, last = entry
        cell = self.cell(f"{name}>" if due > clock + AHEAD else name)
        self._rows.append((cell, rank, said, position, k_from, NEVER, at, last, rank))
        if at < due:
            for suffix, slot in self._so_far(at, due):
                self._rows.append((self.cell(name + suffix), slot, said, position, k_from, NEVER, at, last, rank))

    def close(self, name: str, entry: Entry, due: Micros, k: int) -> None:
        """It stands no longer from k on, or as another version."""
        self.flush()
        slots = [("", entry.rank), (">", entry.rank)]
        if entry.at < due:
            slots += self._so_far(entry.at, due)
        for suffix, slot in slots:
            cell = self._cells.get(name + suffix)
            if cell is not None:
                self._connection.execute(
                    "UPDATE timeline SET k_to = ? WHERE cell = ? AND slot = ? AND said = ? AND position = ?"
                    " AND k_from = ?",
                    (k, cell, slot, entry.said, entry.position, entry.k_from),
                )

    def _so_far(self, at: Micros, due: Micros) -> Iterator[tuple[str, int]]:
        first, end = self._calendar.day(at).toordinal(), self._calendar.day(due).toordinal()
        if end - first > _LONG:
            yield "~~", at
        else:
            yield from (("~", day) for day in range(first, end))

    def now(
        self,
        name: str,
        *,
        above: tuple[int, int, int] | None = None,
        below: tuple[int, int, int] | None = None,
        rank: int | None = None,
        first: bool = False,
        limit: int = 1,
    ) -> list[Entry]:
        """What stands now in a cell, whenever it counts: the newest first, or the first; all with limit -1.

        `above` and `below` bound the order, not included; `rank` asks for one rank.
        """
        self.flush()
        low, high = (rank, rank) if rank is not None else (-NEVER, NEVER)
        found: list[Entry] = []
        for cell in self.cells(name):
            rows = self._connection.execute(
                _FIRST_NOW if first else _NEWEST_NOW,
                {
                    "cell": cell,
                    "low": above[0] if above else low,
                    "high": below[0] if below else high,
                    "above_said": above[1] if above else -NEVER,
                    "above_position": above[2] if above else -1,
                    "below_said": below[1] if below else NEVER,
                    "below_position": below[2] if below else NEVER,
                    "limit": limit,
                },
            )
            found += (Entry(*row) for row in rows)
        found.sort(reverse=not first)
        return found if limit < 0 else found[:limit]

    def so_far_now(self, name: str, day: date) -> list[Entry]:
        """Counts so far that stand now in a cell on a day before they are due, and those of long spans."""
        self.flush()
        found = []
        for suffix, low, high in (("~", day.toordinal(), day.toordinal()), ("~~", -NEVER, NEVER)):
            cell = self._cells.get(name + suffix)
            if cell is not None:
                found += self._connection.execute(_SO_FAR_NOW, (cell, low, high)).fetchall()
        return [Entry(*row) for row in found]

    def flush(self) -> None:
        """Write what is collected."""
        if self._rows:
            self._connection.executemany("INSERT INTO timeline VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", self._rows)
            self._rows.clear()


_BOUNDED = f"""
SELECT slot, said, position, k_from, at, last FROM timeline
WHERE cell = :cell AND slot BETWEEN :low AND :high AND k_to = {NEVER}
  AND (slot > :low OR said > :above_said OR (said = :above_said AND position > :above_position))
  AND (slot < :high OR said < :below_said OR (said = :below_said AND position < :below_position))"""  # noqa: S608
_NEWEST_NOW = f"{_BOUNDED} ORDER BY slot DESC, said DESC, position DESC LIMIT :limit"
_SO_FAR_NOW = f"""
SELECT rank, said, position, k_from, at, last FROM timeline
WHERE cell = ? AND slot BETWEEN ? AND ? AND k_to = {NEVER}"""  # noqa: S608
_FIRST_NOW = f"{_BOUNDED} ORDER BY slot, said, position LIMIT :limit"
