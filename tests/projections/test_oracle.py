"""Everything in a Situation equals a brute-force fold of the log at the same vantage, on both clocks."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.calendar import from_micros, micros
from projections.readmodel import ReadModel
from projections.situation import Situation
from projections.vantage import ResolvedVantage
from tests.projections.oracle import Oracle, ends
from tests.projections.random_logs import CROSSINGS, LAST_DAY, SERIES, logs
from tests.projections.records import NOW, ZONE, Log
from tests.reliability.scale import scaled

days = st.integers(1, LAST_DAY + 2).map(lambda n: f"2026-01-{n:02}")
instants = st.builds(lambda day, hour: f"{day}T{hour:02}:30:00Z", days, st.integers(0, 23))
vantages = st.tuples(
    st.one_of(st.just("2026-01-20"), days, instants), st.integers(0, 12).map(lambda n: min(n, 10) / 10)
)
THOROUGH = settings(max_examples=scaled(50, 1_000), deadline=None, suppress_health_check=list(HealthCheck))


def seen(log: Log, model: ReadModel, as_of: str, share: float) -> tuple[ResolvedVantage, Oracle]:
    position = round(share * len(log.all))
    vantage = model.vantage(as_of, f"@{position}", now=NOW)
    return vantage, Oracle(log.all, ZONE, from_micros(vantage.as_of), position)


@given(logs(), st.lists(vantages, min_size=3, max_size=6))
@THOROUGH
def test_which_records_stand_with_which_content(log: Log, asked: list[tuple[str, float]]) -> None:
    with TemporaryDirectory() as folder, ReadModel.open(log, Path(folder) / "m.db") as model:
        for as_of, share in asked:
            vantage, oracle = seen(log, model, as_of, share)
            lines = {line.position: line for line in model.feed(vantage, limit=10_000)}
            assert set(lines) == oracle.in_feed()
            assert model.feed_count(vantage) == len(lines)
            for position, said in oracle.known.items():
                if position not in lines:
                    continue
                detail = model.detail(f"@{position}", vantage)
                if said is None:
                    assert lines[position].standing == "erased"
                    assert detail.effective is None
                    assert detail.original is None
                else:
                    assert lines[position].standing == said.state
                    assert detail.effective == plain(said.body)


def plain(body: dict[str, object]) -> object:
    """JSON and back, without the fields that are absent by being null."""
    return msgspec.json.decode(msgspec.json.encode(body))


@given(logs(), st.lists(vantages, min_size=3, max_size=6))
@THOROUGH
def test_the_situation(log: Log, asked: list[tuple[str, float]]) -> None:
    with TemporaryDirectory() as folder, ReadModel.open(log, Path(folder) / "m.db") as model:
        for as_of, share in asked:
            vantage, oracle = seen(log, model, as_of, share)
            situation = model.situation(vantage)
            assert msgspec.json.encode(situation) == msgspec.json.encode(model.situation(situation.vantage))
            compare(situation, oracle, log)


def compare(situation: Situation, oracle: Oracle, log: Log) -> None:
    assert sums_of(situation) == oracle.sums(since=oracle.day_one())
    status, day, phase = oracle.ceasefire()
    assert situation.ceasefire.status == status
    assert situation.ceasefire.day == day
    assert (situation.ceasefire.phase.phase if situation.ceasefire.phase else None) == phase
    since = oracle.day_one()
    reports = oracle.strike_reports()
    assert situation.strikes.count == len(oracle.counted(since))
    per_day = {count.day: count.strikes for count in situation.strikes.per_day if count.strikes}
    expected: dict[str, int] = {}
    for stream in oracle.counted():
        day_text = oracle_day(oracle, reports[stream].at).isoformat()
        expected[day_text] = expected.get(day_text, 0) + 1
    assert per_day == expected  # the random logs are shorter than the days shown
    joined = oracle.joined()
    for strike in situation.strikes.latest:
        if strike.stream in joined:
            shown_ranges = {
                (r.harm, r.of, r.status, r.includes, r.first_day, r.last_day): (r.low, r.high, r.claims)
                for r in strike.ranges
            }
            assert shown_ranges == oracle.ranges(joined[strike.stream])
    for crossing in CROSSINGS:
        view = next((c for c in situation.crossings if c.stream == crossing), None)
        for load in ("people", "goods"):
            for direction in ("into", "out_of"):
                shown = getattr(getattr(view, load), direction).status if view else "unknown"
                assert shown == oracle.status(crossing, direction, load), (crossing, load, direction)
        for direction in ("into", "out_of"):
            expected_passages = oracle.passages(crossing, direction)
            found = [p for p in view.passages if p.direction == direction and p.category == "people"] if view else []
            shown_passages = [(p.first_day, p.last_day, p.low, p.high) for p in found]
            if expected_passages is None:
                assert shown_passages == []
            else:
                first, last, low, high = expected_passages
                assert shown_passages == [(first.isoformat(), last.isoformat(), low, high)]
    for stream in SERIES:
        compare_series(situation, oracle, stream)
    assert situation.records_total == len(oracle.in_feed())
    assert situation.hidden.not_known == len(log.all) - oracle.position
    assert situation.hidden.not_occurred == oracle.position - len(oracle.in_feed())


def compare_series(situation: Situation, oracle: Oracle, stream: str) -> None:
    view = next((s for s in situation.series if s.stream == stream), None)
    expected = oracle.series(stream)
    if expected is None or view is None:
        assert expected is None
        assert view is None
        return
    figure, origin = expected
    assert (view.figure.low, view.figure.high) == ends(figure)
    assert view.origin == (origin or None)
    if view.recorded_sum is not None:
        low, high, is_open = oracle.recorded_sum(stream, "palestinians", "killed")
        assert (view.recorded_sum.low, view.recorded_sum.high) == (low, high)
        assert view.residue is not None
        least = None if is_open else figure["low"] - high
        assert (view.residue.low, view.residue.high) == (least, figure["high"] - low)


def sums_of(situation: Situation) -> dict[tuple[str, str], tuple[int | None, int | None, int, bool]]:
    return {
        (population.of, harm.harm): (harm.low, harm.high, harm.strikes, harm.open_above)
        for population in situation.strikes.populations
        for harm in population.harms
        if harm.strikes
    }


def oracle_day(oracle: Oracle, moment: datetime) -> date:
    return moment.astimezone(oracle.zone).date()


@given(logs(), st.lists(st.integers(1, 60).map(lambda n: f"2026-01-{(n - 1) // 2 + 1:02}T{n % 24:02}:00:00Z")))
@THOROUGH
def test_a_time_on_the_knowledge_axis_is_the_last_position_known_by_then(log: Log, times: list[str]) -> None:
    with TemporaryDirectory() as folder, ReadModel.open(log, Path(folder) / "m.db") as model:
        for time in times:
            clock = datetime.fromisoformat(time)
            known = [r.position for r in log.all if r.known_at is not None and r.known_at <= clock]
            vantage = model.vantage(None, time, now=NOW)
            assert vantage.position == max(known, default=0)
            assert vantage.known_at == micros(clock)
