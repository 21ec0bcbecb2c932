"""Seek: the whole Situation at a random vantage on both clocks, beside engines that hold rows of the same claims."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.benchmarks import claims
from tests.benchmarks.answers import Answer, Asked, Engine, answer_of, compare, random_vantages, situation
from tests.benchmarks.bench import Bench
from tests.benchmarks.logs import Made, digest
from tests.benchmarks.measuring import Times, sampled
from tests.benchmarks.peers.raw_sqlite import RawSqlite, build
from tests.benchmarks.table import Row, size_name, times

P99_MS, DUCKDB_SHARE, GROWTH = 3.0, 1 / 3, 1.6
COMPARED, ROUNDS = 50, 1000
_CODE = tuple(Path(__file__).with_name(name) for name in ("claims.py",))


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
    measured = ours.p(99) * 1000
    yield Row(
        what="seek, p99",
        size=bench.size,
        unit="ms",
        target=f"<= {P99_MS:g} ms",
        measured=measured,
        met=measured <= P99_MS,
        note=f"{len(ours.wall)} random vantages, at {len(expected)} of them every engine gave the same answer;"
        f" p50 {ours.p(50) * 1000:.2f} ms, CPU {ours.cpu_p(50) * 1000:.2f} ms",
        detail=_detail(ours),
    )
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


def _beside(bench: Bench, name: str, ours: Times, theirs: Times) -> Row:
    ratio = times(ours.p(50), theirs.p(50))
    judged = name == "DuckDB" and bench.size >= 1_000_000
    return Row(
        what=f"seek beside {name}, p50",
        size=bench.size,
        unit="ms",
        target="<= 0.33x at 1M" if name == "DuckDB" else "",
        measured=ours.p(50) * 1000,
        peer=theirs.p(50) * 1000,
        peer_name=name,
        ratio=ratio,
        met=ratio <= DUCKDB_SHARE if judged else None,
        note=f"{len(theirs.wall)} vantages, p99 {theirs.p(99) * 1000:.2f} ms; CPU p50"
        f" {ours.cpu_p(50) * 1000:.2f} beside {theirs.cpu_p(50) * 1000:.2f} ms,"
        f" {times(ours.cpu_p(50), theirs.cpu_p(50)):.2f}x; asked for counts, sums, statuses and the newest 20 alone",
        detail=_detail(theirs),
    )


def _growth(bench: Bench, ours: Times, smaller: int) -> Row:
    before, _ = _ours(bench.sized(smaller), bench)
    ratio = times(ours.p(50), before.p(50))
    return Row(
        what=f"seek, growth from {size_name(smaller)}",
        size=bench.size,
        unit="ms",
        target=f"<= {GROWTH:g}x",
        measured=ours.p(50) * 1000,
        peer=before.p(50) * 1000,
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
