"""The real thing behind `Reading`: a log and its read model, opened together for one thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import msgspec

from domain.away import AwayLog
from domain.calendar import Calendar, is_date, iso, micros
from domain.catalogue import record_type
from domain.errors import CeasefireError, LogDamaged, LogUnavailable, ServerAway
from domain.log.engines import check_place
from domain.monitor import Monitor
from domain.place import Place, Server
from domain.report import Report
from projections.feed.entry import DuplicateQuery, Named
from projections.feed.filter_sql import Filter
from projections.readmodel import ReadModel
from projections.situation import (
    CrossingView,
    Discrepancy,
    DiscrepancyKind,
    OfKind,
    RecordLine,
    Situation,
    StatementView,
    StrikeView,
    Unreadable,
    Vantage,
)
from projections.vantage import ResolvedVantage
from tui.dashboard.knocking import Knocking, away_at
from tui.dashboard.reading import Progress, RecordPage
from tui.dashboard.snapshot import Density

if TYPE_CHECKING:
    from projections.changing.changes import Difference
    from projections.looks.discrepancies import Reached
    from projections.strike_history import Stood


_KEPT = 4
"""Vantages of replay whose Situations are kept, with a page of the feed: about 0.4 MB each."""


class LogSource:
    """A log that is only read, and its read model. What was seen of replay lately is kept: it never changes."""

    def __init__(self, path: Place, progress: Progress | None = None, *, told: bool = True) -> None:
        self.away: ServerAway | None = None
        self.answered_at: datetime | None = None
        self._monitor: Monitor | None = None
        self._following: Any = None
        try:
            self._monitor = Monitor(path, read_only=True)
            self._model = ReadModel.open(self._monitor, progress=progress)
            self._calendar: Calendar = self._monitor.calendar
        except ServerAway as error:
            self._close_monitor()
            self._show_what_was_read(AwayLog(path, error))
        except BaseException:
            self._close_monitor()
            raise
        self._model.told = told
        self._path = path
        self._file = _identity(path)
        self._density: tuple[tuple[int, int, str], str, Density] | None = None
        self._situation = lru_cache(_KEPT)(self._model.situation)
        self._page = lru_cache(_KEPT)(self._read_page)

    def _show_what_was_read(self, log: AwayLog) -> None:
        self._model = ReadModel.as_it_stands(log)
        self._calendar = log.calendar
        self.answered_at = log.answered_at
        self.away = away_at(self._model.position)

    def close(self) -> None:
        """Let go of both."""
        self._model.close()
        self._close_monitor()

    def _close_monitor(self) -> None:
        if self._monitor is not None:
            self._monitor.close()
            self._monitor = None

    @property
    def damage(self) -> LogDamaged | None:
        """Why the log can be read only so far, or does not fit the head kept outside it."""
        return self._model.damage or (self._monitor.damage if self._monitor is not None else None)

    @property
    def remade(self) -> str | None:
        """What is told of a read model that was damaged, if it was: it was made anew."""
        return self._model.remade

    @property
    def unreadable(self) -> tuple[Unreadable, ...]:
        """The records that the chain holds and that cannot be read."""
        return self._model.unreadable()

    @property
    def identity(self) -> tuple[int, int] | None:
        """Which file was opened."""
        return self._file

    def lost(self) -> CeasefireError | None:
        """Why the file that was opened cannot be read on: gone, another one in its place, or no log any more."""
        if isinstance(self._path, Server):
            return None
        try:
            check_place(self._path)
        except CeasefireError as error:
            return error
        if _identity(self._path) != self._file:
            return LogUnavailable("the log's file was replaced by another", remedy="opening the one that lies there")
        return None

    def catch_up(self, look: Callable[[], None] | None = None) -> int:
        """Take in what is new; the position that has been reached. Where the server is away, `away` says so then.

        `look` is called when it can be read, and before it is on the disk.
        """
        if self._monitor is None:
            return self._model.position
        try:
            # who follows knows that the connection is lost, and makes it anew: to try here too would only take time
            if getattr(self._following, "away_since", None) is None:
                position = self._model.catch_up(look=look)
                self.away = None
                return position
        except ServerAway:
            pass
        position = self._model.position
        self.away = away_at(position)
        return position

    def follow(self, after: int) -> AbstractContextManager[Iterator[Any]]:
        """The log's own subscription; where the server is away, one that ends when it is back."""
        self._following = Knocking(self._path) if self._monitor is None else self._monitor.follow(after)
        return self._following  # type: ignore[no-any-return]

    def vantage(self, as_of: str | None, known_at: str | None, now: datetime) -> ResolvedVantage:
        """A vantage from what was typed. Raises Refused."""
        return self._model.vantage(as_of, known_at, now=now)

    def situation(self, vantage: ResolvedVantage) -> Situation:
        """Everything at a vantage."""
        if vantage.live:
            return self._model.situation(vantage)
        return msgspec.structs.replace(self._situation(_seen(vantage)), vantage=vantage.view())

    def disagreeing(self, vantage: Vantage | ResolvedVantage, few: int) -> tuple[OfKind, ...]:
        """All that does not agree, by kind: how many, and the few newest of each."""
        return self._model.disagreeing(vantage, few)

    def disagreements(
        self, vantage: Vantage | ResolvedVantage, kind: DiscrepancyKind, limit: int, after: Reached | None
    ) -> tuple[tuple[Discrepancy, ...], Reached | None]:
        """Some of one kind, newest first, from where one has come on; and how far that is."""
        return self._model.disagreements(vantage, kind, limit, after)

    def difference(self, before: Vantage | ResolvedVantage, after: Vantage | ResolvedVantage) -> Difference:
        """What two vantages show differently, and which records made it so."""
        return self._model.difference(before, after)

    def wanted(self, filter_: str, now: datetime) -> Filter:
        """Which records a filter as it was typed asks for. Raises FilterRefused."""
        return self._model.wanted(filter_, now=now)

    def feed(
        self, vantage: ResolvedVantage, wanted: Filter, limit: int, before: int | None, skip: int
    ) -> tuple[RecordLine, ...]:
        """A page of records, newest first: those before a position (None: all), less the first `skip` of them."""
        read = self._read_page if vantage.live else self._page
        return read(_seen(vantage), wanted, limit, before, skip)

    def _read_page(
        self, vantage: ResolvedVantage, wanted: Filter, limit: int, before: int | None, skip: int
    ) -> tuple[RecordLine, ...]:
        return tuple(self._model.feed(vantage, wanted=wanted, limit=limit, before=before, offset=skip))

    def feed_count(self, vantage: ResolvedVantage, wanted: Filter, at_most: int) -> int:
        """How many records the feed has, counted no further than `at_most`."""
        return self._model.feed_count(vantage, wanted=wanted, at_most=at_most)

    def with_words(self, vantage: ResolvedVantage, words: str, limit: int) -> tuple[RecordLine, ...]:
        """The newest records with these words."""
        return tuple(self._model.feed(vantage, text=words, limit=limit))

    def alike(self, look: DuplicateQuery) -> tuple[RecordLine, ...]:
        """What stands now and looks like a record that is about to be made, newest first."""
        return tuple(self._model.alike(look))

    def completed(self, what: Named, beginning: str) -> str | None:
        """The first name of a stream or claimant on record that begins so; None when there is none."""
        return self._model.completed(what, beginning)

    def place_names(self) -> tuple[str, ...]:
        """Names of registered places."""
        return self._model.place_names()

    def strike(self, stream: str, vantage: ResolvedVantage) -> StrikeView | None:
        """One strike, also when it is not among the latest."""
        return self._model.strike(stream, vantage)

    def stood_after(self, strike: StrikeView, vantage: ResolvedVantage, now: datetime) -> tuple[Stood, ...]:
        """A strike as it stood after each of its reports, the oldest first."""
        from projections.strike_history import stood_after  # noqa: PLC0415

        return stood_after(self._model, strike.stream, vantage, now, merged=strike.merged)

    def crossing(self, stream: str, vantage: ResolvedVantage) -> CrossingView | None:
        """One crossing."""
        return self._model.crossing(stream, vantage)

    def density(self, vantage: ResolvedVantage, situation: Situation, now: datetime) -> Density:
        """Records per day from day 1 (or the day shown, if that is earlier) to now (or the day shown)."""
        today = self._calendar.day(micros(now)).isoformat()
        shown = situation.vantage.as_of_day
        known = (vantage.position, vantage.head, today)
        if self._density is not None and self._density[0] == known:
            _, begun_on, held = self._density
            # a day outside the span widens it as long as it is shown, and no longer
            if (held.first, held.last) == (min(begun_on, shown), max(today, shown)):
                return held
        # phases and day 1 as they stand now, also while an earlier day is shown
        live = situation if vantage.live else self.situation(self.vantage(None, None, now))
        first = live.ceasefire.day_one or situation.ceasefire.day_one or self._oldest(now) or today
        begun_on, first, last = first, min(first, shown), max(today, shown)
        counts = self._model.density(vantage.position, first, last)
        begun = (each for each in live.ceasefire.phases if each.change == "begun")
        marks = tuple(sorted({self._day(each.occurred) for each in begun}))
        density = Density(first, last, counts, marks)
        self._density = (known, begun_on, density)
        return density

    def _oldest(self, now: datetime) -> str | None:
        """The day of the oldest record."""
        oldest = self._model.feed(self.vantage(None, None, now), limit=1, newest_first=False)
        return self._day(oldest[0].occurred) if oldest and oldest[0].occurred is not None else None

    def _day(self, occurred: Any) -> str:
        return self._calendar.days(occurred)[0].isoformat()

    def step(self, unit: str, vantage: ResolvedVantage, by: int) -> str | None:
        """As of, so many records, days or phases away; None when there is nothing there."""
        if unit == "day":
            day = self._calendar.day(vantage.as_of)
            end = self._calendar.day_end(day)
            if by < 0 and vantage.as_of < end and not vantage.live:
                by += 1  # from the middle of a day back to the end of the day before
                day -= timedelta(days=1)
            try:
                return (day + timedelta(days=by)).isoformat()
            except OverflowError:
                return None
        step = self._model.step_record if unit == "record" else self._model.step_phase
        moved = step(vantage, by)
        return None if moved.as_of == vantage.as_of else iso(moved.as_of)

    def step_known(self, vantage: ResolvedVantage, by: int) -> int | None:
        """The position with so many records more or less known; None at either end."""
        moved = self._model.step_known(vantage, by)
        return None if moved.position == vantage.position else moved.position

    def play_on(self, vantage: ResolvedVantage, then: bool, now: datetime) -> tuple[str, int] | None:
        """The next day on which anything is on record, and how many silent days lie before it; None from today on."""
        calendar = self._calendar
        day, today = calendar.day(vantage.as_of), calendar.day(micros(now))
        if day >= today:
            return None
        end = calendar.day_end(day)
        whole = msgspec.structs.replace(vantage, as_of=end, position=vantage.head)
        moved = self._model.step_record(whole, 1).as_of
        moments = [moved] if moved > end else []
        if then and (known := self._model.known_next(end)) is not None:
            moments.append(known)
        following = min([*(calendar.day(moment) for moment in moments), today])
        return following.isoformat(), (following - day).days - 1

    def known_since(self, vantage: ResolvedVantage) -> int:
        """How many records on what had happened by the vantage became known only after it."""
        return self._model.known_since(vantage)

    def lines(self, records: Iterable[str], vantage: Vantage | ResolvedVantage) -> dict[str, RecordLine]:
        """Records as lines, by their ids; those that were not known yet are left out."""
        return self._model.lines(records, vantage)

    def statements_about(self, stream: str, vantage: ResolvedVantage) -> tuple[StatementView, ...]:
        """What is said about a stream, newest first."""
        return self._model.statements_about(stream, vantage)

    def is_past(self, as_of: str, now: datetime) -> bool:
        """Whether the end of a date, or an instant, is before now."""
        calendar = self._calendar
        end = calendar.day_end(date.fromisoformat(as_of)) if is_date(as_of) else calendar.end(as_of)
        return end < micros(now)

    def detail(self, record: str, vantage: ResolvedVantage) -> RecordPage:
        """One record in full. Raises NotOnRecord."""
        detail = self._model.detail(record, vantage)
        return RecordPage(
            detail=detail,
            original=typed(detail.line.type, detail.original),
            effective=typed(detail.line.type, detail.effective),
        )


def _seen(vantage: ResolvedVantage) -> ResolvedVantage:
    """What decides what is seen: "known now" is another moment at every look, and the same position."""
    return msgspec.structs.replace(vantage, known_at=0)


def _identity(place: Place) -> tuple[int, int] | None:
    """Which file a path names now; None when there is none. A server is asked when it is read."""
    if isinstance(place, Server):
        return None
    try:
        found = place.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def typed(topic: str, body: dict[str, Any] | None) -> Report[Any] | None:
    """A stored report, typed; None when it was erased."""
    if body is None:
        return None
    try:
        return record_type(topic).convert(body)
    except msgspec.ValidationError:  # corrected into a form that the type no longer has
        return None
