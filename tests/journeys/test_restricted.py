"""On a terminal restricted records stand, with their mark; the same command into a pipe tells none of them."""

from __future__ import annotations

import json
from collections.abc import Mapping

from tests.cli.test_restricted import WORD, Made
from tests.journeys.conftest import COMMAND, Ceasefire
from tests.journeys.terminal import Terminal


def test_a_terminal_shows_them_with_their_mark(ceasefire: Ceasefire, surroundings: Mapping[str, str]) -> None:
    lines = "".join(json.dumps(line) + "\n" for line in Made().lines)
    ceasefire("import", "-", "--backfill", "--timezone", "Asia/Gaza", stdin=lines)
    for words in (["events"], ["events", "--json"]):
        with Terminal([COMMAND, *words], surroundings, columns=400, rows=400) as terminal:
            assert terminal.wait_for_end() == 0
            shown = [row for row in terminal.sent.decode().splitlines() if WORD in row]
        assert shown
        assert all("[restricted]" in row or '"restricted":true' in row for row in shown)
        assert WORD not in ceasefire(*words).stdout
