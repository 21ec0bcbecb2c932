"""Correcting, retracting and erasing from the shell."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import CLAIM, Run, error_of

pytestmark = pytest.mark.usefixtures("claimed")
BECAUSE = ("--kind", "transcription", "--reason", "two digits misread")


@pytest.fixture
def claimed(empty: object, run: Run) -> None:  # noqa: ARG001 - the log is made by it
    """A claim of 32 killed is on record as strike-desk-7/1, #2, with the key claim:32."""
    run(*CLAIM, "--figure", "32", "--key", "claim:32")


@pytest.mark.parametrize("named", ["strike-desk-7/1", "claim:32", "@2"])
def test_a_record_is_named_by_id_key_or_position(run: Run, named: str) -> None:
    result = run("correct", named, "--set", "figure=26-32", *BECAUSE, "--key", "c")
    assert result.stdout == "strike-desk-7/2  #3  c\n"


def test_a_correction_says_what_changes(run: Run) -> None:
    line = json.loads(
        run(
            *("correct", "@2", "--set", "figure=26-32", "--set", "occurred=2026-01-30", "--set", "via=Reuters"),
            *("--set", "via=AP", "--set", "provisional=yes", "--unset", "relays", *BECAUSE, "--dry-run"),
        ).stdout
    )
    assert line["type"] == "record.corrected"
    assert line["claimant"] == "desk"
    assert line["sources"] == [{"title": "Desk decision"}]
    assert line["data"] == {
        "target": {"key": "claim:32"},
        "changes": {
            "figure": {"low": 26, "high": 32, "qualifier": "range"},
            "occurred": "2026-01-30",
            "via": ["Reuters", "AP"],
            "provisional": True,
            "relays": None,
        },
        "kind": "transcription",
        "reason": "two digits misread",
    }


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("--set", "claimant=desk"), "claimant cannot be corrected"),
        (("--set", "colour=red"), "strike.casualties_claimed has no field 'colour'"),
        (("--set", "figure=-3"), "a count is never negative"),
        (("--set", "harm=worried"), "worried"),
        (("--set", "caused_by=@1"), "caused_by names other records and cannot be corrected"),
        ((), "nothing is changed"),
        (("--set", "figure=3", "--claimant", "gaza-moh"), "no source"),
    ],
)
def test_a_correction_that_is_refused(run: Run, words: tuple[str, ...], what: str) -> None:
    result = run("correct", "@2", *words, *BECAUSE, "--json", ok=False)
    assert result.exit_code == 1
    assert what in error_of(result)["what"]
    assert error_of(result)["remedy"]


def test_a_correction_that_changes_nothing_is_refused(run: Run) -> None:
    same = ("correct", "@2", "--set", "figure=32", *BECAUSE)
    for words in (same, (*same, "--dry-run"), (*same, "--unset", "relays"), (*same, "--set", "harm=killed")):
        result = run(*words, "--json", ok=False)
        assert result.exit_code == 1
        assert "nothing changes" in error_of(result)["what"]
    run("correct", "@2", "--set", "figure=26", *BECAUSE, "--key", "c")
    assert run("correct", "@2", "--set", "figure=26", *BECAUSE, ok=False).exit_code == 1
    assert json.loads(run("verify", "--json").stdout)["records"] == 3


def test_what_is_corrected_can_be_set_back_and_run_again(run: Run) -> None:
    mend = ("correct", "@2", "--set", "figure=26", *BECAUSE)
    first = run(*mend, "--key", "c")
    assert run(*mend, "--key", "c").stdout == first.stdout, "the same command twice is one record"
    run("correct", "@2", "--set", "figure=32", *BECAUSE)
    run("retract", "@4", "--reason", "it was 26 after all", "--key", "undo")
    assert "nothing changes" in run(*mend, ok=False).stderr
    run("retract", "c", "--reason", "neither")
    run(*mend)
    run("correct", "@2", "--set", "figure=26", "--set", "harm=injured", *BECAUSE)


@pytest.mark.parametrize("command", ["correct", "retract", "erase"])
def test_an_unknown_record_is_refused(run: Run, command: str) -> None:
    more = {"correct": BECAUSE, "retract": ("--reason", "r"), "erase": ("--reason", "r", "--authority", "a", "--yes")}
    result = run(command, "strike-nowhere/1", *more[command], ok=False)
    assert result.exit_code == 1
    assert "refused: no record is 'strike-nowhere/1'" in result.stderr
    assert "try: give an id" in result.stderr


def test_wrong_usage(run: Run) -> None:
    assert run("correct", "@2", "--set", "figure", *BECAUSE, ok=False).exit_code == 2
    assert run("correct", "@2", "--set", "figure=3", "--kind", "whim", "--reason", "r", ok=False).exit_code == 2
    assert run("retract", "@2", ok=False).exit_code == 2
    assert run("erase", "@2", "--reason", "r", ok=False).exit_code == 2


def test_a_retraction_and_its_undo(run: Run) -> None:
    told = json.loads(run("retract", "@2", "--reason", "withdrawn", "--by", "source", "--json").stdout)
    assert told["id"] == "strike-desk-7/2"
    assert told["type"] == "record.retracted"
    again = run("retract", told["id"], "--reason", "reinstated by the ministry")
    assert again.stdout.startswith("strike-desk-7/3  #4  ")


def test_a_correction_of_what_was_withdrawn_says_so(run: Run) -> None:
    run("retract", "@2", "--reason", "withdrawn")
    for words in (("--dry-run",), ()):
        told = run("correct", "@2", "--set", "figure=26", *BECAUSE, *words)
        assert "note: strike-desk-7/1 was withdrawn already; this counts for nothing unless" in told.stderr


def test_a_revision_run_again_under_its_key_is_one_record(run: Run) -> None:
    words = ("retract", "@2", "--reason", "withdrawn", "--key", "retract:32")
    assert run(*words).stdout == run(*words).stdout
    assert json.loads(run("verify", "--json").stdout)["records"] == 3


def test_erasing_needs_a_yes_where_nobody_can_be_asked(run: Run) -> None:
    words = ("erase", "claim:32", "--reason", "names a patient", "--authority", "data protection officer")
    refused = run(*words, ok=False)
    assert refused.exit_code == 1
    assert "there is no terminal to ask on" in refused.stderr
    assert "try: give --yes" in refused.stderr
    assert json.loads(run("verify", "--json").stdout)["erased"] == 0
    run(*words, "--yes")
    told = json.loads(run("verify", "--json").stdout)
    assert (told["records"], told["erased"]) == (3, 1)


def test_erasing_what_has_been_erased_clears_what_is_left_of_it(run: Run) -> None:
    words = ("erase", "claim:32", "--reason", "names a patient", "--authority", "officer")
    run(*words, "--yes")
    again = run(*words)  # nothing is left to ask about
    assert again.stdout.startswith("strike-desk-7/2  #3  ")
    assert "strike-desk-7/2 was on record already; nothing was written" in again.stderr
    assert "note: strike-desk-7/1 has been erased already, by strike-desk-7/2" in again.stderr
    assert "note: nothing of it is left in the log's files" in again.stderr
    assert json.loads(run("verify", "--json").stdout)["records"] == 3


def test_erasing_can_be_tried_dry(run: Run) -> None:
    words = ("erase", "claim:32", "--reason", "names a patient", "--authority", "officer", "--dry-run")
    assert json.loads(run(*words).stdout)["data"]["target"] == {"key": "claim:32"}
    assert json.loads(run("verify", "--json").stdout)["erased"] == 0
