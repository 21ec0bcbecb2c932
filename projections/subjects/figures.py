"""What can be told of claims alone, as more and more of them count."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from domain.calendar import Calendar, Micros
from domain.report import Facts
from domain.source import StatementMade
from domain.values import Figure
from projections.discrepancies import Rule, by
from projections.discrepancies.evidence import part_of
from projections.discrepancies.figures import bounds_out_of_order, parts_do_not_add_up
from projections.index.findings import Finding, Shown
from projections.index.schema import NEVER
from projections.index.version import Version, says

FIGURES: tuple[Rule, ...] = (bounds_out_of_order, parts_do_not_add_up)


def always(found: Iterable[Finding]) -> list[Shown]:
    """Findings that show from the time that they are about."""
    return [Shown(one.at, NEVER, one) for one in found]


def odd_figures(version: Version[Facts], calendar: Calendar) -> list[Finding]:
    """What does not hold together in the figures of one record on a crossing or of a statement."""
    if says(version, StatementMade):
        return by(FIGURES, part_of(calendar, statements=(version,)))
    return by(FIGURES, part_of(calendar, crossings=(version,))) if may_be_odd(version) else []


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


def over_time(
    versions: Iterable[Version[Facts]], found: Callable[[list[Version[Facts]]], list[Finding]]
) -> list[Shown]:
    """What is found among versions, as more and more of them count: each finding while it stays the same."""
    held = list(versions)
    times = sorted({version.at for version in held})
    shown: list[Shown] = []
    open_: dict[Finding, Micros] = {}
    for at in times:
        now = found([version for version in held if version.at <= at])
        for gone in [one for one in open_ if one not in now]:
            shown.append(Shown(open_.pop(gone), at, gone))
        for one in now:
            open_.setdefault(one, at)
    return shown + [Shown(at_from, NEVER, one) for one, at_from in open_.items()]
