"""One strike with everything claimed of it, and its toll as it stood after each report."""

from __future__ import annotations

from collections.abc import Sequence

from projections.situation import RecordDetail, StrikeView, Vantage
from projections.strike_history import LISTED, Stood, headline, is_cut, moved
from projections.text import mark
from tui.text_twin import claims, strikes, words
from tui.text_twin.detail import revision
from tui.text_twin.page import Page
from tui.text_twin.records import line

_NOTHING = "no casualties claimed"


def text(strike: StrikeView, stood: Sequence[Stood], vantage: Vantage, withheld: int = 0, total: int = 0) -> str:
    """The page of one strike."""
    page = Page(vantage.timezone, withheld=withheld)
    page.line(words.stand(vantage))
    strikes.one(page, strike)
    _history(page, strike.stream, stood, total)
    return page.text()


def withdrawn_text(
    stream: str,
    reports: Sequence[RecordDetail],
    stood: Sequence[Stood],
    vantage: Vantage,
    withheld: int = 0,
    total: int = 0,
) -> str:
    """The page of a strike of which no report stands any more: what was withdrawn, and by whom."""
    page = Page(vantage.timezone, withheld=withheld)
    page.line(words.stand(vantage))
    word = " and ".join(dict.fromkeys(report.line.standing for report in reports))
    page.line(f"{stream}: {word}. No report of it stands: it is on record, and counts in no sum.")
    for report in reports:
        page.line(line(page, report.line))
        for each in report.revisions:
            if each.in_force and each.edit != "correction":
                page.line(f"{revision(page, each)}.", level=1)
    _history(page, stream, stood, total)
    return page.text()


def _history(page: Page, stream: str, stood: Sequence[Stood], total: int) -> None:
    """The reports that moved the toll, each with what stood from then on."""
    changes = list(moved(stood, _told, before=_NOTHING))
    if len(changes) > (0 if is_cut(stood) else 1):
        page.heading("The toll after each report, as it became known")
        if is_cut(stood):
            of = f", of {total:,}" if total else ""
            page.line(f"Of its newest {LISTED} records{of}; `ceasefire events --stream {stream}` lists them all.")
        for report, told in changes:
            page.line(f"#{report.position} {words.day(report.known_at, page.timezone)}: {told}.")
            page.line(f"By: {report.text}{mark(report)}.", level=1)


def _told(strike: StrikeView | None) -> str:
    if strike is None:
        return "withdrawn"
    ranges = headline(strike)
    if not ranges:
        return _NOTHING
    told = ", ".join(f"{claims.bounds(one)} {words.measured(one.harm, one.of)}" for one in ranges)
    return f"{told}, {words.counted(sum(one.claims for one in ranges), 'claim')}"
