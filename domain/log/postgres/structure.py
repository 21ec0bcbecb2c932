"""The schema of a log on a server, held against the one that it is made with."""

from __future__ import annotations

import re

from domain.errors import LogDamaged
from domain.log.postgres.lookup import PostgresLookup
from domain.log.postgres.schema import FUNCTIONS, TABLES, TRIGGERS

_NAME = re.compile(r"CREATE (?:TABLE|INDEX|FUNCTION|TRIGGER) (?:ceasefire\.)?(\w+)")
_BODY = re.compile(r"\$\$(.*)\$\$", re.S)
_COLUMN = re.compile(r"^  (\w+) (bigint|integer|smallint|text|bytea)\b", re.M)


def check_structure(lookup: PostgresLookup) -> tuple[str, ...]:
    """Words on what a person should know of the server. Raises LogDamaged for a schema that was changed."""
    if _columns(lookup) != {_named(table): _COLUMN.findall(table) for table in TABLES if "CREATE TABLE" in table}:
        raise _changed("tables")
    if _functions(lookup) != {_named(function): _body(function) for function in FUNCTIONS if "$$" in function}:
        raise _changed("functions")
    if _triggers(lookup) != {(_named(trigger), _guards(trigger)) for trigger in TRIGGERS}:
        raise _changed("triggers")
    off = lookup.rows("SELECT name FROM pg_settings WHERE name IN ('fsync', 'full_page_writes') AND setting = 'off'")
    return tuple(f"the server's {name} is off: a power cut may take what it says is saved" for (name,) in off)


def _columns(lookup: PostgresLookup) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for table, column, kind in lookup.rows(
        "SELECT c.relname::text, a.attname::text, format_type(a.atttypid, a.atttypmod) FROM pg_attribute AS a "
        "JOIN pg_class AS c ON c.oid = a.attrelid "
        "WHERE c.relnamespace = 'ceasefire'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped "
        "ORDER BY c.relname, a.attnum"
    ):
        found.setdefault(table, []).append((column, kind))
    return found


def _functions(lookup: PostgresLookup) -> dict[str, str]:
    """The functions that triggers run, by their source; one that runs as its owner has its search_path fixed."""
    return dict(
        lookup.rows(
            "SELECT proname::text, CASE WHEN prosecdef = (proname IN ('take_turn', 'stamp', 'erase')) "
            "AND proconfig = ARRAY['search_path=pg_catalog, pg_temp'] THEN prosrc ELSE 'unsafe' END "
            "FROM pg_proc WHERE pronamespace = 'ceasefire'::regnamespace AND prorettype = 'trigger'::regtype"
        )
    )


def _triggers(lookup: PostgresLookup) -> set[tuple[str, str]]:
    """The triggers that fire: name, and the table with the function that it runs."""
    found = lookup.rows(
        "SELECT t.tgname::text, pg_get_triggerdef(t.oid) FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid "
        "WHERE c.relnamespace = 'ceasefire'::regnamespace AND NOT t.tgisinternal AND t.tgenabled IN ('O', 'A')"
    )
    return {(name, _guards(definition)) for name, definition in found}


def _named(statement: str) -> str:
    match = _NAME.match(statement)
    assert match is not None
    return match[1]


def _body(function: str) -> str:
    match = _BODY.search(function)
    assert match is not None
    return match[1]


def _guards(trigger: str) -> str:
    """A trigger's definition but for its name; the server writes it in one line, with brackets and casts of its own."""
    _, _, rest = " ".join(trigger.split()).partition(" TRIGGER ")
    definition = rest.partition(" ")[2]
    when, _, run = definition.partition(" FOR EACH ")
    events, _, table = when.removeprefix("BEFORE ").removeprefix("AFTER ").partition(" ON ")
    first, _, last = run.partition(" EXECUTE ")
    return f"{definition.split()[0]} {sorted(events.split(' OR '))} {table} {first.split()[0]} {last}"


def _changed(what: str) -> LogDamaged:
    return LogDamaged(
        f"the log's {what} are not those that it was made with",
        position=0,
        remedy="ask whoever runs the server; `ceasefire export` writes the records that can be read",
    )
