"""Series at a vantage: a claimant's running figure beside the strikes recorded over the same span."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, get_args

from domain.calendar import Calendar, Micros
from domain.report import Facts
from domain.series import Defined, Published, Rebased
from domain.values import Harm
from projections.index.sums import harm_metric
from projections.index.totals import Span
from projections.index.version import Version, all_of, view_of
from projections.rules.combining import RecordedStrikes, ends
from projections.situation import Range, Residue, SeriesView
from projections.text import bounds_text, number, range_text

HARMS: dict[str, Harm] = {harm: harm for harm in get_args(Harm)}
_DAY_AT_END = re.compile(r"-\d{4}-\d\d-\d\d$")


@dataclass(frozen=True)
class Running:
    """One series as it is known: its definition, its values in order, and where it was counted anew."""

    stream: str
    definition: Version[Defined] | None
    values: tuple[Version[Published], ...]  # one for each moment it was published for: the newest recorded
    rebases: tuple[Version[Rebased], ...]
    published: dict[Micros, tuple[Version[Published], ...]]  # all values, by the moment that they were published for

    def rebase_before(self, value: Version[Published]) -> Version[Rebased] | None:
        """The newest restart that a value comes after."""
        return next((rebase for rebase in reversed(self.rebases) if rebase.at <= value.last), None)

    @cached_property
    def newest(self) -> Version[Published]:
        """The newest value."""
        return self.values[-1]

    @cached_property
    def counted_from(self) -> str | None:
        """The day that the newest value counts from; None when nobody says."""
        return self.origin(self.newest)

    def origin(self, value: Version[Published]) -> str | None:
        """The day that a value counts from; None when nobody says."""
        rebase = self.rebase_before(value)
        defined = rebase or self.definition
        return defined.data.origin if defined else None

    @cached_property
    def measure(self) -> str:
        """What is counted; where nothing defines it, what its name says: `series-<claimant>-<measure>-<origin>`."""
        if self.definition is not None:
            return self.definition.data.measure
        name = self.stream.removeprefix("series-").removeprefix(f"{self.newest.claimant}-")
        return _DAY_AT_END.sub("", name) or name

    @cached_property
    def unit(self) -> str:
        """In what it is counted: harms in people, also where nothing defines it. Empty when nobody says."""
        if self.definition is not None:
            return self.definition.data.unit
        return "people" if self.measure in HARMS else ""

    @cached_property
    def harm(self) -> Harm | None:
        """The harm of strikes that it counts, for a population that it names; else None."""
        return HARMS.get(self.measure) if self.of else None

    @cached_property
    def of(self) -> str | None:
        """The population that it counts."""
        return self.definition.data.of if self.definition else None

    @cached_property
    def terms(self) -> dict[str, Any]:
        """What is shown of a series beside its values."""
        defined = self.definition.data if self.definition else None
        return {
            "measure": self.measure,
            "unit": self.unit,
            "of": self.of,
            "stage": defined.stage if defined else None,
            "scope": defined.scope if defined else None,
            "inclusion": defined.inclusion if defined else None,
        }


def defined_by(
    stream: str,
    values: Sequence[Version[Published]],
    definitions: Iterable[Version[Facts]],
    rebases: Iterable[Version[Facts]],
    published: dict[Micros, tuple[Version[Published], ...]] | None = None,
) -> Running:
    """A series of these values, with its newest definition."""
    return Running(
        stream,
        max(all_of(definitions, Defined), key=lambda version: version.rank, default=None),
        tuple(values),
        tuple(sorted(all_of(rebases, Rebased), key=lambda version: (version.counted, version.position))),
        published or {},
    )


def running(versions: Iterable[Version[Facts]]) -> list[Running]:
    """Series with at least one value, by stream, from the standing versions of series streams."""
    streams: dict[str, list[Version[Facts]]] = defaultdict(list)
    for version in sorted(versions, key=lambda version: (version.counted, version.position)):
        streams[version.stream].append(version)
    found = []
    for stream, said in sorted(streams.items()):
        published: dict[Micros, tuple[Version[Published], ...]] = {}
        for value in all_of(said, Published):
            published[value.last] = (*published.get(value.last, ()), value)
        if published:
            newest = [published[moment][-1] for moment in sorted(published)]
            found.append(defined_by(stream, newest, said, said, published))
    return found


CommonDay = Callable[[Running, Running], tuple[Version[Published], Version[Published]] | None]
"""Finds the newest local day that two series both give a figure for, and each one's newest value of that day."""


def spans_of(found: Iterable[Running], as_of: Micros, calendar: Calendar) -> Iterator[Span]:
    """The spans over which strikes are summed to stand beside series: since each began, and its newest change."""
    for series in found:
        if series.harm is None or series.of is None:
            continue
        name, last = harm_metric(series.harm, series.of), until(series.newest, as_of)
        if series.counted_from:
            yield calendar.start(series.counted_from), last, name
        if len(series.values) > 1:
            yield series.values[-2].last + 1, last, name


def until(value: Version[Published], as_of: Micros) -> Micros:
    """Up to when strikes are held against a value: its date. Of a figure so far, what has not occurred yet is not."""
    return min(value.last, as_of)


def recorded_sum(
    series: Running, value: Version[Published], strikes: RecordedStrikes, as_of: Micros, calendar: Calendar
) -> Range | None:
    """Recorded strikes of the series' own population and harm, from its origin to the value's date."""
    origin = series.origin(value)
    if series.harm is None or series.of is None or not origin:
        return None
    return strikes.recorded(calendar.start(origin), until(value, as_of), series.harm, series.of)


def residue(value: Version[Published], recorded: Range) -> Residue | None:
    """A value less the recorded strikes: low less high, high less low, open where an end of the two is open.

    Where the sum is open above ("32+" of one strike), more than its highest count may have to be taken off: then the
    lower end is open.
    """
    low, high = ends(value.data.figure)
    if (low is None and high is None) or recorded.low is None or recorded.high is None:
        return None
    least = None if low is None or recorded.open_above else low - recorded.high
    most = None if high is None else high - recorded.low
    return Residue(low=least, high=most, text=f"{bounds_text(low, high)} less {_residue_text(least, most, recorded)}")


def _residue_text(least: int | None, most: int | None, recorded: Range) -> str:
    strikes = f"{range_text(recorded)} in recorded strikes"
    if most is not None and most < 0:
        return f"{strikes}: strikes on record exceed it by {bounds_text(-most, None if least is None else -least)}"
    if least is not None and least >= 0:
        return f"{strikes}: {bounds_text(least, most)} not tied to a strike on record"
    left = "" if most is None else f"up to {number(most)} not tied to a strike on record"
    if least is None:
        return f"{strikes}: {left or 'how many are not tied to a strike on record cannot be told'}"
    exceed = f"strikes on record exceed it by up to {number(-least)}, if they do"
    return f"{strikes}: {left}; or {exceed}" if left else f"{strikes}: {exceed}"


def series_views(
    found: Sequence[Running], strikes: RecordedStrikes, as_of: Micros, calendar: Calendar
) -> tuple[SeriesView, ...]:
    """Every series with its newest value by occurred, then position."""
    return tuple(_series_view(series, strikes, as_of, calendar) for series in found)


def _series_view(series: Running, strikes: RecordedStrikes, as_of: Micros, calendar: Calendar) -> SeriesView:
    value = series.newest
    rebase = series.rebase_before(value)
    recorded = recorded_sum(series, value, strikes, as_of, calendar)
    return view_of(
        SeriesView,
        value,
        as_of=value.report.occurred,
        origin=series.counted_from,
        offset=rebase.data.offset if rebase else None,
        recorded_sum=recorded,
        residue=residue(value, recorded) if recorded else None,
        **series.terms,
    )
