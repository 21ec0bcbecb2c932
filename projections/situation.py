"""The Situation: one immutable value at a vantage, from which every screen, text and JSON is drawn; and the History.

Instants are microseconds since 1970 UTC inside the program and ISO text here. Dates are local days of the log's
timezone. `record` and `records` are record ids (`stream/version`); `position` is the log's. Lists of claims are
ordered by time, then by claimant: never by side. Every list that can grow is the newest part of it and a `total`.
"""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct

from domain.ceasefire import Per, StepKind
from domain.crossing import Category
from domain.source import SourceKind
from domain.strike import Grade, StrikeKind
from domain.values import CivilStatus, CrossingStatus, Direction, Figure, Harm, Inclusion, Load, Occurred, Source

LISTED = 20
"""How many of a growing list a Situation holds."""


class Part(Struct, frozen=True, kw_only=True, gc=False):
    """Base of the Situation's values; a tree, so that Python need not look for circles in it."""


class Marked(Part, frozen=True, kw_only=True):
    """What a record says. `restricted`: the record is, or its words tell of one that is, as their handling is now."""

    restricted: bool = False


class ClaimView(Marked, frozen=True, kw_only=True):
    """One claimant's standing claim. `early` is provisional while another claim stands: listed, not in the range.

    `reason` is the one given for a refusal at a crossing.
    """

    claimant: str
    figure: Figure
    record: str
    position: int
    occurred: Occurred
    reported_at: str
    via: tuple[str, ...]
    relays: str | None = None
    early: bool = False
    corrected: bool = False
    late: bool = False
    reason: str | None = None


class Range(Part, frozen=True, kw_only=True):
    """Claims of one kind side by side: lowest low to highest high, None is an open end. Never one silent number.

    `claims` counts claimants in the range, those who gave words without a number too, `counts` the different numbers
    among them. `best` only under a
    `preferred:` rule. "At least 32" gives 32 at both ends and `open_above`, "at most 5" 5 and `open_below`: an open
    end widens the words, not the numbers.
    """

    low: int | None
    high: int | None
    claims: int
    counts: int
    best: int | None = None
    open_above: bool = False
    open_below: bool = False


class ClaimedRange(Range, frozen=True, kw_only=True):
    """A range with the claims behind it, those outside it (early) included.

    `withheld` are restricted claims that count in the range and are not told here.
    """

    said: tuple[ClaimView, ...]
    withheld: int = 0


# the ceasefire


class Start(Marked, frozen=True, kw_only=True):
    """A day from which somebody counts the ceasefire."""

    occurred: Occurred
    sense: Literal["in_force", "counting_origin", "signed"]
    claimant: str
    record: str


class PhaseView(Marked, frozen=True, kw_only=True):
    """One change of phase on record."""

    phase: int
    label: str
    change: Literal["announced", "begun", "completed", "disputed"]
    occurred: Occurred
    claimant: str
    record: str
    by: str | None = None


class CeasefireView(Marked, frozen=True, kw_only=True):
    """The ceasefire in force at the vantage, else the last that ended, else status `none`.

    `none` with a `stream` is one that was declared and is not in force; without, there is nothing on record.
    `day` is the day's number, 1 on `day_one`; None before it and after an end. `phase` is the newest begun.
    `status_claims` are all who say that it was suspended or ended, where that is its status, by time, then claimant.
    `resumed` are all who say that it was resumed, in the same order.
    """

    status: Literal["in_force", "suspended", "ended", "none"]
    stream: str | None = None
    title: str | None = None
    parties: tuple[str, ...] = ()
    mediators: tuple[str, ...] = ()
    day: int | None = None
    day_one: str | None = None
    ended_on: str | None = None
    status_by: str | None = None
    status_record: str | None = None
    phase: PhaseView | None = None
    announced: tuple[PhaseView, ...] = ()
    starts: tuple[Start, ...] = ()
    phases: tuple[PhaseView, ...] = ()
    status_claims: tuple[StandingClaim, ...] = ()
    resumed: tuple[ResumedView, ...] = ()


class StandingClaim(Marked, frozen=True, kw_only=True):
    """Who says that the ceasefire was suspended or ended, by whom and why."""

    claimant: str
    occurred: Occurred
    record: str
    by: str
    cause: str


class ResumedView(StandingClaim, frozen=True, kw_only=True):
    """Who says that it was resumed, by whom and why. `suspended`: a suspension is on record before that."""

    suspended: bool


class StepView(Marked, frozen=True, kw_only=True):
    """Something done under the agreement."""

    what: StepKind
    occurred: Occurred
    claimant: str
    record: str
    by: str | None = None
    to: str | None = None
    figure: Figure | None = None


class Score(Marked, frozen=True, kw_only=True):
    """A scorer's reading of a commitment (Kroc: 0 none, 1 minimal, 2 intermediate, 3 full)."""

    score: int | None
    done: Figure | None
    scorer: str
    basis: tuple[str, ...]
    occurred: Occurred
    record: str


class CommitmentView(Marked, frozen=True, kw_only=True):
    """A promise and what is on record of its keeping. `scores` is each scorer's newest; empty is "not scored".

    `steps` are the newest of `steps_total`.
    """

    commitment: str
    text: str
    claimant: str
    record: str
    phase: int | None = None
    obligated: str | None = None
    unit: str | None = None
    target: Figure | None = None
    per: Per | None = None
    due: str | None = None
    scores: tuple[Score, ...] = ()
    steps: tuple[StepView, ...] = ()
    steps_total: int = 0


class AllegationView(Marked, frozen=True, kw_only=True):
    """The newest standing allegation of one claimant against one party."""

    claimant: str
    against: str
    text: str
    figure: Figure | None
    occurred: Occurred
    record: str


# strikes


class HarmRange(Range, frozen=True, kw_only=True):
    """Sum over recorded strikes of the ruled figure of each, for one harm and one population.

    `strikes` counts the strikes whose ruled figure is in the sum, `claims` and `counts` those of all of them.
    `uncounted` counts claims with no number ("dozens"), which the sum leaves out; low and high are None if that is all.
    """

    harm: Harm
    strikes: int
    uncounted: int = 0


class Population(Part, frozen=True, kw_only=True):
    """Recorded casualties of one population. Populations are never added up."""

    of: str
    harms: tuple[HarmRange, ...]


class StrikeRange(ClaimedRange, frozen=True, kw_only=True):
    """Claims on one strike of the same harm, population, status, inclusion and period. `ruled` counts in sums."""

    harm: Harm
    of: str
    status: CivilStatus
    includes: Inclusion
    first_day: str
    last_day: str
    ruled: bool


class ResponsibilityView(Marked, frozen=True, kw_only=True):
    """What a claimant says of who fired, at what and why."""

    stance: Literal["claimed", "denied", "attributed"]
    party: str
    claimant: str
    record: str
    target: str | None = None
    justification: str | None = None


class GradeView(Marked, frozen=True, kw_only=True):
    """A grader's grade of the evidence."""

    grade: Grade
    grader: str
    record: str


class StrikeView(Marked, frozen=True, kw_only=True):
    """One strike with everything claimed of it. `merged` are duplicates whose claims were joined to it."""

    stream: str
    kind: StrikeKind
    place: str
    clarity: int
    occurred: Occurred
    claimant: str
    record: str
    ranges: tuple[StrikeRange, ...]
    responsibility: tuple[ResponsibilityView, ...] = ()
    grades: tuple[GradeView, ...] = ()
    merged: tuple[str, ...] = ()
    part_of: str | None = None
    response_to: tuple[str, ...] = ()


class DayCount(Part, frozen=True, kw_only=True):
    """Strikes that occurred on one local day; `no_hour` of them have no time of day on record."""

    day: str
    strikes: int
    no_hour: int


class Week(Part, frozen=True, kw_only=True):
    """Strikes in the 7 local days that end on the vantage's day, and in the 7 before."""

    strikes: int
    before: int


class StrikesView(Part, frozen=True, kw_only=True):
    """Recorded strikes since day 1 of the ceasefire shown (all of them when there is none).

    `count`, `per_day` and `week` leave out duplicates, and parts beside their whole, as the sums do; `latest` and
    `total` show the parts, marked. `per_day` and `week` end on the vantage's day and may begin before day 1.
    """

    count: int
    since: str | None
    populations: tuple[Population, ...]
    per_day: tuple[DayCount, ...]
    week: Week
    latest: tuple[StrikeView, ...]
    total: int


# crossings


class StatusView(Part, frozen=True, kw_only=True):
    """The status of one direction and load. `claims` are the statements that bear on it, newest first.

    `since` is when the status began (a date or instant as recorded), `until` the end of its schedule.
    """

    status: CrossingStatus
    since: str | None = None
    by: str | None = None
    until: str | None = None
    reason: str | None = None
    conditions: str | None = None
    claims: tuple[StatusClaim, ...] = ()


class StatusClaim(Marked, frozen=True, kw_only=True):
    """One claimant's newest standing status of one direction and load."""

    status: Literal["open", "limited", "closed"]
    claimant: str
    occurred: Occurred
    record: str
    by: str | None = None
    until: str | None = None


class Ways(Part, frozen=True, kw_only=True):
    """A status for each direction."""

    into: StatusView
    out_of: StatusView


class QuotaView(Marked, frozen=True, kw_only=True):
    """What was permitted, expected or agreed, by one claimant."""

    direction: Literal["into", "out_of", "both"]
    category: Category
    figure: Figure
    per: Per
    kind: Literal["permitted", "expected", "agreed"]
    claimant: str
    occurred: Occurred
    record: str


class PassagesView(ClaimedRange, frozen=True, kw_only=True):
    """Who got through over one period (the shortest that ends on the newest day), with each claimant's figure.

    `quotas` are the records of those that this is compared with: of the same direction, category and length of time.
    """

    direction: Direction
    category: Category
    first_day: str
    last_day: str
    days: int
    quotas: tuple[str, ...] = ()


class RefusedView(ClaimedRange, frozen=True, kw_only=True):
    """Who was turned back or held over one period."""

    direction: Direction
    outcome: Literal["turned_back", "held", "unstated"]
    first_day: str
    last_day: str


class AnnouncementView(Marked, frozen=True, kw_only=True):
    """A change announced, and who denied it."""

    status: Literal["open", "limited", "closed"]
    starts: str
    until: str | None
    directions: tuple[Direction, ...]
    carries: tuple[Load, ...]
    claimant: str
    occurred: Occurred
    record: str
    denied_by: tuple[str, ...] = ()


class CrossingView(Marked, frozen=True, kw_only=True):
    """One crossing. `newest_report` is when its newest report began to count; `silence_days` its age in days."""

    stream: str
    name: str
    place: str | None
    registered: bool
    people: Ways
    goods: Ways
    quotas: tuple[QuotaView, ...]
    passages: tuple[PassagesView, ...]
    refused: tuple[RefusedView, ...]
    announced: tuple[AnnouncementView, ...]
    newest_report: str | None
    silence_days: int | None


# series


class SeriesView(Marked, frozen=True, kw_only=True):
    """A claimant's running figure at the vantage, beside the strikes recorded over the same span.

    `recorded_sum` sums ruled figures of recorded strikes of the series' own population and measure from `origin` to
    `as_of` (None when the measure is no harm of strikes). `residue` is the series less that sum: a range that may be
    negative; None is an open end. Without a standing definition nobody says `origin`, `scope` and `inclusion`: None.
    """

    stream: str
    measure: str
    unit: str
    claimant: str
    of: str | None
    stage: str | None
    scope: str | None
    inclusion: str | None
    figure: Figure
    as_of: Occurred
    reported_at: str
    origin: str | None
    offset: Figure | None
    record: str
    relays: str | None = None
    recorded_sum: Range | None = None
    residue: Residue | None = None
    corrected: bool = False


class Residue(Part, frozen=True, kw_only=True):
    """A series less the strikes on record: from `low` to `high`, None an open end, and the same in words."""

    low: int | None
    high: int | None
    text: str


# discrepancies


DISAGREEING = 200
"""How many discrepancies it holds where they are what is asked for."""


DiscrepancyKind = Literal[
    "claimants_differ",
    "statuses_not_summed",
    "announcement_contradicted",
    "quoted_differently",
    "bounds_out_of_order",
    "parts_do_not_add_up",
    "start_dates_differ",
    "phase_out_of_order",
    "already_open",
    "status_contested",
    "announcement_denied",
    "quota_passages",
    "series_falls",
    "series_and_strikes",
    "series_differ",
    "strike_not_reported",
    "unregistered_claimant",
    "clock_jump",
]


class Discrepancy(Marked, frozen=True, kw_only=True):
    """Two things on record that do not agree, shown and not smoothed over."""

    kind: DiscrepancyKind
    text: str
    records: tuple[str, ...]


class OfKind(Part, frozen=True, kw_only=True):
    """What does not agree in one way: how often in all, and the newest by the time that they are about."""

    kind: DiscrepancyKind
    total: int
    newest: tuple[Discrepancy, ...]


# records


class StatementView(Marked, frozen=True, kw_only=True):
    """What somebody said."""

    stream: str
    text: str
    about: tuple[str, ...]
    figures: tuple[Figure, ...]
    claimant: str
    occurred: Occurred
    reported_at: str
    record: str


class RecordLine(Marked, frozen=True, kw_only=True):
    """One record as a line of the feed. `standing` says what has become of it at the vantage.

    `documents` carry the report.
    """

    position: int
    record: str
    stream: str
    type: str
    occurred: Occurred | None
    reported_at: str | None
    known_at: str
    claimant: str | None
    via: tuple[str, ...]
    text: str
    standing: Literal["standing", "corrected", "retracted", "erased", "unreadable", "edit"]
    late: bool
    handling: str | None
    documents: tuple[Source, ...] = ()


class Unreadable(Part, frozen=True, kw_only=True):
    """A record that the chain holds and that cannot be read, and why: nothing that it says is counted anywhere."""

    position: int
    record: str
    type: str
    why: str


class Revision(Marked, frozen=True, kw_only=True):
    """One correction, retraction or erasure that bears on a record, itself or through another edit.

    `target` is the record it names; `says` its kind (correction), who withdraws (retraction) or the authority
    (erasure). `in_force` is False once it has been retracted in turn.
    """

    position: int
    record: str
    edit: Literal["correction", "retraction", "erasure"]
    target: str
    says: str
    reason: str
    claimant: str
    changes: dict[str, Any] | None
    reported_at: str
    known_at: str
    recorded_at: str
    in_force: bool


class RecordDetail(Part, frozen=True, kw_only=True):
    """One record with all its stamps, what it said and what stands of it at the vantage.

    `original` is the report as recorded, `effective` with the corrections in force; both None where it was erased or
    cannot be read.
    `hash` and `digest` are hex. `caused_by` and `led_to` are the records that belong together with it. `withheld` are
    restricted ones that bear on it or belong with it and are not told here.
    """

    line: RecordLine
    version: int
    key: str
    recorded_at: str
    recorded_by: str
    hash: str
    digest: str
    original: dict[str, Any] | None
    effective: dict[str, Any] | None
    revisions: tuple[Revision, ...]
    caused_by: RecordLine | None
    led_to: tuple[RecordLine, ...]
    withheld: int = 0


class SourceView(Marked, frozen=True, kw_only=True):
    """A registered claimant."""

    slug: str
    name: str
    kind: SourceKind
    answers_to: str | None
    ratings: tuple[str, ...]


# the whole


SITUATION_VERSION = 2


class Vantage(Part, frozen=True, kw_only=True):
    """Where you stand. `as_of` and `known_at` are the last instants that count; `position` the last record known.

    `rule` is `envelope` or `preferred:<claimant>`. `live` is both clocks at now. `backfilled_until` is the newest
    position whose known_at is a report date rather than the moment of recording (0: none), `log_since` when this
    log was begun. `head_hash` is the chain's hash at `head`, in hex; empty in an empty log.
    """

    as_of: str
    as_of_day: str
    known_at: str
    position: int
    head: int
    rule: str
    live: bool
    timezone: str
    log_id: str
    log_since: str
    backfilled_until: int
    head_hash: str


class Hidden(Part, frozen=True, kw_only=True):
    """How many records the vantage leaves out: not known yet, and known but not yet occurred."""

    not_known: int
    not_occurred: int


class Age(Marked, frozen=True, kw_only=True):
    """How old the newest report is that bears on a question, in local days to the vantage's day.

    `question` begins with the stream: `crossing-rafah status into goods`, `crossing-rafah passages out_of people`,
    `crossing-rafah refused into held`, `series-gaza-moh-killed-2025-10-11 value`, `ceasefire-gaza-2025 status`; of a
    quota it is `crossing-rafah quota`, with its `record`. `newest_report` is when that report began to count: one made
    late, about a day long gone, is as old as that day.
    """

    question: str
    newest_report: str
    age_days: int
    record: str | None = None


class Situation(Part, frozen=True, kw_only=True):
    """Everything that is shown at a vantage.

    `statements_total` is None where they were not counted.
    `ages` are by question: a question without one has no report that counts.
    `withheld` are the restricted records that count in it and are not told here: nothing in it is in their words.
    """

    version: int
    vantage: Vantage
    ceasefire: CeasefireView
    commitments: tuple[CommitmentView, ...]
    allegations: tuple[AllegationView, ...]
    strikes: StrikesView
    crossings: tuple[CrossingView, ...]
    series: tuple[SeriesView, ...]
    statements: tuple[StatementView, ...]
    statements_total: int | None = None
    sources: tuple[SourceView, ...]
    discrepancies: tuple[Discrepancy, ...]
    discrepancies_total: int
    records: tuple[RecordLine, ...]
    records_total: int
    hidden: Hidden
    unreadable: tuple[Unreadable, ...] = ()
    ages: tuple[Age, ...] = ()
    withheld: int = 0

    def age(self, question: str, record: str | None = None) -> Age | None:
        """The age of one question; None where nothing that counts bears on it, or its quota is not told."""
        return next((age for age in self.ages if (age.question, age.record) == (question, record)), None)


# a window of days


HISTORY_VERSION = 1

Turn = Literal["entered_into_force", "suspended", "resumed", "ended"]


class StatusSpan(StatusView, frozen=True, kw_only=True):
    """The same status without a break, from `first_day` to `last_day` of the window; None: still so when it ends.

    `since` may lie before the window. `claims` are all that bore on it meanwhile, newest first; `by`, `until`, `reason`
    and `conditions` are as they were said last. `unknown` is a status whose schedule had ended: where nothing was ever
    said there is no span.
    """

    first_day: str
    last_day: str | None


class WayHistory(Part, frozen=True, kw_only=True):
    """One direction and load of a crossing, in the order of time."""

    crossing: str
    direction: Direction
    carries: Load
    spans: tuple[StatusSpan, ...]


class TurnClaim(Marked, frozen=True, kw_only=True):
    """Who says that a ceasefire entered into force, was suspended or resumed, or ended."""

    change: Turn
    claimant: str
    occurred: Occurred
    record: str
    by: str | None = None


class CeasefireSpan(Part, frozen=True, kw_only=True):
    """A ceasefire in force, suspended or ended without a break; days as in StatusSpan.

    `claims` are all who say so from the change on that made it so, in the order of time.
    """

    status: Literal["in_force", "suspended", "ended"]
    first_day: str
    last_day: str | None
    claims: tuple[TurnClaim, ...]


class CeasefireHistory(Part, frozen=True, kw_only=True):
    """One ceasefire in the order of time, from when it was first in force. Its phases are all in the Situation."""

    ceasefire: str
    spans: tuple[CeasefireSpan, ...]


class DayToll(Range, frozen=True, kw_only=True):
    """What the strikes of one local day add to the sum of all strikes up to the vantage; see HarmRange."""

    day: str
    strikes: int
    uncounted: int


class Toll(Part, frozen=True, kw_only=True):
    """One harm of one population by day; days without a claim are left out. Populations are never added up."""

    of: str
    harm: Harm
    days: tuple[DayToll, ...]


class SeriesPoint(Marked, frozen=True, kw_only=True):
    """One published figure. `day` is the local day that it runs to, of a figure so far the vantage's.

    `recorded_sum` are the strikes on record from `origin` to there, as in SeriesView. `replaced`: a record that came
    later gives another figure for the same moment.
    """

    day: str
    figure: Figure
    occurred: Occurred
    reported_at: str
    claimant: str
    record: str
    relays: str | None = None
    origin: str | None = None
    recorded_sum: Range | None = None
    corrected: bool = False
    replaced: bool = False


class SeriesHistory(Marked, frozen=True, kw_only=True):
    """A running figure with all of its points in the window, by the time that they are of, then by position."""

    stream: str
    measure: str
    unit: str
    of: str | None
    stage: str | None
    scope: str | None
    inclusion: str | None
    points: tuple[SeriesPoint, ...]


class Lane(Part, frozen=True, kw_only=True):
    """The local days of the window on which somebody spoke of a question; between them nobody did.

    Reports about the window count, on the day that they were made. Questions are named as in `Situation.ages`; beside
    them stand `crossing-rafah report` (anything on a crossing), `strikes killed palestinians` (casualties of strikes)
    and `strikes` (that there was one).
    """

    question: str
    days: tuple[str, ...]


class Heard(Part, frozen=True, kw_only=True):
    """The days on which a claimant spoke of anything in the window, in the same way."""

    claimant: str
    days: tuple[str, ...]


class History(Part, frozen=True, kw_only=True):
    """A window of local days at a vantage: `first_day` to `last_day`, which is the vantage's own day at the latest.

    `withheld` as in a Situation: lanes, tolls and statuses count those records; nothing is in their words, and whom
    they quote is not among `heard`.
    """

    version: int
    vantage: Vantage
    first_day: str
    last_day: str
    ceasefires: tuple[CeasefireHistory, ...]
    statuses: tuple[WayHistory, ...]
    tolls: tuple[Toll, ...]
    series: tuple[SeriesHistory, ...]
    lanes: tuple[Lane, ...]
    heard: tuple[Heard, ...]
    withheld: int = 0
