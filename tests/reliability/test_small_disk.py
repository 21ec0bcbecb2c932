"""A small disk that is full, a real one (tmpfs): at so many places of each command that writes, and what is told of it.

tests/reliability/test_faults.py refuses calls; here the system does. Only the superuser may mount a disk.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from domain.clock import system_clock
from tests.domain.desk import Desk, as_bytes
from tests.domain.examples import Clock, limited, statement, strike
from tests.log.desks import ServerDesk
from tests.reliability.conftest import Did
from tests.reliability.scale import scaled
from tests.server import as_superuser
from tui.commands.root import ceasefire

REPORT = "--occurred 2026-02-02 --reported-at 2026-02-02 --claimant desk --source Note"
COMMANDS = {
    "append": f"append statement.made statement-x --text said --via {'x' * 60_000} {REPORT} --key new",
    "correct": "correct strike --set place=Rafah --kind translation --reason misread --claimant desk --source Note "
    "--key new",
    "erase": "erase told --reason asked --authority officer --claimant desk --source Note --key new --yes",
    "import": "import {lines}",
    "rebuild": "rebuild",
    "backup": "backup {disk}/copy.db",
    "bundle": "bundle {disk}/log.bundle",
    "export": "export {disk}/lines.jsonl",
}
KILOBYTES = 4 << 10


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 4 MiB, empty."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={KILOBYTES}k", "tmpfs", str(disk)]
    if os.getuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no disk can be mounted here")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    desk = Desk(tmp_path_factory.mktemp("small"), clock=Clock(system_clock()))
    desk.given(strike(), statement(key="told"), *(limited(f"before {n}", via=["x" * 2_000]) for n in range(40)))
    desk.monitor.close()
    desk.folder.joinpath("lines").write_bytes(b"".join(as_bytes(limited(f"line {n}")) + b"\n" for n in range(200)))
    return desk.folder


def filled(disk: Path, room: int) -> Path:
    """A file that leaves so many bytes of the disk free."""
    free = os.statvfs(disk)
    filler = disk / "filler"
    filler.write_bytes(bytes(max(0, free.f_bavail * free.f_frsize - room)))
    return filler


def typed(words: str, made: Path, disk: Path) -> Result:
    given = words.format(lines=made / "lines", disk=disk).split()
    result = CliRunner().invoke(ceasefire, [*given, "--log", str(disk / "log" / "gaza.db")])
    assert not isinstance(result.exception, Exception) or isinstance(result.exception, SystemExit), result.exception
    return result


def test_what_does_not_fit_is_refused_in_words_and_done_once_there_is_room(
    made: Path, disk: Path, did: Did, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(disk))
    offsets = scaled(12, 104)
    told = Counter[bool]()
    for number in range(offsets):
        name = list(COMMANDS)[number % len(COMMANDS)]
        shutil.copytree(made / "log", disk / "log")
        typed("status", made, disk)
        filler = filled(disk, room=number // len(COMMANDS) * len(COMMANDS) * 300 * 1024 // offsets)

        first = typed(COMMANDS[name], made, disk)
        told[first.exit_code == 0] += 1
        if first.exit_code:
            lines = [line for line in first.stderr.splitlines() if not line.startswith("note: ")]
            assert "full" in lines[0], first.stderr
            assert lines[1].startswith(("try: make room", "try: check space")), first.stderr
        verified = typed("verify --json", made, disk)
        assert verified.exit_code == 0  # reads go on
        kept = json.loads(verified.stdout)["records"]
        filler.unlink()

        again = typed(f"{COMMANDS[name]}{' --force' * (name in ('bundle', 'export', 'backup'))}", made, disk)
        assert again.exit_code == 0, again.stderr
        records = json.loads(typed("verify --json", made, disk).stdout)["records"]
        assert records == 42 + {"append": 1, "correct": 1, "erase": 1, "import": 200}.get(name, 0)
        assert kept in (42, records)
        assert typed("status", made, disk).exit_code == 0
        assert not list(disk.glob(".*"))
        for left in disk.iterdir():
            shutil.rmtree(left) if left.is_dir() else left.unlink()
    assert min(told[True], told[False]) > 0
    did("small disk", offsets=offsets, refused_with_a_remedy=told[False], done_once_there_was_room=offsets)


@pytest.mark.parametrize("room", [0, 8 << 10, 24 << 10])
def test_a_recovery_from_a_server_that_does_not_fit_too(
    tmp_path: Path, disk: Path, room: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even the server's rows as they were found have room there."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    desk = ServerDesk(tmp_path / "server")
    desk.given(*(limited(f"before {n}", via=["x" * 2_000]) for n in range(20)))
    desk.monitor.close()
    with as_superuser(desk.database.name) as connection:
        connection.execute("DROP TRIGGER records_stay ON ceasefire.records")
    filler = filled(disk, room)
    recover = ["recover", str(disk / "new.db"), "--log", str(desk.place)]

    told = CliRunner().invoke(ceasefire, recover)
    assert isinstance(told.exception, SystemExit), told.exception
    assert told.stderr.splitlines()[-2:] == [
        f"refused: {disk / 'new.db'}: the disk is full",
        "try: make room, then run the same command again",
    ]
    assert list(disk.iterdir()) == [filler]

    filler.unlink()
    assert "20 records of 20 stand" in CliRunner().invoke(ceasefire, recover).stdout
    desk.leave()
