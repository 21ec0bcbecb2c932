"""Strikes as they are shown: each with everything claimed of it, and the sums of every population."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import product
from typing import Any

from msgspec.structs import asdict

from domain.calendar import Calendar, Micros
from domain.strike import Assessed, ResponsibilityStated
from domain.values import Harm
from projections.index.version import all_of, view_of
from projections.rules.combining import summed
from projections.rules.strikes import Kind, Strike, Summand, adding
from projections.situation import (
    DayToll,
    GradeView,
    HarmRange,
    Population,
    Range,
    ResponsibilityView,
    StrikeRange,
    StrikeView,
    Toll,
)

HARMS: tuple[Harm, ...] = ("killed", "injured", "missing", "detained")
DAYS_SHOWN = 30


def populations(strikes: Sequence[Strike]) -> tuple[Population, ...]:
    """Sums for every population on record, each by itself."""
    return tuple(
        Population(
            of=of,
            harms=tuple(
                HarmRange(harm=harm, **_total(found for _, found in added))
                for harm in HARMS
                if (added := adding(strikes, harm, of))
            ),
        )
        for of in _populations(strikes)
    )


def tolls(strikes: Sequence[Strike], days: Iterable[date], calendar: Calendar) -> tuple[Toll, ...]:
    """What the strikes of each day add to the sum of all of them, for every harm and population."""
    wanted, found = list(days), []
    for of, harm in product(_populations(strikes), HARMS):
        by_day: dict[date, list[Summand]] = defaultdict(list)
        for strike, summand in adding(strikes, harm, of):
            by_day[calendar.day(strike.at)].append(summand)
        told = tuple(DayToll(day=day.isoformat(), **_total(by_day[day])) for day in wanted if day in by_day)
        if told:
            found.append(Toll(of=of, harm=harm, days=told))
    return tuple(found)


def _populations(strikes: Sequence[Strike]) -> list[str]:
    return sorted({of for strike in strikes for _, of in strike.sums})


def _total(added: Iterable[Summand]) -> dict[str, Any]:
    """What the figures of several strikes come to."""
    added = list(added)
    figures = [found.range for found in added if found.range.low is not None]
    total = summed(figures) if figures else Range(low=None, high=None, claims=0, counts=0)
    return {**asdict(total), "strikes": len(figures), "uncounted": sum(found.uncounted for found in added)}


def strike_view(strike: Strike, as_of: Micros, among: Sequence[Strike]) -> StrikeView:
    """One strike with everything claimed of it; which of it counts in sums is told for the sums over `among`."""
    wholes = [one for one in among if one.stream in strike.wholes] if strike.wholes else []
    report = strike.report
    about = sorted(
        (version for version in strike.about if version.at <= as_of),
        key=lambda version: (version.at, version.claimant, version.position),
    )
    graded = all_of(about, Assessed)
    grades = {version.data.grader: version for version in sorted(graded, key=lambda version: version.rank)}
    return view_of(
        StrikeView,
        report,
        ranges=tuple(
            StrikeRange(
                harm=kind.harm,
                of=kind.of,
                status=kind.status,
                includes=kind.includes,
                first_day=kind.first_day.isoformat(),
                last_day=kind.last_day.isoformat(),
                ruled=(summand := strike.sums.get((kind.harm, kind.of))) is not None
                and kind in summand.kinds
                and not any(_numbers_in(whole, kind) for whole in wholes),
                said=found.said,
                **asdict(found.range),
            )
            for kind, found in sorted(strike.kinds.items(), key=lambda item: (HARMS.index(item[0].harm), *item[0][1:]))
        ),
        responsibility=tuple(view_of(ResponsibilityView, version) for version in all_of(about, ResponsibilityStated)),
        grades=tuple(view_of(GradeView, version) for version in graded if grades[version.data.grader] is version),
        merged=strike.merged,
        part_of=strike.part_of,
        response_to=strike.response_to,
    )


def _numbers_in(strike: Strike, kind: Kind) -> bool:
    found = strike.sums.get((kind.harm, kind.of))
    return found is not None and found.range.low is not None
