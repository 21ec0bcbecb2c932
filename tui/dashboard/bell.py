"""A bell that tells the follower when the log has moved."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread

from tui.dashboard.reading import Reading


class Bell:
    """A thread that waits on the log's subscription and rings for each record that comes."""

    def __init__(self, reading: Reading, ring: Callable[[], None], failed: Callable[[BaseException], None]) -> None:
        self._ring = ring
        self._failed = failed
        self._stopping = False
        self._subscription = reading.follow(reading.catch_up())
        when_lost = getattr(self._subscription, "when_lost", None)
        if when_lost is not None:
            when_lost(ring)
        self._thread = Thread(target=self._run, name="bell", daemon=True)
        self._thread.start()

    @property
    def alive(self) -> bool:
        """Whether it still waits."""
        return self._thread.is_alive()

    def _run(self) -> None:
        try:
            with self._subscription as notifications:
                for _ in notifications:
                    self._ring()
        except Exception as error:
            if not self._stopping:
                self._failed(error)

    def stop(self) -> None:
        """Wait no more."""
        self._stopping = True
        stop = getattr(self._subscription, "stop", None)
        if stop is not None:
            stop()
        self._thread.join(timeout=2)
