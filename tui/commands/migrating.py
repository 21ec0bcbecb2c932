"""`ceasefire migrate`: a log from a file to a server, or back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tui.commands import options
from tui.commands.answering import answering
from tui.commands.console import counted, note, put, put_json, say

if TYPE_CHECKING:
    from domain.log.migration import Migrated
    from domain.place import Place


@click.command()
@click.argument("log", metavar="SOURCE", type=options.LogPlace())
@click.argument("target", metavar="TARGET", type=options.LogPlace())
@options.as_json
def migrate(log: Place, target: Place, as_json: bool) -> None:
    """Move the log SOURCE, as it is, into TARGET: from a file to a PostgreSQL server, or back.

    TARGET is an empty log on a server (made by `ceasefire init`, and filled as its owner), or a file that is not there
    yet. Every record keeps its position, stamps and hash, and the log its identity; what was erased stays erased. It
    is verified there before anyone sees it, and where anything fails TARGET is as it was. SOURCE is only read: have
    nobody record there any more.

    \b
    createdb gaza && ceasefire init postgresql:///gaza
    ceasefire migrate gaza.db postgresql:///gaza
    ceasefire migrate postgresql:///gaza gaza-copy.db
    """
    from tui.commands.opening import whole  # noqa: PLC0415
    from tui.commands.progress import bar  # noqa: PLC0415

    with whole(log) as monitor, bar("records") as progress:
        moved = monitor.migrate(target, progress=progress)
        told = monitor.notes
    with answering(f"migrated to {moved.place}"):
        _tell(log, moved, told, as_json=as_json)


def _tell(source: Place, moved: Migrated, told: tuple[str, ...], *, as_json: bool) -> None:
    if as_json:
        put_json(
            {
                "place": str(moved.place),
                "log_id": moved.log_id,
                "records": moved.records,
                "position": moved.position,
                "hash": moved.hash.hex(),
                "erased": moved.erased,
                "notes": list(moved.notes),
            }
        )
        return
    records = counted(moved.records, "record")
    put(f"migrated: {records}, head #{moved.position}, hash {moved.hash.hex()}, to {moved.place}")
    say(f"record there from now on; {source} is as it was")
    for words in moved.notes:
        if words not in told:
            note(words)
