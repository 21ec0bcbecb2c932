"""Series at a vantage: the newest values, and what says from when they count."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from domain.series import Defined, Published, Rebased
from projections.index.lines import Claim
from projections.index.version import Version, all_of
from projections.reading import Reading
from projections.rules.running import HARMS, CommonDay, Running


def series_seen(reading: Reading) -> list[Running]:
    """Series with at least one value, by stream; of their values the last two."""
    found = []
    every = reading.lines.of("series")
    for stream in sorted(every):
        lines = every[stream]
        values = reading.lines.down(lines.get(("value",)), ahead=True)
        newest = next(values, None)
        if newest is None:
            continue
        definitions = all_of(reading.of(reading.lines.down(lines.get(("defined",)), ahead=True)), Defined)
        definition = max(definitions, key=lambda version: version.rank) if definitions else None
        before = next((value for value in values if value.rank < newest.rank), None) if _is_summed(definition) else None
        rebases = all_of(reading.of(reading.lines.down(lines.get(("rebase",)), ahead=True)), Rebased)
        found.append(
            Running(
                stream,
                definition,
                tuple(all_of(reading.of([newest] if before is None else [before, newest]), Published)),
                tuple(sorted(rebases, key=lambda version: (version.counted, version.position))),
                {},
            )
        )
    return found


def _is_summed(definition: Version[Defined] | None) -> bool:
    """Whether strikes are summed beside it: only then the value before the newest is needed."""
    return definition is not None and bool(definition.data.of) and definition.data.measure in HARMS


def common_day_seen(reading: Reading) -> CommonDay:
    """Finds the newest day that two series share by stepping back through both at once."""
    calendar = reading.calendar

    def values(series: Running) -> Iterator[Claim]:
        line = reading.lines.of("series")[series.stream].get(("value",))
        return reading.lines.down(line, ahead=True)

    def found(one: Running, other: Running) -> tuple[Version[Published], Version[Published]] | None:
        sides = [values(one), values(other)]
        heads = [next(side, None) for side in sides]
        while True:
            first, second = heads
            if first is None or second is None:
                return None
            days = [calendar.day(claim.rank) for claim in (first, second)]
            if days[0] == days[1]:
                return _pair(reading, first, second)
            behind = int(days[1] > days[0])
            heads[behind] = next(islice(sides[behind], 1), None)

    return found


def _pair(reading: Reading, one: Claim, other: Claim) -> tuple[Version[Published], Version[Published]]:
    first, second = all_of(reading.of([one, other]), Published)
    return first, second
