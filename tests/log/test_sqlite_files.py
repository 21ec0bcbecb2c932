"""SQLite's own: the files, who may read them, what their names mean, and what the machine's settings do not."""

from __future__ import annotations

import hashlib
import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.errors import LogUnavailable, Refused
from domain.log.sqlite.store import make_file
from domain.monitor import Monitor
from tests.domain.desk import Desk
from tests.domain.examples import GAZA, Clock, limited
from tests.log.tampering import datastore_of, raw


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def _everything_allowed() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


class TestWhoMayRead:
    @pytest.mark.usefixtures("_everything_allowed")
    def test_nobody_else_whatever_the_umask(self, tmp_path: Path) -> None:
        desk = Desk(tmp_path)
        desk.given(limited())

        modes = {file.name: oct(mode(file)) for file in desk.path.parent.iterdir()}
        assert modes == dict.fromkeys(("gaza.db", "gaza.db-wal", "gaza.db-shm", "gaza.db.head"), "0o600")
        assert oct(mode(desk.path.parent)) == "0o700"
        desk.monitor.close()

    def test_a_folder_that_is_there_keeps_its_mode(self, tmp_path: Path) -> None:
        tmp_path.chmod(0o755)
        Monitor.create(tmp_path / "gaza.db", GAZA).close()

        assert oct(mode(tmp_path)) == "0o755"
        assert oct(mode(tmp_path / "gaza.db")) == "0o600"

    def test_nothing_of_its_making_is_left_over(self, tmp_path: Path) -> None:
        Monitor.create(tmp_path / "gaza.db", GAZA).close()
        with pytest.raises(Refused):
            Monitor.create(tmp_path / "gaza.db", GAZA)

        assert [file.name for file in tmp_path.iterdir()] == ["gaza.db"]


class TestHowItIsWritten:
    def test_every_commit_is_synced_and_erased_bytes_are_overwritten(self, desk: Desk) -> None:
        wanted = {"synchronous": 2, "secure_delete": 1, "recursive_triggers": 1, "trusted_schema": 0}
        with datastore_of(desk.monitor).transaction(commit=True) as cursor:
            for name, value in wanted.items():
                cursor.execute(f"PRAGMA {name}")
                assert (name, cursor.fetchone()[0]) == (name, value)

    def test_as_a_write_ahead_log(self, desk: Desk) -> None:
        with raw(desk.path) as connection:
            assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)

    def test_and_says_so_from_its_first_byte_on(self, tmp_path: Path) -> None:
        make_file(tmp_path / "gaza.db", log_id="0" * 32, timezone=GAZA, made_at=0)

        header = (tmp_path / "gaza.db").read_bytes()[:100]
        assert header[18:20] == b"\x02\x02"  # WAL, for readers and writers
        assert header[68:72] == b"CFL1"
        assert header[60:64] == b"\x00\x00\x00\x01"


NAMES = [
    "file:x?mode=memory.db",
    ":memory:",
    ":memory:.db",
    "mode=memory",
    "a b#c%41?d.db",
    "x?immutable=1&cache=shared",
    "غزة.db",
    "two\nlines",
    "'; DROP TABLE records; --",
    "~",
    "-rf",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_path_is_a_path_whatever_its_name(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    with Monitor.create(path, GAZA, clock=Clock()) as monitor:
        monitor.append([limited()])
    with Monitor(path) as monitor:
        assert [record.key for record in monitor.records()] == ["limited"]

    assert sorted(file.name for file in tmp_path.iterdir()) == sorted([name, f"{name}.head"])


@pytest.mark.parametrize("name", NAMES[:4])
def test_and_readers_do_not_wait_for_writers_there_as_they_would_in_memory(tmp_path: Path, name: str) -> None:
    with Monitor.create(tmp_path / name, GAZA, clock=Clock()) as monitor:
        with monitor._log.reading() as lookup:
            assert lookup.newest() is None
            monitor.append([limited()])
            assert lookup.newest() is None  # all look-ups of one decision see the same log
        assert monitor.head().position == 1


def test_so_is_a_relative_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with Monitor.create(Path(":memory:"), GAZA, clock=Clock()) as monitor:
        monitor.append([limited()])

    assert sorted(file.name for file in tmp_path.iterdir()) == [":memory:", ":memory:.head"]


HOSTILE = {
    "PERSISTENCE_MODULE": "landmine",
    "SQLITE_DBNAME": ":memory:",
    "SQLITE_LOCK_TIMEOUT": "landmine",
    "ORIGINATOR_ID_TYPE": "uuid",
    "FACTORY_TOPIC": "landmine:Mine",
    "INFRASTRUCTURE_FACTORY": "landmine:Mine",
    "MAPPER_TOPIC": "landmine:Mine",
    "TRANSCODER_TOPIC": "landmine:Mine",
    "CIPHER_TOPIC": "landmine:Mine",
    "CIPHER_KEY": "landmine",
    "COMPRESSOR_TOPIC": "landmine:Mine",
    "APPLICATION_RECORDER_TOPIC": "landmine:Mine",
    "IS_SNAPSHOTTING_ENABLED": "yes",
    "CREATE_TABLE": "no",
    "AGGREGATE_CACHE_MAXSIZE": "1",
    "SQLITE_SINGLE_ROW_TRACKING": "landmine",
    "POSTGRES_DBNAME": "landmine",
}


@pytest.fixture
def landmine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A module that leaves a file when it is imported, and a machine whose settings all name it."""
    stepped_on = tmp_path / "stepped on"
    (tmp_path / "landmine.py").write_text(
        f"import pathlib\npathlib.Path({str(stepped_on)!r}).touch()\nclass Mine:\n    pass\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    for name, value in HOSTILE.items():
        for prefix in ("", "CEASEFIRE_", "MONITOR_"):
            monkeypatch.setenv(prefix + name, value)
    return stepped_on


def test_nothing_in_the_environment_picks_a_class_or_a_file(landmine: Path, tmp_path: Path) -> None:
    desk = Desk(tmp_path / "desk")
    desk.given(limited())
    desk.monitor.close()

    with Monitor(desk.path) as again:
        assert [record.key for record in again.records()] == ["limited"]
        assert dict(again.env) == {}
    with raw(desk.path) as connection:
        assert connection.execute("SELECT key, substr(body, 1, 1) FROM records").fetchall() == [("limited", "{")]
    assert not landmine.exists()
    assert "landmine" not in sys.modules


class TestReadingWritesNothing:
    @staticmethod
    def fingerprint(desk: Desk) -> dict[str, str]:
        # SQLite's own files for readers may come and go; the write-ahead log holds nothing then
        return {
            file.name: hashlib.sha256(content).hexdigest()
            for file in desk.path.parent.iterdir()
            if (content := file.read_bytes()) and not file.name.endswith("-shm")
        }

    @pytest.mark.parametrize("read_only", [True, False])
    def test_opening_reading_verifying_and_exporting(self, tmp_path: Path, read_only: bool) -> None:
        desk = Desk(tmp_path)
        desk.given(limited(), limited("two"))
        desk.monitor.close()
        before = self.fingerprint(desk)

        with Monitor(desk.path, read_only=read_only, clock=Clock()) as monitor:
            list(monitor.records())
            monitor.verify()
            monitor.export(lambda _: None)
            monitor.append([limited("dry")], dry_run=True)

        assert self.fingerprint(desk) == before

    def test_a_log_opened_to_read_takes_no_record(self, desk: Desk) -> None:
        with Monitor(desk.path, read_only=True, clock=Clock()) as reader, pytest.raises(LogUnavailable) as refused:
            reader.append([limited()])

        assert str(refused.value) == (
            f"{desk.path}: the log cannot be written (check the permissions of the file and its folder)"
        )
        assert desk.record_keys() == []
