"""The last line: the keys, from the action table; or one sentence in their place until the next key."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len

from tui.dashboard.actions import ACTIONS, Action, footer_entries
from tui.dashboard.glyphs import ASCII, Glyphs
from tui.dashboard.lines import Line, clipped, line
from tui.dashboard.one_line import OneLine


def keybar_line(
    width: int, glyphs: Glyphs, writes: bool = True, actions: Sequence[Action] = ACTIONS, *, live: bool = False
) -> Line:
    """As many keys as fit, the most wanted ones kept, in the order of the table."""
    entries = footer_entries(actions, ascii_only=glyphs is ASCII, writes=writes, live=live)
    kept: set[int] = set()
    used = 1
    for index, (keys, word, _) in sorted(enumerate(entries), key=lambda each: each[1][2]):
        size = cell_len(keys) + 1 + cell_len(word) + 2
        if used + size <= width:
            kept.add(index)
            used += size
    runs: list[tuple[str, str]] = [(" ", "")]
    for index, (keys, word, _) in enumerate(entries):
        if index in kept:
            runs += [(keys, "key"), (f" {word}  ", "quiet")]
    return line(*runs)


class KeyBar(OneLine):
    """The footer as a widget."""

    def __init__(self, *, glyphs: Glyphs, id: str, actions: Sequence[Action] = ACTIONS) -> None:
        super().__init__(id=id)
        self.glyphs = glyphs
        self._actions = actions
        self._words = ""
        self._ink = ""
        self._writes = True
        self._live = False

    def say(self, words: str, ink: str = "here") -> None:
        """A sentence in place of the keys; an empty one brings the keys back."""
        self._words, self._ink = words, ink
        self.remake()

    def offer(self, *, writes: bool, live: bool) -> None:
        """Whether keys that write to the log are among those shown, and not those that only serve replay."""
        self._writes, self._live = writes, live
        self.remake()

    @property
    def saying(self) -> str:
        """The sentence that stands there, if any."""
        return self._words

    def make(self, width: int) -> list[Line]:
        """The line for a width."""
        if self._words:
            return [clipped(line((f" {self._words}", self._ink)), width, self.glyphs.more)]
        return [keybar_line(width, self.glyphs, self._writes, self._actions, live=self._live)]
