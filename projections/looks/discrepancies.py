"""All that does not agree at a vantage: rows that the fold left, and the few that only a vantage can tell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import NamedTuple

import msgspec

from domain import source
from domain.calendar import Micros
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
from projections.index.findings import NOT_SUMMED, SHOWN_BEFORE, Finding
from projections.index.keys import FIRST, SOURCES
from projections.index.schema import NEVER
from projections.index.version import all_of
from projections.looks.crossings import crossings_seen
from projections.looks.series import common_day_seen, series_seen
from projections.looks.strikes import book_of, recorded_strikes
from projections.reading import Reading
from projections.rules.running import spans_of
from projections.situation import Discrepancy, DiscrepancyKind, OfKind
from projections.text import KINDS

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
_HELD = f"""known_from <= :k AND known_to > :k AND at_from <= :t AND at_to > :t
  AND (:summed OR kind <> '{NOT_SUMMED}')"""  # by another rule than the envelope these are found anew
_HOW_MANY = f"SELECT count(*) FROM findings INDEXED BY findings_kind WHERE kind = :kind AND {_HELD}"  # noqa: S608
_NEWEST = f"""
SELECT at, kind, text, records FROM findings INDEXED BY findings_at
WHERE ahead = :ahead AND at <= :until AND {_HELD} ORDER BY at DESC, kind, text, records LIMIT :limit"""  # noqa: S608
_NEWEST_OF_KIND = _NEWEST.replace("findings_at", "findings_kind").replace("WHERE", "WHERE kind = :kind AND")
_FIRST_RECORDS = f"""
SELECT substr(l.name, {len(FIRST) + 1}), c.position FROM lines l CROSS JOIN claims c ON c.line = l.id
WHERE l.name >= '{FIRST}' AND l.name < '{FIRST}􏿿' AND c.known_from <= :k AND c.known_to > :k AND c.at <= :t
  AND (c.last IS NULL OR c.last > :t) ORDER BY l.name"""  # noqa: S608
_JUMPS = """
SELECT j.position, j.back, s.known_at, j.nth FROM jumps j CROSS JOIN stamps s ON s.position = j.position
WHERE j.position <= ? ORDER BY j.position DESC LIMIT ?"""
_ALL = -1
_records = msgspec.json.Decoder(tuple[str, ...])


class Reached(NamedTuple):
    """How far down a list one has come: the time of the last that was read, and how many of that time were."""

    at: Micros
    read: int


class Disagreeing:
    """What does not agree at one vantage; of jumps of the log's clock only so many of the newest, if that is given."""

    def __init__(self, reading: Reading, jumps: int = _ALL) -> None:
        self._reading = reading
        vantage = reading.vantage
        self._asked = {"k": vantage.position, "t": vantage.as_of, "summed": reading.rule.IS_SUMMED}
        newest, self._jumped = self._clock_jumps(jumps)
        self._anew = by(_ANEW, self._evidence(newest))
        if not reading.rule.IS_SUMMED:
            strikes = book_of(reading).between(-NEVER, vantage.as_of)
            self._anew += statuses_not_summed(Evidence(calendar=reading.calendar, strikes=strikes))

    def newest(self, limit: int) -> tuple[Discrepancy, ...]:
        """The newest of all kinds by the time that they are about."""
        return tuple(one.discrepancy for one in in_order([*self._anew, *self._left(_NEWEST, limit)])[:limit])

    def total(self) -> int:
        """How many there are in all."""
        tally = self._reading.totals.tally(self._reading.vantage.as_of + 1)
        anew = sum(one.discrepancy.kind != "clock_jump" for one in self._anew)
        return anew + self._jumped + tally.findings + (tally.not_summed if self._reading.rule.IS_SUMMED else 0)

    def by_kind(self, few: int) -> tuple[OfKind, ...]:
        """Every kind there is with its number and its few newest; the kind with the newest first."""
        anew = Counter(one.discrepancy.kind for one in self._anew)
        anew["clock_jump"] = self._jumped
        found = []
        for kind in KINDS:
            left = self._reading.connection.execute(_HOW_MANY, {**self._asked, "kind": kind}).fetchone()[0]
            if total := anew[kind] + left:
                newest, _ = self.page(kind, few)
                told = tuple(one.discrepancy for one in newest)
                found.append((newest[0].at if newest else 0, OfKind(kind=kind, total=total, newest=told)))
        return tuple(one for _, one in sorted(found, key=lambda each: (-each[0], each[1].kind)))

    def page(
        self, kind: DiscrepancyKind, limit: int, after: Reached | None = None
    ) -> tuple[tuple[Finding, ...], Reached | None]:
        """Some of a kind, newest first, from where one has come on; and how far that is."""
        until, read = after or Reached(NEVER, 0)
        own = [one for one in self._anew if one.discrepancy.kind == kind and one.at <= until]
        rows = self._left(_NEWEST_OF_KIND, read + limit, kind=kind, until=until)
        found = in_order([*own, *rows])[read : read + limit]
        if not found:
            return (), after
        last = found[-1].at
        of_that_time = sum(one.at == last for one in found)
        return tuple(found), Reached(last, of_that_time + (read if last == until else 0))

    def _left(self, sql: str, limit: int, *, kind: str = "", until: Micros = NEVER) -> Iterator[Finding]:
        """What the fold has left, up to a time."""
        lines, as_of = self._reading.lines, self._reading.vantage.as_of
        for ahead, bound in ((0, lines.latest_time), (1, as_of), (SHOWN_BEFORE, NEVER)):
            asked = {**self._asked, "kind": kind, "ahead": ahead, "until": min(until, bound), "limit": limit}
            for at, of_kind, text, records in self._reading.connection.execute(sql, asked):
                yield Finding(at, Discrepancy(kind=of_kind, text=text, records=_records.decode(records)))

    def _evidence(self, jumps: tuple[ClockJump, ...]) -> AtVantage:
        """What is looked at anew at each vantage: what holds now, and all of the ceasefires."""
        reading = self._reading
        series = series_seen(reading)
        reading.totals.look_up(spans_of(series, reading.vantage.as_of, reading.calendar))
        return AtVantage(
            as_of=reading.vantage.as_of,
            rule=reading.rule,
            calendar=reading.calendar,
            ceasefires=reading.ceasefires,
            at_crossings=crossings_seen(reading),
            series=series,
            unregistered=tuple(self._unregistered()),
            clock_jumps=jumps,
            recorded=recorded_strikes(reading),
            common_day=common_day_seen(reading),
        )

    def _unregistered(self) -> Iterator[Unregistered]:
        """Whoever is named in what counts and is registered at no time known, by name."""
        reading = self._reading
        registered = {
            version.stream.removeprefix("source-")
            for version in all_of(reading.whole(SOURCES, whenever=True), source.Registered)
        }
        for name, position in reading.connection.execute(_FIRST_RECORDS, self._asked):
            if name not in registered and (row := reading.row_at(position)) is not None:
                yield Unregistered(name, reading.record(row), row[7])

    def _clock_jumps(self, limit: int) -> tuple[tuple[ClockJump, ...], int]:
        """The newest times that the clock ran back, and how often it did in all."""
        reading = self._reading
        rows = reading.connection.execute(_JUMPS, (reading.vantage.position, limit)).fetchall()
        jumps = []
        for position, back, known_at, _ in reversed(rows):
            row = reading.row_at(position)
            assert row is not None
            jumps.append(ClockJump(reading.record(row), position, back, known_at))
        return tuple(jumps), rows[0][3] if rows else 0
