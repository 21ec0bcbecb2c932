"""Strikes at a vantage: what was recorded, who claims what of each, and sums that never cross populations.

Which strikes there are, what joins what and which figure is ruled depend on what is known alone, so a StrikeBook is
made once per position and rule; the as-of time then only cuts it. A casualties claim and a link count at their
strike's `occurred`, not at their own.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from domain.calendar import Calendar, Micros, precision
from domain.values import CivilStatus, Harm, Inclusion
from projections.combining import Ruled, preferred_claimant, ruled, summed
from projections.rows import Version
from projections.situation import (
    LISTED,
    DayCount,
    GradeView,
    HarmRange,
    Population,
    Range,
    ResponsibilityView,
    StrikeRange,
    StrikesView,
    StrikeView,
    Week,
)

CLAIMED = "strike.casualties_claimed"
REPORTED = "strike.reported"
_SUMMED: dict[Inclusion, int] = {"new": 0, "unstated": 1}
"""Inclusions that count in sums, in order of preference: recovered, committee and succumbed never do."""
_HARMS: tuple[Harm, ...] = ("killed", "injured", "missing", "detained")
DAYS_SHOWN = 30


class Kind(NamedTuple):
    """What claims must share to stand in one range."""

    harm: Harm
    of: str
    status: CivilStatus
    includes: Inclusion
    first_day: date
    last_day: date


class Strike(NamedTuple):
    """One strike as it is known: the newest standing report of it, with the claims of its duplicates.

    `sums` holds, per harm and population, the one kind whose range counts in sums. `counted` is False for a part of
    another strike.
    """

    stream: str
    report: Version
    claims: tuple[Version, ...]
    kinds: dict[Kind, Ruled]
    sums: dict[tuple[Harm, str], Kind]
    merged: tuple[str, ...]
    part_of: str | None
    response_to: tuple[str, ...]

    @property
    def at(self) -> Micros:
        """When the strike, and all that is claimed of it, begins to count."""
        return self.report.at

    @property
    def counted(self) -> bool:
        """Whether it counts in sums."""
        return self.part_of is None


class StrikeBook(NamedTuple):
    """All strikes known at one position, by time; `unreported` are streams with claims and no standing report.

    `about` are the other records on each strike (responsibility, grades), which count from their own `occurred`.
    """

    strikes: tuple[Strike, ...]
    times: tuple[Micros, ...]
    unreported: dict[str, tuple[Version, ...]]
    about: dict[str, tuple[Version, ...]]
    calendar: Calendar

    def between(self, first: Micros, last: Micros) -> Sequence[Strike]:
        """Strikes that occurred in a span, both ends included."""
        return self.strikes[bisect_left(self.times, first) : bisect_right(self.times, last)]


def strike_book(versions: Iterable[Version], rule: str, calendar: Calendar) -> StrikeBook:
    """Every strike in standing versions of strike streams known at one position."""
    streams: dict[str, list[Version]] = defaultdict(list)
    for version in versions:
        streams[version.stream].append(version)
    reports = {
        stream: max(found, key=lambda version: version.rank)
        for stream, all_of_it in streams.items()
        if (found := [version for version in all_of_it if version.type == REPORTED])
    }
    links = {stream: _links(all_of_it) for stream, all_of_it in streams.items()}
    homes = {stream: _home(stream, links, reports) for stream in reports}
    claims: dict[str, list[Version]] = defaultdict(list)
    about: dict[str, list[Version]] = defaultdict(list)
    merged: dict[str, list[str]] = defaultdict(list)
    for stream, home in homes.items():
        claims[home].extend(version for version in streams[stream] if version.type == CLAIMED)
        about[home].extend(
            version
            for version in streams[stream]
            if version.type in ("strike.responsibility_stated", "strike.assessed")
        )
        if stream != home:
            merged[home].append(stream)
    strikes = sorted(
        (
            _strike(stream, reports[stream], claims[stream], sorted(merged[stream]), links, reports, rule, calendar)
            for stream, home in homes.items()
            if stream == home
        ),
        key=lambda strike: (strike.at, strike.report.position),
    )
    return StrikeBook(
        strikes=tuple(strikes),
        times=tuple(strike.at for strike in strikes),
        unreported={
            stream: tuple(found)
            for stream, all_of_it in streams.items()
            if stream not in reports and (found := [version for version in all_of_it if version.type == CLAIMED])
        },
        about={stream: tuple(found) for stream, found in about.items()},
        calendar=calendar,
    )


def _links(versions: Iterable[Version]) -> dict[str, tuple[str, ...]]:
    """Standing links of one strike by relation, the newest first."""
    found = sorted(
        (version for version in versions if version.type == "strike.linked"),
        key=lambda version: version.rank,
        reverse=True,
    )
    links: dict[str, list[str]] = defaultdict(list)
    for version in found:
        if version.data.other not in links[version.data.relation]:
            links[version.data.relation].append(version.data.other)
    return {relation: tuple(others) for relation, others in links.items()}


def _home(stream: str, links: dict[str, dict[str, tuple[str, ...]]], reports: dict[str, Version]) -> str:
    """The strike that a strike's claims belong to: itself, or at the end of the chain of those that it duplicates.

    A link to a strike without a standing report leads nowhere: then the duplicate counts on its own again. A ring,
    which is refused when it is recorded but may come about when a link is reinstated, counts once, at its first name.
    """
    chain = [stream]
    while True:
        onwards = next((other for other in links.get(chain[-1], {}).get("duplicate_of", ()) if other in reports), None)
        if onwards is None:
            return chain[-1]
        if onwards in chain:
            return min(chain[chain.index(onwards) :])
        chain.append(onwards)


def _whole(
    stream: str, same: set[str], links: dict[str, dict[str, tuple[str, ...]]], reports: dict[str, Version]
) -> str | None:
    """The standing strike that this one is part of. In a ring of parts the first name stands for the whole."""
    whole = next((o for o in links.get(stream, {}).get("part_of", ()) if o in reports and o not in same), None)
    chain = [stream]
    onwards = whole
    while onwards is not None and onwards not in chain:
        chain.append(onwards)
        onwards = next((o for o in links.get(onwards, {}).get("part_of", ()) if o in reports), None)
    return None if onwards == stream == min(chain) else whole


def _strike(
    stream: str,
    report: Version,
    claims: Sequence[Version],
    merged: Sequence[str],
    links: dict[str, dict[str, tuple[str, ...]]],
    reports: dict[str, Version],
    rule: str,
    calendar: Calendar,
) -> Strike:
    grouped: dict[Kind, list[Version]] = defaultdict(list)
    for claim in claims:
        data = claim.data
        days = calendar.days(claim.report.occurred)
        grouped[Kind(data.harm, data.of, data.status, data.includes, *days)].append(claim)
    kinds = {kind: ruled(found, rule, calendar) for kind, found in sorted(grouped.items())}
    own = links.get(stream, {})
    return Strike(
        stream=stream,
        report=report,
        claims=tuple(claims),
        kinds=kinds,
        sums=_sums(kinds, calendar.days(report.report.occurred), preferred_claimant(rule)),
        merged=tuple(merged),
        part_of=_whole(stream, {stream, *merged}, links, reports),
        response_to=tuple(sorted(own.get("response_to", ()))),
    )


def _sums(kinds: dict[Kind, Ruled], own_days: tuple[date, date], preferred: str | None) -> dict[tuple[Harm, str], Kind]:
    """Per harm and population the one kind that counts in sums.

    Those newly harmed before those of unstated inclusion, then a status that is unstated (all of them) before one of
    some, then the preferred claimant's, then the strike's own days, then most claims, then alphabetically.
    """
    sums: dict[tuple[Harm, str], Kind] = {}

    def place(kind: Kind) -> tuple[Any, ...]:
        found = kinds[kind]
        return (
            _SUMMED[kind.includes],
            kind.status != "unstated",
            preferred is None or all(claim.claimant != preferred for claim in found.inside),
            (kind.first_day, kind.last_day) != own_days,
            -found.range.claims,
            kind,
        )

    eligible = (kind for kind, found in kinds.items() if kind.includes in _SUMMED and found.range.low is not None)
    for kind in sorted(eligible, key=place):
        sums.setdefault((kind.harm, kind.of), kind)
    return sums


def harm_sum(strikes: Iterable[Strike], harm: Harm, of: str) -> Range:
    """The sum of the ruled figure of each strike that counts, for one harm and one population."""
    return summed(_ruled_figures(strikes, harm, of))


def _ruled_figures(strikes: Iterable[Strike], harm: Harm, of: str) -> list[Range]:
    return [
        strike.kinds[strike.sums[harm, of]].range for strike in strikes if strike.counted and (harm, of) in strike.sums
    ]


def populations(strikes: Sequence[Strike]) -> tuple[Population, ...]:
    """Sums for every population on record, each by itself."""
    names = sorted({of for strike in strikes if strike.counted for _, of in strike.sums})
    return tuple(
        Population(
            of=of,
            harms=tuple(
                HarmRange(
                    harm=harm,
                    strikes=len(figures),
                    low=total.low,
                    high=total.high,
                    claims=total.claims,
                    counts=total.counts,
                    best=total.best,
                    open_above=total.open_above,
                    open_below=total.open_below,
                )
                for harm in _HARMS
                if (figures := _ruled_figures(strikes, harm, of))
                for total in (summed(figures),)
            ),
        )
        for of in names
    )


def strikes_view(book: StrikeBook, as_of: Micros, day_one: date | None) -> StrikesView:
    """Strikes since day 1 up to `as_of`."""
    calendar = book.calendar
    today = calendar.day(as_of)
    since = calendar.day_start(day_one) if day_one else -(2**62)
    shown = book.between(since, as_of)
    recent = book.between(calendar.day_start(today - timedelta(days=DAYS_SHOWN - 1)), as_of)
    per_day: dict[date, list[Strike]] = defaultdict(list)
    for strike in recent:
        if strike.counted:
            per_day[calendar.day(strike.at)].append(strike)
    days = [today - timedelta(days=back) for back in range(DAYS_SHOWN - 1, -1, -1)]
    return StrikesView(
        count=sum(strike.counted for strike in shown),
        since=day_one.isoformat() if day_one else None,
        populations=populations(shown),
        per_day=tuple(
            DayCount(
                day=day.isoformat(),
                strikes=len(per_day[day]),
                no_hour=sum(precision(strike.report.report.occurred) != 0 for strike in per_day[day]),
            )
            for day in days
        ),
        week=Week(
            strikes=sum(len(per_day[day]) for day in days[-7:]), before=sum(len(per_day[day]) for day in days[-14:-7])
        ),
        latest=tuple(strike_view(book, strike, as_of) for strike in reversed(shown[-LISTED:])),
        total=len(shown),
    )


def strike_view(book: StrikeBook, strike: Strike, as_of: Micros) -> StrikeView:
    """One strike with everything claimed of it."""
    report = strike.report
    about = sorted(
        (version for version in book.about.get(strike.stream, ()) if version.at <= as_of),
        key=lambda version: (version.at, version.claimant, version.position),
    )
    grades = {version.data.grader: version for version in sorted(about, key=lambda v: v.rank) if _is_grade(version)}
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
                ruled=strike.counted and strike.sums.get((kind.harm, kind.of)) == kind,
                low=found.range.low,
                high=found.range.high,
                claims=found.range.claims,
                counts=found.range.counts,
                best=found.range.best,
                open_above=found.range.open_above,
                open_below=found.range.open_below,
                said=found.said,
            )
            for kind, found in sorted(strike.kinds.items(), key=lambda item: (_HARMS.index(item[0].harm), *item[0][1:]))
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
            for version in about
            if not _is_grade(version)
        ),
        grades=tuple(
            GradeView(grade=version.data.grade, grader=version.data.grader, record=version.record)
            for version in about
            if _is_grade(version) and grades[version.data.grader] is version
        ),
        merged=strike.merged,
        part_of=strike.part_of,
        response_to=strike.response_to,
    )


def _is_grade(version: Version) -> bool:
    return version.type == "strike.assessed"
