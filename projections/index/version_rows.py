"""Versions as a look reads them: a row made into a value once, and kept."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Any

from domain.catalogue import record_type
from domain.report import Facts
from projections.index.schema import CORRECTED, TOPICS
from projections.index.version import Version

_KEPT = 30_000
"""Decoded versions kept in memory, about a kilobyte each. A version never changes but for its `known_to`."""


Row = tuple[Any, ...]
"""A row of `versions`, all of it."""


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
