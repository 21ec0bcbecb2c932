"""Two things on record that do not agree: told in a neutral sentence, with the records, and never smoothed over."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from projections.discrepancies.claims import (
    claimants_differ,
    quoted_differently,
    scorers_differ,
    statuses_not_summed,
    steps_differ,
    strike_not_reported,
)
from projections.discrepancies.crossings import (
    already_open,
    announcement_contradicted,
    announcement_denied,
    quota_passages,
    status_contested,
)
from projections.discrepancies.evidence import Evidence
from projections.discrepancies.figures import bounds_out_of_order, parts_do_not_add_up
from projections.discrepancies.log import clock_jump, unregistered_claimant
from projections.discrepancies.series import series_and_strikes, series_differ, series_falls
from projections.discrepancies.timeline import phase_disputed, phase_out_of_order, start_dates_differ
from projections.index.findings import Finding
from projections.situation import Discrepancy

Rule = Callable[[Evidence], Iterator[Finding]]

RULES: tuple[Rule, ...] = (
    claimants_differ,
    statuses_not_summed,
    scorers_differ,
    steps_differ,
    quoted_differently,
    bounds_out_of_order,
    parts_do_not_add_up,
    start_dates_differ,
    phase_out_of_order,
    phase_disputed,
    already_open,
    status_contested,
    announcement_denied,
    announcement_contradicted,
    quota_passages,
    series_falls,
    series_and_strikes,
    series_differ,
    strike_not_reported,
    unregistered_claimant,
    clock_jump,
)


def by(rules: Iterable[Rule], evidence: Evidence) -> list[Finding]:
    """What the rules find in it."""
    return [one for rule in rules for one in rule(evidence)]


def in_order(found: Iterable[Finding]) -> list[Finding]:
    """The newest first, by the time that it is about."""
    return sorted(found, key=lambda one: (-one.at, one.discrepancy.kind, one.discrepancy.text, one.discrepancy.records))


def newest_first(found: Iterable[Finding]) -> list[Discrepancy]:
    """The same without their times."""
    return [one.discrepancy for one in in_order(found)]
