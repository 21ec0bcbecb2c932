"""The feed: records known at a vantage and occurred by it, as lines, filtered, a page at a time by position."""

from __future__ import annotations

import sqlite3
from typing import Any

import msgspec
from msgspec import Struct

from domain.calendar import Micros, iso
from domain.values import Moment, Occurred
from projections.derived.lines import LEVELS
from projections.situation import RecordLine
from projections.wanted import EVERYTHING, TOLD, Condition, Wanted
from projections.words import teach

# An edit's own `occurred` never matters: its line stands where the record that it bears on stands. What was erased
# has no time any more and shows from when it was known.
_OF_EDIT = """
LEFT JOIN versions w ON v.state = 'edit' AND w.position = v.root AND w.k_from <= :k AND w.k_to > :k
  AND w.state <> 'edit'"""
_KNOWN = """
WHERE v.k_from <= :k AND v.k_to > :k AND (v.at <= :t OR v.state = 'edit' OR v.at IS NULL)
  AND coalesce(CASE WHEN v.state = 'edit' THEN w.at ELSE v.at END, :t) <= :t"""
_LINE = """SELECT v.position, r.record, v.stream, v.type, r.known_at, v.claimant, v.text, v.state, v.late, v.handling,
 v.body"""
_BETWEEN = f"""
{_LINE} FROM versions v JOIN records r ON r.position = v.position{_OF_EDIT}{_KNOWN}
  AND v.position >= :first AND v.position <= :last"""

_SMALL, _BLOCK = LEVELS[:2]
# the index by name: for a type, say, SQLite would else read all of that type anew for each block
_WALK = f"""lowest l CROSS JOIN lowest s ON s.level = {_SMALL} AND s.at <= :t
  AND s.block >= l.block << {_BLOCK - _SMALL} AND s.block < (l.block + 1) << {_BLOCK - _SMALL}
CROSS JOIN versions v INDEXED BY idx_versions_position_k_from
  ON v.position >= s.block << {_SMALL} AND v.position < (s.block + 1) << {_SMALL}"""
RARE = 10_000
"""Up to so many versions are looked up one by one; what more of them meet is soon met walking along the log."""


class _Head(Struct):
    occurred: Occurred
    reported_at: Moment
    via: tuple[str, ...]


_heads = msgspec.json.Decoder(_Head)


def _asked(
    connection: sqlite3.Connection, wanted: Wanted, *, position: int, as_of: Micros, before: int | None
) -> tuple[str, str, dict[str, Any]]:
    """The tables to read, what must hold, and the values, for the lines that a vantage and a filter let through.

    Where no condition leaves few, blocks of positions in which nothing counts yet are stepped over.
    """
    asked: dict[str, Any] = {"k": position, "t": as_of}
    held = [_KNOWN]
    ids, met = _rare(connection, wanted)
    for condition in wanted.conditions:
        if condition is met:
            continue
        names = [f"c{len(asked) + index}" for index in range(len(condition.values))]
        asked |= dict(zip(names, condition.values, strict=True))
        held.append(_named(condition.sql, names))
    if before is not None:
        asked["before"] = before
        held.append("v.position < :before")
    if wanted.conditions:
        teach(connection)
    if met is None:
        asked["top"] = (position if before is None else min(position, before)) >> _BLOCK
        return (
            _WALK,
            " AND ".join([*held, "l.level = :level", "l.at <= :t", "l.block <= :top"]),
            asked | {"level": _BLOCK},
        )
    asked["ids"] = msgspec.json.encode(ids).decode()
    return "json_each(:ids) i CROSS JOIN versions v ON v.id = i.value", " AND ".join(held), asked


def _named(sql: str, names: list[str]) -> str:
    """The same with a name for each `?`."""
    first, *others = sql.split("?")
    return first + "".join(f":{name}{part}" for name, part in zip(names, others, strict=True))


def _rare(connection: sqlite3.Connection, wanted: Wanted) -> tuple[list[int], Condition | None]:
    """The versions that can be meant, where one condition alone leaves few; and which condition they meet."""
    fewest: list[int] = []
    met: Condition | None = None
    for condition in wanted.conditions:
        if not condition.found_by:
            continue
        rows = connection.execute(f"{condition.found_by} LIMIT {RARE + 1}", condition.asked).fetchall()
        if len(rows) <= RARE and (met is None or len(rows) < len(fewest)):
            fewest, met = [row[0] for row in rows], condition
    return fewest, met


def _order(tables: str, way: str) -> str:
    """By position; block by block too where blocks are walked, so that SQLite need not sort."""
    return f"l.block {way}, s.block {way}, v.position {way}" if tables is _WALK else f"v.position {way}"


def feed_lines(
    connection: sqlite3.Connection,
    *,
    position: int,
    as_of: Micros,
    wanted: Wanted = EVERYTHING,
    before: int | None = None,
    offset: int = 0,
    limit: int = 50,
    newest_first: bool = True,
) -> list[RecordLine]:
    """A page of lines by position: those before a position, less the first `offset` of them."""
    tables, held, asked = _asked(connection, wanted, position=position, as_of=as_of, before=before)
    sql = (
        f"{_LINE} FROM {tables} JOIN records r ON r.position = v.position{_OF_EDIT}{held}"
        f" ORDER BY {_order(tables, 'DESC' if newest_first else 'ASC')} LIMIT :limit OFFSET :offset"
    )
    found = connection.execute(sql, {**asked, "limit": max(limit, 0), "offset": max(offset, 0)})
    return [line(row) for row in found]


def feed_count(
    connection: sqlite3.Connection,
    *,
    position: int,
    as_of: Micros,
    wanted: Wanted = EVERYTHING,
    at_most: int | None = None,
) -> int:
    """How many lines there are in all; counted no further than `at_most`."""
    tables, held, asked = _asked(connection, wanted, position=position, as_of=as_of, before=None)
    if at_most is None:
        sql = f"SELECT count(*) FROM {tables}{_OF_EDIT}{held}"  # noqa: S608 - made of our own texts alone
    else:  # in the order of the feed, so that what is soon met is counted without a look at everything
        asked["at_most"] = at_most
        some = f"SELECT 1 FROM {tables}{_OF_EDIT}{held} ORDER BY {_order(tables, 'DESC')} LIMIT :at_most"  # noqa: S608
        sql = f"SELECT count(*) FROM ({some})"  # noqa: S608
    return int(connection.execute(sql, asked).fetchone()[0])


def lines_between(
    connection: sqlite3.Connection, first: int, last: int, *, position: int, as_of: Micros, limit: int, told: bool
) -> list[RecordLine]:
    """The newest lines among a span of positions, both ends included; without `told` none that are withheld."""
    sql = f"{_BETWEEN}{'' if told else f' AND {TOLD.sql}'} ORDER BY v.position DESC LIMIT :limit"
    found = connection.execute(sql, {"k": position, "t": as_of, "first": first, "last": last, "limit": limit})
    return [line(row) for row in found]


def lines_where(
    connection: sqlite3.Connection, condition: str, values: dict[str, Any], *, position: int
) -> list[RecordLine]:
    """Lines of records known at a position that meet a condition on `v` or `r`, in log order; occurred or not."""
    sql = (
        f"{_LINE} FROM versions v JOIN records r ON r.position = v.position"
        f" WHERE v.k_from <= :k AND v.k_to > :k AND {condition} ORDER BY v.position"
    )
    return [line(row) for row in connection.execute(sql, {**values, "k": position})]


def line(row: tuple[Any, ...]) -> RecordLine:
    """One row as a line."""
    position, record, stream, topic, known_at, claimant, text, state, late, handling, body = row
    head = _heads.decode(body) if body is not None else None
    return RecordLine(
        position=position,
        record=record,
        stream=stream,
        type=topic,
        occurred=head.occurred if head else None,
        reported_at=head.reported_at if head else None,
        known_at=iso(known_at),
        claimant=claimant,
        via=head.via if head else (),
        text=text,
        standing=state,
        late=bool(late),
        handling=handling,
    )
