"""The newest head that was seen of a log on a server, kept in this user's cache folder.

A server that was rolled back, or written anew, holds a valid log: whoever watched it before can tell.
"""

from __future__ import annotations

from pathlib import Path

from domain.errors import LogDamaged
from domain.log.head import OutsideHead, advance_head, read_head
from domain.log.lookup import Lookup
from domain.log.recorder import LogInfo
from domain.log.writer import Head
from domain.place import cache_folder


class SeenHead:
    """The head of one log, as it was seen from here. One instance is used by several threads: it only moves on."""

    def __init__(self, info: LogInfo, *, replica: bool) -> None:
        self._info = info
        self._replica = replica
        self._told = False
        self._known = self._kept()  # before the log is asked: what others here see meanwhile is newer than that

    @property
    def path(self) -> Path:
        """The file: one of those that lie beside logs in files, by the log's identity."""
        return cache_folder() / f"{self._info.log_id}.head"

    def _kept(self) -> OutsideHead:
        found = read_head(self.path)
        fits = isinstance(found, OutsideHead) and found.log_id == self._info.log_id
        return found if isinstance(found, OutsideHead) and fits else OutsideHead(self._info.log_id, 0, b"")

    def hold(self, head: Head, lookup: Lookup, *, opening: bool = False) -> tuple[str, ...]:
        """Hold the log's head against the newest that was seen, and see it; words for a person.

        Raises LogDamaged where they do not fit: at the opening once, so that what stands can be read, later always.
        """
        known = self._known
        if head.position < known.position:
            if self._replica:
                return (f"this replica is behind: it ends at #{head.position}, and #{known.position} was seen",)
            self._tell(
                f"the log ends at #{head.position}, and #{known.position} of it was seen from here",
                head.position + 1,
                opening=opening,
            )
        elif known.position and known.hash != (
            head.hash if head.position == known.position else lookup.hash_at(known.position)
        ):
            self._tell("the record is not the one that was seen from here", known.position, opening=opening)
        else:
            return self.see(head)
        return ()

    def _tell(self, what: str, position: int, *, opening: bool) -> None:
        if self._told:
            return
        self._told = opening
        raise LogDamaged(
            what,
            position=position,
            remedy="the server was rolled back or written anew: ask whoever runs it. "
            f"Where that was meant, delete {self.path}",
        )

    def see(self, head: Head) -> tuple[str, ...]:
        """Keep a head that is newer; words where that could not be done."""
        if head.position <= self._known.position:
            return ()
        self._known = OutsideHead(self._info.log_id, head.position, head.hash)
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            advance_head(self.path, self._known)
        except OSError as error:
            return (f"the newest head could not be kept in {self.path.parent} ({error.strerror})",)
        return ()
