"""A record that cannot be read: every command goes on, and says in one line which it passes by."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.log.planted import HOUR_24, STREAM, body_at, plant

WHY = "its body is not one of strike.reported (occurred)"
WARNING = f"record #599 cannot be read: {WHY}; it is passed by"


@pytest.fixture
def planted(seeded: Path) -> Path:
    """The Gaza log, and a record at the hour 24 at its end."""
    plant(seeded, state=body_at(HOUR_24))
    return seeded


@pytest.mark.parametrize(
    "words",
    [
        "events --limit 3",
        "show @590",
        f"show {STREAM}/1",
        "discrepancies",
        "diff 2026-02-01 2026-02-02",
        "since @590",
        "verify",
        "export",
    ],
)
def test_each_command_goes_on_and_warns_once_beside_its_answer(run: Run, planted: Path, words: str) -> None:
    result = run(*words.split(), "--log", str(planted))

    assert result.stdout
    assert result.stderr.count(WARNING) == 1


@pytest.mark.parametrize("words", ["status", "replay now", "status --full"])
def test_a_situation_s_text_says_it_itself(run: Run, planted: Path, words: str) -> None:
    result = run(*words.split(), "--log", str(planted))

    assert f"Warning: {WARNING}." in " ".join(result.stdout.split())
    assert "cannot be read" not in result.stderr


@pytest.mark.parametrize("words", ["status", "replay now"])
def test_so_does_its_json(run: Run, planted: Path, words: str) -> None:
    told = json.loads(run(*words.split(), "--json", "--log", str(planted)).stdout)

    assert told["unreadable"] == [{"position": 599, "record": f"{STREAM}/1", "type": "strike.reported", "why": WHY}]


def test_the_feed_has_it_and_the_filter_finds_it(run: Run, planted: Path) -> None:
    all_of_it = run("events", "--limit", "1", "--log", str(planted)).stdout
    found = run("events", "--filter", "unreadable", "--log", str(planted)).stdout

    assert all_of_it == found == f"#599  no-body  {STREAM}/1  strike.reported  cannot be read: {WHY}  [unreadable]\n"


def test_its_page_says_so_in_place_of_what_it_says(run: Run, planted: Path) -> None:
    page = run("show", f"{STREAM}/1", "--log", str(planted)).stdout

    assert page.startswith(f"{STREAM}/1, #599, strike.reported, unreadable\n")
    assert "It is passed by: what it says counts nowhere." in page
    assert "erased" not in page


def test_verify_finds_the_log_whole_and_names_it(run: Run, planted: Path) -> None:
    told = json.loads(run("verify", "--json", "--log", str(planted)).stdout)

    assert (told["whole"], told["unreadable"]) == (True, [{"position": 599, "why": WHY}])
    assert run("verify", "--log", str(planted)).stdout.startswith("whole: 599 records (1 that cannot be read), head")


def test_export_and_bundle_count_it_in_json(run: Run, planted: Path, tmp_path: Path) -> None:
    for words in (("export", str(tmp_path / "out.jsonl")), ("bundle", str(tmp_path / "out.bundle"))):
        told = json.loads(run(*words, "--json", "--log", str(planted)).stdout)

        assert told["unreadable"] == [{"position": 599, "why": WHY}]


def test_a_bundle_of_all_names_it_to_whoever_checks_it(run: Run, planted: Path, tmp_path: Path) -> None:
    out = str(tmp_path / "out.bundle")
    assert run("bundle", out, "--with-restricted", "--log", str(planted)).stderr.count(WARNING) == 1

    assert run("verify", out).stderr.count(WARNING) == 1
    assert json.loads(run("verify", out, "--json").stdout)["unreadable"] == [{"position": 599, "why": WHY}]


def test_of_many_the_first_are_named_and_the_others_counted(run: Run, planted: Path) -> None:
    for version in range(2, 9):
        plant(planted, f"planted {version}", version, state=b"{}")

    told = run("events", "--limit", "1", "--log", str(planted)).stderr

    assert told.count("it is passed by") == 5
    assert "note: so are 3 more: `ceasefire events --filter unreadable` lists them" in told


def test_what_is_recorded_after_it_is_saved(run: Run, planted: Path) -> None:
    run(
        *("append", "statement.made", "statement-x", "--text", "After it", "--occurred", "2026-02-02"),
        *("--claimant", "desk", "--source", "note", "--log", str(planted)),
    )

    assert "After it" in run("events", "--limit", "1", "--log", str(planted)).stdout
