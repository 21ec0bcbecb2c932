"""The log's recorder for PostgreSQL: decisions and inserts under one lock, stamps and chain by the server."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

import psycopg

from domain.calendar import Micros, micros
from domain.clock import Clock, system_clock
from domain.errors import LogDamaged, LogUnavailable, SaveInDoubt
from domain.log.contact import answered, contact_file, keep, kept
from domain.log.format import FORMAT
from domain.log.outside import check_chain
from domain.log.postgres.connecting import Cursor
from domain.log.postgres.lookup import PostgresLookup
from domain.log.postgres.schema import TAKE_LOCK
from domain.log.postgres.scrubbing import scrubbed
from domain.log.postgres.seen import SeenHead
from domain.log.postgres.store import Connections, explained
from domain.log.postgres.structure import check_structure
from domain.log.postgres.subscription import PostgresSubscription
from domain.log.postgres.writer import PostgresWriter
from domain.log.recorder import LogInfo, LogRecorder
from domain.log.stored import check_link
from domain.log.writer import Head

_ASK_AGAIN = (0.1, 0.5, 1.0, 2.0)
"""Seconds before each question whether a commit was done."""
IDLE_SECONDS = 60
"""A writer that is silent for so long inside its transaction is let go of by the server: nobody waits for it longer."""
_READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_WRITE = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"
_LOCK = (
    f"SET LOCAL idle_in_transaction_session_timeout = '{IDLE_SECONDS}s'; "
    # saved means saved: what a server is told not to wait for is waited for here
    "SELECT set_config('synchronous_commit', 'on', true) WHERE current_setting('synchronous_commit') = 'off'; "
    f"{TAKE_LOCK}"
)


class PostgresRecorder(LogRecorder):
    """A log in a database. `clock` is the server's, unless another than the system's is given."""

    def __init__(self, connections: Connections, clock: Clock, salt: Callable[[], bytes] | None = None) -> None:
        super().__init__(salt)
        self.place = connections.place
        self._connections = connections
        self._clock = None if clock is system_clock else clock
        self.info = self._read_info()
        self._seen = SeenHead(self.info, replica=self._replica)

    def _read_info(self) -> LogInfo:
        with explained(self.place), self._connections.begun(_READ) as cursor:
            found = cursor.execute(
                "SELECT log_id, format, timezone, made_at, session_user, pg_is_in_recovery(), "
                "has_any_column_privilege('ceasefire.records', 'INSERT'), pg_get_userbyid(nspowner)::text "
                "FROM ceasefire.meta, pg_namespace WHERE nspname = 'ceasefire'"
            ).fetchall()
            cursor.execute("COMMIT")
        if len(found) != 1:
            raise LogDamaged("the log does not say which log it is", position=0, remedy="restore it from a backup")
        log_id, log_format, timezone, made_at, self._role, self._replica, self._records, owner = found[0]
        self._named = owner.removesuffix("_owner")  # the database, as it was called when the log was made
        if log_format != FORMAT:
            raise LogUnavailable(
                f"log format {log_format}, and this program knows {FORMAT}",
                where=str(self.place),
                remedy="install a newer release",
            )
        return LogInfo(self.place, log_id, log_format, timezone, made_at)

    @contextmanager
    def reading(self) -> Iterator[PostgresLookup]:
        """Look-ups that all see the same log."""
        with explained(self.place, self._named), self._connections.begun(_READ) as cursor:
            yield PostgresLookup(cursor, self.info.genesis)
            cursor.execute("COMMIT")

    @contextmanager
    def writing(self) -> Iterator[PostgresWriter]:
        """One write transaction under the log's lock, committed at the end."""
        self.notes = []
        with explained(self.place, self._named), self._connections.begun(_WRITE, _LOCK) as cursor:
            writer = self._writer(cursor)
            before = writer.head.position
            with self._at_hand(writer):
                yield writer
            if writer.undone:
                return
            writer.flush()
            self._commit(cursor, writer)
        if writer.head.position > before:
            self.notes.extend(self._seen.see(writer.head))

    def _commit(self, cursor: Cursor, writer: PostgresWriter) -> None:
        """Commit. Where the connection is lost over it, only the log knows whether it was done: then it is asked."""
        try:
            cursor.execute("COMMIT")
        except psycopg.OperationalError as lost:
            done = self._was_committed(writer.head)
            if done is None:
                raise _in_doubt(str(self.place), writer.last_key) from lost
            if not done:
                raise

    def _was_committed(self, head: Head) -> bool | None:
        """Whether a head is on record; None when nobody answers. Asked under the lock, so that whoever may still be
        committing it has ended.
        """
        for pause in _ASK_AGAIN:
            time.sleep(pause)
            with suppress(LogUnavailable), explained(self.place), self._connections.begun(_WRITE, _LOCK) as cursor:
                return PostgresLookup(cursor, self.info.genesis).hash_at(head.position) == head.hash
        return None

    def _writer(self, cursor: Cursor) -> PostgresWriter:
        head = self._end(PostgresLookup(cursor, self.info.genesis))
        return PostgresWriter(cursor, self.info.genesis, head, self._clock, self._salt)

    def _end(self, lookup: PostgresLookup) -> Head:
        """The head, held against the chain: after a record that is not what was written nobody would read on."""
        newest = lookup.select("ORDER BY position DESC LIMIT 2")
        if not newest:
            return Head(0, self.info.genesis, 0, 0)
        record = newest[0]
        before = next((other.hash for other in newest[1:] if other.id == record.id - 1), None)
        previous = self.info.genesis if record.id == 1 else before
        if previous is None:
            raise LogDamaged("the record is missing", position=record.id - 1)
        check_link(previous, record)
        return Head(record.id, record.hash, record.known_at, record.recorded_at)

    def now(self) -> Micros:
        """The server's clock, unless another stamps."""
        if self._clock is not None:
            return micros(self._clock())
        with self.reading() as lookup:
            found = lookup.rows("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint")
        return int(found[0][0])

    def scrub(self) -> None:
        """Have the server write its table anew, without what was erased: the owner may."""
        self.notes.append(scrubbed(self.place))

    def recorded_as(self, name: str) -> str:
        """The role that connected, whatever is said; with a clock of the owner's own, who they say."""
        return self._role if self._clock is None else name

    def how_it_is_read(self) -> tuple[str, ...]:
        """A replica shows what has reached it."""
        return ("this server is a read-only replica: it may be behind its primary",) if self._replica else ()

    def why_only_read(self) -> str:
        """A replica takes no records, and not everybody may record."""
        if self._replica:
            return "this server is a replica; name the primary to record"
        if not self._records:
            return f"{self._role} may only read; who is in {self._named}_writer records too"
        return ""

    def check_outside(self) -> tuple[str, ...]:
        """Hold the log against the newest head that was seen of it from here."""
        before = kept(self.place)
        if before is not None and before.log_id != self.info.log_id:
            raise LogDamaged(
                f"another log is here, where {before.log_id} was",
                position=0,
                remedy=f"ask whoever runs the server. Where that was meant, delete {contact_file(self.place)}",
            )
        notes = () if before == self.info else keep(self.info)
        try:
            with self.reading() as lookup:
                return (*notes, *self._seen.hold(self._head(lookup), lookup, opening=True))
        except LogDamaged:
            check_chain(self)
            raise

    def head(self) -> Head:
        """The newest record's stamps, held against the newest head that was seen. Raises LogDamaged."""
        with self.reading() as lookup:
            head = self._head(lookup)
            self._seen.hold(head, lookup)
        answered(self.place)
        return head

    def check_structure(self) -> tuple[str, ...]:
        """Hold the schema against the one that a log is made with."""
        with explained(self.place), self._connections.begun(_READ) as cursor:
            return check_structure(PostgresLookup(cursor, self.info.genesis))

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> PostgresSubscription:
        """Follow the log, through lost connections too: what stands after `gt`, then what any process adds."""
        return PostgresSubscription(self, gt, topics)

    def rest(self, seconds: float) -> None:
        """Close connections that were not used for so long."""
        self._connections.rest(seconds)

    def close(self) -> None:
        """Close every connection."""
        self._connections.close()


def _in_doubt(place: str, last_key: str | None) -> LogUnavailable:
    if last_key is not None:
        return SaveInDoubt(where=place, key=last_key)
    return LogUnavailable(
        "the connection was lost, and nothing was to be written",
        where=place,
        remedy="run it again when the server is back",
    )
