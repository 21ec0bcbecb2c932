"""Series at a vantage: the newest values, and what says from when they count."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice

from domain.series import Published
from projections.index.lines import Claim, Line, LinesOfOne, Newest
from projections.index.schema import NEVER
from projections.index.version import Version, all_of
from projections.looks.steps import seen
from projections.reading import Reading
from projections.rules.running import CommonDay, Running, defined_by


def series_seen(reading: Reading) -> list[Running]:
    """Series with at least one value, by stream; of their values the last two."""
    every, held = reading.lines.of("series"), seen(reading).series
    fresh = [stream for stream in every if stream not in held]
    newest = reading.lines.newest(_named(fresh, every, "value"), ahead=True)
    newest |= reading.lines.newest(_named(fresh, every, "defined", "rebase"), back=NEVER, ahead=True)
    for stream in fresh:
        held[stream] = _running(reading, stream, every[stream], newest)
    return [one for stream in every if (one := held[stream]) is not None]


def _named(streams: Iterable[str], every: Mapping[str, LinesOfOne], *names: str) -> list[Line]:
    return [line for stream in streams for name in names if (line := every[stream].get((name,))) is not None]


def _running(reading: Reading, stream: str, lines: LinesOfOne, newest: Newest) -> Running | None:
    def on(name: str) -> Sequence[Claim]:
        line = lines.get((name,))
        return () if line is None else newest.get(line.number, ())

    values = on("value")[:1]
    if not values:
        return None
    published = all_of(reading.of(values), Published)
    found = defined_by(stream, published, reading.of(on("defined")), reading.of(on("rebase")))
    if found.harm is None:  # only where strikes are summed beside it, the value before the newest is needed
        return found
    earlier = reading.lines.down(lines[("value",)], high=values[0].rank - 1, ahead=True)
    before = reading.of(islice(earlier, 1))
    return replace(found, values=(*all_of(before, Published), *found.values))


def running_between(reading: Reading, lines: LinesOfOne, stream: str, values: Iterable[Claim]) -> Running | None:
    """A series with all of some values, the newest first."""
    published = all_of(reading.of(reversed(list(values))), Published)
    definitions, rebases = (
        reading.of(reading.lines.down(lines.get((what,)), ahead=True)) for what in ("defined", "rebase")
    )
    return defined_by(stream, published, definitions, rebases) if published else None


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
