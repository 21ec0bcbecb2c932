"""Crossings: statuses that contradict one another, announcements denied, passages away from what was permitted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from domain.values import Figure
from projections.combining import disjoint, ends
from projections.crossings import (
    DIRECTIONS,
    LOADS,
    Passages,
    expired,
    newest_quotas,
    passages,
    ruling,
    status_of,
    statuses,
)
from projections.discrepancies.claims import by_stream
from projections.discrepancies.evidence import Evidence, Finding, finding
from projections.rows import Version
from projections.situation import Range
from projections.wording import PLURALS, WAYS, day_text, figure_text, listed, range_text

_DAYS = {"day": 1, "week": 7}


def status_contested(evidence: Evidence) -> Iterator[Finding]:
    """Two claimants' statuses of one direction and load that overlap in time and differ."""
    for stream, versions in by_stream(evidence.crossings).items():
        found: dict[tuple[str, ...], list[str]] = defaultdict(list)
        stated: dict[str, Version] = {}
        for direction in DIRECTIONS:
            for load in LOADS:
                ruled = ruling(statuses(versions, direction, load), evidence.as_of, evidence.calendar)
                if ruled.contested:
                    current = sorted(ruled.current, key=lambda version: (version.order, version.claimant))
                    found[tuple(version.record for version in current)].append(f"{load} {WAYS[direction]}")
                    stated.update({version.record: version for version in current})
        for records, ways in found.items():
            said = [f"{status_of(stated[r])} says {stated[r].claimant} ({evidence.when(stated[r])})" for r in records]
            yield finding(
                "status_contested",
                max(stated[record].at for record in records),
                f"{stream}, {listed(ways)}: {listed(said)}",
                records,
            )


def already_open(evidence: Evidence) -> Iterator[Finding]:
    """Opened while already open on other terms."""
    for stream, versions in by_stream(evidence.crossings).items():
        pairs: dict[tuple[str, str], tuple[Version, Version]] = {}
        for direction in DIRECTIONS:
            for load in LOADS:
                ordered = statuses(versions, direction, load)
                for before, after in pairwise(ordered):
                    both_open = before.type == after.type == "crossing.opened"
                    if (
                        both_open
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


def _terms(version: Version) -> tuple[object, ...]:
    data = version.data
    return set(data.directions), set(data.carries), data.categories, data.conditions, data.until


def announcement_denied(evidence: Evidence) -> Iterator[Finding]:
    """An announcement that somebody contradicts."""
    announced = {v.record: v for v in evidence.crossings if v.type == "crossing.change_announced"}
    for denial in evidence.crossings:
        if denial.type != "crossing.announcement_denied" or denial.data.target not in announced:
            continue
        target = announced[denial.data.target]
        yield finding(
            "announcement_denied",
            denial.at,
            f"{target.stream}: {target.claimant} announced it {target.data.status} from {target.data.from_};"
            f" {denial.claimant} denies it: {denial.data.text}",
            (target.record, denial.record),
        )


def quota_passages(evidence: Evidence) -> Iterator[Finding]:
    """The newest passages of a quota's own direction, category and length of time, above or below it."""
    for stream, versions in by_stream(evidence.crossings).items():
        counted = passages(versions, "envelope", evidence.calendar)
        for quota in newest_quotas(versions):
            newest = _compared(quota, counted, evidence)
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
                newest[0].claims[0].at,
                f"{stream}: {got} {PLURALS[data.category]} {WAYS[data.direction]}, {_when(newest[0])}, is {side} the"
                f" {figure_text(data.figure)} {each} {data.kind}, says {quota.claimant}",
                [quota.record, *(claim.record for one in newest for claim in one.ruled.inside)],
            )


def _when(one: Passages) -> str:
    if one.days == 1:
        return day_text(one.last_day)
    return f"{day_text(one.first_day)} to {day_text(one.last_day)}"


def _compared(quota: Version, counted: Iterable[Passages], evidence: Evidence) -> list[Passages]:
    """The newest passages to hold against a quota: one period for one direction, the same period of both for both."""
    data = quota.data
    days = evidence.calendar.days(quota.report.occurred)
    fitting = [
        one
        for one in counted
        if one.category == data.category
        and one.last_day >= days[0]
        and ((one.first_day, one.last_day) == days if data.per == "period" else one.days == _DAYS[data.per])
        and one.ruled.inside
    ]
    wanted = DIRECTIONS if data.direction == "both" else (data.direction,)
    for last in sorted({(one.last_day, one.first_day) for one in fitting}, reverse=True):
        of_period = [one for one in fitting if (one.last_day, one.first_day) == last and one.direction in wanted]
        if len(of_period) == len(wanted):
            return of_period
    return []


def _figure(found: Sequence[Passages]) -> Figure | None:
    """The passages of one period as a figure, open where they are."""
    ranges: list[Range] = [one.ruled.range for one in found]
    if any(one.low is None for one in ranges):
        return None
    low = None if any(one.open_below for one in ranges) else sum(one.low or 0 for one in ranges)
    high = None if any(one.open_above for one in ranges) else sum(one.high or 0 for one in ranges)
    return Figure(low=low, high=high, qualifier="range")
