"""Which of the records that two vantages take into account differently stand behind one change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from projections.difference.bearing import Moved, linked
from projections.difference.walking import Place, record_ids
from projections.situation import (
    CeasefireView,
    CommitmentView,
    CrossingView,
    DayCount,
    HarmRange,
    Population,
    SeriesView,
    SourceView,
    StrikeRange,
    StrikeView,
)

Views = Mapping[str, tuple[StrikeView | None, StrikeView | None]]

CLAIMED = "strike.casualties_claimed"
_STATUSES = ("crossing.opened", "crossing.limited", "crossing.closed")
_BEGINNINGS = (
    "ceasefire.declared",
    "ceasefire.entered_into_force",
    "ceasefire.suspended",
    "ceasefire.resumed",
    "ceasefire.ended",
)
"""What decides which ceasefire is shown, and from which day it is counted."""
_OF_SERIES = ("series.published", "series.defined", "series.rebased")
_ABOUT_A_COUNT = ("strike.reported", "strike.linked")
_TYPES: dict[type[Struct], dict[str, tuple[str, ...]]] = {
    CeasefireView: {
        "status": _BEGINNINGS,
        "day": _BEGINNINGS,
        "phase": ("ceasefire.phase_changed", *_BEGINNINGS),
        "announced": ("ceasefire.phase_changed", *_BEGINNINGS),
        "phases": ("ceasefire.phase_changed", *_BEGINNINGS),
        "starts": _BEGINNINGS,
        "resumed": _BEGINNINGS,
    },
    CommitmentView: {
        "terms": ("ceasefire.commitment_made", *_BEGINNINGS),
        "scores": ("ceasefire.commitment_scored", *_BEGINNINGS),
        "steps": ("ceasefire.step_reported", *_BEGINNINGS),
    },
    CrossingView: {
        "registered": ("crossing.registered",),
        "into": _STATUSES,
        "out_of": _STATUSES,
        "quotas": ("crossing.quota_set",),
        "passages": ("crossing.passages_counted",),
        "refused": ("crossing.passage_refused",),
        "announced": ("crossing.change_announced", "crossing.announcement_denied", *_STATUSES),
        "newest_report": (),
        "silence_days": (),
    },
    SeriesView: {
        "figure": ("series.published",),
        "terms": _OF_SERIES,
    },
}
"""Types of records that bear on an aspect: looked at where the change itself names none that moved."""
_OF_STRIKE = {
    "report": ("strike.reported",),
    "ranges": (CLAIMED, "strike.linked", "strike.reported"),
    "links": ("strike.linked", "strike.reported"),
}


class Behind:
    """Finds the records behind changes. `exact` is False where not all that lie between were looked at.

    `since_moved` says that strikes are counted from another day: then what moved that day stands behind sums too.
    """

    def __init__(self, records: Sequence[Moved], views: Views, *, exact: bool, since_moved: bool) -> None:
        self._records = records
        self._on_stream: dict[str, list[Moved]] = defaultdict(list)
        self._of_type: dict[str, list[Moved]] = defaultdict(list)
        self._about: dict[str, list[Moved]] = defaultdict(list)
        self._linked_to: dict[str, list[Moved]] = defaultdict(list)
        for one in records:
            self._on_stream[one.seen.stream].append(one)
            self._of_type[one.seen.type].append(one)
            for about in one.abouts:
                self._about[about].append(one)
                if one.seen.type == "strike.linked":
                    self._linked_to[linked(about)].append(one)
        self._beginnings = self._of_types(_BEGINNINGS) if since_moved else []
        self._by_id = {one.seen.record: one for one in records}
        self._views = views
        self._joined = {
            merged: stream for stream, sides in views.items() for view in sides if view for merged in view.merged
        }
        self.exact = exact

    def positions(self, place: Place) -> list[int]:
        """Positions of the records behind a change, newest first."""
        strike = next((item for item in place.around if isinstance(item, StrikeView)), None)
        if strike is not None:
            found = self._named(place) + self._of_strike(place, strike)
        else:
            found = self._named(place) or self._alike(place)
        return sorted({position for one in found for position in one.causes}, reverse=True)

    def _named(self, place: Place) -> list[Moved]:
        """Records that the change names, on either side."""
        return [self._by_id[record] for record in record_ids(place) if record in self._by_id]

    def _alike(self, place: Place) -> list[Moved]:
        """Records of the types, and of the stream, that the changed thing is made from."""
        if place.path in ("records_total", "hidden"):
            return [one for one in self._records if not one.by_strike]
        if place.path.startswith("strikes."):
            return self._of_all_strikes(place)
        holder = next((item for item in reversed(place.around) if type(item) in (*_TYPES, SourceView)), None)
        if isinstance(holder, SourceView):
            return self._on(f"source-{holder.slug}", ())
        return [] if holder is None else self._of_holder(place, holder)

    def _of_holder(self, place: Place, holder: Struct) -> list[Moved]:
        stream = getattr(holder, "stream", None)  # a commitment has none: it is of the ceasefire shown
        if isinstance(holder, SeriesView) and place.aspect == "recorded_sum":
            return [*self._on(stream, _OF_SERIES), *self._of_sum(holder.measure, holder.of or "")]
        aspects = _TYPES[type(holder)]
        within = place.path.rsplit("]", 1)[-1]
        aspect = next((name for name in aspects if within.endswith(f".{name}") or f".{name}[" in place.path), None)
        return [] if aspect is None else self._on(stream, aspects[aspect])

    def _on(self, stream: str | None, types: tuple[str, ...]) -> list[Moved]:
        """Records on a stream, of some types; without types of all, without a stream on any."""
        if stream is None:
            return self._of_types(types)
        return [one for one in self._on_stream.get(stream, ()) if not types or one.seen.type in types]

    def _of_all_strikes(self, place: Place) -> list[Moved]:
        last = place.around[-1]
        population = next((item for item in place.around if isinstance(item, Population)), None)
        if population is not None:
            summed = self._of_sum(last.harm, population.of) if isinstance(last, HarmRange) else []
            return [*summed, *self._beginnings]
        if isinstance(last, DayCount):
            return [one for one in self._of_a_count() if last.day in one.days]
        return self._of_a_count() + (self._beginnings if place.path == "strikes.count" else [])

    def _of_strike(self, place: Place, strike: StrikeView) -> list[Moved]:
        """Records on a strike and on its duplicates, and links to it; of a range those of its harm and population."""
        views = self._views.get(strike.stream, (strike, strike))
        streams = {strike.stream, *(merged for view in views if view for merged in view.merged)}
        last = place.around[-1]
        aspect = place.path.rsplit("]", 1)[-1].removeprefix(".") if isinstance(last, StrikeView) else "ranges"
        if not isinstance(last, StrikeView | StrikeRange):
            return []  # responsibility and grades name their records
        types = _OF_STRIKE.get(aspect, ())
        about = _about(last.harm, last.of) if isinstance(last, StrikeRange) else None
        found = [
            one
            for stream in streams
            for one in (*self._on_stream.get(stream, ()), *self._linked_to.get(stream, ()))
            if (not types or one.seen.type in types) and (about is None or _bears_on(one, about))
        ]
        # its own say nothing new where it joined, or is part of, a strike that was reported or withdrawn
        return found if found or about else self._of_types(_ABOUT_A_COUNT)

    def _of_a_count(self) -> list[Moved]:
        """Reports of strikes, and links that leave one out of counts."""
        found = [one for one in self._of_types(_ABOUT_A_COUNT) if not _is_response(one)]
        # of a strike of another time only what came or went; or all, where a duplicate of it is what came or went
        return [one for one in found if not one.by_strike or self._came_or_went(one.seen.stream)] or found

    def _of_types(self, types: tuple[str, ...]) -> list[Moved]:
        return [one for topic in types for one in self._of_type.get(topic, ())]

    def _of_sum(self, harm: str, of: str) -> list[Moved]:
        """Claims of this harm and population, and whatever brought a strike with such claims in or out."""
        about = self._about.get(_about(harm, of), [])
        claims = [one for one in about if not one.by_strike or self._touches(one.seen.stream, harm, of, unseen=False)]
        counts = self._of_a_count()
        # where no strike that was looked at tells which of them, it is some of all
        return claims + [one for one in counts if self._touches(one.seen.stream, harm, of)] or about + counts

    def _came_or_went(self, stream: str) -> bool:
        was, now = self._views.get(stream, (None, None))
        return (was is None) != (now is None)

    def _touches(self, stream: str, harm: str, of: str, *, unseen: bool = True) -> bool:
        """Whether a strike's claims of this harm and population differ; `unseen` of one that was not looked at.

        Those of a duplicate are claims of the strike that it joined.
        """
        home = self._joined.get(stream, stream)
        if home not in self._views:
            return unseen
        was, now = (_ranges(view, harm, of) for view in self._views[home])
        return was != now


def _about(harm: str, of: str) -> str:
    return f'["{harm}","{of}"]'


def _bears_on(one: Moved, about: str) -> bool:
    """Whether a record on a strike can move a range of one harm and population."""
    return about in one.abouts if one.seen.type == CLAIMED else not _is_response(one)


def _is_response(one: Moved) -> bool:
    """A link that says what a strike answered: it changes no count."""
    return bool(one.abouts) and all(about.startswith('["response_to"') for about in one.abouts)


def _ranges(view: StrikeView | None, harm: str, of: str) -> list[Any]:
    return [one for one in view.ranges if one.harm == harm and one.of == of] if view else []
