"""The status of a crossing, for each direction and load, and what was announced of it: met, denied, held otherwise.

Statuses are decided in the order of what occurred, never of arrival.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple, TypeGuard

from domain.calendar import Calendar, Micros
from domain.crossing import (
    AnnouncementDenied,
    ChangeAnnounced,
    Standing,
)
from domain.report import Facts
from domain.values import Direction, Load, start_of
from projections.index.version import Version, all_of, says, view_of
from projections.situation import LISTED, AnnouncementView, StatusClaim, StatusView

DIRECTIONS: tuple[Direction, ...] = ("into", "out_of")
LOADS: tuple[Load, ...] = ("people", "goods")
Way = tuple[Direction, Load]
WAYS: tuple[Way, ...] = tuple((direction, load) for direction in DIRECTIONS for load in LOADS)
WORDS = ("open", "limited", "closed")
"""Statuses by their bit in a mask."""
_STATUSES: dict[str, Literal["open", "limited", "closed"]] = {
    "crossing.opened": "open",
    "crossing.limited": "limited",
    "crossing.closed": "closed",
}


class Ruling(NamedTuple):
    """The statuses that bear on one direction and load now: they agree, or the status is contested."""

    newest: Version[Standing] | None
    current: tuple[Version[Standing], ...]
    claims: tuple[Version[Standing], ...]  # those of `current`, and those whose schedule has ended; the newest first

    @property
    def contested(self) -> bool:
        """Two claimants' statuses overlap in time and differ."""
        return len({version.type for version in self.current}) > 1

    @property
    def decisive(self) -> Version[Standing] | None:
        """The newest of those that agree; None where none rules, or where they do not agree."""
        return max(self.current, key=lambda version: version.order) if self.current and not self.contested else None


class WayStatus(NamedTuple):
    """One direction and load: which statuses rule, and since when there is the unbroken run of the deciding one."""

    ruling: Ruling
    since: str | None


def status_of(version: Version[Standing]) -> Literal["open", "limited", "closed"]:
    """The status that a record states."""
    return _STATUSES[version.type]


def is_status(version: Version[Facts] | None) -> TypeGuard[Version[Standing]]:
    """Whether the record states a status."""
    return says(version, Standing)


def statuses(versions: Iterable[Version[Facts]], direction: Direction, load: Load) -> list[Version[Standing]]:
    """Standing statuses of one direction and load, in the order of what occurred."""
    return sorted(
        (v for v in all_of(versions, Standing) if direction in v.data.directions and load in v.data.carries),
        key=lambda version: version.order,
    )


def ruling(ordered: Sequence[Version[Standing]], as_of: Micros, calendar: Calendar) -> Ruling:
    """Which statuses rule: the newest by occurrence, and other claimants' that may be of the same time.

    An older status contests nothing: whoever says what holds now supersedes it. A status whose own schedule has
    ended (`until`, inclusive) rules no more.
    """
    if not ordered:
        return Ruling(None, (), ())
    by_claimant = {version.claimant: version for version in ordered}
    newest = ordered[-1]
    bearing = [version for version in by_claimant.values() if version is newest or version.overlaps(newest)]
    current = tuple(version for version in bearing if not expired(version, as_of, calendar))
    return Ruling(newest, current, tuple(sorted(bearing, key=lambda version: version.order, reverse=True)))


def begins_run(version: Version[Standing], before: Version[Standing] | None, calendar: Calendar) -> bool:
    """Whether a status begins a run of its own: nothing, another status, or one whose schedule had ended came before.

    `before` is the one before it in the order of what occurred.
    """
    return before is None or before.type != version.type or expired(before, version.first, calendar)


def expired(version: Version[Standing], as_of: Micros, calendar: Calendar) -> bool:
    """Whether the status's own schedule has ended."""
    until = expires(version, calendar)
    return until is not None and until < as_of


def expires(version: Version[Standing], calendar: Calendar) -> Micros | None:
    """The last moment of the status's own schedule; None where it has no end."""
    until = version.data.until
    return None if until is None else calendar.end(until)


def status_claim(version: Version[Standing]) -> StatusClaim:
    """One claimant's status as it is listed."""
    return view_of(StatusClaim, version, status=status_of(version))


def status_view(of: WayStatus) -> StatusView:
    """The status of one direction and load."""
    found = of.ruling
    claims = tuple(map(status_claim, found.claims[:LISTED]))
    if found.newest is None:
        return StatusView(status="unknown")
    if not found.current:
        return StatusView(status="unknown", until=found.newest.data.until, claims=claims)
    decisive = found.decisive
    if decisive is None or of.since is None:
        first = min(found.current, key=lambda version: version.order)
        return StatusView(status="contested", since=start_of(first.report.occurred), claims=claims)
    return view_of(StatusView, decisive, status=status_of(decisive), since=of.since, claims=claims)


def outcome(
    announced: Version[ChangeAnnounced], versions: Sequence[Version[Facts]], calendar: Calendar
) -> tuple[bool, tuple[Version[Standing], ...]]:
    """Whether an announcement was met, and the statuses that contradict it.

    For each direction and load the first status stated from its `from` on decides. It is met where that is the same
    status everywhere that one is stated. A status whose time may lie on either side of `from` can meet it, and
    contradicts nothing.
    """
    data = announced.data
    starts = calendar.start(data.from_)
    met = False
    against: dict[str, Version[Standing]] = {}
    for direction in data.directions:
        for load in data.carries:
            for status in statuses(versions, direction, load):
                if status.last < starts:
                    continue
                if status_of(status) == data.status:
                    met = True
                    break
                if status.first >= starts:
                    against[status.record] = status
                    break
    return met and not against, tuple(sorted(against.values(), key=lambda status: status.order))


def announcement_views(
    announced: Iterable[Version[ChangeAnnounced]], denials: Iterable[Version[AnnouncementDenied]]
) -> tuple[AnnouncementView, ...]:
    """The newest announcements that are still to come or held otherwise, each with who denies it."""
    denied: dict[str, set[str]] = defaultdict(set)
    for denial in denials:
        denied[denial.data.target].add(denial.claimant)
    return tuple(
        view_of(AnnouncementView, one, starts=one.data.from_, denied_by=tuple(sorted(denied[one.record])))
        for one in sorted(announced, key=lambda one: one.order, reverse=True)[:LISTED]
    )


def named_ways(data: Standing | ChangeAnnounced) -> list[Way]:
    """The ways that it speaks of."""
    return [(direction, load) for direction, load in WAYS if direction in data.directions and load in data.carries]


def mask(data: Standing | ChangeAnnounced) -> int:
    """The ways that it speaks of, a bit each."""
    return sum(1 << place for place, way in enumerate(WAYS) if way[0] in data.directions and way[1] in data.carries)


class News(NamedTuple):
    """An announcement is news at vantages from `at_from` up to, not including, `at_to`, unless it is overtaken:

    unless `kinds`, the statuses that contradict it (a bit each), are none and none of them holds any more.
    """

    at_from: Micros
    at_to: Micros
    kinds: int


def packed(announced: Version[ChangeAnnounced], news: News) -> int:
    """What a look must know of news: which version it is of, of which ways, and what contradicts it."""
    return announced.known_from << 7 | mask(announced.data) << 3 | news.kinds


def unpacked(says: int) -> tuple[int, int, int]:
    """Position from which the version stands, ways and kinds."""
    return says >> 7, says >> 3 & 0xF, says & 0x7
