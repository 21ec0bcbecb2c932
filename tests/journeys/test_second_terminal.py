"""Two processes on one log: what one appends, the other paints."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from tests.journeys.conftest import COMMAND, Ceasefire
from tests.journeys.terminal import Terminal

_STATEMENT = (
    "append statement.made statement-night-shift --occurred today --claimant night-desk --key shift:1 "
    "--source telling --about crossing-rafah --text"
)
STATEMENT = tuple(_STATEMENT.split())
WORDS = "Quiet since midnight"


@pytest.mark.parametrize(("columns", "rows"), [(120, 40), (80, 24)])
def test_an_append_is_painted_in_a_dashboard_that_runs_elsewhere(
    ceasefire: Ceasefire, surroundings: Mapping[str, str], columns: int, rows: int
) -> None:
    with Terminal([COMMAND, "demo"], surroundings, columns=columns, rows=rows) as dashboard:
        dashboard.wait_for("LIVE")
        assert WORDS not in dashboard.text
        ceasefire(*STATEMENT, WORDS)
        dashboard.wait_for(WORDS)
        dashboard.type("q")
        assert dashboard.wait_for_end() == 0


def test_the_same_key_twice_is_one_record(ceasefire: Ceasefire) -> None:
    ceasefire("demo")
    before = json.loads(ceasefire("verify", "--json").stdout)["records"]
    first = ceasefire(*STATEMENT, WORDS)
    again = ceasefire(*STATEMENT, WORDS)
    assert first.stdout == again.stdout
    assert "on record already" in again.stderr
    assert json.loads(ceasefire("verify", "--json").stdout)["records"] == before + 1
    assert "which says something else" in ceasefire(*STATEMENT, "Other words", code=1).stderr


def test_erasing_asks_on_a_terminal(ceasefire: Ceasefire, surroundings: Mapping[str, str]) -> None:
    ceasefire("demo")
    ceasefire(*STATEMENT, WORDS)
    words = [COMMAND, "erase", "shift:1", "--reason", "a name", "--authority", "officer"]
    with Terminal(words, surroundings) as terminal:
        terminal.wait_for("Erase it?")
        terminal.type("n\n")
        assert terminal.wait_for_end() == 1
        assert "not erased" in terminal.text
    assert json.loads(ceasefire("verify", "--json").stdout)["erased"] == 0
    with Terminal(words, surroundings) as terminal:
        terminal.wait_for("Erase it?")
        terminal.type("y\n")
        assert terminal.wait_for_end() == 0
    assert json.loads(ceasefire("verify", "--json").stdout)["erased"] == 1
    assert WORDS not in ceasefire("events").stdout
