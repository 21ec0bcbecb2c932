"""Records that look like one that is about to be recorded: the same type at the same place and about the same time."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Any

from domain.calendar import Calendar, Micros, is_date
from domain.values import Occurred
from projections.feed import lines_where
from projections.situation import RecordLine

WINDOW: Micros = 3 * 3600 * 1_000_000
"""Three hours: reports that give an hour within it may be of the same event. Without an hour the day counts."""
_AROUND: Micros = 32 * 24 * 3600 * 1_000_000  # how far from the window a total over a long span may begin to count
_LISTED = 20


@dataclass(frozen=True)
class Look:
    """What to look for. `occurred` None: at any time, which is for what is on record once, like a place's entry.

    `stream` None: on any stream of the type's kind. `place` is looked for in the places of strikes.
    """

    type: str
    stream: str | None = None
    claimant: str | None = None
    occurred: Occurred | None = None
    place: str | None = None


def alike(connection: sqlite3.Connection, look: Look, calendar: Calendar, *, position: int) -> list[RecordLine]:
    """What stands at a position and looks like that, newest first, at most 20."""
    conditions = ["v.stands = 1", "v.type = :type"]
    asked: dict[str, Any] = {"type": look.type}
    if look.stream is not None:
        conditions.append("r.record >= :stream || '/' AND r.record < :stream || '0'")  # 0 follows the slash
        asked["stream"] = look.stream
    if look.claimant is not None:
        conditions.append("v.claimant = :claimant")
        asked["claimant"] = look.claimant
    if look.place is not None:
        conditions.append("instr(lower(json_extract(v.body, '$.data.place')), lower(:place)) > 0")
        asked["place"] = look.place
    if look.occurred is not None:
        try:
            first, last = _window(look.occurred, calendar)
        except (ValueError, OverflowError):  # on no calendar: the rules refuse it, and nothing is like it
            return []
        conditions.append("v.kind = :kind AND v.at BETWEEN :first - :around AND :last + :around")
        conditions.append("v.first <= :last AND v.last >= :first")
        asked |= {"kind": look.type.split(".")[0], "around": _AROUND, "first": first, "last": last}
    return lines_where(connection, " AND ".join(conditions), asked, position=position)[::-1][:_LISTED]


def _window(occurred: Occurred, calendar: Calendar) -> tuple[Micros, Micros]:
    first, last = calendar.period(occurred)
    if isinstance(occurred, str) and not is_date(occurred):
        return first - WINDOW, last + WINDOW
    return calendar.day_start(calendar.day(first)), calendar.day_end(calendar.day(last))
