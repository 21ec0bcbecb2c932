"""Names on record that begin in a certain way: what a form completes from, in a log of any size."""

from __future__ import annotations

import sqlite3
from typing import Literal

Named = Literal["stream", "claimant"]
_ENOUGH = 2000  # rows looked at for one name: a stream's or claimant's own rows lie side by side in the index


def completed(connection: sqlite3.Connection, what: Named, beginning: str) -> str | None:
    """The first name in the order of the alphabet that begins so, and is longer; None when there is none."""
    after = beginning + "\U0010ffff"
    if what == "claimant":
        row = connection.execute(
            "SELECT min(claimant) FROM versions WHERE claimant > ? AND claimant < ?", (beginning, after)
        ).fetchone()
        return str(row[0]) if row[0] is not None else None
    found = connection.execute(
        "SELECT record FROM records WHERE record > ? AND record < ? ORDER BY record LIMIT ?",
        (beginning, after, _ENOUGH),
    )
    names = (str(record).rsplit("/", 1)[0] for (record,) in found)
    return next((name for name in names if name != beginning), None)


def place_names(connection: sqlite3.Connection) -> tuple[str, ...]:
    """Names of the registered places as they stand now, by alphabet."""
    found = connection.execute(
        "SELECT DISTINCT json_extract(body, '$.data.name') AS name FROM versions WHERE kind = 'place' AND stands = 1"
        " AND k_to = (1 << 62) AND type = 'place.registered' AND name IS NOT NULL ORDER BY name LIMIT ?",
        (_ENOUGH,),
    )
    return tuple(str(name) for (name,) in found)
