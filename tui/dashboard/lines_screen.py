"""A screen of lines on top of the dashboard: detail, claims, discrepancies, help. Enter opens what a line leads to."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import ModalScreen

from tui.dashboard.glyphs import UNICODE, Glyphs
from tui.dashboard.line_view import LineView
from tui.dashboard.lines import Line, line, wrapped
from tui.dashboard.one_line import OneLine
from tui.safe_text import on_a_line

Make = Callable[[int], list[Line]]


_ASCII_NAMES = {"⏎": "Enter", "␣": "Space", "↑↓": "Up Down", "↑↓ tab": "Up Down tab", "→": "Right"}


class Hint(OneLine):
    """The keys of a screen at its foot, or a sentence in their place."""

    def __init__(self, pairs: tuple[tuple[str, str], ...], *, glyphs: Glyphs = UNICODE) -> None:
        super().__init__()
        self._pairs = pairs
        self._names = _ASCII_NAMES if glyphs.ascii else {}
        self.words = ""

    def say(self, words: str) -> None:
        """A sentence in place of the keys."""
        self.words = words
        self.remake()

    def make(self, width: int) -> list[Line]:
        """The keys that work here, cut by the terminal's edge; a sentence in full."""
        if self.words:
            return wrapped(self.words, width - 1, "here", 1)
        runs: list[tuple[str, str]] = [(" ", "")]
        for key, words in self._pairs:
            runs += [(self._names.get(key, key), "key"), (f" {words}  ", "quiet")]
        return [line(*runs)]


class Sheet(LineView):
    """Lines that are made for the width at hand."""

    DEFAULT_CSS = """
    Sheet { border: heavy $primary; border-title-color: $text; border-title-style: bold; height: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("b", "page(-1)", show=False),
        Binding("space", "page(1)", show=False),
        Binding("g", "edge(0)", show=False),
        Binding("G", "edge(1)", show=False),
    ]

    def __init__(self, title: str, make: Make, *, glyphs: Glyphs) -> None:
        super().__init__(glyphs=glyphs)
        self._make = make
        self.border_title = Content(on_a_line(title))

    def remake(self) -> None:
        """Make the lines again."""
        if self.size.width:
            self.show_lines(self._make(self.room))

    def on_resize(self) -> None:
        """Another width is another set of lines."""
        self.remake()


class LinesScreen(ModalScreen[None]):
    """A sheet of lines over the whole dashboard."""

    DEFAULT_CSS = """
    LinesScreen { align: center middle; background: $background; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,backspace", "back", show=False),
        Binding("x,question_mark", "back", show=False),
    ]
    KEYS: ClassVar[tuple[tuple[str, str], ...]] = (("⏎", "open"), ("↑↓", "move"), ("PgUp PgDn", "page"), ("q", "back"))

    def __init__(
        self, title: str, make: Make, *, glyphs: Glyphs, keys: tuple[tuple[str, str], ...] | None = None
    ) -> None:
        super().__init__()
        self.sheet = self.sheet_of(title, make, glyphs)
        self.hint = Hint(self.KEYS if keys is None else keys, glyphs=glyphs)

    def sheet_of(self, title: str, make: Make, glyphs: Glyphs) -> Sheet:
        """What the lines are shown in."""
        return Sheet(title, make, glyphs=glyphs)

    def compose(self) -> ComposeResult:
        """The sheet, and the keys below it."""
        yield self.sheet
        yield self.hint

    def on_mount(self) -> None:
        """The sheet has the keys."""
        self.sheet.focus()

    def on_key(self) -> None:
        """A key takes the sentence at the foot away."""
        if self.hint.words:
            self.hint.say("")

    def action_back(self) -> None:
        """To where we came from."""
        self.dismiss(None)
