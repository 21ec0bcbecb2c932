"""Strikes: how many, the casualties of each population apart, and the latest with everything claimed of them."""

from __future__ import annotations

from projections.situation import DayCount, Situation, StrikeRange, StrikesView, StrikeView, Vantage
from projections.text import mark, week_text
from tui.text_twin import claims, words
from tui.text_twin.page import Page

NEWEST = 6


def write(page: Page, situation: Situation) -> None:
    """Panel 2."""
    page.heading("Strikes")
    strikes = situation.strikes
    since = f" since {words.day(strikes.since, page.timezone)}" if strikes.since else ""
    if strikes.count:
        page.line(f"{words.counted(strikes.count, 'strike')} on record{since}; {week_text(strikes.week)}.")
    else:
        page.line(f"No strike is on record{since}.")
    _sums(page, strikes)
    _days(page, strikes, situation.vantage)
    latest = page.newest(strikes.latest, NEWEST)
    for strike in latest:
        one(page, strike)
    page.more(len(latest), strikes.total, "strike")


def _sums(page: Page, strikes: StrikesView) -> None:
    for population in strikes.populations:
        for harm in population.harms:
            told = f"{words.measured(harm.harm, population.of).capitalize()} in recorded strikes"
            if harm.claims:
                on = words.counted(harm.strikes, "strike")
                page.line(f"{told}: {claims.bounds(harm)}, {claims.support(harm)} on {on}.")
            else:
                page.line(f"{told}: claimed without a number.")
    if len(strikes.populations) > 1:
        page.line("Populations are never added up.")


def _days(page: Page, strikes: StrikesView, vantage: Vantage) -> None:
    per_day = strikes.per_day
    struck = [day for day in per_day if day.strikes]
    if not struck:
        if strikes.latest:
            silent = words.days_since(strikes.latest[0].occurred, vantage)
            page.line(f"No report of a strike for {words.counted(silent, 'day')}.")
        return
    listed = ", ".join(f"{words.day(day.day, page.timezone)}: {day.strikes}{_no_hour(day)}" for day in struck)
    page.line(f"Strikes per day in the last {len(per_day)} days, other days none on record: {listed}.")


def _no_hour(day: DayCount) -> str:
    if not day.no_hour:
        return ""
    return " (hour not known)" if day.no_hour == day.strikes else f" ({day.no_hour} without an hour)"


def one(page: Page, strike: StrikeView) -> None:
    """A strike with everything claimed of it."""
    total = ", a total that cannot be split" if strike.clarity == 2 else ""
    page.line(
        f"{page.when(strike.occurred)}, {strike.place}, {words.words(strike.kind)}{total}, "
        f"says {strike.claimant} ({strike.stream}){mark(strike)}"
    )
    for ranged in strike.ranges:
        page.line(f"{claims.claimed(ranged, _harm(page, ranged))}.", level=1)
    if not strike.ranges:
        page.none("casualties claimed", level=1)
    for said in strike.responsibility:
        target = f", target given: {said.target}" if said.target else ""
        why = f", reason given: {said.justification}" if said.justification else ""
        page.line(
            f"Responsibility {said.stance}: {said.party}{target}{why}, says {said.claimant}{mark(said)}.", level=1
        )
    if not strike.responsibility:
        page.none("statement of responsibility", level=1)
    for grade in strike.grades:
        page.line(f"Evidence graded {grade.grade} by {grade.grader}{mark(grade)}.", level=1)
    if strike.merged:
        page.line(f"With its duplicates: {', '.join(strike.merged)}.", level=1)
    if strike.part_of:
        page.line(f"Part of {strike.part_of}, and left out of sums.", level=1)
    if strike.response_to:
        page.line(f"In response to {', '.join(strike.response_to)}, as linked.", level=1)


def _harm(page: Page, one: StrikeRange) -> str:
    """`killed (palestinians)`, with what makes this range another than its neighbour."""
    status = one.status if one.status != "unstated" else None
    includes = one.includes if one.includes not in ("unstated", "new") else None
    told = words.measured(one.harm, one.of, status, includes)
    if one.first_day != one.last_day:
        days = f"{words.day(one.first_day, page.timezone)} to {words.day(one.last_day, page.timezone)}"
        told += f" {days}"
    return told if one.ruled else f"{told} (not in sums)"
