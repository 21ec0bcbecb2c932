"""Looking at a log from the shell: the situation, the records, one record."""

from __future__ import annotations

import json
import re
from pathlib import Path

import msgspec
import pytest

from projections.situation import OfKind, RecordLine, Situation
from tests.cli.conftest import CLAIM, Run

pytestmark = pytest.mark.usefixtures("seeded")


def test_status_prints_the_situation_now(run: Run) -> None:
    printed = run("status").stdout
    assert "Live. As of" in printed
    for heading in ("PHASE AND COMMITMENTS", "STRIKES", "CROSSINGS", "SERIES", "DISCREPANCIES", "NEWEST RECORDS"):
        assert f"\n{heading}\n" in printed


def test_a_status_that_rests_on_an_old_claim_is_told_with_its_age(run: Run) -> None:
    told = " ".join(run("replay", "2026-02-02").stdout.split())
    assert "palestinian-crossings-authority closed 7 May 2024; newest report on it 636 days old." in told


def test_json_is_the_situation_itself(run: Run) -> None:
    printed = run("replay", "2026-02-02", "--known-at", "2026-02-04", "--json").stdout
    situation = msgspec.json.decode(printed, type=Situation)
    assert situation.ceasefire.day == 116
    assert printed.count("\n") == 1
    assert json.loads(
        run("replay", "2026-02-02", "--known-at", "2026-02-04", "--json", "--indent").stdout
    ) == json.loads(printed)


def test_status_takes_the_axes_as_options_too(run: Run) -> None:
    words = ("--known-at", "2026-02-04")
    assert run("status", "--as-of", "2026-02-02", *words).stdout == run("replay", "2026-02-02", *words).stdout


def test_the_rule_is_part_of_the_vantage(run: Run) -> None:
    assert "rule preferred:gaza-moh" in run("status", "--rule", "preferred:gaza-moh").stdout
    result = run("status", "--rule", "the-one-i-like", ok=False)
    assert result.exit_code == 1
    assert "is not a rule for combining claims" in result.stderr


@pytest.mark.parametrize("time", ["the-day-before", "2026-13-01", "day:0", "-3x"])
def test_what_is_no_time_is_refused(run: Run, time: str) -> None:
    result = run("replay", time, ok=False)
    assert result.exit_code == 1
    assert result.stderr.startswith("refused: as-of: ")
    assert "\ntry: " in result.stderr


@pytest.mark.parametrize("time", ["0001-01-01", "9999-12-31"])
def test_the_edges_of_the_calendar_are_shown_or_refused(run: Run, time: str) -> None:
    result = run("replay", time, ok=False)
    assert result.exit_code == 0 or "outside the calendar" in result.stderr
    assert run("events", "--since", time, ok=False).exit_code in (0, 1)


def test_discrepancies_are_those_of_the_situation_by_kind(run: Run) -> None:
    situation = msgspec.json.decode(run("replay", "2026-02-02", "--json").stdout, type=Situation)
    found = msgspec.json.decode(run("discrepancies", "--as-of", "2026-02-02", "--json").stdout, type=list[OfKind])
    assert sum(one.total for one in found) == situation.discrepancies_total == len(situation.discrepancies)
    assert {each for one in found for each in one.newest} == set(situation.discrepancies)
    printed = run("discrepancies", "--as-of", "2026-02-02").stdout
    assert printed.splitlines()[1] == f"{situation.discrepancies_total} on record that do not agree, by kind."
    assert "\nCLAIMANTS DIFFER: 13\nPeople going out at Rafah, 2 Feb 2026: 15 says" in printed
    assert max(map(len, printed.splitlines())) <= 80


def test_all_of_one_kind_of_discrepancy(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.commands.discrepancies.PAGE", 2)
    lines = run("discrepancies", "--as-of", "2026-02-02", "--kind", "claimants_differ", "--json").stdout.splitlines()
    assert len(lines) == len(set(lines)) == 13
    assert (
        "\nANNOUNCED, AND DENIED: 3\nRafah: cogat announced"
        in run("discrepancies", "--kind", "announced, and denied").stdout
    )
    assert "\nNone on record.\n" in run("discrepancies", "--kind", "series_falls").stdout
    wrong = run("discrepancies", "--kind", "quarrels", ok=False)
    assert wrong.exit_code == 2
    assert "'quarrels' is no kind of discrepancy; they are claimants_differ, " in wrong.stderr


def test_a_strike_is_shown_with_its_toll_after_each_report(run: Run) -> None:
    printed = run("show", "strike-desk-2026-01-31").stdout
    tolls = re.findall(r"^#\d+ \d+ \w+ 2026: (\S+) killed \(palestinians\), \d claims?\.$", printed, re.MULTILINE)
    assert tolls == ["12", "12-22", "22-26", "22-27", "27-28", "30+", "30-31+", "30-32+", "30-32+"]
    assert "30-32+ killed (palestinians), 4 claims, 3 counts: gaza-civil-defence 32" in printed
    assert max(map(len, printed.splitlines())) <= 80
    so_far = run("show", "strike-desk-2026-01-31", "--known-at", "@378").stdout
    assert "\n#378 31 Jan 2026: 22-27 killed (palestinians), 2 claims.\n" in so_far
    assert "#379" not in so_far


def test_a_strike_is_shown_as_json_too(run: Run) -> None:
    shown = json.loads(run("show", "strike-desk-2026-01-31", "--known-at", "@378", "--json").stdout)
    assert shown["strike"]["place"] == "Gaza Strip"
    assert [one["report"]["position"] for one in shown["after_each_report"]][-1] == 378
    assert shown["after_each_report"][0]["strike"]["ranges"] == []


def test_a_record_whose_key_is_a_strikes_name_does_not_hide_the_strike(run: Run) -> None:
    before = run("show", "strike-desk-2026-01-31", "--known-at", "@378").stdout
    run("append", *CLAIM[1:], "--figure", "3", "--key", "strike-desk-2026-01-31")
    shown = run("show", "strike-desk-2026-01-31", "--known-at", "@378")
    assert shown.stdout.splitlines()[2:] == before.splitlines()[2:]
    assert shown.stderr == ("note: strike-desk-2026-01-31 is the key of strike-desk-7/1 too: `ceasefire show @599`\n")


def test_a_strike_that_is_not_there_is_refused_as_a_record_is(run: Run) -> None:
    for where in (("strike-nowhere",), ("strike-desk-2026-01-31", "--as-of", "2026-01-01"), ("crossing-rafah",)):
        told = run("show", *where, ok=False)
        assert told.exit_code == 1
        command = re.findall(r"or a strike's stream. `ceasefire (events --stream \S+)` lists", told.stderr)[0]
        assert (run(*command.split()).stdout != "") == (where[0] != "strike-nowhere")


def test_events_are_newest_first_and_one_a_line(run: Run) -> None:
    lines = run("events").stdout.splitlines()
    positions = [int(line.split()[0].removeprefix("#")) for line in lines]
    assert positions == sorted(positions, reverse=True)
    assert len(lines) == json.loads(run("verify", "--json").stdout)["records"]


def test_events_as_json_lines(run: Run) -> None:
    lines = run("events", "--json", "--limit", "3").stdout.splitlines()
    assert len(lines) == 3
    assert (
        msgspec.json.decode(lines[0], type=RecordLine).position
        > msgspec.json.decode(lines[1], type=RecordLine).position
    )


def test_events_can_be_filtered(run: Run) -> None:
    def found(*words: str) -> list[RecordLine]:
        return [
            msgspec.json.decode(line, type=RecordLine) for line in run("events", "--json", *words).stdout.splitlines()
        ]

    assert {one.type for one in found("--type", "strike.reported")} == {"strike.reported"}
    assert {one.type.partition(".")[0] for one in found("--type", "strike")} == {"strike"}
    assert {one.stream for one in found("--stream", "crossing-rafah")} == {"crossing-rafah"}
    assert {one.claimant for one in found("--claimant", "gaza-moh")} == {"gaza-moh"}
    on_the_day = found("--since", "2026-02-02", "--until", "2026-02-02", "--type", "crossing")
    assert on_the_day
    assert len(on_the_day) < len(found("--since", "2026-02-02", "--type", "crossing"))
    assert found("--text", "rafah")
    assert not found("--text", "zanzibar")
    assert len(found("--known-at", "@100")) <= 100


@pytest.mark.parametrize("type_", ["nope", "strike.imagined", "stri", "", "."])
def test_events_of_a_type_that_is_none_is_wrong_usage_as_in_append(run: Run, type_: str) -> None:
    result = run("events", "--type", type_, ok=False)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert f"{type_!r} is not a record type" in result.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("--claimant", "nobody"),
        ("--stream", "nope"),
        ("--type", "strike.linked", "--claimant", "nobody"),
        ("--text", "zanzibar", "--limit", "3"),
        ("--as-of", "1999-01-01"),
    ],
)
def test_when_no_record_fits_events_says_so_beside_the_data(run: Run, words: tuple[str, ...]) -> None:
    result = run("events", *words)
    assert result.stdout == ""
    assert result.stderr == f"no record fits: {_told(words)}\n"
    noted = run("events", *words, "--json")
    assert noted.stdout == ""
    assert "no record fits" in json.loads(noted.stderr)["note"]


def _told(words: tuple[str, ...]) -> str:
    given = dict(zip(words[::2], words[1::2], strict=True))
    given.pop("--limit", None)
    return ", ".join(f"{option} {value}" for option, value in given.items())


def test_a_day_to_come_is_said_to_be_one(run: Run) -> None:
    assert "As of a day after now" in run("replay", "2190-01-01").stdout
    assert "after now" not in run("status").stdout


def test_at_position_0_no_date_is_made_up(run: Run) -> None:
    printed = " ".join(run("replay", "now", "--known-at", "@0").stdout.split())
    assert "nothing known yet, record #0 of #" in printed
    assert "1970" not in printed


def test_show_has_everything(run: Run) -> None:
    run(
        *CLAIM,
        "--figure",
        "32",
        "--part",
        "children=5",
        "--via",
        "Reuters",
        "--key",
        "claim:32",
        "--recorded-by",
        "desk-2",
    )
    run("correct", "claim:32", "--set", "figure=26-32", "--kind", "transcription", "--reason", "two digits misread")
    printed = " ".join(run("show", "claim:32").stdout.split())
    for words in (
        "strike-desk-7/1, #",
        "strike.casualties_claimed, corrected",
        "Claimant: gaza-moh (stated)",
        "Via: Reuters",
        "Source: Bulletin",
        "figure: 32 (children 5)",
        "now, corrected: 26-32",
        "Occurred: 31 Jan 2026 (to the day)",
        "Reported: 31 Jan 2026",
        "Recorded: ",
        "by desk-2",
        "correction (transcription) of strike-desk-7/1, says desk",
        "two digits misread",
        "Key: claim:32",
        "Hash: ",
        "Cite: Ceasefire Monitor, log ",
        "rule envelope.",
    ):
        assert words in printed


def test_show_by_id_key_and_position_is_the_same_record(run: Run) -> None:
    told = json.loads(run("show", "@7", "--json").stdout)
    assert told["line"]["position"] == 7
    assert told["citation"].startswith("Ceasefire Monitor, log ")
    for name in (told["line"]["record"], told["key"]):
        again = json.loads(run("show", name, "--json").stdout)
        assert (again["hash"], again["line"]) == (told["hash"], told["line"])


@pytest.mark.parametrize("name", ["@99999", "strike-nowhere/1", "no-such-key"])
def test_show_of_what_is_not_there(run: Run, name: str) -> None:
    result = run("show", name, ok=False)
    assert result.exit_code == 1
    assert f"refused: no record is '{name}'" in result.stderr


def test_rebuild(run: Run) -> None:
    before = run("replay", "2026-02-02", "--known-at", "@500", "--json").stdout
    assert run("rebuild").stdout.startswith("rebuilt to #")
    assert json.loads(run("rebuild", "--json").stdout)["rebuilt"] is True
    assert run("replay", "2026-02-02", "--known-at", "@500", "--json").stdout == before


def test_demo_and_watch_without_a_terminal_print_the_text(run: Run) -> None:
    result = run("demo", "--as-of", "2026-02-02", "--known-at", "2026-02-04")
    assert result.stdout == run("replay", "2026-02-02", "--known-at", "2026-02-04").stdout
    assert result.stdout == run("watch", "--as-of", "2026-02-02", "--known-at", "2026-02-04").stdout


def test_demo_makes_the_log_once(run: Run, tmp_path: Path) -> None:
    log = tmp_path / "demo" / "gaza.db"
    first = run("demo", "--log", str(log))
    assert f"made {log} with " in first.stderr
    records = json.loads(run("verify", "--json", "--log", str(log)).stdout)["records"]
    run(*CLAIM, "--figure", "3", "--log", str(log))
    assert "made" not in run("demo", "--log", str(log)).stderr
    assert json.loads(run("verify", "--json", "--log", str(log)).stdout)["records"] == records + 1


def test_a_screenshot_is_the_real_dashboard(run: Run, tmp_path: Path) -> None:
    picture = tmp_path / "dashboard.svg"
    result = run("screenshot", str(picture), "--size", "80x24", "--as-of", "2026-02-02")
    assert result.stdout == f"{picture}\n"
    svg = picture.read_text(encoding="utf-8")
    assert svg.startswith("<svg")
    assert "Rafah" in svg


def test_a_screenshot_of_a_read_model_that_cannot_be_read_is_told_at_once(
    run: Run, seeded: Path, tmp_path: Path
) -> None:
    seeded.with_name(f"{seeded.name}.readmodel.db").unlink()
    seeded.with_name(f"{seeded.name}.readmodel.db").mkdir()
    result = run("screenshot", str(tmp_path / "x.svg"), ok=False)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"refused: {seeded}.readmodel.db: ")
    assert not (tmp_path / "x.svg").exists()


def test_a_screenshot_after_some_keys(run: Run, tmp_path: Path) -> None:
    picture = tmp_path / "x.svg"
    run("screenshot", str(picture), "--as-of", "2026-02-02", "--press", "x", "--light")
    drawn = picture.read_text(encoding="utf-8")
    assert "What&#160;does&#160;not&#160;agree" in drawn
    refused = run("screenshot", str(tmp_path / "y.svg"), "--press", "m nokey", ok=False)
    assert refused.exit_code == 1
    assert "refused: key: 'nokey' is not a key" in refused.stderr
    assert not (tmp_path / "y.svg").exists()


def test_a_screenshot_of_no_size_is_wrong_usage(run: Run, tmp_path: Path) -> None:
    assert run("screenshot", str(tmp_path / "x.svg"), "--size", "big", ok=False).exit_code == 2


def test_version(run: Run) -> None:
    assert run("version").stdout.startswith("ceasefire-monitor ")
    assert "ceasefire-monitor" in json.loads(run("version", "--json").stdout)


def test_a_retracted_strike_is_shown_as_retracted_and_by_whom(run: Run) -> None:
    strike = "strike-desk-2026-01-31"
    first = json.loads(run("show", strike, "--json").stdout)
    assert first["reports_total"] == len(first["after_each_report"])
    for line in run("events", "--stream", strike, "--type", "strike.reported", "--json").stdout.splitlines():
        reason = ("--by", "editor", "--reason", "meant for another strike", "--claimant", "desk", "--source", "note")
        run("retract", json.loads(line)["record"], *reason)
    printed = " ".join(run("show", strike).stdout.split())
    assert f"{strike}: retracted. No report of it stands: it is on record, and counts in no sum." in printed
    assert "retraction (editor)" in printed
    assert "says desk" in printed
    shown = json.loads(run("show", strike, "--json").stdout)
    assert shown["strike"] is None
    assert [report["line"]["standing"] for report in shown["withdrawn"]] == ["retracted"]
    assert shown["reports_total"] == first["reports_total"] + 1
