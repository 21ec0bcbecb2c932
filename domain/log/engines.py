"""The engines that may keep a log: which of them does, and an empty log in it. Only the one in use is loaded."""

from __future__ import annotations

import os
from pathlib import Path

from domain.calendar import Micros
from domain.clock import Clock
from domain.log.factory import LogFactory
from domain.place import Place, Server


def factory_of(place: Place, *, clock: Clock, read_only: bool) -> LogFactory:
    """The factory of the engine that keeps the log. Raises LogUnavailable, LogDamaged."""
    if isinstance(place, Server):
        from domain.log.postgres.factory import PostgresFactory  # noqa: PLC0415 - who has a file pays for no server

        return PostgresFactory(place, clock=clock)
    from domain.log.sqlite.factory import SQLiteFactory  # noqa: PLC0415

    # its head lies beside the file itself, whatever link leads to it
    return SQLiteFactory(place.resolve(), clock=clock, read_only=read_only)


def check_place(place: Path) -> None:
    """Look at a log's file as it lies there now. Raises LogGone, and LogUnavailable for what is no log or not read."""
    from domain.log.sqlite.store import check_file  # noqa: PLC0415

    check_file(place.resolve())


def make_log(place: Place, *, timezone: str, made_at: Micros) -> tuple[str, ...]:
    """Make an empty log: a file that is not there yet, or schema and roles in a database. Words on what else was made.

    Its id is random, 32 hex digits. Raises Refused, LogUnavailable.
    """
    log_id = os.urandom(16).hex()
    if isinstance(place, Server):
        from domain.log.postgres.making import make_schema  # noqa: PLC0415

        return make_schema(place, log_id=log_id, timezone=timezone, made_at=made_at).words()
    from domain.log.sqlite.store import explained, make_file  # noqa: PLC0415

    with explained(place):
        make_file(place, log_id=log_id, timezone=timezone, made_at=made_at)
    return ()
