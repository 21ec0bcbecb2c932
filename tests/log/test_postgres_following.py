"""A team on one server: many writers, followers, and connections that are lost on the way."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from threading import Thread, Timer

import pytest

from domain.deciding import Outcome
from domain.errors import LogDamaged, LogUnavailable
from domain.log.postgres.connecting import Cursor
from domain.log.postgres.recorder import PostgresRecorder
from domain.log.postgres.subscription import PostgresSubscription
from domain.log.postgres.writer import PostgresWriter
from domain.monitor import Monitor
from domain.place import Server
from tests.domain.examples import GAZA, limited, strike
from tests.log.processes import append_to_server, finished, started
from tests.server import Database, as_superuser

WRITERS, EACH = 8, 25
LOST = r"went away|was lost"


@pytest.fixture(autouse=True)
def _no_thread_is_left() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    left = set(threading.enumerate()) - before
    for thread in left:
        thread.join(timeout=60)
    assert [thread.name for thread in left if thread.is_alive()] == []


@pytest.fixture
def database() -> Iterator[Database]:
    """A database with an empty log."""
    made = Database()
    Monitor.create(made.place, GAZA).close()
    yield made
    made.give_back()


@pytest.fixture
def writer(database: Database) -> Server:
    return database.person("amal", "writer")


def taken(subscription: PostgresSubscription, wanted: int) -> list[int]:
    """The positions of the next records; a follower that hangs is stopped, and has then seen too few."""
    seen: list[int] = []
    watchdog = Timer(60, subscription.stop)
    watchdog.start()
    for record in subscription:
        seen.append(record.id)
        if len(seen) == wanted:
            break
    watchdog.cancel()
    return seen


def follow(monitor: Monitor, after: int = 0) -> PostgresSubscription:
    subscription = monitor.follow(after)
    assert isinstance(subscription, PostgresSubscription)
    return subscription


def lose_connections(database: Database) -> int:
    """End every connection to the database from the server's side, as a restart does; how many there were."""
    with as_superuser() as connection:
        return len(
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (database.name,)
            ).fetchall()
        )


def test_eight_writers_and_a_follower(database: Database, writer: Server) -> None:
    """On one stream and on streams of their own: nothing is missed, doubled or out of order, and the chain is whole."""
    with Monitor(database.person("basma", "reader")) as watching, follow(watching) as subscription:
        writers = [started(append_to_server, writer.uri, name, EACH) for name in "abcdefgh"]
        seen = taken(subscription, WRITERS * EACH * 2)
        finished(*writers)

        assert seen == list(range(1, WRITERS * EACH * 2 + 1))
        assert watching.verify().records == len(seen)
        shared = [record.version for record in watching.history("crossing-rafah").records]
        assert shared == list(range(1, WRITERS * EACH + 1))


def test_a_follower_survives_the_loss_of_its_connections(database: Database, writer: Server) -> None:
    with Monitor(writer) as monitor, follow(monitor) as subscription:
        monitor.append([limited("1")])
        assert taken(subscription, 1) == [1]
        for number in range(2, 6):
            assert lose_connections(database) >= 1
            monitor.append([limited(str(number))])
            assert taken(subscription, 1) == [number]


def test_it_says_since_when_it_is_away(database: Database, writer: Server) -> None:
    with Monitor(writer) as monitor, follow(monitor) as subscription:
        monitor.append([limited("1")])
        assert taken(subscription, 1) == [1]
        assert subscription.away_since is None
        with as_superuser() as connection:
            connection.execute(f"ALTER DATABASE {database.name} ALLOW_CONNECTIONS false".encode())
        lose_connections(database)
        until(lambda: subscription.away_since is not None)
        with pytest.raises(LogUnavailable):
            monitor.head()
        with as_superuser() as connection:
            connection.execute(f"ALTER DATABASE {database.name} ALLOW_CONNECTIONS true".encode())
        monitor.append([limited("2")])
        assert taken(subscription, 1) == [2]
        until(lambda: subscription.away_since is None)


def until(true: object) -> None:
    assert callable(true)
    deadline = time.monotonic() + 120
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_who_only_waits_holds_one_connection(
    database: Database, writer: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("domain.log.postgres.subscription.LOOK_SECONDS", 0.3)

    def held() -> int:
        with as_superuser() as connection:
            (found,) = connection.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = %s", (database.name,)
            ).fetchall()
        return int(found[0])

    with Monitor(writer) as monitor, follow(monitor) as subscription:
        monitor.append([limited("1")])
        assert taken(subscription, 1) == [1]
        until(lambda: held() == 1)
        monitor.append([limited("2")])
        assert taken(subscription, 1) == [2]


class TestAnAppend:
    """Ended by the server at some point of it: run again, it is on record once."""

    def test_before_it_began(self, database: Database, writer: Server) -> None:
        with Monitor(writer) as monitor:
            monitor.append([limited("before")])
            lose_connections(database)
            assert monitor.append([limited()])[0].fresh  # a dead connection is replaced before anything is done

    def test_between_its_records(self, database: Database, writer: Server) -> None:
        with Monitor(writer) as monitor:
            steps = count()

            def salt() -> bytes:
                if next(steps) == 1:
                    lose_connections(database)
                return os.urandom(16)

            recorder = monitor.recorder
            assert isinstance(recorder, PostgresRecorder)
            recorder._salt = salt
            with pytest.raises(LogUnavailable, match=LOST) as lost:
                monitor.append([limited(), strike()])
            assert "run the same command again" in lost.value.remedy
            outcomes = monitor.append([limited(), strike()])

            assert [outcome.fresh for outcome in outcomes] == [True, True]
            assert [record.key for record in monitor.records()] == ["limited", "strike"]

    def test_over_its_commit_that_was_done(self, database: Database, writer: Server) -> None:
        """The answer to COMMIT does not arrive, and the record is there: the log is asked, and it counts as saved."""
        assert self.committed(database, writer, first="COMMIT").fresh

    def test_over_its_commit_that_was_not(self, database: Database, writer: Server) -> None:
        with pytest.raises(LogUnavailable, match=LOST):
            self.committed(database, writer, first="SELECT 1")
        with Monitor(writer) as monitor:
            assert monitor.append([limited()])[0].fresh

    def committed(self, database: Database, writer: Server, first: str) -> Outcome:
        class Losing(PostgresRecorder):
            def _commit(self, cursor: Cursor, writer: PostgresWriter) -> None:
                cursor.execute(first.encode())
                lose_connections(database)
                super()._commit(cursor, writer)

        with Monitor(writer) as monitor:
            monitor.recorder.__class__ = Losing
            (outcome,) = monitor.append([limited()])
            assert [record.key for record in monitor.records()] == ["limited"]
            return outcome


class TestWhoWatchedBefore:
    """A server that was rolled back holds a valid, shorter log."""

    @pytest.fixture
    def watched(self, writer: Server) -> Server:
        with Monitor(writer) as monitor:
            monitor.append([limited(), strike(), limited("third")])
        return writer

    def cut(self, database: Database, last: int) -> None:
        with as_superuser(database.name) as connection:
            connection.execute("ALTER TABLE ceasefire.records DISABLE TRIGGER USER")
            connection.execute("DELETE FROM ceasefire.records WHERE position > %s", (last,))
            connection.execute("ALTER TABLE ceasefire.records ENABLE TRIGGER USER")

    def test_is_told_on_opening_and_may_read_what_stands(self, database: Database, watched: Server) -> None:
        self.cut(database, 2)

        with pytest.raises(LogDamaged, match="ends at #2, and #3 of it was seen from here") as damage:
            Monitor(watched)
        assert damage.value.position == 3
        assert "recover" not in damage.value.remedy
        with Monitor(watched, read_only=True) as monitor:
            assert monitor.damage is not None
            assert [record.key for record in monitor.records()] == ["limited", "strike"]

    def test_is_told_when_others_wrote_on(self, database: Database, watched: Server, tmp_path: Path) -> None:
        self.cut(database, 2)
        with pytest.MonkeyPatch.context() as elsewhere:
            elsewhere.setenv("XDG_CACHE_HOME", str(tmp_path / "somebody else's"))
            with Monitor(watched) as monitor:
                monitor.append([limited("other"), limited("more")])

        with pytest.raises(LogDamaged, match="not the one that was seen from here") as damage:
            Monitor(watched)
        assert damage.value.position == 3

    def test_is_told_while_watching(self, database: Database, watched: Server) -> None:
        with Monitor(watched, read_only=True) as monitor:
            assert monitor.head().position == 3
            self.cut(database, 1)
            for _ in range(2):
                with pytest.raises(LogDamaged, match="ends at #1"):
                    monitor.head()

    def test_and_not_when_the_file_was_deleted_as_told(self, database: Database, watched: Server) -> None:
        self.cut(database, 2)
        with pytest.raises(LogDamaged) as damage:
            Monitor(watched)
        Path(damage.value.remedy.rpartition("delete ")[2]).unlink()

        with Monitor(watched) as monitor:
            assert monitor.append([limited("new")])[0].record.position == 3


def test_a_commit_is_seen_by_another_at_once(writer: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for the next look at the log: the server tells."""
    monkeypatch.setattr("domain.log.postgres.subscription.LOOK_SECONDS", 3600)
    with Monitor(writer) as monitor, Monitor(writer, read_only=True) as other, follow(other) as subscription:
        until(lambda: subscription.away_since is None)
        for number in range(5):
            monitor.append([limited(str(number))])
            assert taken(subscription, 1) == [number + 1]


def test_following_ends_when_it_is_told_to(writer: Server) -> None:
    with Monitor(writer) as monitor, follow(monitor) as subscription:
        waiting = Thread(target=lambda: list(subscription))
        waiting.start()
        subscription.stop()
        waiting.join(timeout=60)
        assert not waiting.is_alive()
