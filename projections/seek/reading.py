"""One consistent state of the read model, at one vantage: what every part of a Situation is read from."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from datetime import date
from functools import cached_property

import msgspec

from domain.calendar import Calendar, Micros
from projections.ceasefires import Ceasefire, ceasefires, shown
from projections.counting import Counts
from projections.knowledge import clock_at
from projections.rows import Version, Versions
from projections.seek.timelines import Cells, Seen
from projections.strikes import StrikeBook
from projections.timeline import Entry
from projections.vantage import ResolvedVantage


class Reading:
    """`book` makes all strikes known at the vantage, a walk through the log: for rules without sums of their own.

    Without `told` no line of a restricted record is read.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        versions: Versions,
        cells: Cells,
        calendar: Calendar,
        vantage: ResolvedVantage,
        book: Callable[[ResolvedVantage], StrikeBook],
        *,
        told: bool = True,
    ) -> None:
        self.connection = connection
        self.versions = versions
        self.cells = cells
        self.calendar = calendar
        self.vantage = vantage
        self._book = book
        self.told = told

    def book(self) -> StrikeBook:
        """All strikes known at the vantage's position, by its rule."""
        return self._book(self.vantage)

    @cached_property
    def counts(self) -> Counts:
        """Sums at the vantage's position."""
        return Counts(self.connection, self.calendar, self.vantage.position)

    @cached_property
    def clock(self) -> Micros:
        """known_at of the last record known."""
        return clock_at(self.connection, self.vantage.position)

    @cached_property
    def seen(self) -> Seen:
        """Timelines at the vantage."""
        self.cells.refresh(self.connection)
        return Seen(
            self.connection,
            self.cells,
            self.calendar,
            position=self.vantage.position,
            as_of=self.vantage.as_of,
            clock=self.clock,
        )

    def of(self, entries: list[Entry | None] | list[Entry]) -> list[Version]:
        """The versions of entries of timelines, in their order."""
        return self.versions.by_ids(self.connection, [2 * entry.k_from for entry in entries if entry is not None])

    def of_rows(self, rows: Iterable[int]) -> list[Version]:
        """The versions that began at these positions, in their order."""
        return self.versions.by_ids(self.connection, [2 * row for row in rows])

    @cached_property
    def today(self) -> date:
        """The vantage's local day."""
        return self.calendar.day(self.vantage.as_of)

    @cached_property
    def ceasefires(self) -> list[Ceasefire]:
        """Every ceasefire at the vantage."""
        return ceasefires(self.standing("ceasefire"), self.calendar)

    def day_one(self) -> date | None:
        """Day 1 of the ceasefire shown."""
        found = shown(self.ceasefires)
        return found.day_one if found else None

    def standing(self, kind: str) -> list[Version]:
        """Versions of one kind of stream that stand and count at the vantage, in log order."""
        return self.versions.standing(self.connection, kind, position=self.vantage.position, as_of=self.vantage.as_of)

    def known(self, kind: str) -> list[Version]:
        """Versions of one kind of stream that stand at the vantage's position, whenever they count."""
        return self.versions.standing(self.connection, kind, position=self.vantage.position)

    def moved(self, as_of: Micros) -> Reading:
        """The same state of knowledge at another time."""
        vantage = msgspec.structs.replace(self.vantage, as_of=as_of, live=False)
        return self.at(vantage)

    def at(self, vantage: ResolvedVantage) -> Reading:
        """The same file at another vantage."""
        return Reading(self.connection, self.versions, self.cells, self.calendar, vantage, self._book, told=self.told)
