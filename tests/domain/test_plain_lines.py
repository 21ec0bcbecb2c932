"""A plain line is read in one go: to the same record, byte for byte, as by the long road, and never to another."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any

import pytest

from domain.calendar import Calendar, canonical, micros
from domain.catalogue import encode
from domain.editing import Corrected, Retracted
from domain.errors import Refused
from domain.lines import Tombstone, canonical_values, parse_line, references
from domain.log.stored import taken_from
from domain.plain import PlainLine, PlainReader, with_target
from domain.rules import NAMES_A_RECORD, check_report, check_texts, typed
from domain.strike import Linked
from tests.benchmarks.generator import lines
from tests.domain.examples import GAZA, NOW, example_lines

CALENDAR = Calendar(GAZA)
LATER = micros(NOW.replace(year=2027))
READER = PlainReader(CALENDAR, LATER)
ODD: tuple[Any, ...] = (
    None,
    "",
    " ",
    "x",
    "a : b",
    'a": "b',
    "\u00e9\u0645\u200f",
    "\u0085",
    "\x7f",
    "back\\slash",
    0,
    -1,
    1.0,
    1.5,
    1e300,
    10**12,
    10**13,
    True,
    [],
    ["into"],
    ["into", "\x7f"],
    {},
    {"a": {"b": {"c": [1]}}},
    {"key": "another"},
    {"start": "2026-02-01", "precision": 1},
    "2026-02-01",
    "2026-02-30",
    "0999-12-31",
    "9001-01-01",
    "2026-02-01T10:00:00Z",
    "2026-02-01T10:00:00.5Z",
    "2026-02-01T10:00:00+02:00",
    "2026-02-01T24:00:00Z",
    "2026-02-01T23:59:60Z",
    "2028-01-01",
    "crossing-rafah/1",
    "@7",
    "strike-b",
    "crossing-b",
    "strike.reported",
    "record.corrected",
)


def long_road(raw: bytes) -> PlainLine | None:
    """The same by the long road, or None for a line that it refuses."""
    try:
        draft = parse_line(raw, where="")
        if isinstance(draft, Tombstone):
            return None
        check_texts(draft.body)
        body = canonical_values(draft.body)
        target = ""
        for _, said, put in references(draft.type, body):
            target = said["key"] if isinstance(said, dict) and set(said) == {"key"} else "?"
            put("crossing-target/7")
        report = typed(draft.type, draft.stream, body)
        assert draft.key is not None
        check_texts(draft.key)
        if not 1 <= len(draft.key) <= 200 or draft.key != draft.key.strip() or NAMES_A_RECORD.fullmatch(draft.key):
            return None
        if not isinstance(report.data, Corrected | Retracted | Linked):  # held to it when they are put
            check_report(draft.type, report, now=LATER, calendar=CALENDAR)
        said_at = CALENDAR.end(canonical(draft.body["reported_at"], where=""))
    except Refused:
        return None
    occurred, _ = taken_from(report)
    return PlainLine(said_at, draft.type, draft.stream, draft.key, occurred, target, encode(report))


def resolved(line: PlainLine) -> PlainLine:
    """A plain line with its target's id in its body."""
    if not line.target:
        return line
    return line._replace(body=with_target(line.body, line.target, "crossing-target/7"))


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place of a line: the object or list that holds it, and its name or index."""
    for name, inner in value.items() if isinstance(value, dict) else enumerate(value):
        yield value, name
        if isinstance(inner, (dict, list)):
            yield from places(inner)


def changed(line: dict[str, Any], chance: random.Random) -> bytes:
    """A line with something odd in it, or written otherwise."""
    copy = json.loads(json.dumps(line))
    holder, name = chance.choice(list(places(copy)))
    match chance.randrange(4):
        case 0:
            del holder[name]
        case 1 if isinstance(holder, dict):
            holder[chance.choice(("more", "until", "caused_by", "relays", "key", "reason"))] = chance.choice(ODD)
        case _:
            holder[name] = chance.choice(ODD)
    raw = json.dumps(copy, ensure_ascii=chance.random() < 0.2, separators=chance.choice(((",", ":"), (", ", ": "))))
    match chance.randrange(6):
        case 0:
            at = chance.choice([index for index, sign in enumerate(raw) if sign == ":"] or [0])
            raw = raw[:at] + chance.choice((" ", "\t", "\r", "  ")) + raw[at:]
        case 1:
            twice = chance.choice(('"key": "twice", ', '"via":[], ', '"via" :[], ', '"via"\t\r:[], ', '"clarity":1,'))
            at = chance.choice([index for index, sign in enumerate(raw) if sign == "{"])
            raw = raw[: at + 1] + twice + raw[at + 1 :]
        case 2:
            raw = raw.replace("a", "\\u0061", 1)
        case _:
            pass
    return raw.encode(errors="surrogatepass")


EXAMPLES = [*example_lines(), *lines(400)]


@pytest.mark.parametrize("separators", [(",", ":"), (", ", ": ")], ids=["close", "apart"])
def test_a_plain_line_is_the_record_that_the_long_road_makes_of_it(separators: tuple[str, str]) -> None:
    plain = 0
    for line in EXAMPLES:
        raw = json.dumps(line, separators=separators).encode()
        found = READER.read(raw)
        if found is not None:
            plain += 1
            assert resolved(found) == long_road(raw)

    assert plain > 0.9 * len(EXAMPLES)


def test_no_line_is_plain_that_the_long_road_refuses_or_reads_otherwise() -> None:
    chance = random.Random(20260205)
    plain = refused = 0
    for _ in range(20_000):
        raw = changed(chance.choice(EXAMPLES), chance)
        found, expected = READER.read(raw), long_road(raw)
        refused += expected is None
        if found is not None:
            plain += 1
            assert resolved(found) == expected, raw

    assert plain > 500
    assert refused > 5_000


def test_bytes_that_are_no_text_are_not_plain() -> None:
    raw = json.dumps(EXAMPLES[5]).encode()
    for at in range(len(raw)):
        for odd in (b"\xff", b"\xc2\x85", b"\x7f", b"\x00", b'"'):
            hurt = raw[:at] + odd + raw[at + 1 :]
            found = READER.read(hurt)
            assert found is None or resolved(found) == long_road(hurt), hurt
