"""What the panels say in cases that are easily said wrong: words, lapsed schedules, populations, quotas."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from projections.situation import CrossingView, PassagesView, Situation, StrikeRange, StrikeView
from tests.tui.watching import now
from tui.dashboard import wording
from tui.dashboard.claims import claims_screen
from tui.dashboard.crossings_panel import crossings_lines, crossings_summary
from tui.dashboard.discrepancies import discrepancy_lines
from tui.dashboard.glyphs import UNICODE
from tui.dashboard.lines import Target, as_text
from tui.dashboard.paper import Paper
from tui.dashboard.phase_panel import phase_lines
from tui.dashboard.reading import open_reading
from tui.dashboard.strike_list import SET_IN, strike_headline
from tui.dashboard.strikes_panel import strikes_lines
from tui.text_twin import text


def at(log: Path, as_of: str | None, known_at: str | None = None) -> Situation:
    reading = open_reading(log)
    try:
        return reading.situation(reading.vantage(as_of, known_at, now()))
    finally:
        reading.close()


@pytest.fixture(scope="module")
def lapsed(gaza_once: Path) -> Situation:
    return at(gaza_once, "2026-02-02", "2026-02-01")


@pytest.fixture(scope="module")
def second(gaza_once: Path) -> Situation:
    return at(gaza_once, "2026-02-02")


def test_a_status_that_has_lapsed_is_unknown_and_not_gone(lapsed: Situation) -> None:
    shown = as_text(crossings_lines(lapsed, 44, UNICODE))
    assert "? UNKNOWN people both ways\n  since the limited status of 1 Feb lapsed\n▢ CLOSED goods" in shown
    assert crossings_summary(lapsed, 100, UNICODE).text.startswith("? UNKNOWN Rafah people")


def test_a_status_that_rests_on_old_news_is_set_apart_where_other_news_is_new(second: Situation) -> None:
    assert "since 7 May 2024, 636 d silent" in as_text(crossings_lines(second, 62, UNICODE))
    narrow = crossings_lines(second, 44, UNICODE)
    inks = {text: ink for each in narrow for text, ink in each.runs}
    assert (inks["since 7 May 2024"], inks["since 2 Feb"]) == ("unknown", "quiet")


def test_a_crossings_detail_says_since_when_it_is_unknown(lapsed: Situation) -> None:
    screen = claims_screen(lapsed, Target("crossing", "crossing-rafah"), UNICODE)
    assert screen is not None
    shown = as_text(screen.sheet._make(78))
    assert "? UNKNOWN people, into since the limited status of 1 Feb lapsed" in shown
    assert "until 1 Feb" not in shown
    assert "newest report: 1 d ago" in shown


def in_words(said: str) -> StrikeView:
    claim = {
        "claimant": "medics",
        "figure": {"qualifier": "words", "words": said},
        "record": "strike-a/2",
        "position": 2,
        "occurred": "2026-01-31",
        "reported_at": "2026-01-31",
        "via": [],
    }
    one: dict[str, Any] = {"harm": "injured", "of": "palestinians", "status": "unstated", "includes": "new"}
    one |= {"first_day": "2026-01-31", "last_day": "2026-01-31", "ruled": True, "said": [claim]}
    one |= {"low": None, "high": None, "claims": 0, "counts": 0}
    strike = {"stream": "strike-a", "kind": "air_strike", "place": "Rafah", "clarity": 1, "occurred": "2026-01-31"}
    return msgspec.convert({**strike, "claimant": "medics", "record": "strike-a/1", "ranges": [one]}, StrikeView)


def test_a_claim_in_words_is_shown_in_its_words(second: Situation) -> None:
    paper = Paper.of(second, 70, UNICODE)
    assert strike_headline(in_words("dozens"), paper)[0] == '"dozens" injured'
    strikes = msgspec.structs.replace(second.strikes, latest=(in_words("dozens"),))
    shown = as_text(strikes_lines(msgspec.structs.replace(second, strikes=strikes), 70, UNICODE))
    assert '"dozens" injured · 1 cl.' in shown
    assert "no number injured" not in shown


def test_where_populations_mix_each_strike_says_whose(second: Situation) -> None:
    shown = as_text(strikes_lines(second, 76, UNICODE))
    assert re.search(r"~13 Dec Gaza Strip +2 injured \(israeli-military\) · 1 cl\.", shown)
    assert re.search(r"31 Jan  Gaza Strip +30-32\+ killed \(palestinians\) ≠ 4 cl\.", shown)


@pytest.mark.parametrize("width", [32, 39, 44])
def test_no_population_is_cut_where_there_is_little_room(second: Situation, width: int) -> None:
    shown = as_text(strikes_lines(second, width, UNICODE))
    inset = " " if width >= SET_IN else ""
    assert f"palestinians killed\n{inset}31 Jan" in shown
    assert re.search(rf"^israeli-military injured\n{inset}~13 Dec Gaza Strip +2 · 1 cl\.$", shown, re.MULTILINE)
    assert re.search(rf"^{inset}31 Jan  Gaza S[a-z]+…? +30-32\+ ≠ 4 cl\.$", shown, re.MULTILINE)
    assert not re.search(r"(palest|isra)[a-z-]*…", shown)
    assert all(len(row) <= width for row in shown.split("\n"))


def test_the_toll_of_a_strike_is_told_also_where_its_line_has_no_room_for_it(second: Situation) -> None:
    one = second.strikes.latest[0]
    harmed = ("israeli-military", "palestinians", "unifil-peacekeepers")
    mixed = msgspec.structs.replace(
        one, ranges=tuple(msgspec.structs.replace(one.ranges[0], of=of, ruled=True) for of in harmed)
    )
    strikes = msgspec.structs.replace(second.strikes, latest=(mixed, *second.strikes.latest))
    shown = as_text(strikes_lines(msgspec.structs.replace(second, strikes=strikes), 44, UNICODE))
    toll = wording.ranged(one.ranges[0])
    rows = (f"         {toll} {of}\n" for of in harmed)
    assert f"\n{''.join(rows)}" in shown


def test_a_name_without_end_leaves_room_for_what_was_done_to_them(second: Situation) -> None:
    one, *rest = second.strikes.latest
    ranges = (msgspec.structs.replace(one.ranges[0], of="x" * 500),)
    strikes = msgspec.structs.replace(second.strikes, latest=(msgspec.structs.replace(one, ranges=ranges), *rest))
    shown = as_text(strikes_lines(msgspec.structs.replace(second, strikes=strikes), 39, UNICODE))
    assert f"\n{'x' * 31}… killed\n" in shown


def test_where_they_do_not_the_lines_are_short(second: Situation) -> None:
    def only(each: StrikeView) -> StrikeView:
        ranges: tuple[StrikeRange, ...] = tuple(one for one in each.ranges if one.of == "palestinians")
        return msgspec.structs.replace(each, ranges=ranges)

    strikes = msgspec.structs.replace(second.strikes, latest=tuple(only(each) for each in second.strikes.latest))
    assert "30-32+ killed ≠ 4 cl." in as_text(
        strikes_lines(msgspec.structs.replace(second, strikes=strikes), 44, UNICODE)
    )


def test_a_wide_line_says_who_says_which_number(second: Situation) -> None:
    shown = as_text(strikes_lines(second, 196, UNICODE))
    assert re.search(r"31 Jan +Gaza Strip +air strike +30-32\+ .*gaza-civil-defence 32, gaza-hospitals 31, ", shown)
    assert "ap 4, 2 more" in as_text(strikes_lines(second, 116, UNICODE))


@pytest.mark.parametrize("width", [36, 66, 116, 196])
def test_running_figures_of_one_claimant_are_told_apart(second: Situation, width: int) -> None:
    shown = " ".join(as_text(strikes_lines(second, width, UNICODE)).split())
    assert re.search(r"gaza-moh killed (since 7 Oct 2023 )?71,800", shown)
    assert all(f"since {day}" in shown for day in ("7 Oct 2023", "10 Oct", "11 Oct"))
    assert "no number not tied" not in shown


def test_a_figure_open_above_beside_strikes_open_above_has_no_rest_that_is_known(second: Situation) -> None:
    assert "250-258+ on record, rest not known" in " ".join(as_text(strikes_lines(second, 60, UNICODE)).split())
    assert "how many are not tied to a strike on record cannot be told" in as_text(strikes_lines(second, 116, UNICODE))
    assert "12-13 fewer than 63-64 on record" in as_text(strikes_lines(second, 60, UNICODE))


def test_a_step_is_not_counted_where_its_figure_counts_something_else(second: Situation) -> None:
    assert wording.step("body_formed", "15") == "body formed (15)"
    assert wording.step("hostages_released", "20") == "20 hostages released"
    assert wording.step("withdrawal", "") == "withdrawal"
    formed = next(each for each in second.commitments if each.commitment == "governing-body")
    formed = msgspec.structs.replace(formed, steps=formed.steps[:1])
    shown = as_text(phase_lines(msgspec.structs.replace(second, commitments=(formed,)), 60, UNICODE))
    assert "body formed (15), says " in shown


def test_discrepancies_name_crossings_as_the_panels_do(second: Situation) -> None:
    shown = as_text(discrepancy_lines(second, 300, UNICODE))
    assert "People going out at Rafah, 2 Feb 2026" in shown
    assert "at rafah" not in shown
    assert "≠ crossing-" not in shown


def test_the_text_names_them_too(second: Situation) -> None:
    section = text(second, full=True).split("\nDISCREPANCIES\n")[1].split("\nNEWEST RECORDS\n")[0]
    told = re.sub(r"\[[^]]+\]", "", section)  # in brackets the records to look at
    assert "Passages above or below the quota: Rafah: 12 people in" in " ".join(told.split())
    assert not re.search(r"\b(?:crossing|series|ceasefire)-[a-z]", told)


def test_passages_stand_beside_the_quotas_they_are_compared_with(second: Situation) -> None:
    rafah = next(each for each in second.crossings if each.name == "Rafah")
    assert "12 of 50" in panel(second, rafah)
    none = msgspec.structs.replace(first_people(rafah), quotas=())
    assert " of 50" not in panel(second, msgspec.structs.replace(rafah, passages=(none,)))


def first_people(crossing: CrossingView) -> PassagesView:
    return next(one for one in crossing.passages if one.category == "people" and one.direction == "into")


def panel(situation: Situation, crossing: CrossingView) -> str:
    return as_text(crossings_lines(msgspec.structs.replace(situation, crossings=(crossing,)), 60, UNICODE))


def test_a_resumption_without_a_suspension_is_on_the_panel(second: Situation) -> None:
    shown = as_text(phase_lines(second, 60, UNICODE))
    assert "resumed 29 Oct 10:00, no suspension on record" in shown
    assert "israeli-military: by Israel, says that it resumes" in shown


def test_who_says_that_it_ended_each_with_its_account(gaza_once: Path) -> None:
    ended = at(gaza_once, "2025-06-01")
    claims = ended.ceasefire.status_claims
    assert claims
    shown = as_text(phase_lines(ended, 60, UNICODE))
    assert "ENDED 18 Mar" in shown
    assert ", says " in shown
    assert all(f"{claim.claimant}: by {claim.by}"[:50] in shown for claim in claims)
