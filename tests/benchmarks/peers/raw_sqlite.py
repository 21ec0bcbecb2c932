"""sqlite3 with covering indexes: rows of claims in plain tables, asked with plain SQL."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from itertools import islice
from pathlib import Path

from domain.calendar import Micros
from tests.benchmarks.answers import Answer, Newest, Statuses, Sums
from tests.benchmarks.claims import SLOTS, STANDINGS, WAYS, Claim, Line, Link, Row, Status, Strike
from tests.benchmarks.generator import CLAIMANTS
from tests.benchmarks.peers import statuses, strikes

TABLES: dict[type[Row], tuple[str, str]] = {
    Strike: ("strikes", "strike, t, first, last, k_from, k_to"),
    Claim: (
        "claims",
        "strike, slot, claimant, said, position, includes, provisional, first, last, low, high, k_from, k_to",
    ),
    Link: ("links", "strike, relation, other, said, position, k_from, k_to"),
    Status: ("statuses", "way, claimant, first, said, position, k_from, k_to, status, last, until"),
    Line: ("feed", "position, t, k_from, k_to, standing"),
}
"""Each table, and the columns of its covering index in the order that suits the questions."""


def build(path: Path, rows: Iterable[Row]) -> None:
    """Make the file."""
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    store = sqlite3.connect(draft, isolation_level=None)
    store.execute("PRAGMA journal_mode = OFF")
    store.execute("PRAGMA synchronous = OFF")
    store.execute("BEGIN")
    for kind, (name, _) in TABLES.items():
        store.execute(f"CREATE TABLE {name} ({', '.join(kind._fields)})")
    stream = iter(rows)
    while batch := list(islice(stream, 20_000)):
        for kind, (name, _) in TABLES.items():
            own = [row for row in batch if type(row) is kind]
            store.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(kind._fields))})", own)
    for name, columns in TABLES.values():
        store.execute(f"CREATE INDEX {name}_cover ON {name} ({columns})")
    store.execute("COMMIT")
    store.close()
    draft.replace(path)


class RawSqlite:
    """The file, open."""

    name = "sqlite3"

    def __init__(self, path: Path) -> None:
        self._store = sqlite3.connect(path)
        self._store.execute("PRAGMA cache_size = -262144")
        self._store.execute("PRAGMA mmap_size = 4294967296")
        self._store.execute("CREATE TEMP TABLE joined (strike INTEGER PRIMARY KEY, home)")
        self._store.execute("CREATE TEMP TABLE parts (part, whole, PRIMARY KEY (part, whole)) WITHOUT ROWID")

    def answer(self, as_of: Micros, position: int) -> Answer:
        strikes, sums = self._sums(as_of, position)
        return Answer(strikes, sums, self._statuses(as_of, position), self._newest(as_of, position))

    def _sums(self, as_of: Micros, position: int) -> tuple[int, Sums]:
        vantage = {"t": as_of, "k": position}
        links = (strikes.Known(*row) for row in self._store.execute(strikes.KNOWN_LINKS, vantage))
        joined, parts = strikes.joined_and_parts(links)
        self._store.execute("DELETE FROM joined")
        self._store.execute("DELETE FROM parts")
        self._store.executemany("INSERT INTO joined VALUES (?, ?)", joined)
        self._store.executemany("INSERT INTO parts VALUES (?, ?)", parts)
        return by_slot(self._store.execute(strikes.SUMS, vantage))

    def _statuses(self, as_of: Micros, position: int) -> Statuses:
        one = (
            "SELECT way, first, said, position, status, last, until FROM statuses"
            " WHERE way = ? AND claimant = ? AND first <= ? AND k_from <= ? AND k_to > ?"
            " ORDER BY first DESC, said DESC, position DESC LIMIT 1"
        )
        rows = [
            statuses.Newest(*row)
            for way in range(len(WAYS))
            for claimant in range(len(CLAIMANTS))
            for row in self._store.execute(one, (way, claimant, as_of, position, position))
        ]
        return statuses.ruling(rows, as_of)

    def _newest(self, as_of: Micros, position: int) -> Newest:
        found = self._store.execute(
            "SELECT position, standing FROM feed WHERE position <= ? AND t <= ? AND k_from <= ? AND k_to > ?"
            " ORDER BY position DESC LIMIT 20",
            (position, as_of, position, position),
        )
        return [(row[0], STANDINGS[row[1]]) for row in found]

    def close(self) -> None:
        self._store.close()


def by_slot(found: Iterable[tuple[int, int, int]]) -> tuple[int, Sums]:
    """Sums per slot as an answer has them."""
    strikes = 0
    sums: Sums = {}
    for slot, low, high in found:
        if slot == 0:
            strikes = low
        elif (low, high) != (0, 0):
            sums[SLOTS[slot - 1]] = low, high
    return strikes, sums
