"""A window of days at a vantage: down each line between two times, and no further."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import zip_longest

import msgspec
from msgspec.structs import asdict

from domain.calendar import Micros
from domain.crossing import Standing
from domain.report import Facts
from domain.strike import CasualtiesClaimed, Linked, Reported
from domain.values import Direction, Load
from projections.index.keys import CEASEFIRES, REPORTS, STATEMENTS, periods_ending
from projections.index.lines import Claim, Line, LinesOfOne
from projections.index.schema import NEVER
from projections.index.sums import harm_metric
from projections.index.totals import Span
from projections.index.version import Version, all_of, view_of
from projections.looks.crossings import run_seen, ways_seen
from projections.looks.series import running_between
from projections.looks.strikes import recorded_strikes, said_of_strikes, tolls_seen
from projections.reading import Reading
from projections.rules.ceasefires import Ceasefire, ceasefires, status_by, status_said
from projections.rules.crossing_statuses import WAYS, Ruling, WayStatus, expires, ruling, status_claim, status_view
from projections.rules.running import Running, recorded_sum, until
from projections.situation import (
    HISTORY_VERSION,
    CeasefireHistory,
    CeasefireSpan,
    Heard,
    History,
    Lane,
    SeriesHistory,
    SeriesPoint,
    StatusSpan,
    StatusView,
    Turn,
    TurnClaim,
    WayHistory,
)


def history_at(reading: Reading, first_day: date, last_day: date) -> History:
    """What was so on these days. The same vantage and days give the same value."""
    return _Look(reading, first_day, min(last_day, reading.today)).history()


class _Look:
    def __init__(self, reading: Reading, first_day: date, last_day: date) -> None:
        self._reading = reading
        self._calendar = reading.calendar
        self._days = [first_day + timedelta(days=n) for n in range((last_day - first_day).days + 1)]
        self._first_day, self._last_day = first_day, last_day
        self._start = reading.calendar.day_start(first_day)
        self._to_now = last_day == reading.today
        self._end = reading.vantage.as_of if self._to_now else reading.calendar.day_end(last_day)
        self._spoken: dict[str, set[date]] = defaultdict(set)
        self._heard: dict[str, set[date]] = defaultdict(set)
        self._untold = frozenset[int]() if reading.told else _withheld(reading)

    def history(self) -> History:
        series = tuple(self._series()) if self._days else ()
        statuses = tuple(self._statuses()) if self._days else ()
        if self._days:
            self._listen()
        return History(
            version=HISTORY_VERSION,
            vantage=self._reading.vantage.view(),
            first_day=self._first_day.isoformat(),
            last_day=self._last_day.isoformat(),
            ceasefires=tuple(self._ceasefires()) if self._days else (),
            statuses=statuses,
            tolls=tolls_seen(self._reading, self._days) if self._days else (),
            series=series,
            lanes=tuple(Lane(question=name, days=_told(days)) for name, days in sorted(self._spoken.items())),
            heard=tuple(Heard(claimant=name, days=_told(days)) for name, days in sorted(self._heard.items())),
        )

    def _down(self, line: Line | None) -> Iterator[Claim]:
        """Claims about the window on a line of times, newest first; totals so far are of the vantage's day."""
        high = NEVER if self._to_now else self._end
        return self._reading.lines.down(line, low=self._start, high=high, ahead=self._to_now)

    def _periods(self, line: Line | None) -> Iterator[Claim]:
        high = NEVER if self._to_now else periods_ending(self._last_day)[1]
        return self._reading.lines.periods(line, low=periods_ending(self._first_day)[0], high=high)

    # ceasefires

    def _ceasefires(self) -> Iterator[CeasefireHistory]:
        said = [version for version in self._reading.whole(CEASEFIRES) if status_said(version) is not None]
        moments = {self._start, *(version.at for version in said)}
        spans: dict[str, list[tuple[Micros, Ceasefire]]] = defaultdict(list)
        for moment in sorted(moment for moment in moments if self._start <= moment <= self._end):
            for one in ceasefires([version for version in said if version.at <= moment], self._calendar):
                held = spans[one.stream]
                begun = held.pop()[0] if held and held[-1][1].status == one.status else moment
                held.append((begun, one))
        for stream, found in sorted(spans.items()):
            told = tuple(
                CeasefireSpan(
                    status=one.status,
                    first_day=self._calendar.day(begun).isoformat(),
                    last_day=None if after is None else self._calendar.day(after[0] - 1).isoformat(),
                    claims=tuple(_turn_claims(one)),
                )
                for (begun, one), after in zip_longest(found, found[1:])
                if one.status != "none"
            )
            if told:
                yield CeasefireHistory(ceasefire=stream, spans=told)

    # statuses

    def _statuses(self) -> Iterator[WayHistory]:
        before = self._reading.moved(self._start - 1)
        for stream, lines in sorted(self._reading.lines.of("crossing").items()):
            ways = ways_seen(before, lines)
            for direction, load in WAYS:
                found = tuple(self._spans(ways[direction, load], lines, direction, load))
                if found:
                    yield WayHistory(crossing=stream, direction=direction, carries=load, spans=found)

    def _spans(self, before: WayStatus, lines: LinesOfOne, direction: Direction, load: Load) -> Iterator[StatusSpan]:
        """The ruling changes only where a status begins, or the schedule of one ends."""
        bearing = before.ruling.claims[::-1]
        line = lines.get(("status", direction, load))
        down = self._reading.lines.down(line, low=self._start, high=self._end)
        inside = all_of(self._reading.of(reversed(list(down))), Standing)
        ends = {expires(version, self._calendar) for version in (*bearing, *inside)}
        moments = {self._start, *(version.at for version in inside), *(end + 1 for end in ends if end is not None)}
        held = {version.claimant: version for version in bearing}
        waiting = inside[::-1]
        span: _Span | None = None
        for moment in sorted(moment for moment in moments if self._start <= moment <= self._end):
            while waiting and waiting[-1].at <= moment:
                newest = waiting.pop()
                held[newest.claimant] = newest
            found = ruling(sorted(held.values(), key=lambda version: version.order), moment, self._calendar)
            # who does not overlap the newest now overlaps none that is newer
            held = {version.claimant: version for version in found.claims}
            if found.newest is None:
                continue
            decisive = found.decisive
            since = None if decisive is None else run_seen(self._reading, lines, direction, load, decisive)
            view = status_view(WayStatus(found, since))
            if span is not None and span.view.status == view.status:
                span.goes_on(view, found)
                continue
            if span is not None:
                yield span.told(self._calendar.day(moment - 1))
            span = _Span(self._calendar.day(moment), view, found)
        if span is not None:
            yield span.told(None)

    # series

    def _series(self) -> Iterator[SeriesHistory]:
        reading, as_of = self._reading, self._reading.vantage.as_of
        found = (
            running_between(reading, lines, stream, self._down(lines.get(("value",))))
            for stream, lines in reading.lines.of("series").items()
        )
        every = [one for one in found if one is not None]
        strikes = recorded_strikes(reading)
        reading.totals.look_up(self._sums(every))
        for one in every:
            shown = {value.last: value.id for value in one.values}
            for value in one.values:
                self._hear(value, f"{one.stream} value")
            yield SeriesHistory(
                stream=one.stream,
                points=tuple(
                    view_of(
                        SeriesPoint,
                        value,
                        day=self._calendar.day(until(value, as_of)).isoformat(),
                        origin=one.origin(value),
                        recorded_sum=recorded_sum(one, value, strikes, as_of, self._calendar),
                        replaced=shown[value.last] != value.id,
                    )
                    for value in one.values
                ),
                **one.terms,
            )

    def _sums(self, every: Iterable[Running]) -> Iterator[Span]:
        return (
            (self._calendar.start(origin), until(value, self._reading.vantage.as_of), harm_metric(one.harm, one.of))
            for one in every
            for value in one.values
            if one.harm is not None and one.of is not None and (origin := one.origin(value))
        )

    # who spoke when

    def _listen(self) -> None:
        reading = self._reading
        for stream, named in reading.lines.of("crossing").items():
            for what, line in named.items():
                self._listen_at(f"{stream} {' '.join(what)}", what, line)
        for version in self._of_strikes():
            match version.data:
                case CasualtiesClaimed(harm=harm, of=of):
                    self._hear(version, f"{REPORTS} {harm} {of}")
                case Reported():
                    self._hear(version, REPORTS)
                case _:
                    self._hear(version)
        for version in reading.of(self._down(reading.lines.line(STATEMENTS))):
            self._hear(version)
        for version in reading.whole(CEASEFIRES):
            if self._start <= min(version.counted, reading.vantage.as_of) <= self._end:
                self._hear(version)

    def _listen_at(self, question: str, what: tuple[str, ...], line: Line) -> None:
        """One line of a crossing, without its versions: when each was said, and by whom, stands on it."""
        match what:
            case ("passages" | "refused", _, _):
                for claim in self._periods(line):
                    self._count(self._spoken, question, claim.said)
            case ("status", _, _):
                for claim in self._down(line):
                    self._count(self._spoken, question, claim.said)
            case ("report",):
                for claim in self._down(line):
                    self._count(self._spoken, question, claim.said)
                    if claim.position not in self._untold and claim.who is not None:
                        self._count(self._heard, self._reading.name(claim.who), claim.said)

    def _of_strikes(self) -> Iterator[Version[Facts]]:
        """What stands on the strikes of the window; claims count with their strike, anything else by itself."""
        reports = self._reading.lines.down(self._reading.lines.line(REPORTS), low=self._start, high=self._end)
        for version in said_of_strikes(self._reading, {claim.says or 0 for claim in reports}):
            if isinstance(version.data, (CasualtiesClaimed, Reported)) or (
                not isinstance(version.data, Linked) and version.at <= self._reading.vantage.as_of
            ):
                yield version

    def _hear(self, version: Version[Facts], question: str = "") -> None:
        if question:
            self._count(self._spoken, question, version.said)
        if version.position not in self._untold:
            self._count(self._heard, version.claimant, version.said)

    def _count(self, where: dict[str, set[date]], name: str, said: Micros) -> None:
        day = self._calendar.day(said)
        if self._first_day <= day <= self._last_day:
            where[name].add(day)


class _Span:
    """A span that is being made."""

    def __init__(self, first_day: date, view: StatusView, found: Ruling) -> None:
        self.view = view
        self._first_day = first_day
        self._since = view.since
        self._claims = {version.id: version for version in found.claims}

    def goes_on(self, view: StatusView, found: Ruling) -> None:
        self.view = view
        self._claims.update({version.id: version for version in found.claims})

    def told(self, last_day: date | None) -> StatusSpan:
        claims = sorted(self._claims.values(), key=lambda version: version.order, reverse=True)
        return StatusSpan(
            first_day=self._first_day.isoformat(),
            last_day=None if last_day is None else last_day.isoformat(),
            **{**asdict(self.view), "since": self._since, "claims": tuple(map(status_claim, claims))},
        )


def _turn_claims(one: Ceasefire) -> Iterator[TurnClaim]:
    for version in one.records:
        if one.turned is not None and version.order >= one.turned.order and status_said(version) == one.status:
            change = msgspec.convert(version.type.removeprefix("ceasefire."), Turn)
            yield view_of(TurnClaim, version, change=change, by=status_by(version))


def _told(days: Iterable[date]) -> tuple[str, ...]:
    return tuple(day.isoformat() for day in sorted(days))


def _withheld(reading: Reading) -> frozenset[int]:
    return frozenset(row[0] for row in reading.connection.execute("SELECT position FROM withheld"))
