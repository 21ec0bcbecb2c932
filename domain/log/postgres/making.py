"""Making a log on a server, once: its roles, its schema, and who may do what there."""

from __future__ import annotations

from dataclasses import dataclass

from psycopg import errors, sql

from domain.errors import LogUnavailable, Refused
from domain.log.format import FORMAT
from domain.log.postgres.connecting import Cursor, connect, relied_on
from domain.log.postgres.schema import CREATE, DOORS, RIGHTS, SCHEMA
from domain.log.postgres.store import explained
from domain.place import Server

OLDEST_SERVER = 140000
OLDEST_WITH_SET = 160000
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
            f"roles: {self.owner} (the tables are its own), {self.writer} (records and reads), {self.reader} (reads); "
            "nobody else may connect to this database",
            f'let somebody record: GRANT "{self.writer}" TO name; or only read: GRANT "{self.reader}" TO name',
        )


def make_schema(place: Server, *, log_id: str, timezone: str, made_at: int) -> Roles:
    """Make an empty log, all of it or nothing. Raises Refused where one is, LogUnavailable where it is not allowed."""
    with explained(place), connect(place) as connection, connection.transaction(), connection.cursor() as cursor:
        cursor.execute(relied_on().encode())
        database = _suitable(cursor, place)
        roles = Roles.of(database)
        _take_name(cursor, place)
        for role in (roles.owner, roles.writer, roles.reader):
            _make_role(cursor, role)
        names = {"database": database, "owner": roles.owner, "writer": roles.writer, "reader": roles.reader}
        quoted = {name: sql.Identifier(meant) for name, meant in names.items()}
        for statement in DOORS:
            cursor.execute(sql.SQL(statement).format(**quoted))
        _become(cursor, roles.owner)
        for statement in CREATE:
            cursor.execute(statement.encode())
        for statement in RIGHTS:
            cursor.execute(sql.SQL(statement).format(**quoted))
        cursor.execute("INSERT INTO ceasefire.meta VALUES (1, %s, %s, %s, %s)", (log_id, FORMAT, timezone, made_at))
    return roles


def _suitable(cursor: Cursor, place: Server) -> str:
    """The database's name, if a log can be made in it."""
    row = cursor.execute(
        "SELECT current_database(), current_setting('server_version_num')::int, current_setting('server_encoding'), "
        "current_setting('server_version'), to_regnamespace(%s) IS NOT NULL, pg_get_userbyid(datdba)::text, "
        "pg_has_role(datdba, 'USAGE') FROM pg_database WHERE datname = current_database()",
        (SCHEMA,),
    ).fetchone()
    assert row is not None
    database, number, encoding, version, there, owner, may = row
    if there:
        raise _made_already(place)
    if number < OLDEST_SERVER:
        raise LogUnavailable(f"PostgreSQL {version}, and a log needs 14 or newer", where=str(place))
    if encoding != "UTF8":
        raise Refused(
            f"its encoding is {encoding}", where=str(place), remedy="make one in UTF8: createdb --encoding=UTF8 NAME"
        )
    if not may:
        raise Refused(
            f"only {owner}, who owns this database, says who may connect to it",
            where=str(place),
            remedy=f"do it as {owner}, or as a superuser",
        )
    return str(database)


def _made_already(place: Server) -> Refused:
    return Refused("it holds a log already", where=str(place), remedy="use it, or name another database")


def _take_name(cursor: Cursor, place: Server) -> None:
    """Make the schema before all else: whoever does the same meanwhile waits here for how it ends."""
    try:
        cursor.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(SCHEMA)))
    except (errors.UniqueViolation, errors.DuplicateSchema):
        raise _made_already(place) from None


def _make_role(cursor: Cursor, role: str) -> None:
    if cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone() is None:
        cursor.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(role)))


def _become(cursor: Cursor, owner: str) -> None:
    """Have the schema be its owner's; whoever makes a role may grant it to themselves, and a superuser is in each."""
    name = sql.Identifier(owner)
    # since PostgreSQL 16 whoever made a role is a member that may not act as it yet
    acting = "SET" if cursor.connection.info.server_version >= OLDEST_WITH_SET else "MEMBER"
    cursor.execute("SELECT pg_has_role(current_user, %s, %s)", (owner, acting))
    member = cursor.fetchone()
    if member is None or not member[0]:
        cursor.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(name))
    cursor.execute(sql.SQL("ALTER SCHEMA {} OWNER TO {}").format(sql.Identifier(SCHEMA), name))
    cursor.execute(sql.SQL("SET LOCAL ROLE {}").format(name))
