"""`ceasefire show`: one record with its times, claimant, sources, revisions, hash, and how to cite it."""

from __future__ import annotations

import click

from domain.clock import system_clock
from domain.place import Place
from tui.commands import options
from tui.commands.console import put_json, put_page


@click.command()
@click.argument("record", metavar="ID")
@options.together(options.vantage, options.log, options.as_json)
def show(*, record: str, as_of: str | None, known_at: str | None, rule: str, log: Place, as_json: bool) -> None:
    """One record with everything known about it: times with precision, claimant, sources, revisions, hash, citation.

    ID is a record's id (stream/version), its key, or its position as @N.
    """
    from tui.commands.opening import modelled  # noqa: PLC0415 - loads eventsourcing
    from tui.text_twin.detail import citation, text  # noqa: PLC0415

    with modelled(log) as (monitor, model):
        where = model.vantage(as_of, known_at, now=system_clock(), rule=rule)
        detail, vantage = model.detail(monitor.record(record).id, where), where.view()
        if as_json:
            import msgspec  # noqa: PLC0415

            put_json({**msgspec.to_builtins(detail), "vantage": vantage, "citation": citation(detail, vantage)})
        else:
            put_page(text(detail, vantage))
