"""What does not agree is told under the names that a person uses, wherever it is told."""

from __future__ import annotations

import re
from typing import get_args

import pytest

from projections.readmodel import ReadModel
from projections.situation import DiscrepancyKind, Situation
from projections.text import KINDS, Names
from tests.projections.test_gaza import NOW, replay

STREAM = re.compile(r"(?<![\w/-])(?:crossing|series|ceasefire)-[\w-]+(?![\w/-])")


@pytest.fixture(scope="module")
def second(gaza: ReadModel) -> Situation:
    return replay(gaza, "2026-02-02")


def test_every_kind_has_its_words() -> None:
    assert set(KINDS) == set(get_args(DiscrepancyKind))


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("crossing-rafah: 12 people in", "Rafah: 12 people in"),
        ("People going out at rafah, 2 Feb", "People going out at Rafah, 2 Feb"),
        ("rafah-square, 12 people", "rafah-square, 12 people"),
        ("crossing-rafah/12 and crossing-rafah-east", "crossing-rafah/12 and crossing-rafah-east"),
        ("ceasefire-gaza-2025 is counted from 10 Oct", "Gaza ceasefire is counted from 10 Oct"),
        ("series-gaza-moh-killed-2025-10-11 falls from 30", "gaza-moh killed since 11 Oct 2025 falls from 30"),
    ],
)
def test_streams_are_told_by_name(second: Situation, said: str, told: str) -> None:
    assert Names(second).told(said) == told
    assert Names().told(said) == said


def test_a_difference_names_them(gaza: ReadModel) -> None:
    before, after = (gaza.vantage("2026-02-02", known, now=NOW) for known in ("2026-02-04", "2026-09-01"))
    found = gaza.difference(before, after)
    told = [change for change in found.changes if change.part == "discrepancies"]
    assert {change.what for change in told} >= {"Claimants differ", "Passages above or below the quota"}
    assert not [change for change in told if STREAM.findall(f"{change.what} {change.before} {change.after}")]
