"""Which ceasefire is shown at a vantage, its standing, its day count and its phases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Literal, NamedTuple

from domain.calendar import Calendar, Micros
from domain.report import Facts
from domain.values import Moment, Occurred, Span
from projections.index.version import Version
from projections.situation import CeasefireView, PhaseView, ResumedView, StandingClaim, Start

Status = Literal["in_force", "suspended", "ended", "none"]

_MARKS = frozenset(
    {
        "ceasefire.entered_into_force",
        "ceasefire.phase_changed",
        "ceasefire.suspended",
        "ceasefire.resumed",
        "ceasefire.ended",
    }
)


class Ceasefire(NamedTuple):
    """One ceasefire stream at a vantage. `turned` is the record that made its status, `entry` the one of day 1."""

    stream: str
    status: Status
    entry: Version[Facts] | None
    turned: Version[Facts] | None
    day_one: date | None
    records: tuple[Version[Facts], ...]
    told: tuple[Version[Facts], ...] = ()
    """Who says that it was suspended or ended, where that is its status: every standing record of that change."""


def is_mark(version: Version[Facts]) -> bool:
    """Whether the record is a mark on the timeline: an entry into force, a phase, a suspension, an end."""
    return version.type in _MARKS


def ceasefires(versions: Iterable[Version[Facts]], calendar: Calendar) -> list[Ceasefire]:
    """Every ceasefire with a record that counts, by stream. States follow the order of `occurred`, never of arrival."""
    streams: dict[str, list[Version[Facts]]] = defaultdict(list)
    for version in sorted(versions, key=lambda version: version.order):
        streams[version.stream].append(version)
    return [_ceasefire(stream, streams[stream], calendar) for stream in sorted(streams)]


def _ceasefire(stream: str, ordered: Sequence[Version[Facts]], calendar: Calendar) -> Ceasefire:
    status: Status = "none"
    turned: Version[Facts] | None = None
    entry: Version[Facts] | None = None
    told: list[Version[Facts]] = []
    for version in ordered:
        before = status
        match version.type:
            case "ceasefire.entered_into_force" if version.data.sense == "in_force":
                entry = entry or version
                # another claimant's later start neither lifts a suspension nor starts the count again
                status = "suspended" if status == "suspended" else "in_force"
            case "ceasefire.suspended" if status in ("in_force", "suspended"):
                status = "suspended"
            case "ceasefire.resumed" if status == "suspended":
                status = "in_force"
            case "ceasefire.ended":
                status = "ended"
        if status != before:
            turned, told = version, []
        if version.type == f"ceasefire.{status}":
            told.append(version)
    day_one = calendar.day(entry.at) if entry else None
    return Ceasefire(stream, status, entry, turned, day_one, tuple(ordered), tuple(told))


def shown(found: Iterable[Ceasefire]) -> Ceasefire | None:
    """The ceasefire in force, else the last that ended, else one that is only declared, else none.

    Of several in force, the one that entered into force last.
    """
    by_status: dict[str, list[Ceasefire]] = defaultdict(list)
    for one in found:
        if one.status != "none" or any(version.type == "ceasefire.declared" for version in one.records):
            by_status["in_force" if one.status == "suspended" else one.status].append(one)
    for status in ("in_force", "ended", "none"):
        if candidates := by_status[status]:
            return max(candidates, key=lambda one: (_decided(one, status), one.stream))
    return None


def _decided(one: Ceasefire, status: str) -> tuple[Micros, Micros, int]:
    version = {"in_force": one.entry, "ended": one.turned, "none": one.records[-1]}[status]
    return version.order if version else (0, 0, 0)


def phase_views(one: Ceasefire) -> list[tuple[Version[Facts], PhaseView]]:
    """Every change of phase that counts, by time, then claimant."""
    changes = [version for version in one.records if version.type == "ceasefire.phase_changed"]
    changes.sort(key=lambda version: (version.at, version.claimant, version.position))
    return [
        (
            version,
            PhaseView(
                phase=version.data.phase,
                label=version.data.label,
                change=version.data.change,
                occurred=version.report.occurred,
                claimant=version.claimant,
                record=version.record,
                by=version.data.by,
            ),
        )
        for version in changes
    ]


def _resumed_views(one: Ceasefire) -> Iterator[ResumedView]:
    """Every resumption, by time, then claimant. One without a suspension changes nothing, and is shown."""
    suspended = [version.order for version in one.records if version.type == "ceasefire.suspended"]
    resumed = [version for version in one.records if version.type == "ceasefire.resumed"]
    for version in sorted(resumed, key=lambda version: (version.at, version.claimant, version.position)):
        yield ResumedView(
            claimant=version.claimant,
            occurred=version.report.occurred,
            record=version.record,
            by=version.data.by,
            cause=version.data.cause,
            suspended=any(order < version.order for order in suspended),
        )


_TURNS: dict[str, Status] = {
    "ceasefire.entered_into_force": "in_force",
    "ceasefire.suspended": "suspended",
    "ceasefire.resumed": "in_force",
    "ceasefire.ended": "ended",
}
_ON_STATUS = ("ceasefire.declared", *_TURNS)


def status_said(version: Version[Facts]) -> Status | None:
    """The status that a record says to be so from then on; None where it says none."""
    if getattr(version.data, "sense", "in_force") != "in_force":  # another day that somebody counts from
        return None
    return _TURNS.get(version.type)


def newest_on_status(one: Ceasefire) -> Version[Facts] | None:
    """The newest report on whether it is in force."""
    return next((version for version in reversed(one.records) if version.type in _ON_STATUS), None)


def ceasefire_view(one: Ceasefire | None, as_of: Micros, calendar: Calendar) -> CeasefireView:
    """The ceasefire as it is shown; of one that was only declared what is on record of it, with status `none`."""
    if one is None:
        return CeasefireView(status="none")
    phases = phase_views(one)
    begun = [pair for pair in phases if pair[1].change == "begun"]
    begun_numbers = {view.phase for _, view in begun}
    announced = {
        (view.phase, view.claimant): view
        for version, view in sorted(phases, key=lambda pair: pair[0].rank)
        if view.change == "announced" and view.phase not in begun_numbers
    }
    starts = sorted(
        (version for version in one.records if version.type == "ceasefire.entered_into_force"),
        key=lambda version: (version.at, version.claimant, version.position),
    )
    titled = one.entry or next(iter(starts), None)
    counting = one.status in ("in_force", "suspended") and one.day_one is not None
    return CeasefireView(
        status=one.status,
        stream=one.stream,
        title=titled.data.title if titled else None,
        parties=titled.data.parties if titled else (),
        mediators=titled.data.mediators if titled else (),
        day=(calendar.day(as_of) - one.day_one).days + 1 if counting and one.day_one else None,
        day_one=one.day_one.isoformat() if one.day_one else None,
        ended_on=_start_of(one.turned.report.occurred) if one.status == "ended" and one.turned else None,
        status_by=getattr(one.turned.data, "by", None) if one.turned else None,
        status_record=one.turned.record if one.turned else None,
        phase=max(begun, key=lambda pair: pair[0].order)[1] if begun and one.status != "none" else None,
        announced=tuple(view for _, view in phases if view in announced.values()),
        starts=tuple(
            Start(
                occurred=version.report.occurred,
                sense=version.data.sense,
                claimant=version.claimant,
                record=version.record,
            )
            for version in starts
        ),
        phases=tuple(view for _, view in phases),
        status_claims=tuple(
            StandingClaim(
                claimant=version.claimant,
                occurred=version.report.occurred,
                record=version.record,
                by=version.data.by,
                cause=version.data.cause,
            )
            for version in sorted(one.told, key=lambda version: (version.at, version.claimant, version.position))
        ),
        resumed=tuple(_resumed_views(one)),
    )


def _start_of(occurred: Occurred) -> Moment:
    return occurred.start if isinstance(occurred, Span) else occurred
