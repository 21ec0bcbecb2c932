"""`ceasefire erase`: the one thing that can not be undone, so it asks first."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from domain.errors import Refused
from tui.commands import options, report_options
from tui.commands.console import say
from tui.commands.revise import attribution

if TYPE_CHECKING:
    from domain.monitor import Monitor
    from domain.place import Place
    from domain.report import Recorded


@click.command()
@click.argument("record", metavar="ID")
@click.option("--reason", required=True, help="Why it must go.")
@click.option("--authority", required=True, help="Who decided it.")
@attribution
@click.option("--yes", is_flag=True, help="Do not ask.")
@options.writing
def erase(
    *,
    record: str,
    reason: str,
    authority: str,
    claimant: str,
    sources: tuple[str, ...],
    key: str | None,
    yes: bool,
    log: Place,
    recorded_by: str,
    clock_is_right: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Destroy the body of a record, and of its corrections, for good. Its place in the chain stays, and still proves.

    ID is a record's id, its key, or its position as @N. This can not be undone: on a terminal it asks first, without
    one it needs --yes. Of a record that has been erased already it clears what is left in the log's files.
    """
    from tui.commands.opening import writing  # noqa: PLC0415
    from tui.commands.outcomes import print_outcomes  # noqa: PLC0415
    from tui.commands.revise import sources_of  # noqa: PLC0415

    with writing(log, recorded_by, clock_is_right=clock_is_right) as monitor:
        found = monitor.record(record)
        if not dry_run and not yes and found.report is not None:  # what is gone can be cleared without a question
            _confirm(monitor, found)
        outcomes = monitor.erase(
            found.id,
            reason=reason,
            authority=authority,
            claimant=claimant,
            sources=sources_of(claimant, report_options.sources(sources, None, None)),
            key=key,
            dry_run=dry_run,
        )
        print_outcomes(monitor, outcomes, dry_run=dry_run, as_json=as_json)


def _confirm(monitor: Monitor, found: Recorded) -> None:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise Refused(
            "erasing can not be undone, and there is no terminal to ask on", where=found.id, remedy="give --yes"
        )
    corrections = sum(1 for one in monitor.revisions(found.id) if one.type == "record.corrected")
    beside = f" and {corrections} of its corrections" if corrections else ""
    say(f"{found.id} #{found.position} ({found.type}){beside}: the body will be destroyed for good.")
    if not click.confirm("Erase it?", default=False, err=True):
        raise Refused("not erased", where=found.id, remedy="nothing was written")
