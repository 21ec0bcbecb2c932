"""The two clocks: what had happened by then, and what was known by then. One test for each sentence of the rule."""

from __future__ import annotations

from pathlib import Path

from projections.readmodel import ReadModel
from projections.situation import RecordLine
from tests.projections.conftest import At
from tests.projections.records import (
    CEASEFIRE,
    NOW,
    STRIKE,
    Log,
    exactly,
    span,
)
from tests.projections.test_combining import killed, leaving, only, rafah, series, strike


class TestAsOf:
    def test_a_record_counts_from_the_start_of_its_occurred(self, log: Log, at: At) -> None:
        log.status("closed", span("2026-02-02", "2026-02-05"))
        assert at("2026-02-01T21:59:59Z").crossings == ()
        assert rafah(at("2026-02-01T22:00:00Z")).people.into.status == "closed"  # midnight in Gaza

    def test_a_total_over_a_span_counts_from_its_end(self, log: Log, at: At) -> None:
        log.defined()
        log.published(526, span("2026-01-01", "2026-02-02"))
        assert at("2026-02-02T21:59:59Z").series == ()
        assert series(at("2026-02-02")).figure.best == 526

    def test_a_count_so_far_is_on_record_when_it_is_made(self, log: Log, at: At) -> None:
        count = log.passed(12, "2026-02-02", reported="2026-02-02T09:00:00Z")
        assert at("2026-02-02T08:59:59Z").crossings == ()
        assert leaving(at("2026-02-02T09:00:00Z")).high == 12
        log.correct(count, {"figure": exactly(13)}, known="2026-02-05")
        assert leaving(at("2026-02-02T09:00:00Z")).high == 13
        assert leaving(at("2026-02-02T09:00:00Z", known="@1")).high == 12

    def test_but_never_before_its_span_begins(self, log: Log, at: At) -> None:
        log.passed(12, "2026-02-02", reported="2026-02-01", known="2026-02-01")
        assert at("2026-02-01").crossings == ()
        assert leaving(at("2026-02-02")).high == 12

    def test_strikes_that_cannot_be_split_count_from_the_end_of_their_span(self, log: Log, at: At) -> None:
        total = {"kind": "air_strike", "place": "Gaza", "clarity": 2}
        log.say("strike.reported", STRIKE, total, on=span("2026-01-28", "2026-01-31"))
        log.killed(26, on=span("2026-01-28", "2026-01-31"))
        assert killed(at("2026-01-30")) is None
        assert killed(at("2026-01-31")) == (26, 26)

    def test_so_does_what_was_expected_over_a_period_but_not_what_is_permitted_a_day(self, log: Log, at: At) -> None:
        log.quota(3400, span("2026-02-02", "2026-02-18"), direction="both", per="period")
        log.quota(50, span("2026-02-02", "2026-02-18"), per="day")
        assert [quota.per for quota in rafah(at("2026-02-17")).quotas] == ["day"]
        assert {quota.per for quota in rafah(at("2026-02-18")).quotas} == {"day", "period"}

    def test_a_bare_date_means_to_the_end_of_that_local_day(self, log: Log, at: At) -> None:
        log.status("closed", "2026-02-02T21:59:59Z")  # 23:59:59 in Gaza
        log.status("opened", "2026-02-02T22:00:00Z")
        assert rafah(at("2026-02-02")).people.into.status == "closed"
        assert rafah(at("2026-02-03")).people.into.status == "open"

    def test_both_bounds_are_inclusive(self, log: Log, at: At) -> None:
        log.struck(on="2026-01-31T10:00:00Z")
        assert at("2026-01-31T10:00:00Z").strikes.count == 1
        assert at("2026-01-31T09:59:59.999999Z").strikes.count == 0
        assert at(known="@1").strikes.count == 1
        assert at(known="@0").strikes.count == 0


class TestKnownAt:
    def test_a_time_on_this_axis_is_one_position(self, log: Log, tmp_path: Path) -> None:
        log.struck(known="2026-01-31T10:00:00Z")
        log.killed(26, known="2026-01-31T10:00:00Z")
        log.killed(32, known="2026-02-02T10:00:00Z")
        with ReadModel.open(log, tmp_path / "m.db") as model:
            for time, position in (
                ("2026-01-31T09:59:59Z", 0),
                ("2026-01-31T10:00:00Z", 2),
                ("2026-02-01", 2),
                ("2026-02-02", 3),
            ):
                assert model.vantage(None, time, now=NOW).position == position

    def test_a_bare_reported_at_counts_from_the_end_of_its_local_day(self, log: Log, at: At) -> None:
        log.struck(reported="2026-01-31")
        assert at(known="2026-01-31T21:59:59Z").strikes.count == 0
        assert at(known="2026-01-31").strikes.count == 1

    def test_what_arrives_late_is_known_late_and_says_so(self, log: Log, at: At) -> None:
        log.struck(reported="2026-01-31", known="2026-02-20")
        assert at("2026-01-31", known="2026-02-19").strikes.count == 0
        situation = at("2026-01-31")
        assert situation.strikes.count == 1
        assert [line.late for line in situation.records] == [True]

    def test_the_record_of_backfill_is_told(self, log: Log, at: At) -> None:
        log.struck()
        log.killed(26, recorded="2026-01-31")
        assert at().vantage.backfilled_until == 1

    def test_what_the_vantage_leaves_out_is_counted(self, log: Log, at: At) -> None:
        log.struck(on="2026-01-30")
        log.struck("strike-x-2", on="2026-01-31")
        log.struck("strike-x-3", on="2026-02-02")
        hidden = at("2026-01-30", known="@2").hidden
        assert (hidden.not_known, hidden.not_occurred) == (1, 1)


class TestCorrections:
    def test_standing_corrections_apply_per_field_in_position_order(self, log: Log, at: At) -> None:
        log.struck()
        claim = log.killed(26)
        first = log.correct(claim, {"figure": exactly(28), "status": "civilian"})
        log.correct(claim, {"figure": exactly(30)})
        assert (only(at()).low, only(at()).status) == (30, "civilian")
        assert only(at(known=f"@{first.position}")).low == 28
        log.retract(first)
        assert (only(at()).low, only(at()).status) == (30, "unstated")

    def test_null_takes_a_field_away(self, log: Log, at: At) -> None:
        log.status("limited", "2026-02-02", conditions="patients only")
        log.correct(log.all[0], {"conditions": None})
        assert rafah(at()).people.into.conditions is None

    def test_its_own_occurred_never_matters(self, log: Log, at: At) -> None:
        log.struck()
        claim = log.killed(26)
        log.correct(claim, {"figure": exactly(28)}, on="2026-02-20")
        assert only(at("2026-01-31")).low == 28

    def test_a_corrected_occurred_moves_the_record_in_time(self, log: Log, at: At) -> None:
        report = log.struck(on="2026-01-31")
        log.killed(26)
        log.correct(report, {"occurred": "2026-01-29"})
        assert killed(at("2026-01-29")) == (26, 26)
        assert killed(at("2026-01-29", known="@2")) is None

    def test_a_corrected_claim_keeps_its_rank(self, log: Log, at: At) -> None:
        log.struck()
        older = log.killed(26, reported="2026-01-31")
        log.killed(32, reported="2026-02-01")
        log.correct(older, {"figure": exactly(27)}, on="2026-02-05")
        assert (only(at()).low, only(at()).high) == (32, 32)

    def test_also_where_it_is_the_report_date_that_was_corrected(self, log: Log, at: At) -> None:
        log.struck()
        older = log.killed(26, reported="2026-01-31")
        log.killed(32, reported="2026-02-01")
        log.correct(older, {"reported_at": "2026-02-03"})
        assert (only(at()).low, only(at()).high) == (32, 32)

    def test_corrected_says_so(self, log: Log, at: At) -> None:
        log.struck()
        claim = log.killed(26)
        log.correct(claim, {"figure": exactly(28)})
        assert [claim.corrected for claim in only(at()).said] == [True]
        assert standing(at().records, claim.position) == "corrected"


class TestRetractions:
    def test_a_retraction_withdraws_from_its_known_at_on(self, log: Log, at: At) -> None:
        log.struck()
        claim = log.killed(26)
        log.retract(claim, known="2026-02-05")
        assert killed(at(known="2026-02-04")) == (26, 26)
        assert killed(at(known="2026-02-05")) is None

    def test_retracting_a_correction_restores_the_value_before_it(self, log: Log, at: At) -> None:
        log.struck()
        claim = log.killed(26)
        log.retract(log.correct(claim, {"figure": exactly(28)}))
        assert only(at()).low == 26
        assert standing(at().records, claim.position) == "standing"

    def test_retracting_a_retraction_reinstates(self, log: Log, at: At) -> None:
        log.struck()
        claim = log.killed(26)
        retraction = log.retract(claim)
        undone = log.retract(retraction)
        assert killed(at()) == (26, 26)
        log.retract(undone)
        assert killed(at()) is None

    def test_when_the_newest_claim_is_retracted_the_one_before_stands_again(self, log: Log, at: At) -> None:
        log.struck()
        log.killed(26)
        log.retract(log.killed(32))
        assert (only(at()).low, only(at()).high) == (26, 26)

    def test_without_a_standing_report_a_strikes_claims_leave_all_sums(self, log: Log, at: At) -> None:
        report = log.struck()
        claim = log.killed(26)
        log.retract(report)
        situation = at()
        assert killed(situation) is None
        [found] = [d for d in situation.discrepancies if d.kind == "strike_not_reported"]
        assert found.records == (claim.id,)

    def test_retracted_is_not_zero_and_not_corrected(self, log: Log, at: At) -> None:
        log.struck()
        claim = log.killed(26)
        log.retract(claim)
        assert at().strikes.populations == ()
        assert strike(at()).ranges == ()
        assert standing(at().records, claim.position) == "retracted"


class TestErasure:
    def test_an_erased_record_stands_at_no_vantage(self, log: Log, at: At) -> None:
        log.struck()
        claim = log.killed(26, original={"text": "a name", "lang": "en"})
        log.erase(claim)
        for known in ("@2", "@3", None):
            situation = at(known=known)
            assert killed(situation) is None
            assert standing(situation.records, claim.position) == "erased"


class TestDayN:
    def test_day_1_is_the_earliest_standing_entry_into_force(self, log: Log, at: At) -> None:
        early = log.entered("2025-10-10T09:00:00Z")
        log.entered("2025-10-13", claimant="long-war-journal")
        view = at("2026-02-02").ceasefire
        assert (view.day, view.day_one) == (116, "2025-10-10")
        log.retract(early)
        assert at("2026-02-02").ceasefire.day == 113

    def test_a_counting_origin_is_no_day_1(self, log: Log, at: At) -> None:
        log.entered("2025-10-10", sense="counting_origin")
        log.entered("2025-10-11")
        assert at("2025-10-11").ceasefire.day == 1

    def test_a_suspension_does_not_stop_the_count(self, log: Log, at: At) -> None:
        log.entered("2025-10-10")
        log.turned("suspended", "2025-10-19")
        view = at("2025-10-20").ceasefire
        assert (view.status, view.status_by, view.day) == ("suspended", "Israel", 11)
        log.turned("resumed", "2025-10-29")
        assert at("2025-10-30").ceasefire.status == "in_force"
        assert at("2025-10-20").ceasefire.status == "suspended"

    def test_days_are_local(self, log: Log, at: At) -> None:
        log.entered("2025-10-09T21:30:00Z")  # 00:30 of the 10th in Gaza
        assert at("2025-10-10T20:00:00Z").ceasefire.day == 1
        assert at("2025-10-10T21:00:00Z").ceasefire.day == 2

    def test_the_one_in_force_is_shown_else_the_last_ended_else_none(self, log: Log, at: At) -> None:
        log.entered("2025-01-19", "ceasefire-gaza-2025-01")
        log.turned("ended", "2025-03-18", "ceasefire-gaza-2025-01")
        log.entered("2025-10-10")
        shown = {
            as_of: (at(as_of).ceasefire.status, at(as_of).ceasefire.stream)
            for as_of in ("2025-01-18", "2025-01-19", "2025-06-01", "2025-10-10")
        }
        assert shown == {
            "2025-01-18": ("none", None),
            "2025-01-19": ("in_force", "ceasefire-gaza-2025-01"),
            "2025-06-01": ("ended", "ceasefire-gaza-2025-01"),
            "2025-10-10": ("in_force", "ceasefire-gaza-2025"),
        }
        assert at("2025-06-01").ceasefire.ended_on == "2025-03-18"


class TestStanding:
    def test_everyone_who_says_that_it_ended_is_listed_with_the_cause_given(self, log: Log, at: At) -> None:
        log.entered("2025-01-19")
        log.say("ceasefire.ended", CEASEFIRE, {"by": "Israel", "cause": "one"}, on="2025-03-18", claimant="pm-office")
        log.say("ceasefire.ended", CEASEFIRE, {"by": "Israel", "cause": "two"}, on="2025-03-18", claimant="hamas")
        view = at().ceasefire
        assert [(claim.claimant, claim.cause) for claim in view.status_claims] == [
            ("hamas", "two"),
            ("pm-office", "one"),
        ]
        assert at("2025-03-01").ceasefire.status_claims == ()

    def test_of_two_suspensions_the_one_that_holds(self, log: Log, at: At) -> None:
        log.entered("2025-10-10")
        log.turned("suspended", "2025-10-19")
        log.turned("resumed", "2025-10-20")
        second = log.turned("suspended", "2025-10-28")
        assert [claim.record for claim in at().ceasefire.status_claims] == [second.id]

    def test_a_resumption_is_shown_also_where_no_suspension_is_on_record(self, log: Log, at: At) -> None:
        log.entered("2025-10-10")
        first = log.turned("resumed", "2025-10-12")
        log.turned("suspended", "2025-10-19")
        second = log.turned("resumed", "2025-10-29")
        view = at().ceasefire
        assert view.status == "in_force"
        assert [(one.record, one.suspended) for one in view.resumed] == [(first.id, False), (second.id, True)]
        assert [one.record for one in at("2025-10-20").ceasefire.resumed] == [first.id]

    def test_what_was_only_declared_is_not_in_force(self, log: Log, at: At) -> None:
        log.say("ceasefire.declared", CEASEFIRE, {"party": "Hamas", "class": "cessation"}, on="2025-10-08")
        log.entered("2025-10-09", sense="signed")
        view = at().ceasefire
        assert (view.status, view.stream, view.title, view.day) == ("none", CEASEFIRE, "Gaza ceasefire", None)
        log.entered("2025-10-10")
        assert at().ceasefire.status == "in_force"


class TestPhase:
    def test_the_newest_standing_begun(self, log: Log, at: At) -> None:
        log.entered("2025-10-10")
        log.phase(1, "begun", "2025-10-10")
        second = log.phase(2, "begun", "2026-02-02")
        view = at("2026-02-02").ceasefire.phase
        assert view is not None
        assert view.phase == 2
        log.retract(second)
        view = at("2026-02-02").ceasefire.phase
        assert view is not None
        assert view.phase == 1

    def test_what_is_announced_is_shown_apart(self, log: Log, at: At) -> None:
        log.entered("2025-10-10")
        log.phase(1, "begun", "2025-10-10")
        log.phase(2, "announced", "2026-01-14", claimant="us-envoy")
        view = at("2026-01-20").ceasefire
        assert view.phase is not None
        assert view.phase.phase == 1
        assert [(phase.phase, phase.claimant) for phase in view.announced] == [(2, "us-envoy")]
        log.phase(2, "begun", "2026-02-02")
        assert at("2026-02-02").ceasefire.announced == ()
        assert len(at("2026-01-20").ceasefire.announced) == 1


def standing(lines: tuple[RecordLine, ...], position: int) -> str:
    return next(line.standing for line in lines if line.position == position)
