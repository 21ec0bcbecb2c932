"""What an answer says, in plain neutral words: any part of a Situation, as one sentence says it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from domain.calendar import Calendar
from domain.values import Figure, Occurred
from projections.situation import (
    AllegationView,
    AnnouncementView,
    ClaimedRange,
    CommitmentView,
    CrossingView,
    Discrepancy,
    GradeView,
    HarmRange,
    Marked,
    PassagesView,
    PhaseView,
    QuotaView,
    Range,
    RefusedView,
    Residue,
    ResponsibilityView,
    ResumedView,
    Score,
    SeriesView,
    SourceView,
    Start,
    StatementView,
    StatusView,
    StepView,
    StrikeRange,
    StrikeView,
    Week,
)
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

_SCORES = ("none", "minimal", "intermediate", "full")  # Kroc PAM, 0 to 3
NOTHING = "nothing on record"


class Words:
    """Words for what stands somewhere in a Situation, on the log's clock."""

    def __init__(self, calendar: Calendar, names: Names | None = None) -> None:
        self._calendar = calendar
        self._names = names or Names()
        self._times: dict[Occurred, str] = {}

    def when(self, occurred: Occurred) -> str:
        """When something happened."""
        words = self._times.get(occurred)
        if words is None:
            words = self._times[occurred] = occurred_text(occurred, self._calendar)
        return words

    def moment(self, moment: str) -> str:
        """A date or an instant."""
        words = self._times.get(moment)
        if words is None:
            words = self._times[moment] = moment_text(moment, self._calendar)
        return words

    def value(self, value: Any) -> str:
        """Anything that can stand at a place of a Situation."""
        if value is None or value == ():
            return NOTHING
        told = _TOLD.get(type(value))
        text = told(self, value) if told is not None else str(value)
        return text + mark(value) if isinstance(value, Marked) else text

    def listed(self, values: tuple[Any, ...]) -> str:
        """Several, in their order."""
        return ", ".join(self.value(one) for one in values)

    def text(self, text: str) -> str:
        """A moment as a moment, any other text as it is."""
        try:
            return self.moment(text)
        except ValueError:
            return text

    def fields(self, values: dict[str, Any]) -> str:
        """Several fields that changed together."""
        told = []
        for name, value in values.items():
            field = _FIELDS.get(name)
            if field is None:
                told.append(f"{name.replace('_', ' ')} {self.value(value)}")
            elif name == "count":
                told.append(_strikes(value))
            elif field:
                told.append(field.format(self._occurred(value) if name in ("as_of", "occurred") else self.value(value)))
        return ", ".join(told)

    def _occurred(self, value: Any) -> str:
        return NOTHING if value is None else self.when(value)

    def status(self, value: StatusView) -> str:
        """A crossing's status, who says so."""
        since = f" since {self.moment(value.since)}" if value.since else ""
        until = f", until {self.moment(value.until)}" if value.until else ""
        by = f" by {value.by}" if value.by else ""
        said = [f"{claim.status} says {claim.claimant}{mark(claim)}" for claim in value.claims]
        return f"{value.status}{since}{by}{until}" + (f" ({', '.join(said)})" if said else "")

    def phase(self, value: PhaseView) -> str:
        """A change of phase."""
        by = f" by {value.by}" if value.by else ""
        when = self.when(value.occurred)
        return f"phase {value.phase} {value.change}{by} {when}: {value.label}, says {value.claimant}"

    def resumed(self, value: ResumedView) -> str:
        """A resumption."""
        without = "" if value.suspended else " without a suspension on record"
        return f"{self.when(value.occurred)} by {value.by}{without}: {value.cause}, says {value.claimant}"

    def score(self, value: Score) -> str:
        """A scorer's reading."""
        word = "not scored" if value.score is None else f"{value.score} ({_SCORES[value.score]})"
        done = f", done {figure_text(value.done)}" if value.done else ""
        return f"{word}{done}, {self.when(value.occurred)}"

    def step(self, value: StepView) -> str:
        """Something done."""
        figure = f" {figure_text(value.figure)}" if value.figure else ""
        return f"{value.what.replace('_', ' ')}{figure}, {self.when(value.occurred)}, says {value.claimant}"

    def passages(self, value: PassagesView | RefusedView) -> str:
        """Who got through or was held, over which days."""
        days = self.moment(value.first_day)
        if value.last_day != value.first_day:
            days += f" to {self.moment(value.last_day)}"
        return f"{claimed(value)}, {days}"

    def announcement(self, value: AnnouncementView) -> str:
        """What is to hold, and who denies it."""
        denied = f"; denied by {', '.join(value.denied_by)}" if value.denied_by else ""
        ways = " and ".join(WAYS[way] for way in value.directions)
        return (
            f"{value.status} for {' and '.join(value.carries)} {ways} from {self.moment(value.starts)},"
            f" says {value.claimant}{denied}"
        )

    def after_announced(self, value: AnnouncementView, crossing: CrossingView) -> str:
        """What has held since the day announced; empty where nothing began after it, and it may still be ahead."""
        starts = self._calendar.start(value.starts)
        named = [(load, way) for load in value.carries for way in value.directions]
        held = [(load, way, getattr(getattr(crossing, load), way)) for load, way in named]
        since = [one for one in held if one[2].since and self._calendar.start(one[2].since) >= starts]
        if not since:
            return ""
        came = ", ".join(f"{load} {WAYS[way]} {one.status} since {self.moment(one.since)}" for load, way, one in since)
        as_said = len(since) == len(held) and all(one.status == value.status for _, _, one in held)
        return f"{'as announced' if as_said else 'its time has passed'}: {came}"

    def allegation(self, value: AllegationView) -> str:
        """What is alleged."""
        figure = f"{figure_text(value.figure)}: " if value.figure else ""
        return f"{figure}{value.text}, {self.when(value.occurred)}"

    def strike(self, value: StrikeView) -> str:
        """A strike that came or went as a whole."""
        ranges = [f"{harm_named(one)}{_in_sums(one)} {claimed(one)}" for one in value.ranges]
        said = "; ".join(ranges) if ranges else "no casualties claimed"
        return f"{value.kind.replace('_', ' ')}, {value.place}, {self.when(value.occurred)}: {said}"

    def series(self, value: SeriesView) -> str:
        """A series that came or went as a whole."""
        unit = f" {value.unit}" if value.unit else ""
        return f"{figure_text(value.figure)}{unit}, {self.when(value.as_of)}, says {value.claimant}"

    def commitment(self, value: CommitmentView) -> str:
        """A promise that came or went as a whole."""
        return f"{value.text}, says {value.claimant}"

    def discrepancy(self, value: Discrepancy) -> str:
        """Two things that do not agree, under the names that the screen shows."""
        return self._names.told(value.text)

    def crossing(self, value: CrossingView) -> str:
        """A crossing that came or went as a whole."""
        return f"people in {value.people.into.status}, people out {value.people.out_of.status}"


def claimed(value: ClaimedRange) -> str:
    """A range with how many stand behind it, or the words of a claim without a number."""
    if value.low is None and value.high is None:
        return " / ".join(dict.fromkeys(figure_text(claim.figure) for claim in value.said)) or "no number"
    early = sum(claim.early for claim in value.said)
    return ranged(value) + (f", {early} early beside it" if early else "")


def ranged(value: Range) -> str:
    """A range with its claims; under `preferred:` the figure taken first."""
    text = range_text(value)
    if value.best is not None:
        text = f"{number(value.best)} (of {text})"
    if not value.claims:
        return text
    counts = f", {value.counts} counts" if value.counts > 1 else ""
    return f"{text}, {value.claims} claim{'' if value.claims == 1 else 's'}{counts}"


def harm_named(value: StrikeRange) -> str:
    """Which harm to whom a strike's range is of."""
    named = [value.of]
    named += [] if value.status == "unstated" else [value.status.replace("_", " ")]
    named += [] if value.includes in ("unstated", "new") else [value.includes]
    return f"{value.harm} ({', '.join(named)})"


def _in_sums(value: StrikeRange) -> str:
    return "" if value.ruled else " (not in sums)"


def _strikes(count: int) -> str:
    return f"{number(count)} strike{'' if count == 1 else 's'}" if count else "no strike on record"


def _sum(_: Words, value: HarmRange) -> str:
    if not value.claims:
        return "claimed without a number"
    return f"{ranged(value)} on {number(value.strikes)} strike{'' if value.strikes == 1 else 's'}"


def _responsibility(_: Words, value: ResponsibilityView) -> str:
    target = f", target given: {value.target}" if value.target else ""
    why = f", reason given: {value.justification}" if value.justification else ""
    return f"{value.stance}: {value.party}{target}{why}, says {value.claimant}"


_TOLD: dict[type[Any], Callable[[Words, Any], str]] = {
    AllegationView: Words.allegation,
    AnnouncementView: Words.announcement,
    CommitmentView: Words.commitment,
    CrossingView: Words.crossing,
    bool: lambda _, one: "yes" if one else "no",
    dict: Words.fields,
    Discrepancy: Words.discrepancy,
    Figure: lambda _, one: figure_text(one) + parts_text(one),
    GradeView: lambda _, one: f"{one.grade} by {one.grader}",
    HarmRange: _sum,
    int: lambda _, one: number(one),
    PassagesView: Words.passages,
    PhaseView: Words.phase,
    QuotaView: lambda told, one: f"{figure_text(one.figure)} per {one.per}, {told.when(one.occurred)}",
    Range: lambda _, one: ranged(one),
    RefusedView: Words.passages,
    Residue: lambda _, one: one.text,
    ResponsibilityView: _responsibility,
    ResumedView: Words.resumed,
    Score: Words.score,
    SeriesView: Words.series,
    SourceView: lambda _, one: f"{one.name}, {one.kind}" + "".join(f", rated {each}" for each in one.ratings),
    Start: lambda told, one: f"{told.when(one.occurred)} ({one.sense.replace('_', ' ')}), says {one.claimant}",
    StatementView: lambda told, one: f"{one.text}, says {one.claimant}, {told.when(one.occurred)}",
    StatusView: Words.status,
    StepView: Words.step,
    StrikeRange: lambda _, one: claimed(one) + _in_sums(one),
    StrikeView: Words.strike,
    str: Words.text,
    tuple: Words.listed,
    Week: lambda _, one: week_text(one),
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
    "count": "{} strikes",
    "total": "",
    "since": "since {}",
}
