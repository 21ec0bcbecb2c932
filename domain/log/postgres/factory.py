"""The library's infrastructure factory for a log on a server."""

from __future__ import annotations

from domain.clock import Clock
from domain.log.factory import LogFactory
from domain.log.postgres.recorder import PostgresRecorder
from domain.log.postgres.store import Connections
from domain.place import Server


class PostgresFactory(LogFactory):
    """Makes the parts of the application for one database. What it may do there its role decides."""

    def __init__(self, place: Server, *, clock: Clock) -> None:
        super().__init__()
        self._connections = Connections(place)
        self._clock = clock

    def application_recorder(self) -> PostgresRecorder:
        """The log's recorder."""
        return PostgresRecorder(self._connections, self._clock)

    def close(self) -> None:
        """Close every connection."""
        self._connections.close()
