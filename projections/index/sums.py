"""Counts and sums at any vantage: signed deltas, and a calendar of nodes that are step functions of log position.

A delta says that from position k on, what counts at `at` is more or less by so much; any sum at a vantage is then the
sum of the deltas with at <= T and k <= K: late arrivals, corrections and retractions need no special case. Nodes (a
local day, 8, 64 and 512 days) hold those sums at the end of every bucket of positions in which they changed, so a sum
takes a dozen look-ups, and the deltas of its last day. What an erased body had added stands in nodes of the past: late
deltas take it back, and every sum adds them.
"""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

from domain.calendar import Calendar, Micros

BUCKET = 256
"""Positions per bucket: what changed since the last full one is summed from the deltas themselves."""

TALLY = 1
"""The metric that every log has; the others are a harm of a population each."""

UNDATED: Micros = -62_135_000_000_000_000
"""Where a line counts that has no time of its own: before everything else."""

LEVEL = 1 << 32
TO_THE_NEXT = (3, 3, 3, 32)
"""Bits between a node's number and that of the one above it, from the days on; above 512 days is one for all."""
TOP = len(TO_THE_NEXT) - 1
BLOCK = sum(TO_THE_NEXT[:TOP])
METRIC_AT = 36
"""Where a metric's number stands beside a node's in what is asked of SQLite in one integer of 63 bits."""
_METRICS = 1 << 63 - METRIC_AT
BESIDE = "~"
_NODES_KEPT = 400_000

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
    return f"{BESIDE}{metric}"


class Counting:
    """The fold's side: collects deltas and writes them, with the nodes that they change."""

    def __init__(self, connection: sqlite3.Connection, calendar: Calendar) -> None:
        self._connection = connection
        self._calendar = calendar
        self._metrics: dict[str, int] = {
            name: number for number, name in connection.execute("SELECT id, name FROM metrics")
        }
        self._blocks = {row[0] for row in connection.execute("SELECT node FROM blocks")}
        self._deltas: dict[tuple[int, int, Micros], Values] = {}
        self._newest: dict[tuple[int, int], Values] = {}
        self._complete = not self._blocks  # all nodes there are, are held in memory

    def metric(self, name: str) -> int:
        """The number of a metric; numbered as they first appear."""
        number = self._metrics.get(name)
        if number is None:
            number = len(self._metrics) + 1
            if number >= _METRICS:
                raise OverflowError(f"more than {_METRICS} populations and harms")
            self._metrics[name] = number
            self._connection.execute("INSERT INTO metrics VALUES (?, ?)", (number, name))
        return number

    def metrics(self) -> list[tuple[str, int]]:
        """Names and numbers of all metrics."""
        return list(self._metrics.items())

    def change(self, k: int, metric: int, at: Micros, values: Values) -> None:
        """From position k on, so much more counts at `at`."""
        key = k, metric, at
        held = self._deltas.get(key)
        self._deltas[key] = values if held is None else plus(held, values)

    def flush(self) -> None:
        """Write what was collected."""
        deltas = sorted((key, values) for key, values in self._deltas.items() if values != NOTHING)
        self._deltas.clear()
        self._connection.executemany(_INSERT_DELTA, [(*key, *values) for key, values in deltas])
        nodes: dict[tuple[int, int, int], Values] = {}
        for (k, metric, at), values in deltas:
            key = metric, self._calendar.day(at).toordinal(), (k // BUCKET + 1) * BUCKET - 1
            held = nodes.get(key)
            nodes[key] = values if held is None else plus(held, values)
        rows = []
        for level, bits in enumerate(TO_THE_NEXT):
            above: dict[tuple[int, int, int], Values] = {}
            for (metric, index, bucket), values in sorted(nodes.items()):
                node = metric, level * LEVEL | index
                self._newest[node] = now = plus(self._held(*node), values)
                rows.append((*node, bucket, *now))
                key = metric, index >> bits, bucket
                held = above.get(key)
                above[key] = values if held is None else plus(held, values)
            if level == TOP:
                fresh = {index for _, index, _ in nodes} - self._blocks
                self._connection.executemany("INSERT INTO blocks VALUES (?)", [(block,) for block in sorted(fresh)])
                self._blocks |= fresh
            nodes = above
        self._connection.executemany(_INSERT_NODE, sorted(rows))
        if len(self._newest) > _NODES_KEPT:
            self._newest.clear()
            self._complete = False

    def _held(self, metric: int, node: int) -> Values:
        """What a node came to when it was last written."""
        held = self._newest.get((metric, node))
        if held is None:
            found = None if self._complete else self._connection.execute(_NEWEST_NODE, (metric, node)).fetchone()
            held = found or NOTHING
        return held


VALUES = ", ".join(COLUMNS)
_MARKS = ", ?" * len(COLUMNS)
_INSERT_DELTA = f"INSERT INTO deltas VALUES (?, ?, ?{_MARKS})"  # noqa: S608
_INSERT_NODE = f"INSERT OR REPLACE INTO nodes VALUES (?, ?, ?{_MARKS})"  # noqa: S608
_NEWEST_NODE = f"SELECT {VALUES} FROM nodes WHERE metric = ? AND node = ? ORDER BY k DESC LIMIT 1"  # noqa: S608
