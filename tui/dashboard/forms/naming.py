"""Streams in forms: which one a record goes to, and how a new one is named when none is typed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from tui.dashboard.forms.form import Entry, Known
from tui.dashboard.forms.reader import Reader

_NO_WORD = re.compile(r"[^a-z0-9]+")


def stream_entry(
    kind: str, known: Known, stream: str = "", *, label: str = "stream", hint: str = "", required: bool = False
) -> Entry:
    """The field for a stream of a kind; where only one is on record it stands there to begin with."""
    at_hand = known.streams_of(kind)
    only = at_hand[0] if required and len(at_hand) == 1 else ""
    return Entry(
        "stream",
        label,
        stream or only,
        hint or f"its stream, like {kind}-{_LIKE[kind]}",
        required=required,
        known=at_hand,
        completes="stream",
    )


_LIKE = {
    "ceasefire": "gaza-2025",
    "strike": "desk-2026-01-31",
    "crossing": "rafah",
    "series": "gaza-moh-killed-2025-10-11",
    "statement": "ncag-2026-02-02",
    "place": "jabalya",
    "source": "gaza-moh",
}


def slug(text: str) -> str:
    """Lower-case words joined by hyphens, as far as the text has letters of that sort."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return _NO_WORD.sub("-", plain).strip("-")[:80].strip("-")


def new_strike(claimant: str, key: str) -> str:
    """A new strike's stream, from who reports it and the form's key: never from a date, which may be corrected."""
    return f"strike-{slug(claimant) or 'desk'}-{_own(key)}"


def _own(key: str) -> str:
    return key.rsplit(":", 1)[-1][:10]


def _after(kind: str, field: str) -> Callable[[Reader, str], str]:
    return lambda reader, key: f"{kind}-{slug(reader.text(field) or '') or _own(key)}"


def _series(reader: Reader, _: str) -> str:
    parts = (slug(reader.text(name) or "") for name in ("claimant", "measure", "origin"))
    return "-".join(["series", *(part for part in parts if part)])


NEW: dict[str, Callable[[Reader, str], str]] = {
    "ceasefire.entered_into_force": _after("ceasefire", "title"),
    "crossing.registered": _after("crossing", "name"),
    "place.registered": _after("place", "name"),
    "source.registered": _after("source", "name"),
    "series.defined": _series,
    "statement.made": lambda reader, key: f"statement-{slug(reader.text('claimant') or '') or 'desk'}-{_own(key)}",
    "strike.reported": lambda reader, key: new_strike(reader.text("claimant") or "", key),
}
"""Types that may begin a stream without naming it, and the name that is made."""
