"""One consistent state of the read model, at one vantage: what every part of a Situation is read from."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

import msgspec

from domain.calendar import Calendar, Micros
from domain.report import Facts
from projections.index.keys import CEASEFIRES
from projections.index.lines import Claim, LineNames, Lines
from projections.index.schema import OPEN
from projections.index.sums import Counts
from projections.index.version import Version
from projections.index.version_rows import Versions
from projections.rules.ceasefires import Ceasefire, ceasefires, shown
from projections.rules.rule import Rule, rule_of
from projections.vantage import ResolvedVantage, checkpoint, clock_at

if TYPE_CHECKING:
    from projections.rules.crossings import Crossing
    from projections.rules.strikes import StrikeBook
    from projections.situation import StrikeView


class Kept:
    """What is kept in memory of one file: decoded versions, the last look's crossings, strikes as they are shown."""

    def __init__(self) -> None:
        self.versions = Versions()
        self.names = LineNames()
        self.crossings: tuple[ResolvedVantage, dict[str, Crossing | None]] | None = None
        self.strikes: dict[tuple[object, ...], StrikeView] = {}

    def forget(self) -> None:
        """Drop everything: the file is another one."""
        self.versions.forget()
        self.names.forget()
        self.crossings = None
        self.strikes.clear()


class Reading:
    """`book` makes all strikes known at the vantage, a walk through the log: for rules without sums of their own.

    Without `told` no line of a restricted record is read.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        kept: Kept,
        calendar: Calendar,
        vantage: ResolvedVantage,
        book: Callable[[Reading], StrikeBook],
        *,
        told: bool = True,
    ) -> None:
        self.connection = connection
        self.kept = kept
        self.calendar = calendar
        self.vantage = vantage
        self._book = book
        self.told = told

    def book(self) -> StrikeBook:
        """All strikes known at the vantage's position, by its rule."""
        return self._book(self)

    @cached_property
    def rule(self) -> Rule:
        """How claims are combined."""
        return rule_of(self.vantage.rule)

    @cached_property
    def counts(self) -> Counts:
        """Sums at the vantage's position."""
        return Counts(self.connection, self.calendar, self.vantage.position)

    @cached_property
    def lines(self) -> Lines:
        """Lines at the vantage."""
        self.kept.names.at(checkpoint(self.connection))
        return Lines(
            self.connection,
            self.kept.names,
            self.calendar,
            position=self.vantage.position,
            as_of=self.vantage.as_of,
            clock=clock_at(self.connection, self.vantage.position),
        )

    def versions(self, ids: Iterable[int]) -> list[Version[Facts]]:
        """Versions by their rows, in the order given."""
        return self.kept.versions.by_ids(self.connection, ids)

    def of(self, claims: Iterable[Claim]) -> list[Version[Facts]]:
        """The versions that claims stand for, in their order."""
        return self.versions([claim.row_id for claim in claims])

    def name(self, number: int) -> str:
        """The name of a line."""
        return self.kept.versions.name(self.connection, number)

    def whole(self, line: str, *, whenever: bool = False) -> list[Version[Facts]]:
        """All that stands on a line that is read whole, in log order; `whenever`: also what counts later."""
        return self.versions(self.lines.whole(self.lines.line(line), whenever=whenever))

    def row_at(self, position: int) -> tuple[Any, ...] | None:
        """The row of a record as it is known at the vantage, or of an edit; None where it is not known."""
        if position > self.vantage.position:
            return None
        row: tuple[Any, ...] | None = self.connection.execute(_ROW, (2 * position + 1,)).fetchone()
        row_id = 2 * position
        while row is None or (row[0] & 1 == 0 and row[6] <= self.vantage.position and row[6] != OPEN):
            row_id = row_id if row is None else 2 * row[6]
            row = self.connection.execute(_ROW, (row_id,)).fetchone()
            if row is None:
                return None
        return row

    def recorded(self, record: str) -> tuple[Any, ...] | None:
        """The row of a record as it was recorded, by its id."""
        stream, _, number = record.rpartition("/")
        found: tuple[Any, ...] | None = None
        if number.isdigit():
            found = self.connection.execute(_RECORDED, (stream, int(number))).fetchone()
        return found

    def record(self, row: tuple[Any, ...]) -> str:
        """The id of the record that a row of `versions` is of."""
        return f"{self.name(row[2])}/{row[3]}"

    @cached_property
    def today(self) -> date:
        """The vantage's local day."""
        return self.calendar.day(self.vantage.as_of)

    @cached_property
    def ceasefires(self) -> list[Ceasefire]:
        """Every ceasefire at the vantage."""
        return ceasefires(self.whole(CEASEFIRES), self.calendar)

    def day_one(self) -> date | None:
        """Day 1 of the ceasefire shown."""
        found = shown(self.ceasefires)
        return found.day_one if found else None

    def moved(self, as_of: Micros) -> Reading:
        """The same state of knowledge at another time."""
        return self.at(msgspec.structs.replace(self.vantage, as_of=as_of, live=False))

    def at(self, vantage: ResolvedVantage) -> Reading:
        """The same file at another vantage."""
        return Reading(self.connection, self.kept, self.calendar, vantage, self._book, told=self.told)


_ROW = "SELECT * FROM versions WHERE id = ?"
_RECORDED = """
SELECT v.* FROM lines l CROSS JOIN versions v ON v.stream = l.id AND v.number = ?2 AND v.position IS NULL
WHERE l.name = ?1"""
