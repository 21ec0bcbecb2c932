"""Records as versions: what each says from which position on, what is looked up of it, and which are not for all."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from domain.calendar import Micros
from domain.catalogue import CATALOGUE, encode
from domain.editing import Corrected, Erased
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
from projections.index.writer import IndexWriter, let_go
from projections.text import ERASED as ERASED_TEXT
from projections.text import UNREADABLE as UNREADABLE_TEXT
from projections.text import searched

_KEPT = 20_000
"""Records and versions held in memory."""
_STAMPS_KEPT = 200_000
_STATE_NUMBER = {state: number for number, state in enumerate(STATES)}
_INSERT_WORDS = f"INSERT INTO words (rowid, {', '.join(SEARCHED)}) VALUES (?{', ?' * len(SEARCHED)})"  # noqa: S608
_INSERT_EDIT = "INSERT INTO edits VALUES (?, ?, ?, ?, ?)"
_EDITS = "SELECT position, target, kind, changes FROM edits WHERE root = ? ORDER BY position"
_RECORDED = "SELECT id, type FROM versions WHERE stream = ? AND number = ? AND position IS NULL"
_ROOTED = f"SELECT * FROM versions WHERE root = ? AND state = {EDIT} ORDER BY id"  # noqa: S608


class Standing:
    """A record that is no edit, as it stands now: what it says and said when it was recorded, and its edits."""

    __slots__ = ("edits", "number", "recorded", "state", "stream", "version")

    def __init__(
        self, version: Version[Facts], state: State, stream: int, number: int, recorded: Report[Any], edits: list[Edit]
    ) -> None:
        self.version, self.state = version, state
        self.stream, self.number = stream, number
        self.recorded, self.edits = recorded, edits

    @property
    def stands(self) -> Version[Facts] | None:
        """What it says; None where it was retracted."""
        return self.version if self.state in STANDS else None


class RecordRows:
    """The fold's side of versions. What waits to be written is seen, too: all of it is held in memory."""

    def __init__(self, connection: sqlite3.Connection, index: IndexWriter) -> None:
        self._connection = connection
        self._index = index
        self._versions: dict[int, Version[Facts]] = {}
        self._standing: dict[int, Standing] = {}
        self._targets: dict[str, tuple[int, int | None]] = {}
        self._known_at: dict[int, Micros] = {}
        self._stamps: list[tuple[int, Micros]] = []
        self._edits: list[tuple[Any, ...]] = []
        self._words: list[tuple[Any, ...]] = []

    def known(self, position: int, known_at: Micros) -> None:
        """A record is known from then on."""
        self._known_at[position] = known_at
        self._stamps.append((position, known_at))

    def first(self, version: Version[Facts], number: int) -> None:
        """What a record says as it is recorded, `number` in its stream."""
        stream, position = self._index.line(version.stream), version.position
        self._write(version, "standing", stream, number)
        self._versions[version.id] = version
        self._standing[position] = Standing(version, "standing", stream, number, version.report, [])
        self._targets[version.record] = position, position

    def edit(self, version: Version[Facts], number: int, target: int | None, root: int | None) -> Standing | None:
        """A correction, retraction or erasure, and what it edits; None where that cannot be known any more."""
        data, position = version.data, version.position
        self._write(version, "edit", self._index.line(version.stream), number, root=root)
        if isinstance(data, Erased) or target is None or root is None:
            self._targets[version.record] = position, None
            return None
        self._targets[version.record] = position, root
        standing = self.standing_at(root)
        changes = data.changes if isinstance(data, Corrected) else None
        edit = Edit(position, target, "retraction" if changes is None else "correction", changes)
        self._edits.append(
            (position, root, target, edit.kind, None if changes is None else msgspec.json.encode(changes).decode())
        )
        if standing is not None:
            standing.edits.append(edit)
        return standing

    def revise(self, standing: Standing, version: Version[Facts], state: State) -> None:
        """From this version on a record says something else, or stands no longer."""
        self._index.close_version(standing.version.id, version.known_from)
        self._write(version, state, standing.stream, standing.number, position=version.position)
        standing.version, standing.state = version, state
        self._versions[version.id] = version

    def _write(
        self,
        version: Version[Facts],
        state: State,
        stream: int,
        number: int,
        *,
        position: int | None = None,
        root: int | None = None,
    ) -> None:
        at, report = version.at, version.report
        self._index.add_version(
            [
                version.id,
                position,
                stream,
                number,
                TOPIC_NUMBER[version.type],
                _STATE_NUMBER[state],
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
        self._words.append((version.id, *searched(version.stream, version.type, report)))

    def pass_by(self, record: Recorded, why: str) -> None:
        """A record whose body was erased before it was folded, or that cannot be read, and why."""
        number = self._index.line(record.stream)
        topic = TOPIC_NUMBER.get(record.type)
        if topic is None:
            topic = -self._index.line(record.type)
        is_edit = record.type.startswith("record.")
        row_id = 2 * record.position + is_edit
        state, text = (UNREADABLE, UNREADABLE_TEXT + why) if why else (ERASED, ERASED_TEXT)
        row: list[Any] = [row_id, None, number, record.version, topic, state, OPEN]
        self._index.add_version([*row, None, None, None, None, None, 0, None, None, why or None])
        self._words.append((row_id, text, record.stream, record.type, "", "", ""))
        self._targets[record.id] = record.position, None if is_edit else record.position

    # look-ups

    def target(self, record_id: str) -> tuple[int | None, int | None]:
        """Positions of a record and of the root that it bears on: itself, unless it is an edit."""
        held = self._targets.get(record_id)
        if held is not None:
            return held
        stream, _, version = record_id.rpartition("/")
        row = self._connection.execute(_RECORDED, (self._index.known_line(stream), int(version))).fetchone()
        if row is None:
            return None, None
        position = row[0] >> 1
        if not topic_of(row[1], self._index.name).startswith("record."):
            return position, position
        root = self._connection.execute("SELECT root FROM edits WHERE position = ?", (position,)).fetchone()
        return position, root[0] if root else None

    def standing_at(self, position: int) -> Standing | None:
        """A record as it stands now; None where it has no body that can be read, or is an edit."""
        held = self._standing.get(position)
        if held is None:
            row = recorded = self._index.version_row(2 * position)
            if row is None or recorded is None or recorded[5] in (ERASED, UNREADABLE):
                return None
            while row[6] != OPEN:
                following = self._index.version_row(2 * row[6])
                assert following is not None
                row = following
            version = self._version(row)
            first = self._version(recorded)
            edits = [
                Edit(at, target, kind, msgspec.json.decode(changes) if changes else None)
                for at, target, kind, changes in self._connection.execute(_EDITS, (position,))
            ]
            report = CATALOGUE[first.type].decode(recorded[-1], CATALOGUE[first.type].schema)
            held = Standing(version, STATES[row[5]], row[2], row[3], report, edits)
            self._standing[position] = held
        return held

    def standing(self, record: str) -> Version[Facts] | None:
        """What a record says; None where it does not stand."""
        position, root = self.target(record)
        held = self.standing_at(position) if position is not None and position == root else None
        return None if held is None else held.stands

    def handling_of(self, position: int) -> str | None:
        """Who a record is for, as it says now; None where it cannot be read."""
        edit = self._index.version_row(2 * position + 1)
        if edit is not None:
            return None if edit[5] in (ERASED, UNREADABLE) else self._version(edit).report.handling
        held = self.standing_at(position)
        return None if held is None else held.version.report.handling

    def holds(self, position: int) -> bool:
        """Whether any row still carries what that record said, or that it cannot be read."""
        rows = (self._index.version_row(2 * position + n) for n in (0, 1))
        return any(row is not None and row[-1] is not None for row in rows if row and row[1] is None)

    def edits_of(self, root: int) -> Iterator[Version[Facts]]:
        """The edits that bear on a record, erased ones left out, in log order."""
        waiting = [row for row in self._index.waiting() if row[13] == root and row[5] == EDIT]
        return map(self._version, [*self._connection.execute(_ROOTED, (root,)), *waiting])

    def known_at_of(self, position: int) -> Micros:
        """When a record was known."""
        found = self._known_at.get(position)
        if found is None:
            row = self._connection.execute("SELECT known_at FROM stamps WHERE position = ?", (position,)).fetchone()
            found = self._known_at[position] = int(row[0])
        return found

    def by_id(self, row_id: int) -> Version[Facts] | None:
        """A version by its row; None where there is none."""
        found = self._versions.get(row_id)
        if found is None:
            row = self._index.version_row(row_id)
            found = None if row is None else self._version(row)
        return found

    def _version(self, row: Sequence[Any]) -> Version[Facts]:
        """A row of `versions` that has a body."""
        found = self._versions.get(row[0])
        return version_of(tuple(row), self._index.name) if found is None else found

    def flush(self) -> None:
        """Write what waits beside the versions themselves; the oldest are let go of."""
        self._connection.executemany("INSERT INTO stamps VALUES (?, ?)", self._stamps)
        self._connection.executemany(_INSERT_EDIT, self._edits)
        self._connection.executemany(_INSERT_WORDS, self._words)
        for waiting in (self._stamps, self._edits, self._words):
            waiting.clear()
        let_go(self._versions, _KEPT)
        let_go(self._standing, _KEPT)
        let_go(self._targets, _KEPT)
        let_go(self._known_at, _STAMPS_KEPT)


_REFERS_TO_ONE = """
SELECT EXISTS (SELECT 1 FROM refers r JOIN withheld w ON w.position = r.other WHERE r.position = ?)"""
_DEPENDENTS = "SELECT position FROM refers WHERE other = ? ORDER BY position"
_EDITED = "SELECT position FROM refers WHERE other = ?1 AND position < ?1"
"""What a restricted correction says more of: all else refers to what stands before it."""
_IS = "SELECT EXISTS (SELECT 1 FROM withheld WHERE position = ?)"
_REFERS = "INSERT OR IGNORE INTO refers VALUES (?, ?)"


class WithheldRows:
    """Records that are not for everybody: restricted ones, as they are handled now, and those whose words tell of one.

    Whatever vantage is looked from: what was made restricted since is told to nobody from then on.
    """

    def __init__(self, connection: sqlite3.Connection, records: RecordRows) -> None:
        self._connection = connection
        self._records = records
        self._any = connection.execute("SELECT 1 FROM withheld LIMIT 1").fetchone() is not None
        self._refers: list[tuple[int, int]] = []

    def appeared(self, position: int, report: Report[Any]) -> None:
        """A record is known. An erasure was made to be shown, and goes by its own handling alone."""
        named = () if isinstance(report.data, Erased) else _named(report)
        if not named and report.handling != "restricted":
            return
        for name in named:
            found, _ = self._records.target(name)
            if found is not None:
                self._refers.append((found, position))
        if self._any or report.handling == "restricted":
            self._says_more(position, report)
            self.again(position)

    def flush(self) -> None:
        """Write what waits."""
        self._connection.executemany(_REFERS, self._refers)
        self._refers.clear()

    def erased(self, position: int, root: int | None) -> None:
        """A record lost its body, and refers to nothing: what is told of it, and of what it edited, follows."""
        edited = [one for (one,) in self._connection.execute(_EDITED, (position,))]
        self._connection.execute("DELETE FROM refers WHERE position = ?", (position,))
        self._connection.executemany(
            "DELETE FROM refers WHERE other = ? AND position = ?", [(position, one) for one in edited]
        )
        for one in {position, root or position, *edited}:
            self.again(one)

    def _says_more(self, position: int, report: Report[Any]) -> None:
        """A restricted correction of a record for everybody: what the record says from then on is its words."""
        data = report.data
        if not isinstance(data, Corrected) or report.handling != "restricted" or "handling" in data.changes:
            return
        target, _ = self._records.target(data.target)
        if target is not None and not self._connection.execute(_IS, (target,)).fetchone()[0]:
            self._refers.append((position, target))

    def again(self, position: int) -> None:
        """Look anew whether a record is withheld; if that changed, at those that refer to it too."""
        self.flush()
        now = self._records.handling_of(position) == "restricted"
        self._any = self._any or now
        now = now or bool(self._connection.execute(_REFERS_TO_ONE, (position,)).fetchone()[0])
        change = "INSERT OR IGNORE INTO withheld VALUES (?)" if now else "DELETE FROM withheld WHERE position = ?"
        if self._connection.execute(change, (position,)).rowcount:
            for (dependent,) in self._connection.execute(_DEPENDENTS, (position,)).fetchall():
                self.again(dependent)


def _named(report: Report[Any]) -> tuple[str, ...]:
    """The ids of the records that one refers to."""
    found = [] if report.caused_by is None else [report.caused_by]
    for name in report.data.REFERS:
        held = getattr(report.data, name)
        found += held if isinstance(held, tuple) else (held,)
    return tuple(found)
