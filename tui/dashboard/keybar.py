"""The foot of the screen: the keys, from the action table; or one sentence in their place until the next key."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len

from tui.dashboard.actions import ACTIONS, Action, footer_entries
from tui.dashboard.glyphs import Glyphs
from tui.dashboard.lines import Line, clipped, line, wrapped
from tui.dashboard.one_line import OneLine

ROOMY = 190
"""From this width all keys stand on one line; below it they have two."""
Entry = tuple[str, str, int]


def keybar_lines(
    width: int,
    glyphs: Glyphs,
    writes: bool = True,
    actions: Sequence[Action] = ACTIONS,
    *,
    live: bool = False,
    lines: int | None = None,
) -> list[Line]:
    """As many keys as fit, the most wanted ones kept, in the order of the table; on `lines`, if that is said."""
    entries = footer_entries(actions, ascii_only=glyphs.ascii, writes=writes, live=live)
    lines = lines or (1 if width >= ROOMY else 2)
    kept: list[Entry] = []
    for entry in sorted(entries, key=lambda each: each[2]):
        wanted = [each for each in entries if each in kept or each is entry]
        if len(_rows(wanted, width)) <= lines:
            kept.append(entry)
    rows = _rows([each for each in entries if each in kept], width)
    return [line(*row) for row in rows] + [line("")] * (lines - len(rows))


def _rows(entries: Sequence[Entry], width: int) -> list[list[tuple[str, str]]]:
    """The entries one after the other, on another line where one does not fit."""
    rows: list[list[tuple[str, str]]] = []
    used = width
    for keys, word, _ in entries:
        size = cell_len(keys) + 1 + cell_len(word)
        if used + size > width:
            rows.append([(" ", "")])
            used = 1
        rows[-1] += [(keys, "key"), (f" {word}  ", "quiet")]
        used += size + 2
    return rows


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
        self._made: dict[tuple[int, int | None, bool, bool], list[Line]] = {}

    def say(self, words: str, ink: str = "here") -> None:
        """A sentence in place of the keys; an empty one brings the keys back."""
        self._words, self._ink = words, ink
        self.set_class(bool(words), "saying")  # there is room for it where there is none for keys
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
        """The lines for a width. A sentence takes what it needs of them; the keys wanted most have the rest."""
        keys = self._keys(width)
        if not self._words:
            return keys
        rows = wrapped(self._words, width - 1, self._ink, 1)
        if len(rows) > len(keys):
            last = line((f"{rows[len(keys) - 1].text} {self.glyphs.more}", self._ink))
            rows = [*rows[: len(keys) - 1], clipped(last, width, self.glyphs.more)]
        left = len(keys) - len(rows)
        return [*rows, *self._keys(width, left)] if left else rows

    def _keys(self, width: int, lines: int | None = None) -> list[Line]:
        made_for = (width, lines, self._writes, self._live)
        keys = self._made.get(made_for)
        if keys is None:
            keys = keybar_lines(width, self.glyphs, self._writes, self._actions, live=self._live, lines=lines)
            self._made[made_for] = keys
        return keys
