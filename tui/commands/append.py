"""`ceasefire append`: one report from options, or several that belong together from JSON lines."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from domain.errors import Refused
from tui.commands import options

if TYPE_CHECKING:
    from domain.lines import Draft
    from domain.monitor import Monitor

_EDITS = {"record.corrected": "correct", "record.retracted": "retract", "record.erased": "erase"}


class Types(click.Group):
    """One command for each type of the catalogue, made when it is asked for; `-` reads JSON lines."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - Click's signature
        """The types, and `-`."""
        from domain.catalogue import CATALOGUE  # noqa: PLC0415 - loads eventsourcing

        return [*(topic for topic in CATALOGUE if topic not in _EDITS), "-"]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command that appends records of the type. A type that does not exist is wrong usage, in its words."""
        if cmd_name == "-":
            return lines
        if cmd_name in _EDITS:
            raise click.UsageError(f"Use `ceasefire {_EDITS[cmd_name]}` for {cmd_name}.", ctx)
        from tui.commands.append_type import command_for  # noqa: PLC0415

        try:
            return command_for(cmd_name)
        except Refused as error:
            raise click.UsageError(f"{error.what} ({error.remedy})", ctx) from None


@click.group(cls=Types, subcommand_metavar="TYPE STREAM [OPTIONS]", short_help="Put a report on record.")
def append() -> None:
    """Put a report on record: `ceasefire append TYPE STREAM [OPTIONS]`.

    `ceasefire append TYPE --help` lists the fields of a type with the words that they allow. `ceasefire append -`
    reads JSON lines on stdin: several records that belong together, all or none.

    \b
    ceasefire append strike.casualties_claimed strike-desk-7 --occurred 2026-01-31 \\
        --claimant gaza-moh --source "Bulletin of 1 Feb 2026" \\
        --harm killed --figure 32+ --of palestinians --status unstated --includes new --provisional no
    """


@click.command("-", short_help="JSON lines on stdin, all or none.")
@options.writing
def lines(log: Any, recorded_by: str, clock_is_right: bool, dry_run: bool, as_json: bool) -> None:
    """JSON lines on stdin, in the format of `ceasefire schema`: all are recorded, or none."""
    from tui.commands.opening import writing  # noqa: PLC0415

    with writing(log, recorded_by, clock_is_right=clock_is_right) as monitor:
        record(monitor, _read_lines(), dry_run=dry_run, as_json=as_json)


def _read_lines() -> list[Draft]:
    from domain.lines import MAX_LINE_BYTES, Draft, parse_line  # noqa: PLC0415

    drafts = []
    # one byte more than a line may have is enough to refuse it
    for number, raw in enumerate(iter(lambda: sys.stdin.buffer.readline(MAX_LINE_BYTES + 2), b""), start=1):
        if not raw.strip():
            continue
        draft = parse_line(raw, where=f"line {number}")
        if not isinstance(draft, Draft):
            raise Refused("the line of an erased record", where=f"line {number}", remedy="use `ceasefire import`")
        drafts.append(draft)
    if not drafts:
        raise Refused("no lines", where="stdin", remedy="give one JSON object a line; see `ceasefire schema`")
    return drafts


def record(monitor: Monitor, drafts: Sequence[Draft], *, dry_run: bool, as_json: bool) -> None:
    """Append drafts and print what became of each."""
    from tui.commands.outcomes import print_outcomes  # noqa: PLC0415

    print_outcomes(monitor, monitor.append(drafts, dry_run=dry_run), dry_run=dry_run, as_json=as_json)
