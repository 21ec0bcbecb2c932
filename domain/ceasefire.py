"""The `ceasefire-<slug>` stream: its standing, its phases, what was promised and what was done."""

# no postponed annotations: see domain/values.py

from typing import Annotated, Literal

from msgspec import Meta, field

from domain.report import Facts
from domain.values import Figure, Moment, RecordId, Slug, Text

StepKind = Literal[
    "hostages_released",
    "prisoners_released",
    "remains_transferred",
    "remains_recovered",
    "remains_identified",
    "body_formed",
    "force_deployed",
    "withdrawal",
    "line_changed",
    "other",
]
Per = Literal["day", "week", "period"]


class Declared(Facts, frozen=True, kw_only=True):
    """A party says that it will cease fire. Classes after the UN's guidance on ceasefire mediation."""

    TOPIC = "ceasefire.declared"
    STREAM = "ceasefire"
    party: Text
    class_: Literal["cessation", "preliminary", "definitive"] = field(name="class")
    written: bool | None = None


class EnteredIntoForce(Facts, frozen=True, kw_only=True):
    """A day from which somebody counts the ceasefire. Day 1 is the earliest standing one of sense `in_force`."""

    TOPIC = "ceasefire.entered_into_force"
    STREAM = "ceasefire"
    title: Text
    parties: tuple[Text, ...]
    mediators: tuple[Text, ...]
    timezone: Text
    sense: Literal["in_force", "counting_origin", "signed"]


class PhaseChanged(Facts, frozen=True, kw_only=True):
    """A numbered stage of the agreement was announced, begun, completed or disputed."""

    TOPIC = "ceasefire.phase_changed"
    STREAM = "ceasefire"
    phase: Annotated[int, Meta(ge=1, le=99)]
    label: Text
    change: Literal["announced", "begun", "completed", "disputed"]
    by: Text | None = None


class Suspended(Facts, frozen=True, kw_only=True):
    """Somebody suspends the ceasefire, as claimed. The day count goes on."""

    TOPIC = "ceasefire.suspended"
    STREAM = "ceasefire"
    by: Text
    cause: Text


class Resumed(Facts, frozen=True, kw_only=True):
    """The ceasefire is taken up again after a suspension."""

    TOPIC = "ceasefire.resumed"
    STREAM = "ceasefire"
    by: Text
    cause: Text


class Ended(Facts, frozen=True, kw_only=True):
    """The ceasefire is over, as claimed."""

    TOPIC = "ceasefire.ended"
    STREAM = "ceasefire"
    by: Text
    cause: Text


class CommitmentMade(Facts, frozen=True, kw_only=True):
    """A promise in the agreement: what, by whom if it says so, how much, by when (Kroc Peace Accords Matrix)."""

    TOPIC = "ceasefire.commitment_made"
    STREAM = "ceasefire"
    commitment: Slug
    text: Text
    clause: Text | None = None
    obligated: Text | None = None
    phase: Annotated[int, Meta(ge=1, le=99)] | None = None
    unit: Text | None = None
    target: Figure | None = None
    per: Per | None = None
    due: Moment | None = None


class CommitmentScored(Facts, frozen=True, kw_only=True):
    """A scorer's reading of a commitment: 0 none, 1 minimal, 2 intermediate, 3 full (Kroc PAM), with its basis."""

    TOPIC = "ceasefire.commitment_scored"
    STREAM = "ceasefire"
    REFERS = ("basis",)
    commitment: Slug
    score: Annotated[int, Meta(ge=0, le=3)] | None = None
    done: Figure | None = None
    scorer: Slug
    basis: tuple[RecordId, ...]


class StepReported(Facts, frozen=True, kw_only=True):
    """Something done under the agreement: people or remains handed over, a body formed, a line moved."""

    TOPIC = "ceasefire.step_reported"
    STREAM = "ceasefire"
    what: StepKind
    by: Text | None = None
    to: Text | None = None
    figure: Figure | None = None
    commitment: Slug | None = None


class ViolationAlleged(Facts, frozen=True, kw_only=True):
    """Somebody alleges violations. An allegation, never a finding of this log."""

    TOPIC = "ceasefire.violation_alleged"
    STREAM = "ceasefire"
    against: Text
    commitment: Slug | None = None
    about: tuple[Text, ...]
    figure: Figure | None = None
    text: Text


FACTS: tuple[type[Facts], ...] = (
    Declared,
    EnteredIntoForce,
    PhaseChanged,
    Suspended,
    Resumed,
    Ended,
    CommitmentMade,
    CommitmentScored,
    StepReported,
    ViolationAlleged,
)
