"""`ceasefire rebuild`: the read model from zero."""

from __future__ import annotations

import time

import click

from domain.place import Place
from tui.commands import options
from tui.commands.console import put, put_json


@click.command()
@options.together(options.log, options.as_json)
def rebuild(log: Place, as_json: bool) -> None:
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
