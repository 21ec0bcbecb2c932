"""Texts that a terminal would obey, in every text of every type of record, drawn by every screen in a real terminal.

The log lets no control character in, so these were put into it past its rules, by somebody who can write the file: the
chain holds over them.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from domain.catalogue import record_type
from domain.errors import Refused
from domain.log.stored import StoredRecord
from tests.domain.desk import Desk
from tests.domain.examples import NOW, Clock, example_lines, statement
from tests.journeys.terminal import Terminal
from tests.reliability.conftest import Did
from tests.reliability.scale import FULL
from tests.reliability.test_hostile_files import put, texts_of

MARK = "Zq"
OBEYED = {
    "clipboard": "\x1b]52;c;UFdORUQ=\x07",
    "title": "\x1b]0;owned\x07",
    "clear": "\x1b[2J",
    "query": "\x1b[6n",
    "8-bit CSI": "\x9b2J",
    "8-bit OSC": "\x9d0;owned\x9c",
    "bell": "\x07",
    "carriage return": "\r",
    "backspace": "\x08\x08",
    "delete": "\x7f",
    "shift out": "\x0e",
    "right to left": "\u202e",
    "isolate": "\u2066",
    "zero width": "\u200b",
    "line": "\u2028",
    "tag": "\U000e0041",
    "action": "[@click=app.quit]",
    "closing tag": "[/x]",
    "colour": "[red]",
}
ESC, ENTER, DOWN = "\x1b", "\r", "\x1b[B"
KEYS = (
    *("1", ENTER, ESC, "2", ENTER, ESC, "3", ENTER, ESC, "4", ENTER, ESC, "z", "z"),
    *("x", DOWN, ENTER, ESC, ESC, "?", ESC, "\x10", ESC, *"[],.{}<>b", "l"),
    *("4", "r", ESC, "4", "R", ESC, "a", ENTER, ESC, ESC, "/", MARK, ESC),
)
"""Through every panel, detail and form; nothing is sent off."""


def poisoned(record: StoredRecord, text: str) -> StoredRecord:
    """The record with that text behind every text of its body that its type leaves free."""
    kind = record_type(record.topic)
    body: dict[str, Any] = json.loads(record.state)
    for place in texts_of(body):
        before = json.loads(json.dumps(body))
        holder: Any = body
        for step in place:
            holder = holder[step]
        if not isinstance(holder, str):
            continue
        put(body, place, f"{text}{MARK} {holder}")
        try:
            kind.decode(msgspec.json.encode(body), record.schema)
        except (msgspec.MsgspecError, Refused, ValueError):
            body = before
    return replace(record, state=msgspec.json.encode(body))


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """A log with a record of each type, and a statement for each payload; every text of all of them is hostile."""
    innocent, desk = Desk(tmp_path / "innocent", Clock(NOW + timedelta(days=200))), Desk(tmp_path / "desk")
    lines = [line for line in example_lines() if line["type"] != "record.erased"]
    assert innocent.imports(*lines).refusals == []
    innocent.given(*(statement(f"as {name}", key=f"payload {name}") for name in OBEYED))
    everything = " ".join(OBEYED.values())
    for record in innocent.monitor._log.select_notifications(None, 1_000):
        name = record.key.removeprefix("payload ")
        desk.monitor._log.insert_events([poisoned(record, OBEYED.get(name, everything))])
    innocent.monitor.close()
    assert desk.monitor.verify().records == len(lines) + len(OBEYED)
    desk.monitor.close()
    return desk.path


def obeyed(sent: bytes) -> list[str]:
    """The payloads of which a byte that a terminal obeys came through: next to the mark, or at all."""
    controls = {name: text.encode() for name, text in OBEYED.items() if not text.startswith("[")}
    found = [name for name, control in controls.items() if control + MARK.encode() in sent]
    never = ("clipboard", "8-bit CSI", "8-bit OSC", "right to left", "isolate", "zero width", "line", "tag", "query")
    return found + [name for name in never if controls[name] in sent]


def surroundings() -> dict[str, str]:
    return {"TERM": "xterm-256color", "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "TZ": "Asia/Gaza", "COLORTERM": ""}


def commands() -> Iterator[list[str]]:
    yield ["status"]
    yield ["replay", "2026-02-02"]
    yield ["events", "--limit", "100"]
    yield ["discrepancies"]
    for position in range(1, 50) if FULL else (1, 7, 30):
        yield ["show", f"@{position}"]


def test_by_the_commands(log: Path, did: Did) -> None:
    drawn = 0
    for words in commands():
        with Terminal([sys.executable, "-m", "tui", *words, "--log", str(log)], surroundings()) as terminal:
            code = terminal.wait_for_end()
        assert code == 0, terminal.text
        assert obeyed(bytes(terminal.sent)) == []
        assert b"Traceback" not in terminal.sent
        assert MARK.encode() in terminal.sent
        drawn += 1
    did("hostile texts", payloads=len(OBEYED), commands_in_a_terminal=drawn)


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (120, 40), (200, 50)] if FULL else [(120, 40)])
def test_by_the_dashboard(log: Path, did: Did, columns: int, rows: int) -> None:
    words = [sys.executable, "-m", "tui", "watch", "--log", str(log)]
    with Terminal(words, surroundings(), columns=columns, rows=rows) as terminal:
        terminal.wait_for("Records")
        seen = 0
        for keys in KEYS:
            before = len(terminal.sent)
            terminal.type(keys)
            terminal.settle()
            seen += MARK.encode() in terminal.sent[before:]
        assert terminal.process.poll() is None, terminal.text  # no action of a text was run, nothing crashed
        assert seen > 8
    assert obeyed(bytes(terminal.sent)) == []
    assert "⟦U+202E⟧".encode() in terminal.sent
    did("hostile texts", screens_in_a_terminal=len(KEYS), control_bytes_from_data=0, crashes=0, actions=0)


def test_these_checks_notice_what_gets_through() -> None:
    for name, text in OBEYED.items():
        if not text.startswith("["):
            assert name in obeyed(f"shown: {text}{MARK}".encode())
