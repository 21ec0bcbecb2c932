"""What reaches a terminal, and what reaches a file."""

from __future__ import annotations

import io
import json
import sys

import pytest

from tui.commands.console import put_json

UNSEEN = "a\u200bb\ufeffc\u00add\u180ee\U000e0041f\u202eg\x7fh\x9bi"


class _Stream(io.TextIOWrapper):
    tty = True

    def isatty(self) -> bool:
        return self.tty


@pytest.mark.parametrize("tty", [True, False])
def test_json_on_a_terminal_has_nothing_unseen_and_reads_back_the_same(
    monkeypatch: pytest.MonkeyPatch, tty: bool
) -> None:
    raw = io.BytesIO()
    stream = _Stream(raw, encoding="utf-8")
    stream.tty = tty
    monkeypatch.setattr(sys, "stdout", stream)
    put_json({"text": UNSEEN + "شهداء 😀"})
    printed = raw.getvalue().decode()
    assert json.loads(printed) == {"text": UNSEEN + "شهداء 😀"}
    assert "شهداء 😀" in printed
    assert [character in printed for character in "\u200b\ufeff\u00ad\u180e\U000e0041\u202e\x7f\x9b"] == [not tty] * 8
