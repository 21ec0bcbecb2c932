"""The idempotency key: the same content is a no-op, other content is refused."""

from __future__ import annotations

from typing import Any

import pytest

from domain.errors import KeyConflict
from domain.lines import Draft
from tests.domain.desk import Desk
from tests.domain.examples import (
    RAFAH,
    STATEMENT,
    correction,
    denied,
    erasure,
    killed,
    limited,
    retraction,
    saying,
    statement,
    strike,
    under,
    with_data,
)

RETRACTED_SINCE = "it has been retracted since; to reinstate it, retract the retraction"


def test_the_same_content_under_the_same_key_is_on_record_already(desk: Desk) -> None:
    (first,) = desk.given(strike())

    (again,) = desk.monitor.append([strike()])

    assert not again.fresh
    assert not again.retracted
    assert again.record == first
    assert again.notes == ()
    assert desk.monitor.head().position == 1


def test_later_it_is_on_record_still(desk: Desk) -> None:
    """A rule on time is not held against what is on record: the clock may have been set back since."""
    desk.given(strike())
    desk.clock.now = desk.clock.now.replace(year=2020)

    (again,) = desk.monitor.append([strike()])

    assert not again.fresh


def test_a_field_that_is_absent_and_one_that_is_null_are_the_same_content(desk: Desk) -> None:
    desk.given(limited())

    (again,) = desk.monitor.append([with_data(limited(), reason=None)])

    assert not again.fresh


def test_a_retracted_record_is_on_record_and_both_is_said(desk: Desk) -> None:
    desk.given(strike(), retraction({"key": "strike"}))

    (again,) = desk.monitor.append([strike()])

    assert not again.fresh
    assert again.retracted
    assert again.notes == (RETRACTED_SINCE,)
    assert desk.record_keys() == ["strike", "retraction"]


def test_a_reinstated_record_is_just_on_record(desk: Desk) -> None:
    desk.given(strike(), retraction({"key": "strike"}), retraction({"key": "retraction"}, key="undo"))

    (again,) = desk.monitor.append([strike()])

    assert not again.retracted


def test_an_erased_record_is_on_record_and_its_body_stays_erased(desk: Desk) -> None:
    desk.given(statement(), erasure({"key": "statement"}, STATEMENT))

    (again,) = desk.monitor.append([statement()])

    assert not again.fresh
    assert again.record.report is None
    assert again.notes == ("its body has been erased since, and stays so",)


@pytest.mark.parametrize(
    "other",
    [
        saying(strike(), occurred="2026-02-01"),
        saying(strike(), handling="restricted"),
        with_data(strike(), place="Rafah"),
        strike(stream="strike-desk-other"),
        under("strike", killed()),
        under("strike", limited()),
    ],
    ids=["other time", "other handling", "other place", "other stream", "other type", "other type and stream"],
)
def test_other_content_under_the_same_key_is_refused(desk: Desk, other: Draft) -> None:
    desk.given(strike())

    assert desk.refusal(other, kind=KeyConflict) == (
        "key: the key 'strike' is that of strike-desk-2026-01-31/1 (#1), which says something else "
        "(give this record a key of its own; to mend the other, `ceasefire correct` it)"
    )


def test_without_a_key_one_is_made_and_told(desk: Desk) -> None:
    outcomes = [desk.monitor.append([strike(key=None)])[0] for _ in range(2)]

    keys = [outcome.record.key for outcome in outcomes]
    assert keys[0] != keys[1]
    assert all(key.startswith("made:") for key in keys)


def test_a_line_without_a_key_gets_one_from_what_it_says(desk: Desk) -> None:
    """So that the same file twice gives the same log."""
    lines = [strike(key=None), limited(key=None), limited(key=None, occurred="2026-02-01")]
    assert desk.imports(*lines).recorded == 3

    again = desk.imports(*reversed(lines))

    assert (again.recorded, again.skipped) == (0, 3)


@pytest.mark.parametrize("backfill", [False, True])
@pytest.mark.parametrize("key", ["strike", None], ids=["with a key", "without"])
def test_the_same_line_twice_in_one_file_is_refused_with_both_numbers(
    desk: Desk, key: str | None, backfill: bool
) -> None:
    """Nobody knows whether two rows of an export that read alike are one report, and none was on record before."""
    twice = strike(key=key)

    ((number, words),) = desk.refused_lines(limited(), twice, b"", twice, backfill=backfill)

    assert (number, words) == (
        4,
        "line 4 says the same as line 2 (remove one of them; if both are meant, give each a key of its own)",
    )


def test_the_same_report_written_otherwise_is_the_same_line(desk: Desk) -> None:
    ((_, words),) = desk.refused_lines(
        strike(occurred="2026-01-31T10:00:00Z"), strike(occurred="2026-01-31T12:00:00+02:00")
    )

    assert words.startswith("line 2 says the same as line 1")


def test_an_erased_record_s_line_twice_is_refused_too(desk: Desk) -> None:
    desk.given(strike(), erasure({"key": "strike"}))
    stone, erased = desk.exported()
    other = Desk(desk.folder / "other")

    ((number, words),) = other.refused_lines(stone, stone, erased)

    assert (number, words.split(" (")[0]) == (2, "line 2 says the same as line 1")
    other.monitor.close()


def test_the_same_line_in_two_files_of_one_import_is_recorded_once(desk: Desk) -> None:
    files = [desk.file(strike(), limited(), name="a.jsonl"), desk.file(limited(), name="b.jsonl")]

    report = desk.monitor.import_files(files)

    assert (report.recorded, report.skipped, report.repeated) == (2, 0, 1)
    assert desk.monitor.import_files(files).skipped == 3


def test_other_content_under_one_key_in_one_file_is_refused_by_line(desk: Desk) -> None:
    """The log in which the first would have had a position never came to be."""
    ((number, words),) = desk.refused_lines(limited(), strike(), strike(occurred="2026-02-01"))

    assert number == 3
    assert words.startswith("key: the key 'strike' is that of line 2, which says something else (")


def test_of_another_file_the_line_is_named_with_its_file(desk: Desk) -> None:
    files = [desk.file(strike(), name="a.jsonl"), desk.file(strike(occurred="2026-02-01"), name="b.jsonl")]

    (refused,) = desk.monitor.import_files(files).refusals

    assert refused.error.what == f"the key 'strike' is that of {files[0]}:1, which says something else"


def test_a_record_that_was_there_before_keeps_its_position(desk: Desk) -> None:
    desk.given(strike())

    ((_, words),) = desk.refused_lines(limited(), strike(occurred="2026-02-01"))

    assert words.startswith("key: the key 'strike' is that of strike-desk-2026-01-31/1 (#1), which says something else")


@pytest.mark.parametrize("backfill", [False, True])
@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ((correction({"key": "strike"}, {"place": "Rafah"}, RAFAH),), "line 2 belongs to another stream"),
        (
            (
                correction({"key": "strike"}, {"place": "Rafah"}, key="c"),
                correction({"key": "c"}, {"place": "Gaza"}, key="d"),
            ),
            "line 3 is itself a record.corrected",
        ),
        ((denied({"key": "limited"}),), "line 1 announces nothing"),
    ],
    ids=["another stream", "a correction", "no announcement"],
)
def test_an_edit_names_the_line_of_what_it_edits(
    desk: Desk, lines: tuple[Draft, ...], said: str, backfill: bool
) -> None:
    refusals = desk.refused_lines(limited(), strike(), *lines, backfill=backfill)

    assert [(number, words.partition(": ")[2].split(" (")[0]) for number, words in refusals] == [(2 + len(lines), said)]


def test_an_import_tells_of_a_record_that_was_retracted_since(desk: Desk) -> None:
    desk.given(limited(), retraction({"key": "limited"}, RAFAH))

    report = desk.imports(limited())

    assert report.skipped == 1
    assert report.notes == [f"{desk.folder / 'lines.jsonl'}:1: on record as crossing-rafah/1, and retracted since"]


def test_a_revision_run_again_under_its_key_is_a_no_op_at_any_time(desk: Desk) -> None:
    desk.given(strike())
    said: dict[str, Any] = {"reason": "misread", "claimant": "desk", "sources": [{"title": "x"}], "key": "again"}
    first = desk.monitor.correct("strike", {"place": "Rafah"}, kind="transcription", **said)
    desk.clock.now = desk.clock.now.replace(hour=18)

    again = desk.monitor.correct("strike", {"place": "Rafah"}, kind="transcription", **said)

    assert (first.fresh, again.fresh) == (True, False)
    assert again.record == first.record
