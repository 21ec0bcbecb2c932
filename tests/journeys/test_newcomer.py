"""A newcomer's way: one command, the picture, a date, the second clock; without a terminal the same as text."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

from tests.journeys.conftest import COMMAND, Ceasefire
from tests.journeys.terminal import Terminal


def test_the_demo_without_a_terminal_prints_the_text(ceasefire: Ceasefire) -> None:
    first = ceasefire("demo")
    assert first.stdout.startswith("Gaza ceasefire")
    assert "\x1b" not in first.stdout
    assert max(map(len, first.stdout.splitlines())) <= 80
    assert "on the Gaza ceasefire" in first.stderr
    again = ceasefire("demo")
    assert "on the Gaza ceasefire" not in again.stderr, "the seeds are put in once"
    assert json.loads(ceasefire("verify", "--json").stdout)["records"] > 500


def test_watch_without_a_terminal_prints_the_text_of_its_vantage(ceasefire: Ceasefire) -> None:
    ceasefire("demo")
    watched = ceasefire("watch", "--as-of", "2026-02-02", "--known-at", "2026-02-04")
    assert watched.stdout == ceasefire("replay", "2026-02-02", "--known-at", "2026-02-04").stdout
    assert "no terminal to draw the dashboard on" in watched.stderr


def test_a_dumb_terminal_gets_the_text_too(surroundings: Mapping[str, str]) -> None:
    with Terminal([COMMAND, "demo"], {**surroundings, "TERM": "dumb"}) as terminal:
        assert terminal.wait_for_end() == 0
        assert "CROSSINGS" in terminal.text or "NEWEST RECORDS" in terminal.text or "WHO THEY ARE" in terminal.text


def test_python_m_tui_is_the_same_command(surroundings: Mapping[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tui", "--help"], capture_output=True, text=True, env=dict(surroundings), check=True
    )
    assert done.stdout.startswith("Usage: ceasefire [OPTIONS] COMMAND")


def _replay(ceasefire: Ceasefire, *words: str) -> dict[str, Any]:
    told = json.loads(ceasefire("replay", *words, "--json").stdout)
    assert isinstance(told, dict)
    return told


def _crossing(situation: dict[str, Any], name: str = "Rafah") -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in situation["crossings"] if one["name"] == name)
    return found


def _passages(crossing: dict[str, Any], direction: str) -> dict[str, Any]:
    found: dict[str, Any] = next(
        one for one in crossing["passages"] if one["direction"] == direction and one["category"] == "people"
    )
    return found


def test_the_second_of_february_on_both_clocks(ceasefire: Ceasefire) -> None:
    ceasefire("demo")
    day = _replay(ceasefire, "2026-02-02")
    assert (day["ceasefire"]["day"], day["ceasefire"]["phase"]["phase"]) == (116, 2)
    assert day["ceasefire"]["phase"]["change"] == "begun"
    rafah = _crossing(day)
    assert {rafah["people"][way]["status"] for way in ("into", "out_of")} == {"limited"}
    into, out_of = _passages(rafah, "into"), _passages(rafah, "out_of")
    assert (into["low"], into["high"]) == (12, 12)
    assert (out_of["low"], out_of["high"]) == (8, 20)
    assert all(claim["claimant"] and claim["figure"] for claim in out_of["said"])
    expected = {quota["figure"].get("best") for quota in rafah["quotas"] if quota["direction"] in ("out_of", "both")}
    assert {50, 150} <= expected
    assert 38 in {refused["high"] for refused in rafah["refused"] if refused["outcome"] == "held"}

    then = _passages(_crossing(_replay(ceasefire, "2026-02-02", "--known-at", "2026-02-04")), "out_of")
    assert (then["low"], then["high"]) == (8, 15), "the Media Office had then said 8, not 20"


def test_the_same_day_as_text(ceasefire: Ceasefire) -> None:
    ceasefire("demo")
    text = " ".join(ceasefire("replay", "2026-02-02", "--known-at", "2026-02-04").stdout.split())
    assert "day 116 from 10 Oct 2025" in text
    assert "REPLAY, this is not now." in text
    assert "8-15 people got through" in text
    assert "12 people got through" in text
    assert "38 held" in text
    assert "Hidden by this vantage:" in text


def test_the_text_is_the_same_each_time(ceasefire: Ceasefire) -> None:
    ceasefire("demo")
    words = ("replay", "2026-02-02", "--known-at", "2026-02-04")
    assert ceasefire(*words).stdout == ceasefire(*words).stdout


def test_dates_before_and_after(ceasefire: Ceasefire) -> None:
    ceasefire("demo")
    assert _replay(ceasefire, "2025-06-01")["ceasefire"]["status"] != "in_force"
    assert _replay(ceasefire, "2025-10-10")["ceasefire"]["day"] == 1
    starts = _replay(ceasefire, "2025-10-13")
    assert len(starts["ceasefire"]["starts"]) >= 3
    assert "start_dates_differ" in {one["kind"] for one in starts["discrepancies"]}
    assert _crossing(_replay(ceasefire, "2026-03-10"))["people"]["into"]["status"] == "closed"
    assert _crossing(_replay(ceasefire, "2026-03-20"))["people"]["into"]["status"] in ("open", "limited")


def test_a_time_with_a_hyphen_and_a_day_and_a_position(ceasefire: Ceasefire) -> None:
    ceasefire("demo")
    assert _replay(ceasefire, "-3d")["vantage"]["live"] is False
    assert _replay(ceasefire, "day:42")["ceasefire"]["day"] == 42
    assert _replay(ceasefire, "now", "--known-at", "@207")["vantage"]["position"] == 207
    assert "No such option" in ceasefire("replay", "--knwn-at", "@207", code=2).stderr
    assert "refused: " in ceasefire("replay", "the-day-before", code=1).stderr
