"""Several reports that belong together are one command: all are recorded, or none."""

from __future__ import annotations

from typing import Any

import pytest

from domain.errors import NotOnRecord
from tests.domain.desk import Desk
from tests.domain.examples import (
    STRIKE,
    correction,
    erasure,
    killed,
    saying,
    score,
    statement,
    strike,
    with_data,
)


def test_records_that_belong_together_name_each_other_by_key(desk: Desk) -> None:
    outcomes = desk.monitor.append([strike(), killed(caused_by={"key": "strike"}), score([{"key": "killed"}])])

    assert [outcome.record.id for outcome in outcomes] == [
        "strike-desk-2026-01-31/1",
        "strike-desk-2026-01-31/2",
        "ceasefire-gaza-2025/1",
    ]
    assert [outcome.record.position for outcome in outcomes] == [1, 2, 3]
    assert desk.body("killed").caused_by == "strike-desk-2026-01-31/1"
    assert desk.body("score").data.basis == ("strike-desk-2026-01-31/2",)


def test_a_record_and_its_correction_may_come_together(desk: Desk) -> None:
    desk.monitor.append([strike(), correction({"key": "strike"}, {"place": "Rafah"})])

    assert desk.record_keys() == ["strike", "correction"]


def test_a_record_and_its_erasure_too(desk: Desk) -> None:
    desk.monitor.append([strike(), erasure({"key": "strike"})])

    assert desk.body("strike") is None
    desk.monitor.verify()


def test_a_reference_to_a_later_record_of_the_command_is_refused(desk: Desk) -> None:
    assert desk.refusal(killed(caused_by={"key": "strike"}), strike(), kind=NotOnRecord) == (
        "record 1 of 2: caused_by: no record has the key 'strike' "
        "(record it first, and in a file put it on an earlier line)"
    )


def test_when_one_is_refused_none_is_written(desk: Desk) -> None:
    assert desk.refusal(strike(), killed(), statement("x" * 301)).startswith("record 3 of 3: data.text: ")
    assert desk.record_keys() == []


def test_alone_it_is_not_counted(desk: Desk) -> None:
    assert desk.refusal(saying(strike(), sources=[])).startswith("sources: no source")


def test_what_is_on_record_of_a_command_is_not_recorded_again(desk: Desk) -> None:
    desk.given(strike())

    outcomes = desk.monitor.append([strike(), killed(caused_by={"key": "strike"})])

    assert [outcome.fresh for outcome in outcomes] == [False, True]
    assert desk.record_keys() == ["strike", "killed"]


def test_the_same_twice_in_one_command_is_recorded_once(desk: Desk) -> None:
    outcomes = desk.monitor.append([strike(), strike()])

    assert [outcome.fresh for outcome in outcomes] == [True, False]
    assert desk.record_keys() == ["strike"]


def test_one_key_for_two_contents_in_one_command_is_refused(desk: Desk) -> None:
    assert desk.refusal(strike(), with_data(strike(), place="Rafah")).startswith(
        "record 2 of 2: key: the key 'strike' is that of strike-desk-2026-01-31/1"
    )


def test_a_dry_run_tells_what_would_be_recorded_and_writes_nothing(desk: Desk) -> None:
    outcomes = desk.monitor.append([strike(), killed(caused_by={"key": "strike"})], dry_run=True)

    assert [(outcome.record.id, outcome.fresh) for outcome in outcomes] == [
        (f"{STRIKE}/1", True),
        (f"{STRIKE}/2", True),
    ]
    assert desk.record_keys() == []


@pytest.mark.parametrize("named", [{"key": "strike"}, f"{STRIKE}/1", "@1", "#1"], ids=str)
def test_each_way_to_refer_to_a_record_comes_to_its_id(desk: Desk, named: Any) -> None:
    desk.given(strike(), killed(caused_by=named))

    assert desk.body("killed").caused_by == f"{STRIKE}/1"


@pytest.mark.parametrize(
    "named",
    ["@2", "@0", "#99999999999999999999999", f"{STRIKE}/2", f"{STRIKE}/" + "9" * 5000, "strike", {"key": "nowhere"}],
    ids=lambda named: str(named)[:40],
)
def test_a_reference_to_nothing_is_refused(desk: Desk, named: Any) -> None:
    desk.given(strike())

    refusal = desk.refusal(killed(caused_by=named), kind=NotOnRecord)

    assert refusal.startswith("caused_by: no record has the ")
    assert refusal.endswith("(record it first, and in a file put it on an earlier line)")


@pytest.mark.parametrize("named", [[], {}, {"key": 5}, {"key": "strike", "id": "x"}, 5, True], ids=str)
def test_a_reference_that_is_none_is_refused(desk: Desk, named: Any) -> None:
    desk.given(strike())

    assert desk.refusal(killed(caused_by=named)) == (
        f'caused_by: {named!r} names no record (write {{"key": "…"}} or stream/version)'
    )
