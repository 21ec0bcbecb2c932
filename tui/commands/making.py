"""Making a log together with what goes into it: it appears under its name filled, or not at all."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from domain.errors import CeasefireError, LogUnavailable, Refused

if TYPE_CHECKING:
    from domain.monitor import Monitor


@contextmanager
def made_or_open(log: Path, timezone: str | None, recorded_by: str) -> Iterator[Monitor]:
    """The log, open to write. One that does not exist is made aside and put in its place at the end.

    An error leaves nothing behind, a killed command no half log, and a log that somebody else made meanwhile is never
    touched.
    """
    from domain.monitor import Monitor  # noqa: PLC0415 - loads eventsourcing

    if log.exists():
        with Monitor(log, recorded_by=recorded_by) as monitor:
            _same_timezone(monitor, timezone)
            yield monitor
        return
    with _folder_for(log), _aside(log) as draft:
        with Monitor.create(draft, timezone or system_timezone(), recorded_by=recorded_by) as monitor:
            yield monitor
        _put_in_place(draft, log)


@contextmanager
def _folder_for(log: Path) -> Iterator[None]:
    """The log's folder, readable by its owner only when it is made here; gone again if it stays empty."""
    made = not log.parent.exists()
    log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        yield
    finally:
        if made:
            with suppress(OSError):  # it holds the log, or somebody else's file
                log.parent.rmdir()


@contextmanager
def _aside(log: Path) -> Iterator[Path]:
    """A place for the draft on the log's own disk; errors about it name the log."""
    folder = log.with_name(f".{log.name}.{secrets.token_hex(4)}.making")
    try:
        folder.mkdir(mode=0o700)
        yield folder / log.name
    except OSError as error:
        if error.filename is None or not str(error.filename).startswith(str(folder)):
            raise
        raise type(error)(error.errno, error.strerror, str(log)) from error
    except CeasefireError as error:
        for name in (folder / log.name, folder):
            error.what, error.where = error.what.replace(str(name), str(log)), error.where.replace(str(name), str(log))
            error.remedy = error.remedy.replace(str(name), str(log))
        raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _put_in_place(draft: Path, log: Path) -> None:
    """Link the files of a closed log under its name: the log first, since one without a head only warns."""
    files = sorted((path for path in draft.parent.iterdir()), key=lambda path: path != draft)
    if any(path.name.endswith("-wal") and path.stat().st_size for path in files):
        raise LogUnavailable("the new log is still in use", where=str(log), remedy="close what reads it, and run again")
    for path in files:
        try:
            os.link(path, log.with_name(path.name))  # never over an existing file
        except FileExistsError:
            if path == draft:
                raise Refused(
                    "somebody else made this log meanwhile", where=str(log), remedy="run the same command again"
                ) from None
    descriptor = os.open(log.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _same_timezone(monitor: Monitor, timezone: str | None) -> None:
    if timezone is not None and monitor.info.timezone != timezone:
        raise Refused(
            f"this log's timezone is {monitor.info.timezone}, fixed when it was made",
            where="--timezone",
            remedy="leave the option out, or import into a new log",
        )


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
