"""Crossings in a Situation: a status for each way, what was permitted, who got through, what is announced."""

from __future__ import annotations

from typing import Literal

from domain.ceasefire import Per
from domain.crossing import Category
from domain.values import CrossingStatus, Direction, Figure, Load, Occurred
from projections.situation.claims import ClaimedRange, Marked, Part


class StatusView(Part, frozen=True, kw_only=True):
    """The status of one direction and load. `claims` are the statements that bear on it, newest first.

    `since` is when the status began (a date or instant as recorded), `until` the end of its schedule.
    """

    status: CrossingStatus
    since: str | None = None
    by: str | None = None
    until: str | None = None
    reason: str | None = None
    conditions: str | None = None
    claims: tuple[StatusClaim, ...] = ()


class StatusClaim(Marked, frozen=True, kw_only=True):
    """One claimant's newest standing status of one direction and load."""

    status: Literal["open", "limited", "closed"]
    claimant: str
    occurred: Occurred
    record: str
    by: str | None = None
    until: str | None = None


class Ways(Part, frozen=True, kw_only=True):
    """A status for each direction."""

    into: StatusView
    out_of: StatusView


class QuotaView(Marked, frozen=True, kw_only=True):
    """What was permitted, expected or agreed, by one claimant."""

    direction: Literal["into", "out_of", "both"]
    category: Category
    figure: Figure
    per: Per
    kind: Literal["permitted", "expected", "agreed"]
    claimant: str
    occurred: Occurred
    record: str


class PassagesView(ClaimedRange, frozen=True, kw_only=True):
    """Who got through over one period (the shortest that ends on the newest day), with each claimant's figure.

    `quotas` are the records of those that this is compared with: of the same direction, category and length of time.
    """

    direction: Direction
    category: Category
    first_day: str
    last_day: str
    days: int
    quotas: tuple[str, ...] = ()


class RefusedView(ClaimedRange, frozen=True, kw_only=True):
    """Who was turned back or held over one period."""

    direction: Direction
    outcome: Literal["turned_back", "held", "unstated"]
    first_day: str
    last_day: str


class AnnouncementView(Marked, frozen=True, kw_only=True):
    """A change announced, and who denied it."""

    status: Literal["open", "limited", "closed"]
    starts: str
    until: str | None
    directions: tuple[Direction, ...]
    carries: tuple[Load, ...]
    claimant: str
    occurred: Occurred
    record: str
    denied_by: tuple[str, ...] = ()


class CrossingView(Marked, frozen=True, kw_only=True):
    """One crossing. `newest_report` is when its newest report began to count; `silence_days` its age in days."""

    stream: str
    name: str
    place: str | None
    registered: bool
    people: Ways
    goods: Ways
    quotas: tuple[QuotaView, ...]
    passages: tuple[PassagesView, ...]
    refused: tuple[RefusedView, ...]
    announced: tuple[AnnouncementView, ...]
    newest_report: str | None
    silence_days: int | None
