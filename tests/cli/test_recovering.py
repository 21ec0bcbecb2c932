"""`ceasefire recover` as a person types it."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from domain.errors import LOOK_FURTHER, MEND
from tests.cli.conftest import Run, error_of
from tests.log.tampering import cut_short, raw, unguarded


@pytest.fixture
def damaged(seeded: Path) -> Path:
    """The Gaza log with one record changed, and one after it gone."""
    with unguarded(seeded) as connection:
        connection.execute("UPDATE records SET recorded_by = 'somebody' WHERE position = 400")
        connection.execute("DELETE FROM records WHERE position = 410")
    return seeded


@pytest.mark.usefixtures("damaged")
def test_a_night_with_a_damaged_log(run: Run, tmp_path: Path) -> None:
    assert "refused: #400" in run("verify", ok=False).stderr
    new, rest = tmp_path / "new.db", tmp_path / "rest.jsonl"

    result = run("recover", str(new), "--rest", str(rest), "--recorded-by", "desk")

    assert result.stdout.startswith("recovered: 399 records of 598 stand, head #399, hash ")
    assert "the damage: #400: the record is not what was written" in result.stderr
    assert "not taken: #410: it is missing" in result.stderr
    assert f"`ceasefire import {rest} --log {new}`" in result.stderr
    assert stat.S_IMODE(rest.stat().st_mode) == stat.S_IMODE(new.stat().st_mode) == 0o600
    assert run("import", str(rest), "--log", str(new)).stdout == "197 records recorded, 0 on record already\n"
    checked = run("verify", "--log", str(new))
    assert checked.stdout.startswith("whole: 596 records")
    assert " by desk from gaza.db, which stood up to #399 of #598; 2 of its records could not" in checked.stderr


@pytest.mark.usefixtures("damaged")
def test_as_json(run: Run, tmp_path: Path) -> None:
    told = json.loads(run("recover", str(tmp_path / "new.db"), "--json").stdout)
    assert (told["records"], told["damage"]["position"], told["lost_count"]) == (399, 400, 2)
    assert told["readable"] == {"link": 9, "none": 1, "head": 187}
    assert told["rest"] is None


def test_a_whole_log_has_nothing_to_recover(run: Run, seeded: Path, tmp_path: Path) -> None:
    rest = tmp_path / "rest.jsonl"
    told = error_of(run("recover", str(tmp_path / "new.db"), "--rest", str(rest), "--json", ok=False))
    assert (told["what"], told["where"]) == ("this log is whole", str(seeded))
    assert not rest.exists()


def test_no_file_of_the_damaged_log_is_named_for_the_new_ones(run: Run, damaged: Path, tmp_path: Path) -> None:
    new = tmp_path / "new.db"
    wrong = ([f"{damaged}.head"], [str(damaged)], [str(new), "--rest", str(damaged)], [str(new), "--rest", str(new)])
    for words in wrong:
        before = damaged.read_bytes()
        assert "refused" in run("recover", *words, "--force", ok=False).stderr
        assert damaged.read_bytes() == before
        assert not new.exists()


@pytest.mark.usefixtures("damaged")
def test_the_rest_replaces_a_file_only_when_forced(run: Run, tmp_path: Path) -> None:
    rest = tmp_path / "rest.jsonl"
    rest.write_text("something")
    assert "the file exists" in run("recover", str(tmp_path / "a.db"), "--rest", str(rest), ok=False).stderr
    assert rest.read_text() == "something"
    run("recover", str(tmp_path / "b.db"), "--rest", str(rest), "--force")
    assert len(rest.read_text().splitlines()) == 197


def _a_changed_byte_in_a_body(log: Path) -> None:
    with unguarded(log) as connection:
        connection.execute("UPDATE records SET body = replace(body, 'a', 'b') WHERE position = 300")


def _a_cut_file(log: Path) -> None:
    with raw(log) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with log.open("r+b") as file:
        file.truncate(log.stat().st_size * 2 // 3 // 4096 * 4096)


def _a_damaged_page_of_an_index(log: Path) -> None:
    with raw(log) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (page,) = connection.execute(
            "SELECT rootpage FROM sqlite_schema WHERE type = 'index' ORDER BY rootpage DESC"
        ).fetchone()
    with log.open("r+b") as file:
        file.seek((page - 1) * 4096 + 8)
        file.write(b"\xff" * 64)


def _its_end_cut_off(log: Path) -> None:
    cut_short(log, 590)


@pytest.mark.parametrize(
    "spoil", [_a_changed_byte_in_a_body, _a_cut_file, _a_damaged_page_of_an_index, _its_end_cut_off]
)
def test_who_verifies_a_damaged_log_is_told_how_to_recover_it(
    run: Run, seeded: Path, tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    spoil(seeded)
    told = run("verify", ok=False).stderr
    assert MEND in told
    assert "`ceasefire verify`" not in told
    assert "recovered: " in run("recover", str(tmp_path / "new.db")).stdout


def test_who_shows_a_damaged_record_is_told_of_both(run: Run, seeded: Path) -> None:
    _a_changed_byte_in_a_body(seeded)
    for words in (("show", "@300"), ("export",), ("retract", "@300", "--reason", "x")):
        assert f"try: {LOOK_FURTHER}\n" in run(*words, ok=False).stderr
