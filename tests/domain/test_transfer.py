"""Export and import: the same content comes back, what was erased stays erased, what is restricted stays in."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from domain.catalogue import CATALOGUE
from domain.errors import Refused
from domain.exporting import ExportReport
from domain.lines import Draft, Tombstone, parse_line
from tests.domain.desk import Desk, decoded
from tests.domain.examples import (
    EXAMPLE_LINES,
    NOW,
    STATEMENT,
    STRIKE,
    correction,
    erasure,
    example_lines,
    killed,
    limited,
    link,
    retraction,
    score,
    statement,
    strike,
)

LATER = NOW.replace(year=2027)  # the example lines go up to July 2026


def content(desk: Desk) -> dict[str, Any]:
    """Key, and everything of a record that is its content."""
    return {
        record.key: (record.id, record.type, record.digest if record.report is None else record.report)
        for record in desk.monitor.records()
    }


class TestTheExampleLines:
    """Every line of `example_lines.jsonl`, one of each type."""

    @pytest.fixture
    def imported(self, desk: Desk) -> Desk:
        desk.clock.now = LATER
        report = desk.monitor.import_files([EXAMPLE_LINES])
        assert (report.recorded, report.skipped, report.refusals) == (35, 0, [])
        return desk

    def test_are_one_of_each_type_at_least(self) -> None:
        assert {line["type"] for line in example_lines()} == set(CATALOGUE)

    def test_say_the_same_when_exported(self, imported: Desk) -> None:
        exported = {line["key"]: line for line in decoded(imported.exported())}

        for line in example_lines():
            if line["key"] == "ex:in-force":
                line["occurred"] = "2025-10-10T09:00:00Z"  # said as 12:00 at +03:00, and stored in UTC
            if line["key"] != "ex:statement":  # which another line erases
                assert exported[line["key"]] == line

    def test_an_erased_body_is_exported_as_erased(self, imported: Desk) -> None:
        (stone,) = [line for line in decoded(imported.exported()) if "erased" in line]

        assert stone == {
            "type": "statement.made",
            "stream": "statement-ncag-2026-02-02",
            "key": "ex:statement",
            "erased": True,
            "schema": 1,
            "digest": imported.monitor.record("ex:statement").digest.hex(),
            "known_at": "2026-02-05T21:59:59.999999Z",  # not after its erasure was reported, whose line must follow it
        }

    def test_import_again_into_a_second_log_to_the_same_content(self, imported: Desk, second_desk: Desk) -> None:
        second_desk.clock.now = LATER

        report = second_desk.imports(*imported.exported())

        assert (report.recorded, report.skipped, report.refusals) == (35, 0, [])
        assert content(second_desk) == content(imported)
        assert second_desk.exported() == imported.exported()
        assert second_desk.body("ex:statement") is None
        second_desk.monitor.verify()

    def test_import_again_as_history_to_the_same_lines(self, imported: Desk, second_desk: Desk) -> None:
        second_desk.clock.now = LATER
        # an erased record is placed by when it was known: let that be before its erasure was reported
        lines = [line.replace(b"2027-02-05T12:00:00Z", b"2026-02-03T12:00:00Z") for line in imported.exported()]

        report = second_desk.imports(*lines, backfill=True)

        assert (report.recorded, report.skipped, report.refusals) == (35, 0, [])
        assert sorted(second_desk.exported()) == sorted(lines)
        assert second_desk.body("ex:statement") is None
        second_desk.monitor.verify()

    def test_import_again_into_the_same_log_as_nothing_new(self, imported: Desk) -> None:
        before = imported.monitor.head()

        again = imported.monitor.import_files([EXAMPLE_LINES])
        exported = imported.imports(*imported.exported())

        assert (again.recorded, again.skipped) == (0, 35)
        assert (exported.recorded, exported.skipped) == (0, 35)
        assert imported.monitor.head() == before
        assert imported.body("ex:statement") is None

    @pytest.mark.parametrize("line", example_lines(), ids=lambda line: line["key"])
    def test_each_says_the_same_to_the_byte_after_two_journeys(
        self, imported: Desk, second_desk: Desk, line: dict[str, Any]
    ) -> None:
        second_desk.clock.now = LATER
        first = [raw for raw in imported.exported() if json.loads(raw)["key"] == line["key"]]

        second_desk.imports(*imported.exported())

        second = [raw for raw in second_desk.exported() if json.loads(raw)["key"] == line["key"]]
        assert first == second

    def test_and_a_second_log_takes_its_erasure_where_the_body_still_stands(
        self, imported: Desk, second_desk: Desk
    ) -> None:
        """The other log holds the body: an erased line is no leave to destroy it there without saying why."""
        second_desk.clock.now = LATER
        (said,) = [line for line in example_lines() if line["key"] == "ex:statement"]
        second_desk.imports(said)

        refusals = second_desk.refused_lines(*imported.exported())

        assert refusals[0][1] == (
            "key: the key 'ex:statement' is that of statement-ncag-2026-02-02/1, which has not been erased here "
            "(`ceasefire erase` it here too)"
        )


def test_records_name_one_another_by_key_in_an_export(desk: Desk) -> None:
    desk.given(strike(), killed(caused_by="@1"), score([f"{STRIKE}/2"]), retraction("@2"))

    lines = decoded(desk.exported())

    assert lines[1]["caused_by"] == {"key": "strike"}
    assert lines[2]["data"]["basis"] == [{"key": "killed"}]
    assert lines[3]["data"]["target"] == {"key": "killed"}


def test_every_exported_line_is_parsed_as_a_line(desk: Desk) -> None:
    desk.given(strike(), statement(), erasure({"key": "statement"}, STATEMENT))

    parsed = [parse_line(raw, where="") for raw in desk.exported()]

    assert [type(item) for item in parsed] == [Draft, Tombstone, Draft]


class TestRestrictedRecords:
    @staticmethod
    def export(desk: Desk, *, restricted: bool = False) -> tuple[list[str], ExportReport]:
        lines: list[bytes] = []
        report = desk.monitor.export(lines.append, restricted=restricted)
        return [line["key"] for line in decoded(lines)], report

    def test_stay_in_and_are_counted(self, desk: Desk) -> None:
        desk.given(strike(), limited(handling="restricted"))

        keys, report = self.export(desk)

        assert keys == ["strike"]
        assert report == ExportReport(written=1, left_out_restricted=1)

    def test_are_written_when_asked_for(self, desk: Desk) -> None:
        desk.given(strike(), limited(handling="restricted"))

        keys, report = self.export(desk, restricted=True)

        assert keys == ["strike", "limited"]
        assert report == ExportReport(written=2)

    def test_keep_those_in_that_refer_to_them(self, desk: Desk) -> None:
        desk.given(
            strike(handling="restricted"),
            killed(caused_by={"key": "strike"}),
            correction({"key": "killed"}, {"of": "israelis"}),
            score([{"key": "killed"}]),
            limited(),
        )

        keys, report = self.export(desk)

        assert keys == ["limited"]
        assert report == ExportReport(written=1, left_out_restricted=1, left_out_dependent=3)

    def test_are_so_by_a_later_correction_too(self, desk: Desk) -> None:
        desk.given(strike(), limited(), correction({"key": "strike"}, {"handling": "restricted"}))

        keys, report = self.export(desk)

        assert keys == ["limited"]
        assert report == ExportReport(written=1, left_out_restricted=1, left_out_dependent=1)

    def test_and_public_again_when_that_is_retracted(self, desk: Desk) -> None:
        desk.given(
            strike(),
            correction({"key": "strike"}, {"handling": "restricted"}),
            retraction({"key": "correction"}),
        )

        assert self.export(desk)[0] == ["strike", "correction", "retraction"]

    def test_or_released_by_a_correction(self, desk: Desk) -> None:
        desk.given(strike(handling="restricted"), correction({"key": "strike"}, {"handling": "public"}))

        assert self.export(desk)[0] == ["strike", "correction"]

    def test_of_two_corrections_the_newer_standing_one_counts(self, desk: Desk) -> None:
        desk.given(
            strike(),
            correction({"key": "strike"}, {"handling": "restricted"}, key="1"),
            correction({"key": "strike"}, {"handling": "public"}, key="2"),
        )
        assert self.export(desk)[0] == ["strike", "1", "2"]

        desk.given(retraction({"key": "2"}))
        assert self.export(desk)[0] == []

    def test_a_strike_linked_to_a_restricted_one_is_public_all_the_same(self, desk: Desk) -> None:
        """A link names a stream, which is no secret, not a record."""
        desk.given(strike(handling="restricted"), link("strike-desk-b", STRIKE, "link"))

        assert self.export(desk)[0] == ["link"]

    def test_what_is_left_of_the_export_imports_again(self, desk: Desk, second_desk: Desk) -> None:
        desk.given(strike(), limited(handling="restricted"), retraction({"key": "strike"}))

        report = second_desk.imports(*desk.exported())

        assert (report.recorded, report.refusals) == (2, [])


def test_an_export_holds_what_stood_at_its_start(desk: Desk) -> None:
    desk.given(*(limited(str(n)) for n in range(3)))
    lines: list[bytes] = []

    def write(raw: bytes) -> None:
        lines.append(raw)
        desk.given(limited(f"meanwhile {len(lines)}"))

    desk.monitor.export(write)

    assert len(lines) == 3


def test_the_example_lines_are_those_that_were_published() -> None:
    """A line that is rewritten here would hide that old files no longer import."""
    assert sha256(EXAMPLE_LINES.read_bytes()).hexdigest()[:16] == "aae7901b241b83ce"


class TestErasedAndWithdrawn:
    """A record that was withdrawn, then erased: what is left of it imports again, and nothing of it gets out."""

    @pytest.fixture
    def withdrawn(self, desk: Desk) -> Desk:
        desk.given(strike(handling="restricted"))
        desk.monitor.retract("strike", reason="the SECRET source", **SAID, key="withdrawn")
        desk.monitor.erase("strike", reason="asked", authority="officer", **SAID, key="gone")
        return desk

    def test_its_export_imports_again(self, withdrawn: Desk, tmp_path: Path) -> None:
        lines: list[bytes] = []
        withdrawn.monitor.export(lines.append, restricted=True)
        for backfill in (False, True):
            other = Desk(tmp_path / f"other {backfill}")
            report = other.monitor.import_files([file_of(tmp_path, lines)], backfill=backfill)

            assert (report.recorded, report.refusals) == (3, [])
            other.monitor.verify()

    def test_what_told_of_a_restricted_record_stays_in_after_its_erasure(self, withdrawn: Desk) -> None:
        lines: list[bytes] = []
        withdrawn.monitor.export(lines.append)

        assert b"SECRET" not in b"".join(lines)

    def test_so_does_what_told_of_one_whose_handling_is_no_longer_known(self, desk: Desk) -> None:
        desk.given(strike(handling="restricted"), retraction({"key": "strike"}, key="said"), erasure({"key": "strike"}))
        lines: list[bytes] = []
        desk.monitor.export(lines.append)

        assert [decode(line)["key"] for line in lines] == ["strike", "erasure"]

    def test_a_correction_that_made_a_record_restricted_is_not_erased(self, desk: Desk) -> None:
        desk.given(strike(), correction({"key": "strike"}, {"handling": "restricted"}, key="hidden"))

        with pytest.raises(Refused, match="would be public again"):
            desk.monitor.erase("hidden", reason="asked", authority="officer", **SAID)

    def test_what_is_said_of_a_record_is_handled_as_it_is(self, desk: Desk) -> None:
        desk.given(strike(handling="restricted"))
        outcome = desk.monitor.correct("strike", {"place": "Rafah"}, kind="transcription", reason="x", **SAID)

        assert outcome.record.report is not None
        assert outcome.record.report.handling == "restricted"


SAID: dict[str, Any] = {"claimant": "desk", "sources": [{"title": "x"}]}


def file_of(folder: Path, lines: list[bytes]) -> Path:
    path = folder / "lines.jsonl"
    path.write_bytes(b"".join(lines))
    return path


def decode(line: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(line)
    return found
