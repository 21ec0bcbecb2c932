"""A figure is a number as it was said, and what it leaves open stays open."""

from __future__ import annotations

import pytest

from domain.values import Amount, Figure, bounds, exact


@pytest.mark.parametrize(
    ("figure", "low_high"),
    [
        (exact(12), (12, 12)),
        (exact(0), (0, 0)),
        (Figure(low=32, qualifier="at_least"), (32, None)),
        (Figure(low=32, best=35, qualifier="at_least"), (32, None)),
        (Figure(best=32, qualifier="at_least"), (32, None)),
        (Figure(high=5, qualifier="at_most"), (None, 5)),
        (Figure(best=4, high=5, qualifier="at_most"), (None, 5)),
        (Figure(best=4, qualifier="at_most"), (None, 4)),
        (Figure(best=150, qualifier="about"), (150, 150)),
        (Figure(low=140, best=150, high=160, qualifier="about"), (140, 160)),
        (Figure(low=8, high=20, qualifier="range"), (8, 20)),
        (Figure(low=9, best=5, high=3, qualifier="range"), (9, 3)),
        (Figure(qualifier="words", words="several"), (None, None)),
        (Amount(best=7, qualifier="words", words="some seven"), (7, 7)),
    ],
    ids=str,
)
def test_the_lowest_and_highest_that_the_words_allow(figure: Amount, low_high: tuple[int | None, int | None]) -> None:
    assert bounds(figure) == low_high


def test_an_exact_figure_is_all_three() -> None:
    assert exact(12) == Figure(low=12, best=12, high=12, qualifier="exact")


def test_values_do_not_change() -> None:
    with pytest.raises(AttributeError):
        exact(12).low = 13  # type: ignore[misc]
