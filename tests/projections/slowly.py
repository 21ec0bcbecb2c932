"""The Situation by reading every record of a log: as slow as the log is long, and plainly right.

It uses the rules, and nothing of the index, the fold or the looks: those must come to the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from domain import crossing, source
from domain.calendar import Calendar, Micros, iso, micros, precision
from domain.catalogue import stream_kind
from domain.crossing import AnnouncementDenied, ChangeAnnounced, Standing
from domain.report import Facts, Recorded, Report
from domain.series import Published
from domain.source import StatementMade
from domain.values import start_of
from projections.discrepancies.evidence import AtVantage, ClockJump, Unregistered, by, in_order
from projections.index.revisions import Edit, effective, timing
from projections.index.schema import STANDS, State
from projections.index.version import Version, all_of, says
from projections.looks.discrepancies import CHECKS
from projections.rules.ages import ages
from projections.rules.ceasefires import allegation_views, ceasefire_view, ceasefires, commitment_views, shown
from projections.rules.crossing_statuses import (
    DIRECTIONS,
    LOADS,
    WayStatus,
    expired,
    outcome,
    ruling,
    statuses,
)
from projections.rules.crossings import Crossing, crossing_views, newest_quotas, newest_register
from projections.rules.passages import passages, refusals
from projections.rules.registers import source_views, statement_views
from projections.rules.rule import ENVELOPE, Rule, rule_of
from projections.rules.running import CommonDay, Running, running, series_views
from projections.rules.strike_views import DAYS_SHOWN, populations, strike_view
from projections.rules.strikes import Strike, StrikeBook, strike_book
from projections.situation import (
    LISTED,
    SITUATION_VERSION,
    DayCount,
    Hidden,
    RecordLine,
    Situation,
    StrikesView,
    Week,
)
from projections.text import ERASED, report_text
from projections.vantage import ResolvedVantage

_DAY = 86_400_000_000


class Everything:
    """All records of a log that a vantage knows, and what each says with its corrections."""

    def __init__(self, records: Sequence[Recorded], calendar: Calendar, vantage: ResolvedVantage) -> None:
        self.records = [record for record in records if record.position <= vantage.position]
        self.calendar = calendar
        self.vantage = vantage
        self._of = {record.id: record for record in self.records}

    def _root(self, record: Recorded) -> Recorded | None:
        """What an edit bears on; None where a body on the way is gone."""
        while record.type.startswith("record."):
            target = None if record.report is None else self._of.get(record.report.data.target)
            if target is None:
                return None
            record = target
        return record

    @cached_property
    def _edits(self) -> dict[int, list[Edit]]:
        found: dict[int, list[Edit]] = defaultdict(list)
        for record in self.records:
            if record.type in ("record.corrected", "record.retracted") and record.report is not None:
                root, target = self._root(record), self._of[record.report.data.target]
                if root is not None:
                    corrects = record.type == "record.corrected"
                    changes = record.report.data.changes if corrects else None
                    kind: Any = "correction" if corrects else "retraction"
                    found[root.position].append(Edit(record.position, target.position, kind, changes))
        return found

    @cached_property
    def said(self) -> dict[int, tuple[Recorded, State, Report[Any] | None, Version[Facts] | None]]:
        """Every record by position: its state, what it says, and the version that may stand."""
        found: dict[int, tuple[Recorded, State, Report[Any] | None, Version[Facts] | None]] = {}
        for record in self.records:
            known_at = micros(record.known_at or record.timestamp)
            if record.report is None:
                found[record.position] = record, "unreadable" if record.unreadable else "erased", None, None
                continue
            if record.type.startswith("record."):
                found[record.position] = record, "edit", record.report, None
                continue
            state, report = effective(record.position, record.report, record.type, self._edits.get(record.position, ()))
            when = timing(record.type, report, self.calendar, known_at)
            version = Version(
                record.position,
                record.position,
                record.id,
                record.stream,
                record.type,
                report.claimant,
                state == "corrected",
                *when,
                self.calendar.end(record.report.reported_at),
                known_at > when.said + _DAY,
                report,
            )
            found[record.position] = record, state, report, version
        return found

    def known(self, kind: str) -> list[Version[Facts]]:
        """What stands of one kind of stream, whenever it counts, in log order."""
        return [
            version
            for _, state, _, version in self.said.values()
            if version is not None and state in STANDS and stream_kind(version.stream) == kind
        ]

    def standing(self, kind: str) -> list[Version[Facts]]:
        """What stands of one kind of stream, and counts."""
        return [version for version in self.known(kind) if version.at <= self.vantage.as_of]

    def at(self, position: int) -> Micros | None:
        """When a record's line counts: an edit's when the record does that it bears on; None: always."""
        record, state, _, version = self.said[position]
        if state == "edit":
            root = self._root(record)
            return None if root is None else self.at(root.position)
        return None if version is None else version.at

    def lines(self) -> list[RecordLine]:
        """The feed, newest first."""
        found = []
        for position in reversed(self.said):
            at = self.at(position)
            if at is None or at <= self.vantage.as_of:
                found.append(self._line(position))
        return found

    def _line(self, position: int) -> RecordLine:
        record, state, report, version = self.said[position]
        known_at = micros(record.known_at or record.timestamp)
        late = version.late if version else bool(report and known_at > self.calendar.end(report.reported_at) + _DAY)
        return RecordLine(
            position=position,
            record=record.id,
            stream=record.stream,
            type=record.type,
            occurred=report.occurred if report else None,
            reported_at=report.reported_at if report else None,
            known_at=iso(known_at),
            claimant=report.claimant if report else None,
            via=report.via if report else (),
            text=report_text(report) if report else ERASED,
            standing=state,
            late=late,
            handling=report.handling if report else None,
            documents=report.sources if report else (),
        )

    def unregistered(self) -> tuple[Unregistered, ...]:
        """Whoever claims, edits, is relayed, scores or grades in what counts, and is registered at no time known."""
        registered = {
            version.stream.removeprefix("source-") for version in all_of(self.known("source"), source.Registered)
        }
        first: dict[str, Unregistered] = {}
        for position, (record, state, report, version) in self.said.items():
            at = self.at(position)
            if report is None or (state not in STANDS and state != "edit") or (at or 0) > self.vantage.as_of:
                continue
            own = version.at if version else self.calendar.period(report.occurred)[0]
            assessor = getattr(report.data, "scorer", None) or getattr(report.data, "grader", None)
            for name in (report.claimant, report.relays, assessor):
                if name and name not in registered:
                    first.setdefault(name, Unregistered(name, record.id, own))
        return tuple(first[name] for name in sorted(first))

    def clock_jumps(self) -> tuple[ClockJump, ...]:
        """Records that were taken in at an earlier clock time than the one before."""
        found, clock = [], 0
        for record in self.records:
            recorded_at = micros(record.timestamp)
            if recorded_at < clock:
                known_at = micros(record.known_at or record.timestamp)
                found.append(ClockJump(record.id, record.position, clock - recorded_at, known_at))
            clock = recorded_at
        return tuple(found)


def slowly(everything: Everything, *, discrepancies: int = LISTED) -> Situation:
    """Everything that is shown at a vantage: the same vantage gives the same value."""
    vantage, calendar = everything.vantage, everything.calendar
    as_of, position = vantage.as_of, vantage.position
    every_ceasefire = ceasefires(everything.standing("ceasefire"), calendar)
    ceasefire = shown(every_ceasefire)
    records = ceasefire.records if ceasefire else ()
    book = strike_book(everything.known("strike"), rule_of(vantage.rule), calendar)
    reports = everything.standing("crossing")
    at_crossings = crossings(reports, as_of, rule_of(vantage.rule), calendar)
    series = running(everything.standing("series"))
    statements = everything.standing("statement")
    evidence = AtVantage(
        as_of=as_of,
        rule=rule_of(vantage.rule),
        calendar=calendar,
        strikes=book.between(-(1 << 62), as_of),
        unreported=book.unreported,
        ceasefires=every_ceasefire,
        crossings=reports,
        at_crossings=at_crossings,
        series=series,
        statements=all_of(statements, StatementMade),
        unregistered=everything.unregistered(),
        clock_jumps=everything.clock_jumps(),
        recorded=book,
        common_day=common_day(calendar),
    )
    disagreeing = [one.discrepancy for one in in_order(by(CHECKS, evidence))]
    lines = everything.lines()
    return Situation(
        version=SITUATION_VERSION,
        vantage=vantage.view(),
        ceasefire=ceasefire_view(ceasefire, as_of, calendar),
        commitments=commitment_views(records),
        allegations=allegation_views(records),
        strikes=strikes_view(book, as_of, ceasefire.day_one if ceasefire else None, calendar),
        crossings=crossing_views(at_crossings, as_of),
        series=series_views(series, book, as_of, calendar),
        statements=statement_views(statements)[:LISTED],
        sources=source_views(everything.standing("source")),
        discrepancies=tuple(disagreeing[:discrepancies]),
        discrepancies_total=len(disagreeing),
        records=tuple(lines[:LISTED]),
        records_total=len(lines),
        hidden=Hidden(not_known=vantage.head - position, not_occurred=position - len(lines)),
        ages=ages(at_crossings, series, ceasefire, as_of, calendar),
    )


# series: all values of both


def common_day(calendar: Calendar) -> CommonDay:
    """Found among all values of both."""

    def found(one: Running, other: Running) -> tuple[Version[Published], Version[Published]] | None:
        days = {calendar.day(value.last): value for value in one.values}
        for value in reversed(other.values):
            same = days.get(calendar.day(value.last))
            if same is not None:
                return same, value
        return None

    return found


# crossings: from all records on each


def crossings(versions: Iterable[Version[Facts]], as_of: Micros, rule: Rule, calendar: Calendar) -> list[Crossing]:
    """Every crossing with a record that counts by `as_of`, from all of them, by stream."""
    streams: dict[str, list[Version[Facts]]] = defaultdict(list)
    for version in versions:
        streams[version.stream].append(version)
    return [_crossing(stream, streams[stream], as_of, rule, calendar) for stream in sorted(streams)]


def _crossing(
    stream: str, versions: Sequence[Version[Facts]], as_of: Micros, rule: Rule, calendar: Calendar
) -> Crossing:
    reports = [version for version in versions if not says(version, crossing.Registered)]
    counted = passages(versions, rule, calendar)
    return Crossing(
        stream=stream,
        calendar=calendar,
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
        announced=pending(versions, as_of, calendar),
        denials=all_of(versions, AnnouncementDenied),
    )


def way(ordered: Sequence[Version[Standing]], as_of: Micros, calendar: Calendar) -> WayStatus:
    """One direction and load, from all of its statuses in order."""
    found = ruling(ordered, as_of, calendar)
    first = decisive = found.decisive
    if first is not None and decisive is not None:
        for version in reversed(ordered[: ordered.index(decisive)]):
            if version.type != decisive.type or expired(version, first.first, calendar):
                break
            first = version
    return WayStatus(found, start_of(first.report.occurred) if first else None)


def _overtaken(
    announced: Version[ChangeAnnounced], against: Sequence[Version[Standing]], versions: Sequence[Version[Facts]]
) -> bool:
    """Whether no status of the kind that contradicted an announcement holds any more."""
    kinds = {status.type for status in against}
    stated = (
        statuses(versions, direction, load)
        for direction in announced.data.directions
        for load in announced.data.carries
    )
    return bool(kinds) and all(ordered[-1].type not in kinds for ordered in stated if ordered)


def pending(versions: Sequence[Version[Facts]], as_of: Micros, calendar: Calendar) -> list[Version[ChangeAnnounced]]:
    """What is announced and not met: nothing was stated from then on, or another status holds; and it has not run out.

    Once what contradicted it has itself given way, it is history: a discrepancy on record, no longer news.
    """
    found = []
    for version in all_of(versions, ChangeAnnounced):
        met, against = outcome(version, versions, calendar)
        until = version.data.until
        over = until is not None and calendar.end(until) < as_of
        if not met and not over and not _overtaken(version, against, versions):
            found.append(version)
    return found


# strikes: from all of them


def strikes_view(book: StrikeBook, as_of: Micros, day_one: date | None, calendar: Calendar) -> StrikesView:
    """Strikes since day 1 up to `as_of`."""
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
        latest=tuple(strike_view(strike, as_of, shown) for strike in reversed(shown[-LISTED:])),
        total=len(shown),
    )


def counted(strikes: Sequence[Strike]) -> list[Strike]:
    """Strikes without the parts of others among them."""
    streams = {strike.stream for strike in strikes}
    return [strike for strike in strikes if streams.isdisjoint(strike.wholes)]
