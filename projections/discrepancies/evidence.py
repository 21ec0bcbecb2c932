"""What discrepancies are found in, and how one is told: in a neutral sentence, with its records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from msgspec import Struct

from domain.calendar import Calendar, Micros
from domain.report import Facts
from domain.source import StatementMade
from domain.strike import CasualtiesClaimed
from projections.index.findings import Finding, Shown
from projections.index.schema import NEVER
from projections.index.version import Version
from projections.rules.rule import ENVELOPE, Rule
from projections.situation import Discrepancy, DiscrepancyKind
from projections.text import day_text, occurred_text

if TYPE_CHECKING:
    from projections.rules.ceasefires import Ceasefire
    from projections.rules.combining import RecordedStrikes
    from projections.rules.crossings import Crossing
    from projections.rules.running import CommonDay, Running
    from projections.rules.strikes import Strike


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
    """Some of what stands, all of which counts by `as_of`: a check needs no more than it looks at.

    `at_crossings` is what holds now at each crossing, `crossings` are all records on them. `unreported` are strikes
    with claims and no standing report.
    """

    calendar: Calendar
    as_of: Micros = NEVER
    rule: Rule = ENVELOPE
    strikes: Sequence[Strike] = ()
    unreported: Mapping[str, Sequence[Version[CasualtiesClaimed]]] = {}
    ceasefires: Sequence[Ceasefire] = ()
    crossings: Sequence[Version[Facts]] = ()
    at_crossings: Sequence[Crossing] = ()
    series: Sequence[Running] = ()
    statements: Sequence[Version[StatementMade]] = ()

    def when(self, version: Version[Facts]) -> str:
        """When something happened, in words, on the log's clock."""
        return occurred_text(version.report.occurred, self.calendar)

    def day(self, at: Micros) -> str:
        """A local day in words."""
        return day_text(self.calendar.day(at))


class AtVantage(Evidence, frozen=True, kw_only=True):
    """What stands at a vantage: `recorded` sums its strikes, `common_day` finds the newest day two series share."""

    unregistered: Sequence[Unregistered]
    clock_jumps: Sequence[ClockJump]
    recorded: RecordedStrikes
    common_day: CommonDay


E = TypeVar("E", bound=Evidence)
Check = Callable[[Evidence], Iterator[Finding]]
"""Finds what does not agree in one way."""


def finding(kind: DiscrepancyKind, at: Micros, text: str, records: Iterable[str]) -> Finding:
    """One discrepancy; its records in the order given, each once."""
    return Finding(at, Discrepancy(kind=kind, text=text, records=tuple(dict.fromkeys(records))))


def by(checks: Iterable[Callable[[E], Iterator[Finding]]], evidence: E) -> list[Finding]:
    """What the checks find in it."""
    return [one for check in checks for one in check(evidence)]


def in_order(found: Iterable[Finding]) -> list[Finding]:
    """The newest first, by the time that it is about."""
    return sorted(found, key=lambda one: (-one.at, one.discrepancy.kind, one.discrepancy.text, one.discrepancy.records))


def by_stream(versions: Iterable[Version[Facts]]) -> dict[str, list[Version[Facts]]]:
    """Versions by stream, streams by name."""
    streams: dict[str, list[Version[Facts]]] = defaultdict(list)
    for version in versions:
        streams[version.stream].append(version)
    return {stream: streams[stream] for stream in sorted(streams)}


def always(found: Iterable[Finding]) -> list[Shown]:
    """Findings that show from the time that they are about."""
    return [Shown(one.at, NEVER, one) for one in found]


def over_time(
    versions: Iterable[Version[Facts]], found: Callable[[list[Version[Facts]]], list[Finding]]
) -> list[Shown]:
    """What is found among versions, as more and more of them count: each finding while it stays the same."""
    held = list(versions)
    times = sorted({version.at for version in held})
    shown: list[Shown] = []
    open_: dict[Finding, Micros] = {}
    for at in times:
        now = found([version for version in held if version.at <= at])
        for gone in [one for one in open_ if one not in now]:
            shown.append(Shown(open_.pop(gone), at, gone))
        for one in now:
            open_.setdefault(one, at)
    return shown + [Shown(at_from, NEVER, one) for one, at_from in open_.items()]
