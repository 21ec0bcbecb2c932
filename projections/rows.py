"""Rows of the read model as the rules want them: standing versions, typed, read once and kept."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import date
from itertools import islice
from typing import Any

import msgspec
from msgspec import Struct

from domain.calendar import Calendar, Micros
from domain.catalogue import CATALOGUE
from domain.report import Report
from projections.situation import ClaimView
from projections.standing import is_total

_KEPT = 8_000
"""Decoded versions kept in memory, about a kilobyte each. A version never changes but for its `k_to`."""

SELECT_VERSION = """SELECT v.id, v.position, v.record, v.stream, v.type, v.claimant, v.state, v.at, v.first, v.last,
 v.said, v.first_said, v.late, v.body"""
"""What `version_of` reads, of versions v."""


class Version(Struct, frozen=True, gc=False):
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
    report: Report[Any]

    @property
    def data(self) -> Any:
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

    def overlaps(self, other: Version) -> bool:
        """Whether the two may have happened at the same time, as precisely as is on record."""
        return self.first <= other.last and other.first <= self.last

    def view(self, *, early: bool = False) -> ClaimView:
        """The claim as it is listed; only for types with a `figure`."""
        report = self.report
        return ClaimView(
            claimant=self.claimant,
            figure=self.data.figure,
            record=self.record,
            position=self.position,
            occurred=report.occurred,
            reported_at=report.reported_at,
            via=report.via,
            relays=report.relays,
            early=early,
            corrected=self.corrected,
            late=self.late,
            reason=getattr(self.data, "reason", None),
        )


class Versions:
    """Reads standing versions from one open connection, and keeps those that it has decoded."""

    def __init__(self) -> None:
        self._kept: dict[int, Version] = {}

    def forget(self) -> None:
        """Drop everything: the file is another one."""
        self._kept.clear()

    def standing(
        self, connection: sqlite3.Connection, kind: str, *, position: int, as_of: Micros | None = None
    ) -> list[Version]:
        """Standing versions of one kind of stream known at `position`, in log order; `as_of` None is at any time."""
        until = "" if as_of is None else " AND at <= :as_of"
        ids = [
            row[0]
            for row in connection.execute(
                "SELECT id FROM versions WHERE kind = :kind AND stands = 1 AND k_from <= :k AND k_to > :k"  # noqa: S608
                f"{until} ORDER BY position",
                {"kind": kind, "k": position, "as_of": as_of},
            )
        ]
        return self.by_ids(connection, ids)

    def of_streams(self, connection: sqlite3.Connection, streams: Iterable[str], *, position: int) -> list[Version]:
        """Standing versions of these streams known at `position`, in log order."""
        found = connection.execute(_OF_STREAMS, (msgspec.json.encode(list(streams)).decode(), position))
        return self.by_ids(connection, [row[0] for row in found])

    def by_ids(self, connection: sqlite3.Connection, ids: Iterable[int]) -> list[Version]:
        """Versions by their row ids, in the order given. Only such as have a body."""
        ids = list(ids)
        kept = self._kept
        found = {row_id: version for row_id in ids if (version := kept.get(row_id)) is not None}
        if missing := [row_id for row_id in ids if row_id not in found]:
            for version in Versions.by_ids_now(connection, missing):
                found[version.id] = kept[version.id] = version
            for oldest in list(islice(kept, max(0, len(kept) - _KEPT))):
                del kept[oldest]
        return [found[row_id] for row_id in ids]

    @staticmethod
    def by_ids_now(connection: sqlite3.Connection, ids: Iterable[int]) -> list[Version]:
        """Versions by their row ids, in no order, kept nowhere. Only such as have a body."""
        rows = connection.execute(_BY_IDS, (f"[{','.join(map(str, ids))}]",))
        return [version_of(row) for row in rows]

    @staticmethod
    def read(connection: sqlite3.Connection, condition: str, values: Iterable[Any]) -> list[Version]:
        """Versions that meet a condition on `v`, in log order, kept nowhere. Only such as have a body."""
        sql = f"{SELECT_VERSION} FROM versions v WHERE {condition} ORDER BY v.position"
        return [version_of(row) for row in connection.execute(sql, tuple(values))]


_BY_IDS = f"""
{SELECT_VERSION} FROM json_each(?1) j CROSS JOIN versions v ON v.id = j.value"""
_OF_STREAMS = """
SELECT v.id FROM json_each(?1) j CROSS JOIN versions v INDEXED BY versions_stream
WHERE v.stream = j.value AND v.k_from <= ?2 AND v.k_to > ?2 AND v.stands = 1 ORDER BY v.position"""


def version_of(row: tuple[Any, ...]) -> Version:
    """A row of SELECT_VERSION. Only such as have a body."""
    row_id, position, record, stream, topic, claimant, state, at, first, last, said, first_said, late, body = row
    kind = CATALOGUE[topic]
    return Version(
        row_id,
        position,
        record,
        stream,
        topic,
        claimant,
        state == "corrected",
        at,
        first,
        last,
        said,
        first_said,
        bool(late),
        kind.decode(body, kind.schema),
    )
