"""The newest lines of the feed by look-ups: blocks of positions in which nothing counts yet are stepped over."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from projections.derived.lines import LEVELS
from projections.feed import lines_between
from projections.seek.reading import Reading
from projections.situation import LISTED, RecordLine

_BLOCKS = "SELECT block FROM lowest WHERE level = ? AND block >= ? AND block <= ? AND at <= ? ORDER BY block DESC"
_AT_ONCE = 4
"""Blocks whose lines are read in one go."""


def newest_lines(reading: Reading, listed: int = LISTED) -> tuple[RecordLine, ...]:
    """The newest lines known and occurred, by position."""
    position, as_of = reading.vantage.position, reading.vantage.as_of
    found: list[RecordLine] = []
    blocks = _blocks(reading, [*reversed(LEVELS)], 0, position)
    smallest = LEVELS[0]
    while len(found) < listed and (some := list(islice(blocks, _AT_ONCE))):
        low, high = some[-1] << smallest, (some[0] + 1 << smallest) - 1
        if some[0] - some[-1] == len(some) - 1:
            spans = [(low, high)]
        else:
            spans = [(block << smallest, (block + 1 << smallest) - 1) for block in some]
        for first, last in spans:
            room = listed - len(found)
            if room:
                found += lines_between(
                    reading.connection, first, last, position=position, as_of=as_of, limit=room, told=reading.told
                )
    return tuple(found)


def _blocks(reading: Reading, levels: list[int], low: int, high: int) -> Iterator[int]:
    """Smallest blocks in a span of positions with a line that counts by the vantage, the newest first."""
    level, *smaller = levels
    for (block,) in reading.connection.execute(_BLOCKS, (level, low >> level, high >> level, reading.vantage.as_of)):
        if smaller:
            first = block << level
            yield from _blocks(reading, smaller, max(low, first), min(high, first + (1 << level) - 1))
        else:
            yield block
