"""`ceasefire init`: an empty log where none is yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tui.commands import options
from tui.commands.answering import answering
from tui.commands.console import put, put_json, say

if TYPE_CHECKING:
    from domain.place import Place


@click.command()
@click.argument("log", metavar="PLACE", type=options.LogPlace())
@click.option("--timezone", metavar="ZONE", help="The log's timezone (a tzdata name), fixed for good; yours if unsaid.")
@options.as_json
def init(log: Place, timezone: str | None, as_json: bool) -> None:
    """Make an empty log at PLACE: a file, or a database on a PostgreSQL server (14 or newer), once.

    In a database it makes the schema `ceasefire` and three roles named after the database: NAME_owner has the tables,
    NAME_writer may record and read, NAME_reader may read. Nobody else may connect to the database, and nobody may
    change or delete. Do it as a role that owns the database and may create roles, and let people in by name: what they
    record carries it. Passwords belong into ~/.pgpass, not into PLACE.

    \b
    createdb gaza && ceasefire init postgresql:///gaza --timezone Asia/Gaza
    psql gaza -c 'CREATE ROLE amal LOGIN IN ROLE gaza_writer'
    """
    from domain.calendar import Calendar, micros  # noqa: PLC0415
    from domain.clock import system_clock  # noqa: PLC0415
    from domain.log.engines import make_log  # noqa: PLC0415 - loads eventsourcing
    from tui.commands.making import system_timezone  # noqa: PLC0415

    zone = timezone or system_timezone()
    Calendar(zone)
    told = make_log(log, timezone=zone, made_at=micros(system_clock()))
    with answering("the log is made"):
        if as_json:
            put_json({"log": str(log), "timezone": zone, "notes": list(told)})
            return
        put(f"made {log}, empty, timezone {zone}")
        for words in told:
            say(words)
