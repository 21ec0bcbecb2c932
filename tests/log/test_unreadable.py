"""A record that the chain holds and that cannot be read is named by position and passed by; all others are read.

The log of these stories: two reports, one that cannot be read, and one after it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from domain.errors import KeyConflict, LogDamaged, Refused
from domain.log.bundle import verify_bundle
from domain.log.sqlite.recovery import recover
from domain.monitor import Monitor
from domain.report import passed_by
from tests.domain.desk import Desk
from tests.domain.examples import NOW, STRIKE, Clock, correction, limited, retraction, strike
from tests.log.planted import STREAM, UNREADABLE, plant
from tests.log.tampering import unguarded

PLANTED = f"{STREAM}/1"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """The log, closed, without the record that cannot be read and the one after it."""
    desk = Desk(tmp_path / "desk")
    desk.given(limited("1"), strike(key="2"))
    desk.monitor.close()
    return desk.path


def planted(log: Path, **otherwise: Any) -> Monitor:
    """The whole log, open."""
    plant(log, **otherwise)
    monitor = Monitor(log, clock=Clock(), recorded_by="tester")
    monitor.append([limited("4")])
    return monitor


@pytest.mark.parametrize(("otherwise", "why"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_every_reader_passes_it_by_and_says_why(log: Path, otherwise: dict[str, Any], why: str) -> None:
    with planted(log, **otherwise) as monitor:
        found = {record.position: record.unreadable for record in monitor.records()}
        one = monitor.record("planted")
        history = monitor.history(STREAM).records
        verified = monitor.verify()

    assert found == {1: "", 2: "", 3: why, 4: ""}
    assert (one.position, one.report, one.unreadable) == (3, None, why)
    assert [record.unreadable for record in history] == [why]
    assert (verified.records, verified.erased, verified.unreadable) == (4, 0, {3: why})


def test_its_warning_names_it_by_position(log: Path) -> None:
    plant(log, state=b"{}")
    with Monitor(log) as monitor:
        words = passed_by(3, monitor.record("planted").unreadable)

    assert words == "record #3 cannot be read: its body is not one of strike.reported; it is passed by"


def test_of_its_text_the_reason_says_nothing(log: Path) -> None:
    plant(log, state=b'{"occurred": "a secret", "secret": 1}')
    with Monitor(log) as monitor:
        assert "secret" not in monitor.record("planted").unreadable


def test_where_the_chain_is_broken_what_stands_before_that_is_read_and_no_more(log: Path) -> None:
    planted(log, state=b"{}").close()
    with unguarded(log) as connection:
        connection.execute("UPDATE records SET body = '{ }' WHERE position = 3")

    with Monitor(log, read_only=True) as monitor:
        records = monitor.records()
        assert [next(records).position, next(records).position] == [1, 2]
        with pytest.raises(LogDamaged, match="#3: the record is not what was written"):
            next(records)


class TestExport:
    def test_leaves_it_out_and_names_it(self, log: Path) -> None:
        lines: list[bytes] = []
        with planted(log, state=b"{}") as monitor:
            report = monitor.export(lines.append, restricted=True)

        assert [json.loads(line)["key"] for line in lines] == ["1", "2", "4"]
        assert (report.written, report.unreadable) == (3, {3: "its body is not one of strike.reported"})

    @pytest.mark.parametrize("restricted", [False, True])
    def test_leaves_out_what_refers_to_it(self, log: Path, restricted: bool) -> None:
        with planted(log, state=b"{}") as monitor:
            monitor.append([limited("5", caused_by={"key": "planted"})])
            report = monitor.export(lambda _: None, restricted=restricted)

        assert (report.written, report.left_out_dependent) == (3, 1)

    def test_does_not_tell_of_what_an_edit_that_cannot_be_read_may_have_restricted(self, log: Path) -> None:
        lines: list[bytes] = []
        with planted(log, topic="record.hidden", target=f"{STRIKE}/1") as monitor:
            monitor.export(lines.append)

        assert [json.loads(line)["key"] for line in lines] == ["1", "4"]


class TestABundle:
    @pytest.mark.parametrize(("restricted", "shown", "withheld"), [(False, 3, 1), (True, 4, 0)])
    def test_hands_its_body_on_to_whom_all_is_shown(
        self, log: Path, restricted: bool, shown: int, withheld: int
    ) -> None:
        out = log.with_name("out.bundle")
        with planted(log, state=b"{}") as monitor, out.open("wb") as file:
            report = monitor.bundle(file.write, restricted=restricted)
        found = verify_bundle(out)

        assert report.unreadable == {3: "its body is not one of strike.reported"}
        assert (found.shown, found.restricted) == (shown, withheld)
        assert found.unreadable == (report.unreadable if restricted else {})


class TestWriting:
    def test_goes_on_after_it(self, log: Path) -> None:
        with planted(log, state=b"{}") as monitor:
            assert monitor.head().position == 4

    def test_its_key_is_taken(self, log: Path) -> None:
        with planted(log, state=b"{}") as monitor, pytest.raises(KeyConflict, match="which cannot be read"):
            monitor.append([strike(stream=STREAM, key="planted")])

    def test_it_is_not_corrected(self, log: Path) -> None:
        with planted(log, state=b"{}") as monitor, pytest.raises(Refused) as refused:
            monitor.append([correction({"key": "planted"}, {"place": "Rafah"}, STREAM)])

        assert str(refused.value).startswith(f"data.target: {PLANTED} cannot be read: its body is not one of")

    def test_it_is_erased_like_any_other(self, log: Path) -> None:
        with planted(log, state=b"{}") as monitor:
            monitor.erase("planted", reason="asked", authority="court", claimant="desk", sources=[{"title": "order"}])

            assert (monitor.record("planted").report, monitor.record("planted").unreadable) == (None, "")
            assert monitor.verify().unreadable == {}

    def test_a_retraction_that_cannot_be_read_withdraws_nothing(self, log: Path) -> None:
        plant(log, topic="record.retracted", target=f"{STRIKE}/1")
        with Monitor(log, clock=Clock()) as monitor:
            (outcome,) = monitor.append([retraction({"key": "2"})])

        assert not any("was withdrawn already" in note for note in outcome.notes)


class TestCopies:
    def test_a_backup_holds_it(self, log: Path, tmp_path: Path) -> None:
        with planted(log, state=b"{}") as monitor:
            monitor.backup(tmp_path / "copy.db")

        with Monitor(tmp_path / "copy.db") as copy:
            assert copy.verify().unreadable.keys() == {3}

    def test_what_is_recovered_of_a_log_that_was_damaged_after_it_holds_it(self, log: Path, tmp_path: Path) -> None:
        planted(log, state=b"{}").close()
        with unguarded(log) as connection:
            connection.execute("UPDATE records SET recorded_by = 'another' WHERE position = 4")

        report = recover(log, tmp_path / "new.db", recorded_by="tester", clock=lambda: NOW)

        assert (report.records, [lost.position for lost in report.lost]) == (3, [4])
        with Monitor(tmp_path / "new.db") as recovered:
            assert recovered.verify().unreadable.keys() == {3}
