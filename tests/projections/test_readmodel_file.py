"""One fold, three drivers: rebuild, catch-up and live give identical tables, whatever happens to the file meanwhile."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain import waiting
from domain.calendar import Calendar
from domain.errors import LogUnavailable
from domain.monitor import Monitor
from projections.folding import folded_log
from projections.folding.file import readmodel_path
from projections.readmodel import ReadModel
from projections.situation import Situation
from tests.projections.conftest import SEEDS
from tests.projections.random_logs import extend, grown, logs
from tests.projections.records import NOW, ZONE, Log
from tests.reliability.scale import scaled

TABLES = (
    "meta",
    "stamps",
    "jumps",
    "lines",
    "versions",
    "claims",
    "edits",
    "ties",
    "beside",
    "findings",
    "feed_blocks",
)


def tables(path: Path) -> dict[str, list[Any]]:
    """All rows of all tables, and the search index checked against them."""
    connection = sqlite3.connect(path)
    try:
        connection.execute("INSERT INTO words (words, rank) VALUES ('integrity-check', 0)")
        connection.rollback()
        return {table: sorted(connection.execute(f"SELECT * FROM {table}"), key=repr) for table in TABLES}
    finally:
        connection.close()


def rebuilt(log: Any, folder: Path) -> dict[str, list[Any]]:
    path = folder / f"rebuilt-{time.monotonic_ns()}.db"
    ReadModel.open(log, path).close()
    return tables(path)


@given(logs(), st.integers(0, 2**32), st.integers(1, 9))
@settings(max_examples=scaled(20, 500), deadline=None, suppress_health_check=list(HealthCheck))
def test_catching_up_in_any_batches_equals_a_rebuild(log: Log, seed: int, batch: int) -> None:
    random, all_of_it = Random(seed), log.all
    with TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        patch.setattr(folded_log, "BATCH", batch)
        folder = Path(name)
        log.all = []
        with ReadModel.open(log, folder / "caught-up.db") as model:
            while len(log.all) < len(all_of_it):
                log.all = all_of_it[: len(log.all) + random.randint(1, 12)]
                assert model.catch_up() == len(log.all)
        assert tables(folder / "caught-up.db") == rebuilt(log, folder)


def test_what_is_new_can_be_looked_at_before_it_is_on_the_disk(tmp_path: Path) -> None:
    log = Log()
    log.struck()
    with ReadModel.open(log, tmp_path / "m.db") as model, ReadModel.open(log, tmp_path / "m.db") as other:
        log.killed(26)
        seen: list[Situation] = []

        def look() -> None:
            assert other.vantage(None, None, now=NOW).head == 1
            seen.append(model.situation(model.vantage(None, None, now=NOW)))

        assert model.catch_up(look=look) == 2
        assert seen == [other.situation(other.vantage(None, None, now=NOW))]
        assert seen[0].records_total == 2
        model.catch_up(look=look)
        assert len(seen) == 1
    assert tables(tmp_path / "m.db") == rebuilt(log, tmp_path)


def test_a_look_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    log = Log()
    log.struck()
    with ReadModel.open(log, tmp_path / "m.db") as model:
        closed = log.status("closed", "2026-02-01", stream="crossing-zikim")

        def look() -> None:
            assert model.situation(model.vantage(None, None, now=NOW)).records_total == 2
            raise RuntimeError("in the middle of it")

        with pytest.raises(RuntimeError, match="in the middle of it"):
            model.catch_up(look=look)
        assert model.situation(model.vantage(None, None, now=NOW)).records_total == 1
        log.erase(closed)
        log.status("opened", "2026-02-01")
        assert model.catch_up() == 4
        with ReadModel.open(log, tmp_path / "other.db") as other:
            vantage = other.vantage(None, None, now=NOW)
            assert model.situation(vantage) == other.situation(vantage)
    assert tables(tmp_path / "m.db") == rebuilt(log, tmp_path)


def test_an_erasure_met_live_leaves_no_byte_behind(tmp_path: Path) -> None:
    log = Log()
    log.struck()
    claim = log.killed(26, original={"text": "UNSPEAKABLE", "lang": "en"})
    correction = log.correct(claim, {"original": {"text": "UNUTTERABLE", "lang": "en"}})
    with ReadModel.open(log, tmp_path / "m.db") as model:
        model.situation(model.vantage(None, None, now=NOW))
        assert b"UNSPEAKABLE" in everything_in(tmp_path)
        log.erase(correction)
        log.erase(claim)
        assert model.catch_up() == 5
        assert b"UNSPEAKABLE" not in everything_in(tmp_path)
        assert b"UNUTTERABLE" not in everything_in(tmp_path)
        assert model.feed(model.vantage(None, None, now=NOW), text="unspeakable") == []


def test_a_body_that_was_read_just_before_it_was_erased_is_not_kept(tmp_path: Path) -> None:
    log = Log()
    claim = log.killed(26, original={"text": "UNSPEAKABLE", "lang": "en"})
    log.erase(claim)
    log.all[0] = claim  # as a reader sees it who was streaming when the erasure was committed
    with ReadModel.open(log, tmp_path / "m.db") as model:
        assert [line.standing for line in model.feed(model.vantage(None, None, now=NOW))] == ["edit", "erased"]
    assert b"UNSPEAKABLE" not in everything_in(tmp_path)


def everything_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()))


def test_what_something_else_wrote_in_its_rows_is_not_shown(tmp_path: Path) -> None:
    log = grown(1, "all", 20)
    path = tmp_path / "m.db"
    ReadModel.open(log, path).close()
    before = tables(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE versions SET body = '{}'")

    with ReadModel.open(log, path) as model:
        assert "it was changed by something else" in (model.remade or "")
    assert tables(path) == before


def test_a_journal_that_a_killed_process_left_says_nothing_of_the_pages(tmp_path: Path) -> None:
    """It had not been synced, so SQLite leaves it where it lies until somebody writes."""
    log = grown(1, "all", 20)
    path = tmp_path / "m.db"
    ReadModel.open(log, path).close()
    header = bytes(20) + (512).to_bytes(4, "big") + (4096).to_bytes(4, "big") + bytes(484)
    page = (2).to_bytes(4, "big") + b"x" * 4096 + bytes(4)
    for _ in range(2):
        path.with_name("m.db-journal").write_bytes(header + page * 40)
        with ReadModel.open(log, path) as model:
            assert model.remade is None
            with model._file.writing():
                pass
        log.struck(on="2026-01-05")
    assert tables(path) == rebuilt(Log.of(log.all[:-1]), tmp_path)


def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    with ReadModel.open(Log(), tmp_path / "m.db") as model:
        assert stat.S_IMODE(model.path.stat().st_mode) == 0o600
        model.rebuild()
        assert stat.S_IMODE(model.path.stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["m.db", "m.db.sums"]
    assert stat.S_IMODE((tmp_path / "m.db.sums").stat().st_mode) == 0o600


def test_another_log_under_the_same_name_is_built_anew(tmp_path: Path) -> None:
    one, other = grown(1, "all", 20), Log(log_id="1" * 32)
    other.struck()
    ReadModel.open(one, tmp_path / "m.db").close()
    ReadModel.open(other, tmp_path / "m.db").close()
    assert tables(tmp_path / "m.db") == rebuilt(other, tmp_path)


def test_a_log_shorter_than_the_model_is_built_anew(tmp_path: Path) -> None:
    log = grown(1, "all", 20)
    ReadModel.open(log, tmp_path / "m.db").close()
    del log.all[10:]
    ReadModel.open(log, tmp_path / "m.db").close()
    assert tables(tmp_path / "m.db") == rebuilt(log, tmp_path)


def test_a_log_with_another_history_is_built_anew(tmp_path: Path) -> None:
    log = Log()
    log.struck()
    log.killed(26)
    ReadModel.open(log, tmp_path / "m.db").close()
    del log.all[1:]
    log.killed(32)
    log.killed(33)
    ReadModel.open(log, tmp_path / "m.db").close()
    assert tables(tmp_path / "m.db") == rebuilt(log, tmp_path)


def test_a_new_version_of_the_model_is_built_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = grown(1, "all", 20)
    ReadModel.open(log, tmp_path / "m.db").close()
    before = (tmp_path / "m.db").stat().st_ino
    monkeypatch.setattr(folded_log, "MODEL_VERSION", 999)
    ReadModel.open(log, tmp_path / "m.db").close()
    assert (tmp_path / "m.db").stat().st_ino != before
    assert tables(tmp_path / "m.db")["meta"][0][1] == 999


def test_other_rules_of_the_timezone_build_it_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = grown(1, "all", 20)
    ReadModel.open(log, tmp_path / "m.db").close()
    before = (tmp_path / "m.db").stat().st_ino
    monkeypatch.setattr(folded_log, "_zone_print", lambda _: "other rules")
    ReadModel.open(log, tmp_path / "m.db").close()
    assert (tmp_path / "m.db").stat().st_ino != before


ZONES = ("Asia/Gaza", "Asia/Jerusalem", "Europe/Berlin", "Europe/Paris")


@pytest.mark.parametrize(("one", "other"), list(combinations(ZONES, 2)))
def test_zones_are_told_apart_where_their_days_begin_apart(one: str, other: str) -> None:
    days = [date(2020, 1, 1) + timedelta(days=n) for n in range(365 * 12)]
    begins = [[calendar.day_start(day) for day in days] for calendar in (Calendar(one), Calendar(other))]
    prints = [folded_log._zone_print(Calendar(zone)) for zone in (one, other)]
    assert (prints[0] == prints[1]) == (begins[0] == begins[1])


@pytest.mark.parametrize("damage", [b"not a database at all, and longer than one header of a hundred bytes" * 9, b""])
def test_a_file_that_is_none_is_built_anew(tmp_path: Path, damage: bytes) -> None:
    log = grown(1, "all", 20)
    (tmp_path / "m.db").write_bytes(damage)
    ReadModel.open(log, tmp_path / "m.db").close()
    assert tables(tmp_path / "m.db") == rebuilt(log, tmp_path)


def test_a_file_deleted_under_an_open_model_is_built_anew(tmp_path: Path) -> None:
    log = grown(1, "all", 20)
    with ReadModel.open(log, tmp_path / "m.db") as model:
        vantage = model.vantage(None, None, now=NOW)
        before = model.situation(vantage)
        (tmp_path / "m.db").unlink()
        assert model.situation(vantage) == before
        (tmp_path / "m.db").unlink()
        assert model.catch_up() == len(log.all)


def test_an_open_model_sees_the_file_that_another_has_swapped_in(tmp_path: Path) -> None:
    log = grown(3, "all", 20)
    with ReadModel.open(log, tmp_path / "m.db") as one, ReadModel.open(log, tmp_path / "m.db") as other:
        for _ in range(5):
            extend(Random(4), log, "strike.reported")
        other.rebuild()
        assert one.vantage(None, None, now=NOW).head == len(log.all)
        assert one.catch_up() == len(log.all)
        extend(Random(5), log, "strike.reported")
        assert one.catch_up() == other.catch_up() == len(log.all)
    assert tables(tmp_path / "m.db") == rebuilt(log, tmp_path)


def test_progress_is_told_to_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folded_log, "BATCH", 10)
    log, told = grown(3, "all", 40), list[tuple[int, int]]()
    ReadModel.open(log, tmp_path / "m.db", progress=lambda done, total: told.append((done, total))).close()
    assert told == sorted(told)
    assert told[-1] == (len(log.all), len(log.all))


class TestWhereItLies:
    def test_beside_the_log(self, tmp_path: Path) -> None:
        with Monitor.create(tmp_path / "gaza.db", ZONE) as monitor:
            assert readmodel_path(monitor.info) == tmp_path / "gaza.db.readmodel.db"

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
    def test_in_the_cache_where_that_folder_cannot_be_written(self, tmp_path: Path) -> None:
        with Monitor.create(tmp_path / "logs" / "gaza.db", ZONE) as monitor:
            (tmp_path / "logs").chmod(0o500)
            assert readmodel_path(monitor.info).name == f"{monitor.info.log_id}.readmodel.db"
            (tmp_path / "logs").chmod(0o700)

    def test_in_the_cache_when_told_that_it_cannot_be_written(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with Monitor.create(tmp_path / "gaza.db", ZONE) as monitor:
            monkeypatch.setattr(os, "access", lambda *_: False)
            assert readmodel_path(monitor.info).name == f"{monitor.info.log_id}.readmodel.db"

    def test_a_place_that_cannot_hold_it_is_told_in_our_words(self, tmp_path: Path) -> None:
        (tmp_path / "a file").write_text("")
        with pytest.raises(LogUnavailable, match="read model"):
            ReadModel.open(Log(), tmp_path / "a file" / "m.db")


# real logs, real processes

PATIENCE = 300
"""Seconds that processes wait for one another here: how long another builds depends on the machine."""
OPEN = f"""
from pathlib import Path
from domain import waiting
from domain.monitor import Monitor
from projections.readmodel import ReadModel
waiting.LOCK_SECONDS = {PATIENCE}
"""


@pytest.fixture
def real(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Monitor]:
    monkeypatch.setattr(waiting, "LOCK_SECONDS", PATIENCE)
    with Monitor.create(tmp_path / "gaza.db", ZONE, clock=lambda: datetime.now(UTC)) as monitor:
        monitor.import_files([SEEDS], backfill=True)
        yield monitor


def python(code: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", f"{OPEN}\n{code}"], stderr=subprocess.PIPE)


def test_a_real_log_caught_up_in_small_batches(real: Monitor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with ReadModel.open(real, tmp_path / "m.db") as model:
        monkeypatch.setattr(folded_log, "BATCH", 7)
        built = model.path.stat().st_ino
        found = real.record("@200")
        for n in range(20):
            real.correct(
                found.id, {"handling": ("restricted", "public")[n % 2]}, kind="reclassified", reason="a test",
                claimant="desk", sources=[{"title": "a test"}],
            )  # fmt: skip
        assert model.catch_up() == real.head().position
        assert model.path.stat().st_ino == built  # folded on, not built anew
    assert tables(tmp_path / "m.db") == rebuilt(real, tmp_path)


def test_an_erasure_in_a_real_log(real: Monitor, tmp_path: Path) -> None:
    claim = next(record for record in real.records() if record.type == "statement.made")
    assert claim.report is not None
    text = claim.report.data.text.encode()
    folder = tmp_path / "model"
    with ReadModel.open(real, folder / "m.db") as model:
        assert text in everything_in(folder)
        built = model.path.stat().st_ino
        real.erase(claim.id, reason="a test", authority="the court", claimant="desk", sources=[{"title": "a test"}])
        model.catch_up()
        assert text not in everything_in(folder)
        assert model.path.stat().st_ino == built  # in place


def test_processes_that_catch_up_the_same_file_at_once(real: Monitor, tmp_path: Path) -> None:
    code = f"""
import time
with Monitor(Path({str(tmp_path / "gaza.db")!r}), read_only=True) as monitor:
    with ReadModel.open(monitor, Path({str(tmp_path / "m.db")!r})) as model:
        end = time.time() + 60
        while model.catch_up() < {real.head().position + 40} and time.time() < end:
            pass
"""
    with ReadModel.open(real, tmp_path / "m.db") as model:
        watchers = [python(code) for _ in range(3)]
        for n in range(40):
            real.correct(
                f"@{200 + n}", {"handling": "restricted"}, kind="reclassified", reason="a test",
                claimant="desk", sources=[{"title": "a test"}],
            )  # fmt: skip
            model.catch_up()
            if n == 20:
                model.rebuild()
        for watcher in watchers:
            _, said = watcher.communicate(timeout=120)
            assert (watcher.returncode, said) == (0, b"")
    assert tables(tmp_path / "m.db") == rebuilt(real, tmp_path)


def test_killed_at_any_moment_of_a_rebuild_the_old_file_stays(real: Monitor, tmp_path: Path) -> None:
    path = tmp_path / "m.db"
    ReadModel.open(real, path).close()
    before = tables(path)
    code = f"""
with Monitor(Path({str(tmp_path / "gaza.db")!r}), read_only=True) as monitor:
    with ReadModel.open(monitor, Path({str(path)!r})) as model:
        print("open", flush=True)
        while True:
            model.rebuild()
"""
    random = Random(11)
    for _ in range(6):
        child = subprocess.Popen([sys.executable, "-c", f"{OPEN}\n{code}"], stdout=subprocess.PIPE)
        assert child.stdout is not None
        assert child.stdout.readline() == b"open\n"
        time.sleep(random.uniform(0.0, 0.2))
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()
        with ReadModel.open(real, path) as model:
            assert model.situation(model.vantage("2026-02-02", None, now=NOW)).ceasefire.day == 116
        assert tables(path) == before
    left = {p.name for p in tmp_path.iterdir() if p.name.startswith("m.db")} - {"m.db", "m.db.sums"}
    assert left <= {"m.db.new", "m.db.new.sums", "m.db.new.sums.new"}


class TestWhatOnlyHasItsName:
    """The read model is thrown away and built again at any time; what is none is not."""

    def test_another_log_is_left_as_it_is(self, tmp_path: Path) -> None:
        with Monitor.create(tmp_path / "gaza.db", ZONE) as log:
            other = readmodel_path(log.info)
            Monitor.create(other, ZONE).close()
            before = other.read_bytes()
            with pytest.raises(LogUnavailable, match="a database of another kind"):
                ReadModel.open(log)
        assert other.read_bytes() == before

    def test_a_link_is_not_followed(self, tmp_path: Path) -> None:
        precious = tmp_path / "precious"
        precious.write_bytes(b"precious")
        with Monitor.create(tmp_path / "gaza.db", ZONE) as log:
            readmodel_path(log.info).symlink_to(precious)
            with pytest.raises(LogUnavailable, match="not a file"):
                ReadModel.open(log)
        assert precious.read_bytes() == b"precious"

    @pytest.mark.parametrize(
        "planted",
        [
            "UPDATE meta SET position = 'x'",
            "UPDATE meta SET position = 9999",
            "UPDATE meta SET position = -1",
            "CREATE TRIGGER planted AFTER INSERT ON versions BEGIN SELECT 1; END",
            "ALTER TABLE versions RENAME TO was; CREATE VIEW versions AS SELECT * FROM was",
            "DROP TABLE edits; DROP TABLE meta",
        ],
    )
    def test_one_that_was_tampered_with_is_built_again(self, log: Log, tmp_path: Path, planted: str) -> None:
        log.struck()
        path = tmp_path / "m.db"
        ReadModel.open(log, path).close()
        before = tables(path)
        connection = sqlite3.connect(path)
        connection.executescript(planted)
        connection.close()

        ReadModel.open(log, path).close()

        assert tables(path) == before
