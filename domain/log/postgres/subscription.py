"""Live follow for PostgreSQL, inside the library's own subscription: LISTEN tells of commits, and losses are survived.

A connection that is lost is made anew, more and more slowly, and what came meanwhile is read from the last record on.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing, suppress
from threading import Event, Thread
from typing import TYPE_CHECKING

import psycopg
from eventsourcing.persistence import ApplicationRecorder, ListenNotifySubscription

from domain.errors import LogUnavailable
from domain.log.postgres.schema import CHANNEL
from domain.log.postgres.store import connect

if TYPE_CHECKING:
    from domain.log.postgres.recorder import PostgresRecorder

STOP_SECONDS = 0.25
"""How often a follower looks whether it is to stop; nothing goes to the server for that."""
LOOK_SECONDS = 10.0
"""How often it looks for records that nothing told of: a pooler between may swallow notifications."""
REPLICA_SECONDS = 0.25
"""The same on a replica, where nobody can LISTEN."""
FIRST_WAIT, LONGEST_WAIT = 0.1, 5.0
"""Between two tries to connect again: doubled each time."""


class PostgresSubscription(ListenNotifySubscription[ApplicationRecorder]):
    """Yields each record after `gt` once, in order, and waits for more. Use it in a `with`, `stop()` ends it."""

    def __init__(self, recorder: PostgresRecorder, gt: int | None, topics: Sequence[str]) -> None:
        self._place = recorder.place
        self._stopping = Event()
        self._waiting = FIRST_WAIT
        super().__init__(recorder=recorder, gt=gt, topics=topics)
        self._listener = Thread(target=self._listen, name="log-listener", daemon=True)
        self._listener.start()

    def stop(self) -> None:
        """End the iteration."""
        self._stopping.set()
        super().stop()

    def __exit__(self, *args: object, **kwargs: object) -> None:
        super().__exit__(*args, **kwargs)
        self._listener.join()

    def _pull(self) -> None:
        with suppress(LogUnavailable):  # the listener is told the same, and rings when the server is back
            super()._pull()

    def _listen(self) -> None:
        try:
            while not self._stopping.is_set():
                try:
                    self._hear()
                except psycopg.Error:
                    self._stopping.wait(self._waiting)
                    self._waiting = min(2 * self._waiting, LONGEST_WAIT)
        except BaseException as error:
            if self._thread_error is None:
                self._thread_error = error
            self.stop()

    def _hear(self) -> None:
        """Ring for each commit, for as long as the connection lasts."""
        with closing(connect(self._place)) as connection:
            try:
                connection.execute(f"LISTEN {CHANNEL}")
                look, heard = LOOK_SECONDS, connection.notifies
            except psycopg.errors.FeatureNotSupported:
                look, heard = REPLICA_SECONDS, None
            self._waiting = FIRST_WAIT
            silent = look  # what came before it listened is looked for at once
            while not self._stopping.is_set():
                if silent >= look:
                    self._has_been_notified.set()
                    silent = 0.0
                if heard is None:
                    self._stopping.wait(STOP_SECONDS)
                    connection.execute("SELECT 1")
                elif any(True for _ in heard(timeout=STOP_SECONDS, stop_after=1)):
                    self._has_been_notified.set()
                silent += STOP_SECONDS
