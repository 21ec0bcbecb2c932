"""A read model that is not as it was written: made anew, in one line on stderr, and named by `verify`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run

AT = ("--as-of", "2026-02-02", "--known-at", "@598")
LINE = "it was made anew from the log; look after the disk"


@pytest.fixture
def model(run: Run, seeded: Path) -> Path:
    """Of the Gaza log."""
    run("status", "--log", str(seeded))
    return seeded.with_name(f"{seeded.name}.readmodel.db")


def damage(model: Path) -> None:
    content = bytearray(model.read_bytes())
    content[100_000] ^= 1
    model.write_bytes(content)


@pytest.mark.parametrize("words", ["status", "events --limit 3", "discrepancies"])
def test_it_is_made_anew_once_with_a_word(run: Run, seeded: Path, model: Path, words: str) -> None:
    before = run(*words.split(), *AT, "--log", str(seeded))
    damage(model)

    after = run(*words.split(), *AT, "--log", str(seeded))

    assert after.stdout == before.stdout
    assert LINE not in before.stderr
    assert after.stderr.count(LINE) == 1
    assert "the read model was damaged (page 25 is not as it was written)" in after.stderr
    assert LINE not in run(*words.split(), *AT, "--log", str(seeded)).stderr


def test_verify_names_it(run: Run, seeded: Path, model: Path) -> None:
    assert "read model" not in run("verify", "--log", str(seeded)).stderr
    damage(model)

    result = run("verify", "--log", str(seeded))

    assert result.stdout.startswith("whole: 598 records")  # the log is
    assert "the read model is damaged (page 25 is not as it was written): the next look makes it anew" in result.stderr
