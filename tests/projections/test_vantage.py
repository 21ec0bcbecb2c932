"""Times as a person types them, on both clocks, and moving about in them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import Calendar, iso
from domain.errors import Refused
from projections.readmodel import ReadModel
from projections.vantage import typed_time
from tests.projections.records import NOW, ZONE, Log, day


@pytest.fixture
def model(log: Log, tmp_path: Path) -> Iterator[ReadModel]:
    log.entered("2025-10-10", claimant="israeli-military")
    log.phase(1, "begun", "2025-10-10")
    log.struck(on="2026-01-31", reported="2026-01-31")
    log.killed(26, reported="2026-02-01")
    log.phase(2, "begun", "2026-02-02")
    log.passed(20, "2026-02-02", reported="2026-02-03")
    with ReadModel.open(log, tmp_path / "m.db") as found:
        yield found


@pytest.mark.parametrize(
    ("typed", "means"),
    [
        ("2026-02-02", "2026-02-02T21:59:59.999999Z"),
        ("2026-02-02T09:00:00+02:00", "2026-02-02T07:00:00Z"),
        ("2026-02-02T09:00:00Z", "2026-02-02T09:00:00Z"),
        ("-3d", "2026-02-26T12:00:00Z"),
        ("-36h", "2026-02-28T00:00:00Z"),
        ("day:42", "2025-11-20T21:59:59.999999Z"),
        ("DAY:1", "2025-10-10T20:59:59.999999Z"),
        ("now", "2026-03-01T12:00:00Z"),
        ("yesterday", "2026-02-28T21:59:59.999999Z"),
        ("2026-02", "2026-02-28T21:59:59.999999Z"),
        ("2025-12", "2025-12-31T21:59:59.999999Z"),
        ("  2026-02-02 ", "2026-02-02T21:59:59.999999Z"),
    ],
)
def test_what_a_person_types(model: ReadModel, typed: str, means: str) -> None:
    assert iso(model.vantage(typed, None, now=NOW).as_of) == means


@pytest.mark.parametrize(
    "typed",
    ["tomorrow", "2026-13", "2026-02-30", "2026-02-02T09:00:00", "02/02/2026", "day:0", "-3x", "+3d", "@3", "day:",
     "0001-01-01", "9999-12-31T23:59:59-14:00", "day:999999", "-999999d", "٢٠٢٦-٠٢-٠٢", "2026-02-02T25:00:00Z", "\x00"],
)  # fmt: skip
def test_anything_else_is_refused_with_a_remedy(model: ReadModel, typed: str) -> None:
    with pytest.raises(Refused) as refused:
        model.vantage(typed, None, now=NOW)
    assert refused.value.remedy
    assert refused.value.where == "as-of"


@given(st.text(max_size=40))
def test_no_text_is_anything_but_a_time_or_refused(typed: str) -> None:
    with contextlib.suppress(Refused):
        typed_time(typed, where="as-of", now=NOW, calendar=Calendar(ZONE), day_one=lambda: day("2025-10-10"))


@pytest.mark.parametrize("typed", ["@4", "#4", "4", "2026-02-01"])
def test_a_position_on_the_knowledge_axis(model: ReadModel, typed: str) -> None:
    assert model.vantage(None, typed, now=NOW).position == 4


def test_a_position_shows_the_clock_at_which_it_was_known(model: ReadModel) -> None:
    vantage = model.vantage(None, "@4", now=NOW)
    assert vantage.view().known_at == "2026-02-01T21:59:59.999999Z"
    assert (vantage.view().as_of, vantage.live) == ("2026-03-01T12:00:00Z", False)


def test_before_the_first_record_is_the_last_moment_before_it_was_known(model: ReadModel) -> None:
    vantage = model.vantage(None, "@0", now=NOW)
    assert (vantage.position, vantage.view().known_at) == (0, "2025-10-10T20:59:59.999998Z")
    assert model.step_known(model.vantage(None, "@1", now=NOW), -1).known_at == vantage.known_at


def test_an_empty_log_is_known_as_of_now(log: Log, tmp_path: Path) -> None:
    with ReadModel.open(log, tmp_path / "m.db") as model:
        assert model.vantage(None, "@0", now=NOW).view().known_at == "2026-03-01T12:00:00Z"


def test_a_preferred_claimant_who_is_nowhere_on_record_is_refused(model: ReadModel) -> None:
    with pytest.raises(Refused, match="no record of 'gaza-mho'") as refused:
        model.vantage(None, None, now=NOW, rule="preferred:gaza-mho")
    assert refused.value.remedy
    assert model.vantage(None, "@1", now=NOW, rule="preferred:gaza-moh").rule == "preferred:gaza-moh"


def test_a_position_beyond_the_newest_is_refused(model: ReadModel) -> None:
    with pytest.raises(Refused, match="no record #7"):
        model.vantage(None, "@7", now=NOW)


def test_without_either_it_is_live(model: ReadModel) -> None:
    for as_of, known_at in ((None, None), ("now", None), (None, "now"), ("now", "now")):
        assert model.vantage(as_of, known_at, now=NOW).live
    assert not model.vantage("2026-02-02", None, now=NOW).live


def test_no_day_can_be_counted_without_a_ceasefire(log: Log, tmp_path: Path) -> None:
    with ReadModel.open(log, tmp_path / "m.db") as model, pytest.raises(Refused, match="no day can be counted"):
        model.vantage("day:42", None, now=NOW)


@pytest.mark.parametrize("rule", ["median", "preferred:", "preferred:Gaza MoH", ""])
def test_an_unknown_rule_is_refused(model: ReadModel, rule: str) -> None:
    with pytest.raises(Refused, match="not a rule"):
        model.vantage(None, None, now=NOW, rule=rule)


def test_an_empty_log_has_a_situation(log: Log, tmp_path: Path) -> None:
    with ReadModel.open(log, tmp_path / "m.db") as model:
        situation = model.situation(model.vantage(None, None, now=NOW))
        assert (situation.ceasefire.status, situation.records_total) == ("none", 0)
        assert situation.strikes.populations == ()
        assert model.step_record(situation.vantage, 1).as_of == model.step_record(situation.vantage, -1).as_of


class TestStepping:
    def test_record_by_record_in_the_order_in_which_they_begin_to_count(self, model: ReadModel) -> None:
        vantage = model.vantage("2025-10-09", None, now=NOW)
        seen = []
        for _ in range(5):
            vantage = model.step_record(vantage, +1)
            seen.append(iso(vantage.as_of))
        assert seen == [
            "2025-10-09T21:00:00Z",
            "2026-01-30T22:00:00Z",
            "2026-02-01T22:00:00Z",
            "2026-02-02T21:59:59.999999Z",  # a total, at the end of its day
            "2026-02-02T21:59:59.999999Z",
        ]
        back = []
        for _ in range(4):
            vantage = model.step_record(vantage, -1)
            back.append(iso(vantage.as_of))
        assert back == [*seen[2::-1], seen[0]]
        assert not vantage.live

    def test_back_from_live_undoes_the_newest(self, model: ReadModel) -> None:
        vantage = model.step_record(model.vantage(None, None, now=NOW), -1)
        assert iso(vantage.as_of) == "2026-02-01T22:00:00Z"

    def test_only_over_what_is_known(self, model: ReadModel) -> None:
        vantage = model.vantage("2026-01-31", "@3", now=NOW)
        assert model.step_record(vantage, +1) == vantage

    def test_mark_by_mark(self, model: ReadModel) -> None:
        vantage = model.vantage("2025-12-01", None, now=NOW)
        later = model.step_phase(vantage, +1)
        assert iso(later.as_of) == "2026-02-01T22:00:00Z"
        assert model.step_phase(later, +1) == later
        assert iso(model.step_phase(later, -1).as_of) == "2025-10-09T21:00:00Z"

    def test_one_record_more_or_less_known(self, model: ReadModel) -> None:
        vantage = model.vantage(None, "@4", now=NOW)
        assert [model.step_known(vantage, step).position for step in (-9, -1, 1, 9)] == [0, 3, 5, 6]


def test_a_vantage_that_was_shown_gives_the_same_situation(model: ReadModel) -> None:
    vantage = model.vantage("2026-02-02", "@5", now=NOW)
    situation = model.situation(vantage)
    assert model.situation(situation.vantage) == situation


def test_the_scrubbers_density(model: ReadModel) -> None:
    assert model.density(6, "2026-01-30", "2026-02-02") == (0, 2, 0, 2)
    assert model.density(3, "2026-01-31", "2026-01-31") == (1,)
