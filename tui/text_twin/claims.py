"""Ranges and the claims behind them: `26-32 killed, 5 claims, 3 counts: gaza-civil-defence 32, …`."""

from __future__ import annotations

from collections.abc import Iterable

from domain.values import Amount, Figure
from projections.situation import ClaimedRange, ClaimView, Range
from tui.dashboard import wording

_AT_MOST = "at most "


def figure(value: Figure) -> str:
    """A number as it was said, with its parts: `15 (patients 5, companions 10)`."""
    said = amount(value)
    if not value.parts:
        return said
    return f"{said} ({', '.join(f'{label} {amount(part)}' for label, part in value.parts.items())})"


def amount(value: Amount) -> str:
    """A number as it was said."""
    return wording.amount(value, _AT_MOST)


def bounds(value: Range) -> str:
    """A range, or under `preferred:` the figure taken and the range it stands in."""
    if value.best is not None:
        return f"{wording.number(value.best)} (of {_span(value)})"
    return _span(value)


def _span(value: Range) -> str:
    """`26-32`, `32+`, `26-32+`, `at most 5`, `3-5 or fewer`: an open end widens the words, not the numbers."""
    words = wording.span_of(value.low, value.high, _AT_MOST)
    if value.open_above and value.high is not None:
        words += "+"
    if value.open_below and value.low is not None:
        words = f"{_AT_MOST}{words}" if value.low == value.high else f"{words} or fewer"
    return words


def support(value: Range) -> str:
    """How many claimants, and how many different figures among them when there are several."""
    claims = wording.claims(value.claims)
    return claims if value.claims < 2 else f"{claims}, {wording.plural(value.counts, 'count')}"


def claimed(value: ClaimedRange, what: str) -> str:
    """A range with every claimant behind it, and apart from it the early counts."""
    counting = [claim for claim in value.said if not claim.early]
    early = [claim for claim in value.said if claim.early]
    words = f"{bounds(value)} {what}, {support(value)}"
    if counting:
        words += f": {said_by(counting)}"
    if early:
        words += f"; early, outside the range: {said_by(early)}"
    return words


def said_by(claims: Iterable[ClaimView]) -> str:
    """Each claimant with its figure."""
    return ", ".join(f"{claim.claimant} {figure(claim.figure)}{_remarks(claim)}" for claim in claims)


def _remarks(claim: ClaimView) -> str:
    remarks = [
        *([f"repeating {claim.relays}"] if claim.relays else []),
        *([f"via {', '.join(claim.via)}"] if claim.via else []),
        *(["corrected"] if claim.corrected else []),
        *(["late"] if claim.late else []),
    ]
    return f" ({', '.join(remarks)})" if remarks else ""
