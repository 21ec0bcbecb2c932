"""The ways through a crossing, a direction and a load each."""

from __future__ import annotations

from typing import Protocol

from domain.calendar import Micros
from domain.values import Direction, Load
from projections.crossing_statuses import DIRECTIONS, LOADS

LONG: Micros = 86_400_000_000
"""A status of a longer span lies in a cell of its own too: it may be of the same time as one that began much later."""

Way = tuple[Direction, Load]
WAYS: tuple[Way, ...] = tuple((direction, load) for direction in DIRECTIONS for load in LOADS)


class OfWays(Protocol):
    """A status or an announcement."""

    directions: tuple[Direction, ...]
    carries: tuple[Load, ...]


def named_ways(data: OfWays) -> list[Way]:
    """The ways that it speaks of."""
    return [(direction, load) for direction, load in WAYS if direction in data.directions and load in data.carries]


def mask(data: OfWays) -> int:
    """The ways that it speaks of, a bit each."""
    return sum(1 << place for place, way in enumerate(WAYS) if way[0] in data.directions and way[1] in data.carries)
