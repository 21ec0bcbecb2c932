"""Every message that the follower sends to the screen. Widgets' own messages stand beside their widgets."""

from __future__ import annotations

from textual.message import Message

from projections.feed.filter_parser import Problem
from tui.dashboard.snapshot import Snapshot, Trouble


class Arrived(Message):
    """A new moment to draw. One message, one immutable value."""

    def __init__(self, snapshot: Snapshot) -> None:
        super().__init__()
        self.snapshot = snapshot


class Troubled(Message):
    """The log or the read model cannot be read now; None when it can again."""

    def __init__(self, trouble: Trouble | None) -> None:
        super().__init__()
        self.trouble = trouble


class Working(Message):
    """Words on a piece of work that takes time (the read model being built)."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.words = words


class Granted(Message):
    """So many of the wishes are drawn by now, or cannot be."""

    def __init__(self, wishes: int) -> None:
        super().__init__()
        self.wishes = wishes


class NotThere(Message):
    """A move that cannot be made (no record before this one), in words."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.words = words


class FilterWrong(Message):
    """A filter that cannot be understood, or names what this log does not hold. The one before stays at work."""

    def __init__(self, text: str, problems: tuple[Problem, ...]) -> None:
        super().__init__()
        self.text = text
        self.problems = problems
