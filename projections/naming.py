"""Discrepancies in the words that a person uses: what each kind is called, and the names of what they are about."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property

from domain.calendar import is_date
from projections.situation import DiscrepancyKind, SeriesView, Situation
from projections.wording import moment_text

KINDS: Mapping[DiscrepancyKind, str] = {
    "claimants_differ": "claimants differ",
    "quoted_differently": "the same claimant quoted differently by two outlets",
    "bounds_out_of_order": "bounds of a figure out of order",
    "parts_do_not_add_up": "parts that do not add up",
    "start_dates_differ": "start dates differ",
    "phase_out_of_order": "a phase out of order",
    "already_open": "opened while already open on other terms",
    "status_contested": "status of a crossing contested",
    "announcement_denied": "announced, and denied",
    "announcement_contradicted": "announced, and otherwise reported",
    "statuses_not_summed": "casualties told by status that are not added up",
    "quota_passages": "passages above or below the quota",
    "series_falls": "a running figure that falls",
    "series_and_strikes": "a running figure and the recorded strikes",
    "series_differ": "running figures differ",
    "strike_not_reported": "claims without a standing report of the strike",
    "unregistered_claimant": "claimants that are not registered",
    "clock_jump": "the clock of the log jumped",
}


class Names:
    """The names that Situations have for the streams in a text: `crossing-rafah` is Rafah."""

    def __init__(self, *situations: Situation) -> None:
        self._situations = situations

    def told(self, text: str) -> str:
        """A text with each crossing, running figure and ceasefire under its name, instead of its stream or slug."""
        found = self._pattern
        return found.sub(lambda match: self._names[match[0]], text) if found else text

    @cached_property
    def _names(self) -> dict[str, str]:
        names: dict[str, str] = {}
        for one in self._situations:
            for crossing in one.crossings:
                slug = crossing.stream.removeprefix("crossing-")
                names |= {crossing.stream: crossing.name, slug: crossing.name, slug.replace("-", " "): crossing.name}
            names |= {series.stream: _figure(series) for series in one.series}
            if one.ceasefire.stream and one.ceasefire.title:
                names[one.ceasefire.stream] = one.ceasefire.title
        return names

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        names = sorted(self._names, key=len, reverse=True)
        streams = "|".join(re.escape(name) for name in names if name.startswith(("crossing-", "series-", "ceasefire-")))
        slugs = "|".join(re.escape(name) for name in names)
        # a slug alone is only meant where something happened at it
        return re.compile(rf"(?<![\w/-])(?:{streams})(?![\w/-])|(?<= at )(?:{slugs})(?![\w-])") if streams else None


def _figure(series: SeriesView) -> str:
    """`gaza-moh killed since 11 Oct 2025`."""
    since = f" since {moment_text(series.origin)}" if series.origin and is_date(series.origin) else ""
    return f"{series.claimant} {series.measure.replace('-', ' ')}{since}"
