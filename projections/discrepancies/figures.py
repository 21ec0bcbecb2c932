"""Figures that do not hold together in themselves."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from domain.calendar import Calendar
from domain.report import Facts
from domain.source import StatementMade
from domain.values import Amount, Figure
from projections.discrepancies.evidence import Check, Evidence, by, finding
from projections.index.findings import Finding
from projections.index.version import Version, says
from projections.rules.combining import ends
from projections.text import bounds_text, figure_text

_OF_WHOM = frozenset(
    [
        "adults",
        "boys",
        "child",
        "children",
        "elderly",
        "fathers",
        "girls",
        "infants",
        "men",
        "minors",
        "mothers",
        "policewomen",
        "women",
        "youths",
    ]
)
"""Words of parts that say who some of them were: "11, 7 of them children" need not add up."""


def _figures(evidence: Evidence) -> Iterator[tuple[Version[Facts], Figure]]:
    for version in _with_figures(evidence):
        for field in ("figure", "target", "done", "incidents"):
            if isinstance(figure := getattr(version.data, field, None), Figure):  # `target` may be a record's id
                yield version, figure
        if says(version, StatementMade):
            for figure in version.data.figures:
                yield version, figure


def _with_figures(evidence: Evidence) -> Iterator[Version[Facts]]:
    for strike in evidence.strikes:
        yield strike.report
        yield from strike.claims
    for ceasefire in evidence.ceasefires:
        yield from ceasefire.records
    yield from evidence.crossings
    for series in evidence.series:
        yield from chain.from_iterable(series.published.values())
    yield from evidence.statements


def bounds_out_of_order(evidence: Evidence) -> Iterator[Finding]:
    """Low, best and high that do not rise, as in some rows of UCDP."""
    for version, figure in _figures(evidence):
        amounts: list[tuple[str, Amount]] = [("", figure), *(figure.parts or {}).items()]
        for label, amount in amounts:
            given = [
                (n, v) for n, v in (("low", amount.low), ("best", amount.best), ("high", amount.high)) if v is not None
            ]
            values = [value for _, value in given]
            if values != sorted(values):
                said = ", ".join(f"{name} {value:,}" for name, value in given)
                part = f" ({label})" if label else ""
                yield finding(
                    "bounds_out_of_order",
                    version.at,
                    f"The figure of {version.claimant}{part} has {said}",
                    (version.record,),
                )


def parts_do_not_add_up(evidence: Evidence) -> Iterator[Finding]:
    """Parts that come to another number than the figure they were given with."""
    for version, figure in _figures(evidence):
        text = parts_apart(figure)
        if text:
            yield finding("parts_do_not_add_up", version.at, f"{version.claimant} gives {text}", (version.record,))


def parts_apart(figure: Figure) -> str | None:
    """What the parts come to, in words, if that is not the figure.

    More than the figure is always said. Less is said only of a full split: two or more parts, each with a number,
    none of which only says who some of them were.
    """
    parts = figure.parts or {}
    bounds = [ends(part) for part in parts.values()]
    low, high = ends(figure)
    lows = [part_low for part_low, _ in bounds if part_low is not None]
    least = sum(lows)
    if high is not None and lows and least > high and len(parts) > 1:
        return f"{figure_text(figure)}, with parts that come to {bounds_text(least, least)}"
    highs = [part_high for _, part_high in bounds if part_high is not None]
    some_only = any(word in _OF_WHOM for label in parts for word in label.lower().replace("_", " ").split())
    most = sum(highs)
    if low is not None and len(parts) > 1 and len(highs) == len(parts) and most < low and not some_only:
        return f"{figure_text(figure)}, with parts that come to {bounds_text(most, most)}"
    return None


FIGURES: tuple[Check, ...] = (bounds_out_of_order, parts_do_not_add_up)


def odd_figures(version: Version[Facts], calendar: Calendar) -> list[Finding]:
    """What does not hold together in the figures of one record on a crossing or of a statement."""
    if says(version, StatementMade):
        return by(FIGURES, Evidence(calendar=calendar, statements=(version,)))
    return by(FIGURES, Evidence(calendar=calendar, crossings=(version,))) if may_be_odd(version) else []


def may_be_odd(version: Version[Facts]) -> bool:
    """Whether a figure in it could fail to hold together: all others need not be looked at."""
    for field in ("figure", "incidents"):
        figure = getattr(version.data, field, None)
        if isinstance(figure, Figure):
            low, best, high = figure.low, figure.best, figure.high
            rising = (low is None or best is None or low <= best) and (best is None or high is None or best <= high)
            if figure.parts or not rising or (low is not None and high is not None and low > high):
                return True
    return False
