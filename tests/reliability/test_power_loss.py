"""Saved means saved: after a power cut at any moment every acknowledged record is there, and the log is whole.

Every write and sync of a desk's work is recorded, and disks are built from them: what was synced is kept, what was
not may be kept, lost or torn.
"""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from domain.errors import CeasefireError
from domain.log.sqlite import store
from domain.monitor import Monitor
from projections.readmodel import ReadModel
from tests.domain.desk import Desk
from tests.domain.examples import GAZA, NOW, correction, limited, retraction, statement, strike
from tests.log.tampering import raw
from tests.reliability.conftest import Did
from tests.reliability.disk import Call, Disk
from tests.reliability.images import image
from tests.reliability.scale import scaled
from tests.reliability.test_killed import tables

SECRET = b"Zaytun-Qasr-4471"
WAYS = ("all", "synced", "mixed", "mixed", "mixed")
SAID: dict[str, Any] = {
    "reason": "asked",
    "authority": "officer",
    "claimant": "desk",
    "sources": [{"title": "Request"}],
}


class Work:
    """A desk's work on a disk that is watched. `commands` are the keys of each command, in order."""

    def __init__(self, folder: Path) -> None:
        self.commands: list[tuple[str, ...]] = []
        self.disk = Disk(folder)
        with self.disk.watched():
            desk = Desk(folder)
            self._appends(desk, "first", 12)
            self._told(desk, *[limited(f"pair {n}") for n in range(2)])
            self._told(desk, strike(key="strike"))
            self._told(desk, correction({"key": "strike"}, {"place": "Rafah"}, key="corrected"))
            self._told(desk, retraction({"key": "corrected"}, key="retracted"))
            self._told(desk, statement(f"Met at {SECRET.decode()}", key="told"))
            desk.monitor.close()
            desk.monitor = Monitor(desk.path, clock=desk.clock)
            self._imports(desk, 30)
            # another process folds the WAL in, and the next records are written over its beginning
            with raw(desk.path) as other:
                other.execute("PRAGMA wal_checkpoint(RESTART)")
            self._appends(desk, "second", 12)
            self._told(desk, strike("strike-big-1", key="big", via=["x" * 700 + str(n) for n in range(60)]))
            self._erases(desk, "told")  # which lies in the file by now
            self._told(desk, statement(f"Met at {SECRET.decode()}", key="told late"))
            self._erases(desk, "told late")  # which lies in the WAL alone
            self.disk.say("erased")
            self._appends(desk, "third", 12)
            desk.monitor.close()
        self.folder = desk.path.parent
        self.calls = self.disk.seen

    def _done(self, *keys: str) -> None:
        self.commands.append(keys)
        self.disk.say("acknowledged", str(len(self.commands)))

    def _told(self, desk: Desk, *drafts: object) -> None:
        outcomes = desk.monitor.append(drafts)  # type: ignore[arg-type]
        self._done(*(outcome.record.key for outcome in outcomes))

    def _appends(self, desk: Desk, name: str, count: int) -> None:
        for number in range(count):
            self._told(desk, limited(f"{name} {number}"))

    def _erases(self, desk: Desk, key: str) -> None:
        desk.monitor.erase(key, key=f"{key}, erased", **SAID)
        self._done(f"{key}, erased")

    def _imports(self, desk: Desk, count: int) -> None:
        keys = [f"line {n}" for n in range(count)]
        assert desk.imports(*(limited(key) for key in keys)).recorded == count
        self._done(*keys)


def lost(work: Work, upto: int, files: dict[str, bytes], folder: Path) -> str:
    """What is wrong with a disk on which the power went behind that call; "" when nothing is."""
    calls = work.calls[:upto]
    acknowledged = max((int(call.path) for call in calls if call.what == "acknowledged"), default=0)
    log = folder / "gaza.db"
    for name, content in files.items():
        (folder / name).write_bytes(content)
    if not log.exists():
        return "the log is gone" if acknowledged else ""
    try:
        with Monitor(log, clock=lambda: NOW) as monitor:
            monitor.verify()
            keys = [record.key for record in monitor.records()]
            again = monitor.append([limited("after the cut")])[0].fresh
    except CeasefireError as error:
        return str(error)
    whole = [sum(work.commands[:done], ()) for done in range(acknowledged, len(work.commands) + 1)]
    if tuple(keys) not in whole:
        return f"{len(keys)} records, of {acknowledged} acknowledged commands"
    if any(call.what == "erased" for call in calls) and any(SECRET in content for content in files.values()):
        return "erased bytes are back"
    return "" if again else "no record is taken"


def cuts(work: Work, count: int, folder: Path) -> list[str]:
    """What is wrong after each of so many cuts, at moments spread evenly over the work."""
    chance = random.Random(1_000)
    found = []
    for number in range(count):
        upto = 1 + (len(work.calls) - 1) * (number + 1) // count
        here = folder / str(number)
        here.mkdir(parents=True)
        how = WAYS[number % len(WAYS)]
        wrong = lost(work, upto, image(work.calls[:upto], chance, how), here)
        found.append(wrong and f"cut {number} behind call {upto} ({how}): {wrong}")
    return [wrong for wrong in found if wrong]


def test_no_acknowledged_record_is_lost(tmp_path: Path, did: Did) -> None:
    images = scaled(100, 1_000)
    work = Work(tmp_path / "work")

    assert cuts(work, images, tmp_path / "cuts") == []
    did("power loss", images=images, acknowledged_records_lost=0)


def test_erased_bytes_do_not_come_back(tmp_path: Path, did: Did) -> None:
    """The power goes right behind the word that they are erased."""
    work = Work(tmp_path / "work")
    erased = next(index for index, call in enumerate(work.calls) if call.what == "erased")
    images = scaled(20, 200)

    for number in range(images):
        files = image(work.calls[: erased + 1], random.Random(number), WAYS[number % len(WAYS)])
        assert [name for name, content in files.items() if SECRET in content] == []
    did("power loss", images=images)


@pytest.mark.parametrize("level", ["NORMAL", "OFF"])
def test_with_fewer_syncs_records_would_be_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, level: str, did: Did
) -> None:
    """The same cuts notice it: so the test above can fail."""
    plain: Callable[..., sqlite3.Connection] = store.connect

    def connect(path: Path, *, read_only: bool) -> sqlite3.Connection:
        connection = plain(path, read_only=read_only)
        connection.execute(f"PRAGMA synchronous = {level}")
        return connection

    monkeypatch.setattr(store, "connect", connect)
    work = Work(tmp_path / "work")
    monkeypatch.undo()
    images = scaled(20, 200)

    wrong = cuts(work, images, tmp_path / "cuts")

    assert len(wrong) > images // 10
    did("power loss", **{f"of_{images}_with_synchronous_{level}_lost": len(wrong)})


def test_every_call_that_changes_a_file_is_seen(tmp_path: Path) -> None:
    """The disk as it is, built from the calls alone."""
    work = Work(tmp_path)

    files = image(work.calls, random.Random(0), "all")

    for name in ("gaza.db", "gaza.db.head"):
        assert files[name] == (work.folder / name).read_bytes()
    assert [call.what for call in work.calls].count("acknowledged") == len(work.commands)
    assert isinstance(work.calls[0], Call)


def test_so_is_the_name_of_each_folder_that_is_made_for_a_log(tmp_path: Path) -> None:
    disk = Disk(tmp_path)
    with disk.watched():
        Monitor.create(tmp_path / "a" / "b" / "gaza.db", GAZA).close()

    synced = [call.path for call in disk.seen if call.what == "sync" and Path(call.path).is_dir()]
    assert synced == [str(tmp_path), str(tmp_path / "a"), str(tmp_path / "a" / "b")]


def test_the_read_model_equals_a_rebuild_after_it(tmp_path: Path, did: Did) -> None:
    """What of it a power cut tore is noticed or mended: every screen equals a rebuild from zero."""
    disk = Disk(tmp_path)
    with disk.watched():
        desk = Desk(tmp_path / "work")
        desk.imports(*(limited(f"line {n}") for n in range(20)))
        with ReadModel.open(desk.monitor) as model:
            for number in range(6):
                desk.given(statement(f"number {number}", key=str(number)))
                model.catch_up()
            model.rebuild()
            desk.given(strike(), correction({"key": "strike"}, {"place": "Rafah"}, key="corrected"))
            model.catch_up()
        desk.monitor.erase("3", **SAID)
        with ReadModel.open(desk.monitor) as model:
            desk.given(retraction({"key": "corrected"}, key="retracted"))
            model.catch_up()
        desk.monitor.close()
    images, chance = scaled(40, 400), random.Random(77)
    modelled = 0
    for number in range(images):
        upto = 1 + (len(disk.seen) - 1) * (number + 1) // images
        files = image(disk.seen[:upto], chance, WAYS[number % len(WAYS)])
        here = tmp_path / str(number)
        here.mkdir()
        for name, content in files.items():
            (here / name).write_bytes(content)
        if not (here / "gaza.db").exists():
            continue
        modelled += "gaza.db.readmodel.db" in files
        with Monitor(here / "gaza.db", read_only=True) as monitor:
            ReadModel.open(monitor, here / "fresh.db").close()
            with ReadModel.open(monitor) as kept:
                assert tables(kept.path) == tables(here / "fresh.db")
    assert modelled > images // 2
    did("power loss", images_of_a_read_model=modelled)
