"""Clients in processes of their own, as many as are asked for, who meet before they begin, and answer once."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.synchronize import Barrier
from threading import BrokenBarrierError
from traceback import format_exc
from typing import Any

_context = multiprocessing.get_context("spawn")
_MEET_SECONDS = 120


class _Failed(str):
    """What a client failed with, as text."""


class Clients:
    """Processes at some work: `meet()` whenever they do, then `answers()` when they are done."""

    def __init__(self, work: Callable[..., Any], given: Sequence[tuple[Any, ...]]) -> None:
        self._barrier = _context.Barrier(len(given) + 1)
        self._answers: Any = _context.SimpleQueue()
        self._processes = [
            _context.Process(target=_working, args=(work, self._barrier, self._answers, *arguments), daemon=True)
            for arguments in given
        ]
        for process in self._processes:
            process.start()

    def meet(self) -> None:
        """Wait until all have come so far, and let them go on."""
        try:
            self._barrier.wait(_MEET_SECONDS)
        except BrokenBarrierError:
            raise AssertionError(f"a client failed: {self._answers.get()}") from None

    def answers(self) -> list[Any]:
        """What each has found."""
        found = [self._answers.get() for _ in self._processes]
        for answer in found:
            assert not isinstance(answer, _Failed), f"a client failed: {answer}"
        return found

    def end(self) -> None:
        """Have none of them go on."""
        for process in self._processes:
            process.kill()
            process.join()


def _working(work: Callable[..., Any], barrier: Barrier, answers: Any, *arguments: Any) -> None:
    try:
        answers.put(work(lambda: barrier.wait(_MEET_SECONDS), *arguments))
    except Exception:
        answers.put(_Failed(format_exc()))
        barrier.abort()


@contextmanager
def clients(work: Callable[..., Any], given: Sequence[tuple[Any, ...]]) -> Iterator[Clients]:
    """`work(meet, *arguments)` in a process for each of the given arguments; `meet()` waits for all, and for us."""
    made = Clients(work, given)
    try:
        yield made
    finally:
        made.end()
