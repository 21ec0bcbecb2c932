"""The Situation itself, and where one stands."""

from __future__ import annotations

from projections.situation.ceasefire import AllegationView, CeasefireView, CommitmentView
from projections.situation.claims import Marked, Part
from projections.situation.crossings import CrossingView
from projections.situation.discrepancies import Discrepancy
from projections.situation.records import RecordLine, SourceView, StatementView, Unreadable
from projections.situation.series import SeriesView
from projections.situation.strikes import StrikesView

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
