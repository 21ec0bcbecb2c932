"""What a drawing function needs beside its data: how wide it is, which signs, which timezone and day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from msgspec.structs import asdict, replace

from domain.values import Amount, Occurred
from projections.situation import Range, Situation, Vantage
from tui.dashboard import wording
from tui.dashboard.glyphs import Glyphs
from tui.dashboard.lines import Line, Target, between, clipped, line, wrapped


class Aged(Vantage, frozen=True, kw_only=True):
    """A vantage whose times are drawn as how long before as of they were."""


def aged(situation: Situation) -> Situation:
    """The Situation, to be drawn with ages in place of times."""
    return replace(situation, vantage=Aged(**asdict(situation.vantage)))


@dataclass(frozen=True)
class Paper:
    """A width in cells, a set of signs, and the calendar that dates are written in.

    With `before` a time that lies before it is written as how long before; one ahead stays a date.
    """

    width: int
    glyphs: Glyphs
    zone: str
    near: date | None
    before: datetime | None = None

    @classmethod
    def of(cls, situation: Situation, width: int, glyphs: Glyphs) -> Paper:
        """The paper for a Situation: its timezone, and the day from which years go without saying."""
        vantage = situation.vantage
        before = datetime.fromisoformat(vantage.as_of) if isinstance(vantage, Aged) else None
        return cls(width, glyphs, vantage.timezone, date.fromisoformat(vantage.as_of_day), before)

    def fit(self, shown: Line) -> Line:
        """A line cut to the width."""
        return clipped(shown, self.width, self.glyphs.more)

    def both(self, left: Line, right: Line) -> Line:
        """Two lines on one, `right` at the right edge."""
        return between(left, right, self.width, self.glyphs.more)

    def apart(self, left: Line, right: Line) -> list[Line]:
        """Two lines on one where both fit in full, `right` at the right edge; else one below the other."""
        if left.width + right.width < self.width:
            return [self.both(left, right)]
        return [*_whole(left, self.width), *self.right(right)]

    def right(self, shown: Line) -> list[Line]:
        """A line at the right edge; one that is too wide over several, from the left."""
        if shown.width > self.width:
            return _whole(shown, self.width)
        return [line(" " * (self.width - shown.width), *shown.runs, target=shown.target)]

    def block(self, text: str, ink: str = "", target: Target | None = None) -> list[Line]:
        """A text in full, over as many lines as it needs, its further lines a little further in."""
        rows = wrapped(text, self.width, ink, 4)
        return [line((rows[0].text[2:], ink), target=target), *rows[1:]]

    def teach(self, what: str, how: str) -> list[Line]:
        """What an empty panel says: what is not there, and what it would be and how it comes to be there."""
        return [*wrapped(what, self.width, "strong"), *wrapped(how, self.width, "quiet")]

    def day(self, moment: str) -> str:
        """The local day of a date or instant."""
        return self._ago(moment) or wording.day(moment, self.zone, self.near)

    def moment(self, moment: str) -> str:
        """A date as a date, an instant with its hour."""
        return self._ago(moment) or wording.moment(moment, self.zone, self.near)

    def occurred(self, value: Occurred) -> str:
        """When something happened, no finer than it was said."""
        return self._ago(value) or wording.occurred(value, self.zone, self.near)

    def short(self, value: Occurred | None) -> str:
        """The day of an occurrence for a narrow column."""
        dated = wording.short_occurred(value, self.zone, self.near)
        age = "" if value is None else self._age(value)
        return f"{'~' if dated.startswith('~') else ''}{age}" if age else dated

    def _age(self, value: Occurred) -> str:
        """How long before an occurrence began; empty where times are dates, and for what is still ahead."""
        if self.before is None:
            return ""
        age = wording.before(value, self.zone, self.before)
        return "" if age.startswith("in ") else age

    def _ago(self, value: Occurred) -> str:
        age = self._age(value)
        return age if age in ("", "now", "today") else f"{age} ago"

    def amount(self, value: Amount) -> str:
        """A number as it was said."""
        return wording.amount(value, self.glyphs.most)

    def ranged(self, value: Range) -> str:
        """A range of claims."""
        return wording.ranged(value, self.glyphs.most)

    def days(self, first: str, last: str) -> str:
        """A period of local days."""
        if age := self._age(last):
            since = self._age(first)
            return self._ago(last) if since == age else f"{since} to {self._ago(last)}"
        start, end = self.day(first), self.day(last)
        return end if start == end else f"{start}-{end}"


def _whole(shown: Line, width: int) -> list[Line]:
    """A line in full: over several where one is too narrow for it."""
    if shown.width <= width:
        return [shown]
    ink = shown.runs[0][1] if shown.runs else ""
    text = shown.text.lstrip()
    further_in = len(shown.text) - len(text) + 2
    rows = wrapped(text.rstrip(), width, ink, further_in)
    return [line((rows[0].text[2:], ink), target=shown.target), *rows[1:]]
