"""Where the reader stands while it takes wishes, and what it sees from there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from domain.errors import Refused
from projections.situation import Situation
from tui.dashboard.reading import Reading
from tui.dashboard.snapshot import COUNTED, PAGE, Snapshot, Stand

Move = Callable[["Standpoint"], None]
"""Changes where the reader stands. May raise Refused."""


class Standpoint:
    """A stand and a filter over an open log, moved by one wish after the other. `now` is when the first is taken."""

    def __init__(self, reading: Reading, stand: Stand, filter_: str, now: datetime) -> None:
        self.reading = reading
        self.stand = stand
        self.filter = filter_
        self.now = now
        self.skipped = 0
        """So many silent days were played over."""
        self.again: Move | None = None
        """The step that led here: likely to be the next one too."""

    def vantage(self) -> Any:
        """The stand, resolved. Raises Refused."""
        known = {"now": None, "then": self.stand.as_of, "given": self.stand.known_at}[self.stand.clock]
        return self.reading.vantage(self.stand.as_of, known, self.now)

    def take(self, move: Move) -> None:
        """Make a move. Raises Refused where it leads nowhere, and stands where it stood before."""
        before = self.stand, self.filter
        try:
            move(self)
            self.vantage()
        except Refused:
            self.stand, self.filter = before
            raise

    def seen(self, vantage: Any, situation: Situation, wanted: Any, number: int) -> Snapshot:
        """What the screen shows of a situation; `wanted` are the records that the filter lets through."""
        reading, filtered = self.reading, bool(self.filter)
        count = reading.feed_count(vantage, wanted, COUNTED) if filtered else situation.records_total
        return Snapshot(
            number=number,
            situation=situation,
            stand=self.stand,
            filter=self.filter,
            feed=reading.feed(vantage, wanted, PAGE, None, 0) if count else (),
            feed_count=count,
            density=reading.density(vantage, situation, self.now),
            feed_more=filtered and count == COUNTED,
            known_since=0 if self.stand.clock == "now" else reading.known_since(vantage),
            skipped=self.skipped,
        )
