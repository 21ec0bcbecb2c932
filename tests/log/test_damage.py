"""Damage is named by position before anything is shown, and what stands before it stays readable.

The log of these stories: nine records, of which #2 is erased by #4 and #3 corrected by #5.
"""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from domain.errors import MEND, CeasefireError, LogDamaged, LogUnavailable
from domain.log.head import head_path
from domain.monitor import Monitor
from tests.domain.desk import Desk
from tests.domain.examples import NOW, STATEMENT, STRIKE, correction, erasure, limited, statement, strike
from tests.log.planted import plant
from tests.log.tampering import copy_log, put_any_value, put_back, raw, unguarded

RECORDS = 9


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """The log, closed: one file, and its head beside it."""
    desk = Desk(tmp_path / "desk")
    tell(desk)
    desk.monitor.close()
    return desk.path


def tell(desk: Desk) -> None:
    """Put the nine records on it."""
    desk.given(
        limited("1"),
        statement("a word that is erased", key="2"),
        strike(key="3"),
        erasure({"key": "2"}, STATEMENT, key="4"),
        correction({"key": "3"}, {"place": "Rafah"}, STRIKE, key="5"),
        *(limited(str(n), occurred={"start": "2026-02-01", "precision": 2}) for n in range(6, RECORDS + 1)),
    )


def named(path: Path) -> int:
    """The position that opening or verifying names as the first that does not hold."""
    with pytest.raises(LogDamaged) as damage, Monitor(path) as monitor:
        monitor.verify()
    return damage.value.position


def readable(path: Path) -> tuple[int, int]:
    """How many records are given out, and the position at which that ends in an error."""
    seen = 0
    with Monitor(path) as monitor:
        try:
            for record in monitor.records():
                assert record.key == str(record.position) or record.unreadable
                seen = record.position
        except LogDamaged as damage:
            return seen, damage.position
    return seen, 0


def test_untouched_it_passes(log: Path) -> None:
    with Monitor(log) as monitor:
        verified = monitor.verify()

    assert (verified.records, verified.position, verified.erased, verified.notes) == (RECORDS, RECORDS, 1, ())
    assert readable(log) == (RECORDS, 0)


def test_a_copy_passes_and_so_does_a_log_that_was_moved_with_its_head(log: Path, tmp_path: Path) -> None:
    copy = copy_log(log, tmp_path / "copy")
    moved = (tmp_path / "moved").with_name("moved.db")
    log.rename(moved)
    head_path(log).rename(head_path(moved))

    for path in (copy, moved):
        with Monitor(path) as monitor:
            assert monitor.verify().records == RECORDS
            assert monitor.notes == ()


def test_a_copy_without_its_head_passes_with_a_note(log: Path, tmp_path: Path) -> None:
    shutil.copy(log, tmp_path / "alone.db")
    with Monitor(tmp_path / "alone.db") as monitor:
        assert monitor.verify().notes == (
            "no head file alone.db.head: a log cut short could not be told from a whole one",
        )


COLUMNS = {
    "stream": 6,
    "version": 3,
    "type": 6,
    "schema": 6,
    "key": 1,
    "recorded_at": 6,
    "known_at": 6,
    "recorded_by": 6,
    "occurred": 6,
    "target": 5,
    "body": 6,
    "salt": 6,
    "digest": 2,
    "hash": 6,
}


def flip(path: Path, column: str, position: int, bit: int) -> None:
    """Another bit in the middle of one column of one record."""
    with unguarded(path) as connection:
        value, kind = connection.execute(
            f"SELECT CAST({column} AS BLOB), typeof({column}) FROM records WHERE position = ?", (position,)
        ).fetchone()
        if kind == "integer":
            damaged: object = int(value) ^ bit
            store = "?"
        else:
            changed = bytearray(value)
            changed[len(changed) // 2] ^= bit
            damaged = bytes(changed)
            store = "CAST(? AS TEXT)" if kind == "text" else "?"
        connection.execute(f"UPDATE records SET {column} = {store} WHERE position = ?", (damaged, position))


@pytest.mark.parametrize("bit", [0x01, 0x80], ids=["as another letter", "as no text at all"])
@pytest.mark.parametrize(("column", "position"), COLUMNS.items(), ids=COLUMNS.keys())
class TestAFlippedBit:
    def test_is_named_by_position(self, log: Path, column: str, position: int, bit: int) -> None:
        flip(log, column, position, bit)

        assert named(log) == position

    def test_and_what_stands_before_it_stays_readable(self, log: Path, column: str, position: int, bit: int) -> None:
        flip(log, column, position, bit)

        seen, ends_at = readable(log)

        if column in ("occurred", "target") and bit == 0x01:
            assert (seen, ends_at) == (RECORDS, 0)  # copies of what the body says, held against it by verify alone
        else:
            assert (seen, ends_at) == (position - 1, position)


@pytest.mark.parametrize("column", ["stream", "key", "body", "recorded_by"])
def test_in_the_newest_record_too(log: Path, column: str) -> None:
    flip(log, column, RECORDS, 0x80)

    assert named(log) == RECORDS
    assert readable(log) == (RECORDS - 1, RECORDS)


def test_in_the_first_record_too(log: Path) -> None:
    flip(log, "stream", 1, 0x80)

    assert named(log) == 1
    assert readable(log) == (0, 1)


OTHER_KINDS = (
    "salt = 'text'",
    "salt = 7",
    "salt = NULL, body = NULL, digest = 'text'",
    "hash = 7",
    "hash = 'text'",
    "version = 'text'",
    "recorded_at = 'text'",
    "known_at = 1 << 62",
    "known_at = x'00'",
    "body = 7",
    "key = x'ff'",
    "type = 7",
    "schema = 'text'",
)


@pytest.mark.parametrize("changes", OTHER_KINDS)
def test_a_value_of_another_kind_than_its_column_is_named(log: Path, changes: str) -> None:
    """One bit in a row's header does that; no type of a column holds it back when it is read."""
    put_any_value(log, 6, changes)

    assert named(log) == 6
    assert readable(log) == (5, 6)


Tamper = Callable[[sqlite3.Connection], object]

CONTENT = (
    "stream, version, type, schema, key, recorded_at, known_at, recorded_by, occurred, target, body, salt, digest, hash"
)


def swap(one: int, other: int) -> Tamper:
    """Two records change places, with all that they hold."""

    def tamper(connection: sqlite3.Connection) -> None:
        for before, after in ((one, -1), (other, one), (-1, other)):
            connection.execute("UPDATE records SET position = ? WHERE position = ?", (after, before))

    return tamper


def run(*statements: str) -> Tamper:
    """Those statements."""

    def tamper(connection: sqlite3.Connection) -> None:
        for statement_ in statements:
            connection.execute(statement_)

    return tamper


TAMPERED: dict[str, tuple[Tamper, int]] = {
    "the first record dropped": (run("DELETE FROM records WHERE position = 1"), 1),
    "one dropped": (run("DELETE FROM records WHERE position = 6"), 6),
    "one dropped and those after it moved up": (
        run(
            "DELETE FROM records WHERE position = 6",
            *(f"UPDATE records SET position = {n - 1} WHERE position = {n}" for n in range(7, 10)),
        ),
        6,
    ),
    "two neighbours swapped": (swap(6, 7), 6),
    "two others swapped": (swap(1, 9), 1),
    "a body put in another's place": (
        run("UPDATE records SET body = (SELECT body FROM records WHERE position = 1) WHERE position = 7"),
        7,
    ),
    "body, salt and digest of another": (
        run("UPDATE records SET (body, salt) = (SELECT body, salt FROM records WHERE position = 7) WHERE position = 8"),
        8,
    ),
    "a body gone without an erasure": (
        run("UPDATE records SET body = NULL, salt = NULL WHERE position = 7"),
        7,
    ),
    "an erasure forged for another body": (
        run("UPDATE records SET body = NULL, salt = NULL, occurred = NULL, digest = zeroblob(32) WHERE position = 7"),
        7,
    ),
    "an erased body put back": (
        run("UPDATE records SET body = '{}', salt = zeroblob(16) WHERE position = 2"),
        2,
    ),
    "a version left out": (run("UPDATE records SET version = 99 WHERE position = 9"), 9),
    "known earlier": (run("UPDATE records SET known_at = known_at - 1 WHERE position = 8"), 8),
    "a schema that is not known": (run("UPDATE records SET schema = 9 WHERE position = 8"), 8),
    "another timezone": (run("UPDATE meta SET timezone = 'UTC'"), 1),
    "made at another time": (run("UPDATE meta SET made_at = made_at + 1"), 1),
    "made by another format": (run("UPDATE meta SET format = 2"), 1),
    "another log's name": (run("UPDATE meta SET log_id = '00000000000000000000000000000000'"), 0),
    "no name": (run("DELETE FROM meta"), 0),
    "no column for what was taken from a body": (run("UPDATE records SET target = NULL WHERE position = 5"), 5),
    "a sequence set back": (run("UPDATE sqlite_sequence SET seq = 8"), RECORDS + 1),
    "a sequence that ran ahead": (run("UPDATE sqlite_sequence SET seq = 12"), RECORDS + 1),
    "no sequence": (run("DELETE FROM sqlite_sequence"), RECORDS + 1),
    "a table more": (run("CREATE TABLE more (x)"), 0),
    "an index more": (run("CREATE INDEX more ON records (type)"), 0),
    "a view more": (run("CREATE VIEW more AS SELECT * FROM records"), 0),
    "a trigger more": (
        run("CREATE TRIGGER more AFTER INSERT ON records BEGIN SELECT load_extension('x'); END"),
        0,
    ),
    "an index less": (run("DROP INDEX records_by_target"), 0),
}


@pytest.mark.parametrize(("tamper", "position"), TAMPERED.values(), ids=TAMPERED.keys())
def test_what_was_done_to_it_is_named(log: Path, tamper: Tamper, position: int) -> None:
    with unguarded(log) as connection:
        tamper(connection)

    assert named(log) == position


@pytest.mark.parametrize(("tamper", "position"), list(TAMPERED.values())[:9], ids=list(TAMPERED)[:9])
def test_and_what_stands_before_it_is_given_out(log: Path, tamper: Tamper, position: int) -> None:
    with unguarded(log) as connection:
        tamper(connection)

    try:
        seen, ends_at = readable(log)
    except LogDamaged as damage:  # the head outside knows the damaged record: that is named on opening
        seen, ends_at = position - 1, damage.position
    assert (seen, ends_at) == (position - 1, position)


TRIGGERS = (
    "meta_is_fixed",
    "meta_stays",
    "meta_is_one_row",
    "records_follow_on",
    "records_stay",
    "records_are_fixed",
)


@pytest.mark.parametrize("trigger", TRIGGERS)
@pytest.mark.parametrize("change", ["gone", "hollow"])
def test_a_changed_trigger_is_noticed_when_the_log_is_opened(log: Path, trigger: str, change: str) -> None:
    with raw(log) as connection:
        (words,) = connection.execute("SELECT sql FROM sqlite_schema WHERE name = ?", (trigger,)).fetchone()
        connection.execute(f"DROP TRIGGER {trigger}")
        if change == "hollow":
            connection.execute(words.replace("ABORT", "IGNORE").split("BEGIN")[0] + "BEGIN SELECT 1; END")

    with pytest.raises(LogDamaged) as damage:
        Monitor(log)

    assert str(damage.value) == (f"the log's tables or triggers are not those that it was made with ({MEND})")


class TestATruncatedTail:
    @staticmethod
    def cut(log: Path, last: int, *, sequence: bool = True) -> None:
        with unguarded(log) as connection:
            connection.execute("DELETE FROM records WHERE position > ?", (last,))
            if sequence:
                connection.execute("UPDATE sqlite_sequence SET seq = ?", (last,))

    @pytest.mark.parametrize("last", [0, 1, 6, 8])
    def test_is_named_on_opening_by_the_first_position_that_is_gone(self, log: Path, last: int) -> None:
        self.cut(log, last)

        with pytest.raises(LogDamaged) as damage:
            Monitor(log)

        assert str(damage.value) == (
            f"#{last + 1}: the log ends at #{last}, and its head file knows #9 "
            f"(the log was cut short or rolled back: {MEND})"
        )

    def test_is_named_without_the_head_by_the_sequence(self, log: Path) -> None:
        self.cut(log, 6, sequence=False)
        head_path(log).unlink()

        assert named(log) == 7

    def test_without_either_it_cannot_be_told_and_that_is_said(self, log: Path) -> None:
        self.cut(log, 6)
        head_path(log).unlink()

        with Monitor(log) as monitor:
            assert monitor.verify().records == 6
            assert monitor.notes == ("no head file gaza.db.head: a log cut short could not be told from a whole one",)

    def test_of_the_write_ahead_log_is_named_too(self, tmp_path: Path) -> None:
        """The log is open, so its newest records stand in the -wal alone: a copy of it is cut short."""
        desk = Desk(tmp_path / "open")
        desk.given(*(limited(str(n)) for n in range(1, RECORDS + 1)))
        copy = copy_log(desk.path, tmp_path / "copy")
        desk.monitor.close()
        wal = copy.with_name("gaza.db-wal")
        copy.with_name("gaza.db-shm").unlink()
        whole = wal.read_bytes()
        wal.write_bytes(whole[: len(whole) * 2 // 3])

        position = named(copy)

        assert 1 < position <= RECORDS


class TestAnOlderCopyPutBack:
    def open_copy(self, tmp_path: Path, *, closed: bool) -> tuple[Path, Path]:
        """A log of nine records, and a copy of it as it was at six."""
        desk = Desk(tmp_path / "desk")
        desk.given(*(limited(str(n)) for n in range(1, 7)))
        if closed:
            desk.monitor.close()
        old = copy_log(desk.path, tmp_path / "old")
        if closed:
            desk.monitor = Monitor(desk.path, clock=desk.clock)
        assert old.with_name("gaza.db-wal").exists() != closed
        desk.given(*(limited(str(n)) for n in range(7, RECORDS + 1)))
        desk.monitor.close()
        return desk.path, old

    @pytest.mark.parametrize("closed", [True, False], ids=["one file", "with its -wal"])
    def test_is_named_by_the_first_position_that_is_gone(self, tmp_path: Path, closed: bool) -> None:
        path, old = self.open_copy(tmp_path, closed=closed)
        put_back(old, path)

        assert named(path) == 7

    def test_is_named_when_it_was_written_on_since(self, tmp_path: Path) -> None:
        path, old = self.open_copy(tmp_path, closed=True)
        aside = tmp_path / "head"
        head_path(path).rename(aside)
        put_back(old, path)
        with Monitor(path, clock=lambda: NOW) as monitor:
            monitor.append([limited(f"other {n}") for n in range(6)])
        head_path(path).unlink()
        aside.rename(head_path(path))

        with pytest.raises(LogDamaged) as damage:
            Monitor(path)

        assert str(damage.value) == (
            f"#9: the record is not the one that the head file knows (the log was rolled back and written on: {MEND})"
        )


class TestRandomDamage:
    """A bit anywhere in the file: named, or of no matter, and never a traceback."""

    FLIPS = 200

    @pytest.fixture
    def content(self, log: Path) -> list[object]:
        with Monitor(log) as monitor:
            return [(record.id, record.type, record.report, record.known_at) for record in monitor.records()]

    def test_flipped_bits(self, log: Path, tmp_path: Path, content: list[object]) -> None:
        whole, head = log.read_bytes(), head_path(log).read_bytes()
        chance = random.Random(2_000)
        outcomes = {"named": 0, "of no matter": 0}
        for number in range(self.FLIPS):
            folder = tmp_path / str(number)
            folder.mkdir()
            path = folder / "gaza.db"
            head_path(path).write_bytes(head)
            damaged = bytearray(whole)
            damaged[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
            path.write_bytes(damaged)
            outcomes[self.outcome(path, content)] += 1
            shutil.rmtree(folder)

        assert outcomes["named"] > self.FLIPS // 20

    @staticmethod
    def outcome(path: Path, content: list[object]) -> str:
        try:
            with Monitor(path, read_only=True) as monitor:
                monitor.verify()
                found = [(record.id, record.type, record.report, record.known_at) for record in monitor.records()]
        except (LogDamaged, LogUnavailable):
            return "named"
        assert found == content
        return "of no matter"


class TestAPlantedRow:
    """A row that names a class, with a chain that holds: nothing is imported, and all others are read."""

    @pytest.fixture
    def landmine(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
        stepped_on = tmp_path / "stepped on"
        (tmp_path / "landmine.py").write_text(
            f"import pathlib\npathlib.Path({str(stepped_on)!r}).touch()\ndef mine(**_): pass\n"
        )
        monkeypatch.syspath_prepend(str(tmp_path))
        yield stepped_on
        assert not stepped_on.exists()

    @pytest.mark.usefixtures("landmine")
    @pytest.mark.parametrize("topic", ["landmine:mine", "os:remove", "strike.exploded", "", "domain.report:Recorded"])
    def test_is_named_and_passed_by(self, log: Path, topic: str) -> None:
        self.is_passed_by(log, f"{topic!r} is not a record type", topic=topic)

    @pytest.mark.usefixtures("landmine")
    @pytest.mark.parametrize(
        "body", [b'{"originator_topic": "landmine:mine"}', b'{"_type_": "landmine", "_data_": {}}']
    )
    def test_so_is_a_body_that_names_it(self, log: Path, body: bytes) -> None:
        self.is_passed_by(log, "its body is not one of strike.reported", state=body)

    def is_passed_by(self, log: Path, why: str, **otherwise: Any) -> None:
        plant(log, **otherwise)

        assert readable(log) == (RECORDS + 1, 0)
        with Monitor(log) as monitor:
            assert monitor.verify().unreadable == {RECORDS + 1: why}


def test_every_kind_of_damage_is_one_of_our_errors() -> None:
    assert issubclass(LogDamaged, CeasefireError)
    assert str(LogDamaged("cut short", position=7, remedy="restore")) == "#7: cut short (restore)"


def out_of_order(log: Path) -> Path:
    """The log with one byte changed, the key of row 3 in SQLite's tree: a scan from there on finds no more."""
    content = log.read_bytes()
    for offset in (offset for offset, byte in enumerate(content) if byte == 3):
        log.write_bytes(content[:offset] + b"\x7f" + content[offset + 1 :])
        with suppress(sqlite3.DatabaseError), raw(log) as connection:
            rest = connection.execute("SELECT position FROM records WHERE position > 2 AND position <= 9").fetchall()
            head = connection.execute("SELECT position FROM records ORDER BY position DESC LIMIT 1").fetchone()[0]
            if not rest and head == RECORDS:
                return log
    raise AssertionError("no such byte")


def test_a_scan_that_ends_early_is_a_record_missing(log: Path) -> None:
    assert readable(out_of_order(log)) == (2, 3)


@pytest.mark.parametrize("ref", ["@3", "3", f"{STRIKE}/1"])
def test_one_record_is_held_against_the_chain_before_it_is_shown(log: Path, ref: str) -> None:
    flip(log, "body", 3, 0x01)
    with Monitor(log, read_only=True) as monitor, pytest.raises(LogDamaged) as damage:
        monitor.record(ref)

    assert damage.value.position == 3


def test_so_is_each_of_its_revisions(log: Path) -> None:
    flip(log, "body", 5, 0x01)
    with Monitor(log, read_only=True) as monitor, pytest.raises(LogDamaged) as damage:
        monitor.revisions(f"{STRIKE}/1")

    assert damage.value.position == 5


def test_nothing_is_written_onto_a_newest_record_that_was_changed(log: Path) -> None:
    flip(log, "body", RECORDS, 0x01)
    head_path(log).unlink()
    with Monitor(log) as monitor, pytest.raises(LogDamaged) as damage:
        monitor.append([limited("another")])

    assert damage.value.position == RECORDS
