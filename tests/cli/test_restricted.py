"""Restricted records: on a terminal with their mark; in no pipe, file or picture unless that was asked for."""

from __future__ import annotations

import json
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from domain.clock import system_clock
from domain.monitor import Monitor
from projections.readmodel import ReadModel
from projections.text import RESTRICTED
from tests.cli.conftest import Run
from tests.domain.examples import example_lines

WORD = "zqsecret"
_FREE = {
    "title", "label", "text", "cause", "by", "to", "party", "parties", "mediators", "place", "name", "unit", "scope",
    "inclusion", "reason", "conditions", "target", "justification", "against", "obligated", "stage", "words",
    "commitment", "grader", "scorer", "aliases", "answers_to",
}  # fmt: skip
"""Fields of words. Streams, and what a total is of, stand in the totals."""
_SLUGS = {"commitment", "grader", "scorer", "answers_to"}
_FIGURE = re.compile(r"(?<![0-9a-z])8[0-9],?77[0-9](?![0-9a-z])")
SINCE = "2025-10-09"
DAYS = ("2025-11-15", "2026-02-02", "2026-08-01")


class Marking:
    """Makes a record restricted, with another marker for each of its words and figures."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.figures = 0

    def line(self, public: dict[str, Any], **changes: Any) -> dict[str, Any]:
        line: dict[str, Any] = {**json.loads(json.dumps(public)), **changes}
        line |= {"handling": "restricted", "claimant": self.slug(), "via": [self.word()]}
        line["sources"] = [{"title": self.word(), "url": f"https://example.org/{self.slug()}"}]
        line["original"] = {"text": self.word(), "lang": "en"}
        line["key"] = f"restricted:{public['key']}:{len(self.words)}"
        line["data"] = {name: self.value(line["type"], name, value) for name, value in line["data"].items()}
        return line

    def word(self) -> str:
        self.words.append(f"{WORD} {len(self.words)} words")
        return self.words[-1]

    def slug(self) -> str:
        self.words.append(f"{WORD}-{len(self.words)}-name")
        return self.words[-1]

    def figure(self) -> dict[str, Any]:
        self.figures += 1
        n = 80_770 + self.figures % 10 + self.figures // 10 * 1000
        return {"figure": {"low": n, "best": n, "high": n, "qualifier": "exact"}}

    def value(self, topic: str, name: str, value: Any) -> Any:
        if isinstance(value, dict) and "qualifier" in value:
            return self.figure()["figure"]
        if name == "figures":
            return [self.value(topic, "figure", one) for one in value]
        if name == "aliases":
            return [{**one, "text": self.word()} for one in value]
        if name not in _FREE or not isinstance(value, (str, list)) or (topic, name) == ("source.rated", "by"):
            return value
        make = self.slug if name in _SLUGS else self.word
        return make() if isinstance(value, str) else [make() for _ in value]


def _figure(low: int, high: int) -> dict[str, Any]:
    return {"low": low, "high": high, "qualifier": "range"}


def _public() -> list[dict[str, Any]]:
    """Of every type one, with figures that go as far as those of restricted records beside them do."""
    lines = [line for line in example_lines() if not line["type"].startswith("record.")]
    for line in lines:
        if line["type"] in ("strike.casualties_claimed", "crossing.passages_counted", "crossing.passage_refused"):
            line["data"]["figure"] = _figure(10_000, 99_000)
    return lines


def _edit(edit: str, target: dict[str, Any], **data: Any) -> dict[str, Any]:
    line = next(line for line in example_lines() if line["type"] == f"record.{edit}")
    when = {"occurred": "2026-02-03", "reported_at": "2026-02-03"}
    named = {"key": f"{edit} {target['key']}", "stream": target["stream"]}
    return line | when | named | {"data": {"target": {"key": target["key"]}, **data}}


class Made:
    """A log's lines, and the markers in them."""

    def __init__(self) -> None:
        public = _public()
        marking = Marking()
        hidden = []
        for line in public:
            if line["type"] not in ("strike.reported", "series.defined"):
                hidden.append(marking.line(line))
            if line["type"] in ("series.defined", "series.published", "crossing.registered", "crossing.limited"):
                hidden.append(marking.line(line, stream=f"{line['stream']}-apart"))
            if line["type"].startswith("strike.") and line["type"] != "strike.linked":
                hidden.append(marking.line(line, stream=f"{line['stream']}-apart"))
        claim = next(line for line in hidden if line["type"] == "strike.casualties_claimed")
        toll = next(line for line in public if line["type"] == "strike.casualties_claimed")
        since = marking.line(toll) | {"handling": "public", "key": "made-restricted"}
        # what is public by itself tells of these: corrections, a retraction, what came about through one
        self.lines = [*public, *hidden, since]
        self.lines += [
            _edit("corrected", since, changes={"handling": "restricted"}, kind="reclassified", reason=marking.word()),
            _edit("corrected", claim, changes=marking.figure(), kind="transcription", reason=marking.word()),
            _edit("retracted", hidden[0], by="editor", reason=marking.word()),
        ]
        told = next(line for line in public if line["type"] == "statement.made")
        told = told | {"key": "tells", "caused_by": {"key": claim["key"]}, "stream": "statement-tells"}
        self.lines.append(told | {"data": told["data"] | {"text": marking.word()}})
        self.words = marking.words


@pytest.fixture(scope="module")
def made() -> Made:
    return Made()


@pytest.fixture
def filled(log: Path, run: Run, made: Made) -> Path:
    run("import", "-", "--backfill", "--timezone", "Asia/Gaza", stdin="".join(json.dumps(x) + "\n" for x in made.lines))
    return log


def faces(run: Run, log: Path, *more: str) -> Iterator[tuple[str, str]]:
    """What every face prints to a pipe, both streams, and what it writes to files."""
    head = json.loads(run("verify", "--json").stdout)["position"]
    commands = [
        *(("replay", day, form) for day in DAYS for form in ("--full", "--json")),
        *(("status", *form) for form in ((), ("--full", "--rule", "preferred:gaza-moh"), ("--known-at", "@50"))),
        *(("diff", SINCE, DAYS[-1], form) for form in ("--full", "--json")),
        ("diff", "2026-02-05", "2026-02-05", "--known-at", "@30", "--known-at-b", "now", "--full"),
        *(("since", "@30", form) for form in ("--full", "--json")),
        *(("events", *form) for form in ((), ("--json",), ("--filter", "restricted"), ("--known-at", f"@{head - 4}"))),
        *(("discrepancies", *form) for form in ((), ("--json",))),
        *(("discrepancies", "--kind", kind) for kind in ("claimants_differ", "unregistered_claimant")),
        *(("show", f"@{n}", *(["--json"] if n % 2 else [])) for n in range(1, head + 1)),
        *(("show", "strike-desk-2026-01-31", *form) for form in ((), ("--json",), ("--known-at", f"@{head - 4}"))),
        ("show", "strike-desk-2026-01-31-apart"),
        ("export",),
    ]
    for words in commands:
        done = run(*words, *more, ok=False)
        assert "defect of the program" not in done.stderr, (words, done.stderr)
        yield " ".join(words), done.stdout + done.stderr
    done = run("watch")
    yield "watch", "" if more else done.stdout
    for keys in ("", "4 enter", "d"):
        file = log.parent / "picture.svg"
        run("screenshot", str(file), "--force", "--size", "160x60", "--press", keys, *more)
        yield f"screenshot {keys}", _written(file)
    for command in ("export", "bundle"):
        file = log.parent / f"{command}ed"
        run(command, str(file), *more)
        yield f"{command} FILE", _written(file)


def _written(file: Path) -> str:
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    return re.sub(r"&#160;|\s+", " ", file.read_text(encoding="utf-8"))


@pytest.mark.usefixtures("made")
def test_no_pipe_and_no_file_tells_a_restricted_record(run: Run, filled: Path) -> None:
    told = {
        face: found
        for face, printed in faces(run, filled)
        if (found := sorted({*re.findall(rf".*{WORD}.*", printed), *_FIGURE.findall(printed)}))
    }
    assert told == {}


def test_a_window_of_days_tells_none_of_them_and_counts_them(filled: Path) -> None:
    with Monitor(filled, read_only=True) as monitor, ReadModel.open(monitor) as model:
        found = {}
        for told in (True, False):
            model.told = told
            found[told] = model.history(model.vantage(DAYS[-1], None, now=system_clock()), "2024-01-01")
    printed = {told: msgspec.json.encode(one).decode() for told, one in found.items()}
    assert WORD in printed[True]
    assert sorted({*re.findall(rf"{WORD}[^\"]*", printed[False]), *_FIGURE.findall(printed[False])}) == []
    assert found[False].tolls == found[True].tolls
    assert found[False].lanes == found[True].lanes
    assert found[False].withheld > found[True].withheld == 0


def test_with_restricted_tells_all_of_it(run: Run, filled: Path, made: Made) -> None:
    told = dict(faces(run, filled, "--with-restricted"))
    silent = [face for face in told if face.startswith(("status", "events", "since", "diff 2026", "export", "bundle"))]
    assert [face for face in silent if WORD not in told[face] and "--known-at" not in face] == []
    whole = " ".join(told.values())
    assert [word for word in made.words if word not in whole] == []


def test_the_output_says_how_many_it_does_not_tell(run: Run, filled: Path) -> None:
    assert filled.exists()
    of = json.loads(run("status", "--json").stdout)
    assert of["withheld"] > 0
    said = f"{of['withheld']} restricted records count in totals and are not told here; --with-restricted tells them"
    assert said in " ".join(run("status").stdout.split())
    assert said in run("events").stderr
    assert said in " ".join(run("discrepancies").stdout.split())
    assert json.loads(run("status", "--json", "--with-restricted").stdout)["withheld"] == 0


def test_totals_and_ranges_count_them(run: Run, filled: Path) -> None:
    assert filled.exists()
    told, whole = (json.loads(run("status", "--json", *more).stdout) for more in ((), ("--with-restricted",)))
    for name in ("populations", "count", "total", "per_day", "week"):
        assert told["strikes"][name] == whole["strikes"][name]
    for name in ("discrepancies_total", "records_total", "hidden"):
        assert told[name] == whole[name]
    strike = next(one for one in told["strikes"]["latest"] if one["stream"] == "strike-desk-2026-01-31")
    assert strike["ranges"][0]["withheld"] > 0


@pytest.mark.parametrize(
    "face",
    [
        ("status", "--full"),
        ("replay", "2026-02-02", "--full"),
        ("diff", SINCE, DAYS[-1], "--full"),
        ("since", "@30", "--full"),
        ("discrepancies",),
        ("events",),
        ("show", "strike-desk-2026-01-31"),
    ],
    ids=lambda words: words[0],
)
def test_what_is_told_carries_its_mark(run: Run, filled: Path, face: tuple[str, ...]) -> None:
    assert filled.exists()
    items = _items(run(*face, "--with-restricted").stdout)
    assert any(WORD in words for _, words in items)
    above = ""
    for indent, words in items:
        above = words if not indent else above
        assert WORD not in words or RESTRICTED in words or (indent and RESTRICTED in above), words


def _items(page: str) -> list[tuple[int, str]]:
    """Items of a page, each with how far it is set in, its further lines with it."""
    items: list[tuple[int, str]] = []
    for row in filter(str.strip, page.splitlines()):
        indent = len(row) - len(row.lstrip())
        if items and indent >= items[-1][0] + 4:
            items[-1] = items[-1][0], f"{items[-1][1]} {row.strip()}"
        else:
            items.append((indent, row.strip()))
    return items


@pytest.mark.usefixtures("filled")
def test_a_picture_that_tells_them_carries_the_mark(run: Run, log: Path) -> None:
    file = log.parent / "picture.svg"
    run("screenshot", str(file), "--size", "200x60", "--as-of", "2026-02-02", "--with-restricted")
    assert "[R] zqsecret" in _written(file)
