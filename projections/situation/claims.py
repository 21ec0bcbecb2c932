"""What every part of a Situation is made of: claims side by side, and the range that they stand in."""

from __future__ import annotations

from msgspec import Struct

from domain.values import Figure, Occurred

LISTED = 20
"""How many of a growing list a Situation holds."""


class Part(Struct, frozen=True, kw_only=True, gc=False):
    """Base of the Situation's values; a tree, so that Python need not look for circles in it."""


class Marked(Part, frozen=True, kw_only=True):
    """What a record says. `restricted`: the record is, or its words tell of one that is, as their handling is now."""

    restricted: bool = False


class ClaimView(Marked, frozen=True, kw_only=True):
    """One claimant's standing claim. `early` is provisional while another claim stands: listed, not in the range.

    `reason` is the one given for a refusal at a crossing.
    """

    claimant: str
    figure: Figure
    record: str
    position: int
    occurred: Occurred
    reported_at: str
    via: tuple[str, ...]
    relays: str | None = None
    early: bool = False
    corrected: bool = False
    late: bool = False
    reason: str | None = None


class Range(Part, frozen=True, kw_only=True):
    """Claims of one kind side by side: lowest low to highest high, None is an open end. Never one silent number.

    `claims` counts claimants in the range, those who gave words without a number too, `counts` the different numbers
    among them. `best` only under a
    `preferred:` rule. "At least 32" gives 32 at both ends and `open_above`, "at most 5" 5 and `open_below`: an open
    end widens the words, not the numbers.
    """

    low: int | None
    high: int | None
    claims: int
    counts: int
    best: int | None = None
    open_above: bool = False
    open_below: bool = False


class ClaimedRange(Range, frozen=True, kw_only=True):
    """A range with the claims behind it, those outside it (early) included.

    `withheld` are restricted claims that count in the range and are not told here.
    """

    said: tuple[ClaimView, ...]
    withheld: int = 0
