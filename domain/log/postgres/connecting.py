"""A connection to the server: what it is asked for with, and what each of its transactions relies on."""

from __future__ import annotations

import os
from typing import Any

from domain import waiting
from domain.errors import LogUnavailable, Refused
from domain.place import Server

try:
    import psycopg
    from psycopg.conninfo import conninfo_to_dict
except ImportError as missing:
    raise LogUnavailable(
        f"a log on a server needs psycopg, which is not installed here ({missing})",
        remedy="pip install 'ceasefire-monitor[postgres]'",
    ) from None

Connection = psycopg.Connection[tuple[Any, ...]]
Cursor = psycopg.Cursor[tuple[Any, ...]]

_DEFAULTS = {
    "connect_timeout": "10",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "25000",  # milliseconds: a network that is gone is noticed, and not waited for
    "application_name": "ceasefire",
    "client_encoding": "UTF8",
}
URI = "write postgresql://ROLE@HOST:PORT/DATABASE, with options as ?NAME=VALUE&NAME=VALUE"
_FROM_ENVIRONMENT = {"connect_timeout": "PGCONNECT_TIMEOUT", "application_name": "PGAPPNAME"}


def connect(place: Server) -> Connection:
    """A new connection, outside any transaction. What the URI says goes before what is set here.

    Raises Refused for what libpq does not read as a URI: no network is at fault there.
    """
    try:
        given = conninfo_to_dict(place.uri)
    except psycopg.ProgrammingError as error:
        said = " ".join(str(error).split())
        if "percent-encoded" in said:
            said = said.partition(":")[0]  # what follows may be the value of a mistyped `password`, as the options are
        where = place.uri.partition("?")[0]
        raise Refused(f"not a PostgreSQL URI: {said}", where=where, remedy=URI) from None
    added = {
        name: value
        for name, value in _DEFAULTS.items()
        if name not in given and os.environ.get(_FROM_ENVIRONMENT.get(name, "")) is None
    }
    return psycopg.connect(place.uri, autocommit=True, **added)  # type: ignore[arg-type]


def relied_on() -> str:
    """Statements at the beginning of a transaction: what is relied on, whatever is set for role, database or server.

    A pooler may give each transaction another session, so nothing is set for longer.
    """
    return (
        f"SET LOCAL lock_timeout = '{round(waiting.LOCK_SECONDS * 1000)}ms'; SET LOCAL bytea_output = hex; "
        "SET LOCAL standard_conforming_strings = on; SET LOCAL quote_all_identifiers = off"
    )
