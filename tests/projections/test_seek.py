"""A Situation by look-ups is the one that reading every standing version gives, at every vantage on both clocks."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.calendar import micros
from domain.monitor import Monitor
from domain.report import Recorded
from projections.index import sums
from projections.index.schema import STANDS
from projections.readmodel import ReadModel
from projections.situation import DISAGREEING, LISTED, Situation
from projections.vantage import ResolvedVantage
from tests.benchmarks.generator import FIRST, TIMEZONE, lines
from tests.projections.random_logs import logs
from tests.projections.records import NOW, Log
from tests.projections.slowly import Everything, slowly
from tests.projections.test_oracle import days, instants
from tests.projections.wide_logs import wide_logs
from tests.reliability.scale import FULL, scaled

RULES = ("envelope", "envelope", "envelope", "preferred:hospital")
vantages = st.tuples(
    st.one_of(st.just("2026-01-20"), days, instants),
    st.integers(0, 12).map(lambda n: min(n, 10) / 10),
    st.sampled_from(RULES),
)
STEP = 3 if FULL else 10
"""Positions between two that are looked at in the Gaza record."""
THOROUGH = settings(max_examples=scaled(75, 1_000), deadline=None, suppress_health_check=list(HealthCheck))


def by_reading_everything(model: ReadModel, vantage: ResolvedVantage, *, discrepancies: int = LISTED) -> Situation:
    return slowly(Everything(_records(model), model._calendar, vantage), discrepancies=discrepancies)


def _records(model: ReadModel) -> list[Recorded]:
    """All of a model's log, read once."""
    log = model._log
    if id(log) not in _READ:
        _READ.clear()
        _READ[id(log)] = log, list(log.records())
    return _READ[id(log)][1]


_READ: dict[int, tuple[object, list[Recorded]]] = {}


def same(model: ReadModel, vantage: ResolvedVantage) -> None:
    # with more discrepancies than it lists otherwise, so that more of them are held against each other
    fast = model.situation(vantage, discrepancies=DISAGREEING)
    slow = by_reading_everything(model, vantage, discrepancies=DISAGREEING)

    short = model.situation(vantage).discrepancies
    assert (len(short), short) == (min(len(slow.discrepancies), LISTED), slow.discrepancies[:LISTED])
    for field in Situation.__struct_fields__:
        assert getattr(fast, field) == getattr(slow, field), field
    assert msgspec.json.encode(fast) == msgspec.json.encode(slow)
    counted: dict[date, int] = {}
    for _, state, _, version in Everything(_records(model), model._calendar, vantage).said.values():
        if version is not None and state in STANDS:
            day = model._calendar.day(version.at)
            counted[day] = counted.get(day, 0) + 1
    if counted:
        first, last = min(counted), max(counted)
        days = (first + timedelta(days=n) for n in range((last - first).days + 1))
        assert model.density(vantage.position, first, last) == tuple(counted.get(day, 0) for day in days)


@given(st.one_of(logs(), wide_logs(), wide_logs()), st.lists(vantages, min_size=1, max_size=12))
@THOROUGH
def test_of_a_random_log(log: Log, asked: list[tuple[str, float, str]]) -> None:
    with pytest.MonkeyPatch.context() as patch, TemporaryDirectory() as folder:
        patch.setattr(sums, "BUCKET", 4)  # so that these short logs have full buckets
        with ReadModel.open(log, Path(folder) / "m.db") as model:
            for as_of, share, rule in asked:
                vantage = model.vantage(as_of, f"@{round(share * len(log.all))}", now=NOW)
                same(model, msgspec.structs.replace(vantage, rule=rule))


@given(
    st.one_of(logs(), wide_logs(), wide_logs()),
    st.lists(
        st.sampled_from([("record", 1), ("record", -1), ("known", 1), ("known", -2), ("time", 1), ("time", -1)]),
        max_size=12,
    ),
)
@settings(THOROUGH, max_examples=60)
def test_of_points_one_step_apart(log: Log, steps: list[tuple[str, int]]) -> None:
    """What a step has not touched is not looked at anew."""
    with TemporaryDirectory() as folder, ReadModel.open(log, Path(folder) / "m.db") as model:
        vantage = model.vantage("2026-01-04", f"@{len(log.all) // 2}", now=NOW)
        for what, step in steps:
            match what:
                case "record":
                    vantage = model.step_record(vantage, step)
                case "known":
                    vantage = model.step_known(vantage, step)
                case _:
                    vantage = vantage.moved(vantage.as_of + step * 86_400_000_000)
            same(model, vantage)


def test_of_thousands_of_records(tmp_path: Path) -> None:
    file = tmp_path / "lines.jsonl"
    file.write_bytes(b"\n".join(msgspec.json.encode(line) for line in lines(3000)))
    chance = Random(1)
    with Monitor.create(tmp_path / "log.db", TIMEZONE) as monitor:
        monitor.import_files([file], backfill=True)
        with ReadModel.open(monitor) as model:
            for number in range(scaled(50, 500)):
                known = model.vantage("2026-01-01", f"@{chance.randrange(3001)}", now=NOW)
                any_time = micros(FIRST) + chance.randrange(1096 * 86_400_000_000)
                same(model, known.moved(known.known_at if number % 2 else any_time))


@pytest.mark.parametrize("rule", ["envelope", "preferred:gaza-moh"])
def test_of_the_gaza_record(gaza: ReadModel, rule: str) -> None:
    head = gaza.vantage(None, None, now=NOW).head
    for position in range(0, head + 1, STEP):
        known = gaza.vantage("2026-12-31", f"@{position}", now=NOW, rule=rule)
        same(gaza, known)
        same(gaza, known.moved(known.known_at))
        same(gaza, known.moved(known.known_at - position % 40 * 86_400_000_000))


def test_of_more_populations_than_a_thousand(tmp_path: Path) -> None:
    log = Log()
    for number in range(1100):
        stream = f"strike-x-{number // 10}"
        if number % 10 == 0:
            log.struck(stream, on="2026-01-02")
        log.killed(1, stream=stream, of=f"people-{number}", on="2026-01-02")
    with ReadModel.open(log, tmp_path / "m.db") as model:
        same(model, model.vantage("2026-01-03", None, now=NOW))
        assert len(model.situation(model.vantage("2026-01-03", None, now=NOW)).strikes.populations) == 1100


def test_responses_join_nothing(tmp_path: Path) -> None:
    """A strike that answers another is no part of it: what is said of one need not be worked out for all of them."""
    log = Log()
    for number in range(5):
        log.struck(f"strike-x-{number}", on="2026-01-02")
    for number in range(4):
        log.linked(f"strike-x-{number + 1}", "response_to", f"strike-x-{number}", on="2026-01-02")
    with ReadModel.open(log, tmp_path / "m.db") as model:
        same(model, model.vantage("2026-01-03", None, now=NOW))
        with model._connected() as connection:
            assert connection.execute("SELECT count(*) FROM ties").fetchone() == (0,)
