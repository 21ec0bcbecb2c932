"""The Situation itself, and where one stands."""

from __future__ import annotations

from projections.situation.ceasefire import AllegationView, CeasefireView, CommitmentView
from projections.situation.claims import Part
from projections.situation.crossings import CrossingView
from projections.situation.discrepancies import Discrepancy
from projections.situation.records import RecordLine, SourceView, StatementView, Unreadable
from projections.situation.series import SeriesView
from projections.situation.strikes import StrikesView

SITUATION_VERSION = 1


class Vantage(Part, frozen=True, kw_only=True):
    """Where you stand. `as_of` and `known_at` are the last instants that count; `position` the last record known.

    `rule` is `envelope` or `preferred:<claimant>`. `live` is both clocks at now. `backfilled_until` is the newest
    position whose known_at is a report date rather than the moment of recording (0: none), `log_since` when this
    log was begun.
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


class Hidden(Part, frozen=True, kw_only=True):
    """How many records the vantage leaves out: not known yet, and known but not yet occurred."""

    not_known: int
    not_occurred: int


class Situation(Part, frozen=True, kw_only=True):
    """Everything that is shown at a vantage.

    `statements_total` is None where they were not counted.
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
    withheld: int = 0
