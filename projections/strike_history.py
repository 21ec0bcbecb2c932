"""The toll of a strike as it stood after each report of it, in the order in which the reports became known."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from projections.situation import Part, RecordDetail, RecordLine, StrikeRange, StrikeView, Vantage
from projections.vantage import ResolvedVantage

if TYPE_CHECKING:
    from projections.readmodel import ReadModel

LISTED = 30
"""Reports that are listed, the newest: each is a look at the strike as it stood then."""


class Stood(Part, frozen=True, kw_only=True):
    """A report of a strike, and the strike as it was known with it as the last; None where nothing stood then."""

    report: RecordLine
    strike: StrikeView | None


class StrikeTold(Part, frozen=True, kw_only=True):
    """What `ceasefire show STRIKE --json` prints: the strike at a vantage, and how it got there.

    `withheld` are the restricted records on it that count in its ranges and are not told here.
    `after_each_report` are the newest of `reports_total`.
    `strike` is None where no report of it stands: `withdrawn` are its reports that were retracted or erased.
    """

    strike: StrikeView | None
    after_each_report: tuple[Stood, ...]
    vantage: Vantage
    withdrawn: tuple[RecordDetail, ...] = ()
    withheld: int = 0
    reports_total: int = 0


def stood_after(
    model: ReadModel, stream: str, vantage: ResolvedVantage, now: datetime, *, merged: Sequence[str] = ()
) -> tuple[Stood, ...]:
    """A strike after each of its reports that a vantage knows, those of its duplicates too; the oldest first.

    Each report reads as it did then: a correction is told where it came. Of more than `LISTED` the newest, and before
    them the one that they follow: what moved is told against it. Raises CeasefireError as every look at the log does.
    """
    positions = sorted(
        report.position
        for one in (stream, *merged)
        for report in model.feed(vantage, wanted=model.wanted(f"stream={one}", now=now), limit=LISTED + 1)
    )
    then = [msgspec.structs.replace(vantage, position=position) for position in positions[-LISTED - 1 :]]
    return tuple(
        Stood(report=model.line(f"@{where.position}", where), strike=model.strike(stream, where)) for where in then
    )


def withdrawn(model: ReadModel, stream: str, vantage: ResolvedVantage, now: datetime) -> tuple[RecordDetail, ...]:
    """The newest reports of a strike that were retracted or erased, the oldest first; none where there is no such."""
    wanted = model.wanted(f"stream={stream} type:strike.reported", now=now)
    found = model.feed(vantage, wanted=wanted, limit=LISTED)
    gone = [line.record for line in reversed(found) if line.standing in ("retracted", "erased")]
    return tuple(model.detail(record, vantage) for record in gone)


def is_cut(stood: Sequence[Stood]) -> bool:
    """Whether there are older reports than those listed; the first is the one before them then."""
    return len(stood) > LISTED


def moved(
    stood: Sequence[Stood], tell: Callable[[StrikeView | None], str], *, before: str
) -> Iterator[tuple[RecordLine, str]]:
    """The listed reports after which something else is told of the strike than before, each with what is told then."""
    if is_cut(stood):
        before, stood = tell(stood[0].strike), stood[1:]
    for one in stood:
        told = tell(one.strike)
        if told != before:
            yield one.report, told
            before = told


def headline(strike: StrikeView) -> list[StrikeRange]:
    """The ranges that tell of a strike in few words: killed first, else whatever there is."""
    for harm in ("killed", "injured", "missing", "detained"):
        every = [one for one in strike.ranges if one.harm == harm]
        if every:
            return ([one for one in every if one.ruled] or every)[:3]
    return []
