"""Counts and sums at any vantage: signed deltas, and a calendar of nodes that are step functions of log position.

A delta says that from position k on, what counts at `at` is more or less by so much; any sum at a vantage is then the
sum of the deltas with at <= T and k <= K: late arrivals, corrections and retractions need no special case. Nodes (an
hour, a local day, 8, 64 and 512 days) hold those sums at the end of every bucket of positions in which they changed,
so a sum takes some 25 look-ups, whatever the log's size. What an erased body had added stands in nodes of the past:
late deltas take it back, and every sum adds them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from domain.calendar import Calendar, Micros

BUCKET = 64
"""Positions per bucket: what changed since the last full one is summed from the deltas themselves."""

TALLY = 1
"""The metric that every log has; the others are a harm of a population each."""

UNDATED: Micros = -62_135_000_000_000_000
"""Where a line counts that has no time of its own: before everything else."""

_HOUR: Micros = 3_600_000_000
_LEVEL = 1 << 32
_DAY_BITS = 5
"""A day has numbers for 32 hours."""
_SHIFTS = (0, 3, *(_DAY_BITS + shift for shift in (0, 3, 6, 9)))
"""Hours in a node of each level, as bits: 1 hour, 8 hours, 1 day, 8 days, 64, 512."""
_DAYS = _SHIFTS.index(_DAY_BITS) * _LEVEL
_TO_THE_NEXT = (*(above - below for below, above in pairwise(_SHIFTS)), 32)
"""Bits between a node's number and that of the one above it, from the hours on; above the top is one for all."""
_TOP = len(_SHIFTS) - 1
_METRIC_AT, _LEVELS = 36, 1 << 4
"""Where a metric's number stands beside a node's in what is asked of SQLite in one integer of 63 bits."""
_METRICS = 1 << 63 - _METRIC_AT
_BESIDE = "~"
_NODES_KEPT = 400_000
_LIFT = 1 << 20
"""Added to both numbers of a day before they are packed into one: either may be below 0."""

Values = tuple[int, int, int, int, int, int, int, int]
"""The eight numbers of a metric: a Tally's or a Sum's."""
NOTHING: Values = (0, 0, 0, 0, 0, 0, 0, 0)
COLUMNS = tuple(f"v{n}" for n in range(1, 9))


class Sum(NamedTuple):
    """Ruled figures of strikes, added up: how many have a number, their ends, claims, counts, how many are open above.

    `uncounted` are claimants without a number, `summands` all strikes with anything claimed, by numbers or in words.
    """

    strikes: int = 0
    low: int = 0
    high: int = 0
    claims: int = 0
    counts: int = 0
    open_above: int = 0
    uncounted: int = 0
    summands: int = 0


class Tally(NamedTuple):
    """Lines of the feed, discrepancies (those of statuses left out of sums apart: they depend on the rule), strikes.

    `standing` are records that stand, each on the day that it counts from. `strikes` leaves out parts beside their
    whole, `no_hour` are those of them without a time of day, `shown` are all.
    """

    lines: int = 0
    findings: int = 0
    not_summed: int = 0
    strikes: int = 0
    no_hour: int = 0
    shown: int = 0
    standing: int = 0
    spare: int = 0  # so that it is as wide as a Sum


def plus(one: Values, other: Values) -> Values:
    """Value by value."""
    a, b, c, d, e, f, g, h = one
    i, j, k, m, n, o, p, q = other
    return a + i, b + j, c + k, d + m, e + n, f + o, g + p, h + q


def minus(one: Values, other: Values) -> Values:
    """Value by value."""
    a, b, c, d, e, f, g, h = one
    i, j, k, m, n, o, p, q = other
    return a - i, b - j, c - k, d - m, e - n, f - o, g - p, h - q


def harm_metric(harm: str, of: str) -> str:
    """The name of the sums of one harm and one population."""
    return f"{harm} {of}"


def beside(metric: str) -> str:
    """The name of what puts right a sum from some time on: a part whose whole lies on the other side of that time."""
    return f"{_BESIDE}{metric}"


class Counting:
    """The fold's side: collects deltas and writes them, with the nodes that they change."""

    def __init__(self, connection: sqlite3.Connection, calendar: Calendar) -> None:
        self._connection = connection
        self._calendar = calendar
        self._metrics: dict[str, int] = {
            name: number for number, name in connection.execute("SELECT id, name FROM metrics")
        }
        self._blocks = {row[0] for row in connection.execute("SELECT node FROM blocks")}
        self._deltas: list[tuple[int, ...]] = []
        self._hours: dict[tuple[int, int, int], Values] = {}  # by metric, hour and bucket
        self._newest: dict[tuple[int, int], Values] = {}
        self._last: tuple[int, int] = (0, 0)

    def metric(self, name: str) -> int:
        """The number of a metric; numbered as they first appear."""
        if name not in self._metrics:
            if len(self._metrics) + 1 >= _METRICS:
                raise OverflowError(f"more than {_METRICS} populations and harms")
            self._metrics[name] = len(self._metrics) + 1
            self._connection.execute("INSERT INTO metrics VALUES (?, ?)", (self._metrics[name], name))
        return self._metrics[name]

    def metrics(self) -> list[tuple[str, int]]:
        """Names and numbers of all metrics."""
        return list(self._metrics.items())

    def change(self, k: int, metric: int, at: Micros, values: Values) -> None:
        """From position k on, so much more counts at `at`."""
        if values == NOTHING:
            return
        before, sequence = self._last
        sequence = sequence + 1 if before == k else 0
        self._last = k, sequence
        self._deltas.append((k, sequence, metric, at, *values))
        day = self._calendar.day(at)
        hour = day.toordinal() << _DAY_BITS | (at - self._calendar.day_start(day)) // _HOUR
        key = metric, hour, (k // BUCKET + 1) * BUCKET - 1
        held = self._hours.get(key)
        self._hours[key] = values if held is None else plus(held, values)
        block = hour >> _SHIFTS[-1]
        if block not in self._blocks:
            self._blocks.add(block)
            self._connection.execute("INSERT INTO blocks VALUES (?)", (block,))

    def flush(self) -> None:
        """Write what was collected."""
        self._connection.executemany(_INSERT_DELTA, self._deltas)
        self._deltas.clear()
        rows = []
        for (metric, node, bucket), values in sorted(self._changes()):
            held = plus(self._held(metric, node), values)
            self._newest[metric, node] = held
            rows.append((metric, node, bucket, *held))
        self._connection.executemany(_INSERT_NODE, rows)
        self._hours.clear()

    def _changes(self) -> Iterator[tuple[tuple[int, int, int], Values]]:
        """What changed in each node, from the hours up."""
        below = self._hours
        for level, shift in enumerate(_SHIFTS):
            if level:
                bits, above = shift - _SHIFTS[level - 1], dict[tuple[int, int, int], Values]()
                for (metric, index, bucket), values in below.items():
                    key = metric, index >> bits, bucket
                    held = above.get(key)
                    above[key] = values if held is None else plus(held, values)
                below = above
            for (metric, index, bucket), values in below.items():
                yield (metric, level * _LEVEL | index, bucket), values

    def _held(self, metric: int, node: int) -> Values:
        """What a node came to when it was last written."""
        held = self._newest.get((metric, node))
        if held is None:
            if len(self._newest) > _NODES_KEPT:
                self._newest.clear()
            held = self._connection.execute(_NEWEST_NODE, (metric, node)).fetchone() or NOTHING
        return held


_VALUES = ", ".join(COLUMNS)
_SUMS = ", ".join(f"sum({column})" for column in COLUMNS)
_MARKS = ", ?" * len(COLUMNS)
_INSERT_DELTA = f"INSERT INTO deltas VALUES (?, ?, ?, ?{_MARKS})"  # noqa: S608
_INSERT_NODE = f"INSERT OR REPLACE INTO nodes VALUES (?, ?, ?{_MARKS})"  # noqa: S608
_NEWEST_NODE = f"SELECT {_VALUES} FROM nodes WHERE metric = ? AND node = ? ORDER BY k DESC LIMIT 1"  # noqa: S608
_NODES = f"""
WITH w(asked, metric, node) AS MATERIALIZED (
  SELECT value, value >> {_METRIC_AT}, value & {(1 << _METRIC_AT) - 1} FROM json_each(?1))
SELECT w.asked & ~{_LEVEL - 1}, w.asked & {_LEVEL - 1}, {_VALUES}
FROM w CROSS JOIN nodes x
WHERE x.metric = w.metric AND x.node = w.node AND x.k = (
  SELECT y.k FROM nodes y WHERE y.metric = w.metric AND y.node = w.node AND y.k <= ?2 ORDER BY y.k DESC LIMIT 1)"""  # noqa: S608
_PARTS_OF_HOURS = f"""
WITH w(metric, until, first) AS MATERIALIZED (SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?1))
SELECT w.until, w.metric, {_SUMS} FROM w CROSS JOIN deltas x INDEXED BY deltas_at
WHERE x.metric = w.metric AND x.at >= w.first AND x.at < w.until AND x.k <= ?2 GROUP BY w.until, w.metric"""  # noqa: S608
_SINCE_THE_BUCKET = f"""
SELECT metric, at, {_VALUES} FROM deltas WHERE k > ?1 AND k <= ?2
UNION ALL SELECT metric, at, {_VALUES} FROM late_deltas WHERE k <= ?2"""  # noqa: S608
_STRIKES_BY_DAY = """
SELECT w.value - ?3, (
  SELECT (y.v4 + 1048576 << 32) + y.v5 + 1048576 FROM nodes y WHERE y.metric = ?2 AND y.node = w.value AND y.k <= ?4
  ORDER BY y.k DESC LIMIT 1)
FROM json_each(?1) w"""

_STANDING_BY_DAY = """
SELECT w.value - ?3, (
  SELECT y.v7 FROM nodes y WHERE y.metric = ?2 AND y.node = w.value AND y.k <= ?4 ORDER BY y.k DESC LIMIT 1)
FROM json_each(?1) w"""


class Counts:
    """The reader's side: sums at one position."""

    def __init__(self, connection: sqlite3.Connection, calendar: Calendar, position: int) -> None:
        self._connection = connection
        self._calendar = calendar
        self._full = (position + 1) // BUCKET * BUCKET - 1
        numbers = dict(connection.execute("SELECT name, id FROM metrics"))
        self.metrics: dict[str, int] = {name: numbers[name] for name in numbers if not name.startswith(_BESIDE)}
        self.beside: dict[str, int] = {name: numbers[b] for name in self.metrics if (b := beside(name)) in numbers}
        self._blocks = [row[0] for row in connection.execute("SELECT node FROM blocks ORDER BY node")]
        self._recent: dict[int, list[tuple[Micros, Values]]] = {}
        for metric, at, *values in connection.execute(_SINCE_THE_BUCKET, (self._full, position)):
            self._recent.setdefault(metric, []).append((at, tuple(values)))
        self._known: dict[tuple[Micros, int], Values] = {}
        self._asked: set[int] = set()
        self._under: dict[int, list[tuple[int, Values]]] = {}  # what was read, by the node above
        self._sums: dict[int, Values] = {}
        self._parts: dict[tuple[Micros, int], Values] = {}

    def before(self, moment: Micros, metrics: Sequence[int]) -> dict[int, Values]:
        """Sums over everything that counts before a moment, by metric."""
        self.look_up([(moment, metric) for metric in metrics])
        return {metric: self._known[moment, metric] for metric in metrics}

    def look_up(self, asked: Iterable[tuple[Micros, int]]) -> None:
        """Look up sums before several moments at once, each of one metric; `before` and `between` then know them."""
        wanted = [one for one in dict.fromkeys(asked) if one not in self._known]
        if not wanted:
            return
        hours = {moment: self._hour(moment) for moment, _ in wanted}
        covers = {hour: self._cover(hour) for hour, _ in hours.values()}
        self._read_nodes(metric << _METRIC_AT | node for moment, metric in wanted for node in covers[hours[moment][0]])
        self._read_parts((metric, moment, hours[moment][1]) for moment, metric in wanted)
        for moment, metric in wanted:
            total = plus(self._before(metric, 0, hours[moment][0]), self._parts.get((moment, metric), NOTHING))
            for at, values in self._recent.get(metric, ()):
                if at < moment:
                    total = plus(total, values)
            self._known[moment, metric] = total

    def _hour(self, moment: Micros) -> tuple[int, Micros]:
        """The number of a moment's hour, and when it began."""
        day = self._calendar.day(moment)
        start = self._calendar.day_start(day)
        hour = (moment - start) // _HOUR
        return day.toordinal() << _DAY_BITS | hour, start + hour * _HOUR

    def _cover(self, hour: int) -> list[int]:
        """Nodes that make up the time before an hour."""
        block = hour >> _SHIFTS[-1]
        cover, index = [_TOP * _LEVEL | earlier for earlier in self._blocks if earlier < block], hour
        if block in self._blocks:
            for level, bits in enumerate(_TO_THE_NEXT[:_TOP]):
                first = index >> bits << bits
                cover += range(level * _LEVEL | first, level * _LEVEL | index)
                index >>= bits
        return cover

    def _before(self, metric: int, level: int, index: int) -> Values:
        """The sum over the time before a node; moments that lie near each other share most of it."""
        of_level = metric << _METRIC_AT | level * _LEVEL
        total = self._sums.get(of_level | index)
        if total is None:
            above = index >> _TO_THE_NEXT[level]
            total = NOTHING if level == _TOP else self._before(metric, level + 1, above)
            for node, values in self._under.get(of_level | above, ()):
                if node < index:
                    total = plus(total, values)
            self._sums[of_level | index] = total
        return total

    def _read_nodes(self, nodes: Iterable[int]) -> None:
        asked = set(nodes) - self._asked
        self._asked |= asked
        for of_level, node, *values in self._connection.execute(_NODES, (_json(asked), self._full)):
            above = node >> _TO_THE_NEXT[of_level // _LEVEL % _LEVELS]
            self._under.setdefault(of_level | above, []).append((node, tuple(values)))

    def _read_parts(self, wanted: Iterable[tuple[int, Micros, Micros]]) -> None:
        """What counts of a metric before a moment in the hour that began last."""
        asked = [f"[{metric},{moment},{begun}]" for metric, moment, begun in wanted if begun < moment]
        rows = self._connection.execute(_PARTS_OF_HOURS, (f"[{','.join(asked)}]", self._full)) if asked else ()
        for moment, metric, *values in rows:
            self._parts[moment, metric] = tuple(values)

    def between(self, first: Micros, last: Micros, metric: int) -> Values:
        """The sum over everything that counts in a span, both ends included."""
        if last < first:
            return NOTHING
        return minus(self.before(last + 1, (metric,))[metric], self.before(first, (metric,))[metric])

    def strikes_by_day(self, first: date, last: date) -> dict[date, tuple[int, int]]:
        """Strikes that count, and those of them without an hour, for whole local days from first to last."""
        nodes = range(_DAYS | first.toordinal(), (_DAYS | last.toordinal()) + 1)
        found: dict[date, tuple[int, int]] = {}
        for number, packed in self._connection.execute(_STRIKES_BY_DAY, (_json(nodes), TALLY, _DAYS, self._full)):
            if packed:
                found[date.fromordinal(number)] = (packed >> 32) - _LIFT, (packed & 0xFFFFFFFF) - _LIFT
        start, end = self._calendar.day_start(first), self._calendar.day_end(last)
        for at, values in self._recent.get(TALLY, ()):
            if start <= at <= end and (values[3] or values[4]):
                day = self._calendar.day(at)
                strikes, no_hour = found.get(day, (0, 0))
                found[day] = strikes + values[3], no_hour + values[4]
        return found

    def standing_by_day(self, first: date, last: date) -> list[int]:
        """Records that stand, for each local day from first to last."""
        nodes = range(_DAYS | first.toordinal(), (_DAYS | last.toordinal()) + 1)
        found = dict(self._connection.execute(_STANDING_BY_DAY, (_json(nodes), TALLY, _DAYS, self._full)))
        start, end = self._calendar.day_start(first), self._calendar.day_end(last)
        for at, values in self._recent.get(TALLY, ()):
            if start <= at <= end and values[6]:
                day = self._calendar.day(at).toordinal()
                found[day] = (found.get(day) or 0) + values[6]
        return [found.get(day) or 0 for day in range(first.toordinal(), last.toordinal() + 1)]


def _json(numbers: Iterable[int]) -> str:
    return f"[{','.join(map(str, numbers))}]"
