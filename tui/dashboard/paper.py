"""What a drawing function needs beside its data: how wide it is, which signs, which timezone and day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.values import Amount, Occurred
from projections.situation import Range, Situation
from tui.dashboard import wording
from tui.dashboard.glyphs import Glyphs
from tui.dashboard.lines import Line, between, clipped, wrapped


@dataclass(frozen=True)
class Paper:
    """A width in cells, a set of signs, and the calendar that dates are written in."""

    width: int
    glyphs: Glyphs
    zone: str
    near: date | None

    @classmethod
    def of(cls, situation: Situation, width: int, glyphs: Glyphs) -> Paper:
        """The paper for a Situation: its timezone, and the day from which years go without saying."""
        vantage = situation.vantage
        return cls(width, glyphs, vantage.timezone, date.fromisoformat(vantage.as_of_day))

    def fit(self, shown: Line) -> Line:
        """A line cut to the width."""
        return clipped(shown, self.width, self.glyphs.more)

    def both(self, left: Line, right: Line) -> Line:
        """Two lines on one, `right` at the right edge."""
        return between(left, right, self.width, self.glyphs.more)

    def teach(self, what: str, how: str) -> list[Line]:
        """What an empty panel says: what is not there, and what it would be and how it comes to be there."""
        return [*wrapped(what, self.width, "strong"), *wrapped(how, self.width, "quiet")]

    def day(self, moment: str) -> str:
        """The local day of a date or instant."""
        return wording.day(moment, self.zone, self.near)

    def moment(self, moment: str) -> str:
        """A date as a date, an instant with its hour."""
        return wording.moment(moment, self.zone, self.near)

    def occurred(self, value: Occurred) -> str:
        """When something happened, no finer than it was said."""
        return wording.occurred(value, self.zone, self.near)

    def short(self, value: Occurred | None) -> str:
        """The day of an occurrence for a narrow column."""
        return wording.short_occurred(value, self.zone, self.near)

    def amount(self, value: Amount) -> str:
        """A number as it was said."""
        return wording.amount(value, self.glyphs.most)

    def ranged(self, value: Range) -> str:
        """A range of claims."""
        return wording.ranged(value, self.glyphs.most)

    def days(self, first: str, last: str) -> str:
        """A period of local days."""
        start, end = self.day(first), self.day(last)
        return end if start == end else f"{start}-{end}"
