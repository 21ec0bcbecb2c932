"""Discrepancies as rows: each belongs to an owner, which is looked at anew when something that it rests on changes."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from domain.calendar import Micros
from projections.index.keys import AHEAD
from projections.index.schema import NEVER, OPEN
from projections.index.sums import TALLY, Counting, Tally
from projections.situation import Discrepancy

NOT_SUMMED = "statuses_not_summed"
"""The one kind that depends on the rule for combining claims: it is counted apart."""
SHOWN_BEFORE = 2
"""`ahead` of what shows before the time that it is about: it is looked for whatever that time is. 1 is ahead of the
log's clock, 0 is all else."""
_KEPT = 50_000
_OPEN = f"""
SELECT id, at_from, at_to, at, kind, text, records FROM findings INDEXED BY findings_open
WHERE owner = ? AND known_to = {OPEN} ORDER BY id"""  # noqa: S608
_INSERT = "INSERT INTO findings VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_CLOSE = "UPDATE findings SET known_to = ? WHERE id = ?"


class Finding(NamedTuple):
    """A discrepancy and the time it is about."""

    at: Micros
    discrepancy: Discrepancy


class Shown(NamedTuple):
    """A discrepancy that shows at vantages from `at_from` up to, not including, `at_to`."""

    at_from: Micros
    at_to: Micros
    finding: Finding


class _Row(NamedTuple):
    at_from: Micros
    at_to: Micros
    at: Micros
    kind: str
    text: str
    records: str
    nth: int  # of those that are alike


class FindingRows:
    """The fold's side of discrepancies: what each owner comes to now, as rows that close and open."""

    def __init__(self, connection: sqlite3.Connection, sums: Counting) -> None:
        self._connection = connection
        self._sums = sums
        self._open: dict[str, dict[_Row, int]] = {}
        self._last: int = connection.execute("SELECT ifnull(max(id), 0) FROM findings").fetchone()[0]
        self._complete = not self._last  # all findings that stand are held in memory
        self._waiting: dict[int, list[int | str]] = {}
        self._closed: list[tuple[int, int]] = []

    def set(self, owner: str, known: int, clock: Micros, found: Sequence[Shown], *, fresh: bool = False) -> None:
        """From a position on, this is what an owner comes to. `fresh`: it had nothing before."""
        if fresh and not found:
            return
        before = self._held(owner, fresh=fresh)
        if not before and not found:
            return
        now: dict[_Row, None] = {}
        for at_from, at_to, (at, said) in found:
            row = _Row(at_from, at_to, at, said.kind, said.text, msgspec.json.encode(said.records).decode(), 0)
            while row in now:
                row = row._replace(nth=row.nth + 1)
            now[row] = None
        self._open[owner] = before
        for row in [row for row in before if row not in now]:
            self._close(before.pop(row), known)
            self._count(known, row, -1)
        for row in now:
            if row not in before:
                ahead = SHOWN_BEFORE if row.at > row.at_from else int(row.at > clock + AHEAD)
                self._last += 1
                before[row] = self._last
                self._waiting[self._last] = [self._last, owner, known, OPEN, row.at_from, row.at_to, ahead, *row[2:6]]
                self._count(known, row, 1)

    def _close(self, row_id: int, known: int) -> None:
        waiting = self._waiting.get(row_id)
        if waiting is None:
            self._closed.append((known, row_id))
        else:
            waiting[3] = known

    def _count(self, known: int, row: _Row, sign: int) -> None:
        for at, n in ((row.at_from, sign), (row.at_to, -sign)):
            if at < NEVER:
                tally = Tally(not_summed=n) if row.kind == NOT_SUMMED else Tally(findings=n)
                self._sums.change(known, TALLY, at, tally)

    def _held(self, owner: str, *, fresh: bool) -> dict[_Row, int]:
        held = self._open.get(owner)
        if held is None:
            held = {}
            if not (fresh or self._complete):
                for row_id, *values in self._connection.execute(_OPEN, (owner,)):
                    row = _Row._make((*values, 0))
                    while row in held:
                        row = row._replace(nth=row.nth + 1)
                    held[row] = row_id
        return held

    def flush(self) -> None:
        """Write what was collected."""
        if self._waiting:
            self._connection.executemany(_INSERT, list(self._waiting.values()))
            self._waiting.clear()
        if self._closed:
            self._connection.executemany(_CLOSE, self._closed)
            self._closed.clear()
        if len(self._open) > _KEPT:
            self._open.clear()
            self._complete = False
