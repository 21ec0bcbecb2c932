"""A progress line on stderr for long work: only on a terminal, and only when the work turns out to be long."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Progress = Callable[[str, int, int], None]
QUIET_SECONDS = 0.5
DRAW_SECONDS = 0.1


def words(what: str, done: int, total: int, seconds: float, unit: str) -> str:
    """How far some work has come, at which rate, and how long it will take at that; without a total (0) not how long.

    `unit` is what `done` and `total` count; of MB they are bytes.
    """
    rate = done / seconds if seconds > 0 else 0.0
    by = 1_000_000 if unit == "MB" else 1
    if unit:
        unit = f" {unit}"
    if not total:
        return f"{what}  {done / by:,.0f}{unit}, {rate / by:,.0f}{unit}/s"
    left = round((total - done) / rate) if rate else 0
    return (
        f"{what}  {done / by:,.0f} of {total / by:,.0f}{unit}, {done * 100 // total} %, {rate / by:,.0f}{unit}/s, "
        f"{left // 60}:{left % 60:02d} left"
    )


class Bar:
    """Told (what, done, total) from time to time; after half a second it draws a line, a few times a second.

    A total of 0 is one that is not known.
    """

    def __init__(self, unit: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.unit = unit
        self._clock = clock
        self._started = self._drawn = clock()
        self._what = ""
        self._width = 0

    def __call__(self, what: str, done: int, total: int, unit: str | None = None) -> None:
        """Draw how far the work called `what` has come. A new `what` is a new line."""
        now = self._clock()
        if what != self._what:
            self.finish()
            self._what, self._started = what, now
        over = bool(total) and done >= total
        if now - self._started < QUIET_SECONDS or (now - self._drawn < DRAW_SECONDS and not (over and self._width)):
            return
        self._drawn = now
        self._draw(words(what, done, total, now - self._started, self.unit if unit is None else unit))

    def _draw(self, text: str) -> None:
        columns = shutil.get_terminal_size().columns
        text = text[: columns - 1]
        sys.stderr.write("\r" + text.ljust(self._width))
        sys.stderr.flush()
        self._width = len(text)

    def finish(self) -> None:
        """Leave the line."""
        if self._width:
            sys.stderr.write("\n")
            sys.stderr.flush()
            self._width = 0


@contextmanager
def bar(unit: str = "") -> Iterator[Bar | None]:
    """A bar to hand to long work, which counts in `unit` (lines, say); None when nobody would see it."""
    if not sys.stderr.isatty():
        yield None
        return
    drawn = Bar(unit)
    try:
        yield drawn
    finally:
        drawn.finish()


def part(progress: Progress | None, what: str) -> Callable[[int, int], None] | None:
    """A bar for work that tells only (done, total)."""
    return None if progress is None else lambda done, total: progress(what, done, total)
