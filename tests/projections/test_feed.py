"""The feed and the detail of one record."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.errors import NotOnRecord
from projections.readmodel import ReadModel
from tests.projections.records import CIVIL_DEFENCE, NOW, Log, exactly


@pytest.fixture
def model(log: Log, tmp_path: Path) -> Iterator[ReadModel]:
    report = log.struck()
    claim = log.killed(26, caused_by=report.id, via=("Reuters",), original={"text": "قتيلا في رفح", "lang": "ar"})
    log.killed(32, CIVIL_DEFENCE)
    log.correct(claim, {"figure": exactly(28)})
    log.status("limited", "2026-02-02", conditions='Türkiye\'s list [closed] "a"')
    with ReadModel.open(log, tmp_path / "m.db") as found:
        yield found


def found(model: ReadModel, text: str, known_at: str | None = None) -> list[int]:
    vantage = model.vantage(None, known_at, now=NOW)
    positions = [line.position for line in model.feed(vantage, text=text)]
    assert model.feed_count(vantage, text) == len(positions)
    return positions


@pytest.mark.parametrize(
    ("text", "positions"),
    [
        ("", [5, 4, 3, 2, 1]),
        ("civil defence", [3]),
        ("KILLED", [3, 2]),
        ("kill reut", [2]),  # each word is a beginning
        ("turkiye", [5]),
        ("رفح", [2]),
        ("misread", [4]),
        ("nobody", []),
        ("[closed]", [5]),
        ('"', [5, 4, 3, 2, 1]),  # holds no word
        ("26", []),
        ("28", [2]),
    ],
)
def test_a_filter_by_free_text(model: ReadModel, text: str, positions: list[int]) -> None:
    assert found(model, text) == positions


def test_it_finds_what_was_said_as_known_then(model: ReadModel) -> None:
    assert found(model, "26", "@3") == [2]
    assert found(model, "28", "@3") == []


def test_pages_in_either_order(model: ReadModel) -> None:
    vantage = model.vantage(None, None, now=NOW)
    assert [line.position for line in model.feed(vantage, offset=1, limit=2)] == [4, 3]
    assert [line.position for line in model.feed(vantage, newest_first=False, limit=2)] == [1, 2]


def test_an_edit_shows_where_the_record_that_it_bears_on_shows(model: ReadModel) -> None:
    lines = model.feed(model.vantage("2026-01-30", None, now=NOW))
    assert lines == []
    lines = model.feed(model.vantage("2026-01-31", None, now=NOW))
    assert [(line.position, line.standing) for line in lines] == [
        (4, "edit"), (3, "standing"), (2, "corrected"), (1, "standing")
    ]  # fmt: skip


def test_a_line_is_plain_words(model: ReadModel) -> None:
    line = model.line("@2", model.vantage(None, None, now=NOW))
    assert line.text == "28 killed (palestinians), says gaza-moh"
    assert (line.record, line.via) == ("strike-desk-2026-01-31/2", ("Reuters",))


def test_a_line_that_was_not_known_yet_is_not_on_record(model: ReadModel) -> None:
    with pytest.raises(NotOnRecord, match="not known yet"):
        model.line("@3", model.vantage(None, "@2", now=NOW))


@given(text=st.text(max_size=200))
@settings(deadline=None, suppress_health_check=list(HealthCheck))
def test_no_text_makes_it_fail(model: ReadModel, text: str) -> None:
    found(model, text)


@pytest.mark.parametrize(
    "text", ['a" OR b', "NEAR(a b)", "text:killed", "a*b^c", "-killed", "x" * 5000, "a " * 5000, "\ud800"]
)
def test_no_search_syntax_gets_through(model: ReadModel, text: str) -> None:
    found(model, text)


class TestDetail:
    def test_what_it_said_and_what_stands_of_it(self, model: ReadModel) -> None:
        detail = model.detail("@2", model.vantage(None, None, now=NOW))
        assert detail.original is not None
        assert detail.effective is not None
        assert detail.original["data"]["figure"]["best"] == 26
        assert detail.effective["data"]["figure"]["best"] == 28
        assert detail.line.standing == "corrected"
        assert (len(detail.hash), len(detail.digest), detail.key) == (64, 64, "key-2")

    def test_its_chain_of_revisions(self, log: Log, model: ReadModel) -> None:
        correction = log.record("@4")
        retraction = log.retract(correction)
        model.catch_up()
        vantage = model.vantage(None, None, now=NOW)
        chain = [(r.position, r.edit, r.says, r.in_force) for r in model.detail("@2", vantage).revisions]
        assert chain == [(4, "correction", "transcription", False), (6, "retraction", "editor", True)]
        [own] = model.detail(correction.id, vantage).revisions
        assert own.record == retraction.id
        before = model.detail("@2", model.vantage(None, "@5", now=NOW)).revisions
        assert [(r.position, r.in_force) for r in before] == [(4, True)]

    def test_the_records_that_belong_together_with_it(self, model: ReadModel) -> None:
        vantage = model.vantage(None, None, now=NOW)
        assert [line.position for line in model.detail("@1", vantage).led_to] == [2]
        cause = model.detail("@2", vantage).caused_by
        assert cause is not None
        assert cause.position == 1

    def test_of_an_erased_record_its_stamps_stay(self, log: Log, model: ReadModel) -> None:
        log.erase(log.record("@3"))
        model.catch_up()
        detail = model.detail("@3", model.vantage(None, None, now=NOW))
        assert (detail.original, detail.effective, detail.line.text) == (None, None, "erased")
        assert detail.hash
        assert [(r.edit, r.says) for r in detail.revisions] == [("erasure", "the court")]


def test_one_strike_and_one_crossing(model: ReadModel) -> None:
    vantage = model.vantage(None, None, now=NOW)
    strike = model.strike("strike-desk-2026-01-31", vantage)
    assert strike is not None
    assert (strike.ranges[0].low, strike.ranges[0].high) == (28, 32)
    assert model.strike("strike-desk-2026-01-31", model.vantage("2026-01-30", None, now=NOW)) is None
    crossing = model.crossing("crossing-rafah", vantage)
    assert crossing is not None
    assert crossing.people.into.status == "limited"
    assert model.crossing("crossing-erez", vantage) is None
