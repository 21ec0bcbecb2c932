"""A backup is the whole log as it stood at one moment, verified, under its name or not there at all."""

from __future__ import annotations

import random
import shutil
import stat
import time
from pathlib import Path

import pytest

from domain.errors import LogDamaged, LogUnavailable, Refused
from domain.log.head import head_path
from domain.monitor import Monitor
from tests.domain.desk import Desk
from tests.domain.examples import NOW, STATEMENT, erasure, limited, statement
from tests.log.keeping_processes import back_up_again_and_again, back_up_within
from tests.log.processes import Acknowledgements, append_numbered, finished, started
from tests.log.tampering import cut_short, unguarded

RECORDS = 40
KILLS = 12


@pytest.fixture
def filled(desk: Desk) -> Desk:
    """A log of forty records, open."""
    desk.monitor.append([limited(str(n), sources=[{"title": "s" * 400}]) for n in range(1, RECORDS + 1)])
    return desk


@pytest.fixture
def to(tmp_path: Path) -> Path:
    """Where the backup goes."""
    folder = tmp_path / "kept"
    folder.mkdir()
    return folder / "backup.db"


def whole(path: Path) -> int:
    """How many records a log holds that verifies without a note."""
    with Monitor(path, read_only=True) as monitor:
        found = monitor.verify()
    assert found.notes == ()
    return found.records


def test_it_holds_what_the_log_held_and_its_head(filled: Desk, to: Path) -> None:
    copied = filled.monitor.backup(to)

    head = filled.monitor.head()
    assert (copied.records, copied.position, copied.hash) == (RECORDS, head.position, head.hash)
    assert sorted(path.name for path in to.parent.iterdir()) == ["backup.db", "backup.db.head"]
    assert stat.S_IMODE(to.stat().st_mode) == stat.S_IMODE(head_path(to).stat().st_mode) == 0o600
    assert whole(to) == RECORDS
    with Monitor(to) as restored:
        assert [record.key for record in restored.records()] == filled.record_keys()


def test_records_of_the_write_ahead_log_are_in_it(filled: Desk, to: Path) -> None:
    """The file alone, copied while the log is open, holds nothing yet."""
    shutil.copy(filled.path, to.with_name("file.db"))
    with Monitor(to.with_name("file.db"), read_only=True) as alone:
        assert alone.head().position < RECORDS

    filled.monitor.backup(to)

    assert whole(to) == RECORDS


def test_an_empty_log_is_backed_up_too(desk: Desk, to: Path) -> None:
    assert desk.monitor.backup(to).records == 0
    with Monitor(to) as monitor:
        monitor.append([limited()])


def test_others_append_meanwhile(filled: Desk, to: Path, tmp_path: Path) -> None:
    writer = started(append_numbered, filled.path, tmp_path / "said", "more", 1, 300)
    positions = []
    while writer.is_alive():
        positions.append(filled.monitor.backup(to, replace=True).position)
        assert whole(to) == positions[-1]
    finished(writer)

    assert positions == sorted(positions)
    assert len(set(positions)) > 2
    assert filled.monitor.verify().records == RECORDS + 300


def test_no_byte_that_was_erased_is_in_it(desk: Desk, to: Path) -> None:
    desk.given(limited(), statement("Zaytun-4471", key="told"), erasure({"key": "told"}, STATEMENT))

    assert desk.monitor.backup(to).erased == 1

    assert b"Zaytun" not in to.read_bytes()


class TestWhatIsThere:
    def test_is_not_written_over(self, filled: Desk, to: Path) -> None:
        to.write_text("something of value")

        with pytest.raises(Refused, match="it exists already"):
            filled.monitor.backup(to)

        assert to.read_text() == "something of value"

    def test_an_older_backup_is_replaced_when_asked_for(self, filled: Desk, to: Path) -> None:
        filled.monitor.backup(to)
        filled.given(limited("more"))

        filled.monitor.backup(to, replace=True)

        assert whole(to) == RECORDS + 1

    def test_a_backup_that_was_looked_at_is_replaced_too(self, filled: Desk, to: Path) -> None:
        filled.monitor.backup(to)
        whole(to)
        assert to.with_name("backup.db-shm").exists()  # what a reader leaves behind

        filled.monitor.backup(to, replace=True)

        assert sorted(path.name for path in to.parent.iterdir()) == ["backup.db", "backup.db.head"]

    def test_never_one_that_holds_what_the_log_does_not(self, filled: Desk, to: Path) -> None:
        filled.monitor.backup(to)
        filled.monitor.close()
        cut_short(filled.path, 30)
        head_path(filled.path).unlink()  # so nothing but the backup knows

        with Monitor(filled.path) as cut, pytest.raises(Refused, match=r"it ends at #40, with records that this log"):
            cut.backup(to, replace=True)

        assert whole(to) == RECORDS

    def test_nor_one_that_went_another_way(self, filled: Desk, to: Path) -> None:
        filled.monitor.backup(to)
        with Monitor(to, clock=lambda: NOW) as other:
            other.append([limited("there")])
        filled.given(limited("here"), limited("and here"))

        with pytest.raises(Refused, match="with records that this log"):
            filled.monitor.backup(to, replace=True)

    def test_nor_another_log(self, filled: Desk, to: Path, tmp_path: Path) -> None:
        with Desk(tmp_path / "other").monitor as other:
            other.backup(to)

        with pytest.raises(Refused, match="that is another log"):
            filled.monitor.backup(to, replace=True)

    def test_nor_one_that_is_in_use(self, filled: Desk, to: Path) -> None:
        filled.monitor.backup(to)
        with Monitor(to), pytest.raises(LogUnavailable, match="it is in use"):
            filled.monitor.backup(to, replace=True)
        assert whole(to) == RECORDS

    def test_nor_the_log_itself(self, filled: Desk, tmp_path: Path) -> None:
        link = tmp_path / "link.db"
        link.symlink_to(filled.path)
        for path in (filled.path, link):
            with pytest.raises(Refused, match="this is the log itself"):
                filled.monitor.backup(path, replace=True)

    @pytest.mark.parametrize("end", ["-wal", "-shm", "-journal", ".head", ".recovered"])
    def test_what_belonged_to_another_log_is_not_taken_in(self, filled: Desk, to: Path, end: str) -> None:
        to.with_name(to.name + end).write_bytes(b"of another log")

        with pytest.raises(Refused, match="files of another log lie there"):
            filled.monitor.backup(to)

        assert not to.exists()

    def test_a_folder_that_is_not_mounted_is_not_made(self, filled: Desk, tmp_path: Path) -> None:
        with pytest.raises(Refused, match="there is no such folder"):
            filled.monitor.backup(tmp_path / "usb" / "backup.db")
        assert not (tmp_path / "usb").exists()


class TestADamagedLog:
    def test_is_not_backed_up(self, filled: Desk, to: Path) -> None:
        filled.monitor.backup(to)
        with unguarded(filled.path) as connection:
            connection.execute("UPDATE records SET recorded_by = 'somebody' WHERE position = 7")

        with pytest.raises(LogDamaged) as damage:
            filled.monitor.backup(to, replace=True)

        assert damage.value.position == 7
        assert sorted(path.name for path in to.parent.iterdir()) == ["backup.db", "backup.db.head"]
        assert whole(to) == RECORDS

    def test_nor_is_one_that_was_cut_short(self, filled: Desk, to: Path) -> None:
        filled.monitor.close()
        cut_short(filled.path, 30)

        with Monitor(filled.path, read_only=True) as monitor, pytest.raises(LogDamaged, match="#31"):
            monitor.backup(to)

        assert not to.exists()


def test_a_full_disk_is_said_and_the_older_backup_stays(filled: Desk, to: Path, tmp_path: Path) -> None:
    answers = tmp_path / "answers"
    filled.monitor.backup(to)
    for most in (0, 5_000, 20_000, 40_000):
        finished(started(back_up_within, filled.path, to, answers, most))

    answered = Acknowledgements(answers).read()
    assert len(answered) == 4
    assert all(str(to) in words for words in answered), answered
    assert whole(to) == RECORDS
    assert not list(to.parent.glob(".*"))


def test_killed_at_any_moment_it_is_there_whole_or_not_at_all(filled: Desk, to: Path, tmp_path: Path) -> None:
    chance = random.Random(7)
    missing = 0
    for number in range(KILLS):
        if number % 3 == 0:
            for file in to.parent.glob("backup.db*"):
                file.unlink()
        begun = tmp_path / f"begun-{number}"
        process = started(back_up_again_and_again, filled.path, to, begun)
        if number % 2:
            while not begun.exists():
                time.sleep(0.001)
        time.sleep(chance.random() * 0.05)
        process.kill()
        process.join()
        if to.exists():
            with Monitor(to, read_only=True) as monitor:  # a note may say that its head is missing: it comes second
                assert monitor.verify().records == RECORDS
        else:
            missing += 1
        for left in (*to.parent.glob("backup.db-*"), *to.parent.glob("backup.db.head")):
            if not to.exists():
                left.unlink()
    assert missing < KILLS
    assert filled.monitor.verify().records == RECORDS


class TestRestoring:
    def test_the_restored_log_goes_on_where_the_backup_ended(self, filled: Desk, to: Path, tmp_path: Path) -> None:
        filled.monitor.backup(to)
        new = tmp_path / "again" / "gaza.db"
        new.parent.mkdir()

        with Monitor(to, read_only=True) as backup:
            backup.backup(new)

        with Monitor(new, clock=lambda: NOW) as monitor:
            assert monitor.info.log_id == filled.monitor.info.log_id
            assert monitor.append([limited("after")])[0].record.position == RECORDS + 1
        assert whole(new) == RECORDS + 1

    def test_from_a_folder_that_cannot_be_written(self, filled: Desk, to: Path, tmp_path: Path) -> None:
        filled.monitor.backup(to)
        to.parent.chmod(0o500)
        try:
            with Monitor(to, read_only=True) as backup:
                assert backup.backup(tmp_path / "new.db").records == RECORDS
        finally:
            to.parent.chmod(0o700)

    def test_a_backup_that_was_cut_is_not_restored(self, filled: Desk, to: Path, tmp_path: Path) -> None:
        filled.monitor.backup(to)
        cut_short(to, 30)

        with Monitor(to, read_only=True) as backup, pytest.raises(LogDamaged, match="its head file knows #40"):
            backup.backup(tmp_path / "new.db")

        assert not (tmp_path / "new.db").exists()
