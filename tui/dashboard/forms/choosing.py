"""What to append: a short list of forms."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from tui.dashboard.glyphs import Glyphs
from tui.dashboard.line_view import LineView
from tui.dashboard.lines import Target, line
from tui.safe_text import plain

FORMS = (
    ("strike", "s", "a strike, or another claim on one: casualties, who is said to be responsible"),
    ("status", "c", "status of a crossing: open, limited, closed"),
    ("passages", "p", "passages of a crossing: who got through, who was refused"),
    ("phase", "f", "change of phase: announced, begun, completed, disputed"),
)


class Choosing(ModalScreen[str | None]):
    """The result is the form's name."""

    DEFAULT_CSS = """
    Choosing { align: center middle; background: $background 60%; }
    Choosing > Vertical { width: 78; max-width: 100%; height: 8; border: heavy $primary; background: $background;
                          border-title-color: $text; border-title-style: bold; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,a", "answer('')", show=False),
        *(Binding(key, f"answer('{name}')", show=False) for name, key, _ in FORMS),
    ]

    def __init__(self, *, glyphs: Glyphs) -> None:
        super().__init__()
        self.list = LineView(glyphs=glyphs)

    def compose(self) -> ComposeResult:
        """The list."""
        with Vertical() as box:
            box.border_title = plain("Append")
            yield self.list

    def on_mount(self) -> None:
        """One line a form."""
        rows = [line((f"{key}  ", "key"), words, target=Target("form", name)) for name, key, words in FORMS]
        note = line(("other types: `ceasefire append TYPE STREAM` in a shell", "quiet"))
        self.list.show_lines([*rows, line(""), note])
        self.list.focus()

    def on_line_view_chosen(self, event: LineView.Chosen) -> None:
        """This one."""
        event.stop()
        self.dismiss(event.target.ref)

    def action_answer(self, name: str) -> None:
        """This one, or none."""
        self.dismiss(name or None)
