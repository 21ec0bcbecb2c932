"""Panels 1 to 3: a frame around lines that are made from a Situation for the width at hand."""

from __future__ import annotations

from collections.abc import Callable

from textual import events
from textual.message import Message

from projections.situation import Situation
from tui.dashboard.drawing import Drawing
from tui.dashboard.glyphs import Glyphs
from tui.dashboard.line_view import LineView
from tui.dashboard.lines import Line, clipped, line
from tui.dashboard.one_line import OneLine
from tui.safe_text import plain

DrawLine = Callable[[Situation, int, Glyphs], Line]


class Panel(LineView):
    """One numbered panel. Draws again only what a new Situation or another width changed."""

    DEFAULT_CSS = """
    Panel { border: round $frame; border-title-color: $text; border-title-style: bold;
            border-subtitle-color: $text-muted; height: 1fr; }
    Panel:focus { border: heavy $primary; }
    """

    def __init__(self, number: int, title: str, drawing: Drawing, *, glyphs: Glyphs, id: str) -> None:
        super().__init__(glyphs=glyphs, id=id)
        self.drawing = drawing
        self._situation: Situation | None = None
        self._writes = True
        self.border_title = plain(f"{number} {title}")

    def show(self, situation: Situation, *, writes: bool = True) -> None:
        """Draw this Situation from now on."""
        self._situation, self._writes = situation, writes
        self._make()

    def _make(self) -> None:
        if self._situation is not None and self.size.width:
            self.show_lines(self.drawing.lines(self._situation, self.room, writes=self._writes))

    def on_resize(self, _: events.Resize) -> None:
        """Another width is another set of lines."""
        self._make()


class Summary(OneLine):
    """A panel that has no room, in one line; a click brings it forward."""

    class Picked(Message):
        """Somebody wants this panel."""

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

    def __init__(self, number: int, title: str, draw: DrawLine, *, glyphs: Glyphs, id: str) -> None:
        super().__init__(id=id)
        self.number = number
        self.glyphs = glyphs
        self._title = title
        self._draw = draw
        self._situation: Situation | None = None

    def show(self, situation: Situation) -> None:
        """Draw this Situation from now on."""
        self._situation = situation
        self.remake()

    def make(self, width: int) -> list[Line]:
        """The panel's number and title, and its line."""
        head = line((f" {self.number} ", "key"), (f"{self._title}  ", "strong"))
        if self._situation is None:
            return [head]
        rest = self._draw(self._situation, max(8, width - head.width - 1), self.glyphs)
        return [clipped(Line(head.runs + rest.runs), width, self.glyphs.more)]

    def on_click(self) -> None:
        """This panel, please."""
        self.post_message(self.Picked(self.number))
