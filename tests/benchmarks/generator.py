"""A log of any size, the same for the same seed: lines of a made-up ceasefire over 1,096 days from 12 claimants.

Strikes with what is claimed of them stand to crossings as 70 to 19; 10 % of all lines are corrections, 3 %
retractions, 2 % series and statements. 30 % arrive more than a day after what they tell of, some before it.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.benchmarks import opening

DAYS = 1096
FIRST = datetime(2023, 1, 1, tzinfo=UTC)
CLAIMANTS = opening.CLAIMANTS
CROSSINGS = opening.CROSSINGS
POPULATIONS = opening.POPULATIONS
TIMEZONE = opening.TIMEZONE

_EDITABLE = 400
"""How many of the newest lines a correction or retraction may name."""
_LATE = 0.257
"""Share of lines made late on purpose; with those that give a bare day, which began earlier, 30 % of all are."""

Target = tuple[str, str, int]
"""Stream, key, and a number that was said, which a correction then differs from."""
Strike = tuple[str, datetime, str]
"""Stream, when it occurred, and that as it was written."""


def lines(size: int, seed: int = 7) -> Iterator[dict[str, Any]]:
    """`size` lines in the order in which they were reported; each refers only to lines before it."""
    number = 0
    for number, line in enumerate(opening.lines(FIRST), start=1):
        if number > size:
            return
        yield line
    made = _Making(size, random.Random(seed))
    for at in range(number, size):
        yield made.line(at)


class _Making:
    """What the lines so far have left for the next one to refer to."""

    def __init__(self, size: int, chance: random.Random) -> None:
        self._chance = chance
        self._step = timedelta(days=DAYS) / size
        per_day = 0.27 * size / DAYS
        self._day, self._weeks = max(1, int(per_day)), max(20, int(per_day * 20))
        self._strikes: list[Strike] = []
        self._figures: list[Target] = []
        self._reports: list[Strike] = []
        self._retractable: list[tuple[str, str]] = []
        self._key = ""
        self._reported = FIRST

    def line(self, number: int) -> dict[str, Any]:
        """The next line."""
        self._reported, self._key = FIRST + self._step * number, f"k{number:08d}"
        draw = self._chance.random()
        if draw < 0.10 and self._figures:
            line = self._correction()
        elif draw < 0.13 and self._retractable:
            line = self._retraction()
        else:
            line = self._report(self._chance.random())
        if len(self._strikes) > 2 * self._weeks:
            del self._strikes[: -self._weeks]
        for kept in (self._figures, self._retractable, self._reports):
            if len(kept) > 2 * _EDITABLE:
                del kept[:-_EDITABLE]
        return opening.line(line, self._key, instant(self._reported))

    def _report(self, draw: float) -> dict[str, Any]:
        late = self._chance.random() < _LATE
        if draw < 0.77:
            return self._on_a_strike(draw / 0.77, late)
        occurred = self._occurred(late)
        if draw < 0.977:
            return self._on_a_crossing((draw - 0.77) / 0.207, occurred)
        if draw < 0.993:
            stream = f"series-{self._claimant()}-killed-2023-01-01"
            return _said(
                "series.published", stream, instant(occurred), {"figure": exact(self._chance.randrange(100_000))}
            )
        stream = f"statement-{self._claimant()}-{self._key}"
        data = {"text": "It was quiet, and it is not any more.", "about": [self._crossing()], "figures": []}
        return self._by_somebody("statement.made", stream, instant(occurred), data)

    def _occurred(self, late: bool) -> datetime:
        ago = timedelta(days=self._chance.uniform(1.01, 20)) if late else timedelta(hours=self._chance.uniform(0, 23))
        return max(FIRST, self._reported - ago)

    def _claimant(self) -> str:
        return self._chance.choice(CLAIMANTS)

    def _crossing(self) -> str:
        return self._chance.choice(CROSSINGS)

    def _by_somebody(self, topic: str, stream: str, occurred: Any, data: dict[str, Any]) -> dict[str, Any]:
        return {**_said(topic, stream, occurred, data), "claimant": self._claimant()}

    # strikes

    def _on_a_strike(self, draw: float, late: bool) -> dict[str, Any]:
        strike = self._strike(late) if draw > 0.40 else None
        if strike is None:
            return self._strike_reported(self._occurred(late))
        stream, _, occurred = strike
        if draw < 0.96:
            return self._casualties(stream, occurred)
        if draw < 0.98:
            data = {"stance": self._chance.choice(("claimed", "denied", "attributed")), "party": "This Side"}
            return self._by_somebody("strike.responsibility_stated", stream, occurred, data)
        if draw < 0.985:
            grader = self._claimant()
            data = {"grade": self._chance.choice(("confirmed", "fair", "weak", "contested")), "grader": grader}
            return {**_said("strike.assessed", stream, occurred, data), "claimant": grader}
        return self._link(strike)

    def _strike(self, late: bool) -> Strike | None:
        """A strike that a claim of now may be about; None where none was found quickly."""
        newest = len(self._strikes)
        for _ in range(6 if newest else 0):
            found = self._strikes[max(0, newest - 1 - self._chance.randrange(self._weeks if late else self._day))]
            if late == (self._reported - found[1] > timedelta(days=1)):
                return found
        return None

    def _strike_reported(self, occurred: datetime) -> dict[str, Any]:
        claimant = self._claimant()
        stream = f"strike-{claimant}-{self._key[1:]}"
        written = instant(occurred) if self._chance.random() < 0.85 else occurred.date().isoformat()
        self._strikes.append((stream, occurred, written))
        self._reports.append((stream, occurred, self._key))
        if self._chance.random() < 0.05:
            self._retractable.append((stream, self._key))
        kind = self._chance.choice(("shelling", "air_strike", "drone_strike", "shooting", "raid"))
        data = {"kind": kind, "place": "somewhere", "clarity": 1}
        return {**_said("strike.reported", stream, written, data), "claimant": claimant}

    def _casualties(self, stream: str, occurred: str) -> dict[str, Any]:
        figure, number = self._figure()
        data = {
            "harm": self._chance.choice(("killed", "injured")),
            "figure": figure,
            "of": self._chance.choice(POPULATIONS),
            "status": "unstated",
            "includes": "new" if self._chance.random() < 0.95 else "unstated",
            "provisional": self._chance.random() < 0.05,
        }
        self._editable(stream, number)
        return self._by_somebody("strike.casualties_claimed", stream, occurred, data)

    def _figure(self) -> tuple[dict[str, Any], int]:
        draw, low = self._chance.random(), self._chance.randrange(12)
        if draw < 0.55:
            return exact(low), low
        if draw < 0.80:
            return {"low": low, "high": low + self._chance.randrange(1, 5), "qualifier": "range"}, low
        if draw < 0.90:
            return {"low": low, "qualifier": "at_least"}, low
        if draw < 0.98:
            return {"best": low, "qualifier": "about"}, low
        return {"qualifier": "words", "words": "several"}, low

    def _link(self, strike: Strike) -> dict[str, Any]:
        """From a newer strike to an older one, so that no circle can come about."""
        stream, when, occurred = strike
        others = [other for other in self._strikes[-self._weeks :][:40] if other[0][-8:] < stream[-8:]]
        if not others:
            return self._casualties(stream, occurred)
        other = min(others, key=lambda other: abs(other[1] - when))[0]
        data = {"relation": self._chance.choice(("duplicate_of", "part_of")), "other": other}
        self._retractable.append((stream, self._key))
        return self._by_somebody("strike.linked", stream, occurred, data)

    # crossings

    def _on_a_crossing(self, draw: float, occurred: datetime) -> dict[str, Any]:
        stream = self._crossing()
        if draw < 0.45:
            return self._status(stream, occurred)
        day = occurred.date().isoformat()
        if draw < 0.90:
            number = self._chance.randrange(200)
            self._editable(stream, number)
            category = self._chance.choice(("people", "people", "truck"))
            data = {"direction": self._direction(), "category": category, "figure": exact(number)}
            return self._by_somebody("crossing.passages_counted", stream, day, data)
        if draw < 0.93:
            data = {"direction": self._direction(), "figure": exact(self._chance.randrange(20)), "outcome": "held"}
            return self._by_somebody("crossing.passage_refused", stream, day, data)
        if draw < 0.97:
            return self._quota(stream, day)
        starts = (self._reported + timedelta(days=self._chance.randrange(1, 10))).date().isoformat()
        data = {**self._ways(), "status": self._chance.choice(("open", "closed")), "from": starts}
        return self._by_somebody("crossing.change_announced", stream, instant(self._reported), data)

    def _status(self, stream: str, occurred: datetime) -> dict[str, Any]:
        data: dict[str, Any] = self._ways()
        draw = self._chance.random()
        if draw < 0.04:  # put on record before it holds
            occurred = self._reported + timedelta(days=self._chance.uniform(0.1, 10))
        written = instant(occurred) if draw < 0.8 else occurred.date().isoformat()
        if self._chance.random() < 0.05:
            data["until"] = (occurred + timedelta(days=self._chance.randrange(1, 5))).date().isoformat()
        self._retractable.append((stream, self._key))
        word = self._chance.choice(("opened", "limited", "closed"))
        return self._by_somebody(f"crossing.{word}", stream, written, data)

    def _quota(self, stream: str, day: str) -> dict[str, Any]:
        """At each crossing one claimant gives quotas per day, another ahead for a week to come."""
        ahead = self._reported + timedelta(days=1)
        week = {
            "start": ahead.date().isoformat(),
            "end": (ahead + timedelta(days=6)).date().isoformat(),
            "precision": 3,
        }
        weekly = self._chance.random() < 0.5
        data = {
            "direction": self._direction(),
            "category": "people",
            "figure": exact(self._chance.randrange(50, 200)),
            "per": "period" if weekly else "day",
            "kind": "expected" if weekly else "agreed",
        }
        claimant = CLAIMANTS[2 * CROSSINGS.index(stream) + weekly]
        return {**_said("crossing.quota_set", stream, week if weekly else day, data), "claimant": claimant}

    def _ways(self) -> dict[str, Any]:
        directions = self._chance.choice((["into", "out_of"], ["into"], ["out_of"]))
        return {"directions": directions, "carries": [self._chance.choice(("people", "goods"))]}

    def _direction(self) -> str:
        return self._chance.choice(("into", "out_of"))

    # edits

    def _editable(self, stream: str, number: int) -> None:
        self._figures.append((stream, self._key, number))
        self._retractable.append((stream, self._key))

    def _correction(self) -> dict[str, Any]:
        changes: dict[str, Any]
        if self._chance.random() < 0.03 and self._reports:
            stream, occurred, key = self._reports[self._chance.randrange(len(self._reports))]
            earlier = max(FIRST, occurred - timedelta(hours=self._chance.uniform(1, 9)))
            changes = {"occurred": instant(earlier)}
        else:
            place = self._chance.randrange(len(self._figures))
            stream, key, number = self._figures[place]
            number += self._chance.randrange(1, 4)
            self._figures[place] = stream, key, number
            changes = {"figure": exact(number)}
        self._retractable.append((stream, self._key))
        data = {"target": {"key": key}, "changes": changes, "kind": "transcription", "reason": "made up"}
        return _said("record.corrected", stream, instant(self._reported), data)

    def _retraction(self) -> dict[str, Any]:
        stream, key = self._retractable.pop(self._chance.randrange(len(self._retractable)))
        if self._chance.random() < 0.05:  # so that it may be withdrawn in turn
            self._retractable.append((stream, self._key))
        data = {"target": {"key": key}, "by": "editor", "reason": "made up"}
        return _said("record.retracted", stream, instant(self._reported), data)


def _said(topic: str, stream: str, occurred: Any, data: dict[str, Any]) -> dict[str, Any]:
    return {"type": topic, "stream": stream, "occurred": occurred, "data": data}


exact, instant = opening.exact, opening.instant
