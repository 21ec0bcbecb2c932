"""Writing at the end of a log in SQLite: stamps and chain, made under the write lock, in the insert's transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from eventsourcing.sqlite import SQLiteCursor

from domain.calendar import Micros, micros
from domain.clock import Clock
from domain.editing import Erased
from domain.log import chain
from domain.log.sqlite.lookup import INSERT, SQLiteLookup
from domain.log.stored import StoredRecord, as_row, leaf_of, stored
from domain.log.writer import Body, Head, Writer

MOST_STREAMS = 5_000
MOST_PUT = 2_000
MOST_UNSAVED = 500


class SQLiteWriter(Writer, SQLiteLookup):
    """One write transaction: puts records at the end, each with its stamps and its link of the chain."""

    def __init__(
        self, cursor: SQLiteCursor, genesis: bytes, head: Head, clock: Clock, salt: Callable[[], bytes]
    ) -> None:
        super().__init__(cursor, genesis)
        self.head = head
        # what was just put needs no look-up: newest versions by stream; rows by key, and by id those once asked for
        self._versions: dict[str, int] = {}
        self._put: dict[str, tuple[Any, ...]] = {}
        self._asked: dict[str, StoredRecord] = {}
        self._edited: set[str] = set()  # ids that were named by an edit since
        self._unsaved: list[tuple[Any, ...]] = []
        self._clock = clock
        self._salt = salt

    def put(self, record: StoredRecord, *, said_at: Micros | None = None) -> Head:
        """Add one record, which is then the head."""
        return self._insert(replace(record, salt=self._salt(), digest=None), said_at)

    def rows(self, statement: str, parameters: tuple[Any, ...] = ()) -> list[sqlite3.Row]:
        """All rows of a query, which sees all that was put."""
        self.flush()
        return super().rows(statement, parameters)

    def newest_version(self, stream: str) -> int:
        """The version of a stream's newest record: nobody else writes meanwhile, so it is looked up once."""
        found = self._versions.get(stream)
        return super().newest_version(stream) if found is None else found

    def by_key(self, key: str) -> StoredRecord | None:
        """The record of an idempotency key. One that was just put is not held against the chain again."""
        row = self._put.get(key)
        if row is None:
            return super().by_key(key)
        record_id = f"{row[1]}/{row[2]}"
        if record_id not in self._asked:
            self._asked[record_id] = stored(row)
        return self._asked[record_id]

    def by_id(self, record_id: str) -> StoredRecord | None:
        """The record of an id, `stream/version`."""
        return self._asked.get(record_id) or super().by_id(record_id)

    def edits(self, record_id: str) -> list[StoredRecord]:
        """The edits that name a record: none, if it was just put and no edit since."""
        if record_id in self._asked and record_id not in self._edited:
            return []
        return super().edits(record_id)

    def foresee(self, streams: Sequence[str]) -> None:
        """Look up the newest versions of streams that are about to be written to, all at once."""
        if len(self._versions) > MOST_STREAMS:
            self._versions.clear()
        self._versions.update(self.newest_versions([name for name in streams if name not in self._versions]))

    def flush(self) -> None:
        """Have SQLite hold all that was put."""
        if self._unsaved:
            self._cursor.executemany(INSERT, self._unsaved)
            self._unsaved.clear()

    def _forget(self) -> None:
        self._put.clear()
        self._asked.clear()
        self._edited.clear()

    def put_bodies(self, records: Sequence[Body], recorded_by: str, *, backfill: bool) -> None:
        """Add many records at once, all stamped with one moment of recording. None of them is an erasure, and no key of
        theirs is on record. With `backfill` each is known since `said_at`.
        """
        if len(self._put) > MOST_PUT:
            self._forget()
        recorded_at = micros(self._clock())
        position, linked, known_at = self.head.position, self.head.hash, self.head.known_at
        versions, rows, just_put = self._versions, self._unsaved, self._put
        for said_at, topic, schema, stream, key, occurred, target, body in records:
            version = versions.get(stream, -1) + 1 or self.newest_version(stream) + 1
            versions[stream] = version
            position += 1
            moment = min(said_at, recorded_at - 1) if backfill else recorded_at
            known_at = max(known_at, moment)
            salt = self._salt()
            leaf = chain.leaf(
                position,
                stream,
                version,
                topic,
                schema,
                key,
                recorded_at,
                known_at,
                recorded_by,
                chain.digest(salt, body),
            )
            linked = chain.link(linked, leaf)
            just_put[key] = row = (
                position,
                stream,
                version,
                topic,
                schema,
                key,
                recorded_at,
                known_at,
                recorded_by,
                occurred,
                target,
                body.decode(),
                salt,
                None,
                linked,
            )
            rows.append(row)
            if target is not None:
                self._edited.add(target)
        self.head = Head(position, linked, known_at, recorded_at)
        if len(rows) >= MOST_UNSAVED:
            self.flush()

    def put_erased(self, record: StoredRecord, body_digest: bytes, *, said_at: Micros | None = None) -> Head:
        """Add a record that comes without its body, which was erased in the log that it comes from."""
        return self._insert(replace(record, salt=None, digest=body_digest), said_at)

    def _insert(self, record: StoredRecord, said_at: Micros | None) -> Head:
        """An erased record has no salt: then its digest is stored in place of its body."""
        self.flush()
        recorded_at = micros(self._clock())
        # a microsecond before it is recorded at the latest: so a stored record tells history from what came in live
        known_at = max(self.head.known_at, recorded_at if said_at is None else min(said_at, recorded_at - 1))
        stamped = replace(record, id=self.head.position + 1, recorded_at=recorded_at, known_at=known_at)
        leaf = leaf_of(stamped)
        assert leaf is not None
        linked = chain.link(self.head.hash, leaf)
        self._cursor.execute(INSERT, as_row(replace(stamped, hash=linked)))
        self.head = Head(stamped.id, linked, known_at, recorded_at)
        self._versions.pop(str(record.originator_id), None)
        if record.target is not None:
            self._edited.add(record.target)
        if record.topic == Erased.TOPIC and record.target is not None:
            self._destroy(record.target)
        return self.head

    def _destroy(self, record_id: str) -> None:
        self._forget()
        target = self.by_id(record_id)
        if target is None or target.salt is None:
            return
        self._cursor.execute(
            "UPDATE records SET body = NULL, salt = NULL, occurred = NULL, target = NULL, digest = ? "
            "WHERE position = ?",
            (chain.digest(target.salt, target.state), target.id),
        )
