"""One strike with everything claimed of it, and its toll as it stood after each report."""

from __future__ import annotations

from collections.abc import Sequence

from projections.situation import StrikeView, Vantage
from projections.tolls import LISTED, Stood, headline, is_cut, moved
from tui.text_twin import claims, strikes, words
from tui.text_twin.page import Page

_NOTHING = "no casualties claimed"


def text(strike: StrikeView, stood: Sequence[Stood], vantage: Vantage) -> str:
    """The page of one strike."""
    page = Page(vantage.timezone)
    page.line(words.stand(vantage))
    strikes.one(page, strike)
    changes = list(moved(stood, _told, before=_NOTHING))
    if len(changes) > (0 if is_cut(stood) else 1):
        page.heading("The toll after each report, as it became known")
        if is_cut(stood):
            page.line(f"Of its newest {LISTED} records; `ceasefire events --stream {strike.stream}` lists them all.")
        for report, told in changes:
            page.line(f"#{report.position} {words.day(report.known_at, page.timezone)}: {told}.")
            page.line(f"By: {report.text}.", level=1)
    return page.text()


def _told(strike: StrikeView | None) -> str:
    if strike is None:
        return "withdrawn"
    ranges = headline(strike)
    if not ranges:
        return _NOTHING
    told = ", ".join(f"{claims.bounds(one)} {words.measured(one.harm, one.of)}" for one in ranges)
    return f"{told}, {words.counted(sum(one.claims for one in ranges), 'claim')}"
