"""Below a form's fields: what the field is for, what failed or is not kept, what is similar, what will be written."""

from __future__ import annotations

from typing import Literal

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from tui.dashboard.forms.form import Entry
from tui.dashboard.lines import wrapped
from tui.safe_text import on_a_line, plain

KNOWN_SHOWN = 6
HELP_LINES = 2
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

    def said(self, what: Said) -> str:
        """The words that stand there."""
        return str(self._lines[what].content)

    def help(self, entry: Entry, typed: str, more: str) -> None:
        """What a field is for, and what is on record that fits what is typed; where some is left out, with the sign."""
        width = self.content_size.width or self.app.size.width - 4  # before it is laid out: less its frame
        self.tell("help", help_words(entry, typed, width, more))


def help_words(entry: Entry, typed: str, width: int, more: str) -> str:
    """The help of a field: as many whole values as there is room for in its lines of a width in cells."""
    hint = "; ".join(filter(None, (entry.hint, "the arrow keys choose"))) if entry.options else entry.hint
    told = f"{on_a_line(entry.label)}: {hint or 'as it was said'}"
    small = typed.strip().casefold()
    fitting = [on_a_line(each) for each in entry.known if small in each.casefold()] if not entry.options else []
    for count in range(min(len(fitting), KNOWN_SHOWN), 0, -1):
        left_out = f"; {more}" if count < len(fitting) else ""
        listed = f"{told}. On record: {'; '.join(fitting[:count])}{left_out}"
        if len(wrapped(listed, width)) <= HELP_LINES:
            return listed
    return told
