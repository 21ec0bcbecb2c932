"""Who may do what to a log on a server: the database refuses it, whatever program asks."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import psycopg
import pytest

from domain.calendar import micros
from domain.errors import LogDamaged, LogUnavailable, Refused
from domain.log import chain
from domain.log.engines import make_log
from domain.log.lookup import EDITS
from domain.monitor import Monitor
from domain.place import Server
from tests.domain.examples import GAZA, NOW, STATEMENT, limited, statement, strike
from tests.server import Database, as_superuser
from tui.dashboard.run import why_only_read

REPORT = {
    "occurred": "2026-02-02",
    "reported_at": "2026-02-02",
    "claimant": "desk",
    "claimant_basis": "stated",
    "via": [],
    "sources": [],
    "handling": "public",
    "data": {},
}
"""What the server asks of a body: the fields of a report."""
BODY = json.dumps(REPORT)
INSERT = (
    "INSERT INTO ceasefire.records (stream, type, schema, key, body, salt{}) "
    "VALUES ('crossing-s', 't', 1, %s, %s, %s{})"
)


@pytest.fixture
def database() -> Iterator[Database]:
    """A log, with one person in each role and one record of the writer's."""
    made = Database()
    make_log(made.place, timezone=GAZA, made_at=micros(NOW))
    yield made
    made.give_back()


@pytest.fixture
def writer(database: Database) -> Server:
    return database.person("amal", "writer")


@pytest.fixture
def reader(database: Database) -> Server:
    return database.person("basma", "reader")


@pytest.fixture
def owner(database: Database) -> Server:
    return database.person("dalia", "owner")


def done(place: Server, statement: str, parameters: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """What somebody at psql gets, committed."""
    with closing(psycopg.connect(place.uri, autocommit=True)) as connection:
        cursor = connection.execute(statement.encode(), parameters)
        return cursor.fetchall() if cursor.description else []


def inserted(place: Server, columns: str = "", values: str = "", key: str = "key") -> tuple[Any, ...]:
    """A row put by hand, as it is stored."""
    (row,) = done(place, INSERT.format(columns, values) + " RETURNING *", (key, BODY, os.urandom(16)))
    return row


CHANGES = (
    "UPDATE ceasefire.records SET body = 'other'",
    "UPDATE ceasefire.records SET body = NULL, salt = NULL, occurred = NULL, digest = sha256('')",
    "UPDATE ceasefire.records SET recorded_by = recorded_by",
    "DELETE FROM ceasefire.records",
    "TRUNCATE ceasefire.records",
    "UPDATE ceasefire.meta SET made_at = 0",
    "DELETE FROM ceasefire.meta",
    "TRUNCATE ceasefire.meta",
    "INSERT INTO ceasefire.meta VALUES (2, '', 1, 'UTC', 0)",
    "INSERT INTO ceasefire.records SELECT * FROM ceasefire.records",
)


@pytest.mark.parametrize("who", ["writer", "reader", "owner", "superuser"])
@pytest.mark.parametrize("change", CHANGES)
def test_nobody_changes_or_takes_away(database: Database, writer: Server, who: str, change: str) -> None:
    before = inserted(writer)
    place = {"writer": writer, "superuser": database.place}.get(who) or database.person("x", who)

    with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.IntegrityError)):
        done(place, change)

    assert done(writer, "SELECT * FROM ceasefire.records") == [before]


@pytest.mark.parametrize("column", ["position", "recorded_at", "recorded_by", "occurred", "target", "hash"])
def test_a_writer_gives_no_stamps(writer: Server, column: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        inserted(writer, f", {column}", ", NULL")


def test_not_even_where_somebody_let_them(database: Database, writer: Server) -> None:
    with as_superuser(database.name) as connection:
        connection.execute("GRANT INSERT ON ceasefire.records TO PUBLIC")

    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="only the owner of the log gives stamps"):
        inserted(writer, ", recorded_at, known_at, recorded_by", ", 5, 5, 'somebody-else'")
    row = inserted(writer, ", occurred, target", ", '1999-01-01', 'crossing-s/1'")
    assert row[9:11] == ("2026-02-02", None)  # taken from the body, whatever was given


def test_who_and_when_are_the_server_s(database: Database, writer: Server) -> None:
    before = time.time() * 1_000_000
    row = inserted(writer)

    assert row[8] == f"amal_{database.name}"
    assert before - 1_000_000 < row[6] == row[7] < time.time() * 1_000_000 + 1_000_000


def test_the_program_records_who_connected(database: Database, writer: Server) -> None:
    with Monitor(writer, recorded_by="somebody-else") as monitor:
        (outcome,) = monitor.append([limited()])
        assert outcome.record.recorded_by == f"amal_{database.name}"
        assert monitor.record("@1") == outcome.record


@pytest.mark.parametrize("version", [0, 2, 7])
def test_a_version_that_does_not_follow(writer: Server, version: int) -> None:
    with pytest.raises(psycopg.errors.UniqueViolation, match="only added at the end"):
        inserted(writer, ", version", f", {version}")


def test_history_is_not_put_behind_live_records(writer: Server) -> None:
    assert inserted(writer, ", known_at", ", 5")[7] == 5
    live = inserted(writer, key="live")

    with pytest.raises(psycopg.errors.CheckViolation, match="not put behind live records"):
        inserted(writer, ", known_at", ", 6", key="late")
    assert live[7] == live[6]


def test_history_is_known_before_the_microsecond_it_was_recorded_in(writer: Server) -> None:
    row = inserted(writer, ", known_at", f", {2**62}")

    assert row[7] == row[6] - 1


def test_a_hash_that_the_owner_gives_must_be_the_chain_s(owner: Server) -> None:
    given = ", recorded_at, known_at, recorded_by, hash", ", 5, 5, 'x', sha256('')"
    with pytest.raises(psycopg.errors.DataCorrupted, match="record 1 is not what its chain says"):
        inserted(owner, *given)


def test_known_at_never_decreases_even_by_the_owner(owner: Server) -> None:
    inserted(owner, ", recorded_at, known_at, recorded_by", ", 5, 5, 'x'")
    with pytest.raises(psycopg.errors.CheckViolation, match="never decreases"):
        inserted(owner, ", recorded_at, known_at, recorded_by", ", 5, 4, 'x'", key="other")


@pytest.mark.parametrize("text", ["", "ascii", "שלום", "\N{GRINNING FACE}", "x" * 300, "é" * 200])
def test_the_server_s_chain_is_the_program_s(owner: Server, text: str) -> None:
    body = json.dumps(REPORT | {"data": {"text": text}}, ensure_ascii=False)
    salt = os.urandom(16)
    (row,) = done(
        owner,
        "INSERT INTO ceasefire.records (stream, type, schema, key, recorded_at, known_at, recorded_by, body, salt) "
        "VALUES (%s, %s, 1, %s, 12345678901234567, 12345678901234567, %s, %s, %s) RETURNING hash",
        ("crossing-s", text, text, text, body, salt),
    )
    with Monitor(owner, read_only=True) as monitor:
        leaf = chain.leaf(
            1,
            "crossing-s",
            1,
            text,
            1,
            text,
            12345678901234567,
            12345678901234567,
            text,
            chain.digest(salt, body.encode()),
        )
        assert row[0] == chain.link(monitor.info.genesis, leaf)


@pytest.mark.parametrize("who", ["reader", "writer", "owner", "superuser"])
def test_who_may_only_read_is_told_before_anything_is_filled_in(database: Database, who: str) -> None:
    place = database.place if who == "superuser" else database.person("basma", who)
    with Monitor(place, read_only=True) as monitor:
        told = f"basma_{database.name} may only read; who is in {database.name}_writer records too"
        assert monitor.why_only_read() == why_only_read(place) == (told if who == "reader" else "")


def test_a_reader_reads_and_records_nothing(database: Database, writer: Server, reader: Server) -> None:
    with Monitor(writer) as monitor:
        monitor.append([limited()])

    with Monitor(reader) as monitor:
        assert [record.key for record in monitor.records()] == ["limited"]
        assert monitor.verify().records == 1
        with pytest.raises(LogUnavailable, match="this role may not do that") as refused:
            monitor.append([strike()])
        assert f"{database.name}_writer records too" in refused.value.remedy


def test_somebody_without_a_role_is_not_let_in(database: Database) -> None:
    with pytest.raises(LogUnavailable, match="the server does not let this role into the database") as refused:
        Monitor(database.person("nobody", None))
    assert "NAME_reader reads" in refused.value.remedy


def test_nobody_makes_tables_of_their_own_beside_it(reader: Server) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="temporary"):
        done(reader, "CREATE TEMPORARY TABLE pg_temp.mine (x int)")


WITHOUT = [{name: value for name, value in REPORT.items() if name != field} for field in REPORT]
NO_REPORTS = (
    {},
    [],
    "text",
    None,
    [REPORT],
    *WITHOUT,
    *(REPORT | {field: 5} for field in REPORT),
    *(REPORT | {field: None} for field in REPORT),
    REPORT | {"occurred": {}},
    REPORT | {"occurred": {"start": 5}},
)


@pytest.mark.parametrize("body", NO_REPORTS, ids=json.dumps)
def test_a_body_without_the_fields_of_a_report_is_refused(database: Database, writer: Server, body: object) -> None:
    for place in (writer, database.place):
        with pytest.raises(psycopg.errors.CheckViolation, match="without the fields of a report"):
            done(place, INSERT.format("", ""), ("key", json.dumps(body), os.urandom(16)))
    with Monitor(writer) as monitor:
        assert monitor.append([limited()])[0].record.position == 1


@pytest.mark.parametrize("sign", ["\x01", "\x1b", "\x1f", "\x7f", "\x85", "\x9f", "\n"])
@pytest.mark.parametrize("column", ["stream", "type", "key"])
def test_what_no_erasure_takes_away_holds_no_control_characters(writer: Server, column: str, sign: str) -> None:
    values = {"stream": "crossing-s", "type": "t", "key": "k"} | {column: f"crossing-{sign}b"}
    statement = "INSERT INTO ceasefire.records (stream, type, key, schema, body, salt) VALUES (%s, %s, %s, 1, %s, %s)"
    with pytest.raises(psycopg.errors.CheckViolation, match="that no record has"):
        done(writer, statement, (*values.values(), BODY, os.urandom(16)))


@pytest.mark.parametrize(
    "stream",
    ["", "s", "s 1", "crossing-", "Crossing-a", "crossing-a/1", "crossing-\N{LATIN SMALL LETTER E WITH ACUTE}"],
)
def test_a_stream_has_a_name_by_which_its_records_can_be_erased(writer: Server, stream: str) -> None:
    statement = "INSERT INTO ceasefire.records (stream, type, key, schema, body, salt) VALUES (%s, 't', 'k', 1, %s, %s)"
    with pytest.raises(psycopg.errors.CheckViolation, match="that no record has"):
        done(writer, statement, (stream, BODY, os.urandom(16)))


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("target", [None, {}])
def test_an_edit_has_a_target(writer: Server, edit: str, target: object) -> None:
    body = json.dumps(REPORT | {"data": {"target": target} if target is None else {}})
    columns = "stream, type, key, schema, body, salt"
    statement = f"INSERT INTO ceasefire.records ({columns}) VALUES ('crossing-s', %s, 'k', 1, %s, %s)"
    with pytest.raises(psycopg.errors.CheckViolation, match="without its target"):
        done(writer, statement, (edit, body, os.urandom(16)))


def test_a_span_is_when_it_occurred(writer: Server) -> None:
    body = json.dumps(REPORT | {"occurred": {"start": "2026-02-01", "end": "2026-02-02"}})
    (row,) = done(writer, INSERT.format("", "") + " RETURNING occurred", ("key", body, os.urandom(16)))
    assert row == ("2026-02-01",)


@pytest.mark.parametrize("of", ["ROLE", "DATABASE"])
@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("bytea_output", "escape"),
        ("standard_conforming_strings", "off"),
        ("quote_all_identifiers", "on"),
        ("search_path", "ceasefire"),
        ("lock_timeout", "1"),
    ],
)
def test_what_is_set_there_is_no_damage(
    database: Database, writer: Server, reader: Server, of: str, setting: str, value: str
) -> None:
    names = [database.name] if of == "DATABASE" else [f"{who}_{database.name}" for who in ("amal", "basma")]
    with as_superuser(database.name) as connection:
        for name in names:
            connection.execute(f"ALTER {of} {name} SET {setting} = '{value}'".encode())
    try:
        with Monitor(writer) as monitor:
            monitor.append([limited(), strike()])
        with Monitor(reader) as monitor:
            assert monitor.verify().records == 2
    finally:
        with as_superuser(database.name) as connection:
            connection.execute(f"ALTER DATABASE {database.name} RESET ALL".encode())


def test_a_writer_erases_with_no_right_to_change(writer: Server) -> None:
    with Monitor(writer) as monitor:
        monitor.append([statement(), limited()])
        outcomes = monitor.erase(
            f"{STATEMENT}/1", reason="asked", authority="officer", claimant="desk", sources=[{"title": "Desk"}]
        )

        assert "VACUUM" in outcomes[-1].notes[-1]
        assert monitor.record(f"{STATEMENT}/1").report is None
        assert monitor.verify().erased == 1
    kept = "SELECT body, salt, occurred, octet_length(digest) FROM ceasefire.records WHERE position = 1"
    assert done(writer, kept) == [(None, None, None, 32)]


def test_an_erasure_reaches_no_other_stream(writer: Server) -> None:
    inserted(writer)
    body = json.dumps(REPORT | {"data": {"target": "crossing-s/1"}})
    done(
        writer,
        "INSERT INTO ceasefire.records (stream, type, schema, key, body, salt) "
        "VALUES ('crossing-o', 'record.erased', 1, 'e', %s, %s)",
        (body, os.urandom(16)),
    )

    assert done(writer, "SELECT body FROM ceasefire.records WHERE position = 1") == [(BODY,)]


def test_a_log_is_made_once(database: Database) -> None:
    with pytest.raises(Refused, match="it holds a log already"):
        make_log(database.place, timezone=GAZA, made_at=1)


TAMPERED = (
    (
        "DROP TRIGGER {} ON ceasefire.records",
        "records_are_fixed",
        "trigger records_are_fixed on ceasefire.records is gone",
    ),
    ("ALTER TABLE ceasefire.records DISABLE TRIGGER {}", "records_stay", "switched off"),
    ("ALTER TABLE ceasefire.records ENABLE REPLICA TRIGGER {}", "records_stay", "switched off"),
    (
        "CREATE TRIGGER {} BEFORE INSERT ON ceasefire.records FOR EACH ROW EXECUTE FUNCTION ceasefire.stay()",
        "more",
        "trigger more on ceasefire.records is not the log's",
    ),
    (
        "DROP TRIGGER {0} ON ceasefire.records; CREATE TRIGGER {0} AFTER INSERT ON ceasefire.records "
        "FOR EACH ROW WHEN (NEW.type = 'none') EXECUTE FUNCTION ceasefire.erase()",
        "records_are_erased",
        "WHEN new.type = 'none'",
    ),
    ("CREATE RULE {} AS ON INSERT TO ceasefire.records DO INSTEAD NOTHING", "nothing", "rule nothing"),
    ("ALTER FUNCTION ceasefire.{}() SET search_path = public", "stamp", "function stamp() is not as it was made"),
    ("ALTER FUNCTION ceasefire.{}() SECURITY DEFINER", "stay", "function stay() is not as it was made"),
    (
        "CREATE OR REPLACE FUNCTION ceasefire.{}() RETURNS trigger LANGUAGE plpgsql "
        "SET search_path = pg_catalog, pg_temp AS $$ BEGIN RETURN NULL; END $$",
        "stay",
        "function stay() is not as it was made",
    ),
    (
        "CREATE OR REPLACE FUNCTION ceasefire.{}(value text) RETURNS bytea LANGUAGE sql STABLE "
        "RETURN int4send(octet_length(value)) || convert_to(value, 'UTF8')",
        "field",
        "function field(value text) is not as it was made",
    ),
    (
        "CREATE OR REPLACE FUNCTION ceasefire.{}() RETURNS bytea LANGUAGE sql STABLE "
        "BEGIN ATOMIC SELECT sha256('\\x02'::bytea || ceasefire.field(log_id)) FROM ceasefire.meta; END",
        "genesis",
        "function genesis() is not as it was made",
    ),
    ("CREATE FUNCTION ceasefire.{}(integer) RETURNS integer LANGUAGE sql RETURN 1", "field", "field(integer) is not"),
    ("ALTER TABLE ceasefire.records ADD COLUMN {} text", "note", "column records.note is not the log's"),
    ("ALTER TABLE ceasefire.records ALTER COLUMN {} DROP NOT NULL", "key", "column records.key is not as it was made"),
    ("ALTER TABLE ceasefire.records ALTER COLUMN {} SET DEFAULT ''", "body", "with a default"),
    ('ALTER TABLE ceasefire.records ALTER COLUMN {} TYPE text COLLATE "POSIX"', "body", "text POSIX"),
    ("ALTER TABLE ceasefire.records ALTER COLUMN {} SET STATISTICS 9", "body", "column records.body is not as it was"),
    ("ALTER TABLE ceasefire.records DROP CONSTRAINT {}", "records_key_key", "constraint records_key_key is gone"),
    ("ALTER TABLE ceasefire.records DROP CONSTRAINT {}", "records_are_whole_or_erased", "is gone"),
    (
        "ALTER TABLE ceasefire.records DROP CONSTRAINT {0}, ADD CONSTRAINT {0} CHECK (octet_length(salt) = 16)",
        "records_are_whole_or_erased",
        "CHECK octet_length(salt) = 16",
    ),
    ("ALTER TABLE ceasefire.records ADD CONSTRAINT {} CHECK (version < 9)", "few", "constraint few is not the log's"),
    ("DROP INDEX ceasefire.{}", "records_by_target", "index records_by_target is gone"),
    ("CREATE INDEX {} ON ceasefire.records (type)", "by_type", "index by_type is not the log's"),
    ("ALTER TABLE ceasefire.{} SET UNLOGGED", "records", "table records is not as it was made"),
    ("ALTER TABLE ceasefire.{} ENABLE ROW LEVEL SECURITY", "meta", "table meta is not as it was made"),
    ("CREATE VIEW ceasefire.{} AS SELECT 1", "seen", "table seen is not the log's"),
    ("GRANT {} ON ceasefire.records TO DATABASE_writer", "UPDATE", "_writer may UPDATE on TABLE ceasefire.records"),
    ("GRANT {} ON ceasefire.records TO DATABASE_reader", "INSERT (body)", "_reader may INSERT (body) on TABLE"),
    ("GRANT INSERT ({}) ON ceasefire.records TO DATABASE_writer", "recorded_by", "_writer may INSERT (recorded_by)"),
    ("GRANT {} ON ceasefire.records TO PUBLIC", "SELECT", "PUBLIC may SELECT on TABLE ceasefire.records"),
    ("GRANT {} ON SCHEMA ceasefire TO DATABASE_writer", "CREATE", "_writer may CREATE on SCHEMA ceasefire"),
    ("GRANT EXECUTE ON FUNCTION ceasefire.{}() TO PUBLIC", "erase", "PUBLIC may EXECUTE on FUNCTION ceasefire.erase()"),
    ("REVOKE {} ON ceasefire.records FROM DATABASE_writer", "SELECT", "_writer may no longer SELECT on TABLE"),
    ("REVOKE INSERT ({}) ON ceasefire.records FROM DATABASE_writer", "key", "_writer may no longer INSERT (key) on"),
    ("ALTER TABLE ceasefire.{} OWNER TO postgres", "records", "table ceasefire.records belongs to postgres"),
    ("ALTER FUNCTION ceasefire.{}() OWNER TO postgres", "stamp", "function ceasefire.stamp() belongs to postgres"),
    ("GRANT {} ON DATABASE DATABASE TO PUBLIC", "CONNECT", "PUBLIC may CONNECT on DATABASE"),
    ("GRANT {} ON DATABASE DATABASE TO DATABASE_reader", "TEMPORARY", "_reader may TEMPORARY on DATABASE"),
    ("REVOKE {} ON DATABASE DATABASE FROM DATABASE_writer", "CONNECT", "_writer may no longer CONNECT on DATABASE"),
    ("GRANT EXECUTE ON FUNCTION ceasefire.{}() TO DATABASE_reader", "take_lock", "_reader may EXECUTE on FUNCTION"),
    ("REVOKE EXECUTE ON FUNCTION ceasefire.{}() FROM DATABASE_writer", "take_lock", "_writer may no longer EXECUTE on"),
    ("GRANT {} TO DATABASE_writer", "DATABASE_owner", "_writer is in a role that may write what belongs to"),
    ("GRANT {} TO DATABASE_reader", "pg_write_all_data", "_reader is in a role that may write what belongs to"),
    ("ALTER ROLE DATABASE_writer {}", "SUPERUSER", "_writer is a superuser"),
)
"""What somebody does to the schema or the rights of a log, with what, and the words that name it."""


@pytest.mark.parametrize(("change", "part", "named"), TAMPERED)
def test_a_schema_or_a_right_that_was_changed_is_named(
    database: Database, reader: Server, change: str, part: str, named: str
) -> None:
    with Monitor(reader) as monitor, as_superuser(database.name) as connection:
        before = monitor.verify()
        change = change.replace("DATABASE DATABASE", f"DATABASE {database.name}").replace(
            "DATABASE_", f"{database.name}_"
        )
        connection.execute(change.format(part.replace("DATABASE_", f"{database.name}_")).encode())

        try:
            with pytest.raises(LogDamaged) as damage:
                monitor.verify()
        finally:  # roles outlive the story
            connection.execute(f"ALTER ROLE {database.name}_writer NOSUPERUSER".encode())
            connection.execute(f"REVOKE {database.name}_owner FROM {database.name}_writer".encode())
            connection.execute(f"REVOKE pg_write_all_data FROM {database.name}_reader".encode())
    told = [damage.value, *damage.value.further]
    assert any(named in one.what for one in told), [str(one) for one in told]
    assert all(one.remedy and "\n" not in str(one) for one in told)
    assert before.records == 0


def test_each_change_is_told_and_its_remedy_puts_it_right(database: Database, reader: Server, owner: Server) -> None:
    changes = (
        "DROP TRIGGER records_stay ON ceasefire.records",
        "ALTER TABLE ceasefire.records DISABLE TRIGGER records_are_fixed",
        "CREATE TRIGGER more BEFORE INSERT ON ceasefire.records FOR EACH ROW EXECUTE FUNCTION ceasefire.stay()",
        "ALTER TABLE ceasefire.records DROP CONSTRAINT records_key_key",
        "ALTER TABLE ceasefire.records DROP CONSTRAINT records_are_whole_or_erased, "
        "ADD CONSTRAINT records_are_whole_or_erased CHECK (true)",
        "DROP INDEX ceasefire.records_links",
        "CREATE INDEX by_type ON ceasefire.records (type)",
        f"GRANT UPDATE ON ceasefire.records TO {database.name}_writer",
        "GRANT EXECUTE ON FUNCTION ceasefire.erase() TO PUBLIC",
        f"REVOKE SELECT ON ceasefire.meta FROM {database.name}_writer",
    )
    for change in changes:
        done(owner, change)

    with Monitor(reader) as monitor:
        with pytest.raises(LogDamaged) as damage:
            monitor.verify()
        told = [damage.value, *damage.value.further]
        assert len(told) == len(changes)
        for one in told:
            done(owner, one.remedy.removeprefix("as its owner: "))
        assert monitor.verify().records == 0


def test_what_a_superuser_changed_is_named_by_position(database: Database, writer: Server) -> None:
    with Monitor(writer) as monitor:
        monitor.append([limited(), strike(), statement()])
    with as_superuser(database.name) as connection:
        connection.execute("ALTER TABLE ceasefire.records DISABLE TRIGGER USER")
        connection.execute("UPDATE ceasefire.records SET body = replace(body, 'a', 'b') WHERE position = 2")
        connection.execute("ALTER TABLE ceasefire.records ENABLE TRIGGER USER")

    with Monitor(writer) as monitor, pytest.raises(LogDamaged, match="not what was written") as damage:
        monitor.verify()
    assert damage.value.position == 2
