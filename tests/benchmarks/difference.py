"""Difference: what two vantages show differently and why, beside one seek."""

from __future__ import annotations

import time
from collections.abc import Iterator

from projections.readmodel import ReadModel
from tests.benchmarks.answers import Asked, random_vantages, resolved
from tests.benchmarks.bench import Bench
from tests.benchmarks.measuring import Times, percentile, settled
from tests.benchmarks.table import Row, times

TARGET_MS = 5.0
_PAIRS = 300
_KINDS = ("two dates", "two states of knowledge", "both")


def rows(bench: Bench) -> Iterator[Row]:
    """Milliseconds, each pair and a seek in turn: two dates, two states of knowledge, or both apart at random."""
    taken, seek = {kind: Times() for kind in _KINDS}, Times()
    with bench.log.opened() as (_, model), settled():
        vantages = random_vantages(model, 2 * _PAIRS, bench.seed)
        end = time.perf_counter() + 2 * bench.seconds
        for number, (one, other) in enumerate(zip(vantages[::2], vantages[1::2], strict=True)):
            kind = _KINDS[number % 3]
            _measure(model, one, other, kind, taken[kind], seek)
            if time.perf_counter() > end and number >= 5:
                break
    cpu = [each for one in taken.values() for each in one.cpu]
    measured = percentile(cpu, 95) * 1000
    yield Row(
        what="difference of two points, CPU p95",
        size=bench.size,
        unit="ms",
        target=f"<= {TARGET_MS:g} ms",
        measured=measured,
        peer=seek.cpu_p(95) * 1000,
        peer_name="one point, p95",
        ratio=times(measured, seek.cpu_p(95) * 1000),
        met=measured <= TARGET_MS,
        note=f"{len(cpu)} random pairs, anywhere in three years, every cause told; CPU p50 of "
        + ", ".join(f"{kind} {one.cpu_p(50) * 1000:.1f} ms" for kind, one in taken.items() if one.cpu),
        detail={"rounds": len(cpu), "cpu_p50_ms": percentile(cpu, 50) * 1000},
    )


def _measure(model: ReadModel, one: Asked, other: Asked, kind: str, taken: Times, seek: Times) -> None:
    before, after = resolved(model, one.typed), resolved(model, other.typed)
    if kind == "two dates":
        after = resolved(model, (other.typed[0], one.typed[1]))
    elif kind == "two states of knowledge":
        after = resolved(model, (one.typed[0], other.typed[1]))
    with taken.taken():
        found = model.difference(before, after)
    if found.known != after.position - before.position:
        raise AssertionError(f"{found.known} records more known from #{before.position} to #{after.position}")
    with seek.taken():
        model.situation(after)
