"""The Situation by reading every standing version: as slow as the log is long, and plainly right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from domain.calendar import Calendar, Micros, precision
from domain.values import start_of
from projections.announcements import Announced, announcement_view, outcome
from projections.ceasefires import ceasefire_view, shown
from projections.combining import ENVELOPE
from projections.commitments import allegation_views, commitment_views
from projections.crossing_statuses import DIRECTIONS, LOADS, Way, expired, ruling, statuses
from projections.crossings import Crossing, crossing_views, newest_quotas, newest_register, passages, refusals
from projections.discrepancies import RULES, by, newest_first
from projections.discrepancies.evidence import ClockJump, Evidence, Unregistered
from projections.feed import feed_count, feed_lines
from projections.registers import source_views, statement_views
from projections.rows import Version
from projections.running import common_day, running, series_views
from projections.seek.reading import Reading
from projections.situation import LISTED, SITUATION_VERSION, DayCount, Hidden, Situation, StrikesView, Week
from projections.strike_views import DAYS_SHOWN, populations, strike_view
from projections.strikes import Strike, StrikeBook


def slowly(reading: Reading, *, discrepancies: int = LISTED) -> Situation:
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
        series=series_views(series, book, as_of, calendar),
        statements=statement_views(statements),
        sources=source_views(reading.standing("source")),
        discrepancies=tuple(disagreeing[:discrepancies]),
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


# crossings: from all records on each


def crossings(versions: Iterable[Version], as_of: Micros, rule: str, calendar: Calendar) -> list[Crossing]:
    """Every crossing with a record that counts by `as_of`, from all of them, by stream."""
    streams: dict[str, list[Version]] = defaultdict(list)
    for version in versions:
        streams[version.stream].append(version)
    return [_crossing(stream, streams[stream], as_of, rule, calendar) for stream in sorted(streams)]


def _crossing(stream: str, versions: Sequence[Version], as_of: Micros, rule: str, calendar: Calendar) -> Crossing:
    reports = [version for version in versions if version.type != "crossing.registered"]
    counted = passages(versions, rule, calendar)
    return Crossing(
        stream=stream,
        register=newest_register(versions),
        newest=max(reports, key=lambda version: version.order) if reports else None,
        ways={
            (direction, load): way(statuses(versions, direction, load), as_of, calendar)
            for direction in DIRECTIONS
            for load in LOADS
        },
        quotas=newest_quotas(versions),
        counted=counted,
        measured=counted if rule == ENVELOPE else passages(versions, ENVELOPE, calendar),
        refused=refusals(versions, rule, calendar),
        announced=[
            Announced(*version.order, announcement_view(version)) for version in pending(versions, as_of, calendar)
        ],
        denials=[version for version in versions if version.type == "crossing.announcement_denied"],
    )


def way(ordered: Sequence[Version], as_of: Micros, calendar: Calendar) -> Way:
    """One direction and load, from all of its statuses in order."""
    found = ruling(ordered, as_of, calendar)
    first = decisive = found.decisive
    if first is not None and decisive is not None:
        for version in reversed(ordered[: ordered.index(decisive)]):
            if version.type != decisive.type or expired(version, first.first, calendar):
                break
            first = version
    return Way(found, start_of(first.report.occurred) if first else None)


def _overtaken(announced: Version, against: Sequence[Version], versions: Sequence[Version]) -> bool:
    """Whether no status of the kind that contradicted an announcement holds any more."""
    kinds = {status.type for status in against}
    stated = (
        statuses(versions, direction, load)
        for direction in announced.data.directions
        for load in announced.data.carries
    )
    return bool(kinds) and all(ordered[-1].type not in kinds for ordered in stated if ordered)


def pending(versions: Sequence[Version], as_of: Micros, calendar: Calendar) -> list[Version]:
    """What is announced and not met: nothing was stated from then on, or another status holds; and it has not run out.

    Once what contradicted it has itself given way, it is history: a discrepancy on record, no longer news.
    """
    found = []
    for version in versions:
        if version.type != "crossing.change_announced":
            continue
        met, against = outcome(version, versions, calendar)
        if not met and not expired(version, as_of, calendar) and not _overtaken(version, against, versions):
            found.append(version)
    return found


# strikes: from all of them


def strikes_view(book: StrikeBook, as_of: Micros, day_one: date | None) -> StrikesView:
    """Strikes since day 1 up to `as_of`."""
    calendar = book.calendar
    today = calendar.day(as_of)
    since = calendar.day_start(day_one) if day_one else -(2**62)
    shown = book.between(since, as_of)
    recent = calendar.day_start(today - timedelta(days=DAYS_SHOWN - 1))
    per_day: dict[date, list[Strike]] = defaultdict(list)
    for strike in counted(book.between(-(2**62), as_of)):
        if strike.at >= recent:
            per_day[calendar.day(strike.at)].append(strike)
    days = [today - timedelta(days=back) for back in range(DAYS_SHOWN - 1, -1, -1)]
    return StrikesView(
        count=len(counted(shown)),
        since=day_one.isoformat() if day_one else None,
        populations=populations(shown),
        per_day=tuple(
            DayCount(
                day=day.isoformat(),
                strikes=len(per_day[day]),
                no_hour=sum(precision(strike.report.report.occurred) != 0 for strike in per_day[day]),
            )
            for day in days
        ),
        week=Week(
            strikes=sum(len(per_day[day]) for day in days[-7:]), before=sum(len(per_day[day]) for day in days[-14:-7])
        ),
        latest=tuple(strike_view(book, strike, as_of, shown) for strike in reversed(shown[-LISTED:])),
        total=len(shown),
    )


def counted(strikes: Sequence[Strike]) -> list[Strike]:
    """Strikes without the parts of others among them."""
    streams = {strike.stream for strike in strikes}
    return [strike for strike in strikes if streams.isdisjoint(strike.wholes)]
