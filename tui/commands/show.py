"""`ceasefire show`: one record with all that is known about it, or one strike with its toll after each report."""

from __future__ import annotations

from contextlib import suppress
from shlex import quote
from typing import TYPE_CHECKING

import click

from domain.clock import system_clock
from domain.errors import NotOnRecord, Refused
from domain.place import Place
from tui.commands import options
from tui.commands.console import note, put_json, put_page

if TYPE_CHECKING:
    from domain.monitor import Monitor
    from projections.readmodel import ReadModel
    from projections.vantage import ResolvedVantage


@click.command()
@click.argument("record", metavar="ID")
@options.together(options.vantage, options.log, options.with_restricted, options.as_json)
def show(
    *,
    record: str,
    as_of: str | None,
    known_at: str | None,
    rule: str,
    log: Place,
    with_restricted: bool,
    as_json: bool,
) -> None:
    """One record with everything known about it: times with precision, claimant, sources, revisions, hash, citation.

    ID is a record's id (stream/version), its key, or its position as @N. The stream of a strike shows the strike: who
    says what of it, and its toll as it stood after each report.

    \b
    ceasefire show @382
    ceasefire show strike-desk-2026-01-31 --known-at 2026-02-04
    """
    from tui.commands.opening import modelled  # noqa: PLC0415 - loads eventsourcing
    from tui.text_twin.detail import citation, text  # noqa: PLC0415

    with modelled(log, told=options.told(with_restricted)) as (monitor, model):
        where = model.vantage(as_of, known_at, now=system_clock(), rule=rule)
        if record.startswith("strike-") and "/" not in record and _showed_strike(model, record, where, as_json=as_json):
            _say_namesake(monitor, record)
            return
        detail, vantage = model.detail(_found(monitor, record), where), where.view()
        if as_json:
            import msgspec  # noqa: PLC0415

            put_json({**msgspec.to_builtins(detail), "vantage": vantage, "citation": citation(detail, vantage)})
        else:
            put_page(text(detail, vantage))


def _found(monitor: Monitor, record: str) -> str:
    """The id of a record. Raises NotOnRecord, with what shows a stream."""
    try:
        return monitor.record(record).id
    except NotOnRecord as error:
        error.remedy += f"; or a strike's stream. `ceasefire events --stream {quote(record)}` lists what a stream has"
        raise


def _say_namesake(monitor: Monitor, stream: str) -> None:
    """A record's key may be a strike's name: it hides no strike, and the record is named by its position."""
    with suppress(NotOnRecord):
        found = monitor.record(stream)
        note(f"{stream} is the key of {found.id} too: `ceasefire show @{found.position}`")


def _showed_strike(model: ReadModel, stream: str, where: ResolvedVantage, *, as_json: bool) -> bool:
    """Whether a strike of that name is, or was, on record; then it has been shown."""
    from projections.strike_history import LISTED, StrikeTold, stood_after, withdrawn  # noqa: PLC0415

    now, vantage, strike = system_clock(), where.view(), model.strike(stream, where)
    gone = withdrawn(model, stream, where, now) if strike is None else ()
    wanted = [model.wanted(f"stream={one}", now=now) for one in (stream, *(strike.merged if strike else ()))]
    withheld = sum(model.feed_withheld(where, one) for one in wanted)
    if strike is None and not gone and withheld:
        raise Refused(
            "what stands on it is restricted, and not told here", where=stream, remedy="--with-restricted tells it"
        )
    if strike is None and not gone:
        return False
    stood = stood_after(model, stream, where, now, merged=strike.merged if strike else ())
    total = sum(model.feed_count(where, wanted=one) for one in wanted)
    if as_json:
        put_json(
            StrikeTold(
                strike=strike,
                after_each_report=stood[-LISTED:],
                vantage=vantage,
                withdrawn=gone,
                withheld=withheld,
                reports_total=total,
            )
        )
        return True
    from tui.text_twin.tolls import text, withdrawn_text  # noqa: PLC0415

    put_page(
        text(strike, stood, vantage, withheld, total)
        if strike
        else withdrawn_text(stream, gone, stood, vantage, withheld, total)
    )
    return True
