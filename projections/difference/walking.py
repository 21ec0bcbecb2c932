"""Two Situations side by side: every place where they differ, by parts that change together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, get_type_hints

import msgspec
from msgspec import Struct

from projections.situation import (
    LISTED,
    AllegationView,
    AnnouncementView,
    CeasefireView,
    CommitmentView,
    CrossingView,
    DayCount,
    Discrepancy,
    GradeView,
    HarmRange,
    PassagesView,
    PhaseView,
    Population,
    QuotaView,
    RecordLine,
    RefusedView,
    ResponsibilityView,
    ResumedView,
    Score,
    SeriesView,
    Situation,
    SourceView,
    Start,
    StatementView,
    StepView,
    StrikeRange,
    StrikesView,
    StrikeView,
    Ways,
)

KEYS: dict[type[Struct], tuple[str, ...]] = {
    AllegationView: ("claimant", "against"),
    AnnouncementView: ("record",),
    CommitmentView: ("commitment",),
    CrossingView: ("stream",),
    DayCount: ("day",),
    Discrepancy: ("kind", "text"),
    GradeView: ("record",),
    HarmRange: ("harm",),
    PassagesView: ("direction", "category"),
    PhaseView: ("record",),
    Population: ("of",),
    QuotaView: ("direction", "category", "per", "kind", "claimant"),
    RecordLine: ("record",),
    RefusedView: ("direction", "outcome"),
    ResponsibilityView: ("record",),
    ResumedView: ("record",),
    Score: ("scorer",),
    SeriesView: ("stream",),
    SourceView: ("slug",),
    Start: ("record",),
    StatementView: ("record",),
    StepView: ("record",),
    StrikeRange: ("harm", "of", "status", "includes", "first_day", "last_day"),
    StrikeView: ("stream",),
}
"""What tells the items of a list apart."""

ASPECTS: dict[type[Struct], dict[str, tuple[str, ...]]] = {
    CeasefireView: {
        "status": (
            "status",
            "stream",
            "title",
            "parties",
            "mediators",
            "ended_on",
            "status_by",
            "status_record",
            "status_claims",
        ),
        "day": ("day", "day_one"),
        "phase": ("phase",),
        "announced": ("announced",),
        "starts": ("starts",),
        "phases": ("phases",),
        "resumed": ("resumed",),
    },
    CommitmentView: {
        "terms": ("commitment", "text", "claimant", "record", "phase", "obligated", "unit", "target", "per", "due"),
        "scores": ("scores",),
        "steps": ("steps",),
        "steps_total": (),  # it goes with the steps
    },
    CrossingView: {
        "registered": ("stream", "name", "place", "registered"),
        "people": ("people",),
        "goods": ("goods",),
        "quotas": ("quotas",),
        "passages": ("passages",),
        "refused": ("refused",),
        "announced": ("announced",),
        "newest_report": ("newest_report",),
        "silence_days": ("silence_days",),
    },
    Population: {"of": ("of",), "harms": ("harms",)},
    SeriesView: {
        "figure": ("figure", "as_of", "reported_at", "record", "claimant", "relays", "corrected"),
        "recorded_sum": ("recorded_sum", "residue"),
        "terms": ("stream", "measure", "unit", "of", "stage", "scope", "inclusion", "origin", "offset"),
    },
    Situation: {
        "ceasefire": ("ceasefire",),
        "commitments": ("commitments",),
        "allegations": ("allegations",),
        "strikes": ("strikes",),
        "crossings": ("crossings",),
        "series": ("series",),
        "statements": ("statements",),
        "statements_total": (),  # it goes with the statements
        "sources": ("sources",),
        "discrepancies": ("discrepancies",),
        "discrepancies_total": ("discrepancies_total",),
        "records": ("records",),
        "records_total": ("records_total",),
        "hidden": ("hidden",),
        "unreadable": (),  # each is among the records
        "withheld": (),  # who is told, not what is so
        "vantage": (),  # where one stands, not what is seen from there
    },
    StrikesView: {
        "count": ("count", "total", "since"),
        "populations": ("populations",),
        "per_day": ("per_day",),
        "week": ("week",),
        "latest": ("latest",),
    },
    StrikeView: {
        "report": ("stream", "kind", "place", "clarity", "occurred", "claimant", "record"),
        "ranges": ("ranges",),
        "responsibility": ("responsibility",),
        "grades": ("grades",),
        "links": ("merged", "part_of", "response_to"),
    },
    Ways: {"into": ("into",), "out_of": ("out_of",)},
}
"""What is walked into, and which of its fields change together. Everything else changes as a whole."""

WINDOWS = frozenset({"strikes.latest", "strikes.per_day", "statements", "discrepancies", "records"})
"""Lists that hold the newest only: what is not in one of them may be there all the same."""
_CAPPED = (".steps", ".announced")


class Place(NamedTuple):
    """One place where two Situations differ. `around` are the structs that it lies in, outermost first, as they stand
    at either vantage; `aspect` names it within the innermost (empty: an item of a list that came or went).
    """

    path: str
    aspect: str
    around: tuple[Struct, ...]
    before: Any
    after: Any


class Walk(NamedTuple):
    """Every place, and the lists of the newest that hold other items."""

    places: list[Place]
    listed: list[str]


def walk(before: Situation, after: Situation) -> Walk:
    """Every place where two Situations differ. Of lists of the newest only items that are in both are compared."""
    listed: list[str] = []
    return Walk(list(_inside("", before, after, (), listed)), listed)


def compared(path: str, before: Struct | None, after: Struct | None, around: tuple[Struct, ...] = ()) -> list[Place]:
    """Every place where two states of one item of a list differ; None where it is not there."""
    if before == after:
        return []
    if before is None or after is None:
        standing = before if after is None else after
        assert standing is not None
        return [Place(path, "", (*around, standing), before, after)]
    return list(_inside(path, before, after, around, []))


def _inside(path: str, before: Struct, after: Struct, around: tuple[Struct, ...], listed: list[str]) -> Iterator[Place]:
    aspects = ASPECTS.get(type(before))
    if aspects is None:
        yield Place(path, "", (*around, after), before, after)
        return
    around = (*around, after)
    for aspect, fields in aspects.items():
        was, now = ([getattr(side, name) for name in fields] for side in (before, after))
        if was == now:
            continue
        here = f"{path}.{aspect}" if path else aspect
        if len(fields) > 1 or not _has_parts(was[0], now[0]):
            yield Place(here, aspect, around, *_those_that_differ(fields, was, now))
        elif isinstance(now[0], tuple):
            yield from _items(here, was[0], now[0], around, listed)
        else:
            yield from _ways(here, aspect, was[0], now[0], around, listed)


def _ways(path: str, aspect: str, was: Any, now: Any, around: tuple[Struct, ...], listed: list[str]) -> Iterator[Place]:
    if type(now) in ASPECTS and type(was) is type(now):
        yield from _inside(path, was, now, around, listed)
    else:
        yield Place(path, aspect, around, was, now)


def _has_parts(was: Any, now: Any) -> bool:
    """Whether a field is a struct, or a list of items that can be told apart."""
    some = next((value[0] for value in (now, was) if isinstance(value, tuple) and value), now)
    return type(some) in KEYS or type(some) in ASPECTS


def _those_that_differ(fields: Sequence[str], was: list[Any], now: list[Any]) -> tuple[Any, Any]:
    if len(fields) == 1:
        return was[0], now[0]
    differ = [place for place in range(len(fields)) if was[place] != now[place]]
    return {fields[n]: was[n] for n in differ}, {fields[n]: now[n] for n in differ}


def _items(
    path: str, was: tuple[Struct, ...], now: tuple[Struct, ...], around: tuple[Struct, ...], listed: list[str]
) -> Iterator[Place]:
    before, after = keyed(was), keyed(now)
    window = path in WINDOWS or (path.endswith(_CAPPED) and max(len(was), len(now)) >= LISTED)
    if window and list(before) != list(after):
        listed.append(path)
    elif list(before) != list(after) and set(before) == set(after):
        listed.append(path)  # the same items in another order
    for key in [*after, *(key for key in before if key not in after)]:
        if window and (key not in before or key not in after):
            continue
        one, other = before.get(key), after.get(key)
        if isinstance(one or other, Population):
            nobody = Population(of=key, harms=())  # each harm of its own, also where the population is new
            yield from _inside(f"{path}[{key}]", one or nobody, other or nobody, around, listed)
        elif one is None or other is None:
            yield from compared(f"{path}[{key}]", one, other, around)
        elif one != other:
            yield from _inside(f"{path}[{key}]", one, other, around, listed)


def keyed(items: Sequence[Struct]) -> dict[str, Struct]:
    """Items by what tells them apart; those that it does not, numbered."""
    seen: Counter[str] = Counter()
    found: dict[str, Struct] = {}
    for item in items:
        key = ",".join(str(getattr(item, name)) for name in KEYS[type(item)])
        seen[key] += 1
        found[key if seen[key] == 1 else f"{key},{seen[key]}"] = item
    return found


def record_ids(place: Place) -> set[str]:
    """Every record id that stands at a place, on either side."""
    found: set[str] = set()
    _collect(place.before, found)
    _collect(place.after, found)
    return found


_NAMING = frozenset({"record", "records", "basis", "quotas", "status_record"})


@lru_cache(maxsize=64)
def _fields(kind: type[Struct]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Fields of a struct that name records, and those that may hold what does."""
    names = [field.name for field in msgspec.structs.fields(kind)]
    hints = get_type_hints(kind)
    holding = [name for name in names if name not in _NAMING and "projections.situation" in repr(hints[name])]
    return tuple(name for name in names if name in _NAMING), tuple(holding)


def _collect(value: Any, found: set[str]) -> None:
    if isinstance(value, Struct):
        naming, holding = _fields(type(value))
        for name in naming:
            _ids(getattr(value, name), found)
        for name in holding:
            _collect(getattr(value, name), found)
    elif isinstance(value, dict):
        for name, inner in value.items():
            if name in _NAMING:
                _ids(inner, found)
            else:
                _collect(inner, found)
    elif isinstance(value, tuple):
        for inner in value:
            _collect(inner, found)


def _ids(value: Any, found: set[str]) -> None:
    """Ids as they are, several, or within what holds them."""
    for one in value if isinstance(value, tuple) else (value,):
        if isinstance(one, str):
            found.add(one)
        else:
            _collect(one, found)


__all__ = ["Place", "Walk", "compared", "keyed", "record_ids", "walk"]
