"""The ceasefire in a Situation: its phases, what was promised in it, and who alleges that it was broken."""

from __future__ import annotations

from typing import Literal

from domain.ceasefire import Per, StepKind
from domain.values import Figure, Occurred
from projections.situation.claims import Marked


class Start(Marked, frozen=True, kw_only=True):
    """A day from which somebody counts the ceasefire."""

    occurred: Occurred
    sense: Literal["in_force", "counting_origin", "signed"]
    claimant: str
    record: str


class PhaseView(Marked, frozen=True, kw_only=True):
    """One change of phase on record."""

    phase: int
    label: str
    change: Literal["announced", "begun", "completed", "disputed"]
    occurred: Occurred
    claimant: str
    record: str
    by: str | None = None


class CeasefireView(Marked, frozen=True, kw_only=True):
    """The ceasefire in force at the vantage, else the last that ended, else status `none`.

    `none` with a `stream` is one that was declared and is not in force; without, there is nothing on record.
    `day` is the day's number, 1 on `day_one`; None before it and after an end. `phase` is the newest begun.
    `status_claims` are all who say that it was suspended or ended, where that is its status, by time, then claimant.
    `resumed` are all who say that it was resumed, in the same order.
    """

    status: Literal["in_force", "suspended", "ended", "none"]
    stream: str | None = None
    title: str | None = None
    parties: tuple[str, ...] = ()
    mediators: tuple[str, ...] = ()
    day: int | None = None
    day_one: str | None = None
    ended_on: str | None = None
    status_by: str | None = None
    status_record: str | None = None
    phase: PhaseView | None = None
    announced: tuple[PhaseView, ...] = ()
    starts: tuple[Start, ...] = ()
    phases: tuple[PhaseView, ...] = ()
    status_claims: tuple[StandingClaim, ...] = ()
    resumed: tuple[ResumedView, ...] = ()


class StandingClaim(Marked, frozen=True, kw_only=True):
    """Who says that the ceasefire was suspended or ended, by whom and why."""

    claimant: str
    occurred: Occurred
    record: str
    by: str
    cause: str


class ResumedView(StandingClaim, frozen=True, kw_only=True):
    """Who says that it was resumed, by whom and why. `suspended`: a suspension is on record before that."""

    suspended: bool


class StepView(Marked, frozen=True, kw_only=True):
    """Something done under the agreement."""

    what: StepKind
    occurred: Occurred
    claimant: str
    record: str
    by: str | None = None
    to: str | None = None
    figure: Figure | None = None


class Score(Marked, frozen=True, kw_only=True):
    """A scorer's reading of a commitment (Kroc: 0 none, 1 minimal, 2 intermediate, 3 full)."""

    score: int | None
    done: Figure | None
    scorer: str
    basis: tuple[str, ...]
    occurred: Occurred
    record: str


class CommitmentView(Marked, frozen=True, kw_only=True):
    """A promise and what is on record of its keeping. `scores` is each scorer's newest; empty is "not scored".

    `steps` are the newest of `steps_total`.
    """

    commitment: str
    text: str
    claimant: str
    record: str
    phase: int | None = None
    obligated: str | None = None
    unit: str | None = None
    target: Figure | None = None
    per: Per | None = None
    due: str | None = None
    scores: tuple[Score, ...] = ()
    steps: tuple[StepView, ...] = ()
    steps_total: int = 0


class AllegationView(Marked, frozen=True, kw_only=True):
    """The newest standing allegation of one claimant against one party."""

    claimant: str
    against: str
    text: str
    figure: Figure | None
    occurred: Occurred
    record: str
