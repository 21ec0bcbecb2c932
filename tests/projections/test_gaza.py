"""The Gaza record as it is in the seeds: what the first issue says must be seen, at its own vantages."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from projections.readmodel import ReadModel
from projections.situation import CrossingView, PassagesView, Situation, StrikeView
from tests.projections.records import RAFAH

NOW = datetime(2026, 9, 1, tzinfo=UTC)
STRIKES_OF_31_JAN = "strike-desk-2026-01-31"


def replay(gaza: ReadModel, as_of: str, known_at: str | None = None) -> Situation:
    return gaza.situation(gaza.vantage(as_of, known_at, now=NOW))


def rafah(situation: Situation) -> CrossingView:
    return next(crossing for crossing in situation.crossings if crossing.stream == RAFAH)


def people(situation: Situation, direction: str) -> PassagesView:
    return next(p for p in rafah(situation).passages if (p.direction, p.category) == (direction, "people"))


def strike(situation: Situation, stream: str = STRIKES_OF_31_JAN) -> StrikeView:
    return next(strike for strike in situation.strikes.latest if strike.stream == stream)


@pytest.fixture(scope="module")
def second_of_february(gaza: ReadModel) -> Situation:
    return replay(gaza, "2026-02-02")


def test_it_is_day_116_and_phase_2_has_begun(second_of_february: Situation) -> None:
    ceasefire = second_of_february.ceasefire
    assert (ceasefire.status, ceasefire.day, ceasefire.day_one) == ("in_force", 116, "2025-10-10")
    assert ceasefire.phase is not None
    assert (ceasefire.phase.phase, ceasefire.phase.change) == (2, "begun")


def test_rafah_is_limited_for_people_in_both_directions(second_of_february: Situation) -> None:
    ways = rafah(second_of_february).people
    assert (ways.into.status, ways.out_of.status) == ("limited", "limited")
    assert (ways.into.since, ways.out_of.since) == ("2026-02-02", "2026-02-02")


def quotas(situation: Situation, direction: str) -> dict[str, tuple[str, str, int | None]]:
    """Who spoke of how many on 2 February: its kind, what it is for, and the number."""
    return {
        quota.claimant: (quota.kind, quota.per, quota.figure.best)
        for quota in rafah(situation).quotas
        if quota.direction == direction and quota.occurred == "2026-02-02"
    }


def test_12_entered_against_50_permitted_that_monday(second_of_february: Situation) -> None:
    entered = people(second_of_february, "into")
    assert (entered.low, entered.high) == (12, 12)
    assert quotas(second_of_february, "into") == {
        "egyptian-officials": ("permitted", "period", 50),
        "egyptian-official-ap": ("expected", "period", 50),
    }
    assert len(entered.quotas) == 2


def test_8_to_20_left_with_each_claimant_behind_its_figure(second_of_february: Situation) -> None:
    left = people(second_of_february, "out_of")
    assert (left.low, left.high, left.claims, left.counts) == (8, 20, 5, 4)
    assert {claim.claimant: claim.figure.best for claim in left.said} == {
        "newspaper-2026-02-02": 15,
        "who": 12,
        "egyptian-border-source-afp": 12,
        "gaza-interior-ministry": 8,
        "gaza-gmo": 20,
    }
    assert quotas(second_of_february, "out_of") == {
        "egyptian-officials": ("expected", "period", 150),
        "egyptian-official-ap": ("expected", "period", 50),
    }


def test_as_known_on_4_february_8_to_15_left(gaza: ReadModel) -> None:
    left = people(replay(gaza, "2026-02-02", "2026-02-04"), "out_of")
    assert (left.low, left.high) == (8, 15)
    assert {claim.claimant: claim.figure.best for claim in left.said}["gaza-gmo"] == 8


def test_38_were_held(second_of_february: Situation) -> None:
    held = [refused for refused in rafah(second_of_february).refused if refused.outcome == "held"]
    assert [(refused.direction, refused.low, refused.high) for refused in held] == [("into", 38, 38)]
    assert "did not pass security checks" in (held[0].said[0].reason or "")


def test_series_stand_beside_one_another_and_none_is_chosen(second_of_february: Situation) -> None:
    values = {(s.claimant, s.measure, s.origin): s.figure for s in second_of_february.series}
    assert values["gaza-moh", "killed", "2025-10-11"].best == 526
    assert values["gaza-moh", "injured", "2025-10-11"].best == 1447
    newspaper = {measure: figure for (claimant, measure, _), figure in values.items() if "newspaper" in claimant}
    assert (newspaper["killed"].low, newspaper["killed"].high) == (509, None)
    assert (newspaper["injured"].low, newspaper["injured"].high) == (1400, None)
    assert set(newspaper) == {"killed", "injured"}
    assert (
        next(figure for (who, what, _), figure in values.items() if (who, what) == ("who", "died-waiting")).best == 1092
    )


def test_an_open_series_leaves_an_open_residue(second_of_february: Situation) -> None:
    view = next(s for s in second_of_february.series if s.claimant == "newspaper-2026-02-02" and s.measure == "killed")
    assert view.recorded_sum is not None
    assert view.residue is not None
    assert view.recorded_sum.open_above
    assert (view.residue.low, view.residue.high) == (None, None)
    assert view.residue.text.startswith("509+ less ")
    assert view.residue.text.endswith(
        "+ in recorded strikes: how many are not tied to a strike on record cannot be told"
    )


def test_the_toll_of_31_january_walks_through_its_claims_in_the_order_of_reporting(gaza: ReadModel) -> None:
    final = strike(replay(gaza, "2026-02-02"))
    killed = next(r for r in final.ranges if r.harm == "killed" and r.ruled)
    assert (killed.low, killed.high) == (30, 32)
    positions = sorted(claim.position for claim in killed.said)
    seen: list[int] = []
    for position in positions:
        known = strike(replay(gaza, "2026-02-02", f"@{position}"))
        now = next(r for r in known.ranges if r.harm == "killed" and r.first_day == r.last_day)
        assert position in {claim.position for claim in now.said}
        assert max(claim.position for claim in now.said) == position
        seen.append(now.high or 0)
    assert seen[0] == 12
    assert max(seen) == 32


def test_nothing_reported_on_2_february_is_known_on_the_1st(gaza: ReadModel) -> None:
    vantage = gaza.vantage("2026-02-02", "2026-02-01", now=NOW)
    situation = gaza.situation(vantage)
    lines = gaza.feed(vantage, limit=10_000)
    assert lines
    assert all(line.reported_at is not None and line.reported_at[:10] <= "2026-02-01" for line in lines)
    assert not [p for p in rafah(situation).passages if p.last_day == "2026-02-02"]
    assert situation.hidden.not_known > 0


def test_the_ceasefire_of_january_2025_had_ended_by_june(gaza: ReadModel) -> None:
    ceasefire = replay(gaza, "2025-06-01").ceasefire
    assert (ceasefire.status, ceasefire.stream) == ("ended", "ceasefire-gaza-2025-01")
    assert (ceasefire.day, ceasefire.ended_on) == (None, "2025-03-18")


def test_a_resumption_without_a_suspension_is_shown(gaza: ReadModel) -> None:
    [resumed] = replay(gaza, "2025-10-30").ceasefire.resumed
    assert (resumed.claimant, resumed.by, resumed.suspended) == ("israeli-military", "Israel", False)


def test_rafah_is_closed_for_people_out_from_18_march_2025_to_the_autumn(gaza: ReadModel) -> None:
    for day in ("2025-03-19", "2025-07-01", "2025-10-13"):
        out_of = rafah(replay(gaza, day)).people.out_of
        assert (out_of.status, out_of.since, out_of.claims[0].claimant) == ("closed", "2025-03-18", "kan")


def test_the_alleged_violations_of_a_part_do_not_displace_those_since_october(gaza: ReadModel) -> None:
    alleged = {one.claimant: one.figure for one in replay(gaza, "2026-02-20").allegations if one.figure}
    assert alleged["israeli-military"].best == 113
    before = {one.claimant: one.figure for one in replay(gaza, "2026-02-04").allegations if one.figure}
    assert before["israeli-military"].best == 99


def test_who_answers_to_whom_is_a_claimant(gaza: ReadModel) -> None:
    sources = {source.slug: source for source in replay(gaza, "2026-02-02").sources}
    heads = {source.answers_to for source in sources.values() if source.answers_to}
    assert len(heads) == 10
    assert all(sources[head].answers_to is None for head in heads)


def test_10_october_is_day_1(gaza: ReadModel) -> None:
    ceasefire = replay(gaza, "2025-10-10").ceasefire
    assert (ceasefire.status, ceasefire.day) == ("in_force", 1)


def test_three_start_dates_are_on_record_by_13_october(gaza: ReadModel) -> None:
    situation = replay(gaza, "2025-10-13")
    days = {start.occurred[:10] for start in situation.ceasefire.starts if isinstance(start.occurred, str)}
    assert days == {"2025-10-10", "2025-10-11", "2025-10-13"}
    [differ] = [d for d in situation.discrepancies if d.kind == "start_dates_differ"]
    for said in ("10 Oct 2025", "11 Oct 2025", "13 Oct 2025", "israeli-military", "gaza-moh", "long-war-journal"):
        assert said in differ.text


def test_rafah_is_closed_on_10_march_and_reopened_by_the_20th(gaza: ReadModel) -> None:
    closed = rafah(replay(gaza, "2026-03-10")).people
    assert (closed.into.status, closed.out_of.status) == ("closed", "closed")
    reopened = rafah(replay(gaza, "2026-03-20")).people
    assert reopened.into.status in ("open", "limited")
    assert reopened.into.since == "2026-03-19"


def test_each_side_stands_in_its_own_population_and_no_sum_or_residue_crosses(gaza: ReadModel) -> None:
    situation = replay(gaza, "2025-12-02")
    sums = {(p.of, h.harm): h for p in situation.strikes.populations for h in p.harms}
    for of in ("palestinians", "israeli-military"):
        ruled = [
            r for s in situation.strikes.latest for r in s.ranges if (r.of, r.harm, r.ruled) == (of, "killed", True)
        ]
        total = sums[of, "killed"]
        assert (total.low, total.high) == (sum(r.low or 0 for r in ruled), sum(r.high or 0 for r in ruled))
    soldiers = [s for s in situation.strikes.latest if any(r.of == "israeli-military" for r in s.ranges)]
    assert soldiers
    assert all({r.of for r in s.ranges} == {"israeli-military"} for s in soldiers)
    for series in situation.series:
        if series.recorded_sum is not None and series.as_of == "2025-12-02" and series.measure == "killed":
            own = sums[series.of or "", "killed"]
            assert (series.recorded_sum.low, series.recorded_sum.high) == (own.low, own.high)


def test_two_soldiers_were_killed_on_19_october(gaza: ReadModel) -> None:
    sums = {p.of: p for p in replay(gaza, "2025-10-19").strikes.populations}
    killed = next(h for h in sums["israeli-military"].harms if h.harm == "killed")
    assert (killed.low, killed.high) == (2, 2)
