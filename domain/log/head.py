"""The head kept outside the log: without it a truncated or rolled-back log is a valid, shorter log.

One line of fixed length in `<log>.head`, written after each commit, only forwards, under a lock. It is not fsynced:
a head that is behind is normal, and a durable one would cost as much as the append.
"""

from __future__ import annotations

import fcntl
import os
import re
import zlib
from dataclasses import dataclass
from pathlib import Path

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
    """Where the head of a log lies."""
    return log.with_name(log.name + ".head")


def read_head(log: Path) -> OutsideHead | str:
    """The head outside the log, or words on why there is none to compare with."""
    try:
        content = head_path(log).read_bytes()
    except FileNotFoundError:
        return f"no head file {head_path(log).name}: a log cut short could not be told from a whole one"
    except OSError as error:
        return f"the head file {head_path(log).name} cannot be read ({error.strerror})"
    return _parsed(content) or f"the head file {head_path(log).name} is torn; the next append writes it anew"


def advance_head(log: Path, head: OutsideHead) -> None:
    """Move the head outside the log forwards to `head`; never back. Raises OSError."""
    descriptor = os.open(head_path(log), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        standing = _parsed(os.pread(descriptor, 4096, 0))
        if standing is None or standing.log_id != head.log_id or standing.position < head.position:
            line = head.line()
            os.pwrite(descriptor, line, 0)
            os.ftruncate(descriptor, len(line))
    finally:
        os.close(descriptor)


def _parsed(content: bytes) -> OutsideHead | None:
    match = _LINE.fullmatch(content)
    if match is None or int(match[4], 16) != zlib.crc32(content[: match.end(3)]):
        return None
    return OutsideHead(match[1].decode(), int(match[2]), bytes.fromhex(match[3].decode()))
