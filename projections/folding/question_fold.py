"""Questions answered anew: the same for every subject, and the only place where sums and findings are written.

Nothing that is held in memory is needed. A question that was let go of is read again: its claims as they stood, and the
answer that they gave, so that what changes can be told.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from domain.calendar import Micros
from domain.catalogue import stream_kind
from domain.report import Facts
from projections.index.findings import FindingRows, Shown
from projections.index.keys import KEPT_BITS, Key, Order, Placed, lane_of
from projections.index.records import RecordRows
from projections.index.schema import NEVER, OPEN
from projections.index.sums import NOTHING, Counting, Values, minus
from projections.index.version import Version
from projections.index.writer import IndexWriter, let_go
from projections.subjects.subject import Kept, Part, Subject, Subjects

_KEPT = 20_000
"""Questions held in memory."""
_PARTS = f"""
SELECT metric, at, wholes, adds FROM beside INDEXED BY beside_open
WHERE stream = ? AND known_to = {OPEN} ORDER BY rowid"""  # noqa: S608
_NO_PARTS = f"UPDATE beside SET known_to = ? WHERE stream = ? AND known_to = {OPEN}"  # noqa: S608


class _Held:
    """A question's claims that stand, by position, and what they come to; the answer is None where it is not known."""

    __slots__ = ("answer", "claims", "fresh", "parts")

    def __init__(self, claims: dict[int, Version[Facts]], *, fresh: bool) -> None:
        self.claims = claims
        self.answer: Any = None
        self.parts: list[Part] = []
        self.fresh = fresh

    def now(self, version: Version[Facts], *, stands: bool) -> None:
        """A version of a record is among the claims, or none is any more; in log order."""
        position = version.position
        if not stands:
            self.claims.pop(position, None)
            return
        in_order = position in self.claims or next(reversed(self.claims), 0) < position
        self.claims[position] = version
        if not in_order:  # an edit
            self.claims = dict(sorted(self.claims.items()))


class QuestionFold:
    """Which questions a version bears on, what they come to now, and how that changed; also what subjects see."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        index: IndexWriter,
        records: RecordRows,
        sums: Counting,
        subjects: Subjects,
    ) -> None:
        self._connection = connection
        self._index = index
        self._records = records
        self._sums = sums
        self._findings = FindingRows(connection, sums)
        self._subjects = subjects
        self._held: dict[str, _Held] = {}
        self._complete = index.is_new  # all questions that there are, are held in memory
        self._tied: dict[str, set[str]] = {}
        self._any_ties = connection.execute("SELECT 1 FROM ties LIMIT 1").fetchone() is not None
        self._position = 0
        self._known_at: Micros = 0

    def changed(
        self,
        position: int,
        known_at: Micros,
        old: Version[Facts] | None,
        new: Version[Facts] | None,
        *,
        opening: bool = False,
    ) -> None:
        """What stands of one record changed with the record at `position`. `opening`: it is the first of its stream."""
        self._position, self._known_at = position, known_at
        version = new or old
        subject = self._subjects.get(stream_kind(version.stream)) if version else None
        if version is None or subject is None:
            return
        questions: dict[str, Version[Facts]] = {}
        for one in (old, new):
            if one is not None and (question := subject.question(one)) is not None:
                questions[question] = one
        for question in questions:
            self._hold(subject, question, opening=opening)
        kin = {
            question: self._kin(subject, question, subject.ties(one) if one is new else ())
            for question, one in questions.items()
        }
        if old is not None:
            self._stand(subject, old, stands=False)
        if new is not None:
            self._stand(subject, new, stands=True)
        for question, one in questions.items():
            self._held[question].now(one, stands=one is new)
            self._answer(subject, question, kin[question])
        subject.around(self, old, new)

    def _answer(self, subject: Subject[Any], question: str, kin: set[str]) -> None:
        if not kin:
            held = self._held[question]
            answer = subject.answer(question, list(held.claims.values()), held.answer) if held.claims else None
            self._write(subject, question, held, answer)
            return
        for one, answer in self._together(subject, kin).items():
            self._write(subject, one, self._held[one], answer)

    def _together(self, subject: Subject[Any], kin: set[str]) -> dict[str, Any]:
        claims = {one: list(self._held[one].claims.values()) for one in sorted(kin)}
        return {one: answer if claims[one] else None for one, answer in subject.together(claims).items()}

    def _kin(self, subject: Subject[Any], question: str, others: Sequence[str]) -> set[str]:
        """Every question that is answered together with one from now on, itself too; none where it stands alone.

        All of them are held then, with the answers that they had before.
        """
        if not others and (not self._any_ties or not self._ties(question)):
            return set()
        kin = self._group(question)
        for other in others:
            kin |= self._group(other)
        for one in kin:
            self._hold(subject, one)
        for one in sorted(kin):
            if self._held[one].answer is None and self._held[one].claims:
                for each, answer in self._together(subject, self._group(one)).items():
                    self._held[each].answer = answer
        for other in others:
            self._tie(question, other)
        return kin

    def _group(self, question: str) -> set[str]:
        """All questions ever tied to one, however far, itself too."""
        group, fresh = {question}, [question]
        while fresh:
            for other in self._ties(fresh.pop()) - group:
                group.add(other)
                fresh.append(other)
        return group

    def _ties(self, question: str) -> set[str]:
        found = self._tied.get(question)
        if found is None:
            number = self._index.known_line(question)
            rows = self._connection.execute("SELECT other FROM ties WHERE one = ?", (number,)) if number else ()
            found = self._tied[question] = {self._index.name(other) for (other,) in rows}
        return found

    def _tie(self, one: str, other: str) -> None:
        self._any_ties = True
        numbers = self._index.line(one), self._index.line(other)
        for a, b in (numbers, numbers[::-1]):
            self._connection.execute("INSERT OR IGNORE INTO ties VALUES (?, ?)", (a, b))
        self._ties(one).add(other)
        self._ties(other).add(one)

    def _hold(self, subject: Subject[Any], question: str, *, opening: bool = False) -> None:
        """A question's claims as they stood before; its answer too, so that what changes can be told."""
        if question in self._held:
            return
        claims: dict[int, Version[Facts]] = {}
        if not (opening or self._complete):
            found = [one for line, rank in subject.ranks(question) for one in self.between(line, rank, rank)]
            found.sort(key=lambda one: one.position)
            claims = {one.position: one for one in found if subject.question(one) == question}
        held = self._held[question] = _Held(claims, fresh=not claims)
        if claims and not (self._any_ties and self._ties(question)):
            held.answer = subject.answer(question, list(claims.values()), None)
        elif claims:
            held.parts = self._parts(question)

    def _parts(self, question: str) -> list[Part]:
        number = self._index.known_line(question)
        names = {metric: name for name, metric in self._sums.metrics()}
        return [
            Part(
                names[metric],
                at,
                msgspec.json.decode(wholes, type=tuple[int, ...]),
                tuple(msgspec.json.decode(adds)),
            )
            for metric, at, wholes, adds in self._connection.execute(_PARTS, (number,))
        ]

    def _stand(self, subject: Subject[Any], version: Version[Facts], *, stands: bool) -> None:
        """A version comes to its lines, or leaves them."""
        index, known = self._index, version.known_from
        clock = self._known_at if stands or known == self._position else None
        for line, rank, due, says, by_position in subject.bears_on(version):
            number = index.line(line)
            if rank is None:
                key: Key = (number, 0, 0, 0, version.position, known)
                if stands:
                    index.claim(key)
                else:
                    index.unclaim(key, self._position)
                continue
            if clock is None:
                clock = self._records.known_at_of(known)
            lane = lane_of(version.first, version.last, due, clock)
            key = (number, lane, rank, 0 if by_position else version.said, version.position, known)
            if stands:
                last = None if version.last == version.at else version.last
                number_said = index.line(says) if isinstance(says, str) else says
                index.claim(key, version.at, last, index.line(version.claimant), number_said)
            else:
                index.unclaim(key, self._position)

    def _write(self, subject: Subject[Any], question: str, held: _Held, answer: Any) -> None:
        """Write how the amounts and findings of a question changed."""
        was, held.answer = held.answer, answer
        amounts: Mapping[tuple[str, Micros], Values] = {} if answer is None else subject.amounts(answer)
        before: Mapping[tuple[str, Micros], Values] = {} if was is None else subject.amounts(was)
        if amounts is not before:
            for what in before.keys() - amounts.keys():
                self._change(what, minus(NOTHING, before[what]))
            for what, values in amounts.items():
                had = before.get(what)
                if had is None:
                    self._change(what, values)
                elif had is not values:
                    self._change(what, minus(values, had))
        parts = [] if answer is None else list(subject.parts(answer))
        if parts != held.parts:
            self._give_way(question, parts)
            held.parts = parts
        found = () if answer is None else subject.findings(answer)
        self._findings.set(question, self._position, self._known_at, found, fresh=held.fresh)
        held.fresh = False

    def _change(self, what: tuple[str, Micros], values: Values) -> None:
        if values != NOTHING:
            self._sums.change(self._position, self._sums.metric(what[0]), what[1], values)

    def _give_way(self, question: str, parts: Sequence[Part]) -> None:
        """Parts whose whole counts at another time: a sum over a span that ends between the two needs to know."""
        number = self._index.line(question)
        self._connection.execute(_NO_PARTS, (self._position, number))
        self._connection.executemany(
            "INSERT INTO beside VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    number,
                    self._sums.metric(part.metric),
                    self._position,
                    OPEN,
                    part.at,
                    max(part.at, min(part.wholes)),
                    min(part.at, *part.wholes),
                    max(part.at, *part.wholes),
                    msgspec.json.encode(part.wholes).decode(),
                    msgspec.json.encode(part.values).decode(),
                )
                for part in parts
            ],
        )

    # what subjects see of what stands now

    def next_to(self, line: str, order: Order, *, after: bool) -> Version[Facts] | None:
        """What stands right after an order on a line, or right before it."""
        number = self._index.known_line(line)
        found = None if number is None else self._index.next_to(number, order, after=after)
        return None if found is None else self._records.by_id(2 * found.known_from)

    def between(self, line: str, low: int, high: int) -> list[Version[Facts]]:
        """What stands on a line at ranks between two, both included, in its order."""
        number = self._index.known_line(line)
        return [] if number is None else self._versions(self._index.between(number, low, high))

    def reaching(self, line: str, moment: Micros) -> list[Version[Facts]]:
        """What stands on a line of times, begins before a moment and lasts until then or longer."""
        number = self._index.known_line(line)
        return [] if number is None else self._versions(self._index.reaching(number, moment))

    def counting_by(self, line: str, low: int, at: Micros) -> list[Version[Facts]]:
        """What stands on a line of times at ranks from one on, and counts by a time although its rank may be later."""
        number = self._index.known_line(line)
        return [] if number is None else self._versions(self._index.counting_by(number, low, at))

    def _versions(self, placed: Iterable[Placed]) -> list[Version[Facts]]:
        return [one for each in placed if (one := self._records.by_id(2 * each.known_from)) is not None]

    def standing(self, record: str) -> Version[Facts] | None:
        """What a record says; None where it does not stand."""
        return self._records.standing(record)

    def find(self, owner: str, found: Sequence[Shown]) -> None:
        """From now on, these are the discrepancies of an owner."""
        self._findings.set(owner, self._position, self._known_at, found)

    def keep(self, line: str, order: Order, due: Micros, kept: Sequence[Kept]) -> None:
        """From now on, this is what is told on a line of the version of that order, due when its rank is reached."""
        number = self._index.line(line) if kept else self._index.known_line(line)
        if number is None:
            return
        rank, said, position = order
        held = {
            (one.position & (1 << KEPT_BITS) - 1, one.at, one.last, one.says): one.key
            for one in self._index.between(number, rank, rank)
            if one.said == said and one.position >> KEPT_BITS == position
        }
        now = {
            (place, one.at_from, None if one.at_to == NEVER else one.at_to, one.says) for place, one in enumerate(kept)
        }
        for told, key in held.items():
            if told not in now:
                self._index.unclaim(key, self._position)
        lane = lane_of(0, 0, due, self._known_at)
        for place, at, last, says in sorted(now - held.keys()):
            key = (number, lane, rank, said, position << KEPT_BITS | place, self._position)
            self._index.claim(key, at, last, None, says)

    def flush(self) -> None:
        """Write what waits; what is not needed soon is let go."""
        self._findings.flush()
        if len(self._held) > _KEPT:
            self._complete = False
            let_go(self._held, _KEPT)
        if len(self._tied) > _KEPT:
            self._tied.clear()
