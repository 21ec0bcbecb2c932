"""The Situation: one immutable value at a vantage, from which every screen, text and JSON is drawn.

Instants are microseconds since 1970 UTC inside the program and ISO text here. Dates are local days of the log's
timezone. `record` and `records` are record ids (`stream/version`); `position` is the log's. Lists of claims are
ordered by time, then by claimant: never by side. Every list that can grow is the newest part of it and a `total`.
"""

from __future__ import annotations

from projections.situation.ceasefire import (
    AllegationView,
    CeasefireView,
    CommitmentView,
    PhaseView,
    ResumedView,
    Score,
    StandingClaim,
    Start,
    StepView,
)
from projections.situation.claims import LISTED, ClaimedRange, ClaimView, Marked, Part, Range
from projections.situation.crossings import (
    AnnouncementView,
    CrossingView,
    PassagesView,
    QuotaView,
    RefusedView,
    StatusClaim,
    StatusView,
    Ways,
)
from projections.situation.discrepancies import DISAGREEING, Discrepancy, DiscrepancyKind, OfKind
from projections.situation.history import (
    HISTORY_VERSION,
    CeasefireHistory,
    CeasefireSpan,
    DayToll,
    Heard,
    History,
    Lane,
    SeriesHistory,
    SeriesPoint,
    StatusSpan,
    Toll,
    Turn,
    TurnClaim,
    WayHistory,
)
from projections.situation.records import RecordDetail, RecordLine, Revision, SourceView, StatementView, Unreadable
from projections.situation.series import Residue, SeriesView
from projections.situation.strikes import (
    DayCount,
    GradeView,
    HarmRange,
    Population,
    ResponsibilityView,
    StrikeRange,
    StrikesView,
    StrikeView,
    Week,
)
from projections.situation.whole import SITUATION_VERSION, Age, Hidden, Situation, Vantage

__all__ = [
    "Age",
    "AllegationView",
    "AnnouncementView",
    "CeasefireHistory",
    "CeasefireSpan",
    "CeasefireView",
    "ClaimView",
    "ClaimedRange",
    "CommitmentView",
    "CrossingView",
    "DISAGREEING",
    "DayCount",
    "DayToll",
    "Discrepancy",
    "DiscrepancyKind",
    "GradeView",
    "HISTORY_VERSION",
    "HarmRange",
    "Heard",
    "Hidden",
    "History",
    "LISTED",
    "Lane",
    "Marked",
    "OfKind",
    "Part",
    "PassagesView",
    "PhaseView",
    "Population",
    "QuotaView",
    "Range",
    "RecordDetail",
    "RecordLine",
    "RefusedView",
    "Residue",
    "ResponsibilityView",
    "ResumedView",
    "Revision",
    "SITUATION_VERSION",
    "Score",
    "SeriesHistory",
    "SeriesPoint",
    "SeriesView",
    "Situation",
    "SourceView",
    "StandingClaim",
    "Start",
    "StatementView",
    "StatusClaim",
    "StatusSpan",
    "StatusView",
    "StepView",
    "StrikeRange",
    "StrikeView",
    "StrikesView",
    "Toll",
    "Turn",
    "TurnClaim",
    "Unreadable",
    "Vantage",
    "WayHistory",
    "Ways",
    "Week",
]
