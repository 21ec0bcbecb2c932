"""Lines as a vantage sees them: the claims that stand and count on each, newest first, as far as they are asked for."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from heapq import merge
from typing import NamedTuple

from domain.calendar import Calendar, Micros
from projections.index.keys import AHEAD, DAY, EARLY, LANES, LONGER, REACH, periods_ending
from projections.index.schema import NEVER

_FEW = 24
_KIN = """
WITH RECURSIVE w(asked, line) AS (
  SELECT value, value FROM json_each(?1) UNION SELECT w.asked, t.other FROM w CROSS JOIN ties t ON t.one = w.line)
SELECT asked, line FROM w"""
_USED = tuple(tuple(lane for lane in LANES if lanes & 1 << lane) for lanes in range(1 << len(LANES)))


class Line(NamedTuple):
    """A line that there is: its number, and the lanes that it uses as bits."""

    number: int
    lanes: int

    @property
    def lanes_used(self) -> tuple[int, ...]:
        """The lanes with a claim."""
        return _USED[self.lanes]


LinesOfOne = dict[tuple[str, ...], Line]
"""The lines of one stream, by what else they are named by."""


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


Newest = dict[int, list[Claim]]
"""By the number of a line the newest claims on it, in order; no line where there are none."""


class LineNames:
    """The lines that are looked up by name, as they are at one checkpoint of the log."""

    def __init__(self, connection: sqlite3.Connection, checkpoint: int) -> None:
        self.checkpoint = checkpoint
        self._connection = connection
        self._one: dict[str, Line | None] = {}
        self._of: dict[str, dict[str, LinesOfOne]] = {}

    def one(self, name: str) -> Line | None:
        """The line of a name."""
        if name not in self._one:
            row = self._connection.execute(_LINE, (name,)).fetchone()
            self._one[name] = None if row is None else Line(*row)
        return self._one[name]

    def of(self, kind: str) -> dict[str, LinesOfOne]:
        """All lines of a kind of stream, by stream and what else they are named by."""
        if kind not in self._of:
            found: dict[str, LinesOfOne] = {}
            for number, name, lanes in self._connection.execute(_LINES, (f"{kind}-", f"{kind}.")):
                stream, *rest = name.split(" ")
                if rest:
                    found.setdefault(stream, {})[tuple(rest)] = Line(number, lanes)
            self._of[kind] = {stream: found[stream] for stream in sorted(found)}
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
        return self._names.one(name)

    def of(self, kind: str) -> dict[str, LinesOfOne]:
        """All lines of a kind of stream, by stream and what else they are named by."""
        return self._names.of(kind)

    # how far up a lane there may be something that counts

    def _counted(self, lane: int) -> Micros:
        return self._as_of if lane >= EARLY else self.latest_time

    def _begun(self, lane: int) -> Micros:
        length = lane % EARLY
        top = self._as_of + REACH[length] * DAY if length < LONGER else NEVER
        return top if lane >= EARLY else min(top, self._clock)

    def _ended(self, lane: int) -> int:
        length, top = lane % EARLY, NEVER
        if length < LONGER:
            top = periods_ending(self._today + timedelta(days=REACH[length] + 1))[1]
        return top if lane >= EARLY else min(top, periods_ending(self._known_day)[1])

    def down(self, line: Line | None, *, low: int = -NEVER, high: int = NEVER, ahead: bool = False) -> Iterator[Claim]:
        """Claims on a line of times that stand and count, newest first. Ranks from low to high, both included.

        `ahead`: also those whose rank lies after the vantage, which count already: totals so far.
        """
        return self._walk(line, low, high, self._begun if ahead else self._counted)

    def periods(self, line: Line | None, *, low: int = -NEVER, high: int = NEVER) -> Iterator[Claim]:
        """The same of a line of periods."""
        return self._walk(line, low, high, self._ended)

    def _walk(self, line: Line | None, low: int, high: int, top: Callable[[int], int]) -> Iterator[Claim]:
        if line is None:
            return iter(())
        lanes = [self._lane(line.number, lane, low, min(high, top(lane))) for lane in line.lanes_used]
        return lanes[0] if len(lanes) == 1 else merge(*lanes, reverse=True)

    def newest(self, lines: Iterable[Line], *, back: int = 0, ahead: bool = False) -> Newest:
        """What is newest on each of several lines of times: all of its newest rank, and of ranks so far before that."""
        return self._newest(lines, back, self._begun if ahead else self._counted)

    def newest_periods(self, lines: Iterable[Line]) -> Newest:
        """All of the newest period of each of several lines."""
        return self._newest(lines, 0, self._ended)

    def _newest(self, lines: Iterable[Line], back: int, top: Callable[[int], int]) -> Newest:
        by_lane: dict[int, list[int]] = defaultdict(list)
        for line in lines:
            for lane in line.lanes_used:
                by_lane[lane].append(line.number)
        found: Newest = defaultdict(list)
        for lane, numbers in by_lane.items():
            asked = f"[{','.join(map(str, numbers))}]", lane, top(lane), back, self._position, self._as_of
            for number, *row in self.connection.execute(_NEWEST, asked):
                found[number].append(Claim._make(row))
        for number, claims in found.items():
            if len(claims) > 1:
                claims.sort(reverse=True)
                found[number] = [claim for claim in claims if claim.rank >= claims[0].rank - back]
        return found

    def at_rank(self, line: Line | None, rank: int) -> list[Claim]:
        """Claims of one rank that stand and count."""
        if line is None:
            return []
        return [claim for lane in line.lanes_used for claim in self._lane(line.number, lane, rank, rank)]

    def lasting(self, line: Line, since: Micros, until: Micros) -> list[Claim]:
        """Claims on a line of times that begin more than a day before one, and last to another."""
        found = []
        for lane in line.lanes_used:
            if length := lane % EARLY:
                low = since - REACH[length] * DAY if length < LONGER else -NEVER
                high = since if lane >= EARLY else min(since, self._clock + 1)
                asked = (line.number, lane, low, high, until, self._position, self._position, self._as_of)
                found += [Claim._make(row) for row in self.connection.execute(_LASTING, asked)]
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
                yield Claim._make(row)
            if len(rows) < size:
                return
            size *= 4
            rows = self.connection.execute(_ON, (number, lane, *rows[-1][:3], low, *asked, size)).fetchall()


_LINE = "SELECT id, ifnull(lanes, 1) FROM lines WHERE name = ?"
_LINES = "SELECT id, name, ifnull(lanes, 1) FROM lines WHERE name >= ? AND name < ?"
_ROW = "rank, said, position, known_from, at, last, who, says"
_HOLDS = "known_from <= ?5 AND known_to > ?5 AND at <= ?6"
_STANDS = "known_from <= ? AND known_to > ? AND at <= ?"
_DOWN = f"""
SELECT {_ROW} FROM claims WHERE line = ? AND lane = ? AND rank <= ? AND rank >= ? AND {_STANDS}
ORDER BY rank DESC, said DESC, position DESC LIMIT ?"""  # noqa: S608
_ON = f"""
SELECT {_ROW} FROM claims WHERE line = ? AND lane = ? AND (rank, said, position) < (?, ?, ?) AND rank >= ? AND {_STANDS}
ORDER BY rank DESC, said DESC, position DESC LIMIT ?"""  # noqa: S608
_NEWEST = f"""
SELECT line, {_ROW} FROM json_each(?1) j CROSS JOIN claims c ON c.line = j.value
WHERE lane = ?2 AND rank <= ?3 AND rank >= (
  SELECT rank FROM claims WHERE line = j.value AND lane = ?2 AND rank <= ?3 AND {_HOLDS}
  ORDER BY rank DESC, said DESC, position DESC LIMIT 1) - ?4 AND {_HOLDS}"""  # noqa: S608
_LASTING = f"""
SELECT {_ROW} FROM claims WHERE line = ? AND lane = ? AND rank >= ? AND rank < ? AND last >= ? AND {_STANDS}"""  # noqa: S608
_COUNTING = """
SELECT known_from FROM claims WHERE line = ?1 AND known_from <= ?2 AND known_to > ?2 AND at <= ?3 ORDER BY position"""
_ALL = """
SELECT known_from FROM claims WHERE line = ?1 AND known_from <= ?2 AND known_to > ?2 AND ?3 IS NOT NULL
ORDER BY position"""


def kin_of(connection: sqlite3.Connection, strikes: Iterable[int]) -> list[tuple[int, int]]:
    """Each strike with itself, and with whatever was ever linked to it, however far; by the numbers of their lines."""
    return connection.execute(_KIN, (f"[{','.join(map(str, strikes))}]",)).fetchall()
