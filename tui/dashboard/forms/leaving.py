"""Asks before an unsaved form is left."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.safe_text import plain


class Leaving(ModalScreen[bool]):
    """The result is whether to leave."""

    DEFAULT_CSS = """
    Leaving { align: center middle; background: $background 60%; }
    Leaving Static { width: 52; max-width: 100%; height: auto; border: heavy $warning; padding: 1 2;
                     background: $background; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y,enter", "answer(True)", show=False),
        Binding("n,escape,q", "answer(False)", show=False),
    ]

    def compose(self) -> ComposeResult:
        """The question."""
        yield Static(
            plain("This form is not saved.\n".strip() + " Leave it, and lose what was typed?  y leave   n stay")
        )

    def action_answer(self, leave: bool) -> None:
        """Go or stay."""
        self.dismiss(leave)
