"""What a made-up log says, as rows for engines that know none of our rules: one row for each version of a record.

A version is known from `k_from` up to `k_to`, as a claim in the read model is. What claims come to is for each engine
to work out at a vantage, by the same rule. It knows what the generator makes: claims of unstated status, no relays.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from domain.calendar import Calendar, Micros
from domain.values import Span
from tests.benchmarks.generator import CLAIMANTS, CROSSINGS, POPULATIONS, TIMEZONE

NEVER = 1 << 62
SLOTS = tuple((of, harm) for of in POPULATIONS for harm in ("killed", "injured"))
"""What is counted in slots 1 to 4: those harmed, by population and harm. Slot 0 counts strikes."""
WAYS = tuple((name, load, way) for name in CROSSINGS for load in ("people", "goods") for way in ("into", "out_of"))
INCLUDES = ("new", "unstated")
RELATIONS = ("duplicate_of", "part_of")
STATUSES = ("open", "limited", "closed")
STANDINGS = ("standing", "corrected", "retracted", "edit")

_STATUS_TOPICS = {"crossing.opened": 0, "crossing.limited": 1, "crossing.closed": 2}
_TOTALS = ("crossing.passages_counted", "crossing.passage_refused", "series.published")


class Strike(NamedTuple):
    """A strike's report. Numbers of strikes are in the order of their names; days are ordinals."""

    strike: int
    t: Micros
    first: int
    last: int
    k_from: int
    k_to: int


class Claim(NamedTuple):
    """How many were harmed: the lowest and highest number; `NEVER` and -1 for words alone."""

    strike: int
    slot: int
    claimant: int
    said: Micros
    position: int
    includes: int
    provisional: int
    first: int
    last: int
    low: int
    high: int
    k_from: int
    k_to: int


class Link(NamedTuple):
    """One strike is a duplicate or a part of another."""

    strike: int
    relation: int
    other: int
    said: Micros
    position: int
    k_from: int
    k_to: int


class Status(NamedTuple):
    """A status of one way through a crossing, while it is what a record says: `k_from` <= k < `k_to`."""

    way: int
    first: Micros
    said: Micros
    position: int
    claimant: int
    status: int
    last: Micros
    until: Micros
    k_from: int
    k_to: int


class Line(NamedTuple):
    """A record as the feed has it, while it stands as it does: `k_from` <= k < `k_to`."""

    position: int
    t: Micros
    k_from: int
    k_to: int
    standing: int


Row = Strike | Claim | Link | Status | Line


class Root:
    """One report, with the edits that bear on it."""

    __slots__ = ("at", "body", "changes", "edits", "known_at", "position", "since", "state", "stream", "topic")

    def __init__(self, position: int, stream: str, topic: str, known_at: Micros, body: dict[str, Any]) -> None:
        self.position, self.stream, self.topic, self.known_at, self.body = position, stream, topic, known_at, body
        self.since, self.state, self.at = position, 0, 0
        self.edits: list[Edit] = []
        self.changes: dict[str, Any] = {}


class Edit:
    """One correction (`changes`) or retraction (None) of a root, or of another edit of it."""

    __slots__ = ("changes", "position", "root", "since", "target")

    def __init__(self, position: int, target: int, root: Root, changes: dict[str, Any] | None) -> None:
        self.position, self.target, self.root, self.changes = position, target, root, changes
        self.since = position


_calendar = Calendar(TIMEZONE)
_days = lru_cache(maxsize=10_000)(_calendar.days)


def rows(log: sqlite3.Connection) -> Iterator[Row]:
    """All rows of a made-up log, in no order."""
    fold = _Fold()
    decode = msgspec.json.Decoder(dict[str, Any]).decode
    for position, stream, version, topic, known_at, body in log.execute(
        "SELECT position, stream, version, type, known_at, body FROM records ORDER BY position"
    ):
        yield from fold.record(position, f"{stream}/{version}", stream, topic, known_at, decode(body))
    yield from fold.standing()


class _Fold:
    def __init__(self) -> None:
        self._by_id: dict[str, Root | Edit] = {}

    def record(
        self, position: int, name: str, stream: str, topic: str, known_at: Micros, body: dict[str, Any]
    ) -> Iterable[Row]:
        data = body["data"]
        if topic in ("record.corrected", "record.retracted"):
            target = self._by_id[data["target"]]
            root = target if isinstance(target, Root) else target.root
            edit = Edit(position, target.position, root, data.get("changes"))
            self._by_id[name] = edit
            return self._edited(root, edit)
        self._by_id[name] = root = Root(position, stream, topic, known_at, body)
        root.at = _counts_from(topic, body["occurred"], known_at)
        return ()

    def _edited(self, root: Root, edit: Edit) -> Iterator[Row]:
        """What the report said until now; from here on it says something else."""
        yield from _ended(root, edit.position)
        root.edits.append(edit)
        in_force = [one for one in _in_force(root.edits) if one.target == root.position]
        root.changes = {name: value for one in in_force for name, value in (one.changes or {}).items()}
        root.state = 2 if any(one.changes is None for one in in_force) else int(bool(in_force))
        before, root.since = root.at, edit.position
        if root.topic == "strike.reported":
            root.at = _calendar.start(root.changes.get("occurred", root.body["occurred"]))
        if root.at != before:  # an edit counts from when its report does
            for one in root.edits[:-1]:
                yield Line(one.position, before, one.since, edit.position, 3)
                one.since = edit.position

    def standing(self) -> Iterator[Row]:
        """What is still so at the end of the log."""
        for found in self._by_id.values():
            if isinstance(found, Root):
                yield from _ended(found, NEVER)
            else:
                yield Line(found.position, found.root.at, found.since, NEVER, 3)


def _ended(root: Root, k: int) -> Iterator[Row]:
    """The rows of what a report said up to `k`."""
    yield Line(root.position, root.at, root.since, k, root.state)
    if root.state == 2:
        return
    body, data = root.body, root.body["data"] | root.changes
    said, known = _calendar.end(body["reported_at"]), (root.since, k)
    match root.topic:
        case "strike.reported":
            first, last = _days(root.changes.get("occurred", body["occurred"]))
            yield Strike(strike_number(root.stream), root.at, first.toordinal(), last.toordinal(), *known)
        case "strike.casualties_claimed":
            first, last = _days(body["occurred"])
            yield Claim(
                strike=strike_number(root.stream),
                slot=1 + SLOTS.index((data["of"], data["harm"])),
                claimant=CLAIMANTS.index(body["claimant"]),
                said=said,
                position=root.position,
                includes=INCLUDES.index(data["includes"]),
                provisional=int(data["provisional"]),
                first=first.toordinal(),
                last=last.toordinal(),
                low=min(numbers(data["figure"]), default=NEVER),
                high=max(numbers(data["figure"]), default=-1),
                k_from=root.since,
                k_to=k,
            )
        case "strike.linked":
            relation = RELATIONS.index(data["relation"])
            other = strike_number(data["other"])
            yield Link(strike_number(root.stream), relation, other, said, root.position, *known)
        case topic if topic in _STATUS_TOPICS:
            claimant, status = CLAIMANTS.index(body["claimant"]), _STATUS_TOPICS[topic]
            last_moment = _calendar.end(body["occurred"])
            until = _calendar.end(data["until"]) if "until" in data else NEVER
            for way in data["directions"]:
                for load in data["carries"]:
                    place = WAYS.index((root.stream, load, way))
                    yield Status(place, root.at, said, root.position, claimant, status, last_moment, until, *known)


def strike_number(stream: str) -> int:
    """A number for a strike, in the order of names."""
    return _ORDER[stream[:-8]] * 10**8 + int(stream[-8:])


_ORDER = {name: number for number, name in enumerate(sorted(f"strike-{claimant}-" for claimant in CLAIMANTS))}


def _in_force(edits: Iterable[Edit]) -> list[Edit]:
    """Edits that no later edit in force withdraws, the oldest first."""
    withdrawn: set[int] = set()
    found = []
    for edit in sorted(edits, key=lambda edit: -edit.position):
        if edit.position not in withdrawn:
            found.append(edit)
            if edit.changes is None:
                withdrawn.add(edit.target)
    return found[::-1]


def _counts_from(topic: str, occurred: Any, known_at: Micros) -> Micros:
    span = isinstance(occurred, dict)
    first, last = _calendar.period(Span(**occurred) if span else occurred)
    return max(first, min(last, known_at)) if topic in _TOTALS or span else first


def numbers(figure: dict[str, Any]) -> list[int]:
    """The numbers that were said; none for words alone."""
    return [figure[end] for end in ("low", "best", "high") if end in figure]
