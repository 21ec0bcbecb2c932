"""Where you stand: the ceasefire, its day and phase, live or replay, the two clocks, and what is hidden."""

from __future__ import annotations

from datetime import datetime

from domain.calendar import Calendar, micros
from domain.report import passed_by
from projections.rules.rule import rule_of
from projections.situation import CeasefireView, Situation, Vantage
from projections.text import mark
from tui.text_twin import words
from tui.text_twin.page import Page

_STATUS = {
    "in_force": "in force",
    "suspended": "suspended",
    "ended": "ended",
    "none": "declared, not in force",
}

MOST_NAMED = 5


def write(page: Page, situation: Situation, now: datetime | None = None) -> None:
    """The banner. A day after `now` is called one."""
    ceasefire, vantage = situation.ceasefire, situation.vantage
    page.line(_ceasefire(page, ceasefire))
    if ceasefire.phase is not None:
        phase = ceasefire.phase
        page.line(
            f"Phase {phase.phase} begun {page.when(phase.occurred)}: {phase.label}, says {phase.claimant}{mark(phase)}."
        )
    for announced in ceasefire.announced:
        by = f" by {announced.by}" if announced.by else ""
        page.line(
            f"Phase {announced.phase} announced {page.when(announced.occurred)}{by},"
            f" says {announced.claimant}{mark(announced)}."
        )
    _vantage(page, vantage, now)
    _hidden(page, situation)
    _unreadable(page, situation)
    if not situation.records_total:
        page.line(_nothing(situation))


def _ceasefire(page: Page, ceasefire: CeasefireView) -> str:
    if ceasefire.stream is None and ceasefire.status == "none":
        return "No ceasefire is on record."
    told = f"{ceasefire.title or ceasefire.stream}{mark(ceasefire)}: {_STATUS[ceasefire.status]}"
    if ceasefire.day is not None and ceasefire.day_one is not None:
        told += f", day {ceasefire.day} from {words.day(ceasefire.day_one, page.timezone)}"
    if ceasefire.ended_on is not None:
        told += f" {words.moment(ceasefire.ended_on, page.timezone)}"
    said = [f"{claim.claimant} (by {claim.by}, cause {claim.cause}){mark(claim)}" for claim in ceasefire.status_claims]
    return f"{told}, says {', '.join(said)}." if said else f"{told}."


def _vantage(page: Page, vantage: Vantage, now: datetime | None) -> None:
    zone = words.zone(vantage.timezone)
    as_of, known_at = words.until(vantage.as_of, vantage.timezone), words.until(vantage.known_at, vantage.timezone)
    known = f"known at {known_at}" if vantage.position or vantage.live else "nothing known yet"
    place = f"record #{vantage.position}" + (f" of #{vantage.head}" if vantage.position != vantage.head else "")
    mode = "Live" if vantage.live else "REPLAY, this is not now"
    page.line(f"{mode}. As of {as_of} {zone}; {known}, {place}.")
    if now is not None:
        _after_now(page, vantage, now)
    if vantage.backfilled_until:
        since = words.day(vantage.log_since, vantage.timezone)
        page.line(f"Known by report date up to #{vantage.backfilled_until}; log kept since {since}.")
    page.line(f"Claims combined by the rule {vantage.rule}: {rule_of(vantage.rule).words}.")


def _after_now(page: Page, vantage: Vantage, now: datetime) -> None:
    """The rest of today is no day to come."""
    calendar = Calendar(vantage.timezone)
    today = calendar.day(micros(now))
    clocks = {"as of": vantage.as_of, "known at": vantage.known_at}
    ahead = [name for name, time in clocks.items() if calendar.day(micros(datetime.fromisoformat(time))) > today]
    if ahead:
        page.line(f"{' and '.join(ahead).capitalize()} a day after now: this shows what is on record so far.")


def _hidden(page: Page, situation: Situation) -> None:
    hidden = situation.hidden
    parts = [
        f"{words.counted(number, 'record')} {why}"
        for number, why in ((hidden.not_known, "not known then"), (hidden.not_occurred, "of later events"))
        if number
    ]
    if parts:
        page.line(f"Hidden by this vantage: {', '.join(parts)}.")


def _unreadable(page: Page, situation: Situation) -> None:
    """Records that are passed by: what they say is missing from all that follows."""
    found = situation.unreadable
    named = page.newest(found, MOST_NAMED)
    for one in named:
        page.line(f"Warning: {passed_by(one.position, one.why)}.")
    page.more(len(named), len(found), "record that cannot be read")


def _nothing(situation: Situation) -> str:
    if situation.vantage.head:
        return "Nothing is on record at this vantage: a later date, or a later known-at, shows more."
    return (
        "Nothing is on record yet: `ceasefire append TYPE STREAM` puts a first report on it, "
        "`ceasefire import FILE` many."
    )
