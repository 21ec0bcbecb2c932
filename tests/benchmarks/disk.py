"""Disk: bytes of a log per record beyond the record's JSON, beside the library's own table with the same bodies."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from eventsourcing.application import Application
from eventsourcing.persistence import StoredEvent

from tests.benchmarks.bench import Bench
from tests.benchmarks.plain_log import opened
from tests.benchmarks.table import Row, times

TARGET = 270
_SAMPLE = 100_000


def rows(bench: Bench) -> Iterator[Row]:
    """Stamps, indexes, salt and hash, and what pages leave empty."""
    with closing(bench.log.raw()) as store:
        ours = beyond_bodies(store, "records", "body")
        bodies = store.execute(
            "SELECT stream, version, body FROM records ORDER BY position LIMIT ?", (_SAMPLE,)
        ).fetchall()
    with tempfile.TemporaryDirectory(dir=bench.folder) as folder:
        theirs = _library(Path(folder) / "library.db", bodies)
    yield Row(
        what="disk per record beyond its JSON",
        size=bench.size,
        unit="bytes",
        target=f"<= {TARGET} bytes",
        measured=ours,
        peer=theirs,
        peer_name="the library's default",
        ratio=times(ours, theirs),
        met=ours <= TARGET,
        note=f"the library's table holds {len(bodies):,} of the bodies, without key, stamps or chain",
    )


def beyond_bodies(store: sqlite3.Connection, table: str, body: str) -> float:
    """Bytes that a table and its indexes take per row, but for those of a column."""
    (pages,), (page,), (free,) = (
        store.execute(f"PRAGMA {name}").fetchone() for name in ("page_count", "page_size", "freelist_count")
    )
    count, held = store.execute(f"SELECT count(*), sum(length(CAST({body} AS BLOB))) FROM {table}").fetchone()
    return float(((pages - free) * page - held) / count)


def _library(path: Path, bodies: list[tuple[str, int, str]]) -> float:
    app = Application[Any](env={"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(path)})
    events = [
        StoredEvent(uuid5(NAMESPACE_URL, stream), version, "domain.report:Recorded", body.encode())
        for stream, version, body in bodies
    ]
    app.recorder.insert_events(events)
    app.close()
    with closing(opened(path)) as store:
        return beyond_bodies(store, "stored_events", "state")
