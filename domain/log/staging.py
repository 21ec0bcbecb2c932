"""Lines waiting to be recorded: on disk, so that memory stays flat whatever the size of the import."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from domain.calendar import Micros

StagedLine = tuple[Micros, str, int, bytes]
"""When it was said, its file, its line number, its bytes."""


class Staging:
    """A throw-away file of lines. `erasures` says whether a record.erased is among them."""

    def __init__(self, folder: Path) -> None:
        self.erasures = False
        self._store = sqlite3.connect(folder / "staging.db", isolation_level=None)
        # nothing of value is lost with it: an import that dies is run again from its files
        self._store.execute("PRAGMA journal_mode = OFF")
        self._store.execute("PRAGMA synchronous = OFF")
        self._store.execute(
            "CREATE TABLE lines (n INTEGER PRIMARY KEY, said_at INTEGER, file TEXT, number INTEGER, raw BLOB)"
        )
        self._store.execute("BEGIN")

    def add(self, said_at: Micros, file: str, number: int, raw: bytes) -> None:
        """Stage one line."""
        self._store.execute("INSERT INTO lines VALUES (NULL, ?, ?, ?, ?)", (said_at, file, number, raw))

    def count(self) -> int:
        """How many lines are staged."""
        return int(self._store.execute("SELECT count(*) FROM lines").fetchone()[0])

    def oldest(self) -> Micros | None:
        """When the oldest of the reports was made, None when there is none."""
        found: Micros | None = self._store.execute("SELECT min(said_at) FROM lines").fetchone()[0]
        return found

    def __iter__(self) -> Iterator[StagedLine]:
        """The lines as the files had them."""
        yield from self._store.execute("SELECT said_at, file, number, raw FROM lines ORDER BY n")

    def by_report_date(self) -> Iterator[StagedLine]:
        """The lines in the order in which they were said; ties as the files had them."""
        yield from self._store.execute("SELECT said_at, file, number, raw FROM lines ORDER BY said_at, n")

    def close(self) -> None:
        """Let go of the file."""
        self._store.close()
