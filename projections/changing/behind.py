"""Which records are behind a change: those that only one of two vantages takes into account, or takes otherwise.

Three range scans find the versions that stand, and count, at one of the two only. What these bear on says which changes
they are behind; sums have the records of the strikes that count otherwise behind them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

from domain import ceasefire
from domain.calendar import Calendar, Micros
from domain.ceasefire import Declared, Ended, EnteredIntoForce, Resumed, Suspended
from domain.crossing import AnnouncementDenied
from domain.report import Facts
from domain.strike import Assessed, CasualtiesClaimed, Linked, Reported
from projections.audience import records_named
from projections.changing.answers import BEGINNINGS, CLAIMS, COUNT, REPORTS, SINCE, Differing
from projections.index.lines import kin_of
from projections.index.schema import CORRECTED, ERASED, OPEN, STANDING, TOPIC_NUMBER, UNREADABLE
from projections.index.version import Version
from projections.reading import Reading
from projections.subjects.subject import Subjects

_ROW = "SELECT id >> 1, ifnull(position, id >> 1), known_to, stream, state, type, at, root, id FROM versions"
_KNOWN = f"{_ROW} WHERE id > ? AND id <= ?"
_CLOSED = f"{_ROW} WHERE known_to > ? AND known_to <= ? AND known_to < {OPEN}"
_COUNTED = f"{_ROW} WHERE at > ? AND at <= ?"
_WHENEVER = {
    *(TOPIC_NUMBER[f"strike.{what}"] for what in ("reported", "casualties_claimed", "linked")),
    *(TOPIC_NUMBER[f"source.{what}"] for what in ("registered", "rated")),
}
"""What can bear on an answer whenever it occurred: a report of a strike takes the place of an earlier one; claims and
links count at their strike's time; whoever is registered is so at any time."""
_EDITS = {TOPIC_NUMBER[topic]: topic for topic in ("record.corrected", "record.retracted", "record.erased")}


class Row(NamedTuple):
    """A version: of which record it is, from and up to where it stands so, and from when it counts."""

    known_from: int
    position: int
    known_to: int
    stream: int
    state: int
    type: int
    at: Micros
    root: int | None  # of an edit: the record that it bears on
    id: int


class Moved(NamedTuple):
    """A record that two vantages take into account differently, with the number of its stream.

    `positions` are those to look at: its own, and the edits that made it so; only these where both know the record
    itself. `sides` are what it says, where that bears on an answer.
    """

    record: str
    stream: int
    why: Literal["known", "counted"]
    positions: set[int]
    sides: tuple[Version[Facts] | None, Version[Facts] | None]

    def versions(self) -> Iterator[Version[Facts]]:
        """What it says on either side."""
        was, now = self.sides
        return (version for version in ((was,) if was is now else self.sides) if version is not None)


def became_known(at_a: Reading, at_b: Reading) -> list[Row]:
    """What became known between two vantages."""
    low, high = sorted((at_a.vantage.position, at_b.vantage.position))
    return list(map(Row._make, at_a.connection.execute(_KNOWN, (2 * low + 1, 2 * high + 1))))


def by_edit(known: Iterable[Row]) -> dict[str, list[int]]:
    """Positions of the records that became known by type of edit, the newest first; under nothing what is no edit."""
    found: dict[str, list[int]] = {"": [], **{topic: [] for topic in _EDITS.values()}}
    for row in known:
        if row.known_from == row.position:
            found["" if row.state in (ERASED, UNREADABLE) else _EDITS.get(row.type, "")].append(row.position)
    return {type_: sorted(positions, reverse=True) for type_, positions in found.items()}


def moved_between(at_a: Reading, at_b: Reading, known: Sequence[Row]) -> list[Moved]:
    """The records that two vantages take into account differently, the newest first."""
    a, b = at_a.vantage, at_b.vantage
    low, high = sorted((a.position, b.position))
    rows = set(known)
    for sql, asked in ((_CLOSED, (low, high)), (_COUNTED, sorted((a.as_of, b.as_of)))):
        rows.update(map(Row._make, at_a.connection.execute(sql, asked)))
    sides: dict[int, tuple[Row | None, Row | None]] = {}
    for row in rows:
        if row.state in (STANDING, CORRECTED):
            before, after = (row.known_from <= where.position < row.known_to for where in (a, b))
            if before != after or (before and (row.at <= a.as_of) != (row.at <= b.as_of)):
                one, other = sides.get(row.position, (None, None))
                sides[row.position] = row if before else one, row if after else other
    edits: dict[int, set[int]] = defaultdict(set)
    for row in known:
        if row.root is not None:
            edits[row.root].add(row.known_from)
    ids = list({row.id for both in sides.values() for row in both if row is not None})
    versions = dict(zip(ids, at_a.versions(ids), strict=True))
    moved = []
    for position, both in sorted(sides.items(), reverse=True):
        if any(
            row is not None and (row.at <= at.as_of or row.type in _WHENEVER)
            for row, at in zip(both, (a, b), strict=True)
        ):
            was, now = (None if row is None else versions[row.id] for row in both)
            own = {position} if was is now or low < position <= high else set()
            by = own if was is now else own | edits[position]
            said, stream = next((versions[row.id], row.stream) for row in both if row is not None)
            moved.append(Moved(said.record, stream, "counted" if was is now else "known", by, (was, now)))
    return moved


def _keys(version: Version[Facts], subjects: Subjects) -> Iterator[str]:
    """What a version bears on: itself, its stream, the lines that its subject names, and what else it is about."""
    stream = version.stream
    yield from (version.record, stream, *_about(version))
    kind = stream.partition("-")[0]
    if kind in ("crossing", "series"):
        for line, *_ in subjects[kind].bears_on(version):
            yield from (line, " ".join(line.split(" ")[:2]))


def _about(version: Version[Facts]) -> Iterator[str]:
    """What a record is about where no line is as narrow as the question."""
    stream = version.stream
    match version.data:
        case Reported():
            yield from (f"{stream} report", REPORTS)
        case CasualtiesClaimed(harm=harm, of=of):
            yield from (f"{stream} {harm} {of}", f"{CLAIMS} {harm} {of}")
        case Linked(relation="response_to"):  # which changes no count
            yield f"{stream} responses"
        case Linked(relation=relation, other=other):
            yield from (f"{stream} links", REPORTS)
            if relation == "duplicate_of":  # its claims join the other
                yield from (f"{other} links", other)
        case Assessed(grader=grader):
            yield f"{stream} graded {grader}"
        case AnnouncementDenied(target=target):
            yield target
        case ceasefire.PhaseChanged():
            yield f"{stream} phase"
        case ceasefire.CommitmentMade(commitment=commitment):
            yield f"{stream} commitment {commitment}"
        case ceasefire.CommitmentScored(commitment=commitment, scorer=scorer):
            yield f"{stream} score {commitment} {scorer}"
        case ceasefire.ViolationAlleged(against=against):
            yield f"{stream} alleged {version.claimant} {against}"
        case Declared() | EnteredIntoForce() | Suspended() | Resumed() | Ended():
            yield BEGINNINGS


def linked(reading: Reading, moved: Iterable[Moved]) -> dict[str, tuple[str, ...]]:
    """The strikes that moved, and all that were ever linked to them, each with all of those; and these, in turn."""
    strikes = dict.fromkeys(one.stream for one in moved if one.record.startswith("strike-"))
    kin: dict[int, list[str]] = {strike: [] for strike in strikes}
    for strike, other in kin_of(reading.connection, strikes):
        kin[strike].append(reading.name(other))
    found: dict[str, tuple[str, ...]] = {}
    for strike in strikes:
        if (name := reading.name(strike)) not in found:
            names = tuple(sorted(kin[strike]))
            found |= dict.fromkeys((name, *names), names)
    return found


class Behind:
    """Finds the records behind each change."""

    def __init__(self, moved: Iterable[Moved], subjects: Subjects, calendar: Calendar, *, since_moved: bool) -> None:
        self._calendar = calendar
        self._by_key: dict[str, list[Moved]] = defaultdict(list)
        for one in moved:
            for key in {key for version in one.versions() for key in _keys(version, subjects)}:
                self._by_key[key].append(one)
        if since_moved:
            self._by_key[SINCE] = self._by_key[BEGINNINGS]

    def of(self, one: Differing) -> list[int]:
        """Positions of the records behind a change: those that the answers name first, then the newest first."""
        found = self._behind(one)
        positions = sorted({position for each in found for position in each.positions}, reverse=True)
        if len(positions) > 1:
            named = records_named([answer.value for answer in one.sides])
            first = {position for each in found if each.record in named for position in each.positions}
            positions.sort(key=lambda position: position not in first)
        return positions

    def _behind(self, one: Differing) -> list[Moved]:
        found = self._found(key for answer in one.sides for key in answer.keys)
        return found or self._found(key for answer in one.sides for key in answer.beside)

    def _found(self, keys: Iterable[str]) -> list[Moved]:
        return [one for key in keys for one in self._by_key.get(key, ())]

    def count(self, differing: Iterable[Differing]) -> None:
        """What is behind an answer is behind the sums that change with it."""
        for one in differing:
            made = self._behind(one)
            for key in {key for answer in one.sides for key in answer.sums}:
                self._by_key[key] += made

    def count_untold(self, streams: Iterable[str]) -> None:
        """The same of strikes that are not looked at: by what their records are about."""
        for stream in streams:
            found = self._found((f"{stream} report", f"{stream} links"))
            reports = [one for one in found if one.record.startswith(f"{stream}/")]
            self._by_key[COUNT] += reports
            for one in reports:
                for day in {self._day(version.at) for version in one.versions()}:
                    self._by_key[f"{COUNT} {day}"] += [one]
            said = [version.data for one in self._found([stream]) for version in one.versions()]
            for kind in {f"{data.harm} {data.of}" for data in said if isinstance(data, CasualtiesClaimed)}:
                self._by_key[f"{COUNT} {kind}"] += [*self._found([f"{stream} {kind}"]), *reports]

    def _day(self, at: Micros) -> str:
        return self._calendar.day(at).isoformat()
