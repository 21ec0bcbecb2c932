"""Starting: from a shell to an answer, and to the first whole Situation on the screen, in a terminal of 120x40."""

from __future__ import annotations

import os
import resource
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.benchmarks.bench import Bench
from tests.benchmarks.measuring import Times
from tests.benchmarks.table import Row, times
from tests.benchmarks.terminal import Terminal, surroundings

HELP_MS, STATUS_MS, PAINT, PAINT_GROWTH = 60.0, 150.0, 1.5, 1.2
FEW = 100
_MINIMAL = Path(__file__).with_name("minimal_app.py")
_ROUNDS = 15

Words = Sequence[str | os.PathLike[str]]


def rows(bench: Bench) -> Iterator[Row]:
    """CPU milliseconds of whole commands over bare Python; wall milliseconds to the first paint."""
    with bench.log.opened():
        log = bench.log.path
    with tempfile.TemporaryDirectory() as home:
        env = surroundings(Path(home))
        python = bench.command.with_name("python")
        commands: dict[str, Words] = {
            "bare": (python, "-c", "pass"),
            "help": (bench.command, "--help"),
            "status": (bench.command, "status", "--log", log),
        }
        taken = {name: Times() for name in commands}
        _in_turn(bench, commands, taken, env)
        yield _over_python(bench, "ceasefire --help", HELP_MS, taken["help"], taken["bare"])
        yield _over_python(bench, "ceasefire status", STATUS_MS, taken["status"], taken["bare"])
        yield from _first_paints(bench, env, python)


def _in_turn(bench: Bench, commands: dict[str, Words], taken: dict[str, Times], env: dict[str, str]) -> None:
    for words in commands.values():  # once, so that all of it lies in memory
        _run(words, env)
    end = time.perf_counter() + 3 * bench.seconds
    for _ in range(_ROUNDS):
        for name, words in commands.items():
            taken[name].add(*_run(words, env))
        if time.perf_counter() > end:
            break


def _run(words: Words, env: dict[str, str]) -> tuple[float, float]:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with Terminal(words, env) as terminal:
        wall = terminal.ended(600) - terminal.started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if terminal.process.returncode:
        raise AssertionError(f"{words} ended with {terminal.process.returncode}")
    return wall, after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def _over_python(bench: Bench, what: str, target: float, taken: Times, bare: Times) -> Row:
    over = (taken.cpu_p(50) - bare.cpu_p(50)) * 1000
    return Row(
        what=f"{what}, CPU over bare Python",
        size=bench.size,
        unit="ms",
        target=f"<= {target:g} ms",
        measured=over,
        peer=bare.cpu_p(50) * 1000,
        peer_name="bare Python",
        ratio=times(taken.cpu_p(50), bare.cpu_p(50)),
        met=over <= target,
        note=f"p50 of {len(taken.cpu)}; on the wall {taken.p(50) * 1000:.0f} ms beside {bare.p(50) * 1000:.0f} ms;"
        " the ratio is of whole commands",
        detail={"wall_p50_ms": taken.p(50) * 1000, "bare_wall_p50_ms": bare.p(50) * 1000},
    )


def _first_paints(bench: Bench, env: dict[str, str], python: Path) -> Iterator[Row]:
    few = bench.sized(FEW)
    for log in (few, bench.log):
        with log.opened():
            pass
    watching: dict[str, tuple[Words, str]] = {
        "this": ((bench.command, "watch", "--read-only", "--log", bench.log.path), "LIVE"),
        "few": ((bench.command, "watch", "--read-only", "--log", few.path), "LIVE"),
        "minimal": ((python, _MINIMAL), "ready"),
    }
    taken: dict[str, list[float]] = {name: [] for name in watching}
    end = time.perf_counter() + 4 * bench.seconds
    for number in range(_ROUNDS):
        for name, (words, sign) in watching.items():
            with Terminal(words, env) as terminal:
                took = terminal.drawn(lambda seen, sign=sign: sign in seen, 600) - terminal.started  # type: ignore[misc]
            if number:
                taken[name].append(took * 1000)
        if time.perf_counter() > end and number:
            break
    this, fewer, minimal = (sorted(found)[len(found) // 2] for found in taken.values())
    yield Row(
        what="dashboard, start to first paint",
        size=bench.size,
        unit="ms",
        target=f"<= {PAINT:g}x",
        measured=this,
        peer=minimal,
        peer_name="a minimal Textual app",
        ratio=times(this, minimal),
        met=times(this, minimal) <= PAINT,
        note=f"p50 of {len(taken['this'])}, to the end of the first frame that shows the Situation",
    )
    yield Row(
        what=f"dashboard, first paint beside {FEW} records",
        size=bench.size,
        unit="ms",
        target=f"<= {PAINT_GROWTH:g}x",
        measured=this,
        peer=fewer,
        peer_name=f"over {FEW} records",
        ratio=times(this, fewer),
        met=times(this, fewer) <= PAINT_GROWTH,
    )
