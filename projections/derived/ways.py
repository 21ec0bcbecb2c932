"""The ways through a crossing, a direction and a load each, and how a status of several of them is filed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from domain.calendar import Micros
from domain.values import Direction, Load
from projections.crossing_statuses import DIRECTIONS, LOADS

LONG: Micros = 86_400_000_000
"""A status of a longer span lies in a cell of its own too: it may be of the same time as one that began much later."""

WAYS: tuple[tuple[Direction, Load], ...] = tuple((direction, load) for direction in DIRECTIONS for load in LOADS)


class OfWays(Protocol):
    """A status or an announcement."""

    directions: tuple[Direction, ...]
    carries: tuple[Load, ...]


def named_ways(data: OfWays) -> list[tuple[Direction, Load]]:
    """The ways that it speaks of."""
    return [(direction, load) for direction, load in WAYS if direction in data.directions and load in data.carries]


def mask(data: OfWays) -> int:
    """The ways that it speaks of, a bit each."""
    return sum(1 << place for place, way in enumerate(WAYS) if way[0] in data.directions and way[1] in data.carries)


def filed(data: OfWays) -> str:
    """Where a status is filed: once, however many ways it speaks of."""
    return f"{_both(data.directions)} {_both(data.carries)}"


def in_ways(way: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    """Where a status of one way may be filed."""
    direction, load = way
    return (direction, load), ("both", load), (direction, "both"), ("both", "both")


def _both(named: Sequence[str]) -> str:
    return "both" if len(set(named)) > 1 else named[0]
