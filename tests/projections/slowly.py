"""The Situation by reading every standing version: as slow as the log is long, and plainly right."""

from __future__ import annotations

from projections.ceasefires import ceasefire_view, shown
from projections.commitments import allegation_views, commitment_views
from projections.crossings import crossing_views, crossings
from projections.discrepancies import RULES, by, newest_first
from projections.discrepancies.evidence import ClockJump, Evidence, Unregistered
from projections.feed import feed_count, feed_lines
from projections.registers import source_views, statement_views
from projections.running import common_day, running, series_views
from projections.seek.discrepancies import LISTED as DISCREPANCIES_LISTED
from projections.seek.reading import Reading
from projections.situation import LISTED, SITUATION_VERSION, Hidden, Situation
from projections.strikes import strikes_view


def slowly(reading: Reading) -> Situation:
    """Everything that is shown at a vantage: the same vantage gives the same value."""
    vantage, calendar = reading.vantage, reading.calendar
    as_of, position = vantage.as_of, vantage.position
    ceasefire = shown(reading.ceasefires)
    records = ceasefire.records if ceasefire else ()
    book = reading.book()
    reports = reading.standing("crossing")
    at_crossings = crossings(reports, as_of, vantage.rule, calendar)
    series = running(reading.standing("series"))
    statements = reading.standing("statement")
    evidence = Evidence(
        as_of=as_of,
        rule=vantage.rule,
        calendar=calendar,
        book=book,
        ceasefires=tuple(reading.ceasefires),
        crossings=tuple(reports),
        at_crossings=tuple(at_crossings),
        series=tuple(series),
        statements=tuple(version for version in statements if version.type == "statement.made"),
        unregistered=_unregistered(reading),
        clock_jumps=_clock_jumps(reading),
        recorded=book,
        common_day=common_day(calendar),
    )
    disagreeing = newest_first(by(RULES, evidence))
    total = feed_count(reading.connection, position=position, as_of=as_of)
    return Situation(
        version=SITUATION_VERSION,
        vantage=vantage.view(),
        ceasefire=ceasefire_view(ceasefire, as_of, calendar),
        commitments=commitment_views(records),
        allegations=allegation_views(records),
        strikes=strikes_view(book, as_of, ceasefire.day_one if ceasefire else None),
        crossings=crossing_views(at_crossings, as_of, calendar),
        series=series_views(series, book, calendar),
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
            f"SELECT v.{column}, r.record, v.at, min(v.position) FROM versions v"
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
