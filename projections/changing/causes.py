"""Which records are behind a change: those that only one of two vantages takes into account, or takes otherwise.

Three range scans find the versions that stand, and count, at one of the two only. What these bear on says which changes
they are behind; sums have the records of the strikes that count otherwise behind them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
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

_WHENEVER = ("strike.reported", "strike.casualties_claimed", "strike.linked", "source.registered", "source.rated")
"""What can bear on an answer whenever it occurred: a report of a strike takes the place of an earlier one; claims and
links count at their strike's time; whoever is registered is so at any time."""
_TYPES = ", ".join(str(TOPIC_NUMBER[topic]) for topic in _WHENEVER)
_EDITS = {TOPIC_NUMBER[topic]: topic for topic in ("record.corrected", "record.retracted", "record.erased")}
_KNOWN = "SELECT id >> 1, ifnull(position, id >> 1), state, type, root FROM versions WHERE id > ? AND id <= ?"
_ROW = "SELECT id, ifnull(position, id >> 1) AS position, stream, state, type, at, known_to FROM versions"
# three ranges: what became known in between, what stood no longer, what began to count
_MOVED = f"""
WITH w AS MATERIALIZED (
  {_ROW} WHERE id > 2 * min(:k, :l) + 1 AND id <= 2 * max(:k, :l) + 1
  UNION {_ROW} WHERE known_to > min(:k, :l) AND known_to <= max(:k, :l) AND known_to < {OPEN}
  UNION {_ROW} WHERE at > min(:t, :u) AND at <= max(:t, :u)),
c AS MATERIALIZED (
  SELECT *, id >> 1 <= :k AND known_to > :k AS was, id >> 1 <= :l AND known_to > :l AS now, at <= :t AS was_counted,
    at <= :u AS now_counted FROM w WHERE state IN ({STANDING}, {CORRECTED}))
SELECT position, stream, max(iif(was, id, NULL)), max(iif(now, id, NULL)) FROM c
WHERE was <> now OR (was AND was_counted <> now_counted) GROUP BY position
HAVING max((was AND was_counted) OR (now AND now_counted) OR type IN ({_TYPES})) ORDER BY position DESC"""  # noqa: S608

Known = tuple[int, int, int, int, int | None]
"""Of a version from where it is known, its record's position, its state and type; of an edit, what it bears on."""


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


def became_known(at_a: Reading, at_b: Reading) -> list[Known]:
    """What became known between two vantages."""
    low, high = sorted((at_a.vantage.position, at_b.vantage.position))
    return at_a.connection.execute(_KNOWN, (2 * low + 1, 2 * high + 1)).fetchall()


def by_edit(known: Iterable[Known]) -> dict[str, list[int]]:
    """Positions of the records that became known by type of edit, the newest first; under nothing what is no edit."""
    found: dict[str, list[int]] = {"": [], **{topic: [] for topic in _EDITS.values()}}
    for known_from, position, state, topic, _ in known:
        if known_from == position:
            found["" if state in (ERASED, UNREADABLE) else _EDITS.get(topic, "")].append(position)
    return {topic: sorted(positions, reverse=True) for topic, positions in found.items()}


def moved_between(at_a: Reading, at_b: Reading, known: Iterable[Known]) -> list[Moved]:
    """The records that two vantages take into account differently, the newest first."""
    a, b = at_a.vantage, at_b.vantage
    asked = {"k": a.position, "t": a.as_of, "l": b.position, "u": b.as_of}
    rows = at_a.connection.execute(_MOVED, asked).fetchall()
    ids = list({row_id for row in rows for row_id in row[2:] if row_id is not None})
    versions = dict(zip(ids, at_a.versions(ids), strict=True))
    edits: dict[int, set[int]] = defaultdict(set)
    for known_from, *_, root in known:
        if root is not None:
            edits[root].add(known_from)
    moved = []
    for position, stream, was, now in rows:
        own = {position} if was == now or min(a.position, b.position) < position else set()
        by = own if was == now else own | edits[position]
        why: Literal["known", "counted"] = "counted" if was == now else "known"
        sides = versions.get(was), versions.get(now)
        moved.append(Moved(versions[was or now].record, stream, why, by, sides))
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


class CauseFinder:
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
