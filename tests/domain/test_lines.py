"""The file format: what a line may be, and in which words a line that is none is refused.

Nothing of a file is recorded when one of its lines is refused.
"""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from domain import importing
from domain.errors import LogUnavailable
from domain.importing import MAX_REFUSALS
from domain.lines import MAX_LINE_BYTES
from domain.values import exact
from tests.domain.desk import Desk, Line, as_bytes
from tests.domain.examples import (
    RAFAH,
    correction,
    exactly,
    killed,
    limited,
    line,
    place,
    saying,
    statement,
    strike,
    with_data,
    without,
)

GOOD = strike()
JSON_LINE = "(one UTF-8 JSON object a line)"
STONE: dict[str, Any] = {
    "type": "statement.made",
    "stream": "statement-x",
    "key": "stone",
    "erased": True,
    "schema": 1,
    "digest": "00" * 32,
    "known_at": "2026-02-01T00:00:00Z",
}
AS_EXPORTED = "(take it as `ceasefire export` wrote it)"


def text(before: str, after: str) -> bytes:
    """The good line, with some of its text put otherwise."""
    raw = as_bytes(GOOD).decode()
    assert before in raw
    return raw.replace(before, after, 1).encode()


def changed(**fields: Any) -> dict[str, Any]:
    return {**line(GOOD), **fields}


REFUSED: dict[str, tuple[Line, str]] = {
    "no JSON": (b"strike", f"not JSON: JSON is malformed: invalid character (byte N) {JSON_LINE}"),
    "half a line": (b'{"type": "strike.rep', f"not JSON: Input data was truncated {JSON_LINE}"),
    "two objects": (b"{} {}", f"not JSON: JSON is malformed: trailing characters (byte N) {JSON_LINE}"),
    "a list": (b"[1, 2]", 'not a JSON object (one object a line, like {"type": …})'),
    "a text": (b'"strike"', 'not a JSON object (one object a line, like {"type": …})'),
    "NaN": (
        text('"clarity": 1', '"clarity": NaN'),
        "not JSON: JSON is malformed: invalid character (byte N) " + JSON_LINE,
    ),
    "Infinity": (
        text('"clarity": 1', '"clarity": Infinity'),
        "not JSON: JSON is malformed: invalid character (byte N) " + JSON_LINE,
    ),
    "minus Infinity": (
        text('"clarity": 1', '"clarity": -Infinity'),
        "not JSON: JSON is malformed: invalid character (byte N) " + JSON_LINE,
    ),
    "a number out of range": (
        text('"clarity": 1', '"clarity": 1e999'),
        f"not JSON: Number out of range - at `$[...][...]` {JSON_LINE}",
    ),
    "a number of 5,000 digits": (
        text('"clarity": 1', '"clarity": ' + "9" * 5000),
        f"not JSON: Integer value out of range - at `$[...][...]` {JSON_LINE}",
    ),
    "a name that stands twice": (
        text('"key": "strike"', '"key": "strike", "key": "other"'),
        "a name stands twice in one object (keep one of them)",
    ),
    "a name that stands twice deep inside": (
        text('"clarity": 1', '"clarity": 1, "clarity": 2'),
        "a name stands twice in one object (keep one of them)",
    ),
    "a name that stands twice in other letters": (
        text('"key": "strike"', '"key": "strike", "\\u006bey": "other"'),
        "a name stands twice in one object (keep one of them)",
    ),
    "no type": ({"stream": RAFAH}, "type: no type (`ceasefire schema` lists the types)"),
    "a type that is no text": (changed(type=5), "type: no type (`ceasefire schema` lists the types)"),
    "an unknown type": (
        changed(type="strike.exploded"),
        "type: 'strike.exploded' is not a record type (`ceasefire schema` lists the types)",
    ),
    "a class for a type": (
        changed(type="builtins:exec"),
        "type: 'builtins:exec' is not a record type (`ceasefire schema` lists the types)",
    ),
    "no stream": (
        {"type": "strike.reported"},
        "stream: no stream (name the stream that the record belongs to)",
    ),
    "a key that is no text": (changed(key=5), "key: not text (give a text that is unique in the log, or none)"),
    "no report date": (
        without(GOOD, "reported_at"),
        "reported_at: no reported_at (say when the claimant or outlet said it)",
    ),
    "a report date that is a spreadsheet's number": (
        changed(reported_at=46053.0),
        "reported_at: not a date or an instant (it says 46053.0) (write 2026-01-31, if it is a spreadsheet's number of "
        "a day; else 2026-02-02 or 2026-02-02T09:00:00+02:00)",
    ),
    "a report date that is none": (
        saying(GOOD, reported_at="soon"),
        "reported_at: 'soon' is not a date or an instant (write 2026-02-02 or 2026-02-02T09:00:00+02:00)",
    ),
    "an unknown field": (
        changed(originator_topic="builtins:exec"),
        "Object contains unknown field `originator_topic` (`ceasefire schema strike.reported` lists the fields)",
    ),
    "an unknown field of its own": (
        with_data(GOOD, wind="north"),
        "data: Object contains unknown field `wind` (`ceasefire schema strike.reported` lists the fields)",
    ),
    "a missing field": (
        without(GOOD, "via"),
        "Object missing required field `via` (`ceasefire schema strike.reported` lists the fields)",
    ),
    "a missing field of its own": (
        without(GOOD, "place"),
        "data: Object missing required field `place` (`ceasefire schema strike.reported` lists the fields)",
    ),
    "data that is a list": (
        changed(data=[]),
        'data: not named fields (write fields in braces, like {"name": …})',
    ),
    "a number of 30 digits": (
        killed({"best": 10**30, "qualifier": "about"}),
        f"data.figure.best: out of its range (it says {10**30}) (give 1,000,000,000,000 or less)",
    ),
    "a record that is far ahead": (
        saying(GOOD, reported_at="9999-12-31"),
        "reported_at: '9999-12-31' is not on any calendar (check day and month; years 1000 to 9000)",
    ),
    "a reference to a later line": (
        killed(caused_by={"key": "later"}),
        "caused_by: no record has the key 'later' (record it first, and in a file put it on an earlier line)",
    ),
    "an erased record that nothing erases": (
        STONE,
        "an erased record, and no record.erased says why (import the whole export, its erasures too)",
    ),
    "an erased record that is not": (
        {**STONE, "erased": False},
        f"not an erased record's line:  {AS_EXPORTED}",
    ),
    "an erased record with a body": (
        {**STONE, "data": {}},
        f"not an erased record's line: Object contains unknown field `data` {AS_EXPORTED}",
    ),
    "an erased record's short digest": (
        {**STONE, "digest": "00"},
        f"not an erased record's line:  {AS_EXPORTED}",
    ),
    "an erased record of a huge schema": (
        {**STONE, "schema": 10**30},
        f"not an erased record's line: Expected `int` <= 10000 - at `$.schema` {AS_EXPORTED}",
    ),
    "an erased record of an unknown type": (
        {**STONE, "type": "os.system"},
        "type: 'os.system' is not a record type (`ceasefire schema` lists the types)",
    ),
    "an erased record on a stream of another kind": (
        {**STONE, "stream": "crossing-x"},
        "stream: statement.made does not belong to 'crossing-x' (record it on a stream named statement-…)",
    ),
    "an erased record with an escape in its key": (
        {**STONE, "key": "\x1b[2J"},
        "key: control character U+001B (remove it; one line of plain text)",
    ),
    "bad UTF-8": (
        as_bytes(GOOD).replace(b"Gaza", b"Gaz\xff"),
        f"not JSON: not UTF-8 (byte N) {JSON_LINE}",
    ),
    "a lone surrogate": (
        text("Gaza", "\\ud800"),
        f"not JSON: JSON is malformed: unexpected end of escaped utf-16 surrogate pair (byte N) {JSON_LINE}",
    ),
    "an escape character": (
        text("Gaza", "\\u001b[2J"),
        "data.place: control character U+001B (remove it; one line of plain text)",
    ),
}


@pytest.mark.parametrize(("bad", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_a_line_is_refused_by_number_and_remedy(desk: Desk, bad: Line, words: str) -> None:
    ((number, said),) = desk.refused_lines(limited("before"), bad, limited("after", occurred="2026-02-01"))

    assert number == 2
    assert re.sub(r"\(byte \d+\)", "(byte N)", said) == words


@pytest.mark.parametrize("depth", [20, 200, 400, 900, 950, 980, 990, 995, 1000, 2000, 100_000])
@pytest.mark.parametrize(("opening", "closing"), [(b"[", b"]"), (b'{"a":', b"}")], ids=["lists", "objects"])
def test_deep_nesting_is_refused_at_any_depth(desk: Desk, depth: int, opening: bytes, closing: bytes) -> None:
    deep = text('"clarity": 1', '"clarity": ').replace(
        b'"clarity": ', b'"clarity": ' + opening * depth + b"1" + closing * depth
    )

    ((number, words),) = desk.refused_lines(GOOD, deep)

    assert number == 2
    assert "nested" in words


class TestTheLengthOfALine:
    def padded(self, length: int) -> bytes:
        raw = as_bytes(GOOD)
        return raw + b" " * (length - len(raw))

    @pytest.mark.parametrize("ending", [b"\n", b"\r\n", b""], ids=["LF", "CRLF", "none"])
    def test_of_exactly_one_megabyte_is_let_in(self, desk: Desk, ending: bytes) -> None:
        path = desk.file(self.padded(MAX_LINE_BYTES), ending=ending)

        assert desk.monitor.import_files([path]).recorded == 1

    @pytest.mark.parametrize("ending", [b"\n", b"\r\n", b""], ids=["LF", "CRLF", "none"])
    def test_of_one_byte_more_is_refused(self, desk: Desk, ending: bytes) -> None:
        path = desk.file(self.padded(MAX_LINE_BYTES + 1), ending=ending)

        (refused,) = desk.monitor.import_files([path]).refusals
        assert str(refused.error) == "a line of more than 1,048,576 bytes (keep lines shorter)"

    def test_of_five_megabytes_is_one_refusal_and_the_next_line_has_its_own_number(self, desk: Desk) -> None:
        refusals = desk.refused_lines(limited(), b"x" * 5 * 2**20, b"not JSON")

        assert [number for number, _ in refusals] == [2, 3]

    def test_of_no_end_is_given_up(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(importing, "ENDLESS_BYTES", 3 * 2**20)

        with pytest.raises(LogUnavailable, match="a line without an end"):
            desk.monitor.import_files([desk.file(b"x" * 6 * 2**20)])


class TestWhatAFileMayBe:
    def test_with_a_byte_order_mark(self, desk: Desk) -> None:
        assert desk.imports(b"\xef\xbb\xbf" + as_bytes(GOOD)).recorded == 1

    def test_a_byte_order_mark_further_down_is_no_json(self, desk: Desk) -> None:
        ((number, words),) = desk.refused_lines(GOOD, b"\xef\xbb\xbf" + as_bytes(limited()))

        assert number == 2
        assert words.startswith("not JSON: ")

    def test_with_windows_line_endings(self, desk: Desk) -> None:
        path = desk.file(GOOD, limited(), ending=b"\r\n")

        assert desk.monitor.import_files([path]).recorded == 2

    def test_with_blank_lines_which_are_counted(self, desk: Desk) -> None:
        refusals = desk.refused_lines(b"", GOOD, b"   ", b"\t", b"nonsense")

        assert [number for number, _ in refusals] == [5]
        assert desk.imports(b"", GOOD, b"  ").recorded == 1

    def test_without_a_last_line_ending(self, desk: Desk) -> None:
        path = desk.file(as_bytes(GOOD) + b"\n" + as_bytes(limited()), ending=b"")

        assert desk.monitor.import_files([path]).recorded == 2

    @pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf"], ids=["nothing", "blank", "only a mark"])
    def test_empty(self, desk: Desk, content: bytes) -> None:
        report = desk.monitor.import_files([desk.file(content, ending=b"")])

        assert (report.recorded, report.skipped, report.refusals) == (0, 0, [])

    def test_missing(self, desk: Desk) -> None:
        path = desk.folder / "nowhere.jsonl"
        with pytest.raises(LogUnavailable) as missing:
            desk.monitor.import_files([path])

        assert str(missing.value) == (
            f"{path}: cannot be read: No such file or directory (check the path and its permissions)"
        )

    def test_a_folder(self, desk: Desk) -> None:
        with pytest.raises(LogUnavailable, match="cannot be read: Is a directory"):
            desk.monitor.import_files([desk.folder])

    def test_letters_of_any_script_and_escapes_are_the_same_content(self, desk: Desk) -> None:
        arabic = statement("كرم أبو سالم")
        assert desk.imports(json.dumps(line(arabic), ensure_ascii=True).encode()).recorded == 1

        assert desk.imports(json.dumps(line(arabic), ensure_ascii=False).encode()).skipped == 1


class TestManyRefusals:
    def test_all_bad_lines_of_all_files_are_told_at_once(self, desk: Desk) -> None:
        one = desk.file(GOOD, b"nonsense", {"type": "x", "stream": "y"}, name="one.jsonl")
        two = desk.file(limited(), saying(limited("l2"), reported_at="soon"), name="two.jsonl")

        report = desk.monitor.import_files([one, two])

        assert [(refused.file, refused.line) for refused in report.refusals] == [
            (str(one), 2),
            (str(one), 3),
            (str(two), 2),
        ]
        assert report.recorded == 0
        assert desk.record_keys() == []

    def test_so_are_those_that_the_record_alone_refuses(self, desk: Desk) -> None:
        refusals = desk.refused_lines(
            GOOD, without(GOOD, "via"), killed(caused_by={"key": "x"}), saying(limited(), sources=[])
        )

        assert [number for number, _ in refusals] == [2, 3, 4]

    def test_after_a_hundred_no_more_are_looked_for(self, desk: Desk) -> None:
        assert len(desk.refused_lines(*[b"nonsense"] * 300)) == MAX_REFUSALS
        assert len(desk.refused_lines(*[without(GOOD, "via")] * 300)) == MAX_REFUSALS


def test_a_dry_run_tells_what_an_import_would_do_and_writes_nothing(desk: Desk) -> None:
    report = desk.imports(GOOD, limited(), dry_run=True)

    assert report.recorded == 2
    assert desk.record_keys() == []
    assert [number for number, _ in desk.refused_lines(GOOD, b"nonsense")] == [2]


def test_progress_is_told_up_to_the_end(desk: Desk) -> None:
    told: list[tuple[str, int, int]] = []
    path = desk.file(*(limited(str(n), occurred="2026-02-01") for n in range(1100)))

    desk.monitor.import_files([path], progress=lambda *said: told.append(said))

    assert [said[0] for said in told] == ["reading"] * 3 + ["recording"] * 3
    assert told[2] == ("reading", 1100, 1100)
    assert all(1050 <= total <= 1150 for _, _, total in told)
    assert told[-1] == ("recording", 1100, 1100)
    assert all(done <= total for _, done, total in told)


class TestWholeFloats:
    """As jq and pandas write counts: 4.0 is 4, and 4.5 is refused in our words."""

    def test_are_counts(self, desk: Desk) -> None:
        assert (
            desk.imports(strike(), killed({"low": 4.0, "best": 4.0, "high": 4.0, "qualifier": "exact"})).recorded == 2
        )

        assert desk.body("@2").data.figure == exact(4)

    def test_say_the_same_as_the_count(self, desk: Desk) -> None:
        desk.imports(killed(exactly(4)))

        assert desk.imports(killed({"low": 4.0, "best": 4.0, "high": 4.0, "qualifier": "exact"})).skipped == 1

    def test_in_a_correction_too(self, desk: Desk) -> None:
        desk.imports(strike(), correction({"key": "strike"}, {"clarity": 2.0}))

        assert repr(desk.body("@2").data.changes) == "{'clarity': 2}"

    def test_leave_a_place_where_it_was(self, desk: Desk) -> None:
        desk.imports(place(lat=31.0, lon=34.25))

        assert (desk.body("@1").data.lat, desk.body("@1").data.lon) == (31.0, 34.25)
