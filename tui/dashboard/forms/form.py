"""What a form is: its fields, and how typed values become drafts. Nothing here draws or writes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from domain.lines import Draft
from projections.situation import RecordLine

Values = Mapping[str, str]


@dataclass(frozen=True)
class Entry:
    """One field of a form. With `options` one of them is chosen, else a line is typed; `known` completes it."""

    name: str
    label: str
    value: str = ""
    hint: str = ""
    required: bool = False
    options: tuple[str, ...] = ()
    known: tuple[str, ...] = ()


class Wrong(Exception):
    """Fields that cannot be read: words for each, by the field's name."""

    def __init__(self, words: dict[str, str]) -> None:
        super().__init__("; ".join(words.values()))
        self.words = words


@dataclass(frozen=True)
class Form:
    """A form. `key` is made once, with the form; `write` turns typed values into drafts, or raises Wrong.

    `places` says under which field a refusal of the domain is shown, by the name the domain gives it.
    `advice` says what somebody who fills in these values should know.
    `similar` picks what looks like the same report from records around it; `search` are the words to look for.
    """

    title: str
    entries: tuple[Entry, ...]
    key: str
    write: Callable[[Values], list[Draft]]
    places: Mapping[str, str] = field(default_factory=dict)
    search: Callable[[Values], str] | None = None
    similar: Callable[[Values, RecordLine], bool] | None = None
    revises: str | None = None
    advice: Callable[[Values], str] | None = None

    def missing(self, values: Values) -> list[Entry]:
        """Required fields that are empty."""
        return [entry for entry in self.entries if entry.required and not values.get(entry.name, "").strip()]


@dataclass(frozen=True)
class Known:
    """What the log knows: values to complete from. `today` is the ceasefire's local day."""

    today: str
    zone: str
    claimants: tuple[str, ...] = ()
    ceasefires: tuple[str, ...] = ()
    crossings: tuple[str, ...] = ()
    strikes: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    populations: tuple[str, ...] = ()
    outlets: tuple[str, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)
