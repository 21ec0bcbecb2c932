"""Which records only one of two vantages takes into account, or takes otherwise, and what they bear on.

Three range scans find the versions that stand, and count, at one of the two only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from domain.calendar import Micros
from domain.ceasefire import (
    CommitmentMade,
    CommitmentScored,
    Declared,
    Ended,
    EnteredIntoForce,
    PhaseChanged,
    Resumed,
    Suspended,
    ViolationAlleged,
)
from domain.crossing import AnnouncementDenied
from domain.report import Facts
from domain.strike import Assessed, CasualtiesClaimed, Linked, Reported
from projections.changing.answers import BEGINNINGS, CLAIMS, REPORTS
from projections.index.schema import CORRECTED, EDIT, ERASED, OPEN, STANDING, TOPICS, UNREADABLE
from projections.index.version import Version
from projections.reading import Reading
from projections.subjects import subjects
from projections.subjects.subject import Subject

_ROW = "SELECT id, ifnull(position, id >> 1), known_to, state, type, at, root FROM versions"
_KNOWN = f"{_ROW} WHERE id > ? AND id <= ?"
_CLOSED = f"{_ROW} WHERE known_to > ? AND known_to <= ? AND known_to < {OPEN}"
_COUNTED = f"{_ROW} WHERE at > ? AND at <= ?"
_WHENEVER = ("strike.reported", "strike.casualties_claimed", "strike.linked", "source.registered", "source.rated")
"""What can bear on an answer whenever it occurred: a report of a strike takes the place of an earlier one; claims and
links count at their strike's time; whoever is registered is so at any time."""
_EDITS = ("record.corrected", "record.retracted", "record.erased")


class Moved(NamedTuple):
    """A record that two vantages take into account differently.

    `positions` are those to look at: its own, and the edits that made it so; only these where both know the record
    itself. `sides` are what it says, where that bears on an answer.
    """

    record: str
    stream: str
    why: Literal["known", "counted"]
    positions: tuple[int, ...]
    sides: tuple[Version[Facts] | None, Version[Facts] | None]
    keys: frozenset[str]


_Row = tuple[int, int, int, int, int, Micros, int | None]
"""Id, position of the record, `known_to`, state, type, `at`, and the record that an edit bears on."""


def became_known(at_a: Reading, at_b: Reading) -> list[_Row]:
    """What became known between two vantages."""
    low, high = sorted((at_a.vantage.position, at_b.vantage.position))
    return at_a.connection.execute(_KNOWN, (2 * low + 1, 2 * high + 1)).fetchall()


def by_edit(known: Iterable[_Row]) -> dict[str, list[int]]:
    """Positions of the records that became known by type of edit, the newest first; under nothing what is no edit."""
    found: dict[str, list[int]] = {"": [], **{topic: [] for topic in _EDITS}}
    for row_id, position, _, state, topic, *_ in known:
        if row_id >> 1 == position:
            type_ = "" if topic < 0 or state in (ERASED, UNREADABLE) else TOPICS[topic]
            found[type_ if type_ in _EDITS else ""].append(position)
    return {type_: sorted(positions, reverse=True) for type_, positions in found.items()}


def moved_between(at_a: Reading, at_b: Reading, known: Sequence[_Row]) -> list[Moved]:
    """The records that two vantages take into account differently, the newest first."""
    known_a, known_b = at_a.vantage.position, at_b.vantage.position
    as_of_a, as_of_b = at_a.vantage.as_of, at_b.vantage.as_of
    low, high = sorted((known_a, known_b))
    rows = set(known)
    rows.update(at_a.connection.execute(_CLOSED, (low, high)))
    rows.update(at_a.connection.execute(_COUNTED, sorted((as_of_a, as_of_b))))
    sides: dict[int, list[_Row | None]] = defaultdict(lambda: [None, None])
    for row in rows:
        row_id, position, known_to, state, _, at, _ = row
        if state not in (STANDING, CORRECTED):
            continue
        before, after = row_id >> 1 <= known_a < known_to, row_id >> 1 <= known_b < known_to
        if before != after or (before and (at <= as_of_a) != (at <= as_of_b)):
            both = sides[position]
            both[0], both[1] = row if before else both[0], row if after else both[1]
    bearing = {
        position: both
        for position, both in sides.items()
        if any(
            row is not None and (row[5] <= as_of or TOPICS[row[4]] in _WHENEVER)
            for row, as_of in zip(both, (as_of_a, as_of_b), strict=True)
        )
    }
    ids = list({row[0] for both in bearing.values() for row in both if row is not None})
    versions = dict(zip(ids, at_a.versions(ids), strict=True))
    edits: dict[int, set[int]] = defaultdict(set)
    for row_id, position, _, state, _, _, root in known:
        if state != EDIT and row_id >> 1 > position:
            edits[position].add(row_id >> 1)
        elif state == EDIT and root is not None:
            edits[root].add(position)
    subject_of = subjects(at_a.calendar)
    found = []
    for position in sorted(bearing, reverse=True):
        one, other = (None if row is None else versions[row[0]] for row in bearing[position])
        either = other or one
        assert either is not None
        keys = {key for version in {id(one): one, id(other): other}.values() for key in _keys(version, subject_of)}
        positions = set() if one is other else edits.get(position, set())
        if one is other or low < position <= high:
            positions = {position, *positions}
        newest_first = tuple(sorted(positions, reverse=True))
        why: Literal["known", "counted"] = "counted" if one is other else "known"
        found.append(Moved(either.record, either.stream, why, newest_first, (one, other), frozenset(keys)))
    return found


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
        case PhaseChanged():
            yield f"{stream} phase"
        case CommitmentMade(commitment=commitment):
            yield f"{stream} commitment {commitment}"
        case CommitmentScored(commitment=commitment, scorer=scorer):
            yield f"{stream} score {commitment} {scorer}"
        case ViolationAlleged(against=against):
            yield f"{stream} alleged {version.claimant} {against}"
        case Declared() | EnteredIntoForce() | Suspended() | Resumed() | Ended():
            yield BEGINNINGS


def _keys(version: Version[Facts] | None, subject_of: Mapping[str, Subject[Any]]) -> Iterator[str]:
    """What a version bears on: itself, its stream, the lines that its subject names, and what else it is about."""
    if version is None:
        return
    yield from (version.record, version.stream)
    yield from _about(version)
    kind = version.stream.partition("-")[0]
    if kind in ("crossing", "series"):
        for line, *_ in subject_of[kind].bears_on(version):
            yield from (line, " ".join(line.split(" ")[:2]))
