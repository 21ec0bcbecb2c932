"""What a person meets when the log cannot be used: one message with what, where and what to do, by every command."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from domain import waiting
from tests.domain.desk import Desk, as_bytes
from tests.domain.examples import Clock, limited, statement, strike
from tests.log.tampering import raw
from tests.reliability.conftest import Did
from tests.reliability.disk import FULL, IOERR_WRITE, OK, Call, Disk
from tui.commands.root import ceasefire

REPORT = "--occurred 2026-02-02 --claimant desk --source Note"
READS = {
    "status": "status",
    "replay": "replay 2026-02-02",
    "events": "events",
    "discrepancies": "discrepancies",
    "show": "show @1",
    "verify": "verify",
    "export": "export",
    "rebuild": "rebuild",
    "watch": "watch",
}
WRITES = {
    "append": f"append statement.made statement-x --text said {REPORT} --key new",
    "append lines": "append -",
    "correct": "correct strike --set place=Rafah --kind translation --reason misread --claimant desk --source Note",
    "retract": "retract strike --reason withdrawn --claimant desk --source Note",
    "erase": "erase told --reason asked --authority officer --claimant desk --source Note --yes",
    "import": "import {file}",
}

Spoil = Callable[[Path, ExitStack], object]


def missing(log: Path, _until: ExitStack) -> None:
    log.unlink()


def folder(log: Path, _until: ExitStack) -> None:
    log.unlink()
    log.mkdir()


def text(log: Path, _until: ExitStack) -> None:
    log.write_bytes(as_bytes(strike()) + b"\n")


def empty(log: Path, _until: ExitStack) -> None:
    log.write_bytes(b"")


def another_database(log: Path, _until: ExitStack) -> None:
    log.unlink()
    with closing(sqlite3.connect(log)) as other:
        other.execute("CREATE TABLE t (x)")


def a_read_model(log: Path, _until: ExitStack) -> None:
    model = log.with_name(log.name + ".readmodel.db")
    CliRunner().invoke(ceasefire, ["status", "--log", str(log)])
    shutil.copy(model, log)


def newer(log: Path, _until: ExitStack) -> None:
    with raw(log) as connection:
        connection.execute("PRAGMA user_version = 2")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def locked(log: Path, until: ExitStack) -> None:
    connection = until.enter_context(raw(log))
    connection.execute("BEGIN IMMEDIATE")


def refusing(codes: dict[str, int]) -> Spoil:
    def spoil(log: Path, until: ExitStack) -> None:
        disk = Disk(log.parent)
        disk.keeps = False
        until.enter_context(disk.watched())

        def fault(call: Call) -> int:
            return codes.get(call.what, OK) if call.path.startswith(str(log)) and "readmodel" not in call.path else OK

        disk.fault = fault

    return spoil


# what is done to the log, what is said of it, and of what to do
CASES: dict[str, tuple[Spoil, str, str]] = {
    "missing": (missing, "there is no log", "ceasefire import"),
    "a folder": (folder, "is a directory", "--help"),
    "a text": (text, "not a Ceasefire Monitor log", "`ceasefire import` it"),
    "empty": (empty, "not a Ceasefire Monitor log", "`ceasefire import` it"),
    "another database": (another_database, "not a Ceasefire Monitor log", "`ceasefire import` it"),
    "a read model": (a_read_model, "not a Ceasefire Monitor log", "`ceasefire import` it"),
    "of a newer format": (newer, "log format 2, and this program knows 1", "install a newer release"),
}
WHEN_WRITING: dict[str, tuple[Spoil, str, str]] = {
    "locked": (locked, r"process \d+ \(.+\) is writing to the log; waited 0\.05 s", "run the same command again"),
    "on a full disk": (refusing({"write": FULL, "create": FULL}), "the disk is full", "make room"),
    "on a failing disk": (refusing({"write": IOERR_WRITE, "sync": IOERR_WRITE}), "the disk failed", "check the disk"),
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    desk = Desk(tmp_path_factory.mktemp("errors"), clock=Clock(datetime.now(UTC)))
    desk.given(strike(), statement(key="told"))
    desk.monitor.close()
    desk.path.with_name("lines").write_bytes(as_bytes(limited("line")) + b"\n")
    return desk.path


@pytest.fixture
def log(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(waiting, "LOCK_SECONDS", 0.05)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    shutil.copytree(made.parent, tmp_path / "log")
    return tmp_path / "log" / "gaza.db"


def told(log: Path, words: str, *, as_json: bool = False) -> tuple[int, str]:
    """Exit code and stderr of a command."""
    typed = [word.format(file=log.with_name("lines")) for word in words.split()] + ["--log", str(log)]
    typed += ["--json"] if as_json and "watch" not in words else []
    result = CliRunner().invoke(ceasefire, typed, input=as_bytes(limited("by line")) + b"\n")
    assert "Traceback" not in result.output
    assert "defect" not in result.output
    assert not isinstance(result.exception, Exception) or isinstance(result.exception, SystemExit)
    return result.exit_code, result.stderr


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("command", [*READS, *WRITES])
def test_a_log_that_is_none(log: Path, did: Did, command: str, case: str) -> None:
    spoil, what, remedy = CASES[case]
    if case == "missing" and command == "import":
        pytest.skip("it makes one")
    with ExitStack() as until:
        spoil(log, until)
        before = log.read_bytes() if log.is_file() else None
        code, said = told(log, (READS | WRITES)[command])

    assert code in (1, 2)
    assert what in said
    assert remedy in said
    assert str(log) in said
    assert (log.read_bytes() if log.is_file() else None) == before
    did("errors", told_with_what_where_and_remedy=1)


@pytest.mark.parametrize("case", WHEN_WRITING)
@pytest.mark.parametrize("command", WRITES)
def test_a_log_that_cannot_be_written_now(log: Path, did: Did, command: str, case: str) -> None:
    spoil, what, remedy = WHEN_WRITING[case]
    words = WRITES[command]
    with ExitStack() as until:
        spoil(log, until)
        code, said = told(log, words)
        assert code == 1
        lines = [each for each in said.splitlines() if not each.startswith("note: ")]
        assert re.fullmatch(f"refused: {re.escape(str(log))}: {what}", lines[0])
        assert lines[1].startswith(f"try: {remedy}")
        for read in ("status", "events", "verify"):
            assert told(log, read)[0] == 0  # reads go on
    assert told(log, words)[0] == 0  # and once that is over, the same command is done
    assert told(log, "verify")[0] == 0
    did("errors", told_with_what_where_and_remedy=1)


@pytest.mark.parametrize("command", [*READS, *WRITES])
def test_as_json_it_is_one_object(log: Path, command: str) -> None:
    if command in ("watch", "export"):
        pytest.skip("these have no --json, or print data with it")
    log.write_bytes(b"none")

    code, said = told(log, (READS | WRITES)[command], as_json=True)

    assert code == 1
    error = json.loads(said.strip().splitlines()[-1])["error"]
    assert (error["kind"], error["where"]) == ("log_unavailable", str(log))
    assert error["what"]
    assert error["remedy"]
