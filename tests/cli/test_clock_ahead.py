"""A clock years ahead of the log: refused in every command that writes, and in a form, unless it is vouched for."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.errors import Refused
from domain.monitor import Monitor
from tests.cli.conftest import CLAIM, Run
from tests.domain.desk import as_bytes
from tests.domain.examples import Clock, limited, strike
from tui.dashboard.writing import Pen

LONG_AGO = datetime(2020, 2, 5, 12, 0, tzinfo=UTC)
"""Whatever the clock of the machine says, it stands years after it."""


@pytest.fixture(autouse=True)
def _silent_since(log: Path) -> None:
    said = {"occurred": "2020-02-01", "reported_at": "2020-02-01"}
    with Monitor.create(log, "Asia/Gaza", clock=Clock(LONG_AGO), recorded_by="desk") as monitor:
        monitor.append([strike(key="long ago", **said)])


def commands(folder: Path) -> dict[str, tuple[str, ...]]:
    lines = folder / "lines.jsonl"
    lines.write_bytes(as_bytes(limited("imported")) + b"\n")
    why = ("--reason", "misread")
    return {
        "append": (*CLAIM, "--figure", "32"),
        "import": ("import", str(lines)),
        "correct": ("correct", "long ago", "--set", "kind=raid", "--kind", "transcription", *why),
        "retract": ("retract", "long ago", *why),
        "erase": ("erase", "long ago", *why, "--authority", "editor", "--yes"),
    }


@pytest.mark.parametrize("command", ["append", "import", "correct", "retract", "erase"])
def test_a_command_refuses_it_with_the_way_out_which_then_works(
    command: str, tmp_path: Path, log: Path, run: Run
) -> None:
    words = commands(tmp_path)[command]
    refused = run(*words, ok=False)
    assert refused.exit_code == 1
    assert "days after the newest record" in refused.stderr
    assert "give --clock-is-right to" in refused.stderr
    with Monitor(log, read_only=True) as monitor:
        assert monitor.head().position == 1

    run(*words, "--clock-is-right")
    with Monitor(log, read_only=True) as monitor:
        assert monitor.head().position == 2


def test_lines_that_belong_together_too(run: Run) -> None:
    stdin = as_bytes(limited("together")).decode() + "\n"
    assert "days after the newest record" in run("append", "-", stdin=stdin, ok=False).stderr
    run("append", "-", "--clock-is-right", stdin=stdin)


def test_a_form_says_so_before_anything_is_saved(log: Path) -> None:
    pen = Pen(log, "desk")
    for write in (pen.plan, pen.append):
        with pytest.raises(Refused, match="days after the newest record"):
            write([limited("a form")])
