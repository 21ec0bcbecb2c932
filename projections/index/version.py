"""Versions: what one record says from a position of the log on, its corrections in it; typed, read once and kept."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from itertools import islice
from typing import Any, Generic, TypeGuard, TypeVar

from msgspec import Struct

from domain.calendar import Calendar, Micros
from domain.catalogue import record_type
from domain.crossing import PassageRefused, PassagesCounted, QuotaSet
from domain.report import Facts, Report
from domain.series import Published
from domain.strike import CasualtiesClaimed
from projections.folding.revisions import is_total
from projections.index.schema import CORRECTED, TOPICS
from projections.situation import ClaimView

D = TypeVar("D", bound=Facts)
D_co = TypeVar("D_co", bound=Facts, covariant=True)
_KEPT = 30_000
"""Decoded versions kept in memory, about a kilobyte each. A version never changes but for its `known_to`."""

Row = tuple[Any, ...]
"""A row of `versions`, all of it."""
Figured = CasualtiesClaimed | PassagesCounted | PassageRefused | QuotaSet | Published
"""What always gives a figure: claims of these types can be held against one another."""


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

    def view(self: Version[Figured], *, early: bool = False) -> ClaimView:
        """The claim as it is listed."""
        report, data = self.report, self.data
        return ClaimView(
            claimant=self.claimant,
            figure=data.figure,
            record=self.record,
            position=self.position,
            occurred=report.occurred,
            reported_at=report.reported_at,
            via=report.via,
            relays=report.relays,
            early=early,
            corrected=self.corrected,
            late=self.late,
            reason=data.reason if isinstance(data, PassageRefused) else None,
        )


def version_of(row: Row, name: Callable[[int], str]) -> Version[Facts]:
    """A row of `versions` that has a body; `name` tells a stream's name by its number."""
    row_id, position, stream, number, topic, state, _, at, first, last, said, first_said, late, _, _, body = row
    type_ = TOPICS[topic]
    report = record_type(type_).decoder.decode(body)
    stream_name = name(stream)
    return Version(
        row_id,
        row_id >> 1 if position is None else position,
        f"{stream_name}/{number}",
        stream_name,
        type_,
        report.claimant,
        state == CORRECTED,
        at,
        at if first is None else first,
        at if last is None else last,
        said,
        said if first_said is None else first_said,
        bool(late),
        report,
    )


_BY_IDS = "SELECT v.* FROM json_each(?1) j CROSS JOIN versions v ON v.id = j.value"
_ONE = "SELECT * FROM versions WHERE id = ?"
_NAME = "SELECT name FROM lines WHERE id = ?"
_FEW = 6


class Versions:
    """Reads versions and names of lines from one file, and keeps those that it has decoded."""

    def __init__(self) -> None:
        self._kept: dict[int, Version[Facts]] = {}
        self._names: dict[int, str] = {}

    def forget(self) -> None:
        """Drop everything: the file is another one."""
        self._kept.clear()
        self._names.clear()

    def name(self, connection: sqlite3.Connection, number: int) -> str:
        """A line's name."""
        found = self._names.get(number)
        if found is None:
            found = self._names[number] = str(connection.execute(_NAME, (number,)).fetchone()[0])
        return found

    def by_ids(self, connection: sqlite3.Connection, ids: Iterable[int]) -> list[Version[Facts]]:
        """Versions by their row ids, in the order given. Only such as have a body."""
        ids = list(ids)
        kept = self._kept
        if missing := [row_id for row_id in ids if row_id not in kept]:
            for oldest in list(islice(kept, max(0, len(kept) + len(missing) - _KEPT))):
                del kept[oldest]
            missing = [row_id for row_id in ids if row_id not in kept]
            for row in _rows(connection, missing):
                kept[row[0]] = version_of(row, lambda number: self.name(connection, number))
        return [kept[row_id] for row_id in ids]


def _rows(connection: sqlite3.Connection, ids: Sequence[int]) -> Iterable[Row]:
    if len(ids) < _FEW:
        return [connection.execute(_ONE, (row_id,)).fetchone() for row_id in ids]
    return connection.execute(_BY_IDS, (f"[{','.join(map(str, ids))}]",))


def says(version: Version[Facts] | None, kind: type[D]) -> TypeGuard[Version[D]]:
    """Whether a version says something of that kind."""
    return version is not None and isinstance(version.data, kind)


def only(version: Version[Facts] | None, kind: type[D]) -> Version[D] | None:
    """The version, if it says something of that kind."""
    return version if says(version, kind) else None


def all_of(versions: Iterable[Version[Facts]], kind: type[D]) -> list[Version[D]]:
    """Those of a kind, in turn."""
    return [version for version in versions if says(version, kind)]
