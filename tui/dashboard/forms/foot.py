"""Below a form's fields: what the field is for, what failed or is not kept, what is similar, what will be written."""

from __future__ import annotations

from typing import Literal

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from tui.safe_text import on_a_line, plain

Said = Literal["help", "failed", "kept", "advice", "similar", "preview"]


class Foot(Vertical):
    """Sentences, one below the other; one without words takes no room."""

    DEFAULT_CSS = """
    Foot { height: auto; max-height: 9; border-top: solid $frame; padding: 0 1; }
    Foot Static { height: auto; max-height: 4; }
    Foot #help { color: $text-muted; max-height: 2; }
    Foot #similar { color: $warning; }
    Foot #advice { color: $warning; }
    Foot #kept { color: $warning; }
    Foot #failed { color: $error; text-style: bold; }
    """

    def __init__(self) -> None:
        super().__init__(id="foot")
        names: tuple[Said, ...] = ("help", "failed", "kept", "advice", "similar", "preview")
        self._lines = {name: Static("", id=name, markup=False) for name in names}

    def compose(self) -> ComposeResult:
        """All of them, in their order."""
        for static in self._lines.values():
            static.display = False
            yield static

    def tell(self, what: Said, words: str) -> None:
        """These words there; none take the line away. Right-to-left words are named: figures stand beside them."""
        self._lines[what].update(plain(on_a_line(words)))
        self._lines[what].display = bool(words)
