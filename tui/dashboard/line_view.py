"""A scrolling view of lines with a cursor: it draws the visible lines and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.dashboard.actions import MOVING
from tui.dashboard.glyphs import UNICODE, Glyphs
from tui.dashboard.inks import DARK_INKS, LIGHT_INKS
from tui.dashboard.lines import Line, Target, clipped
from tui.dashboard.typing_ahead import NotDone


class LineView(ScrollView, can_focus=True, inherit_bindings=False):
    """Lines, drawn from `lines` or (in a subclass) from `line_at`. The cursor stops at lines that lead somewhere."""

    ALLOW_SELECT = False
    ALWAYS_CURSOR: ClassVar[bool] = False
    """Whether the cursor shows without the focus too, which a field above the lines has."""
    DEFAULT_CSS = """
    LineView { overflow-x: hidden; scrollbar-size-vertical: 1; scrollbar-color: $frame;
               scrollbar-background: $background; scrollbar-color-hover: $frame; scrollbar-color-active: $frame;
               scrollbar-background-hover: $background; scrollbar-background-active: $background;
               background: $background; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding(key, action, show=False) for key, action in MOVING.items()]

    class Chosen(Message):
        """Somebody wants to see what a line leads to."""

        def __init__(self, target: Target) -> None:
            super().__init__()
            self.target = target

    class WasOutOfSight(Message):
        """A key was to act on a cursor that the wheel had left out of sight."""

    def __init__(self, *, glyphs: Glyphs = UNICODE, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.glyphs = glyphs
        self.cursor: int = 0
        self._lines: tuple[Line, ...] = ()
        self._drawn: dict[int, Line] = {}
        """What was last drawn on each row in sight."""
        self._pressed: Target | None = None
        self._pressed_again = False

    # what there is to draw

    @property
    def line_count(self) -> int:
        """How many lines there are."""
        return len(self._lines)

    def line_at(self, index: int) -> Line | None:
        """The line of that place, None where it is not at hand yet."""
        return self._lines[index] if 0 <= index < len(self._lines) else None

    @property
    def room(self) -> int:
        """Cells that a line may take: the width without the columns of cursor and scrollbar."""
        width = self.content_size.width
        return width - 2 if width > 3 else 1

    def show_lines(self, lines: Sequence[Line]) -> bool:
        """Draw these from now on. True when anything changed: the same lines again redraw nothing."""
        new = tuple(lines)
        if new == self._lines:
            return False
        old, old_cursor, old_target = self._lines, self.cursor, self.target
        self._lines = new
        if not self.has_focus:
            self.cursor, old_target = 0, None
        self.cursor = self._settle(old_target)
        self.extend(len(new))
        if not old and self.has_focus:
            self._bring_cursor_into_view()
        top = self.scroll_offset.y
        changed = {old_cursor, self.cursor} if old_cursor != self.cursor else set()
        changed |= {at for at in range(top, top + self.size.height) if old[at : at + 1] != new[at : at + 1]}
        self.refresh(*(Region(0, at - top, self.size.width, 1) for at in changed))
        return True

    def extend(self, count: int) -> None:
        """There are so many lines to scroll over. Laid out anew only where the scrollbar comes or goes."""
        size = Size(self.size.width, count)
        if self.show_vertical_scrollbar != (count > self.container_size.height):
            self.virtual_size = size
            return
        self.set_reactive(LineView.virtual_size, size)
        if self.scrollbar_size_vertical:
            self.vertical_scrollbar.window_virtual_size = count
        self.scroll_y = self.scroll_y  # held within what there is

    def _settle(self, target: Target | None) -> int:
        """Where the cursor belongs now: on what it stood on, else near where it stood."""
        if target is not None:
            for index, each in enumerate(self._lines):
                if each.target is not None and (each.target.kind, each.target.ref) == (target.kind, target.ref):
                    return index
        at = min(self.cursor, max(0, len(self._lines) - 1))
        below = (index for index in range(at, len(self._lines)) if self._lines[index].target is not None)
        above = (index for index in range(at - 1, -1, -1) if self._lines[index].target is not None)
        return next(below, next(above, 0))

    def place_of(self, target: Target) -> int | None:
        """Where a line is that leads there; None where none is at hand."""
        return next((index for index, each in enumerate(self._lines) if each.target == target), None)

    @property
    def in_sight(self) -> range:
        """The places of the lines in sight."""
        top = self.scroll_offset.y
        return range(top, min(top + max(1, self.scrollable_content_region.height), self.line_count))

    @property
    def target(self) -> Target | None:
        """What the cursor stands on."""
        at = self.line_at(self.cursor)
        return at.target if at else None

    @property
    def at_hand(self) -> Target | None:
        """What a key acts on: what the cursor stands on, where that is in sight."""
        return self.target if self.cursor in self.in_sight else None

    def brings_back(self) -> bool:
        """Whether the wheel left the cursor out of sight: it comes into view, and nothing acts on it unseen."""
        if self.target is None or self.cursor in self.in_sight:
            return False
        self.move_to(self.cursor)
        self.post_message(self.WasOutOfSight())
        return True

    # drawing

    @property
    def inks(self) -> dict[str, Style]:
        """The inks of the theme at work."""
        return DARK_INKS if self.app.current_theme.dark else LIGHT_INKS

    def render_line(self, y: int) -> Strip:
        """One visible line."""
        width = self.scrollable_content_region.width
        index = self.scroll_offset.y + y
        base = self.visual_style.rich_style  # which is kept from line to line
        shown = self.line_at(index) if 0 <= index < self.line_count else None
        if shown is None:
            self._drawn.pop(y, None)
            return Strip.blank(width, base)
        self._drawn[y] = shown
        here = index == self.cursor and (self.has_focus or self.ALWAYS_CURSOR) and shown.target is not None
        if here:
            base = base + self.inks["cursor"]
        inks = self.inks
        segments = [Segment(self.glyphs.cursor if here else " ", base + inks["here"] if here else base)]
        used = 1
        for text, ink in clipped(shown, max(0, width - 1), self.glyphs.more).runs:
            segments.append(Segment(text, base + inks[ink] if ink else base))
            used += cell_len(text)
        if used < width:
            segments.append(Segment(" " * (width - used), base))
        return Strip(segments).adjust_cell_length(width, base)

    # moving

    def action_move(self, step: int) -> None:
        """To the next line that leads somewhere; scroll when there is none left."""
        index = self.cursor + step
        while 0 <= index < self.line_count:
            at = self.line_at(index)
            if at is None or at.target is not None:
                self.move_to(index)
                return
            index += step
        self.scroll_to(y=self.scroll_offset.y + step, animate=False)

    def action_page(self, step: int) -> None:
        """A page on; the cursor comes along where a line in sight leads somewhere."""
        by = step * max(1, self.scrollable_content_region.height - 1)
        self.scroll_to(y=self.scroll_offset.y + by, animate=False)
        self._stand_near(self.cursor + by)

    def action_edge(self, end: int) -> None:
        """To the first line, or the last."""
        self.scroll_to(y=self.line_count if end else 0, animate=False)
        self._stand_near(self.line_count if end else 0)

    def _stand_near(self, index: int) -> None:
        """The cursor to the line in sight nearest to a place that leads somewhere; nothing is scrolled."""
        lead = [at for at in self.in_sight if (line := self.line_at(at)) is not None and line.target is not None]
        if lead:
            old, self.cursor = self.cursor, min(lead, key=lambda at: abs(at - index))
            self.refresh_line(old)
            self.refresh_line(self.cursor)

    def move_to(self, index: int) -> None:
        """The cursor to a line, which is brought into view."""
        index = min(max(0, index), max(0, self.line_count - 1))
        old, self.cursor = self.cursor, index
        self.refresh_line(old)
        self.refresh_line(index)
        # the line above comes into view too when it is a heading; forced: the scrollbar may not be laid out yet
        top = index - 1 if index <= 1 else index
        region = Region(0, max(0, top), 1, 2 if top < index else 1)
        self.scroll_to_region(region, animate=False, immediate=True, force=True)

    def action_choose(self) -> None:
        """Open what the cursor stands on."""
        if self.brings_back():
            return
        if self.target is not None:
            self.post_message(self.Chosen(self.target))
        else:
            self.post_message(NotDone("nothing opens here"))

    def on_focus(self) -> None:
        """The cursor shows where the focus is, in view: once a panel that came forward has its room."""
        self.refresh_line(self.cursor)
        self._bring_cursor_into_view()

    def _bring_cursor_into_view(self) -> None:
        self.call_after_refresh(lambda: self.move_to(self.cursor))

    def on_blur(self) -> None:
        """The cursor hides where the focus is not."""
        self.refresh_line(self.cursor)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """The cursor to the line that was drawn under the pointer, whatever moved since.

        Where that leads nowhere the rows stay, and the cursor comes in sight.
        """
        at = event.get_content_offset(self)
        if at is None:
            return
        drawn = self._drawn.get(at.y)
        target = drawn.target if drawn is not None else None
        self._pressed_again = target is not None and target == self._pressed
        self._pressed = target
        index = self.scroll_offset.y + at.y
        if target is None:
            if self.cursor not in self.in_sight:
                self._stand_near(index)
            return
        now = self.line_at(index) if index < self.line_count else None
        place = index if now is not None and now.target == target else self.place_of(target)
        if place is not None:
            self.move_to(place)

    def on_click(self, event: events.Click) -> None:
        """The second click on one line opens it."""
        if event.chain > 1 and self._pressed is not None and self._pressed_again:
            self.post_message(self.Chosen(self._pressed))
