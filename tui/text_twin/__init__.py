"""The text twin of the dashboard: a Situation as plain words, for pipes, screen readers and plain terminals.

Drawn from the Situation alone, 80 columns, no escapes, the same on every machine for the same vantage.
"""

from __future__ import annotations

from datetime import datetime

from projections.situation import Situation
from tui.text_twin import banner, claimants, crossings, disputes, phases, records, series, strikes
from tui.text_twin.page import Page


def text(situation: Situation, *, full: bool = False, now: datetime | None = None) -> str:
    """The situation in the order in which it is best listened to: now, promises, harm, passage, doubt.

    Of lists that grow only the newest few are told, and how many more there are; `full` tells all that the Situation
    holds, what each series counts, and who the claimants are. Given `now`, a vantage on a later day is said to be one.
    """
    page = Page(situation.vantage.timezone, full=full, withheld=situation.withheld)
    banner.write(page, situation, now)
    if situation.records_total:
        for section in (phases, strikes, crossings, series, disputes, records):
            section.write(page, situation)
        if full:
            claimants.write(page, situation)
        else:
            page.line("`--full` tells all of it, what each series counts, and who the claimants are.")
    return page.text()
