"""The palette: every action by name, with a field that narrows the list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from tui.dashboard.actions import ACTIONS, Action, key_words
from tui.dashboard.field import Field
from tui.dashboard.glyphs import Glyphs
from tui.dashboard.line_view import LineView
from tui.dashboard.lines import Line, Target, line, pad


def palette_lines(words: str, glyphs: Glyphs, actions: Sequence[Action] = ACTIONS) -> list[Line]:
    """The actions whose words hold all the words typed."""
    wanted = words.lower().split()
    out = []
    for action in actions:
        text = f"{action.words} {action.short} {action.group}".lower()
        if action.id != "palette" and all(word in text for word in wanted):
            keys = pad(key_words(action, ascii_only=glyphs.ascii), 14)
            out.append(line((keys, "key"), f" {action.words}", target=Target("action", action.id)))
    return out or [line(("no action has these words", "quiet"))]


class Choices(LineView):
    """A list whose cursor shows although the field above it has the focus."""

    ALWAYS_CURSOR = True


class Palette(ModalScreen[str | None]):
    """Type to narrow, enter to do. The result is the action's name."""

    DEFAULT_CSS = """
    Palette { align: center top; background: $background 60%; }
    Palette > Vertical { width: 76; max-width: 100%; height: 22; max-height: 100%; border: heavy $primary;
                         background: $background; }
    Palette Choices { height: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+p", "leave", show=False),
        Binding("down", "move(1)", show=False, priority=True),
        Binding("up", "move(-1)", show=False, priority=True),
        Binding("pagedown", "page(1)", show=False, priority=True),
        Binding("pageup", "page(-1)", show=False, priority=True),
    ]

    def __init__(self, *, glyphs: Glyphs, actions: Sequence[Action] = ACTIONS) -> None:
        super().__init__()
        self.glyphs = glyphs
        self._actions = actions
        self.words = Field("words of an action", placeholder="what do you want to do?")
        self.choices = Choices(glyphs=glyphs)

    def compose(self) -> ComposeResult:
        """The field and the list."""
        with Vertical():
            yield self.words
            yield self.choices

    def on_mount(self) -> None:
        """All actions to begin with."""
        self.choices.show_lines(palette_lines("", self.glyphs, self._actions))
        self.words.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Fewer actions."""
        self.choices.show_lines(palette_lines(event.value, self.glyphs, self._actions))

    def on_input_submitted(self) -> None:
        """Do it."""
        self.choices.action_choose()

    def on_line_view_chosen(self, event: LineView.Chosen) -> None:
        """Do it."""
        self.dismiss(event.target.ref)

    def action_move(self, step: int) -> None:
        """The list's cursor, from the field."""
        self.choices.action_move(step)

    def action_page(self, step: int) -> None:
        """A page of the list, from the field."""
        self.choices.action_page(step)

    def action_leave(self) -> None:
        """Do nothing."""
        self.dismiss(None)
