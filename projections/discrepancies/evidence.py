"""What discrepancies are found in, and how one is told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from msgspec import Struct

from domain.calendar import Calendar, Micros
from domain.report import Facts
from domain.source import StatementMade
from domain.strike import CasualtiesClaimed
from projections.index.findings import Finding
from projections.index.schema import NEVER
from projections.index.version import Version
from projections.rules.ceasefires import Ceasefire
from projections.rules.crossings import Crossing
from projections.rules.rule import ENVELOPE, Rule
from projections.rules.running import CommonDay, Running, common_day
from projections.rules.strikes import RecordedStrikes, Strike, StrikeBook
from projections.situation import Discrepancy, DiscrepancyKind
from projections.text import day_text, occurred_text


class Unregistered(NamedTuple):
    """A claimant without a standing registration, with its first record."""

    claimant: str
    record: str
    at: Micros


class ClockJump(NamedTuple):
    """A record that was taken in at an earlier clock time than the one before it, by that many microseconds."""

    record: str
    position: int
    back: Micros
    known_at: Micros


class Evidence(Struct, frozen=True, kw_only=True):
    """What stands at the vantage, as the other parts of the Situation see it. All of it counts by `as_of`.

    `at_crossings` is what holds now at each crossing, `crossings` are all records on them; `recorded` sums the strikes
    of `book`, `common_day` finds the newest day that two series share.
    """

    as_of: Micros
    rule: Rule
    calendar: Calendar
    book: StrikeBook
    ceasefires: tuple[Ceasefire, ...]
    crossings: tuple[Version[Facts], ...]
    at_crossings: tuple[Crossing, ...]
    series: tuple[Running, ...]
    statements: tuple[Version[StatementMade], ...]
    unregistered: tuple[Unregistered, ...]
    clock_jumps: tuple[ClockJump, ...]
    recorded: RecordedStrikes
    common_day: CommonDay

    def strikes(self) -> Iterator[Strike]:
        """Strikes that occurred by `as_of`."""
        return iter(self.book.between(-(2**62), self.as_of))

    def when(self, version: Version[Facts]) -> str:
        """When something happened, in words, on the log's clock."""
        return occurred_text(version.report.occurred, self.calendar)

    def day(self, at: Micros) -> str:
        """A local day in words."""
        return day_text(self.calendar.day(at))


def part_of(
    calendar: Calendar,
    *,
    strikes: Sequence[Strike] = (),
    unreported: dict[str, tuple[Version[CasualtiesClaimed], ...]] | None = None,
    crossings: Sequence[Version[Facts]] = (),
    series: Sequence[Running] = (),
    statements: Sequence[Version[StatementMade]] = (),
) -> Evidence:
    """A little of what stands, at any time, for the rules that need no more."""
    book = StrikeBook(tuple(strikes), tuple(strike.at for strike in strikes), unreported or {}, {}, calendar)
    return Evidence(
        as_of=NEVER,
        rule=ENVELOPE,
        calendar=calendar,
        book=book,
        ceasefires=(),
        crossings=tuple(crossings),
        at_crossings=(),
        series=tuple(series),
        statements=tuple(statements),
        unregistered=(),
        clock_jumps=(),
        recorded=book,
        common_day=common_day(calendar),
    )


def finding(kind: DiscrepancyKind, at: Micros, text: str, records: Iterable[str]) -> Finding:
    """One discrepancy; its records in the order given, each once."""
    return Finding(at, Discrepancy(kind=kind, text=text, records=tuple(dict.fromkeys(records))))
