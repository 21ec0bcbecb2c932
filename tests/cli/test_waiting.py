"""A lock that another process holds, on whatever is read or written: the wait ends, in words that name the process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from domain import waiting
from tests.cli.conftest import CLAIM, Run

HOLD = """
import fcntl, os, sqlite3, sys
what, path = sys.argv[1:]
if what.startswith("LOCK_"):
    fcntl.flock(os.open(path, os.O_RDONLY), getattr(fcntl, what))
else:
    connection = sqlite3.connect(path, isolation_level=None)
    for statement in what.split("; "):
        connection.execute(statement).fetchall()
print("held", flush=True)
sys.stdin.read()
"""
WRITES = "BEGIN IMMEDIATE"
ALONE = "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE"
READS = "BEGIN; SELECT * FROM meta"


@contextmanager
def held(what: str, path: Path) -> Iterator[int]:
    """While another process holds a lock; its number."""
    words = [sys.executable, "-c", HOLD, what, str(path)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            assert process.stdout.readline() == b"held\n"
            yield process.pid
        finally:
            process.stdin.close()


def model(log: Path) -> Path:
    return log.with_name(f"{log.name}.readmodel.db")


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "LOCK_SECONDS", 0.05)


def test_everybody_waits_five_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert waiting.LOCK_SECONDS == 5


@pytest.mark.skipif(not Path("/proc/locks").exists(), reason="only Linux tells who holds a lock")
class TestItIsSaidWhoHoldsIt:
    @pytest.mark.parametrize("command", ["status", "events", "rebuild", "discrepancies"])
    def test_of_the_folder(self, command: str, empty: Path, run: Run) -> None:
        run("status")
        with held("LOCK_EX", empty.parent) as pid:
            told = run(command, ok=False)
        assert told.exit_code == 1
        assert f"{empty.parent}: process {pid} (python" in told.stderr
        assert "has locked the folder; waited 0.05 s" in told.stderr
        assert "try: " in told.stderr
        run(command)

    @pytest.mark.parametrize("command", ["status", "rebuild"])
    def test_of_the_read_model(self, command: str, empty: Path, run: Run) -> None:
        run("status")
        with held(ALONE, model(empty)) as pid:
            told = run(command, ok=False)
        assert told.exit_code == 1
        assert f"{model(empty)}: process {pid} (python" in told.stderr
        assert "has locked the read model; waited 0.05 s" in told.stderr
        run(command)

    def test_of_the_read_model_by_one_who_only_reads_it(self, empty: Path, run: Run) -> None:
        run("status")
        run(*CLAIM, "--figure", "32+")
        with held(READS, model(empty)) as pid:
            told = run("status", ok=False)
        assert told.exit_code == 1
        assert f"process {pid} (python" in told.stderr
        assert "has locked the read model" in told.stderr
        assert "1 record" not in told.stdout
        assert "strike-desk-7" in run("events").stdout

    def test_of_the_log_to_who_writes(self, empty: Path, run: Run) -> None:
        with held(WRITES, empty) as pid:
            run("status")
            told = run(*CLAIM, "--figure", "32+", ok=False)
        assert f"{empty}: process {pid} (python" in told.stderr
        assert "is writing to the log; waited 0.05 s" in told.stderr
        assert "run the same command again; its key makes that safe. If it goes on, end that process" in told.stderr
        run(*CLAIM, "--figure", "32+")

    def test_of_the_log_to_who_reads(self, empty: Path, run: Run) -> None:
        with held(ALONE, empty) as pid:
            told = run("status", ok=False)
        assert told.exit_code == 1
        assert f"{empty}: process {pid} (python" in told.stderr
        run("status")

    def test_of_the_head_after_the_record_is_saved(self, empty: Path, run: Run) -> None:
        with held("LOCK_EX", empty.with_name(f"{empty.name}.head")) as pid:
            told = run(*CLAIM, "--figure", "32+")
        assert f"saved, but the head file could not be written (process {pid} (python" in told.stderr


def test_where_nothing_tells_who_holds_it_that_is_said(empty: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "_LOCKS", Path("/nowhere"))
    with held("LOCK_EX", empty.parent):
        told = run("status", ok=False)
    assert "another process, which cannot be told from here, has locked the" in told.stderr


PATIENT = """
import sys, time
from domain import waiting
waiting.LOCK_SECONDS = 3600
sleep = time.sleep
def told(seconds):
    print("waiting", flush=True)
    sleep(seconds)
time.sleep = told
sys.argv[0] = "ceasefire"
from tui.__main__ import main
main()
"""


@pytest.mark.parametrize(
    ("what", "which", "words"),
    [
        ("LOCK_EX", "folder", ("status",)),
        (ALONE, "read model", ("status",)),
        (ALONE, "log", ("status",)),
        (WRITES, "log", (*CLAIM, "--figure", "32+")),
    ],
)
def test_an_interrupt_ends_the_wait(what: str, which: str, words: tuple[str, ...], empty: Path, run: Run) -> None:
    run("status")
    path = {"folder": empty.parent, "read model": model(empty), "log": empty}[which]
    typed = [sys.executable, "-c", PATIENT, *words, "--log", str(empty)]
    with (
        held(what, path),
        subprocess.Popen(typed, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=dict(os.environ)) as process,
    ):
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == b"waiting\n"
            process.send_signal(signal.SIGINT)
            _, told = process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode == 130
    assert b"Traceback" not in told
