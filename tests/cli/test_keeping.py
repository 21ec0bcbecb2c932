"""Backup and restore as a person types them, at night."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run, error_of
from tests.log.tampering import cut_short, unguarded


@pytest.fixture
def dest(tmp_path: Path) -> Path:
    return tmp_path / "backup.db"


def test_a_backup_says_what_it_holds(run: Run, seeded: Path, dest: Path) -> None:
    result = run("backup", str(dest))
    assert result.stdout.startswith("backed up: 598 records, head #598, hash ")
    assert result.stdout.endswith(f" in {dest}\n")
    assert "the newest of them was recorded 20" in result.stderr
    assert run("verify", "--log", str(dest)).stdout == run("verify", "--log", str(seeded)).stdout


@pytest.mark.usefixtures("seeded")
def test_as_json(run: Run, dest: Path) -> None:
    told = json.loads(run("backup", str(dest), "--json").stdout)
    assert (told["file"], told["records"], told["position"], told["notes"]) == (str(dest), 598, 598, [])
    assert told["bytes"] == dest.stat().st_size


@pytest.mark.usefixtures("seeded")
def test_it_replaces_only_when_forced_and_says_so(run: Run, dest: Path) -> None:
    run("backup", str(dest))
    result = run("backup", str(dest), ok=False)
    assert result.exit_code == 1
    assert result.stderr == (
        f"refused: {dest}: it exists already\n"
        "try: name another file, or give --force to replace an older backup of this log\n"
    )
    run("backup", str(dest), "--force")


@pytest.mark.parametrize("end", ["", "-wal", ".head", ".recovered", ".readmodel.db"])
def test_never_over_the_log_or_what_belongs_to_it(run: Run, seeded: Path, end: str) -> None:
    result = run("backup", f"{seeded}{end}", "--force", ok=False)
    assert "refused: " in result.stderr
    assert "this is the log, or belongs to it" in result.stderr
    run("verify")


def test_of_a_damaged_log_there_is_none(run: Run, seeded: Path, dest: Path) -> None:
    with unguarded(seeded) as connection:
        connection.execute("UPDATE records SET recorded_by = 'x' WHERE position = 400")
    result = run("backup", str(dest), ok=False)
    assert result.exit_code == 1
    assert result.stderr.startswith("refused: #400: the record is not what was written\n")
    assert list(dest.parent.glob("*backup*")) == []


def test_a_night_with_a_log_that_was_cut_short(run: Run, seeded: Path, dest: Path) -> None:
    run("backup", str(dest))
    cut_short(seeded, 590)
    assert run("verify", ok=False).exit_code == 1

    refused = run("restore", str(dest), ok=False)
    assert "a log is here, and restoring never overwrites one" in refused.stderr
    assert f"mkdir damaged && mv {seeded}* damaged/" in refused.stderr

    (seeded.parent / "damaged").mkdir()
    for file in seeded.parent.glob("gaza.db*"):
        file.rename(seeded.parent / "damaged" / file.name)
    assert run("restore", str(dest)).stdout.startswith("restored: 598 records, head #598, ")
    assert run("verify").stdout.startswith("whole: 598 records")
    assert run("status").exit_code == 0


def test_a_head_that_was_left_behind_is_not_taken_in(run: Run, seeded: Path, dest: Path) -> None:
    run("backup", str(dest))
    seeded.unlink()
    result = run("restore", str(dest), ok=False)
    assert "files of another log lie there: gaza.db-wal, gaza.db-shm, gaza.db.head" in result.stderr
    assert not seeded.exists()


def test_what_is_no_backup_is_refused(run: Run, log: Path, dest: Path) -> None:
    dest.write_text("not a log " * 100)
    assert error_of(run("restore", str(dest), "--json", ok=False))["what"] == "not a Ceasefire Monitor log"
    assert error_of(run("restore", str(dest.with_name("none")), "--json", ok=False))["what"] == "there is no backup"
    assert not log.parent.exists()


@pytest.mark.usefixtures("seeded")
@pytest.mark.parametrize(
    "words", ["verify {}", "backup {}", "restore {}", "recover {}", "bundle {}", "sign-head {} --key k"]
)
@pytest.mark.parametrize("name", ["\0", "x" * 5000, "no/such/folder/x", ".", ""])
def test_a_name_that_no_file_can_have_is_refused_in_words(run: Run, words: str, name: str) -> None:
    result = run(*(word.format(name) for word in words.split()), ok=False)
    assert result.exit_code in (1, 2)
    assert "this is a defect" not in result.output, result.output
