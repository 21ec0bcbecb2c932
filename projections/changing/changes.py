"""The difference of two vantages: the questions to which other answers stand, and every record that made it so.

`causes.py` finds the records that the two take into account differently, and which of them are behind each change;
`answers.py` says what stands to each question, `words.py` in which words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Literal, get_args

from msgspec.structs import replace

from projections.audience import prepared, records_named, stream_of
from projections.changing.answers import Answer, ChangedPart, Differing, differing
from projections.changing.causes import CauseFinder, Moved, became_known, by_edit, linked, moved_between
from projections.changing.words import Words
from projections.feed.listing import ids_known, lines_of
from projections.looks.strikes import strikes_named
from projections.reading import Reading
from projections.rules.registers import statement_views
from projections.situation import (
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
from projections.subjects.subject import Subjects
from projections.text import KINDS, Names

DIFFERENCE_VERSION = 2
SituationAt = Callable[[Reading, int], Situation]
"""Everything at a vantage, with so many of the newest strikes."""
STRIKES_TOLD = 200
"""Up to so many strikes are told one by one, those that the newest records bear on."""

_PARTS: tuple[ChangedPart, ...] = get_args(ChangedPart)
_WITHDRAWS = {"record.retracted": "retracted", "record.erased": "erased"}
Clock = Literal["time", "knowledge", "rule"]
_CLOCKS: dict[Clock, str] = {"time": "as_of", "knowledge": "position", "rule": "rule"}


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
    differ: tuple[Clock, ...]
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


def difference(
    at_a: Reading,
    at_b: Reading,
    subjects: Subjects,
    situation_at: SituationAt,
    *,
    withheld: int,
) -> Difference:
    """What the Situations at two vantages show differently, and which records made it so."""
    both = (at_a, at_b)
    known = became_known(at_a, at_b)
    moved = moved_between(at_a, at_b, known)
    since_moved = at_a.day_one() != at_b.day_one()
    # strikes that no record bears on differ where other parts of them are in sums, or claims are combined otherwise
    listed = STRIKES_TOLD if since_moved or at_a.rule != at_b.rule else 0
    shown = [situation_at(one, listed) for one in both]
    kin = linked(at_a, moved)
    streams = list(dict.fromkeys([*kin, *(strike.stream for side in shown for strike in side.strikes.latest)]))
    told, untold = streams[:STRIKES_TOLD], streams[STRIKES_TOLD:]
    before, after = (_with_what_moved(one, place, shown[place], moved, told) for place, one in enumerate(both))
    words = Words(at_a.calendar, Names(before, after))
    found = [*differing(before, after, kin, words), *_discrepancies(before, after)]
    behind = CauseFinder(moved, subjects, at_a.calendar, since_moved=since_moved)
    behind.count(found)
    behind.count_untold(untold)
    found = [one for one in found if one.is_told]
    positions = [behind.of(one) for one in found]
    taken = by_edit(known)
    wanted = {position for some in (*positions, *(every[:LISTED] for every in taken.values())) for position in some}
    most = max(both, key=lambda reading: reading.vantage.position)
    told_lines = prepared(at_a.connection, lines_of(most, ids_known(most, wanted)), told=at_a.told)
    lines = {line.position: line for line in told_lines or ()}
    causes = _causes(moved, lines, {position for some in positions for position in some})
    changes = []
    for one, some in zip(found, positions, strict=True):
        told_of = [causes[position] for position in some if position in causes]
        changes.append(_change(one, told_of, len(some) - len(told_of), (before, after), words))
    newest = {
        topic: Taken(newest=tuple(lines[one] for one in every[:LISTED] if one in lines), total=len(every))
        for topic, every in taken.items()
    }
    return Difference(
        version=DIFFERENCE_VERSION,
        before=before.vantage,
        after=after.vantage,
        differ=tuple(one for one, of in _CLOCKS.items() if getattr(before.vantage, of) != getattr(after.vantage, of)),
        known=at_b.vantage.position - at_a.vantage.position,
        counted=after.records_total - before.records_total,
        recorded=newest[""],
        corrected=newest["record.corrected"],
        retracted=newest["record.retracted"],
        erased=newest["record.erased"],
        changes=tuple(sorted(changes, key=lambda change: _PARTS.index(change.part))),
        causes=tuple(causes[position] for position in sorted(causes, reverse=True)),
        strikes_untold=len(untold),
        withheld=withheld,
    )


def _with_what_moved(
    reading: Reading, place: int, found: Situation, moved: Iterable[Moved], strikes: Sequence[str]
) -> Situation:
    """A Situation with the strikes and statements that moved, instead of the newest."""
    said = [one for each in moved if (one := each.sides[place]) is not None and one.at <= reading.vantage.as_of]
    latest = tuple(strikes_named(reading, strikes).values())
    found = replace(found, strikes=replace(found.strikes, latest=latest), statements=statement_views(said))
    seen = prepared(reading.connection, found, told=reading.told)
    assert seen is not None
    return seen


def _causes(moved: Iterable[Moved], lines: Mapping[int, RecordLine], behind: set[int]) -> dict[int, Cause]:
    """The records behind any change that are told, by position."""
    return {
        position: Cause(line=line, why=one.why, revises=one.record if line.type.startswith("record.") else None)
        for one in moved
        for position in one.positions
        if position in behind and (line := lines.get(position)) is not None
    }


def _discrepancies(before: Situation, after: Situation) -> Iterator[Differing]:
    """How many there are; and the newest that came and went, where that can be told of two lists that may be cut."""

    def answer(one: Discrepancy, at: Discrepancy) -> Answer:
        question, what = f"discrepancy {at.kind} {at.text}", KINDS[one.kind].capitalize()
        streams = tuple(stream_of(record) for record in one.records)
        return Answer("discrepancies", question, what, one, one.records, streams, restricted=one.restricted)

    def only(here: Situation, there: Situation) -> list[Discrepancy]:
        listed = {(one.kind, one.text) for one in there.discrepancies}
        own = [(one.kind, one.text) in listed for one in here.discrepancies]
        if len(there.discrepancies) < there.discrepancies_total:  # older than all that both list: it may be there too
            own = own[: max((place for place, shared in enumerate(own) if shared), default=0)]
        return [one for one, shared in zip(here.discrepancies, own, strict=False) if not shared]

    came, went = only(after, before)[:LISTED], only(before, after)
    made_of = tuple(record for one in (*came, *went) for record in one.records)
    what = "Things on record that do not agree"
    was, now = (
        Answer("discrepancies", "discrepancies", what, side.discrepancies_total, made_of) for side in (before, after)
    )
    if was != now:
        yield Differing(was, now)
    for new in came:
        # one of the same kind that rests on some of the same records has turned into it
        old = next((one for one in went if one.kind == new.kind and not set(one.records).isdisjoint(new.records)), None)
        if old is not None:
            went.remove(old)
        yield Differing(None if old is None else answer(old, new), answer(new, new))
    for old in went[:LISTED]:
        yield Differing(answer(old, old), None)


def _change(one: Differing, behind: Sequence[Cause], withheld: int, sides: Sequence[Situation], words: Words) -> Change:
    """What differs in words, with the records behind it."""
    either = one.sides[0]
    before, after = (
        _absent(either, side, behind, words) if answer is None else words.value(value)
        for answer, value, side in zip((one.was, one.now), one.values(), sides, strict=True)
    )
    return Change(
        part=either.part,
        question=either.question,
        what=either.what[:1].upper() + either.what[1:],
        before=before,
        after=after,
        causes=tuple(cause.line.position for cause in behind),
        withheld=withheld,
        restricted=any(answer.restricted for answer in one.sides),
    )


def _absent(elsewhere: Answer, side: Situation, behind: Sequence[Cause], words: Words) -> str | None:
    """Why something does not stand on a side: what came instead, or who took it back; None: that is not known."""
    value = elsewhere.value
    match value:
        case PhaseView() if elsewhere.question.startswith("ceasefire announced"):
            if any(one.phase == value.phase and one.change == "begun" for one in side.ceasefire.phases):
                return f"not ahead: phase {value.phase} has begun"
        case AnnouncementView(record=record):
            crossing = next((one for one in side.crossings if one.stream == stream_of(record)), None)
            if crossing is not None and (instead := words.after_announced(value, crossing)):
                return instead
    own = {value.record} if hasattr(value, "record") else records_named(value)
    for cause in behind:
        if cause.revises in own and (word := _WITHDRAWS.get(cause.line.type)):
            known = cause.line.position <= side.vantage.position
            return f"{word}, says {cause.line.claimant}" if known else word
    return None
