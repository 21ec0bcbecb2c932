"""A form that is not saved yet: what it was opened for, and what was typed into it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tui.dashboard.lines import clip

SHOWN_CELLS = 40


@dataclass(frozen=True)
class Begun:
    """What a form was opened for: all that it takes to make it again, also in another dashboard.

    `name` is a new form's, or `revise` or `retract` of `record`; `stream` is what the cursor stood on.
    """

    name: str
    key: str
    stream: str = ""
    record: str = ""


@dataclass(frozen=True)
class Kept:
    """A form that is not saved. `at` is when it was last typed into, to the minute, on the ceasefire's clock."""

    begun: Begun
    title: str
    values: Mapping[str, str]
    at: str

    @property
    def words(self) -> str:
        """Which form, and what tells it from another: the stream or the record, and who says it."""
        told = [self.values.get(name, "").strip() for name in ("stream", "place", "claimant")]
        return ", ".join(clip(each, SHOWN_CELLS, "...") for each in [self.title, *told] if each)
