"""Records that the chain holds and that nobody can read: as another program, or an older one, might have put them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from domain.catalogue import encode
from domain.monitor import Monitor
from domain.rules import typed
from tests.domain.examples import strike
from tests.log.backends import row

HOUR_24 = "2026-02-01T24:00:00Z"
STREAM = "strike-planted-1"


def body_at(moment: str) -> bytes:
    """A strike's body that occurred at any text."""
    draft = strike(stream=STREAM, occurred="2026-02-01T23:00:00Z", reported_at="2026-02-01T23:00:00Z")
    said = encode(typed(draft.type, draft.stream, draft.body))
    return said.replace(b"2026-02-01T23:00:00Z", moment.encode())


UNREADABLE: dict[str, tuple[dict[str, Any], str]] = {
    "the hour 24": ({"state": body_at(HOUR_24)}, "its body is not one of strike.reported (occurred)"),
    "a day that no calendar has": (
        {"state": body_at("2026-02-30")},
        "its body is not one of strike.reported (occurred)",
    ),
    "a day and a line end": ({"state": body_at("2026-02-01\\n")}, "its body is not one of strike.reported (occurred)"),
    "nothing": ({"state": b"{}"}, "its body is not one of strike.reported"),
    "null": ({"state": b"null"}, "its body is not one of strike.reported"),
    "a list": ({"state": b"[]"}, "its body is not one of strike.reported"),
    "no JSON": ({"state": b"no JSON"}, "its body is not JSON"),
    "deep JSON": ({"state": b"[" * 100_000}, "its body is not one of strike.reported"),
    "a type that is none": ({"topic": "strike.exploded"}, "'strike.exploded' is not a record type"),
    "an edit that is none": ({"topic": "record.exploded"}, "'record.exploded' is not a record type"),
    "a newer schema": ({"schema": 9}, "strike.reported of schema 9 is newer than this program knows (1)"),
}
"""What each row has otherwise than a strike, and why it cannot be read."""


def plant(path: Path, key: str = "planted", version: int = 1, **otherwise: Any) -> None:
    """Put a strike that is otherwise at the end of a log, past every rule: its chain holds."""
    with Monitor(path) as monitor:
        record = replace(row(key, version, strike(stream=STREAM)), **otherwise)
        monitor._log.insert_events([record])
