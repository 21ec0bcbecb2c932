"""Moving about in time: record by record, day by day, mark by mark."""

from __future__ import annotations

import msgspec

from projections.ceasefires import is_mark
from projections.knowledge import checkpoint, clock_at
from projections.seek.reading import Reading
from projections.vantage import ResolvedVantage

_KNOWN = """FROM versions WHERE stands = 1 AND k_from <= :k AND k_to > :k
 AND type NOT IN ('strike.casualties_claimed', 'strike.linked')"""
# a claim and a link count at their strike's `occurred`, so nothing happens at their own


def step_record(reading: Reading, step: int) -> ResolvedVantage:
    """To where the next (step > 0) or previous known record begins to count; the same vantage at either end."""
    vantage, connection = reading.vantage, reading.connection
    asked = {"k": vantage.position, "t": vantage.as_of}
    if step > 0:
        found = connection.execute(f"SELECT min(at) {_KNOWN} AND at > :t", asked).fetchone()[0]
    else:
        asked["t"] = connection.execute(f"SELECT max(at) {_KNOWN} AND at <= :t", asked).fetchone()[0]
        found = connection.execute(f"SELECT max(at) {_KNOWN} AND at < :t", asked).fetchone()[0]
    return vantage if found is None else vantage.moved(found)


def step_phase(reading: Reading, step: int) -> ResolvedVantage:
    """To the next or previous mark of a ceasefire: an entry into force, a phase, a suspension, an end."""
    vantage = reading.vantage
    marks = sorted({version.at for version in reading.known("ceasefire") if is_mark(version)})
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
