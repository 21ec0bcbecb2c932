"""Import: lines into the log with all rules on, beside `executemany` of the rows that they become."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from tests.benchmarks.bench import Bench
from tests.benchmarks.plain_log import insert, plain_log, prebuilt
from tests.benchmarks.table import Row, times

TARGET = 2.5
PREBUILT = 1_000_000
"""So many rows are held in memory at most; above that both are told per record."""
AGAIN = 200_000
"""Up to this size an import is timed anew; above it the one that made the log counts."""


def rows(bench: Bench) -> Iterator[Row]:
    """Microseconds per record."""
    log = bench.log
    with tempfile.TemporaryDirectory(dir=bench.folder) as folder:
        if bench.size <= AGAIN:
            took, when = log.imported(Path(folder) / "again.db"), "timed in this run"
        else:
            took, when = log.import_seconds, "timed when this log was made"
        with closing(log.raw()) as store:
            ready = prebuilt(store, min(bench.size, PREBUILT))
        with closing(plain_log(Path(folder) / "plain.db")) as plain:
            began = time.perf_counter()
            insert(plain, ready)
            raw = time.perf_counter() - began
    ours, floor = took / bench.size * 1e6, raw / len(ready) * 1e6
    yield Row(
        what="import",
        size=bench.size,
        unit="us/record",
        target=f"<= {TARGET:g}x",
        measured=ours,
        peer=floor,
        peer_name="raw executemany",
        ratio=times(ours, floor),
        met=times(ours, floor) <= TARGET,
        note=f"{took:.1f} s, {when}; the raw rows were prebuilt, {len(ready):,} of them",
        detail={"seconds": took, "raw_rows": len(ready)},
    )
