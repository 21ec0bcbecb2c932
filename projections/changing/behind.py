"""Which records are behind a change: by what they bear on, and for sums by the strikes that count otherwise."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from domain.calendar import Calendar
from domain.values import Span
from projections.audience import records_named
from projections.changing.answers import BEGINNINGS, CLAIMS, COUNT, REPORTS, SINCE, Answer, Side
from projections.changing.moved import Moved
from projections.situation import StrikeView

_OTHERS = """
SELECT o.name FROM lines l CROSS JOIN ties t ON t.one = l.id CROSS JOIN lines o ON o.id = t.other WHERE l.name = ?"""


def strikes_moved(connection: sqlite3.Connection, moved: Iterable[Moved]) -> dict[str, tuple[str, ...]]:
    """Strikes on which records bear, with all that each was ever linked to; and these, in turn."""
    found: dict[str, tuple[str, ...]] = {}
    for one in moved:
        if one.stream.startswith("strike-") and one.stream not in found:
            kin, fresh = {one.stream}, [one.stream]
            while fresh:
                others = {other for (other,) in connection.execute(_OTHERS, (fresh.pop(),))} - kin
                kin |= others
                fresh += others
            found.update(dict.fromkeys((one.stream, *sorted(kin)), tuple(sorted(kin))))
    return found


class Behind:
    """Finds the records behind each change."""

    def __init__(
        self,
        moved: Iterable[Moved],
        before: Side,
        after: Side,
        streams: Mapping[str, tuple[str, ...]],
        calendar: Calendar,
        *,
        since_moved: bool,
    ) -> None:
        self._by_key: dict[str, list[Moved]] = defaultdict(list)
        of_streams: dict[str, list[Moved]] = defaultdict(list)
        for one in moved:
            of_streams[one.stream].append(one)
            for key in one.keys:
                self._by_key[key].append(one)
        if since_moved:
            self._by_key[SINCE] = self._by_key[BEGINNINGS]
        for stream, kin in streams.items():
            if stream in before.strikes:
                self._strike(before.strikes[stream], after.strikes[stream], kin, calendar)
            else:
                self._untold(of_streams[stream], calendar)

    def _found(self, keys: Iterable[str]) -> list[Moved]:
        return [one for key in keys for one in self._by_key.get(key, ())]

    def _strike(self, was: StrikeView | None, now: StrikeView | None, kin: Sequence[str], calendar: Calendar) -> None:
        """What a strike's change is behind: counts, and the sums of what is claimed of it."""
        views = [view for view in (was, now) if view is not None]
        streams = {stream for view in views for stream in (view.stream, *view.merged)}
        reports = [f"{stream} {what}" for stream in streams for what in ("report", "links")]
        beside = [f"{stream} {what}" for stream in kin for what in ("report", "links")]
        if len(views) < 2 or (was and now and (was.occurred, was.part_of) != (now.occurred, now.part_of)):
            made = self._found(reports) or self._found(beside)
            self._by_key[COUNT] += made
            for day in {_day(view, calendar) for view in views}:
                self._by_key[f"{COUNT} {day}"] += made
        for harm, of in {(one.harm, one.of) for view in views for one in view.ranges}:
            ranges = [[one for one in view.ranges if (one.harm, one.of) == (harm, of)] for view in views]
            if len(views) < 2 or ranges[0] != ranges[1]:
                claims = [f"{stream} {harm} {of}" for stream in streams]
                self._by_key[f"{COUNT} {harm} {of}"] += self._found([*claims, *reports]) or self._found(
                    [*beside, *(f"{stream} {harm} {of}" for stream in kin)]
                )

    def _untold(self, own: Sequence[Moved], calendar: Calendar) -> None:
        """The same of a strike that is not looked at: by what its records are about."""
        reports = [one for one in own if REPORTS in one.keys]
        self._by_key[COUNT] += reports
        for one in reports:
            for version in filter(None, one.sides):
                self._by_key[f"{COUNT} {calendar.day(version.at).isoformat()}"].append(one)
        for kind in {key.removeprefix(CLAIMS) for one in own for key in one.keys if key.startswith(f"{CLAIMS} ")}:
            claims = [one for one in own if f"{CLAIMS}{kind}" in one.keys]
            self._by_key[f"{COUNT}{kind}"] += [*claims, *reports]

    def of(self, *sides: Answer | None) -> tuple[int, ...]:
        """Positions of the records behind a change: those that the answers name first, then the newest first."""
        there = [answer for answer in sides if answer is not None]
        found = self._found(key for answer in there for key in answer.keys)
        found = found or self._found(key for answer in there for key in answer.beside)
        named = records_named([answer.value for answer in there])
        places = {position: one.record not in named for one in found for position in one.positions}
        return tuple(sorted(places, key=lambda position: (places[position], -position)))


def _day(view: StrikeView, calendar: Calendar) -> str:
    occurred = view.occurred
    return calendar.day(calendar.start(occurred.start if isinstance(occurred, Span) else occurred)).isoformat()
