"""The status of each way through each crossing at a vantage by look-ups: who says what, and since when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from projections.crossing_statuses import Ruling, ruling
from projections.crossing_statuses import Way as Seen
from projections.derived.ways import LONG, WAYS, Way
from projections.rows import Version
from projections.schema import NEVER
from projections.seek.reading import Reading
from projections.seek.timelines import Cell
from projections.timeline import Entry

_BEGAN = """
WITH c(place, cell, most, first, said, position) AS MATERIALIZED (
  SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5 FROM json_each(?1))
SELECT c.place, r.first, r.said, r.position, r.since FROM c CROSS JOIN runs r
WHERE r.cell = c.cell AND (r.first, r.said, r.position, r.k_from) = (
  SELECT r.first, r.said, r.position, r.k_from FROM runs r
  WHERE r.cell = c.cell AND r.first <= c.most AND r.k_from <= ?2 AND r.k_to > ?2
    AND (r.first < c.first OR r.said < c.said OR (r.said = c.said AND r.position <= c.position))
  ORDER BY r.first DESC, r.said DESC, r.position DESC LIMIT 1)"""

At = tuple[str, Way]
"""A crossing, and one of its ways."""


def ways_seen(reading: Reading, streams: Sequence[str]) -> dict[str, dict[Way, Seen]]:
    """The newest status of each way, and other claimants' newest that may be of the same time: they decide."""
    cells = reading.seen.cells
    places: list[At] = [(stream, way) for stream in streams for way in WAYS]
    newest = reading.seen.newest([cells.one("status", stream, *way) for stream, way in places])
    bearing = _of_one_time(reading, {place: row for place, row in zip(places, newest, strict=True) if row is not None})
    rows = {row.k_from: row for held in bearing.values() for row in held}
    versions = {version.id >> 1: version for version in reading.of_rows(rows)}
    as_of, calendar = reading.vantage.as_of, reading.calendar
    rulings = {
        place: ruling([versions[row.k_from] for row in held], as_of, calendar)
        for place, held in _own_newest(reading, bearing, versions).items()
    }
    since = _since(reading, {place: one for place, found in rulings.items() if (one := found.decisive) is not None})
    nothing = Seen(Ruling(None, (), ()), None)
    return {
        stream: {
            way: Seen(rulings[stream, way], since.get((stream, way))) if (stream, way) in rulings else nothing
            for way in WAYS
        }
        for stream in streams
    }


def _of_one_time(reading: Reading, newest: Mapping[At, Entry]) -> dict[At, list[Entry]]:
    """Of each way the statuses that may be of the same time as its newest, in order."""
    cells = reading.seen.cells
    asked: list[tuple[At, Cell, int]] = []
    for (stream, way), row in newest.items():
        asked.append(((stream, way), cells.one("status", stream, *way), row.rank - LONG))
        asked.append(((stream, way), cells.one("long", stream, *way), -NEVER))
    found: dict[At, set[Entry]] = {place: set() for place in newest}
    for index, row in reading.seen.reaching([(cell, low, newest[place].rank) for place, cell, low in asked]):
        found[asked[index][0]].add(row)
    return {place: sorted(held) for place, held in found.items()}


def _own_newest(
    reading: Reading, bearing: Mapping[At, Sequence[Entry]], versions: Mapping[int, Version]
) -> dict[At, list[Entry]]:
    """Those that their claimants have not followed up with another status of the same way, in order."""
    said = {place: {versions[row.k_from].claimant: row for row in rows} for place, rows in bearing.items()}
    unsure = [
        (place, claimant)
        for place, held in said.items()
        for claimant, row in held.items()
        if row.last > row.rank and row is not bearing[place][-1]
    ]
    cells = reading.seen.cells
    newest = reading.seen.newest([cells.one("says", stream, *way, claimant) for (stream, way), claimant in unsure])
    for (place, claimant), row in zip(unsure, newest, strict=True):
        if row is not None and row > said[place][claimant]:
            del said[place][claimant]
    return {place: sorted(held.values()) for place, held in said.items()}


def _since(reading: Reading, decisive: Mapping[At, Version]) -> dict[At, str]:
    """Since when there is the unbroken run of the same status that each deciding one continues."""
    cells, caps = reading.seen.cells, reading.seen.times
    places = list(decisive)
    asked = [
        (index, number, min(cap, decisive[place].first), *decisive[place].order)
        for index, place in enumerate(places)
        for number, cap in zip(cells.one("run", place[0], *place[1])[:2], caps, strict=True)
        if number
    ]
    if not asked:
        return {}
    rows = reading.connection.execute(_BEGAN, (msgspec.json.encode(asked).decode(), reading.vantage.position))
    # of those ahead of their clock and the others, the later one
    return {places[index]: since for index, *_, since in sorted(rows)}
