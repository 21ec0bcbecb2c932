"""Crossings at a vantage: what was permitted, who got through or was refused, how old it all is, in one view."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

import msgspec

from domain.calendar import Calendar, Micros
from domain.crossing import (
    AnnouncementDenied,
    Category,
    PassageRefused,
    PassagesCounted,
    QuotaSet,
    Registered,
)
from domain.report import Facts
from domain.values import Direction, Figure, Load, Span
from projections.index.version import Version, all_of
from projections.rules.combining import Ruled, ends, ruled
from projections.rules.crossing_statuses import DIRECTIONS, Announced, WayStatus, announcement_views, status_view
from projections.rules.rule import Rule
from projections.situation import (
    CrossingView,
    PassagesView,
    QuotaView,
    RefusedView,
    Ways,
)

PARTS: tuple[Category, ...] = ("patient", "companion")
"""Both of these from one claimant, for one direction and period, are its own complete total of people."""
PARTS_OF_PEOPLE: tuple[Category, ...] = (*PARTS, "returnee", "staff")
"""All that such a total is made of, where they were given."""


class Crossing(NamedTuple):
    """One crossing at a vantage: all that its view, and what is told of it, are made of.

    `counted` holds at least the newest period of each direction and category, and what the quotas are held against;
    `measured` is the same by the envelope, whatever the vantage's rule. `quotas` are each claimant's newest;
    `announced` is not met yet or held otherwise.
    """

    stream: str
    register: Version[Registered] | None
    newest: Version[Facts] | None
    ways: dict[tuple[Direction, Load], WayStatus]
    quotas: list[Version[QuotaSet]]
    counted: list[Passages]
    measured: list[Passages]
    refused: list[Refusals]
    announced: list[Announced]
    denials: list[Version[AnnouncementDenied]]


class Passages(NamedTuple):
    """Claims of one direction, category and period, in one range."""

    direction: Direction
    category: Category
    first_day: date
    last_day: date
    ruled: Ruled[PassagesCounted]
    claims: tuple[Version[PassagesCounted], ...]

    @property
    def days(self) -> int:
        """Length of the period in local days."""
        return (self.last_day - self.first_day).days + 1


class Refusals(NamedTuple):
    """Claims of one direction, outcome and period, in one range."""

    direction: Direction
    outcome: str
    first_day: date
    last_day: date
    ruled: Ruled[PassageRefused]
    claims: tuple[Version[PassageRefused], ...]


def passages(versions: Iterable[Version[Facts]], rule: Rule, calendar: Calendar) -> list[Passages]:
    """Passages by direction, category and period; totals of people include claimants' own complete parts."""
    grouped: dict[tuple[Direction, Category, date, date], list[Version[PassagesCounted]]] = defaultdict(list)
    for version in all_of(versions, PassagesCounted):
        grouped[version.data.direction, version.data.category, *version.days(calendar)].append(version)
    for direction, first, last in {(key[0], key[2], key[3]) for key in grouped}:
        people = grouped[direction, "people", first, last]
        said = {claim.claimant for claim in people}
        people.extend(
            total
            for total in _complete({part: grouped.get((direction, part, first, last), []) for part in PARTS_OF_PEOPLE})
            if total.claimant not in said
        )
    return [
        Passages(direction, category, first, last, ruled(claims, rule, calendar), tuple(claims))
        for (direction, category, first, last), claims in sorted(grouped.items())
        if claims
    ]


def _complete(parts: dict[Category, list[Version[PassagesCounted]]]) -> Iterable[Version[PassagesCounted]]:
    """One total of people per claimant that gave both patients and companions, from its newest of each."""
    newest: dict[str, dict[Category, Version[PassagesCounted]]] = defaultdict(dict)
    for category, claims in parts.items():
        for claim in sorted(claims, key=lambda claim: claim.rank):
            newest[claim.claimant][category] = claim
    for claimant in sorted(newest):
        given = newest[claimant]
        if not all(part in given for part in PARTS):
            continue
        counted = {category: claim.data.figure for category, claim in given.items()}
        pairs = [ends(figure) for figure in counted.values()]
        lows = [low for low, _ in pairs]
        highs = [high for _, high in pairs]
        low = None if None in lows else sum(value for value in lows if value is not None)
        high = None if None in highs else sum(value for value in highs if value is not None)
        if low is None and high is None:
            continue
        last = max(given.values(), key=lambda claim: claim.rank)
        total = Figure(
            low=low,
            best=low if low == high else None,
            high=high,
            qualifier="exact" if low == high else "at_least" if high is None else "at_most" if low is None else "range",
            parts={category: _amount(figure) for category, figure in counted.items()},
        )
        data = msgspec.structs.replace(last.data, category="people", figure=total)
        # listed under the record that completed it; its id is negative, so that it is not taken for that claim
        yield msgspec.structs.replace(last, id=-last.id, report=msgspec.structs.replace(last.report, data=data))


def _amount(figure: Figure) -> Figure:
    return msgspec.structs.replace(figure, parts=None)


def shown_passages(found: Iterable[Passages]) -> list[Passages]:
    """Per direction and category the newest period by its end; of several that end that day the shortest.

    Periods that overlap are never added, so one period is all that is shown.
    """
    chosen: dict[tuple[Direction, Category], Passages] = {}
    for one in sorted(found, key=lambda one: (one.last_day, -one.days)):
        chosen[one.direction, one.category] = one
    return [
        chosen[key] for key in sorted(chosen, key=lambda key: (DIRECTIONS.index(key[0]), key[1] != "people", key[1]))
    ]


_DAYS = {"day": 1, "week": 7}


def compared(quota: Version[QuotaSet], counted: Iterable[Passages], calendar: Calendar) -> list[Passages]:
    """The newest passages to hold against a quota: one period for one direction, the same period of both for both."""
    data = quota.data
    days = quota.days(calendar)
    fitting = [
        one
        for one in counted
        if one.category == data.category
        and one.last_day >= days[0]
        and ((one.first_day, one.last_day) == days if data.per == "period" else one.days == _DAYS[data.per])
        and one.ruled.inside
    ]
    wanted = DIRECTIONS if data.direction == "both" else (data.direction,)
    for last in sorted({(one.last_day, one.first_day) for one in fitting}, reverse=True):
        of_period = [one for one in fitting if (one.last_day, one.first_day) == last and one.direction in wanted]
        if len(of_period) == len(wanted) and (len(wanted) == 1 or of_both(of_period)):
            return of_period
    return []


def of_both(found: Sequence[Passages]) -> dict[str, list[Version[PassagesCounted]]]:
    """Per claimant its newest claim of each direction, of those who gave both: claims of two are never added."""
    own = [{claim.claimant: claim for claim in sorted(one.ruled.inside, key=lambda claim: claim.rank)} for one in found]
    whole = set.intersection(*(set(claims) for claims in own))
    return {claimant: [claims[claimant] for claims in own] for claimant in sorted(whole)}


def _passages_view(one: Passages, against: Iterable[tuple[Version[QuotaSet], list[Passages]]]) -> PassagesView:
    return PassagesView(
        quotas=tuple(
            quota.record for quota, held in against if quota.data.direction == one.direction and held == [one]
        ),
        direction=one.direction,
        category=one.category,
        first_day=one.first_day.isoformat(),
        last_day=one.last_day.isoformat(),
        days=one.days,
        said=one.ruled.said,
        **msgspec.structs.asdict(one.ruled.range),
    )


def refusals(versions: Iterable[Version[Facts]], rule: Rule, calendar: Calendar) -> list[Refusals]:
    """Refusals by direction, outcome and period."""
    grouped: dict[tuple[Direction, str, date, date], list[Version[PassageRefused]]] = defaultdict(list)
    for version in all_of(versions, PassageRefused):
        grouped[version.data.direction, version.data.outcome, *version.days(calendar)].append(version)
    return [Refusals(*key, ruled(claims, rule, calendar), tuple(claims)) for key, claims in sorted(grouped.items())]


def shown_refusals(found: Iterable[Refusals]) -> list[Refusals]:
    """Per direction and outcome the newest period by its end; of several that end that day the shortest."""
    chosen: dict[tuple[Direction, str], Refusals] = {}
    for one in sorted(found, key=lambda one: (one.last_day, one.first_day)):
        chosen[one.direction, one.outcome] = one
    return [chosen[key] for key in sorted(chosen)]


def _refused_views(found: Iterable[Refusals]) -> tuple[RefusedView, ...]:
    return tuple(
        msgspec.convert(
            {
                "direction": one.direction,
                "outcome": one.outcome,
                "first_day": one.first_day.isoformat(),
                "last_day": one.last_day.isoformat(),
                "said": one.ruled.said,
                **msgspec.structs.asdict(one.ruled.range),
            },
            RefusedView,
        )
        for one in shown_refusals(found)
    )


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


def crossing_views(found: Iterable[Crossing], as_of: Micros, calendar: Calendar) -> tuple[CrossingView, ...]:
    """Crossings by name."""
    views = [crossing_view(one, as_of, calendar) for one in found]
    return tuple(sorted(views, key=lambda view: (view.name, view.stream)))


def crossing_view(one: Crossing, as_of: Micros, calendar: Calendar) -> CrossingView:
    """One crossing as it is shown."""
    register, newest = one.register, one.newest
    against = [(quota, compared(quota, one.counted, calendar)) for quota in one.quotas]

    def ways(load: Load) -> Ways:
        return Ways(into=status_view(one.ways["into", load]), out_of=status_view(one.ways["out_of", load]))

    return CrossingView(
        stream=one.stream,
        name=register.data.name if register else one.stream.removeprefix("crossing-").replace("-", " ").capitalize(),
        place=register.data.place if register else None,
        registered=register is not None,
        people=ways("people"),
        goods=ways("goods"),
        quotas=tuple(_quota_view(quota) for quota in one.quotas),
        passages=tuple(_passages_view(shown, against) for shown in shown_passages(one.counted)),
        refused=_refused_views(one.refused),
        announced=announcement_views(one.announced, one.denials),
        newest_report=counted_from(newest, calendar) if newest else None,
        silence_days=(calendar.day(as_of) - calendar.day(newest.at)).days if newest else None,
    )


def _quota_view(quota: Version[QuotaSet]) -> QuotaView:
    return QuotaView(
        direction=quota.data.direction,
        category=quota.data.category,
        figure=quota.data.figure,
        per=quota.data.per,
        kind=quota.data.kind,
        claimant=quota.claimant,
        occurred=quota.report.occurred,
        record=quota.record,
    )


def counted_from(version: Version[Facts], calendar: Calendar) -> str:
    """When a report began to count: the end of a total's span (of a count so far its day), else the start."""
    occurred = version.report.occurred
    if not isinstance(occurred, Span):
        return occurred
    if version.counted == version.first:
        return occurred.start
    ended = version.at == version.last and occurred.end is not None
    return occurred.end if ended and occurred.end else calendar.day(version.at).isoformat()
