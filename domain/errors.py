"""Every error a person can meet: what happened, where, and what to do about it."""

from __future__ import annotations

from shlex import quote


class CeasefireError(Exception):
    """Base of the project's errors: `what` happened, `where` (a field, line, position or path), `remedy`."""

    def __init__(self, what: str, *, where: str = "", remedy: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.remedy = remedy

    def __str__(self) -> str:
        head = f"{self.where}: {self.what}" if self.where else self.what
        return f"{head} ({self.remedy})" if self.remedy else head


class Refused(CeasefireError):
    """A record, or a command, that the rules of `domain` do not let in. Nothing was written."""


class NotOnRecord(Refused):
    """A record, key or stream was named that this log does not hold; `key` is the key that was named, if one was."""

    def __init__(self, what: str, *, where: str = "", remedy: str = "", key: str | None = None) -> None:
        super().__init__(what, where=where, remedy=remedy)
        self.key = key


class KeyConflict(Refused):
    """The same idempotency key was used for other content."""


class LogUnavailable(CeasefireError):
    """The log cannot be opened or written now: missing, locked, read-only, disk full, not a log."""


class LogGone(LogUnavailable):
    """Where a log is named there is no file."""


class LogBusy(LogUnavailable):
    """Somebody held a lock for as long as anybody waits for one: `what` says who. Nothing was written."""


class SaveInDoubt(LogUnavailable):
    """The connection was lost over a commit, and nobody can be asked: all of it is on record, or nothing.

    `key` is that of the record put last: by it, it is known later. How to save it again safely, who asked knows.
    """

    def __init__(self, *, where: str, key: str) -> None:
        super().__init__(
            "the connection was lost while it was saved: all of it is on record, or nothing",
            where=where,
            remedy=f"`ceasefire show {quote(key)}` tells when the server is back",
        )
        self.key = key


class ServerAway(LogUnavailable):
    """The server that keeps the log does not answer now. What was read of it before can still be shown."""


LOOK_FURTHER = (
    "`ceasefire verify` names the first position that does not hold, `ceasefire recover NEW` writes what stands"
)
"""What to do where damage was met on the way, and more of it may lie before."""
MEND = "`ceasefire recover NEW` writes what stands into a new log, or restore a backup"
"""What to do once the first position that does not hold is known."""


class LogDamaged(CeasefireError):
    """The log is not what was written: `position` is the first position that does not hold; 0 for the log as a whole.

    `further` are the others that were found with it, where one look tells of several.
    """

    def __init__(self, what: str, *, position: int, remedy: str = LOOK_FURTHER) -> None:
        super().__init__(what, where=f"#{position}" if position else "", remedy=remedy)
        self.position = position
        self.further: tuple[LogDamaged, ...] = ()
