"""A lock on the file of a draft, as long as its form is open: no other dashboard offers it, takes it up or drops it.

The system takes it away with the process, however that ends. Where a file system knows no locks there is none.
"""

from __future__ import annotations

import fcntl
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from tui.dashboard.plain_file import open_plain


class Hold:
    """What one open form holds: nothing, or the file of its draft."""

    def __init__(self) -> None:
        self._file: BinaryIO | None = None

    def take(self, path: Path) -> bool:
        """Hold a file, if there is one. False when another form holds it. Raises OSError."""
        try:
            file = open_plain(path)
        except FileNotFoundError:
            return True
        if not lock(file):
            file.close()
            return False
        self.change(file)
        return True

    def change(self, file: BinaryIO) -> None:
        """Hold this open file, in place of what was held."""
        self.let_go()
        self._file = file

    def let_go(self) -> None:
        """Hold nothing any more."""
        if self._file is not None:
            self._file.close()
            self._file = None


def lock(file: BinaryIO) -> bool:
    """Lock an open file until it is closed; False when it is locked already."""
    with suppress(OSError):
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True
