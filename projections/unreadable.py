"""The records that the chain holds and that cannot be read: they are passed by, and named."""

from __future__ import annotations

import sqlite3

from projections.situation import Unreadable
from projections.wording import UNREADABLE

_KNOWN = """
SELECT position, record, type, text FROM versions INDEXED BY versions_unreadable
WHERE state = 'unreadable' AND position <= ? ORDER BY position"""


def unreadable_records(connection: sqlite3.Connection, position: int) -> tuple[Unreadable, ...]:
    """Those known at a position, in log order."""
    return tuple(
        Unreadable(position=at, record=record, type=topic, why=text.removeprefix(UNREADABLE))
        for at, record, topic, text in connection.execute(_KNOWN, (position,))
    )
