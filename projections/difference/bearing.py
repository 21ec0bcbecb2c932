"""Which records two vantages take into account differently: those known at only one, or counted at only one.

Every look here is bounded: it starts at the newest and stops after so many rows, and then says so.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Any, Literal, NamedTuple

import msgspec

from domain.calendar import Micros
from projections.index.schema import CORRECTED, EDIT, ERASED, STANDING, TOPICS, UNREADABLE, topic_of
from projections.reading import Reading
from projections.vantage import ResolvedVantage

LOOKED_AT = 250
"""Rows that are looked at on each clock, newest first."""

_WHENEVER = ("strike.reported", "strike.casualties_claimed", "strike.linked", "source.registered", "source.rated")
"""What can bear on a Situation whenever it occurred: a report of a strike takes the place of an earlier one, or of what
its duplicates counted for; claims and links count at their strike's time; whoever is registered is so at any time."""

_KNOWN_BETWEEN = """
SELECT ifnull(position, id >> 1), id >> 1, type, state, root FROM versions WHERE id > :above AND id <= :upto
ORDER BY id DESC LIMIT :n"""
# when most of what became known between counts only later, what counts is found from the other side
_KNOWN_BETWEEN_OF_OLD = """
SELECT ifnull(position, id >> 1), id >> 1, type, state, root FROM
  (SELECT id, position, type, state, root FROM versions WHERE at <= :t ORDER BY at DESC LIMIT :n)
WHERE id >> 1 > :k AND id >> 1 <= :upto"""
_COUNTED_BETWEEN = """
SELECT ifnull(position, id >> 1), state FROM versions WHERE at > :after AND at <= :upto ORDER BY at DESC LIMIT :n"""
_OTHERS = """
SELECT o.name FROM lines l CROSS JOIN ties t ON t.one = l.id CROSS JOIN lines o ON o.id = t.other WHERE l.name = ?"""


class Seen(NamedTuple):
    """What one record says at one position of the log.

    `about` is JSON: of a claim its harm and population, of a link its relation and the other strike.
    """

    id: int
    k_from: int
    record: str
    stream: str
    type: str
    stands: int
    at: Micros | None
    day: str | None
    about: str | None


class Moved(NamedTuple):
    """A record that two vantages take into account differently, with the edits that made it so.

    `seen` is what it says at the second vantage, else at the first; `abouts` what it is about at either. `by_strike` is
    one that does not count by its own time, and yet does where its strike counts.
    """

    position: int
    known_before: bool
    known_after: bool
    seen: Seen
    abouts: frozenset[str]
    days: frozenset[str]
    why: Literal["known", "counted"]
    edits: tuple[int, ...]
    by_strike: bool

    @property
    def causes(self) -> tuple[int, ...]:
        """Positions of the records to look at: the edits where both vantages know the record itself."""
        both = self.known_before and self.known_after and self.why == "known"
        return self.edits if both else (self.position, *self.edits)


class Candidates(NamedTuple):
    """Records that may bear on a difference. `known` are rows of what became known; `exact` is False if cut short."""

    roots: set[int]
    edits: dict[int, set[int]]
    taken: dict[int, str]
    exact: bool
    taken_exact: bool


def candidates(connection: sqlite3.Connection, a: ResolvedVantage, b: ResolvedVantage) -> Candidates:
    """The newest records known between two vantages, and those that occurred between them."""
    low, high = sorted((a.position, b.position))
    early, late = sorted((a.as_of, b.as_of))
    found = Candidates(set(), {}, {}, True, True)
    cut = False
    if low < high:
        asked = {"above": 2 * low + 1, "upto": 2 * high + 1, "n": LOOKED_AT}
        rows = connection.execute(_KNOWN_BETWEEN, asked).fetchall()
        cut = len(rows) == LOOKED_AT
        for position, k_from, topic, state, _ in rows:
            if k_from == position:
                found.taken[position] = TOPICS[topic] if state not in (ERASED, UNREADABLE) else ""
        _take(found, rows)
        if cut:
            _take(found, connection.execute(_KNOWN_BETWEEN_OF_OLD, {"t": late, "n": LOOKED_AT, "k": low, "upto": high}))
    taken_exact = not cut
    if early < late:
        rows = connection.execute(_COUNTED_BETWEEN, {"after": early, "upto": late, "n": LOOKED_AT}).fetchall()
        cut = cut or len(rows) == LOOKED_AT
        found.roots.update(position for position, state in rows if state != EDIT and position <= high)
    return found._replace(exact=not cut, taken_exact=taken_exact)


def _take(found: Candidates, rows: Iterable[tuple[Any, ...]]) -> None:
    for position, k_from, _, state, root in rows:
        if state != EDIT:
            found.roots.add(position)
            if k_from > position:
                found.edits.setdefault(position, set()).add(k_from)
        elif root is not None:
            found.roots.add(root)
            found.edits.setdefault(root, set()).add(position)


def moved(at_a: Reading, at_b: Reading, positions: Iterable[int], edits: dict[int, set[int]]) -> list[Moved]:
    """Those of the records that the two take into account differently, newest first."""
    asked = sorted(positions)
    a, b = at_a.vantage, at_b.vantage
    before = _seen(at_a, asked)
    after = before if a.position == b.position else _seen(at_b, asked)
    found = []
    for position in sorted(before.keys() | after.keys(), reverse=True):
        one, other = before.get(position), after.get(position)
        if one is not None and other is not None and one.id == other.id:
            if one.stands and _counts(one, a.as_of) != _counts(one, b.as_of):
                found.append(_moved(position, one, other, "counted", (), by_strike=False))
        elif _bears(one, a.as_of) or _bears(other, b.as_of):
            by_strike = not (_stands_by(one, a.as_of) or _stands_by(other, b.as_of))
            made = set(edits.get(position, ()))
            made.update(side.k_from for side in (one, other) if side is not None and side.k_from > position)
            low, high = sorted((a.position, b.position))
            between = sorted((k for k in made if low < k <= high), reverse=True)
            found.append(_moved(position, one, other, "known", tuple(between), by_strike=by_strike))
    return found


def _moved(
    position: int,
    one: Seen | None,
    other: Seen | None,
    why: Literal["known", "counted"],
    edits: tuple[int, ...],
    *,
    by_strike: bool,
) -> Moved:
    sides = [side for side in (other, one) if side is not None]
    return Moved(
        position,
        one is not None,
        other is not None,
        sides[0],
        frozenset(side.about for side in sides if side.about is not None),
        frozenset(side.day for side in sides if side.day is not None),
        why,
        edits,
        by_strike,
    )


def _seen(reading: Reading, positions: list[int]) -> dict[int, Seen]:
    found = {}
    for position in positions:
        row = reading.row_at(position)
        if row is None or row[5] in (EDIT, UNREADABLE):
            continue
        topic, at = TOPICS[row[4]], row[7]
        found[position] = Seen(
            row[0],
            row[0] >> 1,
            reading.record(row),
            reading.name(row[2]),
            topic,
            int(row[5] in (STANDING, CORRECTED)),
            at,
            None if at is None else reading.calendar.day(at).isoformat(),
            _about(reading, row[0], topic) if row[5] != ERASED else None,
        )
    return found


def _about(reading: Reading, row_id: int, topic: str) -> str | None:
    if topic not in ("strike.casualties_claimed", "strike.linked"):
        return None
    data = reading.versions([row_id])[0].data
    pair = (data.relation, data.other) if topic == "strike.linked" else (data.harm, data.of)
    return msgspec.json.encode(pair).decode()


def _counts(seen: Seen, as_of: Micros) -> bool:
    return seen.at is not None and seen.at <= as_of


def _stands_by(seen: Seen | None, as_of: Micros) -> bool:
    return seen is not None and bool(seen.stands) and _counts(seen, as_of)


def _bears(seen: Seen | None, as_of: Micros) -> bool:
    if seen is None or not seen.stands:
        return False
    return seen.type in _WHENEVER or _counts(seen, as_of)


def positions_of(reading: Reading, records: Iterable[str]) -> dict[str, tuple[int, str]]:
    """Position and type of each of the records, by id."""
    found = {record: row for record in records if (row := reading.recorded(record)) is not None}
    return {record: (row[0] >> 1, topic_of(row[4], reading.name)) for record, row in found.items()}


def linked(about: str) -> str:
    """The other strike of a link."""
    return str(msgspec.json.decode(about)[1])


def linked_to(connection: sqlite3.Connection, stream: str) -> list[str]:
    """Streams that a strike was ever linked to."""
    return [other for (other,) in connection.execute(_OTHERS, (stream,))]
