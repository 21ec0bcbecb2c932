"""Taking times: samples of wall clock and CPU, as many as a budget of seconds allows."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

T = TypeVar("T")


@dataclass
class Times:
    """Seconds of each round: by the clock on the wall, and of CPU over all threads of the process."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Time what is done inside."""
        cpu, wall = time.process_time(), time.perf_counter()
        yield
        self.add(time.perf_counter() - wall, time.process_time() - cpu)

    def add(self, wall: float, cpu: float) -> None:
        """One round more."""
        self.wall.append(wall)
        self.cpu.append(cpu)

    def p(self, percent: float) -> float:
        """Wall seconds that so many percent of the rounds stayed within."""
        return percentile(self.wall, percent)

    def cpu_p(self, percent: float) -> float:
        """CPU seconds that so many percent of the rounds stayed within."""
        return percentile(self.cpu, percent)


def percentile(values: Sequence[float], percent: float) -> float:
    """The nearest-rank percentile: 99 of fewer than 100 values is the largest."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def sampled(rounds: Sequence[T], run: Callable[[T], object], *, seconds: float, at_least: int = 5) -> Times:
    """Time `run` over the rounds, in order, until the seconds are spent; the first two are run once before that."""
    for one in rounds[:2]:
        run(one)
    times, end = Times(), time.perf_counter() + seconds
    with settled():
        for one in rounds:
            with times.taken():
                run(one)
            if time.perf_counter() > end and len(times.wall) >= at_least:
                break
    return times


def repeated(times: Times, *, seconds: float, at_most: int = 3) -> Iterator[int]:
    """Numbers of rounds: so many at most, and no further one once those timed have taken the seconds."""
    for number in range(at_most):
        if sum(times.wall) > seconds:
            break
        yield number


@contextmanager
def settled() -> Iterator[None]:
    """What lives already is not gone over by the collector, as in a program that has been running for a while."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
