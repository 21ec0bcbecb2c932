"""Discrepancies: two things on record that do not agree."""

from __future__ import annotations

from projections.naming import KINDS, Names
from projections.situation import Situation
from tui.text_twin.page import Page

NEWEST = 10


def write(page: Page, situation: Situation) -> None:
    """What does not agree, each with the records to look at."""
    page.heading("Discrepancies")
    names = Names(situation)
    newest = page.newest(situation.discrepancies, NEWEST)
    for found in newest:
        page.line(f"{KINDS[found.kind].capitalize()}: {names.told(found.text)} [{', '.join(found.records)}]")
    left = situation.discrepancies_total - len(newest)
    if left:
        page.line(f"{f'{left:,}'} more not told here.")
    if not situation.discrepancies_total:
        page.line("None on record.")
