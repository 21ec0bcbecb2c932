"""Running figures of their claimants beside the strikes on record, with what is left over; statements."""

from __future__ import annotations

from projections.situation import SeriesView, Situation, StatementView
from tui.dashboard import wording
from tui.text_twin import claims
from tui.text_twin.page import Page


def write(page: Page, situation: Situation) -> None:
    """Series, then statements."""
    page.heading("Series")
    for series in situation.series:
        _series(page, series)
    if not situation.series:
        page.line("No running figure is on record.")
    if situation.statements:
        page.heading("Statements")
        for statement in situation.statements:
            _statement(page, statement)


def _series(page: Page, series: SeriesView) -> None:
    of = f" of {series.of}" if series.of else ""
    stage = f" ({series.stage})" if series.stage else ""
    relays = f", repeating {series.relays}" if series.relays else ""
    corrected = ", corrected" if series.corrected else ""
    page.line(
        f"{wording.words(series.measure)}{of}{stage}: {claims.figure(series.figure)} {series.unit}, "
        f"says {series.claimant}{relays}, {page.when(series.as_of)}{corrected}."
    )
    offset = f", {claims.figure(series.offset)} carried over" if series.offset else ""
    counted = (
        f"Counted from {wording.moment(series.origin, page.timezone)}{offset}, {series.scope}; {series.inclusion}."
    )
    page.line(counted, level=1)
    if series.residue is not None:
        page.line(f"{series.residue.text}.", level=1)


def _statement(page: Page, statement: StatementView) -> None:
    about = f" on {', '.join(statement.about)}" if statement.about else ""
    page.free_text(f"{page.when(statement.occurred)}, {statement.claimant}{about}:", statement.text)
    if statement.figures:
        page.line(f"Figures: {', '.join(claims.figure(one) for one in statement.figures)}.", level=1)
