"""Writing at the end of a log in PostgreSQL: the client says what was reported, the server stamps and chains it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from domain.calendar import Micros, micros
from domain.clock import Clock
from domain.log.postgres.connecting import Cursor
from domain.log.postgres.lookup import PostgresLookup
from domain.log.postgres.schema import GIVEN
from domain.log.stored import StoredRecord
from domain.log.writer import Body, Head, Writer

MOST_STREAMS = 5_000
MOST_UNSAVED = 5_000

_STAMPED = f"{GIVEN}, recorded_at, recorded_by"
_BACK = "position, hash, known_at, recorded_at"


class PostgresWriter(Writer, PostgresLookup):
    """One write transaction, which holds the log's lock. `last_key` is that of the record put last, if any was.

    With a `clock` of its own it gives the stamps too, which the server takes from the log's owner alone.
    """

    def __init__(
        self, cursor: Cursor, genesis: bytes, head: Head, clock: Clock | None, salt: Callable[[], bytes]
    ) -> None:
        super().__init__(cursor, genesis)
        self.head = head
        self.last_key: str | None = None
        self._clock = clock
        self._salt = salt
        self._columns = GIVEN if clock is None else _STAMPED
        self._versions: dict[str, int] = {}  # of streams that were looked up or put to: nobody else writes meanwhile
        self._unsaved: list[tuple[Any, ...]] = []

    def rows(self, statement: str, parameters: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query, which sees all that was put."""
        self.flush()
        return super().rows(statement, parameters)

    def newest_version(self, stream: str) -> int:
        """The version of a stream's newest record."""
        found = self._versions.get(stream)
        return super().newest_version(stream) if found is None else found

    def foresee(self, streams: Sequence[str]) -> None:
        """Look up the newest versions of streams that are about to be written to, all at once."""
        if len(self._versions) > MOST_STREAMS:
            self._versions.clear()
        self._versions.update(self.newest_versions([name for name in streams if name not in self._versions]))

    def put(self, record: StoredRecord, *, said_at: Micros | None = None) -> Head:
        """Add one record, which is then the head."""
        return self._insert(record, record.state.decode(), self._salt(), None, said_at)

    def put_erased(self, record: StoredRecord, body_digest: bytes, *, said_at: Micros | None = None) -> Head:
        """Add a record that comes without its body, which was erased in the log that it comes from."""
        return self._insert(record, None, None, body_digest, said_at)

    def _insert(
        self,
        record: StoredRecord,
        body: str | None,
        salt: bytes | None,
        digest: bytes | None,
        said_at: Micros | None,
    ) -> Head:
        self.flush()
        self.last_key = record.key
        stream = str(record.originator_id)
        self._versions.pop(stream, None)
        known_at, stamps = self._stamps(record.recorded_by, said_at)
        row = (
            stream,
            record.originator_version,
            record.topic,
            record.schema,
            record.key,
            known_at,
            body,
            salt,
            digest,
            *stamps,
        )
        places = ", ".join(["%s"] * len(row))
        statement = f"INSERT INTO ceasefire.records ({self._columns}) VALUES ({places}) RETURNING {_BACK}"  # noqa: S608
        (back,) = self._cursor.execute(statement.encode(), row).fetchall()
        self.head = Head(*back)
        return self.head

    def put_bodies(self, records: Sequence[Body], recorded_by: str, *, backfill: bool) -> None:
        """Add many records at once, by COPY."""
        for said_at, topic, schema, stream, key, _occurred, _target, body in records:
            version = self.newest_version(stream) + 1
            self._versions[stream] = version
            self.last_key = key
            known_at, stamps = self._stamps(recorded_by, said_at if backfill else None)
            self._unsaved.append(
                (stream, version, topic, schema, key, known_at, body.decode(), self._salt(), None, *stamps)
            )
        if len(self._unsaved) >= MOST_UNSAVED:
            self.flush()

    def _stamps(self, recorded_by: str, said_at: Micros | None) -> tuple[Micros | None, tuple[Any, ...]]:
        """`known_at`, and what is given beside it: nothing where the server's own clock stamps."""
        if self._clock is None:
            return said_at, ()
        recorded_at = micros(self._clock())
        known_at = max(self.head.known_at, recorded_at if said_at is None else min(said_at, recorded_at - 1))
        self.head = Head(self.head.position, self.head.hash, known_at, recorded_at)
        return known_at, (recorded_at, recorded_by)

    def flush(self) -> None:
        """Have the server hold all that was put."""
        if not self._unsaved:
            return
        waiting, self._unsaved = self._unsaved, []
        with self._cursor.copy(f"COPY ceasefire.records ({self._columns}) FROM STDIN".encode()) as copy:
            for row in waiting:
                copy.write_row(row)
        (head,) = super().rows(f"SELECT {_BACK} FROM ceasefire.records ORDER BY position DESC LIMIT 1")  # noqa: S608
        self.head = Head(*head)
