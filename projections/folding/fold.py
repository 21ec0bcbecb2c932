"""The fold: records in, rows out. Rebuild, catch-up and live all run this, and nothing else writes rows.

It knows records and their edits; what reports mean is said by `projections.subjects`. It can begin anywhere.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from domain.calendar import Calendar, Micros, micros
from domain.editing import Corrected, Erased, Retracted
from domain.report import Facts, Recorded, Report
from projections.folding.erasing import erase
from projections.folding.question_fold import QuestionFold
from projections.index.names import NameRows, names_in
from projections.index.records import RecordRows, Standing, WithheldRows
from projections.index.revisions import Timing, effective, timing
from projections.index.schema import FEED_BLOCK
from projections.index.sums import TALLY, UNDATED, Counting, Tally
from projections.index.version import Version
from projections.index.writer import IndexWriter
from projections.subjects.subject import Subjects

_DAY = 86_400_000_000
_FEW = 50
_LINE, _STANDING_LINE = Tally(lines=1), Tally(lines=1, standing=1)
_LOWER = "INSERT INTO feed_blocks VALUES (?, ?) ON CONFLICT DO UPDATE SET at = min(at, excluded.at)"


class Fold:
    """Folds records into one open connection. The caller holds the transaction and keeps the checkpoint."""

    def __init__(self, connection: sqlite3.Connection, calendar: Calendar, subjects: Subjects) -> None:
        self._connection = connection
        self._calendar = calendar
        self._subjects = subjects
        self._clock, self._backfilled = connection.execute("SELECT clock, backfilled FROM meta").fetchone()
        self._position = 0
        self._known_at: Micros = 0
        self._erased = 0
        self._begin()

    def _begin(self) -> None:
        """Hold nothing in memory."""
        connection, calendar = self._connection, self._calendar
        self._index = IndexWriter(connection)
        self._records = RecordRows(connection, self._index)
        self._sums = Counting(connection, calendar)
        self._names = NameRows(self._index)
        self._questions = QuestionFold(connection, self._index, self._records, self._sums, self._subjects)
        self._withheld = WithheldRows(connection, self._records)
        self._lowest: dict[int, Micros] = {}

    def batch(self, records: Sequence[Recorded]) -> None:
        """Fold records that follow on from the last folded. Raises NotAsFolded."""
        for record in records:
            report, recorded_at = record.report, micros(record.timestamp)
            if recorded_at < self._clock:
                self._connection.execute(
                    "INSERT INTO jumps SELECT ifnull(max(nth), 0) + 1, ?, ? FROM jumps",
                    (record.position, self._clock - recorded_at),
                )
            known_at = recorded_at if record.known_at is None else micros(record.known_at)
            if known_at < recorded_at:
                self._backfilled = record.position
            self._clock = recorded_at
            self._position, self._known_at = record.position, known_at
            self._records.known(record.position, known_at)
            if report is None:
                self._passed_by(record)
                continue
            if isinstance(report.data, (Corrected, Retracted, Erased)):
                self._edit(record, report)
            else:
                self._first(record, report)
            self._withheld.appeared(record.position, report)
        self._flush()
        if self._erased:
            self._connection.execute("INSERT INTO words (words) VALUES ('optimize')")  # else they stand there, deleted
            self._connection.execute("UPDATE meta SET erasures = erasures + ?", (self._erased,))
            self._erased = 0

    # records

    def _first(self, record: Recorded, report: Report[Any]) -> None:
        """What a record says as it is recorded."""
        position = record.position
        version = self._as_recorded(2 * position, record, report)
        self._records.first(version, record.version)
        self._appeared(position, version.at, _STANDING_LINE)
        self._names.named(position, names_in(report), position, version.at)
        self._questions.changed(position, self._known_at, None, version, opening=record.version == 1)

    def _passed_by(self, record: Recorded) -> None:
        """A record whose body was erased before it was folded, or that cannot be read."""
        self._records.pass_by(record, record.unreadable)
        self._appeared(record.position, UNDATED, _LINE)

    def _edit(self, record: Recorded, report: Report[Corrected | Retracted | Erased]) -> None:
        data, position = report.data, record.position
        target, root = self._records.target(data.target)
        if isinstance(data, Erased) and target is not None and self._records.holds(target):
            self._erase(target, root)
            target, root = self._records.target(data.target)
        version = self._as_recorded(2 * position + 1, record, report)
        edited = self._records.edit(version, record.version, target, root)
        if edited is not None:
            self._refold(edited)
        elif root is not None:
            edited = self._records.standing_at(root)
        at = UNDATED if edited is None else edited.version.at
        self._appeared(position, at, _LINE)
        self._names.named(position, names_in(report), position, at)

    def _erase(self, target: int, root: int | None) -> None:
        """A body that the model holds was erased: nothing of it stays, at no vantage."""
        self._flush()
        erase(self._connection, self._subjects, target, self._fold_apart)
        self._begin()
        self._withheld.erased(target, root)
        self._erased += 1

    def _fold_apart(self, records: Sequence[Recorded]) -> None:
        """Into other tables; a few at a time, since what waits to be written is searched through."""
        fold = Fold(self._connection, self._calendar, self._subjects)
        for first in range(0, len(records), _FEW):
            fold.batch(records[first : first + _FEW])

    def _refold(self, standing: Standing) -> None:
        """Work out anew what a record says with all edits up to now; if that changed, it is another version."""
        known, old, stood = self._position, standing.version, standing.stands
        root = old.position
        state, report = effective(root, standing.recorded, old.type, standing.edits)
        if (state, report) == (standing.state, old.report):
            return
        known_at = self._records.known_at_of(root)
        when = timing(old.type, report, self._calendar, known_at)
        new = Version(
            2 * known,
            root,
            old.record,
            old.stream,
            old.type,
            report.claimant,
            state == "corrected",
            *when,
            old.first_said,
            _is_late(known_at, when),
            report,
        )
        self._records.revise(standing, new, state)
        if old.report.handling != new.report.handling:
            self._withheld.again(root)
        if old.at != new.at:
            self._moved(root, old.at, new.at)
        stands = standing.stands
        self._renamed(stood, stands)
        was_at, at = (None if one is None else one.at for one in (stood, stands))
        for when_, n in ((was_at, -1), (at, 1)):
            if was_at != at and when_ is not None:
                self._sums.change(known, TALLY, when_, Tally(standing=n))
        self._questions.changed(known, self._known_at, stood, stands)

    def _renamed(self, old: Version[Facts] | None, new: Version[Facts] | None) -> None:
        was = (names_in(old.report), old.at) if old else None
        now = (names_in(new.report), new.at) if new else None
        if was == now:
            return
        if old and was:
            self._names.withdrawn(self._position, was[0], old.position)
        if new and now:
            self._names.named(self._position, now[0], new.position, new.at)

    def _moved(self, root: int, was: Micros, at: Micros) -> None:
        """A record counts at another time, and with it the lines of all edits that bear on it."""
        known = self._position
        edits = [edit for edit in self._records.edits_of(root) if edit.position < known]
        self._sums.change(known, TALLY, was, Tally(lines=-1 - len(edits)))
        self._sums.change(known, TALLY, at, Tally(lines=1 + len(edits)))
        self._lower(root, at)
        for edit in edits:
            self._lower(edit.position, at)
            names = names_in(edit.report)
            self._names.withdrawn(known, names, edit.position)
            self._names.named(known, names, edit.position, at)

    def _as_recorded(self, row_id: int, record: Recorded, report: Report[Any]) -> Version[Facts]:
        when = timing(record.type, report, self._calendar, self._known_at)
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
            _is_late(self._known_at, when),
            report,
        )

    # the feed

    def _appeared(self, position: int, at: Micros, tally: Tally) -> None:
        """A record's line counts at `at`."""
        self._sums.change(position, TALLY, at, tally)
        self._lower(position, at)

    def _lower(self, position: int, at: Micros) -> None:
        block = position >> FEED_BLOCK
        held = self._lowest.get(block)
        if held is None or at < held:
            self._lowest[block] = at

    def _flush(self) -> None:
        """Write all that waits."""
        self._index.flush()
        self._records.flush()
        self._withheld.flush()
        self._sums.flush()
        self._questions.flush()
        self._connection.executemany(_LOWER, sorted(self._lowest.items()))
        self._lowest.clear()
        self._connection.execute("UPDATE meta SET clock = ?, backfilled = ?", (self._clock, self._backfilled))


def _is_late(known_at: Micros, when: Timing) -> bool:
    """Whether it was known more than a day after it was said."""
    return known_at > when.said + _DAY
