"""Ranges and the claims behind them: `26-32 killed, 5 claims, 3 counts: gaza-civil-defence at least 32, …`."""

from __future__ import annotations

from collections.abc import Iterable

from domain.values import Amount, Figure
from projections.situation import ClaimedRange, ClaimView, Range
from projections.text import bounds_text, figure_text, mark, number
from tui.text_twin.words import counted


def figure(value: Figure) -> str:
    """A number as it was said, with its parts: `15 (patients 5, companions 10)`; without a number in quotes."""
    if not value.parts:
        return _said(value)
    parts = ", ".join(f"{label} {_said(part)}" for label, part in value.parts.items())
    return f"{_said(value)} ({parts})"


def _said(value: Amount) -> str:
    return figure_text(value) if _numbered(value) or not value.words else f'"{value.words}"'


def _numbered(value: Amount) -> bool:
    return any(end is not None for end in (value.low, value.best, value.high))


def bounds(value: Range) -> str:
    """A range, or under `preferred:` the figure taken and the range it stands in."""
    span = bounds_text(value.low, value.high, open_above=value.open_above, open_below=value.open_below)
    return span if value.best is None else f"{number(value.best)} (of {span})"


def support(value: Range) -> str:
    """How many claimants, and how many different figures among them when there are several."""
    claims = counted(value.claims, "claim")
    return claims if value.claims < 2 else f"{claims}, {counted(value.counts, 'count')}"


def claimed(value: ClaimedRange, what: str) -> str:
    """A range with every claimant behind it; apart from it what was said without a number, and the early counts."""
    early = [claim for claim in value.said if claim.early]
    numbered = [claim for claim in value.said if not claim.early and _numbered(claim.figure)]
    worded = [claim for claim in value.said if not claim.early and not _numbered(claim.figure)]
    if value.claims:
        words = f"{bounds(value)} {what}, {support(value)}"
        words += f": {said_by(numbered)}" if numbered else ""
        words += f"; without a number: {said_by(worded)}" if worded else ""
    else:
        different = dict.fromkeys(_said(claim.figure) for claim in worded)
        speakers = {claim.relays or claim.claimant for claim in worded}
        words = f"{', '.join(different) or 'no number'} {what}, {counted(len(speakers), 'claim')}"
        words += f": {said_by([*worded, *numbered])}" if worded or numbered else ""
    if early:
        words += f"; early, outside the range: {said_by(early)}"
    if value.withheld:
        words += f"; not told here: {counted(value.withheld, 'restricted claim')}"
    return words


def said_by(claims: Iterable[ClaimView]) -> str:
    """Each claimant with its figure."""
    return ", ".join(f"{claim.claimant} {figure(claim.figure)}{_remarks(claim)}{mark(claim)}" for claim in claims)


def _remarks(claim: ClaimView) -> str:
    remarks = [
        *([f"repeating {claim.relays}"] if claim.relays else []),
        *([f"via {', '.join(claim.via)}"] if claim.via else []),
        *(["corrected"] if claim.corrected else []),
        *(["late"] if claim.late else []),
        *([f"reason given: {claim.reason}"] if claim.reason else []),
    ]
    return f" ({', '.join(remarks)})" if remarks else ""
