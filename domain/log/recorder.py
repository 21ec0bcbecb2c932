"""The log's recorder: what every engine does alike, for the library and for the application.

An engine says how a transaction to read and one to write begin and end, and how a follower hears of new records.
"""

from __future__ import annotations

import os
import threading
from abc import abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from eventsourcing.persistence import ApplicationRecorder, ListenNotifySubscription, StoredEvent

from domain.calendar import Micros
from domain.errors import LogDamaged
from domain.log import chain
from domain.log.lookup import Lookup
from domain.log.stored import StoredRecord, check_link
from domain.log.writer import Head, Writer
from domain.place import Place

READ_BATCH = 1000

LogSubscription = ListenNotifySubscription[ApplicationRecorder]
"""Yields each record after a position once, in order, and waits for more. Use it in a `with`; `stop()` ends it."""


@dataclass(frozen=True)
class LogInfo:
    """What was fixed when the log was made, and where it lies."""

    place: Place
    log_id: str  # 32 hex digits
    format: int
    timezone: str
    made_at: Micros

    @cached_property
    def genesis(self) -> bytes:
        """The hash before the first record."""
        return chain.genesis(self.log_id, self.format, self.timezone, self.made_at)


class LogRecorder(ApplicationRecorder):
    """The library's application recorder over our table. `notes` are words about the last write for a person."""

    info: LogInfo

    def __init__(self, salt: Callable[[], bytes] | None) -> None:
        self.notes: list[str] = []
        self._salt = salt or (lambda: os.urandom(chain.SALT_BYTES))
        self._open = threading.local()

    @contextmanager
    def _at_hand(self, writer: Writer) -> Iterator[None]:
        """What this thread saves through the library is put by this writer meanwhile."""
        self._open.writer = writer
        try:
            yield
        finally:
            self._open.writer = None

    @abstractmethod
    def reading(self) -> AbstractContextManager[Lookup]:
        """Look-ups that all see the same log."""

    @abstractmethod
    def writing(self) -> AbstractContextManager[Writer]:
        """One write transaction, committed at the end. An exception undoes all of it, and so does `Writer.undo`,
        without a word. What this thread saves through the library in the meantime is part of it.
        """

    @abstractmethod
    def now(self) -> Micros:
        """What a record would be stamped with now."""

    @abstractmethod
    def scrub(self) -> None:
        """Clear what the engine itself keeps of erased bytes. `notes` say what it cannot clear, and who can."""

    def recorded_as(self, name: str) -> str:
        """Who is recorded, when `name` is said to record."""
        return name

    def how_it_is_read(self) -> tuple[str, ...]:
        """Words for a person on a log that is not read live."""
        return ()

    def why_only_read(self) -> str:
        """Why nothing can be recorded from here, and who can; no words where nothing is known against it."""
        return ""

    @abstractmethod
    def check_outside(self) -> tuple[str, ...]:
        """Hold the log against the head that is kept outside it: words on one that is missing or cannot be read.

        Raises LogDamaged where they do not fit, at the first position that does not hold.
        """

    @abstractmethod
    def check_structure(self) -> tuple[str, ...]:
        """Hold the tables, and what guards them, against those that a log is made with; words for a person.

        Raises LogDamaged.
        """

    @abstractmethod
    def close(self) -> None:
        """Close every connection."""

    def _writer_at_hand(self) -> Writer | None:
        """The writer of the transaction that this thread has open."""
        writer: Writer | None = getattr(self._open, "writer", None)
        return writer

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int]:
        """Add records, all or none; their positions. A version or key that was taken meanwhile is an IntegrityError."""
        writer = self._writer_at_hand()
        if writer is not None:
            return [writer.put(ours(event)).position for event in stored_events]
        with self.writing() as writer:
            return [writer.put(ours(event)).position for event in stored_events]

    def head(self) -> Head:
        """The newest record's stamps."""
        with self.reading() as lookup:
            return self._head(lookup)

    def _head(self, lookup: Lookup) -> Head:
        # stamps alone: a text that cannot be read in the newest record must not keep the log from being opened
        newest = lookup.rows(
            f"SELECT position, hash, known_at, recorded_at FROM {lookup.records} ORDER BY position DESC LIMIT 1"  # noqa: S608
        )
        return Head(*newest[0]) if newest else Head(0, self.info.genesis, 0, 0)

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
        most = 2**62
        with self.reading() as lookup:
            return lookup.select(
                f"WHERE stream = ? AND version > ? AND version <= ? ORDER BY version {order} LIMIT ?",
                (str(originator_id), gt or 0, most if lte is None else lte, most if limit is None else limit),
            )

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
            return lookup.select(
                f"WHERE position >= ? AND position <= ? {wanted} ORDER BY position LIMIT ?",
                (first, 2**62 if stop is None else stop, *topics, limit),
            )

    def checked(self, after: int = 0, upto: int | None = None) -> Iterator[StoredRecord]:
        """Records by position, each held against the chain before it is given out. Raises LogDamaged at the first
        position that does not hold; what stands before it has been given out by then.
        """
        with self.reading() as lookup:
            previous = self.info.genesis if after == 0 else lookup.hash_at(after)
            head = self._head(lookup).position
        if previous is None:
            raise LogDamaged("the log ends before it", position=after)
        last = head if upto is None else min(head, upto)
        while after < last and (batch := self._batch(after, upto)):
            for record in batch:
                if record.id != after + 1:
                    raise LogDamaged("the record is missing", position=after + 1)
                previous = check_link(previous, record)
                after = record.id
                yield record
        if after < last:  # a key out of order in SQLite's tree ends a scan as if there were no more
            raise LogDamaged("the record is missing", position=after + 1)

    def _batch(self, after: int, upto: int | None) -> Sequence[StoredRecord]:
        """The next records. One row that cannot be read stops a whole query, so that one is then looked for."""
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

    def max_notification_id(self) -> int:
        """The newest position, 0 for an empty log."""
        return self.head().position

    @abstractmethod
    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> LogSubscription:
        """Follow the log: what stands after `gt`, then what any process adds, each once, in order."""


def ours(event: StoredEvent) -> StoredRecord:
    """A row that the log's own mapper has made; no other is ever inserted."""
    if not isinstance(event, StoredRecord):
        raise TypeError("rows are made by the log's own mapper")
    return event
