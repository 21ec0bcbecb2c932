"""The newest records, one item each."""

from __future__ import annotations

from projections.situation import RecordLine, Situation
from projections.text import mark
from tui.text_twin import words
from tui.text_twin.page import Page

NEWEST = 10


def write(page: Page, situation: Situation) -> None:
    """Panel 4."""
    page.heading("Newest records")
    for record in page.newest(situation.records, NEWEST):
        page.line(line(page, record))
    page.line(f"{words.counted(situation.records_total, 'record')} at this vantage; `ceasefire events` lists them.")


def line(page: Page, record: RecordLine) -> str:
    """`#214 2 Feb 2026, crossing.passages_counted on crossing-rafah: …, says …`."""
    standing = "" if record.standing in ("standing", "edit") else f" [{record.standing}]"
    late = " [late]" if record.late else ""
    when = page.when(record.occurred) if record.occurred is not None else "no body"
    return f"#{record.position} {when}, {record.type} on {record.stream}: {record.text}{standing}{late}{mark(record)}"
