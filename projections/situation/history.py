"""What was so over a window of days, seen from a vantage: read by itself, as a Situation tells of one moment."""

from __future__ import annotations

from typing import Literal

from domain.values import Direction, Figure, Harm, Load, Occurred
from projections.situation.claims import Marked, Part, Range
from projections.situation.crossings import StatusView
from projections.situation.whole import Vantage

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
