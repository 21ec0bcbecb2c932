"""Combining claims: one test for each sentence of the rule, in its words."""

from __future__ import annotations

from projections.situation import CrossingView, PassagesView, SeriesView, Situation, StrikeRange, StrikeView
from projections.text import range_text
from tests.projections.conftest import At
from tests.projections.records import (
    CIVIL_DEFENCE,
    DESK,
    HOSPITALS,
    MEDIA_OFFICE,
    MINISTRY,
    POLICE_STATION,
    RAFAH,
    STRIKE,
    TOLL,
    Log,
    about,
    at_least,
    at_most,
    exactly,
    span,
)

OTHER = "strike-other-1"


def strike(situation: Situation, stream: str = STRIKE) -> StrikeView:
    return next(strike for strike in situation.strikes.latest if strike.stream == stream)


def ranges(situation: Situation, stream: str = STRIKE) -> list[StrikeRange]:
    return list(strike(situation, stream).ranges)


def only(situation: Situation, stream: str = STRIKE) -> StrikeRange:
    [found] = ranges(situation, stream)
    return found


def killed(situation: Situation, of: str = "palestinians") -> tuple[int | None, int | None] | None:
    for population in situation.strikes.populations:
        for harm in population.harms:
            if (population.of, harm.harm) == (of, "killed"):
                return harm.low, harm.high
    return None


def rafah(situation: Situation) -> CrossingView:
    return next(crossing for crossing in situation.crossings if crossing.stream == RAFAH)


def leaving(situation: Situation, category: str = "people") -> PassagesView:
    return next(p for p in rafah(situation).passages if (p.direction, p.category) == ("out_of", category))


def series(situation: Situation, stream: str = TOLL) -> SeriesView:
    return next(one for one in situation.series if one.stream == stream)


class TestOnlyClaimsOfOneKindStandInOneRange:
    def test_harm_population_status_inclusion_and_period_each_part_a_range(self, log: Log, at: At) -> None:
        log.struck()
        log.killed(30)
        log.killed(68, harm="injured")
        log.killed(2, of="israeli-military")
        log.killed(9, status="civilian")
        log.killed(3, includes="recovered")
        log.killed(26, on=span("2026-01-30", "2026-02-01"))
        assert sorted((r.low, r.high) for r in ranges(at())) == [(2, 2), (3, 3), (9, 9), (26, 26), (30, 30), (68, 68)]

    def test_a_claim_of_the_hour_stands_with_those_of_its_day(self, log: Log, at: At) -> None:
        log.struck()
        log.killed(30)
        log.killed(32, CIVIL_DEFENCE, on="2026-01-31T08:00:00Z")
        assert (only(at()).low, only(at()).high) == (30, 32)


class TestTheNewestStandingClaimOfEachClaimantCounts:
    def test_by_reported_at(self, log: Log, at: At) -> None:
        log.struck()
        log.killed(32, reported="2026-02-02")
        log.killed(28, reported="2026-02-01")
        assert (only(at()).low, only(at()).high) == (32, 32)

    def test_then_by_position(self, log: Log, at: At) -> None:
        log.struck()
        log.killed(28)
        log.killed(32)
        assert (only(at()).low, only(at()).high) == (32, 32)

    def test_a_relay_adds_no_claim(self, log: Log, at: At) -> None:
        log.struck()
        log.killed(30, MINISTRY)
        log.killed(31, "newspaper", relays=MINISTRY)
        found = only(at())
        assert (found.low, found.high, found.claims) == (30, 30, 1)
        assert [claim.claimant for claim in found.said] == [MINISTRY, "newspaper"]

    def test_a_relay_of_somebody_without_a_claim_here_stands_for_it(self, log: Log, at: At) -> None:
        log.struck()
        log.killed(31, "newspaper", relays=MINISTRY)
        log.killed(31, "agency", relays=MINISTRY)
        found = only(at())
        assert (found.low, found.high, found.claims) == (31, 31, 1)

    def test_an_outlets_slip_never_supersedes(self, log: Log, at: At) -> None:
        log.struck()
        log.killed(32, via=("Reuters",))
        log.killed(23, via=("AFP",))
        found = only(at())
        assert (found.low, found.high, found.claims, found.counts) == (23, 32, 1, 2)


class TestEnvelope:
    def test_lowest_low_to_highest_high_with_claims_and_counts(self, log: Log, at: At) -> None:
        log.struck()
        for count, claimant in ((26, MINISTRY), (32, CIVIL_DEFENCE), (30, HOSPITALS), (32, MEDIA_OFFICE), (26, DESK)):
            log.killed(count, claimant)
        found = only(at())
        assert (found.low, found.high, found.claims, found.counts) == (26, 32, 5, 3)
        assert found.best is None

    def test_an_early_count_is_listed_outside_once_another_claim_stands(self, log: Log, at: At) -> None:
        log.struck()
        log.killed(12, MINISTRY, early=True)
        log.killed(22, CIVIL_DEFENCE, early=True)
        assert (only(at()).low, only(at()).high) == (12, 22)
        log.killed(32, CIVIL_DEFENCE)
        found = only(at())
        assert (found.low, found.high, found.claims) == (32, 32, 1)
        assert [(claim.figure.low, claim.early) for claim in found.said] == [(22, True), (32, False), (12, True)]

    def test_at_least_is_open_above(self, log: Log, at: At) -> None:
        log.struck()
        log.killed(26)
        log.killed(at_least(32), "newspaper")
        found = only(at())
        assert (found.low, found.high, found.open_above) == (26, 32, True)
        assert range_text(found) == "26-32+"

    def test_at_most_is_open_below(self, log: Log, at: At) -> None:
        log.struck()
        log.killed(at_most(5))
        found = only(at())
        assert (found.low, found.high, found.open_below) == (5, 5, True)
        assert range_text(found) == "at most 5"
        assert killed(at()) == (0, 5)

    def test_about_is_read_as_its_number(self, log: Log, at: At) -> None:
        log.struck()
        log.killed(about(150))
        assert (only(at()).low, only(at()).high) == (150, 150)

    def test_words_without_a_number_are_a_claim_and_no_count(self, log: Log, at: At) -> None:
        log.struck()
        log.killed({"qualifier": "words", "words": "several"})
        found = only(at())
        assert (found.low, found.high, found.claims, found.counts, len(found.said)) == (None, None, 1, 0, 1)
        assert killed(at()) == (None, None)

    def test_a_sum_tells_how_many_claims_have_no_number_and_are_not_in_it(self, log: Log, at: At) -> None:
        log.struck()
        log.killed(26)
        log.killed({"qualifier": "words", "words": "dozens"}, CIVIL_DEFENCE)
        found = only(at())
        assert (found.low, found.high, found.claims, found.counts) == (26, 26, 2, 1)
        [population] = at().strikes.populations
        [harm] = population.harms
        assert (harm.low, harm.claims, harm.uncounted) == (26, 1, 1)

    def test_a_figure_whose_bounds_are_out_of_order_still_spans_them(self, log: Log, at: At) -> None:
        log.struck()
        log.killed({"low": 9, "high": 4, "qualifier": "range"})
        assert (only(at()).low, only(at()).high) == (4, 9)


class TestPreferred:
    def test_that_claimants_figure_with_its_best(self, log: Log, at: At) -> None:
        log.struck()
        log.killed({"low": 24, "best": 26, "high": 28, "qualifier": "range"}, MINISTRY)
        log.killed(32, CIVIL_DEFENCE)
        situation = at(rule=f"preferred:{MINISTRY}")
        found = only(situation)
        assert (found.low, found.best, found.high, found.claims) == (24, 26, 28, 1)
        assert [claim.claimant for claim in found.said] == [CIVIL_DEFENCE, MINISTRY]
        assert situation.vantage.rule == f"preferred:{MINISTRY}"
        [population] = situation.strikes.populations
        assert population.harms[0].best == 26

    def test_where_it_has_none_the_envelope_stands(self, log: Log, at: At) -> None:
        log.struck()
        log.killed(26, MINISTRY)
        log.killed(32, CIVIL_DEFENCE)
        log.killed(68, HOSPITALS, harm="injured")
        found = next(r for r in ranges(at(rule=f"preferred:{HOSPITALS}")) if r.harm == "killed")
        assert (found.low, found.best, found.high) == (26, None, 32)


class TestSumsOverStrikes:
    def test_the_ruled_figure_of_each_strike_is_summed(self, log: Log, at: At) -> None:
        log.struck()
        log.killed(26, MINISTRY)
        log.killed(32, CIVIL_DEFENCE)
        log.struck(OTHER)
        log.killed(4, stream=OTHER)
        assert killed(at()) == (30, 36)

    def test_a_claim_counts_at_its_strikes_occurred(self, log: Log, at: At) -> None:
        log.struck(on="2026-01-31")
        log.killed(26, on="2026-02-03", reported="2026-02-03")
        assert killed(at("2026-01-31")) == (26, 26)
        assert killed(at("2026-01-30")) is None

    def test_a_duplicates_claims_join_the_strike_that_it_duplicates(self, log: Log, at: At) -> None:
        log.struck()
        log.killed(26, MINISTRY)
        log.struck(OTHER, on="2026-02-01")
        log.killed(30, CIVIL_DEFENCE, OTHER)
        log.linked(OTHER, "duplicate_of", STRIKE)
        situation = at()
        assert killed(situation) == (26, 30)
        assert strike(situation).merged == (OTHER,)
        assert [s.stream for s in situation.strikes.latest] == [STRIKE]

    def test_a_chain_of_duplicates_ends_at_its_last(self, log: Log, at: At) -> None:
        for stream in (STRIKE, OTHER, "strike-third-1"):
            log.struck(stream)
        log.killed(5, stream="strike-third-1")
        log.linked("strike-third-1", "duplicate_of", OTHER)
        log.linked(OTHER, "duplicate_of", STRIKE)
        assert killed(at()) == (5, 5)
        assert strike(at()).merged == (OTHER, "strike-third-1")

    def test_a_part_is_left_out(self, log: Log, at: At) -> None:
        log.struck()
        log.killed(32)
        log.struck(POLICE_STATION)
        log.killed(14, stream=POLICE_STATION)
        log.linked(POLICE_STATION, "part_of", STRIKE)
        situation = at()
        assert killed(situation) == (32, 32)
        assert strike(situation, POLICE_STATION).part_of == STRIKE
        assert (situation.strikes.count, situation.strikes.total) == (1, 2)

    def test_a_part_counts_where_its_whole_does_not(self, log: Log, at: At) -> None:
        log.struck(on=span("2026-01-30", "2026-02-02"))
        log.correct(log.all[0], {"clarity": 2})
        log.killed(32)
        log.struck(POLICE_STATION)
        log.killed(14, stream=POLICE_STATION)
        log.killed(5, stream=POLICE_STATION, harm="injured")
        log.linked(POLICE_STATION, "part_of", STRIKE)
        assert killed(at("2026-01-31")) == (14, 14)
        assert at("2026-01-31").strikes.count == 1
        assert killed(at("2026-02-02")) == (32, 32)
        assert at("2026-02-02").strikes.count == 1
        [population] = at().strikes.populations
        assert [(harm.harm, harm.low) for harm in population.harms] == [("killed", 32), ("injured", 5)]
        assert [r.ruled for r in ranges(at("2026-01-31"), POLICE_STATION)] == [True, True]
        assert [r.ruled for r in ranges(at(), POLICE_STATION)] == [False, True]

    def test_a_part_that_was_merged_into_another_strike_makes_that_one_a_part(self, log: Log, at: At) -> None:
        log.struck()
        log.killed(32)
        for stream in (POLICE_STATION, OTHER):
            log.struck(stream)
            log.killed(14, stream=stream)
        log.linked(OTHER, "part_of", STRIKE)
        log.linked(OTHER, "duplicate_of", POLICE_STATION)
        situation = at()
        assert killed(situation) == (32, 32)
        assert strike(situation, POLICE_STATION).part_of == STRIKE

    def test_if_the_target_falls_they_count_again(self, log: Log, at: At) -> None:
        whole = log.struck()
        log.killed(32)
        for stream, count, relation in ((POLICE_STATION, 14, "part_of"), (OTHER, 3, "duplicate_of")):
            log.struck(stream)
            log.killed(count, stream=stream)
            log.linked(stream, relation, STRIKE)
        log.retract(whole)
        assert killed(at()) == (17, 17)

    def test_if_the_link_falls_they_count_again(self, log: Log, at: At) -> None:
        log.struck()
        log.killed(32)
        log.struck(POLICE_STATION)
        log.killed(14, stream=POLICE_STATION)
        link = log.linked(POLICE_STATION, "part_of", STRIKE)
        log.retract(link)
        assert killed(at()) == (46, 46)

    def test_a_ring_of_duplicates_counts_once(self, log: Log, at: At) -> None:
        log.struck()
        log.killed(32)
        log.struck(OTHER)
        log.killed(30, CIVIL_DEFENCE, OTHER)
        log.linked(OTHER, "duplicate_of", STRIKE)
        log.linked(STRIKE, "duplicate_of", OTHER)
        assert killed(at()) == (30, 32)

    def test_a_ring_of_parts_counts_once(self, log: Log, at: At) -> None:
        log.struck()
        log.killed(32)
        log.struck(OTHER)
        log.killed(30, CIVIL_DEFENCE, OTHER)
        log.linked(OTHER, "part_of", STRIKE)
        log.linked(STRIKE, "part_of", OTHER)
        assert killed(at()) == (32, 32)

    def test_populations_are_never_added(self, log: Log, at: At) -> None:
        log.struck()
        log.killed(45)
        log.struck(OTHER)
        log.killed(2, of="israeli-military", stream=OTHER)
        assert killed(at()) == (45, 45)
        assert killed(at(), "israeli-military") == (2, 2)

    def test_one_range_of_a_strike_counts_the_newly_killed_of_any_status_on_its_own_days(
        self, log: Log, at: At
    ) -> None:
        log.struck()
        log.killed(40, on=span("2026-01-30", "2026-02-01"))
        log.killed(9, status="police")
        log.killed(50, includes="unstated")
        log.killed(7, includes="recovered")
        log.killed(26)
        assert killed(at()) == (26, 26)
        assert [r.low for r in ranges(at()) if r.ruled] == [26]

    def test_without_a_total_one_claimants_statuses_are_summed(self, log: Log, at: At) -> None:
        log.struck()
        log.killed(14, status="police")
        log.killed(5, status="civilian")
        log.killed(16, CIVIL_DEFENCE, status="police")
        assert killed(at()) == (19, 19)
        assert not [d for d in at().discrepancies if d.kind == "statuses_not_summed"]
        log.killed(6, CIVIL_DEFENCE, status="civilian")
        assert killed(at()) == (19, 22)
        log.killed(20)
        assert killed(at()) == (20, 20)

    def test_statuses_of_two_claimants_are_never_added_and_what_is_left_out_is_said(self, log: Log, at: At) -> None:
        log.struck()
        log.killed(14, status="police")
        left = log.killed(5, CIVIL_DEFENCE, status="civilian")
        assert killed(at()) == (5, 5)
        [found] = [d for d in at().discrepancies if d.kind == "statuses_not_summed"]
        assert found.records == (log.all[1].id,)
        assert found.text == (
            "Killed (palestinians), Gaza, 31 Jan 2026: no total is on record;"
            " sums hold civilian and leave out 14 police says gaza-moh"
        )
        log.retract(left)
        assert killed(at()) == (14, 14)

    def test_nor_is_a_status_that_may_lie_within_another(self, log: Log, at: At) -> None:
        log.struck()
        log.killed(14, status="civilian")
        log.killed(1, status="journalist")
        assert killed(at()) == (14, 14)
        assert [d.kind for d in at().discrepancies if d.kind == "statuses_not_summed"] == ["statuses_not_summed"]

    def test_recovered_committee_and_succumbed_are_in_no_sum(self, log: Log, at: At) -> None:
        log.struck()
        for includes in ("recovered", "committee", "succumbed"):
            log.killed(7, includes=includes)
        assert killed(at()) is None

    def test_sums_begin_with_day_1_of_the_ceasefire_shown(self, log: Log, at: At) -> None:
        log.entered("2025-10-10")
        log.struck(OTHER, on="2025-10-09")
        log.killed(9, stream=OTHER)
        log.struck()
        log.killed(26)
        situation = at()
        assert (killed(situation), situation.strikes.since) == ((26, 26), "2025-10-10")

    def test_strikes_are_counted_per_local_day_and_week(self, log: Log, at: At) -> None:
        log.struck("strike-a-1", on="2026-01-20")
        log.struck("strike-a-2", on="2026-01-28")
        log.struck("strike-a-3", on="2026-01-31T22:30:00Z")  # 00:30 of 1 February in Gaza
        strikes = at("2026-02-01").strikes
        counts = {d.day: (d.strikes, d.no_hour) for d in strikes.per_day if d.strikes}
        assert counts == {"2026-01-20": (1, 1), "2026-01-28": (1, 1), "2026-02-01": (1, 0)}
        assert (len(strikes.per_day), strikes.per_day[-1].day) == (30, "2026-02-01")
        assert (strikes.week.strikes, strikes.week.before) == (2, 1)


class TestCrossingsTotals:
    def test_a_claimants_own_complete_parts_are_a_total(self, log: Log, at: At) -> None:
        log.passed(8, "2026-02-02")
        log.passed(5, "2026-02-02", "who", category="patient")
        log.passed(7, "2026-02-02", "who", category="companion")
        found = leaving(at())
        assert (found.low, found.high, found.claims) == (8, 12, 2)
        total = next(claim for claim in found.said if claim.claimant == "who")
        assert {label: part.best for label, part in (total.figure.parts or {}).items()} == {
            "patient": 5,
            "companion": 7,
        }

    def test_patients_alone_do_not_widen_a_range_of_totals(self, log: Log, at: At) -> None:
        log.passed(15, "2026-02-02")
        log.passed(5, "2026-02-02", "who", category="patient")
        found = leaving(at())
        assert (found.low, found.high, found.claims) == (15, 15, 1)

    def test_parts_of_two_claimants_make_no_total(self, log: Log, at: At) -> None:
        log.passed(5, "2026-02-02", "who", category="patient")
        log.passed(10, "2026-02-02", "newspaper", category="companion")
        assert [p.category for p in rafah(at()).passages] == ["companion", "patient"]

    def test_a_claimants_own_total_goes_before_its_parts(self, log: Log, at: At) -> None:
        log.passed(16, "2026-02-02", "who")
        log.passed(5, "2026-02-02", "who", category="patient")
        log.passed(10, "2026-02-02", "who", category="companion")
        assert (leaving(at()).low, leaving(at()).high) == (16, 16)

    def test_overlapping_periods_are_never_added_and_the_shortest_of_a_day_is_shown(self, log: Log, at: At) -> None:
        log.passed(135, span("2026-02-02", "2026-02-05"))
        log.passed(28, "2026-02-05")
        found = leaving(at())
        assert (found.low, found.high, found.first_day, found.days) == (28, 28, "2026-02-05", 1)

    def test_a_total_counts_from_the_end_of_its_span_and_a_status_from_its_start(self, log: Log, at: At) -> None:
        log.passed(135, span("2026-02-02", "2026-02-05"))
        log.status("limited", span("2026-02-02", "2026-02-05"))
        view = rafah(at("2026-02-04"))
        assert view.people.out_of.status == "limited"
        assert view.passages == ()
        assert leaving(at("2026-02-05")).high == 135

    def test_each_claimants_newest_quota_stands(self, log: Log, at: At) -> None:
        log.quota(150, "2026-02-02")
        log.quota(50, "2026-02-02", "egyptian-official-ap")
        log.quota(100, "2026-02-09")
        quotas = {(q.claimant, q.figure.best) for q in rafah(at()).quotas}
        assert quotas == {("egyptian-officials", 100), ("egyptian-official-ap", 50)}
        assert {q.figure.best for q in rafah(at("2026-02-08")).quotas} == {50, 150}

    def test_a_count_names_the_quotas_of_its_own_direction_category_and_length_of_time(self, log: Log, at: At) -> None:
        daily = log.quota(150, "2026-02-02")
        log.quota(1050, "2026-02-02", per="week")
        log.quota(50, "2026-02-02", direction="into")
        log.quota(200, "2026-02-02", direction="both")
        log.quota(60, "2026-02-02", category="patient")
        log.passed(8, "2026-02-02")
        assert leaving(at()).quotas == (daily.id,)

    def test_refusals_stand_by_outcome(self, log: Log, at: At) -> None:
        for count, outcome in ((38, "held"), (26, "turned_back")):
            data = {"direction": "into", "figure": exactly(count), "outcome": outcome}
            log.say("crossing.passage_refused", RAFAH, data, on="2026-02-02")
        assert {(r.outcome, r.low) for r in rafah(at()).refused} == {("held", 38), ("turned_back", 26)}


class TestStatus:
    def test_contested_when_two_claimants_statuses_overlap_and_differ(self, log: Log, at: At) -> None:
        log.status("opened", "2026-02-02")
        log.status("closed", "2026-02-02T07:00:00Z", "egypt-sis")
        assert rafah(at()).people.into.status == "contested"

    def test_an_older_status_contests_nothing(self, log: Log, at: At) -> None:
        log.status("closed", "2026-02-01", "egypt-sis")
        log.status("opened", "2026-02-02")
        view = rafah(at()).people.into
        assert (view.status, view.since) == ("open", "2026-02-02")
        assert [claim.claimant for claim in view.claims] == ["cogat"]

    def test_ones_own_later_word_contests_nothing(self, log: Log, at: At) -> None:
        log.status("closed", "2026-02-02")
        log.status("opened", "2026-02-02")
        assert rafah(at()).people.into.status == "open"

    def test_decided_in_the_order_of_occurred_never_of_arrival(self, log: Log, at: At) -> None:
        log.status("opened", "2026-02-02")
        log.status("closed", "2026-01-20", "egypt-sis", reported="2026-02-10")
        assert rafah(at()).people.into.status == "open"

    def test_of_one_day_in_the_order_in_which_they_were_said_never_of_arrival(self, log: Log, at: At) -> None:
        log.status("closed", "2026-02-02", reported="2026-02-02T18:00:00Z")
        log.status("opened", "2026-02-02", reported="2026-02-02T06:00:00Z", known="2026-02-20")
        assert rafah(at()).people.into.status == "closed"

    def test_people_and_goods_into_and_out_of_stand_apart(self, log: Log, at: At) -> None:
        log.status("limited", "2026-02-02", directions=("out_of",))
        log.status("closed", "2026-02-02", carries=("goods",))
        view = rafah(at())
        assert (view.people.out_of.status, view.people.into.status) == ("limited", "unknown")
        assert (view.goods.out_of.status, view.goods.into.status) == ("closed", "closed")

    def test_unknown_once_its_schedule_ended(self, log: Log, at: At) -> None:
        log.status("opened", "2026-02-02", until="2026-02-04")
        assert rafah(at("2026-02-04")).people.into.status == "open"
        assert rafah(at("2026-02-05")).people.into.status == "unknown"

    def test_it_is_told_since_when_it_has_been_so(self, log: Log, at: At) -> None:
        log.status("limited", "2026-02-02")
        log.status("limited", "2026-02-09", "egypt-sis")
        assert rafah(at()).people.into.since == "2026-02-02"

    def test_how_old_the_newest_report_is(self, log: Log, at: At) -> None:
        log.status("limited", "2026-02-02")
        view = rafah(at("2026-02-11"))
        assert (view.newest_report, view.silence_days) == ("2026-02-02", 9)


class TestSeries:
    def test_the_newest_value_by_occurred_then_position(self, log: Log, at: At) -> None:
        log.defined()
        log.published(526, "2026-02-02")
        log.published(509, "2026-01-31", reported="2026-02-10")
        assert series(at()).figure.best == 526
        log.published(527, "2026-02-02", reported="2026-02-12")
        assert series(at()).figure.best == 527

    def test_rebased_starts_a_new_origin(self, log: Log, at: At) -> None:
        log.defined()
        log.published(526, "2026-02-02")
        rebased = {"origin": "2026-02-03", "offset": exactly(526), "reason": "a new count"}
        log.say("series.rebased", TOLL, rebased, on="2026-02-03")
        assert series(at()).origin == "2025-10-11"
        log.published(3, "2026-02-05")
        view = series(at())
        assert (view.origin, view.figure.best, view.offset and view.offset.best) == ("2026-02-03", 3, 526)

    def test_its_recorded_sum_spans_from_its_origin_to_the_values_date(self, log: Log, at: At) -> None:
        for stream, on in (("strike-a-1", "2025-10-10"), ("strike-a-2", "2025-10-11"), ("strike-a-3", "2026-02-03")):
            log.struck(stream, on=on)
            log.killed(10, stream=stream, on=on)
        log.defined(origin="2025-10-11")
        log.published(526, "2026-02-02", reported="2026-02-05")
        found = series(at()).recorded_sum
        assert found is not None
        assert (found.low, found.high) == (10, 10)

    def test_a_figure_so_far_is_held_against_what_has_occurred(self, log: Log, at: At) -> None:
        log.defined(known="2026-01-01")
        log.published(5, on=span("2026-01-01", "2026-01-07"), known="2026-01-03")
        for number, on in enumerate(("2026-01-02", "2026-01-06")):
            stream = f"strike-x-{number}"
            log.struck(stream, on=on, known="2026-01-07")
            log.killed(1, stream=stream, on=on, known="2026-01-07")
        so_far, whole = series(at("2026-01-04")).recorded_sum, series(at("2026-01-07")).recorded_sum
        assert so_far is not None
        assert whole is not None
        assert (so_far.low, whole.low) == (1, 2)

    def test_within_its_own_population(self, log: Log, at: At) -> None:
        log.struck()
        log.killed(2, of="israeli-military")
        log.defined()
        log.published(526, "2026-02-02")
        view = series(at())
        assert view.recorded_sum is not None
        assert view.recorded_sum.high == 0
        log.defined("series-x-killed", of=None)
        log.published(40, "2026-02-02", "series-x-killed")
        assert series(at(), "series-x-killed").residue is None

    def test_the_residue_is_a_range_stated_as_what_it_is(self, log: Log, at: At) -> None:
        log.struck()
        log.killed(210, MINISTRY)
        log.killed(248, CIVIL_DEFENCE)
        log.defined()
        log.published(at_least(509), "2026-02-02")
        residue = series(at()).residue
        assert residue is not None
        assert (residue.low, residue.high) == (261, None)
        assert residue.text == "509+ less 210-248 in recorded strikes: 261+ not tied to a strike on record"

    def test_the_residue_may_be_negative(self, log: Log, at: At) -> None:
        log.struck()
        log.killed(63, MINISTRY)
        log.killed(64, CIVIL_DEFENCE)
        log.defined()
        log.published(51, "2026-02-02")
        residue = series(at()).residue
        assert residue is not None
        assert (residue.low, residue.high) == (-13, -12)
        assert residue.text == "51 less 63-64 in recorded strikes: strikes on record exceed it by 12-13"

    def test_the_residue_is_open_where_the_strikes_are(self, log: Log, at: At) -> None:
        log.struck()
        log.killed(626, MINISTRY)
        log.killed(at_least(630), CIVIL_DEFENCE)
        log.defined()
        for count, low, high, text in (
            (1360, None, 734, "1,360 less 626-630+ in recorded strikes: up to 734 not tied to a strike on record"),
            (600, None, -26, "600 less 626-630+ in recorded strikes: strikes on record exceed it by 26+"),
        ):
            log.published(count, "2026-02-02")
            residue = series(at()).residue
            assert residue is not None
            assert (residue.low, residue.high, residue.text) == (low, high, text)

    def test_the_residue_may_lie_on_both_sides_of_nothing(self, log: Log, at: At) -> None:
        log.struck()
        log.killed(45, MINISTRY)
        log.killed(64, CIVIL_DEFENCE)
        log.defined()
        log.published(51, "2026-02-02")
        residue = series(at()).residue
        assert residue is not None
        assert (residue.low, residue.high) == (-13, 6)
        assert residue.text == (
            "51 less 45-64 in recorded strikes: up to 6 not tied to a strike on record;"
            " or strikes on record exceed it by up to 13, if they do"
        )
