"""`ceasefire backup` and `ceasefire restore`: verified copies of a log, out and back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from domain.errors import LogUnavailable, Refused
from tui.commands import options
from tui.commands.answering import answering
from tui.commands.console import counted, note, put, put_json, say

if TYPE_CHECKING:
    from domain.log.sqlite.backup import Copied
    from domain.place import Place

_FILE = options.FilePath()


@click.command()
@click.argument("dest", metavar="DEST", type=_FILE)
@click.option("--force", is_flag=True, help="Replace an older backup of the same log.")
@options.together(options.log, options.as_json)
def backup(dest: Path, force: bool, log: Place, as_json: bool) -> None:
    """Copy the log to the file DEST, while others append; the copy is verified before it gets its name.

    DEST.head, the head of the copy, is written beside it: keep both. A backup that fails leaves nothing behind (one
    that is killed a folder .DEST.*.making, which the next one removes), and one that holds what the log does not is
    never replaced. `ceasefire verify --log DEST` checks it again.

    \b
    ceasefire backup /mnt/usb/gaza-2026-11-23.db
    """
    from tui.commands.files_out import belongs  # noqa: PLC0415
    from tui.commands.opening import in_a_file, whole  # noqa: PLC0415
    from tui.commands.progress import bar  # noqa: PLC0415

    copied_there = f"`ceasefire migrate {log} {dest}` makes a verified copy in a file, `pg_dump` one of the database"
    in_a_file(log, "backup", instead=copied_there)
    if belongs(dest, log):
        raise Refused("this is the log, or belongs to it", where=str(dest), remedy="name another file")
    with whole(log) as monitor, bar() as progress:
        try:
            copied = monitor.backup(dest, replace=force, progress=progress)
        except Refused as error:
            if not force and dest.is_file():
                error.remedy += ", or give --force to replace an older backup of this log"
            raise
        told = monitor.notes
    _tell("backed up", copied, told, as_json=as_json)


@click.command()
@click.argument("backup", metavar="BACKUP", type=_FILE)
@options.together(options.log, options.as_json)
def restore(backup: Path, log: Place, as_json: bool) -> None:
    """Make the log again from BACKUP. Verifies it first, and never overwrites a log: --log names a new one.

    To put a backup in a damaged log's place, move the damaged one and all that lies beside it away first, and keep
    it: `ceasefire recover` may find records in it that the backup does not hold.

    \b
    mkdir damaged && mv gaza.db* damaged/
    ceasefire restore /mnt/usb/gaza-2026-11-23.db --log gaza.db
    """
    from domain.log.sqlite.placing import folder_for  # noqa: PLC0415
    from tui.commands.opening import in_a_file, whole  # noqa: PLC0415
    from tui.commands.progress import bar  # noqa: PLC0415

    filled = f"`ceasefire migrate {backup} {log}` fills an empty log there, `pg_restore` takes a dump of the database"
    to = in_a_file(log, "restore", instead=filled)
    if not backup.exists():
        raise LogUnavailable("there is no backup", where=str(backup), remedy="check the path")
    if to.exists():
        raise Refused(
            "a log is here, and restoring never overwrites one",
            where=str(log),
            remedy=f"restore beside it (--log {to.with_name('restored-' + to.name)}), or first move it and all "
            f"that lies beside it away: mkdir damaged && mv {log}* damaged/",
        )
    with whole(backup) as monitor, bar() as progress, folder_for(to):
        copied = monitor.backup(to, progress=progress)
        told = monitor.notes
    _tell("restored", copied, told, as_json=as_json)


def _tell(done: str, copied: Copied, told: tuple[str, ...], *, as_json: bool) -> None:
    with answering(f"{done}, in {copied.path}"):
        _print(done, copied, told, as_json=as_json)


def _print(done: str, copied: Copied, told: tuple[str, ...], *, as_json: bool) -> None:
    from domain.calendar import iso  # noqa: PLC0415

    newest = iso(copied.recorded_at) if copied.position else None
    if as_json:
        put_json(
            {
                "file": str(copied.path),
                "log_id": copied.log_id,
                "records": copied.records,
                "position": copied.position,
                "hash": copied.hash.hex(),
                "erased": copied.erased,
                "newest_recorded_at": newest,
                "bytes": copied.size,
                "notes": list(copied.notes),
            }
        )
        return
    records = counted(copied.records, "record")
    put(f"{done}: {records}, head #{copied.position}, hash {copied.hash.hex()}, in {copied.path}")
    if newest:
        say(f"the newest of them was recorded {newest}")
    for words in copied.notes:
        if words not in told:
            note(words)
