"""The `strike-<source>-<ref>` stream: an incident of fire, by anyone, and who says what about it."""

# no postponed annotations: see domain/values.py

from typing import Any, Literal

from domain.report import Facts
from domain.values import CivilStatus, Figure, Harm, Inclusion, Slug, StreamName, Text

StrikeKind = Literal[
    "air_strike",
    "drone_strike",
    "shelling",
    "rocket_or_mortar",
    "shooting",
    "armed_clash",
    "explosive_device",
    "raid",
    "arrest",
    "demolition",
    "line_crossing",
    "other",
]
Grade = Literal["confirmed", "fair", "weak", "contested", "discounted"]


class Reported(Facts, frozen=True, kw_only=True):
    """An incident of fire. `clarity` after UCDP: 1 one incident, 2 a total that cannot be split."""

    TOPIC = "strike.reported"
    STREAM = "strike"
    kind: StrikeKind
    place: Text
    clarity: Literal[1, 2]
    incidents: Figure | None = None


class CasualtiesClaimed(Facts, frozen=True, kw_only=True):
    """How many were harmed, says one claimant. `of` is a party or population; `provisional` an early count.

    Schema 1 had no `provisional`; what was recorded under it was not marked early by anyone.
    """

    TOPIC = "strike.casualties_claimed"
    STREAM = "strike"
    SCHEMA = 2
    harm: Harm
    figure: Figure
    of: Slug
    status: CivilStatus
    includes: Inclusion
    provisional: bool


def casualties_claimed_1_to_2(body: dict[str, Any]) -> dict[str, Any]:
    """Upcast a stored body of schema 1."""
    return {**body, "data": {**body["data"], "provisional": False}}


class ResponsibilityStated(Facts, frozen=True, kw_only=True):
    """Who claims, denies or attributes the strike, with the target and justification in the claimant's account."""

    TOPIC = "strike.responsibility_stated"
    STREAM = "strike"
    stance: Literal["claimed", "denied", "attributed"]
    party: Text
    target: Text | None = None
    justification: Text | None = None


class Assessed(Facts, frozen=True, kw_only=True):
    """A grade of the evidence (Airwars' scale), always with its grader."""

    TOPIC = "strike.assessed"
    STREAM = "strike"
    grade: Grade
    grader: Slug


class Linked(Facts, frozen=True, kw_only=True):
    """This strike is a duplicate of another, part of it, or a response to it."""

    TOPIC = "strike.linked"
    STREAM = "strike"
    relation: Literal["duplicate_of", "part_of", "response_to"]
    other: StreamName


FACTS: tuple[type[Facts], ...] = (Reported, CasualtiesClaimed, ResponsibilityStated, Assessed, Linked)
