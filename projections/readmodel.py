"""The read model: the log folded into one disposable SQLite file, and asked for Situations."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import date, datetime
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

import msgspec

from domain.calendar import Micros
from domain.errors import NotOnRecord, Refused
from domain.report import Recorded
from projections.audience import prepared
from projections.feed.entry import DuplicateQuery, Named, alike, completed, place_names
from projections.feed.filter_parser import Term, taken_apart
from projections.feed.filter_sql import TOLD, WITHHELD, Filter, wanted, with_words
from projections.feed.listing import (
    feed_count,
    feed_lines,
    line_at,
    line_of_record,
    lines_counted,
    newest_lines,
    unreadable_records,
)
from projections.feed.record_detail import record_detail
from projections.folding.file import ReadModelFile
from projections.folding.folded_log import FoldedLog, ReadableLog
from projections.index.keys import SOURCES, STATEMENTS
from projections.index.totals import Totals
from projections.looks import navigation
from projections.looks.crossings import crossings_seen
from projections.looks.discrepancies import Disagreeing, Reached
from projections.looks.history import history_at
from projections.looks.series import series_seen
from projections.looks.strikes import recorded_strikes, spans_shown, strike_seen, strikes_seen
from projections.reading import Memory, Reading
from projections.rules.ages import ages
from projections.rules.ceasefires import allegation_views, ceasefire_view, commitment_views, shown
from projections.rules.crossings import crossing_views
from projections.rules.registers import source_views, statement_views
from projections.rules.rule import ENVELOPE
from projections.rules.running import series_views, spans_of
from projections.situation import (
    DISAGREEING,
    LISTED,
    SITUATION_VERSION,
    CrossingView,
    Discrepancy,
    DiscrepancyKind,
    Hidden,
    History,
    OfKind,
    RecordDetail,
    RecordLine,
    Situation,
    StatementView,
    StrikeView,
    Unreadable,
    Vantage,
)
from projections.subjects import subjects
from projections.vantage import ResolvedVantage, checkpoint, known_after, resolve, resolved, typed_start

if TYPE_CHECKING:
    from projections.changing.changes import Difference

Value = TypeVar("Value")
_LATEST: Micros = 7_258_118_400_000_000
"""The start of 2200: after all that can be gone to."""


class ReadModel(FoldedLog):
    """A log's read model, open. Safe to share between threads; close it, or use it in a `with`.

    What it answers is marked where a restricted record says it; unless restricted records are `told`, it is left out.
    """

    def __init__(self, log: ReadableLog, file: ReadModelFile) -> None:
        super().__init__(log, file)
        self._subjects = subjects(log.calendar)
        self.told = True
        self._kept = Memory()

    def _forget(self) -> None:
        self._kept = Memory()

    def _reading(self, connection: sqlite3.Connection, vantage: Vantage | ResolvedVantage) -> Reading:
        where = resolved(vantage) if isinstance(vantage, Vantage) else vantage
        return Reading(connection, self._kept, self._calendar, where, told=self.told)

    def _now(self, connection: sqlite3.Connection) -> Reading:
        """All that is known, whenever it counts."""
        position = checkpoint(connection)
        where = ResolvedVantage(
            as_of=_LATEST,
            known_at=0,
            position=position,
            head=position,
            rule=ENVELOPE.typed,
            live=False,
            timezone=self._calendar.timezone,
            log_id=self._log.info.log_id,
            log_since=0,
            backfilled_until=0,
        )
        return self._reading(connection, where)

    def situation(
        self,
        vantage: Vantage | ResolvedVantage,
        *,
        discrepancies: int = LISTED,
        listed: int = LISTED,
        counted: bool = False,
    ) -> Situation:
        """Everything that is shown at a vantage, with so many of the newest discrepancies and of each list that grows.

        `counted`: statements are counted too.
        """
        with self._connected() as connection:
            reading = self._reading(connection, vantage)
            asked = reading.vantage, discrepancies, listed, counted, self.told, checkpoint(connection)
            if self._kept.last is None or self._kept.last[0] != asked:
                found = situation_at(reading, discrepancies=discrepancies, listed=listed, counted=counted)
                left = 0 if self.told else self._withheld(connection, found.vantage)
                self._kept.last = asked, msgspec.structs.replace(self._all(connection, found), withheld=left)
            return self._kept.last[1]

    def _all(self, connection: sqlite3.Connection, value: Value) -> Value:
        """A value as it is told; of one that can always be told."""
        found = prepared(connection, value, told=self.told)
        assert found is not None
        return found

    def _withheld(self, connection: sqlite3.Connection, vantage: Vantage | ResolvedVantage) -> int:
        return feed_count(self._reading(connection, vantage), (WITHHELD,))

    def unreadable(self) -> tuple[Unreadable, ...]:
        """The records of the log that cannot be read, in log order."""
        with self._connected() as connection:
            return unreadable_records(self._now(connection))

    def disagreeing(self, vantage: Vantage | ResolvedVantage, few: int) -> tuple[OfKind, ...]:
        """All that does not agree, by kind: how many, and the few newest of each; the kind with the newest first."""
        with self._connected() as connection:
            return self._all(connection, Disagreeing(self._reading(connection, vantage)).by_kind(few))

    def disagreements(
        self,
        vantage: Vantage | ResolvedVantage,
        kind: DiscrepancyKind,
        limit: int,
        after: Reached | None = None,
    ) -> tuple[tuple[Discrepancy, ...], Reached | None]:
        """Some of one kind, newest first, from where `after` says that one has come; and how far that is."""
        with self._connected() as connection:
            page, reached = Disagreeing(self._reading(connection, vantage)).page(kind, limit, after)
            found = self._all(connection, tuple(one.discrepancy for one in page))
            if page and not found:  # all of it is withheld: an empty page is the end
                return self.disagreements(vantage, kind, limit, reached)
        return found, reached

    def difference(self, before: Vantage | ResolvedVantage, after: Vantage | ResolvedVantage) -> Difference:
        """What two vantages show differently, and which records made it so. Equal vantages: no change at all."""
        from projections.changing.changes import difference as found  # noqa: PLC0415 - a look at one vantage needs none of it

        with self._connected() as connection:
            sides = self._reading(connection, before), self._reading(connection, after)
            left = 0 if self.told else max(self._withheld(connection, side.vantage) for side in sides)
            return found(*sides, self._subjects, _compared, withheld=left)

    def vantage(
        self, as_of: str | None, known_at: str | None, *, now: datetime, rule: str = ENVELOPE.typed
    ) -> ResolvedVantage:
        """Times as a person typed them, resolved. Raises Refused with the remedy. Live when neither is given."""
        with self._connected() as connection:
            return self._resolved(connection, as_of, known_at, now, rule)

    def _resolved(
        self, connection: sqlite3.Connection, as_of: str | None, known_at: str | None, now: datetime, rule: str
    ) -> ResolvedVantage:
        return resolve(
            connection,
            self._log.info,
            self._calendar,
            lambda where: self._reading(connection, where).day_one(),
            as_of=as_of,
            known_at=known_at,
            now=now,
            rule=rule,
        )

    def feed(
        self,
        vantage: Vantage | ResolvedVantage,
        *,
        text: str = "",
        wanted: Filter | None = None,
        before: int | None = None,
        offset: int = 0,
        limit: int = 50,
        newest_first: bool = True,
    ) -> list[RecordLine]:
        """A page of the records known at the vantage and occurred by it, by position.

        Those that a filter wants, or with free text in them; those before a position, less the first `offset`.
        """
        with self._connected() as connection:
            found = feed_lines(
                self._reading(connection, vantage),
                self._told(with_words(text) if wanted is None else wanted),
                before=before,
                offset=offset,
                limit=limit,
                newest_first=newest_first,
            )
            return self._all(connection, found)

    def _told(self, wanted: Filter) -> Filter:
        return wanted if self.told else (*wanted, TOLD)

    def feed_withheld(self, vantage: Vantage | ResolvedVantage, wanted: Filter = ()) -> int:
        """How many records the feed would hold beside, were restricted ones told; 0 where they are."""
        if self.told:
            return 0
        with self._connected() as connection:
            return feed_count(self._reading(connection, vantage), (*wanted, WITHHELD))

    def feed_count(
        self,
        vantage: Vantage | ResolvedVantage,
        text: str = "",
        *,
        wanted: Filter | None = None,
        at_most: int | None = None,
    ) -> int:
        """How many records the feed holds at the vantage; counted no further than `at_most`."""
        with self._connected() as connection:
            wanted = self._told(with_words(text) if wanted is None else wanted)
            return feed_count(self._reading(connection, vantage), wanted, at_most=at_most)

    def wanted(self, filter_: str, *, now: datetime, also: tuple[Term, ...] = ()) -> Filter:
        """Which records a filter as it was typed asks for. Raises FilterRefused, term by term, with the remedies."""
        terms, wrong = taken_apart(filter_)
        with self._connected() as connection:

            def time(text: str, start: bool) -> Micros:
                end = self._resolved(connection, text, None, now, ENVELOPE.typed).as_of
                return typed_start(text, end, self._calendar) if start else end

            return wanted((*terms, *also), connection, time, wrong, told=self.told)

    def line(self, ref: str, vantage: Vantage | ResolvedVantage) -> RecordLine:
        """One record as a line, by id, key or `@N`. Raises NotOnRecord, also when it was not known yet."""
        record = self._log.record(ref)
        with self._connected() as connection:
            return self._one(connection, self._line(self._reading(connection, vantage), record))

    def _line(self, reading: Reading, record: Recorded) -> RecordLine:
        found = line_at(reading, record.position)
        if found is None:
            raise NotOnRecord(
                f"{record.id} was not known yet at #{reading.vantage.position}",
                where=f"#{record.position}",
                remedy=f"look from @{record.position} or later",
            )
        return found

    def detail(self, record_id: str, vantage: Vantage | ResolvedVantage) -> RecordDetail:
        """One record with its stamps, its revisions and what stands of it at the vantage. Raises NotOnRecord."""
        record = self._log.record(record_id)
        with self._connected() as connection:
            reading = self._reading(connection, vantage)
            line = self._one(connection, self._line(reading, record))
            return self._all(connection, record_detail(reading, self._log.record, record, line))

    def _one(self, connection: sqlite3.Connection, line: RecordLine) -> RecordLine:
        """A record's line as it is told. Raises Refused where it is not."""
        found = prepared(connection, line, told=self.told)
        if found is None:
            raise _untold(line.record)
        return found

    def alike(self, look: DuplicateQuery) -> list[RecordLine]:
        """What stands now and looks like a record that is about to be made, newest first."""
        with self._connected() as connection:
            return self._all(connection, alike(self._now(connection), look))

    def completed(self, what: Named, beginning: str) -> str | None:
        """The first name of a stream or claimant on record that begins so; None when there is none."""
        with self._connected() as connection:
            return completed(connection, what, beginning) if self.told else None

    def place_names(self) -> tuple[str, ...]:
        """Names of registered places."""
        with self._connected() as connection:
            return place_names(self._now(connection)) if self.told else ()

    def strike(self, stream: str, vantage: Vantage | ResolvedVantage) -> StrikeView | None:
        """One strike at the vantage; None when no report of it stands, or it is a duplicate of another.

        None too where its report is restricted and such are not told.
        """
        with self._connected() as connection:
            return prepared(connection, strike_seen(self._reading(connection, vantage), stream), told=self.told)

    def crossing(self, stream: str, vantage: Vantage | ResolvedVantage) -> CrossingView | None:
        """One crossing at the vantage; None when nothing on it counts yet."""
        with self._connected() as connection:
            reading = self._reading(connection, vantage)
            found = crossings_seen(reading, (stream,))
            view = found[0].shown(reading.vantage.as_of) if found else None
            return prepared(connection, view, told=self.told)

    def history(
        self, vantage: Vantage | ResolvedVantage, first_day: str | date, last_day: str | date | None = None
    ) -> History:
        """What was so on some local days, the vantage's own as the last one unless an earlier one is given."""
        with self._connected() as connection:
            reading = self._reading(connection, vantage)
            first, last = (_day(day) for day in (first_day, reading.today if last_day is None else last_day))
            found = history_at(reading, first, last)
            left = 0 if self.told else self._withheld(connection, found.vantage)
            return msgspec.structs.replace(self._all(connection, found), withheld=left)

    # moving about

    def step_record(self, vantage: Vantage | ResolvedVantage, step: int) -> ResolvedVantage:
        """To where the next (+1) or previous (-1) known record begins to count; the same vantage at either end."""
        with self._connected() as connection:
            return navigation.step_record(self._reading(connection, vantage), step)

    def step_phase(self, vantage: Vantage | ResolvedVantage, step: int) -> ResolvedVantage:
        """To the next (+1) or previous (-1) mark of a ceasefire: an entry into force, a phase, a suspension, an end."""
        with self._connected() as connection:
            return navigation.step_phase(self._reading(connection, vantage), step)

    def step_known(self, vantage: Vantage | ResolvedVantage, step: int) -> ResolvedVantage:
        """So many records more (below 0: fewer) known, at the same as-of time."""
        with self._connected() as connection:
            return navigation.step_known(self._reading(connection, vantage), step)

    def known_next(self, after: Micros) -> Micros | None:
        """When the first record after an instant was known; None when there is none."""
        with self._connected() as connection:
            return known_after(connection, after)

    def known_since(self, vantage: Vantage | ResolvedVantage) -> int:
        """How many records on what had happened by the vantage became known only after it, edits among them."""
        with self._connected() as connection:
            where = self._reading(connection, vantage).vantage
            reading = self._reading(connection, where)
            now = reading.at(msgspec.structs.replace(where, position=where.head))
            return lines_counted(now) - lines_counted(reading)

    def lines(self, records: Iterable[str], vantage: Vantage | ResolvedVantage) -> dict[str, RecordLine]:
        """Records as lines, by their ids; those that were not known yet are left out."""
        with self._connected() as connection:
            reading = self._reading(connection, vantage)
            known = [line for record in records if (line := line_of_record(reading, record)) is not None]
            found = self._all(connection, known)
        return {line.record: line for line in found}

    def statements_about(self, stream: str, vantage: Vantage | ResolvedVantage) -> tuple[StatementView, ...]:
        """What is said about a stream at a vantage, newest first."""
        with self._connected() as connection:
            reading = self._reading(connection, vantage)
            said = reading.of(reading.lines.down(reading.lines.line(f"{stream} about"), ahead=True))
            return self._all(connection, statement_views(said))

    def density(self, position_bound: int, first_day: str | date, last_day: str | date) -> tuple[int, ...]:
        """How many records stand at a position, for each local day on which they begin to count, both ends too."""
        first, last = _day(first_day), _day(last_day)
        with self._connected() as connection:
            by_day = Totals(connection, self._calendar, position_bound).tally_by_day(first, last)
        days = (date.fromordinal(day) for day in range(first.toordinal(), last.toordinal() + 1))
        return tuple(by_day[day].standing if day in by_day else 0 for day in days)


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


def _compared(reading: Reading, listed: int) -> Situation:
    """What is held against another vantage: all discrepancies that are told, and so much of each list that grows."""
    return situation_at(reading, discrepancies=DISAGREEING, listed=listed)


def _day(day: str | date) -> date:
    return day if isinstance(day, date) else date.fromisoformat(day)


def _untold(where: str) -> Refused:
    return Refused("this is restricted, and not told here", where=where, remedy="--with-restricted tells it")
