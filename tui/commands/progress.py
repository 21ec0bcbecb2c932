"""A progress bar on stderr for long work: only on a terminal, and only when the work turns out to be long."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click

Progress = Callable[[str, int, int], None]
QUIET_SECONDS = 0.5


class Bar:
    """Told (what, done, total) from time to time; draws after half a second, and its rate with it."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._bar: Any = None
        self._what = ""

    def __call__(self, what: str, done: int, total: int) -> None:
        """Draw how far the work called `what` has come. A new `what` is a new bar."""
        if what != self._what:
            self.finish()
            self._what, self._started = what, time.monotonic()
        elapsed = time.monotonic() - self._started
        if self._bar is None:
            if elapsed < QUIET_SECONDS or done >= total:
                return
            self._bar = click.progressbar(
                length=total,
                label=what,
                file=sys.stderr,
                show_pos=True,
                item_show_func=lambda rate: f"{rate:,.0f}/s" if rate else "",
            )
            self._bar.render_progress()
        self._bar.update(done - self._bar.pos, done / elapsed)

    def finish(self) -> None:
        """Leave the line of the bar."""
        if self._bar is not None:
            self._bar.render_finish()
            self._bar = None


@contextmanager
def bar() -> Iterator[Progress | None]:
    """A bar to hand to long work; None when nobody would see it."""
    if not sys.stderr.isatty():
        yield None
        return
    drawn = Bar()
    try:
        yield drawn
    finally:
        drawn.finish()


def part(progress: Progress | None, what: str) -> Callable[[int, int], None] | None:
    """A bar for work that tells only (done, total)."""
    return None if progress is None else lambda done, total: progress(what, done, total)
