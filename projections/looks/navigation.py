"""Moving about in time: record by record, mark by mark, and by what is known."""

from __future__ import annotations

import msgspec

from projections.index.keys import CEASEFIRES
from projections.index.schema import CORRECTED, STANDING, TOPIC_NUMBER
from projections.reading import Reading
from projections.rules.ceasefires import is_mark
from projections.vantage import ResolvedVantage, checkpoint, clock_at

_BESIDE = ("strike.casualties_claimed", "strike.linked")
"""A claim and a link count at their strike's `occurred`, so nothing happens at their own."""
_HELD = f"""state IN ({STANDING}, {CORRECTED}) AND id >> 1 <= ?2 AND known_to > ?2
 AND type NOT IN ({", ".join(str(TOPIC_NUMBER[topic]) for topic in _BESIDE)})"""
_NEXT = f"SELECT at FROM versions INDEXED BY versions_at WHERE at > ?1 AND {_HELD} ORDER BY at LIMIT 1"  # noqa: S608
_LAST = f"SELECT at FROM versions INDEXED BY versions_at WHERE at <= ?1 AND {_HELD} ORDER BY at DESC LIMIT 1"  # noqa: S608


def step_record(reading: Reading, step: int) -> ResolvedVantage:
    """To where the next (step > 0) or previous known record begins to count; the same vantage at either end."""
    vantage, connection = reading.vantage, reading.connection
    if step > 0:
        found = connection.execute(_NEXT, (vantage.as_of, vantage.position)).fetchone()
    else:
        found = connection.execute(_LAST, (vantage.as_of, vantage.position)).fetchone()
        if found is not None:
            found = connection.execute(_LAST, (found[0] - 1, vantage.position)).fetchone()
    return vantage if found is None else vantage.moved(found[0])


def step_phase(reading: Reading, step: int) -> ResolvedVantage:
    """To the next or previous mark of a ceasefire: an entry into force, a phase, a suspension, an end."""
    vantage = reading.vantage
    marks = sorted({version.at for version in reading.whole(CEASEFIRES, whenever=True) if is_mark(version)})
    if step > 0:
        found = next((mark for mark in marks if mark > vantage.as_of), None)
    else:
        behind = [mark for mark in marks if mark <= vantage.as_of]
        found = behind[-2] if len(behind) > 1 else None
    return vantage if found is None else vantage.moved(found)


def step_known(reading: Reading, step: int) -> ResolvedVantage:
    """So many records more (below 0: fewer) known, at the same as-of time."""
    connection = reading.connection
    position = min(max(reading.vantage.position + step, 0), checkpoint(connection))
    return msgspec.structs.replace(
        reading.vantage,
        position=position,
        known_at=clock_at(connection, position) or reading.vantage.known_at,
        live=False,
    )
