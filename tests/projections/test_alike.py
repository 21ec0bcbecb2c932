"""What looks like a report that is about to be recorded, and the names that a form completes from."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.lines import Draft
from domain.monitor import Monitor
from domain.values import Occurred, Span
from projections.feed.entry import DuplicateQuery
from projections.readmodel import ReadModel
from tests.domain.examples import GAZA, NOW, example_lines

TOLL = "strike-desk-2026-01-31"


@pytest.fixture
def model(tmp_path: Path) -> ReadModel:
    monitor = Monitor.create(
        tmp_path / "log" / "log.db", GAZA, clock=lambda: NOW.replace(year=2027), recorded_by="desk"
    )
    drafts = []
    for line in example_lines():
        if line["type"] != "record.erased":
            body = {name: value for name, value in line.items() if name not in ("type", "stream", "key")}
            drafts.append(Draft(line["type"], line["stream"], body, line["key"]))
    monitor.append(drafts)
    return ReadModel.open(monitor)


def found(model: ReadModel, look: DuplicateQuery) -> list[str]:
    return [line.record for line in model.alike(look)]


@pytest.mark.parametrize(
    ("occurred", "is_like"),
    [
        ("2026-02-02", True),
        ("2026-02-02T09:00:00Z", True),
        ("2026-02-03", False),
        ("2026-02-02T23:30:00Z", True),  # 01:30 on 3 Feb in Gaza, and three hours round it
        ("2026-02-03T09:00:00Z", False),
        (Span(start="2026-01-25", end="2026-02-10", precision=4), True),
        (Span(start="2026-01-25", end="2026-01-30", precision=2), False),
        ("9999-12-31", False),
        ("0001-01-01", False),
    ],
)
def test_the_same_claimant_on_the_same_stream_and_day(model: ReadModel, occurred: Occurred, is_like: bool) -> None:
    look = DuplicateQuery("crossing.passages_counted", "crossing-rafah", "palestinian-and-egyptian-sources", occurred)
    assert bool(found(model, look)) is is_like


def test_another_claimant_stream_or_type_is_another_report(model: ReadModel) -> None:
    day = "2026-02-02"
    assert not found(model, DuplicateQuery("crossing.passages_counted", "crossing-rafah", "cogat", day))
    assert not found(model, DuplicateQuery("crossing.passages_counted", "crossing-raf", None, day))
    assert not found(
        model, DuplicateQuery("crossing.quota_set", "crossing-rafah", "palestinian-and-egyptian-sources", day)
    )


def test_a_strike_by_its_place(model: ReadModel) -> None:
    assert found(model, DuplicateQuery("strike.reported", occurred="2026-01-31", place="sheikh radwan")) == [
        f"{TOLL}-police/1"
    ]
    assert len(found(model, DuplicateQuery("strike.reported", occurred="2026-01-31", place="gaza"))) == 2


def test_what_is_on_record_once_is_alike_at_any_time(model: ReadModel) -> None:
    assert found(model, DuplicateQuery("place.registered", "place-kerem-shalom")) == ["place-kerem-shalom/1"]


def test_what_was_withdrawn_is_like_nothing(model: ReadModel) -> None:
    look = DuplicateQuery("statement.made", claimant="ncag", occurred="2026-02-02")
    assert found(model, look) == ["statement-ncag-2026-02-02/1"]
    with Monitor(Path(model.path.parent / "log.db"), clock=lambda: NOW.replace(year=2027)) as monitor:
        monitor.retract("ex:statement", reason="a test", claimant="desk", sources=[{"title": "a test"}])
    model.catch_up()
    assert not found(model, look)


def test_names_are_completed_from_all_that_is_on_record(model: ReadModel) -> None:
    assert model.completed("stream", "crossing-") == "crossing-rafah"
    assert model.completed("stream", TOLL) == f"{TOLL}-police"
    assert model.completed("stream", f"{TOLL}-police") is None
    assert model.completed("claimant", "gaza-m") == "gaza-moh"
    assert model.completed("claimant", "%") is None
    assert model.place_names() == ("Kerem Shalom",)
