"""How old what is known is, question by question: the newest report that bears on each."""

from __future__ import annotations

from collections.abc import Iterable

from domain.calendar import Calendar, Micros
from projections.rules.ceasefires import Ceasefire, newest_on_status
from projections.rules.crossings import Crossing, counted_from
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
    found = [one for crossing in crossings for one in crossing.questions]
    found += [(f"{one.stream} value", None, one.newest) for one in series]
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
