"""A step to a point in time nearby: what was answered at the last one still holds where nothing else stands now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.calendar import Micros
from projections.index.schema import OPEN
from projections.reading import Answered, Reading

if TYPE_CHECKING:
    from projections.rules.crossings import Crossing

MOST = 400
"""Versions that may differ: with more of them everything is looked at anew."""
_KNOWN = "SELECT stream FROM versions WHERE id > ? AND id <= ? LIMIT ?"
_CLOSED = f"""
SELECT stream FROM versions INDEXED BY versions_closed
WHERE known_to > ? AND known_to <= ? AND known_to < {OPEN} LIMIT ?"""  # noqa: S608
_COUNTED = "SELECT stream FROM versions INDEXED BY versions_at WHERE at > ? AND at <= ? LIMIT ?"


def seen(reading: Reading) -> Answered:
    """What is answered at the vantage so far: after a step all that was before it and still holds."""
    last, vantage = reading.kept.seen, reading.vantage
    if last is None or (last.vantage.position, last.vantage.as_of, last.vantage.rule) != (
        vantage.position,
        vantage.as_of,
        vantage.rule,
    ):
        again = None if last is None or last.vantage.rule != vantage.rule else _touched(reading, last)
        if last is None or again is None:
            reading.kept.seen = Answered(vantage, {}, {})
        else:
            crossings = {
                stream: one
                for stream, one in last.crossings.items()
                if stream not in again and not _ends(reading, stream, one, last.vantage.as_of)
            }
            series = {stream: one for stream, one in last.series.items() if stream not in again}
            reading.kept.seen = Answered(vantage, crossings, series)
    assert reading.kept.seen is not None
    return reading.kept.seen


def _touched(reading: Reading, last: Answered) -> set[str] | None:
    """The streams of which other versions stand or count now than at the last point; None: too many to tell."""
    (low, high), (early, late) = (
        sorted(both)
        for both in (
            (last.vantage.position, reading.vantage.position),
            (last.vantage.as_of, reading.vantage.as_of),
        )
    )
    found: set[int] = set()
    for sql, first, until in ((_KNOWN, 2 * low + 1, 2 * high + 1), (_CLOSED, low, high), (_COUNTED, early, late)):
        if first < until:
            rows = reading.connection.execute(sql, (first, until, MOST + 1)).fetchall()
            if len(rows) > MOST:
                return None
            found.update(stream for (stream,) in rows)
    return {reading.name(number) for number in found}


def _ends(reading: Reading, stream: str, one: Crossing | None, was: Micros) -> bool:
    """Whether a schedule of a crossing may end between two times. Going back, one that is not seen may begin again."""
    as_of = reading.vantage.as_of
    if as_of < was and ("news",) in reading.lines.of("crossing")[stream]:
        return True
    ends = [] if one is None else [version.data.until for way in one.ways.values() for version in way.ruling.claims]
    ends += [] if one is None else [announced.data.until for announced in one.announced]
    early, late = sorted((was, as_of))
    return any(until is not None and early <= reading.calendar.end(until) <= late for until in ends)
