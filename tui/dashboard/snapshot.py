"""What the follower hands to the screen: one immutable value with everything that is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from projections.situation import RecordLine, Situation

PAGE = 100
"""Records that are read at a time for the feed."""
COUNTED = 1000
"""Records behind a filter are counted so far, and on as somebody scrolls on: a count of all would look at all."""

SecondClock = Literal["now", "then", "given"]
"""Known at: now; then (it follows as of); or as typed."""


@dataclass(frozen=True)
class Stand:
    """Where the watcher stands, as it was asked for. `as_of` None is now; `known_at` counts when the clock is given."""

    as_of: str | None = None
    known_at: str | None = None
    clock: SecondClock = "now"

    @property
    def live(self) -> bool:
        """Both clocks at now."""
        return self.as_of is None and self.clock != "given"


@dataclass(frozen=True)
class Density:
    """Records per local day over the span that the scrubber shows, and the days on which a phase changed."""

    first: str
    last: str
    per_day: tuple[int, ...]
    marks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Snapshot:
    """One moment of the dashboard. `number` grows with each; `feed` is the newest page of `feed_count` records.

    `feed_more`: there may be more than `feed_count`, which is where counting stopped. `known_since`: so many records
    on what had happened by then became known after the vantage. `skipped`: so many silent days were played over.
    """

    number: int
    situation: Situation
    stand: Stand
    filter: str
    feed: tuple[RecordLine, ...]
    feed_count: int
    density: Density
    feed_more: bool = False
    known_since: int = 0
    skipped: int = 0


@dataclass(frozen=True)
class Trouble:
    """What is wrong with the log: a standing line. `since` is when it was last read (UTC, ISO), or was seen not to have
    changed; `behind` says that the log may have moved on since, so that the screen is not live.
    """

    what: str
    remedy: str
    since: str | None
    behind: bool = False
