"""Running figures of their claimants beside the strikes on record, with what is left over; statements."""

from __future__ import annotations

from projections.situation import SeriesView, Situation, StatementView
from projections.text import NO_DAY, mark
from tui.text_twin import claims, words
from tui.text_twin.page import Page

NEWEST = 5


def write(page: Page, situation: Situation) -> None:
    """Series, then statements."""
    page.heading("Series")
    for series in situation.series:
        _series(page, series)
    if not situation.series:
        page.none("running figure is")
    if situation.statements:
        page.heading("Statements")
        newest = page.newest(situation.statements, NEWEST)
        for statement in newest:
            _statement(page, statement)
        page.more(len(newest), situation.statements_total or len(situation.statements), "statement")


def _series(page: Page, series: SeriesView) -> None:
    relays = f", repeating {series.relays}" if series.relays else ""
    corrected = ", corrected" if series.corrected else ""
    offset = f" with {claims.figure(series.offset)} carried over" if series.offset else ""
    since = f" from {words.moment(series.origin, page.timezone)}{offset}" if series.origin else ""
    count = f"{claims.figure(series.figure)} {series.unit}".rstrip() + ("" if series.origin else f", from {NO_DAY}")
    page.line(
        f"{words.measured(series.measure, series.of, series.stage).capitalize()}{since}: "
        f"{count}, says {series.claimant}{relays}, {page.when(series.as_of)}{corrected}{mark(series)}."
    )
    if page.full:
        counts = [text for text in (series.scope, series.inclusion) if text]
        page.line(f"Counts: {'; '.join(counts) or 'what it counts is not on record'}{mark(series)}.", level=1)
    if series.residue is not None:
        page.line(f"{series.residue.text}.", level=1)


def _statement(page: Page, statement: StatementView) -> None:
    about = f" on {', '.join(statement.about)}" if statement.about else ""
    page.free_text(f"{page.when(statement.occurred)}, {statement.claimant}{about}{mark(statement)}:", statement.text)
    if statement.figures:
        page.line(f"Figures: {', '.join(claims.figure(one) for one in statement.figures)}.", level=1)
