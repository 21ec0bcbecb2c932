"""The library's own projection: each event in a transaction of its own, the position tracked in the same one."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from typing import Any

import sqlite_utils
from eventsourcing.persistence import Tracking
from eventsourcing.projection import Projection
from eventsourcing.sqlite import SQLiteDatastore, SQLiteTrackingRecorder

from domain.catalogue import CATALOGUE


class Records(SQLiteTrackingRecorder):
    """A view of one row per record, written through sqlite-utils."""

    def put(self, row: dict[str, Any], tracking: Tracking) -> None:
        """One row and how far the log was read, together."""
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            table = sqlite_utils.Database(cursor.sqlite_cursor.connection).table("records")
            table.upsert(row, pk="position")


class OneByOne(Projection[Records]):
    """Decodes an event and puts it."""

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        """One event."""
        position, stream, topic, schema, body = domain_event
        report = CATALOGUE[topic].decode(body.encode(), schema)
        row = {"position": position, "stream": stream, "type": topic, "claimant": report.claimant, "body": body}
        self.view.put(row, tracking)


def project(log: sqlite3.Connection, path: Path, count: int) -> float:
    """Seconds per event, over the first `count` of a log."""
    view = Records(SQLiteDatastore(str(path)))
    view.create_table()
    projection = OneByOne(view)
    events = log.execute(
        "SELECT position, stream, type, schema, body FROM records ORDER BY position LIMIT ?", (count,)
    ).fetchall()
    began = time.perf_counter()
    for found in events:
        projection.process_event(found, Tracking("log", found[0]))
    took = time.perf_counter() - began
    view.datastore.close()
    return took / len(events)
