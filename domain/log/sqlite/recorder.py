"""The log's recorder for SQLite: stamps, chain and head are made under the write lock, in the insert's transaction."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eventsourcing.persistence import StoredEvent
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteCursor

from domain.calendar import Micros
from domain.clock import Clock
from domain.errors import MEND, LogDamaged
from domain.log import chain
from domain.log.head import OutsideHead, advance_head
from domain.log.lookup import COLUMNS, Lookup, stored
from domain.log.sqlite.format import APPLICATION_ID, CREATE, FORMAT
from domain.log.sqlite.store import LogDatastore, explained, sync_wal
from domain.log.sqlite.subscription import LogSubscription
from domain.log.sqlite.writer import Head, Writer
from domain.log.stored import StoredRecord, check_link

READ_BATCH = 1000


@dataclass(frozen=True)
class LogInfo:
    """What was fixed when the log was made, and where it lies."""

    path: Path
    log_id: str  # 32 hex digits
    format: int
    timezone: str
    made_at: Micros

    @property
    def genesis(self) -> bytes:
        """The hash before the first record."""
        return chain.genesis(self.log_id, self.format, self.timezone, self.made_at)


class _Undone(Exception):
    """Leaves a write transaction without committing it."""


class LogRecorder(SQLiteApplicationRecorder):
    """The library's application recorder over our table. `notes` are words about the last write for a person."""

    def __init__(self, datastore: LogDatastore, clock: Clock, salt: Callable[[], bytes] | None = None) -> None:
        super().__init__(datastore, events_table_name="records")
        self.path = datastore.path
        self.clock = clock
        self.notes: list[str] = []
        self._open = threading.local()
        self._salt = salt or (lambda: os.urandom(chain.SALT_BYTES))
        self.info = self._read_info()

    def construct_create_table_statements(self) -> list[str]:
        """A log's tables are made once, by `store.make_file`."""
        return []

    def _read_info(self) -> LogInfo:
        with explained(self.path), self.datastore.transaction(commit=False) as cursor:
            lookup = Lookup(cursor, b"")
            check_structure(lookup)
            found = [tuple(row) for row in lookup.rows("SELECT log_id, format, timezone, made_at FROM meta")]
        if len(found) != 1 or [type(value) for value in found[0]] != [str, int, str, int]:
            raise LogDamaged("the log does not say which log it is", position=0, remedy="restore it from a backup")
        return LogInfo(self.path, *found[0])

    @contextmanager
    def reading(self) -> Iterator[Lookup]:
        """Look-ups that all see the same log."""
        with explained(self.path), self.datastore.transaction(commit=False) as cursor:
            yield Lookup(cursor, self.info.genesis)

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        """One write transaction, committed at the end; the head outside follows it. An exception undoes all of it,
        and so does `Writer.undo`, without a word.

        What this thread saves through the library in the meantime is part of it.
        """
        self.notes = []
        with explained(self.path), suppress(_Undone):
            with self.datastore.transaction(commit=True) as cursor:
                writer = self._writer(cursor)
                before = writer.head.position
                self._open.writer = writer
                try:
                    yield writer
                finally:
                    self._open.writer = None
                if writer.undone:
                    raise _Undone
                writer.flush()
            if writer.head.position > before:
                self._advance(writer.head)

    def _writer(self, cursor: SQLiteCursor) -> Writer:
        lookup = Lookup(cursor, self.info.genesis)
        head = self._head(lookup)
        if head.position and lookup.at(head.position) is None:
            raise LogDamaged("the record is missing", position=head.position)
        check_sequence(lookup, head.position)
        return Writer(cursor, self.info.genesis, head, self.clock, self._salt)

    def _advance(self, head: Head) -> None:
        try:
            advance_head(self.path, OutsideHead(self.info.log_id, head.position, head.hash))
        except OSError as error:
            # the record is committed: say that the outside copy of the head is behind, and go on
            self.notes.append(f"saved, but the head file could not be written ({error.strerror})")

    def head(self) -> Head:
        """The newest record's stamps."""
        with self.reading() as lookup:
            return self._head(lookup)

    def _head(self, lookup: Lookup) -> Head:
        # stamps alone: a text that cannot be read in the newest record must not keep the log from being opened
        newest = lookup.rows("SELECT position, hash, known_at, recorded_at FROM records ORDER BY position DESC LIMIT 1")
        return Head(*newest[0]) if newest else Head(0, self.info.genesis, 0, 0)

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int]:
        """Add records, all or none; their positions. A version or key that was taken meanwhile is an IntegrityError."""
        writer: Writer | None = getattr(self._open, "writer", None)
        if writer is not None:
            return [writer.put(_ours(event)).position for event in stored_events]
        with self.datastore.transaction(commit=True) as cursor:
            writer = self._writer(cursor)
            positions = [writer.put(_ours(event)).position for event in stored_events]
        self._advance(writer.head)
        return positions

    def scrub(self) -> bool:
        """Fold the write-ahead log into the file, so that erased bytes are nowhere. False while a reader holds it."""
        with explained(self.path), self.datastore.get_connection(commit=True) as connection:
            cursor = connection.cursor()
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            busy = cursor.fetchone()[0]
            if not busy:
                # SQLite cuts the write-ahead log and leaves the cut unsynced: a power cut would bring the bytes back
                sync_wal(self.path)
        return not busy

    def select_events(
        self,
        originator_id: Any,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredRecord]:
        """The records of a stream, by version."""
        order = "DESC" if desc else "ASC"
        with self.reading() as lookup:
            found = lookup.rows(
                f"SELECT {COLUMNS} FROM records WHERE stream = ? AND version > ? AND version <= ? "  # noqa: S608
                f"ORDER BY version {order} LIMIT ?",
                (str(originator_id), gt or 0, 2**62 if lte is None else lte, -1 if limit is None else limit),
            )
        return [stored(row) for row in found]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[StoredRecord]:
        """Records by position."""
        first = 0 if start is None else start if inclusive_of_start else start + 1
        wanted = f"AND type IN ({', '.join('?' * len(topics))})" if topics else ""
        with self.reading() as lookup:
            found = lookup.rows(
                f"SELECT {COLUMNS} FROM records WHERE position >= ? AND position <= ? {wanted} "  # noqa: S608
                "ORDER BY position LIMIT ?",
                (first, 2**62 if stop is None else stop, *topics, limit),
            )
        return [stored(row) for row in found]

    def checked(self, after: int = 0, upto: int | None = None) -> Iterator[StoredRecord]:
        """Records by position, each held against the chain before it is given out. Raises LogDamaged at the first
        position that does not hold; what stands before it has been given out by then.
        """
        previous = self._hash_at(after)
        head = self.head().position
        last = head if upto is None else min(head, upto)
        while batch := self._batch(after, upto):
            for record in batch:
                if record.id != after + 1:
                    raise LogDamaged("the record is missing", position=after + 1)
                previous = check_link(previous, record)
                after = record.id
                yield record
        if after < last:  # a key out of order in SQLite's tree ends a scan as if there were no more
            raise LogDamaged("the record is missing", position=after + 1)

    def _batch(self, after: int, upto: int | None) -> Sequence[StoredRecord]:
        """The next records. One row that SQLite cannot read stops a whole query, so that one is then looked for."""
        try:
            return self.select_notifications(after, READ_BATCH, upto, inclusive_of_start=False)
        except LogDamaged as damage:
            readable: list[StoredRecord] = []
            last = after
            with suppress(LogDamaged):
                while one := self.select_notifications(last, 1, upto, inclusive_of_start=False):
                    readable += one
                    last = one[0].id
            if readable:
                return readable
            raise LogDamaged(damage.what, position=after + 1, remedy=damage.remedy) from None

    def _hash_at(self, position: int) -> bytes:
        if position == 0:
            return self.info.genesis
        with self.reading() as lookup:
            found = lookup.hash_at(position)
        if found is None:
            raise LogDamaged("the log ends before it", position=position)
        return found

    def max_notification_id(self) -> int:
        """The newest position, 0 for an empty log."""
        return self.head().position

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> LogSubscription:
        """Follow the log: what stands after `gt`, then what any process adds, each once, in order."""
        return LogSubscription(self, gt, topics)


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


def _ours(event: StoredEvent) -> StoredRecord:
    if not isinstance(event, StoredRecord):
        raise TypeError("rows are made by the log's own mapper")
    return event
