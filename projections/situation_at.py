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
from projections.discrepancies import Evidence, discrepancies
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
    disagreeing = discrepancies(
        Evidence(
            connection=reading.connection,
            vantage=vantage,
            calendar=calendar,
            book=book,
            ceasefires=tuple(found),
            shown=ceasefire,
            crossings=tuple(crossings),
            series=tuple(series),
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
        statements=statement_views(reading.standing("statement")),
        sources=source_views(reading.standing("source")),
        discrepancies=tuple(disagreeing[:DISCREPANCIES_LISTED]),
        discrepancies_total=len(disagreeing),
        records=tuple(feed_lines(reading.connection, position=position, as_of=as_of, limit=LISTED)),
        records_total=total,
        hidden=Hidden(not_known=vantage.head - position, not_occurred=position - total),
    )
