"""Making a Difference: two Situations compared, then the records behind each change."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Protocol, cast, get_args

import msgspec

from domain.calendar import Calendar
from projections.audience import prepared
from projections.difference.bearing import Candidates, Moved, candidates, linked, linked_to, moved, positions_of
from projections.difference.behind import Behind
from projections.difference.contract import (
    DIFFERENCE_VERSION,
    LISTED,
    Cause,
    Change,
    ChangedPart,
    Difference,
    Differing,
    Taken,
)
from projections.difference.telling import told
from projections.difference.values_told import NOTHING, Told
from projections.difference.walking import Place, compared, keyed, record_ids, walk
from projections.feed import line_at
from projections.naming import Names
from projections.reading import Reading
from projections.situation import DISAGREEING, Discrepancy, Marked, RecordLine, Situation, StrikeView
from projections.vantage import ResolvedVantage

Connect = Callable[[], AbstractContextManager[sqlite3.Connection]]
Read = Callable[[sqlite3.Connection, ResolvedVantage], Reading]
_PARTS: tuple[ChangedPart, ...] = get_args(ChangedPart)
_PART_OF = {"discrepancies_total": "discrepancies", "records_total": "records", "hidden": "records"}
_STRIKE = "strike-"
_WITHDRAWS = {"record.retracted": "retracted", "record.erased": "erased"}


class Asked(Protocol):
    """What is asked of the read model. Unless restricted records are `told` it leaves them out."""

    told: bool

    def situation(self, vantage: ResolvedVantage, *, discrepancies: int) -> Situation:
        """Everything at a vantage, with so many of the newest discrepancies."""

    def strike(self, stream: str, vantage: ResolvedVantage) -> StrikeView | None:
        """One strike, also when it is not among the latest."""


def difference(
    model: Asked, connect: Connect, read: Read, a: ResolvedVantage, b: ResolvedVantage, calendar: Calendar
) -> Difference:
    """What the Situations at two vantages show differently, and which records made it so."""
    before, after = (model.situation(one, discrepancies=DISAGREEING) for one in (a, b))
    walked = walk(before, after)
    with connect() as connection:
        found = candidates(connection, a, b)
        records = moved(read(connection, a), read(connection, b), found.roots, found.edits)
        streams = _struck(connection, records, before, after)
    views = {stream: _views(model, stream, (a, before), (b, after)) for stream in streams}
    places = list(walked.places)
    for stream, (was, now) in views.items():
        places += compared(f"strikes.latest[{stream}]", was, now)
    places += _discrepancies(before, after)
    with connect() as connection:
        statements = _statements(before, after)
        named = set().union(*(record_ids(place) for place in (*places, *statements)))
        records = _with_named(read(connection, a), read(connection, b), records, found, named)
        bearing = {one.seen.record for one in records}
        places += [place for place in statements if record_ids(place) & bearing]
        since_moved = before.strikes.since != after.strikes.since
        shown = _in_both(before, after) | views
        behind = Behind(records, shown, exact=found.exact, since_moved=since_moved)
        words = Told(calendar, Names(before, after))
        changes = [_change(place, behind, words, (before, after)) for place in _once(places)]
        listed = {position for change in changes for position in change[1]}
        most = read(connection, max(a, b, key=lambda one: one.position))
        wanted = sorted(listed | set(_newest_taken(found)))
        known = [line for position in wanted if (line := line_at(most, position)) is not None]
        lines = {line.position: line for line in prepared(connection, known, told=model.told) or ()}
    ids = {position: line.record for position, line in lines.items()}
    causes = _causes(records, listed, lines)
    return Difference(
        version=DIFFERENCE_VERSION,
        before=before.vantage,
        after=after.vantage,
        differ=_differ(a, b),
        known=b.position - a.position,
        counted=after.records_total - before.records_total,
        recorded=_taken(found, lines, None),
        corrected=_taken(found, lines, "record.corrected"),
        retracted=_taken(found, lines, "record.retracted"),
        erased=_taken(found, lines, "record.erased"),
        changes=tuple(
            _withdrawn(msgspec.structs.replace(one, records=tuple(ids[p] for p in newest if p in ids)), causes, (a, b))
            for one, newest in changes
        ),
        listed=tuple(walked.listed),
        causes=causes,
        withheld=max(before.withheld, after.withheld),
    )


def _differ(a: ResolvedVantage, b: ResolvedVantage) -> tuple[Differing, ...]:
    found: list[Differing] = []
    if a.as_of != b.as_of:
        found.append("time")
    if a.position != b.position:
        found.append("knowledge")
    if a.rule != b.rule:
        found.append("rule")
    return tuple(found)


def _struck(connection: sqlite3.Connection, records: Iterable[Moved], before: Situation, after: Situation) -> list[str]:
    """Strikes to look at: the newest that records bear on, with those that they are linked to."""
    streams: dict[str, None] = {}
    for one in sorted(records, key=lambda one: one.by_strike):
        if len(streams) >= LISTED:
            break
        if one.seen.stream.startswith(_STRIKE):
            streams[one.seen.stream] = None
            if one.seen.type == "strike.linked":
                streams.update(dict.fromkeys(linked(about) for about in one.abouts))
    was, now = (keyed(side.strikes.latest) for side in (before, after))
    for stream in list(streams):
        if stream not in was and stream not in now:  # its claims may have joined another
            streams.update(dict.fromkeys(linked_to(connection, stream)))
    # of those that only one list holds, what no record bears on has slid in or out of it
    borne_on = {one.seen.stream for one in records}
    streams.update(dict.fromkeys(key for key in (*now, *was) if key in borne_on))
    return [stream for stream in streams if not (stream in was and stream in now)]


def _in_both(before: Situation, after: Situation) -> dict[str, tuple[StrikeView | None, StrikeView | None]]:
    """Strikes that both Situations list."""
    was, now = ({strike.stream: strike for strike in side.strikes.latest} for side in (before, after))
    return {stream: (strike, now[stream]) for stream, strike in was.items() if stream in now}


def _views(
    model: Asked, stream: str, *sides: tuple[ResolvedVantage, Situation]
) -> tuple[StrikeView | None, StrikeView | None]:
    """A strike at both vantages."""
    found = []
    for vantage, situation in sides:
        shown = next((strike for strike in situation.strikes.latest if strike.stream == stream), None)
        found.append(shown or model.strike(stream, vantage))
    return found[0], found[1]


def _discrepancies(before: Situation, after: Situation) -> list[Place]:
    """The newest that came and went, where that can be told: both lists are the newest first, and may be cut."""

    def only(here: Situation, there: Situation) -> dict[str, Discrepancy]:
        own, other = keyed(here.discrepancies), keyed(there.discrepancies)
        keys = list(own)
        if len(other) < there.discrepancies_total:
            # beyond the oldest that both list, the other list may have been cut
            shared = [place for place, key in enumerate(keys) if key in other]
            keys = keys[: shared[-1]] if shared else []
        return {key: cast(Discrepancy, own[key]) for key in keys if key not in other}

    came, went = only(after, before), only(before, after)
    by_kind: dict[str, list[str]] = defaultdict(list)
    for key, one in went.items():
        by_kind[one.kind].append(key)
    found = []
    for key, one in list(came.items())[:LISTED]:
        # one of the same kind that rests on some of the same records has turned into it
        records = set(one.records)
        was = next((old for old in by_kind[one.kind] if not records.isdisjoint(went[old].records)), None)
        if was is not None:
            by_kind[one.kind].remove(was)
        found.append(Place(f"discrepancies[{key}]", "", (one,), went.pop(was) if was else None, one))
    return found + [Place(f"discrepancies[{key}]", "", (one,), one, None) for key, one in list(went.items())[:LISTED]]


def _statements(before: Situation, after: Situation) -> list[Place]:
    """Statements that only one list has: which of them came or went, their records tell."""
    was, now = keyed(before.statements), keyed(after.statements)
    found = [Place(f"statements[{key}]", "", (one,), None, one) for key, one in now.items() if key not in was]
    return found + [Place(f"statements[{key}]", "", (one,), one, None) for key, one in was.items() if key not in now]


def _with_named(at_a: Reading, at_b: Reading, records: list[Moved], found: Candidates, named: set[str]) -> list[Moved]:
    """The records that bear on the difference, with those that the changes themselves name."""
    held = {one.seen.record for one in records}
    where = positions_of(at_a, named - held)
    roots = {position for position, topic in where.values() if not topic.startswith("record.")} - found.roots
    more = moved(at_a, at_b, roots, found.edits) if roots else []
    return sorted([*records, *more], key=lambda one: -one.position)


def _once(places: Iterable[Place]) -> list[Place]:
    """Places in the order of the Situation's parts, each once."""
    found = {place.path: place for place in places}
    return sorted(found.values(), key=lambda place: _PARTS.index(_part(place)))


def _part(place: Place) -> ChangedPart:
    head = place.path.split(".", 1)[0].split("[", 1)[0]
    return cast(ChangedPart, _PART_OF.get(head, head))


def _change(place: Place, behind: Behind, words: Told, sides: tuple[Situation, Situation]) -> tuple[Change, list[int]]:
    """A change, and the positions of the newest records that made it so."""
    what, was, now = told(place, words, sides)
    positions = behind.positions(place)
    gone, new = place.after is None, place.before is None
    change = Change(
        part=_part(place),
        path=place.path,
        change="came" if new else "went" if gone else "changed",
        before=place.before,
        after=place.after,
        what=what,
        was=was,
        now=now,
        records=(),
        records_total=len(positions),
        restricted=any(
            isinstance(one, Marked) and one.restricted for one in (*place.around, place.before, place.after)
        ),
        records_exact=behind.exact,
    )
    return change, positions[:LISTED]


def _withdrawn(change: Change, causes: Iterable[Cause], sides: tuple[ResolvedVantage, ResolvedVantage]) -> Change:
    """The change; where what is not there was retracted or erased, that is said of it, and by whom."""
    if change.change == "changed" or NOTHING not in (change.was, change.now):
        return change
    there = change.before or change.after
    own = {there.record} if hasattr(there, "record") else record_ids(Place(change.path, "", (), there, None))
    absent = sides[1] if change.change == "went" else sides[0]
    for cause in causes:
        word = _WITHDRAWS.get(cause.line.type)
        if word is None or cause.line.record not in change.records or cause.revises not in own:
            continue
        told = f"{word}, says {cause.line.claimant}" if cause.line.position <= absent.position else word
        return msgspec.structs.replace(change, **{"now" if change.change == "went" else "was": told})
    return change


def _newest_taken(found: Candidates) -> list[int]:
    newest: dict[str | None, list[int]] = {}
    for position, topic in found.taken.items():
        group = newest.setdefault(topic if topic.startswith("record.") else None, [])
        if len(group) < LISTED:
            group.append(position)
    return [position for group in newest.values() for position in group]


def _taken(found: Candidates, lines: dict[int, RecordLine], topic: str | None) -> Taken:
    """Records of one type of edit; None: all that are no edits."""
    own = [
        position
        for position, held in found.taken.items()
        if (held == topic if topic else not held.startswith("record."))
    ]
    return Taken(newest=tuple(lines[p] for p in own[:LISTED] if p in lines), total=len(own), exact=found.taken_exact)


def _causes(records: Sequence[Moved], listed: set[int], lines: dict[int, RecordLine]) -> tuple[Cause, ...]:
    found: dict[int, Cause] = {}
    for one in records:
        for position in one.causes:
            if position in listed and position in lines:
                revises = one.seen.record if position in one.edits else None
                found[position] = Cause(line=lines[position], why=one.why, revises=revises)
    return tuple(found[position] for position in sorted(found, reverse=True))


__all__ = ["Asked", "difference"]
