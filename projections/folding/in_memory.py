"""A read model in memory, where neither the log's folder nor a cache can be written."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from projections.folding.file import ReadModelFile


class InMemory(ReadModelFile):
    """A read model that is kept nowhere, for a log that is read where nothing can be written. Nobody else sees it."""

    def __init__(self) -> None:
        self.path = Path(":memory:")
        self.generation = 1
        self.remade = None
        self._sums = None
        self.connection = self._empty()

    @staticmethod
    def _empty() -> sqlite3.Connection:
        connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA temp_store = MEMORY")
        return connection

    def close(self) -> None:
        """Forget it."""
        self.connection.close()

    @contextlib.contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """One consistent state, for any number of reads."""
        self.connection.execute("BEGIN")
        try:
            yield self.connection
        finally:
            self.connection.execute("ROLLBACK")

    @contextlib.contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Commits at the end, takes everything back on an error."""
        self.connection.execute("BEGIN")
        try:
            yield self.connection
        except BaseException:
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")
            raise
        if self.connection.in_transaction:
            self.connection.execute("COMMIT")

    @contextlib.contextmanager
    def replacing(self) -> Iterator[sqlite3.Connection]:
        """A new, empty one to be built, which takes the place of this one at the end."""
        new = self._empty()
        try:
            yield new
        except BaseException:
            new.close()
            raise
        self.connection.close()
        self.connection = new
        self.generation += 1
