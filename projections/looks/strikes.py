"""Strikes at a vantage: sums from the calendar of nodes, the latest down the line of reports."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import islice
from typing import Any

from domain.report import Facts
from domain.strike import Reported
from projections.index.keys import REPORTS
from projections.index.lines import kin_of
from projections.index.schema import NEVER
from projections.index.sums import NOTHING, Sum, Tally, Values, harm_metric, minus, plus
from projections.index.totals import Span
from projections.index.version import Version
from projections.reading import Reading
from projections.rules.combining import RecordedStrikes
from projections.rules.strike_views import DAYS_SHOWN, HARMS, populations, strike_view, tolls
from projections.rules.strikes import WHENEVER, Strike, StrikeBook, strike_book
from projections.situation import LISTED, DayCount, DayToll, HarmRange, Population, StrikesView, StrikeView, Toll, Week

_SAID = """
SELECT c.line, c.known_from FROM json_each(?1) j CROSS JOIN claims c ON c.line = j.value
WHERE c.lane = 0 AND c.rank = 0 AND c.known_from <= ?2 AND c.known_to > ?2 ORDER BY c.position"""
_ALL_REPORTS = "SELECT DISTINCT says FROM claims WHERE line = ?1 AND known_from <= ?2 AND known_to > ?2"
_BOOKS_KEPT = 4


def strikes_seen(reading: Reading, listed: int = LISTED) -> StrikesView:
    """Strikes since day 1 up to the vantage."""
    sums, day_one = _sums(reading), reading.day_one()
    tally = Tally(*sums[""])
    days = [reading.today - timedelta(days=back) for back in range(DAYS_SHOWN - 1, -1, -1)]
    by_day = _by_day(reading, days)
    per_day = [by_day.get(day, (0, 0)) for day in days]
    return StrikesView(
        count=tally.strikes,
        since=day_one.isoformat() if day_one else None,
        populations=_populations(reading, sums),
        per_day=tuple(
            DayCount(day=day.isoformat(), strikes=strikes, no_hour=no_hour)
            for day, (strikes, no_hour) in zip(days, per_day, strict=True)
        ),
        week=Week(strikes=sum(n for n, _ in per_day[-7:]), before=sum(n for n, _ in per_day[-14:-7])),
        latest=tuple(islice(_latest(reading, listed), listed)),
        total=tally.shown,
    )


def recorded_strikes(reading: Reading) -> RecordedStrikes:
    """What sums the strikes on record: the totals, where the rule is summed in them."""
    return reading.totals if reading.rule.IS_SUMMED else book_of(reading)


def spans_shown(reading: Reading) -> Iterator[Span]:
    """The spans of all that `strikes_seen` adds up."""
    as_of = reading.vantage.as_of
    yield reading.calendar.day_start(reading.today), as_of, ""
    if reading.since > -NEVER:
        yield from ((reading.since, as_of, name) for name in reading.totals.metrics)


def _sums(reading: Reading) -> dict[str, Values]:
    """Every sum from day 1 to the vantage, by name."""
    totals, as_of = reading.totals, reading.vantage.as_of
    if reading.since > -NEVER:
        return totals.over(reading.since, as_of, totals.metrics)
    return totals.before(as_of + 1)


def _by_day(reading: Reading, days: Sequence[date]) -> dict[date, tuple[int, int]]:
    """Strikes that count on each day, and those of them without an hour."""
    totals, calendar, as_of = reading.totals, reading.calendar, reading.vantage.as_of
    found = totals.tally_by_day(days[0], days[-2])
    found[days[-1]] = totals.counted(calendar.day_start(days[-1]), as_of)
    # a part that gave way when its whole came after it is missing on its own day, not on that of the whole
    for name, at, due, adds in totals.gave_way(calendar.day_start(days[0]), as_of):
        for moment, put in ((at, minus), (due, plus)):
            if not name:
                day = calendar.day(moment)
                found[day] = Tally(*put(found.get(day, NOTHING), adds))
    return {day: (tally.strikes, tally.no_hour) for day, tally in found.items()}


def _populations(reading: Reading, sums: Mapping[str, Values]) -> tuple[Population, ...]:
    if not reading.rule.IS_SUMMED:
        return populations(book_of(reading).between(reading.since, reading.vantage.as_of))
    found: dict[str, dict[str, Sum]] = defaultdict(dict)
    for name, values in sums.items():
        harm, _, of = name.partition(" ")
        total = Sum(*values)
        if of and total.summands > 0:
            found[of][harm] = total
    return tuple(
        Population(
            of=of,
            harms=tuple(HarmRange(harm=harm, **_total(found[of][harm])) for harm in HARMS if harm in found[of]),
        )
        for of in sorted(found)
    )


def _total(sum_: Sum) -> dict[str, Any]:
    return {
        "strikes": sum_.strikes,
        "uncounted": sum_.uncounted,
        "low": sum_.low if sum_.strikes else None,
        "high": sum_.high if sum_.strikes else None,
        "claims": sum_.claims,
        "counts": sum_.counts,
        "open_above": sum_.open_above > 0,
    }


def tolls_seen(reading: Reading, days: Sequence[date]) -> tuple[Toll, ...]:
    """What the strikes of each of some days in a row add to the sum of all up to the vantage; a later whole counts."""
    if not reading.rule.IS_SUMMED:
        return tolls(book_of(reading).between(-NEVER, reading.vantage.as_of), days, reading.calendar)
    found = reading.totals.by_day(days, reading.vantage.as_of)
    named = [
        (of, harm, found[name])
        for of in sorted({name.partition(" ")[2] for name in found})
        for harm in HARMS
        if (name := harm_metric(harm, of)) in found
    ]
    return tuple(Toll(of=of, harm=harm, days=told) for of, harm, by_day in named if (told := tuple(_day_tolls(by_day))))


def _day_tolls(by_day: Mapping[date, Values]) -> Iterator[DayToll]:
    for day, values in by_day.items():
        total = Sum(*values)
        if total.summands > 0:
            yield DayToll(day=day.isoformat(), **_total(total))


# strikes one by one


def _latest(reading: Reading, some: int) -> Iterator[StrikeView]:
    """Down the line of reports: one that is not its strike's own, or a duplicate's, is passed by."""
    claims = reading.lines.down(reading.lines.line(REPORTS), low=reading.since)
    while page := list(islice(claims, some)):
        said = _said_of_kin(reading, {claim.says or 0 for claim in page})
        for claim in page:
            if (found := _viewed(reading, claim.row_id, said[claim.says or 0])) is not None:
                yield found


def _viewed(reading: Reading, report: int, said: Sequence[Version[Facts]]) -> StrikeView | None:
    """The strike of a report, as it was shown where the same stood of it and the same counted."""
    since, as_of = reading.since, reading.vantage.as_of
    counted = (one.id for one in said if one.at <= as_of or isinstance(one.data, WHENEVER))
    summed = (-one.id for one in said if since <= one.at <= as_of and isinstance(one.data, Reported))

    def made(keys: Iterable[tuple[object, ...]]) -> Iterator[tuple[tuple[object, ...], StrikeView | None]]:
        book = strike_book(said, reading.rule, reading.calendar)
        strike = next((one for one in book.strikes if one.report.id == report), None)
        for key in keys:
            yield key, None if strike is None else _view(reading, book, strike)

    return reading.kept.strikes.all([(reading.vantage.rule, report, *counted, *summed)], made)[0]


def _view(reading: Reading, book: StrikeBook, strike: Strike) -> StrikeView:
    as_of = reading.vantage.as_of
    return strike_view(strike, as_of, book.between(reading.since, as_of))


def _said_of_kin(reading: Reading, lines: Iterable[int]) -> dict[int, list[Version[Facts]]]:
    """By strike all that is known of it and of whatever was ever linked to it, however far."""
    kin: dict[int, list[int]] = defaultdict(list)
    for asked, line in kin_of(reading.connection, lines):
        kin[line].append(asked)
    found: dict[int, list[Version[Facts]]] = defaultdict(list)
    for line, version in _said(reading, kin):
        for asked in kin[line]:
            found[asked].append(version)
    return found


def said_of_strikes(reading: Reading, lines: Iterable[int]) -> list[Version[Facts]]:
    """All that is known of strikes, whenever it counts, in log order."""
    return [version for _, version in _said(reading, lines)]


def _said(reading: Reading, lines: Iterable[int]) -> Iterator[tuple[int, Version[Facts]]]:
    rows = reading.connection.execute(_SAID, (_json(lines), reading.vantage.position)).fetchall()
    return zip((line for line, _ in rows), reading.versions(2 * known_from for _, known_from in rows), strict=True)


def _json(lines: Iterable[int]) -> str:
    return f"[{','.join(map(str, lines))}]"


def strike_seen(reading: Reading, stream: str) -> StrikeView | None:
    """One strike; None when no report of it stands, or it is a duplicate of another."""
    return strikes_named(reading, (stream,)).get(stream)


def strikes_named(reading: Reading, streams: Sequence[str]) -> dict[str, StrikeView]:
    """Strikes by stream, in the order asked for; without those that are duplicates, or of which no report stands."""
    lines = [line.number for stream in streams if (line := reading.lines.line(stream)) is not None]
    kin = {line for _, line in kin_of(reading.connection, lines)}
    book = strike_book(said_of_strikes(reading, kin), reading.rule, reading.calendar)
    found = {strike.stream: strike for strike in book.between(-NEVER, reading.vantage.as_of)}
    return {stream: _view(reading, book, found[stream]) for stream in streams if stream in found}


def book_of(reading: Reading) -> StrikeBook:
    """All strikes known at the vantage's position, a walk through the log: for rules without sums of their own."""
    held, asked = reading.kept.books, (reading.vantage.position, reading.vantage.rule)
    if asked not in held:
        while len(held) >= _BOOKS_KEPT:
            held.pop(next(iter(held)))
        line = reading.lines.line(REPORTS)
        rows = () if line is None else reading.connection.execute(_ALL_REPORTS, (line.number, asked[0])).fetchall()
        said = said_of_strikes(reading, (strike for (strike,) in rows))
        held[asked] = strike_book(said, reading.rule, reading.calendar)
    return held[asked]
