"""Plain neutral words for figures, ranges, times and records: what a screen or a text prints, in one line."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any

from domain import ceasefire, crossing, editing, series, source, strike
from domain.calendar import Calendar, is_date
from domain.report import Report
from domain.values import Amount, Figure, Occurred, Span
from projections.situation import DiscrepancyKind, Marked, Range, SeriesView, Situation, Week

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WAYS = {"into": "in", "out_of": "out", "both": "either way"}
"""Directions in words: into Gaza is in."""
_QUALIFIED = {"about": "about ", "at_least": "at least ", "at_most": "at most "}
_SENSES = {"in_force": "in force", "counting_origin": "counted from here", "signed": "signed"}
OUTCOMES = {"turned_back": "turned back", "held": "held", "unstated": "not let through"}
"""What became of those who did not pass."""
PLURALS = {
    "people": "people",
    "patient": "patients",
    "companion": "companions",
    "returnee": "returnees",
    "staff": "staff",
    "truck": "trucks",
    "other": "others",
}
"""Categories of passages in words."""


NO_DAY = "no stated day"
"""From when a running figure counts whose definition is not on record, or no longer."""
RESTRICTED = "[restricted]"


def mark(said: Marked) -> str:
    """What stands after the words of a restricted record, wherever they are shown; else nothing."""
    return f" {RESTRICTED}" if said.restricted else ""


def number(value: int) -> str:
    """A count with its thousands apart."""
    return f"{value:,}"


def day_text(day: date) -> str:
    """A local day: "31 Jan 2026"."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def moment_text(moment: str, calendar: Calendar | None = None) -> str:
    """A date as "31 Jan 2026"; an instant as "31 Jan 2026 12:00" on the calendar's clock, or as stored without one."""
    if is_date(moment):
        return day_text(date.fromisoformat(moment))
    if calendar is None:
        return moment
    local = calendar.local(calendar.start(moment))
    return f"{day_text(local.date())} {local:%H:%M}"


def occurred_text(occurred: Occurred, calendar: Calendar | None = None) -> str:
    """When something happened, as precisely as is on record."""
    if not isinstance(occurred, Span):
        return moment_text(occurred, calendar)
    start = moment_text(occurred.start, calendar)
    if occurred.end is None:
        return f"from {start}"
    return start if occurred.end == occurred.start else f"{start} to {moment_text(occurred.end, calendar)}"


def figure_text(figure: Amount) -> str:
    """A figure as it was said: "26-32", "at least 509", "about 150"; its own words if it has no number."""
    low, best, high = figure.low, figure.best, figure.high
    if low is not None and high is not None:
        text = number(low) if low == high else f"{number(low)}-{number(high)}"
    elif low is not None and figure.qualifier != "about":
        text = f"at least {number(low)}"
    elif high is not None and figure.qualifier != "about":
        text = f"at most {number(high)}"
    elif best is not None:
        text = _QUALIFIED.get(figure.qualifier, "") + number(best)
    else:
        text = figure.words or "no number"
    return text


def bounds_text(low: int | None, high: int | None, *, open_above: bool = False, open_below: bool = False) -> str:
    """Two ends as "26-32", "32+", "at most 5", "12"; no number on record is a dash."""
    if low is None and high is None:
        return "–"
    if low is None or high is None:
        return f"{number(low)}+" if low is not None else f"at most {number(high or 0)}"
    if low == high:
        if open_above:
            return f"{number(low)}+"
        return f"at most {number(low)}" if open_below else number(low)
    text = f"{number(low)}-{number(high)}" if low >= 0 else f"{number(low)} to {number(high)}"
    return f"{text}{'+' if open_above else ''}{' or fewer' if open_below else ''}"


def range_text(ruled: Range) -> str:
    """A range: "26-32", "509+"."""
    return bounds_text(ruled.low, ruled.high, open_above=ruled.open_above, open_below=ruled.open_below)


def parts_text(figure: Figure) -> str:
    """The labelled parts given with a figure: " (5 patients, 10 companions)", or nothing."""
    if not figure.parts:
        return ""
    return f" ({', '.join(f'{figure_text(part)} {label}' for label, part in figure.parts.items())})"


def _full(figure: Figure | None) -> str:
    return "" if figure is None else figure_text(figure) + parts_text(figure)


def listed(words: Sequence[str]) -> str:
    """Words side by side."""
    return ", ".join(words)


def _ways(directions: Sequence[str]) -> str:
    return "both ways" if len(set(directions)) == 2 else listed([WAYS[way] for way in directions])


def _maybe(before: str, value: str | None) -> str:
    return f"{before}{value}" if value else ""


def _status(word: str) -> Callable[[crossing.Standing], str]:
    def text(data: crossing.Standing) -> str:
        return (
            f"{word} for {listed(data.carries)}, {_ways(data.directions)}{_maybe(', by ', data.by)}"
            f"{_maybe(': ', data.conditions)}{_maybe('; reason given: ', data.reason)}"
            f"{_maybe(', until ', data.until and moment_text(data.until))}"
        )

    return text


def _scored(data: ceasefire.CommitmentScored) -> str:
    score = "not scored" if data.score is None else f"scored {data.score} of 3"
    return f"{data.commitment}: {score} by {data.scorer}{_maybe(', done ', _full(data.done))}"


def _corrected(data: editing.Corrected) -> str:
    return f"corrects {data.target}: {listed(sorted(data.changes))} ({data.kind.replace('_', ' ')}): {data.reason}"


_TEXTS: Mapping[type[Any], Callable[[Any], str]] = {
    ceasefire.Declared: lambda d: f"{d.party} declares a ceasefire ({d.class_})",
    ceasefire.EnteredIntoForce: lambda d: f"{d.title}: {_SENSES[d.sense]}",
    ceasefire.PhaseChanged: lambda d: f"phase {d.phase} {d.change}: {d.label}{_maybe(', by ', d.by)}",
    ceasefire.Suspended: lambda d: f"suspended by {d.by}: {d.cause}",
    ceasefire.Resumed: lambda d: f"resumed by {d.by}: {d.cause}",
    ceasefire.Ended: lambda d: f"ended by {d.by}: {d.cause}",
    ceasefire.CommitmentMade: lambda d: f"commitment: {d.text}{_maybe(', target ', _full(d.target))}",
    ceasefire.CommitmentScored: _scored,
    ceasefire.StepReported: lambda d: (
        f"{d.what.replace('_', ' ')}{_maybe(': ', _full(d.figure))}{_maybe(', by ', d.by)}{_maybe(', to ', d.to)}"
    ),
    ceasefire.ViolationAlleged: lambda d: f"alleges against {d.against}: {d.text}{_maybe(': ', _full(d.figure))}",
    strike.Reported: lambda d: f"{d.kind.replace('_', ' ')}, {d.place}",
    strike.CasualtiesClaimed: lambda d: (
        f"{_full(d.figure)} {d.harm} ({d.of}{'' if d.status == 'unstated' else ', ' + d.status.replace('_', ' ')}"
        f"{'' if d.includes in ('new', 'unstated') else ', ' + d.includes}{', early' if d.provisional else ''})"
    ),
    strike.ResponsibilityStated: lambda d: (
        f"responsibility {d.stance}: {d.party}{_maybe(', target given: ', d.target)}"
        f"{_maybe(', reason given: ', d.justification)}"
    ),
    strike.Assessed: lambda d: f"evidence graded {d.grade} by {d.grader}",
    strike.Linked: lambda d: f"{d.relation.replace('_', ' ')} {d.other}",
    crossing.Registered: lambda d: f"crossing registered: {d.name}, {d.place}",
    crossing.ChangeAnnounced: lambda d: (
        f"announced {d.status} for {listed(d.carries)}, {_ways(d.directions)}, from {moment_text(d.from_)}"
        f"{_maybe(' until ', d.until and moment_text(d.until))}"
    ),
    crossing.AnnouncementDenied: lambda d: f"denies {d.target}: {d.text}",
    crossing.Opened: _status("open"),
    crossing.Limited: _status("limited"),
    crossing.Closed: _status("closed"),
    crossing.QuotaSet: lambda d: (
        f"{d.kind}: {_full(d.figure)} {PLURALS[d.category]} {WAYS[d.direction]}"
        f"{' over the period' if d.per == 'period' else ' a ' + d.per}{_maybe(', basis: ', d.basis)}"
    ),
    crossing.PassagesCounted: lambda d: f"{_full(d.figure)} {PLURALS[d.category]} {WAYS[d.direction]}",
    crossing.PassageRefused: lambda d: (
        f"{_full(d.figure)} {OUTCOMES[d.outcome]}, "
        f"going {WAYS[d.direction]}{_maybe(', by ', d.by)}{_maybe(', reason given: ', d.reason)}"
    ),
    series.Defined: lambda d: (
        f"series of {d.measure} ({d.unit}) from {moment_text(d.origin)}, {d.scope}: {d.inclusion}"
    ),
    series.Published: lambda d: f"running figure: {_full(d.figure)}",
    series.Rebased: lambda d: f"counted anew from {moment_text(d.origin)}, {figure_text(d.offset)} kept: {d.reason}",
    source.Registered: lambda d: f"source registered: {d.name} ({d.kind.replace('_', ' ')})",
    source.Rated: lambda d: f"rated {d.reliability} by {d.by}",
    source.PlaceRegistered: lambda d: f"place registered: {d.name}{_maybe(', ', listed([a.text for a in d.aliases]))}",
    source.StatementMade: lambda d: d.text,
    editing.Corrected: _corrected,
    editing.Retracted: lambda d: f"retracts {d.target} (by the {d.by}): {d.reason}",
    editing.Erased: lambda d: f"{d.target} erased on the authority of {d.authority}: {d.reason}",
}

ERASED = "erased"


def week_text(week: Week) -> str:
    """Strikes in 7 days and in the 7 before: "4 in 7 days, 5 in the 7 before". Nothing on record is no zero."""
    if not week.strikes and not week.before:
        return "nothing on record in 14 days"
    return f"{week.strikes or 'nothing on record'} in 7 days, {week.before or 'nothing on record'} in the 7 before"


UNREADABLE = "cannot be read: "


def report_text(report: Report[Any]) -> str:
    """What a record says and who says it, in one line: "32 killed (palestinians), says gaza-civil-defence"."""
    relayed = f", after {report.relays}" if report.relays else ""
    return f"{_TEXTS[type(report.data)](report.data)}, says {report.claimant}{relayed}"


def searched(stream: str, topic: str, report: Report[Any]) -> tuple[str, str, str, str, str, str]:
    """What the feed's filter looks for words in, as `SEARCHED` names it."""
    more = [source.title for source in report.sources]
    if report.original:
        more.append(report.original.text)
    return report_text(report), stream, topic, report.claimant, ", ".join(report.via), " · ".join(more)


KINDS: Mapping[DiscrepancyKind, str] = {
    "claimants_differ": "claimants differ",
    "quoted_differently": "the same claimant quoted differently by two outlets",
    "bounds_out_of_order": "bounds of a figure out of order",
    "parts_do_not_add_up": "parts that do not add up",
    "start_dates_differ": "start dates differ",
    "phase_out_of_order": "a phase out of order",
    "already_open": "opened while already open on other terms",
    "status_contested": "status of a crossing contested",
    "announcement_denied": "announced, and denied",
    "announcement_contradicted": "announced, and otherwise reported",
    "statuses_not_summed": "casualties told by status that are not added up",
    "quota_passages": "passages above or below the quota",
    "series_falls": "a running figure that falls",
    "series_and_strikes": "a running figure and the recorded strikes",
    "series_differ": "running figures differ",
    "strike_not_reported": "claims without a standing report of the strike",
    "unregistered_claimant": "claimants that are not registered",
    "clock_jump": "the clock of the log jumped",
}


class Names:
    """The names that Situations have for the streams in a text: `crossing-rafah` is Rafah."""

    def __init__(self, *situations: Situation) -> None:
        self._situations = situations

    def told(self, text: str) -> str:
        """A text with each crossing, running figure and ceasefire under its name, instead of its stream or slug."""
        found = self._pattern
        return found.sub(lambda match: self._names[match[0]], text) if found else text

    @cached_property
    def _names(self) -> dict[str, str]:
        names: dict[str, str] = {}
        for one in self._situations:
            for each in one.crossings:
                slug = each.stream.removeprefix("crossing-")
                names |= dict.fromkeys((each.stream, slug, slug.replace("-", " ")), each.name)
            names |= {each.stream: _series_name(each) for each in one.series}
            if one.ceasefire.stream and one.ceasefire.title:
                names[one.ceasefire.stream] = one.ceasefire.title
        return names

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        names = sorted(self._names, key=len, reverse=True)
        streams = "|".join(re.escape(name) for name in names if name.startswith(("crossing-", "series-", "ceasefire-")))
        slugs = "|".join(re.escape(name) for name in names)
        # a slug alone is only meant where something happened at it
        return re.compile(rf"(?<![\w/-])(?:{streams})(?![\w/-])|(?<= at )(?:{slugs})(?![\w-])") if streams else None


def _series_name(one: SeriesView) -> str:
    """`gaza-moh killed since 11 Oct 2025`."""
    since = f" since {moment_text(one.origin)}" if one.origin and is_date(one.origin) else ""
    return f"{one.claimant} {one.measure.replace('-', ' ')}{since}"
