"""A PostgreSQL server to measure: as it comes, but for the number of connections; fsync on, its CPU time counted."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from typing import Any

import psutil  # type: ignore[import-untyped]
import psycopg

from domain.place import Server
from tests.benchmarks.measuring import percentile
from tests.server import started

Connection = psycopg.Connection[tuple[Any, ...]]
CONNECTIONS = 300
"""It comes with 100; a follower at work holds two."""


@dataclass(frozen=True)
class MeasuredServer:
    """Its socket is in the folder `home`; `folder` is for what else is made. CPU is counted from look to look."""

    folder: Path
    home: Path
    pid: int
    ran: dict[int, float]
    """Seconds that each of its processes was on a core, as last seen."""

    def place(self, database: str = "made", user: str = "postgres") -> Server:
        """A database on it, for a role that is let in as it is."""
        return Server(f"postgresql://{user}@/{database}?host={self.home}")

    @contextmanager
    def superuser(self, database: str = "made") -> Iterator[Connection]:
        """A connection, each statement by itself."""
        with closing(psycopg.connect(self.place(database).uri, autocommit=True)) as connection:
            yield connection

    def cpu(self) -> float:
        """Seconds of CPU of all its processes; of those that have ended, what was seen before.

        To the nanosecond: there are hundreds, each with less than a tick of the system's own count at a time.
        """
        head = psutil.Process(self.pid)
        for process in (head, *head.children()):
            with suppress(FileNotFoundError, ProcessLookupError):  # it has ended since
                self.ran[process.pid] = int(Path(f"/proc/{process.pid}/schedstat").read_text().split()[0]) / 1e9
        return sum(self.ran.values())

    def sync_us(self) -> float:
        """What the disk takes now to have 8 KiB written and synced, median, in microseconds."""
        took: list[float] = []
        with (self.folder / "synced").open("wb", buffering=0) as file:
            for _ in range(100):
                began = time.perf_counter()
                file.write(b"\0" * 8192)
                os.fdatasync(file.fileno())
                took.append(time.perf_counter() - began)
        return percentile(took, 50) * 1e6


@contextmanager
def measured_server(folder: Path) -> Iterator[MeasuredServer]:
    """A server below the folder, with an empty database `made`; both gone at the end."""
    made = Path(tempfile.mkdtemp(prefix="server-", dir=folder))
    process = started(made / "data")
    with closing(psycopg.connect(process.get_uri(), autocommit=True)) as connection:
        connection.execute(f"ALTER SYSTEM SET max_connections = {CONNECTIONS}".encode())
    process.stop()
    process.ensure_postgres_running()
    try:
        pid = process.get_pid()
        assert pid is not None
        server = MeasuredServer(made, _socket_of(process.get_uri()), pid, {})
        with server.superuser("postgres") as connection:
            (found,) = connection.execute("SELECT current_setting('fsync'), current_setting('synchronous_commit')")
            assert found == ("on", "on")
            connection.execute("CREATE DATABASE made")
        yield server
    finally:
        process.cleanup()
        rmtree(made, ignore_errors=True)


def _socket_of(uri: str) -> Path:
    return Path(psycopg.conninfo.conninfo_to_dict(uri)["host"])  # type: ignore[arg-type]
