"""The dashboard ends when its terminal goes away, and when it is told to."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from tests.journeys.conftest import COMMAND
from tests.journeys.terminal import Terminal

WAITS = """
import pathlib, signal, subprocess, sys
signal.signal(signal.SIGHUP, lambda *_: None)
child = subprocess.Popen(sys.argv[2:])
pathlib.Path(sys.argv[1]).write_text(str(child.pid))
sys.exit(child.wait())
"""


def test_it_ends_although_who_leads_the_session_waits_for_it(tmp_path: Path, surroundings: Mapping[str, str]) -> None:
    """As `make watch` does: the signal goes to make, which waits for its child."""
    number = tmp_path / "pid"
    with Terminal(["python3", "-c", WAITS, str(number), COMMAND, "demo"], surroundings) as dashboard:
        dashboard.wait_for("LIVE")
        dashboard.hang_up()
        try:
            assert not _runs(int(number.read_text()))
        finally:
            with suppress(ProcessLookupError):
                os.kill(int(number.read_text()), signal.SIGKILL)


def test_told_to_end_it_gives_the_terminal_back(surroundings: Mapping[str, str]) -> None:
    with Terminal([COMMAND, "demo"], surroundings) as dashboard:
        dashboard.wait_for("LIVE")
        dashboard.process.terminate()
        assert dashboard.wait_for_end() == 128 + signal.SIGTERM
        assert b"\x1b[?1049l" in dashboard.sent  # the screen that was there before


def _runs(process: int) -> bool:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return False
        time.sleep(0.02)
    return True
