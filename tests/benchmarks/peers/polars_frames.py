"""polars: the rows of claims as frames, sorted by time, asked lazily."""

from __future__ import annotations

from pathlib import Path

import polars
from polars import col

from domain.calendar import Micros
from tests.benchmarks.answers import Answer
from tests.benchmarks.claims import STANDINGS
from tests.benchmarks.peers import statuses, strikes
from tests.benchmarks.peers.frames import frames, pairs
from tests.benchmarks.peers.raw_sqlite import by_slot


class Polars:
    """Frames in memory."""

    name = "polars"

    def __init__(self, path: Path) -> None:
        found = {
            name: polars.DataFrame({column: frame[column].to_numpy() for column in frame.columns})
            for name, frame in frames(path).items()
        }
        self._strikes, self._claims, self._links = found["strikes"], found["claims"], found["links"]
        self._feed = found["feed"].with_columns(col("position").set_sorted())
        self._statuses = found["statuses"].sort("first", "said", "position")

    def answer(self, as_of: Micros, position: int) -> Answer:
        said = self._statuses.head(self._statuses["first"].search_sorted(as_of, "right")).lazy()
        known = (col("k_from") <= position) & (col("k_to") > position)
        feed = self._feed.head(self._feed["position"].search_sorted(position, "right")).lazy()
        sums, newest, lines = polars.collect_all(
            [
                self._sums(as_of, known),
                said.filter(known).group_by("way", "claimant").last().select(statuses.Newest._fields),
                feed.filter(known & (col("t") <= as_of)).tail(20).select("position", "standing"),
            ]
        )
        return Answer(
            *by_slot(sums.rows()),
            statuses.ruling((statuses.Newest(*row) for row in newest.rows()), as_of),
            [(found, STANDINGS[standing]) for found, standing in reversed(lines.rows())],
        )

    def _sums(self, as_of: Micros, known: polars.Expr) -> polars.LazyFrame:
        standing = self._strikes.filter(known)
        links = self._links.filter(known).join(standing, on="strike", how="semi")
        links = links.join(standing, left_on="other", right_on="strike", how="semi").select(strikes.Known._fields)
        joined, parts = strikes.joined_and_parts(strikes.Known(*row) for row in links.rows())
        homes = polars.from_pandas(pairs(joined, "strike", "home")).lazy()
        own = standing.lazy().filter(col("t") <= as_of).select(home="strike", day_1="first", day_2="last")
        kind = ("home", "slot", "includes", "first", "last")
        best = (
            self._claims.lazy()
            .filter(known)
            .join(standing.lazy(), on="strike", how="semi")
            .join(homes, on="strike", how="left")
            .with_columns(home=polars.coalesce("home", "strike"))
            .join(own, on="home")
            .filter(col("provisional") == col("provisional").min().over(kind))
            .sort("said", "position")
            .unique(subset=[*kind, "claimant"], keep="last", maintain_order=True)
            .group_by(*kind, "day_1", "day_2")
            .agg(col("low").min(), col("high").max(), fewer=-polars.len().cast(polars.Int64))
            .filter(col("high") >= 0)
            .with_columns(elsewhen=(col("first") != col("day_1")) | (col("last") != col("day_2")))
            .sort("includes", "elsewhen", "fewer", "first", "last")
            .unique(subset=["home", "slot"], keep="first", maintain_order=True)
            .select("home", "slot", "low", "high")
        )
        one = polars.lit(1, dtype=polars.Int64)
        count = own.join(homes, left_on="home", right_on="strike", how="anti").select(
            "home", slot=one - 1, low=one, high=one
        )
        figures = polars.concat([best, count])
        wholes = polars.from_pandas(pairs(parts, "part", "whole")).lazy()
        covered = wholes.join(figures, left_on="whole", right_on="home").select(home="part", slot="slot")
        return figures.join(covered, on=["home", "slot"], how="anti").group_by("slot").agg(col("low", "high").sum())

    def close(self) -> None:
        """Nothing is held open."""
