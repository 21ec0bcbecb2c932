"""Rows of the read model as the rules want them: standing versions, typed, read once and kept."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Any

import msgspec
from msgspec import Struct

from domain.calendar import Micros
from domain.catalogue import CATALOGUE
from domain.report import Report
from projections.situation import ClaimView
from projections.standing import is_total

_KEPT = 100_000
"""Decoded versions kept in memory, about a kilobyte each. A version never changes but for its `k_to`."""

_COLUMNS = """v.id, v.position, r.record, v.stream, v.type, v.claimant, v.state, v.at, v.first, v.last, v.said,
 v.first_said, v.late, v.body"""


class Version(Struct, frozen=True):
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

    def by_ids(self, connection: sqlite3.Connection, ids: Iterable[int]) -> list[Version]:
        """Versions by their row ids, in the order given. Only such as have a body."""
        ids = list(ids)
        if missing := [row_id for row_id in ids if row_id not in self._kept]:
            if len(self._kept) + len(missing) > _KEPT:
                self._kept.clear()
                missing = ids
            for row in connection.execute(
                f"SELECT {_COLUMNS} FROM versions v JOIN records r USING (position)"  # noqa: S608
                " WHERE v.id IN (SELECT value FROM json_each(?))",
                (msgspec.json.encode(missing).decode(),),
            ):
                self._kept[row[0]] = _version(row)
        return [self._kept[row_id] for row_id in ids]


def _version(row: tuple[Any, ...]) -> Version:
    *stamps, body = row
    kind = CATALOGUE[stamps[4]]
    row_id, position, record, stream, topic, claimant, state, at, first, last, said, first_said, late = stamps
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
        kind.decode(body.encode(), kind.schema),
    )
