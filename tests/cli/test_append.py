"""A report put on record from the shell."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
import pytest

from domain.catalogue import CATALOGUE
from tests.cli.conftest import CLAIM, Run, error_of
from tui.commands.append_type import command_for
from tui.commands.fields import fields_of
from tui.commands.report_options import OPTIONS

pytestmark = pytest.mark.usefixtures("empty")
TYPES = [topic for topic in CATALOGUE if not topic.startswith("record.")]


def test_a_claim_is_recorded_and_its_id_and_position_printed(run: Run) -> None:
    result = run(*CLAIM, "--figure", "32+", "--key", "claim:32")
    assert result.stdout == "strike-desk-7/1  #2  claim:32\n"


def test_the_record_says_what_was_typed(run: Run) -> None:
    line = json.loads(
        run(
            *CLAIM,
            *("--figure", "8-20 (eight to twenty)", "--part", "children=~5", "--provisional", "yes"),
            *("--via", "Reuters", "--via", "a-newspaper", "--relays", "civil-defence", "--reported-at", "2026-02-02"),
            *("--source-url", "https://example.org/1", "--means", "document", "--handling", "restricted"),
            *("--original", "شهداء", "--lang", "ar", "--claimant-basis", "inferred", "--dry-run"),
        ).stdout
    )
    assert line.pop("key")
    assert line == {
        "type": "strike.casualties_claimed",
        "stream": "strike-desk-7",
        "occurred": "2026-01-31",
        "reported_at": "2026-02-02",
        "claimant": "gaza-moh",
        "claimant_basis": "inferred",
        "relays": "civil-defence",
        "via": ["Reuters", "a-newspaper"],
        "sources": [{"title": "Bulletin", "url": "https://example.org/1", "means": "document"}],
        "handling": "restricted",
        "original": {"text": "شهداء", "lang": "ar"},
        "data": {
            "harm": "killed",
            "figure": {
                "low": 8,
                "high": 20,
                "qualifier": "range",
                "words": "eight to twenty",
                "parts": {"children": {"best": 5, "qualifier": "about"}},
            },
            "of": "palestinians",
            "status": "unstated",
            "includes": "new",
            "provisional": True,
        },
    }
    assert json.loads(run("verify", "--json").stdout)["records"] == 1, "a dry run writes nothing"


def test_a_recorder_with_control_characters_is_refused_and_shown_not_obeyed(run: Run) -> None:
    result = run(*CLAIM, "--figure", "32", "--recorded-by", "desk\x1b[31m", ok=False)
    assert result.exit_code == 1
    assert result.stderr.startswith("refused: recorded_by: control character U+001B\ntry: ")
    assert "\x1b" not in result.stderr
    assert json.loads(run("verify", "--json").stdout)["records"] == 1


def test_a_span_to_the_end_of_the_calendar_is_no_defect(run: Run) -> None:
    words = ("--figure", "32", "--occurred", "2026-05-22/9999-12-31", "--reported-at", "2026-05-22")
    result = run(*CLAIM, *words, ok=False)
    assert result.exit_code in (0, 1)
    assert "this is a defect" not in result.stderr


def test_the_same_key_twice_is_one_record(run: Run) -> None:
    first = run(*CLAIM, "--figure", "32", "--key", "claim:32")
    again = run(*CLAIM, "--figure", "32", "--key", "claim:32")
    assert again.stdout == first.stdout
    assert "on record already with this content; nothing was written" in again.stderr
    assert json.loads(run("verify", "--json").stdout)["records"] == 2


def test_the_same_content_after_a_retraction_is_still_one_record_and_says_so(run: Run) -> None:
    run(*CLAIM, "--figure", "32", "--key", "claim:32")
    run("retract", "claim:32", "--reason", "withdrawn by the ministry")
    again = run(*CLAIM, "--figure", "32", "--key", "claim:32")
    assert "has been retracted since" in again.stderr


def test_the_same_key_for_other_content_is_refused(run: Run) -> None:
    run(*CLAIM, "--figure", "32", "--key", "claim:32")
    result = run(*CLAIM, "--figure", "33", "--key", "claim:32", ok=False)
    assert result.exit_code == 1
    assert (
        "refused: key: the key 'claim:32' is that of strike-desk-7/1 (#2), which says something else" in result.stderr
    )
    assert "try: give this record a key of its own" in result.stderr


def test_json_is_an_object_of_the_stamps(run: Run) -> None:
    told = json.loads(run(*CLAIM, "--figure", "32", "--recorded-by", "night desk", "--json").stdout)
    assert told["id"] == "strike-desk-7/1"
    assert told["position"] == 2
    assert told["fresh"] is True
    assert told["recorded_by"] == "night desk"
    assert told["key"]
    assert {"recorded_at", "known_at", "notes", "retracted", "stream", "version", "type"} <= set(told)


@pytest.mark.parametrize(
    ("change", "where", "what"),
    [
        (("--claimant", ""), "claimant", "no claimant"),
        (("--figure", "-5"), "data.figure.low", "a count is never negative"),
        (("--figure", "many"), "figure", "'many' is not a figure"),
        (("--occurred", "2026-02-31"), "occurred", "not a date or an instant"),
        (("--occurred", "2026-02-02T10:00:00"), "occurred", "has no UTC offset"),
        (("--occurred", "22/11/2026"), "occurred", "'22/11/2026' is not a date or an instant"),
        (("--occurred", "2199-01-01"), "occurred", "in the future"),
        (("--occurred", "2026-02-02/2026-02-01", "--reported-at", "2026-02-02"), "occurred", "after its end"),
        (("--claimant", "Gaza MoH"), "claimant", ""),
        (("--of", "a\x1b[31mb"), "", "control character U+001B"),
        (("--caused-by", "no-such-key"), "caused_by", "no record has the key 'no-such-key'"),
        (("--data", "colour=red"), "colour", "has no field 'colour'"),
    ],
)
def test_refusals_are_the_domains_own(run: Run, change: tuple[str, ...], where: str, what: str) -> None:
    result = run(*CLAIM, "--figure", "32", *change, "--json", ok=False)
    assert result.exit_code == 1
    told = error_of(result)
    assert where in told["where"]
    assert what in told["what"]
    assert told["remedy"]
    assert result.stdout == ""


def test_of_a_refused_report_only_the_refusal_is_told(run: Run) -> None:
    """And not first a note on when it is taken to be reported."""
    said = run(*CLAIM, "--figure", "32", "--occurred", "22/11/2026", ok=False).stderr

    assert said == "refused: occurred: '22/11/2026' is not a date or an instant\ntry: write 2026-11-22\n"
    said = run(*CLAIM, "--figure", "32", "--occurred", "2199-01-01", ok=False).stderr
    assert said.startswith("refused: occurred: 2199-01-01 is in the future\ntry: check the date; this machine's clock ")


def test_no_source_is_refused(run: Run) -> None:
    words = [word for word in CLAIM if word not in ("--source", "Bulletin")]
    result = run(*words, "--figure", "32", ok=False)
    assert result.exit_code == 1
    assert "refused: sources: no source" in result.stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("append", "strike.imagined", "strike-a"), "'strike.imagined' is not a record type"),
        (("append", "record.erased", "strike-a"), "Use `ceasefire erase`"),
        (("append", "strike.reported"), "Missing argument 'STREAM'"),
        ((*CLAIM,), "Missing --figure FIGURE"),
        ((*CLAIM, "--figure", "3", "--harm", "worried"), "'worried' is not one of"),
        ((*CLAIM, "--figure", "3", "--lang", "ar"), "--original and --lang go together"),
        ((*CLAIM, "--figure", "3", "--source", "Other", "--means", "told"), "belong to one --source"),
        ((*CLAIM, "--figure", "3", "--data", "of"), "is not FIELD=VALUE"),
        ((*CLAIM, "--figure", "3", "--occurred", "2026-01-01/2026-01-31"), "Missing option '--reported-at'"),
        ((*CLAIM, "--figure", "3", "--colour", "red"), "No such option"),
    ],
)
def test_wrong_usage_is_exit_2(run: Run, words: tuple[str, ...], told: str) -> None:
    result = run(*words, ok=False)
    assert result.exit_code == 2
    assert told in result.stderr


def test_an_append_needs_a_log(run: Run, tmp_path: Path) -> None:
    missing = tmp_path / "none" / "there.db"
    result = run(*CLAIM, "--figure", "3", "--log", str(missing), ok=False)
    assert result.exit_code == 1
    assert f"refused: {missing}: there is no log here yet" in result.stderr
    assert f"`ceasefire init {missing} --timezone ZONE` makes an empty one" in result.stderr
    assert not missing.parent.exists()


def test_lines_on_stdin_are_recorded_together(run: Run) -> None:
    strike, claim = _strike_and_claim()
    result = run("append", "-", stdin=f"{json.dumps(strike)}\n\n{json.dumps(claim)}\n")
    assert [line.split()[0] for line in result.stdout.splitlines()] == ["strike-desk-9/1", "strike-desk-9/2"]


def test_one_bad_line_on_stdin_and_none_is_recorded(run: Run) -> None:
    strike, claim = _strike_and_claim()
    claim["data"]["harm"] = "worried"
    result = run("append", "-", stdin=f"{json.dumps(strike)}\n{json.dumps(claim)}\n", ok=False)
    assert result.exit_code == 1
    assert "harm" in result.stderr
    assert json.loads(run("verify", "--json").stdout)["records"] == 1


@pytest.mark.parametrize(
    ("stdin", "told"),
    [("", "no lines"), ("{", "not JSON"), ('{"type": "strike.imagined", "stream": "strike-a"}', "line 1")],
)
def test_what_is_no_line_is_refused(run: Run, stdin: str, told: str) -> None:
    result = run("append", "-", stdin=stdin, ok=False)
    assert result.exit_code == 1
    assert told in result.stderr


def _strike_and_claim() -> tuple[dict[str, Any], dict[str, Any]]:
    shared: dict[str, Any] = {
        "stream": "strike-desk-9",
        "occurred": "2026-02-01",
        "reported_at": "2026-02-01",
        "claimant": "gaza-moh",
        "claimant_basis": "stated",
        "via": [],
        "sources": [{"title": "Bulletin"}],
        "handling": "public",
    }
    reported = {"kind": "air_strike", "place": "Gaza", "clarity": 1}
    claimed = {
        "harm": "killed",
        "figure": {"low": 2, "best": 2, "high": 2, "qualifier": "exact"},
        "of": "palestinians",
        "status": "unstated",
        "includes": "new",
        "provisional": False,
    }
    return (
        {"type": "strike.reported", **shared, "key": "s", "data": reported},
        {"type": "strike.casualties_claimed", **shared, "caused_by": {"key": "s"}, "data": claimed},
    )


def test_a_claim_is_not_called_final_by_itself(run: Run) -> None:
    typed = [word for word in CLAIM if word not in ("--provisional", "no")]
    result = run(*typed, "--figure", "12", ok=False)
    assert result.exit_code == 2
    assert "Missing --provisional yes|no." in result.output


@pytest.mark.parametrize("topic", TYPES)
def test_every_type_has_an_option_for_each_of_its_fields(topic: str) -> None:
    command = command_for(topic)
    flags = [flag for option in command.params if isinstance(option, click.Option) for flag in option.opts]
    assert len(flags) == len(set(flags)), "an own field hides an option of every report"
    for field in fields_of(topic):
        assert field.flag in flags
    shown = command.get_help(click.Context(command, info_name=topic))
    for field in fields_of(topic):
        assert all(word in shown for word in field.words), "the help lists the allowed words"


def test_no_own_field_is_called_like_one_of_every_report() -> None:
    shared = {flag for option in OPTIONS for flag in option.opts} | {"--log", "--json", "--recorded-by", "--dry-run"}
    own = {field.flag for topic in TYPES for field in fields_of(topic)}
    assert not own & (shared | {"--part", "--data"})


EXAMPLES = {
    "ceasefire.entered_into_force": "ceasefire-x --title T --parties A --parties B --mediators C --timezone Asia/Gaza "
    "--sense in_force",
    "ceasefire.declared": "ceasefire-x --party A --class preliminary --written yes",
    "ceasefire.phase_changed": "ceasefire-x --phase 2 --label L --change begun",
    "crossing.limited": "crossing-x --directions into --directions out_of --carries people --until 2026-03-01",
    "crossing.change_announced": "crossing-x --status open --from 2026-03-01 --directions into --carries goods",
    "crossing.quota_set": "crossing-x --direction into --category people --figure ~50 --per day --kind expected "
    "--basis B",
    "series.rebased": "series-x --origin 2026-01-01 --offset 0 --reason R",
    "place.registered": "place-x --name X --aliases ar:رفح --lat 31.2 --lon 34 --precision 1",
    "statement.made": "statement-x --text T --about crossing-x --figures 12 --figures ~150",
    "strike.reported": "strike-x --kind air_strike --place Gaza --clarity 2",
    "ceasefire.commitment_scored": "ceasefire-x --commitment c --score 3 --scorer desk --done 20 "
    "--basis source:gaza-moh",
}


@pytest.mark.parametrize("topic", EXAMPLES)
def test_fields_of_every_shape_can_be_typed(run: Run, topic: str) -> None:
    words = f"append {topic} {EXAMPLES[topic]} --occurred 2026-02-01 --claimant desk --source S".split()
    assert run(*words).stdout.endswith("\n")


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("2026-01-31", "2026-01-31"),
        ("2026-01-31T10:00:00+02:00", "2026-01-31T08:00:00Z"),
        ("2026-01-31/2026-01-31", {"start": "2026-01-31", "end": "2026-01-31", "precision": 1}),
        ("2026-01-29/2026-01-31", {"start": "2026-01-29", "end": "2026-01-31", "precision": 2}),
        ("2026-01-25/2026-01-31", {"start": "2026-01-25", "end": "2026-01-31", "precision": 3}),
        ("2026-01-01/2026-01-31", {"start": "2026-01-01", "end": "2026-01-31", "precision": 4}),
        ("2025-01-01/2025-12-31", {"start": "2025-01-01", "end": "2025-12-31", "precision": 5}),
    ],
)
def test_when_it_occurred(run: Run, typed: str, stored: object) -> None:
    line = json.loads(
        run(*CLAIM, "--figure", "1", "--occurred", typed, "--reported-at", "2026-02-01", "--dry-run").stdout
    )
    assert line["occurred"] == stored


@pytest.mark.parametrize("named", ["source:gaza-moh", "source-gaza-moh/1", "@1"])
def test_a_record_is_referred_to_by_key_id_or_position(run: Run, named: str) -> None:
    line = json.loads(run(*CLAIM, "--figure", "1", "--caused-by", named, "--dry-run").stdout)
    assert line["caused_by"] == {"key": "source:gaza-moh"}


def test_today_is_the_logs_own_day(run: Run) -> None:
    line = json.loads(run(*CLAIM, "--figure", "1", "--occurred", "today", "--dry-run").stdout)
    assert len(line["occurred"]) == 10
    assert line["reported_at"] == line["occurred"]
