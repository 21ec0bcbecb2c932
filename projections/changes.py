"""The difference of two vantages: the questions to which other answers stand, and every record that made it so.

Three range scans find the versions that stand, and count, at one of the two only. What they bear on says which answers
to look at, and which records are behind each.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Any, Literal, NamedTuple, get_args

from domain.calendar import Calendar, Micros
from domain.values import Span
from projections.answer_words import Words
from projections.answers import BEGINNINGS, CLAIMS, COUNT, REPORTS, SINCE, Answer, ChangedPart, Side, answers
from projections.audience import prepared, records_named, stream_of
from projections.feed import line_at
from projections.index.schema import CORRECTED, EDIT, OPEN, STANDING, TOPICS
from projections.index.version import Version
from projections.looks.strikes import strike_seen
from projections.naming import KINDS, Names
from projections.reading import Reading
from projections.registers import statement_views
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
    StrikeView,
    Vantage,
)
from projections.situation_at import situation_at
from projections.subjects import subjects

DIFFERENCE_VERSION = 2
STRIKES_TOLD = 200
"""Up to so many strikes are told one by one, those that the newest records bear on."""

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


# which records only one of the two takes into account

_ROW = "SELECT id, ifnull(position, id >> 1), known_to, state, type, at, root FROM versions"
_KNOWN = f"{_ROW} WHERE id > ? AND id <= ?"
_CLOSED = f"{_ROW} WHERE known_to > ? AND known_to <= ? AND known_to < {OPEN}"
_COUNTED = f"{_ROW} WHERE at > ? AND at <= ?"
_WHENEVER = ("strike.reported", "strike.casualties_claimed", "strike.linked", "source.registered", "source.rated")
"""What can bear on an answer whenever it occurred: a report of a strike takes the place of an earlier one; claims and
links count at their strike's time; whoever is registered is so at any time."""
_OTHERS = """
SELECT o.name FROM lines l CROSS JOIN ties t ON t.one = l.id CROSS JOIN lines o ON o.id = t.other WHERE l.name = ?"""
_PARTS: tuple[ChangedPart, ...] = get_args(ChangedPart)
_WITHDRAWS = {"record.retracted": "retracted", "record.erased": "erased"}


class _Row(NamedTuple):
    id: int
    position: int
    known_to: int
    state: int
    topic: int
    at: Micros
    root: int | None

    @property
    def known_from(self) -> int:
        return self.id >> 1

    def stands(self, reading: Reading) -> bool:
        """Whether it says what its record says at a vantage, whether that counts or not."""
        return self.state in (STANDING, CORRECTED) and self.known_from <= reading.vantage.position < self.known_to

    def counts(self, reading: Reading) -> bool:
        return self.stands(reading) and self.at <= reading.vantage.as_of

    def bears(self, reading: Reading) -> bool:
        return self.counts(reading) or (self.stands(reading) and TOPICS[self.topic] in _WHENEVER)


class Moved(NamedTuple):
    """A record that two vantages take into account differently.

    `positions` are those to look at: its own, and the edits that made it so; only these where both know the record
    itself. `sides` are what it says, where that bears on an answer.
    """

    record: str
    stream: str
    why: Literal["known", "counted"]
    positions: tuple[int, ...]
    sides: tuple[Version | None, Version | None]
    keys: frozenset[str]


class _Scanned(NamedTuple):
    moved: list[Moved]
    taken: dict[int, str]


def _scanned(at_a: Reading, at_b: Reading) -> _Scanned:
    """The records that two vantages take into account differently; types of those that became known between."""
    low, high = sorted((at_a.vantage.position, at_b.vantage.position))
    early, late = sorted((at_a.vantage.as_of, at_b.vantage.as_of))
    execute = at_a.connection.execute
    known = [_Row(*row) for row in execute(_KNOWN, (2 * low + 1, 2 * high + 1))]
    rows = set(known)
    rows.update(_Row(*row) for row in execute(_CLOSED, (low, high)))
    rows.update(_Row(*row) for row in execute(_COUNTED, (early, late)))
    edits: dict[int, set[int]] = defaultdict(set)
    for row in known:
        if row.state != EDIT and row.known_from > row.position:
            edits[row.position].add(row.known_from)
        elif row.state == EDIT and row.root is not None:
            edits[row.root].add(row.position)
    of_record: dict[int, list[_Row]] = defaultdict(list)
    for row in rows:
        if row.stands(at_a) != row.stands(at_b) or row.counts(at_a) != row.counts(at_b):
            of_record[row.position].append(row)
    subject_of = subjects(at_a.calendar)
    found = []
    for position in sorted(of_record, reverse=True):
        one = next((row for row in of_record[position] if row.stands(at_a)), None)
        other = next((row for row in of_record[position] if row.stands(at_b)), None)
        if not ((one and one.bears(at_a)) or (other and other.bears(at_b))):
            continue
        versions = [None if row is None else at_a.versions([row.id])[0] for row in (one, other)]
        either = versions[1] or versions[0]
        assert either is not None
        counted = one is other
        positions = {position} if counted or low < position <= high else set()
        if not counted:
            positions |= edits.get(position, set())
        keys = {key for version in versions if version for key in _keys(version)}
        for version in versions:
            if version is not None and version.type.startswith(("crossing.", "series.")):
                for line, *_ in subject_of[version.stream.partition("-")[0]].bears_on(version):
                    keys |= {line, " ".join(line.split(" ")[:2])}
        found.append(
            Moved(
                either.record,
                either.stream,
                "counted" if counted else "known",
                tuple(sorted(positions, reverse=True)),
                (versions[0], versions[1]),
                frozenset(keys),
            )
        )
    taken = {row.position: TOPICS[row.topic] for row in known if row.known_from == row.position and row.topic >= 0}
    return _Scanned(found, taken)


def _keys(version: Version) -> Iterator[str]:
    """What a version bears on, beside the lines that its subject names."""
    stream, data = version.stream, version.data
    yield from (version.record, stream)
    match version.type:
        case "strike.reported":
            yield from (f"{stream} report", REPORTS)
        case "strike.casualties_claimed":
            yield from (f"{stream} {data.harm} {data.of}", f"{CLAIMS} {data.harm} {data.of}")
        case "strike.linked" if data.relation == "response_to":
            yield f"{stream} responses"
        case "strike.linked":
            yield from (f"{stream} links", REPORTS)
            if data.relation == "duplicate_of":  # claims join the other
                yield from (f"{data.other} links", data.other)
        case "strike.assessed":
            yield f"{stream} graded {data.grader}"
        case "crossing.announcement_denied":
            yield data.target
        case "ceasefire.phase_changed":
            yield f"{stream} phase"
        case "ceasefire.commitment_made":
            yield f"{stream} commitment {data.commitment}"
        case "ceasefire.commitment_scored":
            yield f"{stream} score {data.commitment} {data.scorer}"
        case "ceasefire.violation_alleged":
            yield f"{stream} alleged {version.claimant} {data.against}"
        case kind if kind.startswith("ceasefire.") and kind != "ceasefire.step_reported":
            yield BEGINNINGS


# what stands at each


def difference(connection: sqlite3.Connection, at_a: Reading, at_b: Reading, *, withheld: int) -> Difference:
    """What the Situations at two vantages show differently, and which records made it so."""
    calendar, told = at_a.calendar, at_a.told
    scanned = _scanned(at_a, at_b)
    moved = scanned.moved
    since_moved = at_a.day_one() != at_b.day_one()
    listed = STRIKES_TOLD if since_moved else 0  # then what counts in sums may be other parts of strikes
    shown = [situation_at(one, discrepancies=DISAGREEING, listed=listed) for one in (at_a, at_b)]
    counted = shown[1].records_total - shown[0].records_total
    streams = _streams(connection, moved)
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
    behind = _Behind(moved, sides[0], sides[1], streams, calendar, since_moved=since_moved)
    words = Words(calendar, Names(*(side.situation for side in sides)))
    found = list(_differing(*(dict(answers(side, viewed, words)) for side in sides)))
    found += _discrepancies(sides[0].situation, sides[1].situation)
    of_changes = [behind.of(one, other) for _, one, other in found]
    newest = {topic: list(_newest(scanned.taken, topic)) for topic in (None, "corrected", "retracted", "erased")}
    wanted = {position for some in of_changes for position in some}
    wanted.update(position for some in newest.values() for position in some[:LISTED])
    most = max(at_a, at_b, key=lambda reading: reading.vantage.position)
    known = [line for position in sorted(wanted) if (line := line_at(most, position)) is not None]
    lines = {line.position: line for line in prepared(connection, known, told=told) or ()}
    told_words = _Telling(words, sides, lines, moved, (at_a, at_b))
    changes = [told_words.change(*each, positions) for each, positions in zip(found, of_changes, strict=True)]

    def taken(topic: str | None) -> Taken:
        own = newest[topic]
        return Taken(newest=tuple(lines[p] for p in own[:LISTED] if p in lines), total=len(own))

    return Difference(
        version=DIFFERENCE_VERSION,
        before=shown[0].vantage,
        after=shown[1].vantage,
        differ=_differ(at_a, at_b),
        known=at_b.vantage.position - at_a.vantage.position,
        counted=counted,
        recorded=taken(None),
        corrected=taken("corrected"),
        retracted=taken("retracted"),
        erased=taken("erased"),
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


def _newest(taken: Mapping[int, str], topic: str | None) -> Iterator[int]:
    for position in sorted(taken, reverse=True):
        if taken[position] == f"record.{topic}" or (topic is None and not taken[position].startswith("record.")):
            yield position


def _streams(connection: sqlite3.Connection, moved: Iterable[Moved]) -> dict[str, tuple[str, ...]]:
    """Strikes on which records bear, with all that each was ever linked to; and these, in turn."""
    found: dict[str, tuple[str, ...]] = {}
    for one in moved:
        if one.stream.startswith("strike-") and one.stream not in found:
            kin, fresh = {one.stream}, [one.stream]
            while fresh:
                others = {other for (other,) in connection.execute(_OTHERS, (fresh.pop(),))} - kin
                kin |= others
                fresh += others
            found.update(dict.fromkeys((one.stream, *sorted(kin)), tuple(sorted(kin))))
    return found


class _Behind:
    """Finds the records behind each change."""

    def __init__(
        self,
        moved: Iterable[Moved],
        before: Side,
        after: Side,
        streams: Mapping[str, tuple[str, ...]],
        calendar: Calendar,
        *,
        since_moved: bool,
    ) -> None:
        self._by_key: dict[str, list[Moved]] = defaultdict(list)
        of_streams: dict[str, list[Moved]] = defaultdict(list)
        for one in moved:
            of_streams[one.stream].append(one)
            for key in one.keys:
                self._by_key[key].append(one)
        if since_moved:
            self._by_key[SINCE] = self._by_key[BEGINNINGS]
        for stream, kin in streams.items():
            if stream in before.strikes:
                self._strike(before.strikes[stream], after.strikes[stream], kin, calendar)
            else:
                self._untold(of_streams[stream], calendar)

    def _found(self, keys: Iterable[str]) -> list[Moved]:
        return [one for key in keys for one in self._by_key.get(key, ())]

    def _strike(self, was: StrikeView | None, now: StrikeView | None, kin: Sequence[str], calendar: Calendar) -> None:
        """What a strike's change is behind: counts, and the sums of what is claimed of it."""
        views = [view for view in (was, now) if view is not None]
        streams = {stream for view in views for stream in (view.stream, *view.merged)}
        reports = [f"{stream} {what}" for stream in streams for what in ("report", "links")]
        beside = [f"{stream} {what}" for stream in kin for what in ("report", "links")]
        if len(views) < 2 or (was and now and (was.occurred, was.part_of) != (now.occurred, now.part_of)):
            made = self._found(reports) or self._found(beside)
            self._by_key[COUNT] += made
            for day in {_day(view, calendar) for view in views}:
                self._by_key[f"{COUNT} {day}"] += made
        for harm, of in {(one.harm, one.of) for view in views for one in view.ranges}:
            ranges = [[one for one in view.ranges if (one.harm, one.of) == (harm, of)] for view in views]
            if len(views) < 2 or ranges[0] != ranges[1]:
                claims = [f"{stream} {harm} {of}" for stream in streams]
                self._by_key[f"{COUNT} {harm} {of}"] += self._found([*claims, *reports]) or self._found(beside)

    def _untold(self, own: Sequence[Moved], calendar: Calendar) -> None:
        """The same of a strike that is not looked at: by what its records are about."""
        reports = [one for one in own if REPORTS in one.keys]
        self._by_key[COUNT] += reports
        for one in reports:
            for version in filter(None, one.sides):
                self._by_key[f"{COUNT} {calendar.day(version.at).isoformat()}"].append(one)
        for kind in {key.removeprefix(CLAIMS) for one in own for key in one.keys if key.startswith(f"{CLAIMS} ")}:
            claims = [one for one in own if f"{CLAIMS}{kind}" in one.keys]
            self._by_key[f"{COUNT}{kind}"] += [*claims, *reports]

    def of(self, *sides: Answer | None) -> tuple[int, ...]:
        """Positions of the records behind a change: those that the answers name first, then the newest first."""
        there = [answer for answer in sides if answer is not None]
        found = self._found(key for answer in there for key in answer.keys)
        found = found or self._found(key for answer in there for key in answer.beside)
        named = records_named([answer.value for answer in there])
        places = {position: one.record not in named for one in found for position in one.positions}
        return tuple(sorted(places, key=lambda position: (places[position], -position)))


def _day(view: StrikeView, calendar: Calendar) -> str:
    occurred = view.occurred
    return calendar.day(calendar.start(occurred.start if isinstance(occurred, Span) else occurred)).isoformat()


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
