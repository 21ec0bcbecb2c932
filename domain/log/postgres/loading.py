"""A log that comes from elsewhere, into an empty one on a server: in one transaction, verified before it is committed.

The server's own triggers see every record too: it takes none whose hash is not the one that it works out itself.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace

from psycopg import sql

from domain.clock import system_clock
from domain.errors import LogDamaged, LogUnavailable, Refused
from domain.log.contact import keep
from domain.log.moving import Moving
from domain.log.postgres import store
from domain.log.postgres.factory import PostgresFactory
from domain.log.postgres.lookup import PostgresLookup
from domain.log.postgres.schema import LOCK
from domain.log.postgres.store import Cursor, connect, explained
from domain.log.postgres.structure import check_structure
from domain.log.recorder import LogInfo
from domain.log.stored import StoredRecord
from domain.log.verify import Verification
from domain.place import Server

_GIVEN = "position, stream, version, type, schema, key, recorded_at, known_at, recorded_by, body, salt, digest, hash"
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
        with cursor.copy(f"COPY ceasefire.records ({_GIVEN}) FROM STDIN".encode()) as copy:
            for record in moving.records():
                copy.write_row(_row(record))
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
    for setting in (f"SET LOCAL lock_timeout = '{round(store.LOCK_SECONDS * 1000)}ms'", *_SETTINGS):
        cursor.execute(setting.encode())


def _take_identity(cursor: Cursor, to: Server, info: LogInfo) -> None:
    """Make the empty log there this one; who follows it under its first identity has nothing to lose yet."""
    cursor.execute(f"SELECT pg_advisory_xact_lock({LOCK})".encode())
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


def _row(record: StoredRecord) -> tuple[object, ...]:
    return (
        record.id,
        record.originator_id,
        record.originator_version,
        record.topic,
        record.schema,
        record.key,
        record.recorded_at,
        record.known_at,
        record.recorded_by,
        None if record.salt is None else record.state.decode(),
        record.salt,
        record.digest,
        record.hash,
    )
