"""A team's log on a server: how fast it takes records, how big it grows, what followers cost, how soon they paint.

Everything runs on this machine, the server too: clients, server and dashboard share its cores.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.bench import Bench
from tests.benchmarks.postgres import following, keeping, watching, writing
from tests.benchmarks.postgres.server import measured_server
from tests.benchmarks.table import Row


def rows(bench: Bench) -> Iterator[Row]:
    """The log of this size, moved to a server of its own, with fsync on."""
    before = os.environ.get("XDG_CACHE_HOME")
    with measured_server(bench.folder) as server:
        os.environ["XDG_CACHE_HOME"] = str(Path(server.folder) / "cache")  # heads and read models of these logs alone
        try:
            yield from keeping.rows(bench, server)
            yield from watching.first_look(bench, server)
            yield from writing.rows(bench, server)
            yield from following.rows(bench, server)
            yield from watching.painted(bench, server)
        finally:
            os.environ.pop("XDG_CACHE_HOME")
            if before is not None:
                os.environ["XDG_CACHE_HOME"] = before
