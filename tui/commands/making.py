"""Making a log for what is about to go into it; a log made in vain is taken away again."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from domain.errors import Refused

if TYPE_CHECKING:
    from domain.monitor import Monitor


@contextmanager
def made_or_open(log: Path, timezone: str | None, recorded_by: str) -> Iterator[Monitor]:
    """The log, open to write; made when it does not exist.

    A log that was made here and is still empty at the end, or when an error passes, is removed: a refused import
    leaves nothing behind.
    """
    from domain.monitor import Monitor  # noqa: PLC0415 - loads eventsourcing

    if log.exists():
        with Monitor(log, recorded_by=recorded_by) as monitor:
            _same_timezone(monitor, timezone)
            yield monitor
        return
    before = _files(log)
    empty = True
    try:
        with Monitor.create(log, timezone or system_timezone(), recorded_by=recorded_by) as monitor:
            yield monitor
            empty = monitor.head().position == 0
    finally:
        if empty:
            for path in _files(log) - before:
                path.unlink(missing_ok=True)


def _same_timezone(monitor: Monitor, timezone: str | None) -> None:
    if timezone is not None and monitor.info.timezone != timezone:
        raise Refused(
            f"this log's timezone is {monitor.info.timezone}, fixed when it was made",
            where="--timezone",
            remedy="leave the option out, or import into a new log",
        )


def _files(log: Path) -> set[Path]:
    """The log's file and those beside it that carry its name (-wal, -shm, .head and the like)."""
    return {path for path in log.parent.glob("*") if path.name.startswith(log.name)} if log.parent.is_dir() else set()


def system_timezone() -> str:
    """The system's timezone as a tzdata name: TZ, /etc/timezone, or where /etc/localtime points; else UTC."""
    name = os.environ.get("TZ", "").removeprefix(":")
    if "/" in name and not name.startswith("/"):
        return name
    try:
        named = Path("/etc/timezone").read_text(encoding="utf-8").strip()
    except (OSError, UnicodeError):
        named = ""
    if named:
        return named
    _, _, zone = str(Path("/etc/localtime").resolve()).partition("zoneinfo/")
    return zone or "Etc/UTC"
