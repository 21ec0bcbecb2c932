"""A damaged log, read row by row: what stands by its chain, what is readable after that, and what is not.

Nothing here trusts the file: rows are asked for one by one, so that one that SQLite cannot read stops no other.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path

from domain.calendar import Calendar
from domain.editing import Erased
from domain.errors import LogDamaged, LogUnavailable, Refused
from domain.log import chain
from domain.log.format import FORMAT
from domain.log.head import head_path, read_head
from domain.log.lookup import number
from domain.log.recorder import LogInfo
from domain.log.sqlite.lookup import SELECTED
from domain.log.sqlite.store import connect, explained
from domain.log.stored import ClosedMapper, StoredRecord, leaf_of, stored
from domain.report import Recorded

Progress = Callable[[str, int, int], None]

LEAST_BYTES = 64
"""No record takes less of a file: so a damaged position never sends a search to the end of the numbers."""
TELL_EVERY = 1000


class Proof(Enum):
    """What vouches for a record after the damage."""

    HEAD = "it holds, link by link, up to the head kept outside the log"
    LINK = "it follows on the record before it; nothing ties the two to the log's beginning or to its head"
    NONE = "the record before it is gone, so nothing vouches for it"


@dataclass(frozen=True)
class Lost:
    """A position whose record could not be taken, and why. `changed`: it can be read, and is not what was written."""

    position: int
    why: str
    changed: bool = False


@dataclass(frozen=True)
class Step:
    """One position: its record, or why there is none. `linked`: it follows on the record before it, and has `hash`."""

    position: int
    record: StoredRecord | Lost
    linked: bool
    hash: bytes = b""


@dataclass
class Findings:
    """What stands: every record up to `end`. After it `proved_from` to `head` hold up to the head kept outside.

    `erasures` are the ids of records whose body is gone, each with its position and that of its `record.erased`.
    """

    end: int = 0
    last: int = 0
    proved_from: int = 0
    head: int = 0
    erasures: dict[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def again(self) -> set[int]:
        """The positions of erasures that are cut off from what they erased."""
        return {erasure for position, erasure in self.erasures.values() if position <= self.end < erasure}

    def proof(self, position: int, *, linked: bool) -> Proof:
        """What vouches for a readable record after the end."""
        if linked and 0 < self.proved_from <= position <= self.head:
            return Proof.HEAD
        return Proof.LINK if linked else Proof.NONE


class DamagedLog:
    """A log's file, open to be read whatever state it is in."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._connection = connection
        self._mapper = ClosedMapper()
        self.info = self._read_info()
        self.calendar = Calendar(self.info.timezone)

    def _read_info(self) -> LogInfo:
        """Which log it is. Without that not even the first record can be told from another log's."""
        try:
            rows = self._connection.execute("SELECT log_id, format, timezone, made_at FROM meta")
            found = [tuple(row) for row in rows]
            (header,) = self._connection.execute("PRAGMA user_version").fetchone()
        except sqlite3.Error as error:
            raise _nameless(str(error)) from None
        if len(found) != 1 or [type(value) for value in found[0]] != [str, int, str, int]:
            raise _nameless("no row, or not one that can be read")
        log_id, told, timezone, made_at = found[0]
        info = LogInfo(self.path, log_id, FORMAT if FORMAT in (told, header) else told, timezone, made_at)
        if info.format != FORMAT:
            raise LogUnavailable(
                f"log format {info.format}, and this program knows {FORMAT}",
                where=str(self.path),
                remedy="install a newer release",
            )
        try:
            Calendar(info.timezone)
        except Refused as error:
            raise _nameless(error.what) from None
        return info

    def read(self, position: int) -> StoredRecord | Lost:
        """The record at a position, as the file has it."""
        try:
            row = self._connection.execute(
                f"SELECT {SELECTED} FROM records WHERE position = ?",  # noqa: S608 - fixed texts
                (position,),
            ).fetchone()
        except (sqlite3.Error, UnicodeDecodeError) as error:
            return Lost(position, f"it cannot be read ({error})")
        if row is None:
            return Lost(position, "it is missing")
        record = stored(row)
        if record.id != position or type(record.originator_version) is not int:
            return Lost(position, "it cannot be read (a value of another kind)")
        return record if type(record.hash) is bytes else replace(record, hash=b"")

    def opened_body(self, record: StoredRecord) -> Recorded | Lost:
        """A record with its report; without one where it was erased, or cannot be read."""
        try:
            return self._mapper.to_domain_event(record)
        except (OverflowError, TypeError):
            return Lost(record.id, "its stamps cannot be read")

    def key_of(self, record_id: str) -> str:
        """The key of a record; its id where that cannot be found any more."""
        stream, _, version = record_id.rpartition("/")
        try:
            row = self._connection.execute(
                "SELECT key FROM records WHERE stream = ? AND version = ?", (stream, number(version))
            ).fetchone()
        except (sqlite3.Error, UnicodeDecodeError):
            return record_id
        return record_id if row is None else str(row[0])

    def last(self) -> int:
        """The newest position that the file or the head kept outside speaks of."""
        known = [0]
        for question in ("SELECT max(position) FROM records", "SELECT max(seq) FROM sqlite_sequence"):
            try:
                known += [row[0] for row in self._connection.execute(question) if type(row[0]) is int]
            except sqlite3.Error:
                continue
        outside = read_head(head_path(self.path))
        if not isinstance(outside, str) and outside.log_id == self.info.log_id:
            known.append(outside.position)
        files = (self.path, self.path.with_name(self.path.name + "-wal"))
        size = sum(file.stat().st_size for file in files if file.exists())
        return min(max(known), size // LEAST_BYTES)

    def walk(self, last: int) -> Iterator[Step]:
        """Every position from the first on, each held against what stands before it."""
        previous: bytes | None = self.info.genesis
        for position in range(1, last + 1):
            record = self.read(position)
            if isinstance(record, Lost):
                previous = None
                yield Step(position, record, linked=False)
                continue
            there = None if previous is None else self._hash_after(previous, record)
            if previous is not None and there is None:
                yield Step(position, Lost(position, "it is not what was written", changed=True), linked=False)
            else:
                yield Step(position, record, linked=there is not None, hash=there or record.hash)
            previous = there or record.hash or None

    def _hash_after(self, previous: bytes, record: StoredRecord) -> bytes | None:
        """The hash of a record that follows on another. Where its own is damaged, the next record says what it was."""
        there = linked(previous, record)
        if there is None or there == record.hash:
            return there
        after = self.read(record.id + 1)
        return there if isinstance(after, StoredRecord) and linked(there, after) == after.hash else None

    def examine(self, progress: Progress | None = None) -> Findings:
        """Find where the damage begins, and what can be said of what stands after it."""
        outside = read_head(head_path(self.path))
        head = None if isinstance(outside, str) or outside.log_id != self.info.log_id else outside
        found = Findings(last=self.last(), head=0 if head is None else head.position)
        erased: dict[str, int] = {}
        erasures: dict[str, list[int]] = {}
        rules = _Rules(self)
        run = 0
        for step in self.walk(found.last):
            if progress and step.position % TELL_EVERY == 0:
                progress("examining", step.position, found.last)
            if rules.hold(step):
                found.end = step.position
            run = 0 if not step.linked else run or step.position
            if isinstance(step.record, Lost):
                continue
            if head is not None and step.position == head.position:
                if step.hash == head.hash:
                    found.proved_from = run
                else:
                    rules.broken(found)
            if step.record.salt is None:
                erased[step.record.record_id] = step.position
            elif target := self._erases(step.record):
                erasures.setdefault(target, []).append(step.position)
        nameless = [position for name, position in erased.items() if name not in erasures and position <= found.end]
        found.end = min([found.end, *(position - 1 for position in nameless)])
        found.erasures = {name: (position, erasures[name][0]) for name, position in erased.items() if name in erasures}
        return found

    def _erases(self, record: StoredRecord) -> str | None:
        opened = self.opened_body(record) if record.topic == Erased.TOPIC else None
        if not isinstance(opened, Recorded) or opened.report is None:
            return None
        return str(opened.report.data.target)


class _Rules:
    """What else holds of records in their order, for as long as it does."""

    def __init__(self, log: DamagedLog) -> None:
        self._log = log
        self._hold = True
        self._versions: dict[str, int] = {}
        self._known_at = 0

    def broken(self, found: Findings) -> None:
        """The head kept outside knows another record here: nothing stands from this position on."""
        self._hold = False
        found.end = min(found.end, found.head - 1)

    def hold(self, step: Step) -> bool:
        """Whether everything holds up to this position."""
        self._hold = self._hold and step.linked and isinstance(step.record, StoredRecord) and self._fits(step.record)
        return self._hold

    def _fits(self, record: StoredRecord) -> bool:
        stream = str(record.originator_id)
        if record.originator_version != self._versions.get(stream, 0) + 1 or record.known_at < self._known_at:
            return False
        self._versions[stream], self._known_at = record.originator_version, record.known_at
        return isinstance(self._log.opened_body(record), Recorded)


def linked(previous: bytes, record: StoredRecord) -> bytes | None:
    """The hash that the chain demands of a record; None where it says too little to have one."""
    leaf = leaf_of(record)
    return None if leaf is None else chain.link(previous, leaf)


def _nameless(why: str) -> LogDamaged:
    return LogDamaged(
        f"the log does not say which log it is ({why})",
        position=0,
        remedy="nothing in it can be proved: restore a backup",
    )


@contextmanager
def damaged(path: Path) -> Iterator[DamagedLog]:
    """A log's file to be read, whatever state it is in. Raises LogUnavailable, LogDamaged for one that is no log."""
    with explained(path):
        if not path.is_file():
            raise LogUnavailable("there is no log", where=str(path), remedy="check the path")
        connection = connect(path, read_only=True)
        try:
            # SQLite reads a file that was cut short only where the schema may be mended; nothing here mends it
            connection.execute("PRAGMA writable_schema = ON")
            connection.execute("BEGIN")
            yield DamagedLog(path, connection)
        finally:
            connection.close()
