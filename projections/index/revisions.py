"""What stands: which edits of a record are in force, what the record says with them, and from when it counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from domain.calendar import Calendar, Micros
from domain.errors import CeasefireError
from domain.report import Report
from domain.rules import apply_changes
from projections.index.schema import State
from projections.index.version import is_total


class Edit(NamedTuple):
    """A correction or retraction: its own position and its target's, and what a correction changes."""

    position: int
    target: int
    kind: Literal["correction", "retraction"]
    changes: Mapping[str, Any] | None


class Timing(NamedTuple):
    """When a report counts (`at`), its first and last microsecond, and the end of when it was said."""

    at: Micros
    first: Micros
    last: Micros
    said: Micros


def in_force(edits: Iterable[Edit]) -> frozenset[int]:
    """Positions of the edits that stand: an edit falls when a standing retraction targets it.

    An edit can only target what was on record before it, so one pass from the newest down decides.
    """
    withdrawn: set[int] = set()
    standing: set[int] = set()
    for edit in sorted(edits, key=lambda edit: edit.position, reverse=True):
        if edit.position in withdrawn:
            continue
        standing.add(edit.position)
        if edit.kind == "retraction":
            withdrawn.add(edit.target)
    return frozenset(standing)


def effective(root: int, report: Report[Any], topic: str, edits: Sequence[Edit]) -> tuple[State, Report[Any]]:
    """A record's state and content under all edits known so far: corrections per field, in position order.

    A correction that targets anything but the record itself changes nothing, nor does one whose changes no longer
    make a report once another was withdrawn: what was let in then must not stop a read now.
    """
    standing = in_force(edits)
    state: State = "standing"
    for edit in sorted(edits, key=lambda edit: edit.position):
        if edit.position not in standing or edit.target != root or edit.kind != "correction":
            continue
        try:
            report = apply_changes(report, edit.changes or {}, topic)
        except CeasefireError:
            continue
        state = "corrected"
    if any(edit.kind == "retraction" and edit.target == root and edit.position in standing for edit in edits):
        state = "retracted"
    return state, report


def timing(topic: str, report: Report[Any], calendar: Calendar, known_at: Micros) -> Timing:
    """When a report counts on the as-of axis, and when it was said (a bare date: the end of its local day).

    A total counts from the end of its span, everything else from the start of its `occurred`. A total made before its
    span has ended ("12 so far today") is a count so far: it counts from when it was known, and never from before its
    span begins. `known_at` is the stamp of the record itself, never of an edit, so that the same vantage always gives
    the same value. History that was backfilled is known at the end of its report day, and so counts from the end.
    """
    first, last = calendar.period(report.occurred)
    at = max(first, min(last, known_at)) if is_total(topic, report) else first
    return Timing(at, first, last, calendar.end(report.reported_at))
