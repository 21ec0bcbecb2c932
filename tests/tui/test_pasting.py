"""What is pasted into a field: one text, shown as what it is; nothing of it reaches the terminal raw, or is a key."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from textual import events

from tests.tui.watching import screen, until, watching
from tui.dashboard.field import Field
from tui.dashboard.paste import PasteParser

HOSTILE = "26\u202e23\u2066 \x1b]52;c;QUJD\x07 \x9b31m \x1b[2J\x13\x11 \u200b end"
START, END = "\x1b[200~", "\x1b[201~"
RAW = ("\u202e", "\u2066", "\x9b", "\u200b", "\x1b]52", "\x07")


def events_of(*parts: str) -> list[object]:
    parser = PasteParser()
    return [event for part in parts for event in parser.feed(part)]


@pytest.mark.parametrize("cut", range(1, 40, 3))
def test_a_paste_is_one_text_however_it_is_cut(cut: int) -> None:
    sent = f"a{START}{HOSTILE}{END}b"
    found = events_of(sent[:cut], sent[cut:])
    assert [type(each) for each in found] == [events.Key, events.Paste, events.Key]
    assert isinstance(found[1], events.Paste)
    assert found[1].text == HOSTILE.replace("\x1b", "␛")


def test_keys_and_sequences_outside_of_a_paste_are_what_they_were() -> None:
    found = events_of("\x1b[A", f"{START}x\x1b\x1b{END}", "\x1b[B")
    assert [each.key for each in found if isinstance(each, events.Key)] == ["up", "down"]
    assert [each.text for each in found if isinstance(each, events.Paste)] == ["x␛␛"]


async def test_a_field_shows_what_was_pasted(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        await pilot.press("g")
        await until(pilot, lambda: isinstance(app.focused, Field))
        field = app.focused
        assert isinstance(field, Field)
        field.post_message(events.Paste(f"{HOSTILE}\n\tsecond line"))
        await until(pilot, lambda: "second line" in field.value)
        assert field.value.startswith("26⟦U+202E⟧23⟦U+2066⟧ ␛]52;c;QUJD␇ ⟦U+009B⟧31m ␛[2J␓␑")
        assert field.value.endswith("end second line")
        assert field.cursor_position == len(field.value)
        assert not any(raw in screen(app) for raw in RAW)
        field.value = HOSTILE
        assert not any(raw in field.value for raw in RAW)


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_the_bytes_that_reach_the_terminal(gaza: Path) -> None:
    """On a real terminal: pasted into a field of the real program, which survives it."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    words = [sys.executable, "-m", "tui", "watch", "--log", str(gaza)]
    env = os.environ | {"TERM": "xterm-256color", "COLUMNS": "120", "LINES": "40"}
    process = subprocess.Popen(words, stdin=slave, stdout=slave, stderr=slave, env=env, start_new_session=True)
    os.close(slave)
    sent = b""

    def read_until(seen: Callable[[bytes], bool]) -> bytes:
        nonlocal sent
        end = time.monotonic() + 120
        since = len(sent)
        while not seen(sent[since:]):
            assert time.monotonic() < end, sent[since:][-2000:]
            if select.select([master], [], [], 0.1)[0]:
                sent += os.read(master, 65536)
        return sent[since:]

    try:
        read_until(lambda shown: b"Records" in shown)
        os.write(master, b"g")
        read_until(lambda shown: b"known at" in shown)
        os.write(master, f"{START}{HOSTILE}{END}".encode())
        shown = read_until(lambda shown: b"U+2066" in shown)
        assert not any(raw.encode() in shown for raw in RAW)
        assert b"\x1b[2J" not in shown
        assert process.poll() is None
    finally:
        process.kill()
        process.wait(10)
        os.close(master)
