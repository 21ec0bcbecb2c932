"""Making a log on a server, once: its roles, its schema, and who may do what there."""

from __future__ import annotations

from dataclasses import dataclass

from psycopg import sql

from domain.errors import LogUnavailable, Refused
from domain.log.format import FORMAT
from domain.log.postgres.schema import CREATE, RIGHTS, SCHEMA
from domain.log.postgres.store import Cursor, connect, explained
from domain.place import Server

OLDEST_SERVER = 140000
MOST_NAME = 63  # bytes of a role's name


@dataclass(frozen=True)
class Roles:
    """The roles of one database's log. Roles belong to the whole server, so the database's name is in theirs."""

    owner: str
    writer: str
    reader: str

    @classmethod
    def of(cls, database: str) -> Roles:
        """Raises Refused for a database whose name leaves no room."""
        if len(database.encode()) + len("_owner_") > MOST_NAME:
            raise Refused("the database's name is too long", where=database, remedy="use one of up to 56 bytes")
        return cls(f"{database}_owner", f"{database}_writer", f"{database}_reader")

    def words(self) -> tuple[str, ...]:
        """What a person does with them."""
        return (
            f"roles: {self.owner} (the tables are its own), {self.writer} (records and reads), {self.reader} (reads)",
            f'let somebody record: GRANT "{self.writer}" TO name; or only read: GRANT "{self.reader}" TO name',
        )


def make_schema(place: Server, *, log_id: str, timezone: str, made_at: int) -> Roles:
    """Make an empty log, all of it or nothing. Raises Refused where one is, LogUnavailable where it is not allowed."""
    with explained(place), connect(place) as connection, connection.transaction(), connection.cursor() as cursor:
        database = _suitable(cursor, place)
        roles = Roles.of(database)
        for role in (roles.owner, roles.writer, roles.reader):
            _make_role(cursor, role)
        _become(cursor, roles.owner)
        for statement in CREATE:
            cursor.execute(statement.encode())
        names = {"writer": sql.Identifier(roles.writer), "reader": sql.Identifier(roles.reader)}
        for statement in RIGHTS:
            cursor.execute(sql.SQL(statement).format(**names))
        cursor.execute("INSERT INTO ceasefire.meta VALUES (1, %s, %s, %s, %s)", (log_id, FORMAT, timezone, made_at))
    return roles


def _suitable(cursor: Cursor, place: Server) -> str:
    """The database's name, if a log can be made in it."""
    row = cursor.execute(
        "SELECT current_database(), current_setting('server_version_num')::int, current_setting('server_encoding'), "
        "current_setting('server_version'), to_regnamespace(%s) IS NOT NULL",
        (SCHEMA,),
    ).fetchone()
    assert row is not None
    database, number, encoding, version, there = row
    if there:
        raise Refused("it holds a log already", where=str(place), remedy="use it, or name another database")
    if number < OLDEST_SERVER:
        raise LogUnavailable(f"PostgreSQL {version}, and a log needs 14 or newer", where=str(place))
    if encoding != "UTF8":
        raise Refused(
            f"its encoding is {encoding}", where=str(place), remedy="make one in UTF8: createdb --encoding=UTF8 NAME"
        )
    return str(database)


def _make_role(cursor: Cursor, role: str) -> None:
    if cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone() is None:
        cursor.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(role)))


def _become(cursor: Cursor, owner: str) -> None:
    """Make the schema as its owner; whoever makes a role may grant it to themselves, and a superuser is in each."""
    name = sql.Identifier(owner)
    cursor.execute("SELECT pg_has_role(current_user, %s, 'MEMBER')", (owner,))
    member = cursor.fetchone()
    if member is None or not member[0]:
        cursor.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(name))
    cursor.execute(sql.SQL("CREATE SCHEMA {} AUTHORIZATION {}").format(sql.Identifier(SCHEMA), name))
    cursor.execute(sql.SQL("SET LOCAL ROLE {}").format(name))
