"""Which records are not for everybody: restricted ones as their handling is now, and those whose words tell of one.

As it is now, whatever vantage is looked from: what was made restricted since is told to nobody from then on.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from domain.catalogue import record_type
from domain.editing import Corrected, Erased
from domain.report import Report
from projections.index.records import RecordRows

_REFERS_TO_ONE = """
SELECT EXISTS (SELECT 1 FROM refers r JOIN withheld w ON w.position = r.other WHERE r.position = ?)"""
_DEPENDENTS = "SELECT position FROM refers WHERE other = ? ORDER BY position"
_IS = "SELECT EXISTS (SELECT 1 FROM withheld WHERE position = ?)"
_REFERS = "INSERT OR IGNORE INTO refers VALUES (?, ?)"


class WithheldRows:
    """The fold's side of it."""

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
