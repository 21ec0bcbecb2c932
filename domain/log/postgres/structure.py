"""The schema of a log on a server, part by part, held against the one that a log is made with."""

from __future__ import annotations

import re
from collections.abc import Iterator
from textwrap import shorten

from domain.errors import LogDamaged
from domain.log.postgres.lookup import PostgresLookup
from domain.log.postgres.rights import Difference, differing_rights
from domain.log.postgres.schema import FUNCTIONS, INDEXES, QUIET, TABLES, TRIGGERS

Parts = dict[str, tuple[str, str]]
"""What a schema is made of, by name: its definition, and what puts it right where it does not belong or differs."""

_BACKUP = "where it is gone, restore the database from its backup"
_MOST_SHOWN = 160
_NAME = re.compile(r"CREATE (?:TABLE|INDEX|FUNCTION|TRIGGER) (?:ceasefire\.)?(\w+)")
_COLUMN = re.compile(r"^  (\w+) ((?:bigint|integer|smallint|text|bytea)\b.*?),?$", re.M)
_OF_ITS_COLUMNS = (
    ("meta", "meta_pkey", "PRIMARY KEY (only_row)"),
    ("meta", "meta_only_row_check", "CHECK (only_row = 1)"),
    ("records", "records_pkey", "PRIMARY KEY (position)"),
    ("records", "records_key_key", "UNIQUE (key)"),
    ("records", "records_stream_version_key", "UNIQUE (stream, version)"),
)
"""Constraints that have the names that the server gives them."""


def check_structure(lookup: PostgresLookup) -> tuple[str, ...]:
    """Words on what a person should know of the server. Raises LogDamaged for a schema that was changed, or rights
    that were: one for each difference, the others as `further` of the first.
    """
    lookup.rows("SELECT set_config('search_path', 'pg_catalog', true)")  # names are then written down in full
    found = [_damage(difference) for difference in (*_differing_parts(lookup), *differing_rights(lookup))]
    if found:
        found[0].further = tuple(found[1:])
        raise found[0]
    off = lookup.rows("SELECT name FROM pg_settings WHERE name IN ('fsync', 'full_page_writes') AND setting = 'off'")
    return tuple(f"the server's {name} is off: a power cut may take what it says is saved" for (name,) in off)


def _damage(difference: Difference) -> LogDamaged:
    what, remedy = difference
    return LogDamaged(what, position=0, remedy=remedy)


def _differing_parts(lookup: PostgresLookup) -> Iterator[Difference]:
    made, there = _made(), _there(lookup)
    for name in sorted(made.keys() | there.keys()):
        if name not in there:
            yield f"the {name} is gone", made[name][1]
        elif name not in made:
            yield f"the {name} is not the log's", there[name][1]
        elif made[name][0] != there[name][0]:
            yield f"the {name} is not as it was made: {shorten(there[name][0], _MOST_SHOWN)}", made[name][1]


# what a log is made with


def _made() -> Parts:
    parts: Parts = {}
    for table in TABLES:
        again = f"ALTER TABLE ceasefire.{_named(table)} SET LOGGED, DISABLE ROW LEVEL SECURITY"
        parts[f"table {_named(table)}"] = ("permanent", f"as its owner: {again}; {_BACKUP}")
        for column, kind in _COLUMN.findall(table):
            quiet = [statement for statement in QUIET if f" {column} SET STATISTICS 0" in statement]
            definition, again = _column(kind), "; ".join((*quiet, _BACKUP))
            parts[f"column {_named(table)}.{column}"] = (definition + " STATISTICS 0" * len(quiet), again)
    whole = re.search(r"CONSTRAINT (records_\w+) (CHECK .*)\n\)", TABLES[1], re.S)
    assert whole is not None
    for table, name, definition in (*_OF_ITS_COLUMNS, ("records", whole[1], _line(whole[2]))):
        again = f"ALTER TABLE ceasefire.{table} DROP CONSTRAINT IF EXISTS {name}, ADD CONSTRAINT {name} {definition}"
        parts[f"constraint {name}"] = (plain(definition), f"as its owner: {again}")
    for index in INDEXES:
        again = f"DROP INDEX IF EXISTS ceasefire.{_named(index)}; {_line(index)}"
        parts[f"index {_named(index)}"] = (plain(index), f"as its owner: {again}")
    for function in FUNCTIONS:
        again = _line(function).replace("CREATE", "CREATE OR REPLACE", 1)
        hidden = f"REVOKE ALL ON FUNCTION ceasefire.{_signature(function)} FROM PUBLIC"
        parts[f"function {_signature(function)}"] = (plain(function), f"as its owner: {again}; {hidden}")
    for trigger in TRIGGERS:
        name, on = _named(trigger), _table_of(trigger)
        again = f"DROP TRIGGER IF EXISTS {name} ON {on}; {_line(trigger)}"
        parts[f"trigger {name} on {on}"] = (plain(trigger), f"as its owner: {again}")
    return parts


def _named(statement: str) -> str:
    match = _NAME.match(statement)
    assert match is not None
    return match[1]


def _signature(function: str) -> str:
    match = re.match(r"CREATE FUNCTION ceasefire\.(\w+\(.*?\))", function)
    assert match is not None
    return match[1]


def _table_of(trigger: str) -> str:
    match = re.search(r" ON ([\w.]+)", trigger)
    assert match is not None
    return match[1]


def _line(statement: str) -> str:
    return " ".join(statement.split())


def _column(kind: str) -> str:
    """A column as the catalogue has it: its type, its order, and whether it may be empty."""
    whole = " NOT NULL" if "NOT NULL" in kind or "PRIMARY KEY" in kind else ""
    return f"{kind.split(maxsplit=1)[0]}{' C' if 'COLLATE' in kind else ''}{whole}"


# what is there

_THERE = (
    """SELECT 'table ' || relname,
  CASE WHEN relkind = 'r' AND relpersistence = 'p' AND NOT relrowsecurity
    AND NOT EXISTS (SELECT 1 FROM pg_inherits WHERE inhparent = oid) THEN 'permanent' ELSE 'of another kind' END,
  'drop ceasefire.' || relname
FROM pg_class WHERE relnamespace = 'ceasefire'::regnamespace AND relkind <> 'i'""",
    """SELECT concat('column ', relname, '.', attname),
  concat(format_type(atttypid, atttypmod), ' ' || nullif(collname, 'default'),
         CASE WHEN attnotnull THEN ' NOT NULL' END, CASE WHEN atthasdef THEN ' with a default' END,
         CASE WHEN attstattarget = 0 THEN ' STATISTICS 0' END),
  concat('ALTER TABLE ', attrelid::regclass, ' DROP COLUMN ', quote_ident(attname))
FROM pg_attribute JOIN pg_class AS c ON c.oid = attrelid LEFT JOIN pg_collation AS o ON o.oid = attcollation
WHERE relnamespace = 'ceasefire'::regnamespace AND relkind = 'r' AND attnum > 0 AND NOT attisdropped""",
    # NOT NULL is told of the column
    """SELECT 'constraint ' || conname, pg_get_constraintdef(oid),
  concat('ALTER TABLE ', conrelid::regclass, ' DROP CONSTRAINT ', quote_ident(conname))
FROM pg_constraint WHERE connamespace = 'ceasefire'::regnamespace AND contype <> 'n'""",
    """SELECT 'index ' || relname, CASE WHEN indisvalid THEN '' ELSE 'broken, ' END || pg_get_indexdef(indexrelid),
  concat('DROP INDEX ', indexrelid::regclass)
FROM pg_index JOIN pg_class AS c ON c.oid = indexrelid
WHERE relnamespace = 'ceasefire'::regnamespace
  AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid)""",
    """SELECT concat('function ', proname, '(', pg_get_function_identity_arguments(oid), ')'), pg_get_functiondef(oid),
  concat('DROP ROUTINE ', oid::regprocedure)
FROM pg_proc WHERE pronamespace = 'ceasefire'::regnamespace AND prokind IN ('f', 'p')""",
    """SELECT concat('trigger ', tgname, ' on ', tgrelid::regclass),
  CASE WHEN tgenabled IN ('O', 'A') THEN '' ELSE 'switched off, ' END || pg_get_triggerdef(t.oid),
  concat('DROP TRIGGER ', quote_ident(tgname), ' ON ', tgrelid::regclass)
FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = tgrelid
WHERE relnamespace = 'ceasefire'::regnamespace AND NOT tgisinternal""",
    """SELECT concat('rule ', rulename, ' on ', ev_class::regclass), '',
  concat('DROP RULE ', quote_ident(rulename), ' ON ', ev_class::regclass)
FROM pg_rewrite JOIN pg_class AS c ON c.oid = ev_class
WHERE relnamespace = 'ceasefire'::regnamespace AND relkind = 'r'""",
)
"""Each kind of part: its name, its definition as the server writes it down, and what takes one away."""


def _there(lookup: PostgresLookup) -> Parts:
    found = (row for statement in _THERE for row in lookup.rows(statement))
    return {name: (plain(definition), f"as its owner: {drop}") for name, definition, drop in found}


# two ways to write the same

_WRITTEN_DOWN = (
    ("CREATE OR REPLACE", "CREATE"),
    (" USING btree", ""),
    (" AS sha256", ""),
    ("NEW.", "new."),
    ('"', ""),
    ("search_path TO 'pg_catalog', 'pg_temp'", "search_path = pg_catalog, pg_temp"),
)
_ADDED = re.compile(r"(?<=')::(?:text|name)\b|(?<![\w.])meta\.(?=\w)")


def plain(statement: str) -> str:
    """A statement without what the server adds when it writes it down: brackets that only group, casts of texts, names
    in full. Of the text of a function in plpgsql only the white space may differ.
    """
    head, mark, text = statement.replace("$function$", "$$").partition("$$")
    head = _line(_ungrouped(head)).removesuffix(";")
    for written, meant in _WRITTEN_DOWN:
        head = head.replace(written, meant)
    return _ADDED.sub("", head) + mark + _line(text)


def _ungrouped(statement: str) -> str:
    """Without the brackets that follow on no name: those of a call stay."""
    kept: list[str] = []
    calls: list[bool] = []
    for index, sign in enumerate(statement):
        if sign == "(":
            before = statement[index - 1 : index]
            calls.append(before.isalnum() or before == "_")
        if sign not in "()" or (calls and calls[-1]):
            kept.append(sign)
        if sign == ")" and calls:
            calls.pop()
    return "".join(kept)
