"""Where you stand: the ceasefire, its day and phase, live or replay, the two clocks, and what is hidden."""

from __future__ import annotations

from datetime import datetime

from domain.calendar import Calendar, micros
from projections.situation import CeasefireView, Situation, Vantage
from tui.dashboard import wording
from tui.text_twin.page import Page

_STATUS = {
    "in_force": "in force",
    "suspended": "suspended",
    "ended": "ended",
    "declared": "declared, not in force",
}


def write(page: Page, situation: Situation) -> None:
    """The banner."""
    ceasefire, vantage = situation.ceasefire, situation.vantage
    page.line(_ceasefire(page, ceasefire))
    if ceasefire.phase is not None:
        phase = ceasefire.phase
        page.line(f"Phase {phase.phase} begun {page.when(phase.occurred)}: {phase.label}, says {phase.claimant}.")
    for announced in ceasefire.announced:
        by = f" by {announced.by}" if announced.by else ""
        page.line(f"Phase {announced.phase} announced {page.when(announced.occurred)}{by}, says {announced.claimant}.")
    _vantage(page, vantage)
    _hidden(page, situation)
    if not situation.records_total:
        page.line(_nothing(situation))


def _ceasefire(page: Page, ceasefire: CeasefireView) -> str:
    if ceasefire.status == "none":
        return "No ceasefire is in force on this record."
    words = f"{ceasefire.title or ceasefire.stream}: {_STATUS[ceasefire.status]}"
    if ceasefire.day is not None and ceasefire.day_one is not None:
        words += f", day {ceasefire.day} from {wording.day(ceasefire.day_one, page.timezone)}"
    if ceasefire.ended_on is not None:
        words += f" {wording.moment(ceasefire.ended_on, page.timezone)}"
    if ceasefire.status != "in_force" and ceasefire.status_by:
        words += f", by {ceasefire.status_by}"
    return words + "."


def _vantage(page: Page, vantage: Vantage) -> None:
    zone = wording.zone_word(vantage.timezone)
    as_of, known_at = instant(vantage.as_of, vantage.timezone), instant(vantage.known_at, vantage.timezone)
    place = f"record #{vantage.position}" + (f" of #{vantage.head}" if vantage.position != vantage.head else "")
    mode = "Live" if vantage.live else "REPLAY, this is not now"
    page.line(f"{mode}. As of {as_of} {zone}; known at {known_at}, {place}.")
    if vantage.backfilled_until:
        since = wording.day(vantage.log_since, vantage.timezone)
        page.line(f"Known by report date up to #{vantage.backfilled_until}; log kept since {since}.")
    rule = "lowest low to highest high, no best" if vantage.rule == "envelope" else "that claimant's figure is taken"
    page.line(f"Claims combined by the rule {vantage.rule}: {rule}.")


def _hidden(page: Page, situation: Situation) -> None:
    hidden = situation.hidden
    parts = [
        f"{wording.plural(number, 'record')} {why}"
        for number, why in ((hidden.not_known, "not known then"), (hidden.not_occurred, "of later events"))
        if number
    ]
    if parts:
        page.line(f"Hidden by this vantage: {', '.join(parts)}.")


def _nothing(situation: Situation) -> str:
    if situation.vantage.head:
        return "Nothing is on record at this vantage: a later date, or a later known-at, shows more."
    return (
        "Nothing is on record yet: `ceasefire append TYPE STREAM` puts a first report on it, "
        "`ceasefire import FILE` many."
    )


def instant(value: str, timezone: str) -> str:
    """An instant on the local clock; the last microsecond of a day as the end of that day."""
    at = micros(datetime.fromisoformat(value))
    calendar = Calendar(timezone)
    if calendar.day_end(calendar.day(at)) == at:
        return f"the end of {wording.day(value, timezone)}"
    return wording.moment(value, timezone)
