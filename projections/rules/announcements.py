"""Changes announced for a crossing: what was met, what was denied, and what then held instead."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

from domain.calendar import Calendar, Micros
from domain.crossing import AnnouncementDenied, ChangeAnnounced, Standing
from domain.report import Facts
from projections.index.version import Version
from projections.rules.crossing_statuses import status_of, statuses
from projections.situation import LISTED, AnnouncementView


class Announced(NamedTuple):
    """A change announced, as it is shown; the first three decide the order."""

    counted: Micros
    said: Micros
    position: int
    view: AnnouncementView


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


def announcement_view(version: Version[ChangeAnnounced]) -> AnnouncementView:
    """One announcement, whoever denies it left out."""
    return AnnouncementView(
        status=version.data.status,
        starts=version.data.from_,
        until=version.data.until,
        directions=version.data.directions,
        carries=version.data.carries,
        claimant=version.claimant,
        occurred=version.report.occurred,
        record=version.record,
    )


def announcement_views(
    announced: Iterable[Announced], denials: Iterable[Version[AnnouncementDenied]]
) -> tuple[AnnouncementView, ...]:
    """The newest announcements that are still to come or held otherwise, each with who denies it."""
    denied: dict[str, set[str]] = defaultdict(set)
    for denial in denials:
        denied[denial.data.target].add(denial.claimant)
    newest = sorted(announced, key=lambda one: one[:3], reverse=True)[:LISTED]
    return tuple(
        msgspec.structs.replace(view, denied_by=tuple(sorted(denied[view.record]))) if view.record in denied else view
        for *_, view in newest
    )
