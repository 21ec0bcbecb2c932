"""Who got through a crossing or was refused there: claims of one period in one range, never added across periods."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Generic, Literal, NamedTuple, TypeVar

from msgspec.structs import asdict, replace

from domain.calendar import Calendar
from domain.crossing import Category, PassageRefused, PassagesCounted, QuotaSet
from domain.report import Facts
from domain.values import Direction, Figure
from projections.index.version import Version, all_of
from projections.rules.combining import Ruled, ends, ruled
from projections.rules.crossing_statuses import DIRECTIONS
from projections.rules.rule import Rule
from projections.situation import PassagesView, RefusedView

Outcome = Literal["turned_back", "held", "unstated"]
K = TypeVar("K", bound=str)
C = TypeVar("C", PassagesCounted, PassageRefused)
PARTS: tuple[Category, ...] = ("patient", "companion")
"""Both of these from one claimant, for one direction and period, are its own complete total of people."""
PARTS_OF_PEOPLE: tuple[Category, ...] = (*PARTS, "returnee", "staff")
"""All that such a total is made of, where they were given."""


class Counted(NamedTuple, Generic[K, C]):
    """Claims of one direction, category or outcome, and period, in one range."""

    direction: Direction
    kind: K
    first_day: date
    last_day: date
    ruled: Ruled[C]

    @property
    def days(self) -> int:
        """Length of the period in local days."""
        return (self.last_day - self.first_day).days + 1


Passages = Counted[Category, PassagesCounted]
Refusals = Counted[Outcome, PassageRefused]


def passages(versions: Iterable[Version[Facts]], rule: Rule, calendar: Calendar) -> list[Passages]:
    """Passages by direction, category and period; totals of people include claimants' own complete parts."""
    grouped: dict[tuple[Direction, Category, date, date], list[Version[PassagesCounted]]] = defaultdict(list)
    for version in all_of(versions, PassagesCounted):
        grouped[version.data.direction, version.data.category, *version.days(calendar)].append(version)
    for direction, first, last in {(key[0], key[2], key[3]) for key in grouped if key[1] == PARTS[0]}:
        people = grouped[direction, "people", first, last]
        said = {claim.claimant for claim in people}
        parts = {part: grouped.get((direction, part, first, last), []) for part in PARTS_OF_PEOPLE}
        people += [total for total in _complete(parts) if total.claimant not in said]
    return [Counted(*key, ruled(claims, rule, calendar)) for key, claims in sorted(grouped.items()) if claims]


def refusals(versions: Iterable[Version[Facts]], rule: Rule, calendar: Calendar) -> list[Refusals]:
    """Refusals by direction, outcome and period."""
    grouped: dict[tuple[Direction, Outcome, date, date], list[Version[PassageRefused]]] = defaultdict(list)
    for version in all_of(versions, PassageRefused):
        grouped[version.data.direction, version.data.outcome, *version.days(calendar)].append(version)
    return [Counted(*key, ruled(claims, rule, calendar)) for key, claims in sorted(grouped.items())]


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
        data = replace(last.data, category="people", figure=total)
        # listed under the record that completed it; its id is negative, so that it is not taken for that claim
        yield replace(last, id=-last.id, report=replace(last.report, data=data))


def _amount(figure: Figure) -> Figure:
    return replace(figure, parts=None)


def newest_periods(found: Iterable[Counted[K, C]]) -> list[Counted[K, C]]:
    """Per direction and kind the newest period by its end; of several that end that day the shortest.

    Periods that overlap are never added, so one period is all that is shown.
    """
    ordered = sorted(found, key=lambda one: (one.last_day, one.first_day))
    chosen = {(one.direction, one.kind): one for one in ordered}
    return sorted(chosen.values(), key=lambda one: (DIRECTIONS.index(one.direction), one.kind != "people", one.kind))


DAYS_PER = {"day": 1, "week": 7}
"""Local days that a quota's unit of time has."""


def compared(quota: Version[QuotaSet], counted: Iterable[Passages], calendar: Calendar) -> list[Passages]:
    """The newest passages to hold against a quota: one period for one direction, the same period of both for both."""
    data = quota.data
    days = quota.days(calendar)
    fitting = [
        one
        for one in counted
        if one.kind == data.category
        and one.last_day >= days[0]
        and ((one.first_day, one.last_day) == days if data.per == "period" else one.days == DAYS_PER[data.per])
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


def passages_view(one: Passages, quotas: Iterable[str]) -> PassagesView:
    """Passages as they are shown, with the records of the quotas that they are compared with."""
    return PassagesView(category=one.kind, days=one.days, quotas=tuple(quotas), **_shown(one))


def refused_view(one: Refusals) -> RefusedView:
    """Refusals as they are shown."""
    return RefusedView(outcome=one.kind, **_shown(one))


def _shown(one: Counted[K, C]) -> dict[str, Any]:
    return {
        "direction": one.direction,
        "first_day": one.first_day.isoformat(),
        "last_day": one.last_day.isoformat(),
        "said": one.ruled.said,
        **asdict(one.ruled.range),
    }
