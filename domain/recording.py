"""The second pass of an import: staged lines decided and put, inside the one write transaction."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from domain.calendar import Micros
from domain.catalogue import CATALOGUE, record_type
from domain.clock import Clock
from domain.deciding import Decider
from domain.editing import Corrected, Erased, Retracted
from domain.errors import NotOnRecord, Refused
from domain.lines import Tombstone, parse_line
from domain.log.staging import BATCH, StagedLine, Staging
from domain.log.stored import ClosedMapper, StoredRecord
from domain.log.writer import Body, Head, Writer
from domain.plain import with_target
from domain.report import Recorded
from domain.rules import check_stream, check_texts
from domain.strike import Linked

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many lines of it are done, and how many there are: while reading, about."""

MAX_REFUSALS = 100
"""How many refused lines are collected before an import gives up looking for more."""


@dataclass(frozen=True)
class RefusedLine:
    """A line that was not let in, and why."""

    file: str
    line: int
    error: Refused


@dataclass
class ImportReport:
    """What an import did. With refusals nothing was written; `skipped` lines were on record already, and `repeated`
    ones say the same as a line of another file.

    `erased` says that a record.erased was among the lines. `unchecked` lines could be read, and were not yet held
    against the rules: that begins once every line can be read.
    """

    recorded: int = 0
    skipped: int = 0
    repeated: int = 0
    erased: bool = False
    unchecked: int = 0
    refusals: list[RefusedLine] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


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


_LOOKS_BACK = frozenset(
    facts.TOPIC for facts in (Corrected, Retracted, Linked)
)  # what they may say depends on what is on record
_SCHEMA = {topic: kind.schema for topic, kind in CATALOGUE.items()}


@dataclass
class Recording:
    """The second pass: each staged line decided and put, inside the one write transaction."""

    writer: Writer
    decider: Decider
    clock: Clock
    mapper: ClosedMapper
    recorded_by: str
    staging: Staging
    report: ImportReport
    tell: Progress
    _tombstones: list[tuple[str, str, int]] = field(default_factory=list)
    _run: list[Body] = field(default_factory=list)
    _taken: set[str] = field(default_factory=set)
    _put_from: tuple[array[int], array[int]] = field(default_factory=lambda: (array("I"), array("I")))
    _files: list[str] = field(default_factory=list)
    _before: int = 0
    _file: str = ""
    _waiting: dict[str, list[tuple[StagedLine, RefusedLine]]] = field(default_factory=dict)

    def run(self, *, backfill: bool) -> None:
        """Take every staged line; refusals, and what was recorded or skipped, stand in the report."""
        total, done = len(self.staging), 0
        before = self.writer.head
        self._before = before.position
        self.decider.line_of = self._line_of
        for batch in self.staging.batches(by_report_date=backfill):
            self._take_batch(batch, backfill=backfill)
            if len(self.report.refusals) >= MAX_REFUSALS:
                return
            done += len(batch)
            if len(batch) == BATCH:
                self.tell("recording", done, total)
        for waiting in self._waiting.values():
            self.report.refusals.extend(refusal for _, refusal in waiting)
        self._check_tombstones()
        if not backfill and self.report.recorded and before.is_backfilled:
            self.report.notes.append("this log is closed to backfill from now on: it holds live records")
        self.tell("recording", total, total)

    def _take_batch(self, batch: Sequence[StagedLine], *, backfill: bool) -> None:
        """Put runs of plain lines at once; decide each of the others, and those whose keys are on record already."""
        self._taken = self.writer.on_record([line[6] for line in batch if line[4] is not None])
        self.writer.foresee([line[5] for line in batch if line[4] is not None])
        for line in batch:
            said_at, file, number, body, topic, stream, key, occurred, _ = line
            if (
                topic is None
                or topic in _LOOKS_BACK
                or key in self._taken
                or key in self._waiting
                or not self.report.recorded  # the first of all may be too old to be put here
            ):
                self._take(line, backfill=backfill)
                if len(self.report.refusals) >= MAX_REFUSALS:
                    return
            else:
                self._taken.add(key)
                self._comes_from(file, number)
                self._run.append((said_at, topic, _SCHEMA[topic], stream, key, occurred, None, body))
        self._put_run(backfill=backfill)

    def _comes_from(self, file: str, number: int) -> None:
        """The next record to be put comes from this line."""
        self.report.recorded += 1
        if not self._files or file != self._files[-1]:
            self._files.append(file)
        files, numbers = self._put_from
        files.append(len(self._files) - 1)
        numbers.append(number)

    def _put_of(self, position: int) -> tuple[str, int] | None:
        """File and line of a record that this import has put; None for one that was on record before."""
        if position <= self._before:
            return None
        files, numbers = self._put_from
        index = position - self._before - 1
        return self._files[files[index]], numbers[index]

    def _line_of(self, position: int) -> str:
        """The same in words, for who reads of another line; none for a record that was on record before."""
        found = self._put_of(position)
        if found is None:
            return ""
        file, number = found
        return f"line {number}" if file == self._file else f"{file}:{number}"

    def _said_before(self, position: int, number: int) -> bool:
        """Whether another file of this import says the same. Raises Refused where the same file does."""
        found = self._put_of(position)
        if found is not None and found[0] == self._file:
            raise Refused(
                f"line {number} says the same as line {found[1]}",
                remedy="remove one of them; if both are meant, give each a key of its own",
            )
        return found is not None

    def _put_run(self, *, backfill: bool) -> None:
        if self._run:
            self.writer.put_bodies(self._run, self.recorded_by, backfill=backfill)
            self._run.clear()

    def _take(self, line: StagedLine, *, backfill: bool) -> None:
        """Record a line, and then those that waited for it.

        By report date a record may come after one that names it: a correction of noon, say, and what it corrects,
        reported some time that day. Then the second waits for the first.
        """
        ahead = [line]
        while ahead:
            line = ahead.pop()
            self._put_run(backfill=backfill)
            try:
                key = self._one(line, backfill=backfill)
                self._taken.add(key)
                ahead.extend(waited for waited, _ in reversed(self._waiting.pop(key, [])))
            except Refused as error:
                refusal = RefusedLine(line[1], line[2], error)
                if backfill and isinstance(error, NotOnRecord) and error.key is not None:
                    self._waiting.setdefault(error.key, []).append((line, refusal))
                else:
                    self.report.refusals.append(refusal)

    def _one(self, line: StagedLine, *, backfill: bool) -> str:
        """Record one line, or find it on record; its key. Raises Refused."""
        said_at, file, number, raw, topic, stream, key, occurred, target = line
        self._file = file
        if topic is not None:
            target_id = None
            if target:
                target_id = self.decider.find({"key": target}, "data.target").id
                raw = with_target(raw, target, target_id)
            schema = _SCHEMA[topic]
            report = CATALOGUE[topic].decode(raw, schema)
            if key not in self._taken and self.report.recorded:
                self.decider.check(topic, stream, report, now=self.clock())
                self._comes_from(file, number)
                self._run.append((said_at, topic, schema, stream, key, occurred, target_id, raw))
                return key
            outcome = self.decider.decide_on(topic, stream, key, report)
        else:
            parsed = parse_line(raw, where="")
            if isinstance(parsed, Tombstone):
                self._erased(parsed, said_at if backfill else None, file, number)
                return parsed.key
            outcome = self.decider.decide(parsed)
        if outcome.fresh:
            self._put(outcome.record, said_at if backfill else None)
            self._comes_from(file, number)
        elif self._said_before(outcome.record.position, number):
            self.report.repeated += 1
        else:
            self.report.skipped += 1
            if outcome.retracted:
                self.report.notes.append(f"{file}:{number}: on record as {outcome.record.id}, and retracted since")
        return outcome.record.key

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
                    f"the key {stone.key!r} is that of {self._line_of(standing.id) or standing.record_id}, which has "
                    "not been erased here",
                    where="key",
                    remedy="`ceasefire erase` it here too",
                )
            if self._said_before(standing.id, number):
                self.report.repeated += 1
            else:
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
        self._comes_from(file, number)

    def _check_tombstones(self) -> None:
        for record_id, file, number in self._tombstones:
            if not any(edit.topic == Erased.TOPIC for edit in self.writer.edits(record_id)):
                error = Refused(
                    "an erased record, and no record.erased says why",
                    remedy="import the whole export, its erasures too",
                )
                self.report.refusals.append(RefusedLine(file, number, error))
