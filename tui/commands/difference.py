"""`ceasefire diff A B` and `ceasefire since T`: what two vantages show differently, and which records made it so."""

from __future__ import annotations

import click

from domain.clock import system_clock
from domain.place import Place
from tui.commands import options
from tui.commands.console import put_json, put_page

_SHAPE = options.together(
    options.rule,
    options.log,
    options.with_restricted,
    options.as_json,
    click.option("--full", is_flag=True, help="List every record behind each change."),
    click.option("--indent", is_flag=True, help="JSON over many lines, to read."),
)


@click.command(cls=options.TakesTimes)
@click.argument("a", metavar="A", callback=options.as_typed)
@click.argument("b", metavar="B", callback=options.as_typed)
@click.option(
    "--known-at", metavar="T", callback=options.as_typed, help="What was known by then; of both, unless B has its own."
)
@click.option("--known-at-b", metavar="T", callback=options.as_typed, help="What was known by then at B.")
@_SHAPE
def diff(
    *,
    a: str,
    b: str,
    known_at: str | None,
    known_at_b: str | None,
    rule: str,
    log: Place,
    with_restricted: bool,
    as_json: bool,
    full: bool,
    indent: bool,
) -> None:
    """What changed from A to B in every part of the situation, and which records made it so.

    A and B are times as in `replay`: a date, an instant, -3d, day:42 or now. What was known is now's, or --known-at's.

    \b
    ceasefire diff 2026-01-30 2026-02-02
    ceasefire diff 2026-01-31 2026-01-31 --known-at @120 --known-at-b @160
    ceasefire diff 2026-01-31 2026-01-31 --known-at 2026-01-31 --known-at-b now --json
    """
    from tui.commands.opening import modelled  # noqa: PLC0415 - loads eventsourcing

    now = system_clock()
    with modelled(log, told=options.told(with_restricted)) as (_, model):
        before = model.vantage(a, known_at, now=now, rule=rule)
        after = model.vantage(b, known_at if known_at_b is None else known_at_b, now=now, rule=rule)
        found = model.difference(before, after)
    if as_json:
        put_json(found, indent=indent)
        return
    from tui.text_twin.difference import text  # noqa: PLC0415

    put_page(text(found, full=full))


@click.command(cls=options.TakesTimes)
@click.argument("t", metavar="T", callback=options.as_typed)
@_SHAPE
def since(*, t: str, rule: str, log: Place, with_restricted: bool, as_json: bool, full: bool, indent: bool) -> None:
    """Handover: what was recorded, corrected and retracted since T, and what that changed.

    T is on the knowledge axis: a date (its end), an instant, -8h, day:42, or a position such as @207. The situation is
    now's both times, as it was known at T and as it is known now.

    \b
    ceasefire since -8h
    ceasefire since @207 --json
    """
    from tui.commands.opening import modelled  # noqa: PLC0415

    now = system_clock()
    with modelled(log, told=options.told(with_restricted)) as (_, model):
        found = model.difference(
            model.vantage(None, t, now=now, rule=rule), model.vantage(None, None, now=now, rule=rule)
        )
    if as_json:
        put_json(found, indent=indent)
        return
    from tui.text_twin.difference import handover  # noqa: PLC0415

    put_page(handover(found, full=full))
