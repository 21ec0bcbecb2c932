"""Import: lines into the log with all rules on, beside `executemany` of the rows that they become."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from tests.benchmarks.bench import Bench
from tests.benchmarks.measuring import Times, repeated
from tests.benchmarks.plain_log import insert, plain_log, prebuilt
from tests.benchmarks.table import Row, times

TARGET = 4.0
PREBUILT = 1_000_000
"""So many rows are held in memory at most; above that both are told per record."""
AGAIN = 200_000
"""Up to this size imports are timed anew, in turn with the raw rows; above it the one that made the log counts."""


def rows(bench: Bench) -> Iterator[Row]:
    """Microseconds per record: the best round of each."""
    log = bench.log
    ours, raw = Times(), Times()
    with closing(log.raw()) as store:
        ready = prebuilt(store, min(bench.size, PREBUILT))
    for _ in repeated(ours, seconds=3 * bench.seconds):
        with tempfile.TemporaryDirectory(dir=bench.folder) as folder:
            took = log.imported(Path(folder) / "again.db") if bench.size <= AGAIN else log.took
            ours.add(*took)
            with closing(plain_log(Path(folder) / "plain.db")) as plain, raw.taken():
                insert(plain, ready)
    measured, floor = ours.p(0) / bench.size * 1e6, raw.p(0) / len(ready) * 1e6
    cpu, floor_cpu = ours.cpu_p(0) / bench.size * 1e6, raw.cpu_p(0) / len(ready) * 1e6
    when = f"best of {len(ours.wall)} in turn" if bench.size <= AGAIN else "timed when this log was made"
    yield Row(
        what="import, CPU",
        size=bench.size,
        unit="us/record",
        target=f"<= {TARGET:g}x",
        measured=cpu,
        peer=floor_cpu,
        peer_name="raw executemany",
        ratio=times(cpu, floor_cpu),
        met=times(cpu, floor_cpu) <= TARGET,
        note=f"{ours.p(0):.1f} s on the wall, {when}; {measured:.0f} beside {floor:.1f} us/record there;"
        f" {len(ready):,} raw rows, prebuilt",
        detail={"seconds": ours.p(0), "raw_rows": len(ready), "cpu_us": cpu, "raw_cpu_us": floor_cpu},
    )
