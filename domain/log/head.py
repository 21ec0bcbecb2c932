"""The head kept outside the log: without it a truncated or rolled-back log is a valid, shorter log.

One line of fixed length in `<log>.head`, written after each commit, only forwards, under a lock. It is not fsynced:
a head that is behind is normal, and a durable one would cost as much as the append.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
import stat
import zlib
from dataclasses import dataclass
from pathlib import Path

from domain.waiting import flocked, holder, until_free, waited

_UNTOLD = "a log cut short could not be told from a whole one"
_MAGIC = b"ceasefire-head "
_MOST = 4096
_LINE = re.compile(rb"ceasefire-head 1 ([0-9a-f]{32}) (\d{20}) ([0-9a-f]{64}) ([0-9a-f]{8})\n")


@dataclass(frozen=True)
class OutsideHead:
    """The newest record that this log is known to have held."""

    log_id: str
    position: int
    hash: bytes

    def line(self) -> bytes:
        """The file's whole content."""
        text = f"ceasefire-head 1 {self.log_id} {self.position:020d} {self.hash.hex()}".encode()
        return text + f" {zlib.crc32(text):08x}\n".encode()


def head_path(log: Path) -> Path:
    """Where the head of a log in a file lies."""
    return log.with_name(log.name + ".head")


def read_head(path: Path) -> OutsideHead | str:
    """The head in a file, or words on why there is none to compare with."""
    try:
        descriptor = _opened(path, os.O_RDONLY)
    except FileNotFoundError:
        return f"no head file {path.name}: {_UNTOLD}"
    except OSError as error:
        return f"the head file {path.name} cannot be read ({error.strerror}): {_UNTOLD}"
    try:
        content = os.pread(descriptor, _MOST, 0)
    finally:
        os.close(descriptor)
    if _is_ours(content):
        return parse_head(content) or f"the head file {path.name} is torn; the next append writes it anew"
    return f"{path.name} is not a head file, and is left as it is: {_UNTOLD}"


def advance_head(path: Path, head: OutsideHead) -> None:
    """Move the head in a file forwards to `head`; never back. Raises OSError, also for a file that is no head."""
    descriptor = _opened(path, os.O_RDWR | os.O_CREAT)
    try:
        _lock(descriptor, path)
        content = os.pread(descriptor, _MOST, 0)
        if not _is_ours(content):
            raise OSError(errno.EEXIST, "another file has its name", str(path))
        standing = parse_head(content)
        if standing is None or standing.log_id != head.log_id or standing.position < head.position:
            line = head.line()
            os.pwrite(descriptor, line, 0)
            if len(content) > len(line):
                os.ftruncate(descriptor, len(line))
    finally:
        os.close(descriptor)


def _is_ours(content: bytes) -> bool:
    """Whether a file is a head, whole or torn: a power cut may leave it empty, cut, or zeros."""
    return _MAGIC.startswith(content[: len(_MAGIC)]) or not content.strip(b"\0")


def _opened(path: Path, flags: int) -> int:
    """A regular file, not reached through a link and not waited for: nothing else is ever read or written here."""
    descriptor = os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, 0o600)
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        return descriptor
    os.close(descriptor)
    raise OSError(errno.EINVAL, "not a regular file", str(path))


def _lock(descriptor: int, path: Path) -> None:
    """An exclusive lock. The record is committed by now: it does not hang on its outside head for ever."""
    if not until_free(lambda: flocked(descriptor, fcntl.LOCK_EX)):
        who = holder(path)
        raise OSError(errno.EAGAIN, f"{who or 'another process'} holds it; {waited()}")


def parse_head(content: bytes) -> OutsideHead | None:
    """A head from the whole content of its file; None for anything else."""
    match = _LINE.fullmatch(content)
    if match is None or int(match[4], 16) != zlib.crc32(content[: match.end(3)]):
        return None
    return OutsideHead(match[1].decode(), int(match[2]), bytes.fromhex(match[3].decode()))
