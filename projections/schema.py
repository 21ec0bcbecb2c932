"""The read model's tables, indexes and views, through sqlite-utils. It opens in Datasette as it is.

One row of `versions` is what one record says from log position `k_from` up to, not including, `k_to`: a correction or
retraction closes the version before it and opens another. Instants are microseconds since 1970 UTC.
"""

from __future__ import annotations

import sqlite3

MODEL_VERSION = 16
"""Raise it with every change to what is stored here: older files then rebuild by themselves."""

NEVER = 1 << 62
"""`k_to` of a version that no later record has closed."""

SEARCHED = ("text", "stream", "type", "claimant", "via", "more")
"""Columns of `versions` that the feed's filter looks in."""

VERSION_COLUMNS: dict[str, type] = {
    "id": int,  # 2 x k_from for what a record says, 2 x k_from + 1 for an edit's own line
    "position": int,
    "record": str,
    "k_from": int,
    "k_to": int,
    "kind": str,  # the stream's kind
    "stream": str,
    "type": str,
    "claimant": str,
    "state": str,  # standing, corrected, retracted, erased, unreadable, edit
    "stands": int,  # 1 for standing and corrected
    "at": int,  # when it begins to count on the as-of axis; null without a body
    "first": int,
    "last": int,
    "said": int,  # the end of reported_at
    "first_said": int,  # the end of reported_at as it was recorded, before any correction
    "day": str,  # the local day of `at`
    "late": int,  # 1 when known more than a day after it was said
    "root": int,  # of an edit: the position of the record that it bears on
    "caused_by": str,
    "relays": str,
    "assessor": str,  # who scores or grades
    "handling": str,
    "via": str,
    "text": str,
    "more": str,
    "body": str,  # the effective report as JSON
}
RECORD_COLUMNS: dict[str, type] = {
    "position": int,
    "record": str,
    "type": str,
    "known_at": int,
    "recorded_at": int,
}
EDIT_COLUMNS: dict[str, type] = {
    "position": int,
    "root": int,
    "target": int,
    "kind": str,  # correction, retraction
    "changes": str,  # JSON
}
JUMP_COLUMNS: dict[str, type] = {
    "nth": int,  # 1 for the first
    "position": int,  # a record that was taken in at an earlier clock time than the one before it
    "back": int,  # by so many microseconds
}
META_COLUMNS: dict[str, type] = {
    "id": int,
    "model_version": int,
    "log_id": str,
    "timezone": str,
    "readings": str,  # what the timezone's rules, and the types that could be read, came to when this was built
    "position": int,  # the last record folded in
    "hash": str,  # its hash
}

_VALUES = ", ".join(f"v{n} INTEGER" for n in range(1, 9))
DERIVED = f"""
CREATE TABLE metrics (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO metrics VALUES (1, '');
CREATE TABLE blocks (node INTEGER PRIMARY KEY);
CREATE TABLE deltas (k INTEGER, sequence INTEGER, metric INTEGER, at INTEGER, {_VALUES},
  PRIMARY KEY (k, sequence)) WITHOUT ROWID;
CREATE TABLE nodes (metric INTEGER, node INTEGER, k INTEGER, {_VALUES},
  PRIMARY KEY (metric, node, k)) WITHOUT ROWID;
CREATE TABLE lowest (level INTEGER, block INTEGER, at INTEGER, PRIMARY KEY (level, block)) WITHOUT ROWID;
CREATE TABLE cells (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE timeline (cell INTEGER, slot INTEGER, said INTEGER, position INTEGER, k_from INTEGER, k_to INTEGER,
  at INTEGER, last INTEGER, rank INTEGER, PRIMARY KEY (cell, slot, said, position, k_from)) WITHOUT ROWID;
CREATE TABLE runs (cell INTEGER, first INTEGER, said INTEGER, position INTEGER, k_from INTEGER, k_to INTEGER,
  since TEXT, PRIMARY KEY (cell, first, said, position, k_from)) WITHOUT ROWID;
CREATE TABLE strikes (id INTEGER PRIMARY KEY, stream TEXT, k_from INTEGER, k_to INTEGER, ahead INTEGER, at INTEGER,
  position INTEGER, kin TEXT, adds TEXT);
CREATE TABLE parts (stream TEXT, metric TEXT, k_from INTEGER, k_to INTEGER, at INTEGER, due INTEGER,
  lowest INTEGER, highest INTEGER, wholes TEXT, adds TEXT);
CREATE TABLE links (other TEXT, stream TEXT, PRIMARY KEY (other, stream)) WITHOUT ROWID;
CREATE TABLE watched (position INTEGER PRIMARY KEY, stream TEXT, starts INTEGER, ways INTEGER, unstated INTEGER,
  decided INTEGER);
CREATE TABLE announced (stream TEXT, ahead INTEGER, counted INTEGER, said INTEGER, position INTEGER, version INTEGER,
  k_from INTEGER, k_to INTEGER, t_from INTEGER, t_to INTEGER, kinds INTEGER, ways INTEGER, view TEXT);
CREATE TABLE findings (id INTEGER PRIMARY KEY, owner TEXT, k_from INTEGER, k_to INTEGER, at_from INTEGER,
  at_to INTEGER, ahead INTEGER, at INTEGER, kind TEXT, text TEXT, records TEXT);
CREATE TABLE firsts (name TEXT, k_from INTEGER, k_to INTEGER, position INTEGER, at_from INTEGER, at_to INTEGER,
  PRIMARY KEY (name, k_from, position)) WITHOUT ROWID;
CREATE TABLE withheld (position INTEGER PRIMARY KEY);
CREATE TABLE refers (other INTEGER, position INTEGER, PRIMARY KEY (other, position)) WITHOUT ROWID;
CREATE INDEX refers_position ON refers (position);
CREATE INDEX strikes_stream ON strikes (stream, k_to);
CREATE INDEX parts_stream ON parts (stream, k_to);
CREATE INDEX links_stream ON links (stream);
CREATE INDEX watched_decided ON watched (stream, decided);
CREATE INDEX watched_unstated ON watched (stream, starts) WHERE unstated <> 0;
CREATE INDEX announced_position ON announced (position, k_to);
CREATE INDEX findings_owner ON findings (owner) WHERE k_to = {NEVER};
CREATE INDEX versions_stream ON versions (stream, k_from, k_to);
CREATE INDEX jumps_position ON jumps (position);
CREATE INDEX records_backfilled ON records (position) WHERE known_at < recorded_at;
CREATE INDEX versions_root ON versions (root) WHERE root IS NOT NULL;
CREATE INDEX versions_unreadable ON versions (position) WHERE state = 'unreadable';
CREATE INDEX versions_claimant ON versions (claimant);
CREATE INDEX versions_relays ON versions (relays) WHERE relays IS NOT NULL;
CREATE INDEX versions_assessor ON versions (assessor) WHERE assessor IS NOT NULL;
"""  # noqa: S608
"""What is worked out of the versions while they are folded, so that a vantage needs look-ups only."""

DERIVED_INDEXES = """
CREATE INDEX deltas_at ON deltas (metric, at, k, v1, v2, v3, v4, v5, v6, v7, v8);
CREATE INDEX strikes_at ON strikes (ahead, at, position, k_from, k_to);
CREATE INDEX parts_due ON parts (due, k_from, k_to);
CREATE INDEX parts_lowest ON parts (metric, lowest, highest, k_from, k_to);
CREATE INDEX parts_reach ON parts (highest - lowest);
CREATE INDEX announced_stream ON announced (stream, ahead, counted, said, position, k_from, k_to, t_from, t_to, kinds,
  ways);
CREATE INDEX findings_at ON findings (ahead, at, k_from, k_to, at_from, at_to);
CREATE INDEX findings_kind ON findings (kind, ahead, at, k_from, k_to, at_from, at_to);
CREATE INDEX versions_kind ON versions (kind, stands, at, position, k_from, k_to);
"""
"""What only readers need."""

VIEWS = {
    "standing_now": """
        SELECT *, json_extract(body, '$.data') AS data
        FROM versions WHERE k_to = (1 << 62) AND stands = 1""",
    "what_stands_now": """
        SELECT position, record, type, day, claimant, text, state, handling
        FROM standing_now ORDER BY at, position""",
    "who_says_what_of_a_strike": """
        SELECT stream AS strike, day, claimant, json_extract(data, '$.harm') AS harm,
          json_extract(data, '$.of') AS of_whom, json_extract(data, '$.figure.low') AS low,
          json_extract(data, '$.figure.best') AS best, json_extract(data, '$.figure.high') AS high,
          json_extract(data, '$.provisional') AS provisional, via, position
        FROM standing_now WHERE type = 'strike.casualties_claimed' ORDER BY stream, said, position""",
    "what_was_said_of_a_crossing": """
        SELECT stream AS crossing, day, type, claimant, text, position
        FROM standing_now WHERE kind = 'crossing' ORDER BY stream, at, position""",
    "how_a_series_ran": """
        SELECT stream AS series, day, json_extract(data, '$.figure.low') AS low,
          json_extract(data, '$.figure.high') AS high, claimant, position
        FROM standing_now WHERE type = 'series.published' ORDER BY stream, at, position""",
    "what_was_revised_and_when": """
        SELECT v.record, v.k_from AS from_position, nullif(v.k_to, (1 << 62)) AS to_position, v.state, v.text
        FROM versions v
        WHERE v.state <> 'edit' AND (v.k_from > v.position OR v.k_to < (1 << 62)) ORDER BY v.position, v.k_from""",
    "what_came_late": """
        SELECT v.position, v.record, v.day, datetime(r.known_at / 1000000, 'unixepoch') AS known_at_utc,
          v.claimant, v.text
        FROM versions v JOIN records r USING (position)
        WHERE v.late = 1 AND v.k_from = v.position ORDER BY v.position""",
    "who_was_heard_last_when": """
        SELECT claimant, count(*) AS records, max(day) AS newest_day
        FROM standing_now GROUP BY claimant ORDER BY claimant""",
}


def make_tables(connection: sqlite3.Connection) -> None:
    """Create the tables, without the indexes that only readers need."""
    from sqlite_utils import Database  # noqa: PLC0415 - 45 ms that only a build needs

    db = Database(connection)
    db.table("meta").create(META_COLUMNS, pk="id")
    db.table("records").create(RECORD_COLUMNS, pk="position")
    db.table("versions").create(VERSION_COLUMNS, pk="id")
    db.table("edits").create(EDIT_COLUMNS, pk="position")
    db.table("jumps").create(JUMP_COLUMNS, pk="nth")
    connection.executescript(DERIVED)
    # the fold itself looks these up
    db.table("records").create_index(["record"], unique=True)
    db.table("versions").create_index(["position", "k_from"])
    db.table("edits").create_index(["root"])


def make_indexes(connection: sqlite3.Connection) -> None:
    """Create what readers need: indexes, the search table, the views."""
    from sqlite_utils import Database  # noqa: PLC0415

    db = Database(connection)
    db.table("records").create_index(["known_at", "position"])
    versions = db.table("versions")
    connection.executescript(DERIVED_INDEXES)
    versions.create_index(["day"])
    versions.create_index(["at"])
    versions.create_index(["type"])
    versions.create_index(["caused_by"])
    versions.enable_fts(SEARCHED, tokenize="unicode61 remove_diacritics 2")
    for name, sql in VIEWS.items():
        db.create_view(name, sql)
