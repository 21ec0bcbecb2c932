"""`ceasefire recover`: what stands of a damaged log, as a new log."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from domain.errors import Refused
from domain.place import Server
from tui.commands import options
from tui.commands.answering import answering
from tui.commands.console import counted, put, put_json, say
from tui.commands.failures import as_dict

if TYPE_CHECKING:
    from domain.log.sqlite.recovery import Recovered
    from domain.place import Place

_FILE = options.FilePath()
MOST_TOLD = 20  # lost positions in words; --json tells more


@click.command()
@click.argument("new", metavar="NEW", type=_FILE)
@click.option("--rest", metavar="FILE", type=_FILE, help="Lines to import: what is readable after the damage.")
@click.option("--force", is_flag=True, help="Replace FILE if it exists; NEW never is.")
@options.together(options.log, options.recorded_by, options.as_json)
def recover(new: Path, rest: Path | None, force: bool, log: Place, recorded_by: str, as_json: bool) -> None:
    """Write what stands of a damaged log into the new log NEW, a file. The damaged one is only read.

    NEW holds every record up to the damage: the same log (id, positions, hashes), cut short there. NEW.recovered says
    so for good, and what could not be taken.

    What is readable after the damage goes to the --rest FILE, restricted records too. A line that nothing vouches for
    says so in its sources; what was changed is not offered. Look through it, then import it: it counts as known from
    then on. A line about a record that is gone is refused there: take it out.

    \b
    ceasefire recover recovered.db --rest rest.jsonl
    ceasefire import rest.jsonl --log recovered.db
    """
    from domain.clock import system_clock  # noqa: PLC0415
    from domain.log.recovering import recover_from_server  # noqa: PLC0415
    from domain.log.sqlite.recovery import recover as recovered  # noqa: PLC0415 - loads eventsourcing
    from tui.commands.files_out import belongs, written  # noqa: PLC0415
    from tui.commands.opening import require  # noqa: PLC0415
    from tui.commands.progress import bar  # noqa: PLC0415

    require(log)
    if belongs(new, log) or (rest is not None and belongs(rest, new)):
        raise Refused("two files would have one name", where=str(new), remedy="name another file")
    lines = nullcontext() if rest is None else written(rest, log=log, force=force)
    with bar() as progress, lines as out:
        write = None if out is None else out.write
        if isinstance(log, Server):
            report = recover_from_server(
                log, new, recorded_by=recorded_by, clock=system_clock, rest=write, progress=progress
            )
        else:
            report = recovered(log, new, recorded_by=recorded_by, clock=system_clock, rest=write, progress=progress)
    with answering(f"recovered, in {report.path}"):
        if as_json:
            put_json(_as_json(report, rest))
        else:
            _tell(report, rest)


def _as_json(report: Recovered, rest: Path | None) -> dict[str, Any]:
    return {
        "file": str(report.path),
        "log_id": report.log_id,
        "damage": as_dict(report.damage),
        "records": report.records,
        "position": report.position,
        "hash": report.hash.hex(),
        "erased_again": report.again,
        "lost": [{"position": lost.position, "why": lost.why, "changed": lost.changed} for lost in report.lost],
        "lost_count": report.lost_count,
        "rest": None if rest is None else str(rest),
        "readable": {proof.name.lower(): count for proof, count in report.offered.items()},
    }


def _tell(report: Recovered, rest: Path | None) -> None:
    put(
        f"recovered: {counted(report.records, 'record')} of {report.last:,} stand, head #{report.position}, "
        f"hash {report.hash.hex()}, in {report.path}"
    )
    where = f"{report.damage.where}: " if report.damage.where else ""
    say(f"the damage: {where}{report.damage.what}")
    for lost in report.lost[:MOST_TOLD]:
        say(f"not taken: #{lost.position}: {lost.why}")
    if report.lost_count > MOST_TOLD:
        say(f"not taken: {report.lost_count - MOST_TOLD:,} more; --json and {report.path.name}.recovered name them")
    if report.again:
        say(f"{counted(len(report.again), 'erasure')} recorded anew: what they erased stands, and they stood after it")
    for proof, count in report.offered.items():
        say(f"readable after the damage: {counted(count, 'record')}: {proof.value}")
    if report.offered:
        there = f"look through {rest}, then `ceasefire import {rest} --log {report.path}`"
        say(f"try: {there}" if rest else "try: the same with another NEW and --rest FILE, to have those as lines")
