"""Watching a log on a server: the first time, when everything is read, and what others commit from then on."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from domain.monitor import Monitor
from projections.readmodel import ReadModel
from tests.benchmarks.answers import random_vantages, situation
from tests.benchmarks.bench import Bench
from tests.benchmarks.dashboard import painted_ms
from tests.benchmarks.measuring import percentile
from tests.benchmarks.postgres.server import MeasuredServer
from tests.benchmarks.table import Row, times
from tests.benchmarks.terminal import surroundings

PAINTED_MS = 30.0
"""p95 of committed to painted, as asked of a log on a server; of one in a file 40 ms are asked."""
_COMPARED = 10


def first_look(bench: Bench, server: MeasuredServer) -> Iterator[Row]:
    """What `watch` does before it shows a log that it has not seen, beside the same over the file."""
    with tempfile.TemporaryDirectory(dir=bench.folder) as folder, bench.log.opened() as (_, known):
        spent = server.cpu()
        with Monitor(server.place(), read_only=True) as monitor:
            ours, cpu, model = _caught_up(monitor, Path(folder) / "server.db")
            spent = server.cpu() - spent  # with the connection still open
        with model:
            for asked in random_vantages(known, _COMPARED, bench.seed):
                assert situation(model, asked) == situation(known, asked), "the server's log shows something else"
        with Monitor(bench.log.path, read_only=True) as monitor:
            floor, floor_cpu, model = _caught_up(monitor, Path(folder) / "file.db")
            model.close()
    each, beside = ours / bench.size * 1e6, floor / bench.size * 1e6
    yield Row(
        what="first look at a log on a server",
        size=bench.size,
        unit="us/record",
        measured=each,
        peer=beside,
        peer_name="at the file",
        ratio=times(each, beside),
        note=f"{ours:.1f} s, CPU {cpu:.1f} s here and {spent:.2f} s of the server, beside {floor:.1f} s, CPU"
        f" {floor_cpu:.1f} s; {_COMPARED} Situations were the same",
        detail={"seconds": ours, "cpu_seconds": cpu, "server_cpu_seconds": spent, "file_seconds": floor},
    )


def _caught_up(monitor: Monitor, path: Path) -> tuple[float, float, ReadModel]:
    wall, cpu = time.perf_counter(), time.process_time()
    model = ReadModel.open(monitor, path)
    return time.perf_counter() - wall, time.process_time() - cpu, model


def painted(bench: Bench, server: MeasuredServer) -> Iterator[Row]:
    """A dashboard beside a writer, as in the row over a file."""
    place = server.place()
    with Monitor(place, read_only=True) as monitor:
        ReadModel.open(monitor).close()
    env = surroundings(server.folder) | {"XDG_CACHE_HOME": os.environ["XDG_CACHE_HOME"]}
    words = (bench.command, "watch", "--read-only", "--log", place.uri)
    with Monitor(place) as elsewhere:
        took = painted_ms(words, env, elsewhere, 2 * bench.seconds)
    yield Row(
        what="committed on a server to painted, p95",
        size=bench.size,
        unit="ms",
        target=f"<= {PAINTED_MS:g} ms",
        measured=percentile(took, 95),
        met=percentile(took, 95) <= PAINTED_MS,
        note=f"{len(took)} appends by another process; p50 {percentile(took, 50):.0f} ms",
        detail={"p50_ms": percentile(took, 50), "rounds": len(took)},
    )
