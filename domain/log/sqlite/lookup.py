"""Look-ups in SQLite."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import Any

from domain.log.lookup import Lookup
from domain.log.stored import COLUMNS

SELECTED = ", ".join("CAST(body AS BLOB) AS body" if column == "body" else column for column in COLUMNS)
"""A body that is no UTF-8 is damage to be named, not a row that cannot be read: hence its bytes."""
INSERT = f"INSERT INTO records ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"  # noqa: S608


class SQLiteLookup(Lookup):
    """Questions to a log in SQLite, given a transaction's cursor."""

    columns = SELECTED
    records = "records"

    def __init__(self, cursor: Any, genesis: bytes) -> None:
        super().__init__(genesis)
        self._cursor = cursor

    def rows(self, statement: str, parameters: tuple[Any, ...] = ()) -> list[sqlite3.Row]:
        """All rows of a query."""
        self._cursor.execute(statement, parameters)
        return list(self._cursor.fetchall())

    def on_record(self, keys: Sequence[str]) -> set[str]:
        """Which of these keys are on record."""
        among = json.dumps(keys)
        return {
            row[0]
            for row in self.rows("SELECT key FROM records WHERE key IN (SELECT value FROM json_each(?))", (among,))
        }

    def newest_versions(self, streams: Sequence[str]) -> dict[str, int]:
        """The version of each stream's newest record, 0 for one without any."""
        found = self.rows(
            "SELECT value, coalesce((SELECT max(version) FROM records WHERE stream = value), 0) FROM json_each(?)",
            (json.dumps(streams),),
        )
        return {row[0]: row[1] for row in found}
