"""Writers at once: records a second, each validated, stamped, chained and durable, beside raw INSERT and COMMIT."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import closing

import psycopg

from domain.monitor import Monitor
from domain.place import Server
from tests.benchmarks.appending import claim
from tests.benchmarks.bench import Bench
from tests.benchmarks.measuring import percentile
from tests.benchmarks.plain_log import COLUMNS, prebuilt
from tests.benchmarks.postgres.keeping import PLAIN
from tests.benchmarks.postgres.processes import clients
from tests.benchmarks.postgres.server import MeasuredServer
from tests.benchmarks.table import Row, times

WRITERS = (2, 8, 32)
WARM = 10
"""So many records of each are not counted: a new connection plans everything anew."""
_BILLION = 1_000_000_000
Waits = list[float]


def rows(bench: Bench, server: MeasuredServer) -> Iterator[Row]:
    """One record a command, each writer as fast as it can; then the log is verified."""
    with server.superuser() as connection:
        connection.execute("CREATE ROLE amal LOGIN IN ROLE made_writer")
        connection.execute(f"GRANT USAGE ON SCHEMA {PLAIN} TO amal".encode())
        connection.execute(f"GRANT INSERT ON {PLAIN}.records TO amal".encode())
    place = server.place(user="amal")
    with closing(bench.log.raw()) as store:
        (row,) = prebuilt(store, 1, after=bench.size - 1)
    for writers in WRITERS:
        ours, cpu, added = _measured(server, writers, bench.seconds, append, place.uri)
        with Monitor(place, read_only=True) as monitor:
            assert monitor.verify().records == added, "acknowledged is not what is stored"
        raw, raw_cpu, _ = _measured(server, writers, bench.seconds, insert, place.uri, row)
        yield _row(bench, server, writers, ours, cpu, raw, raw_cpu)


def _row(
    bench: Bench, server: MeasuredServer, writers: int, ours: list[Waits], cpu: float, raw: list[Waits], raw_cpu: float
) -> Row:
    sync_us = server.sync_us()
    waits = [wait for each in ours for wait in each]
    raws = [wait for each in raw for wait in each]
    measured, floor = len(waits) / bench.seconds, len(raws) / bench.seconds
    return Row(
        what=f"{writers} writers on a server",
        size=bench.size,
        unit="records/s",
        measured=measured,
        peer=floor,
        peer_name="raw INSERT and COMMIT",
        ratio=times(measured, floor),
        note=f"a writer waits {percentile(waits, 50) * 1000:.1f} ms, p95 {percentile(waits, 95) * 1000:.1f}, beside"
        f" {percentile(raws, 50) * 1000:.1f} and {percentile(raws, 95) * 1000:.1f}; the server's CPU"
        f" {cpu / len(waits) * 1e6:.0f} beside {raw_cpu / len(raws) * 1e6:.0f} us/record; the disk syncs 8 KiB in"
        f" {sync_us:.0f} us",
        detail={
            "p50_ms": percentile(waits, 50) * 1000,
            "p95_ms": percentile(waits, 95) * 1000,
            "server_cpu_us": cpu / len(waits) * 1e6,
            "raw_server_cpu_us": raw_cpu / len(raws) * 1e6,
            "sync_us": sync_us,
        },
    )


def _measured(
    server: MeasuredServer, writers: int, seconds: float, work: Callable[..., Waits], *given: object
) -> tuple[list[Waits], float, int]:
    """What each writer waited, the server's CPU seconds, and how many rows the log has afterwards, as they say."""
    with server.superuser() as connection:
        ((before,),) = connection.execute("SELECT count(*) FROM ceasefire.records")
    arguments = [(f"{writers}-{number}", seconds, *given) for number in range(writers)]
    with clients(work, arguments) as working:
        working.meet()  # all are warm
        spent = server.cpu()
        working.meet()
        working.meet()  # all have written
        spent = server.cpu() - spent
        working.meet()
        found = working.answers()
    return found, spent, before + sum(len(each) for each in found) + WARM * writers


def append(meet: Callable[[], object], name: str, seconds: float, uri: str) -> Waits:
    """A writer through the program."""
    stream = f"strike-claimant-00-{name}"
    with Monitor(Server(uri)) as monitor:
        for before in range(WARM):
            monitor.append([claim(-before, stream)])
        return _until(meet, seconds, lambda count: monitor.append([claim(count, stream)]))


def insert(meet: Callable[[], object], name: str, seconds: float, uri: str, row: tuple[object, ...]) -> Waits:
    """A writer without it: as many bytes, into the same columns and indexes."""
    places = ", ".join(["%s"] * len(row))
    statement = f"INSERT INTO {PLAIN}.records ({COLUMNS}) VALUES ({places})".encode()
    names = COLUMNS.split(", ")
    writers, _, number = name.partition("-")
    first = (int(writers) * 100 + int(number)) * _BILLION
    stream = f"strike-claimant-00-{name}"
    with closing(psycopg.connect(uri, autocommit=True)) as connection:

        def put(count: int) -> None:
            changed = dict(zip(names, row, strict=True)) | {
                "position": first + count,
                "stream": stream,
                "version": count + WARM,
                "key": f"{stream}-{count}",
                "salt": os.urandom(16),
                "hash": os.urandom(32),
            }
            connection.execute(statement, [changed[name] for name in names])

        for before in range(WARM):
            put(-before)
        return _until(meet, seconds, put)


def _until(meet: Callable[[], object], seconds: float, write: Callable[[int], object]) -> Waits:
    meet()
    meet()
    waits: Waits = []
    began = time.perf_counter()
    end = began + seconds
    while began < end:
        write(len(waits) + 1)
        now = time.perf_counter()
        waits.append(now - began)
        began = now
    meet()
    meet()  # with its connection still open: of processes that have ended less is known
    return waits
