"""Running figures: one that falls, one that rises otherwise than the strikes on record, two that differ."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations, pairwise

from domain.series import Published
from projections.discrepancies.evidence import AtVantage, Evidence, finding
from projections.index.findings import Finding
from projections.index.version import Version
from projections.rules.combining import disjoint, ends
from projections.rules.running import Running, until
from projections.text import NO_DAY, bounds_text, figure_text, moment_text, range_text


def series_falls(evidence: Evidence) -> Iterator[Finding]:
    """A running figure below the one before it, unless it was counted anew in between."""
    for series in evidence.series:
        for before, after in pairwise(series.values):
            if series.rebase_before(before) is not series.rebase_before(after):
                continue
            low, high = ends(before.data.figure)[0], ends(after.data.figure)[1]
            if low is not None and high is not None and high < low:
                yield finding(
                    "series_falls",
                    after.at,
                    f"{series.stream} falls from {figure_text(before.data.figure)} ({evidence.when(before)}) to"
                    f" {figure_text(after.data.figure)} ({evidence.when(after)}), says {after.claimant}",
                    (before.record, after.record),
                )


def series_and_strikes(evidence: AtVantage) -> Iterator[Finding]:
    """The newest change of a series that is not what the strikes recorded in that time come to.

    Said only where a strike of that population is on record in that time: what is not tied to one is the residue.
    """
    for series in evidence.series:
        if series.harm is None or series.of is None or len(series.values) < 2:
            continue
        before, after = series.values[-2:]
        if series.rebase_before(before) is not series.rebase_before(after):
            continue
        low, high = ends(before.data.figure)
        new_low, new_high = ends(after.data.figure)
        least = new_low - high if new_low is not None and high is not None else None
        most = new_high - low if new_high is not None and low is not None else None
        recorded = evidence.recorded.recorded(before.last + 1, until(after, evidence.as_of), series.harm, series.of)
        if not recorded.claims or recorded.low is None or recorded.high is None:
            continue
        above = least is not None and not recorded.open_above and least > recorded.high
        below = most is not None and most < recorded.low
        if above or below:
            yield finding(
                "series_and_strikes",
                after.at,
                f"{series.stream} changes by {bounds_text(least, most)} from {evidence.when(before)} to"
                f" {evidence.when(after)}; strikes recorded in that time come to {range_text(recorded)}",
                (before.record, after.record),
            )


def series_differ(evidence: AtVantage) -> Iterator[Finding]:
    """Two claimants' running figures of the same measure, population and origin that cannot both be right."""
    alike: dict[tuple[object, ...], list[Running]] = defaultdict(list)
    for series in evidence.series:
        if series.definition is not None:
            alike[series.measure, series.of, series.counted_from].append(series)
    for one, other in (pair for some in alike.values() for pair in combinations(some, 2)):
        pair = _apart(one, other, evidence) if one.newest.claimant != other.newest.claimant else None
        if pair:
            first, second = sorted(pair, key=lambda value: (value.last, value.claimant))
            stages = [
                f" ({series.definition.data.stage})" if series.definition and series.definition.data.stage else ""
                for series in (one, other)
            ]
            of_stage = dict(zip((one.stream, other.stream), stages, strict=True))
            said = " and ".join(
                f"{figure_text(value.data.figure)}{of_stage[value.stream]} on {evidence.when(value)},"
                f" says {value.claimant}"
                for value in (first, second)
            )
            since = moment_text(one.counted_from, evidence.calendar) if one.counted_from else NO_DAY
            yield finding(
                "series_differ",
                second.at,
                f"{one.measure.replace('-', ' ')} since {since}: {said}",
                (first.record, second.record),
            )


def _apart(one: Running, other: Running, evidence: AtVantage) -> tuple[Version[Published], Version[Published]] | None:
    """Values of the newest day that both give a figure for, or the newest of each, where an earlier is the higher."""
    day = evidence.calendar.day
    shared = evidence.common_day(one, other)
    if shared and disjoint(*(value.data.figure for value in shared)):
        return shared
    earlier, later = sorted((one.newest, other.newest), key=lambda value: value.last)
    low, high = ends(earlier.data.figure)[0], ends(later.data.figure)[1]
    if day(earlier.last) < day(later.last) and low is not None and high is not None and low > high:
        return earlier, later
    return None
