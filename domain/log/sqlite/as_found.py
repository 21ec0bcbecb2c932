"""A log's rows from elsewhere, in a file, as they were found: to be examined as a damaged file is, for nothing else."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from domain.log.format import FORMAT
from domain.log.head import OutsideHead, advance_head, head_path
from domain.log.recorder import LogInfo
from domain.log.sqlite.format import APPLICATION_ID
from domain.log.sqlite.lookup import INSERT
from domain.log.stored import COLUMNS

_TABLES = (
    f"PRAGMA application_id = {APPLICATION_ID}",
    f"PRAGMA user_version = {FORMAT}",
    "CREATE TABLE meta (log_id, format, timezone, made_at)",
    f"CREATE TABLE records ({', '.join(COLUMNS).replace('position', 'position INTEGER PRIMARY KEY')})",
    "CREATE INDEX records_by_id ON records (stream, version)",
)
"""Nothing is held against anything: what is wrong with the rows is to be seen."""


def lay_down(file: Path, info: LogInfo, rows: Iterable[Sequence[Any]], head: OutsideHead | None) -> None:
    """Make the file, with the newest head that is known of the log beside it. Of rows at one position it has one."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        for statement in _TABLES:
            connection.execute(statement)
        connection.execute("BEGIN")
        connection.execute(
            "INSERT INTO meta VALUES (?, ?, ?, ?)", (info.log_id, info.format, info.timezone, info.made_at)
        )
        connection.executemany(INSERT.replace("INSERT", "INSERT OR IGNORE", 1), rows)
        connection.execute("COMMIT")
    if head is not None:
        advance_head(head_path(file), head)
