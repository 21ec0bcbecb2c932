"""Discrepancies at a vantage by look-ups: rows that the fold left, and the few that only a vantage can tell."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import msgspec

from domain import source
from projections.discrepancies.claims import (
    claimants_differ,
    quoted_differently,
    scorers_differ,
    statuses_not_summed,
    steps_differ,
    strike_not_reported,
    unregistered_claimant,
)
from projections.discrepancies.crossings import (
    already_open,
    announcement_contradicted,
    announcement_denied,
    quota_passages,
    status_contested,
)
from projections.discrepancies.evidence import AtVantage, ClockJump, Evidence, Unregistered, by, in_order
from projections.discrepancies.figures import bounds_out_of_order, parts_do_not_add_up
from projections.discrepancies.series import series_and_strikes, series_differ, series_falls
from projections.discrepancies.timeline import clock_jump, phase_disputed, phase_out_of_order, start_dates_differ
from projections.index.findings import SHOWN_BEFORE, Finding
from projections.index.keys import FIRST, SOURCES
from projections.index.schema import NEVER
from projections.index.sums import TALLY, Tally
from projections.index.version import all_of
from projections.looks.series import common_day_seen
from projections.reading import Reading
from projections.rules.combining import RecordedStrikes
from projections.rules.crossings import Crossing
from projections.rules.running import Running
from projections.situation import Discrepancy

CHECKS: tuple[Callable[[AtVantage], Iterator[Finding]], ...] = (
    claimants_differ,
    statuses_not_summed,
    scorers_differ,
    steps_differ,
    quoted_differently,
    bounds_out_of_order,
    parts_do_not_add_up,
    start_dates_differ,
    phase_out_of_order,
    phase_disputed,
    already_open,
    status_contested,
    announcement_denied,
    announcement_contradicted,
    quota_passages,
    series_falls,
    series_and_strikes,
    series_differ,
    strike_not_reported,
    unregistered_claimant,
    clock_jump,
)
"""Every way in which things on record may disagree."""
_ANEW = tuple(check for check in CHECKS if check is not series_falls)
"""`series_falls` tells of every value there ever was: the fold has left that, and all else that is history."""
_NEWEST = """
SELECT at, kind, text, records FROM findings INDEXED BY findings_at
WHERE ahead = :ahead AND at <= :until AND known_from <= :k AND known_to > :k AND at_from <= :t AND at_to > :t
  AND (:summed OR kind <> 'statuses_not_summed')
ORDER BY at DESC, kind, text, records LIMIT :limit"""
_FIRST_RECORDS = f"""
SELECT substr(l.name, {len(FIRST) + 1}), c.position FROM lines l CROSS JOIN claims c ON c.line = l.id
WHERE l.name >= '{FIRST}' AND l.name < '{FIRST}􏿿' AND c.known_from <= :k AND c.known_to > :k AND c.at <= :t
  AND (c.last IS NULL OR c.last > :t) ORDER BY l.name"""  # noqa: S608
_JUMPS = """
SELECT j.position, j.back, s.known_at, j.nth FROM jumps j CROSS JOIN stamps s ON s.position = j.position
WHERE j.position <= ? ORDER BY j.position DESC LIMIT ?"""
_records = msgspec.json.Decoder(tuple[str, ...])


def discrepancies_seen(
    reading: Reading,
    *,
    series: Sequence[Running],
    crossings: Sequence[Crossing],
    recorded: RecordedStrikes,
    limit: int,
) -> tuple[tuple[Discrepancy, ...], int]:
    """The newest discrepancies by the time that they are about, and how many there are in all."""
    found, jumped = looked_at_anew(reading, series=series, crossings=crossings, recorded=recorded, jumps=limit)
    tally = Tally(*reading.counts.before(reading.vantage.as_of + 1, (TALLY,))[TALLY])
    jumps = sum(one.discrepancy.kind == "clock_jump" for one in found)
    total = len(found) - jumps + jumped + tally.findings
    if reading.rule.IS_SUMMED:
        total += tally.not_summed
    newest = in_order([*found, *_left_by_the_fold(reading, limit)])[:limit]
    return tuple(one.discrepancy for one in newest), total


def looked_at_anew(
    reading: Reading,
    *,
    series: Sequence[Running],
    crossings: Sequence[Crossing],
    recorded: RecordedStrikes,
    jumps: int,
) -> tuple[list[Finding], int]:
    """What the fold has not left, with at most so many jumps of the clock (-1: all); and how often it jumped in all."""
    newest, jumped = _clock_jumps(reading, jumps)
    found = by(_ANEW, _now(reading, series, crossings, recorded, newest))
    if not reading.rule.IS_SUMMED:
        strikes = reading.book().between(-(1 << 62), reading.vantage.as_of)
        found += statuses_not_summed(Evidence(calendar=reading.calendar, strikes=strikes))
    return found, jumped


def _now(
    reading: Reading,
    series: Sequence[Running],
    crossings: Sequence[Crossing],
    recorded: RecordedStrikes,
    jumps: tuple[ClockJump, ...],
) -> AtVantage:
    """What is looked at anew at each vantage: what holds now, and what is as small as the ceasefires' own records."""
    return AtVantage(
        as_of=reading.vantage.as_of,
        rule=reading.rule,
        calendar=reading.calendar,
        ceasefires=reading.ceasefires,
        at_crossings=crossings,
        series=series,
        unregistered=_unregistered(reading),
        clock_jumps=jumps,
        recorded=recorded,
        common_day=common_day_seen(reading),
    )


def _left_by_the_fold(reading: Reading, limit: int) -> Iterator[Finding]:
    asked = {
        "k": reading.vantage.position,
        "t": reading.vantage.as_of,
        "limit": limit,
        "summed": reading.rule.IS_SUMMED,
    }
    for ahead, until in ((0, reading.lines.latest_time), (1, reading.vantage.as_of), (SHOWN_BEFORE, NEVER)):
        for at, kind, text, records in reading.connection.execute(_NEWEST, {**asked, "ahead": ahead, "until": until}):
            yield Finding(at, Discrepancy(kind=kind, text=text, records=_records.decode(records)))


def _unregistered(reading: Reading) -> tuple[Unregistered, ...]:
    """Whoever is named in what counts and is registered at no time known, by name."""
    registered = {
        version.stream.removeprefix("source-")
        for version in all_of(reading.whole(SOURCES, whenever=True), source.Registered)
    }
    asked = {"k": reading.vantage.position, "t": reading.vantage.as_of}
    found = []
    for name, position in reading.connection.execute(_FIRST_RECORDS, asked):
        if name not in registered and (row := reading.row_at(position)) is not None:
            found.append(Unregistered(name, reading.record(row), row[7]))
    return tuple(found)


def _clock_jumps(reading: Reading, limit: int) -> tuple[tuple[ClockJump, ...], int]:
    """The newest times that the clock ran back, and how often it did in all."""
    rows = reading.connection.execute(_JUMPS, (reading.vantage.position, limit)).fetchall()
    jumps = []
    for position, back, known_at, _ in reversed(rows):
        row = reading.row_at(position)
        assert row is not None
        jumps.append(ClockJump(reading.record(row), position, back, known_at))
    return tuple(jumps), rows[0][3] if rows else 0
