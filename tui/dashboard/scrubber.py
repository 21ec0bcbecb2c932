"""The scrubber: records per day as a line of bars, phase marks, where you stand. A click goes to that day."""

from __future__ import annotations

from datetime import date, timedelta

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
        offset = (date.fromisoformat(day) - self.first).days
        return min(self.cells - 1, max(0, offset * self.cells // self.days))

    def day(self, cell: int) -> str:
        """The last day of a cell: going there shows all that the cell stands for."""
        cell = min(self.cells - 1, max(0, cell))
        offset = max(cell * self.days // self.cells, -(-(cell + 1) * self.days // self.cells) - 1)
        return (self.first + timedelta(days=min(self.days - 1, offset))).isoformat()


def scrubber_lines(snapshot: Snapshot, width: int, glyphs: Glyphs) -> tuple[list[Line], Track, int]:
    """The scrubber's two lines for a width, how its days are laid out, and the column of its first cell."""
    density = snapshot.density
    vantage = snapshot.situation.vantage
    near = date.fromisoformat(vantage.as_of_day)
    first = wording.day(density.first, vantage.timezone, near)
    last = wording.day(density.last, vantage.timezone, near)
    left = len(first) + 2
    track = Track(density, max(4, width - left - len(last) - 2))
    sums = [0] * track.cells
    start = track.first
    for index, count in enumerate(density.per_day):
        if count:
            sums[track.cell((start + timedelta(days=index)).isoformat())] += count
    # the root keeps one busy day from flattening all others
    heights = [round((count * 64) ** 0.5) for count in sums]
    here = track.cell(vantage.as_of_day)
    shown = bars(heights, glyphs).replace(glyphs.empty_bar, " ")
    top = line(
        (f" {first} ", "quiet"),
        (shown[: here + 1], "bar"),
        (shown[here + 1 :], "quiet"),
        (f" {last}", "quiet"),
    )
    cells = [" "] * track.cells
    for mark in density.marks:
        cells[track.cell(mark)] = glyphs.mark
    cells[here] = glyphs.here
    position = f" {wording.day(vantage.as_of_day, vantage.timezone, near)}"
    ceasefire = snapshot.situation.ceasefire
    day = f"day {ceasefire.day}" if ceasefire.day else ""
    below: list[tuple[str, str]] = [(" " * left, "")]
    for cell in cells:
        below.append((cell, "here" if cell == glyphs.here else "differ" if cell == glyphs.mark else ""))
    used = left + track.cells
    label = f"{position}  {day}" if day else position
    if here + len(label) + 2 < track.cells and not any(c != " " for c in cells[here + 1 : here + 1 + len(label)]):
        below = [*below[: here + 2], (label, "strong"), *below[here + 2 + len(label) :]]
    elif here - len(label) - 1 >= 0 and not any(c != " " for c in cells[here - len(label) - 1 : here]):
        at = here - len(label)
        below = [*below[: at + 1], (label[1:] + " ", "strong"), *below[at + 1 + len(label) :]]
    elif used + len(day) + 1 <= width:
        below.append((f" {day}", "strong"))
    return [clipped(top, width, glyphs.more), clipped(line(*below), width, glyphs.more)], track, left


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
        self._track: Track | None = None
        self._left = 0

    def show(self, snapshot: Snapshot) -> None:
        """Draw this snapshot from now on."""
        self._snapshot = snapshot
        self.remake()

    def make(self, width: int) -> list[Line]:
        """The lines for a width."""
        if self._snapshot is None:
            return [line(""), line("")]
        lines, self._track, self._left = scrubber_lines(self._snapshot, width, self.glyphs)
        return lines

    def on_click(self, event: events.Click) -> None:
        """To the day under the mouse."""
        at = event.get_content_offset(self)
        if at is not None and self._track is not None:
            self.post_message(self.DayPicked(self._track.day(at.x - self._left)))
