"""The log itself: claimants nobody registered, and a clock that ran backwards."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from domain.calendar import iso
from projections.discrepancies.evidence import Evidence, finding
from projections.index.findings import Finding


def unregistered_claimant(evidence: Evidence) -> Iterator[Finding]:
    """A claimant that no source record tells anything of: accepted, and flagged."""
    for one in evidence.unregistered:
        yield finding("unregistered_claimant", one.at, f"{one.claimant} is not registered as a source", (one.record,))


def clock_jump(evidence: Evidence) -> Iterator[Finding]:
    """A record taken in at an earlier clock time than the one before it. Its known_at was held at that one's."""
    for jump in evidence.clock_jumps:
        back = timedelta(microseconds=jump.back)
        yield finding(
            "clock_jump",
            jump.known_at,
            f"The clock went back by {back} before #{jump.position}, which counts as known at {iso(jump.known_at)}",
            (jump.record,),
        )
