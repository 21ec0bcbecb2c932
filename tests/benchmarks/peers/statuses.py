"""Which status rules, of each claimant's newest one: the one step that every peer does in Python."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from domain.calendar import Micros
from tests.benchmarks.answers import Statuses
from tests.benchmarks.claims import STATUSES, WAYS


class Newest(NamedTuple):
    """One claimant's newest status of one way."""

    way: int
    first: Micros
    said: Micros
    position: int
    status: int
    last: Micros
    until: Micros


def ruling(rows: Iterable[Newest], as_of: Micros) -> Statuses:
    """The status of each way: the newest, unless another's of the same time differs; one past its schedule is none."""
    by_way: dict[int, list[Newest]] = defaultdict(list)
    for row in rows:
        by_way[row.way].append(row)
    found = {}
    for way, claims in by_way.items():
        newest = max(claims, key=lambda row: (row.first, row.said, row.position))
        current = {
            row.status for row in claims if row.first <= newest.last and newest.first <= row.last and row.until >= as_of
        }
        if current:
            name, load, direction = WAYS[way]
            found[name, load, direction] = "contested" if len(current) > 1 else STATUSES[current.pop()]
    return found
