"""Recovery: what stands of a damaged log, as a new log; what is readable after that, as lines to import.

The old log is only read. The new one keeps its id, and every position and hash up to the damage: it is that log, cut
short there, with a head of its own and a note beside it that says so.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import msgspec

from domain.calendar import iso, micros
from domain.clock import Clock
from domain.errors import LogDamaged, LogUnavailable, Refused
from domain.lines import to_line, tombstone_line
from domain.log.head import OutsideHead, advance_head, head_path
from domain.log.recorder import LogInfo
from domain.log.sqlite.backup import opened
from domain.log.sqlite.damaged import TELL_EVERY, DamagedLog, Findings, Lost, Progress, Proof, Step, damaged
from domain.log.sqlite.factory import SQLiteFactory
from domain.log.sqlite.lookup import INSERT
from domain.log.sqlite.placing import aside, check_free, files_of, folder_for, put_in_place, sync
from domain.log.sqlite.recovered import LostPosition, RecoveryNote, write_note
from domain.log.sqlite.store import explained, make_file
from domain.log.stored import ClosedMapper, StoredRecord, as_row, taken_from
from domain.log.verify import verify
from domain.report import Recorded

MOST_TOLD = 1000
"""How many lost positions are told one by one."""


@dataclass
class Recovered:
    """What a recovery took, and what it could not.

    `records` stand in the new log by their chain; `again` are old positions of erasures recorded anew behind them, for
    bodies that are gone; `position` and `hash` are its head. Of what is readable after the damage `offered` counts the
    lines by what vouches for them; `lost` names the rest, up to `MOST_TOLD`, and `lost_count` counts it.
    """

    path: Path
    log_id: str
    damage: LogDamaged
    records: int = 0
    last: int = 0
    position: int = 0
    hash: bytes = b""
    again: list[int] = field(default_factory=list)
    offered: dict[Proof, int] = field(default_factory=dict)
    lost: list[Lost] = field(default_factory=list)
    lost_count: int = 0

    def lose(self, lost: Lost) -> None:
        """Count a position that could not be taken."""
        self.lost_count += 1
        if len(self.lost) < MOST_TOLD:
            self.lost.append(lost)


def recover(
    old: Path,
    new: Path,
    *,
    recorded_by: str,
    clock: Clock,
    rest: Callable[[bytes], Any] | None = None,
    progress: Progress | None = None,
) -> Recovered:
    """Write what stands of `old` into a new log, and the lines of what is readable after that to `rest`.

    Raises Refused where there is no damage, or something lies at `new`; LogDamaged where not even the log's name can
    be read. Nothing is written over, and nothing is left behind by an error.
    """
    old, new = old.resolve(), new.resolve()
    check_free(new)
    damage = _damage(old, progress)
    return recover_known(
        old, new, damage, of=old.name, recorded_by=recorded_by, clock=clock, rest=rest, progress=progress
    )


def recover_known(
    old: Path,
    new: Path,
    damage: LogDamaged,
    *,
    of: str,
    recorded_by: str,
    clock: Clock,
    rest: Callable[[bytes], Any] | None,
    progress: Progress | None,
) -> Recovered:
    """The same where the damage is known; `of` is what the note calls the old log."""
    with damaged(old) as log, folder_for(new), aside(new) as draft:
        found = log.examine(progress)
        report = Recovered(new, log.info.log_id, damage, records=found.end, last=found.last)
        report.again = sorted(found.again)
        with explained(new):
            steps = log.walk(found.last)
            _write_standing(log, draft, found, steps, progress)
            _erase_again(log, draft, report.again, recorded_by, clock)
            _take_rest(log, found, steps, report, rest)
            write_note(draft, _note(of, report, recorded_by, iso(micros(clock()))))
            for file in files_of(draft):
                sync(file)
        with opened(draft) as written:
            held = verify(written, ClosedMapper(), progress)
        if held.position != found.end + len(report.again):
            raise LogDamaged("the new log does not hold what was read", position=held.position, remedy="run it again")
        report.position, report.hash = held.position, held.hash
        put_in_place(draft, new)
    return report


def _damage(old: Path, progress: Progress | None) -> LogDamaged:
    """Why the log does not hold. Raises Refused where it does."""
    try:
        with opened(old) as log:
            verify(log, ClosedMapper(), progress)
    except LogDamaged as found:
        return found
    except LogUnavailable as error:
        if not _is_log_by_its_tables(old):
            raise
        return LogDamaged(error.what, position=0)
    raise Refused(
        "this log is whole", where=str(old), remedy="there is nothing to recover; `ceasefire backup` copies it"
    )


def _is_log_by_its_tables(old: Path) -> bool:
    """Whether a file that does not begin as a log does has a log's name in it all the same."""
    try:
        with damaged(old):
            return True
    except (LogDamaged, LogUnavailable):
        return False


def _write_standing(
    log: DamagedLog, draft: Path, found: Findings, steps: Iterator[Step], progress: Progress | None
) -> None:
    """Every record up to the end, as it was: position, stamps, body, salt, hash."""
    info: LogInfo = log.info
    make_file(draft, log_id=info.log_id, timezone=info.timezone, made_at=info.made_at)
    last_hash = info.genesis
    with closing(sqlite3.connect(draft, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("BEGIN")
        for _ in range(found.end):
            step = next(steps)
            connection.execute(INSERT, as_row(_standing(log, step)))
            last_hash = step.hash
            if progress and step.position % TELL_EVERY == 0:
                progress("writing", step.position, found.end)
        connection.execute("COMMIT")
    advance_head(head_path(draft), OutsideHead(info.log_id, found.end, last_hash))


def _standing(log: DamagedLog, step: Step) -> StoredRecord:
    """A record that stands. What repeats what the body says is taken from the body."""
    record = step.record
    opened_record = log.opened_body(record) if isinstance(record, StoredRecord) else record
    if isinstance(record, Lost) or isinstance(opened_record, Lost):
        raise LogDamaged("the log changed while it was read", position=step.position, remedy="run it again")
    report = opened_record.report
    occurred, target = (None, None) if report is None else taken_from(report)
    if opened_record.unreadable:
        occurred, target = record.occurred, record.target
    digest = record.digest if record.salt is None else None
    return replace(record, occurred=occurred, target=target, digest=digest, hash=step.hash)


def _erase_again(log: DamagedLog, draft: Path, positions: list[int], recorded_by: str, clock: Clock) -> None:
    """A body that is gone needs its erasure: those that stood after the damage are recorded anew, in their words."""
    if not positions:
        return
    factory = SQLiteFactory(draft, clock=clock, read_only=False)
    try:
        with factory.application_recorder().writing() as writer:
            for position in positions:
                record = log.read(position)
                if isinstance(record, Lost):
                    raise LogDamaged("the log changed while it was read", position=position, remedy="run it again")
                opened_record = log.opened_body(record)
                report = opened_record.report if isinstance(opened_record, Recorded) else None
                occurred, target = (None, None) if report is None else taken_from(report)
                stream = str(record.originator_id)
                writer.put(
                    StoredRecord(
                        originator_id=stream,
                        originator_version=writer.newest_version(stream) + 1,
                        topic=record.topic,
                        state=record.state,
                        id=0,
                        schema=record.schema,
                        key=record.key,
                        recorded_by=recorded_by,
                        occurred=occurred,
                        target=target,
                    )
                )
    finally:
        factory.close()


def _take_rest(
    log: DamagedLog,
    found: Findings,
    steps: Iterator[Step],
    report: Recovered,
    write: Callable[[bytes], Any] | None,
) -> None:
    """What is readable after the end, one line a record, each with what does not vouch for it."""
    for step in steps:
        if step.position in report.again:
            continue
        line = _line(log, found, step)
        if isinstance(line, Lost):
            report.lose(line)
            continue
        proof = found.proof(step.position, linked=step.linked)
        report.offered[proof] = report.offered.get(proof, 0) + 1
        if write is not None:
            write(msgspec.json.encode(line) + b"\n")


def _line(log: DamagedLog, found: Findings, step: Step) -> dict[str, Any] | Lost:
    record = step.record
    if isinstance(record, Lost):
        return record
    opened_record = log.opened_body(record)
    if isinstance(opened_record, Lost):
        return opened_record
    if opened_record.unreadable:
        return Lost(step.position, f"it cannot be read: {opened_record.unreadable}")
    if opened_record.report is None:
        if opened_record.id not in found.erasures:
            return Lost(step.position, "its body was erased, and no erasure of it can be read")
        return tombstone_line(opened_record, record.schema, iso(record.known_at))
    line = to_line(opened_record, log.key_of)
    proof = found.proof(step.position, linked=step.linked)
    if proof is not Proof.HEAD:
        said = f"Read from #{step.position} of the damaged log {log.info.log_id}: {proof.value}"
        line["sources"] = [*line["sources"], {"title": said}]
    return line


def _note(of: str, report: Recovered, recorded_by: str, at: str) -> RecoveryNote:
    return RecoveryNote(
        recovered=1,
        log_id=report.log_id,
        of=of,
        at=at,
        by=recorded_by,
        upto=report.records,
        last=report.last,
        damage=LostPosition(report.damage.position, report.damage.what),
        lost=[LostPosition(lost.position, lost.why) for lost in report.lost],
        lost_count=report.lost_count,
        erased_again=report.again,
    )
