"""Crossings: statuses that contradict one another, announcements denied, passages away from what was permitted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from domain.crossing import AnnouncementDenied, ChangeAnnounced, Opened, Standing
from domain.values import Figure
from projections.discrepancies.evidence import Evidence, by_stream, finding
from projections.index.findings import Finding
from projections.index.version import Version, all_of, says
from projections.rules.combining import disjoint, ends, figure_range, numbers, summed
from projections.rules.crossing_statuses import DIRECTIONS, LOADS, expired, outcome, status_of, statuses
from projections.rules.passages import Passages, of_both
from projections.text import PLURALS, WAYS, day_text, figure_text, listed, moment_text, range_text


def status_contested(evidence: Evidence) -> Iterator[Finding]:
    """Two claimants' statuses of one direction and load that overlap in time and differ."""
    for crossing in evidence.at_crossings:
        found: dict[tuple[str, ...], list[str]] = defaultdict(list)
        stated: dict[str, Version[Standing]] = {}
        for (direction, load), way in crossing.ways.items():
            if way.ruling.contested:
                current = sorted(way.ruling.current, key=lambda version: (version.order, version.claimant))
                found[tuple(version.record for version in current)].append(f"{load} {WAYS[direction]}")
                stated.update({version.record: version for version in current})
        for records, ways in found.items():
            said = [f"{status_of(stated[r])} says {stated[r].claimant} ({evidence.when(stated[r])})" for r in records]
            yield finding(
                "status_contested",
                max(stated[record].at for record in records),
                f"{crossing.stream}, {listed(ways)}: {listed(said)}",
                records,
            )


def already_open(evidence: Evidence) -> Iterator[Finding]:
    """Opened while already open on other terms."""
    for stream, versions in by_stream(evidence.crossings).items():
        pairs: dict[tuple[str, str], tuple[Version[Standing], Version[Standing]]] = {}
        for direction in DIRECTIONS:
            for load in LOADS:
                ordered = statuses(versions, direction, load)
                for before, after in pairwise(ordered):
                    if (
                        says(before, Opened)
                        and says(after, Opened)
                        and not expired(before, after.first, evidence.calendar)
                        and _terms(before) != _terms(after)
                    ):
                        pairs[before.record, after.record] = before, after
        for before, after in pairs.values():
            yield finding(
                "already_open",
                after.at,
                f"{stream}: opened {evidence.when(after)}, says {after.claimant}, while already open on"
                f" other terms since {evidence.when(before)}, says {before.claimant}",
                (before.record, after.record),
            )


def _terms(version: Version[Standing]) -> tuple[object, ...]:
    data = version.data
    return set(data.directions), set(data.carries), data.categories, data.conditions, data.until


def announcement_denied(evidence: Evidence) -> Iterator[Finding]:
    """An announcement that somebody contradicts."""
    announced = {v.record: v for v in all_of(evidence.crossings, ChangeAnnounced)}
    for denial in all_of(evidence.crossings, AnnouncementDenied):
        if denial.data.target not in announced:
            continue
        target = announced[denial.data.target]
        yield finding(
            "announcement_denied",
            denial.at,
            f"{target.stream}: {target.claimant} announced it {target.data.status} from"
            f" {moment_text(target.data.from_, evidence.calendar)};"
            f" {denial.claimant} denies it: {denial.data.text}",
            (target.record, denial.record),
        )


def announcement_contradicted(evidence: Evidence) -> Iterator[Finding]:
    """An announcement, and another status stated from its `from` on."""
    for stream, versions in by_stream(evidence.crossings).items():
        for announced in all_of(versions, ChangeAnnounced):
            _, against = outcome(announced, versions, evidence.calendar)
            if against:
                data = announced.data
                then = [
                    f"{status_of(v)} from {evidence.when(v).removeprefix('from ')} says {v.claimant}" for v in against
                ]
                yield finding(
                    "announcement_contradicted",
                    max(status.at for status in against),
                    f"{stream}: {announced.claimant} announced it {data.status} from"
                    f" {moment_text(data.from_, evidence.calendar)}; {listed(then)}",
                    (announced.record, *(status.record for status in against)),
                )


def quota_passages(evidence: Evidence) -> Iterator[Finding]:
    """The newest passages of a quota's own direction, category and length of time, above or below it."""
    for crossing in evidence.at_crossings:
        for quota, newest in crossing.against:
            if not newest:
                continue
            figure = _figure(newest)
            if figure is None or not disjoint(quota.data.figure, figure):
                continue
            low = ends(figure)[0]
            quota_high = ends(quota.data.figure)[1]
            side = "above" if low is not None and quota_high is not None and low > quota_high else "below"
            data = quota.data
            each = "over the period" if data.per == "period" else f"a {data.per}"
            got = range_text(newest[0].ruled.range) if len(newest) == 1 else figure_text(figure)
            yield finding(
                "quota_passages",
                newest[0].ruled.claims[0].at,
                f"{crossing.stream}: {got} {PLURALS[data.category]} {WAYS[data.direction]}, {_when(newest[0])}, is"
                f" {side} the {figure_text(data.figure)} {each} {data.kind}, says {quota.claimant}",
                [quota.record, *_records(newest)],
            )


def _records(found: Sequence[Passages]) -> list[str]:
    if len(found) == 1:
        return [claim.record for claim in found[0].ruled.inside]
    return [claim.record for claims in of_both(found).values() for claim in claims]


def _when(one: Passages) -> str:
    if one.days == 1:
        return day_text(one.last_day)
    return f"{day_text(one.first_day)} to {day_text(one.last_day)}"


def _figure(found: Sequence[Passages]) -> Figure | None:
    """The passages of one period as a figure, open where they are; of both directions within each claimant."""
    if len(found) == 1:
        ranges = [found[0].ruled.range]
    else:
        pairs = [[claim.data.figure for claim in claims] for claims in of_both(found).values()]
        ranges = [
            summed([figure_range(figure) for figure in figures])
            for figures in pairs
            if all(numbers(figure) is not None for figure in figures)
        ]
    lows = [one.low for one in ranges if one.low is not None]
    highs = [one.high for one in ranges if one.high is not None]
    if not lows or not highs:
        return None
    low = None if any(one.open_below for one in ranges) else min(lows)
    high = None if any(one.open_above for one in ranges) else max(highs)
    return Figure(low=low, high=high, qualifier="range")
