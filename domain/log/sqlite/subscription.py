"""Live follow for SQLite, inside the library's own subscription: `PRAGMA data_version` tells of other commits."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Event, Thread
from typing import TYPE_CHECKING

from eventsourcing.persistence import ApplicationRecorder, ListenNotifySubscription

from domain.log.sqlite.store import connect

if TYPE_CHECKING:
    from domain.log.sqlite.recorder import SQLiteRecorder

POLL_SECONDS = 0.02
"""How often another process's commit is looked for; one look takes about 8 microseconds."""


class SQLiteSubscription(ListenNotifySubscription[ApplicationRecorder]):
    """Yields each record after `gt` once, in order, and waits for more. Use it in a `with`, `stop()` ends it."""

    def __init__(self, recorder: SQLiteRecorder, gt: int | None, topics: Sequence[str]) -> None:
        self._path = recorder.path
        self._stopping = Event()
        super().__init__(recorder=recorder, gt=gt, topics=topics)
        self._poller = Thread(target=self._poll, name="log-poller", daemon=True)
        self._poller.start()

    def stop(self) -> None:
        """End the iteration."""
        self._stopping.set()
        super().stop()

    def __exit__(self, *args: object, **kwargs: object) -> None:
        super().__exit__(*args, **kwargs)
        self._poller.join()

    def _poll(self) -> None:
        try:
            # a connection of its own sees every commit of all others, those of this process included
            connection = connect(self._path, read_only=True)
            try:
                seen = None
                while not self._stopping.wait(POLL_SECONDS):
                    version = connection.execute("PRAGMA data_version").fetchone()[0]
                    if version != seen:
                        seen = version
                        self._has_been_notified.set()
            finally:
                connection.close()
        except BaseException as error:
            if self._thread_error is None:
                self._thread_error = error
            self.stop()
