"""A filter made into SQL: names looked up, times read on the log's calendar, every value a parameter."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Sequence
from difflib import get_close_matches

from msgspec import Struct

from domain.calendar import Micros
from domain.errors import Refused
from projections.filters import EXACT, FLAGS, HARMS, FilterRefused, Problem, Term
from projections.schema import SEARCHED
from projections.words import Sought, as_match, as_test, phrase, sought_words

Value = str | int
TimeTyped = Callable[[str, bool], Micros]
"""Reads a time; True is for its start (a day begins at its midnight). Raises Refused."""

_LAST = "\U0010ffff"

# what a claim on casualties may come to: an open end is as far as its number goes
_ENDS = [f"json_extract(v.body, '$.data.figure.{end}')" for end in ("low", "best", "high")]
_HIGHEST = f"max({', '.join(f'coalesce({end}, -1)' for end in _ENDS)})"
_LOWEST = f"coalesce({', '.join(_ENDS)})"


class Condition(Struct, frozen=True):
    """One condition on a version `v`, with `?` for each of its values.

    `found_by` selects the ids of all versions that meet it, where an index knows them; empty where none does.
    `asked` are its values.
    """

    sql: str
    values: tuple[Value, ...] = ()
    found_by: str = ""
    asked: tuple[Value, ...] = ()


class Wanted(Struct, frozen=True):
    """Which records a filter lets through. All conditions must hold."""

    conditions: tuple[Condition, ...] = ()


EVERYTHING = Wanted()
WITHHELD = Condition(
    "v.position IN (SELECT position FROM withheld)",
    found_by="SELECT v.id FROM withheld w JOIN versions v ON v.position = w.position",
)
"""Only what those are not told who are told of no restricted record."""
TOLD = Condition("v.position NOT IN (SELECT position FROM withheld)")


def also(wanted: Wanted, condition: Condition) -> Wanted:
    """The same, and a condition more."""
    return Wanted((*wanted.conditions, condition))


def with_words(text: str) -> Wanted:
    """Only records with these words; no text lets everything through. Nothing in it is a field."""
    words = sought_words(text)
    return Wanted((_matching(words),)) if words else EVERYTHING


def wanted(
    terms: tuple[Term, ...],
    connection: sqlite3.Connection,
    time: TimeTyped,
    wrong: Sequence[Problem] = (),
    *,
    told: bool = True,
) -> Wanted:
    """What terms ask of this log, beside those that are `wrong` already.

    Raises FilterRefused with these, for a name that the log does not hold, and for what is not a time.
    """
    conditions: list[Condition] = []
    problems: list[Problem] = [*wrong]
    sought: list[Sought] = []
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
    return Wanted(tuple([*conditions, _matching(sought)] if sought else conditions))


def _sought(term: Term) -> list[Sought]:
    if term.field == "words":
        return sought_words(term.value)
    return [phrase(term.value)] if term.field == "phrase" else []


def _turned(condition: Condition) -> Condition:
    return Condition(f"NOT coalesce({condition.sql}, 0)", condition.values)


def _condition(term: Term, connection: sqlite3.Connection, time: TimeTyped, *, told: bool) -> Condition:
    if term.sign == "=" and term.field in EXACT:
        return _one_of(term.field, (term.value,))
    if term.field in _PLAIN:
        return _PLAIN[term.field](term.value)
    if term.field in HARMS:
        return _casualties(term)
    if term.field in FLAGS:
        return _FLAGGED.get(term.field) or Condition("v.state = ?", (term.field,))
    if term.field == "claimant":
        return _one_of("claimant", _claimants(term.value, connection, told=told))
    start = term.field == "since"
    return Condition("v.last >= ?" if start else "v.first <= ?", (time(term.value, start),))


def _on_stream(start: str) -> Condition:
    start = start.lower().removesuffix("*")
    return Condition(
        "(+v.stream >= ? AND +v.stream < ?)",
        (start, start + _LAST),
        "SELECT id FROM versions WHERE stream >= ? AND stream < ?",
        (start, start + _LAST),
    )


def _matching(sought: list[Sought]) -> Condition:
    columns = ", ".join(f"v.{column}" for column in SEARCHED)
    # words are taken apart only where the vantage lets the record through: SQLite would else see to them first
    return Condition(
        f"CASE WHEN v.k_from <= :k AND v.k_to > :k AND coalesce(v.at, :t) <= :t OR v.state = 'edit'"
        f" THEN holds(?, {columns}) ELSE 0 END",
        (as_test(sought),),
        "SELECT rowid FROM versions_fts WHERE versions_fts MATCH ?",
        (as_match(sought),),
    )


def _one_of(column: str, names: tuple[str, ...]) -> Condition:
    marks = ", ".join("?" * len(names))
    found_by = f"SELECT id FROM versions WHERE {column} IN ({marks})"  # noqa: S608 - a column of ours
    return Condition(f"+v.{column} IN ({marks})", names, found_by, names)


def _claimants(typed: str, connection: sqlite3.Connection, *, told: bool) -> tuple[str, ...]:
    """Claimants on record that are meant: by the slug, its beginning, or one of its words. Raises Refused.

    Without `told` no other is named that only restricted records name.
    """
    every = [
        row[0]
        for row in connection.execute(
            "WITH RECURSIVE c(name) AS (SELECT min(claimant) FROM versions UNION ALL"
            " SELECT (SELECT min(claimant) FROM versions WHERE claimant > c.name) FROM c WHERE c.name IS NOT NULL)"
            " SELECT name FROM c WHERE name IS NOT NULL"
        )
    ]
    value = typed.lower().removesuffix("*")
    if value in every:
        return (value,)
    meant = tuple(name for name in every if name.lower().startswith(value) or f"-{value}" in name.lower())
    if not meant:
        near = get_close_matches(value, every if told else [n for n in every if _is_told(n, connection)], 1, 0.6)
        remedy = f"did you mean claimant:{near[0]}?" if near else "a word of its name in the sources finds it too"
        raise Refused(f"no claimant {typed!r} is on record", remedy=remedy)
    return meant


def _is_told(claimant: str, connection: sqlite3.Connection) -> bool:
    found = connection.execute(f"SELECT 1 FROM versions v WHERE v.claimant = ? AND {TOLD.sql} LIMIT 1", (claimant,))  # noqa: S608
    return found.fetchone() is not None


def _like(value: str) -> str:
    return re.sub(r"([%_\\])", r"\\\1", value)


_FLAGGED = {"late": Condition("v.late = 1"), "restricted": Condition("v.handling = 'restricted'")}
_PLAIN: dict[str, Callable[[str], Condition]] = {
    "type": lambda types: _one_of("type", tuple(types.split())),
    "stream": _on_stream,
    "via": lambda outlet: Condition("v.via LIKE ? ESCAPE '\\'", (f"%{_like(outlet)}%",)),
    "of": lambda whom: Condition("json_extract(v.body, '$.data.of') LIKE ? ESCAPE '\\'", (f"{_like(whom)}%",)),
    "state": lambda state: Condition("v.state = ?", (state,)),
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
    sql = f"(v.type = 'strike.casualties_claimed' AND json_extract(v.body, '$.data.harm') = ? AND {compared})"
    return Condition(sql, (term.field, *values))
