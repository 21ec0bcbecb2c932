"""Accepted, and raised as a discrepancy: one test for each, and one for what is none."""

from __future__ import annotations

from domain.report import Recorded
from projections.situation import Discrepancy, Situation
from tests.projections.conftest import At
from tests.projections.records import (
    CEASEFIRE,
    CIVIL_DEFENCE,
    DESK,
    MINISTRY,
    RAFAH,
    STRIKE,
    TOLL,
    Log,
    about,
    exactly,
    span,
)


def of_kind(situation: Situation, kind: str) -> list[Discrepancy]:
    return [found for found in situation.discrepancies if found.kind == kind]


def the(situation: Situation, kind: str) -> Discrepancy:
    [found] = of_kind(situation, kind)
    return found


def test_low_best_high_out_of_order(log: Log, at: At) -> None:
    log.struck()
    claim = log.killed({"low": 9, "best": 4, "high": 12, "qualifier": "range"})
    found = the(at(), "bounds_out_of_order")
    assert found.records == (claim.id,)
    assert found.text == "The figure of gaza-moh has low 9, best 4, high 12"


def test_parts_that_do_not_add_up(log: Log, at: At) -> None:
    parts = {"shootings": exactly(88), "raids": exactly(12), "bombings": exactly(124), "demolitions": exactly(52)}
    data = {"against": "Israel", "about": [], "text": "in the first month", "figure": {**exactly(282), "parts": parts}}
    log.say("ceasefire.violation_alleged", CEASEFIRE, data, on=span("2025-10-10", "2025-11-10"), claimant="gaza-gmo")
    assert the(at(), "parts_do_not_add_up").text == "gaza-gmo gives 282, with parts that come to 276"


def test_parts_that_come_to_more(log: Log, at: At) -> None:
    log.struck()
    log.killed({**exactly(11), "parts": {"children": exactly(7), "women": exactly(5)}})
    assert the(at(), "parts_do_not_add_up").text == "gaza-moh gives 11, with parts that come to 12"


def test_parts_that_say_who_some_were_are_none(log: Log, at: At) -> None:
    log.struck()
    log.killed({**exactly(11), "parts": {"children": exactly(7), "women": exactly(3)}})
    log.killed({**exactly(32), "parts": {"children": {"qualifier": "words", "words": "several"}}}, CIVIL_DEFENCE)
    assert of_kind(at(), "parts_do_not_add_up") == []


def test_opened_while_already_open_on_other_terms(log: Log, at: At) -> None:
    first = log.status("opened", "2026-02-02")
    second = log.status("opened", "2026-02-05", "egypt-sis", conditions="patients only")
    found = the(at(), "already_open")
    assert found.records == (first.id, second.id)
    assert "egypt-sis" in found.text


def test_opened_again_after_a_closure_is_none(log: Log, at: At) -> None:
    log.status("opened", "2026-02-02")
    log.status("closed", "2026-02-28")
    log.status("opened", "2026-02-28T18:00:00Z", conditions="patients only")
    assert of_kind(at(), "already_open") == []


def test_a_phase_out_of_order(log: Log, at: At) -> None:
    log.entered("2025-10-10")
    later = log.phase(2, "begun", "2025-12-01")
    earlier = log.phase(1, "begun", "2026-01-01")
    texts = {found.text: found.records for found in of_kind(at(), "phase_out_of_order")}
    assert texts == {
        "Phase 1 begun (1 Jan 2026, says gaza-moh) after phase 2 (1 Dec 2025)": (earlier.id, later.id),
        "Phase 2 begun (1 Dec 2025, says gaza-moh) before phase 1": (later.id,),
    }


def test_phases_reported_out_of_order_are_none(log: Log, at: At) -> None:
    log.entered("2025-10-10")
    log.phase(2, "begun", "2026-02-02")
    log.phase(1, "begun", "2025-10-10", reported="2026-02-10")
    assert of_kind(at(), "phase_out_of_order") == []


def test_a_disputed_phase(log: Log, at: At) -> None:
    log.entered("2025-10-10")
    log.phase(1, "begun", "2025-10-10")
    log.phase(2, "begun", "2026-02-02", claimant="us-envoy")
    log.phase(2, "disputed", "2026-02-03", claimant="hamas")
    assert the(at(), "claimants_differ").text == "Phase 2 is disputed by hamas; begun says us-envoy"


def test_a_running_figure_that_falls(log: Log, at: At) -> None:
    log.defined()
    before = log.published(526, "2026-02-01")
    after = log.published(509, "2026-02-02")
    found = the(at(), "series_falls")
    assert found.records == (before.id, after.id)
    assert "falls from 526 (1 Feb 2026) to 509 (2 Feb 2026), says gaza-moh" in found.text


def test_no_fall_is_flagged_across_a_new_origin(log: Log, at: At) -> None:
    log.defined()
    log.published(526, "2026-02-01")
    log.say("series.rebased", TOLL, {"origin": "2026-02-02", "offset": exactly(526), "reason": "anew"}, on="2026-02-02")
    log.published(3, "2026-02-05")
    assert of_kind(at(), "series_falls") == []


def test_a_series_whose_change_differs_from_the_recorded_strikes(log: Log, at: At) -> None:
    log.struck(on="2026-02-02")
    log.killed(32, on="2026-02-02")
    log.defined()
    log.published(509, "2026-02-01", reported="2026-02-03")
    log.published(523, "2026-02-02", reported="2026-02-03")
    found = the(at(), "series_and_strikes")
    assert "changes by 14 from 1 Feb 2026 to 2 Feb 2026; strikes recorded in that time come to 32" in found.text


def test_a_series_that_moves_with_the_strikes_of_its_population_is_none(log: Log, at: At) -> None:
    log.struck(on="2026-02-02")
    log.killed(14, on="2026-02-02")
    log.killed(99, of="israeli-military", on="2026-02-02")
    log.defined()
    log.published(509, "2026-02-01", reported="2026-02-03")
    log.published(523, "2026-02-02", reported="2026-02-03")
    assert of_kind(at(), "series_and_strikes") == []


def test_passages_below_a_quota(log: Log, at: At) -> None:
    quota = log.quota(about(150), "2026-02-02")
    counted = log.passed(20, "2026-02-02")
    found = the(at(), "quota_passages")
    assert found.records == (quota.id, counted.id)
    assert found.text == (
        "crossing-rafah: 20 people out, 2 Feb 2026, is below the about 150 a day expected, says egyptian-officials"
    )


def test_passages_above_a_quota(log: Log, at: At) -> None:
    log.quota(50, "2026-02-02", kind="permitted")
    log.passed(60, "2026-02-03")
    assert "is above the 50 a day permitted" in the(at(), "quota_passages").text


def test_a_quota_of_both_directions_is_held_against_both(log: Log, at: At) -> None:
    log.quota(100, "2026-02-02", direction="both")
    log.passed(20, "2026-02-02")
    assert of_kind(at(), "quota_passages") == []
    log.passed(12, "2026-02-02", direction="into")
    assert "32 people either way" in the(at(), "quota_passages").text


def test_but_claims_of_two_claimants_are_never_added(log: Log, at: At) -> None:
    log.quota(100, "2026-02-02", direction="both")
    log.passed(20, "2026-02-02")
    log.passed(12, "2026-02-02", "who", direction="into")
    assert of_kind(at(), "quota_passages") == []
    whole = log.passed(15, "2026-02-02", "who")
    found = the(at(), "quota_passages")
    assert "27 people either way" in found.text
    assert set(found.records) == {log.all[0].id, log.all[2].id, whole.id}


def test_another_length_of_time_is_not_compared(log: Log, at: At) -> None:
    log.quota(50, "2026-02-02")
    log.passed(135, span("2026-02-02", "2026-02-05"))
    assert of_kind(at(), "quota_passages") == []


def test_claimants_who_differ(log: Log, at: At) -> None:
    log.struck()
    log.killed(26, MINISTRY)
    log.killed(32, CIVIL_DEFENCE, reported="2026-02-01")
    found = the(at(), "claimants_differ")
    assert found.text == "Killed (palestinians), Gaza, 31 Jan 2026: 26 says gaza-moh, 32 says gaza-civil-defence"


def test_figures_that_can_both_be_right_are_none(log: Log, at: At) -> None:
    log.struck()
    log.killed(32, MINISTRY)
    log.killed({"low": 30, "qualifier": "at_least"}, CIVIL_DEFENCE)
    assert of_kind(at(), "claimants_differ") == []


def test_scorers_who_differ(log: Log, at: At) -> None:
    log.entered("2025-10-10")
    for scorer, score in ((DESK, 3), ("observer-x", 1)):
        data = {"commitment": "aid-trucks", "score": score, "scorer": scorer, "basis": [f"{CEASEFIRE}/1"]}
        log.say("ceasefire.commitment_scored", CEASEFIRE, data, claimant=scorer)
    found = the(at(), "claimants_differ")
    assert found.text == "Commitment aid-trucks is scored 3 of 3 by desk, 1 of 3 by observer-x"


def test_steps_that_differ(log: Log, at: At) -> None:
    for count, claimant in ((1968, "israel-prison-service"), (1966, "officials-reuters")):
        data = {"what": "prisoners_released", "figure": exactly(count)}
        log.say("ceasefire.step_reported", CEASEFIRE, data, on="2025-10-13", claimant=claimant)
    assert "1,968 says israel-prison-service, 1,966 says officials-reuters" in the(at(), "claimants_differ").text


def test_the_same_claimant_quoted_differently_by_two_outlets(log: Log, at: At) -> None:
    log.struck()
    one = log.killed(32, via=("Reuters",))
    other = log.killed(23, via=("AFP",))
    found = the(at(), "quoted_differently")
    assert found.records == (one.id, other.id)
    assert found.text.endswith("gaza-moh is quoted with 32 (via Reuters), 23 (via AFP)")


def test_a_figure_so_far_quoted_differently_shows_before_its_span_has_ended(log: Log, at: At) -> None:
    log.defined(known="2026-01-01")
    week, day = span("2026-01-01", "2026-01-07"), "2026-01-03"
    one = log.published(5, on=week, via=("Reuters",), reported=day, known=day)
    other = log.published(7, on=week, via=("AFP",), reported=day, known=day)
    assert the(at("2026-01-04"), "quoted_differently").records == (one.id, other.id)


def test_a_later_count_is_no_other_quotation(log: Log, at: At) -> None:
    log.struck()
    log.killed(26, via=("Reuters",), early=True)
    log.killed(32, via=("AFP",))
    log.killed(33, via=("AP",), reported="2026-02-01")
    assert of_kind(at(), "quoted_differently") == []


def test_a_relay_with_another_figure(log: Log, at: At) -> None:
    log.struck()
    log.killed(32)
    log.killed(23, "newspaper", relays=MINISTRY)
    assert the(at(), "quoted_differently").text.endswith(
        "gaza-moh is quoted with 32 (itself), 23 (relayed by newspaper)"
    )


def test_an_announcement_that_was_contradicted(log: Log, at: At) -> None:
    data = {"status": "limited", "from": "2025-12-03", "directions": ["out_of"], "carries": ["people"]}
    announced = log.say("crossing.change_announced", RAFAH, data, on="2025-12-03", claimant="cogat")
    denied = log.say(
        "crossing.announcement_denied",
        RAFAH,
        {"target": announced.id, "text": "No coordination"},
        on="2025-12-03",
        claimant="egypt-sis",
    )
    situation = at()
    found = the(situation, "announcement_denied")
    assert found.records == (announced.id, denied.id)
    [shown] = situation.crossings[0].announced
    assert shown.denied_by == ("egypt-sis",)


def announce(log: Log, status: str, start: str) -> Recorded:
    data = {"status": status, "from": start, "directions": ["out_of"], "carries": ["people"]}
    return log.say("crossing.change_announced", RAFAH, data, on="2026-01-30", claimant="cogat")


def test_an_announcement_contradicted_by_what_then_held_stays_listed(log: Log, at: At) -> None:
    announced = announce(log, "open", "2026-02-02")
    closed = log.status("closed", "2026-02-03", "egypt-sis", directions=("out_of",))
    assert of_kind(at("2026-02-02"), "announcement_contradicted") == []
    found = the(at("2026-02-03"), "announcement_contradicted")
    assert found.records == (announced.id, closed.id)
    assert found.text == (
        "crossing-rafah: cogat announced it open from 2 Feb 2026; closed from 3 Feb 2026 says egypt-sis"
    )
    assert [view.record for view in at("2026-02-03").crossings[0].announced] == [announced.id]

    log.status("limited", "2026-02-09", directions=("out_of",))  # what contradicted it holds no more
    assert at("2026-02-09").crossings[0].announced == ()
    assert the(at("2026-02-09"), "announcement_contradicted").records == (announced.id, closed.id)


def test_an_announcement_that_was_met_is_listed_no_more(log: Log, at: At) -> None:
    announced = announce(log, "open", "2026-02-02")
    log.status("closed", "2026-02-01", directions=("out_of",))
    assert [view.record for view in at().crossings[0].announced] == [announced.id]
    log.status("opened", "2026-02-02", directions=("out_of",))
    log.status("closed", "2026-02-10", directions=("out_of",))
    assert at().crossings[0].announced == ()
    assert of_kind(at(), "announcement_contradicted") == []


def test_a_contested_status(log: Log, at: At) -> None:
    log.status("opened", "2026-02-04")
    log.status("closed", "2026-02-04", "palestine-red-crescent")
    found = the(at(), "status_contested")
    assert found.text == (
        "crossing-rafah, people in, people out: open says cogat (4 Feb 2026),"
        " closed says palestine-red-crescent (4 Feb 2026)"
    )


def test_start_dates_that_differ_and_series_origins(log: Log, at: At) -> None:
    log.entered("2025-10-10T09:00:00Z", claimant="israeli-military")
    log.entered("2025-10-11", claimant=MINISTRY, sense="counting_origin")
    log.entered("2025-10-13", claimant="long-war-journal", sense="counting_origin")
    log.defined("series-who-injured", origin="2025-10-12", measure="injured", claimant="who")
    log.published(20, "2025-11-01", "series-who-injured", claimant="who")
    assert the(at("2025-10-13"), "start_dates_differ").text == (
        "ceasefire-gaza-2025 is counted from 10 Oct 2025 12:00 by israeli-military, 11 Oct 2025 by gaza-moh,"
        " 13 Oct 2025 by long-war-journal"
    )
    assert "12 Oct 2025 by series-who-injured" in the(at(), "start_dates_differ").text


def test_two_dates_whose_precisions_overlap_are_none(log: Log, at: At) -> None:
    log.entered("2025-10-10T09:00:00Z")
    log.entered("2025-10-10", claimant="desk")
    log.entered(span("2025-10-09", "2025-10-12", 2), claimant="news-agency")
    assert of_kind(at(), "start_dates_differ") == []


def test_starts_as_imprecise_as_a_month_overlap_and_are_none(log: Log, at: At) -> None:
    log.entered("2025-10-10T09:00:00Z")
    log.entered(span("2025-10-01", precision=4), claimant="news-agency")
    assert of_kind(at(), "start_dates_differ") == []
    log.entered("2025-11-13", claimant="long-war-journal")
    assert "1 Oct 2025 by news-agency" in the(at(), "start_dates_differ").text
    assert "from from" not in the(at(), "start_dates_differ").text


def test_only_a_series_of_a_harm_tells_of_a_counting_origin(log: Log, at: At) -> None:
    log.entered("2025-10-10")
    log.defined("series-who-trucks", origin="2025-10-12", measure="trucks", claimant="who", of=None)
    log.published(20, "2025-11-01", "series-who-trucks", claimant="who")
    assert of_kind(at(), "start_dates_differ") == []
    log.defined("series-moh-injured", origin="2025-10-11", measure="injured")
    log.published(20, "2025-11-01", "series-moh-injured")
    assert "11 Oct 2025 by series-moh-injured" in the(at(), "start_dates_differ").text


def test_two_series_of_one_thing_that_differ(log: Log, at: At) -> None:
    for stream, claimant, count in (("series-hamas-trucks", "hamas", 7333), ("series-un2720-trucks", "un2720", 6545)):
        log.defined(stream, origin="2025-10-10", measure="trucks", claimant=claimant)
        log.published(count, "2025-12-06", stream, claimant=claimant)
    text = the(at(), "series_differ").text
    assert text == ("trucks since 10 Oct 2025: 7,333 on 6 Dec 2025, says hamas and 6,545 on 6 Dec 2025, says un2720")


def test_series_of_two_origins_are_not_compared(log: Log, at: At) -> None:
    for stream, claimant, origin in (("series-a-killed", "gaza-gmo", "2025-10-10"), (TOLL, MINISTRY, "2025-10-11")):
        log.defined(stream, origin=origin, claimant=claimant)
        log.published(500 if claimant == MINISTRY else 524, "2026-01-31", stream, claimant=claimant)
    assert of_kind(at(), "series_differ") == []


def test_claims_on_a_strike_that_nobody_reports(log: Log, at: At) -> None:
    claim = log.killed(26)
    found = the(at(), "strike_not_reported")
    assert found.records == (claim.id,)
    assert found.text == f"No report of {STRIKE} stands; in no sum: 26 killed says gaza-moh"


def test_an_unregistered_claimant(log: Log, at: At) -> None:
    claim = log.struck()
    assert the(at(), "unregistered_claimant").records == (claim.id,)
    log.say("source.registered", "source-gaza-moh", {"name": "Ministry of Health", "kind": "medical"})
    assert of_kind(at(), "unregistered_claimant") == []


def test_so_is_whoever_edits_is_relayed_scores_or_grades(log: Log, at: At) -> None:
    log.struck()
    claim = log.killed(26, relays="morgue")
    log.correct(claim, {"figure": exactly(27)}, claimant="editor-x")
    log.say("strike.assessed", STRIKE, {"grade": "fair", "grader": "grader-x"})
    data = {"commitment": "aid", "score": 3, "scorer": "scorer-x", "basis": [claim.id]}
    log.say("ceasefire.commitment_scored", CEASEFIRE, data)
    flagged = {found.text.split()[0]: found.records for found in of_kind(at(), "unregistered_claimant")}
    assert set(flagged) == {MINISTRY, "morgue", "editor-x", "grader-x", "scorer-x"}
    assert flagged["morgue"] == (claim.id,)
    assert set(at("2026-01-30").discrepancies) == set()


def test_a_clock_that_went_back(log: Log, at: At) -> None:
    log.struck(recorded="2026-02-05")
    late = log.killed(26, recorded="2026-02-03")
    found = the(at(), "clock_jump")
    assert found.records == (late.id,)
    assert found.text.startswith("The clock went back by 2 days, 0:00:00 before #2")


def test_the_newest_come_first_and_all_are_counted(log: Log, at: At) -> None:
    for day in (1, 3, 2):
        log.struck(f"strike-x-{day}", on=f"2026-01-0{day}")
        log.killed(26, MINISTRY, f"strike-x-{day}", on=f"2026-01-0{day}")
        log.killed(32, CIVIL_DEFENCE, f"strike-x-{day}", on=f"2026-01-0{day}")
    situation = at()
    days = [found.text.partition(": ")[0][-10:] for found in of_kind(situation, "claimants_differ")]
    assert days == ["3 Jan 2026", "2 Jan 2026", "1 Jan 2026"]
    assert situation.discrepancies_total == len(situation.discrepancies)
