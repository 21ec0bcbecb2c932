"""Which ceasefire is shown at a vantage: its standing, day count and phases, what was promised, what is alleged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Literal, NamedTuple

from domain.calendar import Calendar, Micros
from domain.ceasefire import (
    CommitmentMade,
    CommitmentScored,
    Declared,
    Ended,
    EnteredIntoForce,
    PhaseChanged,
    Resumed,
    StepReported,
    Suspended,
    ViolationAlleged,
)
from domain.report import Facts
from domain.values import start_of
from projections.index.version import Version, all_of, says, view_of
from projections.situation import (
    LISTED,
    AllegationView,
    CeasefireView,
    CommitmentView,
    PhaseView,
    ResumedView,
    Score,
    StandingClaim,
    Start,
    StepView,
)

Status = Literal["in_force", "suspended", "ended", "none"]

_TURNS = (EnteredIntoForce, Suspended, Resumed, Ended)


class Ceasefire(NamedTuple):
    """One ceasefire stream at a vantage. `turned` is the record that made its status, `entry` the one of day 1."""

    stream: str
    status: Status
    entry: Version[EnteredIntoForce] | None
    turned: Version[Facts] | None
    day_one: date | None
    records: tuple[Version[Facts], ...]
    told: tuple[Version[Suspended | Ended], ...] = ()
    """Who says that it was suspended or ended, where that is its status: every standing record of that change."""


def is_mark(version: Version[Facts]) -> bool:
    """Whether the record is a mark on the timeline: an entry into force, a phase, a suspension, an end."""
    return isinstance(version.data, (*_TURNS, PhaseChanged))


def ceasefires(versions: Iterable[Version[Facts]], calendar: Calendar) -> list[Ceasefire]:
    """Every ceasefire with a record that counts, by stream. States follow the order of `occurred`, never of arrival."""
    streams: dict[str, list[Version[Facts]]] = defaultdict(list)
    for version in sorted(versions, key=lambda version: version.order):
        streams[version.stream].append(version)
    return [_ceasefire(stream, streams[stream], calendar) for stream in sorted(streams)]


def _ceasefire(stream: str, ordered: Sequence[Version[Facts]], calendar: Calendar) -> Ceasefire:
    status: Status = "none"
    turned: Version[Facts] | None = None
    entry = next((one for one in all_of(ordered, EnteredIntoForce) if one.data.sense == "in_force"), None)
    told: list[Version[Suspended | Ended]] = []
    for version in ordered:
        before = status
        match version.data:
            case EnteredIntoForce(sense="in_force"):
                # another claimant's later start neither lifts a suspension nor starts the count again
                status = "suspended" if status == "suspended" else "in_force"
            case Suspended() if status in ("in_force", "suspended"):
                status = "suspended"
            case Resumed() if status == "suspended":
                status = "in_force"
            case Ended():
                status = "ended"
        if status != before:
            turned, told = version, []
        if (status == "suspended" and says(version, Suspended)) or (status == "ended" and says(version, Ended)):
            told.append(version)
    day_one = calendar.day(entry.at) if entry else None
    return Ceasefire(stream, status, entry, turned, day_one, tuple(ordered), tuple(told))


def shown(found: Iterable[Ceasefire]) -> Ceasefire | None:
    """The ceasefire in force, else the last that ended, else one that is only declared, else none.

    Of several in force, the one that entered into force last.
    """
    by_status: dict[str, list[Ceasefire]] = defaultdict(list)
    for one in found:
        if one.status != "none" or all_of(one.records, Declared):
            by_status["in_force" if one.status == "suspended" else one.status].append(one)
    for status in ("in_force", "ended", "none"):
        if candidates := by_status[status]:
            return max(candidates, key=lambda one: (_decided(one, status), one.stream))
    return None


def _decided(one: Ceasefire, status: str) -> tuple[Micros, Micros, int]:
    version = {"in_force": one.entry, "ended": one.turned, "none": one.records[-1]}[status]
    return version.order if version else (0, 0, 0)


def _by_time(version: Version[Facts]) -> tuple[Micros, str, int]:
    return version.at, version.claimant, version.position


def phase_views(one: Ceasefire) -> list[tuple[Version[PhaseChanged], PhaseView]]:
    """Every change of phase that counts, by time, then claimant."""
    changes = all_of(one.records, PhaseChanged)
    changes.sort(key=_by_time)
    return [
        (
            version,
            view_of(PhaseView, version),
        )
        for version in changes
    ]


def _resumed_views(one: Ceasefire) -> Iterator[ResumedView]:
    """Every resumption, by time, then claimant. One without a suspension changes nothing, and is shown."""
    suspended = [version.order for version in all_of(one.records, Suspended)]
    resumed = all_of(one.records, Resumed)
    for version in sorted(resumed, key=_by_time):
        yield view_of(ResumedView, version, suspended=any(order < version.order for order in suspended))


def status_said(version: Version[Facts]) -> Status | None:
    """The status that a record says to be so from then on; None where it says none."""
    match version.data:
        case EnteredIntoForce(sense="in_force") | Resumed():  # another sense: another day that somebody counts from
            return "in_force"
        case Suspended():
            return "suspended"
        case Ended():
            return "ended"
    return None


def status_by(version: Version[Facts]) -> str | None:
    """Who suspended, resumed or ended it, in the words of the record."""
    return version.data.by if isinstance(version.data, (Suspended, Resumed, Ended)) else None


def newest_on_status(one: Ceasefire) -> Version[Facts] | None:
    """The newest report on whether it is in force."""
    return next((version for version in reversed(one.records) if isinstance(version.data, (Declared, *_TURNS))), None)


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
    starts = sorted(all_of(one.records, EnteredIntoForce), key=_by_time)
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
        ended_on=start_of(one.turned.report.occurred) if one.status == "ended" and one.turned else None,
        status_by=status_by(one.turned) if one.turned else None,
        status_record=one.turned.record if one.turned else None,
        phase=max(begun, key=lambda pair: pair[0].order)[1] if begun and one.status != "none" else None,
        announced=tuple(view for _, view in phases if view in announced.values()),
        starts=tuple(view_of(Start, version) for version in starts),
        phases=tuple(view for _, view in phases),
        status_claims=tuple(view_of(StandingClaim, version) for version in sorted(one.told, key=_by_time)),
        resumed=tuple(_resumed_views(one)),
    )


def commitment_views(records: Sequence[Version[Facts]], listed: int = LISTED) -> tuple[CommitmentView, ...]:
    """Commitments of one ceasefire stream by phase, then name, each with every scorer's newest score."""
    by_rank = sorted(all_of(records, CommitmentMade), key=lambda version: version.rank)
    made = {version.data.commitment: version for version in by_rank}
    by_order = sorted(records, key=lambda version: version.order)
    scores: dict[str, dict[str, Version[CommitmentScored]]] = defaultdict(dict)
    for score in all_of(by_order, CommitmentScored):
        scores[score.data.commitment][score.data.scorer] = score
    steps: dict[str, list[Version[StepReported]]] = defaultdict(list)
    for step in all_of(by_order, StepReported):
        if step.data.commitment:
            steps[step.data.commitment].append(step)
    ordered = sorted(made.items(), key=lambda item: (item[1].data.phase or 100, item[0]))
    return tuple(_commitment_view(version, scores[slug], steps[slug], listed) for slug, version in ordered)


def _commitment_view(
    version: Version[CommitmentMade],
    scores: dict[str, Version[CommitmentScored]],
    steps: Sequence[Version[StepReported]],
    listed: int,
) -> CommitmentView:
    newest = sorted(scores.values(), key=lambda score: (score.at, score.data.scorer))
    return view_of(
        CommitmentView,
        version,
        scores=tuple(view_of(Score, score) for score in newest),
        steps=tuple(view_of(StepView, step) for step in steps[-listed:]),
        steps_total=len(steps),
    )


def allegation_views(records: Sequence[Version[Facts]]) -> tuple[AllegationView, ...]:
    """The newest allegation of each claimant against each party, by claimant: allegations, never findings."""
    ordered = sorted(all_of(records, ViolationAlleged), key=lambda version: version.order)
    newest = {(version.claimant, version.data.against): version for version in ordered}
    return tuple(view_of(AllegationView, version) for _, version in sorted(newest.items()))
