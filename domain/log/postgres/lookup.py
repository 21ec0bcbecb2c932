"""Look-ups in PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from domain.log.lookup import Lookup
from domain.log.postgres.connecting import Cursor
from domain.log.stored import COLUMNS


class PostgresLookup(Lookup):
    """Questions to a log on a server, given a transaction's cursor."""

    columns = ", ".join(COLUMNS)
    records = "ceasefire.records"

    def __init__(self, cursor: Cursor, genesis: bytes) -> None:
        super().__init__(genesis)
        self._cursor = cursor

    def rows(self, statement: str, parameters: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        if any("\0" in value for value in parameters if isinstance(value, str)):
            return []  # the server holds no text with a NUL, and is not asked for one
        return self._cursor.execute(statement.replace("?", "%s").encode(), parameters).fetchall()

    def on_record(self, keys: Sequence[str]) -> set[str]:
        """Which of these keys are on record."""
        return {row[0] for row in self.rows("SELECT key FROM ceasefire.records WHERE key = ANY(?)", (list(keys),))}

    def newest_versions(self, streams: Sequence[str]) -> dict[str, int]:
        """The version of each stream's newest record, 0 for one without any."""
        found = self.rows(
            "SELECT stream, (SELECT coalesce(max(version), 0) FROM ceasefire.records AS r WHERE r.stream = s.stream) "
            "FROM unnest(?::text[]) AS s(stream)",
            (list(streams),),
        )
        return dict(found)
