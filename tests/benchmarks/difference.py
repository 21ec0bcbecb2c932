"""Difference: what two points show differently and every record behind it, beside one point."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count

from domain.calendar import iso, micros
from projections.readmodel import ReadModel
from projections.vantage import ResolvedVantage
from tests.benchmarks.answers import resolved
from tests.benchmarks.bench import Bench
from tests.benchmarks.generator import DAYS, FIRST
from tests.benchmarks.measuring import Times, percentile, settled
from tests.benchmarks.table import Row, times

TARGET_MS = 5.0
_KINDS = ("two dates", "two states of knowledge", "both")
_NEAR = (timedelta(days=1), timedelta(days=7))
"""What a person asks: since the last shift, since last week."""


def rows(bench: Bench) -> Iterator[Row]:
    """Milliseconds of two points a day or a week apart, and of any two: dates, states of knowledge, or both."""
    chance = random.Random(bench.seed)
    with bench.log.opened() as (_, model), settled():
        yield _row(bench, model, "a day or a week apart", lambda number: _near(chance, number), TARGET_MS)
        yield _row(bench, model, "anywhere in three years", lambda _: (_any(chance), _any(chance)), None)


def _any(chance: random.Random) -> int:
    return micros(FIRST) + chance.randrange(DAYS * 86_400) * 1_000_000


def _near(chance: random.Random, number: int) -> tuple[int, int]:
    first = _any(chance)
    return first, first + _NEAR[number // len(_KINDS) % len(_NEAR)] // timedelta(microseconds=1)


def _row(
    bench: Bench, model: ReadModel, what: str, pair: Callable[[int], tuple[int, int]], target: float | None
) -> Row:
    taken, point = {kind: Times() for kind in _KINDS}, Times()
    behind: list[int] = []
    end = time.perf_counter() + 2 * bench.seconds
    for number in count():
        kind = _KINDS[number % len(_KINDS)]
        before, after = _vantages(model, *pair(number), kind)
        with taken[kind].taken():
            found = model.difference(before, after)
        if found.known != after.position - before.position:
            raise AssertionError(f"{found.known} records more known from #{before.position} to #{after.position}")
        behind.append(len(found.causes))
        with point.taken():
            model.situation(after)
        if time.perf_counter() > end and number >= 5:
            break
    cpu = [each for one in taken.values() for each in one.cpu]
    measured = percentile(cpu, 95) * 1000
    return Row(
        what=f"difference of two points {what}, CPU p95",
        size=bench.size,
        unit="ms",
        target="" if target is None else f"<= {target:g} ms",
        measured=measured,
        peer=point.cpu_p(95) * 1000,
        peer_name="one point, p95",
        ratio=times(measured, point.cpu_p(95) * 1000),
        met=None if target is None else measured <= target,
        note=f"{len(cpu)} random pairs, all records behind each told: {percentile(behind, 50):,.0f} of them,"
        f" p95 {percentile(behind, 95):,.0f}; CPU p50 of "
        + ", ".join(f"{kind} {one.cpu_p(50) * 1000:.1f} ms" for kind, one in taken.items() if one.cpu),
        detail={"rounds": len(cpu), "cpu_p50_ms": percentile(cpu, 50) * 1000, "behind_p50": percentile(behind, 50)},
    )


def _vantages(model: ReadModel, first: int, last: int, kind: str) -> tuple[ResolvedVantage, ResolvedVantage]:
    """Two dates as known at the later; what was known of the first then and later; or both as it went on."""
    as_of = (first, first) if kind == "two states of knowledge" else (first, last)
    known = (last, last) if kind == "two dates" else (first, last)
    before, after = ((iso(one), iso(other)) for one, other in zip(as_of, known, strict=True))
    return resolved(model, before), resolved(model, after)
