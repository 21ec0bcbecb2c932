"""Look-ups in SQLite."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import Any

from domain.log.lookup import Lookup

COLUMNS = (
    "position, stream, version, type, schema, key, recorded_at, known_at, recorded_by, occurred, target, "
    "CAST(body AS BLOB) AS body, salt, digest, hash"
)
"""A body that is no UTF-8 is damage to be named, not a row that cannot be read: hence its bytes."""


class SQLiteLookup(Lookup):
    """Questions to a log in SQLite, given a transaction's cursor."""

    columns = COLUMNS
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
