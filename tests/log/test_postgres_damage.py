"""What whoever runs the server did to a log, its triggers switched off meanwhile, is named by position.

The log and most of what is done to it are those of the stories of a file's damage.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import pytest

from domain.errors import LogDamaged, Refused
from domain.log.recovering import recover_from_server
from domain.log.sqlite.damaged import Proof
from domain.log.sqlite.recovery import Recovered
from domain.monitor import Monitor
from domain.place import Server
from tests.domain.examples import GAZA, NOW, limited
from tests.log.desks import ServerDesk
from tests.log.test_damage import RECORDS, TAMPERED, Tamper, tell
from tests.server import Connection, Database, as_superuser

RECORD_BY_RECORD = tuple(TAMPERED)[: tuple(TAMPERED).index("a sequence set back")]
ELSEWHERE = "made by another format"  # is refused before anything is read: tests/cli/test_server.py

CHANGED = {
    "stream": (6, "stream || 'x'"),
    "version": (3, "version + 7"),
    "type": (6, "'strike.linked'"),
    "schema": (6, "schema + 1"),
    "key": (1, "key || 'x'"),
    "recorded_at": (6, "recorded_at + 1"),
    "known_at": (6, "known_at + 1"),
    "recorded_by": (6, "recorded_by || 'x'"),
    "occurred": (6, "'2020-01-01'"),
    "target": (5, "NULL"),
    "body": (6, "replace(body, 'a', 'e')"),
    "salt": (6, "substring(sha256(salt) FOR 16)"),
    "digest": (2, "sha256(digest)"),
    "hash": (6, "sha256(hash)"),
}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[ServerDesk]:
    """The log, closed; its head was seen from here."""
    at_work = ServerDesk(tmp_path)
    tell(at_work)
    at_work.monitor.close()
    yield at_work
    at_work.leave()


class _AsInSQLite:
    """Statements written for the other engine."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def execute(self, statement: str, parameters: tuple[Any, ...] = ()) -> object:
        ours = statement.replace("?", "%s").replace("zeroblob(", "ceasefire.zeros(")
        return self._connection.execute(ours.encode(), parameters)


@contextmanager
def unguarded(desk: ServerDesk) -> Iterator[_AsInSQLite]:
    """As a superuser, with everything that guards the log out of the way, and back in its place afterwards."""
    with as_superuser(desk.database.name) as connection:
        connection.execute("SET search_path = ceasefire, pg_catalog")
        check = connection.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'records_are_whole_or_erased'"
        ).fetchone()
        assert check is not None
        connection.execute("CREATE FUNCTION zeros(int) RETURNS bytea RETURN decode(repeat('00', $1), 'hex')")
        connection.execute("ALTER TABLE records DISABLE TRIGGER USER, DROP CONSTRAINT records_are_whole_or_erased")
        for column in ("version", "key", "hash"):
            connection.execute(f"ALTER TABLE records ALTER {column} DROP NOT NULL".encode())
        connection.execute("ALTER TABLE meta DISABLE TRIGGER USER")
        yield _AsInSQLite(connection)
        connection.execute("ALTER TABLE meta ENABLE TRIGGER USER")
        back = f"ADD CONSTRAINT records_are_whole_or_erased {check[0]} NOT VALID"
        connection.execute(f"ALTER TABLE records ENABLE TRIGGER USER, {back}".encode())
        connection.execute("DROP FUNCTION zeros")


def named(place: Server) -> int:
    """The position that opening or verifying names as the first that does not hold."""
    with pytest.raises(LogDamaged) as damage, Monitor(place) as monitor:
        monitor.verify()
    return damage.value.position


def readable(place: Server) -> tuple[int, int]:
    """How many records are given out, and the position at which that ends in an error."""
    seen = 0
    with Monitor(place, read_only=True) as monitor:
        try:
            for record in monitor.records():
                seen = record.position
        except LogDamaged as damage:
            return seen, damage.position
    return seen, 0


def place_of(desk: ServerDesk) -> Server:
    assert isinstance(desk.place, Server)
    return desk.place


@pytest.mark.parametrize("column", CHANGED)
def test_a_value_that_was_changed(desk: ServerDesk, column: str) -> None:
    position, value = CHANGED[column]
    with unguarded(desk) as log:
        log.execute(f"UPDATE records SET {column} = {value} WHERE position = {position}")

    assert named(place_of(desk)) == position
    whole = column in ("occurred", "target")  # copies of what the body says, held against it by verify alone
    assert readable(place_of(desk)) == ((RECORDS, 0) if whole else (position - 1, position))


@pytest.mark.parametrize("done", [done for done in RECORD_BY_RECORD if done != ELSEWHERE])
def test_what_was_done_to_it(desk: ServerDesk, done: str) -> None:
    tamper: Tamper
    tamper, position = TAMPERED[done]
    with unguarded(desk) as log:
        tamper(cast(sqlite3.Connection, log))

    assert named(place_of(desk)) == position


@pytest.mark.parametrize(
    ("done", "position"),
    [
        (f"UPDATE records SET recorded_by = 'another' WHERE position = {RECORDS}", RECORDS),
        (f"UPDATE records SET salt = substring(sha256(salt) FOR 16) WHERE position = {RECORDS}", RECORDS),
        (f"UPDATE records SET position = 99 WHERE position = {RECORDS}", 98),
        (f"DELETE FROM records WHERE position = {RECORDS - 1}", RECORDS - 1),
    ],
)
def test_nothing_is_called_saved_that_nobody_could_read(desk: ServerDesk, done: str, position: int) -> None:
    """A record after one that is not what was written: readers end before it."""
    with Monitor(place_of(desk)) as monitor:
        with unguarded(desk) as log:
            log.execute(done)
        with pytest.raises(LogDamaged) as damage:
            monitor.append([limited("after")])
        assert damage.value.position == position
    with as_superuser(desk.database.name) as connection:
        assert connection.execute("SELECT 1 FROM ceasefire.records WHERE key = 'after'").fetchall() == []


def test_a_chain_made_anew_from_some_record_on(desk: ServerDesk) -> None:
    """It holds from end to end: whoever saw the head before can tell."""
    owner = desk.database.person("dalia", "owner")
    with Monitor(desk.place, read_only=True) as before:
        newest = before.head()
    with unguarded(desk) as log:
        log.execute("DELETE FROM records WHERE position = ?", (RECORDS,))
    with as_superuser(desk.database.name) as connection:
        connection.execute(f"SET SESSION AUTHORIZATION {owner.uri.split('//')[1].split('@')[0]}".encode())
        connection.execute(
            "INSERT INTO ceasefire.records (stream, type, schema, key, recorded_at, known_at, recorded_by, body, salt) "
            "VALUES ('crossing-rafah', 'crossing.limited', 1, '9', %s, %s, 'tester', %s, %s)",
            (newest.recorded_at, newest.known_at, json.dumps(limited().body), b"\0" * 16),
        )

    with pytest.raises(LogDamaged, match="not the one that was seen from here") as damage:
        Monitor(desk.place)
    assert damage.value.position == RECORDS


class TestRecovery:
    """What stands becomes a log in a file, which can be moved to a server again."""

    @staticmethod
    def recovered(desk: ServerDesk, tmp_path: Path) -> tuple[Recovered, list[str]]:
        rest: list[bytes] = []
        report = recover_from_server(
            place_of(desk), tmp_path / "new.db", recorded_by="mender", clock=lambda: NOW, rest=rest.append
        )
        return report, [json.loads(line)["key"] for line in rest]

    def test_up_to_a_record_that_was_changed(self, desk: ServerDesk, tmp_path: Path) -> None:
        with unguarded(desk) as log:
            log.execute("UPDATE records SET body = replace(body, 'a', 'e') WHERE position = 6")

        report, rest = self.recovered(desk, tmp_path)

        assert (report.damage.position, report.records, report.last) == (6, 5, RECORDS)
        assert [lost.position for lost in report.lost] == [6]
        assert rest == ["7", "8", "9"]
        assert set(report.offered) == {Proof.HEAD}  # tied to the head that was seen from here
        assert sorted(file.name for file in tmp_path.iterdir() if file.name.startswith((".new", "new"))) == [
            "new.db",
            "new.db.head",
            "new.db.recovered",
        ]
        elsewhere = Database()
        Monitor.create(elsewhere.place, GAZA).close()
        with Monitor(tmp_path / "new.db", read_only=True) as new:
            assert new.info.log_id == report.log_id
            assert str(desk.place) in new.verify().notes[0]
            assert new.migrate(elsewhere.place).records == 5
        elsewhere.give_back()

    def test_of_a_log_that_was_cut_short(self, desk: ServerDesk, tmp_path: Path) -> None:
        with unguarded(desk) as log:
            log.execute("DELETE FROM records WHERE position > 7")

        report, rest = self.recovered(desk, tmp_path)

        assert (report.damage.position, report.records, report.last, rest) == (8, 7, RECORDS, [])
        assert [lost.position for lost in report.lost] == [8, 9]

    def test_where_the_rows_lie_in_no_order_that_holds(self, desk: ServerDesk, tmp_path: Path) -> None:
        with unguarded(desk) as log:
            log.execute("UPDATE records SET position = 99 WHERE position = 3")
            log.execute("UPDATE records SET version = NULL, key = NULL, hash = NULL WHERE position = 7")

        report, rest = self.recovered(desk, tmp_path)

        assert (report.records, report.damage.position) == (2, 3)
        assert "8" in rest

    def test_where_only_its_guards_were_changed_all_of_it(self, desk: ServerDesk, tmp_path: Path) -> None:
        with as_superuser(desk.database.name) as connection:
            connection.execute("DROP TRIGGER records_stay ON ceasefire.records")

        report, rest = self.recovered(desk, tmp_path)

        assert (report.records, report.lost_count, rest) == (RECORDS, 0, [])

    def test_is_refused_of_one_that_holds(self, desk: ServerDesk, tmp_path: Path) -> None:
        with pytest.raises(Refused, match="this log is whole") as refused:
            self.recovered(desk, tmp_path)
        assert f"`ceasefire migrate {desk.place} FILE` copies it" in refused.value.remedy
        assert not (tmp_path / "new.db").exists()
