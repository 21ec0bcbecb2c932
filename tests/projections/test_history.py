"""A window of days by look-ups is the one that reading every record gives, at every vantage on both clocks."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.calendar import micros
from domain.monitor import Monitor
from projections.index import sums
from projections.index.keys import DAY
from projections.readmodel import ReadModel
from projections.situation import History
from projections.vantage import ResolvedVantage
from tests.benchmarks.generator import FIRST, TIMEZONE, lines
from tests.projections.plain_history import plain_history
from tests.projections.random_logs import logs
from tests.projections.records import MEDIA_OFFICE, MINISTRY, NOW, POLICE_STATION, RAFAH, STRIKE, TOLL, Log
from tests.projections.slowly import Everything
from tests.projections.test_seek import THOROUGH, _records, vantages
from tests.projections.wide_logs import wide_logs

windows = st.tuples(st.integers(-2, 10), st.integers(0, 20))


def same(model: ReadModel, vantage: ResolvedVantage, first: date, days: int) -> None:
    last = first + timedelta(days=days)
    fast = model.history(vantage, first, last)
    slow = plain_history(Everything(_records(model), model._calendar, vantage), first, last)
    for field in History.__struct_fields__:
        assert getattr(fast, field) == getattr(slow, field), field
    assert msgspec.json.decode(msgspec.json.encode(fast), type=History) == fast


@given(st.one_of(logs(), wide_logs(), wide_logs()), st.lists(st.tuples(vantages, windows), min_size=1, max_size=6))
@settings(THOROUGH)
def test_of_a_random_log(log: Log, asked: list[tuple[tuple[str, float, str], tuple[int, int]]]) -> None:
    with pytest.MonkeyPatch.context() as patch, TemporaryDirectory() as folder:
        patch.setattr(sums, "BUCKET", 4)  # so that these short logs have full buckets
        with ReadModel.open(log, Path(folder) / "m.db") as model:
            for (as_of, share, rule), (first, days) in asked:
                vantage = model.vantage(as_of, f"@{round(share * len(log.all))}", now=NOW)
                same(model, msgspec.structs.replace(vantage, rule=rule), date(2026, 1, 1) + timedelta(first), days)


@pytest.mark.parametrize("rule", ["envelope", "preferred:gaza-moh"])
def test_of_the_gaza_record(gaza: ReadModel, rule: str) -> None:
    head, chance = gaza.vantage(None, None, now=NOW).head, Random(1)
    for position in range(20, head + 1, 60):
        first = date(2025, 10, 10) + timedelta(days=chance.randrange(-60, 200))
        known = gaza.vantage("2026-12-31", f"@{position}", now=NOW, rule=rule)
        same(gaza, known.moved(known.known_at - position % 40 * 86_400_000_000), first, chance.randrange(200))
        same(gaza, known, first, chance.randrange(500))


def test_of_a_thousand_records_and_no_more_is_read_than_the_window_holds(tmp_path: Path) -> None:
    file = tmp_path / "lines.jsonl"
    file.write_bytes(b"\n".join(msgspec.json.encode(line) for line in lines(1000)))
    chance = Random(1)
    with Monitor.create(tmp_path / "log.db", TIMEZONE) as monitor:
        monitor.import_files([file], backfill=True)
        with ReadModel.open(monitor) as model:
            now = model.vantage("2026-01-01", None, now=NOW)
            model.history(now, "2025-06-01", "2025-06-07")
            in_a_week = len(model._kept.versions)
            model.history(now, "2023-01-01")
            assert in_a_week < len(model._kept.versions) / 5
            for _ in range(12):
                known = model.vantage("2026-01-01", f"@{chance.randrange(1001)}", now=NOW)
                moved = known.moved(micros(FIRST) + chance.randrange(1096 * DAY))
                same(model, moved, model._calendar.day(moved.as_of) - timedelta(days=chance.randrange(120)), 200)


def read(log: Log, folder: Path, as_of: str, first: str, *, told: bool = True) -> History:
    with ReadModel.open(log, folder / "m.db") as model:
        model.told = told
        return model.history(model.vantage(as_of, None, now=NOW), first)


def days_of(found: History, question: str) -> tuple[str, ...]:
    return next((lane.days for lane in found.lanes if lane.question == question), ())


def test_a_status_is_a_span_with_its_voices(log: Log, tmp_path: Path) -> None:
    log.status("closed", "2025-12-20", "cogat")
    log.status("limited", "2026-01-05", "cogat")
    log.status("limited", "2026-01-08", MEDIA_OFFICE)
    log.status("closed", "2026-01-10", "cogat", until="2026-01-12")
    found = read(log, tmp_path, "2026-01-20", "2026-01-01")
    spans = next(way for way in found.statuses if (way.direction, way.carries) == ("into", "people")).spans
    assert [(span.status, span.since, span.first_day, span.last_day) for span in spans] == [
        ("closed", "2025-12-20", "2026-01-01", "2026-01-04"),
        ("limited", "2026-01-05", "2026-01-05", "2026-01-09"),
        ("closed", "2026-01-10", "2026-01-10", "2026-01-12"),
        ("unknown", None, "2026-01-13", None),
    ]
    assert [claim.claimant for claim in spans[1].claims] == [MEDIA_OFFICE, "cogat"]


def test_a_ceasefire_is_in_spans_too(log: Log, tmp_path: Path) -> None:
    log.entered("2025-12-10")
    log.turned("suspended", "2026-01-05")
    log.turned("resumed", "2026-01-08")
    [ceasefire] = read(log, tmp_path, "2026-01-20", "2026-01-01").ceasefires
    assert [(one.status, one.first_day, one.last_day, one.claims[0].change) for one in ceasefire.spans] == [
        ("in_force", "2026-01-01", "2026-01-04", "entered_into_force"),
        ("suspended", "2026-01-05", "2026-01-07", "suspended"),
        ("in_force", "2026-01-08", None, "resumed"),
    ]


def test_a_part_is_not_counted_beside_its_whole_of_another_day(log: Log, tmp_path: Path) -> None:
    log.struck(STRIKE, on="2026-01-04")
    log.killed(30, stream=STRIKE, on="2026-01-04")
    log.struck(POLICE_STATION, on="2026-01-02")
    log.killed(10, stream=POLICE_STATION, on="2026-01-02")
    log.linked(POLICE_STATION, "part_of", STRIKE, on="2026-01-05")
    for as_of, days in (("2026-01-03", [("2026-01-02", 10)]), ("2026-01-09", [("2026-01-04", 30)])):
        [toll] = read(log, tmp_path, as_of, "2026-01-01").tolls
        assert [(day.day, day.high) for day in toll.days] == days


def test_a_series_has_its_points_and_the_recorded_sum_up_to_each(log: Log, tmp_path: Path) -> None:
    log.defined(origin="2026-01-01", of="palestinians")
    for day, killed in (("2026-01-03", 5), ("2026-01-05", 7)):
        log.struck(f"strike-x-{day}", on=day)
        log.killed(killed, stream=f"strike-x-{day}", on=day)
        log.published(killed * 10, day)
    [series] = read(log, tmp_path, "2026-01-20", "2026-01-01").series
    assert series.stream == TOLL
    assert [
        (point.day, point.figure.low, point.recorded_sum and point.recorded_sum.high) for point in series.points
    ] == [
        ("2026-01-03", 50, 5),
        ("2026-01-05", 70, 12),
    ]


def test_a_ministrys_word_on_others_is_none_on_soldiers(log: Log, tmp_path: Path) -> None:
    for of, claimant, day in (("palestinians", MINISTRY, "2026-01-05"), ("israeli-military", "idf", "2026-01-02")):
        log.struck(f"strike-{of}", on=day, reported=day, claimant=claimant)
        log.killed(2, claimant, f"strike-{of}", of=of, on=day, reported=day)
    found = read(log, tmp_path, "2026-01-20", "2026-01-01")
    assert days_of(found, "strikes killed palestinians") == ("2026-01-05",)
    assert days_of(found, "strikes killed israeli-military") == ("2026-01-02",)
    assert days_of(found, "strikes") == ("2026-01-02", "2026-01-05")
    assert {one.claimant: one.days for one in found.heard} == {MINISTRY: ("2026-01-05",), "idf": ("2026-01-02",)}


def test_what_is_not_told_is_counted_and_in_nobodys_words(log: Log, tmp_path: Path) -> None:
    log.status("closed", "2026-01-02", "cogat")
    log.status("limited", "2026-01-05", "zqsecret", handling="restricted", conditions="zqsecret words")
    whole, cut = (read(log, tmp_path, "2026-01-20", "2026-01-01", told=told) for told in (True, False))
    assert b"zqsecret" in msgspec.json.encode(whole)
    assert b"zqsecret" not in msgspec.json.encode(cut)
    assert (whole.withheld, cut.withheld) == (0, 1)
    assert cut.lanes == whole.lanes
    assert [[span.status for span in way.spans] for way in cut.statuses] == [["closed", "limited"]] * len(
        whole.statuses
    )


def test_an_empty_window_and_one_of_days_to_come(log: Log, tmp_path: Path) -> None:
    log.status("limited", "2026-01-02")
    found = read(log, tmp_path, "2026-01-03", "2026-01-04")
    assert (found.last_day, found.statuses, found.lanes) == ("2026-01-03", (), ())
    assert days_of(read(log, tmp_path, "2026-01-03", "2025-12-31"), f"{RAFAH} report") == ("2026-01-02",)
