"""Erased is gone: no byte of the body is left in any file, and the chain still proves that a record stood there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from domain.deciding import Outcome
from domain.errors import Refused
from domain.monitor import Monitor
from tests.domain.desk import Desk
from tests.domain.examples import NOW, RAFAH, STATEMENT, correction, erasure, limited, statement, strike
from tests.log.tampering import SIDE_FILES, copy_log

SECRET = "Zaytun-Qasr-4471"
SECRETS = [SECRET, "Yarmuk-5582"]
SAID: dict[str, Any] = {
    "reason": "a person could be known by it",
    "authority": "data protection officer",
    "claimant": "desk",
    "sources": [{"title": "Request of 4 Feb 2026"}],
}


@pytest.fixture
def told(desk: Desk) -> Desk:
    """A log that knows the secret: in a record in the middle, and another one in its correction."""
    desk.given(
        limited("before"),
        statement(f"Met at {SECRET}", key="told"),
        correction({"key": "told"}, {"text": f"Met at {SECRETS[1]}"}, STATEMENT, key="corrected"),
        limited("after"),
    )
    assert all(found(desk.path, secret) for secret in SECRETS)
    return desk


def found(path: Path, secret: str) -> list[str]:
    """The files beside and of the log in which a text stands."""
    files = [path.with_name(path.name + end) for end in SIDE_FILES]
    return [file.name for file in files if file.exists() and secret.encode() in file.read_bytes()]


def erased(desk: Desk, **said: Any) -> list[Outcome]:
    return desk.monitor.erase("told", **{**SAID, **said})


def test_no_byte_of_it_is_left_in_any_file(told: Desk) -> None:
    erased(told)

    assert [found(told.path, secret) for secret in SECRETS] == [[], []]
    told.monitor.close()
    assert [found(told.path, secret) for secret in SECRETS] == [[], []]


def test_also_when_it_was_folded_into_the_file_before(told: Desk) -> None:
    told.monitor.close()
    with Monitor(told.path, clock=told.clock) as again:
        again.erase("told", **SAID)

    assert [found(told.path, secret) for secret in SECRETS] == [[], []]


def test_also_of_a_body_that_fills_pages(desk: Desk) -> None:
    desk.given(strike(via=[f"{SECRET} {n} " + "x" * 500 for n in range(100)]), limited())
    desk.monitor.erase("strike", **SAID)

    assert found(desk.path, SECRET) == []


def test_its_corrections_go_with_it(told: Desk) -> None:
    outcomes = erased(told, key="erase")

    assert [outcome.record.key for outcome in outcomes] == ["erase:2", "erase"]
    assert told.body("told") is None
    assert told.body("corrected") is None
    assert told.monitor.verify().erased == 2


def test_what_is_left_says_that_it_was_there_and_why_it_is_gone(told: Desk) -> None:
    before = told.monitor.record("told")
    erased(told)

    after = told.monitor.record("told")
    assert (after.id, after.type, after.key, after.position) == (before.id, before.type, before.key, before.position)
    assert (after.timestamp, after.known_at, after.hash) == (before.timestamp, before.known_at, before.hash)
    assert after.report is None
    assert len(after.digest) == 32
    why = next(record for record in told.monitor.revisions(before.id) if record.type == "record.erased")
    assert why.report is not None
    assert (why.report.data.reason, why.report.data.authority) == (SAID["reason"], SAID["authority"])


def test_the_chain_holds_over_it(told: Desk) -> None:
    hashes = [record.hash for record in told.monitor.records()]
    erased(told)

    records = list(told.monitor.records())
    assert [record.hash for record in records][: len(hashes)] == hashes
    assert told.monitor.verify().records == 6


def test_run_again_under_its_key_it_is_on_record(told: Desk) -> None:
    erased(told, key="erase")
    head = told.monitor.head()
    told.clock.now = NOW.replace(hour=20)

    again = erased(told, key="erase")

    assert [outcome.fresh for outcome in again] == [False]
    assert told.monitor.head() == head


def test_run_again_under_another_key_nothing_is_left_to_do(told: Desk) -> None:
    erased(told)

    with pytest.raises(Refused) as refused:
        erased(told)

    assert str(refused.value) == (
        "data.target: statement-ncag-2026-02-02/1 has been erased already (nothing is left to do)"
    )


def test_a_dry_run_erases_nothing(told: Desk) -> None:
    erased(told, dry_run=True)

    assert told.body("told") is not None


def test_by_an_import_it_is_as_gone(told: Desk) -> None:
    report = told.imports(erasure({"key": "corrected"}, STATEMENT, key="too"), erasure({"key": "told"}, STATEMENT))

    assert (report.recorded, report.notes) == (2, [])
    assert [found(told.path, secret) for secret in SECRETS] == [[], []]


def test_a_file_that_says_and_erases_leaves_nothing(desk: Desk) -> None:
    desk.imports(statement(SECRET), erasure({"key": "statement"}, STATEMENT))

    assert found(desk.path, SECRET) == []
    assert desk.monitor.verify().erased == 1


@pytest.mark.usefixtures("_impatient")
def test_a_reader_that_holds_the_write_ahead_log_is_told_of(told: Desk) -> None:
    """SQLite cannot fold the log in under a reader's feet: the words say so, and once it left the bytes go."""
    with Monitor(told.path, read_only=True) as reader:
        with reader._log.reading() as holding:
            assert holding.newest() is not None
            outcomes = told.monitor.erase("told", key="erase", **SAID)
            assert found(told.path, SECRET) != []
        assert any("erased; a reader still holds the write-ahead log" in note for note in outcomes[0].notes)

    erased(told, key="erase")  # the same command again, now that nobody reads
    assert found(told.path, SECRET) == []


def test_a_copy_made_before_holds_the_body_still(told: Desk, tmp_path: Path) -> None:
    """Nothing can be done about that here, and nothing pretends to: the copy is whole, and says what it said."""
    copy = copy_log(told.path, tmp_path / "copy")
    erased(told)

    with Monitor(copy) as old:
        assert old.record("told").report is not None


def test_the_erased_record_no_longer_leads_anywhere(told: Desk) -> None:
    """`occurred` and `target` are copies of what the body said, and go with it."""
    erased(told)

    with told.monitor._log.reading() as lookup:
        rows = lookup.rows("SELECT occurred, target, body, salt FROM records WHERE key IN ('told', 'corrected')")
    assert [tuple(row) for row in rows] == [(None, None, None, None)] * 2


def test_the_other_records_are_as_they_were(told: Desk) -> None:
    erased(told)

    assert told.body("before") is not None
    assert told.body("after").data.directions == ("into", "out_of")
    assert told.monitor.record(f"{RAFAH}/2").key == "after"


class TestARetraction:
    """Erasing the only retraction of a record would bring the record back without a word."""

    def test_is_not_erased_while_it_alone_withdraws_its_target(self, told: Desk) -> None:
        told.monitor.retract("told", reason=SECRET, claimant="desk", sources=[{"title": "x"}], key="withdrawn")

        with pytest.raises(Refused) as refused:
            told.monitor.erase("withdrawn", **SAID)

        target, retraction = told.monitor.record("told").id, told.monitor.record("withdrawn").id
        assert str(refused.value) == (
            f"data.target: without {retraction} nothing withdraws {target} "
            f"(retract {target} once more, then erase this retraction)"
        )

    def test_is_erased_once_another_withdraws_it_too(self, told: Desk) -> None:
        for key in ("withdrawn", "withdrawn again"):
            told.monitor.retract("told", reason=SECRET, claimant="desk", sources=[{"title": "x"}], key=key)

        told.monitor.erase("withdrawn", **SAID)

        assert told.monitor.record("withdrawn").report is None
        assert told.monitor.record("withdrawn again").report is not None
        with told.monitor.recorder.reading() as lookup:  # type: ignore[attr-defined]
            assert not lookup.stands(told.monitor.record("told").id)


def test_a_correction_recorded_while_the_record_was_being_erased_goes_too(
    told: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    append, slipped = told.monitor.append, iter([True])

    def slow(*args: Any, **kwargs: Any) -> list[Outcome]:
        if next(slipped, False):
            with Monitor(told.path, clock=told.clock) as colleague:
                colleague.correct(
                    "told",
                    {"text": "in the meantime"},
                    kind="transcription",
                    reason="x",
                    claimant="desk",
                    sources=[{"title": "x"}],
                    key="meanwhile",
                )
        return append(*args, **kwargs)

    monkeypatch.setattr(told.monitor, "append", slow)
    erased(told)

    assert told.monitor.record("meanwhile").report is None
    assert found(told.path, "in the meantime") == []


def test_two_erasures_of_one_record_in_one_command_are_refused(told: Desk) -> None:
    once, twice = (erasure({"key": "corrected"}, STATEMENT, key=key) for key in ("one", "two"))

    with pytest.raises(Refused, match="has been erased already"):
        told.monitor.append([once, twice])


def test_a_record_is_not_erased_while_a_correction_says_again_what_it_said(told: Desk) -> None:
    with pytest.raises(Refused) as refused:
        told.monitor.append([erasure({"key": "told"}, STATEMENT)])

    correction_id = told.monitor.record("corrected").id
    assert str(refused.value) == (
        f"data.target: {correction_id} corrects it, and says again what it said "
        f"(erase {correction_id} first; `ceasefire erase` does both)"
    )


def test_an_erased_record_is_not_corrected_in_the_same_command(desk: Desk) -> None:
    desk.given(statement("said", key="told"))

    with pytest.raises(Refused, match="has been erased"):
        desk.monitor.append(
            [
                erasure({"key": "told"}, STATEMENT),
                correction({"key": "told"}, {"text": "again"}, STATEMENT, key="corrected"),
            ]
        )

    assert desk.record_keys() == ["told"]
