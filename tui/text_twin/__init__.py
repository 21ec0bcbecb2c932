"""The text twin of the dashboard: a Situation as plain words, for pipes, screen readers and plain terminals.

Drawn from the Situation alone, 80 columns, no escapes, the same on every machine for the same vantage.
"""

from __future__ import annotations

from projections.situation import Situation
from tui.text_twin import banner, claimants, crossings, disputes, phases, records, series, strikes
from tui.text_twin.page import Page


def text(situation: Situation) -> str:
    """The whole situation, in the order in which it is best listened to: now, promises, harm, passage, doubt."""
    page = Page(situation.vantage.timezone)
    banner.write(page, situation)
    if situation.records_total:
        for section in (phases, strikes, crossings, series, disputes, records, claimants):
            section.write(page, situation)
    return page.text()
