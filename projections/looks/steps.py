"""What differs between two points in time, as far as it takes to see what need not be looked at anew."""

from __future__ import annotations

from domain.calendar import Micros
from projections.index.schema import OPEN, TOPIC_NUMBER
from projections.reading import Reading

MOST = 400
"""Versions that may differ: with more of them everything is looked at anew."""
_KNOWN = "SELECT stream, type FROM versions WHERE id > ? AND id <= ? LIMIT ?"
_CLOSED = f"""
SELECT stream, type FROM versions INDEXED BY versions_closed
WHERE known_to > ? AND known_to <= ? AND known_to < {OPEN} LIMIT ?"""  # noqa: S608
_COUNTED = "SELECT stream, type FROM versions INDEXED BY versions_at WHERE at > ? AND at <= ? LIMIT ?"
_ERASED = TOPIC_NUMBER["record.erased"]

Point = tuple[int, Micros]
"""A position of the log, and a time."""


def touched(reading: Reading, before: Point) -> set[str] | None:
    """The streams of which other versions stand or count at the vantage than at a point; None: too many to tell."""
    (low, high), (early, late) = (
        sorted(both) for both in ((before[0], reading.vantage.position), (before[1], reading.vantage.as_of))
    )
    found: set[int] = set()
    for sql, first, last in ((_KNOWN, 2 * low + 1, 2 * high + 1), (_CLOSED, low, high), (_COUNTED, early, late)):
        if first < last:
            rows = reading.connection.execute(sql, (first, last, MOST + 1)).fetchall()
            if len(rows) > MOST or any(topic == _ERASED for _, topic in rows):
                return None
            found.update(stream for stream, _ in rows)
    return {reading.name(number) for number in found}
