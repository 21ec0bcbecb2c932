"""The index as the fold writes it: rows wait in memory and are written sorted; look-ups see what waits, too."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Sequence
from itertools import islice
from typing import Any, TypeVar

from domain.calendar import Micros
from projections.index.keys import DAY, EARLY, LANES, LONGER, REACH, Key, Order, Placed
from projections.index.schema import NEVER, OPEN

_NAMES_KEPT = 200_000


K = TypeVar("K")
V = TypeVar("V")


def let_go(held: dict[K, V], most: int) -> None:
    """Forget the oldest of what is held in memory, down to a number."""
    for oldest in list(islice(held, max(0, len(held) - most))):
        del held[oldest]


class IndexWriter:
    """Lines, versions and claims of one open connection. The caller holds the transaction, and flushes at its end."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._numbers: dict[str, int] = {}
        self._lanes: dict[int, int] = {}
        self._last = connection.execute("SELECT ifnull(max(id), 0) FROM lines").fetchone()[0]
        self.is_new = not self._last
        """Whether nothing was in the file when this was opened."""
        self._complete = self.is_new  # all names there are, are held in memory
        self._fresh: dict[int, str] = {}
        self._widened: set[int] = set()
        self._versions: dict[int, list[Any]] = {}
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

    def _lanes_of(self, number: int) -> int:
        """The lanes that a line uses, as bits."""
        lanes = self._lanes.get(number)
        if lanes is None:
            row = self._connection.execute("SELECT ifnull(lanes, 1) FROM lines WHERE id = ?", (number,)).fetchone()
            lanes = self._lanes[number] = row[0]
        return lanes

    # versions

    def add_version(self, row: list[Any]) -> None:
        """A row of `versions`, whole."""
        self._versions[row[0]] = row

    def close_version(self, row_id: int, known_to: int) -> None:
        """It stands no longer so from a position on."""
        row = self._versions.get(row_id)
        if row is None:
            self._closed_versions.append((known_to, row_id))
        else:
            row[6] = known_to

    def version_row(self, row_id: int) -> Sequence[Any] | None:
        """One row of `versions`; what waits to be written too."""
        row: Sequence[Any] | None = self._versions.get(row_id)
        if row is None:
            row = self._connection.execute("SELECT * FROM versions WHERE id = ?", (row_id,)).fetchone()
        return row

    def waiting(self) -> Collection[Sequence[Any]]:
        """Rows of `versions` that wait to be written."""
        return self._versions.values()

    # claims

    def claim(
        self,
        key: Key,
        at: Micros | None = None,
        last: Micros | None = None,
        who: int | None = None,
        says: int | None = None,
    ) -> None:
        """It stands from its `known_from` on."""
        number = key[0]
        waiting = self._claims.get(number)
        if waiting is None:
            waiting = self._claims[number] = {}
        waiting[key] = [*key, OPEN, at, last, who, says]
        lanes, bit = self._lanes_of(number), 1 << key[1]
        if not lanes & bit:
            self._lanes[number] = lanes | bit
            if lanes | bit > 1:
                self._widened.add(number)

    def unclaim(self, key: Key, known_to: int) -> None:
        """It stands no longer, or no longer so, from a position on."""
        waiting = self._claims.get(key[0])
        row = waiting.get(key) if waiting else None
        if row is None or waiting is None:
            self._closed.setdefault(key[0], []).append((known_to, *key))
        elif known_to == key[5]:  # it came and went with one record
            del waiting[key]
        else:
            row[6] = known_to

    def next_to(self, number: int, order: Order, *, after: bool) -> Placed | None:
        """What stands on a line right after an order, or right before it; None where nothing does."""
        if after:
            found = self._found(number, _AFTER, lambda _: order, lambda row: tuple(row[2:5]) > order)
        else:
            found = self._found(number, _BEFORE, lambda _: order, lambda row: tuple(row[2:5]) < order)
        return found[0 if after else -1] if found else None

    def between(self, number: int, low: int, high: int) -> list[Placed]:
        """What stands on a line at ranks between two, both included, in its order."""
        return self._found(number, _BETWEEN, lambda _: (low, high), lambda row: low <= row[2] <= high)

    def reaching(self, number: int, moment: Micros) -> list[Placed]:
        """What stands on a line of times, begins before a moment and lasts until then or longer."""
        return self._found(
            number,
            _REACHING,
            lambda reach: (moment - reach, moment, moment),
            lambda row: row[2] < moment <= (row[7] if row[8] is None else row[8]),
        )

    def counting_by(self, number: int, low: int, at: Micros) -> list[Placed]:
        """What stands on a line of times at ranks from one on, and counts by a time although its rank may be later."""
        return self._found(
            number, _COUNTING_BY, lambda reach: (low, at + reach, at), lambda row: row[2] >= low and row[7] <= at
        )

    def between_positions(self, number: int, first: int, last: int) -> list[Placed]:
        """What stands on a line of names, of records at these positions, both ends included, in log order."""
        return self._found(number, _OF_POSITIONS, lambda _: (first, last), lambda row: first <= row[4] <= last)

    def _found(
        self,
        number: int,
        sql: str,
        values: Callable[[Micros], tuple[int, ...]],
        waits: Callable[[Sequence[Any]], bool],
    ) -> list[Placed]:
        """What stands of a line, in its order: in each lane that it uses, of values by the longest span there; and of
        rows of `claims` that wait to be written."""
        closed = self._closed.pop(number, None)
        if closed:
            self._connection.executemany(_CLOSE, closed)
        found = []
        for lane in _LANES_IN[self._lanes_of(number)]:
            length = lane % EARLY
            asked = values(REACH[length] * DAY if length < LONGER else NEVER)
            for row in self._connection.execute(sql, (number, lane, *asked)):
                found.append(Placed(number, lane, *row))
        for waiting in self._claims.get(number, _NONE).values():
            if waiting[6] == OPEN and waits(waiting):
                found.append(Placed(*waiting[:6], *waiting[7:]))
        return sorted(found, key=lambda one: one.order) if len(found) > 1 else found

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
            many(_INSERT_VERSION, [row for _, row in sorted(self._versions.items())])
            self._versions.clear()
        if self._closed_versions:
            many("UPDATE versions SET known_to = ? WHERE id = ?", self._closed_versions)
            self._closed_versions.clear()
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
_LANES_IN = [tuple(lane for lane in LANES if bits & 1 << lane) for bits in range(1 << len(LANES))]
_INSERT_VERSION = f"INSERT INTO versions VALUES ({', '.join('?' * 16)})"  # noqa: S608
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
SELECT {_ROW} FROM claims WHERE line = ? AND lane = ? AND rank = 0 AND said = 0 AND position >= ? AND position <= ?
  AND known_to = {OPEN}"""  # noqa: S608
