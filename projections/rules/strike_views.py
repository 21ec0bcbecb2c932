"""Strikes as they are shown: each with everything claimed of it, and the sums of every population."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from domain.calendar import Calendar, Micros
from domain.strike import Assessed, ResponsibilityStated
from domain.values import Harm
from projections.index.version import all_of
from projections.rules.combining import summed
from projections.rules.strikes import Kind, Strike, StrikeBook, Summand, adding, summands
from projections.situation import (
    DayToll,
    GradeView,
    HarmRange,
    Population,
    ResponsibilityView,
    StrikeRange,
    StrikeView,
    Toll,
)

HARMS: tuple[Harm, ...] = ("killed", "injured", "missing", "detained")
DAYS_SHOWN = 30


def populations(strikes: Sequence[Strike]) -> tuple[Population, ...]:
    """Sums for every population on record, each by itself."""
    names = sorted({of for strike in strikes for _, of in strike.sums})
    return tuple(
        Population(
            of=of,
            harms=tuple(
                HarmRange(
                    harm=harm,
                    strikes=len(figures),
                    uncounted=sum(found.uncounted for found in added),
                    low=total.low if figures else None,
                    high=total.high if figures else None,
                    claims=total.claims,
                    counts=total.counts,
                    best=total.best,
                    open_above=total.open_above,
                    open_below=total.open_below,
                )
                for harm in HARMS
                if (added := summands(strikes, harm, of))
                for figures in ([found.range for found in added if found.range.low is not None],)
                for total in (summed(figures),)
            ),
        )
        for of in names
    )


def tolls(strikes: Sequence[Strike], days: Iterable[date], calendar: Calendar) -> tuple[Toll, ...]:
    """What the strikes of each day add to the sum of all of them, for every harm and population."""
    wanted = list(days)
    found: list[Toll] = []
    for of in sorted({of for strike in strikes for _, of in strike.sums}):
        for harm in HARMS:
            by_day: dict[date, list[Summand]] = defaultdict(list)
            for strike, summand in adding(strikes, harm, of):
                by_day[calendar.day(strike.at)].append(summand)
            told = tuple(_day_toll(day, by_day[day]) for day in wanted if day in by_day)
            if told:
                found.append(Toll(of=of, harm=harm, days=told))
    return tuple(found)


def _day_toll(day: date, added: Sequence[Summand]) -> DayToll:
    figures = [found.range for found in added if found.range.low is not None]
    total = summed(figures)
    return DayToll(
        day=day.isoformat(),
        strikes=len(figures),
        uncounted=sum(found.uncounted for found in added),
        low=total.low if figures else None,
        high=total.high if figures else None,
        claims=total.claims,
        counts=total.counts,
        best=total.best,
        open_above=total.open_above,
    )


def strike_view(book: StrikeBook, strike: Strike, as_of: Micros, among: Sequence[Strike]) -> StrikeView:
    """One strike with everything claimed of it; which of it counts in sums is told for the sums over `among`."""
    wholes = [one for one in among if one.stream in strike.wholes] if strike.wholes else []
    report = strike.report
    about = sorted(
        (version for version in book.about.get(strike.stream, ()) if version.at <= as_of),
        key=lambda version: (version.at, version.claimant, version.position),
    )
    graded = all_of(about, Assessed)
    grades = {version.data.grader: version for version in sorted(graded, key=lambda version: version.rank)}
    return StrikeView(
        stream=strike.stream,
        kind=report.data.kind,
        place=report.data.place,
        clarity=report.data.clarity,
        occurred=report.report.occurred,
        claimant=report.claimant,
        record=report.record,
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
                low=found.range.low,
                high=found.range.high,
                claims=found.range.claims,
                counts=found.range.counts,
                best=found.range.best,
                open_above=found.range.open_above,
                open_below=found.range.open_below,
                said=found.said,
            )
            for kind, found in sorted(strike.kinds.items(), key=lambda item: (HARMS.index(item[0].harm), *item[0][1:]))
        ),
        responsibility=tuple(
            ResponsibilityView(
                stance=version.data.stance,
                party=version.data.party,
                claimant=version.claimant,
                record=version.record,
                target=version.data.target,
                justification=version.data.justification,
            )
            for version in all_of(about, ResponsibilityStated)
        ),
        grades=tuple(
            GradeView(grade=version.data.grade, grader=version.data.grader, record=version.record)
            for version in graded
            if grades[version.data.grader] is version
        ),
        merged=strike.merged,
        part_of=strike.part_of,
        response_to=strike.response_to,
    )


def _numbers_in(strike: Strike, kind: Kind) -> bool:
    found = strike.sums.get((kind.harm, kind.of))
    return found is not None and found.range.low is not None
