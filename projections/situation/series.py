"""Running figures in a Situation, beside the strikes recorded over the same span."""

from __future__ import annotations

from domain.values import Figure, Occurred
from projections.situation.claims import Marked, Part, Range


class SeriesView(Marked, frozen=True, kw_only=True):
    """A claimant's running figure at the vantage, beside the strikes recorded over the same span.

    `recorded_sum` sums ruled figures of recorded strikes of the series' own population and measure from `origin` to
    `as_of` (None when the measure is no harm of strikes). `residue` is the series less that sum: a range that may be
    negative; None is an open end. Without a standing definition nobody says `origin`, `scope` and `inclusion`: None.
    """

    stream: str
    measure: str
    unit: str
    claimant: str
    of: str | None
    stage: str | None
    scope: str | None
    inclusion: str | None
    figure: Figure
    as_of: Occurred
    reported_at: str
    origin: str | None
    offset: Figure | None
    record: str
    relays: str | None = None
    recorded_sum: Range | None = None
    residue: Residue | None = None
    corrected: bool = False


class Residue(Part, frozen=True, kw_only=True):
    """A series less the strikes on record: from `low` to `high`, None an open end, and the same in words."""

    low: int | None
    high: int | None
    text: str
