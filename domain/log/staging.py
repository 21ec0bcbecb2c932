"""Lines waiting to be recorded: on disk, so that memory stays flat whatever the size of the import."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from domain.calendar import Micros

StagedLine = tuple[Micros, str, int, bytes, str | None, str, str, str, str]
"""When it was said, its file, its line number, its bytes.

Of a line that was read to the end already these bytes are the body, and its type, stream, key, the start of `occurred`
and the key of the record that it edits follow; of any other they are the whole line, and the type is None.
"""

BATCH = 500


class Staging:
    """A throw-away file of lines. `erasures` says whether a record.erased is among them."""

    def __init__(self, folder: Path) -> None:
        self.erasures = False
        self.oldest: Micros | None = None
        self._newest: Micros = 0
        self._sorted = True
        self._count = 0
        self._waiting: list[StagedLine] = []
        self._store = sqlite3.connect(folder / "staging.db", isolation_level=None)
        # nothing of value is lost with it: an import that dies is run again from its files
        self._store.execute("PRAGMA journal_mode = OFF")
        self._store.execute("PRAGMA synchronous = OFF")
        self._store.execute(
            "CREATE TABLE lines (n INTEGER PRIMARY KEY, said_at INTEGER, file TEXT, number INTEGER, raw BLOB, "
            "type TEXT, stream TEXT, key TEXT, occurred TEXT, target TEXT)"
        )
        self._store.execute("BEGIN")

    def add(self, line: StagedLine) -> None:
        """Stage one line."""
        said_at = line[0]
        if said_at < self._newest:
            self._sorted = False
        else:
            self._newest = said_at
        if self.oldest is None or said_at < self.oldest:
            self.oldest = said_at
        self._count += 1
        self._waiting.append(line)
        if len(self._waiting) >= BATCH:
            self._write()

    def _write(self) -> None:
        self._store.executemany("INSERT INTO lines VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?)", self._waiting)
        self._waiting.clear()

    def __len__(self) -> int:
        """How many lines are staged."""
        return self._count

    def batches(self, *, by_report_date: bool) -> Iterator[list[StagedLine]]:
        """The lines as the files had them, or in the order in which they were said: ties as the files had them."""
        self._write()
        order = "said_at, n" if by_report_date and not self._sorted else "n"
        found = self._store.execute(
            f"SELECT said_at, file, number, raw, type, stream, key, occurred, target FROM lines ORDER BY {order}"  # noqa: S608
        )
        while batch := found.fetchmany(BATCH):
            yield batch

    def close(self) -> None:
        """Let go of the file."""
        self._store.close()
