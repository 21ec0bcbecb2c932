"""A log of any size, the same for the same seed: lines of a made-up ceasefire over 1,096 days from 12 claimants.

70 % strikes and what is claimed of them, 19 % crossings and series; 10 % of all
are corrections, 3 % retractions; 30 % arrive more than a day after what they tell of.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

DAYS = 1096
FIRST = datetime(2023, 1, 1, tzinfo=UTC)
CLAIMANTS = tuple(f"claimant-{number:02d}" for number in range(12))
CROSSINGS = tuple(f"crossing-{name}" for name in ("north", "south", "east", "west", "coast", "hill"))
POPULATIONS = ("this-side", "that-side")
TIMEZONE = "Asia/Gaza"


def lines(size: int, seed: int = 7) -> Iterator[dict[str, Any]]:
    """`size` lines in the order in which they were reported; each refers only to lines before it."""
    chance = random.Random(seed)
    yield _ceasefire()
    open_strikes: list[tuple[str, datetime]] = []
    correctable: list[tuple[str, str]] = []
    retractable: list[tuple[str, str]] = []
    step = timedelta(days=DAYS) / size
    for number in range(1, size):
        reported = FIRST + step * number
        draw = chance.random()
        if draw < 0.10 and correctable:
            stream, key = correctable[chance.randrange(len(correctable))]
            line = _correction(chance, stream, key)
            retractable.append((stream, f"k{number}"))
        elif draw < 0.13 and retractable:
            stream, key = retractable.pop(chance.randrange(len(retractable)))
            line = _retraction(stream, key)
        else:
            late = timedelta(days=chance.uniform(1, 20)) if chance.random() < 0.3 else timedelta()
            occurred = max(FIRST, reported - late - timedelta(hours=chance.uniform(0, 12)))
            line = _claim(chance, number, occurred, open_strikes)
            if line["type"] in ("strike.casualties_claimed", "crossing.passages_counted"):
                correctable.append((line["stream"], f"k{number}"))
                retractable.append((line["stream"], f"k{number}"))
            for kept in (open_strikes, correctable, retractable):
                del kept[:-400]
        yield {
            "type": line["type"],
            "stream": line["stream"],
            "occurred": line.get("occurred", _instant(reported)),
            "reported_at": _instant(reported),
            "claimant": line.get("claimant", "desk"),
            "claimant_basis": "stated",
            "via": [],
            "sources": [{"title": "made up for measuring"}],
            "handling": "public",
            "key": f"k{number}",
            "data": line["data"],
        }


def _claim(
    chance: random.Random, number: int, occurred: datetime, open_strikes: list[tuple[str, datetime]]
) -> dict[str, Any]:
    draw = chance.random() * 0.87
    if draw < 0.25 or not open_strikes:
        stream = f"strike-made-{number}"
        open_strikes.append((stream, occurred))
        data = {"kind": "shelling", "place": "somewhere", "clarity": 1}
        return _line("strike.reported", stream, occurred, chance, data)
    if draw < 0.61:
        stream, when = open_strikes[chance.randrange(len(open_strikes))]
        low = chance.randrange(0, 12)
        data = {
            "harm": chance.choice(("killed", "injured")),
            "figure": {"low": low, "best": low + 1, "high": low + chance.randrange(1, 5), "qualifier": "range"},
            "of": chance.choice(POPULATIONS),
            "status": "unstated",
            "includes": "new",
            "provisional": False,
        }
        return _line("strike.casualties_claimed", stream, when, chance, data)
    crossing = chance.choice(CROSSINGS)
    if draw < 0.70:
        word = chance.choice(("opened", "limited", "closed"))
        data = {"directions": ["into", "out_of"], "carries": [chance.choice(("people", "goods"))]}
        return _line(f"crossing.{word}", crossing, occurred, chance, data)
    if draw < 0.80:
        data = {"direction": chance.choice(("into", "out_of")), "category": "people", "figure": _exact(chance, 200)}
        return _line("crossing.passages_counted", crossing, occurred, chance, data)
    stream = f"series-{chance.choice(CLAIMANTS)}-killed-2023-01-01"
    data = {"figure": _exact(chance, 100_000)}
    return _line("series.published", stream, occurred, chance, data)


def _line(
    record_type: str, stream: str, occurred: datetime, chance: random.Random, data: dict[str, Any]
) -> dict[str, Any]:
    return {
        "type": record_type,
        "stream": stream,
        "occurred": _instant(occurred),
        "claimant": chance.choice(CLAIMANTS),
        "data": data,
    }


def _correction(chance: random.Random, stream: str, key: str) -> dict[str, Any]:
    data = {
        "target": {"key": key},
        "changes": {"figure": _exact(chance, 15)},
        "kind": "transcription",
        "reason": "made up",
    }
    return {"type": "record.corrected", "stream": stream, "data": data}


def _retraction(stream: str, key: str) -> dict[str, Any]:
    data = {"target": {"key": key}, "by": "editor", "reason": "made up"}
    return {"type": "record.retracted", "stream": stream, "data": data}


def _ceasefire() -> dict[str, Any]:
    return {
        "type": "ceasefire.entered_into_force",
        "stream": "ceasefire-made",
        "occurred": FIRST.date().isoformat(),
        "reported_at": FIRST.date().isoformat(),
        "claimant": "desk",
        "claimant_basis": "stated",
        "via": [],
        "sources": [{"title": "made up for measuring"}],
        "handling": "public",
        "key": "k0",
        "data": {
            "title": "Made-up ceasefire",
            "parties": ["This Side", "That Side"],
            "mediators": [],
            "timezone": TIMEZONE,
            "sense": "in_force",
        },
    }


def _exact(chance: random.Random, below: int) -> dict[str, Any]:
    count = chance.randrange(below)
    return {"low": count, "best": count, "high": count, "qualifier": "exact"}


def _instant(moment: datetime) -> str:
    return moment.replace(microsecond=0).isoformat().replace("+00:00", "Z")
