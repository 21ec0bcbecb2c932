"""Files that mean harm, or are merely broken: each is imported whole or refused whole, with the line and the reason."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from domain.lines import MAX_LINE_BYTES
from tests.domain.desk import Desk
from tests.domain.examples import NOW, Clock, example_lines
from tests.reliability.conftest import Did
from tests.reliability.disk import Disk
from tests.reliability.scale import scaled

TEXTS = [
    "'; DROP TABLE records; --",
    '" OR 1=1 --',
    "[@click=app.quit]x[/] [/x]",
    '=HYPERLINK("http://x")',
    "../../../../etc/passwd",
    "{{7*7}} ${7*7} %s %n",
    "\x1b]52;c;cHduZWQ=\x07",
    "\x9b2J",
    "32\u202e23",
    "a\u0000b",
    "\ud800",
    "\ufeff",
    "\u2028",
    "x" * 70_000,
    "",
    "os:system",
    "builtins:eval",
]
NUMBERS = [
    "1e400",
    "-1e400",
    "9" * 400,
    "-5",
    "1.5",
    "NaN",
    "Infinity",
    "0x10",
    "1e3",
    "9223372036854775808",
    "-0",
    "true",
]


def texts_of(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where texts and numbers stand in a line."""
    if isinstance(value, dict):
        return [place for name, inner in value.items() for place in texts_of(inner, (*path, name))]
    if isinstance(value, list):
        return [place for index, inner in enumerate(value) for place in texts_of(inner, (*path, index))]
    return [path]


def put(line: dict[str, Any], path: tuple[Any, ...], value: Any) -> None:
    holder: Any = line
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value


def another_text(line: dict[str, Any], chance: random.Random) -> bytes:
    put(line, chance.choice(texts_of(line)), chance.choice(TEXTS))
    return encoded(line)


def another_number(line: dict[str, Any], chance: random.Random) -> bytes:
    put(line, chance.choice(texts_of(line)), "\0number")
    return encoded(line).replace(b'"\\u0000number"', chance.choice(NUMBERS).encode())


def another_kind(line: dict[str, Any], chance: random.Random) -> bytes:
    put(line, chance.choice(texts_of(line)), chance.choice([None, [], {}, [[]], 3, False, {"key": {"key": "x"}}]))
    return encoded(line)


def another_field(line: dict[str, Any], chance: random.Random) -> bytes:
    holder = chance.choice([line, line["data"]])
    holder[chance.choice(["__class__", "_type_", "originator_topic", "extra", "", "erased", "digest"])] = "os:system"
    return encoded(line)


def twice(line: dict[str, Any], chance: random.Random) -> bytes:
    name = chance.choice(list(line))
    again = f"{json.dumps(name)}: {json.dumps(chance.choice(TEXTS))}, "
    return b"{" + again.encode("utf-8", "surrogatepass") + encoded(line)[1:]


def deep(line: dict[str, Any], chance: random.Random) -> bytes:
    depth = chance.choice([17, 100, 2_000, 100_000])
    opening, closing = chance.choice([(b"[", b"]"), (b'{"a":', b"}")])
    nested = opening * depth + b"1" + closing * depth
    return encoded(line)[:-1] + b', "via": ' + nested + b"}"


def broken_bytes(line: dict[str, Any], chance: random.Random) -> bytes:
    whole = bytearray(encoded(line))
    for _ in range(chance.randint(1, 3)):
        whole[chance.randrange(len(whole))] = chance.choice([0x00, 0xFF, 0xC0, 0x80, 0xED, 0x22, 0x5C, 0x7B])
    return bytes(whole)


def cut(line: dict[str, Any], chance: random.Random) -> bytes:
    whole = encoded(line)
    return whole[: chance.randrange(len(whole))]


def noise(_line: dict[str, Any], chance: random.Random) -> bytes:
    return chance.randbytes(chance.randint(1, 200)).replace(b"\n", b"")


def long(line: dict[str, Any], chance: random.Random) -> bytes:
    if chance.random() < 0.9:  # the other hostile lines are many, this one is slow
        return another_text(line, chance)
    return encoded(line) + b" " * MAX_LINE_BYTES


def encoded(line: dict[str, Any]) -> bytes:
    return json.dumps(line, ensure_ascii=False).encode("utf-8", "surrogatepass").replace(b"\n", b" ")


HARM: list[Callable[[dict[str, Any], random.Random], bytes]] = [
    another_text, another_number, another_kind, another_field, twice, deep, broken_bytes, cut, noise, long,
]  # fmt: skip


def hostile(number: int, chance: random.Random, examples: list[dict[str, Any]]) -> bytes:
    """A file of one to four lines, of which mostly one means harm."""
    count = chance.randint(1, 4)
    lines = []
    for index in range(count):
        line = json.loads(json.dumps(chance.choice(examples)))
        line["key"] = f"{number}:{index}"
        lines.append(encoded(line))
    harmed = json.loads(json.dumps(chance.choice(examples))) | {"key": f"{number}:x"}
    if chance.random() < 0.9:
        lines[chance.randrange(count)] = chance.choice(HARM)(harmed, chance)
    ending = chance.choice([b"\n", b"\n", b"\r\n", b"\n\n"])
    return chance.choice([b"", b"", b"\xef\xbb\xbf"]) + ending.join(lines) + chance.choice([b"", ending])


def test_whole_or_refused_with_line_and_reason(tmp_path: Path, did: Did) -> None:
    files = scaled(1_500, 100_000)
    chance = random.Random(100)
    # those that name no other record, so that each may stand alone
    examples = [line for line in example_lines() if b'{"key"' not in encoded(line)]
    assert len(examples) > 20
    disk = Disk(tmp_path)
    disk.keeps = False
    imported = refused = 0
    with disk.watched():
        for first in range(0, files, 5_000):
            desk = Desk(tmp_path / str(first), clock=Clock(NOW + timedelta(days=400)))
            file = desk.folder / "lines.jsonl"
            for number in range(first, min(files, first + 5_000)):
                file.write_bytes(hostile(number, chance, examples))
                before = desk.monitor.head().position
                report = desk.monitor.import_files([file])
                after = desk.monitor.head().position
                lines = file.read_bytes().removeprefix(b"\xef\xbb\xbf").split(b"\n")
                if report.refusals:
                    refused += 1
                    assert after == before
                    for one in report.refusals:
                        assert one.error.what
                        assert one.error.remedy
                        assert lines[one.line - 1].strip()
                else:
                    imported += 1
                    assert after == before + report.recorded
                    assert report.recorded + report.skipped == sum(bool(line.strip()) for line in lines)
            desk.monitor.verify()
            assert len(desk.exported(restricted=True)) == desk.monitor.head().position
            desk.monitor.close()
            shutil.rmtree(desk.folder)
    assert imported > files // 50
    assert refused > files // 2
    did("hostile files", files=files, imported_whole=imported, refused_with_line_and_reason=refused, tracebacks=0)
