"""Discrepancies: two things on record that do not agree."""

from __future__ import annotations

from projections.situation import Situation
from tui.dashboard import wording
from tui.text_twin.page import Page


def write(page: Page, situation: Situation) -> None:
    """What does not agree, each with the records to look at."""
    page.heading("Discrepancies")
    for found in situation.discrepancies:
        page.line(f"{wording.words(found.kind).capitalize()}: {found.text} [{', '.join(found.records)}]")
    left = situation.discrepancies_total - len(situation.discrepancies)
    if left > 0:
        page.line(f"{wording.number(left)} more not listed here.")
    if not situation.discrepancies_total:
        page.line("None on record.")
