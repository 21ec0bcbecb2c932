"""kill -9 at any moment of what writes a log, a model, a backup or a recovered log: nothing lost, torn or doubled."""

from __future__ import annotations

import random
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from domain.log.head import head_path
from domain.log.sqlite.recovery import recover
from domain.monitor import Monitor
from projections.readmodel import ReadModel
from tests.domain.desk import Desk, as_bytes
from tests.domain.examples import NOW, limited, statement
from tests.log.processes import Acknowledgements, started
from tests.log.tampering import copy_log, unguarded
from tests.reliability.conftest import Did
from tests.reliability.scale import scaled
from tests.reliability.work import append_on, back_up, import_file, model_log, recover_log

LINES = [limited(f"line {n}") for n in range(300)]


def opened(path: Path) -> Monitor:
    return Monitor(path, clock=lambda: NOW)


def keys(monitor: Monitor) -> list[str]:
    return [record.key for record in monitor.records()]


class Killing:
    """Processes that are killed at a moment of their work: any between its beginning and a bit after its end."""

    def __init__(self, sign: Path, work: Callable[..., None]) -> None:
        self._sign = sign
        self._work = work
        self._chance = random.Random(9)
        self.killed = 0
        self.done = 0

    def seconds(self, path: Path, *more: Any) -> float:
        """How long the work takes when it is left alone."""
        began, process = self._begun(path, *more)
        process.join(60)
        assert process.exitcode == 0
        return time.monotonic() - began

    def kill(self, longest: float, path: Path, *more: Any) -> None:
        """Let it work for a while, at most so many seconds, and kill it."""
        _, process = self._begun(path, *more)
        time.sleep(self._chance.uniform(0, longest))
        process.kill()
        process.join(60)
        self.killed += process.exitcode != 0
        self.done += process.exitcode == 0

    def until(self, kills: int) -> Iterator[int]:
        """Numbers for one try after the other, until so many were killed at work; some are done before that."""
        number = 0
        while self.killed < kills:
            assert number < 4 * kills
            yield number
            number += 1

    def _begun(self, path: Path, *more: Any) -> tuple[float, Any]:
        self._sign.unlink(missing_ok=True)
        process = started(self._work, path, self._sign, *more)
        end = time.monotonic() + 60
        while not self._sign.exists():
            assert time.monotonic() < end
            assert process.exitcode in (None, 0)
            time.sleep(0.001)
        return time.monotonic(), process


def test_during_appends(tmp_path: Path, did: Did) -> None:
    killing = Killing(tmp_path / "sign", append_on)
    for number in killing.until(scaled(12, 360)):
        folder = tmp_path / str(number // 20)
        if number % 20 == 0:
            Desk(folder).monitor.close()
        path, said = folder / "log" / "gaza.db", Acknowledgements(folder / "said")
        with opened(path) as monitor:
            stored = len(keys(monitor)) // 2
        # it goes on with the command before the last, whose keys are on record: so nothing is doubled
        killing.kill(0.06, path, said.path, max(1, stored - 1))

        with opened(path) as monitor:
            assert set(said.read()) <= {key.removeprefix("a ") for key in keys(monitor)}
            pairs = len(keys(monitor)) // 2
            assert keys(monitor) == [key for n in range(1, pairs + 1) for key in (f"a {n}", f"b {n}")]
            monitor.verify()
    did("kill -9", during_appends=killing.killed, lost_torn_or_doubled=0)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log of two records, closed, and a file to import beside it."""
    desk = Desk(tmp_path_factory.mktemp("killed"))
    desk.given(limited("before"), statement(key="told"))
    desk.monitor.close()
    desk.path.with_name("lines").write_bytes(b"\n".join(map(as_bytes, LINES)))
    return desk.path


def test_during_an_import(prepared: Path, tmp_path: Path, did: Did) -> None:
    killing, file = Killing(tmp_path / "sign", import_file), prepared.with_name("lines")
    longest = killing.seconds(copy_log(prepared, tmp_path / "whole"), file)
    all_of_it = ["before", "told", *(str(draft.key) for draft in LINES)]
    for number in killing.until(scaled(12, 220)):
        path = copy_log(prepared, tmp_path / str(number))
        killing.kill(longest * 1.2, path, file)

        with opened(path) as monitor:
            assert keys(monitor) in (["before", "told"], all_of_it)
            report = monitor.import_files([file])
            assert report.recorded in (0, len(LINES))
            assert keys(monitor) == all_of_it
            monitor.verify()
    did("kill -9", during_an_import=killing.killed)


def tables(path: Path) -> dict[str, list[Any]]:
    """All rows of all tables of a read model, but those that SQLite keeps for its text search."""
    with closing(sqlite3.connect(path)) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        assert len(names) > 3
        return {
            name: sorted(connection.execute(f"SELECT * FROM {name}").fetchall(), key=repr)
            for name in names
            if not name.startswith(("words", "sqlite_"))
        }


@pytest.fixture(scope="module")
def behind(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log with a read model of its first records, which is to catch up with the others."""
    path = copy_log(prepared, tmp_path_factory.mktemp("behind"))
    with opened(path) as monitor:
        ReadModel.open(monitor).close()
        monitor.import_files([prepared.with_name("lines")])
    return path


def copied(behind: Path, folder: Path) -> Path:
    path = copy_log(behind, folder)
    model = behind.with_name(behind.name + ".readmodel.db")
    path.with_name(model.name).write_bytes(model.read_bytes())
    return path


@pytest.mark.parametrize("what", ["catch up", "rebuild"])
def test_during_what_makes_the_read_model(behind: Path, tmp_path: Path, did: Did, what: str) -> None:
    killing = Killing(tmp_path / "sign", model_log)
    longest = killing.seconds(copied(behind, tmp_path / "whole"), what, 20)
    with opened(behind) as monitor:
        ReadModel.open(monitor, tmp_path / "fresh.db").close()
    fresh = tables(tmp_path / "fresh.db")
    for number in killing.until(scaled(6, 110)):
        path = copied(behind, tmp_path / str(number))
        killing.kill(longest * 1.2, path, what, 20)

        with opened(path) as monitor, ReadModel.open(monitor) as model:
            assert tables(model.path) == fresh
            monitor.verify()
    did("kill -9", **{"during_a_" + what.replace(" ", "-"): killing.killed})


@pytest.fixture(scope="module")
def filled(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The log with all lines in it, and a backup of it from before."""
    path = copy_log(prepared, tmp_path_factory.mktemp("filled"))
    with opened(path) as monitor:
        monitor.backup(path.with_name("older.db"))
        monitor.import_files([prepared.with_name("lines")])
    return path


def test_during_a_backup(filled: Path, tmp_path: Path, did: Did) -> None:
    """Under its name stands a whole log that verifies: the new backup, the one it was to replace, or none before."""
    with opened(filled) as monitor:
        whole = keys(monitor)
    killing = Killing(tmp_path / "sign", back_up)
    longest = killing.seconds(filled, tmp_path / "first.db")
    for number in killing.until(scaled(8, 100)):
        to = tmp_path / str(number) / "copy.db"
        to.parent.mkdir()
        replaces = number % 2 == 1
        if replaces:
            shutil.copy(filled.with_name("older.db"), to)
            shutil.copy(head_path(filled.with_name("older.db")), head_path(to))
        killing.kill(longest * 1.2, filled, to)

        assert to.exists() or not replaces
        if to.exists():
            with Monitor(to, read_only=True) as copy:
                assert keys(copy) in ([whole, ["before", "told"]] if replaces else [whole])
                copy.verify()
        with opened(filled) as monitor:
            monitor.backup(to, replace=True)
        with opened(to) as copy:
            assert keys(copy) == whole
            assert copy.verify().notes == ()
    did("kill -9", during_a_backup=killing.killed)


def test_during_a_recovery(filled: Path, tmp_path: Path, did: Did) -> None:
    """The damaged log is not touched; the recovered one is there as it will be, or not at all."""
    damaged = copy_log(filled, tmp_path / "damaged")
    with unguarded(damaged) as connection:
        connection.execute("UPDATE records SET recorded_by = 'somebody' WHERE position = 200")
    before = damaged.read_bytes(), head_path(damaged).read_bytes()
    killing = Killing(tmp_path / "sign", recover_log)
    longest = killing.seconds(damaged, tmp_path / "first" / "new.db")
    with opened(tmp_path / "first" / "new.db") as monitor:
        stands = keys(monitor)
    assert len(stands) == 199
    for number in killing.until(scaled(8, 100)):
        new = tmp_path / str(number) / "new.db"
        killing.kill(longest * 1.2, damaged, new)

        assert (damaged.read_bytes(), head_path(damaged).read_bytes()) == before
        if not new.exists():
            recover(damaged, new, recorded_by="tester", clock=lambda: NOW)
        with opened(new) as monitor:
            assert keys(monitor) == stands
            monitor.verify()
    did("kill -9", during_a_recovery=killing.killed)
