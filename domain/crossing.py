"""The `crossing-<slug>` stream: what was announced, what stood, what was permitted and who got through."""

# no postponed annotations: see domain/values.py

from typing import Annotated, Literal

from msgspec import Meta, field

from domain.report import Facts
from domain.values import Direction, Figure, Load, Moment, RecordId, Text

Category = Literal["people", "patient", "companion", "returnee", "staff", "truck", "other"]
Directions = Annotated[tuple[Direction, ...], Meta(min_length=1)]
Loads = Annotated[tuple[Load, ...], Meta(min_length=1)]


class Registered(Facts, frozen=True, kw_only=True):
    """A crossing's name, place and the sides that it joins."""

    TOPIC = "crossing.registered"
    STREAM = "crossing"
    name: Text
    place: Text
    sides: tuple[Text, ...]


class ChangeAnnounced(Facts, frozen=True, kw_only=True):
    """A status that is to hold `from` a moment on. It occurs when it is announced."""

    TOPIC = "crossing.change_announced"
    STREAM = "crossing"
    status: Literal["open", "limited", "closed"]
    from_: Moment = field(name="from")
    until: Moment | None = None
    directions: Directions
    carries: Loads


class AnnouncementDenied(Facts, frozen=True, kw_only=True):
    """Somebody contradicts an announcement."""

    TOPIC = "crossing.announcement_denied"
    STREAM = "crossing"
    REFERS = ("target",)
    target: RecordId
    text: Text


class Standing(Facts, frozen=True, kw_only=True):
    """What the three statuses have in common. `until` is where the status's own schedule ends, if it has one."""

    directions: Directions
    carries: Loads
    by: Text | None = None
    categories: tuple[Text, ...] | None = None
    conditions: Text | None = None
    reason: Text | None = None
    until: Moment | None = None


class Opened(Standing, frozen=True, kw_only=True):
    """Open: no limit is on record."""

    TOPIC = "crossing.opened"
    STREAM = "crossing"


class Limited(Standing, frozen=True, kw_only=True):
    """Open within limits that somebody states (OSCE's entry-exit crossing points)."""

    TOPIC = "crossing.limited"
    STREAM = "crossing"


class Closed(Standing, frozen=True, kw_only=True):
    """Closed."""

    TOPIC = "crossing.closed"
    STREAM = "crossing"


class QuotaSet(Facts, frozen=True, kw_only=True):
    """What was permitted, expected or agreed, for one direction and category, per day, week or the period given."""

    TOPIC = "crossing.quota_set"
    STREAM = "crossing"
    direction: Literal["into", "out_of", "both"]
    category: Category
    figure: Figure
    per: Literal["day", "week", "period"]
    kind: Literal["permitted", "expected", "agreed"]
    basis: Text | None = None


class PassagesCounted(Facts, frozen=True, kw_only=True):
    """Who got through, over the span of `occurred`. `people` is the total of people."""

    TOPIC = "crossing.passages_counted"
    STREAM = "crossing"
    direction: Direction
    category: Category
    figure: Figure


class PassageRefused(Facts, frozen=True, kw_only=True):
    """Who was turned back or held, over the span of `occurred`."""

    TOPIC = "crossing.passage_refused"
    STREAM = "crossing"
    direction: Direction
    figure: Figure
    outcome: Literal["turned_back", "held", "unstated"]
    reason: Text | None = None
    by: Text | None = None


FACTS: tuple[type[Facts], ...] = (
    Registered,
    ChangeAnnounced,
    AnnouncementDenied,
    Opened,
    Limited,
    Closed,
    QuotaSet,
    PassagesCounted,
    PassageRefused,
)
