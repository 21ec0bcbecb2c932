"""What the dashboard asks of the projections; the real thing behind it is in `source.py`.

One thread reads, the follower's: it alone opens a `Reading`, asks it and closes it, since the read model's connection
belongs to the thread that opened it. Others have it ask for them (`Follower.ask`). Only what `follow` gives is waited
on by another thread, the bell's; saving opens the log anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from domain.errors import CeasefireError
from domain.place import Place
from domain.report import Report
from projections.feed.entry import DuplicateQuery, Named
from projections.situation import (
    CrossingView,
    Discrepancy,
    DiscrepancyKind,
    OfKind,
    RecordDetail,
    RecordLine,
    Situation,
    StatementView,
    StrikeView,
    Unreadable,
)
from tui.dashboard.snapshot import Density

if TYPE_CHECKING:
    from projections.changing.changes import Difference
    from projections.looks.discrepancies import Reached
    from projections.strike_history import Stood

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class RecordPage:
    """One record in full at a vantage; its report as recorded and as it stands, typed (None once erased)."""

    detail: RecordDetail
    original: Report[Any] | None
    effective: Report[Any] | None


class Reading(Protocol):
    """A log and its read model, open for one thread. Every read may raise CeasefireError."""

    def catch_up(self, look: Callable[[], None] | None = None) -> int:
        """Take in what is new in the log; the position that has been reached.

        `look` is called when there was anything new, as soon as it can be seen.
        """

    def vantage(self, as_of: str | None, known_at: str | None, now: datetime) -> Any:
        """A vantage from what was typed. Raises Refused."""

    def situation(self, vantage: Any) -> Situation:
        """Everything at a vantage."""

    def disagreeing(self, vantage: Any, few: int) -> tuple[OfKind, ...]:
        """All that does not agree, by kind: how many, and the few newest of each."""

    def disagreements(
        self, vantage: Any, kind: DiscrepancyKind, limit: int, after: Reached | None
    ) -> tuple[tuple[Discrepancy, ...], Reached | None]:
        """Some of one kind, newest first, from where one has come on; and how far that is."""

    def difference(self, before: Any, after: Any) -> Difference:
        """What two vantages show differently, and which records made it so."""

    def wanted(self, filter_: str, now: datetime) -> Any:
        """Which records a filter as it was typed asks for. Raises FilterRefused."""

    def feed(self, vantage: Any, wanted: Any, limit: int, before: int | None, skip: int) -> tuple[RecordLine, ...]:
        """A page of records, newest first: those before a position (None: all), less the first `skip` of them."""

    def feed_count(self, vantage: Any, wanted: Any, at_most: int) -> int:
        """How many records the feed has, counted no further than `at_most`."""

    def with_words(self, vantage: Any, words: str, limit: int) -> tuple[RecordLine, ...]:
        """The newest records with these words."""

    def alike(self, look: DuplicateQuery) -> tuple[RecordLine, ...]:
        """What stands now and looks like a record that is about to be made, newest first."""

    def completed(self, what: Named, beginning: str) -> str | None:
        """The first name of a stream or claimant on record that begins so; None when there is none."""

    def place_names(self) -> tuple[str, ...]:
        """Names of registered places."""

    def strike(self, stream: str, vantage: Any) -> StrikeView | None:
        """One strike, also when it is not among the latest."""

    def stood_after(self, strike: StrikeView, vantage: Any, now: datetime) -> tuple[Stood, ...]:
        """A strike as it stood after each of its reports, the oldest first."""

    def crossing(self, stream: str, vantage: Any) -> CrossingView | None:
        """One crossing."""

    def density(self, vantage: Any, situation: Situation, now: datetime) -> Density:
        """Records per day over the span that the scrubber shows."""

    def step(self, unit: str, vantage: Any, by: int) -> str | None:
        """As of, `by` records, days or phases away: a date or an instant; None when there is nothing there."""

    def step_known(self, vantage: Any, by: int) -> int | None:
        """The position with so many records more or less known; None at either end."""

    def play_on(self, vantage: Any, then: bool, now: datetime) -> tuple[str, int] | None:
        """The next day on which anything is on record, and how many silent days lie before it; None from today on.

        With `then` a day on which something became known is such a day too.
        """

    def known_since(self, vantage: Any) -> int:
        """How many records on what had happened by the vantage became known only after it."""

    def lines(self, records: Iterable[str], vantage: Any) -> dict[str, RecordLine]:
        """Records as lines, by their ids; those that were not known yet are left out."""

    def statements_about(self, stream: str, vantage: Any) -> tuple[StatementView, ...]:
        """What is said about a stream, newest first."""

    def is_past(self, as_of: str, now: datetime) -> bool:
        """Whether the end of a date, or an instant, is before now."""

    def detail(self, record: str, vantage: Any) -> RecordPage:
        """One record. Raises NotOnRecord."""

    def follow(self, after: int) -> AbstractContextManager[Iterator[Any]]:
        """An iterator that yields for each record recorded after a position, and waits for more."""

    @property
    def damage(self) -> CeasefireError | None:
        """Why the log can be read only so far, or does not fit the head kept outside it."""

    @property
    def remade(self) -> str | None:
        """What is told of a read model that was damaged, if it was: it was made anew."""

    @property
    def unreadable(self) -> tuple[Unreadable, ...]:
        """The records that the chain holds and that cannot be read."""

    @property
    def away(self) -> CeasefireError | None:
        """Why nothing new can be read now, while what was read before is shown."""

    @property
    def answered_at(self) -> datetime | None:
        """When the log could last be read, where that was before it was opened."""

    @property
    def identity(self) -> object:
        """Which file was opened; None of a log on a server."""

    def lost(self) -> CeasefireError | None:
        """Why what was opened cannot be read on: its file is gone, was replaced, or is no log any more."""

    def close(self) -> None:
        """Let go of the files."""


def open_reading(path: Place, progress: Progress | None = None, *, told: bool = True) -> Reading:
    """Open a log and its read model for this thread; restricted records are `told` with their mark, or withheld.

    Raises LogUnavailable, LogDamaged.
    """
    from tui.dashboard.source import LogSource  # noqa: PLC0415 - the libraries behind it take 150 ms to import

    return LogSource(path, progress, told=told)
