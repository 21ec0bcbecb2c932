"""Crossings at a vantage: what was permitted, who got through or was refused, how old it all is, in one view."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from msgspec.structs import replace

from domain.calendar import Calendar, Micros
from domain.crossing import AnnouncementDenied, ChangeAnnounced, QuotaSet, Registered
from domain.report import Facts
from domain.values import Direction, Load, Span
from projections.index.version import Version, all_of, view_of
from projections.rules.crossing_statuses import WayStatus, announcement_views, status_view
from projections.rules.passages import Passages, Refusals, compared, newest_periods, passages_view, refused_view
from projections.situation import CrossingView, QuotaView, Ways


@dataclass(frozen=True, kw_only=True)
class Crossing:
    """One crossing at a vantage: all that its view, and what is told of it, are made of.

    `counted` holds at least the newest period of each direction and category, and what the quotas are held against;
    `measured` is the same by the envelope, whatever the vantage's rule. `quotas` are each claimant's newest;
    `announced` is not met yet or held otherwise.
    """

    stream: str
    calendar: Calendar
    register: Version[Registered] | None
    newest: Version[Facts] | None
    ways: dict[tuple[Direction, Load], WayStatus]
    quotas: list[Version[QuotaSet]]
    counted: list[Passages]
    measured: list[Passages]
    refused: list[Refusals]
    announced: list[Version[ChangeAnnounced]]
    denials: list[Version[AnnouncementDenied]]

    @cached_property
    def against(self) -> list[tuple[Version[QuotaSet], list[Passages]]]:
        """Each quota with what it is held against."""
        return [(quota, compared(quota, self.measured, self.calendar)) for quota in self.quotas]

    @cached_property
    def questions(self) -> list[tuple[str, str | None, Version[Facts]]]:
        """Every question that somebody answers: its line, the record where each is one, the newest report on it."""
        return list(self._questions())

    def _questions(self) -> Iterator[tuple[str, str | None, Version[Facts]]]:
        for (direction, load), way in self.ways.items():
            if way.ruling.newest is not None:
                yield f"{self.stream} status {direction} {load}", None, way.ruling.newest
        for quota in self.quotas:
            yield f"{self.stream} quota", quota.record, quota
        for passed in newest_periods(self.counted):
            yield f"{self.stream} passages {passed.direction} {passed.kind}", None, newest_of(passed.ruled.claims)
        for refused in newest_periods(self.refused):
            yield f"{self.stream} refused {refused.direction} {refused.kind}", None, newest_of(refused.ruled.claims)

    @cached_property
    def view(self) -> CrossingView:
        """The crossing as it is shown, but for how long it has been silent."""
        register = self.register
        name = self.stream.removeprefix("crossing-").replace("-", " ").capitalize()
        against = self.against
        if self.counted is not self.measured:
            against = [(quota, compared(quota, self.counted, self.calendar)) for quota in self.quotas]
        return CrossingView(
            stream=self.stream,
            name=register.data.name if register else name,
            place=register.data.place if register else None,
            registered=register is not None,
            people=self._ways("people"),
            goods=self._ways("goods"),
            quotas=tuple(view_of(QuotaView, quota) for quota in self.quotas),
            passages=tuple(
                passages_view(one, (quota.record for quota, held in against if held == [one]))
                for one in newest_periods(self.counted)
            ),
            refused=tuple(map(refused_view, newest_periods(self.refused))),
            announced=announcement_views(self.announced, self.denials),
            newest_report=counted_from(self.newest, self.calendar) if self.newest else None,
            silence_days=None,
        )

    def _ways(self, load: Load) -> Ways:
        return Ways(into=status_view(self.ways["into", load]), out_of=status_view(self.ways["out_of", load]))

    def shown(self, as_of: Micros) -> CrossingView:
        """The crossing as it is shown at a time."""
        if self.newest is None:
            return self.view
        day = self.calendar.day
        return replace(self.view, silence_days=(day(as_of) - day(self.newest.at)).days)


def crossing_views(found: Iterable[Crossing], as_of: Micros) -> tuple[CrossingView, ...]:
    """Crossings by name."""
    return tuple(sorted((one.shown(as_of) for one in found), key=lambda view: (view.name, view.stream)))


def newest_of(claims: Iterable[Version[Facts]]) -> Version[Facts]:
    """The newest of some claims."""
    return max(claims, key=lambda version: version.order)


def newest_quotas(versions: Iterable[Version[Facts]]) -> list[Version[QuotaSet]]:
    """Each claimant's newest standing quota, by occurred, per direction, category, unit of time and kind."""
    newest: dict[tuple[str, ...], Version[QuotaSet]] = {}
    for version in sorted(all_of(versions, QuotaSet), key=lambda version: version.order):
        data = version.data
        newest[data.direction, data.category, data.per, data.kind, version.claimant] = version
    return sorted(newest.values(), key=lambda version: (*version.order, version.claimant))


def newest_register(versions: Iterable[Version[Facts]]) -> Version[Registered] | None:
    """What a crossing was last registered as."""
    return max(all_of(versions, Registered), key=lambda version: version.rank, default=None)


def counted_from(version: Version[Facts], calendar: Calendar) -> str:
    """When a report began to count: the end of a total's span (of a count so far its day), else the start."""
    occurred = version.report.occurred
    if not isinstance(occurred, Span):
        return occurred
    if version.counted == version.first:
        return occurred.start
    ended = version.at == version.last and occurred.end is not None
    return occurred.end if ended and occurred.end else calendar.day(version.at).isoformat()
