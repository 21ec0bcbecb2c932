"""How old what is known is, question by question: the newest report that bears on each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from domain.calendar import Calendar, Micros
from domain.report import Facts
from projections.index.version import Version
from projections.rules.ceasefires import Ceasefire, newest_on_status
from projections.rules.crossings import Crossing, counted_from, shown_passages, shown_refusals
from projections.rules.running import Running
from projections.situation import Age


def ages(
    crossings: Iterable[Crossing],
    series: Iterable[Running],
    ceasefire: Ceasefire | None,
    as_of: Micros,
    calendar: Calendar,
) -> tuple[Age, ...]:
    """The age of every question of crossings and series, and of the status of the ceasefire shown; by question."""
    today = calendar.day(as_of)
    found = [one for crossing in crossings for one in _of_crossing(crossing)]
    found += [(f"{one.stream} value", None, one.values[-1]) for one in series]
    if ceasefire is not None and (newest := newest_on_status(ceasefire)) is not None:
        found.append((f"{ceasefire.stream} status", None, newest))
    return tuple(
        Age(
            question=question,
            newest_report=counted_from(newest, calendar),
            age_days=(today - calendar.day(newest.at)).days,
            record=record,
        )
        for question, record, newest in sorted(found, key=lambda one: (one[0], one[2].position))
    )


def _of_crossing(one: Crossing) -> Iterator[tuple[str, str | None, Version[Facts]]]:
    for (direction, load), way in one.ways.items():
        if way.ruling.newest is not None:
            yield f"{one.stream} status {direction} {load}", None, way.ruling.newest
    for quota in one.quotas:
        yield f"{one.stream} quota", quota.record, quota
    for passed in shown_passages(one.counted):
        yield f"{one.stream} passages {passed.direction} {passed.category}", None, _newest(passed.claims)
    for refused in shown_refusals(one.refused):
        yield f"{one.stream} refused {refused.direction} {refused.outcome}", None, _newest(refused.claims)


def _newest(claims: Iterable[Version[Facts]]) -> Version[Facts]:
    return max(claims, key=lambda version: version.order)
