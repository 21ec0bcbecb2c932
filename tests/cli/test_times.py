"""Relative times at a shell: they start with a hyphen, and are no options for that, whatever letter they hold."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Run

pytestmark = pytest.mark.usefixtures("seeded")

AGO = ("-8h", "-12h", "-3d", "-30m")
ARGUMENTS = ("replay T", "replay --full T", "since T", "diff T now", "diff day:1 T", "diff T -1h", "since T --full")
OPTIONS = (
    *("status --as-of T", "status --known-at T", "replay now --known-at T", "events --as-of T", "events --since T"),
    *("events --filter since:T", "events --until T", "show @5 --known-at T"),
    *("diff now now --known-at T --known-at-b now", "diff now now --known-at-b T", "diff T now --known-at T"),
)


@pytest.mark.parametrize("ago", AGO)
@pytest.mark.parametrize("words", ARGUMENTS + OPTIONS)
def test_a_relative_time_is_a_time_wherever_one_stands(run: Run, words: str, ago: str) -> None:
    result = run(*words.replace("T", ago).split(), ok=False)
    assert "Usage" not in result.output
    assert "--help" not in result.output
    assert result.exit_code == 0, result.stderr
    assert result.stdout or words.startswith("events")


def test_help_is_still_help(run: Run) -> None:
    for command in ("replay", "diff", "since"):
        for words in ((command, "-h"), (command, "-8h", "-h"), (command, "--help")):
            assert run(*words).stdout.startswith("Usage: ")


@pytest.mark.parametrize("words", ["since -x", "since --8h", "diff -8h now --ful=1", "diff -8h -x"])
def test_what_is_neither_time_nor_option_is_wrong_usage(run: Run, words: str) -> None:
    result = run(*words.split(), ok=False)
    assert result.exit_code == 2


def test_a_time_that_is_none_is_shown_as_typed(run: Run) -> None:
    assert "'-8x' is not a time" in run("since", "-8x", ok=False).stderr


def test_a_time_in_another_form_is_answered_with_the_date_that_was_meant(run: Run) -> None:
    said = run("replay", "2/2/2026", ok=False).stderr
    assert said == "refused: as-of: '2/2/2026' is not a time\ntry: write 2026-02-02\n"
