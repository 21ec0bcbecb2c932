"""What the parts of the fold that lay things on timelines work with."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from typing import NamedTuple

from domain.calendar import Calendar
from projections.derived.findings import Findings
from projections.rows import Version, Versions
from projections.timeline import Entry, Timeline


class Working(NamedTuple):
    """One open connection, and what is written through it. `ready` writes rows of versions that are held back."""

    connection: sqlite3.Connection
    calendar: Calendar
    timeline: Timeline
    findings: Findings
    ready: Callable[[], None]

    def versions(self, rows: Iterable[Entry]) -> list[Version]:
        """What rows of timelines stand for, in no order."""
        ids = [2 * row.k_from for row in rows]
        if not ids:
            return []
        self.ready()
        return Versions.by_ids_now(self.connection, ids)
