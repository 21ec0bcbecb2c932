"""A long day at the desk: appends, looks and replays go on, the write-ahead log stays small and memory flat."""

from __future__ import annotations

import random
import resource
import sys
import time
from contextlib import closing
from pathlib import Path

from domain.monitor import Monitor
from projections.readmodel import ReadModel
from tests.domain.desk import Desk
from tests.domain.examples import NOW, limited, statement
from tests.log.processes import started
from tests.log.tampering import raw
from tests.reliability.conftest import Did
from tests.reliability.scale import scaled
from tests.reliability.work import follow_until

MOST_WAL = 64 << 20
MOST_GROWTH = 56 << 20  # caches fill up: SQLite's pages of the read model (40 MiB), and its 8,000 decoded versions
LAST = "the last"


def memory() -> int:
    """Bytes that this process holds: now where the system tells, else the most it ever held."""
    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text().split()[1]) * resource.getpagesize()
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def test_appends_and_replays_for_long(tmp_path: Path, did: Did) -> None:
    """With a follower that reads along, and another process that holds an old state now and then."""
    desk = Desk(tmp_path)
    wal, chance = desk.path.with_name("gaza.db-wal"), random.Random(5)
    follower = started(follow_until, desk.path, tmp_path / "followed", LAST)
    begun, seconds = time.monotonic(), scaled(3, 240)
    appended = looks = largest = 0
    half: int | None = None
    with ReadModel.open(desk.monitor) as model:
        while (spent := time.monotonic() - begun) < seconds:
            for _ in range(20):
                appended += 1
                desk.given(statement(f"number {appended}", key=str(appended)))
            with raw(desk.path) as held:  # somebody reads, and keeps the log from being folded in meanwhile
                held.execute("BEGIN")
                held.execute("SELECT count(*) FROM meta").fetchone()
                desk.given(limited(f"beside {appended}"))
                largest = max(largest, wal.stat().st_size)
            model.catch_up()
            where = model.vantage("2026-02-03", f"@{chance.randint(1, appended)}", now=NOW)
            model.situation(where)
            model.feed(model.step_known(where, -1))
            looks += 1
            if half is None and spent > seconds / 2:
                half = memory()
        grown = memory() - (half or memory())
    desk.given(limited(LAST))
    follower.join(60)
    assert follower.exitcode == 0
    assert len((tmp_path / "followed").read_bytes().splitlines()) == desk.monitor.head().position
    assert largest < MOST_WAL
    assert grown < MOST_GROWTH
    desk.monitor.close()
    with Monitor(desk.path) as monitor:
        assert monitor.verify().records == appended + looks + 1
    did(
        "long run",
        seconds=seconds,
        records=appended + looks + 1,
        replays=looks,
        kB_of_wal_at_most=largest >> 10,
        kB_of_memory_grown=max(0, grown) >> 10,
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
