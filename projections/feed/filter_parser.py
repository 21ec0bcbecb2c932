"""The filter language of the feed: what a person types, taken apart into terms, each wrong one with its remedy.

Terms stand side by side and all of them must hold; `!` before one turns it round. What each field means is in
`FIELDS`, once: the dashboard's help, the command's help and every message are made from it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches
from typing import get_args

from msgspec import Struct

from domain.catalogue import CATALOGUE
from domain.errors import Refused
from domain.values import Harm
from projections.index.schema import State

STATES: tuple[str, ...] = get_args(State)
HARMS: tuple[str, ...] = get_args(Harm)
FLAGS: dict[str, str] = {
    "late": "known more than a day after it was said",
    "corrected": "corrected since",
    "retracted": "withdrawn since",
    "erased": "its body is gone",
    "unreadable": "it cannot be read, and is passed by",
    "restricted": "not for the public",
}
"""Words that stand for a property of a record. In quotes they are words like any other."""

FIELDS: dict[str, tuple[str, str]] = {
    "claimant": ("gaza-moh", "who says it: a slug, its beginning, or one of its words (moh)"),
    "type": ("crossing.*", "the type, or all that start so: strike"),
    "stream": ("crossing-rafah", "the stream, or its beginning"),
    "via": ("reuters", "an outlet that carried it"),
    "of": ("palestinians", "whose casualties, or how that begins"),
    "state": ("retracted", f"what has become of it: {', '.join(STATES)}"),
    "since": ("2026-01-01", "occurred then or later: a date, a month, an instant, -3d, day:42"),
    "until": ("day:116", "occurred then or earlier"),
}
"""Field: (an example of a value, what it asks for)."""
EXACT = ("claimant", "stream")
"""Fields that also take `=`: the whole slug and no other."""

_TOKEN = re.compile(
    r"""(?P<turned>!?)
        (?: (?P<name>[A-Za-z_]+) (?P<sign>:|>=|<=|>|<|=) )?
        (?: "(?P<quoted>[^"]*)"? | (?P<bare>[^\s"]+) )?""",
    re.VERBOSE,
)
_NUMBER = re.compile(r"^\d{1,12}$", re.ASCII)
_WORD = re.compile(r"[^\W_]", re.UNICODE)


class Term(Struct, frozen=True):
    """One thing that must hold. `field` is one of FIELDS, a flag, a harm, `words` or `phrase`.

    `value` is as typed, but of a type: the types that are meant, apart by blanks.
    """

    field: str
    value: str = ""
    sign: str = ":"
    turned: bool = False

    @property
    def typed(self) -> str:
        """The term as it is typed."""
        return f"{self.field}{self.sign}{self.value}"


class Problem(Struct, frozen=True):
    """What is wrong with one term, and what to write instead. `where` is the term as it was typed."""

    where: str
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}; {self.remedy}"


class FilterRefused(Refused):
    """A filter that cannot be understood; `problems` says so term by term."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        first, *others = problems
        what = "; ".join([first.what, *(f"{other.where}: {other.what}" for other in others)])
        super().__init__(what, where=first.where, remedy="; ".join(dict.fromkeys(one.remedy for one in problems)))
        self.problems = tuple(problems)


def parse(text: str) -> tuple[Term, ...]:
    """The terms of a filter as it was typed. Raises FilterRefused with every term that cannot be understood."""
    terms, problems = taken_apart(text)
    if problems:
        raise FilterRefused(problems)
    return terms


def taken_apart(text: str) -> tuple[tuple[Term, ...], tuple[Problem, ...]]:
    """The terms of a filter that are understood, and what is wrong with the others."""
    terms: list[Term] = []
    problems: list[Problem] = []
    for found in _TOKEN.finditer(text):
        typed = found.group().strip()
        if not typed or typed == "!":
            continue
        term = _term(found, typed)
        if isinstance(term, Problem):
            problems.append(term)
        elif term is not None:
            terms.append(term)
    return tuple(terms), tuple(problems)


def _term(found: re.Match[str], typed: str) -> Term | Problem | None:
    name, turned = found["name"], bool(found["turned"])
    if found["quoted"] is not None and found.end("quoted") == found.end():
        return Problem(typed, "the quotes are not closed", 'put another " where they end')
    value = found["quoted"] if found["quoted"] is not None else found["bare"] or ""
    if name is None:
        return _words(value, quoted=found["quoted"] is not None, turned=turned)
    if name.lower() in HARMS:
        return _number_of(name.lower(), found["sign"], value, typed, turned=turned)
    return _typed(name.lower(), found["sign"], value.strip(), typed, turned=turned)


def _words(value: str, *, quoted: bool, turned: bool) -> Term | None:
    if not quoted and value.lower() in FLAGS:
        return Term(value.lower(), turned=turned)
    return Term("phrase" if quoted else "words", value, turned=turned) if _WORD.search(value) else None


def _typed(name: str, sign: str, value: str, typed: str, *, turned: bool) -> Term | Problem:
    if name not in FIELDS:
        return Problem(typed, f"there is no field {name!r}", _instead(name))
    if sign not in (":=" if name in EXACT else ":") or not value:
        what = "nothing stands behind it" if not value else f"{name} takes a colon"
        return Problem(typed, what, f"write {name}:{FIELDS[name][0]}")
    if name == "type":
        meant = types_meant(value)
        if not meant:
            near = get_close_matches(value.lower(), [*CATALOGUE, *_kinds()], 1, 0.5)
            remedy = f"did you mean type:{near[0]}?" if near else f"use one of {', '.join(_kinds())}"
            return Problem(typed, f"{value!r} is not a record type", remedy)
        value = " ".join(meant)
    if name == "state":
        value = value.lower()
        if value not in STATES:
            return Problem(typed, f"{value!r} is no state of a record", f"use one of {', '.join(STATES)}")
    return Term(name, value, sign, turned)


def _number_of(harm: str, sign: str, value: str, typed: str, *, turned: bool) -> Term | Problem:
    if not _NUMBER.match(value):
        what = f"{value!r} is not a number" if value else "a number is missing"
        return Problem(typed, what, f"write {harm}>=5, {harm}<3 or {harm}=0")
    return Term(harm, value, "=" if sign == ":" else sign, turned)


def _instead(name: str) -> str:
    every = [*FIELDS, *HARMS]
    near = get_close_matches(name, every, 1, 0.6)
    if near:
        return f"did you mean {near[0]}?"
    return f"fields are {', '.join(every)}; put words that hold a colon in quotes"


def types_meant(value: str) -> tuple[str, ...]:
    """The record types that a value names: one, or all that start so (`strike`, `crossing.*`)."""
    wanted = value.lower().removesuffix("*").rstrip(".")
    return tuple(topic for topic in CATALOGUE if wanted and (topic == wanted or topic.startswith(f"{wanted}.")))


def _kinds() -> list[str]:
    return list(dict.fromkeys(topic.split(".", 1)[0] for topic in CATALOGUE))


def language() -> list[tuple[str, str]]:
    """The whole language as (what to type, what it asks for), for help texts."""
    return [
        ("rafah", "words that stand in it; a beginning will do"),
        ('"no limit"', "these words, side by side"),
        *((f"{name}:{example}", meaning) for name, (example, meaning) in FIELDS.items()),
        ("claimant=gaza-moh", f"{' or '.join(EXACT)} with this name and no other"),
        ("killed>=5", f"casualties that are claimed: {', '.join(HARMS)} with >= > = < <="),
        *FLAGS.items(),
        ("!corrected", "any of these turned round"),
    ]
