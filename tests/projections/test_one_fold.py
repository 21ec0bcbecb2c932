"""Rebuild, catch-up and live are one fold: the same tables row by row, wherever one batch ends and the next begins."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.monitor import Head
from projections.readmodel import ReadModel
from tests.projections.random_logs import logs
from tests.projections.records import Log
from tests.projections.wide_logs import wide_logs
from tests.reliability.scale import scaled

THOROUGH = settings(max_examples=scaled(25, 500), deadline=None, suppress_health_check=list(HealthCheck))


class Growing:
    """A log of which no more than the first records have been written yet."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self.info, self.calendar, self.record = log.info, log.calendar, log.record
        self.length = 0

    def head(self) -> Head:
        if not self.length:
            return Head(position=0, hash=b"", known_at=0, recorded_at=0)
        newest = self._log.all[self.length - 1]
        return Head(newest.position, newest.hash, 0, 0)

    def records(self, after: int = 0, upto: int | None = None) -> Any:
        yield from self._log.all[after : min(self.length, self.length if upto is None else upto)]


def tables(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    connection = sqlite3.connect(path)
    try:
        names = [
            name
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
            if not name.startswith("words")
        ]
        return {name: sorted(connection.execute(f"SELECT * FROM {name}"), key=repr) for name in names}
    finally:
        connection.close()


@given(st.one_of(logs(), wide_logs()), st.lists(st.integers(1, 12), max_size=20))
@THOROUGH
def test_the_tables_are_the_same_wherever_batches_end(log: Log, steps: list[int]) -> None:
    same_however_read(log, steps)


def test_counts_of_both_directions_that_come_one_after_the_other() -> None:
    log = Log()
    for figure, direction in enumerate(["into", "out_of", "into", "out_of"], start=10):
        log.passed(figure, direction=direction, on="2026-02-02")
    same_however_read(log, [1, 1, 1])


def same_however_read(log: Log, steps: list[int]) -> None:
    with TemporaryDirectory() as folder:
        whole, bit_by_bit = Path(folder) / "whole.db", Path(folder) / "bits.db"
        ReadModel.open(log, whole).close()
        growing = Growing(log)
        for step in steps:
            growing.length = min(len(log.all), growing.length + step)
            ReadModel.open(growing, bit_by_bit).close()  # another process each time
        growing.length = len(log.all)
        ReadModel.open(growing, bit_by_bit).close()
        expected, found = tables(whole), tables(bit_by_bit)
        assert expected.keys() == found.keys()
        for name, rows in expected.items():
            assert found[name] == rows, name
