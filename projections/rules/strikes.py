"""Strikes at a vantage: what was recorded, who claims what of each, and sums that never cross populations.

Which strikes there are, what joins what and which figure is ruled depend on what is known alone, so a StrikeBook is
made once per position and rule; the as-of time then only cuts it. A casualties claim and a link count at their
strike's `occurred`, not at their own.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

import msgspec

from domain.calendar import Calendar, Micros
from domain.report import Facts
from domain.strike import CasualtiesClaimed, Linked, Reported
from domain.values import CivilStatus, Harm, Inclusion
from projections.index.version import Version, all_of
from projections.rules.combining import Ruled, figure_range, numbers, ruled, summed
from projections.rules.rule import Rule
from projections.situation import Range

_SUMMED: dict[Inclusion, int] = {"new": 0, "unstated": 1}
"""Inclusions that count in sums, in order of preference: recovered, committee and succumbed never do."""
_CIVILIANS: frozenset[CivilStatus] = frozenset(["aid_worker", "health_worker", "journalist"])
"""Statuses of people whom others count as civilians."""
WHENEVER = (Reported, CasualtiesClaimed, Linked)
"""What a strike comes to is made of these: they count from its time, not from their own."""


class Kind(NamedTuple):
    """What claims must share to stand in one range."""

    harm: Harm
    of: str
    status: CivilStatus
    includes: Inclusion
    first_day: date
    last_day: date


class Summand(NamedTuple):
    """What one strike adds to the sum of a harm and population: the range of the kinds that are in it.

    `left_out` are statuses that are not in it, where no total of all statuses stands. `uncounted` counts claimants
    who gave no number.
    """

    range: Range
    kinds: tuple[Kind, ...]
    left_out: tuple[Kind, ...]
    uncounted: int


Kinds = dict[Kind, Ruled[CasualtiesClaimed]]
"""All that is claimed of one strike, or of one harm and population of it."""


class Strike(NamedTuple):
    """One strike as it is known: the newest standing report of it, with the claims of its duplicates.

    `wholes` are the strikes that it is part of, the next one first, each with the duplicates merged into it under its
    own name. A part is left out of a sum where one of them is in it.
    """

    stream: str
    report: Version[Reported]
    claims: tuple[Version[CasualtiesClaimed], ...]
    kinds: Kinds
    sums: dict[tuple[Harm, str], Summand]
    merged: tuple[str, ...]
    part_of: str | None
    wholes: tuple[str, ...]
    response_to: tuple[str, ...]
    about: tuple[Version[Facts], ...] = ()
    """Other records on it (responsibility, grades), which count from their own `occurred`."""

    @property
    def at(self) -> Micros:
        """When the strike, and all that is claimed of it, begins to count."""
        return self.report.at


class StrikeBook(NamedTuple):
    """All strikes known at one position, by time; `unreported` are streams with claims and no standing report."""

    strikes: tuple[Strike, ...]
    times: tuple[Micros, ...]
    unreported: dict[str, tuple[Version[CasualtiesClaimed], ...]]

    def between(self, first: Micros, last: Micros) -> Sequence[Strike]:
        """Strikes that occurred in a span, both ends included."""
        return self.strikes[bisect_left(self.times, first) : bisect_right(self.times, last)]

    def recorded(self, first: Micros, last: Micros, harm: Harm, of: str) -> Range:
        """The sum over strikes of a span for one harm and one population."""
        added = adding(self.between(first, last), harm, of)
        return summed([found.range for _, found in added if found.range.low is not None])


def strike_book(versions: Iterable[Version[Facts]], rule: Rule, calendar: Calendar) -> StrikeBook:
    """Every strike in standing versions of strike streams known at one position."""
    streams: dict[str, list[Version[Facts]]] = defaultdict(list)
    for version in versions:
        streams[version.stream].append(version)
    reports = {
        stream: max(reported, key=lambda version: version.rank)
        for stream, found in streams.items()
        if (reported := all_of(found, Reported))
    }
    links = {stream: _links(linked) for stream, found in streams.items() if (linked := all_of(found, Linked))}
    merged: dict[str, list[str]] = defaultdict(list)
    for stream in reports:
        merged[_home(stream, links, reports)].append(stream)
    homes = {stream: home for home, joined in merged.items() for stream in joined}
    above = _above(homes, merged, links) if links else {}
    strikes = []
    for home, joined in merged.items():
        alone = _strike(home, reports[home], [one for stream in joined for one in streams[stream]], rule, calendar)
        strikes.append(
            alone._replace(
                merged=tuple(sorted(stream for stream in joined if stream != home)),
                part_of=above[home][0] if home in above else None,
                wholes=_wholes(home, above),
                response_to=tuple(sorted(links.get(home, {}).get("response_to", ()))),
            )
            if links
            else alone
        )
    strikes.sort(key=lambda strike: (strike.at, strike.report.position))
    claimed = {stream: tuple(all_of(streams[stream], CasualtiesClaimed)) for stream in streams if stream not in reports}
    return StrikeBook(
        strikes=tuple(strikes),
        times=tuple(strike.at for strike in strikes),
        unreported={stream: claims for stream, claims in claimed.items() if claims},
    )


def _strike(
    stream: str, report: Version[Reported], said: Sequence[Version[Facts]], rule: Rule, calendar: Calendar
) -> Strike:
    """A strike with all that is said of it and of those that joined it, by itself."""
    claims = all_of(said, CasualtiesClaimed)
    kinds = kinds_of(claims, rule, calendar)
    about = tuple(one for one in said if not isinstance(one.data, WHENEVER))
    sums = sums_of(kinds, report.days(calendar), rule)
    return Strike(stream, report, tuple(claims), kinds, sums, (), None, (), (), about)


def _links(versions: Sequence[Version[Linked]]) -> dict[str, tuple[str, ...]]:
    """Standing links of one strike by relation, the newest first."""
    links: dict[str, list[str]] = defaultdict(list)
    for version in sorted(versions, key=lambda version: version.rank, reverse=True):
        if version.data.other not in links[version.data.relation]:
            links[version.data.relation].append(version.data.other)
    return {relation: tuple(others) for relation, others in links.items()}


def _home(stream: str, links: dict[str, dict[str, tuple[str, ...]]], reports: dict[str, Version[Reported]]) -> str:
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


def _above(
    homes: dict[str, str], merged: dict[str, list[str]], links: dict[str, dict[str, tuple[str, ...]]]
) -> dict[str, tuple[str, str]]:
    """Per strike that is part of another: the other as it was named, and the strike that the other's claims join.

    A link of a duplicate is a link of the strike that it joined. In a ring of parts the first name is the whole.
    """
    above: dict[str, tuple[str, str]] = {}
    for stream, joined in sorted(merged.items()):
        for one in (stream, *sorted(one for one in joined if one != stream)):
            named = next(
                (o for o in links.get(one, {}).get("part_of", ()) if o in homes and homes[o] != stream),
                None,
            )
            if named is not None:
                above[stream] = named, homes[named]
                break
    for stream in list(above):
        chain = [stream]
        while chain[-1] in above and above[chain[-1]][1] not in chain:
            chain.append(above[chain[-1]][1])
        if chain[-1] in above and above[chain[-1]][1] == stream == min(chain):
            del above[stream]
    return above


def _wholes(stream: str, above: dict[str, tuple[str, str]]) -> tuple[str, ...]:
    found: list[str] = []
    while stream in above:
        stream = above[stream][1]
        found.append(stream)
    return tuple(found)


def kinds_of(claims: Iterable[Version[CasualtiesClaimed]], rule: Rule, calendar: Calendar) -> Kinds:
    """Claims in ranges, in the order of their kinds."""
    grouped: dict[Kind, list[Version[CasualtiesClaimed]]] = defaultdict(list)
    for claim in claims:
        data = claim.data
        grouped[Kind(data.harm, data.of, data.status, data.includes, *claim.days(calendar))].append(claim)
    ordered = sorted(grouped.items()) if len(grouped) > 1 else grouped.items()
    return {kind: ruled(found, rule, calendar) for kind, found in ordered}


def adding(strikes: Sequence[Strike], harm: Harm, of: str) -> list[tuple[Strike, Summand]]:
    """The strikes that add to a sum, with what each adds.

    A part adds nothing beside its whole, and is not left out for a whole without a number.
    """
    found_in = {strike.stream: found for strike in strikes if (found := strike.sums.get((harm, of))) is not None}
    numbered = {stream for stream, found in found_in.items() if found.range.low is not None}
    return [
        (strike, found_in[strike.stream])
        for strike in strikes
        if strike.stream in found_in and numbered.isdisjoint(strike.wholes)
    ]


def sums_of(kinds: Kinds, own_days: tuple[date, date], rule: Rule) -> dict[tuple[Harm, str], Summand]:
    """Per harm and population what counts in sums: one kind, or one claimant's statuses that make up the whole.

    Those newly harmed before those of unstated inclusion, then a status that is unstated (all of them) before one of
    some, then what the rule prefers, then the strike's own days, then most claims, then alphabetically.
    """

    def place(kind: Kind) -> tuple[Any, ...]:
        found = kinds[kind]
        return (
            _SUMMED[kind.includes],
            kind.status != "unstated",
            rule.passes_over([claim.claimant for claim in found.inside]),
            (kind.first_day, kind.last_day) != own_days,
            -found.range.claims,
            kind,
        )

    eligible: dict[tuple[Harm, str], list[Kind]] = defaultdict(list)
    for kind in kinds:
        if kind.includes in _SUMMED:
            eligible[kind.harm, kind.of].append(kind)
    return {what: _summand(sorted(found, key=place), kinds, rule) for what, found in eligible.items()}


def _summand(eligible: Sequence[Kind], kinds: Kinds, rule: Rule) -> Summand:
    """The first kind with a number; where that is one status of several, those of claimants who gave them all."""
    said = [claim for kind in eligible for claim in kinds[kind].inside]
    with_number = {claim.claimant for claim in said if numbers(claim.data.figure) is not None}
    uncounted = len({claim.claimant for claim in said} - with_number)
    numbered = [kind for kind in eligible if kinds[kind].range.low is not None]
    if not numbered:
        return Summand(Range(low=None, high=None, claims=0, counts=0), (), (), uncounted)
    first = numbered[0]
    if first.status != "unstated":
        statuses = [kind for kind in numbered if kind == first._replace(status=kind.status)]
        apart = _statuses_apart(statuses, kinds, rule) if len(statuses) > 1 else None
        taken = tuple(sorted(statuses)) if apart else (first,)
        left_out = tuple(kind for kind in numbered if kind.status not in {one.status for one in taken})
        return Summand(apart or _numbered(kinds[first]), taken, left_out, uncounted)
    return Summand(_numbered(kinds[first]), (first,), (), uncounted)


def _numbered(found: Ruled[CasualtiesClaimed]) -> Range:
    return msgspec.structs.replace(found.range, claims=found.range.claims - found.uncounted)


def _statuses_apart(statuses: Sequence[Kind], kinds: Kinds, rule: Rule) -> Range | None:
    """Lowest to highest sum over statuses, of claimants who gave a number for all; None if nobody did.

    None too if a status may be counted within another: an aid worker, health worker or journalist may be a civilian.
    """
    names = {kind.status for kind in statuses}
    if "civilian" in names and names & _CIVILIANS:
        return None
    sums = []
    own = {
        kind: {claim.claimant: claim for claim in sorted(kinds[kind].inside, key=lambda claim: claim.rank)}
        for kind in statuses
    }
    whole = set.intersection(*(set(claims) for claims in own.values()))
    taken = rule.narrowed(whole)
    for claimant in sorted(taken or whole):
        figures = [own[kind][claimant].data.figure for kind in statuses]
        if all(numbers(figure) is not None for figure in figures):
            sums.append(summed([figure_range(figure) for figure in figures]))
    if not sums:
        return None
    return Range(
        low=min(one.low or 0 for one in sums),
        high=max(one.high or 0 for one in sums),
        claims=len(sums),
        counts=len({(one.low, one.high) for one in sums}),
        best=sums[0].best if taken else None,
        open_above=any(one.open_above for one in sums),
    )
