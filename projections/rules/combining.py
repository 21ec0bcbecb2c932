"""Combining claims: the named rule by which claims of one kind stand in one range. Never silent, never one number.

`envelope` is lowest low to highest high; `preferred:<claimant>` takes that claimant's figure where it has one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, NamedTuple, Protocol, TypeVar

from domain.calendar import Calendar, Micros, is_date
from domain.crossing import PassageRefused
from domain.report import Facts
from domain.strike import CasualtiesClaimed
from domain.values import Amount, Figure, Harm, bounds
from projections.index.version import Figured, Version, says
from projections.rules.rule import Rule
from projections.situation import ClaimView, Range

C = TypeVar("C", bound=Figured)
C_co = TypeVar("C_co", bound=Figured, covariant=True)


class Ruled(NamedTuple, Generic[C_co]):
    """A range, the claims in it, and all claims that are listed with it (by time, then claimant)."""

    range: Range
    inside: tuple[Version[C_co], ...]
    said: tuple[ClaimView, ...]
    claims: tuple[Version[C_co], ...]  # every standing claim, those that a newer one of their claimant's replaced too
    uncounted: int = 0  # claimants in the range who gave no number


def ends(figure: Amount) -> tuple[int | None, int | None]:
    """Lowest and highest number of a figure in either order of writing; an open end is None."""
    low, high = bounds(figure)
    return (high, low) if low is not None and high is not None and low > high else (low, high)


def numbers(figure: Amount) -> tuple[int, int] | None:
    """The lowest and highest number in a figure, an open end taken at the number that was said; None without any."""
    low, high = ends(figure)
    if low is None and high is None:
        return None
    return (high if low is None else low) or 0, (low if high is None else high) or 0


def disjoint(one: Amount, other: Amount) -> bool:
    """Whether no number fits both figures. A figure without a number fits everything."""
    if numbers(one) is None or numbers(other) is None:
        return False
    (low, high), (other_low, other_high) = ends(one), ends(other)
    above = low is not None and other_high is not None and low > other_high
    below = high is not None and other_low is not None and high < other_low
    return above or below


def ruled(claims: Sequence[Version[C]], rule: Rule, calendar: Calendar) -> Ruled[C]:
    """The range over claims of one harm, population, status, inclusion, category and period.

    1. A claim marked provisional is early, outside the range, once a claim that is not stands beside it.
    2. Per claimant the newest of the rest counts. A claim that relays another claimant's count is listed and adds
       nothing, unless that claimant has no claim of its own here: then it stands for it.
    3. Where one claimant is quoted with two figures by two outlets on one day, and nothing tells which is later,
       neither supersedes the other.
    """
    if len(claims) == 1:
        return _alone(claims[0], rule)
    final = [claim for claim in claims if not _provisional(claim)]
    early = {claim.id for claim in claims if final and _provisional(claim)}
    rest = [claim for claim in claims if claim.id not in early]
    speakers = _speakers(rest)
    newest: dict[str, Version[C]] = {}
    for claim in sorted(rest, key=lambda claim: claim.rank):
        if (speaker := speakers[claim.id]) is not None:
            newest[speaker] = claim
    heard = {claim.id: claim for claim in newest.values()}
    for one in newest.values():
        apart = (slip for slip in rest if quoted_apart(slip, one, calendar))
        heard.update({slip.id: slip for slip in apart if speakers[slip.id] == speakers[one.id]})
    inside = tuple(sorted(heard.values(), key=_listed))
    relays = [claim for claim in rest if speakers[claim.id] is None]
    listed = sorted([*inside, *relays, *(claim for claim in claims if claim.id in early)], key=_listed)
    found, uncounted = _range(inside, speakers, rule)
    views = tuple(_view(claim, early=claim.id in early) for claim in listed)
    return Ruled(found, inside, views, tuple(claims), uncounted)


def _alone(claim: Version[C], rule: Rule) -> Ruled[C]:
    """A claim that nothing stands beside, as most do."""
    inside = (claim,)
    found, uncounted = _range(inside, {claim.id: claim.report.relays or claim.claimant}, rule)
    return Ruled(found, inside, (_view(claim),), inside, uncounted)


def _view(claim: Version[Figured], *, early: bool = False) -> ClaimView:
    """The claim as it is listed."""
    report, data = claim.report, claim.data
    return ClaimView(
        claimant=claim.claimant,
        figure=data.figure,
        record=claim.record,
        position=claim.position,
        occurred=report.occurred,
        reported_at=report.reported_at,
        via=report.via,
        relays=report.relays,
        early=early,
        corrected=claim.corrected,
        late=claim.late,
        reason=data.reason if isinstance(data, PassageRefused) else None,
    )


def quoted_apart(slip: Version[Figured], newest: Version[Figured], calendar: Calendar) -> bool:
    """The same claimant quoted by two outlets with differing figures, and no way to tell which came later."""
    return (
        slip.id != newest.id
        and quoted_differently(slip, newest, calendar)
        and (is_date(slip.report.reported_at) or is_date(newest.report.reported_at))
    )


def quoted_differently(one: Version[Figured], other: Version[Figured], calendar: Calendar) -> bool:
    """The same claimant, quoted on the same day by different outlets, with differing figures, neither marked early."""
    return (
        one.claimant == other.claimant
        and set(one.report.via) != set(other.report.via)
        and not _provisional(one)
        and not _provisional(other)
        and numbers(one.data.figure) != numbers(other.data.figure)
        and calendar.day(one.said) == calendar.day(other.said)
    )


def figure_range(figure: Figure) -> Range:
    """One claimant's figure as a range; its number must be on record."""
    low, high = ends(figure)
    pair = numbers(figure) or (0, 0)
    return Range(
        low=pair[0],
        high=pair[1],
        claims=1,
        counts=1,
        best=figure.best,
        open_above=high is None,
        open_below=low is None,
    )


def summed(parts: Sequence[Range]) -> Range:
    """A sum of ranges, end by end. Below "at most 5" stands 0: a count is never negative."""
    bests = [part.best for part in parts]
    return Range(
        low=sum(0 if part.open_below else part.low or 0 for part in parts),
        high=sum(part.high or 0 for part in parts),
        claims=sum(part.claims for part in parts),
        counts=sum(part.counts for part in parts),
        best=sum(best for best in bests if best is not None) if parts and None not in bests else None,
        open_above=any(part.open_above for part in parts),
    )


def _provisional(claim: Version[Facts]) -> bool:
    return says(claim, CasualtiesClaimed) and claim.data.provisional


def _listed(claim: Version[Facts]) -> tuple[int, str, int]:
    return claim.said, claim.claimant, claim.position


def _speakers(claims: Sequence[Version[Facts]]) -> dict[int, str | None]:
    """Per claim the claimant for whom it speaks; None for a relay of somebody who has a claim of its own here."""
    own = {claim.claimant for claim in claims if claim.report.relays is None}
    relayed = {
        claim.claimant: claim.report.relays
        for claim in sorted(claims, key=lambda claim: claim.rank)
        if claim.report.relays is not None and claim.claimant not in own
    }
    speakers: dict[int, str | None] = {}
    for claim in claims:
        speaker = claim.report.relays
        if speaker is None or speaker == claim.claimant:
            speakers[claim.id] = claim.claimant
            continue
        seen = {claim.claimant}
        while speaker not in own and speaker in relayed and speaker not in seen:
            seen.add(speaker)
            speaker = relayed[speaker]
        speakers[claim.id] = None if speaker in own else speaker
    return speakers


def _range(inside: Sequence[Version[Figured]], speakers: dict[int, str | None], rule: Rule) -> tuple[Range, int]:
    """The range, and how many of its claimants gave words without a number: they count as claims and as no count."""
    chosen = rule.takes(inside, lambda claim: speakers[claim.id])
    counted = [(claim, pair) for claim in chosen or inside if (pair := numbers(claim.data.figure)) is not None]
    pairs = [pair for _, pair in counted]
    said = {speakers[claim.id] for claim in chosen or inside}
    uncounted = len(said - {speakers[claim.id] for claim, _ in counted})
    if not pairs:
        return Range(low=None, high=None, claims=len(said), counts=0), uncounted
    open_ends = [ends(claim.data.figure) for claim, _ in counted]
    best = max((claim for claim, _ in counted), key=lambda claim: claim.rank).data.figure.best if chosen else None
    found = Range(
        low=min(low for low, _ in pairs),
        high=max(high for _, high in pairs),
        claims=len(said),
        counts=len(set(pairs)),
        best=best,
        open_above=any(high is None for _, high in open_ends),
        open_below=any(low is None for low, _ in open_ends),
    )
    return found, uncounted


class RecordedStrikes(Protocol):
    """Anything that sums the strikes on record over a span, both ends included."""

    def recorded(self, first: Micros, last: Micros, harm: Harm, of: str) -> Range:
        """The sum of the ruled figure of each that counts, for one harm and one population."""
