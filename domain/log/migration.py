"""A whole log moved to another engine as it is: every position, stamp, body, salt and hash, and its identity.

Whoever holds a hash of the old log, or a bundle of it, can check the new one by it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from domain.errors import Refused
from domain.log.moving import Moving, Progress
from domain.log.recorder import LogRecorder
from domain.log.stored import ClosedMapper
from domain.log.verify import Verification
from domain.place import Place, Server


@dataclass(frozen=True)
class Migrated:
    """What the new log holds, as it was verified there; `notes` are words on the old log and the new."""

    place: Place
    log_id: str
    records: int
    position: int
    hash: bytes
    erased: int
    notes: tuple[str, ...]


def migrate(log: LogRecorder, mapper: ClosedMapper, to: Place, *, progress: Progress | None = None) -> Migrated:
    """Put a log into an empty one on a server, or a file that is not there yet: verified, or nothing at all.

    The new log takes this one's identity. Raises Refused, LogUnavailable, and LogDamaged for a log that is.
    """
    if isinstance(log.info.place, Path) and isinstance(to, Path):
        raise Refused(
            "both are files", where=str(to), remedy="`ceasefire backup DEST` makes a verified copy of a log in a file"
        )
    told = log.check_structure()
    with log.reading() as lookup:  # held to the end: whatever others append meanwhile, the records belong together
        moving = Moving(log.info, mapper, lookup, progress)
        found = _put(to, moving)
    grown = log.head().position - found.position
    if grown:
        told += (f"the old log has {grown:,} more by now, which came meanwhile and are not in the new one",)
    return Migrated(to, log.info.log_id, found.records, found.position, found.hash, found.erased, (*told, *found.notes))


def _put(to: Place, moving: Moving) -> Verification:
    if isinstance(to, Server):
        from domain.log.postgres.loading import load  # noqa: PLC0415 - only the engine in use is loaded

        return load(to, moving)
    from domain.log.sqlite.loading import load_file  # noqa: PLC0415

    return load_file(to, moving)
