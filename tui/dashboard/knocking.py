"""A server that is away: words for it, and the wait until it answers again."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event
from typing import Any

from domain.errors import ServerAway
from domain.monitor import Monitor
from domain.place import Place

FIRST_WAIT, LONGEST_WAIT = 0.5, 5.0


def away_at(position: int) -> ServerAway:
    """What is told while the last state is shown."""
    return ServerAway("the server is away", remedy=f"Shown is the state at #{position}; it goes on when it is back")


class Knocking:
    """Stands in for a subscription: it yields nothing, and ends with ServerAway when the log can be opened again."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._stopping = Event()

    def __enter__(self) -> Knocking:
        return self

    def __exit__(self, *args: object) -> None:
        self.stop()

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        """Wait. Raises ServerAway to have the log opened anew, StopIteration when told to stop."""
        pause = FIRST_WAIT
        while not self._stopping.wait(pause):
            try:
                Monitor(self._place, read_only=True).close()
            except ServerAway:
                pause = min(2 * pause, LONGEST_WAIT)
                continue
            raise ServerAway("the server is back", remedy="reading on")
        raise StopIteration

    def stop(self) -> None:
        """Wait no more."""
        self._stopping.set()
