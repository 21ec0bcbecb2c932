"""The difference of two vantages: the questions to which other answers stand, and every record that made it so.

`moved.py` finds the records that the two take into account differently. What these bear on says which answers to look
at, and which records are behind each (`behind.py`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Any, Literal, get_args

from projections.audience import prepared, records_named, stream_of
from projections.changing.answer_words import Words
from projections.changing.answers import Answer, ChangedPart, Side, answers
from projections.changing.behind import Behind, strikes_moved
from projections.changing.moved import Moved, became_known, by_edit, moved_between
from projections.feed.listing import ids_known, lines_of
from projections.looks.strikes import strike_seen
from projections.reading import Reading
from projections.rules.registers import statement_views
from projections.situation import (
    DISAGREEING,
    LISTED,
    AnnouncementView,
    Discrepancy,
    Marked,
    Part,
    PhaseView,
    RecordLine,
    Situation,
    Vantage,
)
from projections.situation_at import situation_at
from projections.text import KINDS, Names

DIFFERENCE_VERSION = 2
STRIKES_TOLD = 200
"""Up to so many strikes are told one by one, those that the newest records bear on."""

_PARTS: tuple[ChangedPart, ...] = get_args(ChangedPart)
_WITHDRAWS = {"record.retracted": "retracted", "record.erased": "erased"}
Differing = Literal["time", "knowledge", "rule"]


class Change(Marked, frozen=True, kw_only=True):
    """One question to which something else stands.

    `question` names it: `crossing-rafah passages out_of people`. `what` is the same in words, `before` and `after` what
    stands there, in words; null where nothing does and no reason is on record. `causes` are the positions of all
    records that made it so: those that the answers name first, then the newest first; `withheld` are restricted ones
    that are not told here. None at all: time, or another rule for combining claims, did it.
    """

    part: ChangedPart
    question: str
    what: str
    before: str | None
    after: str | None
    causes: tuple[int, ...]
    withheld: int = 0


class Cause(Part, frozen=True, kw_only=True):
    """A record that only one of the vantages takes into account, as it reads where more is known.

    `known`: it is known at only one of them. `counted`: known at both, and it counts by the as-of time of only one.
    `revises` is the record that a correction, retraction or erasure bears on.
    """

    line: RecordLine
    why: Literal["known", "counted"]
    revises: str | None = None


class Taken(Part, frozen=True, kw_only=True):
    """Records of one sort that are known at only one of the vantages: the newest, and how many in all."""

    newest: tuple[RecordLine, ...]
    total: int


class Difference(Part, frozen=True, kw_only=True):
    """What two vantages show differently. Nothing says that `after` is the later one.

    `differ` says in what they differ themselves: time (as of), knowledge (the last record known), rule; nothing: empty.
    `known` and `counted` are how many records more (below 0: fewer) are known, and known and counted, at `after`.
    `recorded`, `corrected`, `retracted` and `erased` are the records known at only one of them, whenever they count.
    `causes` are the records behind changes, each once, newest first. `strikes_untold` are strikes on which records bear
    and that are not told one by one: sums count them, and name their records. `withheld` are the restricted records
    that count at either vantage and are not told here.
    """

    version: int
    before: Vantage
    after: Vantage
    differ: tuple[Differing, ...]
    known: int
    counted: int
    recorded: Taken
    corrected: Taken
    retracted: Taken
    erased: Taken
    changes: tuple[Change, ...]
    causes: tuple[Cause, ...]
    strikes_untold: int
    withheld: int


# what stands at each


def difference(connection: sqlite3.Connection, at_a: Reading, at_b: Reading, *, withheld: int) -> Difference:
    """What the Situations at two vantages show differently, and which records made it so."""
    calendar, told = at_a.calendar, at_a.told
    known = became_known(at_a, at_b)
    moved, newest = moved_between(at_a, at_b, known), by_edit(known)
    since_moved = at_a.day_one() != at_b.day_one()
    # strikes that no record bears on differ where other parts of them are in sums, or claims are combined otherwise
    listed = STRIKES_TOLD if since_moved or at_a.rule != at_b.rule else 0
    shown = [situation_at(one, discrepancies=DISAGREEING, listed=listed) for one in (at_a, at_b)]
    counted = shown[1].records_total - shown[0].records_total
    streams = strikes_moved(connection, moved)
    streams.update(
        {strike.stream: () for side in shown for strike in side.strikes.latest if strike.stream not in streams}
    )
    viewed = dict(list(streams.items())[:STRIKES_TOLD])
    sides = []
    for place, reading in enumerate((at_a, at_b)):
        strikes = {stream: strike_seen(reading, stream) for stream in viewed}
        said = [one for each in moved if (one := each.sides[place]) is not None and one.at <= reading.vantage.as_of]
        side = Side(situation=shown[place], strikes=strikes, statements=statement_views(said))
        seen = prepared(connection, side, told=told)
        assert seen is not None
        sides.append(seen)
    behind = Behind(moved, sides[0], sides[1], streams, calendar, since_moved=since_moved)
    words = Words(calendar, Names(*(side.situation for side in sides)))
    found = list(_differing(*(dict(answers(side, viewed, words)) for side in sides)))
    found += _discrepancies(sides[0].situation, sides[1].situation)
    of_changes = [behind.of(one, other) for _, one, other in found]
    wanted = {position for some in of_changes for position in some}
    wanted.update(position for some in newest.values() for position in some[:LISTED])
    most = max(at_a, at_b, key=lambda reading: reading.vantage.position)
    told_lines = prepared(connection, lines_of(most, ids_known(most, wanted)), told=told)
    lines = {line.position: line for line in told_lines or ()}
    told_words = _Telling(words, sides, lines, moved, (at_a, at_b))
    changes = [told_words.change(*each, positions) for each, positions in zip(found, of_changes, strict=True)]

    def taken(topic: str) -> Taken:
        own = newest[topic]
        return Taken(newest=tuple(lines[p] for p in own[:LISTED] if p in lines), total=len(own))

    return Difference(
        version=DIFFERENCE_VERSION,
        before=shown[0].vantage,
        after=shown[1].vantage,
        differ=_differ(at_a, at_b),
        known=at_b.vantage.position - at_a.vantage.position,
        counted=counted,
        recorded=taken(""),
        corrected=taken("record.corrected"),
        retracted=taken("record.retracted"),
        erased=taken("record.erased"),
        changes=tuple(sorted(changes, key=lambda change: _PARTS.index(change.part))),
        causes=_causes(moved, lines, {position for change in changes for position in change.causes}),
        strikes_untold=len(streams) - len(viewed),
        withheld=withheld,
    )


def _differ(at_a: Reading, at_b: Reading) -> tuple[Differing, ...]:
    a, b = at_a.vantage, at_b.vantage
    named: tuple[tuple[Differing, bool], ...] = (
        ("time", a.as_of != b.as_of),
        ("knowledge", a.position != b.position),
        ("rule", a.rule != b.rule),
    )
    return tuple(name for name, differs in named if differs)


# what differs

_Pair = tuple[str, Answer | None, Answer | None]


def _differing(before: Mapping[str, Answer], after: Mapping[str, Answer]) -> Iterator[_Pair]:
    """Every question to which something else stands. A whole that is on one side only is told as that, not in parts."""
    for question in [*after, *(question for question in before if question not in after)]:
        one, other = before.get(question), after.get(question)
        if one is not None and other is not None:
            if not one.whole and one.value != other.value:
                yield question, one, other
            continue
        only = one or other
        assert only is not None
        if not only.windowed and (not only.within or (only.within in before and only.within in after)):
            yield question, one, other


def _discrepancies(before: Situation, after: Situation) -> Iterator[_Pair]:
    """How many there are; and the newest that came and went, where that can be told of two lists that may be cut."""

    def answer(one: Discrepancy) -> Answer:
        what = KINDS[one.kind].capitalize()
        streams = tuple(dict.fromkeys(stream_of(record) for record in one.records))
        return Answer("discrepancies", what, one, one.records, streams, restricted=one.restricted)

    def only(here: Situation, there: Situation) -> list[Discrepancy]:
        listed = {(one.kind, one.text) for one in there.discrepancies}
        own = [(one.kind, one.text) in listed for one in here.discrepancies]
        if len(there.discrepancies) < there.discrepancies_total:  # older than all that both list: it may be there too
            own = own[: max((place for place, shared in enumerate(own) if shared), default=0)]
        return [one for one, shared in zip(here.discrepancies, own, strict=False) if not shared]

    came, went = only(after, before)[:LISTED], only(before, after)
    totals = [side.discrepancies_total for side in (before, after)]
    if totals[0] != totals[1]:
        made_of = tuple(record for one in (*came, *went) for record in one.records)
        one, other = (Answer("discrepancies", "Things on record that do not agree", total, made_of) for total in totals)
        yield "discrepancies", one, other
    for new in came:
        # one of the same kind that rests on some of the same records has turned into it
        was = next((old for old in went if old.kind == new.kind and not set(old.records).isdisjoint(new.records)), None)
        if was is not None:
            went.remove(was)
        yield f"discrepancy {new.kind} {new.text}", None if was is None else answer(was), answer(new)
    for old in went[:LISTED]:
        yield f"discrepancy {old.kind} {old.text}", answer(old), None


class _Telling:
    """Makes changes of answers that differ."""

    def __init__(
        self,
        words: Words,
        sides: Sequence[Side],
        lines: Mapping[int, RecordLine],
        moved: Iterable[Moved],
        readings: tuple[Reading, Reading],
    ) -> None:
        self._words = words
        self._sides = sides
        self._lines = lines
        self._readings = readings
        self._edits = {
            position: one.record for one in moved for position in one.positions if _is_edit(lines.get(position))
        }

    def change(self, question: str, was: Answer | None, now: Answer | None, positions: Sequence[int]) -> Change:
        """A change in words."""
        either = now or was
        assert either is not None
        told = tuple(position for position in positions if position in self._lines)
        values = [None if answer is None else answer.value for answer in (was, now)]
        before, after = (
            self._absent(question, either, place, told)
            if value is None and answer is None
            else self._words.value(value)
            for place, (answer, value) in enumerate(zip((was, now), _where_they_differ(*values), strict=True))
        )
        return Change(
            part=either.part,
            question=question,
            what=either.what[:1].upper() + either.what[1:],
            before=before,
            after=after,
            causes=told,
            withheld=len(positions) - len(told),
            restricted=any(answer.restricted for answer in (was, now) if answer is not None),
        )

    def _absent(self, question: str, elsewhere: Answer, place: int, told: Sequence[int]) -> str | None:
        """Why something does not stand on a side: what came instead, or who took it back; None: that is not known."""
        value, side = elsewhere.value, self._sides[place].situation
        match value:
            case PhaseView() if question.startswith("ceasefire announced"):
                if any(one.phase == value.phase and one.change == "begun" for one in side.ceasefire.phases):
                    return f"not ahead: phase {value.phase} has begun"
            case AnnouncementView(record=record):
                crossing = next((one for one in side.crossings if one.stream == stream_of(record)), None)
                if crossing is not None and (instead := self._words.after_announced(value, crossing)):
                    return instead
        own = {value.record} if hasattr(value, "record") else records_named(value)
        for position in told:
            word = _WITHDRAWS.get(self._lines[position].type)
            if word is not None and self._edits.get(position) in own:
                known = position <= self._readings[place].vantage.position
                return f"{word}, says {self._lines[position].claimant}" if known else word
        return None


def _is_edit(line: RecordLine | None) -> bool:
    return line is not None and line.type.startswith("record.")


def _where_they_differ(was: Any, now: Any) -> tuple[Any, Any]:
    """Of several fields that belong together those that differ."""
    if not (isinstance(was, dict) and isinstance(now, dict)):
        return was, now
    differ = [name for name in was if was[name] != now[name]]
    return {name: was[name] for name in differ}, {name: now[name] for name in differ}


def _causes(moved: Iterable[Moved], lines: Mapping[int, RecordLine], listed: set[int]) -> tuple[Cause, ...]:
    found = {}
    for one in moved:
        for position in listed.intersection(one.positions):
            line = lines[position]
            found[position] = Cause(line=line, why=one.why, revises=one.record if _is_edit(line) else None)
    return tuple(sorted(found.values(), key=attrgetter("line.position"), reverse=True))


__all__ = ["DIFFERENCE_VERSION", "Cause", "Change", "Difference", "Taken", "difference"]
