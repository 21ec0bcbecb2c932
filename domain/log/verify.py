"""Verification: the whole log against its chain, its schema, its sequence and the head kept outside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from domain.editing import Erased
from domain.errors import LogDamaged
from domain.log.recorder import LogRecorder
from domain.log.stored import ClosedMapper, StoredRecord, taken_from


@dataclass(frozen=True)
class Verification:
    """What was found to hold: so many records, the last at `position` with `hash`, of which `erased` have no body.

    `unreadable` are those that the chain holds and that cannot be read, by position, and why.
    """

    records: int
    position: int
    hash: bytes
    erased: int
    notes: tuple[str, ...]
    unreadable: dict[int, str] = field(default_factory=dict)


class Holding:
    """Records in the log's order, each held against all that stood before it; then what was found."""

    def __init__(self, mapper: ClosedMapper, genesis: bytes) -> None:
        self.position = 0
        self._mapper = mapper
        self._hash = genesis
        self._erased = 0
        self._known_at = 0
        self._versions: dict[str, int] = {}
        self._unreadable: dict[int, str] = {}
        self._unexplained: dict[str, int] = {}  # records without a body, until the erasure that says why

    def take(self, record: StoredRecord) -> None:
        """The next record, whose place in the chain was looked at. Raises LogDamaged."""
        self._check(record)
        if record.salt is None:
            self._unexplained[record.record_id] = record.id
        elif record.topic == Erased.TOPIC and record.target is not None:
            self._unexplained.pop(record.target, None)
        self.position, self._known_at, self._hash = record.id, record.known_at, record.hash
        self._erased += record.salt is None

    def _check(self, record: StoredRecord) -> None:
        stream = str(record.originator_id)
        expected = self._versions.get(stream, 0) + 1
        if record.originator_version != expected:
            raise LogDamaged(
                f"version {record.originator_version} of {stream}, where {expected} follows", position=record.id
            )
        self._versions[stream] = expected
        if record.known_at < self._known_at:
            raise LogDamaged("it was known before the record that stands before it", position=record.id)
        read = self._mapper.to_domain_event(record)
        if read.unreadable:
            self._unreadable[record.id] = read.unreadable
            return
        taken = (None, None) if read.report is None else taken_from(read.report)
        if (record.occurred, record.target) != taken:
            raise LogDamaged("its columns do not say what its body says", position=record.id)

    def found(self) -> Verification:
        """What the log holds, if nothing in it is unexplained. Raises LogDamaged."""
        for position in self._unexplained.values():
            raise LogDamaged("the body is gone, and no erasure is on record", position=position)
        return Verification(self.position, self.position, self._hash, self._erased, (), self._unreadable)


def verify(
    log: LogRecorder, mapper: ClosedMapper, progress: Callable[[str, int, int], None] | None = None
) -> Verification:
    """Read every record and hold it against all that is known of it. Raises LogDamaged at the first bad position."""
    total = log.head().position
    holding = Holding(mapper, log.info.genesis)
    for record in log.checked():
        holding.take(record)
        if progress and record.id % 1000 == 0:
            progress("verifying", record.id, total)
    found = holding.found()
    told = log.check_structure()
    notes = (*log.check_outside(), *told)
    if progress:
        progress("verifying", total, total)
    return replace(found, notes=notes)
