"""From a draft to a record: what is on record decides, by point look-ups, never by replaying a stream."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.calendar import Calendar, micros
from domain.catalogue import stream_kind
from domain.clock import Clock
from domain.crossing import AnnouncementDenied
from domain.editing import Corrected, Erased, Retracted
from domain.errors import KeyConflict, NotOnRecord, Refused
from domain.lines import Draft, canonical_values, references
from domain.log.lookup import EDITS, Lookup, number
from domain.log.stored import ClosedMapper
from domain.report import Recorded, Report
from domain.rules import NAMES_A_RECORD, apply_changes, check_report, check_texts, typed
from domain.strike import Linked


@dataclass(frozen=True)
class Outcome:
    """What became of one draft: `fresh` is False when the same content was on record already under its key.

    `same` is False where what was on record says it in other words: an erasure of what had been erased already.
    `retracted` says that the record on file has been withdrawn since. `notes` are words for a person.
    """

    record: Recorded
    fresh: bool
    retracted: bool = False
    notes: tuple[str, ...] = ()
    same: bool = True


class Decider:
    """Decides drafts one after the other, given look-ups: in a write transaction, what was put before is on record.

    `line_of` tells of which line of a file that is being imported a record was made; no words for one that was on
    record before. The position and id of any other never come to be where the import is refused.
    """

    def __init__(
        self,
        lookup: Lookup,
        mapper: ClosedMapper,
        calendar: Calendar,
        clock: Clock,
        recorded_by: str,
        new_key: Callable[[], str],
    ) -> None:
        self._lookup = lookup
        self._mapper = mapper
        self._calendar = calendar
        self._clock = clock
        self._recorded_by = recorded_by
        self._new_key = new_key
        self.line_of: Callable[[int], str] = lambda _position: ""
        self._going: frozenset[object] = frozenset()
        self._last: tuple[Any, Recorded] | None = None  # what was read last: an edit's target is asked for twice
        check_texts(recorded_by, "recorded_by")
        if not 1 <= len(recorded_by) <= 200:
            raise Refused(f"{len(recorded_by)} characters", where="recorded_by", remedy="a role or a handle, 1 to 200")

    def look_ahead(self, drafts: Iterable[Draft]) -> None:
        """See which records, named by id, the drafts of a command erase: all of it is recorded, or nothing."""
        bodies = [draft.body.get("data") for draft in drafts if draft.type == Erased.TOPIC]
        named = [data.get("target") for data in bodies if isinstance(data, dict)]
        self._going = frozenset(name for name in named if isinstance(name, str))

    def decide(self, draft: Draft) -> Outcome:
        """The record that a draft becomes, or the one that it is already. Raises Refused."""
        check_texts(draft.body)
        body = canonical_values(draft.body)
        for where, said, put in references(draft.type, body):
            put(self.find(said, where).id)
        report = typed(draft.type, draft.stream, body)
        return self.decide_on(draft.type, draft.stream, draft.key or self._new_key(), report)

    def decide_on(self, topic: str, stream: str, key: str, report: Report[Any]) -> Outcome:
        """The same for a report that is typed, with its references resolved. Raises Refused."""
        check_texts(key, "key")
        if not 1 <= len(key) <= 200:
            raise Refused(f"{len(key)} characters", where="key", remedy="1 to 200")
        if key != key.strip() or NAMES_A_RECORD.fullmatch(key):
            raise Refused(f"{key!r} could be taken for a position or an id", where="key", remedy="begin with a word")
        standing = self._by_key(key)
        if standing is not None:
            return self._on_record_already(standing, topic, stream, report)
        now = self._clock()
        self.check(topic, stream, report, now=now)
        record = Recorded(
            originator_id=stream,
            originator_version=self._lookup.newest_version(stream) + 1,
            timestamp=now,
            type=topic,
            key=key,
            recorded_by=self._recorded_by,
            report=report,
        )
        return Outcome(record, fresh=True)

    def check(self, topic: str, stream: str, report: Report[Any], *, now: datetime) -> None:
        """Hold a typed report that is not on record against every rule. Raises Refused."""
        check_report(topic, report, now=micros(now), calendar=self._calendar)
        self._check_against_record(stream, report)

    def find(self, said: object, where: str) -> Recorded:
        """The record that somebody names: {"key": …}, an id, or a position `@N`. Raises NotOnRecord."""
        if isinstance(said, dict) and set(said) == {"key"} and isinstance(said["key"], str):
            record, named = self._by_key(said["key"]), f"the key {said['key']!r}"
        elif isinstance(said, str) and said[:1] in "@#" and said[1:].isdecimal():
            record, named = self._read(self._lookup.at(number(said[1:]))), f"the position {said}"
        elif isinstance(said, str):
            record, named = self._read(self._lookup.by_id(said)), f"the id {said!r}"
        else:
            raise Refused(f"{said!r} names no record", where=where, remedy='write {"key": "…"} or stream/version')
        if record is None:
            raise NotOnRecord(
                f"no record has {named}",
                where=where,
                remedy="record it first, and in a file put it on an earlier line",
                key=said["key"] if isinstance(said, dict) else None,
            )
        return record

    def _named(self, record: Recorded) -> str:
        """What a refusal calls a record: by its line, where it was made of one just now, else by its id."""
        return self.line_of(record.position) or record.id

    def _by_key(self, key: str) -> Recorded | None:
        return self._read(self._lookup.by_key(key))

    def _read(self, stored: Any) -> Recorded | None:
        if stored is None:
            return None
        if self._last is None or self._last[0] is not stored:
            self._last = stored, self._mapper.to_domain_event(stored)
        return self._last[1]

    def _on_record_already(self, standing: Recorded, topic: str, stream: str, report: Report[Any]) -> Outcome:
        same = standing.report == report or (standing.report is None and not standing.unreadable)
        if (standing.type, standing.stream) != (topic, stream) or not same:
            what = "cannot be read" if standing.unreadable else "says something else"
            whose = self.line_of(standing.position) or f"{standing.id} (#{standing.position})"
            raise KeyConflict(
                f"the key {standing.key!r} is that of {whose}, which {what}",
                where="key",
                remedy="give this record a key of its own; to mend the other, `ceasefire correct` it",
            )
        notes = []
        if standing.report is None:
            notes.append("its body has been erased since, and stays so")
        retracted = not self._lookup.stands(standing.id)
        if retracted:
            notes.append("it has been retracted since; to reinstate it, retract the retraction")
        return Outcome(standing, fresh=False, retracted=retracted, notes=tuple(notes))

    def _check_against_record(self, stream: str, report: Report[Any]) -> None:
        facts = report.data
        if isinstance(facts, Corrected):
            self._check_correction(stream, facts)
        elif isinstance(facts, Retracted):
            target = self._target(stream, facts.target, withdrawn=True)
            if target.type == Erased.TOPIC:
                raise Refused("an erasure cannot be undone", where="data.target", remedy="record the report again")
            self._check_brought_back(stream, target)
        elif isinstance(facts, Erased):
            self._check_erasure(stream, facts)
        elif isinstance(facts, AnnouncementDenied):
            target = self.find(facts.target, "data.target")
            if target.type != "crossing.change_announced":
                raise Refused(
                    f"{self._named(target)} announces nothing", where="data.target", remedy="name a change_announced"
                )
        elif isinstance(facts, Linked):
            self._check_link(stream, facts)

    def _target(self, stream: str, record_id: str, *, withdrawn: bool = False) -> Recorded:
        """The record of this stream that an edit names. Without its body it can still have been withdrawn, as long as
        its erasure is not on record: so it is in the lines of an export.
        """
        target = self.find(record_id, "data.target")
        if target.stream != stream:
            raise Refused(
                f"{self._named(target)} belongs to another stream",
                where="data.target",
                remedy=f"record this on {target.stream}",
            )
        if target.unreadable and not withdrawn:
            raise Refused(
                f"{self._named(target)} cannot be read: {target.unreadable}",
                where="data.target",
                remedy="record the report again; `ceasefire erase` takes this one away",
            )
        if target.report is None and not (withdrawn and not self._is_erased(target.id)):
            raise Refused(
                f"the body of {self._named(target)} has been erased", where="data.target", remedy="record it again"
            )
        return target

    def _check_correction(self, stream: str, correction: Corrected) -> None:
        target = self._target(stream, correction.target)
        if target.type in EDITS:
            raise Refused(
                f"{self._named(target)} is itself a {target.type}",
                where="data.target",
                remedy="correct the original record; to undo a correction, retract it",
            )
        report = target.report
        assert report is not None
        for name in ("caused_by", *report.data.REFERS):
            if name in correction.changes:
                raise Refused(
                    f"{name} names other records and cannot be corrected",
                    where=f"data.changes.{name}",
                    remedy="retract, and record again",
                )
        changed = apply_changes(self._as_corrected(target), correction.changes, target.type)
        check_report(target.type, changed, now=micros(self._clock()), calendar=self._calendar)
        self._check_against_record(stream, changed)

    def _as_corrected(self, record: Recorded, *, without: str | None = None) -> Report[Any]:
        """A report with its standing corrections, but for the edit `without`."""
        report = record.report
        assert report is not None
        for edit in self._lookup.edits(record.id):
            correction = self._mapper.to_domain_event(edit).report
            if (
                correction is not None
                and isinstance(correction.data, Corrected)
                and self._lookup.stands(edit.record_id, without=without)
            ):
                report = apply_changes(report, correction.data.changes, record.type)
        return report

    def _check_brought_back(self, stream: str, edit: Recorded) -> None:
        """A link that stands again, or says again what it said, when `edit` is withdrawn must not close a circle."""
        if stream_kind(stream) != Linked.STREAM:
            return
        link = edit
        while link.report is not None and isinstance(link.report.data, Corrected | Retracted):
            link = self.find(link.report.data.target, "data.target")
        if link is edit or link.report is None or not isinstance(link.report.data, Linked):
            return
        if self._lookup.stands(link.id, without=edit.id):
            self._check_link(stream, self._as_corrected(link, without=edit.id).data)

    def _check_erasure(self, stream: str, erasure: Erased) -> None:
        target = self.find(erasure.target, "data.target")
        if target.stream != stream:
            self._target(stream, erasure.target)
        if target.type == Erased.TOPIC:
            raise Refused("an erasure stays on record", where="data.target", remedy="name the record that it erased")
        if self._is_erased(target.id):
            raise Refused(
                f"{self._named(target)} has been erased already",
                where="data.target",
                remedy=f"`ceasefire erase {target.id}` clears what is left of it in the log's files, if anything is",
            )
        for edit in self._lookup.edits(target.id):
            if edit.topic == Corrected.TOPIC and edit.salt is not None:
                raise Refused(
                    f"{self.line_of(edit.id) or edit.record_id} corrects it, and says again what it said",
                    where="data.target",
                    remedy=f"erase {edit.record_id} first; `ceasefire erase` does both",
                )
        self._check_not_made_public(target)
        withdrawal = target.report.data if target.report is not None else None
        if (
            isinstance(withdrawal, Retracted)
            and not self._lookup.stands(withdrawal.target)
            and self._lookup.stands(withdrawal.target, without=target.id)
        ):
            raise Refused(
                f"without {self._named(target)} nothing withdraws "
                f"{self._named(self.find(withdrawal.target, 'data.target'))}",
                where="data.target",
                remedy=f"retract {withdrawal.target} once more, then erase this retraction",
            )

    def _check_not_made_public(self, target: Recorded) -> None:
        """A correction that made a record restricted is not erased without it: the record would be public again."""
        correction = target.report.data if target.report is not None else None
        if isinstance(correction, Corrected) and correction.changes.get("handling") == "restricted":
            corrected = self._read(self._lookup.by_id(correction.target))
            if corrected is not None and corrected.report is not None and corrected.id not in self._going:
                raise Refused(
                    f"without {self._named(target)} what {self._named(corrected)} says would be "
                    f"{corrected.report.handling} again",
                    where="data.target",
                    remedy=f"erase {corrected.id} and all its corrections, or keep this one",
                )

    def _is_erased(self, record_id: str) -> bool:
        return any(edit.topic == Erased.TOPIC for edit in self._lookup.edits(record_id))

    def _check_link(self, stream: str, link: Linked) -> None:
        relations = ("response_to",) if link.relation == "response_to" else ("duplicate_of", "part_of")
        ahead, seen = [link.other], set[str]()
        while ahead:
            other = ahead.pop()
            if other == stream:
                raise Refused(
                    f"{link.other} already leads back to {stream}",
                    where="data.other",
                    remedy="retract the link that is wrong, then record this one",
                )
            if other not in seen:
                seen.add(other)
                ahead.extend(self._links(other, relations))

    def _links(self, stream: str, relations: Iterable[str]) -> list[str]:
        links = [
            self._as_corrected(record).data
            for record in map(self._mapper.to_domain_event, self._lookup.links(stream))
            if record.report is not None and isinstance(record.report.data, Linked) and self._lookup.stands(record.id)
        ]
        return [link.other for link in links if link.relation in relations]
