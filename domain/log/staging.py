"""Lines waiting to be recorded: on disk, so that memory stays flat whatever the size of the import."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from domain.calendar import Micros
from domain.errors import LogUnavailable

StagedLine = tuple[Micros, str, int, bytes, str | None, str, str, str, str]
"""When it was said, its file, its line number, its bytes.

Of a line that was read to the end already these bytes are the body, and its type, stream, key, the start of `occurred`
and the key of the record that it edits follow; of any other they are the whole line, and the type is None.
"""

BATCH = 500
_COLUMNS = "said_at, file, number, raw, type, stream, key, occurred, target"


class Staging:
    """A throw-away file of lines. `erasures` says whether a record.erased is among them."""

    def __init__(self) -> None:
        self.erasures = False
        self.oldest: Micros | None = None
        self._newest: Micros = 0
        self._sorted = True
        self._count = 0
        self._waiting: list[StagedLine] = []
        # without a name: SQLite unlinks the file as soon as it is open, so that a process that is killed leaves nothing
        self._store = sqlite3.connect("", isolation_level=None)
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
        with _explained():
            self._store.executemany("INSERT INTO lines VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?)", self._waiting)
        self._waiting.clear()

    def __len__(self) -> int:
        """How many lines are staged."""
        return self._count

    def batches(self, *, by_report_date: bool) -> Iterator[list[StagedLine]]:
        """The lines as the files had them, or in the order in which they were said: ties as the files had them."""
        self._write()
        order = "said_at, n" if by_report_date and not self._sorted else "n"
        with _explained():
            found = self._store.execute(f"SELECT {_COLUMNS} FROM lines ORDER BY {order}")  # noqa: S608
        while batch := self._next(found):
            yield batch

    def _next(self, found: sqlite3.Cursor) -> list[StagedLine]:
        with _explained():
            return found.fetchmany(BATCH)

    def close(self) -> None:
        """Let go of the file."""
        self._store.close()


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise LogUnavailable(
            f"temporary files cannot be written: {error}",
            where="import",
            remedy="make room for them, or name a folder on another disk in TMPDIR, then run the same command again",
        ) from None
