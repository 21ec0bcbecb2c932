"""What one strike adds to sums: which of the figures claimed of it count, for each harm and population."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

import msgspec

from domain.strike import CasualtiesClaimed
from domain.values import CivilStatus, Harm, Inclusion
from projections.rules.combining import Ruled, figure_range, numbers, summed
from projections.rules.rule import Rule
from projections.situation import Range

_SUMMED: dict[Inclusion, int] = {"new": 0, "unstated": 1}
"""Inclusions that count in sums, in order of preference: recovered, committee and succumbed never do."""
_CIVILIANS: frozenset[CivilStatus] = frozenset(["aid_worker", "health_worker", "journalist"])
"""Statuses of people whom others count as civilians."""


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
