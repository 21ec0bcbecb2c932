"""Strikes in a Situation: each with everything claimed of it, and sums that never cross populations."""

from __future__ import annotations

from typing import Literal

from domain.strike import Grade, StrikeKind
from domain.values import CivilStatus, Harm, Inclusion, Occurred
from projections.situation.claims import ClaimedRange, Marked, Part, Range


class HarmRange(Range, frozen=True, kw_only=True):
    """Sum over recorded strikes of the ruled figure of each, for one harm and one population.

    `strikes` counts the strikes whose ruled figure is in the sum, `claims` and `counts` those of all of them.
    `uncounted` counts claims with no number ("dozens"), which the sum leaves out; low and high are None if that is all.
    """

    harm: Harm
    strikes: int
    uncounted: int = 0


class Population(Part, frozen=True, kw_only=True):
    """Recorded casualties of one population. Populations are never added up."""

    of: str
    harms: tuple[HarmRange, ...]


class StrikeRange(ClaimedRange, frozen=True, kw_only=True):
    """Claims on one strike of the same harm, population, status, inclusion and period. `ruled` counts in sums."""

    harm: Harm
    of: str
    status: CivilStatus
    includes: Inclusion
    first_day: str
    last_day: str
    ruled: bool


class ResponsibilityView(Marked, frozen=True, kw_only=True):
    """What a claimant says of who fired, at what and why."""

    stance: Literal["claimed", "denied", "attributed"]
    party: str
    claimant: str
    record: str
    target: str | None = None
    justification: str | None = None


class GradeView(Marked, frozen=True, kw_only=True):
    """A grader's grade of the evidence."""

    grade: Grade
    grader: str
    record: str


class StrikeView(Marked, frozen=True, kw_only=True):
    """One strike with everything claimed of it. `merged` are duplicates whose claims were joined to it."""

    stream: str
    kind: StrikeKind
    place: str
    clarity: int
    occurred: Occurred
    claimant: str
    record: str
    ranges: tuple[StrikeRange, ...]
    responsibility: tuple[ResponsibilityView, ...] = ()
    grades: tuple[GradeView, ...] = ()
    merged: tuple[str, ...] = ()
    part_of: str | None = None
    response_to: tuple[str, ...] = ()


class DayCount(Part, frozen=True, kw_only=True):
    """Strikes that occurred on one local day; `no_hour` of them have no time of day on record."""

    day: str
    strikes: int
    no_hour: int


class Week(Part, frozen=True, kw_only=True):
    """Strikes in the 7 local days that end on the vantage's day, and in the 7 before."""

    strikes: int
    before: int


class StrikesView(Part, frozen=True, kw_only=True):
    """Recorded strikes since day 1 of the ceasefire shown (all of them when there is none).

    `count`, `per_day` and `week` leave out duplicates, and parts beside their whole, as the sums do; `latest` and
    `total` show the parts, marked. `per_day` and `week` end on the vantage's day and may begin before day 1.
    """

    count: int
    since: str | None
    populations: tuple[Population, ...]
    per_day: tuple[DayCount, ...]
    week: Week
    latest: tuple[StrikeView, ...]
    total: int
