"""Series: the values of a running figure by when they are of, each held against the one before it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from domain.calendar import Micros
from domain.report import Facts
from domain.series import Defined, Published, Rebased
from projections.discrepancies.claims import quoted_differently
from projections.discrepancies.evidence import Check, Evidence, by, over_time
from projections.discrepancies.figures import FIGURES, may_be_odd
from projections.discrepancies.series import series_falls
from projections.index.findings import Finding
from projections.index.schema import NEVER
from projections.index.version import Version
from projections.rules.running import running
from projections.subjects.subject import Bearing, Now, Subject

_LINES: dict[type[Facts], str] = {Published: "value", Rebased: "rebase", Defined: "defined"}


class SeriesOfValues(Subject[None]):
    """No sums: a value replaces the one before it."""

    def bears_on(self, version: Version[Facts]) -> Iterable[Bearing]:
        line = _LINES.get(type(version.data))
        if line is not None:
            yield Bearing(f"{version.stream} {line}", version.counted, version.counted, by_position=True)

    def around(self, now: Now, old: Version[Facts] | None, new: Version[Facts] | None) -> None:
        again: dict[tuple[str, Micros], None] = {}
        for version in (old, new):
            if version is None or not isinstance(version.data, (Published, Rebased)):
                continue
            moment = version.at - 1
            if isinstance(version.data, Published):
                moment = version.last
                again[version.stream, moment] = None
            again.update(dict.fromkeys((version.stream, after) for after in self._after(now, version.stream, moment)))
        for stream, moment in sorted(again):
            self._look_at(now, stream, moment)

    def _after(self, now: Now, stream: str, moment: Micros) -> set[Micros]:
        """Moments whose values may follow on one of this moment: the next, and any that count before the next does."""
        line = f"{stream} value"
        next_ = now.next_to(line, (moment, 1, 0), after=True)
        if next_ is None:
            return set()
        found = {next_.last}
        found.update(one.last for one in now.counting_by(line, moment + 1, next_.at))
        return found

    def _look_at(self, now: Now, stream: str, moment: Micros) -> None:
        line, owner = f"{stream} value", f"{stream} value {moment}"
        values = now.between(line, moment, moment)
        if not values:
            now.find(owner, ())
            return
        first = min(value.at for value in values)
        before: list[Version[Facts]] = []
        order = (moment, 0, 0)
        while not (before and before[-1].at <= first):
            earlier = now.next_to(line, order, after=False)
            if earlier is None:
                break
            before.append(earlier)
            order = (earlier.counted, 0, earlier.position)
        rebases = now.between(f"{stream} rebase", -NEVER, NEVER)
        rules: tuple[Check, ...] = (series_falls,)
        if len(values) > 1:
            rules += (quoted_differently,)
        if any(may_be_odd(value) for value in values):
            rules += FIGURES

        def found_in(seen: Sequence[Version[Facts]]) -> list[Finding]:
            series = next(iter(running(seen)), None)
            if series is None or moment not in series.published:
                return []
            shown = replace(series, values=series.values[-2:], published={moment: series.published[moment]})
            return by(rules, Evidence(calendar=self.calendar, series=(shown,)))

        now.find(owner, over_time([*before, *values, *rebases], found_in))
