"""DuckDB: the rows of claims as its own tables, sorted by time, asked with plain SQL."""

from __future__ import annotations

from pathlib import Path

import duckdb

from domain.calendar import Micros
from tests.benchmarks.answers import Answer
from tests.benchmarks.claims import STANDINGS
from tests.benchmarks.peers import statuses, strikes
from tests.benchmarks.peers.frames import frames, pairs
from tests.benchmarks.peers.raw_sqlite import by_slot


class Duck:
    """Tables in memory."""

    name = "DuckDB"

    def __init__(self, path: Path) -> None:
        self._store = duckdb.connect()
        for name, frame in frames(path).items():
            self._store.register("rows", frame)
            self._store.execute(f"CREATE TABLE {name} AS SELECT * FROM rows")
            self._store.unregister("rows")

    def answer(self, as_of: Micros, position: int) -> Answer:
        vantage = {"t": as_of, "k": position}
        links = self._store.execute(strikes.KNOWN_LINKS, {"k": position}).fetchall()
        joined, parts = strikes.joined_and_parts(strikes.Known(*row) for row in links)
        self._store.register("joined", pairs(joined, "strike", "home"))
        self._store.register("parts", pairs(parts, "part", "whole"))
        sums = self._store.execute(strikes.SUMS, vantage).fetchall()
        newest = self._store.execute(
            "SELECT unnest(max_by("
            " {'way': way, 'first': first, 'said': said, 'position': position, 'status': status, 'last': last,"
            " 'until': until}, (first, said, position)))"
            " FROM statuses WHERE first <= $t AND k_from <= $k AND k_to > $k GROUP BY way, claimant",
            vantage,
        ).fetchall()
        lines = self._store.execute(
            "SELECT position, standing FROM feed WHERE t <= $t AND k_from <= $k AND k_to > $k"
            " ORDER BY position DESC LIMIT 20",
            vantage,
        ).fetchall()
        return Answer(
            *by_slot(sums),
            statuses.ruling((statuses.Newest(*row) for row in newest), as_of),
            [(found, STANDINGS[standing]) for found, standing in lines],
        )

    def close(self) -> None:
        self._store.close()
