"""What stands of a damaged log becomes a new log, what is readable after that lines to import; the old is only read.

The log of these stories: nine records, of which #2 is erased by #4 and #3 corrected by #5.
"""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
import time
from pathlib import Path
from typing import Any

import pytest

from domain.errors import CeasefireError, LogDamaged, LogUnavailable, Refused
from domain.log.chain import digest, link
from domain.log.head import head_path
from domain.log.sqlite.damaged import Proof
from domain.log.sqlite.lookup import SELECTED as COLUMNS_OF_RECORDS
from domain.log.sqlite.recovered import note_path
from domain.log.sqlite.recovery import Recovered, recover
from domain.log.stored import leaf_of, stored
from domain.monitor import Monitor
from domain.report import Recorded
from tests.domain.desk import Desk
from tests.domain.examples import NOW, STATEMENT, STRIKE, correction, erasure, limited, statement, strike
from tests.log.keeping_processes import recover_again_and_again
from tests.log.processes import started
from tests.log.tampering import copy_log, cut_short, put_any_value, unguarded
from tests.log.test_damage import COLUMNS, OTHER_KINDS, TAMPERED, Tamper, flip

RECORDS = 9
KILLS = 10
FLIPS = 150


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """The log, closed: one file, and its head beside it."""
    desk = Desk(tmp_path / "desk")
    desk.given(
        limited("1"),
        statement("a word that is erased", key="2"),
        strike(key="3"),
        erasure({"key": "2"}, STATEMENT, key="4"),
        correction({"key": "3"}, {"place": "Rafah"}, STRIKE, key="5"),
        *(limited(str(n), occurred={"start": "2026-02-01", "precision": 2}) for n in range(6, RECORDS + 1)),
    )
    desk.monitor.close()
    return desk.path


@pytest.fixture
def new(tmp_path: Path) -> Path:
    return tmp_path / "recovered" / "new.db"


@pytest.fixture
def written(log: Path) -> dict[int, Recorded]:
    """What was written, by position."""
    return read(log)


def read(path: Path) -> dict[int, Recorded]:
    with Monitor(path, read_only=True) as monitor:
        return {record.position: record for record in monitor.records()}


def taken(log: Path, new: Path) -> tuple[Recovered, list[dict[str, Any]]]:
    """Recover; the files of the old log are the same bytes afterwards, and the new log verifies."""
    before = {path.name: path.read_bytes() for path in log.parent.iterdir() if not path.name.endswith("-shm")}
    lines: list[bytes] = []
    report = recover(log, new, recorded_by="tester", clock=lambda: NOW, rest=lines.append)
    assert {name: (log.parent / name).read_bytes() for name in before} == before
    with Monitor(new) as monitor:
        held = monitor.verify()
        assert monitor.notes == ()
    assert (held.position, held.hash) == (report.position, report.hash)
    assert held.notes[0].startswith("recovered 2026-02-05T12:00:00Z by tester from gaza.db, which stood up to #")
    assert not list(new.parent.glob(".*"))
    return report, [json.loads(line) for line in lines]


def marks(line: dict[str, Any]) -> list[str]:
    """What a line says does not vouch for it."""
    return [source["title"] for source in line.get("sources", []) if source["title"].startswith("Read from #")]


def everything_is_told_of(report: Recovered, lines: list[dict[str, Any]]) -> None:
    """Each position stands, is recorded anew, is offered, or is named as lost."""
    rest = report.last - report.records
    assert rest == len(report.again) + len(lines) + report.lost_count
    assert sum(report.offered.values()) == len(lines)


def imports(new: Path, lines: list[dict[str, Any]], folder: Path) -> int:
    """The lines, imported into the new log."""
    rest = folder / "rest.jsonl"
    rest.write_text("".join(json.dumps(line) + "\n" for line in lines))
    with Monitor(new, clock=lambda: NOW) as monitor:
        report = monitor.import_files([rest])
        assert report.refusals == []
        monitor.verify()
    return report.recorded


def test_a_changed_record_parts_what_stands_from_what_is_offered(
    log: Path, new: Path, tmp_path: Path, written: dict[int, Recorded]
) -> None:
    flip(log, "body", 6, 0x01)

    report, lines = taken(log, new)

    assert (report.records, report.position, report.damage.position) == (5, 5, 6)
    assert read(new) == {position: written[position] for position in range(1, 6)}
    assert [line["key"] for line in lines] == ["7", "8", "9"]
    assert report.offered == {Proof.HEAD: 3}
    assert [marks(line) for line in lines] == [[], [], []]  # the head kept outside vouches for them
    assert [(lost.position, lost.changed) for lost in report.lost] == [(6, True)]
    assert imports(new, lines, tmp_path) == 3


def test_what_nothing_vouches_for_says_so_in_its_sources(log: Path, new: Path, tmp_path: Path) -> None:
    head_path(log).unlink()
    with unguarded(log) as connection:
        connection.execute("DELETE FROM records WHERE position = 6")

    report, lines = taken(log, new)

    assert report.offered == {Proof.NONE: 1, Proof.LINK: 2}
    assert [mark.partition(":")[0] for line in lines for mark in marks(line)] == [
        f"Read from #{n} of the damaged log {report.log_id}" for n in (7, 8, 9)
    ]
    assert "nothing vouches for it" in marks(lines[0])[0]
    assert imports(new, lines, tmp_path) == 3
    with Monitor(new) as monitor:
        kept = monitor.record("7").report
        assert kept is not None
        assert kept.sources[-1].title == marks(lines[0])[0]


def test_the_note_beside_it_says_what_is_gone(log: Path, new: Path) -> None:
    flip(log, "body", 6, 0x01)

    report, _ = taken(log, new)

    note = json.loads(note_path(new).read_text())
    assert note == {
        "recovered": 1,
        "log_id": report.log_id,
        "of": "gaza.db",
        "at": "2026-02-05T12:00:00Z",
        "by": "tester",
        "upto": 5,
        "last": 9,
        "damage": {"position": 6, "why": "the record is not what was written"},
        "lost": [{"position": 6, "why": "it is not what was written"}],
        "lost_count": 1,
        "erased_again": [],
    }
    with Monitor(new) as monitor:
        copied = monitor.backup(new.with_name("backup.db"))
    assert copied.notes[0].startswith("recovered ")  # it goes with copies


@pytest.mark.parametrize("content", [b"", b"[]", b"{" * 100_000, b"\xff", b"x" * 2_000_000])
def test_a_note_that_cannot_be_read_is_said_to_be_that(log: Path, content: bytes) -> None:
    note_path(log).write_bytes(content)
    with Monitor(log) as monitor:
        assert monitor.verify().notes == (
            "gaza.db.recovered cannot be read: it should say from what this log was recovered",
        )


@pytest.mark.parametrize("bit", [0x01, 0x80], ids=["as another letter", "as no text at all"])
@pytest.mark.parametrize(("column", "position"), COLUMNS.items(), ids=COLUMNS.keys())
def test_a_flipped_bit_costs_one_record_at_most(
    log: Path, new: Path, tmp_path: Path, written: dict[int, Recorded], column: str, position: int, bit: int
) -> None:
    flip(log, column, position, bit)

    report, lines = taken(log, new)

    everything_is_told_of(report, lines)
    assert report.lost_count <= 1
    for standing in range(1, report.records + 1):
        assert read(new)[standing] == written[standing]
    if column in ("hash", "occurred", "target") and not (column != "hash" and bit == 0x80):
        assert report.records == RECORDS  # what they say stands elsewhere: in the next record, and in the body
    independent = [line for line in lines if not line["type"].startswith("record.") and "erased" not in line]
    assert imports(new, independent, tmp_path) == len(independent)


WHICH_LOG = ("another log's name", "no name")
RECOVERABLE = {what: done for what, done in TAMPERED.items() if what not in WHICH_LOG}


@pytest.mark.parametrize(("tamper", "position"), RECOVERABLE.values(), ids=RECOVERABLE.keys())
def test_what_was_done_to_it_costs_no_record_that_stands(
    log: Path, new: Path, written: dict[int, Recorded], tamper: Tamper, position: int
) -> None:
    with unguarded(log) as connection:
        tamper(connection)

    report, lines = taken(log, new)

    everything_is_told_of(report, lines)
    assert report.damage.position == position
    assert report.records >= (position - 1 if position else RECORDS)
    found = read(new)
    for standing in range(1, report.records + 1):
        assert found[standing] == written[standing]


@pytest.mark.parametrize("changes", ["known_at = 1", "version = 70"])
def test_a_chain_made_anew_over_what_breaks_the_logs_order_does_not_stand(log: Path, new: Path, changes: str) -> None:
    with Monitor(log) as monitor:
        last = monitor.hash_at(6)
    head_path(log).unlink()
    with unguarded(log) as connection:
        connection.row_factory = sqlite3.Row
        connection.execute(f"UPDATE records SET {changes} WHERE position = 7")
        for row in connection.execute(f"SELECT {COLUMNS_OF_RECORDS} FROM records WHERE position > 6").fetchall():
            leaf = leaf_of(stored(row))
            assert last is not None
            assert leaf is not None
            last = link(last, leaf)
            connection.execute("UPDATE records SET hash = ? WHERE position = ?", (last, row["position"]))

    report, lines = taken(log, new)

    assert (report.damage.position, report.records) == (7, 6)
    assert [line["key"] for line in lines] == ["7", "8", "9"]


class TestAnErasureBehindTheDamage:
    def test_is_recorded_anew_so_that_what_it_erased_stands(self, log: Path, new: Path) -> None:
        flip(log, "body", 3, 0x01)

        report, lines = taken(log, new)

        assert (report.records, report.again, report.position) == (2, [4], 3)
        found = read(new)
        assert found[2].report is None
        assert found[3].key == "4"
        assert found[3].report is not None
        assert found[3].report.data.authority == "officer"
        assert [line["key"] for line in lines] == ["5", "6", "7", "8", "9"]

    def test_without_it_the_log_ends_before_the_body_that_is_gone(self, log: Path, new: Path) -> None:
        flip(log, "body", 4, 0x01)

        report, lines = taken(log, new)

        assert (report.records, report.again) == (1, [])
        assert [(lost.position, lost.why) for lost in report.lost] == [
            (2, "its body was erased, and no erasure of it can be read"),
            (4, "it is not what was written"),
        ]
        assert [line["key"] for line in lines] == ["3", "5", "6", "7", "8", "9"]

    def test_a_body_taken_out_without_one_does_not_stand(self, log: Path, new: Path) -> None:
        with unguarded(log) as connection:
            columns = "CAST(body AS BLOB), salt"
            body, salt = connection.execute(f"SELECT {columns} FROM records WHERE position = 7").fetchone()
            connection.execute(
                "UPDATE records SET body = NULL, salt = NULL, occurred = NULL, digest = ? WHERE position = 7",
                (digest(salt, body),),
            )

        report, lines = taken(log, new)

        assert (report.damage.position, report.records) == (7, 6)
        assert [line["key"] for line in lines] == ["8", "9"]

    def test_a_tombstone_is_offered_with_its_erasure(self, log: Path, new: Path, tmp_path: Path) -> None:
        flip(log, "body", 1, 0x01)

        report, lines = taken(log, new)

        assert report.records == 0
        assert [line.get("erased", False) for line in lines] == [True, False, False, False, False, False, False, False]
        assert imports(new, lines, tmp_path) == 8


class TestAShorterLog:
    def test_stands_as_far_as_it_goes_and_the_rest_is_missing(self, log: Path, new: Path) -> None:
        cut_short(log, 7)

        report, lines = taken(log, new)

        assert (report.records, lines) == (7, [])
        assert [(lost.position, lost.why) for lost in report.lost] == [(8, "it is missing"), (9, "it is missing")]

    def test_with_its_write_ahead_log_cut(self, tmp_path: Path, new: Path) -> None:
        desk = Desk(tmp_path / "open")
        desk.given(*(limited(str(n)) for n in range(1, RECORDS + 1)))
        copy = copy_log(desk.path, tmp_path / "copy")
        desk.monitor.close()
        copy.with_name("gaza.db-shm").unlink()
        wal = copy.with_name("gaza.db-wal")
        wal.write_bytes(wal.read_bytes()[: wal.stat().st_size * 2 // 3])

        report, lines = taken(copy, new)

        assert 0 < report.records < RECORDS
        assert report.records + report.lost_count == RECORDS
        assert lines == []

    def test_that_was_written_on_does_not_stand_where_its_head_knows_better(self, log: Path, new: Path) -> None:
        head = head_path(log).read_bytes()
        cut_short(log, 7)
        head_path(log).unlink()
        with Monitor(log, clock=lambda: NOW) as monitor:
            monitor.append([limited("other 8"), limited("other 9"), limited("other 10")])
        head_path(log).write_bytes(head)

        report, lines = taken(log, new)

        assert (report.damage.position, report.records) == (9, 8)
        assert [line["key"] for line in lines] == ["other 9", "other 10"]
        assert all(marks(line) for line in lines)


class TestNothingIsWrittenOver:
    def test_a_whole_log_is_not_recovered(self, log: Path, new: Path) -> None:
        with pytest.raises(Refused, match="this log is whole"):
            recover(log, new, recorded_by="tester", clock=lambda: NOW)
        assert not new.parent.exists()

    @pytest.mark.parametrize("end", ["", "-wal", ".head", ".recovered"])
    def test_what_lies_there_stays(self, log: Path, new: Path, end: str) -> None:
        flip(log, "body", 6, 0x01)
        new.parent.mkdir()
        there = new.with_name(new.name + end)
        there.write_bytes(b"something")
        with pytest.raises(Refused):
            recover(log, new, recorded_by="tester", clock=lambda: NOW)
        assert there.read_bytes() == b"something"
        assert [path.name for path in new.parent.iterdir()] == [there.name]

    def test_nor_the_damaged_log_itself(self, log: Path) -> None:
        flip(log, "body", 6, 0x01)
        before = log.read_bytes()
        with pytest.raises(Refused, match="it exists already"):
            recover(log, log, recorded_by="tester", clock=lambda: NOW)
        assert log.read_bytes() == before

    def test_killed_at_any_moment_the_old_is_unhurt_and_the_new_whole_or_not_there(
        self, log: Path, tmp_path: Path
    ) -> None:
        flip(log, "body", 6, 0x01)
        before = (log.read_bytes(), head_path(log).read_bytes())
        chance = random.Random(11)
        whole = 0
        for kill in range(KILLS):
            folder, begun = tmp_path / f"kill-{kill}", tmp_path / f"begun-{kill}"
            folder.mkdir()
            process = started(recover_again_and_again, log, folder, begun)
            if kill % 2:
                while not begun.exists():
                    time.sleep(0.001)
            time.sleep(chance.random() * 0.06)
            process.kill()
            process.join()
            assert (log.read_bytes(), head_path(log).read_bytes()) == before
            for path in folder.glob("new-*.db"):
                with Monitor(path) as monitor:
                    assert monitor.verify().records == 5
                whole += 1
        assert whole


class TestWhatCannotBeNamed:
    def test_a_log_that_does_not_say_which_it_is(self, log: Path, new: Path) -> None:
        with unguarded(log) as connection:
            connection.execute("DELETE FROM meta")
        with pytest.raises(LogDamaged, match="does not say which log it is"):
            recover(log, new, recorded_by="tester", clock=lambda: NOW)
        assert not new.parent.exists()

    def test_another_log_id_leaves_nothing_standing(self, log: Path, new: Path) -> None:
        with unguarded(log) as connection:
            connection.execute("UPDATE meta SET log_id = ?", ("ab" * 16,))

        report, lines = taken(log, new)

        assert report.records == 0
        assert all(marks(line) for line in lines if "erased" not in line)

    def test_a_header_that_is_not_a_logs(self, log: Path, new: Path, written: dict[int, Recorded]) -> None:
        damaged = bytearray(log.read_bytes())
        damaged[68] ^= 1
        log.write_bytes(damaged)

        report, _ = taken(log, new)

        assert report.damage.what == "not a Ceasefire Monitor log"
        assert read(new) == written

    def test_what_never_was_a_log(self, log: Path, new: Path) -> None:
        log.write_bytes(b"nothing of the kind" * 500)
        with pytest.raises(LogUnavailable, match="not a Ceasefire Monitor log"):
            recover(log, new, recorded_by="tester", clock=lambda: NOW)

    @pytest.mark.parametrize(
        "damage",
        ["UPDATE sqlite_sequence SET seq = 1 << 60", "UPDATE records SET position = 1 << 60 WHERE position = 9"],
    )
    def test_a_position_beyond_all_numbers_is_not_searched_for(self, log: Path, new: Path, damage: str) -> None:
        with unguarded(log) as connection:
            connection.execute(damage)
        started_at = time.process_time()

        report, lines = taken(log, new)

        assert time.process_time() - started_at < 20
        assert report.records >= 8
        assert lines == []

    @pytest.mark.parametrize("changes", OTHER_KINDS)
    def test_values_of_another_kind_than_their_column(self, log: Path, new: Path, changes: str) -> None:
        put_any_value(log, 6, changes)

        report, lines = taken(log, new)

        everything_is_told_of(report, lines)
        assert report.damage.position == 6
        assert report.records == (9 if changes.startswith("hash") else 5)


def test_bits_flipped_anywhere_in_the_file(log: Path, tmp_path: Path, written: dict[int, Recorded]) -> None:
    """Every record that is taken is what was written at its position; every line that the head vouches for too."""
    whole, head = log.read_bytes(), head_path(log).read_bytes()
    chance = random.Random(5_000)
    outcomes = {"recovered": 0, "refused": 0, "whole": 0}
    said = {record.key: record.report for record in written.values()}
    for number in range(FLIPS):
        folder = tmp_path / str(number)
        folder.mkdir()
        path = folder / "gaza.db"
        head_path(path).write_bytes(head)
        damaged = bytearray(whole)
        for _ in range(1 + number % 3):
            damaged[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        path.write_bytes(damaged)
        lines: list[bytes] = []
        try:
            report = recover(path, folder / "new.db", recorded_by="tester", clock=lambda: NOW, rest=lines.append)
        except Refused:
            outcomes["whole"] += 1
        except CeasefireError:
            outcomes["refused"] += 1
        else:
            outcomes["recovered"] += 1
            found = read(folder / "new.db")
            for position in range(1, report.records + 1):
                assert found[position] == written[position]
            for line in map(json.loads, lines):
                if not marks(line) and "erased" not in line:
                    expected = said[line["key"]]
                    assert expected is not None
                    assert line["claimant"] == expected.claimant
        shutil.rmtree(folder)
    assert outcomes["recovered"] > FLIPS // 10, outcomes
