"""The dashboard at work in a terminal of 120x40: what others commit, a key in replay, its memory after many of them."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random

from domain.monitor import Monitor
from tests.benchmarks.appending import statement
from tests.benchmarks.bench import Bench
from tests.benchmarks.measuring import percentile
from tests.benchmarks.table import Row
from tests.benchmarks.terminal import Terminal, surroundings

PAINTED_MS, FRAME_MS, MEMORY_MB, FLAT = 40.0, 33.0, 120.0, 1.03
_APPENDS, _KEYS = 40, 100
_BEGIN = date(2025, 6, 1)
_TURN = 400
"""Replay goes so many days back, then as many forward."""


def rows(bench: Bench) -> Iterator[Row]:
    """p95 in milliseconds; resident memory in megabytes (10^6 bytes)."""
    with tempfile.TemporaryDirectory() as home:
        env = surroundings(Path(home))
        with bench.log.copied(shown=True) as path:
            yield _painted(bench, path, env)
        with bench.log.opened():
            path = bench.log.path
        words = (bench.command, "watch", "--read-only", "--log", path, "--as-of", _BEGIN.isoformat())
        with Terminal(words, env) as terminal:
            terminal.settled(lambda seen: _as_of(_BEGIN) in seen)
            replay = _Replay(terminal)
            yield _keys(bench, replay)
            yield _jumps(bench, replay)
            yield _memory(bench, replay)


def _painted(bench: Bench, path: Path, env: dict[str, str]) -> Row:
    with Monitor(path, recorded_by="bench") as elsewhere:
        took = painted_ms((bench.command, "watch", "--read-only", "--log", path), env, elsewhere, 2 * bench.seconds)
    return Row(
        what="committed elsewhere to painted, p95",
        size=bench.size,
        unit="ms",
        target=f"<= {PAINTED_MS:g} ms",
        measured=percentile(took, 95),
        met=percentile(took, 95) <= PAINTED_MS,
        note=f"{len(took)} appends by another process; p50 {percentile(took, 50):.0f} ms",
        detail={"p50_ms": percentile(took, 50), "rounds": len(took)},
    )


def painted_ms(
    watch: Sequence[str | os.PathLike[str]], env: Mapping[str, str], elsewhere: Monitor, seconds: float
) -> list[float]:
    """Milliseconds from each commit to the end of the frame that shows it, in a dashboard that `watch` starts."""
    took: list[float] = []
    with Terminal(watch, env) as terminal:
        terminal.settled(lambda seen: "LIVE" in seen)
        end = time.perf_counter() + seconds
        for number in range(_APPENDS):
            words = f"Painted {number:04d} elsewhere"
            terminal.forget()
            elsewhere.append([statement(words, f"painted-{number}")])
            committed = time.perf_counter()
            took.append((terminal.drawn(lambda seen, words=words: words in seen) - committed) * 1000)  # type: ignore[misc]
            terminal.settled(lambda _: True)
            time.sleep(0.01 + 0.0137 * (number % 7))  # the next one meets the follower anywhere in its round
            if time.perf_counter() > end and number >= 5:
                break
    return took


class _Replay:
    """Stepping day by day, each step waited for until its last byte."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        self._day, self._by, self._left = _BEGIN, -1, _TURN

    def step(self) -> float:
        """One day on; milliseconds from the key to the end of its last frame."""
        if self._left == 0:
            self._by, self._left = -self._by, _TURN
        self._left -= 1
        self._day += timedelta(days=self._by)
        pressed = self.terminal.press("[" if self._by < 0 else "]")
        return (self.terminal.settled(lambda seen: _as_of(self._day) in seen) - pressed) * 1000

    def jump(self, day: date) -> float:
        """To a day elsewhere; milliseconds from the last key, which closes the dialog, to the end of its last frame."""
        self.terminal.press("g")
        self.terminal.settled(lambda seen: "Go to" in seen)
        self.terminal.press(day.isoformat())
        self.terminal.settled(lambda _: True)
        self._day = day
        pressed = self.terminal.press("\r")
        return (self.terminal.settled(lambda seen: _as_of(day) in seen) - pressed) * 1000

    def memory(self) -> float:
        """Resident megabytes."""
        status = Path(f"/proc/{self.terminal.process.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) * 1024 / 1e6


def _as_of(day: date) -> str:
    return f"as of {day.isoformat()}"


def _keys(bench: Bench, replay: _Replay) -> Row:
    for _ in range(3):
        replay.step()
    took: list[float] = []
    end = time.perf_counter() + 2 * bench.seconds
    while len(took) < _KEYS and (time.perf_counter() < end or len(took) < 5):
        took.append(replay.step())
    return Row(
        what="key to frame in replay, p95",
        size=bench.size,
        unit="ms",
        target=f"<= {FRAME_MS:g} ms",
        measured=percentile(took, 95),
        met=percentile(took, 95) <= FRAME_MS,
        note=f"{len(took)} steps by a day, each when the one before has settled, to the last byte; p50"
        f" {percentile(took, 50):.0f} ms",
        detail={"p50_ms": percentile(took, 50), "rounds": len(took)},
    )


def _jumps(bench: Bench, replay: _Replay) -> Row:
    """Nothing of these can be read ahead."""
    days = Random(bench.seed)
    took: list[float] = []
    end = time.perf_counter() + 2 * bench.seconds
    while len(took) < _KEYS and (time.perf_counter() < end or len(took) < 5):
        took.append(replay.jump(_BEGIN - timedelta(days=days.randrange(1, _TURN))))
    replay.jump(_BEGIN)
    return Row(
        what="date typed to frame in replay, p95",
        size=bench.size,
        unit="ms",
        measured=percentile(took, 95),
        note=f"{len(took)} days anywhere, from the key that ends them, with the dialog that closes; p50"
        f" {percentile(took, 50):.0f} ms",
        detail={"p50_ms": percentile(took, 50), "rounds": len(took)},
    )


def _memory(bench: Bench, replay: _Replay) -> Row:
    held: list[float] = []
    end = time.perf_counter() + 2 * bench.seconds
    while time.perf_counter() < end or len(held) < 10:
        replay.step()
        held.append(replay.memory())
    half, last = held[len(held) // 2], held[-1]
    return Row(
        what="dashboard's memory after replay",
        size=bench.size,
        unit="MB",
        target=f"<= {MEMORY_MB:g} MB, flat",
        measured=last,
        peer=half,
        peer_name="half way",
        ratio=last / half,
        met=last <= MEMORY_MB and last <= half * FLAT,
        note=f"a loop of {len(held)} steps in place of an hour; flat is at most 3 % more than half way",
        detail={"steps": len(held), "first_mb": held[0], "half_mb": half},
    )
