"""Discrepancies: two things on record that do not agree."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from projections.situation import Discrepancy, DiscrepancyKind, OfKind, Situation
from projections.text import KINDS, Names, mark
from tui.text_twin import words
from tui.text_twin.page import Page

NEWEST = 10
WHOLE = 200
"""So many are told in full by kind; of more than that, the newest of each kind."""


def write(page: Page, situation: Situation) -> None:
    """What does not agree, each with the records to look at."""
    page.heading("Discrepancies")
    names = Names(situation)
    newest = page.newest(situation.discrepancies, NEWEST)
    for found in newest:
        page.line(
            f"{KINDS[found.kind].capitalize()}: {names.told(found.text)} [{', '.join(found.records)}]{mark(found)}"
        )
    left = situation.discrepancies_total - len(newest)
    if left:
        total = f"{situation.discrepancies_total:,}"
        page.line(f"{left:,} of {total} not told here; `ceasefire discrepancies` tells them by kind.")
    if not situation.discrepancies_total:
        page.line("None on record.")


def few(situation: Situation) -> int:
    """How many of each kind are told where no kind is asked for."""
    return WHOLE if situation.discrepancies_total <= WHOLE else NEWEST


def by_kind(situation: Situation, kinds: Sequence[OfKind]) -> str:
    """How much of each kind, and the newest of it."""
    page = _begun(situation)
    total = sum(one.total for one in kinds)
    page.line(f"{total:,} on record that do not agree, by kind." if total else "Nothing on record disagrees.")
    for one in kinds:
        page.heading(f"{KINDS[one.kind]}: {one.total:,}")
        _items(page, situation, one.newest)
        if one.total > len(one.newest):
            page.line(f"{one.total - len(one.newest):,} more; `--kind {one.kind}` tells them all.")
    return page.text()


def of_kind_head(situation: Situation, kind: DiscrepancyKind, kinds: Sequence[OfKind]) -> str:
    """What stands above the list of one kind."""
    page = _begun(situation)
    total = next((one.total for one in kinds if one.kind == kind), 0)
    page.heading(f"{KINDS[kind]}: {total:,}")
    if not total:
        page.line("None on record.")
    return page.text()


def items(situation: Situation, found: Iterable[Discrepancy]) -> str:
    """Some of a kind's list."""
    page = Page(situation.vantage.timezone)
    _items(page, situation, found)
    return page.text()


def _items(page: Page, situation: Situation, found: Iterable[Discrepancy]) -> None:
    names = Names(situation)
    for one in found:
        page.line(f"{names.told(one.text)} [{', '.join(one.records)}]{mark(one)}")


def _begun(situation: Situation) -> Page:
    """A page that says at which vantage it stands."""
    page = Page(situation.vantage.timezone, withheld=situation.withheld)
    page.line(words.stand(situation.vantage))
    return page
