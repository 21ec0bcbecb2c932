"""Ranges and the claims behind them: `26-32 killed, 5 claims, 3 counts: gaza-civil-defence at least 32, …`."""

from __future__ import annotations

from collections.abc import Iterable

from domain.values import Figure
from projections.situation import ClaimedRange, ClaimView, Range
from projections.wording import bounds_text, figure_text, number
from tui.text_twin.words import counted


def figure(value: Figure) -> str:
    """A number as it was said, with its parts: `15 (patients 5, companions 10)`."""
    if not value.parts:
        return figure_text(value)
    parts = ", ".join(f"{label} {figure_text(part)}" for label, part in value.parts.items())
    return f"{figure_text(value)} ({parts})"


def bounds(value: Range) -> str:
    """A range, or under `preferred:` the figure taken and the range it stands in."""
    span = bounds_text(value.low, value.high, open_above=value.open_above, open_below=value.open_below)
    return span if value.best is None else f"{number(value.best)} (of {span})"


def support(value: Range) -> str:
    """How many claimants, and how many different figures among them when there are several."""
    claims = counted(value.claims, "claim")
    return claims if value.claims < 2 else f"{claims}, {counted(value.counts, 'count')}"


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
