"""Making a log on a server: once, all of it or nothing, by whoever may."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

import psycopg
import pytest
from psycopg import sql

from domain.errors import LogBusy, LogDamaged, LogUnavailable, Refused
from domain.log.engines import make_log
from domain.monitor import Monitor
from domain.place import Server
from tests.domain.examples import GAZA, limited
from tests.server import Connection, Database, as_superuser, place_in

ALREADY = "it holds a log already"


@pytest.fixture
def database() -> Iterator[Database]:
    """One without a log."""
    made = Database()
    yield made
    made.give_back()


def made(place: Server) -> str:
    """What somebody is told who makes a log there."""
    try:
        return make_log(place, timezone=GAZA, made_at=1)[0]
    except Refused as refused:
        return refused.what


def test_of_several_at_once_one_makes_it_and_the_others_are_told(database: Database) -> None:
    with ThreadPoolExecutor(8) as desks:
        told = sorted(desks.map(made, [database.place] * 8))

    assert told[:7] == [ALREADY] * 7
    assert told[7].startswith("roles: ")
    with Monitor(database.place) as monitor:
        assert monitor.verify().records == 0


def test_who_comes_second_waits_for_how_the_first_ends(database: Database) -> None:
    """The first one's transaction is undone: nothing is made yet, and nobody may take it for made."""
    with closing(psycopg.connect(database.place.uri)) as first, ThreadPoolExecutor(1) as second:
        first.execute("CREATE SCHEMA ceasefire")
        told = second.submit(made, database.place)
        with as_superuser(database.name) as connection:
            for _ in range(600):
                waits = connection.execute("SELECT 1 FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'")
                if waits.fetchone():
                    break
                time.sleep(0.05)
        first.rollback()
        assert told.result().startswith("roles: ")


@pytest.mark.usefixtures("_impatient")
def test_a_first_that_does_not_end_is_told_too(database: Database) -> None:
    with closing(psycopg.connect(database.place.uri)) as first:
        first.execute("CREATE SCHEMA ceasefire")
        with pytest.raises(LogBusy):
            make_log(database.place, timezone=GAZA, made_at=1)


def without_roles(connection: Connection, database: Database) -> None:
    """Roles outlive a log, and whoever made them may use them again."""
    for role in ("owner", "writer", "reader"):
        name = f"{database.name}_{role}"
        if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (name,)).fetchone():
            connection.execute(sql.SQL("DROP OWNED BY {0}; DROP ROLE {0}").format(sql.Identifier(name)))


@contextmanager
def role(database: Database, *, owns: bool) -> Iterator[Server]:
    """Somebody who may make roles, and no superuser."""
    name = f"maker_{secrets.token_hex(4)}"
    with as_superuser(database.name) as connection:
        without_roles(connection, database)
        connection.execute(f"CREATE ROLE {name} LOGIN CREATEROLE".encode())
        connection.execute(f"GRANT CREATE ON DATABASE {database.name} TO {name}".encode())
        if owns:
            connection.execute(f"ALTER DATABASE {database.name} OWNER TO {name}".encode())
    try:
        yield place_in(database.name, name)
    finally:
        with as_superuser(database.name) as connection:
            connection.execute(f"ALTER DATABASE {database.name} OWNER TO CURRENT_USER".encode())
            connection.execute("DROP SCHEMA IF EXISTS ceasefire CASCADE")
            without_roles(connection, database)
            connection.execute(f"DROP OWNED BY {name}".encode())
            connection.execute(f"DROP ROLE {name}".encode())


def test_whoever_owns_the_database_and_may_make_roles_makes_it(database: Database) -> None:
    with role(database, owns=True) as maker:
        make_log(maker, timezone=GAZA, made_at=1)
        with Monitor(maker) as monitor:
            assert monitor.verify().records == 0
        with Monitor(database.place) as monitor:
            assert monitor.append([limited()])[0].fresh


def test_who_does_not_own_the_database_is_told_who_does(database: Database) -> None:
    with role(database, owns=False) as maker:
        with pytest.raises(Refused, match="only postgres, who owns this database, says who may connect") as refused:
            make_log(maker, timezone=GAZA, made_at=1)
        make_log(database.place, timezone=GAZA, made_at=1)  # nothing was left behind
    assert refused.value.remedy == "do it as postgres, or as a superuser"


OLDER = (
    "DROP FUNCTION ceasefire.take_lock()",
    "CREATE OR REPLACE FUNCTION ceasefire.take_turn() RETURNS trigger LANGUAGE plpgsql "
    "SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$ "
    "BEGIN PERFORM pg_advisory_xact_lock(1128680497); RETURN NULL; END $$",
    "CREATE OR REPLACE FUNCTION ceasefire.stamp() RETURNS trigger LANGUAGE plpgsql "
    "SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$ BEGIN RETURN NEW; END $$",
    "GRANT CONNECT, TEMPORARY ON DATABASE DATABASE TO PUBLIC",
    "REVOKE CONNECT ON DATABASE DATABASE FROM DATABASE_owner, DATABASE_writer, DATABASE_reader",
)
"""What makes a log what an older release made."""


def test_a_log_of_an_older_release_is_read_and_verify_names_what_makes_it_one_of_this(database: Database) -> None:
    make_log(database.place, timezone=GAZA, made_at=1)
    with Monitor(database.person("amal", "writer")) as monitor:
        monitor.append([limited()])
    with as_superuser(database.name) as connection:
        for statement in OLDER:
            named = statement.replace("DATABASE DATABASE", f"DATABASE {database.name}")
            connection.execute(named.replace("DATABASE_", f"{database.name}_").encode())

    with Monitor(database.place) as monitor:
        assert [record.key for record in monitor.records()] == ["limited"]
        with pytest.raises(LogUnavailable, match="not made by this release") as refused:
            monitor.append([limited("more")])
        assert "`ceasefire verify` names each difference" in refused.value.remedy

        with pytest.raises(LogDamaged, match="the function") as damage:
            monitor.verify()
        told = [damage.value, *damage.value.further]
        assert len(told) == 3 + 2 + 3 + 1  # functions, PUBLIC, the roles' CONNECT, the writers' right to lock
        with as_superuser(database.name) as connection:
            for one in told:
                who, _, statement = one.remedy.partition(": ")
                role = f"{database.name}_owner" if who == "as its owner" else who.removeprefix("as ")
                connection.execute(f"SET ROLE {role}; {statement}".encode())
        assert monitor.verify().records == 1
        assert monitor.append([limited("more")])[0].fresh
