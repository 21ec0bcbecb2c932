"""One field of a form on the screen: its name, what is typed or chosen, and below it what is wrong with that."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Static

from tui.dashboard.completing import Complete
from tui.dashboard.field import Field
from tui.dashboard.forms.choice import Choice
from tui.dashboard.forms.form import Entry
from tui.dashboard.lines import clip
from tui.safe_text import on_a_line, plain, visible


class Rows(VerticalScroll, inherit_bindings=False):
    """All rows, the one with the focus always in sight, also when what stands below takes more room."""

    def on_resize(self) -> None:
        """Less room, or more."""
        at = self.screen.focused
        if at is not None:
            self.call_after_refresh(at.scroll_visible, animate=False)


class Row(Vertical):
    """A field with its words. `column` is the width of the names, in cells."""

    DEFAULT_CSS = """
    Row { height: auto; }
    Row Horizontal { height: 1; }
    Row .heading { color: $text-muted; text-style: bold; height: auto; padding-top: 1; }
    Row .heading.top { padding-top: 0; }
    Row .label { color: $text-muted; }
    Row .label.must { color: $text; }
    Row Field { width: 1fr; }
    Row Choice { width: 1fr; }
    Row .wrong { color: $error; text-style: bold; height: auto; display: none; }
    Row .wrong.shown { display: block; }
    """

    def __init__(self, entry: Entry, column: int, *, top: bool, more: str, complete: Complete | None) -> None:
        super().__init__()
        self.entry = entry
        self._column = column
        self._top = top
        self._more = more
        self.made: Field | Choice
        if entry.options:
            unset = "choose" if entry.required else entry.unset
            self.made = Choice(entry.options, entry.value, unset=unset, more=more)
        else:
            self.made = Field(
                entry.label, value=entry.value, placeholder=entry.hint, known=entry.known, complete=complete
            )
        self.wrong = Static("", classes="wrong", markup=False)
        self.wrong.styles.padding = (0, 0, 0, column)

    def compose(self) -> ComposeResult:
        """Heading, name and field, words."""
        entry = self.entry
        if entry.heading:
            yield Static(plain(entry.heading), classes="heading top" if self._top else "heading", markup=False)
        with Horizontal():
            words = clip(f"{visible(entry.label)} {'*' if entry.required else ' '}", self._column - 1, self._more)
            label = Static(plain(words), classes="label must" if entry.required else "label", markup=False)
            label.styles.width = self._column
            yield label
            yield self.made
        yield self.wrong

    @property
    def value(self) -> str:
        """What is typed or chosen."""
        return self.made.value

    def put(self, value: str) -> None:
        """Type it, or choose it; a word that is none of the options chooses nothing."""
        if not isinstance(self.made, Choice):
            self.made.value = value
        elif value in self.made.options:
            self.made.choose(self.made.options.index(value))

    def say(self, words: str) -> None:
        """What is wrong; nothing takes the words away."""
        self.wrong.update(plain(on_a_line(words)))
        self.wrong.set_class(bool(words), "shown")
