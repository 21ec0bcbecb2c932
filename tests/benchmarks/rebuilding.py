"""Rebuild: the read model from zero, beside the least that any rebuild does, and the library's own projection."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from tests.benchmarks.bench import Bench
from tests.benchmarks.measuring import settled
from tests.benchmarks.peers.least_fold import least_fold
from tests.benchmarks.peers.stock_projection import project
from tests.benchmarks.table import Row, times

TARGET = 2.0
_PROJECTED = 1_000
"""The library's projection is timed over so many events."""


def rows(bench: Bench) -> Iterator[Row]:
    """Microseconds per record."""
    log = bench.log
    with log.opened() as (_, model), settled():
        began = time.perf_counter()
        model.rebuild()
        ours = (time.perf_counter() - began) / bench.size * 1e6
        held = model.path.stat().st_size
    with tempfile.TemporaryDirectory(dir=bench.folder) as folder:
        with closing(log.raw()) as store, settled():
            began = time.perf_counter()
            versions = least_fold(store, Path(folder) / "least.db")
            floor = (time.perf_counter() - began) / bench.size * 1e6
        with closing(log.raw()) as store:
            library = project(store, Path(folder) / "stock.db", _PROJECTED) * 1e6
    yield Row(
        what="rebuild",
        size=bench.size,
        unit="us/record",
        target=f"<= {TARGET:g}x",
        measured=ours,
        peer=floor,
        peer_name="raw read, decode, fold, write",
        ratio=times(ours, floor),
        met=times(ours, floor) <= TARGET,
        note=f"{ours * bench.size / 1e6:.1f} s, {held / bench.size:.0f} bytes a record;"
        f" the floor writes {versions:,} rows of one table, sorted, with its indexes",
        detail={"seconds": ours * bench.size / 1e6, "bytes_per_record": held / bench.size},
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
