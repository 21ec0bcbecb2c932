"""One rule for every lock, whatever engine or file it is on: wait so long, then say who holds it and what to do."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

LOCK_SECONDS = 5
"""How long anybody waits for a lock. Then `domain.errors.LogBusy` names its holder, as far as that can be known."""

UNKNOWN = "another process, which cannot be told from here,"
"""Who holds a lock where nothing tells."""

_PAUSE = 0.01
_LOCKS = Path("/proc/locks")


def until_free(take: Callable[[], bool]) -> bool:
    """Try to take a lock for `LOCK_SECONDS`; whether it was taken. An interrupt ends the wait at once."""
    end = time.monotonic() + LOCK_SECONDS
    while not take():
        if time.monotonic() >= end:
            return False
        time.sleep(_PAUSE)
    return True


def waited() -> str:
    """How long it was waited for, in words."""
    return f"waited {LOCK_SECONDS} s"


def flocked(descriptor: int, how: int) -> bool:
    """Lock an open file or folder, if nobody else has it locked."""
    try:
        fcntl.flock(descriptor, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@dataclass(frozen=True)
class Holder:
    """A process that holds a lock, and whether it keeps everybody out or only those who write."""

    pid: int
    alone: bool

    def __str__(self) -> str:
        return f"process {self.pid}{_command(self.pid)}"


def holder(*files: Path) -> Holder | None:
    """Who holds a lock on one of the files, as Linux tells everybody; None where that cannot be known.

    Of several another process rather than this one, and one who keeps everybody out rather than only those who write.
    """
    us = os.getpid()
    found = [each for each in _holders(files) if each.alone or each.pid != us]  # who waits to write reads already
    return min(found, key=lambda each: (each.pid == us, not each.alone), default=None)


def _holders(files: tuple[Path, ...]) -> Iterator[Holder]:
    with suppress(OSError, ValueError, IndexError):
        wanted = set()
        for file in files:
            with suppress(OSError):
                found = file.stat()
                wanted.add(f"{os.major(found.st_dev):02x}:{os.minor(found.st_dev):02x}:{found.st_ino}")
        for line in _LOCKS.read_text(encoding="ascii").splitlines():
            words = line.split()  # 5: POSIX ADVISORY WRITE 1221 fe:00:2721253 120 120; who only waits has an arrow
            if words[1] != "->" and words[5] in wanted and int(words[4]) > 0:
                yield Holder(int(words[4]), words[3] == "WRITE")


def _command(pid: int) -> str:
    """Which program a process runs, and for whom, where that is another user."""
    with suppress(OSError, UnicodeDecodeError):
        process = Path("/proc") / str(pid)
        words = (process / "cmdline").read_text(encoding="utf-8").split("\0")
        name = (process / "comm").read_text(encoding="utf-8").strip()
        if name.startswith("python") and len(words) > 1 and not words[1].startswith("-"):
            name = Path(words[1]).name
        user = process.stat().st_uid
        return f" ({name})" if user == os.getuid() else f" ({name}, of user {_user(user)})"
    return ""


def _user(number: int) -> str:
    from pwd import getpwuid  # noqa: PLC0415 - only to name who holds a lock

    try:
        return getpwuid(number).pw_name
    except KeyError:
        return str(number)
