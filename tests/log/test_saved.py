"""Saved means saved, and a command that failed is run again as it is: one record in the end, never none or two."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from domain.errors import LogUnavailable
from domain.monitor import Monitor
from tests.domain.desk import Desk
from tests.domain.examples import NOW, limited, strike
from tests.log.processes import Acknowledgements, append_numbered, append_pairs, append_within, finished, started
from tests.log.tampering import raw

KILLS = 40


@pytest.mark.usefixtures("_impatient")
class TestALockedLog:
    @pytest.fixture
    def at_work(self, tmp_path: Path) -> Desk:
        return Desk(tmp_path)

    def test_refuses_with_a_remedy_that_works(self, at_work: Desk) -> None:
        at_work.given(strike(key="before"))
        with raw(at_work.path) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(LogUnavailable) as locked:
                at_work.monitor.append([limited()])
            other.execute("ROLLBACK")

        assert str(locked.value) == (
            f"{at_work.path}: another process is writing to the log "
            "(run the same command again; its key makes that safe)"
        )
        (outcome,) = at_work.monitor.append([limited()])
        assert outcome.fresh
        assert at_work.record_keys() == ["before", "limited"]
        at_work.given(limited("after"))
        assert [record.version for record in at_work.monitor.history("crossing-rafah").records] == [1, 2]
        at_work.monitor.verify()

    def test_many_times_and_still_one_record(self, at_work: Desk) -> None:
        with raw(at_work.path) as other:
            for _ in range(5):
                other.execute("BEGIN IMMEDIATE")
                with pytest.raises(LogUnavailable):
                    at_work.monitor.append([limited(), strike()])
                other.execute("ROLLBACK")

        at_work.given(limited(), strike())
        assert at_work.record_keys() == ["limited", "strike"]

    def test_goes_on_being_read(self, at_work: Desk) -> None:
        at_work.given(limited())
        with raw(at_work.path) as other:
            other.execute("BEGIN IMMEDIATE")
            assert at_work.record_keys() == ["limited"]
            other.execute("ROLLBACK")

    def test_refuses_an_import_whole(self, at_work: Desk) -> None:
        with raw(at_work.path) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(LogUnavailable, match="another process is writing"):
                at_work.imports(limited(), strike())
            other.execute("ROLLBACK")

        assert at_work.imports(limited(), strike()).recorded == 2


def test_a_full_disk_at_every_kilobyte_of_a_command(tmp_path: Path) -> None:
    """The write-ahead log cannot grow past a point; once there is room, the same command is saved once."""
    answers = Acknowledgements(tmp_path / "answers")
    for spare in range(0, 40_000, 2_000):
        desk = Desk(tmp_path / str(spare))
        desk.given(strike(key="before"))
        finished(started(append_within, desk.path, answers.path, spare))

        assert desk.record_keys() == ["before", "limited", "strike"]
        desk.monitor.verify()
        desk.monitor.close()

    said = answers.read()
    assert len(said) == 20
    assert {answer for answer in said if answer != "saved"} <= {
        "LogUnavailable: the disk failed",
        "LogUnavailable: the disk is full",
    }
    assert said[0] != "saved"
    assert said[-1] == "saved"


class TestKilled:
    """kill -9, at any moment: nothing that was acknowledged is lost, nothing is there in part or twice."""

    def test_during_appends(self, desk: Desk) -> None:
        said = Acknowledgements(desk.folder / "said")
        chance = random.Random(9)
        for _ in range(KILLS):
            first = max(1, len(set(said.read())) - 2)  # the last ones are run again, under their keys
            before = len(said.read())
            writer = started(append_numbered, desk.path, said.path, "n", first, 10_000)
            wait_for_more(said, before)
            time.sleep(chance.uniform(0, 0.02))
            writer.kill()
            writer.join()
            writer.close()

            keys = desk.record_keys()
            assert set(said.read()) <= set(keys)
            assert keys == [f"n {number}" for number in range(1, len(keys) + 1)]
        with Monitor(desk.path, clock=lambda: NOW) as again:
            assert not any(again.append([limited(key)])[0].fresh for key in desk.record_keys())
            assert again.verify().records == len(desk.record_keys())

    def test_between_the_records_of_a_command(self, desk: Desk) -> None:
        said = Acknowledgements(desk.folder / "said")
        for _ in range(3):
            before = len(said.read())
            writer = started(append_pairs, desk.path, said.path, before + 1, 10_000)
            wait_for_more(said, before)
            writer.kill()
            writer.join()
            writer.close()

            keys = desk.record_keys()
            numbers = range(1, len(keys) // 2 + 1)
            assert keys == [key for number in numbers for key in (f"a {number}", f"b {number}")]
        desk.monitor.verify()


def wait_for_more(said: Acknowledgements, before: int) -> None:
    deadline = time.monotonic() + 30
    while len(said.read()) <= before + 1:
        assert time.monotonic() < deadline
        time.sleep(0.002)
