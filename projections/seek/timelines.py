"""Timelines as a vantage sees them: the newest of a cell, what stands beside it, the first after something."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from domain.calendar import Calendar, Micros
from projections.schema import NEVER
from projections.timeline import AHEAD, Entry, periods_ending


class Cell(NamedTuple):
    """A cell as a reader knows it: its own number, and those of what lies beside it; 0 where nothing does."""

    own: int = 0
    ahead: int = 0
    so_far: int = 0
    long: int = 0

    @property
    def numbers(self) -> list[int]:
        """The cells with a row for each version."""
        return [number for number in self[:2] if number]


_SUFFIXES = {"": "own", ">": "ahead", "~": "so_far", "~~": "long"}
_NO_CELLS: dict[tuple[str, ...], Cell] = {}


class Cells:
    """The reader's side: cells by name, read once; those that came since are read at the next look."""

    def __init__(self) -> None:
        self._known = 0
        self._cells: dict[str, dict[str, dict[tuple[str, ...], Cell]]] = {}

    def forget(self) -> None:
        """Drop everything: the file is another one."""
        self._known = 0
        self._cells.clear()

    def refresh(self, connection: sqlite3.Connection) -> None:
        """Read the cells that came since."""
        for number, name in connection.execute("SELECT id, name FROM cells WHERE id > ? ORDER BY id", (self._known,)):
            self._known = number
            plain = name.rstrip(">~")
            kind, stream, *rest = plain.split(" ")
            held = self._cells.setdefault(kind, {}).setdefault(stream, {})
            cell = held.get(tuple(rest), Cell())
            held[tuple(rest)] = cell._replace(**{_SUFFIXES[name[len(plain) :]]: number})

    def streams(self, *kinds: str) -> list[str]:
        """Streams with a cell of one of these kinds, by name."""
        return sorted({stream for kind in kinds for stream in self._cells.get(kind, ())})

    def of(self, kind: str, stream: str) -> dict[tuple[str, ...], Cell]:
        """The cells of one kind of a stream, by what else names them."""
        return self._cells.get(kind, {}).get(stream, _NO_CELLS)

    def one(self, kind: str, stream: str, *rest: str) -> Cell:
        """One cell; without a number where it never had a row."""
        return self.of(kind, stream).get(rest, Cell())


class Seen:
    """Timelines at a vantage: what counts by `as_of` and is known at `position`, whose clock is `clock`."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        cells: Cells,
        calendar: Calendar,
        *,
        position: int,
        as_of: Micros,
        clock: Micros,
    ) -> None:
        self._connection = connection
        self.cells = cells
        self._k = position
        self._t = as_of
        today, known = calendar.day(as_of), calendar.day(clock + AHEAD)
        self._today = today.toordinal()
        self._ends = calendar.day_end(today), periods_ending(today)[1]
        self._caps = min(self._ends[0], calendar.day_end(known)), min(self._ends[1], periods_ending(known)[1])

    @property
    def times(self) -> tuple[Micros, Micros]:
        """The latest times that anything not ahead of its clock, and anything that is, can be about by the vantage."""
        return self._caps[0], self._ends[0]

    @property
    def latest_time(self) -> Micros:
        """The latest time that anything not ahead of its clock can be about, by the vantage."""
        return min(self._t, self._caps[0])

    def newest(
        self, cells: Sequence[Cell], *, periods: bool = False, below: Sequence[int] | None = None
    ) -> list[Entry | None]:
        """The newest of each cell, by rank, then when it was said, then position.

        `below` bounds the rank of each, not included.
        """
        found: list[Entry | None] = [None] * len(cells)
        own, ahead = self._caps[periods], self._ends[periods]
        asked: list[str] = []
        so_far: list[str] = []
        for place, cell in enumerate(cells):
            limit = NEVER if below is None else below[place] - 1
            if cell.own:
                asked.append(f"[{place},{cell.own},{min(own, limit)}]")
            if cell.ahead:
                asked.append(f"[{place},{cell.ahead},{min(ahead, limit)}]")
            so_far += self._asked_so_far(place, cell, limit)
        rows: list[tuple[int, ...]] = []
        if asked:
            rows += self._connection.execute(_NEWEST, (f"[{','.join(asked)}]", self._k, self._t)).fetchall()
        if so_far:
            rows += self._so_far(so_far)
        for place, *entry in rows:
            one = Entry(*entry)
            held = found[place]
            if held is None or one > held:
                found[place] = one
        return found

    def _asked_so_far(self, place: int, cell: Cell, limit: int) -> Iterator[str]:
        if cell.so_far:
            yield f"[{place},{cell.so_far},{self._today},{self._today},{limit}]"
        if cell.long:
            yield f"[{place},{cell.long},{-NEVER},{self._t},{limit}]"

    def _so_far(self, asked: Sequence[str]) -> list[tuple[int, ...]]:
        """Counts so far that count by the vantage and end on a later day."""
        return self._connection.execute(_SO_FAR, (f"[{','.join(asked)}]", self._k, self._t, self._ends[0])).fetchall()

    def latest(self, cell: Cell, limit: int) -> list[Entry]:
        """The newest of one cell of times, the newest first."""
        found: set[Entry] = set()
        for number, slot in ((cell.own, self._caps[0]), (cell.ahead, self._ends[0])):
            if number:
                rows = self._connection.execute(_LATEST, (number, self._k, self._t, slot, limit))
                found.update(Entry(*row) for row in rows)
        if asked := list(self._asked_so_far(0, cell, NEVER)):
            found.update(Entry(*row[1:]) for row in self._so_far(asked))
        return sorted(found, reverse=True)[:limit]

    def reaching(self, asked: Sequence[tuple[Cell, Micros, Micros]]) -> list[tuple[int, Entry]]:
        """Of each cell of times what begins between two times (both included) and lasts to the second, with its place.

        In no order.
        """
        wanted = [
            f"[{place},{number},{low},{high}]"
            for place, (cell, low, high) in enumerate(asked)
            for number in cell.numbers
        ]
        rows = self._connection.execute(_REACHING, (f"[{','.join(wanted)}]", self._k, self._t))
        return [(place, Entry(*entry)) for place, *entry in rows]

    def all(self, cells: Iterable[Cell]) -> list[int]:
        """k_from of everything in these cells, in log order; not of what is only so far."""
        numbers = [str(number) for cell in cells for number in cell.numbers]
        if not numbers:
            return []
        return [row[0] for row in self._connection.execute(_ALL, (f"[{','.join(numbers)}]", self._k, self._t))]

    def at_ranks(self, asked: Iterable[tuple[Cell, int]]) -> list[int]:
        """k_from of everything in these cells at these ranks, in log order."""
        wanted = {f"[{number},{rank}]" for cell, rank in asked for number in cell.numbers}
        rows = self._connection.execute(_AT_RANKS, (f"[{','.join(wanted)}]", self._k, self._t))
        return [row[0] for row in rows]


_ROW = "t.rank, t.said, t.position, t.k_from, t.at, t.last"
_STANDS = "t.k_from <= ?2 AND t.k_to > ?2 AND t.at <= ?3"
_NEWEST = f"""
WITH c(place, cell, slot) AS MATERIALIZED (SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?1))
SELECT c.place, {_ROW} FROM c CROSS JOIN timeline t
WHERE t.cell = c.cell AND (t.slot, t.said, t.position, t.k_from) = (
  SELECT t.slot, t.said, t.position, t.k_from FROM timeline t
  WHERE t.cell = c.cell AND t.slot <= c.slot AND {_STANDS}
  ORDER BY t.slot DESC, t.said DESC, t.position DESC LIMIT 1)"""  # noqa: S608
_LATEST = f"""
SELECT {_ROW} FROM timeline t WHERE t.cell = ?1 AND t.slot <= ?4 AND {_STANDS}
ORDER BY t.slot DESC, t.said DESC, t.position DESC LIMIT ?5"""  # noqa: S608
_SO_FAR = f"""
WITH c(place, cell, low, high, most) AS MATERIALIZED (
  SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4 FROM json_each(?1))
SELECT c.place, {_ROW} FROM c CROSS JOIN timeline t
WHERE t.cell = c.cell AND t.slot >= c.low AND t.slot <= c.high AND {_STANDS} AND t.rank <= c.most AND t.last > ?4"""  # noqa: S608
_REACHING = f"""
WITH c(place, cell, low, high) AS MATERIALIZED (
  SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?1))
SELECT c.place, {_ROW} FROM c CROSS JOIN timeline t
WHERE t.cell = c.cell AND t.slot >= c.low AND t.slot <= c.high AND t.last >= c.high AND {_STANDS}"""  # noqa: S608
_ALL = f"""
SELECT t.k_from FROM json_each(?1) c CROSS JOIN timeline t
WHERE t.cell = c.value AND {_STANDS} ORDER BY t.position"""  # noqa: S608
_AT_RANKS = f"""
WITH c(cell, slot) AS MATERIALIZED (SELECT value ->> 0, value ->> 1 FROM json_each(?1))
SELECT t.k_from FROM c CROSS JOIN timeline t
WHERE t.cell = c.cell AND t.slot = c.slot AND {_STANDS} ORDER BY t.position"""  # noqa: S608
