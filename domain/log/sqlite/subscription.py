"""Live follow for SQLite, inside the library's own subscription: `PRAGMA data_version` tells of other commits.

When to look is told by the head beside the log, which is written right after each commit; where it cannot be watched,
by the clock.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from threading import Event, Thread
from typing import TYPE_CHECKING

from eventsourcing.persistence import ApplicationRecorder, ListenNotifySubscription

from domain.log.head import head_path
from domain.log.sqlite.store import connect
from domain.log.sqlite.waking import HeadWatch

if TYPE_CHECKING:
    from domain.log.sqlite.recorder import SQLiteRecorder

POLL_SECONDS = 0.02
"""How often another process's commit is looked for where nothing tells of it; that takes 0.6 % of a processor."""
WATCHED_SECONDS = 0.25
"""How often, where the head is watched: whoever dies between commit and head leaves the head behind."""
LOOKS_TO_A_WATCH = 50
"""So many looks, 1 s of them at 20 ms each, come before a watch is set up, or tried again: setting it up takes 10 ms,
for which whoever opens a log would wait before the first screen."""


class SQLiteSubscription(ListenNotifySubscription[ApplicationRecorder]):
    """Yields each record after `gt` once, in order, and waits for more. Use it in a `with`, `stop()` ends it."""

    def __init__(self, recorder: SQLiteRecorder, gt: int | None, topics: Sequence[str]) -> None:
        self._path = recorder.path
        self._stopping = Event()
        self._watch: HeadWatch | None = None
        super().__init__(recorder=recorder, gt=gt, topics=topics)
        self._poller = Thread(target=self._poll, name="log-poller", daemon=True)
        self._poller.start()

    def stop(self) -> None:
        """End the iteration."""
        self._stopping.set()
        if self._watch is not None:
            self._watch.end()
        super().stop()

    def __exit__(self, *args: object, **kwargs: object) -> None:
        super().__exit__(*args, **kwargs)
        self._poller.join()

    def _poll(self) -> None:
        try:
            # a connection of its own sees every commit of all others, those of this process included
            connection = connect(self._path, read_only=True)
            try:
                self._look(connection)
            finally:
                connection.close()
                if self._watch is not None:
                    self._watch.close()
        except BaseException as error:
            if self._thread_error is None:
                self._thread_error = error
            self.stop()

    def _look(self, connection: sqlite3.Connection) -> None:
        seen, looks = None, 0
        while not self._stopping.is_set():
            told = self._told()
            if not told:
                self._watch_head(looks)  # before the look, so that nothing falls between the two
            looks += 1
            version = connection.execute("PRAGMA data_version").fetchone()[0]
            if version != seen:
                seen = version
                self._has_been_notified.set()

    def _told(self) -> bool:
        """Wait for the next look; whether the head was written."""
        if self._watch is not None:
            return self._watch.wait(WATCHED_SECONDS)
        self._stopping.wait(POLL_SECONDS)
        return False

    def _watch_head(self, looks: int) -> None:
        """Watch the file that has the head's name: it may be another one by now."""
        if self._watch is not None:
            self._watch.look_again()
        elif looks % LOOKS_TO_A_WATCH == LOOKS_TO_A_WATCH - 1:
            with suppress(OSError, ImportError):
                self._watch = HeadWatch(head_path(self._path))
