"""What this user's cache folder keeps of a server that was read: which log it holds, and when it last answered."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import msgspec

from domain.calendar import Calendar
from domain.errors import Refused
from domain.log.recorder import LogInfo
from domain.place import Server, cache_folder


class _Kept(msgspec.Struct, frozen=True):
    log_id: str
    format: int
    timezone: str
    made_at: int


def contact_file(place: Server) -> Path:
    """The file that is kept of a server, by the URI that names it."""
    return cache_folder() / f"{sha256(place.uri.encode()).hexdigest()[:32]}.server"


def keep(info: LogInfo) -> tuple[str, ...]:
    """Keep which log a server holds; words where that could not be done."""
    assert isinstance(info.place, Server)
    content = msgspec.json.encode(_Kept(info.log_id, info.format, info.timezone, info.made_at))
    file = contact_file(info.place)
    beside = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(beside, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as out:
            out.write(content)
        beside.replace(file)
    except OSError as error:
        return (f"nothing could be kept of this server in {file.parent} ({error.strerror})",)
    return ()


def answered(place: Server) -> None:
    """Note that the server answers now."""
    with suppress(OSError):
        os.utime(contact_file(place))


def kept(place: Server) -> LogInfo | None:
    """Which log the server held when it last answered; None where nothing is kept of it."""
    try:
        found = msgspec.json.decode(contact_file(place).read_bytes(), type=_Kept)
        Calendar(found.timezone)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError, Refused):
        return None
    return LogInfo(place, found.log_id, found.format, found.timezone, found.made_at)


def answered_at(place: Server) -> datetime:
    """When the server last answered. Raises OSError where nothing is kept of it."""
    return datetime.fromtimestamp(contact_file(place).stat().st_mtime, UTC)
