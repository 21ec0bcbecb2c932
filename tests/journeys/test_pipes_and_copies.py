"""Pipes that close, disks that are full, copies for someone else: quiet, exact, and never a traceback."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest

from tests.journeys.conftest import COMMAND, Ceasefire


def test_a_copy_for_someone_else_has_the_same_content(ceasefire: Ceasefire, tmp_path: Path) -> None:
    ceasefire("demo")
    first, copy, second = tmp_path / "first.jsonl", str(tmp_path / "copy" / "copy.db"), tmp_path / "second.jsonl"
    ceasefire("export", str(first), "--with-restricted")
    ceasefire("import", str(first), "--backfill", "--timezone", "Asia/Gaza", "--log", copy)
    ceasefire("export", str(second), "--with-restricted", "--log", copy)
    assert second.read_bytes() == first.read_bytes()
    here = ceasefire("replay", "2026-02-02", "--known-at", "2026-02-04").stdout
    there = ceasefire("replay", "2026-02-02", "--known-at", "2026-02-04", "--log", copy).stdout
    assert there.splitlines()[:3] == here.splitlines()[:3]


def test_a_pipe_that_closes_is_quiet(ceasefire: Ceasefire, surroundings: Mapping[str, str]) -> None:
    ceasefire("demo")
    done = subprocess.run(
        f"{COMMAND} events | head -1", shell=True, capture_output=True, text=True, env=dict(surroundings), check=True
    )
    assert len(done.stdout.splitlines()) == 1
    assert done.stderr == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_is_told_in_words(ceasefire: Ceasefire, surroundings: Mapping[str, str]) -> None:
    ceasefire("demo")
    done = subprocess.run(
        f"{COMMAND} export > /dev/full", shell=True, capture_output=True, text=True, env=dict(surroundings), check=False
    )
    assert done.returncode == 1
    assert done.stderr.splitlines()[-2].startswith("error: ")
    assert "the disk is full" in done.stderr
    assert "Exception ignored" not in done.stderr


def test_a_terminal_without_the_letters_gets_escapes(ceasefire: Ceasefire, surroundings: Mapping[str, str]) -> None:
    ceasefire("demo")
    ascii_only = {**surroundings, "PYTHONIOENCODING": "ascii", "LC_ALL": "C"}
    done = subprocess.run([COMMAND, "status"], capture_output=True, env=ascii_only, check=True)
    assert done.stdout.isascii()


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Commands that can be interrupted, also where the tests are a job in the background, which ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_an_interrupt_is_130_and_quiet(surroundings: Mapping[str, str], ceasefire: Ceasefire) -> None:
    ceasefire("demo")
    process = subprocess.Popen(
        [COMMAND, "append", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=dict(surroundings),
        text=True,
    )
    _until_it_waits(process.pid)
    process.send_signal(signal.SIGINT)
    _, words = process.communicate(timeout=120)
    assert process.returncode == 130, words
    assert "Traceback" not in words


def _until_it_waits(process: int) -> None:
    """Wait until a process has nothing to do: it has used processor time, and then none for half a second."""
    watched = psutil.Process(process)
    used, deadline = 0.0, time.monotonic() + 120
    while time.monotonic() < deadline:
        before, used = used, watched.cpu_times().user + watched.cpu_times().system
        if before == used > 0 and watched.status() == psutil.STATUS_SLEEPING:
            return
        time.sleep(0.5)
    pytest.fail("it never came to wait for lines")


def test_a_folder_that_cannot_be_written_is_told_in_words(ceasefire: Ceasefire) -> None:
    done = ceasefire("demo", "--log", "/proc/none/ceasefire.db", code=1)
    assert done.stderr.splitlines()[-1].startswith("try: ")
