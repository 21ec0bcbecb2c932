"""What somebody with SQLite at hand, or a failing disk, may do to a log."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from domain.log.sqlite.recorder import SQLiteRecorder
from domain.log.sqlite.store import LogDatastore
from domain.monitor import Monitor

SIDE_FILES = ("", "-wal", "-shm", ".head")


@contextmanager
def raw(path: Path) -> Iterator[sqlite3.Connection]:
    """A plain connection to the file, without any of our care."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        yield connection


@contextmanager
def unguarded(path: Path) -> Iterator[sqlite3.Connection]:
    """The same with the triggers gone meanwhile, and put back word for word afterwards."""
    with raw(path) as connection:
        triggers = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        yield connection
        for _, statement in triggers:
            connection.execute(statement)


def put_any_value(path: Path, position: int, changes: str) -> None:
    """Values of any kind in any column, as a flipped bit in a row's header makes them; the schema is as it was."""
    with unguarded(path) as connection:
        (words,) = connection.execute("SELECT sql FROM sqlite_schema WHERE name = 'records'").fetchone()
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_schema SET sql = replace(sql, 'STRICT', '') WHERE name = 'records'")
    with unguarded(path) as connection:
        connection.execute(f"UPDATE records SET {changes} WHERE position = ?", (position,))
    with raw(path) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_schema SET sql = ? WHERE name = 'records'", (words,))


def cut_short(path: Path, last: int) -> None:
    """The log without the records after `last`: its triggers and its sequence as if it had never had them."""
    with unguarded(path) as connection:
        connection.execute("DELETE FROM records WHERE position > ?", (last,))
        connection.execute("UPDATE sqlite_sequence SET seq = ? WHERE name = 'records'", (last,))


def copy_log(path: Path, folder: Path) -> Path:
    """The log and all that lies beside it, copied as files into another folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for end in SIDE_FILES:
        beside = path.with_name(path.name + end)
        if beside.exists():
            shutil.copy(beside, folder / beside.name)
    return folder / path.name


def put_back(old: Path, path: Path, *, keep: str = ".head") -> None:
    """An older copy laid over a log; the file that ends in `keep` stays as it is."""
    for end in SIDE_FILES:
        if end != keep:
            path.with_name(path.name + end).unlink(missing_ok=True)
            beside = old.with_name(old.name + end)
            if beside.exists():
                shutil.copy(beside, path.with_name(path.name + end))


def datastore_of(monitor: Monitor) -> LogDatastore:
    """The connections of a log in a file."""
    recorder = monitor.recorder
    assert isinstance(recorder, SQLiteRecorder)
    return recorder.datastore
