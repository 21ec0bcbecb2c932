"""A widget of a few fixed lines (banner, summaries, scrubber, keys): made for a width, redrawn only when changed."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

from tui.dashboard.inks import DARK_INKS, LIGHT_INKS
from tui.dashboard.lines import Line


class OneLine(Widget):
    """Lines that are made by `make` for the width at hand. Its height is how many there are."""

    ALLOW_SELECT = False
    DEFAULT_CSS = "OneLine { height: auto; background: $background; }"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._shown: tuple[Line, ...] = ()

    def make(self, width: int) -> list[Line]:
        """The lines for a width."""
        raise NotImplementedError

    def remake(self) -> None:
        """Make the lines again; draw only if they are other lines."""
        width = self.size.width
        if not width:
            return
        new = tuple(self.make(width))
        if new == self._shown:
            return
        taller = len(new) != len(self._shown)
        self._shown = new
        self.refresh(layout=taller)

    @property
    def lines(self) -> tuple[Line, ...]:
        """What is shown."""
        return self._shown

    def on_resize(self, _: events.Resize) -> None:
        """Another width is another set of lines."""
        self.remake()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's own
        """As many as there are lines for that width."""
        return max(1, len(self.make(width)))

    def render_line(self, y: int) -> Strip:
        """One line of it."""
        width = self.size.width
        base = self.visual_style.rich_style  # which is kept from line to line
        if y >= len(self._shown):
            return Strip.blank(width, base)
        inks: dict[str, Style] = DARK_INKS if self.app.current_theme.dark else LIGHT_INKS
        segments = [Segment(text, base + inks[ink] if ink else base) for text, ink in self._shown[y].runs]
        return Strip(segments).adjust_cell_length(width, base)
