"""Making a log together with what goes into it: it appears under its name filled, or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from domain.errors import Refused
from domain.log.sqlite.placing import aside, check_link, folder_for, put_in_place
from domain.place import Server
from tui.commands.options import check_named

if TYPE_CHECKING:
    from domain.monitor import Monitor
    from domain.place import Place


@contextmanager
def made_or_open(
    log: Place, timezone: str | None, recorded_by: str, *, clock_is_right: bool = False
) -> Iterator[Monitor]:
    """The log, open to write. One that does not exist is made aside and put in its place at the end.

    An error leaves nothing behind, a killed command no half log, and a log that somebody else made meanwhile is never
    touched.
    """
    from domain.monitor import Monitor  # noqa: PLC0415 - loads eventsourcing

    check_named(log, recorded_by)
    if isinstance(log, Path):
        check_link(log)
    if isinstance(log, Server) or log.exists():
        with Monitor(log, recorded_by=recorded_by, clock_is_right=clock_is_right) as monitor:
            _same_timezone(monitor, timezone)
            yield monitor
        return
    with folder_for(log), aside(log) as draft:
        with Monitor.create(draft, timezone or system_timezone(), recorded_by=recorded_by) as monitor:
            yield monitor
        put_in_place(draft, log)


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
