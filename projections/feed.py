"""The feed: records known at a vantage and occurred by it, as lines, filtered by free text."""

from __future__ import annotations

import re
import sqlite3
from typing import Any

import msgspec
from msgspec import Struct

from domain.calendar import Micros, iso
from domain.values import Moment, Occurred
from projections.situation import RecordLine

_WORD = re.compile(r"\w", re.UNICODE)
_WORDS_AT_MOST = 24
_LETTERS_AT_MOST = 100

# An edit's own `occurred` never matters: its line stands where the record that it bears on stands. What was erased
# has no time any more and shows from when it was known.
_KNOWN = """
FROM versions v JOIN records r ON r.position = v.position
LEFT JOIN versions w ON v.state = 'edit' AND w.position = v.root AND w.k_from <= :k AND w.k_to > :k
  AND w.state <> 'edit'
WHERE v.k_from <= :k AND v.k_to > :k
  AND coalesce(CASE WHEN v.state = 'edit' THEN w.at ELSE v.at END, :t) <= :t"""
_LINE = """SELECT v.position, r.record, v.stream, v.type, r.known_at, v.claimant, v.text, v.state, v.late, v.handling,
 v.body"""
_MATCHING = " AND v.id IN (SELECT rowid FROM versions_fts WHERE versions_fts MATCH :words)"


class _Head(Struct):
    occurred: Occurred
    reported_at: Moment
    via: tuple[str, ...]


_heads = msgspec.json.Decoder(_Head)


def search_words(text: str) -> str | None:
    """Free text as a search for all its words, each as a beginning; None when it holds no word. Any input will do."""
    clean = text.encode(errors="ignore").decode()
    words = [word[:_LETTERS_AT_MOST] for word in clean.split() if _WORD.search(word)][:_WORDS_AT_MOST]
    quoted = ['"' + "".join(c for c in word if c >= " ").replace('"', '""') + '"*' for word in words]
    return " ".join(quoted) or None


def _asked(position: int, as_of: Micros, text: str) -> tuple[str, dict[str, Any]]:
    words = search_words(text)
    asked: dict[str, Any] = {"k": position, "t": as_of}
    if words is None:
        return _KNOWN, asked
    return _KNOWN + _MATCHING, {**asked, "words": words}


def feed_lines(
    connection: sqlite3.Connection,
    *,
    position: int,
    as_of: Micros,
    text: str = "",
    offset: int = 0,
    limit: int = 50,
    newest_first: bool = True,
) -> list[RecordLine]:
    """A page of lines by position."""
    where, asked = _asked(position, as_of, text)
    order = "DESC" if newest_first else "ASC"
    sql = f"{_LINE} {where} ORDER BY v.position {order} LIMIT :limit OFFSET :offset"
    found = connection.execute(sql, {**asked, "limit": max(limit, 0), "offset": max(offset, 0)})
    return [line(row) for row in found]


def feed_count(connection: sqlite3.Connection, *, position: int, as_of: Micros, text: str = "") -> int:
    """How many lines there are in all."""
    where, asked = _asked(position, as_of, text)
    return int(connection.execute(f"SELECT count(*) {where}", asked).fetchone()[0])


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
