"""A log's records on their way to another engine, and what holds them against what they were."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from domain.errors import LogDamaged
from domain.log.lookup import Lookup
from domain.log.recorder import READ_BATCH, LogInfo
from domain.log.stored import ClosedMapper, StoredRecord, check_link
from domain.log.verify import Holding, Verification
from domain.log.writer import Head

Progress = Callable[[str, int, int], None]


class Moving:
    """All records of a log as one transaction of its engine sees them."""

    def __init__(self, info: LogInfo, mapper: ClosedMapper, lookup: Lookup, progress: Progress | None) -> None:
        self.info = info
        self._mapper = mapper
        self._lookup = lookup
        self._progress = progress
        newest = lookup.newest()
        self.head = Head(0, info.genesis, 0, 0)
        if newest is not None:
            self.head = Head(newest.id, newest.hash, newest.known_at, newest.recorded_at)

    def records(self) -> Iterator[StoredRecord]:
        """All records by position, each held against the chain and all that stood before it. Raises LogDamaged."""
        holding = Holding(self._mapper, self.info.genesis)
        for record in self._told("copying", self._lookup):
            holding.take(record)
            yield record
        holding.found()

    def check(self, there: Lookup) -> Verification:
        """What was put, read again and held to be the same log with the same head. Raises LogDamaged."""
        holding = Holding(self._mapper, self.info.genesis)
        for record in self._told("verifying", there):
            holding.take(record)
        return holding.found()

    def _told(self, what: str, lookup: Lookup) -> Iterator[StoredRecord]:
        for record in _chained(lookup, self.info.genesis, self.head):
            if self._progress and (record.id % READ_BATCH == 0 or record.id == self.head.position):
                self._progress(what, record.id, self.head.position)
            yield record


def _chained(lookup: Lookup, genesis: bytes, head: Head) -> Iterator[StoredRecord]:
    """Records up to a head, each held against the one before it. Raises LogDamaged."""
    position, previous = 0, genesis
    while batch := lookup.select("WHERE position > ? ORDER BY position LIMIT ?", (position, READ_BATCH)):
        for record in batch:
            if record.id != position + 1:
                raise LogDamaged("the record is missing", position=position + 1)
            position, previous = record.id, check_link(previous, record)
            yield record
    if (position, previous) != (head.position, head.hash):
        raise LogDamaged("the record is missing", position=position + 1)
