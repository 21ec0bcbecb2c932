"""The first lines of a made-up log: the ceasefire, what was promised, who speaks, where people cross."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

CLAIMANTS = tuple(f"claimant-{number:02d}" for number in range(12))
CROSSINGS = tuple(f"crossing-{name}" for name in ("north", "south", "east", "west", "coast", "hill"))
POPULATIONS = ("this-side", "that-side")
TIMEZONE = "Asia/Gaza"

_SOURCES = [{"title": "made up for measuring"}]


def lines(first: datetime) -> Iterator[dict[str, Any]]:
    """All reported in the first seconds, in this order."""
    for number, said in enumerate(_said(first.date().isoformat())):
        reported = instant(first + timedelta(seconds=number))
        yield line({"occurred": reported, **said}, f"k{number:08d}", reported)


def _said(day: str) -> Iterator[dict[str, Any]]:
    yield _one(
        "ceasefire.entered_into_force",
        "ceasefire-made",
        {
            "title": "Made-up ceasefire",
            "parties": ["This Side", "That Side"],
            "mediators": [],
            "timezone": TIMEZONE,
            "sense": "in_force",
        },
        occurred=day,
    )
    phase = {"phase": 1, "label": "First phase", "change": "begun"}
    yield _one("ceasefire.phase_changed", "ceasefire-made", phase, occurred=day)
    for name in ("crossings-open", "lists-exchanged"):
        promise = {"commitment": name, "text": f"{name.replace('-', ' ').capitalize()}, says the made-up text."}
        yield _one("ceasefire.commitment_made", "ceasefire-made", promise, occurred=day)
    for claimant in ("desk", *CLAIMANTS):
        name = claimant.replace("-", " ").capitalize()
        yield _one("source.registered", f"source-{claimant}", {"name": name, "kind": "observer"})
    for crossing in CROSSINGS:
        name = crossing.removeprefix("crossing-").capitalize()
        registered = {"name": name, "place": "somewhere", "sides": ["This Side", "That Side"]}
        yield _one("crossing.registered", crossing, registered)
    for number, claimant in enumerate(CLAIMANTS):
        defined = {
            "measure": "killed",
            "unit": "people",
            "origin": day,
            "of": POPULATIONS[number % 2],
            "scope": "everywhere",
            "inclusion": "all who were reported",
        }
        yield _one("series.defined", f"series-{claimant}-killed-{day}", defined)


def _one(topic: str, stream: str, data: dict[str, Any], **more: str) -> dict[str, Any]:
    return {"type": topic, "stream": stream, "data": data, **more}


def line(said: dict[str, Any], key: str, reported: str) -> dict[str, Any]:
    """A whole line: what was said, with what every line needs beside it."""
    return {
        "type": said["type"],
        "stream": said["stream"],
        "occurred": said["occurred"],
        "reported_at": reported,
        "claimant": said.get("claimant", "desk"),
        "claimant_basis": "stated",
        "via": [],
        "sources": _SOURCES,
        "handling": "public",
        "key": key,
        "data": said["data"],
    }


def exact(count: int) -> dict[str, Any]:
    """A figure that was given as one number."""
    return {"low": count, "best": count, "high": count, "qualifier": "exact"}


def instant(moment: datetime) -> str:
    """An instant as lines have it, to the second."""
    return moment.replace(microsecond=0).isoformat().replace("+00:00", "Z")
