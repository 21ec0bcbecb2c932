"""The read model: the log folded into one disposable SQLite file, kept up to date, and asked for Situations.

One fold, three drivers: `rebuild` (a new file, swapped in), `catch_up` (batches, the checkpoint in each batch's own
transaction), and live, which is `catch_up` woken by the log's subscription. All give identical tables.
"""

from __future__ import annotations

import gc
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime, timedelta
from hashlib import sha256
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import msgspec

from domain.calendar import Calendar, Micros, is_date
from domain.errors import LogDamaged, LogUnavailable, NotOnRecord
from domain.report import Recorded
from projections import moving
from projections.alike import Look, alike
from projections.completing import Named, completed, place_names
from projections.counting import Counts
from projections.crossings import crossing_view
from projections.feed import feed_count, feed_lines, lines_where
from projections.filters import Term, taken_apart
from projections.fold import ErasedSinceFolded, Fold
from projections.knowledge import checkpoint
from projections.log_reading import ReadableLog
from projections.readmodel_file import ReadModelFile, readmodel_path
from projections.record_detail import record_detail
from projections.registers import statement_views
from projections.resolving import resolve
from projections.rows import Versions
from projections.schema import MODEL_VERSION, VIEWS, make_indexes, make_tables
from projections.seek.crossings import crossings_seen
from projections.seek.reading import Reading
from projections.seek.strikes import strike_seen
from projections.seek.timelines import Cells
from projections.situation import (
    LISTED,
    CrossingView,
    Discrepancy,
    DiscrepancyKind,
    OfKind,
    RecordDetail,
    RecordLine,
    Situation,
    StatementView,
    StrikeView,
    Vantage,
)
from projections.situation_at import lines_counted, situation_at
from projections.strikes import StrikeBook, strike_book
from projections.vantage import ResolvedVantage, resolved
from projections.wanted import Wanted, wanted, with_words

if TYPE_CHECKING:
    from projections.difference import Difference
    from projections.seek.disagreeing import Reached

Progress = Callable[[int, int], None]
"""Told how many records are folded, and of how many."""

BATCH = 2000
_BOOKS_KEPT = 4
_DAY = timedelta(days=1)


class ReadModel:
    """A log's read model, open. Safe to share between threads; close it, or use it in a `with`."""

    def __init__(self, log: ReadableLog, file: ReadModelFile) -> None:
        self._log = log
        self._file = file
        self._lock = threading.RLock()
        self._calendar = log.calendar
        self._zone_print = _zone_print(log.calendar)
        self._versions = Versions()
        self._cells = Cells()
        self._books: dict[tuple[int, str], StrikeBook] = {}
        self._generation = file.generation
        self._folded: sqlite3.Connection | None = None
        self.damage: LogDamaged | None = None
        """Why the log could be read no further. What stands before that is here: say so before anything is shown."""

    @classmethod
    def open(cls, monitor: ReadableLog, path: Path | None = None, progress: Progress | None = None) -> ReadModel:
        """Open a log's read model and bring it up to date; build it again where it does not fit the log.

        `path` defaults to `<log>.readmodel.db`. Raises LogUnavailable.
        """
        model = cls(monitor, ReadModelFile(path or readmodel_path(monitor.info)))
        try:
            model.catch_up(progress)
        except BaseException:
            model.close()
            raise
        return model

    @classmethod
    def as_it_stands(cls, log: ReadableLog, path: Path | None = None) -> ReadModel:
        """A log's read model as it was made, for a log that cannot be read now. Raises LogUnavailable where none is."""
        path = path or readmodel_path(log.info)
        if not path.exists():
            raise LogUnavailable(
                "nothing was read of this log yet", where=str(path), remedy="look again when the log can be read"
            )
        return cls(log, ReadModelFile(path))

    @property
    def position(self) -> int:
        """How far the log is folded."""
        with self._connected() as connection:
            return checkpoint(connection)

    @property
    def path(self) -> Path:
        """The file. It can be deleted at any time."""
        return self._file.path

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._file.close()

    def __enter__(self) -> ReadModel:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # keeping up

    def catch_up(self, progress: Progress | None = None, *, look: Callable[[], None] | None = None) -> int:
        """Fold in what was recorded since; the new checkpoint. Rebuilds where the file does not fit the log.

        `look` is called once all of it is in, if any is, and before it is on the disk, which takes as long again: what
        it asks for is already as it will be.
        """
        with self._lock, self._our_errors():
            with self._file.reading() as connection:
                misfit = self._misfit(connection)
                head = self._log.head().position
                if not misfit and checkpoint(connection) >= head:
                    return head
            if misfit:
                return self._rebuild(progress, only_if_misfit=True)
            try:
                return self._fold_on(head, progress, look)
            except ErasedSinceFolded as erased:
                return self._rebuild(progress, erased=frozenset({erased.record_id}))
            except BaseException:
                self._generation = 0  # nothing is kept of what may have been looked at and did not stay
                raise

    def rebuild(self, progress: Progress | None = None) -> int:
        """Build the file from zero and swap it in; the new checkpoint. Killed at any moment, the old one stays."""
        with self._lock, self._our_errors():
            return self._rebuild(progress)

    def _fold_on(self, head: int, progress: Progress | None, look: Callable[[], None] | None = None) -> int:
        while True:
            with self._file.writing() as connection:
                if self._misfit(connection):
                    break
                position = checkpoint(connection)  # another process may have folded on in the meantime
                batch = list(islice(self._sound(position, max(head, position)), BATCH))
                if not batch:
                    return position
                Fold(connection, self._calendar).batch(batch)
                _set_checkpoint(connection, batch[-1])
                if look and batch[-1].position >= head:
                    with self._looked_at(connection):
                        look()
            if progress:
                progress(batch[-1].position, head)
            if batch[-1].position >= head:
                return batch[-1].position
        return self._rebuild(progress, only_if_misfit=True)

    def _rebuild(
        self, progress: Progress | None, *, only_if_misfit: bool = False, erased: frozenset[str] = frozenset()
    ) -> int:
        while True:
            try:
                with self._file.writing() as old:
                    if only_if_misfit and not self._misfit(old):
                        break  # another process was first
                    with self._file.replacing() as new:
                        self._build(new, erased, progress)
                break
            except ErasedSinceFolded as found:
                # its body was read before it was erased: leave it out and start again
                erased |= {found.record_id}
        return self._fold_on(self._log.head().position, progress)

    def _build(self, connection: sqlite3.Connection, erased: frozenset[str], progress: Progress | None) -> None:
        head = self._log.head().position
        make_tables(connection)
        connection.execute("BEGIN")
        connection.execute(
            "INSERT INTO meta VALUES (1, ?, ?, ?, ?, 0, '')",
            (MODEL_VERSION, self._log.info.log_id, self._calendar.timezone, self._zone_print),
        )
        fold = Fold(connection, self._calendar, erased=erased, searchable=False)
        records = self._sound(0, head)
        with _no_collections():
            while batch := list(islice(records, BATCH)):
                fold.batch(batch)
                _set_checkpoint(connection, batch[-1])
                if progress:
                    progress(batch[-1].position, head)
        connection.execute("COMMIT")
        make_indexes(connection)

    def _sound(self, after: int, upto: int) -> Iterator[Recorded]:
        """The log's records up to where it is damaged, if it is."""
        self.damage = None
        try:
            yield from self._log.records(after=after, upto=upto)
        except LogDamaged as error:
            self.damage = error

    def _misfit(self, connection: sqlite3.Connection) -> bool:
        """Whether the file is of another version, log or calendar, or holds records that this log does not."""
        try:
            row = connection.execute(
                "SELECT model_version, log_id, timezone, zone_print, position, hash FROM meta WHERE id = 1"
            ).fetchone()
            # a trigger, or a view in a table's place, was put there by somebody else
            planted = connection.execute(
                "SELECT count(*) FROM sqlite_schema WHERE type = 'trigger' OR (type = 'view'"
                " AND name NOT IN (SELECT value FROM json_each(?)))",
                (msgspec.json.encode(list(VIEWS)).decode(),),
            ).fetchone()[0]
        except sqlite3.DatabaseError as error:
            if "locked" in str(error):
                raise
            return True
        if planted:
            return True
        expected = (MODEL_VERSION, self._log.info.log_id, self._calendar.timezone, self._zone_print)
        if row is None or row[:4] != expected:
            return True
        position, digest = row[4:]
        if position == 0:
            return False
        if not isinstance(position, int) or not 0 < position <= self._log.head().position:
            return True
        newest = next(self._sound(position - 1, position), None)
        return newest is None or newest.hash.hex() != digest

    @contextmanager
    def _our_errors(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise LogUnavailable(
                f"the read model failed: {error}",
                where=str(self.path),
                remedy="check space and rights there; the file can be deleted and is built again",
            ) from error

    @contextmanager
    def _looked_at(self, connection: sqlite3.Connection) -> Iterator[None]:
        """Whoever asks in the meantime is answered from a state that is not on the disk yet."""
        self._forget_older()
        self._folded = connection
        try:
            yield
        finally:
            self._folded = None

    # asking

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        """One consistent state of the newest file, under the lock."""
        with self._lock, self._our_errors():
            if self._folded is not None:
                yield self._folded
                return
            while True:
                with self._file.reading() as connection:
                    if self._file.generation == self._generation:
                        yield connection
                        return
                    misfit = self._misfit(connection)
                if misfit:
                    self._rebuild(None, only_if_misfit=True)
                self._forget_older()

    def _forget_older(self) -> None:
        """What was kept of a file that no longer has the name."""
        if self._generation != self._file.generation:
            self._generation = self._file.generation
            self._versions.forget()
            self._cells.forget()
            self._books.clear()

    def _reading(self, connection: sqlite3.Connection, vantage: Vantage | ResolvedVantage) -> Reading:
        where = resolved(vantage) if isinstance(vantage, Vantage) else vantage

        def book(where: ResolvedVantage) -> StrikeBook:
            asked = (where.position, where.rule)
            if asked not in self._books:
                while len(self._books) >= _BOOKS_KEPT:
                    self._books.pop(next(iter(self._books)))
                known = self._versions.standing(connection, "strike", position=where.position)
                self._books[asked] = strike_book(known, where.rule, self._calendar)
            return self._books[asked]

        return Reading(connection, self._versions, self._cells, self._calendar, where, book)

    def situation(self, vantage: Vantage | ResolvedVantage, *, discrepancies: int = LISTED) -> Situation:
        """Everything that is shown at a vantage, with so many of the newest discrepancies."""
        with self._connected() as connection:
            return situation_at(self._reading(connection, vantage), discrepancies=discrepancies)

    def disagreeing(self, vantage: Vantage | ResolvedVantage, few: int) -> tuple[OfKind, ...]:
        """All that does not agree, by kind: how many, and the few newest of each; the kind with the newest first."""
        from projections.seek.disagreeing import Disagreeing  # noqa: PLC0415 - a Situation has the newest of them

        with self._connected() as connection:
            return Disagreeing(self._reading(connection, vantage)).by_kind(few)

    def disagreements(
        self,
        vantage: Vantage | ResolvedVantage,
        kind: DiscrepancyKind,
        limit: int,
        after: Reached | None = None,
    ) -> tuple[tuple[Discrepancy, ...], Reached | None]:
        """Some of one kind, newest first, from where `after` says that one has come; and how far that is."""
        from projections.seek.disagreeing import Disagreeing  # noqa: PLC0415

        with self._connected() as connection:
            found, reached = Disagreeing(self._reading(connection, vantage)).page(kind, limit, after)
        return tuple(one.discrepancy for one in found), reached

    def difference(self, before: Vantage | ResolvedVantage, after: Vantage | ResolvedVantage) -> Difference:
        """What two vantages show differently, and which records made it so. Equal vantages: no change at all."""
        from projections.difference import difference as told  # noqa: PLC0415 - a look at one vantage needs none of it

        a, b = (resolved(one) if isinstance(one, Vantage) else one for one in (before, after))

        with self._lock:
            return told(self, self._connected, a, b, self._calendar)

    def vantage(
        self, as_of: str | None, known_at: str | None, *, now: datetime, rule: str = "envelope"
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
        wanted: Wanted | None = None,
        before: int | None = None,
        offset: int = 0,
        limit: int = 50,
        newest_first: bool = True,
    ) -> list[RecordLine]:
        """A page of the records known at the vantage and occurred by it, by position.

        Those that a filter wants, or with free text in them; those before a position, less the first `offset`.
        """
        with self._connected() as connection:
            where = self._reading(connection, vantage).vantage
            return feed_lines(
                connection,
                position=where.position,
                as_of=where.as_of,
                wanted=with_words(text) if wanted is None else wanted,
                before=before,
                offset=offset,
                limit=limit,
                newest_first=newest_first,
            )

    def feed_count(
        self,
        vantage: Vantage | ResolvedVantage,
        text: str = "",
        *,
        wanted: Wanted | None = None,
        at_most: int | None = None,
    ) -> int:
        """How many records the feed holds at the vantage; counted no further than `at_most`."""
        with self._connected() as connection:
            where = self._reading(connection, vantage).vantage
            wanted = with_words(text) if wanted is None else wanted
            return feed_count(connection, position=where.position, as_of=where.as_of, wanted=wanted, at_most=at_most)

    def wanted(self, filter_: str, *, now: datetime, also: tuple[Term, ...] = ()) -> Wanted:
        """Which records a filter as it was typed asks for. Raises FilterRefused, term by term, with the remedies."""
        terms, wrong = taken_apart(filter_)
        with self._connected() as connection:

            def time(text: str, start: bool) -> Micros:
                end = self._resolved(connection, text, None, now, "envelope").as_of
                if start and (is_date(text) or text.lower().startswith("day:")):
                    with suppress(OverflowError):  # the first day of the calendar starts before it, east of Greenwich
                        return self._calendar.day_start(self._calendar.day(end))
                return end

            return wanted((*terms, *also), connection, time, wrong)

    def line(self, ref: str, vantage: Vantage | ResolvedVantage) -> RecordLine:
        """One record as a line, by id, key or `@N`. Raises NotOnRecord, also when it was not known yet."""
        record = self._log.record(ref)
        with self._connected() as connection:
            return self._line(connection, record, self._reading(connection, vantage).vantage)

    def _line(self, connection: sqlite3.Connection, record: Recorded, where: ResolvedVantage) -> RecordLine:
        found = lines_where(connection, "v.position = :p", {"p": record.position}, position=where.position)
        if not found:
            raise NotOnRecord(
                f"{record.id} was not known yet at #{where.position}",
                where=f"#{record.position}",
                remedy=f"look from @{record.position} or later",
            )
        return found[0]

    def detail(self, record_id: str, vantage: Vantage | ResolvedVantage) -> RecordDetail:
        """One record with its stamps, its revisions and what stands of it at the vantage. Raises NotOnRecord."""
        record = self._log.record(record_id)
        with self._connected() as connection:
            where = self._reading(connection, vantage).vantage
            return record_detail(connection, self._log, record, self._line(connection, record, where), where)

    def alike(self, look: Look) -> list[RecordLine]:
        """What stands now and looks like a record that is about to be made, newest first."""
        with self._connected() as connection:
            return alike(connection, look, self._calendar, position=checkpoint(connection))

    def completed(self, what: Named, beginning: str) -> str | None:
        """The first name of a stream or claimant on record that begins so; None when there is none."""
        with self._connected() as connection:
            return completed(connection, what, beginning)

    def place_names(self) -> tuple[str, ...]:
        """Names of registered places."""
        with self._connected() as connection:
            return place_names(connection)

    def strike(self, stream: str, vantage: Vantage | ResolvedVantage) -> StrikeView | None:
        """One strike at the vantage; None when no report of it stands, or it is a duplicate of another."""
        with self._connected() as connection:
            return strike_seen(self._reading(connection, vantage), stream)

    def crossing(self, stream: str, vantage: Vantage | ResolvedVantage) -> CrossingView | None:
        """One crossing at the vantage; None when nothing on it counts yet."""
        with self._connected() as connection:
            reading = self._reading(connection, vantage)
            found = crossings_seen(reading, (stream,))
            return crossing_view(found[0], reading.vantage.as_of, self._calendar) if found else None

    # moving about

    def step_record(self, vantage: Vantage | ResolvedVantage, step: int) -> ResolvedVantage:
        """To where the next (+1) or previous (-1) known record begins to count; the same vantage at either end."""
        with self._connected() as connection:
            return moving.step_record(self._reading(connection, vantage), step)

    def step_phase(self, vantage: Vantage | ResolvedVantage, step: int) -> ResolvedVantage:
        """To the next (+1) or previous (-1) mark of a ceasefire: an entry into force, a phase, a suspension, an end."""
        with self._connected() as connection:
            return moving.step_phase(self._reading(connection, vantage), step)

    def step_known(self, vantage: Vantage | ResolvedVantage, step: int) -> ResolvedVantage:
        """So many records more (below 0: fewer) known, at the same as-of time."""
        with self._connected() as connection:
            return moving.step_known(self._reading(connection, vantage), step)

    def known_next(self, after: Micros) -> Micros | None:
        """When the first record after an instant was known; None when there is none."""
        with self._connected() as connection:
            found = connection.execute("SELECT min(known_at) FROM records WHERE known_at > ?", (after,)).fetchone()[0]
        return None if found is None else int(found)

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
            found = lines_where(
                connection,
                "r.record IN (SELECT value FROM json_each(:ids))",
                {"ids": msgspec.json.encode(list(records)).decode()},
                position=self._reading(connection, vantage).vantage.position,
            )
        return {line.record: line for line in found}

    def statements_about(self, stream: str, vantage: Vantage | ResolvedVantage) -> tuple[StatementView, ...]:
        """What is said about a stream at a vantage, newest first."""
        with self._connected() as connection:
            said = self._reading(connection, vantage).standing("statement")
            return statement_views([one for one in said if stream in getattr(one.data, "about", ())])

    def density(self, position_bound: int, first_day: str | date, last_day: str | date) -> list[tuple[str, int]]:
        """Records that stand at a position, per local day of when each begins to count, both ends and zeros too."""
        first, last = (day if isinstance(day, date) else date.fromisoformat(day) for day in (first_day, last_day))
        with self._connected() as connection:
            return moving.density(Counts(connection, self._calendar, position_bound), first, last)


@contextmanager
def _no_collections() -> Iterator[None]:
    """The fold makes no cycles, and looking for them over and over costs a third of its time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _set_checkpoint(connection: sqlite3.Connection, record: Recorded) -> None:
    connection.execute("UPDATE meta SET position = ?, hash = ? WHERE id = 1", (record.position, record.hash.hex()))


def _zone_print(calendar: Calendar) -> str:
    """What the timezone's rules come to, 2020 to 2032: with other rules the stored instants would be others.

    A day begins at its midnight less the offset that holds then, so the offsets that change say all of it.
    """
    midnight, last, changes = datetime(2020, 1, 1, tzinfo=calendar.zone), None, []
    for _ in range(365 * 12):
        if (offset := midnight.utcoffset()) != last:
            changes.append(f"{midnight.date()} {offset}")
            last = offset
        midnight += _DAY
    return sha256("\n".join(changes).encode()).hexdigest()[:16]
