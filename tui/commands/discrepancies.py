"""`ceasefire discrepancies`: everything on record that does not agree, by kind, with the records to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from domain.clock import system_clock
from tui.commands import options
from tui.commands.console import put_json, put_page, say

if TYPE_CHECKING:
    from domain.place import Place
    from projections.situation import DiscrepancyKind, Situation

PAGE = 500


def _kind(ctx: click.Context, _: click.Parameter, value: str | None) -> DiscrepancyKind | None:
    """A kind by its code, or as the page writes it."""
    from projections.text import KINDS  # noqa: PLC0415 - loads the Situation

    for kind, words in KINDS.items():
        if value in (kind, words):
            return kind
    if value is not None:
        raise click.UsageError(f"{value!r} is no kind of discrepancy; they are {', '.join(KINDS)}", ctx)
    return None


def _kinds(_: click.Context, __: click.Parameter, start: str) -> list[str]:
    """Kinds to complete with."""
    from projections.text import KINDS  # noqa: PLC0415

    return [kind for kind in KINDS if kind.startswith(start)]


@click.command()
@click.option("--kind", metavar="KIND", callback=_kind, shell_complete=_kinds, help="All of this kind only.")
@options.together(options.vantage, options.log, options.with_restricted, options.as_json)
def discrepancies(
    *,
    kind: DiscrepancyKind | None,
    as_of: str | None,
    known_at: str | None,
    rule: str,
    log: Place,
    with_restricted: bool,
    as_json: bool,
) -> None:
    """Everything on record that does not agree: how much of each kind, and its newest.

    With --kind all of that kind, newest first; with --json then one a line.

    \b
    ceasefire discrepancies --as-of 2026-02-02
    ceasefire discrepancies --kind claimants_differ
    """
    from tui.commands.opening import modelled  # noqa: PLC0415 - loads eventsourcing
    from tui.text_twin import disputes  # noqa: PLC0415

    with modelled(log, told=options.told(with_restricted)) as (_, model):
        where = model.vantage(as_of, known_at, now=system_clock(), rule=rule)
        situation = model.situation(where)
        if kind is None:
            found = model.disagreeing(where, disputes.few(situation))
            if as_json:
                put_json(found)
                _say_withheld(situation)
            else:
                put_page(disputes.by_kind(situation, found))
            return
        if not as_json:
            put_page(disputes.of_kind_head(situation, kind, model.disagreeing(where, 0)))
        page, reached = model.disagreements(where, kind, PAGE)
        while page:
            if as_json:
                for one in page:
                    put_json(one)
            else:
                put_page(disputes.items(situation, page))
            page, reached = model.disagreements(where, kind, PAGE, reached)
        if as_json:
            _say_withheld(situation)


def _say_withheld(situation: Situation) -> None:
    from tui.text_twin import words  # noqa: PLC0415

    if situation.withheld:
        say(words.withheld(situation.withheld))
