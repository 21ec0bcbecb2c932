"""The log's recorder for SQLite: stamps, chain and head are made under the write lock, in the insert's transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from eventsourcing.persistence import StoredEvent
from eventsourcing.sqlite import SQLiteCursor

from domain.calendar import Micros, micros
from domain.clock import Clock
from domain.errors import MEND, LogDamaged
from domain.log.format import FORMAT
from domain.log.head import OutsideHead, advance_head, head_path
from domain.log.lookup import Lookup
from domain.log.outside import check_outside
from domain.log.recorder import LogInfo, LogRecorder, ours
from domain.log.sqlite.format import APPLICATION_ID, CREATE
from domain.log.sqlite.lookup import SQLiteLookup
from domain.log.sqlite.recovered import words_of_note
from domain.log.sqlite.store import LogDatastore, explained, is_frozen, sync_wal
from domain.log.sqlite.subscription import SQLiteSubscription
from domain.log.sqlite.writer import SQLiteWriter
from domain.log.writer import Head
from domain.waiting import until_free


class _Undone(Exception):
    """Leaves a write transaction without committing it."""


class SQLiteRecorder(LogRecorder):
    """A log in an SQLite file."""

    def __init__(self, datastore: LogDatastore, clock: Clock, salt: Callable[[], bytes] | None = None) -> None:
        super().__init__(salt)
        self.datastore = datastore
        self.path = datastore.path
        self.clock = clock
        self.info = self._read_info()

    def _read_info(self) -> LogInfo:
        with explained(self.path), self.datastore.transaction(commit=False) as cursor:
            lookup = SQLiteLookup(cursor, b"")
            check_structure(lookup)
            found = [tuple(row) for row in lookup.rows("SELECT log_id, format, timezone, made_at FROM meta")]
        if len(found) != 1 or [type(value) for value in found[0]] != [str, int, str, int]:
            raise LogDamaged("the log does not say which log it is", position=0, remedy="restore it from a backup")
        return LogInfo(self.path, *found[0])

    @contextmanager
    def reading(self) -> Iterator[SQLiteLookup]:
        """Look-ups that all see the same log."""
        with explained(self.path), self.datastore.transaction(commit=False) as cursor:
            yield SQLiteLookup(cursor, self.info.genesis)

    @contextmanager
    def writing(self) -> Iterator[SQLiteWriter]:
        """One write transaction, committed at the end; the head outside follows it."""
        self.notes = []
        with explained(self.path), suppress(_Undone):
            with self.datastore.transaction(commit=True) as cursor:
                writer = self._writer(cursor)
                before = writer.head.position
                with self._at_hand(writer):
                    yield writer
                if writer.undone:
                    raise _Undone
                writer.flush()
            if writer.head.position > before:
                self._advance(writer.head)

    def _writer(self, cursor: SQLiteCursor) -> SQLiteWriter:
        lookup = SQLiteLookup(cursor, self.info.genesis)
        head = self._head(lookup)
        if head.position and lookup.at(head.position) is None:
            raise LogDamaged("the record is missing", position=head.position)
        check_sequence(lookup, head.position)
        return SQLiteWriter(cursor, self.info.genesis, head, self.clock, self._salt)

    def _advance(self, head: Head) -> None:
        try:
            advance_head(head_path(self.path), OutsideHead(self.info.log_id, head.position, head.hash))
        except OSError as error:
            # the record is committed: say that the outside copy of the head is behind, and go on
            self.notes.append(f"saved, but the head file could not be written ({error.strerror})")

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int]:
        """Add records, all or none; their positions. A version or key that was taken meanwhile is an IntegrityError."""
        if self._writer_at_hand() is not None:
            return super().insert_events(stored_events)
        with self.datastore.transaction(commit=True) as cursor:
            writer = self._writer(cursor)
            positions = [writer.put(ours(event)).position for event in stored_events]
        self._advance(writer.head)
        return positions

    def now(self) -> Micros:
        """This machine's clock."""
        return micros(self.clock())

    def scrub(self) -> None:
        """Fold the write-ahead log into the file, so that erased bytes are nowhere, unless a reader holds it."""
        with explained(self.path), self.datastore.get_connection(commit=True) as connection:
            cursor = connection.cursor()

            def folded() -> bool:
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                return not cursor.fetchone()[0]

            busy = not until_free(folded)
            if not busy:
                # SQLite cuts the write-ahead log and leaves the cut unsynced: a power cut would bring the bytes back
                sync_wal(self.path)
        if busy:
            self.notes.append(
                "erased; its bytes stay in the write-ahead log while a reader holds it: "
                "close that, then run `ceasefire erase` of the record again"
            )

    def how_it_is_read(self) -> tuple[str, ...]:
        """Where the folder cannot be written SQLite reads the file alone."""
        return ("the folder cannot be written: the log is read as it lies, not live",) * is_frozen(self.path)

    def check_outside(self) -> tuple[str, ...]:
        """Hold the log against `<log>.head`."""
        return check_outside(self, head_path(self.path))

    def check_structure(self) -> tuple[str, ...]:
        """Hold the file against what a log is made with; the note of one that was recovered."""
        with self.reading() as lookup:
            check_structure(lookup)
            check_sequence(lookup, self._head(lookup).position)
            verdict = [row[0] for row in lookup.rows("PRAGMA integrity_check")]
        if verdict != ["ok"]:
            raise LogDamaged(f"the file's structure is damaged ({verdict[0]})", position=0, remedy=MEND)
        return words_of_note(self.path, self.info.log_id)

    def close(self) -> None:
        """Close every connection."""
        self.datastore.close()

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> SQLiteSubscription:
        """Follow the log: what stands after `gt`, then what any process adds, each once, in order."""
        return SQLiteSubscription(self, gt, topics)


def check_sequence(lookup: Lookup, head: int) -> None:
    """Hold the log's end against how far its positions ever came. Raises LogDamaged."""
    sequence = [row[0] for row in lookup.rows("SELECT seq FROM sqlite_sequence WHERE name = 'records'")]
    if sequence not in ([head], [] if head == 0 else [head]):
        raise LogDamaged(
            f"the log ends at #{head}, and its sequence stands at {sequence}",
            position=head + 1,
            remedy=f"records were taken from its end: {MEND}",
        )


def check_structure(lookup: Lookup) -> None:
    """Hold tables, indexes and triggers against those that a log is made with, before any of them runs."""
    found = {row["sql"] for row in lookup.rows("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL")}
    found.discard("CREATE TABLE sqlite_sequence(name,seq)")
    if found != set(CREATE):
        raise LogDamaged("the log's tables or triggers are not those that it was made with", position=0, remedy=MEND)
    header = (lookup.rows("PRAGMA application_id")[0][0], lookup.rows("PRAGMA user_version")[0][0])
    if header != (APPLICATION_ID, FORMAT):
        raise LogDamaged("the file's header is not that of a log of this format", position=0, remedy=MEND)
