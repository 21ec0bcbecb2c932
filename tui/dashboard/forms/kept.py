"""Forms that were left unsaved, with what was typed into them: offered again under the same key, so none doubles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.dashboard.forms.form import Form

MOST_KEPT = 9


@dataclass(frozen=True)
class Kept:
    """A form that was left. `at` is when, on the ceasefire's clock."""

    form: Form
    values: Mapping[str, str]
    at: str

    @property
    def words(self) -> str:
        """Which form, and what tells it from another: the stream or the record, and who says it."""
        told = [self.values.get(name, "").strip() for name in ("stream", "place", "claimant")]
        return ", ".join([self.form.title, *(each for each in told if each)])


class Drafts:
    """Kept drafts, the last one left first."""

    def __init__(self) -> None:
        self.kept: list[Kept] = []

    def keep(self, draft: Kept) -> None:
        """Keep it, in place of what was kept of the same form."""
        self.drop(draft.form)
        self.kept = [draft, *self.kept][:MOST_KEPT]

    def drop(self, form: Form) -> None:
        """The form was saved, or given up."""
        self.kept = [each for each in self.kept if each.form.key != form.key]

    def of(self, title: str) -> Kept | None:
        """The draft of a form about the same: of the same revision, say."""
        return next((each for each in self.kept if each.form.title == title), None)
