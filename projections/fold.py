"""The fold: records in, rows out. Rebuild, catch-up and live all run this, and nothing else writes rows.

Rows of versions say what each record says from which position on; what is worked out of them is in `derived`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

import msgspec

from domain.calendar import Calendar, Micros, micros
from domain.catalogue import CATALOGUE, encode, stream_kind
from domain.report import Recorded, Report
from projections.derived import Derived
from projections.derived.withheld import Withheld
from projections.rows import SELECT_VERSION, Version, version_of
from projections.schema import NEVER, SEARCHED, VERSION_COLUMNS
from projections.standing import STANDS, Edit, State, Timing, effective, timing
from projections.wording import ERASED, UNREADABLE, report_text

_DAY = 86_400_000_000
_INSERT_VERSION = f"INSERT INTO versions VALUES ({', '.join('?' * len(VERSION_COLUMNS))})"  # noqa: S608
_INSERT_WORDS = f"INSERT INTO versions_fts (rowid, {', '.join(SEARCHED)}) VALUES (?{', ?' * len(SEARCHED)})"  # noqa: S608
_SEARCHED_AT = tuple(list(VERSION_COLUMNS).index(column) for column in SEARCHED)


class ErasedSinceFolded(Exception):
    """A body that the model holds was erased: the file must be built again, without it."""

    def __init__(self, record_id: str) -> None:
        super().__init__(record_id)
        self.record_id = record_id


class Fold:
    """Folds records into one open connection. The caller holds the transaction and keeps the checkpoint.

    `erased` are ids of records to treat as erased although their body could still be read when it was streamed.
    `searchable` is False while a new file is built: its search table is filled at the end, at once.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        calendar: Calendar,
        *,
        erased: frozenset[str] = frozenset(),
        searchable: bool = True,
    ) -> None:
        self._connection = connection
        self._calendar = calendar
        self._erased = erased
        self._searchable = searchable
        self._stamps: list[tuple[Any, ...]] = []
        self._rows: list[tuple[Any, ...]] = []
        self._derived = Derived(connection, calendar, self._write)
        self._withheld = Withheld(connection, self._write)

    def batch(self, records: Sequence[Recorded]) -> None:
        """Fold records that follow on from the last folded. Raises ErasedSinceFolded."""
        before = self._connection.execute("SELECT recorded_at FROM records ORDER BY position DESC LIMIT 1").fetchone()
        clock = before[0] if before else 0
        for record in records:
            recorded_at = micros(record.timestamp)
            if recorded_at < clock:
                self._connection.execute(
                    "INSERT INTO jumps SELECT ifnull(max(nth), 0) + 1, ?, ? FROM jumps",
                    (record.position, clock - recorded_at),
                )
            clock = recorded_at
            known_at = micros(record.known_at or record.timestamp)
            self._stamps.append((record.position, record.id, record.type, known_at, recorded_at))
            if record.report is None or record.id in self._erased:
                gone = "" if record.id in self._erased else record.unreadable
                self._rows.append(_bodiless_row(record, unreadable=gone))
                self._derived.line(record.position, None)
            elif record.type.startswith("record."):
                self._edit(record, record.report, known_at)
            else:
                self._first(record, record.report, known_at)
            if record.report is not None and record.id not in self._erased:
                self._withheld.appeared(record.position, record.type, record.report)
        self._write()
        self._derived.flush()

    def _first(self, record: Recorded, report: Report[Any], known_at: Micros) -> None:
        """What a record says as it is recorded."""
        when = timing(record.type, report, self._calendar, known_at)
        version = _as_recorded(2 * record.position, record, report, when, known_at)
        self._rows.append(self._row(version, record.position, "standing"))
        self._derived.line(record.position, when.at, stands=True)
        self._derived.changed(record.position, known_at, None, version, opening=record.version == 1)

    def _edit(self, record: Recorded, report: Report[Any], known_at: Micros) -> None:
        self._write()
        target, root = self._target(report.data.target)
        when = timing(record.type, report, self._calendar, known_at)
        version = _as_recorded(2 * record.position + 1, record, report, when, known_at)
        self._rows.append(self._row(version, record.position, "edit", root=root))
        self._write()
        if record.type == "record.erased":
            if target is not None and self._holds(target):
                raise ErasedSinceFolded(report.data.target)
        elif target is not None and root is not None:
            # otherwise it bears on an edit that was erased: what it did cannot be known any more
            correction = record.type == "record.corrected"
            self._connection.execute(
                "INSERT INTO edits VALUES (?, ?, ?, ?, ?)",
                (
                    record.position,
                    root,
                    target,
                    "correction" if correction else "retraction",
                    msgspec.json.encode(report.data.changes).decode() if correction else None,
                ),
            )
            self._refold(root, record.position, known_at)
        at = self._time_of(root)
        self._derived.line(record.position, at)
        self._derived.edited(record.position, report, at)

    def _time_of(self, root: int | None) -> Micros | None:
        """When the record that an edit bears on counts now; None for what has no time any more."""
        if root is None:
            return None
        found = self._connection.execute(
            f"SELECT at FROM versions WHERE position = ? AND k_to = {NEVER} AND state <> 'edit'",  # noqa: S608
            (root,),
        ).fetchone()
        return None if found is None else found[0]

    def _target(self, record_id: str) -> tuple[int | None, int | None]:
        """Positions of a record and of the root that it bears on: itself, unless it is an edit."""
        found = self._connection.execute("SELECT position, type FROM records WHERE record = ?", (record_id,)).fetchone()
        if found is None:
            return None, None
        position, topic = found
        if not topic.startswith("record."):
            return position, position
        root = self._connection.execute("SELECT root FROM edits WHERE position = ?", (position,)).fetchone()
        return position, root[0] if root else None

    def _holds(self, position: int) -> bool:
        """Whether any row still carries what that record said, or that it cannot be read."""
        held = "SELECT 1 FROM versions WHERE position = ? AND (body IS NOT NULL OR state = 'unreadable') LIMIT 1"
        return self._connection.execute(held, (position,)).fetchone() is not None

    def _refold(self, root: int, k: int, clock: Micros) -> None:
        """Work out anew what a record says with all edits up to `k`; if that changed, it is another version."""
        was = self._connection.execute(
            f"{SELECT_VERSION}, v.state, r.known_at FROM versions v JOIN records r USING (position)"
            f" WHERE v.position = ? AND v.k_to = {NEVER}",
            (root,),
        ).fetchone()
        original = self._connection.execute(
            "SELECT body FROM versions WHERE position = ? ORDER BY k_from LIMIT 1", (root,)
        ).fetchone()[0]
        if original is None:
            return
        *columns, was_state, known_at = was
        old = version_of(tuple(columns))
        kind = CATALOGUE[old.type]
        edits = [
            Edit(position, target, edit, msgspec.json.decode(changes) if changes else None)
            for position, target, edit, changes in self._connection.execute(
                "SELECT position, target, kind, changes FROM edits WHERE root = ? ORDER BY position", (root,)
            )
        ]
        recorded = kind.decode(original, kind.schema)
        state, report = effective(root, recorded, old.type, edits)
        if (state, report) == (was_state, old.report):
            return
        when = timing(old.type, report, self._calendar, known_at)
        new = Version(
            2 * k,
            root,
            old.record,
            old.stream,
            old.type,
            report.claimant,
            state == "corrected",
            *when,
            self._calendar.end(recorded.reported_at),
            is_late(known_at, when),
            report,
        )
        self._connection.execute("UPDATE versions SET k_to = ? WHERE id = ?", (k, old.id))
        self._rows.append(self._row(new, k, state))
        self._write()
        if old.report.handling != new.report.handling:
            self._withheld.again(root)
        if old.at != new.at:
            self._derived.moved(k, root, old.at, new.at, self._edits_of(root, k))
        self._derived.changed(k, clock, old if was_state in STANDS else None, new if state in STANDS else None)

    def _edits_of(self, root: int, before: int) -> list[tuple[int, Report[Any]]]:
        """The edits recorded before a position that bear on a record, erased ones left out."""
        return [
            (position, (kind := CATALOGUE[topic]).decode(body, kind.schema))
            for position, topic, body in self._connection.execute(
                "SELECT position, type, body FROM versions WHERE root = ? AND state = 'edit' AND position < ?"
                " ORDER BY position",
                (root, before),
            )
        ]

    def _row(self, version: Version, k_from: int, state: State, *, root: int | None = None) -> tuple[Any, ...]:
        report = version.report
        more = [source.title for source in report.sources]
        if report.original:
            more.append(report.original.text)
        return (
            version.id,
            version.position,
            version.record,
            k_from,
            NEVER,
            stream_kind(version.stream),
            version.stream,
            version.type,
            version.claimant,
            state,
            int(state in STANDS),
            version.at,
            version.first,
            version.last,
            version.said,
            version.first_said,
            self._calendar.day(version.at).isoformat(),
            int(version.late),
            root,
            report.caused_by,
            report.relays,
            getattr(report.data, "scorer", None) or getattr(report.data, "grader", None),
            report.handling,
            ", ".join(report.via),
            report_text(report),
            " · ".join(more),
            encode(report).decode(),
        )

    def _write(self) -> None:
        """Write the rows collected so far, so that they can be looked up."""
        if self._stamps:
            self._connection.executemany("INSERT INTO records VALUES (?, ?, ?, ?, ?)", self._stamps)
            self._stamps.clear()
        if self._rows:
            self._connection.executemany(_INSERT_VERSION, self._rows)
            if self._searchable:
                words = [(row[0], *(row[i] for i in _SEARCHED_AT)) for row in self._rows]
                self._connection.executemany(_INSERT_WORDS, words)
            self._rows.clear()


def _as_recorded(row_id: int, record: Recorded, report: Report[Any], when: Timing, known_at: Micros) -> Version:
    """What a record said when it was recorded."""
    return Version(
        row_id,
        record.position,
        record.id,
        record.stream,
        record.type,
        report.claimant,
        False,
        *when,
        when.said,
        is_late(known_at, when),
        report,
    )


def is_late(known_at: Micros, when: Timing) -> bool:
    """Whether it was known more than a day after it was said."""
    return known_at > when.said + _DAY


def _bodiless_row(record: Recorded, *, unreadable: str) -> tuple[Any, ...]:
    """The row of a record that was erased, or that cannot be read, and why."""
    edit = record.type.startswith("record.")
    known = {
        "id": 2 * record.position + edit,
        "position": record.position,
        "record": record.id,
        "k_from": record.position,
        "k_to": NEVER,
        "kind": stream_kind(record.stream),
        "stream": record.stream,
        "type": record.type,
        "state": "unreadable" if unreadable else "erased",
        "stands": 0,
        "late": 0,
        "via": "",
        "text": UNREADABLE + unreadable if unreadable else ERASED,
        "more": "",
    }
    return tuple(known.get(column) for column in VERSION_COLUMNS)
