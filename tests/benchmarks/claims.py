"""What a made-up log says, as rows for engines that know none of our rules, worked out apart from the read model.

This does for other engines what the read model does for itself, so that each answers from the form that suits it:
what a strike adds to a sum is worked out beforehand, and a change of it is a signed row. Any sum at a vantage is then
a sum over {t <= as of, k <= position}. It knows only what the generator makes: claims of unstated status, no relays.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from domain.calendar import Calendar, Micros
from domain.values import Span
from tests.benchmarks.generator import CLAIMANTS, CROSSINGS, POPULATIONS, TIMEZONE
from tests.benchmarks.strikes import Claim, Strike, added_by

NEVER = 1 << 62
SLOTS = tuple((of, harm) for of in POPULATIONS for harm in ("killed", "injured"))
"""What is counted in slots 1 to 4: those harmed, by population and harm. Slot 0 counts strikes."""
WAYS = tuple((name, load, way) for name in CROSSINGS for load in ("people", "goods") for way in ("into", "out_of"))
STATUSES = ("open", "limited", "closed")
STANDINGS = ("standing", "corrected", "retracted", "edit")

_STATUS_TOPICS = {"crossing.opened": 0, "crossing.limited": 1, "crossing.closed": 2}
_TOTALS = ("crossing.passages_counted", "crossing.passage_refused", "series.published")


class Delta(NamedTuple):
    """From record `k` on, what happened at `t` adds so much more (or less) to a slot."""

    t: Micros
    k: int
    slot: int
    low: int
    high: int


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


Row = Delta | Status | Line


class Root:
    """One report, with the edits that bear on it."""

    __slots__ = ("at", "edits", "facts", "known_at", "position", "since", "state", "stream", "topic")

    def __init__(self, position: int, stream: str, topic: str, known_at: Micros) -> None:
        self.position, self.stream, self.topic, self.known_at = position, stream, topic, known_at
        self.since, self.state, self.at = position, 0, 0
        self.edits: list[Edit] = []
        self.facts: Any = None


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
        self._strikes: dict[str, Strike] = defaultdict(Strike)

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
        self._by_id[name] = root = Root(position, stream, topic, known_at)
        root.at = _counts_from(topic, body["occurred"], known_at)
        said = _calendar.end(body["reported_at"])
        if topic == "strike.reported":
            root.facts = _days(body["occurred"])
        elif topic == "strike.casualties_claimed":
            slot = 1 + SLOTS.index((data["of"], data["harm"]))
            claim = Claim(slot, body["claimant"], (said, position), data["includes"], data["provisional"])
            root.facts = (claim, _days(body["occurred"]), numbers(data["figure"]))
        elif topic == "strike.linked":
            root.facts = (data["relation"], self._strikes[data["other"]], (said, position))
        elif topic in _STATUS_TOPICS:
            root.facts = (data, CLAIMANTS.index(body["claimant"]), said, _calendar.end(body["occurred"]))
            return ()
        else:
            return ()
        return self._strike_changed(root, position)

    def _edited(self, root: Root, edit: Edit) -> Iterator[Row]:
        root.edits.append(edit)
        in_force = _in_force(root.edits)
        state = int(any(one.target == root.position and one.changes is not None for one in in_force))
        if any(one.target == root.position and one.changes is None for one in in_force):
            state = 2
        changes: dict[str, Any] = {}
        for one in in_force:
            if one.target == root.position:
                changes.update(one.changes or {})
        at = root.at
        if root.topic == "strike.reported":
            occurred = changes.get("occurred")
            root.facts, at = self._reported(root, occurred)
        if (state, at) != (root.state, root.at):
            yield from _ended(root, edit.position)
            if at != root.at:
                for one in root.edits[:-1]:
                    yield Line(one.position, root.at, one.since, edit.position, 3)
                    one.since = edit.position
            root.since, root.state, root.at = edit.position, state, at
        if root.stream.startswith("strike-"):
            if root.topic == "strike.casualties_claimed":
                claim, days, *said = root.facts
                now = numbers(changes["figure"]) if "figure" in changes else said[0]
                root.facts = (claim, days, said[0], now)
            yield from self._strike_changed(root, edit.position)

    def _reported(self, root: Root, corrected: str | None) -> tuple[Any, Micros]:
        """Days and start of a strike's report; what it said at first is kept beside it."""
        original = root.facts if isinstance(root.facts, dict) else {"days": root.facts, "at": root.at}
        if corrected is None:
            return original, original["at"]
        return {**original, "now": _days(corrected)}, _calendar.start(corrected)

    def _strike_changed(self, root: Root, k: int) -> Iterator[Row]:
        """What the strike, and those linked with it, add to sums now, less what they added before."""
        strike = self._strikes[root.stream]
        strike.name = root.stream
        if root.position == k:
            strike.take(root)
        group = strike.group()
        before, now = group.added, added_by(group.strikes)
        group.added = now
        for place in {**before, **now}:
            low, high = now.get(place, (0, 0))
            less_low, less_high = before.get(place, (0, 0))
            if (low, high) != (less_low, less_high):
                yield Delta(place[0], k, place[1], low - less_low, high - less_high)

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
    if root.topic not in _STATUS_TOPICS or root.state == 2:
        return
    data, claimant, said, last = root.facts
    until = _calendar.end(data["until"]) if "until" in data else NEVER
    for way in data["directions"]:
        for load in data["carries"]:
            place = WAYS.index((root.stream, load, way))
            status = _STATUS_TOPICS[root.topic]
            yield Status(place, root.at, said, root.position, claimant, status, last, until, root.since, k)


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


def numbers(figure: dict[str, Any]) -> tuple[int, int] | None:
    """The lowest and highest number that was said; None for words alone."""
    said = [figure[end] for end in ("low", "best", "high") if end in figure]
    return (min(said), max(said)) if said else None
