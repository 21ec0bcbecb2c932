"""Standard streams that are closed or full, as below a cron job: what is saved is said to be, and is no refusal."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest

from tests.journeys.conftest import COMMAND, Ceasefire

APPEND = (
    "append source.registered source-gaza-moh --occurred 2026-01-01 --claimant desk --source Note "
    "--name Ministry --kind party"
)
FULL = pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")


class Shell:
    """A shell in which `ceasefire` is the installed command."""

    def __init__(self, surroundings: Mapping[str, str]) -> None:
        self._env = {**surroundings, "PATH": f"{Path(COMMAND).parent}:{os.environ['PATH']}"}

    def __call__(self, line: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(line, shell=True, capture_output=True, text=True, env=self._env, timeout=300, check=False)
        assert "Traceback" not in done.stderr
        assert "Exception ignored" not in done.stderr
        return done


@pytest.fixture
def sh(surroundings: Mapping[str, str]) -> Shell:
    """Type a line to a shell."""
    return Shell(surroundings)


@pytest.fixture
def log(surroundings: Mapping[str, str], ceasefire: Ceasefire) -> Path:
    """An empty log."""
    place = surroundings["CEASEFIRE_LOG"]
    ceasefire("init", place, "--timezone", "Asia/Gaza")
    return Path(place)


def records(log: Path) -> int:
    """How many records are on the log."""
    with closing(sqlite3.connect(log)) as connection:
        count: int = connection.execute("SELECT count(*) FROM records").fetchone()[0]
        return count


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", "<&- >&- 2>&-"])
def test_with_a_closed_stream_it_is_done(log: Path, sh: Shell, closed: str) -> None:
    done = sh(f"ceasefire {APPEND} {closed}")
    assert done.returncode == 0
    assert "error" not in done.stderr
    assert records(log) == 1
    assert sh("ceasefire verify").returncode == 0  # no word went into the log's file


@pytest.mark.usefixtures("log")
@pytest.mark.parametrize(
    "line", ["status >&-", "status --json >&-", "export >&-", "schema >&-", "watch <&-", "watch 2>&-", "import - <&-"]
)
def test_so_is_every_other_command(sh: Shell, line: str) -> None:
    done = sh(f"ceasefire {line}")
    assert done.returncode == 0, done.stderr
    assert "error" not in done.stderr


@FULL
@pytest.mark.parametrize("option", ["", "--json"])
def test_an_answer_that_cannot_be_written_is_no_refusal(log: Path, sh: Shell, option: str) -> None:
    done = sh(f"ceasefire {APPEND} --key cl-5 {option} >/dev/full")
    assert done.returncode == 1
    assert records(log) == 1
    told = done.stderr.splitlines()
    if option:
        error = json.loads(told[-1])["error"]
        assert error["kind"] == "not_answered"
        assert error["what"] == "saved as #1; the answer could not be written: No space left on device"
    else:
        assert told[-2:] == [
            "saved: output: saved as #1; the answer could not be written: No space left on device",
            "try: `ceasefire show @1`; do not run the same command again",
        ]


@FULL
def test_nor_is_that_of_a_correction_a_withdrawal_and_an_erasure(log: Path, sh: Shell) -> None:
    sh(f"ceasefire {APPEND}")
    for line, saved in (
        ("correct @1 --set name=Health --kind transcription --reason misread", "saved as #2"),
        ("retract @1 --reason twice", "saved as #3"),
        ("erase @1 --reason asked --authority desk --yes", "2 records saved, the last as #5"),
    ):
        done = sh(f"ceasefire {line} >/dev/full")
        assert f"saved: output: {saved}; the answer could not be written" in done.stderr
    assert records(log) == 5


@FULL
def test_nor_is_that_of_an_import_or_of_a_new_log(log: Path, sh: Shell) -> None:
    sh(f"ceasefire {APPEND}")
    lines, copy = log.with_name("lines.jsonl"), log.with_name("copy.db")
    sh(f"ceasefire export {lines}")
    done = sh(f"ceasefire import {lines} --log {copy} >/dev/full")
    assert "saved: output: 1 record saved; the answer could not be written" in done.stderr
    assert records(copy) == 1
    done = sh(f"ceasefire init {log.with_name('new.db')} >/dev/full")
    assert "saved: output: the log is made; the answer could not be written" in done.stderr


@FULL
def test_words_that_cannot_be_written_stop_nothing(log: Path, sh: Shell) -> None:
    done = sh(f"ceasefire {APPEND} 2>/dev/full")
    assert done.returncode == 0
    assert done.stdout.startswith("source-gaza-moh/1  #1")
    assert records(log) == 1
    assert sh("ceasefire show @7 2>/dev/full").returncode == 1
