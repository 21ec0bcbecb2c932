"""pandas: the rows of claims as frames, sorted by time."""

from __future__ import annotations

from pathlib import Path

import numpy

from domain.calendar import Micros
from tests.benchmarks.answers import Answer
from tests.benchmarks.claims import STANDINGS
from tests.benchmarks.peers import statuses
from tests.benchmarks.peers.frames import frames
from tests.benchmarks.peers.raw_sqlite import by_slot


class Pandas:
    """Frames in memory."""

    name = "pandas"

    def __init__(self, path: Path) -> None:
        found = frames(path)
        self._deltas, self._feed = found["deltas"], found["feed"]
        self._statuses = found["statuses"].sort_values(["first", "said", "position"], ignore_index=True)

    def answer(self, as_of: Micros, position: int) -> Answer:
        occurred = self._deltas.iloc[: numpy.searchsorted(self._deltas["t"].to_numpy(), as_of, "right")]
        known = occurred[occurred["k"] <= position]
        sums = known.groupby("slot")[["low", "high"]].sum()
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

    def close(self) -> None:
        """Nothing is held open."""
