"""Verification: the whole log against its chain, its schema, its sequence and the head kept outside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from domain.editing import Erased
from domain.errors import LogDamaged
from domain.log.recorder import LogRecorder
from domain.log.stored import ClosedMapper, StoredRecord, taken_from


@dataclass(frozen=True)
class Verification:
    """What was found to hold: so many records, the last at `position` with `hash`, of which `erased` have no body."""

    records: int
    position: int
    hash: bytes
    erased: int
    notes: tuple[str, ...]


def verify(
    log: LogRecorder, mapper: ClosedMapper, progress: Callable[[str, int, int], None] | None = None
) -> Verification:
    """Read every record and hold it against all that is known of it. Raises LogDamaged at the first bad position."""
    total = log.head().position
    seen, erased, known_at, last_hash = 0, 0, 0, log.info.genesis
    versions: dict[str, int] = {}
    unexplained: dict[str, int] = {}  # records without a body, until the erasure that says why
    for record in log.checked():
        _check_record(mapper, record, versions, known_at)
        if record.salt is None:
            unexplained[record.record_id] = record.id
        elif record.topic == Erased.TOPIC and record.target is not None:
            unexplained.pop(record.target, None)
        seen, known_at, last_hash = record.id, record.known_at, record.hash
        erased += record.salt is None
        if progress and seen % 1000 == 0:
            progress("verifying", seen, total)
    for position in unexplained.values():
        raise LogDamaged("the body is gone, and no erasure is on record", position=position)
    told = log.check_structure()
    notes = (*log.check_outside(), *told)
    if progress:
        progress("verifying", total, total)
    return Verification(len(range(seen)), seen, last_hash, erased, notes)


def _check_record(mapper: ClosedMapper, record: StoredRecord, versions: dict[str, int], known_at: int) -> None:
    stream = str(record.originator_id)
    expected = versions.get(stream, 0) + 1
    if record.originator_version != expected:
        raise LogDamaged(
            f"version {record.originator_version} of {stream}, where {expected} follows", position=record.id
        )
    versions[stream] = expected
    if record.known_at < known_at:
        raise LogDamaged("it was known before the record that stands before it", position=record.id)
    report = mapper.to_domain_event(record).report
    taken = (None, None) if report is None else taken_from(report)
    if (record.occurred, record.target) != taken:
        raise LogDamaged("its columns do not say what its body says", position=record.id)
