"""Erased is gone: no byte of the body is left in any file, and the chain still proves that a record stood there."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

from domain.deciding import Outcome
from domain.errors import KeyConflict, Refused
from domain.monitor import Monitor
from tests.domain.desk import Desk
from tests.domain.examples import NOW, RAFAH, STATEMENT, correction, erasure, limited, statement, strike
from tests.log.desks import AnyDesk, FileDesk, ServerDesk
from tests.log.tampering import copy_log
from tests.server import as_superuser

SECRET = "Zaytun-Qasr-4471"
SECRETS = [SECRET, "Yarmuk-5582"]
SAID: dict[str, Any] = {
    "reason": "a person could be known by it",
    "authority": "data protection officer",
    "claimant": "desk",
    "sources": [{"title": "Request of 4 Feb 2026"}],
}


def tell(desk: AnyDesk) -> AnyDesk:
    """Have the log know the secret: in a record in the middle, and another one in its correction."""
    desk.given(
        limited("before"),
        statement(f"Met at {SECRET}", key="told"),
        correction({"key": "told"}, {"text": f"Met at {SECRETS[1]}"}, STATEMENT, key="corrected"),
        limited("after"),
    )
    assert all(desk.traces(secret) for secret in SECRETS)
    return desk


@pytest.fixture
def told(any_desk: AnyDesk) -> AnyDesk:
    """A log that knows the secret, in each engine."""
    return tell(any_desk)


def erased(desk: Desk, **said: Any) -> list[Outcome]:
    return desk.monitor.erase("told", **{**SAID, **said})


def test_no_byte_of_it_is_left_in_any_file(told: AnyDesk) -> None:
    erased(told)

    assert [told.traces(secret) for secret in SECRETS] == [[], []]
    told.monitor.close()
    assert [told.traces(secret) for secret in SECRETS] == [[], []]


def test_also_when_it_was_folded_into_the_file_before(told: AnyDesk) -> None:
    told.monitor.close()
    with Monitor(told.place, clock=told.clock) as again:
        again.erase("told", **SAID)

    assert [told.traces(secret) for secret in SECRETS] == [[], []]


def test_also_of_a_body_that_fills_pages(any_desk: AnyDesk) -> None:
    any_desk.given(strike(via=[f"{SECRET} {n} " + secrets.token_hex(250) for n in range(100)]), limited())
    assert any_desk.traces(SECRET)
    any_desk.monitor.erase("strike", **SAID)

    assert any_desk.traces(SECRET) == []


def test_wherever_it_lay_in_its_page(any_desk: AnyDesk) -> None:
    """What was last in a page of a server's has nothing moved over it when the page is tidied."""
    keys = [f"told {number}" for number in range(30)]
    any_desk.given(*(statement(f"{SECRET} {secrets.token_hex(120)} {SECRET}", key=key) for key in keys))

    any_desk.monitor.append([erasure({"key": key}, STATEMENT, key=f"gone {key}") for key in keys])

    assert any_desk.traces(SECRET) == []


def test_its_corrections_go_with_it(told: AnyDesk) -> None:
    outcomes = erased(told, key="erase")

    assert [outcome.record.key for outcome in outcomes] == ["erase:2", "erase"]
    assert told.body("told") is None
    assert told.body("corrected") is None
    assert told.monitor.verify().erased == 2


def test_what_is_left_says_that_it_was_there_and_why_it_is_gone(told: AnyDesk) -> None:
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


def test_the_chain_holds_over_it(told: AnyDesk) -> None:
    hashes = [record.hash for record in told.monitor.records()]
    erased(told)

    records = list(told.monitor.records())
    assert [record.hash for record in records][: len(hashes)] == hashes
    assert told.monitor.verify().records == 6


def test_run_again_under_its_key_it_is_on_record(told: AnyDesk) -> None:
    erased(told, key="erase")
    head = told.monitor.head()
    told.clock.now = NOW.replace(hour=20)

    again = erased(told, key="erase")

    assert [outcome.fresh for outcome in again] == [False]
    assert told.monitor.head() == head


@pytest.mark.parametrize("dry_run", [False, True])
def test_run_again_without_its_key_it_was_erased_already(told: AnyDesk, dry_run: bool) -> None:
    erasure = erased(told)[-1].record
    head = told.monitor.head()

    (again,) = erased(told, dry_run=dry_run)

    assert (again.record, again.fresh) == (erasure, False)
    assert again.notes[0] == f"statement-ncag-2026-02-02/1 has been erased already, by {erasure.id}"
    assert len(again.notes) == 1 + (not dry_run)
    assert told.monitor.head() == head


def test_a_key_that_says_something_else_is_refused_for_an_erased_record_too(told: AnyDesk) -> None:
    erased(told)

    with pytest.raises(KeyConflict):
        erased(told, key="before")


def test_erased_by_a_colleague_meanwhile_it_was_erased_already(told: AnyDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    append, slipped = told.monitor.append, iter([True])

    def slow(*args: Any, **kwargs: Any) -> list[Outcome]:
        if next(slipped, False):
            with Monitor(told.place, clock=told.clock) as colleague:
                colleague.erase("told", key="theirs", **SAID)
        return append(*args, **kwargs)

    monkeypatch.setattr(told.monitor, "append", slow)

    assert [(outcome.record.key, outcome.fresh) for outcome in erased(told)] == [("theirs", False)]


def test_a_dry_run_erases_nothing(told: AnyDesk) -> None:
    erased(told, dry_run=True)

    assert told.body("told") is not None


def test_by_an_import_it_is_as_gone(told: AnyDesk) -> None:
    report = told.imports(erasure({"key": "corrected"}, STATEMENT, key="too"), erasure({"key": "told"}, STATEMENT))

    assert (report.recorded, report.refusals) == (2, [])
    assert [told.traces(secret) for secret in SECRETS] == [[], []]


def test_a_file_that_says_and_erases_leaves_nothing(any_desk: AnyDesk) -> None:
    any_desk.imports(statement(SECRET), erasure({"key": "statement"}, STATEMENT))

    assert any_desk.traces(SECRET) == []
    assert any_desk.monitor.verify().erased == 1


@pytest.mark.usefixtures("_impatient")
def test_a_reader_that_holds_the_write_ahead_log_is_told_of(desk: FileDesk) -> None:
    """SQLite cannot fold the log in under a reader's feet: the words say so, and once it left the bytes go."""
    told = tell(desk)
    with Monitor(desk.path, read_only=True) as reader:
        with reader._log.reading() as holding:
            assert holding.newest() is not None
            outcomes = told.monitor.erase("told", key="erase", **SAID)
            assert told.traces(SECRET) != []
        assert any("in the write-ahead log while a reader holds it" in note for note in outcomes[0].notes)

    again = erased(told)[-1]  # the same command again, now that nobody reads
    assert again.notes[-1] == "nothing of it is left in the log's files"
    assert told.traces(SECRET) == []


@pytest.fixture
def on_a_server(tmp_path: Path) -> Iterator[ServerDesk]:
    """A server's log that knows the secret."""
    at_work = ServerDesk(tmp_path)
    tell(at_work)
    yield at_work
    at_work.leave()


def test_a_writer_of_a_server_is_told_what_its_owner_does(on_a_server: ServerDesk) -> None:
    with Monitor(on_a_server.database.person("amal", "writer")) as writer:
        note = writer.erase("told", **SAID)[-1].notes[-1]
    assert f"its bytes stay in the server's files until one of {on_a_server.database.name}_owner runs" in note
    assert on_a_server.traces(SECRET) != []

    command = re.findall(r"runs (VACUUM \(FULL\) [a-z.]+)", note)[0]
    with closing(psycopg.connect(on_a_server.database.person("dalia", "owner").uri, autocommit=True)) as owner:
        owner.execute(command)
    assert on_a_server.traces(SECRET) == []


def test_its_owner_erases_again_what_a_writer_erased(on_a_server: ServerDesk) -> None:
    with Monitor(on_a_server.database.person("amal", "writer")) as writer:
        writer.erase("told", **SAID)
        assert "until one of" in writer.erase("told", **SAID)[-1].notes[-1]  # no more than before
    assert on_a_server.traces(SECRET) != []

    with Monitor(on_a_server.database.person("dalia", "owner")) as owner:
        again = owner.erase("told", **SAID)[-1]

    assert not again.fresh
    assert "written anew without it" in again.notes[-1]
    assert on_a_server.traces(SECRET) == []


def test_a_reader_of_an_older_state_of_a_server_s_is_told_of(on_a_server: ServerDesk) -> None:
    """It is kept for whoever may still ask for it, and goes when they are done."""
    with as_superuser(on_a_server.database.name) as reading:
        reading.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        reading.execute("SELECT 1")
        note = erased(on_a_server, key="erase")[-1].notes[-1]
        assert "while somebody reads an older state" in note
        assert on_a_server.traces(SECRET) != []

    again = erased(on_a_server, key="erase")[-1]
    assert not again.fresh
    assert "written anew without it" in again.notes[-1]
    assert on_a_server.traces(SECRET) == []


@pytest.mark.usefixtures("_impatient")
def test_a_table_that_others_hold_is_told_of(on_a_server: ServerDesk) -> None:
    with as_superuser(on_a_server.database.name) as reading:
        reading.execute("BEGIN")
        reading.execute("SELECT count(*) FROM ceasefire.records")
        note = erased(on_a_server)[-1].notes[-1]
        pid = reading.info.backend_pid

    assert f"until its owner runs VACUUM (FULL) ceasefire.records (postgres (process {pid}) is reading the log" in note


def test_a_copy_made_before_holds_the_body_still(desk: FileDesk, tmp_path: Path) -> None:
    """Nothing can be done about that here, and nothing pretends to: the copy is whole, and says what it said."""
    tell(desk)
    copy = copy_log(desk.path, tmp_path / "copy")
    erased(desk)

    with Monitor(copy) as old:
        assert old.record("told").report is not None


def test_the_erased_record_no_longer_leads_anywhere(told: AnyDesk) -> None:
    """`occurred` and `target` are copies of what the body said, and go with it."""
    erased(told)

    with told.monitor._log.reading() as lookup:
        rows = lookup.rows(
            f"SELECT occurred, target, body, salt FROM {lookup.records} WHERE key IN ('told', 'corrected')"
        )
    assert [tuple(row) for row in rows] == [(None, None, None, None)] * 2


def test_the_other_records_are_as_they_were(told: AnyDesk) -> None:
    erased(told)

    assert told.body("before") is not None
    assert told.body("after").data.directions == ("into", "out_of")
    assert told.monitor.record(f"{RAFAH}/2").key == "after"


class TestARetraction:
    """Erasing the only retraction of a record would bring the record back without a word."""

    def test_is_not_erased_while_it_alone_withdraws_its_target(self, told: AnyDesk) -> None:
        told.monitor.retract("told", reason=SECRET, claimant="desk", sources=[{"title": "x"}], key="withdrawn")

        with pytest.raises(Refused) as refused:
            told.monitor.erase("withdrawn", **SAID)

        target, retraction = told.monitor.record("told").id, told.monitor.record("withdrawn").id
        assert str(refused.value) == (
            f"data.target: without {retraction} nothing withdraws {target} "
            f"(retract {target} once more, then erase this retraction)"
        )

    def test_is_erased_once_another_withdraws_it_too(self, told: AnyDesk) -> None:
        for key in ("withdrawn", "withdrawn again"):
            told.monitor.retract("told", reason=SECRET, claimant="desk", sources=[{"title": "x"}], key=key)

        told.monitor.erase("withdrawn", **SAID)

        assert told.monitor.record("withdrawn").report is None
        assert told.monitor.record("withdrawn again").report is not None
        with told.monitor.recorder.reading() as lookup:  # type: ignore[attr-defined]
            assert not lookup.stands(told.monitor.record("told").id)


def test_a_correction_recorded_while_the_record_was_being_erased_goes_too(
    told: AnyDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    append, slipped = told.monitor.append, iter([True])

    def slow(*args: Any, **kwargs: Any) -> list[Outcome]:
        if next(slipped, False):
            with Monitor(told.place, clock=told.clock) as colleague:
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
    assert told.traces("in the meantime") == []


def test_two_erasures_of_one_record_in_one_command_are_refused(told: AnyDesk) -> None:
    once, twice = (erasure({"key": "corrected"}, STATEMENT, key=key) for key in ("one", "two"))

    with pytest.raises(Refused, match="has been erased already"):
        told.monitor.append([once, twice])


def test_a_record_is_not_erased_while_a_correction_says_again_what_it_said(told: AnyDesk) -> None:
    with pytest.raises(Refused) as refused:
        told.monitor.append([erasure({"key": "told"}, STATEMENT)])

    correction_id = told.monitor.record("corrected").id
    assert str(refused.value) == (
        f"data.target: {correction_id} corrects it, and says again what it said "
        f"(erase {correction_id} first; `ceasefire erase` does both)"
    )


def test_a_record_that_a_correction_made_restricted_goes_with_it(told: AnyDesk) -> None:
    """What is kept from the public first is what has to go later."""
    said: dict[str, Any] = {"reason": "named", "claimant": "desk", "sources": [{"title": "x"}], "key": "restricted"}
    told.monitor.correct("told", {"handling": "restricted"}, kind="source_error", **said)

    with pytest.raises(Refused, match="would be public again"):
        told.monitor.erase("restricted", **SAID)
    erased(told)

    assert [told.body(key) for key in ("told", "corrected", "restricted")] == [None] * 3
    assert told.traces(SECRET) == []


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
