"""A filter made into SQL: names looked up, times read on the log's calendar, every value a parameter."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Sequence
from difflib import get_close_matches

from msgspec import Struct

from domain.calendar import Micros
from domain.errors import Refused
from projections.feed.filter_parser import EXACT, FLAGS, HARMS, FilterRefused, Problem, Term
from projections.index.keys import BY
from projections.index.schema import STATES, TOPIC_NUMBER

Value = str | int
TimeTyped = Callable[[str, bool], Micros]
"""Reads a time; True is for its start (a day begins at its midnight). Raises Refused."""

_LAST = "\U0010ffff"
_WORD = re.compile(r"[^\W_]", re.UNICODE)
_WORDS_AT_MOST = 24
_LETTERS_AT_MOST = 100

# what a claim on casualties may come to: an open end is as far as its number goes
_ENDS = [f"json_extract(v.body, '$.data.figure.{end}')" for end in ("low", "best", "high")]
_HIGHEST = f"max({', '.join(f'coalesce({end}, -1)' for end in _ENDS)})"
_LOWEST = f"coalesce({', '.join(_ENDS)})"


class SearchWord(Struct, frozen=True):
    """One word, or several side by side. `begins`: the last of them may go on."""

    text: str
    begins: bool


class Condition(Struct, frozen=True):
    """One condition on a version `v`, with `?` for each of its values; or a `match`: a query of the search index.

    `found_by` selects the positions of all records of which a version may meet it, where an index knows them; empty
    where none does. `asked` are its values.
    """

    sql: str = ""
    values: tuple[Value, ...] = ()
    found_by: str = ""
    asked: tuple[Value, ...] = ()
    match: str = ""
    turned: bool = False
    """Of a `match`: those that do not meet it."""


Filter = tuple[Condition, ...]
"""Which records are let through: those that meet all conditions."""
WITHHELD = Condition(
    "ifnull(v.position, v.id >> 1) IN (SELECT position FROM withheld)",
    found_by="SELECT position FROM withheld",
)
"""Only what those are not told who are told of no restricted record."""
TOLD = Condition("ifnull(v.position, v.id >> 1) NOT IN (SELECT position FROM withheld)")


def with_words(text: str) -> Filter:
    """Only records with these words; no text lets everything through. Nothing in it is a field."""
    words = _words(text)
    return (_matching(words),) if words else ()


def wanted(
    terms: tuple[Term, ...],
    connection: sqlite3.Connection,
    time: TimeTyped,
    wrong: Sequence[Problem] = (),
    *,
    told: bool = True,
) -> Filter:
    """What terms ask of this log, beside those that are `wrong` already.

    Raises FilterRefused with these, for a name that the log does not hold, and for what is not a time.
    """
    conditions: list[Condition] = []
    problems: list[Problem] = [*wrong]
    sought: list[SearchWord] = []
    for term in terms:
        words = _sought(term)
        if words and term.turned:
            conditions.append(_turned(_matching(words)))
        sought += [] if term.turned else words
        if term.field in ("words", "phrase"):
            continue
        try:
            condition = _condition(term, connection, time, told=told)
        except Refused as refused:
            problems.append(Problem(term.typed, refused.what, refused.remedy))
            continue
        conditions.append(_turned(condition) if term.turned else condition)
    if problems:
        raise FilterRefused(problems)
    # all words at once: the index knows best how many records have all of them
    return (*conditions, _matching(sought)) if sought else tuple(conditions)


def _sought(term: Term) -> list[SearchWord]:
    if term.field == "words":
        return _words(term.value)
    return [SearchWord(_clean(term.value), begins=False)] if term.field == "phrase" else []


def _words(text: str) -> list[SearchWord]:
    """The words of free text, each as a beginning. Any input will do."""
    return [SearchWord(_clean(word), begins=True) for word in text.split() if _WORD.search(word)][:_WORDS_AT_MOST]


def _clean(text: str) -> str:
    return "".join(c for c in text.encode(errors="ignore").decode() if c >= " ")[:_LETTERS_AT_MOST]


def _turned(condition: Condition) -> Condition:
    if condition.match:
        return Condition(match=condition.match, turned=True)
    return Condition(f"NOT coalesce({condition.sql}, 0)", condition.values)


def _condition(term: Term, connection: sqlite3.Connection, time: TimeTyped, *, told: bool) -> Condition:
    if term.sign == "=" and term.field in EXACT:
        return _by((term.value,)) if term.field == "claimant" else _on_stream(term.value, whole=True)
    if term.field in _PLAIN:
        return _PLAIN[term.field](term.value)
    if term.field in HARMS:
        return _casualties(term)
    if term.field in FLAGS:
        return _FLAGGED.get(term.field) or _in_state(term.field)
    if term.field == "claimant":
        return _by(_claimants(term.value, connection, told=told))
    start = term.field == "since"
    bound = "ifnull(v.last, v.at) >= ?" if start else "ifnull(v.first, v.at) <= ?"
    return Condition(bound, (time(term.value, start),))


def _on_stream(start: str, *, whole: bool = False) -> Condition:
    start = start if whole else start.lower().removesuffix("*")
    bounds = (start, start) if whole else (start, start + _LAST)
    streams = "SELECT id FROM lines WHERE name >= ? AND name <= ?"
    return Condition(
        f"+v.stream IN ({streams})",
        bounds,
        f"SELECT id >> 1 FROM versions WHERE stream IN ({streams}) AND position IS NULL",  # noqa: S608 - marks and names of ours
        bounds,
    )


def _matching(sought: list[SearchWord]) -> Condition:
    match = " ".join('"' + one.text.replace('"', '""') + '"' + ("*" if one.begins else "") for one in sought)
    return Condition(
        match=match,
        found_by="SELECT ifnull(v.position, v.id >> 1) FROM words w CROSS JOIN versions v ON v.id = w.rowid"
        " WHERE words MATCH ?",
        asked=(match,),
    )


def _by(names: tuple[str, ...]) -> Condition:
    marks = ", ".join("?" * len(names))
    lines = f"SELECT id FROM lines WHERE name IN ({marks})"  # noqa: S608 - marks and names of ours
    return Condition(
        f"v.body ->> '$.claimant' IN ({marks})",
        names,
        f"SELECT DISTINCT position FROM claims WHERE line IN ({lines})",  # noqa: S608 - marks and names of ours
        tuple(BY + name for name in names),
    )


def _of_types(types: str) -> Condition:
    numbers = tuple(TOPIC_NUMBER[topic] for topic in types.split())
    marks = ", ".join("?" * len(numbers))
    found_by = f"SELECT ifnull(position, id >> 1) FROM versions WHERE type IN ({marks})"  # noqa: S608 - marks and names of ours
    return Condition(f"+v.type IN ({marks})", numbers, found_by, numbers)


def _in_state(state: str) -> Condition:
    return Condition("v.state = ?", (STATES.index(state),))


def _claimants(typed: str, connection: sqlite3.Connection, *, told: bool) -> tuple[str, ...]:
    """Claimants on record that are meant: by the slug, its beginning, or one of its words. Raises Refused.

    Without `told` no other is named that only restricted records name.
    """
    rows = connection.execute("SELECT name FROM lines WHERE name >= ? AND name < ? ORDER BY name", (BY, BY + _LAST))
    every = [name.removeprefix(BY) for (name,) in rows]
    value = typed.lower().removesuffix("*")
    if value in every:
        return (value,)
    meant = tuple(name for name in every if name.lower().startswith(value) or f"-{value}" in name.lower())
    if not meant:
        near = get_close_matches(value, every if told else [n for n in every if _is_told(n, connection)], 1, 0.6)
        remedy = f"did you mean claimant:{near[0]}?" if near else "a word of its name in the sources finds it too"
        raise Refused(f"no claimant {typed!r} is on record", remedy=remedy)
    return meant


_TOLD_OF = """
SELECT 1 FROM lines l CROSS JOIN claims c ON c.line = l.id
WHERE l.name = ? AND c.position NOT IN (SELECT position FROM withheld) LIMIT 1"""


def _is_told(claimant: str, connection: sqlite3.Connection) -> bool:
    return connection.execute(_TOLD_OF, (BY + claimant,)).fetchone() is not None


def _like(value: str) -> str:
    return re.sub(r"([%_\\])", r"\\\1", value)


_FLAGGED = {"late": Condition("v.late = 1"), "restricted": Condition("v.body ->> '$.handling' = 'restricted'")}
_PLAIN: dict[str, Callable[[str], Condition]] = {
    "type": _of_types,
    "stream": _on_stream,
    "via": lambda outlet: Condition(
        "EXISTS (SELECT 1 FROM json_each(v.body, '$.via') o WHERE o.value LIKE ? ESCAPE '\\')", (f"%{_like(outlet)}%",)
    ),
    "of": lambda whom: Condition("json_extract(v.body, '$.data.of') LIKE ? ESCAPE '\\'", (f"{_like(whom)}%",)),
    "state": _in_state,
}


def _casualties(term: Term) -> Condition:
    assert term.field in HARMS
    number = int(term.value)
    values: tuple[Value, ...] = (number,)
    match term.sign:
        case ">" | ">=":
            compared = f"{_HIGHEST} {term.sign} ?"
        case "<" | "<=":
            compared = f"{_LOWEST} {term.sign} ?"
        case _:
            compared, values = f"{_LOWEST} <= ? AND {_HIGHEST} >= ?", (number, number)
    claimed = TOPIC_NUMBER["strike.casualties_claimed"]
    sql = f"(v.type = {claimed} AND json_extract(v.body, '$.data.harm') = ? AND {compared})"
    return Condition(sql, (term.field, *values))
