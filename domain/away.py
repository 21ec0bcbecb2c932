"""A log whose server does not answer: what was made of it when it last did can still be shown."""

from __future__ import annotations

from collections.abc import Iterator

from domain.calendar import Calendar
from domain.errors import ServerAway
from domain.log.contact import answered_at, kept
from domain.log.writer import Head
from domain.place import Place, Server
from domain.report import Recorded


class AwayLog:
    """Enough of a log to show the read model that was made of it.

    Raises the `error` that it was given where nothing is kept of that server.
    """

    def __init__(self, place: Place, error: ServerAway) -> None:
        info = kept(place) if isinstance(place, Server) else None
        if info is None or not isinstance(place, Server):
            raise error
        self.info = info
        self.calendar = Calendar(info.timezone)
        self.error = error
        self.answered_at = answered_at(place)

    def head(self) -> Head:
        """Raises ServerAway: nobody knows it now."""
        raise self.error

    def records(self, after: int = 0, upto: int | None = None) -> Iterator[Recorded]:  # noqa: ARG002
        """Raises ServerAway."""
        raise self.error

    def record(self, ref: str) -> Recorded:
        """Raises ServerAway: single records are read from the log itself."""
        raise ServerAway("records are read from the server, which is away", where=ref, remedy=self.error.remedy)
