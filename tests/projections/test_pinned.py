"""The read side answers what it answered before it was rebuilt."""

from __future__ import annotations

import json

import pytest

from tests.projections.pins import PINNED, answers, digest, logs

_PINNED: dict[str, str] = json.loads(PINNED.read_text())


@pytest.mark.parametrize("name", logs())
def test_it_answers_what_it_did(name: str) -> None:
    told = {words: digest(answer) for words, answer in answers(name)}
    assert told == {words: pinned for words, pinned in _PINNED.items() if words.startswith(f"{name} ")}
