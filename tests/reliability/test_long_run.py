"""A long day at the desk: appends, looks and replays go on, the write-ahead log stays small and memory flat."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest

from domain.monitor import Monitor
from tests.domain.desk import Desk
from tests.domain.examples import statement
from tests.log.tampering import raw
from tests.reliability.conftest import Did
from tests.reliability.long_run import LongRun
from tests.reliability.scale import FULL

MOST_WAL = 64 << 20
# in short the caches still fill up after half time: SQLite's pages of the read model (40 MiB), 8,000 decoded versions
MOST_GROWTH = (16 if FULL else 56) << 20


def test_appends_and_replays_for_long(long_run: LongRun, did: Did, capsys: pytest.CaptureFixture[str]) -> None:
    """With a follower that reads along, and another process that holds an old state now and then."""
    with capsys.disabled():
        long_run.wait(print if FULL else lambda _: None)
    told = long_run.told()
    last, half = told[-1], next(one for one in told if one["seconds"] >= long_run.seconds / 2)
    grown = last["memory"] - half["memory"]
    assert last["seconds"] >= long_run.seconds
    assert last["records"] >= long_run.records
    assert last["wal"] < MOST_WAL
    assert grown < MOST_GROWTH
    stored = last["records"] + 1
    with Monitor(long_run.log) as monitor:
        assert monitor.verify().records == stored
    with long_run.followed.open() as followed:
        assert all(json.loads(line)["position"] == number for number, line in enumerate(followed, start=1))
        followed.seek(0)
        assert sum(1 for _ in followed) == stored
    did(
        "long run",
        seconds=round(last["seconds"]),
        records=stored,
        replays=last["replays"],
        kB_of_wal_at_most=last["wal"] >> 10,
        kB_of_memory_at_half_time=half["memory"] >> 10,
        kB_grown_since=max(0, grown) >> 10,
    )


def test_a_wal_that_cannot_be_folded_in_would_be_noticed(tmp_path: Path) -> None:
    """With a reader that never lets go it only grows: so the test above can fail."""
    desk = Desk(tmp_path)
    wal = desk.path.with_name("gaza.db-wal")
    with closing(desk.monitor), raw(desk.path) as held:
        held.execute("BEGIN")
        held.execute("SELECT count(*) FROM meta").fetchone()
        sizes = []
        for number in range(3):
            desk.given(*(statement(f"{number} {n}", key=f"{number} {n}", via=["x" * 60_000]) for n in range(40)))
            sizes.append(wal.stat().st_size)
    assert sizes == sorted(set(sizes))
    assert sizes[-1] > 6_000_000
