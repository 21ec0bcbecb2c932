"""Live follow for PostgreSQL, inside the library's own subscription: LISTEN tells of commits, and losses are survived.

A connection that is lost is made anew, more and more slowly, and what came meanwhile is read from the last record on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from threading import Event, Thread
from typing import TYPE_CHECKING

import psycopg
from eventsourcing.persistence import ApplicationRecorder, ListenNotifySubscription

from domain import waiting
from domain.errors import LogUnavailable
from domain.log.postgres.connecting import Connection, connect
from domain.log.postgres.schema import CHANNEL

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
    """Yields each record after `gt` once, in order, and waits for more. Use it in a `with`, `stop()` ends it.

    `away_since` is when the connection was lost, by `time.monotonic`, and None while it stands.
    """

    def __init__(self, recorder: PostgresRecorder, gt: int | None, topics: Sequence[str]) -> None:
        self._place = recorder.place
        self._rest = recorder.rest
        self._stopping = Event()
        self.away_since: float | None = None
        self._lost: Callable[[], None] = lambda: None
        super().__init__(recorder=recorder, gt=gt, topics=topics)
        self._listener = Thread(target=self._listen, name="log-listener", daemon=True)
        self._listener.start()

    def when_lost(self, tell: Callable[[], None]) -> None:
        """Have it told when the connection is lost, and when it is back."""
        self._lost = tell

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
        pause = FIRST_WAIT
        try:
            while not self._stopping.is_set():
                try:
                    with closing(connect(self._place)) as connection:
                        connection.execute(f"SET lock_timeout = '{waiting.LOCK_SECONDS}s'".encode())
                        hear, look = _listening(connection)
                        pause = FIRST_WAIT
                        self._is_away(None)
                        self._has_been_notified.set()  # what came before it listened
                        self._stay(connection, hear=hear, look=look)
                except psycopg.Error:
                    self._is_away(self.away_since or time.monotonic())
                    self._stopping.wait(pause)
                    pause = min(2 * pause, LONGEST_WAIT)
        except BaseException as error:
            if self._thread_error is None:
                self._thread_error = error
            self.stop()

    def _is_away(self, since: float | None) -> None:
        changed, self.away_since = self.away_since != since, since
        if changed:
            self._lost()

    def _stay(self, connection: Connection, *, hear: bool, look: float) -> None:
        """Ring for each commit, for as long as the connection lasts."""
        looked = time.monotonic()
        while not self._stopping.is_set():
            if not hear:
                self._stopping.wait(STOP_SECONDS)
            elif any(True for _ in connection.notifies(timeout=STOP_SECONDS, stop_after=1)):
                self._has_been_notified.set()
            if time.monotonic() >= looked + look:
                looked = time.monotonic()
                if (_newest(connection) or 0) > (self._last_notification_id or 0):
                    self._has_been_notified.set()
                self._rest(LOOK_SECONDS)


def _newest(connection: Connection) -> int | None:
    """The newest position; None where there is none, or where somebody has locked the log: whoever reads is told."""
    with suppress(psycopg.errors.LockNotAvailable):
        found = connection.execute("SELECT max(position) FROM ceasefire.records").fetchone()
        return found[0] if found else None
    return None


def _listening(connection: Connection) -> tuple[bool, float]:
    """Whether the server tells of commits, and how often to look by oneself."""
    try:
        connection.execute(f"LISTEN {CHANNEL}".encode())
    except psycopg.errors.ReadOnlySqlTransaction:
        return False, REPLICA_SECONDS
    return True, LOOK_SECONDS
