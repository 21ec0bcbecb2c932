"""Strikes at a vantage: sums from the calendar of nodes, the latest down the line of reports."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import islice

import msgspec

from domain.calendar import Micros
from domain.report import Facts
from domain.values import Harm
from projections.index.keys import REPORTS
from projections.index.lines import Claim
from projections.index.schema import NEVER
from projections.index.sums import NOTHING, TALLY, Sum, Tally, Values, harm_metric, minus, plus
from projections.index.version import Version
from projections.reading import Reading
from projections.rules.strike_views import DAYS_SHOWN, HARMS, populations, strike_view, tolls
from projections.rules.strikes import WHENEVER, Strike, StrikeBook, strike_book
from projections.situation import (
    LISTED,
    DayCount,
    DayToll,
    HarmRange,
    Population,
    Range,
    StrikesView,
    StrikeView,
    Toll,
    Week,
)

_KNOWN = "known_from <= :k AND known_to > :k"
_REACH = "SELECT highest - lowest FROM beside INDEXED BY beside_reach ORDER BY highest - lowest DESC LIMIT 1"
_AROUND = """
WITH c(metric, first, last) AS MATERIALIZED (SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?1))
SELECT c.first, c.last, m.name, p.at, p.wholes, p.adds FROM c CROSS JOIN metrics m CROSS JOIN beside p
  INDEXED BY beside_lowest ON p.metric = m.id
WHERE m.id = c.metric AND p.lowest > c.last - ?3 AND p.lowest < c.first AND p.highest > c.last
  AND p.known_from <= ?2 AND p.known_to > ?2"""
_GAVE_WAY = f"""
SELECT metric, at, due, adds FROM beside INDEXED BY beside_due
WHERE due >= :since AND due <= :t AND due > at AND {_KNOWN}"""  # noqa: S608
_SAID = """
SELECT known_from FROM claims
WHERE line = ?1 AND lane = 0 AND rank = 0 AND known_from <= ?2 AND known_to > ?2 ORDER BY position"""
_TIES = "SELECT other FROM ties WHERE one = ?"
_ALL_REPORTS = "SELECT DISTINCT says FROM claims WHERE line = ?1 AND known_from <= ?2 AND known_to > ?2"
_KEPT = 2_000
_wholes = msgspec.json.Decoder(tuple[Micros, ...])
_adds = msgspec.json.Decoder(Values)

_Span = tuple[Micros, Micros, str]
"""First and last moment, and the sums that are meant."""


class RecordedSums:
    """Sums over strikes from the calendar of nodes."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        reach = reading.connection.execute(_REACH).fetchone()
        self._reach: Micros = reach[0] if reach else 0
        self._around: dict[_Span, Values] = {}

    def look_up(self, spans: Iterable[tuple[Micros, Micros, Harm, str]]) -> None:
        """Look up several sums at once, and all that `strikes_seen` adds up: both then know them."""
        counts, reading = self._reading.counts, self._reading
        named = [(first, last, harm_metric(harm, of)) for first, last, harm, of in spans if first <= last]
        self._look_around(named)
        of_all = [*counts.metrics.values(), *counts.beside.values()]
        asked = [(reading.vantage.as_of + 1, metric) for metric in counts.metrics.values()]
        asked.append((reading.calendar.day_start(reading.today), TALLY))
        if day_one := reading.day_one():
            asked += [(reading.calendar.day_start(day_one), metric) for metric in of_all]
        for first, last, name in named:
            if name in counts.metrics:
                asked += [(first, counts.metrics[name]), (last + 1, counts.metrics[name])]
                if name in counts.beside:
                    asked.append((first, counts.beside[name]))
        counts.look_up(asked)

    def recorded(self, first: Micros, last: Micros, harm: Harm, of: str) -> Range:
        """The sum over strikes of a span for one harm and one population."""
        name = harm_metric(harm, of)
        total = Sum(*self.between(first, last, (name,))[name]) if name in self._reading.counts.metrics else Sum()
        return Range(
            low=total.low,
            high=total.high,
            claims=total.claims,
            counts=total.counts,
            open_above=total.open_above > 0,
        )

    def between(self, first: Micros, last: Micros, names: Sequence[str]) -> dict[str, Values]:
        """Sums over a span by name, nothing where it ends before it begins.

        A sum is taken as a difference of two. That shows a part only if the part and its whole are on one side of the
        start of the span: the others are put right.
        """
        if first > last:
            return dict.fromkeys(names, NOTHING)
        counts = self._reading.counts
        self._look_around([(first, last, name) for name in names])
        until = counts.before(last + 1, [counts.metrics[name] for name in names])
        since = counts.before(first, [counts.metrics[name] for name in names])
        sides = counts.before(first, [counts.beside[name] for name in names if name in counts.beside])
        return {
            name: plus(
                minus(until[counts.metrics[name]], since[counts.metrics[name]]),
                plus(sides.get(counts.beside.get(name, 0), NOTHING), self._around[first, last, name]),
            )
            for name in names
        }

    def _look_around(self, spans: Iterable[_Span]) -> None:
        """What those differences get wrong of parts and wholes on both sides of a span: nothing if it is a long one."""
        new = dict.fromkeys((span for span in spans if span not in self._around), NOTHING)
        self._around |= new
        metrics = self._reading.counts.metrics
        asked = [
            (metrics[name], first, last) for first, last, name in new if last - first < self._reach and name in metrics
        ]
        if asked:
            values = (msgspec.json.encode(asked).decode(), self._reading.vantage.position, self._reach)
            for first, last, name, at, wholes, adds in self._reading.connection.execute(_AROUND, values):
                wrong = _wrong(first, last, at, _wholes.decode(wholes))
                for _ in range(abs(wrong)):
                    held = self._around[first, last, name]
                    self._around[first, last, name] = (plus if wrong > 0 else minus)(held, _adds.decode(adds))


def _wrong(first: Micros, last: Micros, at: Micros, wholes: Sequence[Micros]) -> int:
    """How often a part is missing from a difference of two sums, or is in it too often (below 0)."""

    def inside(at: Micros) -> bool:
        return first <= at <= last

    due = max(at, min(wholes))
    taken = inside(at) - inside(due)
    beside = max(wholes) < first <= at or max(wholes) >= at < first <= due
    counts = inside(at) and not any(inside(whole) for whole in wholes)
    return counts - taken - beside


def strikes_seen(reading: Reading, recorded: RecordedSums, day_one: date | None, listed: int = LISTED) -> StrikesView:
    """Strikes since day 1 up to the vantage."""
    since = reading.calendar.day_start(day_one) if day_one else -NEVER
    sums = _sums(reading, recorded, since)
    tally = Tally(*sums[""])
    days = [reading.today - timedelta(days=back) for back in range(DAYS_SHOWN - 1, -1, -1)]
    by_day = _by_day(reading, days)
    per_day = [by_day.get(day, (0, 0)) for day in days]
    return StrikesView(
        count=tally.strikes,
        since=day_one.isoformat() if day_one else None,
        populations=_populations(reading, sums, since),
        per_day=tuple(
            DayCount(day=day.isoformat(), strikes=strikes, no_hour=no_hour)
            for day, (strikes, no_hour) in zip(days, per_day, strict=True)
        ),
        week=Week(strikes=sum(n for n, _ in per_day[-7:]), before=sum(n for n, _ in per_day[-14:-7])),
        latest=tuple(islice(_latest(reading, since), listed)),
        total=tally.shown,
    )


def _sums(reading: Reading, recorded: RecordedSums, since: Micros) -> dict[str, Values]:
    """Every sum from `since` to the vantage, by name."""
    counts, as_of = reading.counts, reading.vantage.as_of
    if since > -NEVER:
        return recorded.between(since, as_of, tuple(counts.metrics))
    found = counts.before(as_of + 1, tuple(counts.metrics.values()))
    return {name: found[metric] for name, metric in counts.metrics.items()}


def _by_day(reading: Reading, days: Sequence[date]) -> dict[date, tuple[int, int]]:
    """Strikes that count on each day, and those of them without an hour."""
    counts, calendar, as_of = reading.counts, reading.calendar, reading.vantage.as_of
    found = counts.strikes_by_day(days[0], days[-2])
    today = Tally(*counts.between(calendar.day_start(days[-1]), as_of, TALLY))
    found[days[-1]] = today.strikes, today.no_hour
    # a part that gave way when its whole came after it is missing on its own day, not on that of the whole
    for _, at, due, adds in reading.connection.execute(
        f"{_GAVE_WAY} AND metric = {TALLY}",
        {"k": reading.vantage.position, "since": calendar.day_start(days[0]), "t": as_of},
    ):
        gone = Tally(*_adds.decode(adds))
        for day, sign in ((calendar.day(at), -1), (calendar.day(due), 1)):
            strikes, no_hour = found.get(day, (0, 0))
            found[day] = strikes + sign * gone.strikes, no_hour + sign * gone.no_hour
    return found


def _populations(reading: Reading, sums: Mapping[str, Values], since: Micros) -> tuple[Population, ...]:
    if not reading.rule.IS_SUMMED:
        return populations(reading.book().between(since, reading.vantage.as_of))
    found: dict[str, dict[str, Sum]] = defaultdict(dict)
    for name, values in sums.items():
        harm, _, of = name.partition(" ")
        total = Sum(*values)
        if of and total.summands > 0:
            found[of][harm] = total
    return tuple(
        Population(
            of=of,
            harms=tuple(_harm_range(harm, found[of][harm]) for harm in HARMS if harm in found[of]),
        )
        for of in sorted(found)
    )


def _harm_range(harm: Harm, total: Sum) -> HarmRange:
    return HarmRange(
        harm=harm,
        strikes=total.strikes,
        uncounted=total.uncounted,
        low=total.low if total.strikes else None,
        high=total.high if total.strikes else None,
        claims=total.claims,
        counts=total.counts,
        open_above=total.open_above > 0,
    )


def tolls_seen(reading: Reading, days: Sequence[date]) -> tuple[Toll, ...]:
    """What the strikes of each of some days in a row add to the sum of all up to the vantage; a later whole counts."""
    calendar, as_of = reading.calendar, reading.vantage.as_of
    if not reading.rule.IS_SUMMED:
        return tolls(reading.book().between(-NEVER, as_of), days, calendar)
    counts = reading.counts
    metrics = {metric: name for name, metric in counts.metrics.items() if name}
    moments = [*(calendar.day_start(day) for day in days), min(calendar.day_end(days[-1]), as_of) + 1]
    counts.look_up((moment, metric) for moment in moments for metric in metrics)
    sums = [counts.before(moment, tuple(metrics)) for moment in moments]
    found: dict[int, dict[date, Values]] = {
        metric: {day: minus(sums[n + 1][metric], sums[n][metric]) for n, day in enumerate(days)} for metric in metrics
    }
    for metric, at, due, adds in reading.connection.execute(
        _GAVE_WAY, {"k": reading.vantage.position, "since": moments[0], "t": as_of}
    ):
        # missing on its own day, not on that of the whole
        for moment, put in ((at, minus), (due, plus)):
            by_day, day = found.get(metric, {}), calendar.day(moment)
            if day in by_day:
                by_day[day] = put(by_day[day], _adds.decode(adds))
    named = [
        (of, harm, counts.metrics[name])
        for of in sorted({name.partition(" ")[2] for name in metrics.values()})
        for harm in HARMS
        if (name := harm_metric(harm, of)) in counts.metrics
    ]
    return tuple(
        Toll(of=of, harm=harm, days=told) for of, harm, metric in named if (told := tuple(_day_tolls(found[metric])))
    )


def _day_tolls(by_day: Mapping[date, Values]) -> Iterator[DayToll]:
    for day, values in by_day.items():
        total = Sum(*values)
        if total.summands > 0:
            yield DayToll(
                day=day.isoformat(),
                strikes=total.strikes,
                uncounted=total.uncounted,
                low=total.low if total.strikes else None,
                high=total.high if total.strikes else None,
                claims=total.claims,
                counts=total.counts,
                open_above=total.open_above > 0,
            )


# strikes one by one


def _latest(reading: Reading, since: Micros) -> Iterator[StrikeView]:
    """Down the line of reports: one that is not its strike's own, or a duplicate's, is passed by."""
    for claim in reading.lines.down(reading.lines.line(REPORTS), low=since):
        if (found := _viewed(reading, claim, since)) is not None:
            yield found


def _viewed(reading: Reading, claim: Claim, since: Micros) -> StrikeView | None:
    line = claim.says or 0
    kin = _kin(reading, line)
    said = said_of_strikes(reading, kin)
    key: tuple[object, ...] = (reading.vantage.rule, claim.row_id)
    if len(kin) == 1:  # it depends on nothing but what is said of it
        as_of = reading.vantage.as_of
        key += tuple(one.id for one in said if one.at <= as_of or isinstance(one.data, WHENEVER))
        if (held := reading.kept.strikes.get(key)) is not None:
            return held
    book = strike_book(said, reading.rule, reading.calendar)
    strike = next((one for one in book.strikes if one.report.id == claim.row_id), None)
    if strike is None:
        return None
    view = _view(reading, book, strike, since)
    if len(kin) == 1:
        if len(reading.kept.strikes) > _KEPT:
            reading.kept.strikes.clear()
        reading.kept.strikes[key] = view
    return view


def _view(reading: Reading, book: StrikeBook, strike: Strike, since: Micros) -> StrikeView:
    as_of = reading.vantage.as_of
    return strike_view(book, strike, as_of, book.between(since, as_of))


def _kin(reading: Reading, line: int) -> set[int]:
    """A strike and whatever was ever linked to it, however far."""
    kin, fresh = {line}, [line]
    while fresh:
        for (other,) in reading.connection.execute(_TIES, (fresh.pop(),)):
            if other not in kin:
                kin.add(other)
                fresh.append(other)
    return kin


def said_of_strikes(reading: Reading, lines: Iterable[int]) -> list[Version[Facts]]:
    """All that is known of strikes, whenever it counts, in log order."""
    ids = [
        2 * known_from
        for line in lines
        for (known_from,) in reading.connection.execute(_SAID, (line, reading.vantage.position))
    ]
    return sorted(reading.versions(ids), key=lambda version: version.position)


def strike_seen(reading: Reading, stream: str) -> StrikeView | None:
    """One strike; None when no report of it stands, or it is a duplicate of another."""
    line = reading.lines.line(stream)
    day_one = reading.day_one()
    since = reading.calendar.day_start(day_one) if day_one else -NEVER
    if line is None:
        return None
    book = strike_book(said_of_strikes(reading, _kin(reading, line.number)), reading.rule, reading.calendar)
    strike = next((one for one in book.strikes if one.stream == stream), None)
    if strike is None or strike.at > reading.vantage.as_of:
        return None
    return _view(reading, book, strike, since)


def all_strikes(reading: Reading) -> StrikeBook:
    """All strikes known at the vantage's position: a walk through the log."""
    reports = reading.lines.line(REPORTS)
    lines = (
        ()
        if reports is None
        else reading.connection.execute(_ALL_REPORTS, (reports.number, reading.vantage.position)).fetchall()
    )
    return strike_book(said_of_strikes(reading, [line for (line,) in lines]), reading.rule, reading.calendar)
