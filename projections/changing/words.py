"""What an answer says, in plain neutral words: any part of a Situation, as one sentence says it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from domain.calendar import Calendar
from domain.values import Figure, Occurred, start_of
from projections import situation as shown
from projections.text import (
    WAYS,
    Names,
    figure_text,
    mark,
    moment_text,
    number,
    occurred_text,
    parts_text,
    range_text,
    week_text,
)

NOTHING = "nothing on record"
_SCORES = ("none", "minimal", "intermediate", "full")  # Kroc PAM, 0 to 3


class Words:
    """Words for what stands somewhere in a Situation, on the log's clock."""

    def __init__(self, calendar: Calendar, names: Names) -> None:
        self.calendar = calendar
        self.names = names
        self.when = cache(lambda occurred: occurred_text(occurred, calendar))
        self.moment = cache(lambda moment: moment_text(moment, calendar))

    def day(self, occurred: Occurred) -> str:
        """The local day on which it began."""
        return self.calendar.day(self.calendar.start(start_of(occurred))).isoformat()

    def value(self, value: Any) -> str:
        """Anything that can stand at a place of a Situation."""
        if value is None or value == ():
            return NOTHING
        told = _TOLD.get(type(value))
        text = told(self, value) if told is not None else str(value)
        return text + mark(value) if isinstance(value, shown.Marked) else text

    def after_announced(self, value: shown.AnnouncementView, crossing: shown.CrossingView) -> str:
        """What has held since the day announced; empty where nothing began after it, and it may still be ahead."""
        starts = self.calendar.start(value.starts)
        held = [
            (load, way, getattr(getattr(crossing, load), way)) for load in value.carries for way in value.directions
        ]
        since = [one for one in held if one[2].since and self.calendar.start(one[2].since) >= starts]
        if not since:
            return ""
        came = ", ".join(f"{load} {WAYS[way]} {one.status} since {self.moment(one.since)}" for load, way, one in since)
        as_said = len(since) == len(held) and all(one.status == value.status for _, _, one in held)
        return f"{'as announced' if as_said else 'its time has passed'}: {came}"


def harm_named(value: shown.StrikeRange) -> str:
    """Which harm to whom a strike's range is of."""
    named = [value.of]
    named += [] if value.status == "unstated" else [value.status.replace("_", " ")]
    named += [] if value.includes in ("unstated", "new") else [value.includes]
    return f"{value.harm} ({', '.join(named)})"


def _counted(count: int, word: str) -> str:
    return f"{number(count)} {word}{'' if count == 1 else 's'}"


def _ranged(value: shown.Range) -> str:
    """A range with its claims; under `preferred:` the figure taken first."""
    text = range_text(value)
    if value.best is not None:
        text = f"{number(value.best)} (of {text})"
    if not value.claims:
        return text
    counts = f", {value.counts} counts" if value.counts > 1 else ""
    return f"{text}, {value.claims} claim{'' if value.claims == 1 else 's'}{counts}"


def _claimed(value: shown.ClaimedRange) -> str:
    """A range with how many stand behind it, or the words of a claim without a number."""
    if value.low is None and value.high is None:
        return " / ".join(dict.fromkeys(figure_text(claim.figure) for claim in value.said)) or "no number"
    early = sum(claim.early for claim in value.said)
    return _ranged(value) + (f", {early} early beside it" if early else "")


def _summed(value: shown.StrikeRange) -> str:
    return "" if value.ruled else " (not in sums)"


def _maybe(before: str, value: str | None) -> str:
    return f"{before}{value}" if value else ""


def _figure(figure: Figure | None) -> str:
    return "" if figure is None else figure_text(figure)


def _text(words: Words, text: str) -> str:
    """A moment as a moment, any other text as it is."""
    try:
        return words.moment(text)
    except ValueError:
        return text


def _fields(words: Words, values: dict[str, Any]) -> str:
    """Several fields that changed together."""
    return ", ".join(told for name, value in values.items() if (told := _field(words, name, value)))


def _field(words: Words, name: str, value: Any) -> str:
    if name == "count":
        return _counted(value, "strike") if value else "no strike on record"
    if name in ("as_of", "occurred") and value is not None:
        return words.when(value)
    return _FIELDS.get(name, f"{name.replace('_', ' ')} {{}}").format(words.value(value))


def _status(words: Words, value: shown.StatusView) -> str:
    since = value.since and f" since {words.moment(value.since)}"
    until = value.until and f", until {words.moment(value.until)}"
    said = ", ".join(f"{claim.status} says {claim.claimant}{mark(claim)}" for claim in value.claims)
    return f"{value.status}{since or ''}{_maybe(' by ', value.by)}{until or ''}{f' ({said})' if said else ''}"


def _score(words: Words, value: shown.Score) -> str:
    word = "not scored" if value.score is None else f"{value.score} ({_SCORES[value.score]})"
    return f"{word}{_maybe(', done ', _figure(value.done))}, {words.when(value.occurred)}"


def _step(words: Words, value: shown.StepView) -> str:
    figure = _maybe(" ", _figure(value.figure))
    return f"{value.what.replace('_', ' ')}{figure}, {words.when(value.occurred)}, says {value.claimant}"


def _passages(words: Words, value: shown.PassagesView | shown.RefusedView) -> str:
    """Who got through or was held, over which days."""
    last = "" if value.last_day == value.first_day else f" to {words.moment(value.last_day)}"
    return f"{_claimed(value)}, {words.moment(value.first_day)}{last}"


def _announcement(words: Words, value: shown.AnnouncementView) -> str:
    ways = " and ".join(WAYS[way] for way in value.directions)
    return (
        f"{value.status} for {' and '.join(value.carries)} {ways} from {words.moment(value.starts)},"
        f" says {value.claimant}{_maybe('; denied by ', ', '.join(value.denied_by))}"
    )


def _strike(words: Words, value: shown.StrikeView) -> str:
    """A strike that came or went as a whole."""
    said = "; ".join(f"{harm_named(one)}{_summed(one)} {_claimed(one)}" for one in value.ranges)
    where = f"{value.kind.replace('_', ' ')}, {value.place}, {words.when(value.occurred)}"
    return f"{where}: {said or 'no casualties claimed'}"


def _phase(words: Words, value: shown.PhaseView) -> str:
    when = f"{_maybe(' by ', value.by)} {words.when(value.occurred)}"
    return f"phase {value.phase} {value.change}{when}: {value.label}, says {value.claimant}"


def _resumed(words: Words, value: shown.ResumedView) -> str:
    without = "" if value.suspended else " without a suspension on record"
    return f"{words.when(value.occurred)} by {value.by}{without}: {value.cause}, says {value.claimant}"


def _series(words: Words, value: shown.SeriesView) -> str:
    """A series that came or went as a whole."""
    unit = _maybe(" ", value.unit)
    return f"{figure_text(value.figure)}{unit}, {words.when(value.as_of)}, says {value.claimant}"


def _responsibility(_: Words, value: shown.ResponsibilityView) -> str:
    target, why = _maybe(", target given: ", value.target), _maybe(", reason given: ", value.justification)
    return f"{value.stance}: {value.party}{target}{why}, says {value.claimant}"


_TOLD: dict[type[Any], Callable[[Words, Any], str]] = {
    bool: lambda _, one: "yes" if one else "no",
    dict: _fields,
    Figure: lambda _, one: figure_text(one) + parts_text(one),
    int: lambda _, one: number(one),
    str: _text,
    tuple: lambda words, some: ", ".join(map(words.value, some)),
    shown.AllegationView: lambda words, one: (
        f"{_figure(one.figure)}{': ' if one.figure else ''}{one.text}, {words.when(one.occurred)}"
    ),
    shown.AnnouncementView: _announcement,
    shown.CommitmentView: lambda _, one: f"{one.text}, says {one.claimant}",
    shown.CrossingView: lambda _, one: f"people in {one.people.into.status}, people out {one.people.out_of.status}",
    shown.Discrepancy: lambda words, one: words.names.told(one.text),  # under the names that the screen shows
    shown.GradeView: lambda _, one: f"{one.grade} by {one.grader}",
    shown.HarmRange: lambda _, one: (
        f"{_ranged(one)} on {_counted(one.strikes, 'strike')}" if one.claims else "claimed without a number"
    ),
    shown.PassagesView: _passages,
    shown.PhaseView: _phase,
    shown.QuotaView: lambda words, one: f"{figure_text(one.figure)} per {one.per}, {words.when(one.occurred)}",
    shown.RefusedView: _passages,
    shown.Range: lambda _, one: _ranged(one),
    shown.Residue: lambda _, one: one.text,
    shown.ResponsibilityView: _responsibility,
    shown.ResumedView: _resumed,
    shown.Score: _score,
    shown.SeriesView: _series,
    shown.SourceView: lambda _, one: ", ".join([one.name, one.kind, *(f"rated {each}" for each in one.ratings)]),
    shown.Start: lambda words, one: f"{words.when(one.occurred)} ({one.sense.replace('_', ' ')}), says {one.claimant}",
    shown.StatementView: lambda words, one: f"{one.text}, says {one.claimant}, {words.when(one.occurred)}",
    shown.StatusView: _status,
    shown.StepView: _step,
    shown.StrikeRange: lambda _, one: _claimed(one) + _summed(one),
    shown.StrikeView: _strike,
    shown.Week: lambda _, one: week_text(one),
}

# how a field reads beside others that changed with it; empty: its own record is named anyway
_FIELDS = {
    "figure": "{}",
    "as_of": "{}",
    "occurred": "{}",
    "claimant": "says {}",
    "record": "",
    "reported_at": "",
    "status_record": "",
    "status_claims": "",
    "recorded_sum": "{}",
    "residue": "{}",
    "status": "{}",
    "status_by": "by {}",
    "ended_on": "{}",
    "day": "day {}",
    "day_one": "day 1 is {}",
    "total": "",
    "since": "since {}",
}
