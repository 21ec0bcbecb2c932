"""Erased bytes in a server's files: they go when the table is written anew, which its owner alone may do."""

from __future__ import annotations

import re
from contextlib import closing

import psycopg

from domain import waiting
from domain.log.postgres.connecting import Connection, connect
from domain.log.postgres.holding import busy
from domain.place import Server

REWRITE = "VACUUM (FULL) ceasefire.records"
_WAL = "the server's write-ahead log, its archive and backups keep what they hold until they go"
_MAY = (
    "SELECT pg_get_userbyid(relowner)::text, pg_has_role(session_user, relowner, 'USAGE') "
    "FROM pg_class WHERE oid = 'ceasefire.records'::regclass"
)


def scrubbed(place: Server) -> str:
    """Write the table anew, if whoever connects may, while nobody else reads or writes it; words on what is left."""
    try:
        with closing(connect(place)) as connection:
            found = connection.execute(_MAY).fetchone()
            assert found is not None
            owner, may = found
            if not may:
                return f"erased; its bytes stay in the server's files until one of {owner} runs {REWRITE}, and {_WAL}"
            left = _rewrite(connection)
    except psycopg.Error as error:
        locked = isinstance(error, psycopg.errors.LockNotAvailable)
        said = busy(place, by_any=True).what if locked else " ".join(str(error).split())
        return f"erased; its bytes stay in the server's files until its owner runs {REWRITE} ({said}), and {_WAL}"
    if left:
        return f"erased; its bytes stay in the server's files while somebody reads an older state: then run {REWRITE}"
    return f"erased, and the server's table was written anew without it; {_WAL}"


def _rewrite(connection: Connection) -> int:
    """How many old versions of rows could not be left out: an older transaction may still want to see them."""
    left: list[int] = []

    def count(notice: psycopg.errors.Diagnostic) -> None:
        number = re.match(r"\D*(\d+)", notice.message_detail or "")  # the server tells it in its own language
        if number:
            left.append(int(number[1]))

    connection.add_notice_handler(count)
    connection.execute(f"SET lock_timeout = '{round(waiting.LOCK_SECONDS * 1000)}ms'".encode())
    connection.execute(REWRITE.replace("FULL", "FULL, VERBOSE").encode())
    return max(left, default=0)
