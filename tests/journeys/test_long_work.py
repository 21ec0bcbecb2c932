"""Long work on a terminal shows a bar on stderr; in a pipe it says nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.journeys.conftest import COMMAND, Ceasefire
from tests.journeys.terminal import Terminal


@pytest.fixture
def many_lines(tmp_path: Path) -> Path:
    """A file whose import takes more than a second."""
    line = {
        "type": "statement.made",
        "occurred": "2026-01-01",
        "reported_at": "2026-01-02",
        "claimant": "a",
        "claimant_basis": "stated",
        "via": [],
        "sources": [{"title": "T"}],
        "handling": "public",
        "data": {"text": "words", "about": [], "figures": []},
    }
    file = tmp_path / "many.jsonl"
    with file.open("w") as out:
        for number in range(60_000):
            out.write(json.dumps({**line, "stream": f"statement-{number}", "key": str(number)}) + "\n")
    return file


def test_an_import_shows_a_bar_with_its_rate(surroundings: Mapping[str, str], many_lines: Path) -> None:
    with Terminal([COMMAND, "import", str(many_lines)], surroundings) as terminal:
        terminal.wait_for("recording")
        terminal.wait_for("/s")
        assert "Traceback" not in terminal.text
        assert terminal.wait_for_end() == 0
        assert "60,000 records recorded" in terminal.text


def test_in_a_pipe_there_is_no_bar(ceasefire: Ceasefire, many_lines: Path) -> None:
    done = ceasefire("import", str(many_lines), "--backfill")
    assert "recording" not in done.stderr
    assert "\r" not in done.stderr
