"""Discrepancies as rows: each belongs to an owner, which is looked at anew when something that it rests on changes."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import msgspec

from domain.calendar import Calendar, Micros
from projections.combining import ENVELOPE
from projections.counting import TALLY, Counting, Tally
from projections.discrepancies import Rule, by
from projections.discrepancies.evidence import Evidence, Finding
from projections.discrepancies.figures import bounds_out_of_order, parts_do_not_add_up
from projections.rows import Version
from projections.running import Running, common_day
from projections.schema import NEVER
from projections.strikes import Strike, StrikeBook
from projections.timeline import AHEAD

NOT_SUMMED = "statuses_not_summed"
"""The one kind that depends on the rule for combining claims: it is counted apart."""
FIGURES: tuple[Rule, ...] = (bounds_out_of_order, parts_do_not_add_up)
SHOWN_BEFORE = 2
"""`ahead` of what shows before the time that it is about: it is looked for whatever that time is. 1 is ahead of the
log's clock, 0 is all else."""
_KEPT = 50_000
_OPEN = f"""
SELECT id, at_from, at_to, at, kind, text, records FROM findings INDEXED BY findings_owner
WHERE owner = ? AND k_to = {NEVER} ORDER BY id"""  # noqa: S608


class Shown(NamedTuple):
    """A discrepancy that shows at vantages from `at_from` up to, not including, `at_to`."""

    at_from: Micros
    at_to: Micros
    finding: Finding


class _Row(NamedTuple):
    at_from: Micros
    at_to: Micros
    at: Micros
    kind: str
    text: str
    records: str
    nth: int  # of those that are alike


class Findings:
    """The fold's side of discrepancies: what each owner comes to now, as rows that close and open."""

    def __init__(self, connection: sqlite3.Connection, counting: Counting) -> None:
        self._connection = connection
        self._counting = counting
        self._open: dict[str, dict[_Row, int]] = {}

    def set(self, owner: str, k: int, clock: Micros, found: Sequence[Shown], *, fresh: bool = False) -> None:
        """From k on, this is what an owner comes to. `fresh`: it had nothing before."""
        if fresh and not found:
            return
        before = self._held(owner, fresh=fresh)
        now: dict[_Row, None] = {}
        for at_from, at_to, (at, said) in found:
            row = _Row(at_from, at_to, at, said.kind, said.text, msgspec.json.encode(said.records).decode(), 0)
            while row in now:
                row = row._replace(nth=row.nth + 1)
            now[row] = None
        for row in [row for row in before if row not in now]:
            self._connection.execute("UPDATE findings SET k_to = ? WHERE id = ?", (k, before.pop(row)))
            self._count(k, row, -1)
        for row in now:
            if row not in before:
                ahead = SHOWN_BEFORE if row.at > row.at_from else int(row.at > clock + AHEAD)
                cursor = self._connection.execute(
                    "INSERT INTO findings VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (owner, k, NEVER, row.at_from, row.at_to, ahead, *row[2:6]),
                )
                before[row] = cursor.lastrowid or 0
                self._count(k, row, 1)

    def _count(self, k: int, row: _Row, sign: int) -> None:
        for at, n in ((row.at_from, sign), (row.at_to, -sign)):
            if at < NEVER:
                tally = Tally(not_summed=n) if row.kind == NOT_SUMMED else Tally(findings=n)
                self._counting.change(k, TALLY, at, tally)

    def _held(self, owner: str, *, fresh: bool) -> dict[_Row, int]:
        held = self._open.get(owner)
        if held is None:
            if len(self._open) > _KEPT:
                self._open.clear()
            held = self._open[owner] = {}
            if not fresh:
                for row_id, *values in self._connection.execute(_OPEN, (owner,)):
                    row = _Row._make((*values, 0))
                    while row in held:
                        row = row._replace(nth=row.nth + 1)
                    held[row] = row_id
        return held


def always(found: Iterable[Finding]) -> list[Shown]:
    """Findings that show from the time that they are about."""
    return [Shown(one.at, NEVER, one) for one in found]


def evidence(
    calendar: Calendar,
    *,
    strikes: Sequence[Strike] = (),
    unreported: dict[str, tuple[Version, ...]] | None = None,
    crossings: Sequence[Version] = (),
    series: Sequence[Running] = (),
    statements: Sequence[Version] = (),
    as_of: Micros = NEVER,
) -> Evidence:
    """A little of what stands, for the rules that need no more."""
    book = StrikeBook(tuple(strikes), tuple(strike.at for strike in strikes), unreported or {}, {}, calendar)
    return Evidence(
        as_of=as_of,
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


def odd_figures(version: Version, calendar: Calendar) -> list[Finding]:
    """What does not hold together in the figures of one record on a crossing or of a statement."""
    if version.type == "statement.made":
        return by(FIGURES, evidence(calendar, statements=(version,)))
    return by(FIGURES, evidence(calendar, crossings=(version,))) if may_be_odd(version) else []


def may_be_odd(version: Version) -> bool:
    """Whether a figure in it could fail to hold together: all others need not be looked at."""
    for field in ("figure", "incidents"):
        figure = getattr(version.data, field, None)
        if figure is not None:
            low, best, high = figure.low, figure.best, figure.high
            rising = (low is None or best is None or low <= best) and (best is None or high is None or best <= high)
            if figure.parts or not rising or (low is not None and high is not None and low > high):
                return True
    return False


def over_time(versions: Iterable[Version], found: Callable[[list[Version]], list[Finding]]) -> list[Shown]:
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
