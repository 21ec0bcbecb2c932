"""A log that comes from elsewhere, into an empty one on a server: in one transaction, verified before it is committed.

The server's own triggers see every record too: it takes none whose hash is not the one that it works out itself.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from operator import itemgetter

from psycopg import sql

from domain.clock import system_clock
from domain.errors import LogDamaged, LogUnavailable, Refused
from domain.log.contact import keep
from domain.log.moving import Moving
from domain.log.postgres.connecting import Cursor, connect, relied_on
from domain.log.postgres.factory import PostgresFactory
from domain.log.postgres.lookup import PostgresLookup
from domain.log.postgres.schema import TAKE_LOCK
from domain.log.postgres.store import explained
from domain.log.postgres.structure import check_structure
from domain.log.recorder import LogInfo
from domain.log.stored import COLUMNS, as_row
from domain.log.verify import Verification
from domain.place import Server

_GIVEN = tuple(column for column in COLUMNS if column not in ("occurred", "target"))
"""What is given of a record: the server takes the others from the body itself."""
_given = itemgetter(*map(COLUMNS.index, _GIVEN))
_SETTINGS = (
    "SET LOCAL statement_timeout = 0",  # a million records take longer than any command
    "SET LOCAL idle_in_transaction_session_timeout = 0",
    "SET LOCAL synchronous_commit = on",
)


def load(to: Server, moving: Moving) -> Verification:
    """Fill the log. Raises Refused where it is not empty or not one's own, LogUnavailable where there is none."""
    with (
        explained(to),
        closing(connect(to)) as connection,
        connection.transaction(),
        connection.cursor(binary=True) as cursor,
    ):
        _become_owner(cursor, to)
        _take_identity(cursor, to, moving.info)
        with cursor.copy(f"COPY ceasefire.records ({', '.join(_GIVEN)}) FROM STDIN".encode()) as copy:
            for record in moving.records():
                copy.write_row(_given(as_row(record)))
        lookup = PostgresLookup(cursor, moving.info.genesis)
        found = moving.check(lookup)
        notes = check_structure(lookup)
    return replace(found, notes=(*notes, *_see(to)))


def _see(to: Server) -> tuple[str, ...]:
    """Look at the log as anyone does from now on, and keep its head as the newest that was seen of it from here."""
    factory = PostgresFactory(to, clock=system_clock)
    try:
        recorder = factory.application_recorder()
        return (*keep(recorder.info), *recorder.check_outside())  # that another log is here now was asked for
    except LogDamaged as damage:  # of this log more was seen elsewhere before: what was asked for is done all the same
        return (f"{damage.what}; {damage.remedy}",)
    finally:
        factory.close()


def _become_owner(cursor: Cursor, to: Server) -> None:
    found = cursor.execute(
        "SELECT pg_get_userbyid(nspowner)::text, pg_has_role(session_user, nspowner, 'MEMBER'), session_user::text "
        "FROM pg_namespace WHERE nspname = 'ceasefire'"
    ).fetchone()
    if found is None:
        raise LogUnavailable(
            "no log is in this database", where=str(to), remedy=f"`ceasefire init {to}` makes one, then run it again"
        )
    owner, member, user = found
    if not member:
        raise Refused(
            f"only the owner of the log there fills it, and {user} is not in {owner}",
            where=str(to),
            remedy=f'do it as whoever made it, or have them GRANT "{owner}" TO "{user}"',
        )
    cursor.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(owner)))
    cursor.connection.execute("; ".join((relied_on(), *_SETTINGS)).encode())


def _take_identity(cursor: Cursor, to: Server, info: LogInfo) -> None:
    """Make the empty log there this one; who follows it under its first identity has nothing to lose yet."""
    cursor.execute(TAKE_LOCK.encode())
    if cursor.execute("SELECT 1 FROM ceasefire.records LIMIT 1").fetchone():
        raise Refused(
            "records are in that log already",
            where=str(to),
            remedy="name an empty one: `createdb` and `ceasefire init` make it",
        )
    cursor.execute("ALTER TABLE ceasefire.meta DISABLE TRIGGER meta_stays")
    cursor.execute(
        "UPDATE ceasefire.meta SET log_id = %s, format = %s, timezone = %s, made_at = %s",
        (info.log_id, info.format, info.timezone, info.made_at),
    )
    cursor.execute("ALTER TABLE ceasefire.meta ENABLE TRIGGER meta_stays")
