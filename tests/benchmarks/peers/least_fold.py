"""The least that a rebuild does: read the log, decode each body into its type, fold edits, write all of it sorted."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import msgspec

from domain.calendar import Calendar
from domain.catalogue import CATALOGUE
from domain.report import Report
from tests.benchmarks.generator import TIMEZONE

_NEVER = 1 << 62


def least_fold(log: sqlite3.Connection, path: Path) -> int:
    """Fold a made-up log into one table of versions with two indexes; how many there are."""
    calendar = Calendar(TIMEZONE)
    decoders = {topic: msgspec.json.Decoder(Report[kind.facts]).decode for topic, kind in CATALOGUE.items()}  # type: ignore[name-defined]
    versions: list[list[Any]] = []
    standing: dict[str, _Standing] = {}
    for position, stream, version, topic, known_at, body in log.execute(
        "SELECT position, stream, version, type, known_at, body FROM records ORDER BY position"
    ):
        report = decoders[topic](body)
        if topic.startswith("record."):
            found = standing[report.data.target]
            versions.append(found.edited(report.data, position, calendar))
        else:
            at = calendar.period(report.occurred)[0]
            row = [position, position, _NEVER, stream, topic, report.claimant, 1, at, known_at, body]
            versions.append(row)
            found = _Standing(row, report)
        standing[f"{stream}/{version}"] = found
    versions.sort()
    store = sqlite3.connect(path, isolation_level=None)
    store.execute("PRAGMA journal_mode = OFF")
    store.execute("PRAGMA synchronous = OFF")
    store.execute("CREATE TABLE versions (position, k_from, k_to, stream, type, claimant, stands, at, known_at, body)")
    store.execute("BEGIN")
    store.executemany(f"INSERT INTO versions VALUES ({', '.join('?' * 10)})", versions)
    store.execute("CREATE INDEX by_time ON versions (stands, at)")
    store.execute("CREATE INDEX by_position ON versions (position, k_from)")
    store.execute("COMMIT")
    store.close()
    return len(versions)


class _Standing:
    """A report and the newest row of it."""

    __slots__ = ("report", "row")

    def __init__(self, row: list[Any], report: Report[Any]) -> None:
        self.row, self.report = row, report

    def edited(self, edit: Any, position: int, calendar: Calendar) -> list[Any]:
        """The row that an edit opens, once it has closed the one before."""
        self.row[2] = position
        self.row = row = [self.row[0], position, _NEVER, *self.row[3:]]
        changes = getattr(edit, "changes", None)
        if changes is None:
            row[6] = 0
            return row
        body = msgspec.to_builtins(self.report)
        for name, value in changes.items():
            (body["data"] if name == "figure" else body)[name] = value
        self.report = CATALOGUE[row[4]].convert(body)
        row[7] = calendar.period(self.report.occurred)[0]
        row[9] = msgspec.json.encode(self.report).decode()
        return row
