"""`ceasefire status` and `ceasefire replay T`: the situation now, or at a date, as text or as the Situation itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from domain.clock import system_clock
from tui.commands import options
from tui.commands.console import put_json, put_page

if TYPE_CHECKING:
    from domain.place import Place
    from projections.situation import Situation

EVERY = 2**31
"""More than any list holds."""

_SHAPE = options.together(
    options.rule,
    options.log,
    options.with_restricted,
    options.as_json,
    click.option("--full", is_flag=True, help="Tell lists whole, what each series counts, and who the claimants are."),
    click.option("--indent", is_flag=True, help="JSON over many lines, to read."),
)


@click.command()
@options.together(options.as_of, options.known_at)
@_SHAPE
def status(
    *,
    as_of: str | None,
    known_at: str | None,
    rule: str,
    log: Place,
    with_restricted: bool,
    as_json: bool,
    full: bool,
    indent: bool,
) -> None:
    """The situation now, as text; what the dashboard shows. With --json the Situation itself."""
    with situation_at(log, as_of, known_at, rule, full=full, with_restricted=with_restricted) as situation:
        show(situation, as_json=as_json, full=full, indent=indent)


@click.command(cls=options.TakesTimes)
@click.argument("as_of", metavar="T", callback=options.as_typed)
@options.known_at
@_SHAPE
def replay(
    *,
    as_of: str,
    known_at: str | None,
    rule: str,
    log: Place,
    with_restricted: bool,
    as_json: bool,
    full: bool,
    indent: bool,
) -> None:
    """The situation at T, as it is known now, or was with --known-at.

    T is a date or a month (to its end in the log's timezone), an instant, yesterday, -3d, day:42 (of the ceasefire) or
    now. On the knowledge axis it can also be @207, a position of the log.

    \b
    ceasefire replay 2026-02-02
    ceasefire replay 2026-02-02 --known-at 2026-02-04
    ceasefire replay -3d --json
    """
    with situation_at(log, as_of, known_at, rule, full=full, with_restricted=with_restricted) as situation:
        show(situation, as_json=as_json, full=full, indent=indent)


@contextmanager
def situation_at(
    log: Place,
    as_of: str | None,
    known_at: str | None,
    rule: str,
    *,
    full: bool = False,
    with_restricted: bool = False,
) -> Iterator[Situation]:
    """The Situation of a log at a vantage given in words, while the log is open; `full` cuts no list."""
    from projections.situation import DISAGREEING, LISTED  # noqa: PLC0415
    from tui.commands.opening import shown  # noqa: PLC0415 - loads eventsourcing

    with shown(log, told=options.told(with_restricted)) as model:
        vantage = model.vantage(as_of, known_at, now=system_clock(), rule=rule)
        listed, disagreeing = (EVERY, EVERY) if full else (LISTED, DISAGREEING)
        yield model.situation(vantage, discrepancies=disagreeing, listed=listed, counted=True)


def show(situation: Situation, *, as_json: bool, full: bool = False, indent: bool = False) -> None:
    """Print a Situation."""
    if as_json:
        put_json(situation, indent=indent)
        return
    from tui.text_twin import text  # noqa: PLC0415

    put_page(text(situation, full=full, now=system_clock()))
