"""A long day at the desk, in a process of its own: appends, files of lines, looks and replays, and a follower.

In full it lasts an hour, and a million records: `make soak` lets it go on beside all other tests, and judges it last.
"""

from __future__ import annotations

import json
import random
import resource
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from domain.lines import Draft, parse_line
from domain.monitor import Monitor
from projections.readmodel import ReadModel
from tests.benchmarks.generator import FIRST, TIMEZONE, lines
from tests.domain.examples import Clock, limited
from tests.log.processes import started
from tests.log.tampering import raw
from tests.reliability.scale import scaled
from tests.reliability.work import History, follow_until

LAST = "the last"
SINGLY = 20
"""Records appended one by one between two looks."""
DELIVERY = scaled(500, 5_000)
"""Lines of a file that is imported whenever the pace asks for so many more."""
TOLD = 60
"""How often in all, and at most once in a second, it tells how it goes on."""


class LongRun:
    """The desk and a follower at work on one log until the time is over and all records are in."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder / "gaza.db"
        self.followed = folder / "followed"
        self.seconds = scaled(3, 3600)
        self.records = scaled(3_000, 1_000_000)
        self._told = folder / "told"
        Monitor.create(self.log, TIMEZONE).close()
        self._follower = started(follow_until, self.log, self.followed, LAST)
        self._desk = started(at_the_desk, self.log, self._told, self.seconds, self.records)

    def told(self) -> list[dict[str, Any]]:
        """How it went so far."""
        return [json.loads(line) for line in self._told.read_bytes().splitlines()] if self._told.exists() else []

    def wait(self, tell: Callable[[str], None]) -> None:
        """Until both are done, telling meanwhile how it goes on."""
        end = time.monotonic() + 2 * self.seconds + 600
        seen = 0
        while self._desk.is_alive() or self._follower.is_alive():
            assert time.monotonic() < end, "it takes more than twice its time"
            assert self._desk.exitcode in (None, 0)
            self._follower.join(1)
            for one in self.told()[seen:]:
                seen += 1
                tell(words_of(one))
        assert (self._desk.exitcode, self._follower.exitcode) == (0, 0)

    def end(self) -> None:
        """Nothing goes on, and nothing is left: the log has a gigabyte."""
        for process in (self._desk, self._follower):
            process.kill()
            process.join()
        shutil.rmtree(self.folder)


def words_of(told: dict[str, Any]) -> str:
    """For a person who waits."""
    return (
        f"long run: {told['seconds'] / 60:.0f} min, {told['records']:,} records, {told['replays']:,} replays, "
        f"wal at most {told['wal'] >> 10:,} kB, memory {told['memory'] >> 10:,} kB"
    )


def memory() -> int:
    """Bytes that this process holds: now where the system tells, else the most it ever held."""
    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text().split()[1]) * resource.getpagesize()
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def at_the_desk(log: Path, told: Path, seconds: float, records: int) -> None:
    """What the process does."""
    clock = Clock(FIRST)
    with Monitor(log, clock=clock, recorded_by="desk") as monitor, ReadModel.open(monitor) as model:
        desk = Desk(monitor, model, clock, lines(records))
        history, begun, times = History(told), time.monotonic(), 0
        while (spent := time.monotonic() - begun) < seconds or desk.taken < records:
            desk.take_in(min(records, round(records * spent / seconds)) - desk.taken)
            desk.put_beside_a_reader()
            desk.look()
            if spent >= max(1, seconds / TOLD) * times:
                times += 1
                history.add(**desk.told(spent))
        history.add(**desk.told(time.monotonic() - begun))
        monitor.append([limited(LAST, occurred=clock().isoformat(), reported_at=clock().isoformat())])


def _after(line: dict[str, Any]) -> datetime:
    """When a line comes in: later than anything that it tells of, and some tell of statuses ten days ahead."""
    return datetime.fromisoformat(line["reported_at"]) + timedelta(days=11)


class Desk:
    """The desk at its work; its clock stands at the newest report."""

    def __init__(self, monitor: Monitor, model: ReadModel, clock: Clock, made: Iterator[dict[str, Any]]) -> None:
        self.taken = 0
        self._monitor, self._model, self._clock, self._made = monitor, model, clock, made
        self._log = Path(str(monitor.info.place))
        self._chance = random.Random(5)
        self._beside = self._replays = self._wal = 0

    def take_in(self, wanted: int) -> None:
        """As many records as the pace asks for: some one by one, many as a file."""
        if wanted >= DELIVERY:
            self._import(list(islice(self._made, DELIVERY)))
        for line in islice(self._made, min(SINGLY, max(0, wanted))):
            self._monitor.append([self._draft(line)])
            self.taken += 1
            self._measure()

    def _import(self, delivered: list[dict[str, Any]]) -> None:
        file = self._log.with_name("delivered")
        file.write_text("".join(json.dumps(line) + "\n" for line in delivered))
        self._clock.now = _after(delivered[-1])
        report = self._monitor.import_files([file])
        assert (report.refusals, report.recorded) == ([], len(delivered))
        self.taken += len(delivered)
        self._measure()

    def _draft(self, line: dict[str, Any]) -> Draft:
        self._clock.now = _after(line)
        draft = parse_line(json.dumps(line).encode(), where=line["key"])
        assert isinstance(draft, Draft)
        return draft

    def put_beside_a_reader(self) -> None:
        """One more record, while somebody reads an old state and so keeps the log from being folded in."""
        with raw(self._log) as held:
            held.execute("BEGIN")
            held.execute("SELECT count(*) FROM meta").fetchone()
            now = self._clock().isoformat()
            self._beside += 1
            self._monitor.append([limited(f"beside {self._beside}", occurred=now, reported_at=now)])
            self._measure()

    def look(self) -> None:
        """A replay: a day, and what was known of it after some record."""
        self._model.catch_up()
        self._measure()
        day = FIRST + (self._clock() - FIRST) * self._chance.random()
        known = self._chance.randint(1, self._monitor.head().position)
        where = self._model.vantage(day.date().isoformat(), f"@{known}", now=self._clock())
        self._model.situation(where)
        self._model.feed(self._model.step_known(where, -1))
        self._replays += 1

    def _measure(self) -> None:
        for name in (f"{self._log.name}-wal", f"{self._model.path.name}-wal"):
            wal = self._log.with_name(name)
            if wal.exists():  # the read model's comes and goes
                self._wal = max(self._wal, wal.stat().st_size)

    def told(self, spent: float) -> dict[str, Any]:
        """How it goes."""
        stored = self.taken + self._beside
        return {
            "seconds": spent, "records": stored, "replays": self._replays, "wal": self._wal, "memory": memory()
        }  # fmt: skip
