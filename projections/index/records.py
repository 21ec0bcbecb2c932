"""Records as versions: what each says from which position on, what is looked up of it, and which are not for all."""

from __future__ import annotations

import sqlite3
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

import msgspec

from domain.calendar import Micros
from domain.catalogue import encode, record_type
from domain.editing import Corrected, Erased, Retracted
from domain.report import Facts, Recorded, Report
from projections.index.revisions import Edit
from projections.index.schema import (
    EDIT,
    ERASED,
    OPEN,
    SEARCHED,
    STANDS,
    STATES,
    TOPIC_NUMBER,
    UNREADABLE,
    State,
    topic_of,
)
from projections.index.version import Version
from projections.index.version_rows import version_of
from projections.index.writer import IndexWriter
from projections.text import ERASED as ERASED_TEXT
from projections.text import UNREADABLE as UNREADABLE_TEXT
from projections.text import searched

_KEPT = 20_000
"""Versions held in memory."""
_INSERT_WORDS = f"INSERT INTO words (rowid, {', '.join(SEARCHED)}) VALUES (?{', ?' * len(SEARCHED)})"  # noqa: S608


class RecordRows:
    """The fold's side of versions. What waits to be written is seen, too."""

    def __init__(self, connection: sqlite3.Connection, index: IndexWriter) -> None:
        self._connection = connection
        self._index = index
        self._recent: OrderedDict[int, Version[Facts]] = OrderedDict()
        self._stamps: dict[int, Micros] = {}
        self._words: list[tuple[Any, ...]] = []

    def known(self, position: int, known_at: Micros) -> None:
        """A record is known from then on."""
        self._stamps[position] = known_at

    def write(
        self,
        version: Version[Facts],
        state: State,
        stream: int,
        number: int,
        *,
        position: int | None = None,
        root: int | None = None,
    ) -> None:
        """What a record says from now on: `stream` and `number` tell which; `position` where an edit opened it."""
        at, report = version.at, version.report
        self._index.add_version(
            [
                version.id,
                position,
                stream,
                number,
                TOPIC_NUMBER[version.type],
                STATES.index(state),
                OPEN,
                at,
                None if version.first == at else version.first,
                None if version.last == at else version.last,
                version.said,
                None if version.first_said == version.said else version.first_said,
                int(version.late),
                root,
                report.caused_by,
                encode(report).decode(),
            ]
        )
        if state != "edit":
            self._recent[version.id] = version
        self._words.append((version.id, *searched(version.stream, version.type, report)))

    def pass_by(self, record: Recorded, why: str) -> None:
        """A record whose body was erased before it was folded, or that cannot be read, and why."""
        number = self._index.line(record.stream)
        topic = TOPIC_NUMBER.get(record.type)
        if topic is None:
            topic = -self._index.line(record.type)
        row_id = 2 * record.position + record.type.startswith("record.")
        state, text = (UNREADABLE, UNREADABLE_TEXT + why) if why else (ERASED, ERASED_TEXT)
        row: list[Any] = [row_id, None, number, record.version, topic, state, OPEN]
        self._index.add_version([*row, None, None, None, None, None, 0, None, None, why or None])
        self._words.append((row_id, text, record.stream, record.type, "", "", ""))

    def version(self, row: Sequence[Any]) -> Version[Facts]:
        """A row of `versions` that has a body."""
        found = self._recent.get(row[0])
        return version_of(tuple(row), self._index.name) if found is None else found

    def row_of(self, position: int) -> Sequence[Any] | None:
        """The row of a record as it stands now, by its position."""
        row_id = 2 * position
        while (row := self._index.version_row(row_id)) is not None and row[6] != OPEN:
            row_id = 2 * row[6]
        return row

    def _id_of(self, record_id: str) -> tuple[int, int] | None:
        """The row of a record as it was recorded, and its type's number."""
        stream, _, version = record_id.rpartition("/")
        number = self._index.known_line(stream)
        return None if number is None else self._index.recorded(number, int(version))

    def target(self, record_id: str) -> tuple[int | None, int | None]:
        """Positions of a record and of the root that it bears on: itself, unless it is an edit."""
        found = self._id_of(record_id)
        if found is None:
            return None, None
        row_id, topic = found
        position = row_id >> 1
        if not topic_of(topic, self._index.name).startswith("record."):
            return position, position
        root = self._connection.execute("SELECT root FROM edits WHERE position = ?", (position,)).fetchone()
        return position, root[0] if root else None

    def position_of(self, record_id: str) -> int | None:
        """The position of a record; None where there is none of that id."""
        found = self._id_of(record_id)
        return None if found is None else found[0] >> 1

    def handling_of(self, position: int) -> str | None:
        """Who a record is for, as it says now; None where it cannot be read."""
        row = self._index.version_row(2 * position + 1) or self.row_of(position)
        return None if row is None or row[5] in (ERASED, UNREADABLE) else self.version(row).report.handling

    def corrected_by(self, position: int) -> tuple[int | None, int | None]:
        """Positions of what a correction is of, and of its root."""
        row = self._index.version_row(2 * position + 1)
        data = None if row is None or row[5] != EDIT else self.version(row).data
        return self.target(data.target) if isinstance(data, Corrected | Retracted | Erased) else (None, None)

    def holds(self, position: int) -> bool:
        """Whether any row still carries what that record said, or that it cannot be read."""
        rows = (self._index.version_row(2 * position + n) for n in (0, 1))
        return any(row is not None and row[-1] is not None for row in rows if row and row[1] is None)

    def time_of(self, root: int | None) -> Micros | None:
        """When the record that an edit bears on counts now; None for what has no time any more."""
        row = None if root is None else self.row_of(root)
        return None if row is None else row[7]

    def edits_of(self, root: int) -> list[Edit]:
        """The edits that bear on a record, in log order."""
        return [
            Edit(position, target, kind, msgspec.json.decode(changes) if changes else None)
            for position, target, kind, changes in self._connection.execute(
                "SELECT position, target, kind, changes FROM edits WHERE root = ? ORDER BY position", (root,)
            )
        ]

    def edit_rows(self, root: int) -> list[Sequence[Any]]:
        """Rows of the edits that bear on a record, erased ones left out, in log order."""
        return [row for row in self._index.rooted(root) if row[5] == EDIT]

    def known_at_of(self, position: int) -> Micros:
        """When a record was known."""
        found = self._stamps.get(position)
        if found is None:
            found = self._connection.execute("SELECT known_at FROM stamps WHERE position = ?", (position,)).fetchone()[
                0
            ]
        return int(found)

    def by_id(self, row_id: int) -> Version[Facts] | None:
        """A version by its row; None where there is none."""
        found = self._recent.get(row_id)
        if found is None:
            row = self._index.version_row(row_id)
            found = None if row is None else version_of(tuple(row), self._index.name)
        return found

    def standing(self, record: str) -> Version[Facts] | None:
        """What a record says; None where it does not stand."""
        found = self._id_of(record)
        row = None if found is None or found[0] & 1 else self.row_of(found[0] >> 1)
        return self.version(row) if row is not None and STATES[row[5]] in STANDS else None

    def flush(self) -> None:
        """Write what waits beside the versions themselves."""
        self._connection.executemany("INSERT INTO stamps VALUES (?, ?)", self._stamps.items())
        self._stamps.clear()
        self._connection.executemany(_INSERT_WORDS, self._words)
        self._words.clear()
        while len(self._recent) > _KEPT:
            self._recent.popitem(last=False)


_REFERS_TO_ONE = """
SELECT EXISTS (SELECT 1 FROM refers r JOIN withheld w ON w.position = r.other WHERE r.position = ?)"""
_DEPENDENTS = "SELECT position FROM refers WHERE other = ? ORDER BY position"
_IS = "SELECT EXISTS (SELECT 1 FROM withheld WHERE position = ?)"
_REFERS = "INSERT OR IGNORE INTO refers VALUES (?, ?)"


class WithheldRows:
    """Records that are not for everybody: restricted ones, as they are handled now, and those whose words tell of one.

    Whatever vantage is looked from: what was made restricted since is told to nobody from then on.
    """

    def __init__(self, connection: sqlite3.Connection, records: RecordRows) -> None:
        self._connection = connection
        self._records = records

    def appeared(self, position: int, topic: str, report: Report[Any]) -> None:
        """A record is known. An erasure was made to be shown, and goes by its own handling alone."""
        named = () if topic == Erased.TOPIC else _named(topic, report)
        if not named and report.handling != "restricted":
            return
        for name in named:
            found = self._records.position_of(name)
            if found is not None:
                self._connection.execute(_REFERS, (found, position))
        self._says_more(position, topic, report)
        self.again(position)

    def before_erasing(self, position: int) -> tuple[int, list[int]]:
        """A record is about to lose its body: it, and what it is an edit of."""
        return position, [one for one in self._records.corrected_by(position) if one is not None]

    def erased(self, position: int, edited: list[int]) -> None:
        """It has lost it, and refers to nothing: what is told of it, and of what it was an edit of, follows."""
        self._connection.execute("DELETE FROM refers WHERE position = ?", (position,))
        for one in edited:
            self._connection.execute("DELETE FROM refers WHERE other = ? AND position = ?", (position, one))
        for one in (position, *edited):
            self.again(one)

    def _says_more(self, position: int, topic: str, report: Report[Any]) -> None:
        """A restricted correction of a record for everybody: what the record says from then on is its words."""
        if topic != Corrected.TOPIC or report.handling != "restricted" or "handling" in report.data.changes:
            return
        target = self._records.position_of(report.data.target)
        if target is not None and not self._connection.execute(_IS, (target,)).fetchone()[0]:
            self._connection.execute(_REFERS, (position, target))

    def again(self, position: int) -> None:
        """Look anew whether a record is withheld; if that changed, at those that refer to it too."""
        now = self._records.handling_of(position) == "restricted"
        now = now or bool(self._connection.execute(_REFERS_TO_ONE, (position,)).fetchone()[0])
        change = "INSERT OR IGNORE INTO withheld VALUES (?)" if now else "DELETE FROM withheld WHERE position = ?"
        if self._connection.execute(change, (position,)).rowcount:
            for (dependent,) in self._connection.execute(_DEPENDENTS, (position,)).fetchall():
                self.again(dependent)


def _named(topic: str, report: Report[Any]) -> tuple[str, ...]:
    """The ids of the records that one refers to."""
    found = [] if report.caused_by is None else [report.caused_by]
    for name in record_type(topic).facts.REFERS:
        held = getattr(report.data, name)
        found += held if isinstance(held, tuple) else (held,)
    return tuple(found)
