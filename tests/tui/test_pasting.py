"""What is pasted into a field: one text, shown as what it is; nothing of it reaches the terminal raw, or is a key."""

from __future__ import annotations

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
