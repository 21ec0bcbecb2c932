"""The application: one method for each thing a person can record. What reads a log and hands it on is `opened.py`.

What decides and imports is loaded when it is asked for: to look at a log needs none of it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from domain.calendar import Calendar, Micros, from_micros, iso, micros
from domain.clock import Clock, system_clock
from domain.editing import Corrected, Erased, Retracted
from domain.errors import Refused
from domain.log.engines import make_log
from domain.log.lookup import Lookup
from domain.log.recorder import LogInfo
from domain.log.writer import Head
from domain.opened import OpenLog, Progress
from domain.place import Place
from domain.report import Recorded, Report

if TYPE_CHECKING:
    from domain.deciding import Decider, Outcome
    from domain.importing import ImportReport
    from domain.lines import Draft

__all__ = ["Head", "LogInfo", "Monitor"]


def random_key() -> str:
    """A key for a record that came without one."""
    return f"made:{os.urandom(10).hex()}"


class Monitor(OpenLog):
    """A log, open to be read and, unless it is `read_only`, to be written to."""

    def __init__(
        self,
        place: Place,
        *,
        clock: Clock = system_clock,
        recorded_by: str = "unnamed",
        read_only: bool = False,
        clock_is_right: bool = False,
        new_key: Callable[[], str] = random_key,
    ) -> None:
        """Open an existing log, as any; `new_key` gives a key to what comes without one.

        `clock_is_right` vouches for a clock that stands more than a year after the newest record.
        """
        super().__init__(place, clock=clock, recorded_by=recorded_by, read_only=read_only)
        self._clock_is_right = clock_is_right
        self._new_key = new_key

    @classmethod
    def create(
        cls, place: Place, timezone: str, *, clock: Clock = system_clock, recorded_by: str = "unnamed"
    ) -> Monitor:
        """Make a new, empty log and open it: a file (0600, in a folder made 0700) that is not there yet, or schema and
        roles in a database that has no log yet. Raises Refused, LogUnavailable.
        """
        Calendar(timezone)
        make_log(place, timezone=timezone, made_at=micros(clock()))
        return cls(place, clock=clock, recorded_by=recorded_by)

    def append(self, drafts: Sequence[Draft], *, dry_run: bool = False) -> list[Outcome]:
        """Record one report, or several that belong together: all or none, under their keys, safe to run again.

        Each is decided under the write lock, on a log that holds those before it: no two writers decide on the same
        state, whichever streams they write to.
        """
        if dry_run and len(drafts) == 1:  # a look ahead at one record takes no lock
            with self._log.reading() as lookup:
                outcome = self._decide(self._decider(lookup), lookup, drafts[0])
            if outcome.fresh:
                self._check_clock(self._log.head().reached, self._log.now())
            return [outcome]
        outcomes = []
        with self._log.writing() as writer:
            reached = writer.head.reached
            decider = self._decider(writer)
            decider.look_ahead(drafts)
            for index, draft in enumerate(drafts):
                try:
                    outcome = self._decide(decider, writer, draft)
                except Refused as error:
                    _name_draft(error, index, len(drafts))
                    raise
                if outcome.fresh:
                    head = writer.put(self._closed_mapper.to_stored_event(outcome.record))
                    if not dry_run:
                        outcome = replace(outcome, record=_stamped(outcome.record, head))
                outcomes.append(outcome)
            self._check_clock(reached, writer.head.recorded_at)
            if dry_run:
                writer.undo()
        if dry_run:
            return outcomes
        if any(outcome.record.type == Erased.TOPIC for outcome in outcomes):
            self._log.scrub()  # also when nothing is fresh: who erased may have died before it came here
            outcomes = self._read_again(outcomes)
        return [replace(outcome, notes=(*outcome.notes, *self._log.notes)) for outcome in outcomes]

    def _check_clock(self, reached: Micros, stamp: Micros) -> None:
        from domain.rules import check_clock  # noqa: PLC0415

        if not self._clock_is_right:
            check_clock(reached, stamp)

    def _decider(self, lookup: Lookup) -> Decider:
        from domain.deciding import Decider  # noqa: PLC0415

        return Decider(lookup, self._closed_mapper, self.calendar, self._clock, self.recorded_by, self._new_key)

    def _decide(self, decider: Decider, lookup: Lookup, draft: Draft) -> Outcome:
        outcome = decider.decide(draft)
        return replace(outcome, notes=self._words(lookup, outcome.record)) if outcome.fresh else outcome

    def _words(self, lookup: Lookup, record: Recorded) -> tuple[str, ...]:
        notes = []
        report = record.report
        if report is not None and not lookup.newest_version(f"source-{report.claimant}"):
            notes.append(f"the claimant {report.claimant!r} is not registered; the dashboard flags that")
        edited = report.data if report is not None and isinstance(report.data, Corrected | Retracted) else None
        if edited is not None and not lookup.stands(edited.target):
            more = (
                "each withdrawal must be retracted to reinstate it"
                if isinstance(edited, Retracted)
                else "this counts for nothing unless that withdrawal is retracted"
            )
            notes.append(f"{edited.target} was withdrawn already; {more}")
        if lookup.takes_history():
            notes.append("the first live record closes this log to backfill: import older history before it")
        return tuple(notes)

    def _read_again(self, outcomes: list[Outcome]) -> list[Outcome]:
        """The records as they are now: an erasure may have taken the body of one before it."""
        with self._log.reading() as lookup:
            return [replace(outcome, record=self._found(lookup, outcome.record.id)) for outcome in outcomes]

    def correct(
        self,
        ref: str,
        changes: dict[str, Any],
        *,
        kind: str,
        reason: str,
        claimant: str,
        sources: Sequence[dict[str, Any]],
        occurred: str | None = None,
        reported_at: str | None = None,
        key: str | None = None,
        dry_run: bool = False,
    ) -> Outcome:
        """Mend an error in a record. `changes` are fields of the report or its data; None takes a field away."""
        from domain.lines import Draft  # noqa: PLC0415

        target = self.record(ref)
        data = {"target": target.id, "changes": changes, "kind": kind, "reason": reason}
        body = self._edit_body(data, claimant, sources, key, occurred, reported_at)
        return self.append([Draft(Corrected.TOPIC, target.stream, body, key)], dry_run=dry_run)[0]

    def retract(
        self,
        ref: str,
        *,
        reason: str,
        claimant: str,
        sources: Sequence[dict[str, Any]],
        by: str = "editor",
        occurred: str | None = None,
        reported_at: str | None = None,
        key: str | None = None,
        dry_run: bool = False,
    ) -> Outcome:
        """Withdraw a record. On a retraction: reinstate what it withdrew."""
        from domain.lines import Draft  # noqa: PLC0415

        target = self.record(ref)
        data = {"target": target.id, "by": by, "reason": reason}
        body = self._edit_body(data, claimant, sources, key, occurred, reported_at)
        return self.append([Draft(Retracted.TOPIC, target.stream, body, key)], dry_run=dry_run)[0]

    def erase(
        self,
        ref: str,
        *,
        reason: str,
        authority: str,
        claimant: str,
        sources: Sequence[dict[str, Any]],
        key: str | None = None,
        dry_run: bool = False,
    ) -> list[Outcome]:
        """Destroy the body of a record, and of its corrections, for good; leave the proof that they stood here.

        Of one that has been erased already, under whatever key, clear what the engine may keep of it still.
        """
        from domain.lines import Draft  # noqa: PLC0415

        target = self.record(ref)
        key = key or self._new_key()
        while True:
            erasure = self._erasure(target, not_under=key)
            if erasure is not None:
                return [self._erased_before(target, erasure, dry_run=dry_run)]
            corrections = self._corrections(target)
            drafts = []
            for record in (*corrections, target):  # what says it again goes first: the log refuses to leave it behind
                record_key = key if record is target else f"{key}:{record.version}"
                data = {"target": record.id, "reason": reason, "authority": authority}
                body = self._edit_body(data, claimant, sources, record_key)
                drafts.append(Draft(Erased.TOPIC, target.stream, body, record_key))
            try:
                return self.append(drafts, dry_run=dry_run)
            except Refused:
                # a colleague may have corrected or erased the record in the meantime: then once more, as it is now
                if self._corrections(target) == corrections and self._erasure(target, not_under=key) is None:
                    raise

    def _erasure(self, target: Recorded, *, not_under: str) -> Recorded | None:
        """The erasure of a record that is on record; None when that key is, which then decides."""
        with self._log.reading() as lookup:
            if lookup.by_key(not_under) is not None:
                return None
            edits = [self._closed_mapper.to_domain_event(edit) for edit in lookup.edits(target.id)]
        return next((edit for edit in edits if edit.type == Erased.TOPIC), None)

    def _erased_before(self, target: Recorded, erasure: Recorded, *, dry_run: bool) -> Outcome:
        """Whoever erased may have died before all was cleared, or not have had the right to."""
        from domain.deciding import Outcome  # noqa: PLC0415

        notes = [f"{target.id} has been erased already, by {erasure.id}"]
        if not dry_run:
            self._log.notes = []
            self._log.scrub()
            notes += self._log.notes or ["nothing of it is left in the log's files"]
        return Outcome(erasure, fresh=False, notes=tuple(notes), same=False)

    def _corrections(self, target: Recorded) -> list[Recorded]:
        """The corrections of a record whose own bodies stand."""
        return [
            edit
            for edit in self.revisions(target.id)
            if edit.report is not None and isinstance(edit.report.data, Corrected)
        ]

    def _edit_body(
        self,
        data: dict[str, Any],
        claimant: str,
        sources: Sequence[dict[str, Any]],
        key: str | None,
        occurred: str | None = None,
        reported_at: str | None = None,
    ) -> dict[str, Any]:
        now = iso(micros(self._clock().replace(microsecond=0)))
        before = self._under(key)
        said = now if occurred is None else occurred
        return {
            "occurred": occurred or (msgspec.to_builtins(before.occurred) if before else said),
            "reported_at": reported_at or (before.reported_at if before else said),
            "claimant": claimant,
            "claimant_basis": "stated",
            "via": [],
            "sources": list(sources),
            "handling": before.handling if before else self._handling_of(data["target"]),
            "data": data,
        }

    def _handling_of(self, record_id: str) -> str:
        """What is said about a record is handled as the record is."""
        report = self.record(record_id).report
        return "restricted" if report is None else report.handling

    def _under(self, key: str | None) -> Report[Any] | None:
        """What a command that ran before under this key said: run again, it must say the same."""
        if key is None:
            return None
        with self._log.reading() as lookup:
            stored = lookup.by_key(key)
        return None if stored is None else self._closed_mapper.to_domain_event(stored).report

    def import_files(
        self,
        paths: Sequence[Path],
        *,
        backfill: bool = False,
        dry_run: bool = False,
        progress: Progress | None = None,
    ) -> ImportReport:
        """Record files of lines: all or nothing. With `backfill`, as history known when it was reported."""
        from domain.importing import import_files  # noqa: PLC0415

        return import_files(
            self._log,
            self._closed_mapper,
            self.calendar,
            paths,
            recorded_by=self.recorded_by,
            clock=self._clock,
            new_key=self._new_key,
            backfill=backfill,
            dry_run=dry_run,
            clock_is_right=self._clock_is_right,
            progress=progress,
        )


def _stamped(record: Recorded, head: Head) -> Recorded:
    """A record with the stamps that it was put with, which are the head's."""
    return replace(
        record,
        timestamp=from_micros(head.recorded_at),
        position=head.position,
        known_at=from_micros(head.known_at),
        hash=head.hash,
    )


def _name_draft(error: Refused, index: int, count: int) -> None:
    """Say which of several drafts was refused."""
    if count > 1:
        error.where = f"record {index + 1} of {count}" + (f": {error.where}" if error.where else "")
