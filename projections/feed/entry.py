"""What is asked while a record is made: names that complete what is typed, and records that look like it."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Literal

from domain.calendar import Calendar, Micros, is_date
from domain.crossing import Registered
from domain.report import Facts
from domain.source import PlaceRegistered
from domain.strike import Reported
from domain.values import Occurred
from projections.feed.listing import lines_of
from projections.index.keys import BY, PLACES
from projections.index.schema import CORRECTED, STANDING, TOPIC_NUMBER
from projections.index.version import Version, all_of
from projections.reading import Reading
from projections.situation import RecordLine

WINDOW: Micros = 3 * 3600 * 1_000_000
"""Three hours: reports that give an hour within it may be of the same event. Without an hour the day counts."""
_AROUND: Micros = 32 * 24 * 3600 * 1_000_000  # how far from the window a total over a long span may begin to count
_LISTED = 20

Named = Literal["stream", "claimant"]
_LAST = "\U0010ffff"
_NAMES = "SELECT name FROM lines WHERE name > ? AND name < ? AND instr(name, ' ') = 0 ORDER BY name LIMIT 1"
_CLAIMANTS = "SELECT name FROM lines WHERE name > ? AND name < ? ORDER BY name LIMIT 1"


@dataclass(frozen=True)
class DuplicateQuery:
    """What to look for. `occurred` None: at any time, which is for what is on record once, like a place's entry.

    `stream` None: on any stream of the type's kind. `place` is looked for in the places of strikes.
    """

    type: str
    stream: str | None = None
    claimant: str | None = None
    occurred: Occurred | None = None
    place: str | None = None


def alike(reading: Reading, look: DuplicateQuery) -> list[RecordLine]:
    """What stands at the reading's position and looks like that, newest first, at most 20."""
    calendar, within = reading.calendar, None
    if look.occurred is not None:
        try:
            within = _window(look.occurred, calendar)
        except (ValueError, OverflowError):  # on no calendar: the rules refuse it, and nothing is like it
            return []
    found = []
    for row_id in sorted(_candidates(reading, look, within)):
        version = reading.versions([row_id])[0]
        if (
            version.type == look.type
            and look.stream in (None, version.stream)
            and look.claimant in (None, version.claimant)
            and (look.place is None or look.place.lower() in _place(version).lower())
            and (within is None or (version.first <= within[1] and version.last >= within[0]))
        ):
            found.append(version)
    found.sort(key=lambda version: version.position, reverse=True)
    return lines_of(reading, [version.id for version in found[:_LISTED]])


def _place(version: Version[Facts]) -> str:
    return version.data.place if isinstance(version.data, (Reported, Registered)) else ""


def _candidates(reading: Reading, look: DuplicateQuery, within: tuple[Micros, Micros] | None) -> list[int]:
    """Rows of what stands on the stream, about that time, or of that type: whichever are few."""
    known = reading.vantage.position
    if look.stream is not None:
        rows = reading.connection.execute(_OF_STREAM, (look.stream, known))
    elif within is not None:
        rows = reading.connection.execute(_ABOUT, (within[0] - _AROUND, within[1] + _AROUND, known))
    else:
        rows = reading.connection.execute(_OF_TYPE, (TOPIC_NUMBER[look.type], known))
    return [row[0] for row in rows]


_STANDS = f"v.state IN ({STANDING}, {CORRECTED})"
_OF_STREAM = f"""
SELECT v.id FROM lines l CROSS JOIN claims c ON c.line = l.id CROSS JOIN versions v ON v.id = 2 * c.known_from
WHERE l.name = ?1 AND c.known_to > ?2 AND {_STANDS}
UNION SELECT v.id FROM lines l CROSS JOIN versions v INDEXED BY versions_record ON v.stream = l.id
WHERE l.name = ?1 AND v.position IS NULL AND v.known_to > ?2 AND {_STANDS}"""  # noqa: S608
_ABOUT = f"""
SELECT v.id FROM versions v INDEXED BY versions_at
WHERE v.at >= ?1 AND v.at <= ?2 AND v.known_to > ?3 AND {_STANDS}"""  # noqa: S608
_OF_TYPE = f"""
SELECT v.id FROM versions v INDEXED BY versions_type
WHERE v.type = ?1 AND v.known_to > ?2 AND {_STANDS}"""  # noqa: S608


def _window(occurred: Occurred, calendar: Calendar) -> tuple[Micros, Micros]:
    first, last = calendar.period(occurred)
    if isinstance(occurred, str) and not is_date(occurred):
        return first - WINDOW, last + WINDOW
    return calendar.day_start(calendar.day(first)), calendar.day_end(calendar.day(last))


def completed(connection: sqlite3.Connection, what: Named, beginning: str) -> str | None:
    """The first name in the order of the alphabet that begins so, and is longer; None when there is none."""
    sql, before = (_CLAIMANTS, BY) if what == "claimant" else (_NAMES, "")
    row = connection.execute(sql, (before + beginning, before + beginning + _LAST)).fetchone()
    return None if row is None else str(row[0]).removeprefix(before)


def place_names(reading: Reading) -> tuple[str, ...]:
    """Names of the registered places as they stand, by alphabet."""
    return tuple(sorted({place.data.name for place in all_of(reading.whole(PLACES), PlaceRegistered)}))
