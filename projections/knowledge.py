"""The knowledge axis of the read model: positions, and the clock that each was known at."""

from __future__ import annotations

import sqlite3

from domain.calendar import Micros

_BACKFILLED = """
SELECT position FROM records INDEXED BY records_backfilled
WHERE known_at < recorded_at ORDER BY position DESC LIMIT 1"""


def checkpoint(connection: sqlite3.Connection) -> int:
    """The last record folded in."""
    return int(connection.execute("SELECT position FROM meta WHERE id = 1").fetchone()[0])


def clock_at(connection: sqlite3.Connection, position: int) -> Micros:
    """known_at of a position; of position 0, at which nothing was known, the last moment before the first; else 0."""
    row = connection.execute("SELECT known_at FROM records WHERE position = ?", (max(position, 1),)).fetchone()
    return int(row[0]) - (position == 0) if row else 0


def position_at(connection: sqlite3.Connection, clock: Micros) -> int:
    """The last position with known_at <= clock, by binary search: known_at never decreases along the log."""
    row = connection.execute(
        "SELECT position FROM records WHERE known_at <= ? ORDER BY known_at DESC, position DESC LIMIT 1", (clock,)
    ).fetchone()
    return int(row[0]) if row else 0


def backfilled_until(connection: sqlite3.Connection) -> int:
    """The newest position that counts as known before it was recorded: history, known when it was reported; else 0."""
    newest = connection.execute(_BACKFILLED).fetchone()
    return int(newest[0]) if newest else 0
