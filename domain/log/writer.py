"""Writing at the log's end: what every engine's write transaction offers to whoever decides."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

from domain.calendar import Micros
from domain.log.lookup import Lookup
from domain.log.stored import StoredRecord


@dataclass(frozen=True)
class Head:
    """The newest record's stamps: position 0, times 0 and the genesis hash for an empty log."""

    position: int
    hash: bytes
    known_at: Micros
    recorded_at: Micros

    @property
    def reached(self) -> Micros:
        """How far the log has come in time. After a clock that was set back this is not the newest `recorded_at`."""
        return max(self.known_at, self.recorded_at)

    @property
    def is_backfilled(self) -> bool:
        """Whether the newest record's place on the knowledge axis is a report date, not the moment of recording."""
        return self.known_at < self.recorded_at


Body = tuple[Micros, str, int, str, str, str, str | None, bytes]
"""When it was said, type, schema, stream, key, start of `occurred`, an edit's target, body: a record but for its place
in the log."""


class Writer(Lookup):
    """One write transaction, which nobody else has meanwhile: puts records at the end. `head` is the newest."""

    head: Head
    undone = False

    def undo(self) -> None:
        """Have nothing of this transaction kept: it was only to see what would be."""
        self.undone = True

    @abstractmethod
    def put(self, record: StoredRecord, *, said_at: Micros | None = None) -> Head:
        """Add one record, which is then the head.

        `said_at` (backfill) places it on the knowledge axis; without it that is now. known_at never decreases, and is
        never after the moment of recording unless an earlier record's was; of history it is before it.
        """

    @abstractmethod
    def put_erased(self, record: StoredRecord, body_digest: bytes, *, said_at: Micros | None = None) -> Head:
        """Add a record that comes without its body, which was erased in the log that it comes from."""

    @abstractmethod
    def put_bodies(self, records: Sequence[Body], recorded_by: str, *, backfill: bool) -> None:
        """Add many records at once. None of them is an erasure, and no key of theirs is on record. With `backfill`
        each is known since it was said.
        """

    @abstractmethod
    def foresee(self, streams: Sequence[str]) -> None:
        """Look up the newest versions of streams that are about to be written to, all at once."""

    @abstractmethod
    def flush(self) -> None:
        """Have the database hold all that was put."""
