"""Keys that arrive in one burst, as over a slow line: one write to a real terminal, and they go where they lead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from tests.journeys.conftest import COMMAND, Ceasefire
from tests.journeys.terminal import Terminal

PASSAGES = "apcrossing-rafah\t\x1b[C\t\x1b[C\t77" + "\t" * 5 + "today\ttoday\twho\t\ta note"
SAVE, LEAVE, PALETTE = "\x13", "\x07", "\x10"


@pytest.fixture
def watch(ceasefire: Ceasefire, surroundings: Mapping[str, str]) -> Iterator[Terminal]:
    """The dashboard on the demo, as small as it may be."""
    ceasefire("demo")
    with Terminal([COMMAND, "watch"], surroundings, columns=80, rows=24) as terminal:
        terminal.wait_for("LIVE")
        terminal.settle()
        yield terminal


@pytest.mark.parametrize(
    ("sent", "leads_to"),
    [
        ("/killed>=5 qqq", "killed>=5 qqq"),
        ("g2026-02-02\r", "REPLAY"),
        ("g2026-02-02\r]", "as of 2026-02-03"),
        ("g\x1b[200~2026-02-02\x1b[201~\r", "REPLAY"),
        ("a/quota q", "quota q"),
        ("a/quota\r", "Crossing: quota set"),
        ("apcrossing-raq", "crossing-raq"),
        ("/type:crossing.passages_counted\rr", "Revise crossing-rafah"),
        ("Rqqq", "qqq"),
        (f"{PALETTE}quit qq", "quit qq"),
        (f"{PALETTE}go to a date\r2026-02-02\r", "REPLAY"),
        ("?q/q?", " q?"),
        ("\rq\rq/q?", " q?"),
        (f"ap{LEAVE}/q?", " q?"),
        (f"apqqq{LEAVE}y/q?", " q?"),
    ],
)
def test_in_one_write(watch: Terminal, sent: str, leads_to: str) -> None:
    watch.type(sent)
    watch.wait_for(leads_to)
    watch.settle()
    assert watch.process.poll() is None


def test_a_report_in_one_write(watch: Terminal, ceasefire: Ceasefire) -> None:
    """From the key that begins it to what will be written, typed blind; then from there to leaving the dashboard."""
    watch.type(PASSAGES + SAVE)
    watch.wait_for("ctrl+s again writes it")
    watch.settle()
    watch.type(SAVE + "q")
    assert watch.wait_for_end() == 0
    assert "77 people in, says who" in ceasefire("events", "--limit", "1").stdout


def test_what_is_refused_takes_what_was_typed_for_it_with_it(watch: Terminal) -> None:
    watch.type("g2026-02-02\r")
    watch.wait_for("REPLAY")
    watch.type("apqqq")
    watch.wait_for("on are dropped)")
    watch.settle()
    assert watch.process.poll() is None


def test_a_paste_where_there_is_no_field(watch: Terminal) -> None:
    watch.type("\x1b[200~q\rR/l\x1b[201~")
    watch.wait_for("a paste goes into a field")
    assert watch.process.poll() is None
