"""The index as the fold writes it: rows wait in memory and are written sorted; look-ups see what waits, too."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any

from domain.calendar import Micros
from projections.index.keys import DAY, EARLY, LANES, LONGER, REACH, Key, Order, Place
from projections.index.schema import NEVER, OPEN

_NAMES_KEPT = 200_000


class IndexWriter:
    """Lines, versions and claims of one open connection. The caller holds the transaction, and flushes at its end."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._numbers: dict[str, int] = {}
        self._lanes: dict[int, int] = {}
        self._last = connection.execute("SELECT ifnull(max(id), 0) FROM lines").fetchone()[0]
        self._complete = not self._last  # all names there are, are held in memory
        self._fresh: dict[int, str] = {}
        self._widened: set[int] = set()
        self._versions: dict[int, list[Any]] = {}
        self._recorded: dict[tuple[int, int], tuple[int, int]] = {}
        self._closed_versions: list[tuple[int, int]] = []
        self._claims: dict[int, dict[Key, list[Any]]] = {}
        self._closed: dict[int, list[tuple[int, ...]]] = {}

    # lines

    def line(self, name: str) -> int:
        """The number of a line; numbered as they first appear."""
        number = self._numbers.get(name)
        if number is None:
            number = self.known_line(name)
            if number is None:
                self._last += 1
                number = self._last
                self._fresh[number] = name
                self._lanes[number] = 0
            self._numbers[name] = number
        return number

    def known_line(self, name: str) -> int | None:
        """The number of a line that there is."""
        number = self._numbers.get(name)
        if number is None and not self._complete:
            row = self._connection.execute("SELECT id, ifnull(lanes, 1) FROM lines WHERE name = ?", (name,)).fetchone()
            if row is None:
                return None
            number, self._lanes[row[0]] = row
            self._numbers[name] = number
        return number

    def name(self, number: int) -> str:
        """A line's name."""
        found = self._fresh.get(number)
        if found is None:
            found = str(self._connection.execute("SELECT name FROM lines WHERE id = ?", (number,)).fetchone()[0])
        return found

    def _lanes_of(self, number: int) -> Iterator[int]:
        lanes = self._lanes.get(number)
        if lanes is None:
            row = self._connection.execute("SELECT ifnull(lanes, 1) FROM lines WHERE id = ?", (number,)).fetchone()
            lanes = self._lanes[number] = row[0]
        return (lane for lane in LANES if lanes & 1 << lane)

    # versions

    def add_version(self, row: list[Any]) -> None:
        """A row of `versions`, whole."""
        self._versions[row[0]] = row
        if row[1] is None:
            self._recorded[row[2], row[3]] = row[0], row[4]

    def close_version(self, row_id: int, known_to: int) -> None:
        """It stands no longer so from a position on."""
        row = self._versions.get(row_id)
        if row is None:
            self._closed_versions.append((known_to, row_id))
        else:
            row[6] = known_to

    def version_row(self, row_id: int) -> tuple[Any, ...] | None:
        """One row of `versions`; what waits to be written too."""
        row = self._versions.get(row_id)
        if row is not None:
            return tuple(row)
        self._close_versions()
        found: tuple[Any, ...] | None = self._connection.execute(
            "SELECT * FROM versions WHERE id = ?", (row_id,)
        ).fetchone()
        return found

    def recorded(self, stream: int, number: int) -> tuple[int, int] | None:
        """The row of a record as it was recorded, and its type's number."""
        found = self._recorded.get((stream, number))
        if found is None:
            found = self._connection.execute(_RECORDED, (stream, number)).fetchone()
        return found

    def rooted(self, root: int) -> list[tuple[Any, ...]]:
        """The rows of edits that bear on a record, in log order."""
        rows = self._connection.execute(_ROOTED, (root,)).fetchall()
        return rows + [tuple(row) for row in self._versions.values() if row[13] == root]

    def _close_versions(self) -> None:
        if self._closed_versions:
            self._connection.executemany("UPDATE versions SET known_to = ? WHERE id = ?", self._closed_versions)
            self._closed_versions.clear()

    # claims

    def claim(self, key: Key, place: Place) -> None:
        """It stands from its `known_from` on."""
        number = key.line
        waiting = self._claims.get(number)
        if waiting is None:
            waiting = self._claims[number] = {}
        waiting[key] = [*key, OPEN, *place]
        bit = 1 << key.lane
        lanes = self._lanes.get(number)
        if lanes is None:
            row = self._connection.execute("SELECT ifnull(lanes, 1) FROM lines WHERE id = ?", (number,)).fetchone()
            lanes = row[0]
        if not lanes & bit:
            lanes |= bit
            if lanes > 1:
                self._widened.add(number)
        self._lanes[number] = lanes

    def unclaim(self, key: Key, known_to: int) -> None:
        """It stands no longer, or no longer so, from a position on."""
        waiting = self._claims.get(key.line)
        row = waiting.get(key) if waiting else None
        if row is None or waiting is None:
            self._closed.setdefault(key.line, []).append((known_to, *key))
        elif known_to == key.known_from:  # it came and went with one record
            del waiting[key]
        else:
            row[6] = known_to

    def _ready(self, number: int) -> None:
        """Close what is written of a line and stands no longer, before it is looked at."""
        closed = self._closed.pop(number, None)
        if closed:
            self._connection.executemany(_CLOSE, closed)

    def beside(self, number: int, order: Order, *, after: bool) -> tuple[Key, Place] | None:
        """What stands on a line right after an order, or right before it; None where nothing does."""
        self._ready(number)
        found: tuple[Key, Place] | None = None
        sql = _AFTER if after else _BEFORE
        for lane in self._lanes_of(number):
            row = self._connection.execute(sql, (number, lane, *order)).fetchone()
            if row is not None:
                one = Key(number, lane, *row[:4])
                if found is None or (one.order < found[0].order) == after:
                    found = one, Place(*row[4:])
        for key, waiting in self._claims.get(number, _NONE).items():
            if (
                waiting[6] == OPEN
                and ((key.order > order) if after else (key.order < order))
                and (found is None or (key.order < found[0].order) == after)
            ):
                found = key, Place(*waiting[7:])
        return found

    def between(self, number: int, low: int, high: int) -> list[tuple[Key, Place]]:
        """What stands on a line at ranks between two, both included, in its order."""
        self._ready(number)
        found = [
            (Key(number, lane, *row[:4]), Place(*row[4:]))
            for lane in self._lanes_of(number)
            for row in self._connection.execute(_BETWEEN, (number, lane, low, high))
        ]
        found += [
            (key, Place(*waiting[7:]))
            for key, waiting in self._claims.get(number, _NONE).items()
            if waiting[6] == OPEN and low <= key.rank <= high
        ]
        return sorted(found, key=lambda one: one[0].order)

    def reaching(self, number: int, moment: Micros) -> list[tuple[Key, Place]]:
        """What stands on a line of times, begins before a moment and lasts until then or longer."""
        self._ready(number)
        found = []
        for lane in self._lanes_of(number):
            length = lane % EARLY
            low = moment - REACH[length] * DAY if length < LONGER else -NEVER
            for row in self._connection.execute(_REACHING, (number, lane, low, moment, moment)):
                found.append((Key(number, lane, *row[:4]), Place(*row[4:])))
        for key, waiting in self._claims.get(number, _NONE).items():
            last = waiting[8] if waiting[8] is not None else waiting[7]
            if waiting[6] == OPEN and key.rank < moment <= last:
                found.append((key, Place(*waiting[7:])))
        return sorted(found, key=lambda one: one[0].order)

    def between_positions(self, number: int, first: int, last: int) -> list[tuple[Key, Place]]:
        """What stands on a line of names, of records at these positions, both ends included, in log order."""
        self._ready(number)
        found = [
            (Key(number, 0, *row[:4]), Place(*row[4:]))
            for row in self._connection.execute(_OF_POSITIONS, (number, first, last))
        ]
        found += [
            (key, Place(*waiting[7:]))
            for key, waiting in self._claims.get(number, _NONE).items()
            if waiting[6] == OPEN and first <= key.position <= last
        ]
        return sorted(found)

    def counting_by(self, number: int, low: int, at: Micros) -> list[tuple[Key, Place]]:
        """What stands on a line of times at ranks from one on, and counts by a time although its rank may be later."""
        self._ready(number)
        found = []
        for lane in self._lanes_of(number):
            length = lane % EARLY
            high = at + REACH[length] * DAY if length < LONGER else NEVER
            for row in self._connection.execute(_COUNTING_BY, (number, lane, low, high, at)):
                found.append((Key(number, lane, *row[:4]), Place(*row[4:])))
        for key, waiting in self._claims.get(number, _NONE).items():
            if waiting[6] == OPEN and key.rank >= low and waiting[7] <= at:
                found.append((key, Place(*waiting[7:])))
        return sorted(found, key=lambda one: one[0].order)

    def flush(self) -> None:
        """Write all that waits."""
        many = self._connection.executemany
        if self._fresh:
            many("INSERT INTO lines VALUES (?, ?, NULL)", list(self._fresh.items()))
            self._fresh.clear()
        if self._widened:
            many("UPDATE lines SET lanes = ? WHERE id = ?", [(self._lanes[one], one) for one in sorted(self._widened)])
            self._widened.clear()
        if self._versions:
            many(_INSERT_VERSION, list(self._versions.values()))
            self._versions.clear()
            self._recorded.clear()
        self._close_versions()
        if self._claims:
            many(_INSERT_CLAIM, sorted(row for rows in self._claims.values() for row in rows.values()))
            self._claims.clear()
        if self._closed:
            many(_CLOSE, sorted(row for rows in self._closed.values() for row in rows))
            self._closed.clear()
        if len(self._numbers) > _NAMES_KEPT:  # memory is bounded: they are looked up again
            self._complete = False
            self._numbers.clear()
            self._lanes.clear()


_NONE: dict[Key, list[Any]] = {}
_INSERT_VERSION = f"INSERT INTO versions VALUES ({', '.join('?' * 16)})"  # noqa: S608
_RECORDED = "SELECT id, type FROM versions WHERE stream = ? AND number = ? AND position IS NULL"
_ROOTED = "SELECT * FROM versions WHERE root = ? ORDER BY id"
_INSERT_CLAIM = f"INSERT INTO claims VALUES ({', '.join('?' * 11)})"  # noqa: S608
_ROW = "rank, said, position, known_from, at, last, who, says"
_AT = "line = ? AND lane = ? AND rank = ? AND said = ? AND position = ? AND known_from = ?"
_CLOSE = f"UPDATE claims SET known_to = ? WHERE {_AT}"  # noqa: S608
_BEFORE = f"""
SELECT {_ROW} FROM claims WHERE line = ? AND lane = ? AND (rank, said, position) < (?, ?, ?) AND known_to = {OPEN}
ORDER BY rank DESC, said DESC, position DESC LIMIT 1"""  # noqa: S608
_AFTER = f"""
SELECT {_ROW} FROM claims WHERE line = ? AND lane = ? AND (rank, said, position) > (?, ?, ?) AND known_to = {OPEN}
ORDER BY rank, said, position LIMIT 1"""  # noqa: S608
_BETWEEN = f"""
SELECT {_ROW} FROM claims WHERE line = ? AND lane = ? AND rank >= ? AND rank <= ? AND known_to = {OPEN}"""  # noqa: S608
_REACHING = f"""
SELECT {_ROW} FROM claims WHERE line = ? AND lane = ? AND rank >= ? AND rank < ? AND ifnull(last, at) >= ?
  AND known_to = {OPEN}"""  # noqa: S608
_COUNTING_BY = f"""
SELECT {_ROW} FROM claims WHERE line = ? AND lane = ? AND rank >= ? AND rank <= ? AND at <= ? AND known_to = {OPEN}"""  # noqa: S608
_OF_POSITIONS = f"""
SELECT {_ROW} FROM claims WHERE line = ? AND lane = 0 AND rank = 0 AND said = 0 AND position >= ? AND position <= ?
  AND known_to = {OPEN}"""  # noqa: S608
