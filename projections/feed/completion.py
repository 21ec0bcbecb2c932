"""Names on record that begin in a certain way: what a form completes from, in a log of any size."""

from __future__ import annotations

import sqlite3
from typing import Literal

from domain.source import PlaceRegistered
from projections.index.keys import BY, PLACES
from projections.index.version import all_of
from projections.reading import Reading

Named = Literal["stream", "claimant"]
_LAST = "\U0010ffff"
_NAMES = "SELECT name FROM lines WHERE name > ? AND name < ? AND instr(name, ' ') = 0 ORDER BY name LIMIT 1"
_CLAIMANTS = "SELECT name FROM lines WHERE name > ? AND name < ? ORDER BY name LIMIT 1"


def completed(connection: sqlite3.Connection, what: Named, beginning: str) -> str | None:
    """The first name in the order of the alphabet that begins so, and is longer; None when there is none."""
    sql, before = (_CLAIMANTS, BY) if what == "claimant" else (_NAMES, "")
    row = connection.execute(sql, (before + beginning, before + beginning + _LAST)).fetchone()
    return None if row is None else str(row[0]).removeprefix(before)


def place_names(reading: Reading) -> tuple[str, ...]:
    """Names of the registered places as they stand, by alphabet."""
    return tuple(sorted({place.data.name for place in all_of(reading.whole(PLACES), PlaceRegistered)}))
