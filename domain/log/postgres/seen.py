"""The newest head that was seen of a log on a server, kept in this user's cache folder.

A server that was rolled back, or written anew, holds a valid log: whoever watched it before can tell.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from domain.log.head import OutsideHead, advance_head
from domain.log.outside import check_outside
from domain.log.recorder import LogInfo
from domain.log.writer import Head
from domain.place import cache_folder

if TYPE_CHECKING:
    from domain.log.recorder import LogRecorder


class SeenHead:
    """The head of one log, as it was seen from here."""

    def __init__(self, info: LogInfo) -> None:
        self._log_id = info.log_id

    @property
    def path(self) -> Path:
        """The file: one of those that lie beside logs in files, by the log's identity."""
        return cache_folder() / f"{self._log_id}.head"

    def check(self, log: LogRecorder) -> tuple[str, ...]:
        """Hold the log against what was seen, and then see it as it is. Raises LogDamaged."""
        notes = check_outside(log, self.path) if self.path.exists() else ()
        return (*notes, *self.advance(log.head()))

    def advance(self, head: Head) -> tuple[str, ...]:
        """See a head; words where that could not be kept."""
        if not head.position:
            return ()
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            advance_head(self.path, OutsideHead(self._log_id, head.position, head.hash))
        except OSError as error:
            return (f"the newest head could not be kept in {self.path.parent} ({error.strerror})",)
        return ()
