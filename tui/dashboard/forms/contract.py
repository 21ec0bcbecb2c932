"""What a form's screen needs from outside, and what it gives back when it is done."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from domain.deciding import Outcome
    from domain.lines import Draft
    from projections.feed.entry import DuplicateQuery
    from projections.situation import RecordLine
    from tui.dashboard.completing import Complete
    from tui.dashboard.writing import Plan


class Writes(Protocol):
    """What a form writes with; both are called on a thread of their own and may raise CeasefireError."""

    def append(self, drafts: Sequence[Draft]) -> list[Outcome]:
        """Write."""

    def plan(self, drafts: Sequence[Draft]) -> Plan:
        """Only look what would be written."""


class Keeps(Protocol):
    """What keeps the values of a form that is not saved."""

    @property
    def lasting(self) -> bool:
        """Whether they outlive the dashboard."""

    def keep(self, typed: Mapping[str, str] | None) -> str:
        """Keep them; None when nothing is typed any more. Words where they do not outlive it, and should."""

    @property
    def gone(self) -> bool:
        """Whether what was kept is in no file any more, and should be."""

    def close(self) -> None:
        """The form is closed: what is kept may be taken up elsewhere."""


@dataclass(frozen=True)
class Help:
    """Whom a form asks about the log: for records that look the same, and for completion by what is completed."""

    find: Callable[[DuplicateQuery], Awaitable[list[RecordLine]]]
    complete: Mapping[str, Complete]


@dataclass(frozen=True)
class Saved:
    """The form was saved; what became of its records."""

    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True)
class Left:
    """The form was left. `kept`: what was typed is; `draft`: for the one that is kept of such a form."""

    kept: bool
    draft: bool = False
