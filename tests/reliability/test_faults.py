"""A fault at every call of a command that changes a file, then the same command again: each record once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event

from domain import waiting
from domain.errors import LogUnavailable
from domain.lines import Draft
from domain.monitor import Monitor
from tests.domain.desk import Desk, as_bytes
from tests.domain.examples import NOW, STRIKE, correction, killed, limited, statement, strike
from tests.log.tampering import copy_log
from tests.reliability import scale
from tests.reliability.conftest import Did
from tests.reliability.disk import BUSY, FULL, IOERR_SYNC, IOERR_TRUNCATE, IOERR_WRITE, OK, Call, Disk
from tests.reliability.scale import scaled

BEFORE = ["before", "told", "strike", "killed"]
IMPORTED = [limited(f"line {n}") for n in range(20)]
EDIT: dict[str, Any] = {"claimant": "desk", "sources": [{"title": "Request of 4 Feb 2026"}]}

Command = Callable[[Monitor], object]

COMMANDS: dict[str, tuple[Command, list[str]]] = {
    "append": (lambda log: log.append([limited("new")]), ["new"]),
    "append two": (lambda log: log.append([limited("new"), strike("strike-x-1", key="other")]), ["new", "other"]),
    "append pages": (lambda log: log.append([strike("strike-x-1", key="new", via=["x" * 60_000])]), ["new"]),
    "correct": (
        lambda log: log.correct("strike", {"place": "Rafah"}, kind="translation", reason="misread", key="new", **EDIT),
        ["new"],
    ),
    "retract": (lambda log: log.retract("killed", reason="withdrawn", key="new", **EDIT), ["new"]),
    "erase": (lambda log: log.erase("told", reason="asked", authority="officer", key="new", **EDIT), ["new"]),
    "import": (
        lambda log: log.import_files([Path(str(log.info.place)).with_name("lines")]),
        [str(d.key) for d in IMPORTED],
    ),
}


@dataclass
class Fault:
    """Refuses the `at`th call of its kind: that one alone, or all from there on."""

    codes: dict[str, int]
    at: int
    stays: bool
    count: int = field(default=0, init=False)

    def __call__(self, call: Call) -> int:
        if call.what not in self.codes:
            return OK
        self.count += 1
        return self.codes[call.what] if self.count == self.at or (self.stays and self.count > self.at) else OK


KINDS: dict[str, dict[str, int]] = {
    "the disk is full": {"write": FULL, "create": FULL, "link": FULL},
    "the disk fails": {"write": IOERR_WRITE, "sync": IOERR_SYNC, "truncate": IOERR_TRUNCATE, "delete": IOERR_WRITE},
    "it is locked": {"lock": BUSY},
}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log of four records, closed, and a file to import beside it."""
    desk = Desk(tmp_path_factory.mktemp("faults"))
    desk.given(limited("before"), statement(key="told"), strike(), killed())
    desk.monitor.close()
    desk.path.with_name("lines").write_bytes(b"\n".join(map(as_bytes, IMPORTED)))
    return desk.path


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "LOCK_SECONDS", 0.001)


def opened(path: Path) -> Monitor:
    return Monitor(path, clock=lambda: NOW, recorded_by="tester")


def keys(monitor: Monitor) -> list[str]:
    return [record.key for record in monitor.records()]


def faulty(path: Path, disk: Disk, fault: Fault, command: Command, *, whole: bool) -> tuple[Monitor | None, str]:
    """The command, and with `whole` the opening of the log, under that fault. The log, if open; the error's words."""
    monitor: Monitor | None = None
    try:
        if whole:
            disk.fault = fault
        monitor = opened(path)
        disk.fault = fault
        command(monitor)
    except LogUnavailable as error:
        return monitor, str(error)
    finally:
        disk.fault = lambda _call: OK
    return monitor, ""


# while a log is being opened SQLite itself tries for ten seconds before it gives up a lock that is never granted
WAYS = [way for way in product(KINDS, (False, True), (False, True)) if way != ("it is locked", True, True)]


@pytest.mark.parametrize(
    ("kind", "stays", "whole"),
    WAYS,
    ids=[
        f"{kind}, {'for good' if stays else 'once'}, {'on opening' if whole else 'open'}" for kind, stays, whole in WAYS
    ],
)
@pytest.mark.parametrize("name", COMMANDS)
def test_the_same_command_again_records_it_once(
    prepared: Path, tmp_path: Path, did: Did, name: str, kind: str, stays: bool, whole: bool
) -> None:
    command, new = COMMANDS[name]
    tried = 0
    for at in range(1, 10_000, 1 if scale.FULL else 4):
        path = copy_log(prepared, tmp_path / str(at))
        path.with_name("lines").write_bytes(prepared.with_name("lines").read_bytes())
        disk, fault = Disk(tmp_path), Fault(KINDS[kind], at, stays)
        disk.keeps = False
        with disk.watched():
            monitor, said = faulty(path, disk, fault, command, whole=whole)
            if fault.count < at:
                assert said == ""
                if monitor is not None:
                    monitor.close()
                break
            tried += 1
            assert not said or (said.startswith(f"{path}: ") and said.endswith(")"))  # where, and a remedy
            with monitor or opened(path) as monitor:
                assert keys(monitor) in (BEFORE, BEFORE + new)
                command(monitor)
                assert keys(monitor) == BEFORE + new
        with disk.watched(), opened(path) as again:
            command(again)
            assert keys(again) == BEFORE + new
            assert again.verify().notes == ()
    assert tried
    did("faults", **{f"at_calls_of_{name.split(maxsplit=1)[0]}": tried})


class _Tally(Aggregate):
    """An aggregate as the library's documentation has it."""

    @event("Counted")
    def count(self) -> None:
        """Count."""


@pytest.fixture
def by_default(tmp_path: Path) -> Iterator[Application[UUID]]:
    """The library as it comes, on a log of its own."""
    settings = {
        "PERSISTENCE_MODULE": "eventsourcing.sqlite",
        "SQLITE_DBNAME": str(tmp_path / "library.db"),
        "SQLITE_LOCK_TIMEOUT": "1",
    }
    with Application[UUID](env=settings) as application:
        yield application


def test_the_library_as_it_comes_says_saved_and_loses_it(tmp_path: Path, by_default: Application[UUID]) -> None:
    """So that the test above is known to be one: after a fault the library's `save` again is told as success."""
    tally = _Tally()
    by_default.save(tally)
    disk = Disk(tmp_path)
    with disk.watched():
        by_default.close()
        application = Application[UUID](env=dict(by_default.env))
        tally.count()
        disk.fault = Fault({"lock": BUSY}, 1, stays=True)
        with suppress(Exception):
            application.save(tally)
        disk.fault = lambda _call: OK
        application.save(tally)

        stored = list(application.events.get(tally.id))
        application.close()
    assert tally.version == 2
    assert len(stored) == 1


def test_a_disk_with_room_for_some_bytes_more(prepared: Path, tmp_path: Path, did: Did) -> None:
    """Full at so many places of a command: what fits is written. Reads go on, and appends once there is room."""
    offsets = scaled(20, 100)
    drafts: list[Draft] = [limited("new"), strike("strike-x-1", key="other", via=["x" * 10_000])]
    told: list[str] = []
    remedies: list[str] = []
    for number in range(offsets):
        path = copy_log(prepared, tmp_path / str(number))
        disk = Disk(tmp_path)
        disk.keeps = False
        room = number * 48_000 // offsets

        def full(call: Call) -> int:
            nonlocal room
            if call.what == "write":
                room -= len(call.data)
            return FULL if room < 0 and call.what == "write" else OK

        with disk.watched(), opened(path) as monitor:
            disk.fault = full
            try:
                monitor.append(drafts)
            except LogUnavailable as error:
                told.append(str(error))
                assert keys(monitor) == BEFORE
            with opened(path) as reader:
                assert keys(reader) in (BEFORE, [*BEFORE, "new", "other"])
            disk.fault = lambda _call: OK
            monitor.append(drafts)
            assert keys(monitor) == [*BEFORE, "new", "other"]
            monitor.append([correction({"key": "strike"}, {"place": "Rafah"}, STRIKE, key="later")])
            monitor.verify()
            remedies.append(f"{path}: the disk is full (make room, then run the same command again)")
    assert set(told) <= set(remedies)
    assert 0 < len(told) < offsets
    did("disk full", offsets=offsets, refused_with_a_remedy=len(told))
