"""Claimants who differ, one claimant quoted in two ways, and claims on a strike that nobody reports any more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from domain.calendar import Calendar, Micros
from domain.ceasefire import CommitmentScored, StepReported
from domain.crossing import QuotaSet
from domain.report import Facts
from domain.values import Figure
from projections.discrepancies.evidence import AtVantage, Evidence, by_stream, finding
from projections.index.findings import Finding
from projections.index.version import Figured, Version, all_of
from projections.rules.combining import ends, numbers
from projections.rules.combining import quoted_differently as quoted_apart
from projections.rules.passages import passages, refusals
from projections.rules.strikes import Kind, Strike
from projections.text import OUTCOMES, PLURALS, WAYS, figure_text, listed

if TYPE_CHECKING:
    from projections.rules.crossings import Crossing

_Given = tuple[Version[Facts], Figure]
"""A claim with the figure that it gives."""


class Matter(NamedTuple):
    """One question that claimants gave figures for: in the range, and all that stand. `what` says it in words."""

    what: Callable[[], str]
    at: Micros
    inside: tuple[Version[Figured], ...]
    claims: tuple[Version[Figured], ...]


def _matters(evidence: Evidence) -> Iterator[Matter]:
    for strike in evidence.strikes:
        for kind, found in strike.kinds.items():
            yield Matter(partial(_struck, kind, strike, evidence), strike.at, found.inside, found.claims)
    for stream, versions in by_stream(evidence.crossings).items():
        for one in passages(versions, evidence.rule, evidence.calendar):
            claims = one.ruled.claims
            what = partial(_went, f"{PLURALS[one.kind]} going", stream, one.direction, claims[0], evidence)
            yield Matter(what, claims[0].at, one.ruled.inside, claims)
        for held in refusals(versions, evidence.rule, evidence.calendar):
            turned = held.ruled.claims
            what = partial(_went, f"{OUTCOMES[held.kind]} going", stream, held.direction, turned[0], evidence)
            yield Matter(what, turned[0].at, held.ruled.inside, turned)
    for crossing in evidence.at_crossings:
        yield from _quotas(crossing, evidence)


def _struck(kind: Kind, strike: Strike, evidence: Evidence) -> str:
    report = strike.report
    some = "" if kind.status == "unstated" else f", {kind.status.replace('_', ' ')}"
    return f"{kind.harm.capitalize()} ({kind.of}{some}), {report.data.place}, {evidence.when(report)}"


def _went(what: str, stream: str, direction: str, claim: Version[Facts], evidence: Evidence) -> str:
    name = stream.removeprefix("crossing-")
    return f"{what[:1].upper()}{what[1:]} {WAYS[direction]} at {name}, {evidence.when(claim)}"


def _quotas(crossing: Crossing, evidence: Evidence) -> Iterator[Matter]:
    grouped: dict[tuple[object, ...], list[Version[QuotaSet]]] = defaultdict(list)
    for quota in crossing.quotas:
        data = quota.data
        key = (data.direction, data.category, data.per, data.kind, quota.days(evidence.calendar))
        grouped[key].append(quota)
    for quotas in grouped.values():
        first = quotas[0].data
        words = f"{PLURALS[first.category]} {first.kind}"
        what = partial(_went, words, crossing.stream, first.direction, quotas[0], evidence)
        yield Matter(what, quotas[0].at, tuple(quotas), tuple(quotas))


def _said(given: Iterable[_Given]) -> str:
    ordered = sorted(given, key=lambda one: (one[0].said, one[0].claimant, one[0].position))
    return listed([f"{figure_text(figure)} says {claim.claimant}" for claim, figure in ordered])


def _differ(given: Iterable[_Given]) -> bool:
    """Whether some claimant's highest low lies above another's lowest high."""
    lows: dict[str, int] = {}
    highs: dict[str, int] = {}
    for claim, figure in given:
        low, high = ends(figure)
        if low is not None:
            lows[claim.claimant] = max(low, lows.get(claim.claimant, low))
        if high is not None:
            highs[claim.claimant] = min(high, highs.get(claim.claimant, high))
    return any(low > high for one, low in lows.items() for other, high in highs.items() if one != other)


def claimants_differ(evidence: Evidence) -> Iterator[Finding]:
    """Two claimants' figures for the same thing that cannot both be right."""
    for matter in _matters(evidence):
        given = [(claim, claim.data.figure) for claim in matter.inside]
        if len(given) > 1 and _differ(given):
            yield finding(
                "claimants_differ",
                matter.at,
                f"{matter.what()}: {_said(given)}",
                (claim.record for claim in matter.inside),
            )


def statuses_not_summed(evidence: Evidence) -> Iterator[Finding]:
    """Statuses of a strike that no sum has in it: no total is on record, and nobody gave all of them side by side."""
    for strike in evidence.strikes:
        for summand in strike.sums.values():
            if not summand.left_out:
                continue
            kind = summand.left_out[0]
            claims = [claim for left in summand.left_out for claim in strike.kinds[left].inside]
            said = listed(
                [
                    f"{figure_text(claim.data.figure)} {claim.data.status.replace('_', ' ')} says {claim.claimant}"
                    for claim in sorted(claims, key=lambda claim: (claim.said, claim.claimant, claim.position))
                ]
            )
            taken = listed([one.status.replace("_", " ") for one in summand.kinds])
            yield finding(
                "statuses_not_summed",
                strike.at,
                f"{kind.harm.capitalize()} ({kind.of}), {strike.report.data.place}, {evidence.when(strike.report)}:"
                f" no total is on record; sums hold {taken} and leave out {said}",
                (claim.record for claim in claims),
            )


def steps_differ(evidence: Evidence) -> Iterator[Finding]:
    """Two claimants' figures for the same step of the same days."""
    grouped: dict[tuple[object, ...], list[tuple[Version[StepReported], Figure]]] = defaultdict(list)
    for ceasefire in evidence.ceasefires:
        for version in all_of(ceasefire.records, StepReported):
            data = version.data
            if data.figure is not None:
                days = version.days(evidence.calendar)
                key = (ceasefire.stream, data.what, data.by, data.to, data.commitment, days)
                grouped[key].append((version, data.figure))
    for steps in grouped.values():
        first, _ = steps[0]
        if first.data.what != "other" and _differ(steps):
            what = first.data.what.replace("_", " ").capitalize()
            yield finding(
                "claimants_differ",
                first.at,
                f"{what}, {evidence.when(first)}: {_said(steps)}",
                (step.record for step, _ in steps),
            )


def scorers_differ(evidence: Evidence) -> Iterator[Finding]:
    """Two scorers whose newest scores of one commitment differ."""
    for ceasefire in evidence.ceasefires:
        newest: dict[str, dict[str, Version[CommitmentScored]]] = defaultdict(dict)
        for version in all_of(ceasefire.records, CommitmentScored):
            if version.data.score is not None:
                newest[version.data.commitment][version.data.scorer] = version
        for commitment, scores in sorted(newest.items()):
            if len({score.data.score for score in scores.values()}) > 1:
                ordered = [scores[scorer] for scorer in sorted(scores)]
                said = listed([f"{score.data.score} of 3 by {score.data.scorer}" for score in ordered])
                yield finding(
                    "claimants_differ",
                    max(score.at for score in ordered),
                    f"Commitment {commitment} is scored {said}",
                    (score.record for score in ordered),
                )


def quoted_differently(evidence: Evidence) -> Iterator[Finding]:
    """One claimant quoted on one day with two figures by two outlets, or relayed with another figure than its own."""
    calendar = evidence.calendar
    matters = list(_matters(evidence))
    for series in evidence.series:
        for at, values in series.published.items():
            matters.append(Matter(partial(_published, series.stream, at, evidence), at, values, values))
    for matter in matters:
        if len(matter.claims) < 2:
            continue
        for claimant, one, other in _quoted(matter.claims, calendar):
            quotes = listed([f"{figure_text(claim.data.figure)} ({_through(claim)})" for claim in (one, other)])
            yield finding(
                "quoted_differently",
                matter.at,
                f"{matter.what()}: {claimant} is quoted with {quotes}",
                (one.record, other.record),
            )


def _published(stream: str, at: Micros, evidence: Evidence) -> str:
    return f"{stream}, {evidence.day(at)}"


def _quoted(
    claims: Sequence[Version[Figured]], calendar: Calendar
) -> Iterator[tuple[str, Version[Figured], Version[Figured]]]:
    """Per claimant and day its newest claim beside each that quotes it otherwise, the earlier recorded first."""
    own: dict[tuple[str, date], list[Version[Figured]]] = defaultdict(list)
    relays: dict[tuple[str, date], list[Version[Figured]]] = defaultdict(list)
    for claim in sorted(claims, key=lambda claim: claim.rank):
        relayed = claim.report.relays
        of_whom = own if relayed is None else relays
        of_whom[relayed or claim.claimant, calendar.day(claim.said)].append(claim)
    for (claimant, day), said in own.items():
        newest = said[-1]
        quotes = [one for one in said[:-1] if quoted_apart(one, newest, calendar)]
        quotes += [one for one in relays[claimant, day] if numbers(one.data.figure) != numbers(newest.data.figure)]
        for quote in quotes:
            first, second = sorted((newest, quote), key=lambda claim: claim.position)
            yield claimant, first, second


def _through(claim: Version[Facts]) -> str:
    if claim.report.relays:
        return f"relayed by {claim.claimant}"
    return f"via {', '.join(claim.report.via)}" if claim.report.via else "itself"


def strike_not_reported(evidence: Evidence) -> Iterator[Finding]:
    """Claims on a strike without a standing report of it: they are in no sum."""
    for stream, claims in sorted(evidence.unreported.items()):
        counting = [claim for claim in claims if claim.at <= evidence.as_of]
        if counting:
            said = listed(
                [
                    f"{figure_text(claim.data.figure)} {claim.data.harm} says {claim.claimant}"
                    for claim in sorted(counting, key=lambda claim: (claim.said, claim.claimant, claim.position))
                ]
            )
            yield finding(
                "strike_not_reported",
                max(claim.at for claim in counting),
                f"No report of {stream} stands; in no sum: {said}",
                (claim.record for claim in counting),
            )


def unregistered_claimant(evidence: AtVantage) -> Iterator[Finding]:
    """A claimant that no source record tells anything of: accepted, and flagged."""
    for one in evidence.unregistered:
        yield finding("unregistered_claimant", one.at, f"{one.claimant} is not registered as a source", (one.record,))
