"""Dates: from when a ceasefire is counted, phases that do not follow one another, a clock that ran backwards."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import combinations

from domain.calendar import iso
from domain.ceasefire import EnteredIntoForce, PhaseChanged
from domain.report import Facts
from projections.discrepancies.evidence import AtVantage, Evidence, finding
from projections.index.findings import Finding
from projections.index.version import Version, all_of
from projections.rules.ceasefires import Ceasefire
from projections.rules.running import HARMS
from projections.text import day_text, listed

COUNTED_WITHIN = timedelta(days=14)
"""A series whose origin lies this soon after day 1 is taken to count from the ceasefire."""


def start_dates_differ(evidence: Evidence) -> Iterator[Finding]:
    """The days from which a ceasefire is counted, where they cannot all be one: precisions that overlap are none."""
    for ceasefire in evidence.ceasefires:
        starts = [start for start in all_of(ceasefire.records, EnteredIntoForce) if start.data.sense != "signed"]
        origins = _origins(evidence, ceasefire)
        apart = any(not one.overlaps(other) for one, other in combinations(starts, 2))
        if apart or any(not _on(start, day, evidence) for start in starts for day, _ in origins):
            days = [f"{evidence.when(start).removeprefix('from ')} by {start.claimant}" for start in starts]
            days += [f"{day_text(day)} by {value.stream}" for day, value in origins]
            yield finding(
                "start_dates_differ",
                max([start.at for start in starts] + [evidence.calendar.day_start(day) for day, _ in origins]),
                f"{ceasefire.stream} is counted from {listed(days)}",
                [start.record for start in starts] + [value.record for _, value in origins],
            )


def _on(start: Version[Facts], day: date, evidence: Evidence) -> bool:
    """Whether a start may have been on that day."""
    return start.first <= evidence.calendar.day_end(day) and evidence.calendar.day_start(day) <= start.last


def _origins(evidence: Evidence, ceasefire: Ceasefire) -> list[tuple[date, Version[Facts]]]:
    """Series of a harm that count from a day shortly after day 1. Other series tell of no counting origin."""
    found = []
    for series in evidence.series:
        origin = series.counted_from
        if not origin or ceasefire.day_one is None or series.definition is None or series.measure not in HARMS:
            continue
        day = date.fromisoformat(origin)
        if ceasefire.day_one < day <= ceasefire.day_one + COUNTED_WITHIN:
            found.append((day, series.definition))
    return sorted(found, key=lambda one: (one[0], one[1].stream))


def phase_out_of_order(evidence: Evidence) -> Iterator[Finding]:
    """A phase begun after a later one, or before the one ahead of it, or completed before it was begun."""
    for ceasefire in evidence.ceasefires:
        seen: dict[int, Version[PhaseChanged]] = {}
        for version in all_of(ceasefire.records, PhaseChanged):
            if version.data.change not in ("begun", "completed"):
                continue
            phase, change = version.data.phase, version.data.change
            when = f"{evidence.when(version)}, says {version.claimant}"
            highest = max(seen, default=0)
            text = None
            other: Version[PhaseChanged] | None = None
            if change == "completed" and phase not in seen:
                text = f"Phase {phase} completed ({when}) without having begun on record"
            elif change == "begun" and phase < highest:
                other = seen[highest]
                text = f"Phase {phase} begun ({when}) after phase {highest} ({evidence.when(other)})"
            elif change == "begun" and phase > highest + 1:
                text = f"Phase {phase} begun ({when}) before phase {highest + 1}"
            if text:
                records = (version.record, other.record) if other else (version.record,)
                yield finding("phase_out_of_order", version.at, text, records)
            if change == "begun":
                seen.setdefault(phase, version)


def phase_disputed(evidence: Evidence) -> Iterator[Finding]:
    """Somebody disputes a phase that somebody else says was announced, begun or completed."""
    for ceasefire in evidence.ceasefires:
        changes = all_of(ceasefire.records, PhaseChanged)
        for version in changes:
            if version.data.change != "disputed":
                continue
            said = [v for v in changes if v.data.phase == version.data.phase and v.data.change != "disputed"]
            if said:
                others = listed([f"{v.data.change} says {v.claimant}" for v in said])
                yield finding(
                    "claimants_differ",
                    version.at,
                    f"Phase {version.data.phase} is disputed by {version.claimant}; {others}",
                    [version.record, *(v.record for v in said)],
                )


def clock_jump(evidence: AtVantage) -> Iterator[Finding]:
    """A record taken in at an earlier clock time than the one before it. Its known_at was held at that one's."""
    for jump in evidence.clock_jumps:
        back = timedelta(microseconds=jump.back)
        yield finding(
            "clock_jump",
            jump.known_at,
            f"The clock went back by {back} before #{jump.position}, which counts as known at {iso(jump.known_at)}",
            (jump.record,),
        )
