"""Figures, ranges and records in plain words."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from domain.catalogue import CATALOGUE
from domain.monitor import Monitor
from domain.values import Figure, Span
from projections.readmodel import ReadModel
from projections.situation import Range, Situation
from projections.text import figure_text, occurred_text, range_text
from tests.projections.records import NOW, ZONE, about, at_least, at_most, exactly, span

EXAMPLES = Path(__file__).parents[1] / "domain" / "example_lines.jsonl"


@pytest.mark.parametrize(
    ("figure", "words"),
    [
        (exactly(12), "12"),
        (exactly(25700), "25,700"),
        (at_least(509), "at least 509"),
        (at_most(5), "at most 5"),
        (about(150), "about 150"),
        ({"low": 8, "high": 20, "qualifier": "range"}, "8-20"),
        ({"best": 9, "qualifier": "exact"}, "9"),
        ({"qualifier": "words", "words": "several"}, "several"),
        ({"qualifier": "words"}, "no number"),
    ],
)
def test_a_figure_as_it_was_said(figure: dict[str, object], words: str) -> None:
    assert figure_text(msgspec.convert(figure, Figure)) == words


@pytest.mark.parametrize(
    ("ruled", "words"),
    [
        (Range(low=26, high=32, claims=5, counts=3), "26-32"),
        (Range(low=32, high=32, claims=1, counts=1), "32"),
        (Range(low=509, high=509, claims=1, counts=1, open_above=True), "509+"),
        (Range(low=5, high=5, claims=1, counts=1, open_below=True), "at most 5"),
        (Range(low=5, high=8, claims=2, counts=2, open_below=True), "5-8 or fewer"),
        (Range(low=None, high=None, claims=0, counts=0), "–"),
    ],
)
def test_a_range(ruled: Range, words: str) -> None:
    assert range_text(ruled) == words


def test_when_something_happened_as_precisely_as_is_on_record() -> None:
    assert occurred_text("2026-01-31") == "31 Jan 2026"
    assert occurred_text(msgspec.convert(span("2026-01-30", "2026-02-01"), Span)) == "30 Jan 2026 to 1 Feb 2026"
    assert occurred_text(msgspec.convert(span("2026-01-30"), Span)) == "from 30 Jan 2026"


def test_every_type_of_record_has_its_line_and_its_place_in_the_situation(tmp_path: Path) -> None:
    with Monitor.create(tmp_path / "examples.db", ZONE) as monitor:
        monitor.import_files([EXAMPLES])
        with ReadModel.open(monitor) as model:
            vantage = model.vantage("2026-09-01", None, now=NOW)
            lines = model.feed(vantage, limit=1000)
            assert {line.type for line in lines} == set(CATALOGUE)
            assert all(line.text and "\n" not in line.text for line in lines)
            situation = model.situation(vantage)
    assert msgspec.json.decode(msgspec.json.encode(situation), type=Situation) == situation
