"""Series as rows: their values and restarts on timelines, and each value beside the one before it."""

from __future__ import annotations

from collections.abc import Sequence

from domain.calendar import Micros
from projections.derived.findings import FIGURES, evidence, may_be_odd, over_time
from projections.derived.working import Working
from projections.discrepancies import Rule, by
from projections.discrepancies.claims import quoted_differently
from projections.discrepancies.evidence import Finding
from projections.discrepancies.series import series_falls
from projections.rows import Version
from projections.running import running
from projections.timeline import Entry

PUBLISHED = "series.published"
CELLS = {PUBLISHED: "value", "series.rebased": "rebase", "series.defined": "defined"}


class SeriesRows:
    """The fold's side of series."""

    def __init__(self, working: Working) -> None:
        self._work = working

    def changed(self, k: int, clock: Micros, old: Version | None, new: Version | None) -> None:
        """What one record says changed at k."""
        again: set[tuple[str, Micros]] = set()
        for version, stands in ((old, False), (new, True)):
            if version is None or version.type not in CELLS:
                continue
            name = f"{CELLS[version.type]} {version.stream}"
            rank = version.counted
            row = Entry(rank, 0, version.position, version.id >> 1, version.at, version.last)
            if stands:
                self._work.timeline.open(name, row, rank, clock)
            else:
                self._work.timeline.close(name, row, rank, k)
        for version in (old, new):
            if version is None or version.type not in (PUBLISHED, "series.rebased"):
                continue
            if version.type == PUBLISHED:
                again.add((version.stream, version.last))
            moment = version.last if version.type == PUBLISHED else version.at - 1
            again.update((version.stream, after) for after in self._after(version.stream, moment))
        for stream, moment in sorted(again):
            self._look_at(stream, moment, k, clock)

    def _after(self, stream: str, moment: Micros) -> set[Micros]:
        """Moments whose values may follow on one of this moment: the next, and any that count before the next does."""
        name = f"value {stream}"
        following = self._work.timeline.now(name, above=(moment, 1, 0), first=True)
        if not following:
            return set()
        next_ = following[0]
        end = self._work.calendar.day_end(self._work.calendar.day(next_.rank)) + 1
        rows = self._work.timeline.now(name, above=(moment, 1, 0), below=(end, 0, 0), limit=-1)
        rows += self._work.timeline.so_far_now(name, self._work.calendar.day(next_.at))
        return {row.rank for row in rows if row.rank > moment}

    def _look_at(self, stream: str, moment: Micros, k: int, clock: Micros) -> None:
        name = f"value {stream}"
        owner = f"value {stream} {moment}"
        rows = self._work.timeline.now(name, rank=moment, limit=-1)
        if not rows:
            self._work.findings.set(owner, k, clock, [])
            return
        first = min(row.at for row in rows)
        below = (moment, 0, 0)
        before: list[Entry] = []
        while (found := self._work.timeline.now(name, below=below)) and not (before and before[-1].at <= first):
            before += found
            below = found[0].order
        values = self._work.versions(rows)
        rebases = self._work.versions(self._work.timeline.now(f"rebase {stream}", limit=-1))
        rules: tuple[Rule, ...] = (series_falls,)
        if len(values) > 1:
            rules += (quoted_differently,)
        if any(may_be_odd(value) for value in values):
            rules += FIGURES

        def found_in(seen: Sequence[Version]) -> list[Finding]:
            series = next(iter(running(seen)), None)
            if series is None or moment not in series.published:
                return []
            shown = series._replace(values=series.values[-2:], published={moment: series.published[moment]})
            return by(rules, evidence(self._work.calendar, series=(shown,)))

        self._work.findings.set(owner, k, clock, over_time([*self._work.versions(before), *values, *rebases], found_in))
