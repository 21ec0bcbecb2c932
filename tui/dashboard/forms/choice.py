"""One of a few words: all of them in sight when there is room, else the one chosen and how many there are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from tui.dashboard import wording
from tui.dashboard.lines import Line, clipped, line
from tui.dashboard.one_line import OneLine


def option_words(option: str, unset: str = "not said") -> str:
    """An option as it is read: `out_of` is "out of", `into;out_of` both, nothing is "not said"."""
    return wording.words(option).replace(";", " and ") if option else unset


class Choice(OneLine, can_focus=True):
    """The arrow keys choose, and then the first letter of a word too: what is typed past a field turns nothing.

    A click chooses the word under the pointer. `unset` are the words of an empty option.
    """

    DEFAULT_CSS = """
    Choice { height: 1; padding: 0 1; background: $panel; }
    Choice:focus { background: $field; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "turn(-1)", show=False),
        Binding("right", "turn(1)", show=False),
    ]

    class Changed(Message):
        """Another word is chosen."""

        def __init__(self, choice: Choice) -> None:
            super().__init__()
            self.choice = choice

    def __init__(self, options: Sequence[str], value: str, *, unset: str = "not said", more: str = "…") -> None:
        super().__init__()
        self.options = tuple(options)
        self._more = more
        self._open = False
        self.index = self.options.index(value) if value in self.options else 0
        self._shown_as = tuple(option_words(option, unset) for option in self.options)

    @property
    def value(self) -> str:
        """The word chosen."""
        return self.options[self.index]

    def make(self, width: int) -> list[Line]:
        """All words, or the one."""
        shown = self._shown_as
        if self._all_fit(width):
            runs: list[tuple[str, str]] = []
            for index, each in enumerate(shown):
                chosen = index == self.index
                runs.append((f"[{each}]" if chosen else f" {each} ", "strong" if chosen else "quiet"))
            return [line(*runs)]
        how = "arrows or a letter" if self._open else "arrows"
        place = f"  {self.index + 1} of {len(shown)}: {how}"
        return [clipped(line((f"[{shown[self.index]}]", "strong"), (place, "quiet")), width - 2, self._more)]

    def _all_fit(self, width: int) -> bool:
        return sum(cell_len(each) + 2 for each in self._shown_as) <= width - 2

    def choose(self, index: int) -> None:
        """The word of that place."""
        index %= len(self.options)
        if index != self.index:
            self.index = index
            self.remake()
            self.post_message(self.Changed(self))

    def action_turn(self, step: int) -> None:
        """The word beside it."""
        self._open = True
        self.choose(self.index + step)

    def on_blur(self) -> None:
        """A letter turns it no more."""
        self._open = False
        self.remake()

    def on_key(self, event: events.Key) -> None:
        """Once an arrow key has begun to choose, a first letter goes to the next word that has it."""
        letter = event.character
        if not self._open or letter is None or not letter.isalnum():
            return
        for step in range(1, len(self.options) + 1):
            index = (self.index + step) % len(self.options)
            if self._shown_as[index].lower().startswith(letter.lower()):
                self.choose(index)
                event.stop()
                return

    def on_click(self, event: events.Click) -> None:
        """The word under the pointer; where only one is in sight, the next."""
        at = event.get_content_offset(self)
        if at is None:
            return
        if not self._all_fit(self.size.width):
            self.action_turn(1)
            return
        edge = 0
        for index, each in enumerate(self._shown_as):
            edge += cell_len(each) + 2
            if at.x < edge:
                self.choose(index)
                return
