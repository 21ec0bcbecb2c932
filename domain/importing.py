"""Import: files of lines into the log, all or nothing, in one transaction.

Lines are first read into a staging file, sorted there when they are history, and only then is the log locked.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO

from domain.calendar import Calendar, Micros, canonical, micros
from domain.clock import Clock
from domain.deciding import Decider
from domain.editing import Erased
from domain.errors import LogUnavailable, Refused
from domain.explaining import NO_MOMENT, day_of_a_spreadsheet
from domain.lines import MAX_LINE_BYTES, Tombstone, parse_line
from domain.log.recorder import LogRecorder
from domain.log.staging import BATCH, Staging
from domain.log.stored import ClosedMapper
from domain.plain import PlainReader
from domain.recording import MAX_REFUSALS, ImportReport, Progress, Recording, RefusedLine
from domain.rules import check_clock

__all__ = ["MAX_REFUSALS", "ImportReport", "Progress", "RefusedLine", "import_files"]

ENDLESS_BYTES = 1 << 30

_NO_LINES = {
    b"\x1f\x8b": ("packed with gzip", "unpack it first: gunzip -c FILE | ceasefire import -"),
    b"PK\x03\x04": ("packed with zip", "unpack it first: nothing is unpacked here"),
    b"BZh": ("packed with bzip2", "unpack it first: bunzip2 -c FILE | ceasefire import -"),
    b"\xfd7zXZ": ("packed with xz", "unpack it first: xz -dc FILE | ceasefire import -"),
    b"\x28\xb5\x2f\xfd": ("packed with zstd", "unpack it first: zstd -dc FILE | ceasefire import -"),
    b"SQLite format 3\0": ("a database", "if it is a log: `ceasefire export --log FILE` writes its lines"),
    b"\xff\xfe": ("text in UTF-16", "save it as UTF-8"),
    b"\xfe\xff": ("text in UTF-16", "save it as UTF-8"),
}
"""How files begin that are taken for lines by mistake: one refusal then says more than one for each of their lines."""


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
    clock_is_right: bool = False,
    progress: Progress | None = None,
) -> ImportReport:
    """Record every line of the files, or none. Raises Refused when backfill is not possible, or the clock stands too
    far after the newest record and nobody vouches for it; LogUnavailable.
    """
    tell = progress or (lambda _what, _done, _total: None)
    report = ImportReport()
    with closing(Staging()) as staging:
        _read(staging, paths, calendar, micros(clock()), report, tell)
        if report.refusals:
            report.unchecked = len(staging)
            return report
        with log.writing() as writer:
            if not backfill and writer.head.position == 0 and _is_history(staging.oldest, calendar, clock):
                report.notes.append(
                    "these are old reports in an empty log: without --backfill they count as known from today on"
                )
            reached = writer.head.reached
            decider = Decider(writer, mapper, calendar, clock, recorded_by, new_key)
            Recording(writer, decider, clock, mapper, recorded_by, staging, report, tell).run(backfill=backfill)
            if not (backfill or clock_is_right or report.refusals):
                writer.flush()  # on a server the stamps are known by then
                check_clock(reached, writer.head.recorded_at)
            if dry_run or report.refusals:
                writer.undo()
        if not writer.undone:
            report.erased = staging.erasures
            if staging.erasures:
                log.scrub()
            report.notes.extend(log.notes)
    return report


def _read(
    staging: Staging, paths: Sequence[Path], calendar: Calendar, now: Micros, report: ImportReport, tell: Progress
) -> None:
    plain = PlainReader(calendar, now)
    total = sum(path.stat().st_size for path in paths if path.is_file())
    done = seen = 0
    for path in paths:
        try:
            with path.open("rb") as file:
                name = str(path)
                if mistaken := _mistaken(file):
                    report.refusals.append(RefusedLine(name, 1, mistaken))
                    continue
                for number, raw in _lines(file):
                    done += len(raw)
                    seen += 1
                    if seen % BATCH == 0:
                        tell("reading", seen, max(seen, seen * total // done))
                    if line := plain.read(raw):
                        said_at, topic, stream, key, occurred, target, body = line
                        staging.add((said_at, name, number, body, topic, stream, key, occurred, target))
                    elif raw.strip():
                        _stage(staging, raw, name, number, calendar, report)
                        if len(report.refusals) >= MAX_REFUSALS:
                            return
        except OSError as error:
            raise LogUnavailable(
                f"cannot be read: {error.strerror}", where=str(path), remedy="check the path and its permissions"
            ) from None
    tell("reading", seen, seen)


def _mistaken(file: BufferedReader) -> Refused | None:
    """Why a file holds no lines, where its beginning tells."""
    beginning = file.peek(16)
    if beginning.split(b"\n")[0].strip() == b"[":
        return Refused("not JSON lines, but a JSON array", remedy="one object a line: jq -c '.[]' FILE")
    for sign, (what, remedy) in _NO_LINES.items():
        if beginning.startswith(sign):
            return Refused(f"not JSON lines, but {what}", remedy=remedy)
    return None


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
            if isinstance(reported, (int, float)):
                what, remedy = f"{NO_MOMENT} (it says {reported!r})", day_of_a_spreadsheet(reported)
                raise Refused(what, where="reported_at", remedy=remedy)
            if not isinstance(reported, str):
                raise Refused("no reported_at", where="reported_at", remedy="say when the claimant or outlet said it")
            said_at = calendar.end(canonical(reported, where="reported_at"))
            staging.erasures = staging.erasures or parsed.type == Erased.TOPIC
        staging.add((said_at, file, number, raw, None, "", "", "", ""))
    except Refused as error:
        report.refusals.append(RefusedLine(file, number, error))


def _is_history(oldest: Micros | None, calendar: Calendar, clock: Clock) -> bool:
    """Whether the oldest report is of an earlier day than today."""
    return oldest is not None and oldest < calendar.day_start(calendar.day(micros(clock())))
