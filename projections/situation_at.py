"""The Situation at a vantage: look-ups out of the read model, through the rules, into one value."""

from __future__ import annotations

from itertools import islice

from projections.feed.listing import lines_counted, newest_lines, unreadable_records
from projections.index.keys import SOURCES, STATEMENTS
from projections.looks.crossings import crossings_seen
from projections.looks.discrepancies import Disagreeing
from projections.looks.series import series_seen
from projections.looks.strikes import recorded_strikes, spans_shown, strikes_seen
from projections.reading import Reading
from projections.rules.ages import ages
from projections.rules.ceasefires import allegation_views, ceasefire_view, commitment_views, shown
from projections.rules.crossings import crossing_views
from projections.rules.registers import source_views, statement_views
from projections.rules.running import series_views, spans_of
from projections.situation import LISTED, SITUATION_VERSION, Hidden, Situation


def situation_at(
    reading: Reading, *, discrepancies: int = LISTED, listed: int = LISTED, counted: bool = False
) -> Situation:
    """Everything that is shown at a vantage, with so many discrepancies, and so many items of each list that grows.

    `counted`: statements are counted too, which is a look at each. The same vantage gives the same value.
    """
    vantage, calendar = reading.vantage, reading.calendar
    ceasefire = shown(reading.ceasefires)
    records = ceasefire.records if ceasefire else ()
    crossings = crossings_seen(reading)
    series = series_seen(reading)
    reading.totals.look_up([*spans_shown(reading), *spans_of(series, vantage.as_of, calendar)])
    disagreeing = Disagreeing(reading, jumps=discrepancies)
    total = lines_counted(reading)
    statements = reading.lines.line(STATEMENTS)
    return Situation(
        version=SITUATION_VERSION,
        vantage=vantage.view(),
        ceasefire=ceasefire_view(ceasefire, vantage.as_of, calendar),
        commitments=commitment_views(records, listed),
        allegations=allegation_views(records),
        strikes=strikes_seen(reading, listed),
        crossings=crossing_views(crossings, vantage.as_of),
        series=series_views(series, recorded_strikes(reading), vantage.as_of, calendar),
        statements=statement_views(reading.of(islice(reading.lines.down(statements, ahead=True), listed))),
        statements_total=sum(1 for _ in reading.lines.down(statements, ahead=True)) if counted else None,
        sources=source_views(reading.whole(SOURCES)),
        discrepancies=disagreeing.newest(discrepancies),
        discrepancies_total=disagreeing.total(),
        records=newest_lines(reading, listed),
        records_total=total,
        hidden=Hidden(not_known=vantage.head - vantage.position, not_occurred=vantage.position - total),
        unreadable=unreadable_records(reading),
        ages=ages(crossings, series, ceasefire, vantage.as_of, calendar),
    )
