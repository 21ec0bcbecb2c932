"""`diff` and `since`: what changed between two vantages, and which records made it so."""

from __future__ import annotations

import json
import re

import msgspec
import pytest

from projections.changing.changes import Difference
from tests.cli.conftest import CLAIM, Run

RAFAH_OUT = "crossing-rafah passages out_of people"
THEN = ("--known-at", "2026-02-04", "--known-at-b", "now")


def difference(run: Run, *words: str) -> Difference:
    return msgspec.json.decode(run(*words, "--json").stdout, type=Difference)


@pytest.mark.usefixtures("seeded")
class TestDiff:
    def test_what_was_learnt_about_a_day_between_two_states_of_knowledge(self, run: Run) -> None:
        found = difference(run, "diff", "2026-02-02", "2026-02-02", *THEN)
        assert found.differ == ("knowledge",)
        exits = next(change for change in found.changes if change.question == RAFAH_OUT)
        assert (exits.before, exits.after) == (
            "8-15, 5 claims, 3 counts, 2 Feb 2026",
            "8-20, 5 claims, 4 counts, 2 Feb 2026",
        )
        assert exits.causes == (502,)

    def test_positions_do_as_well_as_times(self, run: Run) -> None:
        words = ("diff", "2026-01-31", "2026-01-31", "--known-at", "@120", "--known-at-b", "@160")
        found = difference(run, *words)
        assert (found.before.position, found.after.position, found.known) == (120, 160, 40)
        assert found.recorded.total == 40

    def test_one_known_at_is_of_both(self, run: Run) -> None:
        found = difference(run, "diff", "day:1", "day:116", "--known-at", "@500")
        assert found.differ == ("time",)
        assert (found.before.position, found.after.position) == (500, 500)
        assert (found.before.as_of_day, found.after.as_of_day) == ("2025-10-10", "2026-02-02")

    def test_the_text_says_it_in_words(self, run: Run) -> None:
        printed = run("diff", "2026-02-02", "2026-02-02", *THEN).stdout
        assert printed.startswith("The two vantages differ in knowledge only")
        assert "\nCROSSINGS\n" in printed
        assert "Rafah: people going out.\n  Before: 8-15, 5 claims, 3 counts, 2 Feb 2026.\n" in printed
        assert "\n  After: 8-20, 5 claims, 4 counts, 2 Feb 2026.\n  By #502 2 Feb 2026" in printed
        assert all(len(line) <= 80 for line in printed.splitlines())
        assert "\x1b" not in printed

    def test_full_names_every_record(self, run: Run) -> None:
        words = ("diff", "2026-01-30", "2026-02-02")
        assert "more records behind this" in run(*words).stdout
        full = run(*words, "--full").stdout
        assert "behind this" not in full
        found = difference(run, *words)
        assert max(len(change.causes) for change in found.changes) > 20
        assert all(f" #{cause.line.position} " in full for cause in found.causes)

    def test_the_same_vantage_twice(self, run: Run) -> None:
        printed = run("diff", "2026-02-02", "2026-02-02").stdout
        assert printed.startswith("The same vantage twice: nothing differs.")
        assert printed.endswith("Nothing that is shown changed.\n")

    @pytest.mark.parametrize("words", [("lately", "now"), ("now", "@9999"), ("now", "now", "--known-at-b", "@9999")])
    def test_what_is_no_time_is_refused(self, run: Run, words: tuple[str, ...]) -> None:
        result = run("diff", *words, ok=False)
        assert result.exit_code == 1
        assert result.stderr.startswith("refused: ")
        assert "\ntry: " in result.stderr

    def test_its_schema_is_printed(self, run: Run) -> None:
        schema = json.loads(run("schema", "difference").stdout)
        assert schema["$ref"] == "#/$defs/Difference"
        printed = json.loads(run("diff", "-3d", "now", "--json").stdout)
        assert set(printed) == set(schema["$defs"]["Difference"]["required"])


@pytest.mark.usefixtures("empty")
class TestSince:
    def test_a_night_is_handed_over(self, run: Run) -> None:
        run("append", "strike.reported", "strike-desk-7", *_said("gaza-moh"), *_strike())
        run(*CLAIM, "--figure", "26", "--key", "first")
        run(*CLAIM, "--figure", "5", "--key", "second")
        position = difference(run, "since", "@0").after.position
        run("correct", "first", "--set", "figure=28", "--kind", "transcription", "--reason", "misread")
        run("retract", "second", "--by", "editor", "--reason", "meant for another strike")
        printed = run("since", f"@{position}").stdout
        assert printed.startswith(f"Since record #{position}, known at ")
        assert ": 2 records more.\n" in printed
        assert "\nRECORDED: 0\n" in printed
        assert "\nCORRECTED: 1\n#5 " in printed
        assert "\nRETRACTED: 1\n#6 " in printed
        found = difference(run, "since", f"@{position}")
        killed = next(change for change in found.changes if change.question == "strikes killed palestinians")
        assert (killed.before, killed.after) == ("5, 1 claim on 1 strike", "28, 1 claim on 1 strike")
        assert {cause.revises for cause in found.causes} == {"strike-desk-7/2", "strike-desk-7/3"}
        assert found.before.as_of == found.after.as_of

    def test_nothing_since(self, run: Run) -> None:
        printed = run("since", "@1").stdout
        assert "0 records more" in printed
        assert "Nothing that is shown changed." in printed

    def test_what_is_no_time_is_refused(self, run: Run) -> None:
        result = run("since", "the-day-shift", ok=False)
        assert result.exit_code == 1
        assert "known-at" in result.stderr


def _said(claimant: str) -> tuple[str, ...]:
    return ("--occurred", "2026-01-31", "--claimant", claimant, "--source", "Bulletin")


def _strike() -> tuple[str, ...]:
    return ("--kind", "air_strike", "--place", "Gaza", "--clarity", "1")


@pytest.mark.usefixtures("seeded")
class TestWhatWasAhead:
    def test_has_begun_meanwhile(self, run: Run) -> None:
        changes = {
            change.question: change.after
            for change in difference(run, "diff", "2026-01-15", "2026-02-02").changes
            if change.question.startswith("ceasefire announced")
        }
        printed = run("diff", "2026-01-15", "2026-02-02").stdout
        for now in changes.values():
            assert now == "not ahead: phase 2 has begun"
        assert changes
        assert "After: not ahead: phase 2 has begun." in printed

    def test_and_the_other_way_round(self, run: Run) -> None:
        assert "Before: not ahead: phase 2 has begun." in run("diff", "2026-02-02", "2026-01-15").stdout

    def test_or_is_simply_not_known(self, run: Run) -> None:
        printed = run("diff", "2026-01-15", "2026-01-10").stdout
        assert "announced" in printed
        assert "has begun" not in printed

    def test_a_crossings_announcement_says_what_came_instead(self, run: Run) -> None:
        changes = difference(run, "diff", "2026-01-31", "2026-02-02").changes
        ahead = re.compile("limited|open|closed")
        gone = [one.after for one in changes if " announced " in one.question and not ahead.match(str(one.after))]
        assert "its time has passed: people in limited since 2 Feb 2026, people out limited since 2 Feb 2026" in gone
        assert any(now.startswith("as announced: people ") for now in gone if now)
        assert None not in gone
        back = difference(run, "diff", "2026-02-02", "2026-01-31").changes
        again = [one.before for one in back if " announced " in one.question and not ahead.match(str(one.before))]
        assert sorted(map(str, again)) == sorted(map(str, gone))
