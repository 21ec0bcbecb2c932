"""The library's infrastructure factory for a log in a file."""

from __future__ import annotations

from pathlib import Path

from domain.clock import Clock
from domain.log.factory import LogFactory
from domain.log.sqlite.recorder import SQLiteRecorder
from domain.log.sqlite.store import LogDatastore, check_file, explained


class SQLiteFactory(LogFactory):
    """Makes the parts of the application for one file."""

    def __init__(self, path: Path, *, clock: Clock, read_only: bool) -> None:
        super().__init__()
        check_file(path)
        self.datastore = LogDatastore(path, read_only=read_only)
        self.path = path
        self.clock = clock

    def application_recorder(self) -> SQLiteRecorder:
        """The log's recorder."""
        with explained(self.path):
            return SQLiteRecorder(self.datastore, self.clock)

    def close(self) -> None:
        """Close every connection."""
        self.datastore.close()
