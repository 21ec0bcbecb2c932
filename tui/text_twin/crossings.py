"""Crossings: what stands in each direction, what was permitted beside who got through, and how old the news is."""

from __future__ import annotations

from projections.situation import (
    AnnouncementView,
    CrossingView,
    PassagesView,
    QuotaView,
    RefusedView,
    Situation,
    StatusClaim,
    StatusView,
    Ways,
)
from projections.text import OUTCOMES, PLURALS, mark
from tui.text_twin import claims, words
from tui.text_twin.page import Page


def write(page: Page, situation: Situation) -> None:
    """Panel 3."""
    page.heading("Crossings")
    for crossing in situation.crossings:
        _crossing(page, situation, crossing)
    if not situation.crossings:
        page.none("crossing is")


def _crossing(page: Page, situation: Situation, crossing: CrossingView) -> None:
    page.line(f"{crossing.name} ({crossing.stream}){mark(crossing)}: {_news(page, crossing)}.")
    if crossing.people == crossing.goods:
        _ways(page, "people and goods", crossing.people, _old(situation, crossing, "people"))
    else:
        _ways(page, "people", crossing.people, _old(situation, crossing, "people"))
        _ways(page, "goods", crossing.goods, _old(situation, crossing, "goods"))
    for direction in ("into", "out_of", "both"):
        quotas = [quota for quota in crossing.quotas if quota.direction == direction]
        for passages in crossing.passages:
            if passages.direction == direction:
                page.line(_passages(page, passages), level=1)
        for refused in crossing.refused:
            if refused.direction == direction:
                page.line(_refused(page, refused), level=1)
        for quota in quotas:
            page.line(_quota(page, quota), level=1)
    for announced in crossing.announced:
        page.line(_announced(page, announced), level=1)


def _news(page: Page, crossing: CrossingView) -> str:
    if crossing.newest_report is None or crossing.silence_days is None:
        return "no report"
    newest = words.moment(crossing.newest_report, page.timezone)
    return f"newest report {newest}, {words.counted(crossing.silence_days, 'day')} old"


def _old(situation: Situation, crossing: CrossingView, load: str) -> tuple[str, str]:
    """How old the newest report on each direction is, where it is older than the crossing's newest on anything."""
    ages = (situation.age(f"{crossing.stream} status {way} {load}") for way in ("into", "out_of"))
    into, out_of = (
        f"; newest report on it {words.counted(age.age_days, 'day')} old"
        if age is not None and crossing.silence_days is not None and age.age_days > crossing.silence_days
        else ""
        for age in ages
    )
    return into, out_of


def _ways(page: Page, load: str, ways: Ways, old: tuple[str, str]) -> None:
    if ways.into == ways.out_of:
        page.line(f"{load.capitalize()}, both directions: {_status(page, ways.into)}{old[0]}.", level=1)
        return
    page.line(f"{load.capitalize()} into: {_status(page, ways.into)}{old[0]}.", level=1)
    page.line(f"{load.capitalize()} out of: {_status(page, ways.out_of)}{old[1]}.", level=1)


def _status(page: Page, status: StatusView) -> str:
    told: str = status.status
    if status.status == "unknown":
        return f"{told} since {_lapsed(page, status)} lapsed" if status.claims else f"{told}, nothing on record"
    if status.since:
        told += f" since {words.moment(status.since, page.timezone)}"
    told += _until(page, status)
    if status.by:
        told += f" by {status.by}"
    for detail in (status.conditions, status.reason):
        if detail:
            told += f"; {detail}"
    said = ", ".join(
        f"{claim.claimant} {claim.status} {page.when(claim.occurred)}{mark(claim)}" for claim in status.claims
    )
    return f"{told}; said by {said}" if said else told


def _lapsed(page: Page, status: StatusView) -> str:
    """The statuses whose own schedules have ended: `the limited status of 30 Jan 2026 to 1 Feb 2026 (cogat)`."""
    return " and ".join(
        f"the {claim.status} status of {page.when(claim.occurred)}{_until(page, claim)} ({claim.claimant}){mark(claim)}"
        for claim in status.claims
    )


def _until(page: Page, status: StatusView | StatusClaim | AnnouncementView) -> str:
    return f" until {words.moment(status.until, page.timezone)}" if status.until else ""


def _direction(direction: str) -> str:
    return words.DIRECTION[direction]


def _days(page: Page, first: str, last: str) -> str:
    start, end = words.day(first, page.timezone), words.day(last, page.timezone)
    return start if first == last else f"{start} to {end}"


def _passages(page: Page, passages: PassagesView) -> str:
    days = _days(page, passages.first_day, passages.last_day)
    what = f"{PLURALS[passages.category]} got through"
    return f"{_direction(passages.direction).capitalize()}, {days}: {claims.claimed(passages, what)}."


def _refused(page: Page, refused: RefusedView) -> str:
    outcome = OUTCOMES[refused.outcome]
    days = _days(page, refused.first_day, refused.last_day)
    return f"{_direction(refused.direction).capitalize()}, {days}: {claims.claimed(refused, outcome)}."


def _quota(page: Page, quota: QuotaView) -> str:
    return (
        f"{_direction(quota.direction).capitalize()}, {quota.kind}: {claims.figure(quota.figure)} "
        f"{PLURALS[quota.category]} per {quota.per}, says {quota.claimant}, {page.when(quota.occurred)}{mark(quota)}."
    )


def _announced(page: Page, announced: AnnouncementView) -> str:
    ways = " and ".join(_direction(direction) for direction in announced.directions)
    denied = f"; denied by {', '.join(announced.denied_by)}" if announced.denied_by else ""
    return (
        f"Announced {page.when(announced.occurred)}: {announced.status} for {' and '.join(announced.carries)} "
        f"{ways} from {words.moment(announced.starts, page.timezone)}{_until(page, announced)}, "
        f"says {announced.claimant}{denied}{mark(announced)}."
    )
