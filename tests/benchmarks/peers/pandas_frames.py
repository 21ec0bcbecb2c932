"""pandas: the rows of claims as frames, sorted by time."""

from __future__ import annotations

from pathlib import Path

import numpy
import pandas

from domain.calendar import Micros
from tests.benchmarks.answers import Answer
from tests.benchmarks.claims import STANDINGS
from tests.benchmarks.peers import statuses, strikes
from tests.benchmarks.peers.frames import frames, pairs
from tests.benchmarks.peers.raw_sqlite import by_slot


class Pandas:
    """Frames in memory."""

    name = "pandas"

    def __init__(self, path: Path) -> None:
        found = frames(path)
        self._strikes, self._links, self._feed = found["strikes"], found["links"], found["feed"]
        self._claims = found["claims"].sort_values(["said", "position"], ignore_index=True)
        self._statuses = found["statuses"].sort_values(["first", "said", "position"], ignore_index=True)

    def answer(self, as_of: Micros, position: int) -> Answer:
        sums = self._sums(as_of, position)
        said = self._statuses.iloc[: numpy.searchsorted(self._statuses["first"].to_numpy(), as_of, "right")]
        said = said[(said["k_from"] <= position) & (said["k_to"] > position)]
        newest = said.drop_duplicates(["way", "claimant"], keep="last")[list(statuses.Newest._fields)]
        feed = self._feed.iloc[: numpy.searchsorted(self._feed["position"].to_numpy(), position, "right")]
        feed = feed[(feed["t"] <= as_of) & (feed["k_from"] <= position) & (feed["k_to"] > position)]
        lines = feed.iloc[-20:][["position", "standing"]].to_numpy()[::-1].tolist()
        return Answer(
            *by_slot((int(slot), int(low), int(high)) for slot, low, high in sums.itertuples()),
            statuses.ruling((statuses.Newest(*row) for row in newest.to_numpy().tolist()), as_of),
            [(found, STANDINGS[standing]) for found, standing in lines],
        )

    def _sums(self, as_of: Micros, position: int) -> pandas.DataFrame:
        def known(rows: pandas.DataFrame) -> pandas.DataFrame:
            return rows[(rows["k_from"] <= position) & (rows["k_to"] > position)]

        standing = known(self._strikes)
        links = known(self._links)
        links = links[links["strike"].isin(standing["strike"]) & links["other"].isin(standing["strike"])]
        ordered = links[list(strikes.Known._fields)].to_numpy().tolist()
        joined, parts = strikes.joined_and_parts(strikes.Known(*row) for row in ordered)
        homes = dict(joined)
        own = standing[standing["t"] <= as_of].set_index("strike")
        claims = known(self._claims)
        claims = claims[claims["strike"].isin(standing["strike"])]
        claims = claims.assign(home=claims["strike"].map(homes).fillna(claims["strike"]).astype("int64"))
        claims = claims[claims["home"].isin(own.index)]
        kind = ["home", "slot", "includes", "first", "last"]
        claims = claims[claims["provisional"] == claims.groupby(kind)["provisional"].transform("min")]
        newest = claims.drop_duplicates([*kind, "claimant"], keep="last")
        kinds = newest.groupby(kind, as_index=False).agg(
            low=("low", "min"), high=("high", "max"), claimants=("claimant", "size")
        )
        kinds = kinds[kinds["high"] >= 0]
        days = own.loc[kinds["home"]]
        elsewhen = (kinds["first"].to_numpy() != days["first"].to_numpy()) | (
            kinds["last"].to_numpy() != days["last"].to_numpy()
        )
        kinds = kinds.assign(elsewhen=elsewhen, fewer=-kinds["claimants"])
        best = kinds.sort_values(["includes", "elsewhen", "fewer", "first", "last"]).drop_duplicates(["home", "slot"])
        counted = own.index[~own.index.isin(list(homes))]
        count = pandas.DataFrame({"home": counted, "slot": 0, "low": 1, "high": 1})
        figures = pandas.concat([best[["home", "slot", "low", "high"]], count])
        wholes = pairs(parts, "part", "whole").merge(figures, left_on="whole", right_on="home")
        covered = pandas.MultiIndex.from_frame(wholes[["part", "slot"]])
        figures = figures[~pandas.MultiIndex.from_frame(figures[["home", "slot"]]).isin(covered)]
        return figures.groupby("slot")[["low", "high"]].sum()

    def close(self) -> None:
        """Nothing is held open."""
