"""Strikes: how many, the casualties of each population apart, and the latest with everything claimed of them."""

from __future__ import annotations

from projections.situation import DayCount, Situation, StrikeRange, StrikesView, StrikeView
from tui.dashboard import wording
from tui.text_twin import claims
from tui.text_twin.page import Page


def write(page: Page, situation: Situation) -> None:
    """Panel 2."""
    page.heading("Strikes")
    strikes = situation.strikes
    since = f" since {wording.day(strikes.since, page.timezone)}" if strikes.since else ""
    page.line(
        f"{wording.plural(strikes.count, 'strike')} on record{since}; "
        f"{strikes.week.strikes} in 7 days, {strikes.week.before} in the 7 before."
    )
    _sums(page, strikes)
    _days(page, strikes.per_day)
    for strike in strikes.latest:
        _strike(page, strike)
    if strikes.total > len(strikes.latest):
        page.line(f"{wording.plural(strikes.total - len(strikes.latest), 'earlier strike')} not listed here.")


def _sums(page: Page, strikes: StrikesView) -> None:
    for population in strikes.populations:
        for harm in population.harms:
            page.line(
                f"{population.of} {harm.harm} in recorded strikes: {claims.bounds(harm)}, "
                f"{claims.support(harm)} on {wording.plural(harm.strikes, 'strike')}."
            )
    if len(strikes.populations) > 1:
        page.line("Populations are never added up.")


def _days(page: Page, per_day: tuple[DayCount, ...]) -> None:
    struck = [day for day in per_day if day.strikes]
    if not per_day:
        return
    if not struck:
        page.line(f"No strike on record in the last {len(per_day)} days.")
        return
    listed = ", ".join(f"{wording.day(day.day, page.timezone)}: {day.strikes}{_no_hour(day)}" for day in struck)
    page.line(f"Strikes per day in the last {len(per_day)} days, other days none on record: {listed}.")


def _no_hour(day: DayCount) -> str:
    if not day.no_hour:
        return ""
    return " (hour not known)" if day.no_hour == day.strikes else f" ({day.no_hour} without an hour)"


def _strike(page: Page, strike: StrikeView) -> None:
    total = ", a total that cannot be split" if strike.clarity == 2 else ""
    page.line(
        f"{page.when(strike.occurred)}, {strike.place}, {wording.words(strike.kind)}{total}, "
        f"says {strike.claimant} ({strike.stream})"
    )
    for one in strike.ranges:
        page.line(f"{claims.claimed(one, _harm(page, one))}.", level=1)
    if not strike.ranges:
        page.line("No casualties claimed on record.", level=1)
    for said in strike.responsibility:
        target = f", target {said.target}" if said.target else ""
        why = f", because {said.justification}" if said.justification else ""
        page.line(f"Responsibility {said.stance}: {said.party}{target}{why}, says {said.claimant}.", level=1)
    if not strike.responsibility:
        page.line("No statement of responsibility on record.", level=1)
    for grade in strike.grades:
        page.line(f"Evidence graded {grade.grade} by {grade.grader}.", level=1)
    if strike.merged:
        page.line(f"With its duplicates: {', '.join(strike.merged)}.", level=1)
    if strike.part_of:
        page.line(f"Part of {strike.part_of}, and left out of sums.", level=1)
    if strike.response_to:
        page.line(f"In response to {', '.join(strike.response_to)}, as linked.", level=1)


def _harm(page: Page, one: StrikeRange) -> str:
    """`palestinians killed`, with what makes this range another than its neighbour."""
    words = f"{one.of} {one.harm}"
    if one.status != "unstated":
        words += f" ({wording.words(one.status)})"
    if one.includes not in ("unstated", "new"):
        words += f" ({one.includes})"
    if one.first_day != one.last_day:
        days = f"{wording.day(one.first_day, page.timezone)} to {wording.day(one.last_day, page.timezone)}"
        words += f" {days}"
    return words if one.ruled else f"{words} (not in sums)"
