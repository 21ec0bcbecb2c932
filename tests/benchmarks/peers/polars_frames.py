"""polars: the rows of claims as frames, sorted by time, asked lazily."""

from __future__ import annotations

from pathlib import Path

import polars
from polars import col

from domain.calendar import Micros
from tests.benchmarks.answers import Answer
from tests.benchmarks.claims import STANDINGS
from tests.benchmarks.peers import statuses
from tests.benchmarks.peers.frames import frames
from tests.benchmarks.peers.raw_sqlite import by_slot


class Polars:
    """Frames in memory."""

    name = "polars"

    def __init__(self, path: Path) -> None:
        found = {
            name: polars.DataFrame({column: frame[column].to_numpy() for column in frame.columns})
            for name, frame in frames(path).items()
        }
        self._deltas = found["deltas"].with_columns(col("t").set_sorted())
        self._feed = found["feed"].with_columns(col("position").set_sorted())
        self._statuses = found["statuses"].sort("first", "said", "position")

    def answer(self, as_of: Micros, position: int) -> Answer:
        occurred = self._deltas.head(self._deltas["t"].search_sorted(as_of, "right")).lazy()
        said = self._statuses.head(self._statuses["first"].search_sorted(as_of, "right")).lazy()
        feed = self._feed.head(self._feed["position"].search_sorted(position, "right")).lazy()
        known = (col("k_from") <= position) & (col("k_to") > position)
        sums, newest, lines = polars.collect_all(
            [
                occurred.filter(col("k") <= position).group_by("slot").agg(col("low", "high").sum()),
                said.filter(known).group_by("way", "claimant").last().select(statuses.Newest._fields),
                feed.filter(known & (col("t") <= as_of)).tail(20).select("position", "standing"),
            ]
        )
        return Answer(
            *by_slot(sums.rows()),
            statuses.ruling((statuses.Newest(*row) for row in newest.rows()), as_of),
            [(found, STANDINGS[standing]) for found, standing in reversed(lines.rows())],
        )

    def close(self) -> None:
        """Nothing is held open."""
