"""A plain SQLite table with the log's columns and indexes and none of its triggers: the floor for whoever writes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from domain.log.sqlite.format import TABLES

COLUMNS = (
    "position, stream, version, type, schema, key, recorded_at, known_at, recorded_by, occurred, target, body, salt,"
    " digest, hash"
)
BODY = COLUMNS.split(", ").index("body")
_INSERT = f"INSERT INTO records ({COLUMNS}) VALUES ({', '.join('?' * 15)})"

Rows = Iterable[tuple[Any, ...]]


def plain_log(path: Path) -> sqlite3.Connection:
    """An empty one: WAL, synchronous=FULL, as the log has them."""
    store = sqlite3.connect(path, isolation_level=None)
    store.execute("PRAGMA journal_mode = WAL")
    store.execute("PRAGMA synchronous = FULL")
    for statement in TABLES:
        store.execute(statement)
    return store


def opened(path: Path) -> sqlite3.Connection:
    """A log's own file as plain SQLite, to be read."""
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)


def insert(store: sqlite3.Connection, rows: Rows) -> None:
    """All rows in one transaction, durable at its end."""
    store.execute("BEGIN IMMEDIATE")
    store.executemany(_INSERT, rows)
    store.execute("COMMIT")


def prebuilt(log: sqlite3.Connection, limit: int = -1, after: int = 0) -> list[tuple[Any, ...]]:
    """Rows of a log, whole, as they were written."""
    return log.execute(
        f"SELECT {COLUMNS} FROM records WHERE position > ? ORDER BY position LIMIT ?", (after, limit)
    ).fetchall()
