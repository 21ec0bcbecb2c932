"""Difference: what two vantages show differently and why, beside one seek."""

from __future__ import annotations

import time
from collections.abc import Iterator

from projections.readmodel import ReadModel
from tests.benchmarks.answers import Asked, random_vantages, resolved
from tests.benchmarks.bench import Bench
from tests.benchmarks.measuring import Times, settled
from tests.benchmarks.table import Row, times

TARGET = 4.0
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
    all_of_them = Times([wall for one in taken.values() for wall in one.wall])
    ratio = times(all_of_them.p(50), seek.p(50))
    yield Row(
        what="difference of two vantages, p50",
        size=bench.size,
        unit="ms",
        target=f"<= {TARGET:g}x one seek",
        measured=all_of_them.p(50) * 1000,
        peer=seek.p(50) * 1000,
        peer_name="one seek",
        ratio=ratio,
        met=ratio <= TARGET,
        note=f"{len(all_of_them.wall)} random pairs; p99 {all_of_them.p(99) * 1000:.1f} ms; p50 of "
        + ", ".join(f"{kind} {one.p(50) * 1000:.1f} ms" for kind, one in taken.items() if one.wall),
        detail={"rounds": len(all_of_them.wall), "p99_ms": all_of_them.p(99) * 1000},
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
