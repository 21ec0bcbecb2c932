"""A bundle is checked with nothing but itself: by the program, and by one that was written from BUNDLE.md alone.

The log of these stories: #2 is erased by #5, #3 is restricted and corrected by #6, #4 and #7 are public.
"""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from domain.bundling import BundleReport
from domain.errors import CeasefireError, LogDamaged, LogUnavailable, NotOnRecord, Refused
from domain.log import chain
from domain.log.bundle import BundleFindings, verify_bundle
from domain.monitor import Monitor
from tests.domain.desk import Desk
from tests.domain.examples import STATEMENT, STRIKE, correction, erasure, limited, statement, strike, with_data
from tests.log import independent_bundle
from tests.log.tampering import unguarded

Lines = list[dict[str, Any]]
GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture
def filled(desk: Desk) -> Desk:
    desk.given(
        limited("1"),
        statement("Zaytun-4471", key="2"),
        with_data(strike(key="3", handling="restricted"), place="Yarmuk-5582"),
        limited("4", occurred="2026-02-03"),
        erasure({"key": "2"}, STATEMENT, key="5"),
        correction({"key": "3"}, {"place": "Rafah"}, STRIKE, key="6"),
        limited("7", sources=[{"title": "نشرة \u200f «أ»"}]),
    )
    return desk


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "gaza.bundle"


def bundled(desk: Desk, out: Path, **options: Any) -> BundleReport:
    with out.open("wb") as file:
        return desk.monitor.bundle(file.write, **options)


def lines_of(out: Path) -> Lines:
    return [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]


def rewritten(out: Path, lines: Lines) -> Path:
    out.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    return out


def holds(out: Path) -> BundleFindings:
    """Both find that it holds, and the same head."""
    found = verify_bundle(out)
    assert independent_bundle.check(str(out)) == (found.manifest.position, found.manifest.hash)
    return found


def test_the_whole_log_holds_on_another_machine(filled: Desk, out: Path) -> None:
    report = bundled(filled, out)

    found = holds(out)

    assert report.head.hash.hex() == found.manifest.hash == filled.monitor.head().hash.hex()
    assert (found.shown, found.erased, found.restricted, found.notes) == (4, 1, 2, [])


def test_by_the_other_program_alone(filled: Desk, out: Path) -> None:
    bundled(filled, out)
    program = [sys.executable, "-I", independent_bundle.__file__, str(out)]

    done = subprocess.run(program, capture_output=True, text=True, check=True, cwd="/")

    assert done.stdout.split() == ["7", filled.monitor.head().hash.hex()]


def test_what_is_restricted_keeps_its_place_and_nothing_else(filled: Desk, out: Path) -> None:
    bundled(filled, out)

    said = lines_of(out)

    assert [line.get("withheld") for line in said[1:]] == [
        None, "erased", "restricted", None, None, "restricted", None,
    ]  # fmt: skip
    assert set(said[3]) == set(said[6]) == {"position", "leaf", "hash", "withheld"}
    text = out.read_text()
    assert "Yarmuk" not in text
    assert STRIKE not in text
    assert "Zaytun" not in text


def test_whoever_is_shown_it_later_can_check_that_it_stood_there(filled: Desk, out: Path, tmp_path: Path) -> None:
    bundled(filled, out)
    full = tmp_path / "full.bundle"
    report = bundled(filled, full, restricted=True)

    assert (report.shown, report.restricted) == (6, 0)
    assert holds(full).manifest.hash == holds(out).manifest.hash
    assert independent_bundle.leaf_of(lines_of(full)[3]).hex() == lines_of(out)[3]["leaf"]


class TestAVantage:
    def test_is_the_log_up_to_a_position(self, filled: Desk, out: Path) -> None:
        report = bundled(filled, out, position=4, as_of="2026-02-02T21:59:59.999999Z", known_at="2026-02-05T12:00:00Z")

        found = holds(out)

        assert report.head.position == found.manifest.position == 4
        assert (found.manifest.as_of, found.manifest.known_at) == (
            "2026-02-02T21:59:59.999999Z",
            "2026-02-05T12:00:00Z",
        )
        assert found.shown == 2
        assert found.notes == [
            "1 of the erased records have no erasure here: it stands later in the log, or is withheld"
        ]

    def test_what_was_restricted_since_is_withheld_there_too(self, filled: Desk, out: Path) -> None:
        filled.given(correction({"key": "4"}, {"handling": "restricted"}, "crossing-rafah", key="later"))

        bundled(filled, out, position=4)

        assert lines_of(out)[4]["withheld"] == "restricted"

    def test_of_nothing_holds(self, desk: Desk, out: Path) -> None:
        assert bundled(desk, out).head.position == 0
        assert holds(out).shown == 0

    def test_beyond_the_head_is_refused(self, filled: Desk, out: Path) -> None:
        with pytest.raises(NotOnRecord, match="there is no record #8"):
            bundled(filled, out, position=8)


def test_of_a_damaged_log_there_is_none(filled: Desk, out: Path) -> None:
    with unguarded(filled.path) as connection:
        connection.execute("UPDATE records SET recorded_by = 'x' WHERE position = 4")
    with pytest.raises(LogDamaged, match="#4"):
        bundled(filled, out)


def change(place: int, **changes: Any) -> Callable[[Lines], None]:
    """Other values in one line; None takes a name away."""

    def tamper(lines: Lines) -> None:
        for name, value in changes.items():
            if value is None:
                del lines[place][name]
            else:
                lines[place][name] = value

    return tamper


def reword(lines: Lines) -> None:
    lines[1]["body"] = lines[1]["body"].replace("desk", "dusk")


def swap(lines: Lines) -> None:
    lines[1], lines[4] = {**lines[4], "position": 1}, {**lines[1], "position": 4}


def drop(lines: Lines) -> None:
    del lines[4]


def drop_and_count(lines: Lines) -> None:
    del lines[4]
    for position, line in enumerate(lines[1:], start=1):
        line["position"] = position
    lines[0]["position"] = len(lines) - 1


def cut(lines: Lines) -> None:
    del lines[-1]


def go_on(lines: Lines) -> None:
    lines.append({**lines[-1], "position": 8})


def withhold_with_another_leaf(lines: Lines) -> None:
    lines[3]["leaf"] = "00" * 32


def call_it_erased(lines: Lines) -> None:
    line = lines[1]
    del line["body"], line["salt"]
    line |= {"digest": "00" * 32, "withheld": "erased"}


TAMPERED: dict[str, tuple[Callable[[Lines], None], str]] = {
    "a word": (reword, "#1"),
    "a salt": (change(1, salt="00" * 16), "#1"),
    "a time": (change(4, recorded_at=0), "#4"),
    "a name": (change(4, recorded_by="somebody"), "#4"),
    "a stream": (change(4, stream="../../etc/passwd"), "#4"),
    "a hash": (change(4, hash="00" * 32), "#4"),
    "a leaf": (withhold_with_another_leaf, "#3"),
    "a body called erased": (call_it_erased, "#1"),
    "the log's id": (change(0, log_id="ab" * 16), "#1"),
    "the log's timezone": (change(0, timezone="Africa/Cairo"), "#1"),
    "two swapped": (swap, "#1"),
    "one dropped": (drop, ":5: #5, where #4 belongs"),
    "one dropped and counted anew": (drop_and_count, "#4"),
    "the last cut": (cut, "#7: the bundle ends at #6"),
    "one more": (go_on, ":9: #8, where #8 belongs"),
    "another end": (change(0, hash="00" * 32), "#7: the chain does not end with the hash"),
    "a date before what it holds": (change(0, known_at="2026-02-01T00:00:00Z"), "#1: it came to be known after 2026"),
    "a position beyond all": (change(0, position=10**15), "#8: the bundle ends at #7"),
}


@pytest.mark.parametrize(("tamper", "said"), TAMPERED.values(), ids=TAMPERED.keys())
def test_what_was_done_to_it_is_named_and_both_programs_see_it(
    filled: Desk, out: Path, tamper: Callable[[Lines], None], said: str
) -> None:
    bundled(filled, out)
    lines = lines_of(out)
    tamper(lines)
    rewritten(out, lines)

    with pytest.raises(CeasefireError) as refused:
        verify_bundle(out)
    assert said in str(refused.value)
    with pytest.raises((ValueError, KeyError)):
        independent_bundle.check(str(out))


def test_every_flipped_bit_is_seen(filled: Desk, out: Path) -> None:
    """But in what no chain covers: the vantage, and white space of JSON, of which there is none."""
    bundled(filled, out)
    whole = out.read_bytes()
    content = lines_of(out)
    step = max(1, len(whole) // 400)
    for place in range(0, len(whole), step):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << (place % 8)
        out.write_bytes(damaged)
        try:
            verify_bundle(out)
        except CeasefireError:
            continue
        assert lines_of(out) == content, place


def made_up(stream: str, record_type: str, body: str, **stamps: Any) -> Lines:
    """A bundle of one record whose chain holds, as its maker likes it."""
    line = {
        "position": 1, "stream": stream, "version": 1, "type": record_type, "schema": 1, "key": "k",
        "recorded_at": 1, "known_at": 1, "recorded_by": "r", "body": body, "salt": "00" * 16, **stamps,
    }  # fmt: skip
    start = chain.genesis("ab" * 16, 1, "Asia/Gaza", 1)
    head = chain.link(start, independent_bundle.leaf_of(line)).hex()
    manifest = {
        "ceasefire_bundle": 2, "log_id": "ab" * 16, "format": 1, "timezone": "Asia/Gaza", "made_at": 1,
        "position": 1, "hash": head,
    }  # fmt: skip
    return [manifest, {**line, "hash": head}]


BODY = json.dumps(limited().body)
HOSTILE: dict[str, Lines] = {
    "a version that does not follow": made_up("crossing-\x1b[31m", "crossing.limited", BODY, version=7),
    "a number beyond all": made_up("crossing-a", "crossing.limited", BODY, recorded_at=10**30),
    "a time beyond all years": made_up("crossing-a", "crossing.limited", BODY, known_at=10**18),
    "a number that is a text": made_up("crossing-a", "crossing.limited", BODY, version="1"),
    "a number that is true": made_up("crossing-a", "crossing.limited", BODY, version=True),
    "a name too long": made_up("crossing-" + "a" * 5000, "crossing.limited", BODY),
}


@pytest.mark.parametrize("lines", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_chain_that_holds_does_not_let_in_what_no_log_holds(out: Path, lines: Lines) -> None:
    with pytest.raises(CeasefireError):
        verify_bundle(rewritten(out, lines))


UNREADABLE: dict[str, Lines] = {
    "a type that names a class": made_up("crossing-a", "os:system", BODY),
    "a type that is none": made_up("crossing-a", "crossing.exploded", BODY),
    "a body that is none": made_up("crossing-a", "crossing.limited", "{}"),
    "a body of deep JSON": made_up("crossing-a", "crossing.limited", "[" * 100_000),
    "a body of no JSON": made_up("crossing-a", "crossing.limited", "\x1b]52;c;AAAA\x07"),
    "another schema": made_up("crossing-a", "crossing.limited", BODY, schema=9),
}


@pytest.mark.parametrize("lines", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_a_record_that_the_chain_holds_and_nobody_can_read_is_named(out: Path, lines: Lines) -> None:
    assert verify_bundle(rewritten(out, lines)).unreadable.keys() == {1}


def test_a_record_known_before_the_one_before_it_is_refused(out: Path) -> None:
    manifest, first = made_up("crossing-a", "crossing.limited", BODY, known_at=2)
    second = {**first, "position": 2, "version": 2, "key": "k2", "known_at": 1}
    head = chain.link(bytes.fromhex(first["hash"]), independent_bundle.leaf_of(second)).hex()
    rewritten(out, [{**manifest, "position": 2, "hash": head}, first, {**second, "hash": head}])

    with pytest.raises(LogDamaged, match="#2: it was known before"):
        verify_bundle(out)
    with pytest.raises(ValueError, match="#2 was known before"):
        independent_bundle.check(str(out))


def test_the_made_up_bundle_itself_holds(out: Path) -> None:
    """So what refuses those above is what is wrong with each."""
    assert holds(rewritten(out, made_up("crossing-a", "crossing.limited", BODY))).shown == 1


FIRST, SECOND = (json.dumps(line).encode() for line in made_up("crossing-a", "crossing.limited", BODY))
RAW: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", ":1: not a line of JSON"),
    "no bundle": (b"{}\n", ":1: not the first line of a bundle"),
    "a list": (b"[]\n", ":1: not a JSON object"),
    "bad UTF-8": (b"\xff\xfe\n", ":1: not a line of JSON"),
    "deep JSON": (b"[" * 500_000, ":1: not a line of JSON"),
    "NaN": (FIRST.replace(b'"position": 1', b'"position": NaN') + b"\n", ":1: not a line of JSON"),
    "a number of 5,000 digits": (FIRST.replace(b'"position": 1', b'"position": 1' + b"0" * 5000), ":1: not a line"),
    "a name twice": (FIRST.replace(b"{", b'{"position": 2, ', 1) + b"\n", ":1: a name stands twice"),
    "a name more": (FIRST.replace(b"{", b'{"path": "../../x", ', 1) + b"\n", "unknown field `path`"),
    "a log id that is a path": (FIRST.replace(b"ab" * 16, b"../../../../etc/passwd"), "log_id"),
    "a timezone that is a path": (FIRST.replace(b"Asia/Gaza", b"../../etc/passwd"), "is not a timezone"),
    "a vantage that is none": (FIRST.replace(b"{", b'{"as_of": "\\u001b[31m", ', 1), "is not a date or an inst"),
    "a vantage that is a day": (FIRST.replace(b"{", b'{"known_at": "2026-02-05", ', 1), "is not written as a bundle"),
    "a newer one": (b'{"ceasefire_bundle": 3, "more": 1}\n', "a bundle of format 3, and this program knows 2"),
    "a newer log": (FIRST.replace(b'"format": 1', b'"format": 2') + b"\n", "log format 2"),
    "half of a character": (
        FIRST + b"\n" + SECOND.replace(b'"k"', b'"\\ud800"'),
        ":2: half of a character",
    ),
    "an empty line": (FIRST + b"\n\n", ":2: not a line of JSON"),
    "a line without an end": (b" " * (9 << 20), ":1: a line of more than 8,388,608 bytes"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "said"), RAW.values(), ids=RAW.keys())
def test_what_is_no_bundle_is_refused_by_line(out: Path, content: bytes, said: str) -> None:
    out.write_bytes(content)
    with pytest.raises(CeasefireError) as refused:
        verify_bundle(out)
    assert said in str(refused.value)
    assert refused.value.remedy


class TestWhatIsNoFileOfLines:
    def test_packed_things_are_not_unpacked(self, filled: Desk, out: Path, tmp_path: Path) -> None:
        bundled(filled, out)
        packed = tmp_path / "packed"
        packed.write_bytes(gzip.compress(b"0" * 10_000_000))
        with zipfile.ZipFile(tmp_path / "zip", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("../../escaped", b"0" * 10_000_000)
            archive.write(out, "gaza.bundle")
        before = sorted(tmp_path.rglob("*"))
        for path in (packed, tmp_path / "zip"):
            with pytest.raises(Refused, match="not a line of JSON"):
                verify_bundle(path)
        assert sorted(tmp_path.rglob("*")) == before

    def test_a_pipe_is_not_waited_for_and_a_folder_not_read(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe")
        for name in ("pipe", ".", "none"):
            with pytest.raises(LogUnavailable):
                verify_bundle(tmp_path / name)

    def test_ten_gigabytes_of_nothing_are_refused_at_once(self, out: Path) -> None:
        with out.open("wb") as file:
            file.truncate(10 << 30)
        started = time.process_time()
        with pytest.raises(Refused, match="a line of more than"):
            verify_bundle(out)
        assert time.process_time() - started < 5

    def test_a_link_is_followed(self, filled: Desk, out: Path, tmp_path: Path) -> None:
        bundled(filled, out)
        (tmp_path / "link").symlink_to(out)
        assert verify_bundle(tmp_path / "link").shown == 4


def test_a_bundle_of_version_1_still_holds() -> None:
    """It was made by an earlier program: 30 records, one of them erased, to be read at a vantage, and signed."""
    found = holds(GOLDEN / "bundle-1.bundle")

    assert (found.manifest.ceasefire_bundle, found.shown, found.erased) == (1, 29, 1)
    assert found.manifest.known_at == "2026-02-02T21:59:59.999999Z"


def test_every_type_of_record_holds_in_a_bundle(tmp_path: Path, out: Path) -> None:
    """The log of format 1 that is kept with the tests."""
    for file in GOLDEN.glob("format-1.db*"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    with Monitor(tmp_path / "format-1.db", read_only=True) as monitor, out.open("wb") as written:
        monitor.bundle(written.write, restricted=True)

    found = holds(out)

    assert (found.shown, found.erased, found.restricted) == (35, 1, 0)
    assert found.manifest.hash == (GOLDEN / "format-1.hash").read_text().strip()
