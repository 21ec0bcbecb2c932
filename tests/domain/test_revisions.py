"""Corrections, retractions and erasures: later records about earlier ones, and what they may not do."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest

from domain.errors import NotOnRecord, Refused
from domain.lines import Draft
from tests.domain.desk import Desk
from tests.domain.examples import (
    CEASEFIRE,
    RAFAH,
    STATEMENT,
    STRIKE,
    announced,
    correction,
    denied,
    erasure,
    killed,
    limited,
    retraction,
    score,
    statement,
    strike,
)

FIRST = "(record it first, and in a file put it on an earlier line)"
RECORD_AGAIN = "(retract, and record again)"
REVISIONS = {
    "correction": lambda target, stream=STRIKE: correction(target, {"place": "Rafah"}, stream),
    "retraction": lambda target, stream=STRIKE: retraction(target, stream),
    "erasure": lambda target, stream=STRIKE: erasure(target, stream),
}


def stands(desk: Desk, ref: str) -> bool:
    with desk.monitor._log.reading() as lookup:
        return lookup.stands(desk.monitor.record(ref).id)


@pytest.mark.parametrize("revision", REVISIONS.values(), ids=REVISIONS.keys())
class TestTheTarget:
    def test_that_no_key_names(self, desk: Desk, revision: Any) -> None:
        refusal = desk.refusal(revision({"key": "nowhere"}), kind=NotOnRecord)

        assert refusal == f"data.target: no record has the key 'nowhere' {FIRST}"

    def test_that_no_id_names(self, desk: Desk, revision: Any) -> None:
        refusal = desk.refusal(revision(f"{STRIKE}/7"), kind=NotOnRecord)

        assert refusal == f"data.target: no record has the id 'strike-desk-2026-01-31/7' {FIRST}"

    def test_of_another_stream(self, desk: Desk, revision: Any) -> None:
        desk.given(strike(), statement())

        assert desk.refusal(revision({"key": "statement"})) == (
            "data.target: statement-ncag-2026-02-02/1 belongs to another stream "
            "(record this on statement-ncag-2026-02-02)"
        )

    def test_that_names_nothing(self, desk: Desk, revision: Any) -> None:
        assert desk.refusal(revision({"id": 5})) == (
            """data.target: {'id': 5} names no record (write {"key": "…"} or stream/version)"""
        )

    def test_that_has_been_erased(self, desk: Desk, revision: Any) -> None:
        desk.given(strike(), erasure({"key": "strike"}, key="done"))
        words = {
            "record.erased": "strike-desk-2026-01-31/1 has been erased already "
            "(`ceasefire erase strike-desk-2026-01-31/1` clears what is left of it in the log's files, if anything is)",
        }

        draft = revision({"key": "strike"})

        assert desk.refusal(draft) == "data.target: " + words.get(
            draft.type, "the body of strike-desk-2026-01-31/1 has been erased (record it again)"
        )


class TestCorrections:
    def test_the_original_stays_and_the_correction_stands_beside_it(self, desk: Desk) -> None:
        desk.given(strike(), correction({"key": "strike"}, {"place": "Rafah", "occurred": "2026-02-01"}))

        assert desk.body("strike").data.place == "Gaza"
        (revision,) = desk.monitor.revisions(f"{STRIKE}/1")
        assert revision.report is not None
        assert revision.report.data.changes == {"place": "Rafah", "occurred": "2026-02-01"}

    def test_null_takes_a_field_away(self, desk: Desk) -> None:
        desk.given(limited(), correction({"key": "limited"}, {"reason": None}, RAFAH))

    def test_null_does_not_take_a_field_away_that_is_needed(self, desk: Desk) -> None:
        desk.given(strike())

        assert desk.refusal(correction({"key": "strike"}, {"place": None})) == (
            "data: Object missing required field `place` (`ceasefire schema strike.reported` lists the fields)"
        )

    def test_a_correction_is_no_target(self, desk: Desk) -> None:
        desk.given(strike(), correction({"key": "strike"}, {"place": "Rafah"}))

        assert desk.refusal(correction({"key": "correction"}, {"reason": "x"}, key="2")) == (
            "data.target: strike-desk-2026-01-31/2 is itself a record.corrected "
            "(correct the original record; to undo a correction, retract it)"
        )

    def test_nor_is_a_retraction(self, desk: Desk) -> None:
        desk.given(strike(), retraction({"key": "strike"}))

        assert desk.refusal(correction({"key": "retraction"}, {"reason": "x"})) == (
            "data.target: strike-desk-2026-01-31/2 is itself a record.retracted "
            "(correct the original record; to undo a correction, retract it)"
        )

    @pytest.mark.parametrize("field", ["key", "stream", "type", "claimant"])
    def test_what_a_record_is_cannot_be_corrected(self, desk: Desk, field: str) -> None:
        desk.given(strike())

        assert desk.refusal(correction({"key": "strike"}, {field: "x"})) == (
            f"data.changes.{field}: {field} cannot be corrected {RECORD_AGAIN}"
        )

    @pytest.mark.parametrize(
        ("target", "stream", "field"),
        [("strike", STRIKE, "caused_by"), ("score", CEASEFIRE, "basis"), ("denied", RAFAH, "target")],
    )
    def test_nor_can_what_it_refers_to(self, desk: Desk, target: str, stream: str, field: str) -> None:
        desk.given(strike(), score([{"key": "strike"}]), announced(), denied({"key": "announced"}))

        assert desk.refusal(correction({"key": target}, {field: "x"}, stream)) == (
            f"data.changes.{field}: {field} names other records and cannot be corrected {RECORD_AGAIN}"
        )

    @pytest.mark.parametrize("field", ["wind", "data", "recorded_at", "position", "harm", "data.place"])
    def test_a_field_that_the_type_does_not_have(self, desk: Desk, field: str) -> None:
        desk.given(strike())

        assert desk.refusal(correction({"key": "strike"}, {field: "x"})) == (
            f"data.changes.{field}: strike.reported has no field {field!r} "
            "(`ceasefire schema strike.reported` lists the fields)"
        )

    def test_nothing_to_change(self, desk: Desk) -> None:
        desk.given(strike())

        assert desk.refusal(correction({"key": "strike"}, {})) == (
            "data.changes: nothing is changed (name a field and its new value)"
        )

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            (
                {"clarity": 9},
                "data.clarity: not a clarity (it says 9) (write 1 (one incident) or 2 (a total that cannot be split))",
            ),
            (
                {"sources": []},
                "sources: no source (name the document or the telling that carries the report)",
            ),
            (
                {"occurred": "2026-02-06"},
                "occurred: 2026-02-06 is in the future "
                "(check the date; this machine's clock says 2026-02-05T12:00:00Z)",
            ),
            (
                {"occurred": {"start": "2026-02-03", "end": "2026-02-02", "precision": 2}},
                "occurred: it starts 2026-02-03, after its end 2026-02-02 (give the earlier moment as start)",
            ),
            (
                {"occurred": "last week"},
                "data.changes.occurred: 'last week' is not a date or an instant "
                "(write 2026-02-02 or 2026-02-02T09:00:00+02:00)",
            ),
            (
                {"place": "\x1b[2J"},
                "data.changes.place: control character U+001B (remove it; one line of plain text)",
            ),
        ],
    )
    def test_a_value_that_would_have_been_refused(self, desk: Desk, changes: dict[str, Any], words: str) -> None:
        desk.given(strike())

        assert desk.refusal(correction({"key": "strike"}, changes)) == words

    def test_a_corrected_instant_is_stored_in_utc(self, desk: Desk) -> None:
        desk.given(strike(), correction({"key": "strike"}, {"occurred": "2026-02-01T10:00:00+02:00"}))

        assert desk.body("correction").data.changes == {"occurred": "2026-02-01T08:00:00Z"}


class TestRetractions:
    def test_a_retraction_withdraws(self, desk: Desk) -> None:
        desk.given(strike(), retraction({"key": "strike"}))

        assert not stands(desk, "strike")

    def test_a_retracted_retraction_reinstates(self, desk: Desk) -> None:
        desk.given(strike(), retraction({"key": "strike"}), retraction({"key": "retraction"}, key="undo"))

        assert stands(desk, "strike")
        assert not stands(desk, "retraction")

    def test_and_may_itself_be_retracted(self, desk: Desk) -> None:
        desk.given(
            strike(),
            retraction({"key": "strike"}),
            retraction({"key": "retraction"}, key="undo"),
            retraction({"key": "undo"}, key="redo"),
        )

        assert not stands(desk, "strike")

    def test_of_two_retractions_both_must_be_retracted(self, desk: Desk) -> None:
        desk.given(strike(), retraction({"key": "strike"}, key="a"))
        (second,) = desk.monitor.append([retraction({"key": "strike"}, key="b")])
        desk.given(retraction({"key": "a"}, key="undo a"))

        assert any("withdrawn already" in note for note in second.notes)
        assert not stands(desk, "strike")
        desk.given(retraction({"key": "b"}, key="undo b"))
        assert stands(desk, "strike")

    def test_whoever_corrects_what_was_withdrawn_is_told(self, desk: Desk) -> None:
        desk.given(strike(), retraction({"key": "strike"}))
        (corrected,) = desk.monitor.append([correction({"key": "strike"}, {"place": "Rafah"})])
        desk.given(retraction({"key": "retraction"}, key="undo"))
        (again,) = desk.monitor.append([correction({"key": "strike"}, {"place": "Khan Younis"}, key="again")])

        assert (
            f"{STRIKE}/1 was withdrawn already; this counts for nothing unless that withdrawal is retracted"
            in corrected.notes
        )
        assert not any("withdrawn" in note for note in again.notes)

    def test_a_retracted_correction_stands_no_more(self, desk: Desk) -> None:
        desk.given(strike(), correction({"key": "strike"}, {"place": "Rafah"}), retraction({"key": "correction"}))

        assert stands(desk, "strike")
        assert not stands(desk, "correction")

    def test_a_very_long_quarrel_is_still_decided(self, desk: Desk) -> None:
        quarrel = [retraction({"key": str(n - 1)}, STATEMENT, key=str(n)) for n in range(1, 1501)]
        assert desk.imports(statement(key="0"), *quarrel).recorded == 1501

        assert stands(desk, "0")

    def test_an_erasure_cannot_be_undone(self, desk: Desk) -> None:
        desk.given(strike(), erasure({"key": "strike"}))

        assert desk.refusal(retraction({"key": "erasure"})) == (
            "data.target: an erasure cannot be undone (record the report again)"
        )


class TestErasures:
    def test_an_erasure_stays_on_record(self, desk: Desk) -> None:
        desk.given(strike(), erasure({"key": "strike"}))

        assert desk.refusal(erasure({"key": "erasure"}, key="2")) == (
            "data.target: an erasure stays on record (name the record that it erased)"
        )

    def test_a_revision_may_be_erased(self, desk: Desk) -> None:
        desk.given(strike(), correction({"key": "strike"}, {"place": "Rafah"}), erasure({"key": "correction"}))

        assert desk.body("correction") is None
        desk.monitor.verify()


class TestRevisionsByHand:
    """`Monitor.correct`, `retract` and `erase` take an id, a key or a position."""

    SAID: ClassVar[dict[str, Any]] = {"reason": "misread", "claimant": "desk", "sources": [{"title": "x"}]}

    @pytest.mark.parametrize("ref", [f"{STRIKE}/1", "strike", "@1", "#1", "1"])
    def test_each_way_to_name_a_record(self, desk: Desk, ref: str) -> None:
        desk.given(strike())

        outcome = desk.monitor.correct(ref, {"place": "Rafah"}, kind="transcription", **self.SAID)

        assert outcome.record.report is not None
        assert outcome.record.report.data.target == f"{STRIKE}/1"

    @pytest.mark.parametrize(
        "ref", ["@2", "@0", "@", "2", "nowhere", f"{STRIKE}/2", "@99999999999999999999", "x/" + "9" * 5000]
    )
    def test_what_names_nothing(self, desk: Desk, ref: str) -> None:
        desk.given(strike())

        with pytest.raises(NotOnRecord) as refused:
            desk.monitor.retract(ref, **self.SAID)

        assert str(refused.value) == (
            f"no record is {ref!r} (give an id (stream/version), a key, or a position like @207)"
        )

    def test_an_unfit_kind_of_correction(self, desk: Desk) -> None:
        desk.given(strike())

        with pytest.raises(Refused, match="not one of its choices"):
            desk.monitor.correct("strike", {"place": "Rafah"}, kind="whim", **self.SAID)

    def test_a_dry_run_writes_nothing(self, desk: Desk) -> None:
        desk.given(strike())

        outcome = desk.monitor.retract("strike", **self.SAID, dry_run=True)

        assert outcome.fresh
        assert desk.monitor.head().position == 1

    def test_revisions_of_revisions_are_listed_in_order(self, desk: Desk) -> None:
        desk.given(
            killed(),
            correction({"key": "killed"}, {"of": "israelis"}, key="c"),
            retraction({"key": "c"}, key="r"),
            retraction({"key": "r"}, key="u"),
        )

        assert [record.key for record in desk.monitor.revisions(f"{STRIKE}/1")] == ["c", "r", "u"]


class TestDenials:
    def test_a_denial_names_an_announcement(self, desk: Desk) -> None:
        desk.given(announced(), denied({"key": "announced"}))

        assert desk.body("denied").data.target == "crossing-rafah/1"

    def test_nothing_else(self, desk: Desk) -> None:
        desk.given(limited())

        assert desk.refusal(denied({"key": "limited"})) == (
            "data.target: crossing-rafah/1 announces nothing (name a change_announced)"
        )


def test_a_draft_is_left_as_it_was(desk: Desk) -> None:
    desk.given(strike())
    draft: Draft = retraction({"key": "strike"})

    desk.given(draft)

    assert draft.body["data"]["target"] == {"key": "strike"}
