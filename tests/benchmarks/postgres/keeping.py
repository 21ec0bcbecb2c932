"""A log moved to a server: how long that takes, and how many bytes a record then has there beyond its JSON."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

from domain.monitor import Monitor
from tests.benchmarks.bench import Bench
from tests.benchmarks.disk import beyond_bodies
from tests.benchmarks.generator import TIMEZONE
from tests.benchmarks.plain_log import COLUMNS, prebuilt
from tests.benchmarks.postgres.server import MeasuredServer
from tests.benchmarks.table import Row, times

PLAIN = "plain"
"""The schema of a table with the log's columns and indexes, and none of its triggers."""


def rows(bench: Bench, server: MeasuredServer) -> Iterator[Row]:
    """Leaves the log in the database `made`, and its rows in a plain table beside it."""
    Monitor.create(server.place(), TIMEZONE).close()
    with Monitor(bench.log.path, read_only=True) as monitor:
        head = monitor.head()
        began = time.perf_counter()
        moved = monitor.migrate(server.place())
        took = time.perf_counter() - began
    assert (moved.position, moved.hash) == (head.position, head.hash)
    raw = _copied(bench, server)
    ours, floor = took / bench.size * 1e6, raw / bench.size * 1e6
    yield Row(
        what="log moved to a server",
        size=bench.size,
        unit="us/record",
        measured=ours,
        peer=floor,
        peer_name="raw COPY",
        ratio=times(ours, floor),
        note=f"{took:.1f} s, verified there; the raw COPY is of the same rows into the same table without triggers",
        detail={"seconds": took, "raw_seconds": raw},
    )
    yield _bytes(bench, server)


def _copied(bench: Bench, server: MeasuredServer) -> float:
    """Seconds of a COPY of the log's rows into the plain table."""
    with closing(bench.log.raw()) as store:
        ready = prebuilt(store)
    with server.superuser() as connection:
        connection.execute(f"CREATE SCHEMA {PLAIN}".encode())
        connection.execute(f"CREATE TABLE {PLAIN}.records (LIKE ceasefire.records INCLUDING ALL)".encode())
        began = time.perf_counter()
        with (
            connection.cursor() as cursor,
            cursor.copy(f"COPY {PLAIN}.records ({COLUMNS}) FROM STDIN".encode()) as copy,
        ):
            for row in ready:
                copy.write_row(row)
        return time.perf_counter() - began


def _bytes(bench: Bench, server: MeasuredServer) -> Row:
    with server.superuser() as connection:
        ours = _beyond(connection, "ceasefire.records", "body")
        ((table, indexes),) = connection.execute(
            "SELECT pg_table_size('ceasefire.records'), pg_indexes_size('ceasefire.records')"
        )
    with closing(bench.log.raw()) as store:
        theirs = beyond_bodies(store, "records", "body")
    return Row(
        what="bytes per record on a server beyond its JSON",
        size=bench.size,
        unit="bytes",
        measured=ours,
        peer=theirs,
        peer_name="in a file",
        ratio=times(ours, theirs),
        note=f"{table / bench.size:.0f} bytes of table, with the JSON, and {indexes / bench.size:.0f} of indexes",
        detail={"table": table / bench.size, "indexes": indexes / bench.size},
    )


def _beyond(connection: Any, table: str, body: str) -> float:
    ((whole, held, count),) = connection.execute(
        f"SELECT pg_total_relation_size('{table}'), sum(octet_length({body})), count(*) FROM {table}".encode()
    )
    return float((whole - held) / count)
