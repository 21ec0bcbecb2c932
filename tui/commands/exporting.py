"""`ceasefire export`: the records as JSON lines that import again to the same content."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui.commands import options
from tui.commands.console import counted, put_bytes, put_json, say

if TYPE_CHECKING:
    from domain.exporting import ExportReport
    from domain.place import Place


@click.command()
@click.argument(
    "file", required=False, type=click.Path(dir_okay=False, allow_dash=True, path_type=Path), metavar="[FILE]"
)
@click.option("--force", is_flag=True, help="Replace FILE if it exists.")
@options.together(options.with_restricted, options.log, options.as_json)
def export(file: Path | None, force: bool, with_restricted: bool, log: Place, as_json: bool) -> None:
    """The records as JSON lines on stdout, or in FILE: public ones, with --with-restricted all.

    With --json and a FILE the counts are printed as JSON.
    """
    from tui.commands.files_out import written  # noqa: PLC0415
    from tui.commands.opening import reading  # noqa: PLC0415

    to_file = file is not None and file != Path("-")
    with reading(log) as monitor:
        if to_file:
            assert file is not None
            with written(file, log=log, force=force) as out:
                report = monitor.export(out.write, restricted=with_restricted)
        else:
            report = monitor.export(put_bytes, restricted=with_restricted)
    if as_json and to_file:
        put_json(
            {
                "file": str(file),
                "written": report.written,
                "left_out_restricted": report.left_out_restricted,
                "left_out_dependent": report.left_out_dependent,
                "unreadable": [{"position": at, "why": why} for at, why in report.unreadable.items()],
            }
        )
    else:
        _tell(report)


def _tell(report: ExportReport) -> None:
    from tui.commands.opening import name_unreadable  # noqa: PLC0415

    say(f"{counted(report.written, 'record')} exported")
    if report.left_out_restricted:
        say(f"{counted(report.left_out_restricted, 'restricted record')} left out; --with-restricted holds them too")
    if report.left_out_dependent:
        say(f"{counted(report.left_out_dependent, 'record')} left out that refer to one that is left out")
    name_unreadable(report.unreadable)
