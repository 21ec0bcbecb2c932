"""Rebuild: the read model from zero, beside the least that any rebuild does, and the library's own projection."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from tests.benchmarks.bench import Bench
from tests.benchmarks.measuring import Times, repeated, settled
from tests.benchmarks.peers.least_fold import least_fold
from tests.benchmarks.peers.stock_projection import project
from tests.benchmarks.table import Row, times

TARGET, BYTES = 5.0, 800
_PROJECTED = 1_000
"""The library's projection is timed over so many events."""


def rows(bench: Bench) -> Iterator[Row]:
    """Microseconds per record: the best round of each, in turn."""
    log = bench.log
    taken, least = Times(), Times()
    with log.opened() as (_, model), tempfile.TemporaryDirectory(dir=bench.folder) as folder, settled():
        for number in repeated(taken, seconds=3 * bench.seconds):
            with taken.taken():
                model.rebuild()
            with closing(log.raw()) as store, least.taken():
                versions = least_fold(store, Path(folder) / f"least-{number}.db")
        held = model.path.stat().st_size
        with closing(log.raw()) as store:
            library = project(store, Path(folder) / "stock.db", _PROJECTED) * 1e6
    ours, floor = taken.p(0) / bench.size * 1e6, least.p(0) / bench.size * 1e6
    cpu, floor_cpu = taken.cpu_p(0) / bench.size * 1e6, least.cpu_p(0) / bench.size * 1e6
    yield Row(
        what="rebuild, CPU",
        size=bench.size,
        unit="us/record",
        target=f"<= {TARGET:g}x",
        measured=cpu,
        peer=floor_cpu,
        peer_name="raw read, decode, fold, write",
        ratio=times(cpu, floor_cpu),
        met=times(cpu, floor_cpu) <= TARGET,
        note=f"{taken.p(0):.1f} s on the wall, best of {len(taken.wall)};"
        f" {ours:.0f} beside {floor:.0f} us/record there;"
        f" the floor writes {versions:,} rows of one table, sorted, with its indexes",
        detail={
            "seconds": taken.p(0),
            "bytes_per_record": held / bench.size,
            "cpu_us": cpu,
            "floor_cpu_us": floor_cpu,
        },
    )
    yield Row(
        what="read model",
        size=bench.size,
        unit="bytes/record",
        target=f"<= {BYTES}",
        measured=held / bench.size,
        met=held / bench.size <= BYTES,
    )
    yield Row(
        what="rebuild beside the library's projection",
        size=bench.size,
        unit="us/record",
        measured=ours,
        peer=library,
        peer_name="a transaction per event",
        ratio=times(ours, library),
        note=f"the library's over {_PROJECTED:,} events; a million would take {library:,.0f} s",
    )
