"""What was typed into a form outlives the dashboard, however that ends: the installed command, killed."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.journeys.conftest import COMMAND, Ceasefire
from tests.journeys.terminal import Terminal

PASSAGES = "apcrossing-rafah\t\x1b[C\t\x1b[C\t77" + "\t" * 5 + "today\ttoday\twho\t\ta note"
SAVE = "\x13"


def kill(terminal: Terminal) -> None:
    terminal.process.send_signal(signal.SIGKILL)


def end(terminal: Terminal) -> None:
    terminal.process.send_signal(signal.SIGTERM)


def draft_of(terminal: Terminal, home: Path, words: bytes, seconds: float = 120) -> Path:
    """The one draft, as soon as it has these words."""
    last = time.monotonic() + seconds
    while True:
        found = list(home.glob(".local/state/ceasefire-monitor/drafts/*/*.json"))
        if len(found) == 1 and words in found[0].read_bytes():
            return found[0]
        assert time.monotonic() < last, f"no draft has {words!r}: {found}"
        terminal.settle(0.05)  # what is not read holds the dashboard up


@pytest.mark.parametrize("ends", [kill, end, Terminal.hang_up])
def test_a_report_is_finished_after_the_dashboard_ended_in_the_middle_of_it(
    ceasefire: Ceasefire, surroundings: Mapping[str, str], tmp_path: Path, ends: Callable[[Terminal], None]
) -> None:
    ceasefire("demo")
    before = os.umask(0)
    try:
        with Terminal([COMMAND, "watch"], surroundings, columns=80, rows=24) as terminal:
            terminal.wait_for("LIVE")
            terminal.settle()
            terminal.type(PASSAGES)
            draft = draft_of(terminal, tmp_path, b"a note")
            terminal.settle()
            ends(terminal)
            terminal.process.wait(10)
    finally:
        os.umask(before)
    assert draft.stat().st_mode & 0o777 == 0o600
    assert "who" not in ceasefire("events", "--limit", "1").stdout

    with Terminal([COMMAND, "watch"], surroundings, columns=80, rows=24) as terminal:
        terminal.wait_for("a draft of a form is kept")
        terminal.type("a1")
        terminal.wait_for("is taken up again")
        terminal.wait_for("will be written")
        terminal.type(SAVE)
        terminal.wait_for("saved: #")
        terminal.type("q")
        assert terminal.wait_for_end() == 0
    assert "77 people in, says who" in ceasefire("events", "--limit", "1").stdout
    assert not draft.exists()


def test_read_only_leaves_no_trace(ceasefire: Ceasefire, surroundings: Mapping[str, str], tmp_path: Path) -> None:
    ceasefire("demo")
    with Terminal([COMMAND, "watch", "--read-only"], surroundings, columns=80, rows=24) as terminal:
        terminal.wait_for("LIVE")
        terminal.type(PASSAGES + "q")
        terminal.settle(2)
    assert not (tmp_path / ".local" / "state").exists()
