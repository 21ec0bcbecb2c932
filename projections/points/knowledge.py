"""The knowledge axis of the read model: positions, and the clock that each was known at."""

from __future__ import annotations

import sqlite3

from domain.calendar import Micros

_KNOWN_AT = "SELECT known_at FROM stamps WHERE position = ?"


def checkpoint(connection: sqlite3.Connection) -> int:
    """The last record folded in."""
    return int(connection.execute("SELECT position FROM meta WHERE id = 1").fetchone()[0])


def head_hash(connection: sqlite3.Connection) -> str:
    """The chain's hash at the last record folded in, in hex; empty where there is none."""
    return str(connection.execute("SELECT hash FROM meta WHERE id = 1").fetchone()[0])


def clock_at(connection: sqlite3.Connection, position: int) -> Micros:
    """known_at of a position; of position 0, at which nothing was known, the last moment before the first; else 0."""
    row = connection.execute(_KNOWN_AT, (max(position, 1),)).fetchone()
    return int(row[0]) - (position == 0) if row else 0


def position_at(connection: sqlite3.Connection, clock: Micros) -> int:
    """The last position with known_at <= clock, by binary search: known_at never decreases along the log."""
    low, high = 0, checkpoint(connection)
    while low < high:
        middle = (low + high + 1) // 2
        if connection.execute(_KNOWN_AT, (middle,)).fetchone()[0] <= clock:
            low = middle
        else:
            high = middle - 1
    return low


def known_after(connection: sqlite3.Connection, clock: Micros) -> Micros | None:
    """When the first record after an instant was known; None when there is none."""
    row = connection.execute(_KNOWN_AT, (position_at(connection, clock) + 1,)).fetchone()
    return None if row is None else int(row[0])


def backfilled_until(connection: sqlite3.Connection) -> int:
    """The newest position that counts as known before it was recorded: history, known when it was reported; else 0."""
    return int(connection.execute("SELECT backfilled FROM meta WHERE id = 1").fetchone()[0])
