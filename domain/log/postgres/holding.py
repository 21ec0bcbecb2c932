"""Who holds the lock that somebody waited for in vain, as far as the server tells it to whoever asks."""

from __future__ import annotations

from contextlib import closing, suppress

import psycopg

from domain import waiting
from domain.calendar import iso
from domain.errors import LogBusy
from domain.log.postgres.connecting import connect
from domain.place import Server

_HOLDER = """
SELECT coalesce(a.usename, a.backend_type)::text, coalesce(a.application_name, ''), a.pid,
  (extract(epoch FROM a.xact_start))::bigint,
  CASE WHEN l.mode = 'AccessShareLock' THEN 'is reading the log'
    WHEN l.mode = 'ShareRowExclusiveLock' AND l.relation = 'ceasefire.meta'::regclass THEN 'is writing to the log'
    ELSE 'has locked the log' END
FROM pg_locks AS l JOIN pg_stat_activity AS a ON a.pid = l.pid
WHERE l.locktype = 'relation' AND l.pid <> pg_backend_pid()
  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND l.relation IN (SELECT oid FROM pg_class WHERE relnamespace = 'ceasefire'::regnamespace AND relkind = 'r')
  AND (%s OR l.mode IN ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock'))
ORDER BY l.granted DESC, l.mode = 'AccessExclusiveLock' DESC, a.xact_start
LIMIT 1"""
"""Whoever holds, or is first to wait for, a lock that keeps others from the log. The server tells everybody whose
session and which program that is; since when, those who are in its role.
"""
_AGAIN = "run the same command again; its key makes that safe"


def busy(place: Server, *, by_any: bool = False) -> LogBusy:
    """What to say after a lock was waited for in vain, `by_any` where whoever only reads is waited for too.

    A connection of its own asks, since the transaction that waited has failed.
    """
    with suppress(psycopg.Error), closing(connect(place)) as connection:
        found = connection.execute(_HOLDER.encode(), (by_any,)).fetchone()
        if found is not None:
            user, program, pid, since, does = found
            who = f"{user} ({f'{program}, ' if program else ''}process {pid})"
            when = f" since {iso(since * 1_000_000)}" if since is not None else ""
            return LogBusy(
                f"{who} {does}{when}; {waiting.waited()}",
                where=str(place),
                remedy=f"{_AGAIN}. If it goes on, ask {user}, or have whoever runs the server end it: "
                f"SELECT pg_terminate_backend({pid})",
            )
    return LogBusy(f"{waiting.UNKNOWN} has locked the log; {waiting.waited()}", where=str(place), remedy=_AGAIN)
