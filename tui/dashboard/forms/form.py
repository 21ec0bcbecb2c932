"""What a form is: its fields, and how typed values become drafts. Nothing here draws or writes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from domain.clock import Clock, system_clock
from domain.lines import Draft
from projections.feed.entry import DuplicateQuery

Values = Mapping[str, str]
Change = tuple[str, str, str]
"""A field's name in words, and its value as typed, before and after."""


@dataclass(frozen=True)
class Entry:
    """One field of a form. With `options` one of them is chosen, else a line is typed; `known` completes it.

    An empty option says nothing, and reads as `unset`. What is `required` need not be said where the field that
    `unless` names is filled in. `completes` names what else on record completes it: streams that begin with the kind
    typed, or claimants. A `heading` stands above the field.
    """

    name: str
    label: str
    value: str = ""
    hint: str = ""
    required: bool = False
    unless: str = ""
    options: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    completes: str = ""
    heading: str = ""
    unset: str = "not said"


class Wrong(Exception):
    """Fields that cannot be read: words for each, by the field's name."""

    def __init__(self, words: dict[str, str]) -> None:
        super().__init__("; ".join(words.values()))
        self.words = words


@dataclass(frozen=True)
class Form:
    """A form. `key` is made once, with the form; `write` turns typed values into drafts, or raises Wrong.

    `places` says under which field a refusal of the domain is shown, by the name the domain gives it, where that is
    not the field's own. `advice` says what somebody who fills in these values should know. `looks` says what would be
    the same report. `changes` are the fields that a correction changes.
    """

    title: str
    entries: tuple[Entry, ...]
    key: str
    write: Callable[[Values], list[Draft]]
    places: Mapping[str, str] = field(default_factory=dict)
    looks: Callable[[Values], list[DuplicateQuery]] | None = None
    changes: Callable[[Values], list[Change]] | None = None
    revises: str | None = None
    advice: Callable[[Values], str] | None = None

    def missing(self, values: Values) -> list[Entry]:
        """Required fields that are empty."""
        said = {name for name, value in values.items() if value.strip()}
        return [each for each in self.entries if each.required and not said.intersection((each.name, each.unless))]

    def place(self, where: str) -> str | None:
        """The field that a refusal is about, by the name that the domain gives the place; None when it is no field."""
        name = where.rsplit(": ", 1)[-1].removeprefix("$.").removeprefix("data.")
        names = {entry.name: entry.name for entry in self.entries} | dict(self.places)
        for known in sorted(names, key=len, reverse=True):
            if name == known or name.startswith((f"{known}.", f"{known}[")):
                return names[known]
        return None


@dataclass(frozen=True)
class Known:
    """What the log knows: values to complete from. `today` is the ceasefire's local day.

    `streams` are by kind, `words` by what they name: claimant, place, of, via, party, commitment, unit, measure.
    """

    today: str
    zone: str
    clock: Clock = system_clock
    streams: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def streams_of(self, kind: str) -> tuple[str, ...]:
        """Streams of a kind that are at hand."""
        return self.streams.get(kind, ())

    def words_of(self, what: str) -> tuple[str, ...]:
        """Values on record of something with a name."""
        return self.words.get(what, ())
