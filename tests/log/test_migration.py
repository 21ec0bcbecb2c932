"""A log moved to another engine is the same log: rows, hashes, identity; or nothing was moved."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from domain.errors import LogDamaged, LogUnavailable, Refused
from domain.log.head import head_path, parse_head
from domain.log.recorder import READ_BATCH
from domain.monitor import Monitor
from domain.place import Place, Server, cache_folder
from tests.domain.desk import Desk
from tests.domain.examples import GAZA, RAFAH, STATEMENT, correction, erasure, limited, statement
from tests.log.processes import migrate_and_die, started
from tests.log.tampering import unguarded
from tests.log.test_format import GOLDEN
from tests.server import Database, as_superuser

COLUMNS = (
    "position, stream, version, type, schema, key, recorded_at, known_at, recorded_by, occurred, target, body, salt, "
    "digest, hash"
)
MORE = READ_BATCH + 500
TESTED = "the server's fsync is off: a power cut may take what it says is saved"
"""Said of the server that the tests start."""


@pytest.fixture
def database() -> Iterator[Database]:
    """A database with an empty log in it, made for another timezone."""
    made = Database()
    Monitor.create(made.place, "UTC").close()
    yield made
    made.give_back()


@pytest.fixture
def filled(desk: Desk) -> Desk:
    """A log with a correction, an erased record and an erasure, closed."""
    desk.given(
        limited("before"),
        statement("Met at 10:00, \N{ARABIC LETTER SEEN} \U0001f54a", key="told"),
        correction({"key": "told"}, {"text": "Met at 11:00"}, STATEMENT, key="corrected"),
        limited("gone"),
        erasure({"key": "gone"}, stream=RAFAH),
        limited("after"),
    )
    desk.monitor.close()
    return desk


def rows(place: Place) -> list[tuple[Any, ...]]:
    """All that is stored of a log: its identity, then its records."""
    if isinstance(place, Server):
        with as_superuser(place.uri.partition("?")[0].rpartition("/")[2]) as connection:
            meta = connection.execute("SELECT * FROM ceasefire.meta").fetchall()
            cursor = connection.cursor(binary=True)
            found = cursor.execute(f"SELECT {COLUMNS} FROM ceasefire.records ORDER BY position".encode()).fetchall()
            return meta + found
    with closing(sqlite3.connect(place)) as file:
        meta = file.execute("SELECT * FROM meta").fetchall()
        return meta + file.execute(f"SELECT {COLUMNS} FROM records ORDER BY position").fetchall()


def migrated(source: Place, to: Place) -> tuple[int, int, str]:
    with Monitor(source, read_only=True) as monitor:
        assert monitor.notes == ()
        found = monitor.migrate(to)
        assert found.log_id == monitor.info.log_id
        assert set(found.notes) <= {TESTED}
    return found.records, found.erased, found.hash.hex()


def test_there_and_back_every_row_is_the_same(filled: Desk, database: Database, tmp_path: Path) -> None:
    before = rows(filled.path)

    there = migrated(filled.path, database.place)

    assert rows(database.place) == before == rows(filled.path)
    with Monitor(database.place) as monitor:
        assert (monitor.info.timezone, monitor.head().position) == (GAZA, 6)
        held = monitor.verify()
        assert (held.records, held.erased, held.hash.hex()) == there == (6, 1, before[-1][-1].hex())
        assert monitor.record("gone").report is None

    assert migrated(database.place, tmp_path / "back" / "gaza.db") == there
    assert rows(tmp_path / "back" / "gaza.db") == before
    with Monitor(tmp_path / "back" / "gaza.db", clock_is_right=True) as monitor:
        assert monitor.verify().notes == monitor.notes == ()
        monitor.append([limited("more")])


def test_a_log_of_every_type_of_record(database: Database, tmp_path: Path) -> None:
    for file in GOLDEN.glob("format-1.db*"):
        shutil.copy(file, tmp_path)
    golden = tmp_path / "format-1.db"

    there = migrated(golden, database.place)
    back = migrated(database.place, tmp_path / "back.db")

    assert there == back == (36, 1, (GOLDEN / "format-1.hash").read_text().strip())
    assert rows(golden) == rows(database.place) == rows(tmp_path / "back.db")


def test_an_empty_log(desk: Desk, database: Database, tmp_path: Path) -> None:
    assert migrated(desk.path, database.place)[0] == 0
    assert migrated(database.place, tmp_path / "back.db")[0] == 0
    assert rows(desk.path) == rows(database.place) == rows(tmp_path / "back.db")


def test_it_is_guarded_there_as_any_log(filled: Desk, database: Database) -> None:
    migrated(filled.path, database.place)

    with Monitor(database.person("amal", "writer"), clock_is_right=True) as monitor:
        outcome = monitor.append([limited("more")])[0]
        assert outcome.record.position == 7
        assert outcome.record.recorded_by.startswith("amal_")
        assert monitor.verify().records == 7
    with as_superuser(database.name) as connection, pytest.raises(Exception, match="stays"):
        connection.execute("UPDATE ceasefire.meta SET timezone = 'UTC'")


def test_the_heads_are_kept(filled: Desk, database: Database, tmp_path: Path) -> None:
    migrated(filled.path, database.place)
    migrated(database.place, tmp_path / "back.db")

    log_id = rows(filled.path)[0][1]
    heads = [cache_folder() / f"{log_id}.head", head_path(tmp_path / "back.db"), head_path(filled.path)]
    assert len({parse_head(path.read_bytes()) for path in heads}) == 1


def test_it_is_told_how_far_it_has_come(filled: Desk, database: Database, tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    with Monitor(filled.path, read_only=True) as monitor:
        monitor.migrate(database.place, progress=lambda *said: told.append(said))
    with Monitor(database.place, read_only=True) as monitor:
        monitor.migrate(tmp_path / "back.db", progress=lambda *said: told.append(said))

    assert told == [("copying", 6, 6), ("verifying", 6, 6)] * 2


def test_what_comes_meanwhile_is_told(filled: Desk, database: Database) -> None:
    def append(what: str, *_: int) -> None:
        if what == "copying":
            with Monitor(filled.path, clock=filled.clock) as other:
                other.append([limited("late")])

    with Monitor(filled.path, read_only=True) as monitor:
        found = monitor.migrate(database.place, progress=append)
    assert found.records == 6
    assert "the old log has 1 more by now, which came meanwhile and are not in the new one" in found.notes


class TestRefused:
    """Nothing was moved."""

    def test_where_records_are(self, filled: Desk, database: Database, tmp_path: Path) -> None:
        migrated(filled.path, database.place)
        before = rows(database.place)
        with Monitor(filled.path, read_only=True) as monitor, pytest.raises(Refused, match="records are in that log"):
            monitor.migrate(database.place)
        assert rows(database.place) == before

        (tmp_path / "there.db").touch()
        with Monitor(database.place, read_only=True) as monitor, pytest.raises(Refused, match="it exists already"):
            monitor.migrate(tmp_path / "there.db")
        assert (tmp_path / "there.db").read_bytes() == b""

    def test_where_no_log_was_made(self, filled: Desk) -> None:
        database = Database()
        with Monitor(filled.path, read_only=True) as monitor, pytest.raises(LogUnavailable, match="no log") as told:
            monitor.migrate(database.place)
        assert f"`ceasefire init {database.place}`" in told.value.remedy
        database.give_back()

    @pytest.mark.parametrize("role", ["writer", "reader"])
    def test_to_whoever_does_not_own_it(self, filled: Desk, database: Database, role: str) -> None:
        before = rows(database.place)
        person = database.person("amal", role)
        with Monitor(filled.path, read_only=True) as monitor, pytest.raises(Refused, match="only the owner") as told:
            monitor.migrate(person)
        assert f'GRANT "{database.name}_owner" TO "amal_{database.name}"' in told.value.remedy
        assert rows(database.place) == before

    def test_but_not_to_a_person_who_is_in_the_owner(self, filled: Desk, database: Database) -> None:
        assert migrated(filled.path, database.person("basma", "owner"))[0] == 6

    def test_from_file_to_file(self, filled: Desk, tmp_path: Path) -> None:
        with Monitor(filled.path, read_only=True) as monitor, pytest.raises(Refused, match="both are files") as told:
            monitor.migrate(tmp_path / "new.db")
        assert "ceasefire backup" in told.value.remedy

    @pytest.mark.parametrize(
        ("statement", "position"),
        [
            ("UPDATE records SET body = replace(body, '10:00', '12:00') WHERE position = 2", 2),
            ("UPDATE records SET occurred = '2020-01-01' WHERE position = 3", 3),
            ("UPDATE records SET known_at = 5 WHERE position = 6", 6),
        ],
    )
    def test_a_log_that_is_damaged(self, filled: Desk, database: Database, statement: str, position: int) -> None:
        with unguarded(filled.path) as file:
            file.execute(statement)
        before = rows(database.place)
        with Monitor(filled.path, read_only=True) as monitor, pytest.raises(LogDamaged) as damage:
            monitor.migrate(database.place)
        assert damage.value.position == position
        assert rows(database.place) == before

    def test_a_server_that_stores_something_else(self, filled: Desk, database: Database) -> None:
        with as_superuser(database.name) as connection:
            connection.execute(
                "CREATE FUNCTION ceasefire.forge() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN IF NEW.position = 3 THEN NEW.recorded_by := 'nobody'; END IF; RETURN NEW; END $$"
            )
            connection.execute(
                "CREATE TRIGGER z_last BEFORE INSERT ON ceasefire.records "
                "FOR EACH ROW EXECUTE FUNCTION ceasefire.forge()"
            )
        with Monitor(filled.path, read_only=True) as monitor, pytest.raises(LogDamaged, match="not what") as damage:
            monitor.migrate(database.place)
        assert damage.value.position == 3
        assert len(rows(database.place)) == 1

    def test_a_server_whose_guards_were_changed(self, filled: Desk, database: Database, tmp_path: Path) -> None:
        migrated(filled.path, database.place)
        with as_superuser(database.name) as connection:
            connection.execute("ALTER TABLE ceasefire.records DISABLE TRIGGER records_stay")
        with Monitor(database.place, read_only=True) as monitor, pytest.raises(LogDamaged, match="records_stay"):
            monitor.migrate(tmp_path / "back.db")
        assert list(tmp_path.glob("back.db*")) == []


@pytest.mark.parametrize("step", ["copying", "verifying"])
def test_killed_in_the_middle_it_leaves_nothing(filled: Desk, database: Database, tmp_path: Path, step: str) -> None:
    with Monitor(filled.path, clock=filled.clock) as monitor:  # so many that it is told of progress on the way
        monitor.import_files([filled.file(*(limited(f"more {number}") for number in range(MORE)))])
    before = rows(database.place)
    process = started(migrate_and_die, str(filled.path), str(database.place), step)
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    assert rows(database.place) == before

    migrated(filled.path, database.place)  # the killed one's lock is let go of
    process = started(migrate_and_die, str(database.place), str(tmp_path / "back.db"), step)
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    assert not os.path.lexists(tmp_path / "back.db")
    assert migrated(database.place, tmp_path / "back.db")[0] == 6 + MORE
