"""`ceasefire verify` and `ceasefire rebuild`: is the log what was written; the read model from zero."""

from __future__ import annotations

import time
from pathlib import Path

import click

from tui.commands import options
from tui.commands.console import counted, note, put, put_json


@click.command()
@options.together(options.log, options.as_json)
def verify(log: Path, as_json: bool) -> None:
    """Check the chain of the log and the head kept beside it; names the first bad position.

    Exit code 0: the log is what was written. 1: it is not, and the first position that does not hold is named.
    """
    from tui.commands.opening import reading  # noqa: PLC0415
    from tui.commands.progress import bar  # noqa: PLC0415

    with reading(log) as monitor, bar() as progress:
        found = monitor.verify(progress)
        told = monitor.notes  # by `reading` already
        log_id = monitor.info.log_id
    if as_json:
        put_json(
            {
                "whole": True,
                "log_id": log_id,
                "records": found.records,
                "position": found.position,
                "hash": found.hash.hex(),
                "erased": found.erased,
                "notes": list(found.notes),
            }
        )
        return
    erased = f" ({found.erased:,} erased)" if found.erased else ""
    records = counted(found.records, "record")
    put(f"whole: {records}{erased}, head #{found.position}, hash {found.hash.hex()}, log {log_id}")
    for words in found.notes:
        if words not in told:
            note(words)


@click.command()
@options.together(options.log, options.as_json)
def rebuild(log: Path, as_json: bool) -> None:
    """Make the read model again from the log, from zero. The log is only read."""
    from tui.commands.opening import reading  # noqa: PLC0415
    from tui.commands.progress import bar, part  # noqa: PLC0415

    started = time.monotonic()
    with reading(log) as monitor:
        from projections.readmodel import ReadModel  # noqa: PLC0415

        with bar() as progress, ReadModel.open(monitor) as model:
            position = model.rebuild(part(progress, "rebuilding"))
    seconds = time.monotonic() - started
    if as_json:
        put_json({"rebuilt": True, "position": position, "seconds": round(seconds, 3)})
    else:
        put(f"rebuilt to #{position} in {seconds:.1f} s")
