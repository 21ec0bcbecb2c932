"""Crossings as rows: timelines of statuses, of what was counted by period, and of anything reported."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import chain

from domain.calendar import Micros
from projections.combining import ENVELOPE
from projections.crossing_statuses import DIRECTIONS, is_status
from projections.crossings import PARTS, of_both, passages
from projections.derived.announcements import AnnouncementRows
from projections.derived.findings import Shown, always, evidence, odd_figures, over_time
from projections.derived.runs import Runs
from projections.derived.ways import LONG, Way, named_ways
from projections.derived.working import Working
from projections.discrepancies import by
from projections.discrepancies.claims import claimants_differ, quoted_differently
from projections.discrepancies.crossings import already_open
from projections.discrepancies.evidence import Finding
from projections.rows import Version
from projections.timeline import Entry, period_rank

COUNTED = "crossing.passages_counted"
REFUSED = "crossing.passage_refused"
REGISTERED = "crossing.registered"
QUOTA = "crossing.quota_set"
CATEGORIES = ("people", "patient", "companion", "returnee", "staff", "truck", "other")
LENGTHS = {1: "daily", 7: "weekly"}
"""Periods that quotas per day and per week are held against have cells of their own."""
_KEPT = 20_000


def entry(version: Version, rank: int) -> Entry:
    """A version's row in a timeline."""
    return Entry(rank, version.said, version.position, version.id >> 1, version.at, version.last)


def cells_of(version: Version) -> Iterator[str]:
    """Cells of what is looked up by time: everything reported, statuses by way and by who says them, quotas."""
    stream, data = version.stream, version.data
    if version.type == REGISTERED:
        yield f"registered {stream}"
        return
    yield f"report {stream}"
    if is_status(version):
        for direction, load in named_ways(data):
            way = f"{stream} {direction} {load}"
            yield f"status {way}"
            yield f"says {way} {version.claimant}"
            if version.last - version.first > LONG:
                yield f"long {way}"
    elif version.type == QUOTA:
        yield f"quota {stream} {data.direction} {data.category} {data.per} {data.kind} {version.claimant}"


class CrossingRows:
    """The fold's side of crossings."""

    def __init__(self, working: Working) -> None:
        self._work = working
        self._announcements = AnnouncementRows(working)
        self._runs = Runs(working)
        self._periods: dict[str, dict[int, Version]] = {}
        self._existing: dict[str, dict[str, Entry]] = {}

    def changed(self, k: int, clock: Micros, old: Version | None, new: Version | None) -> None:
        """What one record says changed at k."""
        again: dict[int, Version | None] = {}
        followers: dict[tuple[Way, int], Version] = {}
        periods: dict[str, Version] = {}
        for version, stands in ((old, False), (new, True)):
            if version is None:
                continue
            if not stands:
                self._following(version, followers)
            self._file(version, k, clock, stands=stands)
            if stands:
                self._following(version, followers)
            if version.type in (COUNTED, REFUSED):
                periods[self._period(version)] = version
        again.update({position: after for (_, position), after in followers.items()})
        for version, after in ((old, None), (new, new)):
            if version is not None and is_status(version):
                again[version.position] = after
        self._runs.changed(k, clock, old, new, followers)
        for position, after in again.items():
            self._already_open(position, after, k, clock)
        for owner, version in periods.items():
            self._count_period(owner, version, old, new, k, clock)
        self._announcements.changed(k, clock, old, new)
        version = new or old
        if version is not None:
            figures = always(odd_figures(new, self._work.calendar)) if new else []
            self._work.findings.set(f"figure {version.position}", k, clock, figures, fresh=version.position == k)

    def _file(self, version: Version, k: int, clock: Micros, *, stands: bool) -> None:
        row, due = entry(version, version.counted), version.counted
        for cell in cells_of(version):
            if stands:
                self._work.timeline.open(cell, row, due, clock)
            else:
                self._work.timeline.close(cell, row, due, k)
        if version.type in (COUNTED, REFUSED):
            # found by their period once that is known to be there, so they need no row for each day until its end
            row, due = entry(version, self._rank(version)), version.at
            if stands:
                self._work.timeline.open(_claims_cell(version), row, due, clock)
            else:
                self._work.timeline.close(_claims_cell(version), row, due, k)

    # opened while already open

    def _following(self, version: Version, followers: dict[tuple[Way, int], Version]) -> None:
        """Statuses that come next after this one in each of its ways: what they follow changes."""
        if is_status(version):
            beside = self._beside(version, after=True)
            found = {after.id >> 1: after for after in self._work.versions(dict.fromkeys(beside.values()))}
            for way, row in beside.items():
                after = found[row.k_from]
                followers[way, after.position] = after

    def _beside(self, version: Version, *, after: bool) -> dict[Way, Entry]:
        """Of each way of a status what comes next after it, or came last before it."""
        found: dict[Way, Entry] = {}
        for way in named_ways(version.data):
            rows = self._work.timeline.now(
                f"status {version.stream} {way[0]} {way[1]}",
                above=version.order if after else None,
                below=None if after else version.order,
                first=after,
            )
            if rows:
                found[way] = rows[0]
        return found

    def _already_open(self, position: int, after: Version | None, k: int, clock: Micros) -> None:
        found: list[Finding] = []
        if after is not None and after.type == "crossing.opened":
            for before in self._work.versions(dict.fromkeys(self._beside(after, after=False).values())):
                found += already_open(evidence(self._work.calendar, crossings=(before, after)))
        self._work.findings.set(f"opened {position}", k, clock, always(found), fresh=position == k)

    # what was counted over one period

    def _rank(self, version: Version) -> int:
        return period_rank(*version.days(self._work.calendar))

    def _period(self, version: Version, direction: str = "") -> str:
        """The period that a count is of; of another direction if one is given."""
        first, last = version.days(self._work.calendar)
        data = version.data
        what = "passages" if version.type == COUNTED else f"refused {data.outcome}"
        return f"{what} {version.stream} {direction or data.direction} {first} {last}"

    def _count_period(
        self, owner: str, version: Version, old: Version | None, new: Version | None, k: int, clock: Micros
    ) -> None:
        held = self._in_period(owner, version, version.data.direction)
        if old:
            held.pop(old.position, None)
        if new and self._period(new) == owner:
            held[new.position] = new
        claims = [held[position] for position in sorted(held)]
        self._exist(owner, version, version.data.direction, self._counted_from(version, claims), k, clock)
        if version.type == COUNTED:
            # one owner, whichever direction was counted last: two would not see what the other laid down
            both = f"both {self._period(version, 'both')}"
            self._exist(both, version, "both", self._both_counted_from(version), k, clock)
        shown: list[Shown] = []
        if len(claims) > 1:
            shown = over_time(claims, self._in_claims)
        self._work.findings.set(owner, k, clock, shown)

    def _in_claims(self, claims: Sequence[Version]) -> list[Finding]:
        return by((claimants_differ, quoted_differently), evidence(self._work.calendar, crossings=claims))

    def _in_period(self, owner: str, version: Version, direction: str) -> dict[int, Version]:
        held = self._periods.get(owner)
        if held is None:
            if len(self._periods) > _KEPT:
                self._periods.clear()
                self._existing.clear()
            cells = (
                [f"counted {version.stream} {direction} {category}" for category in CATEGORIES]
                if version.type == COUNTED
                else [_claims_cell(version)]
            )
            rank = self._rank(version)
            rows = [row for cell in cells for row in self._work.timeline.now(cell, rank=rank, limit=-1)]
            held = self._periods[owner] = {one.position: one for one in self._work.versions(rows)}
        return held

    def _exist(
        self, owner: str, version: Version, direction: str, counted_from: dict[str, Micros], k: int, clock: Micros
    ) -> None:
        """A period is there for a category from the first time that something counted of it is."""
        first, last = version.days(self._work.calendar)
        rank, due = period_rank(first, last), self._work.calendar.day_end(last)
        held = self._existing.get(owner)
        if held is None:
            cells = [
                one for category in CATEGORIES for one in _existence_cells(version, direction, category, first, last)
            ]
            held = self._existing[owner] = {
                cell: rows[0] for cell in dict.fromkeys(cells) if (rows := self._work.timeline.now(cell, rank=rank))
            }
        now = {
            cell: at
            for category, at in counted_from.items()
            for cell in _existence_cells(version, direction, category, first, last)
        }
        for cell in [cell for cell, row in held.items() if now.get(cell) != row.at]:
            self._work.timeline.close(cell, held.pop(cell), due, k)
        for cell, at in now.items():
            if cell not in held:
                held[cell] = Entry(rank, 0, 0, k, at, due)
                self._work.timeline.open(cell, held[cell], due, clock)

    def _counted_from(self, version: Version, claims: Sequence[Version]) -> dict[str, Micros]:
        """When the first figure of each category counts; a total of people may be made of its parts."""
        found: dict[str, Micros] = {}
        for claim in sorted(claims, key=lambda claim: claim.at):
            found.setdefault("" if version.type == REFUSED else claim.data.category, claim.at)
        if all(part in found for part in PARTS):
            for at in sorted({claim.at for claim in claims}):
                so_far = passages([claim for claim in claims if claim.at <= at], ENVELOPE, self._work.calendar)
                if any(one.category == "people" for one in so_far):
                    found["people"] = at
                    break
        return found

    def _both_counted_from(self, version: Version) -> dict[str, Micros]:
        """Per category when somebody's figures of both directions over a period count."""
        sides = [self._in_period(self._period(version, way), version, way).values() for way in DIRECTIONS]
        found: dict[str, Micros] = {}
        if all(sides):
            claims = sorted(chain.from_iterable(sides), key=lambda claim: claim.position)
            for at in sorted({claim.at for claim in claims}):
                so_far = passages([claim for claim in claims if claim.at <= at], ENVELOPE, self._work.calendar)
                for category in {one.category for one in so_far}:
                    both = [one for one in so_far if one.category == category]
                    if len(both) == len(DIRECTIONS) and of_both(both):
                        found.setdefault(category, at)
        return found


def _existence_cells(version: Version, direction: str, category: str, first: date, last: date) -> list[str]:
    if version.type == REFUSED:
        return [f"refusal {version.stream} {direction} {version.data.outcome}"]
    what = f"{version.stream} {direction} {category}"
    length = LENGTHS.get((last - first).days + 1)
    return [f"period {what}", f"{length} {what}"] if length else [f"period {what}"]


def _claims_cell(version: Version) -> str:
    data = version.data
    if version.type == COUNTED:
        return f"counted {version.stream} {data.direction} {data.category}"
    return f"refused {version.stream} {data.direction} {data.outcome}"
