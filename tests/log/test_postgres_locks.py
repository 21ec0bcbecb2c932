"""Locks on a log's tables: only writers take the one to write, and whoever waits is told for whom, and what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from threading import Thread, Timer

import psycopg
import pytest

from domain.calendar import micros
from domain.errors import LogBusy
from domain.log.engines import make_log
from domain.log.postgres.schema import TAKE_LOCK
from domain.monitor import Monitor
from domain.place import Server
from tests.domain.examples import GAZA, NOW, limited, strike
from tests.log.test_postgres_guards import done
from tests.server import Connection, Database

STRONGER = (
    "ROW SHARE",
    "ROW EXCLUSIVE",
    "SHARE UPDATE EXCLUSIVE",
    "SHARE",
    "SHARE ROW EXCLUSIVE",
    "EXCLUSIVE",
    "ACCESS EXCLUSIVE",
)


@pytest.fixture
def database() -> Iterator[Database]:
    """A log with one record."""
    made = Database()
    make_log(made.place, timezone=GAZA, made_at=micros(NOW))
    with Monitor(made.person("first", "writer")) as monitor:
        monitor.append([limited()])
    yield made
    made.give_back()


@pytest.fixture
def writer(database: Database) -> Server:
    return database.person("amal", "writer")


@pytest.fixture
def reader(database: Database) -> Server:
    return database.person("basma", "reader")


@contextmanager
def holding(place: Server, *statements: str) -> Iterator[Connection]:
    """Somebody at psql, inside a transaction in which these statements were run."""
    with closing(psycopg.connect(place.uri, application_name="psql")) as connection:
        for statement in statements:
            connection.execute(statement.encode())
        yield connection


def test_a_reader_s_locks_keep_nobody_from_recording(writer: Server, reader: Server) -> None:
    taken = ["LOCK TABLE ceasefire.meta, ceasefire.records IN ACCESS SHARE MODE"]
    taken += [f"SELECT pg_advisory_lock({number})" for number in (1, 0x43464C31)]
    taken += [f"SELECT pg_advisory_lock('ceasefire.{table}'::regclass::bigint)" for table in ("meta", "records")]
    with holding(reader, *taken), Monitor(writer) as monitor:
        assert monitor.append([strike()])[0].fresh


@pytest.mark.parametrize("table", ["meta", "records"])
@pytest.mark.parametrize("mode", STRONGER)
def test_a_reader_takes_no_stronger_lock(reader: Server, table: str, mode: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match=f"permission denied for table {table}"):
        done(reader, f"BEGIN; LOCK TABLE ceasefire.{table} IN {mode} MODE")


def test_a_reader_does_not_take_the_one_to_write(reader: Server) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="take_lock"):
        done(reader, TAKE_LOCK)


@pytest.mark.usefixtures("_impatient")
class TestWhoWaits:
    def test_for_a_writer_is_told_for_whom(self, database: Database, writer: Server, reader: Server) -> None:
        other = database.person("fadi", "writer")
        with holding(other, TAKE_LOCK) as held, Monitor(writer) as monitor, Monitor(reader) as watching:
            with pytest.raises(LogBusy) as busy:
                monitor.append([strike()])
            assert [record.key for record in watching.records()] == ["limited"]
            pid = held.info.backend_pid
        who = f"fadi_{database.name}"
        assert str(busy.value) == (
            f"{writer}: {who} (psql, process {pid}) is writing to the log; waited 0.05 s "
            "(run the same command again; its key makes that safe. "
            f"If it goes on, ask {who}, or have whoever runs the server end it: "
            f"SELECT pg_terminate_backend({pid}))"
        )
        with Monitor(writer) as monitor:
            assert monitor.append([strike()])[0].fresh

    def test_as_whoever_may_see_more_is_told_since_when(self, database: Database, writer: Server) -> None:
        with Monitor(database.place) as monitor, holding(writer, TAKE_LOCK), pytest.raises(LogBusy) as busy:
            monitor.append([strike()])
        assert re.search(r"is writing to the log since \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ; waited", busy.value.what)

    @pytest.mark.parametrize("table", ["meta", "records"])
    def test_for_an_owner_who_locked_a_table_is_told_too(
        self, database: Database, writer: Server, reader: Server, table: str
    ) -> None:
        owner = database.person("dalia", "owner")
        with holding(owner, f"LOCK TABLE ceasefire.{table} IN ACCESS EXCLUSIVE MODE"):
            for place in (writer, reader):
                with pytest.raises(LogBusy, match=rf"dalia_{database.name} \(psql, process \d+\) has locked the log"):
                    list(Monitor(place, read_only=True).records())
            with pytest.raises(LogBusy, match="has locked the log"):
                Monitor(writer).append([strike()])
            if table == "records":
                with pytest.raises(LogBusy, match="has locked the log"):
                    Monitor(reader).verify()
        with Monitor(reader) as monitor:
            assert monitor.verify().records == 1

    def test_for_an_owner_who_waits_to_lock_it_is_told(self, database: Database, reader: Server) -> None:
        """An owner's lock that waits for somebody's old look holds up everybody who comes after it."""
        owner = database.person("dalia", "owner")
        with holding(reader, "SELECT 1 FROM ceasefire.records"), closing(psycopg.connect(owner.uri)) as second:
            pid = second.info.backend_pid
            waiting = Thread(target=_refused, args=(second,))
            waiting.start()
            _until_it_waits(database, pid)
            with pytest.raises(LogBusy, match=rf"dalia_{database.name} \(process {pid}\) has locked the log"):
                list(Monitor(reader, read_only=True).records())
            second.cancel()
            waiting.join()

    def test_a_follower_goes_on_when_the_lock_is_gone(self, database: Database, writer: Server, reader: Server) -> None:
        owner = database.person("dalia", "owner")
        with Monitor(reader, read_only=True) as watching, watching.follow(1) as subscription:
            with holding(owner, "LOCK TABLE ceasefire.records IN ACCESS EXCLUSIVE MODE"):
                assert subscription.away_since is None  # type: ignore[attr-defined]
            with Monitor(writer) as monitor:
                monitor.append([strike()])
            watchdog = Timer(30, subscription.stop)
            watchdog.start()
            assert next(subscription).id == 2
            watchdog.cancel()


def _refused(connection: Connection) -> None:
    with pytest.raises(psycopg.errors.QueryCanceled):
        connection.execute("LOCK TABLE ceasefire.records IN ACCESS EXCLUSIVE MODE")


def _until_it_waits(database: Database, pid: int) -> None:
    with closing(psycopg.connect(database.place.uri, autocommit=True)) as connection:
        for _ in range(600):
            found = connection.execute("SELECT pg_blocking_pids(%s) <> '{}', pg_sleep(0.05)", (pid,)).fetchone()
            if found is not None and found[0]:
                return
    raise AssertionError("it does not wait")
