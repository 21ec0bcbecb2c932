"""SQLite's own: what the table itself refuses, whoever writes to it and however."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from domain.log.sqlite.format import CREATE
from tests.domain.desk import Desk
from tests.domain.examples import STATEMENT, erasure, limited, statement, strike
from tests.log.tampering import raw

FIXED = "records are never changed"
STAY = "records are never deleted"
AT_THE_END = "records are only added at the end"
COLUMNS = (
    "stream, version, type, schema, key, recorded_at, known_at, recorded_by, occurred, target, body, salt, digest, hash"
)


@pytest.fixture
def path(desk: Desk) -> Path:
    """A log of three records: two of a crossing, one statement."""
    desk.given(limited("one"), limited("two"), statement(key="three"))
    return desk.path


def refusal(path: Path, statement_: str, parameters: tuple[object, ...] = ()) -> str:
    """The words in which the table refuses a statement; nothing is changed by it."""
    with raw(path) as connection:
        before = connection.execute("SELECT * FROM records").fetchall()
        with pytest.raises(sqlite3.IntegrityError) as refused:
            connection.execute(statement_, parameters)
        assert connection.execute("SELECT * FROM records").fetchall() == before
    return str(refused.value)


def insert(position: str, *, verb: str = "INSERT", key: str = "'new'", version: str = "3", source: int = 1) -> str:
    """An insert of a copy of a record, in another place."""
    columns = COLUMNS.replace(" version,", f" {version},", 1).replace(" key,", f" {key},", 1)
    return (
        f"{verb} INTO records (position, {COLUMNS}) SELECT {position}, {columns} FROM records WHERE position = {source}"
    )


@pytest.mark.parametrize("column", ["position", *COLUMNS.split(", ")])
class TestUpdate:
    def test_of_any_column_is_refused(self, path: Path, column: str) -> None:
        value = {"hash": "zeroblob(32)", "salt": "zeroblob(16)", "digest": "zeroblob(32)"}.get(column, "77")

        assert refusal(path, f"UPDATE records SET {column} = {value} WHERE position = 2") == FIXED

    def test_to_null_is_refused(self, path: Path, column: str) -> None:
        with raw(path) as connection, pytest.raises(sqlite3.IntegrityError):
            connection.execute(f"UPDATE records SET {column} = NULL WHERE position = 2")


def test_update_or_replace_is_refused(path: Path) -> None:
    assert refusal(path, "UPDATE OR REPLACE records SET position = 1 WHERE position = 2") == FIXED


def test_update_that_changes_nothing_is_refused_all_the_same(path: Path) -> None:
    assert refusal(path, "UPDATE records SET body = body") == FIXED


@pytest.mark.parametrize("where", ["", " WHERE position = 3", " WHERE position = 1", " WHERE key = 'two'"])
def test_delete_is_refused(path: Path, where: str) -> None:
    assert refusal(path, f"DELETE FROM records{where}") == STAY


@pytest.mark.parametrize("verb", ["INSERT", "INSERT OR REPLACE", "REPLACE", "INSERT OR ROLLBACK", "INSERT OR FAIL"])
class TestInsert:
    @pytest.mark.parametrize("position", ["1", "3", "5", "0", "-1", "NULL", "9223372036854775807"])
    def test_at_any_other_position_is_refused(self, path: Path, verb: str, position: str) -> None:
        assert refusal(path, insert(position, verb=verb)) == AT_THE_END

    @pytest.mark.parametrize("version", ["1", "2", "4", "0"])
    def test_with_any_other_version_is_refused(self, path: Path, verb: str, version: str) -> None:
        assert refusal(path, insert("4", verb=verb, version=version)) == AT_THE_END

    def test_under_a_taken_key_is_refused(self, path: Path, verb: str) -> None:
        assert refusal(path, insert("4", verb=verb, key="'three'")) == AT_THE_END

    def test_at_the_end_is_let_in_by_the_table_and_caught_by_the_chain(self, path: Path, verb: str) -> None:
        with raw(path) as connection:
            connection.execute(insert("4", verb=verb))
            assert connection.execute("SELECT count(*) FROM records").fetchone() == (4,)


def test_insert_or_ignore_adds_nothing_in_a_taken_place(path: Path) -> None:
    assert refusal(path, insert("2", verb="INSERT OR IGNORE")) == AT_THE_END


def test_an_upsert_is_refused(path: Path) -> None:
    upsert = insert("1") + " ON CONFLICT DO UPDATE SET body = 'x'"

    assert refusal(path, upsert) == AT_THE_END


class TestTheOneException:
    """A body and its salt may become NULL where a record.erased of the same stream names the record."""

    ERASE = (
        "UPDATE records SET body = NULL, salt = NULL, occurred = NULL, target = NULL, digest = zeroblob(32){} "
        "WHERE position = {}"
    )

    def test_without_such_a_record_it_is_refused(self, path: Path) -> None:
        assert refusal(path, self.ERASE.format("", 3)) == FIXED

    @pytest.fixture
    def erasing(self, desk: Desk) -> Path:
        """A record.erased names #1, whose body was put back since: what a first, torn erasure could leave."""
        other = statement("Another word", key="other")
        desk.given(statement(), strike(), erasure({"key": "statement"}, STATEMENT), other)
        with raw(desk.path) as connection:
            (trigger,) = connection.execute("SELECT sql FROM sqlite_schema WHERE name = 'records_are_fixed'").fetchone()
            connection.execute("DROP TRIGGER records_are_fixed")
            connection.execute("UPDATE records SET body = '{}', salt = zeroblob(16) WHERE position = 1")
            connection.execute(trigger)
        return desk.path

    def test_with_it_the_body_may_go(self, erasing: Path) -> None:
        with raw(erasing) as connection:
            connection.execute(self.ERASE.format("", 1))
            assert connection.execute("SELECT body, salt FROM records WHERE position = 1").fetchone() == (None, None)

    @pytest.mark.parametrize(
        "column", ["key = 'x'", "stream = 'x'", "known_at = 1", "hash = zeroblob(32)", "schema = 9"]
    )
    def test_but_nothing_else_with_it(self, erasing: Path, column: str) -> None:
        assert refusal(erasing, self.ERASE.format(f", {column}", 1)) == FIXED

    @pytest.mark.parametrize(
        "change",
        ["body = NULL", "salt = NULL", "body = '{\"a\": 1}'", "digest = zeroblob(32)"],
    )
    def test_nor_half_of_it_or_another_body(self, erasing: Path, change: str) -> None:
        assert refusal(erasing, f"UPDATE records SET {change} WHERE position = 1") == FIXED

    def test_nor_a_digest_of_another_length(self, erasing: Path) -> None:
        assert refusal(erasing, self.ERASE.format("", 1).replace("zeroblob(32)", "zeroblob(31)")) == FIXED

    @pytest.mark.parametrize("position", [2, 3, 4])
    def test_nor_another_record_s_or_the_erasure_s_own(self, erasing: Path, position: int) -> None:
        assert refusal(erasing, self.ERASE.format("", position)) == FIXED

    def test_nor_a_second_time(self, desk: Desk) -> None:
        desk.given(statement(), erasure({"key": "statement"}, STATEMENT))

        assert refusal(desk.path, self.ERASE.format("", 1)) == FIXED


class TestMeta:
    @pytest.mark.parametrize("column", ["only_row", "log_id", "format", "timezone", "made_at"])
    def test_update_is_refused(self, path: Path, column: str) -> None:
        assert refusal(path, f"UPDATE meta SET {column} = 1") == (
            "what was fixed when the log was made cannot be changed"
        )

    def test_delete_is_refused(self, path: Path) -> None:
        assert refusal(path, "DELETE FROM meta") == "what was fixed when the log was made cannot be deleted"

    @pytest.mark.parametrize("verb", ["INSERT", "INSERT OR REPLACE"])
    @pytest.mark.parametrize("only_row", [1, 2])
    def test_insert_is_refused(self, path: Path, verb: str, only_row: int) -> None:
        assert refusal(path, f"{verb} INTO meta VALUES ({only_row}, 'x', 1, 'UTC', 0)") == "a log is made once"


class TestTheTable:
    def test_positions_are_never_used_again(self, path: Path) -> None:
        """AUTOINCREMENT: the sequence goes on past records that were taken away, and the table then takes no more."""
        with raw(path) as connection:
            connection.execute("DROP TRIGGER records_stay")
            connection.execute("DELETE FROM records WHERE position = 3")
            with pytest.raises(sqlite3.IntegrityError, match=AT_THE_END):
                connection.execute(insert("3", version="3"))
            assert connection.execute("SELECT seq FROM sqlite_sequence").fetchall() == [(3,)]

    def test_types_are_strict(self, path: Path) -> None:
        with raw(path) as connection, pytest.raises(sqlite3.IntegrityError, match="cannot store"):
            connection.execute(
                insert("4").replace(" recorded_at,", " 'noon',", 2).replace("'noon',", "recorded_at,", 1)
            )

    def test_it_is_what_the_format_says(self, path: Path) -> None:
        with raw(path) as connection:
            made = [sql for (sql,) in connection.execute("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL")]

        assert sorted(made) == sorted([*CREATE, "CREATE TABLE sqlite_sequence(name,seq)"])
