"""Strikes: all that is said of one is one question; strikes that were ever linked are answered together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from domain.calendar import Micros, precision
from domain.report import Facts
from domain.strike import CasualtiesClaimed, Linked, Reported
from projections.discrepancies.claims import (
    claimants_differ,
    quoted_differently,
    statuses_not_summed,
    strike_not_reported,
)
from projections.discrepancies.evidence import Check, Evidence, by, over_time
from projections.discrepancies.figures import FIGURES, may_be_odd, odd_figures
from projections.index.findings import Finding, Shown
from projections.index.keys import REPORTS
from projections.index.schema import NEVER
from projections.index.sums import NOTHING, Sum, Tally, Values, beside, harm_metric, minus, plus
from projections.index.version import Version, all_of, says
from projections.rules.combining import ends, numbers
from projections.rules.rule import ENVELOPE
from projections.rules.strikes import WHENEVER, Strike, Summand, kinds_of, strike_book, sums_of
from projections.subjects.subject import Bearing, Claims, Metric, Part, Subject


class Harmed(NamedTuple):
    """What is claimed of one harm and population of a strike: what it adds to sums, what is odd about it."""

    claims: tuple[Version[CasualtiesClaimed], ...]
    adds: Values | None
    found: tuple[Finding, ...]


class StrikeAnswer(NamedTuple):
    """What a strike comes to: its standing report, what it adds when, and what does not agree."""

    report: Version[Reported] | None
    harmed: Mapping[tuple[str, str], Harmed]
    adds: Mapping[tuple[Metric, Micros], Values]
    found: Sequence[Shown]
    parts: tuple[Part, ...] = ()


class Strikes(Subject[StrikeAnswer]):
    """A strike, and those of the same dead: a duplicate's claims join it, a part gives way to its whole."""

    def bears_on(self, version: Version[Facts]) -> Iterable[Bearing]:
        yield Bearing(version.stream)
        if says(version, Reported):
            yield Bearing(REPORTS, version.at, version.at, version.stream, by_position=True)

    def question(self, version: Version[Facts]) -> str | None:
        return version.stream if isinstance(version.data, WHENEVER) else None

    def ranks(self, question: str) -> Iterable[tuple[str, int]]:
        return ((question, 0),)

    def ties(self, version: Version[Facts]) -> Sequence[str]:
        if says(version, Linked) and version.data.relation != "response_to":  # which joins nothing
            return (version.data.other,)
        return ()

    def answer(self, question: str, claims: Claims, was: StrikeAnswer | None) -> StrikeAnswer:
        report: Version[Reported] | None = None
        grouped: dict[tuple[str, str], list[Version[CasualtiesClaimed]]] = {}
        for claim in claims:
            if says(claim, CasualtiesClaimed):
                grouped.setdefault((claim.data.harm, claim.data.of), []).append(claim)
            elif says(claim, Reported) and (report is None or claim.rank > report.rank):
                report = claim
        if report is None:
            return self._unreported(question, all_of(claims, CasualtiesClaimed))
        held = was.harmed if was is not None and was.report is report else {}
        harmed: dict[tuple[str, str], Harmed] = {}
        adds: dict[tuple[Metric, Micros], Values] = {("", report.at): _counted(report)}
        found = odd_figures(report, self.calendar)
        for what, said in grouped.items():
            one = held.get(what)
            if one is None or one.claims != tuple(said):
                one = self._harmed(question, report, tuple(said))
            harmed[what] = one
            if one.adds is not None:
                adds[harm_metric(*what), report.at] = one.adds
            found += one.found
        return StrikeAnswer(report, harmed, adds, [Shown(report.at, NEVER, one) for one in found])

    def _harmed(self, stream: str, report: Version[Reported], claims: tuple[Version[CasualtiesClaimed], ...]) -> Harmed:
        found = tuple(one for claim in claims if may_be_odd(claim) for one in odd_figures(claim, self.calendar))
        if len(claims) == 1:  # as most are
            return Harmed(claims, _adds_alone(claims[0]), found)
        kinds = kinds_of(claims, ENVELOPE, self.calendar)
        sums = sums_of(kinds, report.days(self.calendar), ENVELOPE)
        strike = Strike(stream, report, claims, kinds, sums, (), None, (), ())
        summand = next(iter(sums.values()), None)
        found += self._found(strike, _rules(strike, odd=False))
        return Harmed(claims, None if summand is None else _values(summand), found)

    def _found(self, strike: Strike, rules: Sequence[Check]) -> tuple[Finding, ...]:
        return tuple(by(rules, Evidence(calendar=self.calendar, strikes=(strike,)))) if rules else ()

    def _unreported(self, stream: str, claims: Sequence[Version[CasualtiesClaimed]]) -> StrikeAnswer:
        def found(some: Sequence[Version[Facts]]) -> list[Finding]:
            unreported = {stream: tuple(all_of(some, CasualtiesClaimed))}
            return list(strike_not_reported(Evidence(calendar=self.calendar, unreported=unreported)))

        return StrikeAnswer(None, {}, {}, over_time(claims, found))

    def together(self, claims: Mapping[str, Claims]) -> Mapping[str, StrikeAnswer]:
        said = sorted((claim for some in claims.values() for claim in some), key=lambda claim: claim.position)
        book = strike_book(said, ENVELOPE, self.calendar)
        strikes = {strike.stream: strike for strike in book.strikes}
        answers = {}
        for stream in claims:
            strike = strikes.get(stream)
            if strike is None:
                answers[stream] = self._unreported(stream, book.unreported.get(stream, ()))
                continue
            adds, parts = _adds(strike, strikes)
            odd = may_be_odd(strike.report) or any(may_be_odd(claim) for claim in strike.claims)
            found = self._found(strike, _rules(strike, odd=odd))
            shown = [Shown(strike.at, NEVER, one) for one in found]
            answers[stream] = StrikeAnswer(strike.report, {}, adds, shown, parts)
        return answers

    def amounts(self, answer: StrikeAnswer) -> Mapping[tuple[Metric, Micros], Values]:
        return answer.adds

    def parts(self, answer: StrikeAnswer) -> Sequence[Part]:
        return answer.parts

    def findings(self, answer: StrikeAnswer) -> Sequence[Shown]:
        return answer.found


def _rules(strike: Strike, *, odd: bool) -> tuple[Check, ...]:
    """What may be found in it at all."""
    rules: tuple[Check, ...] = ()
    if any(len(kind.inside) > 1 for kind in strike.kinds.values()):
        rules += (claimants_differ,)
    if any(_may_be_quoted(kind.claims) for kind in strike.kinds.values()):
        rules += (quoted_differently,)
    if any(summand.left_out for summand in strike.sums.values()):
        rules += (statuses_not_summed,)
    return rules + FIGURES if odd else rules


def _may_be_quoted(claims: Sequence[Version[Facts]]) -> bool:
    """Whether anybody is quoted among claims more than once."""
    quoted = {claim.report.relays or claim.claimant for claim in claims}
    return len(quoted) < len(claims)


def _counted(report: Version[Reported]) -> Tally:
    return _AT_AN_HOUR if precision(report.report.occurred) == 0 else _ON_A_DAY


_AT_AN_HOUR, _ON_A_DAY = Tally(strikes=1, shown=1), Tally(strikes=1, no_hour=1, shown=1)


def _adds_alone(claim: Version[CasualtiesClaimed]) -> Values | None:
    """What the only claim of a harm and population adds; None where it is in no sum."""
    data = claim.data
    if data.includes not in ("new", "unstated"):
        return None
    pair = numbers(data.figure)
    if pair is None:
        return Sum(uncounted=1, summands=1)
    low, high = ends(data.figure)
    return Sum(1, 0 if low is None else pair[0], pair[1], 1, 1, int(high is None), 0, 1)


def _values(summand: Summand) -> Values:
    one = summand.range
    if one.low is None:
        return Sum(uncounted=summand.uncounted, summands=1)
    low = 0 if one.open_below else one.low
    return Sum(1, low, one.high or 0, one.claims, one.counts, int(one.open_above), summand.uncounted, 1)


def _adds(
    strike: Strike, strikes: Mapping[str, Strike]
) -> tuple[dict[tuple[Metric, Micros], Values], tuple[Part, ...]]:
    """What a strike adds to each metric at which time: a part gives way when the first of its wholes counts."""
    wholes = [strikes[stream] for stream in strike.wholes if stream in strikes]
    counted = _counted(strike.report)
    adds: dict[tuple[Metric, Micros], Values] = {("", strike.at): counted}
    parts = []
    gives_way: list[tuple[Metric, list[Strike], Values]] = [("", wholes, counted._replace(shown=0))]
    for (harm, of), summand in strike.sums.items():
        values = _values(summand)
        name = harm_metric(harm, of)
        adds[name, strike.at] = values
        with_number = [one for one in wholes if (s := one.sums.get((harm, of))) and s.range.low is not None]
        gives_way.append((name, with_number, values))
    for name, with_it, values in gives_way:
        if with_it:
            times = tuple(whole.at for whole in with_it)
            due = max(strike.at, min(times))
            adds[name, due] = minus(adds.get((name, due), NOTHING), values)
            parts.append(Part(name, strike.at, times, values))
            # A sum from a time on is a difference of two, in which the part gives way only if both lie on one side.
            # Between these two it counts, or has given way already, although the sum does not show that.
            first, last = (max(times), strike.at) if strike.at > max(times) else (strike.at, due)
            if first < last:
                side = beside(name)
                adds[side, first] = plus(adds.get((side, first), NOTHING), values)
                adds[side, last] = minus(adds.get((side, last), NOTHING), values)
    return adds, tuple(parts)
