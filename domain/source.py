"""The registers: `source-<slug>` (who says things), `place-<slug>` (where), and `statement-<slug>` (words)."""

# no postponed annotations: see domain/values.py

from typing import Annotated, Literal

from msgspec import Meta

from domain.report import Facts
from domain.values import Figure, Slug, Text, Value

SourceKind = Literal[
    "party",
    "government",
    "military",
    "official",
    "medical",
    "emergency_service",
    "media",
    "observer",
    "un",
    "ngo",
    "anonymous",
]


class Registered(Facts, frozen=True, kw_only=True):
    """A claimant's name and kind, and to whom it answers."""

    TOPIC = "source.registered"
    STREAM = "source"
    name: Text
    kind: SourceKind
    answers_to: Text | None = None


class Rated(Facts, frozen=True, kw_only=True):
    """A reliability by the Admiralty code, A (completely reliable) to F (cannot be judged), with its rater."""

    TOPIC = "source.rated"
    STREAM = "source"
    reliability: Literal["A", "B", "C", "D", "E", "F"]
    by: Slug


class Alias(Value, frozen=True, kw_only=True):
    """Another name of a place, with its language (BCP 47)."""

    text: Text
    lang: Text


class PlaceRegistered(Facts, frozen=True, kw_only=True):
    """A place in OCHA's spelling; WGS 84 degrees; `precision` is UCDP's `where_prec` 1 (exact) to 7."""

    TOPIC = "place.registered"
    STREAM = "place"
    name: Text
    aliases: tuple[Alias, ...]
    pcode: Text | None = None
    lat: Annotated[float, Meta(ge=-90, le=90)] | None = None
    lon: Annotated[float, Meta(ge=-180, le=180)] | None = None
    precision: Annotated[int, Meta(ge=1, le=7)]


class StatementMade(Facts, frozen=True, kw_only=True):
    """What somebody said, in our own words. Its figures are never summed."""

    TOPIC = "statement.made"
    STREAM = "statement"
    text: Annotated[str, Meta(min_length=1, max_length=300)]
    about: tuple[Text, ...]
    figures: tuple[Figure, ...]


FACTS: tuple[type[Facts], ...] = (Registered, Rated, PlaceRegistered, StatementMade)
