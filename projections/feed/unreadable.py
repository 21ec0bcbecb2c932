"""The records that the chain holds and that cannot be read: they are passed by, and named."""

from __future__ import annotations

from projections.index.schema import UNREADABLE, topic_of
from projections.reading import Reading
from projections.situation import Unreadable

_KNOWN = f"""
SELECT id, stream, number, type, body FROM versions INDEXED BY versions_unreadable
WHERE state = {UNREADABLE} AND id <= ? ORDER BY id"""  # noqa: S608


def unreadable_records(reading: Reading) -> tuple[Unreadable, ...]:
    """Those known at the vantage, in log order."""
    return tuple(
        Unreadable(
            position=row_id >> 1,
            record=f"{reading.name(stream)}/{number}",
            type=topic_of(topic, reading.name),
            why=why,
        )
        for row_id, stream, number, topic, why in reading.connection.execute(
            _KNOWN, (2 * reading.vantage.position + 1,)
        )
    )
