"""`ceasefire watch` and `ceasefire demo`: the dashboard, or its text where there is no terminal."""

from __future__ import annotations

import click

from domain.place import Place
from tui.commands import options
from tui.commands.console import say

_LOOK = options.together(
    options.as_of,
    options.known_at,
    options.log,
    options.recorded_by,
    click.option("--ascii", "ascii_only", is_flag=True, help="Plain ASCII glyphs, for a Linux console."),
    click.option("--bell", is_flag=True, help="Ring when a change of phase or an allegation is recorded."),
)


@click.command()
@_LOOK
@click.option("--read-only", is_flag=True, help="Look only: no appends from the dashboard.")
def watch(
    *,
    as_of: str | None,
    known_at: str | None,
    log: Place,
    recorded_by: str,
    ascii_only: bool,
    bell: bool,
    read_only: bool,
) -> None:
    """The dashboard on a log: live, following what other processes append.

    With --as-of or --known-at it opens in replay. Without a terminal it prints what it would show. Other keys can be
    given in config.toml, in your configuration folder or where CEASEFIRE_CONFIG says.
    """
    from tui.commands.opening import require  # noqa: PLC0415

    require(log)
    look(log, as_of, known_at, recorded_by=recorded_by, ascii_only=ascii_only, bell=bell, read_only=read_only)


@click.command()
@_LOOK
def demo(
    *, as_of: str | None, known_at: str | None, log: Place, recorded_by: str, ascii_only: bool, bell: bool
) -> None:
    """A log with the record of the Gaza ceasefire, made once, then the dashboard on it."""
    from tui.commands.seeding import seed  # noqa: PLC0415

    seed(log, recorded_by)
    look(log, as_of, known_at, recorded_by=recorded_by, ascii_only=ascii_only, bell=bell)


def look(
    log: Place,
    as_of: str | None,
    known_at: str | None,
    *,
    recorded_by: str,
    ascii_only: bool = False,
    bell: bool = False,
    read_only: bool = False,
) -> None:
    """Open the dashboard, or print its text twin when there is no terminal to draw on."""
    if options.in_terminal():
        from tui import dashboard  # noqa: PLC0415 - Textual takes 200 ms

        dashboard.run(
            log,
            as_of=as_of,
            known_at=known_at,
            recorded_by=recorded_by,
            read_only=read_only,
            ascii_only=ascii_only,
            bell=bell,
        )
        return
    from tui.commands.situation import show, situation_at  # noqa: PLC0415

    say("no terminal to draw the dashboard on, so this is its text")
    with situation_at(log, as_of, known_at, "envelope") as situation:
        show(situation, as_json=False)
