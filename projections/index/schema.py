"""The tables of the read model. Instants are microseconds since 1970 UTC, positions are the log's.

A row that stands from position `known_from` up to, not including, `known_to` says what was known in between; OPEN is
the end of what still stands. A version's id is twice its `known_from`, plus one for an edit's own line: so what became
known between two positions is a range of ids.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Literal

from domain.catalogue import CATALOGUE

MODEL_VERSION = 21
"""Raise it with every change to what is stored here: older files then rebuild by themselves."""

NEVER = 1 << 62
"""A time after all others."""
OPEN = (1 << 31) - 1
"""`known_to` of what no later record has closed."""

TOPICS = tuple(sorted(CATALOGUE))
"""Record types by the number that stands for them in rows; a type that this program does not know has the number of a
line that is called as it is, below 0."""
TOPIC_NUMBER = {topic: number for number, topic in enumerate(TOPICS)}


def topic_of(number: int, name: Callable[[int], str]) -> str:
    """A record type by its number; `name` tells a line's."""
    return TOPICS[number] if number >= 0 else name(-number)


State = Literal["standing", "corrected", "retracted", "erased", "unreadable", "edit"]
STATES: tuple[State, ...] = ("standing", "corrected", "retracted", "erased", "unreadable", "edit")
"""What has become of a record, by the number that stands for it. The first two stand."""
STANDING, CORRECTED, RETRACTED, ERASED, UNREADABLE, EDIT = range(6)
STANDS: frozenset[State] = frozenset(STATES[: CORRECTED + 1])

FEED_BLOCK = 8
"""Positions of the feed to a block, as bits: of each the earliest time at which a line counts is kept."""
COLUMNS: dict[str, dict[str, type]] = {
    "meta": {
        "id": int,
        "model_version": int,
        "log_id": str,
        "timezone": str,
        "readings": str,  # what the timezone's rules, and the types that could be read, came to when this was built
        "position": int,  # the last record folded in
        "hash": str,  # its hash
        "clock": int,  # when it was recorded
        "backfilled": int,  # the newest record that was known before it was recorded
        "erasures": int,  # how many bodies were taken out again
    },
    "stamps": {"position": int, "known_at": int},
    "jumps": {"nth": int, "position": int, "back": int},  # a clock that ran back, by so many microseconds
    "lines": {"id": int, "name": str, "lanes": int},  # lanes as bits; NULL: only the first
    "versions": {
        "id": int,
        "position": int,  # NULL where the id tells it
        "stream": int,
        "number": int,  # the version in the stream
        "type": int,
        "state": int,
        "known_to": int,
        "at": int,  # when it begins to count on the as-of axis; NULL without a body
        "first": int,  # of these two NULL: as `at`
        "last": int,
        "said": int,  # the end of reported_at
        "first_said": int,  # as it was recorded; NULL: as `said`
        "late": int,
        "root": int,  # of an edit: the position of the record that it bears on
        "cause": str,
        "body": str,  # the effective report as JSON; of what cannot be read: why
    },
    "edits": {"position": int, "root": int, "target": int, "kind": str, "changes": str},
    "beside": {  # what a part adds beside its wholes, which count at other times
        "stream": int,
        "metric": int,
        "known_from": int,
        "known_to": int,
        "at": int,
        "due": int,
        "lowest": int,
        "highest": int,
        "wholes": str,
        "adds": str,
    },
    "findings": {
        "id": int,
        "owner": str,
        "known_from": int,
        "known_to": int,
        "at_from": int,
        "at_to": int,
        "ahead": int,
        "at": int,
        "kind": str,
        "text": str,
        "records": str,
    },
    "withheld": {"position": int},
    "feed_blocks": {"block": int, "at": int},
    "metrics": {"id": int, "name": str},
    "blocks": {"node": int},
}
"""Tables by their columns; the first is the key, but of `beside`, which has none."""

_VALUES = ", ".join(f"v{n} INTEGER" for n in range(1, 9))
SORTED = f"""
CREATE TABLE claims (line INTEGER, lane INTEGER, rank INTEGER, said INTEGER, position INTEGER, known_from INTEGER,
  known_to INTEGER, at INTEGER, last INTEGER, who INTEGER, says INTEGER,
  PRIMARY KEY (line, lane, rank, said, position, known_from)) WITHOUT ROWID;
CREATE TABLE ties (one INTEGER, other INTEGER, PRIMARY KEY (one, other)) WITHOUT ROWID;
CREATE TABLE refers (other INTEGER, position INTEGER, PRIMARY KEY (other, position)) WITHOUT ROWID;
CREATE TABLE deltas (k INTEGER, metric INTEGER, at INTEGER, {_VALUES},
  PRIMARY KEY (k, metric, at)) WITHOUT ROWID;
CREATE TABLE late_deltas (k INTEGER, metric INTEGER, at INTEGER, {_VALUES},
  PRIMARY KEY (k, metric, at)) WITHOUT ROWID;
CREATE TABLE nodes (metric INTEGER, node INTEGER, k INTEGER, {_VALUES},
  PRIMARY KEY (metric, node, k)) WITHOUT ROWID;
CREATE INDEX versions_unreadable ON versions (id) WHERE state = {UNREADABLE};
CREATE INDEX versions_root ON versions (root) WHERE root IS NOT NULL;
CREATE INDEX beside_open ON beside (stream) WHERE known_to = {OPEN};
CREATE INDEX findings_open ON findings (owner) WHERE known_to = {OPEN};
CREATE UNIQUE INDEX versions_record ON versions (stream, number) WHERE position IS NULL;
INSERT INTO metrics VALUES (1, '');
"""  # noqa: S608
"""Tables that lie in the order of their key, and partial indexes that the fold looks things up by: sqlite-utils makes
neither."""

READERS = f"""
CREATE INDEX versions_cause ON versions (cause) WHERE cause IS NOT NULL;
CREATE INDEX versions_closed ON versions (known_to) WHERE known_to < {OPEN};
CREATE INDEX beside_reach ON beside (highest - lowest);
"""
INDEXES: dict[str, tuple[str, tuple[str, ...]]] = {
    "versions_type": ("versions", ("type",)),
    "versions_at": ("versions", ("at",)),
    "deltas_at": ("deltas", ("metric", "at")),
    "beside_due": ("beside", ("due", "known_from", "known_to")),
    "beside_lowest": ("beside", ("metric", "lowest", "highest", "known_from", "known_to")),
    "findings_at": ("findings", ("ahead", "at", "known_from", "known_to", "at_from", "at_to")),
    "findings_kind": ("findings", ("kind", "ahead", "at", "known_from", "known_to", "at_from", "at_to")),
}
"""What only readers need: made once a new file is filled."""

SEARCHED = ("text", "stream", "type", "claimant", "via", "more")
"""What the feed's filter looks for words in. The words alone are kept: a body is in `versions`; nothing is ranked."""
WORDS = f"""
CREATE VIRTUAL TABLE words USING fts5({", ".join(SEARCHED)}, content='', columnsize=0,
  tokenize='unicode61 remove_diacritics 2')
"""


def make_tables(connection: sqlite3.Connection) -> None:
    """Create the tables, without the indexes that only readers need."""
    from sqlite_utils import Database  # noqa: PLC0415 - 45 ms that only a build needs

    db = Database(connection)
    for name, columns in COLUMNS.items():
        db.table(name).create(columns, pk=None if name == "beside" else next(iter(columns)))
    db.table("lines").create_index(["name"], unique=True)
    db.table("edits").create_index(["root"])
    connection.executescript(SORTED)
    db.table("refers").create_index(["position"])
    connection.execute(WORDS)
    # words gather in memory up to 16 MB, not 1 MB: fewer pieces to merge make a tenth of a rebuild
    connection.execute("INSERT INTO words (words, rank) VALUES ('hashsize', 16777216)")


def make_indexes(connection: sqlite3.Connection) -> None:
    """Create what readers need."""
    from sqlite_utils import Database  # noqa: PLC0415

    db = Database(connection)
    for index, (table, columns) in INDEXES.items():
        db.table(table).create_index(columns, index)
    connection.executescript(READERS)
