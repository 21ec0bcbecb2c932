"""The fold: records in, rows of versions out. Rebuild, catch-up and live all run this, and nothing else writes rows."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from domain.calendar import Calendar, micros
from domain.catalogue import CATALOGUE, encode, stream_kind
from domain.report import Recorded, Report
from projections.schema import NEVER, SEARCHED, VERSION_COLUMNS
from projections.standing import Edit, effective, timing
from projections.wording import ERASED, report_text

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

    def batch(self, records: Sequence[Recorded]) -> None:
        """Fold records that follow on from the last folded. Raises ErasedSinceFolded."""
        stamps: list[tuple[Any, ...]] = []
        versions: list[tuple[Any, ...]] = []
        edits: list[tuple[Recorded, Report[Any]]] = []
        before = self._connection.execute("SELECT recorded_at FROM records ORDER BY position DESC LIMIT 1").fetchone()
        clock = before[0] if before else 0
        jumps: list[tuple[int, int]] = []
        for record in records:
            recorded_at = micros(record.timestamp)
            if recorded_at < clock:
                jumps.append((record.position, clock - recorded_at))
            clock = recorded_at
            known_at = micros(record.known_at or record.timestamp)
            stamps.append((record.position, record.id, record.type, known_at, recorded_at))
            if record.report is None or record.id in self._erased:
                versions.append(_erased_row(record))
            elif record.type.startswith("record."):
                edits.append((record, record.report))
            else:
                versions.append(
                    self._row(
                        record.position,
                        record.position,
                        record.stream,
                        record.type,
                        "standing",
                        record.report,
                        known_at,
                    )
                )
        self._connection.executemany("INSERT INTO records VALUES (?, ?, ?, ?, ?)", stamps)
        self._connection.executemany("INSERT INTO jumps VALUES (?, ?)", jumps)
        self._insert(versions)
        # a record can be edited only once it is on record, so the batch's own records are all in by now, and an edit
        # sees no edit after it
        for record, report in edits:
            self._edit(record, report)

    def _edit(self, record: Recorded, report: Report[Any]) -> None:
        known_at = micros(record.known_at or record.timestamp)
        target, root = self._target(report.data.target)
        row = self._row(
            record.position, record.position, record.stream, record.type, "edit", report, known_at, root=root
        )
        self._insert([row])
        if record.type == "record.erased":
            if target is not None and self._holds(target):
                raise ErasedSinceFolded(report.data.target)
            return
        if target is None or root is None:
            return  # it bears on an edit that was erased: what it did cannot be known any more
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
        self._refold(root, record.position)

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
        """Whether any row still carries what that record said."""
        return (
            self._connection.execute(
                "SELECT 1 FROM versions WHERE position = ? AND body IS NOT NULL LIMIT 1", (position,)
            ).fetchone()
            is not None
        )

    def _refold(self, root: int, k: int) -> None:
        """Work out anew what a record says with all edits up to `k`; if that changed, it is another version."""
        stream, topic, original = self._connection.execute(
            "SELECT stream, type, body FROM versions WHERE position = ? ORDER BY k_from LIMIT 1", (root,)
        ).fetchone()
        if original is None:
            return
        kind = CATALOGUE[topic]
        edits = [
            Edit(position, target, edit, msgspec.json.decode(changes) if changes else None)
            for position, target, edit, changes in self._connection.execute(
                "SELECT position, target, kind, changes FROM edits WHERE root = ? ORDER BY position", (root,)
            )
        ]
        recorded = kind.decode(original.encode(), kind.schema)
        state, report = effective(root, recorded, topic, edits)
        was_id, was_state, was_body = self._connection.execute(
            f"SELECT id, state, body FROM versions WHERE position = ? AND k_to = {NEVER}",  # noqa: S608
            (root,),
        ).fetchone()
        if (state, encode(report).decode()) == (was_state, was_body):
            return
        self._connection.execute("UPDATE versions SET k_to = ? WHERE id = ?", (k, was_id))
        known_at = self._connection.execute("SELECT known_at FROM records WHERE position = ?", (root,)).fetchone()[0]
        first_said = self._calendar.end(recorded.reported_at)
        self._insert([self._row(root, k, stream, topic, state, report, known_at, first_said=first_said)])

    def _row(
        self,
        position: int,
        k_from: int,
        stream: str,
        topic: str,
        state: str,
        report: Report[Any],
        known_at: int,
        *,
        root: int | None = None,
        first_said: int | None = None,
    ) -> tuple[Any, ...]:
        when = timing(topic, report, self._calendar, known_at)
        more = [source.title for source in report.sources]
        if report.original:
            more.append(report.original.text)
        return (
            2 * k_from + (state == "edit"),
            position,
            k_from,
            NEVER,
            stream_kind(stream),
            stream,
            topic,
            report.claimant,
            state,
            int(state in ("standing", "corrected")),
            when.at,
            when.first,
            when.last,
            when.said,
            when.said if first_said is None else first_said,
            self._calendar.day(when.at).isoformat(),
            int(known_at > when.said + _DAY),
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

    def _insert(self, rows: Iterable[tuple[Any, ...]]) -> None:
        rows = list(rows)
        self._connection.executemany(_INSERT_VERSION, rows)
        if self._searchable:
            self._connection.executemany(_INSERT_WORDS, [(row[0], *(row[i] for i in _SEARCHED_AT)) for row in rows])


def _erased_row(record: Recorded) -> tuple[Any, ...]:
    edit = record.type.startswith("record.")
    known = {
        "id": 2 * record.position + edit,
        "position": record.position,
        "k_from": record.position,
        "k_to": NEVER,
        "kind": stream_kind(record.stream),
        "stream": record.stream,
        "type": record.type,
        "state": "erased",
        "stands": 0,
        "late": 0,
        "via": "",
        "text": ERASED,
        "more": "",
    }
    return tuple(known.get(column) for column in VERSION_COLUMNS)
