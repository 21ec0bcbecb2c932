"""The Situation at a vantage: standing versions out of the read model, through the rules, into one value."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import date

from msgspec import Struct

from domain.calendar import Calendar
from projections.ceasefires import Ceasefire, ceasefire_view, ceasefires, shown
from projections.commitments import allegation_views, commitment_views
from projections.crossings import crossing_views
from projections.discrepancies import discrepancies
from projections.discrepancies.evidence import ClockJump, Evidence, Unregistered
from projections.feed import feed_count, feed_lines
from projections.registers import source_views, statement_views
from projections.rows import Version, Versions
from projections.running import running, series_views
from projections.situation import LISTED, SITUATION_VERSION, Hidden, Situation
from projections.strikes import StrikeBook, strikes_view
from projections.vantage import ResolvedVantage

DISCREPANCIES_LISTED = 200
"""How many discrepancies a Situation holds; `discrepancies_total` counts all."""


class Reading(Struct, frozen=True):
    """One consistent state of the read model, at one vantage."""

    connection: sqlite3.Connection
    versions: Versions
    calendar: Calendar
    vantage: ResolvedVantage
    book: Callable[[], StrikeBook]

    def standing(self, kind: str) -> list[Version]:
        """Versions of one kind of stream that stand and count at the vantage, in log order."""
        return self.versions.standing(self.connection, kind, position=self.vantage.position, as_of=self.vantage.as_of)

    def known(self, kind: str) -> list[Version]:
        """Versions of one kind of stream that stand at the vantage's position, whenever they count."""
        return self.versions.standing(self.connection, kind, position=self.vantage.position)

    def ceasefires(self) -> list[Ceasefire]:
        """Every ceasefire at the vantage."""
        return ceasefires(self.standing("ceasefire"), self.calendar)

    def day_one(self) -> date | None:
        """Day 1 of the ceasefire shown."""
        found = shown(self.ceasefires())
        return found.day_one if found else None


def situation_at(reading: Reading) -> Situation:
    """Everything that is shown at a vantage: the same vantage gives the same value."""
    vantage, calendar = reading.vantage, reading.calendar
    as_of, position = vantage.as_of, vantage.position
    found = reading.ceasefires()
    ceasefire = shown(found)
    records = ceasefire.records if ceasefire else ()
    book = reading.book()
    crossings = reading.standing("crossing")
    series = running(reading.standing("series"))
    statements = reading.standing("statement")
    disagreeing = discrepancies(
        Evidence(
            as_of=as_of,
            rule=vantage.rule,
            calendar=calendar,
            book=book,
            ceasefires=tuple(found),
            crossings=tuple(crossings),
            series=tuple(series),
            statements=tuple(version for version in statements if version.type == "statement.made"),
            unregistered=_unregistered(reading),
            clock_jumps=_clock_jumps(reading),
        )
    )
    total = feed_count(reading.connection, position=position, as_of=as_of)
    return Situation(
        version=SITUATION_VERSION,
        vantage=vantage.view(),
        ceasefire=ceasefire_view(ceasefire, as_of, calendar),
        commitments=commitment_views(records),
        allegations=allegation_views(records),
        strikes=strikes_view(book, as_of, ceasefire.day_one if ceasefire else None),
        crossings=crossing_views(crossings, as_of, vantage.rule, calendar),
        series=series_views(series, book),
        statements=statement_views(statements),
        sources=source_views(reading.standing("source")),
        discrepancies=tuple(disagreeing[:DISCREPANCIES_LISTED]),
        discrepancies_total=len(disagreeing),
        records=tuple(feed_lines(reading.connection, position=position, as_of=as_of, limit=LISTED)),
        records_total=total,
        hidden=Hidden(not_known=vantage.head - position, not_occurred=position - total),
    )


def _unregistered(reading: Reading) -> tuple[Unregistered, ...]:
    """Whoever claims, edits, is relayed, scores or grades in what counts, and is registered at no time known."""
    vantage = reading.vantage
    registered = {
        version.stream.removeprefix("source-")
        for version in reading.known("source")
        if version.type == "source.registered"
    }
    first: dict[str, tuple[int, Unregistered]] = {}
    for column in ("claimant", "relays", "assessor"):
        for name, record, at, position in reading.connection.execute(
            f"SELECT v.{column}, r.record, v.at, min(v.position) FROM versions v"  # noqa: S608
            " JOIN records r ON r.position = v.position"
            " LEFT JOIN versions w ON v.state = 'edit' AND w.position = v.root AND w.k_from <= :k AND w.k_to > :k"
            " AND w.state <> 'edit'"
            f" WHERE (v.stands = 1 OR v.state = 'edit') AND v.{column} IS NOT NULL AND v.k_from <= :k AND v.k_to > :k"
            " AND coalesce(CASE WHEN v.state = 'edit' THEN w.at ELSE v.at END, :t) <= :t"
            f" GROUP BY v.{column}",
            {"k": vantage.position, "t": vantage.as_of},
        ):
            if name not in registered and (name not in first or position < first[name][0]):
                first[name] = position, Unregistered(name, record, at)
    return tuple(one for _, (_, one) in sorted(first.items()))


def _clock_jumps(reading: Reading) -> tuple[ClockJump, ...]:
    rows = reading.connection.execute(
        "SELECT r.record, r.position, j.back, r.known_at FROM jumps j JOIN records r USING (position)"
        " WHERE j.position <= ? ORDER BY j.position",
        (reading.vantage.position,),
    )
    return tuple(ClockJump(*row) for row in rows)
