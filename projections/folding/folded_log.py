"""A log folded into one disposable SQLite file, and kept up to date.

One fold, three drivers: `rebuild` (a new file, swapped in), `catch_up` (batches, the checkpoint in each batch's own
transaction), and live, which is `catch_up` woken by the log's subscription. All give identical tables.
"""

from __future__ import annotations

import gc
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from domain import catalogue
from domain.calendar import Calendar
from domain.errors import CeasefireError, LogDamaged, LogUnavailable, NotOnRecord
from domain.monitor import Head, LogInfo
from domain.report import Recorded
from projections.folding.erasing import NotAsFolded
from projections.folding.file import Damaged, ReadModelFile, place_for, readmodel_path
from projections.folding.fold import Fold
from projections.folding.in_memory import InMemory
from projections.index.schema import MODEL_VERSION, make_indexes, make_tables
from projections.subjects.subject import Subjects
from projections.vantage import checkpoint

Progress = Callable[[int, int], None]
"""Told how many records are folded, and of how many."""

BATCH = 500
"""Records to a transaction. What waits to be written is searched through: more of it takes longer."""
_DAY = timedelta(days=1)


class ReadableLog(Protocol):
    """What the projections read of a log: all that they need of `domain.monitor.Monitor`, and no more."""

    info: LogInfo
    calendar: Calendar

    def head(self) -> Head:
        """The newest record's stamps."""

    def records(self, after: int = 0, upto: int | None = None) -> Iterator[Recorded]:
        """Records in position order, `after` exclusive, `upto` inclusive."""

    def record(self, ref: str) -> Recorded:
        """The record of an id, a key or a position (`@207`)."""


class FoldedLog:
    """A log's file of all that follows from it, open; what it is asked is ReadModel's. Any thread may use it."""

    _subjects: Subjects
    """What reports mean."""

    def __init__(self, log: ReadableLog, file: ReadModelFile) -> None:
        self._log = log
        self._file = file
        self._lock = threading.RLock()
        self._calendar = log.calendar
        self._readings = f"{_zone_print(log.calendar)} {_types_print()}"
        self._generation = file.generation
        self._erasures = 0
        self._folded: sqlite3.Connection | None = None
        self.damage: LogDamaged | None = None
        """Why the log could be read no further. What stands before that is here: say so before anything is shown."""

    @classmethod
    def open(cls, monitor: ReadableLog, path: Path | None = None, progress: Progress | None = None) -> Self:
        """Open a log's read model and bring it up to date; build it again where it does not fit the log.

        `path` defaults to `<log>.readmodel.db`, or to memory where nothing can be written. Raises LogUnavailable.
        """
        path = path or place_for(monitor.info)
        model = cls(monitor, InMemory() if path is None else ReadModelFile(path))
        try:
            model.catch_up(progress)
        except BaseException:
            model.close()
            raise
        return model

    @classmethod
    def as_it_stands(cls, log: ReadableLog) -> Self:
        """A log's read model as it was made, for a log that cannot be read now. Raises LogUnavailable where none is."""
        path = readmodel_path(log.info)
        if not path.exists():
            raise LogUnavailable(
                "nothing was read of this log yet", where=str(path), remedy="look again when the log can be read"
            )
        file = ReadModelFile(path)
        with file.reading():
            why = file.wrong()
        if why is not None:
            file.close()
            raise LogUnavailable(
                f"the read model is damaged ({why})", where=str(path), remedy="look again when the log can be read"
            )
        return cls(log, file)

    @property
    def position(self) -> int:
        """How far the log is folded."""
        with self._connected() as connection:
            return checkpoint(connection)

    @property
    def path(self) -> Path:
        """The file. It can be deleted at any time."""
        return self._file.path

    @property
    def is_kept(self) -> bool:
        """Whether there is a file: not where nothing can be written."""
        return not isinstance(self._file, InMemory)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # keeping up

    def catch_up(self, progress: Progress | None = None, *, look: Callable[[], None] | None = None) -> int:
        """Fold in what was recorded since; the new checkpoint. Rebuilds where the file does not fit the log.

        `look` is called once all of it is in, if any is, and before it is on the disk, which takes as long again: what
        it asks for is already as it will be.
        """
        with self._lock, self._our_errors():
            with self._file.reading() as connection:
                misfit, damaged = self._looked_over(connection)
                head = self._log.head().position
                if not misfit and checkpoint(connection) >= head:
                    return head
            if misfit:
                return self._made_anew(damaged, progress)
            try:
                return self._fold_on(head, progress, look)
            except BaseException as error:
                self._generation = 0  # nothing is kept of what may have been looked at and did not stay
                why = self._damaged(error)
                if why is None:
                    raise
                return self._made_anew(why, progress)

    def _looked_over(self, connection: sqlite3.Connection) -> tuple[bool, str | None]:
        """Whether the file cannot be used as it is; if that is because it is damaged, how."""
        misfit, damaged = self._misfit(connection), self._file.wrong()
        if misfit and not self._file.is_summed:  # of a version that had no checksums, or just begun
            return True, None
        return misfit or damaged is not None, damaged

    def _damaged(self, error: BaseException) -> str | None:
        """Whether something failed because the file is damaged, and how that is."""
        if isinstance(error, (Damaged, NotAsFolded)):
            return str(error)
        if isinstance(error, CeasefireError) or not isinstance(error, Exception):
            return None
        with self._file.reading():
            return self._file.wrong(whole=True)

    def _made_anew(self, damaged: str | None, progress: Progress | None = None) -> int:
        if damaged is not None:
            self._file.throw_away(damaged)
        return self._rebuild(progress, only_if_misfit=True)

    @property
    def remade(self) -> str | None:
        """What is told of a file that was damaged, if it was, and was made anew for that."""
        why = self._file.remade
        return why and f"the read model was damaged ({why}): it was made anew from the log; look after the disk"

    def wrong(self) -> str | None:
        """How the file is damaged, if it is; all of it is looked at."""
        with self._file.reading():
            return self._file.wrong(whole=True)

    def rebuild(self, progress: Progress | None = None) -> int:
        """Build the file from zero and swap it in; the new checkpoint. Killed at any moment, the old one stays."""
        with self._lock, self._our_errors():
            return self._rebuild(progress)

    def _fold_on(self, head: int, progress: Progress | None, look: Callable[[], None] | None = None) -> int:
        while True:
            with self._file.writing() as connection:
                if self._misfit(connection):
                    break
                position = checkpoint(connection)  # another process may have folded on in the meantime
                batch = list(islice(self._sound(position, max(head, position)), BATCH))
                if not batch:
                    return position
                Fold(connection, self._calendar, self._subjects).batch(batch)
                _set_checkpoint(connection, batch[-1])
                if look and batch[-1].position >= head:
                    with self._looked_at(connection):
                        look()
            if progress:
                progress(batch[-1].position, head)
            if batch[-1].position >= head:
                return batch[-1].position
        return self._rebuild(progress, only_if_misfit=True)

    def _rebuild(self, progress: Progress | None, *, only_if_misfit: bool = False) -> int:
        with self._file.writing() as old:
            if not only_if_misfit or self._misfit(old):  # else another process was first
                with self._file.replacing() as new:
                    self._build(new, progress)
        return self._fold_on(self._log.head().position, progress)

    def _build(self, connection: sqlite3.Connection, progress: Progress | None) -> None:
        head = self._log.head().position
        make_tables(connection)
        connection.execute("BEGIN")
        connection.execute(
            "INSERT INTO meta VALUES (1, ?, ?, ?, ?, 0, '', 0, 0, 0)",
            (MODEL_VERSION, self._log.info.log_id, self._calendar.timezone, self._readings),
        )
        fold = Fold(connection, self._calendar, self._subjects)
        records = self._sound(0, head)
        with _no_collections():
            while batch := list(islice(records, BATCH)):
                fold.batch(batch)
                _set_checkpoint(connection, batch[-1])
                if progress:
                    progress(batch[-1].position, head)
        connection.execute("COMMIT")
        make_indexes(connection)

    def _sound(self, after: int, upto: int) -> Iterator[Recorded]:
        """The log's records up to where it is damaged, if it is."""
        self.damage = None
        try:
            yield from self._log.records(after=after, upto=upto)
        except LogDamaged as error:
            self.damage = error

    def _misfit(self, connection: sqlite3.Connection) -> bool:
        """Whether the file is of another version, log, calendar or types, or holds records that this log does not."""
        try:
            row = connection.execute(
                "SELECT model_version, log_id, timezone, readings, position, hash FROM meta WHERE id = 1"
            ).fetchone()
            # a trigger, or a view in a table's place, was put there by somebody else
            planted = connection.execute(
                "SELECT count(*) FROM sqlite_schema WHERE type IN ('trigger', 'view')"
            ).fetchone()[0]
        except (sqlite3.DatabaseError, UnicodeError) as error:
            if "locked" in str(error):
                raise
            return True
        expected = (MODEL_VERSION, self._log.info.log_id, self._calendar.timezone, self._readings)
        if planted or row is None or row[:4] != expected:
            return True
        position, digest = row[4:]
        try:
            return position != 0 and self._log.record(f"@{position}").hash.hex() != str(digest)
        except (NotOnRecord, LogDamaged):
            return True

    @contextmanager
    def _our_errors(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise LogUnavailable(
                f"the read model failed: {error}",
                where=str(self.path),
                remedy="check space and rights there; the file can be deleted and is built again",
            ) from error

    @contextmanager
    def _looked_at(self, connection: sqlite3.Connection) -> Iterator[None]:
        """Whoever asks in the meantime is answered from a state that is not on the disk yet."""
        self._forget_older()
        self._forget_erased(connection)
        self._folded = connection
        try:
            yield
        finally:
            self._folded = None

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        """One consistent state of the newest file, under the lock."""
        with self._lock, self._our_errors():
            if self._folded is not None:
                yield self._folded
                return
            try:
                with self._newest() as connection:
                    yield connection
            except Exception as error:
                why = self._damaged(error)
                if why is None:
                    raise
                self._made_anew(why)
                raise LogUnavailable(
                    f"the read model was damaged ({why}), and was made anew from the log",
                    where=str(self.path),
                    remedy="the same again is answered; look after the disk",
                ) from error

    @contextmanager
    def _newest(self) -> Iterator[sqlite3.Connection]:
        while True:
            with self._file.reading() as connection:
                if self._file.generation == self._generation:
                    self._forget_erased(connection)
                    yield connection
                    return
                misfit, damaged = self._looked_over(connection)
            if misfit:
                self._made_anew(damaged)
            self._forget_older()

    def _forget_older(self) -> None:
        """What was kept of a file that no longer has the name."""
        if self._generation != self._file.generation:
            self._generation = self._file.generation
            self._forget()

    def _forget_erased(self, connection: sqlite3.Connection) -> None:
        """What was kept before a body was erased, whoever folded that in."""
        erasures = connection.execute("SELECT erasures FROM meta").fetchone()[0]
        if self._erasures != erasures:
            self._erasures = erasures
            self._forget()

    def _forget(self) -> None:
        """Drop what is kept in memory of what the file held."""


@contextmanager
def _no_collections() -> Iterator[None]:
    """The fold makes no cycles, and looking for them over and over costs a third of its time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _set_checkpoint(connection: sqlite3.Connection, record: Recorded) -> None:
    connection.execute("UPDATE meta SET position = ?, hash = ? WHERE id = 1", (record.position, record.hash.hex()))


def _types_print() -> str:
    """Which types of which schema this program reads: one that knows more reads what was passed by before."""
    known = sorted((topic, kind.schema) for topic, kind in catalogue.CATALOGUE.items())
    return sha256(repr(known).encode()).hexdigest()[:16]


def _zone_print(calendar: Calendar) -> str:
    """What the timezone's rules come to, 2020 to 2032: with other rules the stored instants would be others.

    A day begins at its midnight less the offset that holds then, so the offsets that change say all of it.
    """
    midnight, last, changes = datetime(2020, 1, 1, tzinfo=calendar.zone), None, []
    for _ in range(365 * 12):
        if (offset := midnight.utcoffset()) != last:
            changes.append(f"{midnight.date()} {offset}")
            last = offset
        midnight += _DAY
    return sha256("\n".join(changes).encode()).hexdigest()[:16]
