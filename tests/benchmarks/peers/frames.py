"""The rows as pandas frames, from which DuckDB and polars take them, too."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy
import pandas

from tests.benchmarks.peers.raw_sqlite import TABLES

_SORTED = {"strikes": "t", "claims": "said", "links": "said", "statuses": "first", "feed": "position"}
_AT_ONCE = 500_000


def frames(path: Path) -> dict[str, Any]:
    """Each table by name, whole numbers throughout, in the order that suits the questions."""
    found = {}
    with closing(sqlite3.connect(path)) as store:
        for kind, (name, _) in TABLES.items():
            rows = store.execute(f"SELECT {', '.join(kind._fields)} FROM {name} ORDER BY {_SORTED[name]}")
            parts = []
            while batch := rows.fetchmany(_AT_ONCE):
                parts.append(numpy.array(batch, dtype=numpy.int64))
            whole = numpy.concatenate(parts) if parts else numpy.empty((0, len(kind._fields)), dtype=numpy.int64)
            found[name] = pandas.DataFrame({field: whole[:, at].copy() for at, field in enumerate(kind._fields)})
    return found


def pairs(found: Sequence[tuple[int, int]], one: str, other: str) -> Any:
    """Pairs of strikes as a frame."""
    whole = numpy.array(found, dtype=numpy.int64).reshape(-1, 2)
    return pandas.DataFrame({one: whole[:, 0], other: whole[:, 1]})
