"""Lines as a vantage sees them: the claims that stand and count on each, newest first, as far as they are asked for."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from datetime import timedelta
from heapq import merge
from typing import NamedTuple

from domain.calendar import Calendar, Micros
from projections.index.keys import AHEAD, DAY, EARLY, LANES, LONGER, REACH, periods_ending
from projections.index.schema import NEVER

_FEW = 4


class Line(NamedTuple):
    """A line that there is: its number, and the lanes that it uses as bits."""

    number: int
    lanes: int

    def lanes_used(self) -> Iterator[int]:
        """The lanes with a claim."""
        return (lane for lane in LANES if self.lanes & 1 << lane)


class Claim(NamedTuple):
    """A row of `claims` that stands at a vantage. The first three decide the order on its line."""

    rank: int
    said: Micros
    position: int
    known_from: int
    at: Micros
    last: Micros | None
    who: int | None
    says: int | None

    @property
    def order(self) -> tuple[int, int, int]:
        """Its place on the line."""
        return self[:3]

    @property
    def row_id(self) -> int:
        """The version that it stands for."""
        return 2 * self.known_from


class LineNames:
    """The lines that are looked up by name; read once for each state of a file."""

    def __init__(self) -> None:
        self._at: int | None = None
        self._one: dict[str, Line | None] = {}
        self._of: dict[str, dict[str, dict[tuple[str, ...], Line]]] = {}

    def forget(self) -> None:
        """Drop everything: the file is another one."""
        self.at(None)

    def at(self, checkpoint: int | None) -> None:
        """What was read of another state is dropped."""
        if checkpoint != self._at:
            self._at = checkpoint
            self._one.clear()
            self._of.clear()

    def one(self, connection: sqlite3.Connection, name: str) -> Line | None:
        """The line of a name."""
        if name not in self._one:
            row = connection.execute(_LINE, (name,)).fetchone()
            self._one[name] = None if row is None else Line(*row)
        return self._one[name]

    def of(self, connection: sqlite3.Connection, kind: str) -> dict[str, dict[tuple[str, ...], Line]]:
        """All lines of a kind of stream, by stream and what else they are named by."""
        if kind not in self._of:
            found: dict[str, dict[tuple[str, ...], Line]] = {}
            for number, name, lanes in connection.execute(_LINES, (f"{kind}-", f"{kind}.")):
                stream, *rest = name.split(" ")
                if rest:
                    found.setdefault(stream, {})[tuple(rest)] = Line(number, lanes)
            self._of[kind] = found
        return self._of[kind]


class Lines:
    """What stands at one vantage. `clock` is the log's at that position."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        names: LineNames,
        calendar: Calendar,
        *,
        position: int,
        as_of: Micros,
        clock: Micros,
    ) -> None:
        self.connection = connection
        self._names = names
        self._position = position
        self._as_of = as_of
        self.latest_time = min(as_of, clock + AHEAD)
        """The latest time that anything not ahead of its clock can be about."""
        self._clock = clock + AHEAD
        self._today = calendar.day(as_of)
        self._known_day = calendar.day(clock + AHEAD)

    def line(self, name: str) -> Line | None:
        """The line of a name; None where nothing ever stood on it."""
        return self._names.one(self.connection, name)

    def of(self, kind: str) -> dict[str, dict[tuple[str, ...], Line]]:
        """All lines of a kind of stream, by stream and what else they are named by."""
        return self._names.of(self.connection, kind)

    def down(self, line: Line | None, *, low: int = -NEVER, high: int = NEVER, ahead: bool = False) -> Iterator[Claim]:
        """Claims on a line of times that stand and count, newest first. Ranks from low to high, both included.

        `ahead`: also those whose rank lies after the vantage, which count already: totals so far.
        """
        if line is None:
            return iter(())
        return self._merged(
            self._lane(line.number, lane, low, min(high, self._top(lane, ahead=ahead))) for lane in line.lanes_used()
        )

    def _top(self, lane: int, *, ahead: bool) -> Micros:
        length = lane % EARLY
        top = self._as_of
        if ahead:
            top = top + REACH[length] * DAY if length < LONGER else NEVER
        return top if lane >= EARLY else min(top, self._clock)

    def periods(self, line: Line | None, *, low: int = -NEVER, high: int = NEVER) -> Iterator[Claim]:
        """The same of a line of periods."""
        if line is None:
            return iter(())
        cursors = []
        for lane in line.lanes_used():
            length = lane % EARLY
            top = NEVER
            if length < LONGER:
                top = periods_ending(self._today + timedelta(days=REACH[length] + 1))[1]
            if lane < EARLY:
                top = min(top, periods_ending(self._known_day)[1])
            cursors.append(self._lane(line.number, lane, low, min(high, top)))
        return self._merged(cursors)

    def newest(self, line: Line | None) -> Claim | None:
        """The newest claim on a line of times."""
        return next(self.down(line, ahead=True), None)

    def at_rank(self, line: Line | None, rank: int) -> list[Claim]:
        """Claims of one rank that stand and count."""
        if line is None:
            return []
        return [claim for lane in line.lanes_used() for claim in self._lane(line.number, lane, rank, rank)]

    def lasting(self, line: Line, since: Micros, until: Micros) -> list[Claim]:
        """Claims on a line of times that begin more than a day before one, and last to another."""
        found = []
        for lane in line.lanes_used():
            if length := lane % EARLY:
                low = since - REACH[length] * DAY if length < LONGER else -NEVER
                high = since if lane >= EARLY else min(since, self._clock + 1)
                asked = (line.number, lane, low, high, until, self._position, self._position, self._as_of)
                found += [Claim(*row) for row in self.connection.execute(_LASTING, asked)]
        return found

    def whole(self, line: Line | None, *, whenever: bool = False) -> list[int]:
        """Row ids of all versions on a line that stand and count, in log order; `whenever`: also what counts later."""
        if line is None:
            return []
        sql = _ALL if whenever else _COUNTING
        rows = self.connection.execute(sql, (line.number, self._position, self._as_of))
        return [2 * known_from for (known_from,) in rows]

    def _lane(self, number: int, lane: int, low: int, high: int) -> Iterator[Claim]:
        asked = self._position, self._position, self._as_of
        rows = self.connection.execute(_DOWN, (number, lane, high, low, *asked, _FEW)).fetchall()
        size = _FEW
        while rows:
            for row in rows:
                yield Claim(*row)
            if len(rows) < size:
                return
            size *= 4
            rows = self.connection.execute(_ON, (number, lane, *rows[-1][:3], low, *asked, size)).fetchall()

    def _merged(self, cursors: Iterable[Iterator[Claim]]) -> Iterator[Claim]:
        every = list(cursors)
        return every[0] if len(every) == 1 else merge(*every, key=_order, reverse=True)


def _order(claim: Claim) -> tuple[int, int, int]:
    return claim[:3]


_LINE = "SELECT id, ifnull(lanes, 1) FROM lines WHERE name = ?"
_LINES = "SELECT id, name, ifnull(lanes, 1) FROM lines WHERE name >= ? AND name < ?"
_ROW = "rank, said, position, known_from, at, last, who, says"
_STANDS = "known_from <= ? AND known_to > ? AND at <= ?"
_DOWN = f"""
SELECT {_ROW} FROM claims WHERE line = ? AND lane = ? AND rank <= ? AND rank >= ? AND {_STANDS}
ORDER BY rank DESC, said DESC, position DESC LIMIT ?"""  # noqa: S608
_ON = f"""
SELECT {_ROW} FROM claims WHERE line = ? AND lane = ? AND (rank, said, position) < (?, ?, ?) AND rank >= ? AND {_STANDS}
ORDER BY rank DESC, said DESC, position DESC LIMIT ?"""  # noqa: S608
_LASTING = f"""
SELECT {_ROW} FROM claims WHERE line = ? AND lane = ? AND rank >= ? AND rank < ? AND last >= ? AND {_STANDS}"""  # noqa: S608
_COUNTING = """
SELECT known_from FROM claims WHERE line = ?1 AND known_from <= ?2 AND known_to > ?2 AND at <= ?3 ORDER BY position"""
_ALL = """
SELECT known_from FROM claims WHERE line = ?1 AND known_from <= ?2 AND known_to > ?2 AND ?3 IS NOT NULL
ORDER BY position"""
