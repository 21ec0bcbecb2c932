"""Opening a log: what is there, what is beside it, and what is said about it."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from domain.errors import CeasefireError, LogDamaged, LogUnavailable, Refused
from domain.log.head import OutsideHead, advance_head, head_path, read_head
from domain.monitor import Monitor
from tests.domain.desk import Desk
from tests.domain.examples import GAZA, limited, strike
from tests.log.processes import Acknowledgements, finished, read_as_somebody_else, started
from tests.log.tampering import raw


def refusal(path: Path, kind: type[CeasefireError] = LogUnavailable) -> str:
    with pytest.raises(kind) as refused:
        Monitor(path)
    return str(refused.value).removeprefix(f"{path}: ")


class TestWhatIsNoLog:
    def test_nothing(self, tmp_path: Path) -> None:
        assert refusal(tmp_path / "gaza.db") == (
            "there is no log (`ceasefire demo` or `ceasefire import FILE` makes one)"
        )
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize("content", [b"", b"{}\n", b"SQLite format 3\x00", b"x" * 5000])
    def test_another_file(self, tmp_path: Path, content: bytes) -> None:
        (tmp_path / "gaza.db").write_bytes(content)

        assert refusal(tmp_path / "gaza.db") == (
            "not a Ceasefire Monitor log (to read a file of lines, `ceasefire import` it)"
        )
        assert (tmp_path / "gaza.db").read_bytes() == content

    def test_another_database(self, tmp_path: Path) -> None:
        with raw(tmp_path / "gaza.db") as other:
            other.execute("CREATE TABLE records (position INTEGER)")

        assert "not a Ceasefire Monitor log" in refusal(tmp_path / "gaza.db")

    def test_a_folder(self, tmp_path: Path) -> None:
        assert refusal(tmp_path) == "not a file (name the log's own file)"

    def test_a_log_of_a_newer_format(self, tmp_path: Path) -> None:
        path = tmp_path / "gaza.db"
        Monitor.create(path, GAZA).close()
        with raw(path) as connection:
            connection.execute("PRAGMA user_version = 2")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

        assert refusal(path) == "log format 2, and this program knows 1 (install a newer release)"

    def test_a_log_is_not_made_over_another(self, desk: Desk) -> None:
        desk.given(limited())
        with pytest.raises(Refused) as refused:
            Monitor.create(desk.path, GAZA)

        assert str(refused.value) == f"{desk.path}: it exists already (open it, or name another path)"
        assert desk.record_keys() == ["limited"]


class TestTheHeadOutside:
    def test_follows_each_command(self, desk: Desk) -> None:
        for draft in (limited(), strike()):
            desk.given(draft)
            head = desk.monitor.head()
            assert read_head(head_path(desk.path)) == OutsideHead(desk.monitor.info.log_id, head.position, head.hash)

    def test_follows_an_import(self, desk: Desk) -> None:
        desk.imports(limited(), strike())

        outside = read_head(head_path(desk.path))
        assert isinstance(outside, OutsideHead)
        assert (outside.position, outside.hash) == (2, desk.monitor.head().hash)

    def test_is_one_line_of_145_bytes(self, desk: Desk) -> None:
        desk.given(limited())

        line = head_path(desk.path).read_bytes()
        assert len(line) == 145
        assert line.startswith(f"ceasefire-head 1 {desk.monitor.info.log_id} {1:020d} ".encode())

    def test_goes_only_forwards(self, desk: Desk) -> None:
        desk.given(limited(), strike())
        standing = read_head(head_path(desk.path))
        assert isinstance(standing, OutsideHead)

        advance_head(head_path(desk.path), replace(standing, position=1, hash=b"\0" * 32))
        advance_head(head_path(desk.path), replace(standing, hash=b"\0" * 32))

        assert read_head(head_path(desk.path)) == standing

    def test_behind_is_normal(self, desk: Desk) -> None:
        desk.given(limited())
        behind = head_path(desk.path).read_bytes()
        desk.given(strike())
        head_path(desk.path).write_bytes(behind)

        with Monitor(desk.path) as again:
            assert again.notes == ()
            assert again.verify().notes == ()

    @pytest.mark.parametrize(
        "content",
        [b"", b"ceasefire-head 1 ", b"\0" * 145, "half", "bit", "twice"],
        ids=["empty", "begun", "zeros", "half", "bit", "twice"],
    )
    def test_torn_is_a_warning_and_the_next_command_mends_it(self, desk: Desk, content: bytes | str) -> None:
        desk.given(limited())
        whole = head_path(desk.path).read_bytes()
        torn = {
            "half": whole[:70],
            "bit": whole[:60] + bytes([whole[60] ^ 1]) + whole[61:],
            "twice": whole * 2,
        }
        head_path(desk.path).write_bytes(content if isinstance(content, bytes) else torn[content])

        note = "the head file gaza.db.head is torn; the next append writes it anew"
        with Monitor(desk.path) as again:
            assert again.notes == (note,)
            assert again.verify().notes == (note,)
        desk.given(strike())
        with Monitor(desk.path) as again:
            assert again.notes == ()
        assert len(head_path(desk.path).read_bytes()) == 145

    def test_missing_is_a_warning(self, desk: Desk) -> None:
        desk.given(limited())
        head_path(desk.path).unlink()

        note = "no head file gaza.db.head: a log cut short could not be told from a whole one"
        with Monitor(desk.path) as again:
            assert again.notes == (note,)
            assert again.verify().notes == (note,)

    def test_an_empty_log_has_none_and_needs_none(self, desk: Desk) -> None:
        assert desk.monitor.notes == ()
        assert not head_path(desk.path).exists()

    def test_of_another_log_is_damage(self, desk: Desk, tmp_path: Path) -> None:
        other = Desk(tmp_path / "other")
        other.given(limited())
        other.monitor.close()
        desk.given(limited())
        shutil.copy(head_path(other.path), head_path(desk.path))

        assert refusal(desk.path, LogDamaged) == (
            f"the head file is of another log ({other.monitor.info.log_id}) (put log and head file together)"
        )

    @pytest.mark.parametrize("link", [False, True])
    def test_another_file_of_its_name_is_left_as_it_is(self, desk: Desk, link: bool) -> None:
        """A log may have been named like another's head, and a link may lead anywhere."""
        desk.given(limited())
        precious = desk.folder / "precious" if link else head_path(desk.path)
        head_path(desk.path).unlink()
        precious.write_bytes(b"precious " * 100)
        if link:
            head_path(desk.path).symlink_to(precious)

        (outcome,) = desk.monitor.append([strike()])

        assert precious.read_bytes() == b"precious " * 100
        assert any("the head file could not be written" in note for note in outcome.notes)

    @pytest.mark.usefixtures("_impatient")
    def test_that_is_a_pipe_or_locked_keeps_nobody_waiting(self, desk: Desk) -> None:
        desk.given(limited())
        with head_path(desk.path).open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            (outcome,) = desk.monitor.append([strike()])
        assert any("holds it; waited 0.05 s" in note for note in outcome.notes)

        head_path(desk.path).unlink()
        os.mkfifo(head_path(desk.path))
        with Monitor(desk.path) as again:
            assert again.notes == (
                "the head file gaza.db.head cannot be read (not a regular file): "
                "a log cut short could not be told from a whole one",
            )

    def test_that_cannot_be_written_is_told_and_the_record_is_saved(self, desk: Desk) -> None:
        head_path(desk.path).mkdir()

        (outcome,) = desk.monitor.append([limited()])

        assert "saved, but the head file could not be written (Is a directory)" in outcome.notes
        assert desk.record_keys() == ["limited"]
        with Monitor(desk.path) as again:
            assert again.notes == (
                "the head file gaza.db.head cannot be read (not a regular file): "
                "a log cut short could not be told from a whole one",
            )


class TestAFolderThatCannotBeWritten:
    """The superuser may write anywhere, so this is somebody else: another process, as another user."""

    @pytest.fixture
    def frozen(self) -> Iterator[Path]:
        with tempfile.TemporaryDirectory(prefix="ceasefire-frozen-") as folder:
            desk = Desk(Path(folder))
            desk.given(limited(), strike())
            desk.monitor.close()
            inside = desk.path.parent
            for file in inside.iterdir():
                file.chmod(0o444)
            Path(folder).chmod(0o755)
            inside.chmod(0o555)
            yield desk.path
            inside.chmod(0o755)

    def test_opens_with_a_note_and_refuses_records(self, frozen: Path) -> None:
        answers = Acknowledgements(frozen.parents[1] / "answers")
        answers.path.touch()
        answers.path.chmod(0o666)

        finished(started(read_as_somebody_else, frozen, answers.path))

        refused = f"{frozen}: the log cannot be written (check the permissions of the file and its folder)"
        assert answers.read() == [
            "the folder cannot be written: the log is read as it lies, not live",
            "limited strike",
            "2",
            refused,
            refused,
        ]
        assert sorted(file.name for file in frozen.parent.iterdir()) == ["gaza.db", "gaza.db.head"]
