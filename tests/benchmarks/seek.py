"""Seek: the whole Situation at a random vantage on both clocks, beside engines that hold rows of the same claims."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from projections.index.keys import DAY
from tests.benchmarks import claims
from tests.benchmarks.answers import Answer, Asked, Engine, answer_of, compare, random_vantages, resolved, situation
from tests.benchmarks.bench import Bench
from tests.benchmarks.logs import Made, digest
from tests.benchmarks.measuring import Times, sampled, settled
from tests.benchmarks.peers.raw_sqlite import RawSqlite, build
from tests.benchmarks.table import Row, size_name, times

P99_MS = {10_000: 12.0, 100_000: 16.0, 1_000_000: 33.0}
"""By size; a frame of a screen is 16 or 33 ms."""
SHARE, SHARE_AT_1M, GROWTH = 1.0, 1 / 3, 1.3
STEP_MS, DAY_MS, AGAIN_MS = 4.0, 12.0, 0.1
COMPARED, ROUNDS, STEPS = 50, 1000, 20
_CODE = (Path(__file__).with_name("claims.py"),)


def peer_rows(log: Made) -> Path:
    """The file of rows that the other engines answer from, made when it is not there yet."""
    path = log.folder / f"rows-{digest(_CODE)}.db"
    if not path.exists():
        with closing(log.raw()) as store:
            build(path, claims.rows(store))
    return path


def engines() -> dict[str, Callable[[Path], Any]]:
    """Every engine beside ours. DuckDB, polars and pandas come with the `bench` extra."""
    from tests.benchmarks.peers.duck import Duck  # noqa: PLC0415
    from tests.benchmarks.peers.pandas_frames import Pandas  # noqa: PLC0415
    from tests.benchmarks.peers.polars_frames import Polars  # noqa: PLC0415

    return {"DuckDB": Duck, "polars": Polars, "pandas": Pandas, "sqlite3": RawSqlite}


def rows(bench: Bench) -> Iterator[Row]:
    """The seek at this size, its growth from a tenth of it, and each peer's answer to the same questions."""
    log = bench.log
    ours, asked = _ours(log, bench)
    expected = _expected(log, asked, bench.seconds)
    peers = {}
    for name, opened in engines().items():
        with closing(opened(peer_rows(log))) as engine:
            compare(name, engine, asked[: len(expected)], expected)
            peers[name] = sampled(asked, _asking(engine), seconds=bench.seconds)
    measured, target = ours.cpu_p(99) * 1000, P99_MS[min(max(bench.size, 10_000), 1_000_000)]
    yield Row(
        what="any point in time, CPU p99",
        size=bench.size,
        unit="ms",
        target=f"<= {target:g} ms",
        measured=measured,
        met=measured <= target,
        note=f"{len(ours.wall)} random vantages, at {len(expected)} of them every engine gave the same answer;"
        f" CPU p50 {ours.cpu_p(50) * 1000:.2f} ms, on the wall {ours.p(50) * 1000:.2f} ms",
        detail=_detail(ours),
    )
    yield from _steps(log, bench)
    for name, theirs in peers.items():
        yield _beside(bench, name, ours, theirs)
    smaller = bench.size // 10
    if smaller >= 10_000:
        yield _growth(bench, ours, smaller)


def _expected(log: Made, asked: list[Asked], seconds: float) -> list[Answer]:
    found: list[Answer] = []
    with log.opened() as (_, model):
        end = time.perf_counter() + seconds
        for one in asked[:COMPARED]:
            found.append(answer_of(situation(model, one)))
            if time.perf_counter() > end and len(found) >= 5:
                break
    return found


def _asking(engine: Engine) -> Callable[[Asked], Answer]:
    return lambda asked: engine.answer(asked.as_of, asked.position)


def _ours(log: Made, bench: Bench) -> tuple[Times, list[Asked]]:
    with log.opened() as (_, model):
        asked = random_vantages(model, ROUNDS, bench.seed)
        return sampled(asked, lambda one: situation(model, one), seconds=bench.seconds), asked


def _steps(log: Made, bench: Bench) -> Iterator[Row]:
    """From a random point one record or one day on, some times, and the last of them again."""
    record, day, again = Times(), Times(), Times()
    with log.opened() as (_, model), settled():
        end = time.perf_counter() + bench.seconds
        for one in random_vantages(model, ROUNDS, bench.seed + 1):
            vantage = resolved(model, one.typed)
            model.situation(vantage)
            for _ in range(STEPS):
                with record.taken():
                    vantage = model.step_record(vantage, 1)
                    model.situation(vantage)
            with again.taken():
                model.situation(vantage)
            for _ in range(STEPS):
                with day.taken():
                    vantage = vantage.moved(vantage.as_of + DAY)
                    model.situation(vantage)
            if time.perf_counter() > end:
                break
    for what, taken, target in (
        ("a step of a record", record, STEP_MS if bench.size < 1_000_000 else STEP_MS + 1),
        ("a step of a day", day, DAY_MS),
        ("the same point again", again, AGAIN_MS),
    ):
        measured = taken.cpu_p(95) * 1000
        yield Row(
            what=f"{what}, CPU p95",
            size=bench.size,
            unit="ms",
            target=f"<= {target:g} ms",
            measured=measured,
            met=measured <= target,
            note=f"{len(taken.cpu)} of them, CPU p50 {taken.cpu_p(50) * 1000:.2f} ms",
            detail=_detail(taken),
        )


def _beside(bench: Bench, name: str, ours: Times, theirs: Times) -> Row:
    ratio = times(ours.cpu_p(50), theirs.cpu_p(50))
    share = SHARE_AT_1M if bench.size >= 1_000_000 else SHARE
    return Row(
        what=f"any point in time beside {name}, CPU p50",
        size=bench.size,
        unit="ms",
        target=f"<= {share:.2g}x",
        measured=ours.cpu_p(50) * 1000,
        peer=theirs.cpu_p(50) * 1000,
        peer_name=name,
        ratio=ratio,
        met=ratio <= share,
        note=f"{len(theirs.wall)} vantages, CPU p99 {theirs.cpu_p(99) * 1000:.2f} ms; on the wall p50"
        f" {ours.p(50) * 1000:.2f} beside {theirs.p(50) * 1000:.2f} ms;"
        " from the same claims, and asked for counts, sums, statuses and the newest 20 alone",
        detail=_detail(theirs),
    )


def _growth(bench: Bench, ours: Times, smaller: int) -> Row:
    before, _ = _ours(bench.sized(smaller), bench)
    ratio = times(ours.cpu_p(50), before.cpu_p(50))
    return Row(
        what=f"any point in time, growth of CPU p50 from {size_name(smaller)}",
        size=bench.size,
        unit="ms",
        target=f"<= {GROWTH:g}x",
        measured=ours.cpu_p(50) * 1000,
        peer=before.cpu_p(50) * 1000,
        peer_name=f"at {size_name(smaller)}",
        ratio=ratio,
        met=ratio <= GROWTH,
        detail=_detail(before),
    )


def _detail(taken: Times) -> dict[str, float]:
    return {
        "rounds": len(taken.wall),
        "p50_ms": taken.p(50) * 1000,
        "p99_ms": taken.p(99) * 1000,
        "cpu_p50_ms": taken.cpu_p(50) * 1000,
        "cpu_p99_ms": taken.cpu_p(99) * 1000,
    }
