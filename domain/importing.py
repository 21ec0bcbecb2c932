"""Import: files of lines into the log, all or nothing, in one transaction.

Lines are first read into a staging file, sorted there when they are history, and only then is the log locked.
"""

from __future__ import annotations

import errno
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from domain.calendar import Calendar, Micros, canonical, micros
from domain.catalogue import record_type
from domain.clock import Clock
from domain.deciding import Decider
from domain.editing import Erased
from domain.errors import LogUnavailable, NotOnRecord, Refused
from domain.lines import MAX_LINE_BYTES, Draft, Tombstone, parse_line
from domain.log.recorder import Head, LogRecorder, Writer
from domain.log.staging import StagedLine, Staging
from domain.log.stored import ClosedMapper, StoredRecord
from domain.report import Recorded
from domain.rules import check_stream, check_texts

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is (bytes, then lines)."""

MAX_REFUSALS = 100
"""How many refused lines are collected before an import gives up looking for more."""

TELL_EVERY = 500
ENDLESS_BYTES = 1 << 30


@dataclass(frozen=True)
class RefusedLine:
    """A line that was not let in, and why."""

    file: str
    line: int
    error: Refused


@dataclass
class ImportReport:
    """What an import did. With refusals nothing was written; `skipped` lines were on record already."""

    recorded: int = 0
    skipped: int = 0
    refusals: list[RefusedLine] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def import_files(
    log: LogRecorder,
    mapper: ClosedMapper,
    calendar: Calendar,
    paths: Sequence[Path],
    *,
    recorded_by: str,
    clock: Clock,
    new_key: Callable[[], str],
    backfill: bool,
    dry_run: bool,
    progress: Progress | None = None,
) -> ImportReport:
    """Record every line of the files, or none. Raises Refused when backfill is not possible, LogUnavailable."""
    tell = progress or (lambda _what, _done, _total: None)
    report = ImportReport()
    with tempfile.TemporaryDirectory(prefix="ceasefire-import-") as folder, closing(Staging(Path(folder))) as staging:
        _read(staging, paths, calendar, report, tell)
        if report.refusals:
            return report
        with log.writing() as writer:
            if not backfill and writer.head.position == 0 and _is_history(staging.oldest(), calendar, clock):
                report.notes.append(
                    "these are old reports in an empty log: without --backfill they count as known from today on"
                )
            decider = Decider(writer, mapper, calendar, clock, recorded_by, new_key)
            _Recording(writer, decider, mapper, recorded_by, staging, report, tell).run(backfill=backfill)
            if dry_run or report.refusals:
                writer.undo()
        if not writer.undone:
            if staging.erasures and not log.scrub():
                report.notes.append("erased bytes stay in the write-ahead log until its readers are closed")
            report.notes.extend(log.notes)
    return report


def _read(staging: Staging, paths: Sequence[Path], calendar: Calendar, report: ImportReport, tell: Progress) -> None:
    total = sum(path.stat().st_size for path in paths if path.is_file())
    done = 0
    for path in paths:
        try:
            with path.open("rb") as file:
                for number, raw in _lines(file):
                    done += len(raw)
                    if number % TELL_EVERY == 0:
                        tell("reading", done, total)
                    if raw.strip():
                        _stage(staging, raw, str(path), number, calendar, report)
                    if len(report.refusals) >= MAX_REFUSALS:
                        return
        except OSError as error:
            raise LogUnavailable(
                f"cannot be read: {error.strerror}", where=str(path), remedy="check the path and its permissions"
            ) from None
    tell("reading", total, total)


def _lines(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Numbered lines; one that is over the limit is cut just past it, and its rest passed over."""
    number = 0
    while raw := file.readline(MAX_LINE_BYTES + 2):
        number += 1
        rest, passed = raw, 0
        while rest and not rest.endswith(b"\n"):
            rest = file.readline(MAX_LINE_BYTES)
            passed += len(rest)
            if passed > ENDLESS_BYTES:
                raise OSError(errno.EFBIG, f"a line without an end (over {ENDLESS_BYTES >> 30} GiB)")
        if number == 1:
            raw = raw.removeprefix(b"\xef\xbb\xbf")
        yield number, raw.rstrip(b"\r\n")


def _stage(staging: Staging, raw: bytes, file: str, number: int, calendar: Calendar, report: ImportReport) -> None:
    try:
        parsed = parse_line(raw, where="")
        if isinstance(parsed, Tombstone):
            said_at = calendar.end(parsed.known_at)
        else:
            reported = parsed.body.get("reported_at")
            if not isinstance(reported, str):
                raise Refused("no reported_at", where="reported_at", remedy="say when the claimant or outlet said it")
            said_at = calendar.end(canonical(reported, where="reported_at"))
            staging.erasures = staging.erasures or parsed.type == Erased.TOPIC
        staging.add(said_at, file, number, raw)
    except Refused as error:
        report.refusals.append(RefusedLine(file, number, error))


def _check_backfill(head: Head, oldest: Micros) -> None:
    """History can be put behind what the log holds only when that is older history: `oldest` is what is to be put."""
    remedy = "give all files in one backfill, into a new log; or import without --backfill, as known from now on"
    if head.position and not head.is_backfilled:
        raise Refused(
            "this log has live records, and history cannot be put before them", where="--backfill", remedy=remedy
        )
    if oldest < head.known_at:
        raise Refused(
            "the oldest of these reports is older than the newest that this log knows",
            where="--backfill",
            remedy=remedy,
        )


def _is_history(oldest: Micros | None, calendar: Calendar, clock: Clock) -> bool:
    """Whether the oldest report is of an earlier day than today."""
    return oldest is not None and oldest < calendar.day_start(calendar.day(micros(clock())))


@dataclass
class _Recording:
    """The second pass: each staged line decided and put, inside the one write transaction."""

    writer: Writer
    decider: Decider
    mapper: ClosedMapper
    recorded_by: str
    staging: Staging
    report: ImportReport
    tell: Progress
    _tombstones: list[tuple[str, str, int]] = field(default_factory=list)
    _waiting: dict[str, list[tuple[StagedLine, RefusedLine]]] = field(default_factory=dict)

    def run(self, *, backfill: bool) -> None:
        total = self.staging.count()
        before = self.writer.head
        lines = self.staging.by_report_date() if backfill else self.staging
        for done, line in enumerate(lines, start=1):
            if done % TELL_EVERY == 0:
                self.tell("recording", done, total)
            self._take(line, backfill=backfill)
            if len(self.report.refusals) >= MAX_REFUSALS:
                return
        for waiting in self._waiting.values():
            self.report.refusals.extend(refusal for _, refusal in waiting)
        self._check_tombstones()
        if not backfill and self.report.recorded and before.is_backfilled:
            self.report.notes.append("this log is closed to backfill from now on: it holds live records")
        self.tell("recording", total, total)

    def _take(self, line: StagedLine, *, backfill: bool) -> None:
        """Record a line, and then those that waited for it.

        By report date a record may come after one that names it: a correction of noon, say, and what it corrects,
        reported some time that day. Then the second waits for the first.
        """
        ahead = [line]
        while ahead:
            said_at, file, number, raw = line = ahead.pop()
            try:
                parsed = parse_line(raw, where="")
                self._one(parsed, said_at if backfill else None, file, number)
                ahead.extend(waited for waited, _ in reversed(self._waiting.pop(parsed.key or "", [])))
            except Refused as error:
                refusal = RefusedLine(file, number, error)
                if backfill and isinstance(error, NotOnRecord) and error.key is not None:
                    self._waiting.setdefault(error.key, []).append((line, refusal))
                else:
                    self.report.refusals.append(refusal)

    def _one(self, parsed: Draft | Tombstone, said_at: Micros | None, file: str, number: int) -> None:
        if isinstance(parsed, Tombstone):
            self._erased(parsed, said_at, file, number)
            return
        outcome = self.decider.decide(parsed)
        if outcome.fresh:
            self._put(outcome.record, said_at)
            self.report.recorded += 1
        else:
            self.report.skipped += 1
            if outcome.retracted:
                self.report.notes.append(f"{file}:{number}: on record as {outcome.record.id}, and retracted since")

    def _put(self, record: Recorded, said_at: Micros | None) -> None:
        self._before_first(said_at)
        self.writer.put(self.mapper.to_stored_event(record), said_at=said_at)

    def _before_first(self, said_at: Micros | None) -> None:
        """Lines come by report date, so the first that is not on record yet is as good as the oldest to be put."""
        if said_at is not None and self.report.recorded == 0:
            _check_backfill(self.writer.head, said_at)

    def _erased(self, stone: Tombstone, said_at: Micros | None, file: str, number: int) -> None:
        standing = self.writer.by_key(stone.key)
        if standing is not None:
            if standing.salt is not None or standing.digest != stone.digest:
                raise Refused(
                    f"the key {stone.key!r} is that of {standing.record_id}, which has not been erased here",
                    where="key",
                    remedy="`ceasefire erase` it here too",
                )
            self.report.skipped += 1
            return
        check_stream(record_type(stone.type), stone.stream)
        check_texts({"key": stone.key})
        version = self.writer.newest_version(stone.stream) + 1
        row = StoredRecord(
            originator_id=stone.stream,
            originator_version=version,
            topic=stone.type,
            state=b"",
            id=0,
            schema=stone.schema,
            key=stone.key,
            recorded_by=self.recorded_by,
        )
        self._before_first(said_at)
        self.writer.put_erased(row, stone.digest, said_at=said_at)
        self._tombstones.append((row.record_id, file, number))
        self.report.recorded += 1

    def _check_tombstones(self) -> None:
        for record_id, file, number in self._tombstones:
            if not any(edit.topic == Erased.TOPIC for edit in self.writer.edits(record_id)):
                error = Refused(
                    "an erased record, and no record.erased says why",
                    remedy="import the whole export, its erasures too",
                )
                self.report.refusals.append(RefusedLine(file, number, error))
