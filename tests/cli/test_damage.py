"""A log that was cut short: said before anything is shown, and what stands before that is still shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.log.tampering import cut_short, unguarded

CUT = "damaged: #591: the log ends at #590, and its head file knows #598"


@pytest.fixture
def cut(seeded: Path) -> Path:
    """The Gaza log without its last three records, its triggers and its sequence as they were."""
    cut_short(seeded, 590)
    return seeded


@pytest.mark.parametrize("words", ["status", "replay 2026-02-02", "events --limit 1", "show @590", "export"])
def test_reading_says_so_first_and_shows_what_stands(run: Run, cut: Path, words: str) -> None:
    result = run(*words.split(), "--log", str(cut), ok=False)

    assert result.exit_code == 1
    assert result.stderr.startswith(CUT)
    assert result.stdout


def test_a_changed_record_in_the_middle_is_where_it_ends(run: Run, seeded: Path) -> None:
    seeded.with_name(f"{seeded.name}.readmodel.db").unlink()  # each record is held against the chain when it is read in
    with unguarded(seeded) as connection:
        connection.execute("UPDATE records SET recorded_by = 'somebody else' WHERE position = 400")

    result = run("events", "--limit", "1", "--log", str(seeded), ok=False)

    assert result.exit_code == 1
    assert result.stderr.startswith("damaged: #400: the record is not what was written")
    assert result.stdout.startswith("#399 ")


def test_writing_is_refused(run: Run, cut: Path) -> None:
    result = run("retract", "@5", "--reason", "x", "--log", str(cut), ok=False)

    assert result.exit_code == 1
    assert "#591: the log ends at #590" in result.stderr
