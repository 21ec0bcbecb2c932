"""The application: one method for each thing a person can do with a log. (Signatures first; bodies are landing.)"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eventsourcing.application import Application

from domain.calendar import Calendar, Micros
from domain.clock import Clock, system_clock
from domain.report import Recorded, Stream


@dataclass(frozen=True)
class LogInfo:
    """What was fixed when the log was made, and where it lies."""

    path: Path
    log_id: str  # 32 hex digits
    format: int
    timezone: str
    made_at: Micros


@dataclass(frozen=True)
class Head:
    """The newest record's stamps: position 0 and the genesis hash for an empty log."""

    position: int
    hash: bytes
    known_at: Micros
    recorded_at: Micros


@dataclass(frozen=True)
class Draft:
    """A record to be: its body as a line of a file has it (`occurred` ... `data`), references as ids or {"key": ...}."""

    type: str
    stream: str
    body: dict[str, Any]
    key: str | None = None


@dataclass(frozen=True)
class Outcome:
    """What became of one draft: `fresh` is False when the same content was on record already under its key.

    `retracted` says that the record on file has been withdrawn since. `notes` are words for a person.
    """

    record: Recorded
    fresh: bool
    retracted: bool = False
    notes: tuple[str, ...] = ()


class Monitor(Application[str]):
    """A log, open. Reads never write to it. Close it, or use it in a `with`."""

    info: LogInfo
    calendar: Calendar

    def __init__(
        self, path: Path, *, clock: Clock = system_clock, recorded_by: str = "unnamed", read_only: bool = False
    ) -> None:
        """Open an existing log. Raises LogUnavailable (missing, locked, no log, newer format), LogDamaged."""
        raise NotImplementedError

    @classmethod
    def create(
        cls, path: Path, timezone: str, *, clock: Clock = system_clock, recorded_by: str = "unnamed"
    ) -> Monitor:
        """Make a new, empty log (0600, in a folder made 0700) and open it. Refuses an existing file."""
        raise NotImplementedError

    # reading

    def head(self) -> Head:
        """The newest record's stamps."""
        raise NotImplementedError

    def records(self, after: int = 0, upto: int | None = None) -> Iterator[Recorded]:
        """Records in position order, `after` exclusive, `upto` inclusive; streamed in batches."""
        raise NotImplementedError

    def record(self, ref: str) -> Recorded:
        """The record of an id (`stream/version`), a key, or a position (`@207`, `#207`). Raises NotOnRecord."""
        raise NotImplementedError

    def history(self, stream: str) -> Stream:
        """A stream with all its records. Raises NotOnRecord."""
        raise NotImplementedError

    def revisions(self, record_id: str) -> list[Recorded]:
        """Every correction, retraction and erasure that bears on a record, in position order."""
        raise NotImplementedError

    # writing

    def append(self, drafts: Sequence[Draft], *, dry_run: bool = False) -> list[Outcome]:
        """Record one report, or several that belong together: all or none, under their keys, safe to run again."""
        raise NotImplementedError

    def correct(
        self,
        ref: str,
        changes: dict[str, Any],
        *,
        kind: str,
        reason: str,
        claimant: str,
        sources: Sequence[dict[str, Any]],
        occurred: str | None = None,
        reported_at: str | None = None,
        key: str | None = None,
        dry_run: bool = False,
    ) -> Outcome:
        """Mend an error in a record. `changes` are fields of the report or its data; None takes a field away."""
        raise NotImplementedError

    def retract(
        self,
        ref: str,
        *,
        reason: str,
        claimant: str,
        sources: Sequence[dict[str, Any]],
        by: str = "editor",
        occurred: str | None = None,
        reported_at: str | None = None,
        key: str | None = None,
        dry_run: bool = False,
    ) -> Outcome:
        """Withdraw a record. On a retraction: reinstate what it withdrew."""
        raise NotImplementedError

    def erase(
        self,
        ref: str,
        *,
        reason: str,
        authority: str,
        claimant: str,
        sources: Sequence[dict[str, Any]],
        key: str | None = None,
        dry_run: bool = False,
    ) -> list[Outcome]:
        """Destroy the body of a record, and of its corrections, for good; leave the proof that they stood here."""
        raise NotImplementedError
