"""Named values that the stories share: a clock, who says things, and one draft of each kind that they need."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from domain.lines import Draft

GAZA = "Asia/Gaza"
NOW = datetime(2026, 2, 5, 12, 0, tzinfo=UTC)
"""When the stories are told: Thursday 5 Feb 2026, 14:00 in Gaza (UTC+2 in winter)."""

DESK = "desk"
MINISTRY = "gaza-moh"
CEASEFIRE = "ceasefire-gaza-2025"
RAFAH = "crossing-rafah"
STRIKE = "strike-desk-2026-01-31"
OTHER_STRIKE = "strike-desk-2026-01-31-police"
TOLL = "series-gaza-moh-killed-2025-10-11"
STATEMENT = "statement-ncag-2026-02-02"

SOURCES = [{"title": "News report of 2 Feb 2026"}]
EXAMPLE_LINES = Path(__file__).with_name("example_lines.jsonl")
GOLDEN = Path(__file__).with_name("golden")


class Clock:
    """A clock that stands still until it is set, or goes on by `step` with every look at it."""

    def __init__(self, now: datetime = NOW, step: timedelta = timedelta(0)) -> None:
        self.now = now
        self.step = step

    def __call__(self) -> datetime:
        now = self.now
        self.now += self.step
        return now


def example_lines() -> list[dict[str, Any]]:
    """The lines of `example_lines.jsonl`, one of each type."""
    return [json.loads(line) for line in EXAMPLE_LINES.read_text(encoding="utf-8").splitlines()]


def report(data: dict[str, Any], **said: Any) -> dict[str, Any]:
    """A body: what the desk read on 2 Feb 2026, unless `said` says otherwise."""
    return {
        "occurred": "2026-02-02",
        "reported_at": "2026-02-02",
        "claimant": DESK,
        "claimant_basis": "stated",
        "via": [],
        "sources": SOURCES,
        "handling": "public",
        "data": data,
        **said,
    }


def exactly(count: int) -> dict[str, Any]:
    return {"low": count, "best": count, "high": count, "qualifier": "exact"}


def strike(stream: str = STRIKE, key: str | None = "strike", **said: Any) -> Draft:
    return Draft("strike.reported", stream, report({"kind": "air_strike", "place": "Gaza", "clarity": 1}, **said), key)


def killed(
    figure: dict[str, Any] | None = None, stream: str = STRIKE, key: str | None = "killed", **said: Any
) -> Draft:
    data = {
        "harm": "killed",
        "figure": figure or exactly(32),
        "of": "palestinians",
        "status": "unstated",
        "includes": "new",
        "provisional": False,
    }
    return Draft("strike.casualties_claimed", stream, report(data, **{"claimant": MINISTRY, **said}), key)


def link(stream: str, other: str, key: str, relation: str = "part_of") -> Draft:
    return Draft("strike.linked", stream, report({"relation": relation, "other": other}), key)


def published(count: int, key: str = "published", **said: Any) -> Draft:
    return Draft("series.published", TOLL, report({"figure": exactly(count)}, **{"claimant": MINISTRY, **said}), key)


def statement(text: str = "Welcomes the reopening", key: str | None = "statement", **said: Any) -> Draft:
    return Draft("statement.made", STATEMENT, report({"text": text, "about": [], "figures": []}, **said), key)


def place(key: str = "place", **data: Any) -> Draft:
    return Draft(
        "place.registered", "place-rafah", report({"name": "Rafah", "aliases": [], "precision": 1, **data}), key
    )


def announced(key: str = "announced", **said: Any) -> Draft:
    data = {"status": "limited", "from": "2026-02-20", "directions": ["out_of"], "carries": ["people"]}
    return Draft("crossing.change_announced", RAFAH, report(data, **said), key)


def denied(target: object, key: str = "denied") -> Draft:
    return Draft("crossing.announcement_denied", RAFAH, report({"target": target, "text": "No coordination"}), key)


def limited(key: str | None = "limited", **said: Any) -> Draft:
    data = {"directions": ["into", "out_of"], "carries": ["people"]}
    return Draft("crossing.limited", RAFAH, report(data, **said), key)


def passages(count: int, key: str, **said: Any) -> Draft:
    data = {"direction": "into", "category": "people", "figure": exactly(count)}
    return Draft("crossing.passages_counted", RAFAH, report(data, **said), key)


def score(basis: list[Any], key: str = "score") -> Draft:
    data = {"commitment": "release-of-hostages", "score": 3, "scorer": DESK, "basis": basis}
    return Draft("ceasefire.commitment_scored", CEASEFIRE, report(data), key)


def correction(target: object, changes: dict[str, Any], stream: str = STRIKE, key: str = "correction") -> Draft:
    data = {"target": target, "changes": changes, "kind": "transcription", "reason": "misread"}
    return Draft("record.corrected", stream, report(data), key)


def retraction(target: object, stream: str = STRIKE, key: str = "retraction") -> Draft:
    return Draft("record.retracted", stream, report({"target": target, "by": "editor", "reason": "not so"}), key)


def erasure(target: object, stream: str = STRIKE, key: str = "erasure") -> Draft:
    return Draft("record.erased", stream, report({"target": target, "reason": "asked", "authority": "officer"}), key)


def saying(draft: Draft, **said: Any) -> Draft:
    """The same draft with other fields of its report."""
    return replace(draft, body={**draft.body, **said})


def with_data(draft: Draft, **data: Any) -> Draft:
    """The same draft with other fields of its own."""
    return saying(draft, data={**draft.body["data"], **data})


def without(draft: Draft, name: str) -> Draft:
    """The same draft without one field, of its report or its own."""
    body = {field: value for field, value in draft.body.items() if field != name}
    body["data"] = {field: value for field, value in draft.body["data"].items() if field != name}
    return replace(draft, body=body)


def under(key: str | None, draft: Draft) -> Draft:
    """The same draft under another key."""
    return replace(draft, key=key)


def line(draft: Draft) -> dict[str, Any]:
    """A draft as a line of a file."""
    key = {} if draft.key is None else {"key": draft.key}
    return {"type": draft.type, "stream": draft.stream, **draft.body, **key}


@dataclass
class Interloper:
    """A clock by which another writer slips in between a decision and its save, as often as told.

    The log looks at its clock once when it decides and once, under its write lock, when it inserts: the other
    writer comes at the first of the two.
    """

    slip_in: Callable[[int], None]
    times: int
    looks: int = 0

    def __call__(self) -> datetime:
        self.looks += 1
        if self.looks % 2 and self.looks // 2 < self.times:
            self.slip_in(self.looks // 2)
        return NOW
