"""Bytes that are no UTF-8, from a terminal: none ends the dashboard; what does break it is told by its exit code."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from tests.journeys.conftest import COMMAND, Ceasefire
from tests.journeys.terminal import Terminal

LATIN_1 = b"\xe9"
NEVER_UTF_8 = b"\xff"
BROKEN = """
from textual.drivers.linux_driver import LinuxDriver

def broken(self):
    raise OSError("the terminal cannot be read")

LinuxDriver.run_input_thread = broken
from tui.__main__ import main
main()
"""


def test_what_was_typed_before_and_behind_such_a_byte_is_kept(
    ceasefire: Ceasefire, surroundings: Mapping[str, str]
) -> None:
    ceasefire("demo")
    with Terminal([COMMAND, "watch"], surroundings, columns=80, rows=24) as terminal:
        terminal.wait_for("LIVE")
        terminal.type(LATIN_1 + NEVER_UTF_8)
        terminal.type("ap")
        terminal.wait_for("Passages of a crossing")
        terminal.type(b"caf" + LATIN_1 + b" at" + NEVER_UTF_8 + b"rafah")
        terminal.wait_for("caf� at�rafah")
        terminal.type("\x1b")
        terminal.wait_for("kept")
        terminal.type("\x04")
        terminal.wait_for("LIVE")
        terminal.type("q")
        assert terminal.wait_for_end() == 0


def test_a_dashboard_that_breaks_down_does_not_end_as_if_it_were_left(
    ceasefire: Ceasefire, surroundings: Mapping[str, str]
) -> None:
    ceasefire("demo")
    with Terminal([sys.executable, "-c", BROKEN, "watch"], surroundings) as terminal:
        assert terminal.wait_for_end() == 1
        assert "the terminal cannot be read" in terminal.text
