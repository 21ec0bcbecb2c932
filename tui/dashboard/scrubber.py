"""The scrubber: records per day as a line of bars, phase marks, where you stand. A click goes to that day."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

from textual import events
from textual.message import Message

from tui.dashboard import wording
from tui.dashboard.glyphs import Glyphs
from tui.dashboard.lines import Line, clipped, line
from tui.dashboard.one_line import OneLine
from tui.dashboard.snapshot import Density, Snapshot
from tui.dashboard.strikes_panel import bars


class Track:
    """Days laid out over cells: several days a cell when the span is long, several cells a day when it is short."""

    def __init__(self, density: Density, width: int) -> None:
        self.first = date.fromisoformat(density.first)
        self.last = date.fromisoformat(density.last)
        self.days = max(1, (self.last - self.first).days + 1)
        self.cells = max(1, min(width, self.days * max(1, min(4, width // self.days))))

    def cell(self, day: str) -> int:
        """The cell of a day; days outside the span are at its ends."""
        return self.cell_of((date.fromisoformat(day) - self.first).days)

    def cell_of(self, offset: int) -> int:
        """The cell of a day that is so many days after the first."""
        return min(self.cells - 1, max(0, offset * self.cells // self.days))

    def day(self, cell: int) -> str:
        """The last day of a cell: going there shows all that the cell stands for."""
        cell = min(self.cells - 1, max(0, cell))
        offset = max(cell * self.days // self.cells, -(-(cell + 1) * self.days // self.cells) - 1)
        return (self.first + timedelta(days=min(self.days - 1, offset))).isoformat()


Cell = tuple[str, str]


def scrubber_lines(
    snapshot: Snapshot, width: int, glyphs: Glyphs, marked: str | None = None
) -> tuple[list[Line], Track, int]:
    """The scrubber's two lines for a width, how its days are laid out, and the column of its first cell.

    `marked` is the day of the vantage that is marked to compare with.
    """
    density = snapshot.density
    vantage = snapshot.situation.vantage
    near = date.fromisoformat(vantage.as_of_day)
    first = wording.day(density.first, vantage.timezone, near)
    last = wording.day(density.last, vantage.timezone, near)
    left = len(first) + 2
    track, heights = _laid_out(density, max(4, width - left - len(last) - 2))
    here = track.cell(vantage.as_of_day)
    shown = bars(heights, glyphs).replace(glyphs.empty_bar, " ")
    top = line(
        (f" {first} ", "quiet"),
        (shown[: here + 1], "bar"),
        (shown[here + 1 :], "quiet"),
        (f" {last}", "quiet"),
    )
    below, told = _below(snapshot, track, glyphs, marked)
    day = f" day {snapshot.situation.ceasefire.day}" if snapshot.situation.ceasefire.day else ""
    # where there is no room between the signs, the day at least
    rest = [] if told or left + track.cells + len(day) > width else [(day, "strong")]
    return [clipped(top, width, glyphs.more), line((" " * left, ""), *below, *rest)], track, left


@lru_cache(4)  # the same days at every step, until the log moves
def _laid_out(density: Density, width: int) -> tuple[Track, tuple[int, ...]]:
    """How the days lie in a width, and how high the bar of each cell is."""
    track = Track(density, width)
    sums = [0] * track.cells
    for offset, count in enumerate(density.per_day):
        if count:
            sums[track.cell_of(offset)] += count
    # the root keeps one busy day from flattening all others
    return track, tuple(round((count * 64) ** 0.5) for count in sums)


def _below(snapshot: Snapshot, track: Track, glyphs: Glyphs, marked: str | None) -> tuple[list[Cell], bool]:
    """Phase marks, the marked vantage, where you stand, each at its day; whether that day is told in words too."""
    vantage, ceasefire = snapshot.situation.vantage, snapshot.situation.ceasefire
    here = track.cell(vantage.as_of_day)
    cells: list[Cell] = [(" ", "")] * track.cells
    for mark in snapshot.density.marks:
        cells[track.cell(mark)] = (glyphs.mark, "differ")
    there = None if marked is None else track.cell(marked)
    if there is not None:
        cells[there] = (glyphs.marked, "key")
    cells[here] = (glyphs.here, "here")
    day = f"  day {ceasefire.day}" if ceasefire.day else ""
    near = date.fromisoformat(vantage.as_of_day)
    shown = wording.day(vantage.as_of_day, vantage.timezone, near)
    mark_words = f"marked {wording.day(marked, vantage.timezone, near)}" if marked else ""
    if there == here and _placed(cells, here, f"{shown}{day} {glyphs.dot} {mark_words}", "strong"):
        return cells, True
    told = there != here and _placed(cells, here, f"{shown}{day}", "strong")
    if there is not None:
        _placed(cells, there, mark_words, "key")
    return cells, told


def _placed(cells: list[Cell], at: int, words: str, ink: str) -> bool:
    """Put words beside a sign, to its right or else to its left, where nothing else stands."""
    for start in (at + 2, at - 1 - len(words)):
        around = cells[max(0, start - 1) : start + len(words) + 1]
        if start >= 0 and start + len(words) <= len(cells) and all(text == " " for text, _ in around):
            cells[start : start + len(words)] = [(letter, ink) for letter in words]
            return True
    return False


class Scrubber(OneLine):
    """The scrubber as a widget."""

    class DayPicked(Message):
        """Somebody clicked on a day."""

        def __init__(self, day: str) -> None:
            super().__init__()
            self.day = day

    def __init__(self, *, glyphs: Glyphs, id: str) -> None:
        super().__init__(id=id)
        self.glyphs = glyphs
        self._snapshot: Snapshot | None = None
        self._marked: str | None = None
        self._track: Track | None = None
        self._left = 0

    def show(self, snapshot: Snapshot) -> None:
        """Draw this snapshot from now on."""
        self._snapshot = snapshot
        self.remake()

    def mark(self, day: str) -> None:
        """Show that a vantage on this day is marked."""
        self._marked = day
        self.remake()

    def make(self, width: int) -> list[Line]:
        """The lines for a width."""
        if self._snapshot is None:
            return [line(""), line("")]
        lines, self._track, self._left = scrubber_lines(self._snapshot, width, self.glyphs, self._marked)
        return lines

    def on_click(self, event: events.Click) -> None:
        """To the day under the mouse."""
        at = event.get_content_offset(self)
        if at is not None and self._track is not None:
            self.post_message(self.DayPicked(self._track.day(at.x - self._left)))
