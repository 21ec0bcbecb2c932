"""Opening a file for what it holds: a pipe, a device or a folder in its place is refused, and never waited for."""

from __future__ import annotations

import errno
import os
from functools import partial
from pathlib import Path
from stat import S_ISREG
from typing import BinaryIO


def open_plain(path: Path, *, through_links: bool = False) -> BinaryIO:
    """A file to be read. Raises OSError, with errno ENXIO for what is there and no file."""
    return open(path, "rb", opener=partial(_opened, 0 if through_links else os.O_NOFOLLOW))


def _opened(more: int, path: str, flags: int) -> int:
    number = os.open(path, flags | more | os.O_NONBLOCK)
    if S_ISREG(os.fstat(number).st_mode):
        return number
    os.close(number)
    raise OSError(errno.ENXIO, "It is not a file", path)
