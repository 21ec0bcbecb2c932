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
from tests.log.desks import AnyDesk, FileDesk
from tests.log.processes import Acknowledgements, append_numbered, append_pairs, append_within, finished, started

KILLS = 40


@pytest.mark.usefixtures("_impatient")
class TestALockedLog:
    def test_refuses_with_a_remedy_that_works(self, any_desk: AnyDesk) -> None:
        any_desk.given(strike(key="before"))
        with any_desk.locked(), pytest.raises(LogUnavailable) as locked:
            any_desk.monitor.append([limited()])

        assert str(locked.value).startswith(f"{any_desk.place}: ")
        assert "is writing to the log" in locked.value.what
        assert "run the same command again; its key makes that safe" in locked.value.remedy
        (outcome,) = any_desk.monitor.append([limited()])
        assert outcome.fresh
        assert any_desk.record_keys() == ["before", "limited"]
        any_desk.given(limited("after"))
        assert [record.version for record in any_desk.monitor.history("crossing-rafah").records] == [1, 2]
        any_desk.monitor.verify()

    def test_many_times_and_still_one_record(self, any_desk: AnyDesk) -> None:
        for _ in range(5):
            with any_desk.locked(), pytest.raises(LogUnavailable):
                any_desk.monitor.append([limited(), strike()])

        any_desk.given(limited(), strike())
        assert any_desk.record_keys() == ["limited", "strike"]

    def test_goes_on_being_read(self, any_desk: AnyDesk) -> None:
        any_desk.given(limited())
        with any_desk.locked():
            assert any_desk.record_keys() == ["limited"]

    def test_refuses_an_import_whole(self, any_desk: AnyDesk) -> None:
        with any_desk.locked(), pytest.raises(LogUnavailable, match="is writing to the log"):
            any_desk.imports(limited(), strike())

        assert any_desk.imports(limited(), strike()).recorded == 2


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

    def test_during_appends(self, any_desk: AnyDesk) -> None:
        said = Acknowledgements(any_desk.folder / "said")
        chance = random.Random(9)
        for _ in range(KILLS if isinstance(any_desk, FileDesk) else KILLS // 4):
            first = max(1, len(set(said.read())) - 2)  # the last ones are run again, under their keys
            before = len(said.read())
            writer = started(append_numbered, any_desk.place, said.path, "n", first, 10_000)
            wait_for_more(said, before)
            time.sleep(chance.uniform(0, 0.02))
            writer.kill()
            writer.join()
            writer.close()

            keys = any_desk.record_keys()
            assert set(said.read()) <= set(keys)
            assert keys == [f"n {number}" for number in range(1, len(keys) + 1)]
        with Monitor(any_desk.place, clock=lambda: NOW) as again:
            assert not any(again.append([limited(key)])[0].fresh for key in any_desk.record_keys())
            assert again.verify().records == len(any_desk.record_keys())

    def test_between_the_records_of_a_command(self, any_desk: AnyDesk) -> None:
        said = Acknowledgements(any_desk.folder / "said")
        for _ in range(3):
            before = len(said.read())
            writer = started(append_pairs, any_desk.place, said.path, before + 1, 10_000)
            wait_for_more(said, before)
            writer.kill()
            writer.join()
            writer.close()

            keys = any_desk.record_keys()
            numbers = range(1, len(keys) // 2 + 1)
            assert keys == [key for number in numbers for key in (f"a {number}", f"b {number}")]
        any_desk.monitor.verify()


def wait_for_more(said: Acknowledgements, before: int) -> None:
    deadline = time.monotonic() + 120
    while len(said.read()) <= before + 1:
        assert time.monotonic() < deadline
        time.sleep(0.002)
