"""One consistent state of the read model, at one vantage: what every part of a Situation is read from."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

import msgspec

from domain.calendar import Calendar, Micros
from domain.report import Facts
from projections.index.keys import CEASEFIRES
from projections.index.lines import Claim, LineNames, Lines
from projections.index.schema import NEVER
from projections.index.totals import Totals
from projections.index.version import Version
from projections.index.version_rows import Row, version_of
from projections.rules.ceasefires import Ceasefire, ceasefires, shown
from projections.rules.rule import Rule, rule_of
from projections.vantage import ResolvedVantage, checkpoint, clock_at

if TYPE_CHECKING:
    from projections.rules.crossings import Crossing
    from projections.rules.running import Running
    from projections.rules.strikes import StrikeBook
    from projections.situation import RecordLine, Situation, StrikeView

K = TypeVar("K")
V = TypeVar("V")
_SUMS_KEPT = 20_000


class Held(Generic[K, V]):
    """What was read or made once, by its key: so many at most, then all are dropped but those asked for."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: dict[K, V] = {}

    def __len__(self) -> int:
        return len(self._held)

    def all(self, keys: Sequence[K], read: Callable[[list[K]], Iterable[tuple[K, V]]]) -> list[V]:
        """The values of keys, in their order; those that are not held are read."""
        if missing := [key for key in keys if key not in self._held]:
            if len(self._held) + len(missing) > self._most:
                self._held.clear()
                missing = list(keys)
            self._held.update(read(missing))
        return [self._held[key] for key in keys]


class Answered(NamedTuple):
    """What was answered at a vantage, by stream: None where nothing counts yet."""

    vantage: ResolvedVantage
    crossings: dict[str, Crossing | None]
    series: dict[str, Running | None]


class Memory:
    """What is kept in memory of one state of a file, or of all its states: a row of it changes by an erasure alone."""

    def __init__(self) -> None:
        self.versions: Held[int, Version[Facts]] = Held(30_000)  # about a kilobyte each
        self.records: Held[int, RecordLine] = Held(2_000)
        self.strikes: Held[tuple[object, ...], StrikeView | None] = Held(2_000)
        self.names: dict[int, str] = {}
        self.lines: LineNames | None = None
        self.totals: Totals | None = None
        self.books: dict[tuple[int, str], StrikeBook] = {}
        self.seen: Answered | None = None
        self.last: tuple[object, Situation] | None = None
        """The last Situation, and what was asked."""


class Reading:
    """Whatever is asked at one vantage. `told`: lists hold restricted records too; otherwise they leave them out."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        kept: Memory,
        calendar: Calendar,
        vantage: ResolvedVantage,
        *,
        told: bool = True,
    ) -> None:
        self.connection = connection
        self.kept = kept
        self.calendar = calendar
        self.vantage = vantage
        self.told = told

    @cached_property
    def rule(self) -> Rule:
        """How claims are combined."""
        return rule_of(self.vantage.rule)

    @cached_property
    def totals(self) -> Totals:
        """Sums at the vantage's position."""
        held, position = self.kept.totals, self.vantage.position
        if held is None or held.position != position or len(held) > _SUMS_KEPT:
            held = self.kept.totals = Totals(self.connection, self.calendar, position)
        return held

    @cached_property
    def lines(self) -> Lines:
        """Lines at the vantage."""
        names, at = self.kept.lines, checkpoint(self.connection)
        if names is None or names.checkpoint != at:
            names = self.kept.lines = LineNames(self.connection, at)
        return Lines(
            self.connection,
            names,
            self.calendar,
            position=self.vantage.position,
            as_of=self.vantage.as_of,
            clock=clock_at(self.connection, self.vantage.position),
        )

    def versions(self, ids: Iterable[int]) -> list[Version[Facts]]:
        """Versions by their rows, in the order given. Only such as have a body."""
        return self.kept.versions.all(list(ids), self._read)

    def _read(self, ids: list[int]) -> Iterator[tuple[int, Version[Facts]]]:
        for row in self.connection.execute(_BY_IDS, (f"[{','.join(map(str, ids))}]",)):
            yield row[0], version_of(row, self.name)

    def version(self, row: Row) -> Version[Facts]:
        """The version of a row that has a body."""
        return self.kept.versions.all((row[0],), lambda _: [(row[0], version_of(row, self.name))])[0]

    def of(self, claims: Iterable[Claim]) -> list[Version[Facts]]:
        """The versions that claims stand for, in their order."""
        return self.versions([claim.row_id for claim in claims])

    def name(self, number: int) -> str:
        """The name of a line."""
        found = self.kept.names.get(number)
        if found is None:
            found = self.kept.names[number] = str(self.connection.execute(_NAME, (number,)).fetchone()[0])
        return found

    def whole(self, line: str, *, whenever: bool = False) -> list[Version[Facts]]:
        """All that stands on a line that is read whole, in log order; `whenever`: also what counts later."""
        return self.versions(self.lines.whole(self.lines.line(line), whenever=whenever))

    def row(self, row_id: int) -> Row:
        """A row of `versions`."""
        row: Row = self.connection.execute(_ROW, (row_id,)).fetchone()
        return row

    def row_at(self, position: int) -> Row | None:
        """The row of a record as it is known at the vantage, or of an edit; None where it is not known."""
        if position > self.vantage.position:
            return None
        row: Row | None = self.connection.execute(_AS_RECORDED, (2 * position, 2 * position + 1)).fetchone()
        while row is not None and row[0] & 1 == 0 and row[6] <= self.vantage.position:
            row = self.row(2 * row[6])
        return row

    def recorded(self, record: str) -> Row | None:
        """The row of a record as it was recorded, by its id."""
        stream, _, number = record.rpartition("/")
        found: Row | None = None
        if number.isdigit():
            found = self.connection.execute(_RECORDED, (stream, int(number))).fetchone()
        return found

    def record(self, row: Row) -> str:
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

    @cached_property
    def since(self) -> Micros:
        """When that day began: strikes are counted from then on, or from the first."""
        day_one = self.day_one()
        return -NEVER if day_one is None else self.calendar.day_start(day_one)

    def moved(self, as_of: Micros) -> Reading:
        """The same state of knowledge at another time."""
        return self.at(msgspec.structs.replace(self.vantage, as_of=as_of, live=False))

    def at(self, vantage: ResolvedVantage) -> Reading:
        """The same file at another vantage."""
        return Reading(self.connection, self.kept, self.calendar, vantage, told=self.told)


_ROW = "SELECT * FROM versions WHERE id = ?"
_AS_RECORDED = "SELECT * FROM versions WHERE id >= ? AND id <= ? AND position IS NULL"
_BY_IDS = "SELECT v.* FROM json_each(?1) j CROSS JOIN versions v ON v.id = j.value"
_NAME = "SELECT name FROM lines WHERE id = ?"
_RECORDED = """
SELECT v.* FROM lines l CROSS JOIN versions v ON v.stream = l.id AND v.number = ?2 AND v.position IS NULL
WHERE l.name = ?1"""
