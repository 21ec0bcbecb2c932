"""The demonstration log: made with the seeds once, and left as it is ever after."""

from __future__ import annotations

from domain.place import Place
from tui.commands.console import counted, say
from tui.commands.making import made_or_open
from tui.commands.opening import is_there
from tui.commands.progress import bar


def seed(log: Place, recorded_by: str) -> None:
    """Make the log with the seeds, unless it holds records already. Raises what the import refuses."""
    import seeds  # noqa: PLC0415

    if is_there(log) and _holds_records(log):  # whoever only looks need not be able to write
        return
    with made_or_open(log, seeds.TIMEZONE, recorded_by) as monitor:
        with bar("lines") as progress:
            report = monitor.import_files([seeds.GAZA_2025], backfill=True, progress=progress)
        if report.refusals:
            raise report.refusals[0].error
    say(f"made {log} with {counted(report.recorded, 'record')} on the Gaza ceasefire")


def _holds_records(log: Place) -> bool:
    from domain.monitor import Monitor  # noqa: PLC0415 - loads eventsourcing

    with Monitor(log, read_only=True) as monitor:
        return monitor.head().position > 0
