"""Figures as they are typed."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from domain.errors import Refused
from domain.values import Figure
from tui.commands.figures import parse, parse_parts


@pytest.mark.parametrize(
    ("typed", "figure"),
    [
        ("32", {"low": 32, "best": 32, "high": 32, "qualifier": "exact"}),
        ("0", {"low": 0, "best": 0, "high": 0, "qualifier": "exact"}),
        ("1,447", {"low": 1447, "best": 1447, "high": 1447, "qualifier": "exact"}),
        (">=32", {"low": 32, "qualifier": "at_least"}),
        ("32+", {"low": 32, "qualifier": "at_least"}),
        ("at least 1,400", {"low": 1400, "qualifier": "at_least"}),
        ("<=5", {"high": 5, "qualifier": "at_most"}),
        ("up to 5", {"high": 5, "qualifier": "at_most"}),
        ("~150", {"best": 150, "qualifier": "about"}),
        ("about 150", {"best": 150, "qualifier": "about"}),
        ("8-20", {"low": 8, "high": 20, "qualifier": "range"}),
        ("8..20", {"low": 8, "high": 20, "qualifier": "range"}),
        ("8 to 20", {"low": 8, "high": 20, "qualifier": "range"}),
        ("8-20~12", {"low": 8, "best": 12, "high": 20, "qualifier": "range"}),
        ("(several)", {"qualifier": "words", "words": "several"}),
        (">=1400 (more than 1,400)", {"low": 1400, "qualifier": "at_least", "words": "more than 1,400"}),
    ],
)
def test_a_figure_is_what_was_said(typed: str, figure: dict[str, Any]) -> None:
    assert parse(typed) == figure
    msgspec.convert(figure, Figure)


@pytest.mark.parametrize(
    "typed", ["", "many", "nan", "inf", "1.5", "1e3", ">32", "3 2", "٣٢", "8-", "()", "9" * 30, "1,44"]
)
def test_what_is_no_figure_is_refused_with_the_syntax(typed: str) -> None:
    with pytest.raises(Refused) as refused:
        parse(typed)
    assert refused.value.where == "figure"
    assert ">=32 or 32+" in refused.value.remedy


def test_a_negative_count_is_left_to_the_rule_of_the_domain() -> None:
    assert parse("-5")["low"] == -5


def test_parts_have_labels() -> None:
    assert parse_parts(["patients=5", "companions=10"]) == {"patients": parse("5"), "companions": parse("10")}
    with pytest.raises(Refused, match="not a part"):
        parse_parts(["5"])
    with pytest.raises(Refused, match="given twice"):
        parse_parts(["a=5", "a=6"])
    with pytest.raises(Refused, match="'many' is not a figure"):
        parse_parts(["a=many"])
