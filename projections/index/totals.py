"""Sums as a look reads them: at one position of the log, over any span of time."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import msgspec

from domain.calendar import Calendar, Micros
from domain.values import Harm
from projections.index import sums
from projections.index.sums import (
    BESIDE,
    BLOCK,
    COLUMNS,
    LEVEL,
    METRIC_AT,
    NOTHING,
    TALLY,
    TO_THE_NEXT,
    TOP,
    VALUES,
    Sum,
    Tally,
    Values,
    beside,
    harm_metric,
    minus,
    plus,
)
from projections.situation import Range

_LEVELS = 1 << 4
_wholes = msgspec.json.Decoder(tuple[Micros, ...])
_adds = msgspec.json.Decoder(Values)

Span = tuple[Micros, Micros, str]
"""First and last moment, both included, and the metric's name."""


class Totals:
    """All sums at one position."""

    def __init__(self, connection: sqlite3.Connection, calendar: Calendar, position: int) -> None:
        self.position = position
        self._connection = connection
        self._calendar = calendar
        self._full = (position + 1) // sums.BUCKET * sums.BUCKET - 1
        numbers: dict[str, int] = dict(connection.execute("SELECT name, id FROM metrics"))
        self.metrics: dict[str, int] = {name: numbers[name] for name in numbers if not name.startswith(BESIDE)}
        self._beside: dict[str, int] = {name: numbers[b] for name in self.metrics if (b := beside(name)) in numbers}
        self._blocks = [row[0] for row in connection.execute("SELECT node FROM blocks ORDER BY node")]
        self._recent: dict[int, list[tuple[Micros, Values]]] = defaultdict(list)
        for metric, at, *values in connection.execute(_SINCE_THE_BUCKET, (self._full, position)):
            self._recent[metric].append((at, tuple(values)))
        reach = connection.execute(_REACH).fetchone()
        self._reach: Micros = reach[0] if reach else 0
        self._known: dict[tuple[Micros, int], Values] = {}
        self._asked: set[int] = set()
        self._under: dict[int, list[tuple[int, Values]]] = {}  # what was read, by the node above
        self._sums: dict[int, Values] = {}
        self._parts: dict[tuple[Micros, int], Values] = {}
        self._around: dict[Span, Values] = {}

    def __len__(self) -> int:
        return len(self._known)

    # up to a moment

    def tally(self, moment: Micros) -> Tally:
        """What is counted of all that counts before a moment."""
        return Tally(*self._before(moment, TALLY))

    def before(self, moment: Micros) -> dict[str, Values]:
        """Every sum over all that counts before a moment, by name."""
        self._look_up((moment, metric) for metric in self.metrics.values())
        return {name: self._known[moment, metric] for name, metric in self.metrics.items()}

    def look_up(self, spans: Iterable[Span], moments: Iterable[Micros] = ()) -> None:
        """Look up sums over several spans, and every sum before some moments, at once."""
        spans = [span for span in spans if span[0] <= span[1] and span[2] in self.metrics]
        self._look_around(spans)
        asked = [(moment, metric) for moment in moments for metric in self.metrics.values()]
        for first, last, name in spans:
            asked += [(first, self.metrics[name]), (last + 1, self.metrics[name])]
            if name in self._beside:
                asked.append((first, self._beside[name]))
        self._look_up(asked)

    def _before(self, moment: Micros, metric: int) -> Values:
        if (moment, metric) not in self._known:
            self._look_up([(moment, metric)])
        return self._known[moment, metric]

    def _look_up(self, asked: Iterable[tuple[Micros, int]]) -> None:
        wanted = [one for one in dict.fromkeys(asked) if one not in self._known]
        if not wanted:
            return
        days = {moment: self._day(moment) for moment, _ in wanted}
        covers = {day: self._cover(day) for day, _ in days.values()}
        self._read_nodes({metric << METRIC_AT | node for moment, metric in wanted for node in covers[days[moment][0]]})
        self._read_parts((metric, moment, days[moment][1]) for moment, metric in wanted)
        for moment, metric in wanted:
            total = self._before_node(metric, 0, days[moment][0])
            if (part := self._parts.get((moment, metric))) is not None:
                total = plus(total, part)
            for at, values in self._recent.get(metric, ()):
                if at < moment:
                    total = plus(total, values)
            self._known[moment, metric] = total

    def _day(self, moment: Micros) -> tuple[int, Micros]:
        """The number of a moment's day, and when it began."""
        day = self._calendar.day(moment)
        return day.toordinal(), self._calendar.day_start(day)

    def _cover(self, day: int) -> list[int]:
        """Nodes that make up the time before a day."""
        block = day >> BLOCK
        cover, index = [TOP * LEVEL | earlier for earlier in self._blocks if earlier < block], day
        if block in self._blocks:
            for level, bits in enumerate(TO_THE_NEXT[:TOP]):
                first = index >> bits << bits
                cover += range(level * LEVEL | first, level * LEVEL | index)
                index >>= bits
        return cover

    def _before_node(self, metric: int, level: int, index: int) -> Values:
        """The sum over the time before a node; moments that lie near each other share most of it."""
        of_level = metric << METRIC_AT | level * LEVEL
        total = self._sums.get(of_level | index)
        if total is None:
            above = index >> TO_THE_NEXT[level]
            total = NOTHING if level == TOP else self._before_node(metric, level + 1, above)
            for node, values in self._under.get(of_level | above, ()):
                if node < index:
                    total = plus(total, values)
            self._sums[of_level | index] = total
        return total

    def _read_nodes(self, nodes: set[int]) -> None:
        asked = nodes - self._asked
        self._asked |= asked
        for of_level, node, *values in self._connection.execute(_NODES, (_json(asked), self._full)):
            above = node >> TO_THE_NEXT[of_level // LEVEL % _LEVELS]
            self._under.setdefault(of_level | above, []).append((node, tuple(values)))

    def _read_parts(self, wanted: Iterable[tuple[int, Micros, Micros]]) -> None:
        """What counts of a metric before a moment in the day that began last."""
        asked = [f"[{metric},{moment},{begun}]" for metric, moment, begun in wanted if begun < moment]
        rows = self._connection.execute(_PARTS_OF_DAYS, (f"[{','.join(asked)}]", self._full)) if asked else ()
        for moment, metric, *values in rows:
            self._parts[moment, metric] = tuple(values)

    # over a span

    def counted(self, first: Micros, last: Micros) -> Tally:
        """What is counted of all that counts in a span, both ends included."""
        return Tally(*minus(self._before(last + 1, TALLY), self._before(first, TALLY)))

    def over(self, first: Micros, last: Micros, names: Iterable[str]) -> dict[str, Values]:
        """Sums over a span by name.

        A sum is taken as a difference of two. That shows a part only if the part and its whole are on one side of the
        start of the span: the others are put right.
        """
        spans = [(first, last, name) for name in names]
        self.look_up(spans)
        return {span[2]: self._over(span) for span in spans}

    def _over(self, span: Span) -> Values:
        first, last, name = span
        if first > last or name not in self.metrics:
            return NOTHING
        metric = self.metrics[name]
        total = minus(self._known[last + 1, metric], self._known[first, metric])
        if name in self._beside:
            total = plus(total, self._known[first, self._beside[name]])
        return plus(total, self._around[span])

    def recorded(self, first: Micros, last: Micros, harm: Harm, of: str) -> Range:
        """The sum over strikes of a span for one harm and one population."""
        name = harm_metric(harm, of)
        total = Sum(*self.over(first, last, (name,))[name])
        return Range(
            low=total.low,
            high=total.high,
            claims=total.claims,
            counts=total.counts,
            open_above=total.open_above > 0,
        )

    def _look_around(self, spans: Iterable[Span]) -> None:
        """What those differences get wrong of parts and wholes on both sides of a span: nothing if it is a long one."""
        new = dict.fromkeys((span for span in spans if span not in self._around), NOTHING)
        self._around |= new
        asked = [(self.metrics[name], first, last) for first, last, name in new if last - first < self._reach]
        if asked:
            values = (msgspec.json.encode(asked).decode(), self.position, self._reach)
            for first, last, name, at, wholes, adds in self._connection.execute(_AROUND, values):
                wrong = _wrong(first, last, at, _wholes.decode(wholes))
                for _ in range(abs(wrong)):
                    held = self._around[first, last, name]
                    self._around[first, last, name] = (plus if wrong > 0 else minus)(held, _adds.decode(adds))

    # day by day

    def tally_by_day(self, first: date, last: date) -> dict[date, Tally]:
        """What is counted on each local day from first to last, of those with anything."""
        nodes = [TALLY << METRIC_AT | day for day in range(first.toordinal(), last.toordinal() + 1)]
        found: dict[date, Values] = {
            date.fromordinal(node): tuple(values)
            for _, node, *values in self._connection.execute(_NODES, (_json(nodes), self._full))
        }
        start, end = self._calendar.day_start(first), self._calendar.day_end(last)
        for at, values in self._recent.get(TALLY, ()):
            if start <= at <= end:
                day = self._calendar.day(at)
                found[day] = plus(found.get(day, NOTHING), values)
        return {day: Tally(*values) for day, values in found.items()}

    def by_day(self, days: Sequence[date], until: Micros) -> Mapping[str, dict[date, Values]]:
        """Every sum over each of some days in a row, the last up to a moment, by name.

        A part that gave way when its whole came after it is missing on its own day, not on that of the whole.
        """
        day_start, names = self._calendar.day_start, [name for name in self.metrics if name]
        moments = [*(day_start(day) for day in days), min(self._calendar.day_end(days[-1]), until) + 1]
        self.look_up((), moments)
        known = self._known
        found = {
            name: {
                day: minus(known[moments[n + 1], self.metrics[name]], known[moments[n], self.metrics[name]])
                for n, day in enumerate(days)
            }
            for name in names
        }
        for name, at, due, adds in self.gave_way(moments[0], until):
            for moment, put in ((at, minus), (due, plus)):
                of_day, day = found.get(name, {}), self._calendar.day(moment)
                if day in of_day:
                    of_day[day] = put(of_day[day], adds)
        return found

    def gave_way(self, since: Micros, until: Micros) -> list[tuple[str, Micros, Micros, Values]]:
        """Parts whose whole came after them, in a span: of which sum, when each counts and its whole, what it adds."""
        rows = self._connection.execute(_GAVE_WAY, (self.position, since, until))
        return [(name, at, due, _adds.decode(adds)) for name, at, due, adds in rows]


def _wrong(first: Micros, last: Micros, at: Micros, wholes: Sequence[Micros]) -> int:
    """How often a part is missing from a difference of two sums, or is in it too often (below 0)."""

    def inside(at: Micros) -> bool:
        return first <= at <= last

    due = max(at, min(wholes))
    taken = inside(at) - inside(due)
    beside = max(wholes) < first <= at or max(wholes) >= at < first <= due
    counts = inside(at) and not any(inside(whole) for whole in wholes)
    return counts - taken - beside


def _json(numbers: Iterable[int]) -> str:
    return f"[{','.join(map(str, numbers))}]"


_SUMS = ", ".join(f"sum({column})" for column in COLUMNS)
_NODES = f"""
WITH w(asked, metric, node) AS MATERIALIZED (
  SELECT value, value >> {METRIC_AT}, value & {(1 << METRIC_AT) - 1} FROM json_each(?1))
SELECT w.asked & ~{LEVEL - 1}, w.asked & {LEVEL - 1}, {VALUES}
FROM w CROSS JOIN nodes x
WHERE x.metric = w.metric AND x.node = w.node AND x.k = (
  SELECT y.k FROM nodes y WHERE y.metric = w.metric AND y.node = w.node AND y.k <= ?2 ORDER BY y.k DESC LIMIT 1)"""  # noqa: S608
_PARTS_OF_DAYS = f"""
WITH w(metric, until, first) AS MATERIALIZED (SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?1))
SELECT w.until, w.metric, {_SUMS} FROM w CROSS JOIN deltas x INDEXED BY deltas_at
WHERE x.metric = w.metric AND x.at >= w.first AND x.at < w.until AND x.k <= ?2 GROUP BY w.until, w.metric"""  # noqa: S608
_SINCE_THE_BUCKET = f"""
SELECT metric, at, {VALUES} FROM deltas WHERE k > ?1 AND k <= ?2
UNION ALL SELECT metric, at, {VALUES} FROM late_deltas WHERE k <= ?2"""  # noqa: S608
_REACH = "SELECT highest - lowest FROM beside INDEXED BY beside_reach ORDER BY highest - lowest DESC LIMIT 1"
_AROUND = """
WITH c(metric, first, last) AS MATERIALIZED (SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?1))
SELECT c.first, c.last, m.name, p.at, p.wholes, p.adds FROM c CROSS JOIN metrics m CROSS JOIN beside p
  INDEXED BY beside_lowest ON p.metric = m.id
WHERE m.id = c.metric AND p.lowest > c.last - ?3 AND p.lowest < c.first AND p.highest > c.last
  AND p.known_from <= ?2 AND p.known_to > ?2"""
_GAVE_WAY = """
SELECT m.name, p.at, p.due, p.adds FROM beside p INDEXED BY beside_due CROSS JOIN metrics m ON m.id = p.metric
WHERE p.due >= ?2 AND p.due <= ?3 AND p.due > p.at AND p.known_from <= ?1 AND p.known_to > ?1"""
