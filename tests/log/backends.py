"""The back-ends that a log may lie in. The conformance suite runs on each."""

from __future__ import annotations

import secrets
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path

from domain.calendar import micros
from domain.catalogue import record_type
from domain.clock import Clock as AnyClock
from domain.lines import Draft
from domain.log.postgres.making import make_schema
from domain.log.postgres.recorder import PostgresRecorder
from domain.log.postgres.store import Connections
from domain.log.recorder import LogRecorder
from domain.log.sqlite.recorder import SQLiteRecorder
from domain.log.sqlite.store import LogDatastore, make_file
from domain.log.stored import ClosedMapper, StoredRecord
from domain.report import Recorded
from tests.domain.examples import GAZA, NOW, Clock, limited
from tests.server import Database


class Backend(ABC):
    """One new, empty log in some back-end, and as many recorders on it as a story needs."""

    @abstractmethod
    def recorder(self, clock: AnyClock | None = None) -> LogRecorder:
        """Another recorder on the same log, with connections of its own."""

    @abstractmethod
    def close(self) -> None:
        """Let go of everything."""


class SQLite(Backend):
    """A file in a folder."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "log" / "gaza.db"
        self._open: list[SQLiteRecorder] = []
        make_file(self.path, log_id=secrets.token_hex(16), timezone=GAZA, made_at=micros(NOW))

    def recorder(self, clock: AnyClock | None = None) -> SQLiteRecorder:
        recorder = SQLiteRecorder(LogDatastore(self.path, read_only=False), clock or Clock())
        self._open.append(recorder)
        return recorder

    def close(self) -> None:
        for recorder in self._open:
            recorder.close()


class Postgres(Backend):
    """A database of a real server. Its owner writes, who alone may stamp by the story's clock."""

    def __init__(self, folder: Path) -> None:  # noqa: ARG002
        self.database = Database()
        self._open: list[PostgresRecorder] = []
        make_schema(self.database.place, log_id=secrets.token_hex(16), timezone=GAZA, made_at=micros(NOW))

    def recorder(self, clock: AnyClock | None = None) -> PostgresRecorder:
        recorder = PostgresRecorder(Connections(self.database.place), clock or Clock())
        self._open.append(recorder)
        return recorder

    def close(self) -> None:
        for recorder in self._open:
            recorder.close()
        self.database.give_back()


BACKENDS: dict[str, Callable[[Path], Backend]] = {"sqlite": SQLite, "postgres": Postgres}


def row(key: str, version: int = 1, draft: Draft | None = None) -> StoredRecord:
    """A record as the application hands it to a recorder: decided, not yet stamped."""
    draft = draft or limited()
    return ClosedMapper().to_stored_event(
        Recorded(
            originator_id=draft.stream,
            originator_version=version,
            timestamp=NOW,
            type=draft.type,
            key=key,
            recorded_by="tester",
            report=record_type(draft.type).convert(draft.body),
        )
    )


def rows(count: int, after: int = 0) -> list[StoredRecord]:
    """Records of one stream that follow one another, keys "1", "2" …"""
    return [row(str(n), n) for n in range(after + 1, after + count + 1)]
