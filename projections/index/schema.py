"""The tables of the read model. Instants are microseconds since 1970 UTC, positions are the log's.

A row that stands from position `known_from` up to, not including, `known_to` says what was known in between; OPEN is
the end of what still stands. A version's id is twice its `known_from`, plus one for an edit's own line: so what became
known between two positions is a range of ids.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from domain.catalogue import CATALOGUE
from projections.standing import State

MODEL_VERSION = 18
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


STATES: tuple[State, ...] = ("standing", "corrected", "retracted", "erased", "unreadable", "edit")
"""What has become of a record, by the number that stands for it. The first two stand."""
STANDING, CORRECTED, RETRACTED, ERASED, UNREADABLE, EDIT = range(6)

FEED_BLOCK = 8
"""Positions of the feed to a block, as bits: of each the earliest time at which a line counts is kept."""
_VALUES = ", ".join(f"v{n} INTEGER" for n in range(1, 9))
TABLES = f"""
CREATE TABLE meta (id INTEGER PRIMARY KEY, model_version INTEGER, log_id TEXT, timezone TEXT, readings TEXT,
  position INTEGER, hash TEXT, clock INTEGER, backfilled INTEGER);
CREATE TABLE stamps (position INTEGER PRIMARY KEY, known_at INTEGER);
CREATE TABLE jumps (nth INTEGER PRIMARY KEY, position INTEGER, back INTEGER);
CREATE TABLE lines (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, lanes INTEGER);
CREATE TABLE versions (id INTEGER PRIMARY KEY, position INTEGER, stream INTEGER, number INTEGER, type INTEGER,
  state INTEGER, known_to INTEGER, at INTEGER, first INTEGER, last INTEGER, said INTEGER, first_said INTEGER,
  late INTEGER, root INTEGER, cause TEXT, body TEXT);
CREATE TABLE claims (line INTEGER, lane INTEGER, rank INTEGER, said INTEGER, position INTEGER, known_from INTEGER,
  known_to INTEGER, at INTEGER, last INTEGER, who INTEGER, says INTEGER,
  PRIMARY KEY (line, lane, rank, said, position, known_from)) WITHOUT ROWID;
CREATE TABLE edits (position INTEGER PRIMARY KEY, root INTEGER, target INTEGER, kind TEXT, changes TEXT);
CREATE TABLE ties (one INTEGER, other INTEGER, PRIMARY KEY (one, other)) WITHOUT ROWID;
CREATE TABLE beside (stream INTEGER, metric INTEGER, known_from INTEGER, known_to INTEGER, at INTEGER, due INTEGER,
  lowest INTEGER, highest INTEGER, wholes TEXT, adds TEXT);
CREATE TABLE findings (id INTEGER PRIMARY KEY, owner TEXT, known_from INTEGER, known_to INTEGER, at_from INTEGER,
  at_to INTEGER, ahead INTEGER, at INTEGER, kind TEXT, text TEXT, records TEXT);
CREATE TABLE withheld (position INTEGER PRIMARY KEY);
CREATE TABLE refers (other INTEGER, position INTEGER, PRIMARY KEY (other, position)) WITHOUT ROWID;
CREATE INDEX refers_position ON refers (position);
CREATE TABLE feed_blocks (block INTEGER PRIMARY KEY, at INTEGER);
CREATE TABLE metrics (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO metrics VALUES (1, '');
CREATE TABLE blocks (node INTEGER PRIMARY KEY);
CREATE TABLE deltas (k INTEGER, sequence INTEGER, metric INTEGER, at INTEGER, {_VALUES},
  PRIMARY KEY (k, sequence)) WITHOUT ROWID;
CREATE TABLE nodes (metric INTEGER, node INTEGER, k INTEGER, {_VALUES},
  PRIMARY KEY (metric, node, k)) WITHOUT ROWID;
CREATE UNIQUE INDEX versions_record ON versions (stream, number) WHERE position IS NULL;
CREATE INDEX edits_root ON edits (root);
CREATE INDEX versions_unreadable ON versions (id) WHERE state = {UNREADABLE};
CREATE INDEX versions_root ON versions (root) WHERE root IS NOT NULL;
CREATE INDEX beside_open ON beside (stream) WHERE known_to = {OPEN};
CREATE INDEX findings_open ON findings (owner) WHERE known_to = {OPEN};
"""  # noqa: S608
"""What the fold writes, with the indexes that it looks things up by itself. NULL is the usual: of a version the
position that its id tells, times that are as its `at`; of a line that it has only its first lane."""

READERS = f"""
CREATE INDEX versions_type ON versions (type);
CREATE INDEX versions_cause ON versions (cause) WHERE cause IS NOT NULL;
CREATE INDEX versions_closed ON versions (known_to) WHERE known_to < {OPEN};
CREATE INDEX versions_at ON versions (at);
CREATE INDEX deltas_at ON deltas (metric, at, k, v1, v2, v3, v4, v5, v6, v7, v8);
CREATE INDEX beside_due ON beside (due, known_from, known_to);
CREATE INDEX beside_lowest ON beside (metric, lowest, highest, known_from, known_to);
CREATE INDEX beside_reach ON beside (highest - lowest);
CREATE INDEX findings_at ON findings (ahead, at, known_from, known_to, at_from, at_to);
CREATE INDEX findings_kind ON findings (kind, ahead, at, known_from, known_to, at_from, at_to);
"""
"""What only readers need: made once a new file is filled."""

SEARCHED = ("text", "stream", "type", "claimant", "via", "more")
"""What the feed's filter looks for words in."""
WORDS = f"""
CREATE VIRTUAL TABLE words USING fts5({", ".join(SEARCHED)}, content='', tokenize='unicode61 remove_diacritics 2')
"""


def make_tables(connection: sqlite3.Connection) -> None:
    """Create the tables, without the indexes that only readers need."""
    connection.executescript(TABLES)
    connection.execute(WORDS)


def make_indexes(connection: sqlite3.Connection) -> None:
    """Create what readers need."""
    connection.executescript(READERS)
