"""Runs of one status as rows: where each begins, way by way, so that "closed since" is one look-up."""

from __future__ import annotations

from collections.abc import Mapping

from domain.calendar import Micros
from domain.values import start_of
from projections.crossing_statuses import begins_run, is_status
from projections.derived.ways import Way, named_ways
from projections.derived.working import Working
from projections.rows import Version
from projections.schema import NEVER
from projections.timeline import AHEAD

_KEY = f"cell = ? AND first = ? AND said = ? AND position = ? AND k_to = {NEVER}"
_HELD = f"SELECT 1 FROM runs WHERE {_KEY}"  # noqa: S608
_CLOSE = f"UPDATE runs SET k_to = ? WHERE {_KEY}"  # noqa: S608


class Runs:
    """The fold's side of runs. A status that begins one has a row, for as long as that is known."""

    def __init__(self, working: Working) -> None:
        self._work = working

    def changed(
        self,
        k: int,
        clock: Micros,
        old: Version | None,
        new: Version | None,
        followers: Mapping[tuple[Way, int], Version],
    ) -> None:
        """A status changed at k. `followers` come next after what it was or is, in a way of theirs each."""
        if old is not None and is_status(old):
            for way in named_ways(old.data):
                self._close(old, way, k)
        after = dict(followers)
        if new is not None and is_status(new):
            after.update({(way, new.position): new for way in named_ways(new.data)})
        for (way, _), version in after.items():
            self._decide(version, way, k, clock)

    def _decide(self, version: Version, way: Way, k: int, clock: Micros) -> None:
        rows = self._work.timeline.now(f"status {version.stream} {way[0]} {way[1]}", below=version.order)
        before = next(iter(self._work.versions(rows)), None)
        begins = begins_run(version, before, self._work.calendar)
        held = any(self._work.connection.execute(_HELD, key).fetchone() for key in self._rows(version, way))
        if held and not begins:
            self._close(version, way, k)
        elif begins and not held:
            # what is ahead of the clock lies apart, as on timelines
            name = _name(version, way) + (">" if version.counted > clock + AHEAD else "")
            row = (self._work.timeline.cell(name), *version.order, k, NEVER, start_of(version.report.occurred))
            self._work.connection.execute("INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?, ?)", row)

    def _close(self, version: Version, way: Way, k: int) -> None:
        self._work.connection.executemany(_CLOSE, [(k, *row) for row in self._rows(version, way)])

    def _rows(self, version: Version, way: Way) -> list[tuple[int, ...]]:
        """Where its row is, if it has one."""
        return [(cell, *version.order) for cell in self._work.timeline.cells(_name(version, way))]


def _name(version: Version, way: Way) -> str:
    return f"run {version.stream} {way[0]} {way[1]}"
