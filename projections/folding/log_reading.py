"""What the projections read of a log: all that they need of `domain.monitor.Monitor`, and no more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from domain.calendar import Calendar
from domain.monitor import Head, LogInfo
from domain.report import Recorded


class ReadableLog(Protocol):
    """A log, open for reading."""

    info: LogInfo
    calendar: Calendar

    def head(self) -> Head:
        """The newest record's stamps."""

    def records(self, after: int = 0, upto: int | None = None) -> Iterator[Recorded]:
        """Records in position order, `after` exclusive, `upto` inclusive."""

    def record(self, ref: str) -> Recorded:
        """The record of an id, a key or a position (`@207`)."""
