"""Versions: what one record says from a position of the log on, its corrections in it; typed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from functools import cache
from operator import attrgetter
from typing import Any, Generic, TypeGuard, TypeVar

from msgspec import Struct

from domain.calendar import Calendar, Micros
from domain.crossing import PassageRefused, PassagesCounted, QuotaSet
from domain.report import Facts, Report
from domain.series import Published
from domain.strike import CasualtiesClaimed
from domain.values import Span

D = TypeVar("D", bound=Facts)
D_co = TypeVar("D_co", bound=Facts, covariant=True)
V = TypeVar("V", bound=Struct)

Figured = CasualtiesClaimed | PassagesCounted | PassageRefused | QuotaSet | Published
"""What always gives a figure: claims of these types can be held against one another."""

TOTALS = frozenset(
    ["crossing.passages_counted", "crossing.passage_refused", "series.published", "ceasefire.violation_alleged"]
)
"""Totals over a span: they count from its end, or from when they were known if that was before it ended. Everything
else counts from the start of its `occurred`."""
TOTALS_OVER_SPANS = frozenset({"ceasefire.step_reported", "statement.made"})
"""Totals too where their `occurred` is a span: what was done or summed up over those days. So is a quota per period."""


class Version(Struct, Generic[D_co], frozen=True, gc=False):
    """What one record says at a vantage, its corrections in it. Times in microseconds since 1970 UTC.

    `at` is when it counts from; `first` and `last` bound its `occurred`; `said` is the end of its `reported_at`,
    `first_said` of the one that it was recorded with.
    """

    id: int
    position: int
    record: str
    stream: str
    type: str
    claimant: str
    corrected: bool
    at: Micros
    first: Micros
    last: Micros
    said: Micros
    first_said: Micros
    late: bool
    report: Report[D_co]

    @property
    def known_from(self) -> int:
        """The position from which it stands so."""
        return self.id >> 1

    @property
    def data(self) -> D_co:
        """The type's own fields."""
        return self.report.data

    @property
    def rank(self) -> tuple[Micros, int]:
        """Newer claims rank higher: by when they were said, then by position.

        A corrected claim keeps its rank, also where its `reported_at` is what was corrected.
        """
        return self.first_said, self.position

    @property
    def counted(self) -> Micros:
        """The time that it is about: the end of what it sums up, the start of anything else."""
        return self.last if is_total(self.type, self.report) else self.first

    @property
    def order(self) -> tuple[Micros, Micros, int]:
        """States are decided in the order of what occurred, then of when it was said; never of arrival.

        Position only parts what was said of the same time at the same time.
        """
        return self.counted, self.said, self.position

    def days(self, calendar: Calendar) -> tuple[date, date]:
        """First and last local day of what occurred."""
        first = calendar.day(self.first)
        return first, first if self.last == self.first else calendar.day(self.last)

    def overlaps(self, other: Version[Facts]) -> bool:
        """Whether the two may have happened at the same time, as precisely as is on record."""
        return self.first <= other.last and other.first <= self.last


def is_total(topic: str, report: Report[Any]) -> bool:
    """Whether a report sums up a span: then it counts from the span's end. So does a strike that cannot be split."""
    if topic in TOTALS:
        return True
    sums_up = (
        topic in TOTALS_OVER_SPANS
        or (topic == "crossing.quota_set" and report.data.per == "period")
        or (topic == "strike.reported" and report.data.clarity == 2)
    )
    return sums_up and isinstance(report.occurred, Span)


def view_of(kind: type[V], version: Version[Facts], **own: object) -> V:
    """A record as a part of a Situation: what it says under the same names, beside what the part has of its own."""
    names, values = _same_names(kind, type(version.data), frozenset(own))
    return kind(**dict(zip(names, values(version), strict=True)), **own)


@cache
def _same_names(
    kind: type[Struct], payload: type[Facts], own: frozenset[str]
) -> tuple[list[str], Callable[[object], Iterable[object]]]:
    found: dict[str, str] = {}
    for name in set(kind.__struct_fields__) - own:
        for where, told in (("report.data.", payload), ("report.", Report), ("", Version)):
            if name in told.__struct_fields__:
                found.setdefault(name, where + name)
    return list(found), attrgetter(*found.values())


def says(version: Version[Facts] | None, kind: type[D]) -> TypeGuard[Version[D]]:
    """Whether a version says something of that kind."""
    return version is not None and isinstance(version.report.data, kind)


def only(version: Version[Facts] | None, kind: type[D]) -> Version[D] | None:
    """The version, if it says something of that kind."""
    return version if says(version, kind) else None


def all_of(versions: Iterable[Version[Facts]], kind: type[D]) -> list[Version[D]]:
    """Those of a kind, in turn."""
    return [version for version in versions if says(version, kind)]
