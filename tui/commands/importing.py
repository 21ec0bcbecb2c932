"""`ceasefire import`: JSON lines into the log, all or nothing, refusals by line."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from domain.errors import LogUnavailable, Refused, SaveInDoubt
from domain.leftovers import temporary_folder
from tui.commands import options
from tui.commands.answering import answering
from tui.commands.console import counted, note, put, put_json, say
from tui.commands.failures import REFUSED, as_dict, tell
from tui.commands.forgetting import forget_erased
from tui.commands.opening import is_there

if TYPE_CHECKING:
    from domain.importing import ImportReport
    from domain.monitor import Monitor
    from domain.place import Place
    from tui.commands.progress import Bar

MOST_TOLD = 50  # refusals in words; --json tells all
MOST_SPOOLED = 4 << 30
"""Bytes taken from stdin, before the log is made or opened: stdin never ends by itself."""
STDIN = "stdin"


@click.command("import")
@click.argument(
    "files",
    metavar="FILE...",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path),
)
@click.option("--backfill", is_flag=True, help="History that predates the log: known since it was reported.")
@click.option("--timezone", metavar="ZONE", help="The new log's timezone (a tzdata name); fixed for good.")
@options.writing
def import_(
    *,
    files: Sequence[Path],
    backfill: bool,
    timezone: str | None,
    log: Place,
    recorded_by: str,
    clock_is_right: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Records from FILEs of JSON lines (`-` is stdin), all or nothing; makes the log when there is none.

    A line that is on record already is skipped, so the same import twice is one. When any line is refused nothing is
    written, and refused lines are named with what to do about them, up to 100: lines that cannot be read first, those
    that break a rule once all can be read.

    An empty FILE makes an empty log: `ceasefire import /dev/null --timezone Asia/Gaza`.
    """
    from tui.commands.progress import bar  # noqa: PLC0415

    new = not is_there(log)
    with (
        bar("lines") as progress,
        _on_disk(files, progress) as paths,
        _target(log, timezone or _seeds_timezone(files), recorded_by, dry_run, clock_is_right) as monitor,
    ):
        report = _imported(monitor, paths, backfill=backfill, dry_run=dry_run, progress=progress)
        _name_stdin(report, paths, files)
        zone = monitor.info.timezone
        if report.refusals:  # told inside, so that a log made for this import is not put in place
            _tell(report, dry_run, as_json=as_json)
            sys.exit(REFUSED)
        if report.erased:
            forget_erased(monitor)
    if new and not dry_run:
        what = "" if report.recorded else ", empty"
        say(f"made {log}{what}, timezone {zone}")
    saved = answering(f"{counted(report.recorded, 'record')} saved", remedy="`ceasefire status` shows them")
    with nullcontext() if dry_run else saved:
        _tell(report, dry_run, as_json=as_json)


def _imported(monitor: Monitor, paths: Sequence[Path], **how: Any) -> ImportReport:
    try:
        return monitor.import_files(paths, **how)
    except SaveInDoubt as error:  # lines that name no key have one from what they say
        error.remedy += "; importing the same again is safe: what is on record is skipped"
        raise


@contextmanager
def _on_disk(files: Sequence[Path], progress: Bar | None) -> Iterator[list[Path]]:
    """The files, stdin among them as a temporary one without a name: whoever kills an import leaves none behind."""
    if Path("-") not in files:
        yield list(files)
        return
    with tempfile.TemporaryFile() as spooled:
        try:
            _spool(spooled, progress)
            spooled.seek(0)
        except OSError as error:
            raise LogUnavailable(
                f"temporary files cannot be written: {error.strerror}",
                where=STDIN,
                remedy="make room for them, or name a folder on another disk in TMPDIR",
            ) from None
        opened = Path(f"/dev/fd/{spooled.fileno()}")
        yield [opened if path == Path("-") else path for path in files]


def _spool(out: IO[bytes], progress: Bar | None) -> None:
    """Take stdin as it comes: how much there is nobody knows, so that how much came is told."""
    left = MOST_SPOOLED
    while piece := sys.stdin.buffer.read(1 << 20):
        if progress is not None:
            progress(f"reading {STDIN}", MOST_SPOOLED - left, 0, "MB")
        left -= len(piece)
        if left < 0:
            raise Refused(
                f"more than {MOST_SPOOLED:,} bytes", where=STDIN, remedy="give it as a file, or in smaller parts"
            )
        out.write(piece)


@contextmanager
def _target(
    log: Place, timezone: str | None, recorded_by: str, dry_run: bool, clock_is_right: bool
) -> Iterator[Monitor]:
    """The log to import into; for a dry run without a log, one that is gone afterwards."""
    from tui.commands.making import made_or_open  # noqa: PLC0415

    if not dry_run or is_there(log):
        with made_or_open(log, timezone, recorded_by, clock_is_right=clock_is_right) as monitor:
            yield monitor
        return
    with (
        temporary_folder("dry-run") as folder,
        made_or_open(folder / "log" / "dry-run.db", timezone, recorded_by) as monitor,
    ):
        yield monitor


def _seeds_timezone(files: Sequence[Path]) -> str | None:
    import seeds  # noqa: PLC0415

    return seeds.TIMEZONE if any(path.resolve() == seeds.GAZA_2025.resolve() for path in files) else None


def _as_json(report: ImportReport, dry_run: bool) -> dict[str, Any]:
    return {
        "recorded": 0 if report.refusals else report.recorded,
        "skipped": report.skipped,
        "repeated": report.repeated,
        "dry_run": dry_run,
        "refusals": [
            {"file": refused.file, "line": refused.line, **as_dict(refused.error)} for refused in report.refusals
        ],
        "more": _may_be_more(report),
        "unchecked": report.unchecked,
        "notes": list(report.notes),
    }


def _may_be_more(report: ImportReport) -> bool:
    from domain.importing import MAX_REFUSALS  # noqa: PLC0415 - loads eventsourcing

    return len(report.refusals) >= MAX_REFUSALS


def _what_remains(report: ImportReport) -> str:
    """What nobody knows yet of the other lines."""
    if _may_be_more(report):
        return ", and there may be more: after so many it looks no further"
    if report.unchecked:
        return f"; {counted(report.unchecked, 'other')} can be read, and will be held against the rules once all can"
    return ""


def _name_stdin(report: ImportReport, paths: Sequence[Path], files: Sequence[Path]) -> None:
    """Say `stdin` where the report names the temporary file that stdin was read by way of."""
    for path, file in zip(paths, files, strict=True):
        if file == Path("-"):
            report.refusals = [
                replace(refused, file=STDIN) if refused.file == str(path) else refused for refused in report.refusals
            ]
            for refused in report.refusals:  # a line may be told to say the same as one of stdin's
                refused.error.what = refused.error.what.replace(f"{path}:", f"{STDIN}:")
            report.notes = [words.replace(f"{path}:", f"{STDIN}:") for words in report.notes]


def _tell(report: ImportReport, dry_run: bool, *, as_json: bool) -> None:
    if as_json:
        put_json(_as_json(report, dry_run))
        return
    for refused in report.refusals[:MOST_TOLD]:
        tell(refused.error, at=f"{refused.file}:{refused.line}")
    if len(report.refusals) > MOST_TOLD:
        say(f"and {len(report.refusals) - MOST_TOLD:,} more; --json tells all")
    for words in report.notes:
        note(words)
    if report.refusals:
        say(f"nothing was written: {counted(len(report.refusals), 'line')} refused{_what_remains(report)}")
        return
    verb = "would be recorded" if dry_run else "recorded"
    repeated = f", {report.repeated:,} the same as in another file" if report.repeated else ""
    put(f"{counted(report.recorded, 'record')} {verb}, {report.skipped:,} on record already{repeated}")
