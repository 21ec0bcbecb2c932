"""The log's file: how it is made, opened and locked, and what SQLite's errors mean to a person."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from eventsourcing.persistence import InterfaceError, PersistenceError
from eventsourcing.sqlite import (
    SQLiteConnection,
    SQLiteConnectionPool,
    SQLiteCursor,
    SQLiteDatastore,
    SQLiteTransaction,
)

from domain import waiting
from domain.errors import CeasefireError, LogBusy, LogDamaged, LogGone, LogUnavailable, Refused
from domain.log.format import FORMAT
from domain.log.sqlite.format import APPLICATION_ID, CREATE
from domain.log.sqlite.placing import check_link, make_folder, sync
from domain.waiting import until_free, waited


class _WriteFirst(SQLiteTransaction):
    """A transaction that takes the write lock at once, so that what is read in it is still true when it writes."""

    def __enter__(self) -> SQLiteCursor:
        cursor = self.connection.cursor()
        if not until_free(lambda: self._begun(cursor)):
            raise sqlite3.OperationalError("database is locked")
        return cursor

    def _begun(self, cursor: SQLiteCursor) -> bool:
        """Take the lock now, or not: waiting for it inside SQLite could not be interrupted."""
        try:
            if self.commit:
                cursor.execute("BEGIN IMMEDIATE")
            else:
                cursor.execute("BEGIN")
                cursor.execute("SELECT 1 FROM sqlite_schema LIMIT 1")
                cursor.fetchall()  # from here on it sees one state, and waits for nobody
        except sqlite3.OperationalError as error:
            self.connection.rollback()
            if not is_busy(error):
                raise
            return False
        return True

    def __exit__(self, exc_type: Any, exc_val: Any, exc_tb: Any) -> None:
        try:
            super().__exit__(exc_type, exc_val, exc_tb)
        except BaseException:
            # a commit that failed may leave the transaction open, and the connection goes back to the pool
            with suppress(sqlite3.Error):
                self.connection.rollback()
            raise


def is_busy(error: sqlite3.Error) -> bool:
    """Whether somebody else holds a lock."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


class _LogConnection(SQLiteConnection):
    @contextmanager
    def transaction(self, *, commit: bool) -> Iterator[SQLiteCursor]:
        with _WriteFirst(self, commit=commit) as cursor, cursor:
            yield cursor


class _LogPool(SQLiteConnectionPool):
    def __init__(self, path: Path, *, read_only: bool) -> None:
        self.path = path
        self.read_only = read_only
        super().__init__(db_name=str(path), lock_timeout=waiting.LOCK_SECONDS)

    @staticmethod
    def detect_memory_mode(db_name: str) -> bool:  # noqa: ARG004 - a path is a path, whatever its name holds
        return False

    def _create_connection(self) -> SQLiteConnection:
        try:
            connection = connect(self.path, read_only=self.read_only)
            connection.execute("PRAGMA busy_timeout = 0")  # a transaction waits by itself, and can be interrupted
            return _LogConnection(connection, max_age=self.max_age)
        except sqlite3.Error as error:
            raise InterfaceError(error) from error


class LogDatastore(SQLiteDatastore):
    """The library's datastore over a log's file."""

    def __init__(self, path: Path, *, read_only: bool) -> None:
        self.path = path
        self.pool = _LogPool(path, read_only=read_only)
        self.single_row_tracking = True
        self.originator_id_type = "text"


def connect(path: Path, *, read_only: bool) -> sqlite3.Connection:
    """A connection to an existing log, with every pragma that its promises rest on."""
    mode = _reading_mode(path) if read_only else "rw"
    connection = sqlite3.connect(
        f"file:{quote(os.fsencode(path.resolve()))}?mode={mode}",  # Path.as_uri loads all of urllib on Python 3.14
        uri=True,
        check_same_thread=False,
        isolation_level=None,
        timeout=0,
    )
    try:
        connection.row_factory = sqlite3.Row
        if not until_free(lambda: _is_set_up(connection, read_only=read_only)):
            raise sqlite3.OperationalError("database is locked")
        connection.execute(f"PRAGMA busy_timeout = {round(waiting.LOCK_SECONDS * 1000)}")
    except BaseException:
        connection.close()
        raise
    return connection


def _is_set_up(connection: sqlite3.Connection, *, read_only: bool) -> bool:
    """Set the pragmas, which look into the file; not while somebody has locked it."""
    try:
        connection.execute("PRAGMA trusted_schema = OFF")
        if not read_only:
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute("PRAGMA recursive_triggers = ON")
    except sqlite3.OperationalError as error:
        if not is_busy(error):
            raise
        return False
    return True


def _reading_mode(path: Path) -> str:
    """In a folder that cannot be written SQLite opens a WAL file only as one that nobody changes, without its WAL."""
    if not is_frozen(path):
        return "ro"
    wal, shared = (path.with_name(path.name + end) for end in ("-wal", "-shm"))
    if not wal.exists() or wal.stat().st_size == 0:
        return "ro&immutable=1"
    if shared.exists():
        return "ro"
    raise LogUnavailable(
        f"records lie in {wal.name}, which cannot be read in a folder that cannot be written",
        where=str(path),
        remedy=f"copy {path.name}, {wal.name} and {path.name}.head together into a folder of your own",
    )


def is_frozen(path: Path) -> bool:
    """Whether a log lies where nothing can be written, and so is read as it lies, not live."""
    return not os.access(path.parent, os.W_OK)


def make_file(path: Path, *, log_id: str, timezone: str, made_at: int) -> None:
    """Make an empty log: 0600, in a folder that is made 0700 when there is none. Refuses an existing file."""
    check_link(path)
    make_folder(path.parent)
    draft = path.with_name(f".{path.name}.{log_id}.new")
    try:
        os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        connection = sqlite3.connect(draft, isolation_level=None)
        try:
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {FORMAT}")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("BEGIN")
            for statement in CREATE:
                connection.execute(statement)
            connection.execute("INSERT INTO meta VALUES (1, ?, ?, ?, ?)", (log_id, FORMAT, timezone, made_at))
            connection.execute("COMMIT")
            connection.execute("PRAGMA journal_mode = WAL")
        finally:
            connection.close()
        os.link(draft, path)  # all or nothing, and never over an existing file
    except FileExistsError:
        raise Refused("it exists already", where=str(path), remedy="open it, or name another path") from None
    finally:
        draft.unlink(missing_ok=True)
    sync(path.parent)


def sync_wal(path: Path) -> None:
    """Have the write-ahead log of a log survive a power cut as it is now."""
    with suppress(FileNotFoundError):
        sync(path.with_name(path.name + "-wal"))


def check_file(path: Path) -> None:
    """Look at a file before SQLite does: is it a log, and one that this program knows? Raises LogUnavailable."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise LogUnavailable("not a file", where=str(path), remedy="name the log's own file")
        with path.open("rb") as file:
            header = file.read(100)
    except FileNotFoundError:
        raise LogGone(
            "there is no log", where=str(path), remedy="`ceasefire demo` or `ceasefire import FILE` makes one"
        ) from None
    except OSError as error:
        raise LogUnavailable(
            f"cannot be read: {error.strerror}", where=str(path), remedy="check its permissions"
        ) from None
    if header[:16] != b"SQLite format 3\x00" or int.from_bytes(header[68:72], "big") != APPLICATION_ID:
        raise LogUnavailable(
            "not a Ceasefire Monitor log", where=str(path), remedy="to read a file of lines, `ceasefire import` it"
        )
    found = int.from_bytes(header[60:64], "big")
    if found != FORMAT:
        raise LogUnavailable(
            f"log format {found}, and this program knows {FORMAT}", where=str(path), remedy="install a newer release"
        )
    _check_beside(path)


def _check_beside(path: Path) -> None:
    """A log never has a rollback journal; one that lies there would be written into it by opening it."""
    journal = path.with_name(path.name + "-journal")
    with suppress(FileNotFoundError):
        if journal.stat().st_size:
            raise LogUnavailable(
                f"{journal.name} lies beside it, which SQLite would write into the log",
                where=str(path),
                remedy="it is not the log's own: move it away",
            )


_FULL = "the disk is full", "make room, then run the same command again"
_ROOM = 64 << 10
"""Bytes: where not even these are free, an I/O error of SQLite's (its shared memory wants 32 KiB) is want of room."""
_MEANINGS: tuple[tuple[str, str, str], ...] = (
    ("readonly", "the log cannot be written", "check the permissions of the file and its folder"),
    ("read-only", "the log cannot be written", "check the permissions of the file and its folder"),
    ("full", *_FULL),
    ("no space left", *_FULL),
    ("quota exceeded", *_FULL),
    ("unable to open", "the log cannot be opened", "check the path and the permissions of its folder"),
    ("disk i/o", "the disk failed", "check the disk, then `ceasefire verify`"),
)


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what SQLite and the library raise into our errors, with a remedy."""
    try:
        yield
    except CeasefireError:
        raise
    except (sqlite3.Error, PersistenceError, OSError, UnicodeDecodeError) as error:
        raise _meaning(path, error) from error


def _meaning(path: Path, error: BaseException) -> CeasefireError:
    text = str(error).lower()
    if "malformed" in text or "not a database" in text or "decode" in text:
        return LogDamaged(f"the file is damaged ({error})", position=0)
    if "locked" in text:
        return _busy(path)
    if "disk i/o" in text and _is_full(path.parent):
        text = "full"
    for sign, what, remedy in _MEANINGS:
        if sign in text:
            return LogUnavailable(what, where=str(path), remedy=remedy)
    return LogUnavailable(
        f"the log could not be used ({error})", where=str(path), remedy="`ceasefire verify` checks it"
    )


def _busy(path: Path) -> LogBusy:
    """What to say after a lock of the log's was waited for in vain."""
    found = waiting.holder(path.with_name(path.name + "-shm"), path)
    who = found or waiting.UNKNOWN
    return LogBusy(
        f"{who} is writing to the log; {waited()}",
        where=str(path),
        remedy="run the same command again; its key makes that safe. If it goes on, end that process",
    )


def _is_full(folder: Path) -> bool:
    try:
        found = os.statvfs(folder)
    except OSError:
        return False
    return found.f_bavail * found.f_frsize < _ROOM
