"""Where you stand: the ceasefire, its day and phase, live or replay, the two clocks, and what is hidden."""

from __future__ import annotations

from projections.situation import CeasefireView, Situation, Vantage
from tui.text_twin import words
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
    told = f"{ceasefire.title or ceasefire.stream}: {_STATUS[ceasefire.status]}"
    if ceasefire.day is not None and ceasefire.day_one is not None:
        told += f", day {ceasefire.day} from {words.day(ceasefire.day_one, page.timezone)}"
    if ceasefire.ended_on is not None:
        told += f" {words.moment(ceasefire.ended_on, page.timezone)}"
    if ceasefire.status != "in_force" and ceasefire.status_by:
        told += f", by {ceasefire.status_by}"
    return told + "."


def _vantage(page: Page, vantage: Vantage) -> None:
    zone = words.zone(vantage.timezone)
    as_of, known_at = words.until(vantage.as_of, vantage.timezone), words.until(vantage.known_at, vantage.timezone)
    place = f"record #{vantage.position}" + (f" of #{vantage.head}" if vantage.position != vantage.head else "")
    mode = "Live" if vantage.live else "REPLAY, this is not now"
    page.line(f"{mode}. As of {as_of} {zone}; known at {known_at}, {place}.")
    if vantage.backfilled_until:
        since = words.day(vantage.log_since, vantage.timezone)
        page.line(f"Known by report date up to #{vantage.backfilled_until}; log kept since {since}.")
    rule = "lowest low to highest high, no best" if vantage.rule == "envelope" else "that claimant's figure is taken"
    page.line(f"Claims combined by the rule {vantage.rule}: {rule}.")


def _hidden(page: Page, situation: Situation) -> None:
    hidden = situation.hidden
    parts = [
        f"{words.counted(number, 'record')} {why}"
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
