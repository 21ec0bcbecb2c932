"""Asks before an unsaved form is left, and keeps what was typed."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.dashboard.glyphs import Glyphs
from tui.safe_text import plain


class Leaving(ModalScreen[str]):
    """The result is `leave`, `drop` or `stay`."""

    DEFAULT_CSS = """
    Leaving { align: center middle; background: $background 60%; }
    Leaving Vertical { width: 58; max-width: 100%; height: auto; border: heavy $warning; padding: 1 2;
                       background: $background; }
    Leaving .keys { margin-top: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y,enter", "answer('leave')", show=False),
        Binding("ctrl+d", "answer('drop')", show=False),
        Binding("n,escape,q", "answer('stay')", show=False),
    ]

    def __init__(self, glyphs: Glyphs, *, lasting: bool) -> None:
        super().__init__()
        self._again = glyphs.keys["append"]
        self._how_long = "" if lasting else " until you quit"

    def compose(self) -> ComposeResult:
        """The question."""
        with Vertical():
            yield Static(
                plain(
                    f"This form is not saved. Leave it? What was typed is kept{self._how_long}: "
                    f"{self._again} offers it again."
                )
            )
            yield Static(plain("y leave   n stay   ctrl+d leave, and drop it"), classes="keys")

    def action_answer(self, answer: str) -> None:
        """Go, or stay."""
        self.dismiss(answer)
