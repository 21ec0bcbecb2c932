"""A whole copy of a log: taken while others append, held against the chain, and put in its place only then."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from domain.calendar import Micros
from domain.clock import system_clock
from domain.errors import CeasefireError, LogDamaged, LogUnavailable, Refused
from domain.log.head import OutsideHead, advance_head, head_path
from domain.log.sqlite.factory import SQLiteFactory
from domain.log.sqlite.placing import aside, check_free, files_of, put_in_place, sync
from domain.log.sqlite.recorder import SQLiteRecorder
from domain.log.sqlite.recovered import copy_note, note_path
from domain.log.sqlite.store import connect, explained
from domain.log.stored import ClosedMapper
from domain.log.verify import Verification, verify

Progress = Callable[[str, int, int], None]

PAGES_AT_ONCE = 256
"""How much is copied between two words on progress: 1 MiB."""


@dataclass(frozen=True)
class Copied:
    """What a copy holds, as it was verified. `recorded_at` is that of its newest record, 0 for an empty log."""

    path: Path
    log_id: str
    records: int
    position: int
    hash: bytes
    erased: int
    recorded_at: Micros
    size: int  # bytes
    notes: tuple[str, ...]


def copy_log(log: SQLiteRecorder, to: Path, *, replace: bool, progress: Progress | None = None) -> Copied:
    """Copy a log to `to`, whole or not at all. Raises Refused, LogUnavailable, and LogDamaged for a log that is.

    `replace` allows an older copy of the same log there; never one that holds what this log does not.
    """
    to = to.resolve()
    _check_place(log, to, replace=replace)
    with aside(to) as draft:
        _snapshot(log, draft, to, progress)
        copied = _verified(draft, to, progress)
        if os.path.lexists(to):
            _check_replaced(log, to, copied)
            _put_to_rest(to)
            _replace(draft, to)
        else:
            put_in_place(draft, to)
    return copied


def _check_place(log: SQLiteRecorder, to: Path, *, replace: bool) -> None:
    if to == log.path:
        raise Refused("this is the log itself", where=str(to), remedy="name another file, best on another disk")
    if not to.parent.is_dir():
        raise Refused("there is no such folder", where=str(to.parent), remedy="make it, or mount the disk, first")
    if to.is_dir():
        raise Refused("this is a folder", where=str(to), remedy=f"name a file in it: {to / log.path.name}")
    if os.path.lexists(to) and not to.is_file():
        raise Refused("this is no regular file", where=str(to), remedy="name another file")
    if not (replace and to.is_file()):
        check_free(to)


def _snapshot(log: SQLiteRecorder, draft: Path, to: Path, progress: Progress | None) -> None:
    """The log's pages as one transaction sees them, and the head of that transaction."""
    with explained(log.path), closing(connect(log.path, read_only=True)) as source:
        source.execute("BEGIN")  # held to the end: whatever others append meanwhile, the pages belong together
        newest = source.execute("SELECT position, hash FROM records ORDER BY position DESC LIMIT 1").fetchone()
        position, last_hash = newest or (0, log.info.genesis)
        with explained(to):
            os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            with closing(sqlite3.connect(draft, isolation_level=None)) as target:
                source.backup(target, pages=PAGES_AT_ONCE, progress=_pages(progress))
    with explained(to):
        advance_head(head_path(draft), OutsideHead(log.info.log_id, position, last_hash))
        copy_note(log.path, draft)
        for file in files_of(draft):
            sync(file)


def _pages(progress: Progress | None) -> Callable[[int, int, int], None] | None:
    if progress is None:
        return None
    return lambda _status, remaining, total: progress("copying", total - remaining, total)


def _verified(draft: Path, to: Path, progress: Progress | None) -> Copied:
    """The copy, read whole: its chain, and the head that the log had."""
    try:
        with opened(draft) as copy:
            found: Verification = verify(copy, ClosedMapper(), progress)
            newest = copy.head()
            log_id = copy.info.log_id
    except LogDamaged as damage:
        damage.remedy = "no copy was kept; `ceasefire recover NEW` writes what stands into a new log"
        raise
    return Copied(
        to,
        log_id,
        found.records,
        found.position,
        found.hash,
        found.erased,
        newest.recorded_at,
        draft.stat().st_size,
        found.notes,
    )


@contextmanager
def opened(path: Path) -> Iterator[SQLiteRecorder]:
    """A log's recorder, to read. Raises LogUnavailable, LogDamaged."""
    factory = SQLiteFactory(path, clock=system_clock, read_only=True)
    try:
        yield factory.application_recorder()
    finally:
        factory.close()


def _check_replaced(log: SQLiteRecorder, to: Path, copied: Copied) -> None:
    """Raises Refused where the file to be replaced holds what the new copy does not."""
    try:
        with opened(to) as there:
            log_id, position = there.info.log_id, there.head().position
            last_hash = there.head().hash
    except CeasefireError:
        return  # no log that can be read: asked for by name, it is replaced
    if log_id != log.info.log_id:
        raise Refused(f"that is another log ({log_id})", where=str(to), remedy="name another file")
    with log.reading() as lookup:
        known = log.info.genesis if position == 0 else lookup.hash_at(position)
    if position > copied.position or known != last_hash:
        raise Refused(
            f"it ends at #{position}, with records that this log (head #{copied.position}) does not hold",
            where=str(to),
            remedy="keep it: this log may have been cut short; name another file",
        )


def _put_to_rest(to: Path) -> None:
    """Fold a log's `-wal` into it: the last one to close it does so, and takes its `-wal` and `-shm` away.

    Raises LogUnavailable where they stay: they would be taken for those of the file that is to have this name.
    """
    wal, shared, journal = (to.with_name(to.name + end) for end in ("-wal", "-shm", "-journal"))
    with suppress(sqlite3.Error, CeasefireError), closing(connect(to, read_only=False)) as connection:
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchall()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    if wal.exists() or shared.exists() or journal.exists():
        raise LogUnavailable(
            f"it is in use, or was left so: {to.name}-wal, -shm or -journal lies beside it",
            where=str(to),
            remedy="close what reads it, or name another file",
        )


def _replace(draft: Path, to: Path) -> None:
    """File by file, so that whatever is in place at any moment opens: one without a head only warns."""
    head_path(to).unlink(missing_ok=True)
    note_path(to).unlink(missing_ok=True)
    for file in files_of(draft):
        file.replace(to.with_name(file.name))
    sync(to.parent)
