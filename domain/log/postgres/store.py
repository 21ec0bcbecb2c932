"""The server's connections: how they are kept and lost, and what its errors mean to a person."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psycopg
from eventsourcing.persistence import IntegrityError

from domain.errors import LogDamaged, LogUnavailable, Refused, ServerAway
from domain.log.postgres.connecting import URI, Connection, Cursor, connect, relied_on
from domain.log.postgres.holding import busy
from domain.place import Server


class Connections:
    """Connections to one server: each is used by one thread at a time, and kept for the next."""

    def __init__(self, place: Server) -> None:
        self.place = place
        self._idle: list[tuple[float, Connection]] = []
        self._lock = threading.Lock()
        self._closed = False

    @contextmanager
    def begun(self, begin: str, then: str = "") -> Iterator[Cursor]:
        """A transaction, begun with these statements; whoever asked for it commits it, or it is undone.

        A connection that has waited here may be dead by now. Nothing is done yet, so then another is tried.
        """
        connection, cursor = self._begin(f"{begin}; {relied_on()}; {then}")
        try:
            yield cursor
        finally:
            with suppress(psycopg.Error):
                if connection.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
                    connection.execute("ROLLBACK")
            self._give_back(connection)

    def _begin(self, begin: str) -> tuple[Connection, Cursor]:
        while (waiting := self._waiting()) is not None:
            try:
                return waiting, _cursor(waiting, begin)
            except psycopg.Error:
                if not waiting.broken:
                    waiting.close()
                    raise
        connection = connect(self.place)
        try:
            return connection, _cursor(connection, begin)
        except BaseException:
            connection.close()
            raise

    def _waiting(self) -> Connection | None:
        with self._lock:
            return self._idle.pop()[1] if self._idle else None

    def _give_back(self, connection: Connection) -> None:
        idle = connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
        with self._lock:
            if idle and not self._closed:
                self._idle.append((time.monotonic(), connection))
                return
        connection.close()

    def close(self) -> None:
        """Close those that wait; one in use is closed when it comes back."""
        with self._lock:
            self._closed = True
        self.rest(0)

    def rest(self, seconds: float) -> None:
        """Close those that were not used for so long: who only waits needs none."""
        until = time.monotonic() - seconds
        with self._lock:
            unused = [connection for since, connection in self._idle if since <= until]
            self._idle = [(since, connection) for since, connection in self._idle if since > until]
        for connection in unused:
            connection.close()


def _cursor(connection: Connection, begin: str) -> Cursor:
    cursor = connection.cursor(binary=True)
    connection.execute(begin.encode())
    return cursor


@contextmanager
def explained(place: Server, name: str = "NAME") -> Iterator[None]:
    """Turn what psycopg raises into our errors, with a remedy. `name`: what the log's roles begin with, once known."""
    try:
        yield
    except psycopg.errors.LockNotAvailable as error:
        raise busy(place) from error
    except psycopg.Error as error:
        raise meaning(place, error, name) from error


_RUN_AGAIN = "run the same command again; its key makes that safe"
_Meaning = tuple[str, type[LogUnavailable] | type[Refused], str, str]
_BY_STATE: tuple[_Meaning, ...] = (
    ("42P01", LogUnavailable, "no log is in this database", "`ceasefire init {place}` makes one"),
    ("3F000", LogUnavailable, "no log is in this database", "`ceasefire init {place}` makes one"),
    (
        "42501",
        LogUnavailable,
        "this role may not do that: {said}",
        "have it put into the database's role that may: {name}_reader reads, {name}_writer records too",
    ),
    (
        "42883",
        LogUnavailable,
        "this log was not made by this release, and cannot be written to by it",
        "`ceasefire verify` names each difference, and the statement that puts it right",
    ),
    ("23", Refused, "the server refuses it: {said}", "`ceasefire verify` checks the log"),
    (
        "25006",
        LogUnavailable,
        "this server is a read-only replica",
        "name the primary, or add target_session_attrs=read-write",
    ),
    ("53100", LogUnavailable, "the server's disk is full", "make room there, then run the same command again"),
    ("53300", ServerAway, "the server has no connection left", "close some, or raise max_connections there"),
    ("25P03", LogUnavailable, "the server let go of a writer that was silent for too long", _RUN_AGAIN),
    ("57", ServerAway, "the server went away", _RUN_AGAIN),  # shut down, or the connection was ended there
    ("08", ServerAway, "the connection to the server was lost", _RUN_AGAIN),
    ("40", LogUnavailable, "the server undid it for another transaction", _RUN_AGAIN),
)
_LOOK_AT_IT = "`openssl s_client -starttls postgres -connect HOST:5432` shows it"
_BY_TEXT: tuple[_Meaning, ...] = (
    (
        "root certificate file",
        LogUnavailable,
        "nothing says which authority signs the server's certificate",
        "put that authority's certificate into ~/.postgresql/root.crt, or name it: sslrootcert=FILE",
    ),
    (
        "does not match host name",
        LogUnavailable,
        "the server's certificate is for another name",
        f"use a name that is in it ({_LOOK_AT_IT}), and ask who runs the server if it is the right one",
    ),
    (
        "certificate verify failed",
        LogUnavailable,
        "the server's certificate does not hold",
        "it has expired, or another authority signed it than the one in ~/.postgresql/root.crt (sslrootcert=FILE): "
        f"{_LOOK_AT_IT}; ask who runs the server",
    ),
    (
        "definition of service",
        LogUnavailable,
        "that service is in no service file",
        "name it in ~/.pg_service.conf (PGSERVICEFILE): [NAME], then host=, dbname=, user= and sslmode= on lines of "
        "their own",
    ),
    (
        "password authentication",
        LogUnavailable,
        "the server does not let this role in",
        "check the role's name, and its password in ~/.pgpass (PGPASSFILE) or the service file",
    ),
    (
        "no password supplied",
        LogUnavailable,
        "the server asks for a password",
        "put it into ~/.pgpass (PGPASSFILE) or a service file, mode 0600",
    ),
    (
        "pg_hba.conf",
        LogUnavailable,
        "the server does not let this role in from here",
        "ask who runs it for a line in pg_hba.conf",
    ),
    (
        "permission denied for database",
        LogUnavailable,
        "the server does not let this role into the database",
        "have it put into the database's role that may: {name}_reader reads, {name}_writer records too",
    ),
    (
        'role "',
        LogUnavailable,
        "the server does not know this role",
        "check the name before the @, or have the role made",
    ),
    ("not currently accepting", ServerAway, "the database takes no connections now", "try again in a moment"),
    (
        "does not exist",
        LogUnavailable,
        "there is no such database on this server",
        "check its name, or make it: createdb NAME",
    ),
    *(
        (said, Refused, "a part of the URI has no such value", URI)
        for said in ("invalid port number", "servname not", "invalid integer value", "bad value for", ' value: "')
    ),
    ("resolve host", ServerAway, "there is no server of that name", "check the name and the network"),
    ("translate host name", ServerAway, "there is no server of that name", "check the name and the network"),
    ("starting up", ServerAway, "the server is just starting", "try again in a moment"),
    ("ssl", LogUnavailable, "no encrypted connection could be made", "check sslmode and the certificates"),
    ("certificate", LogUnavailable, "no encrypted connection could be made", "check sslmode and the certificates"),
)
_OTHER: _Meaning = ("", LogUnavailable, "the log could not be used ({said})", "`ceasefire verify` checks it")
_UNREACHED: _Meaning = (
    "",
    ServerAway,
    "the server cannot be reached",
    "check host, port and network, and that the server runs; then run the same command again",
)


def meaning(place: Server, error: psycopg.Error, name: str = "NAME") -> Exception:
    """One of the server's errors as ours. A version or key that was taken is the library's IntegrityError.

    Before there is a connection nothing but the text tells.
    """
    state = error.sqlstate or ""
    if state == "0A000" and error.diag.source_function == "call_bool_check_hook":
        state = "25006"  # a replica refuses BEGIN READ WRITE as a setting: without a state of its own, in any language
    said = " ".join((error.diag.message_primary or str(error)).split())
    if state == "23505":
        return IntegrityError(said)
    if state.startswith(("XX", "22")):
        return LogDamaged(f"the server cannot read what it holds ({said})", position=0)
    if state:
        found = next((known for known in _BY_STATE if state.startswith(known[0])), _OTHER)
    else:
        found = next((known for known in _BY_TEXT if known[0] in said.lower()), _UNREACHED)
    _, kind, what, remedy = found
    told = what.format(said=said) if state else f"{what} ({said})"
    return kind(told, where=str(place), remedy=remedy.format(place=place, name=name))
