"""Which records are not for everybody: restricted ones as their handling is now, and those whose words tell of one.

As it is now, whatever vantage is looked from: what was made restricted since is told to nobody from then on.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

from domain.catalogue import record_type
from domain.editing import Corrected, Erased
from domain.report import Report
from projections.schema import NEVER

_POSITION = "SELECT position FROM records WHERE record = ?"
_WITHHELD = f"""
SELECT EXISTS (SELECT 1 FROM versions WHERE position = :p AND k_to = {NEVER} AND handling = 'restricted')
  OR EXISTS (SELECT 1 FROM refers r JOIN withheld w ON w.position = r.other WHERE r.position = :p)"""  # noqa: S608
_DEPENDENTS = "SELECT position FROM refers WHERE other = ? ORDER BY position"


class Withheld:
    """The fold's side of it. `ready` writes what the fold still holds back, before anything is looked up."""

    def __init__(self, connection: sqlite3.Connection, ready: Callable[[], None]) -> None:
        self._connection = connection
        self._ready = ready

    def appeared(self, position: int, topic: str, report: Report[Any]) -> None:
        """A record is known. An erasure was made to be shown, and goes by its own handling alone."""
        named = () if topic == Erased.TOPIC else _named(topic, report)
        if not named and report.handling != "restricted":
            return
        self._ready()
        for name in named:
            found = self._connection.execute(_POSITION, (name,)).fetchone()
            if found is not None:
                self._connection.execute("INSERT OR IGNORE INTO refers VALUES (?, ?)", (found[0], position))
        self._says_more(position, topic, report)
        self.again(position)

    def _says_more(self, position: int, topic: str, report: Report[Any]) -> None:
        """A restricted correction of a record for everybody: what the record says from then on is its words."""
        if topic != Corrected.TOPIC or report.handling != "restricted" or "handling" in report.data.changes:
            return
        self._connection.execute(
            "INSERT OR IGNORE INTO refers SELECT ?, r.position FROM records r WHERE r.record = ?"
            " AND r.position NOT IN (SELECT position FROM withheld)",
            (position, report.data.target),
        )

    def again(self, position: int) -> None:
        """Look anew whether a record is withheld; if that changed, at those that refer to it too."""
        now = bool(self._connection.execute(_WITHHELD, {"p": position}).fetchone()[0])
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
