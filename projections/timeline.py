"""Timelines: what stands on one question (a cell), in the order that decides, on both clocks; newest first.

A cell's rows mirror versions, with their `k_from` and `k_to`. Two kinds of rows lie in cells beside their own, so that
a look-up starts where something can be found and never runs through the rest:

* "ahead" (`name>`): what is about a time well after the log's clock when it was taken in;
* "so far" (`name~`): a count so far of a span that ends on a later day counts before its own place in the order. It has
  a row for each local day until then; one of a long span (`name~~`) lies in one row, and all of those are looked at.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from domain.calendar import Calendar, Micros
from projections.schema import NEVER

AHEAD: Micros = 26 * 3_600_000_000
"""How far beyond the log's clock a row may lie without being ahead: a total over today ends with the day."""

_LONG = 64
"""Days above which a count so far lies in one row of its own."""
_PERIOD_SHIFT = 20


class Entry(NamedTuple):
    """A row of a timeline. `rank`, `said` and `position` decide the order; `k_from` is the version's.

    `rank` is a time in microseconds, or the order of a period. It counts from `at`; `last` is the end of when it
    occurred.
    """

    rank: int
    said: Micros
    position: int
    k_from: int
    at: Micros
    last: Micros

    @property
    def order(self) -> tuple[int, int, int]:
        """What decides."""
        return self[:3]


def period_rank(first: date, last: date) -> int:
    """Periods in order: by their last day, and of those that end together the shortest last."""
    return last.toordinal() << _PERIOD_SHIFT | max(0, (1 << _PERIOD_SHIFT) - 1 - (last - first).days)


def periods_ending(day: date) -> tuple[int, int]:
    """The ranks of all periods that end on a day, both included."""
    return day.toordinal() << _PERIOD_SHIFT, (day.toordinal() + 1 << _PERIOD_SHIFT) - 1


class Timeline:
    """The fold's side: rows in and out, and what stands now."""

    def __init__(self, connection: sqlite3.Connection, calendar: Calendar) -> None:
        self._connection = connection
        self._calendar = calendar
        self._cells: dict[str, int] = {
            name: number for number, name in connection.execute("SELECT id, name FROM cells")
        }
        self._rows: list[tuple[int, ...]] = []

    def _cell(self, name: str) -> int:
        """The number of a cell; numbered as they first appear."""
        if name not in self._cells:
            self._cells[name] = len(self._cells) + 1
            self._connection.execute("INSERT INTO cells VALUES (?, ?)", (self._cells[name], name))
        return self._cells[name]

    def open(self, name: str, entry: Entry, due: Micros, clock: Micros) -> None:
        """It stands from its k_from on. `due` is the time of its rank, `clock` the log's at that position."""
        rank, said, position, k_from, at, last = entry
        cell = self._cell(f"{name}>" if due > clock + AHEAD else name)
        self._rows.append((cell, rank, said, position, k_from, NEVER, at, last, rank))
        if at < due:
            for suffix, slot in self._so_far(at, due):
                self._rows.append((self._cell(name + suffix), slot, said, position, k_from, NEVER, at, last, rank))

    def close(self, name: str, entry: Entry, due: Micros, k: int) -> None:
        """It stands no longer from k on, or as another version."""
        self._write()
        slots = [("", entry.rank), (">", entry.rank)]
        if entry.at < due:
            slots += self._so_far(entry.at, due)
        for suffix, slot in slots:
            cell = self._cells.get(name + suffix)
            if cell is not None:
                self._connection.execute(
                    "UPDATE timeline SET k_to = ? WHERE cell = ? AND slot = ? AND said = ? AND position = ?"
                    " AND k_from = ?",
                    (k, cell, slot, entry.said, entry.position, entry.k_from),
                )

    def _so_far(self, at: Micros, due: Micros) -> Iterator[tuple[str, int]]:
        first, end = self._calendar.day(at).toordinal(), self._calendar.day(due).toordinal()
        if end - first > _LONG:
            yield "~~", at
        else:
            yield from (("~", day) for day in range(first, end))

    def now(
        self,
        name: str,
        *,
        above: tuple[int, int, int] | None = None,
        below: tuple[int, int, int] | None = None,
        rank: int | None = None,
        first: bool = False,
        limit: int = 1,
    ) -> list[Entry]:
        """What stands now in a cell, whenever it counts: the newest first, or the first; all with limit -1.

        `above` and `below` bound the order, not included; `rank` asks for one rank.
        """
        self._write()
        low, high = (rank, rank) if rank is not None else (-NEVER, NEVER)
        found: list[Entry] = []
        for cell in (self._cells.get(name), self._cells.get(f"{name}>")):
            if cell is not None:
                rows = self._connection.execute(
                    _FIRST_NOW if first else _NEWEST_NOW,
                    {
                        "cell": cell,
                        "low": above[0] if above else low,
                        "high": below[0] if below else high,
                        "above_said": above[1] if above else -NEVER,
                        "above_position": above[2] if above else -1,
                        "below_said": below[1] if below else NEVER,
                        "below_position": below[2] if below else NEVER,
                        "limit": limit,
                    },
                )
                found += (Entry(*row) for row in rows)
        found.sort(reverse=not first)
        return found if limit < 0 else found[:limit]

    def so_far_now(self, name: str, day: date) -> list[Entry]:
        """Counts so far that stand now in a cell on a day before they are due, and those of long spans."""
        self._write()
        found = []
        for suffix, low, high in (("~", day.toordinal(), day.toordinal()), ("~~", -NEVER, NEVER)):
            cell = self._cells.get(name + suffix)
            if cell is not None:
                found += self._connection.execute(_SO_FAR_NOW, (cell, low, high)).fetchall()
        return [Entry(*row) for row in found]

    def _write(self) -> None:
        if self._rows:
            self._connection.executemany("INSERT INTO timeline VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", self._rows)
            self._rows.clear()

    def flush(self) -> None:
        """Write what is collected."""
        self._write()


_BOUNDED = f"""
SELECT slot, said, position, k_from, at, last FROM timeline
WHERE cell = :cell AND slot BETWEEN :low AND :high AND k_to = {NEVER}
  AND (slot > :low OR said > :above_said OR (said = :above_said AND position > :above_position))
  AND (slot < :high OR said < :below_said OR (said = :below_said AND position < :below_position))"""  # noqa: S608
_NEWEST_NOW = f"{_BOUNDED} ORDER BY slot DESC, said DESC, position DESC LIMIT :limit"
_SO_FAR_NOW = f"""
SELECT rank, said, position, k_from, at, last FROM timeline
WHERE cell = ? AND slot BETWEEN ? AND ? AND k_to = {NEVER}"""  # noqa: S608
_FIRST_NOW = f"{_BOUNDED} ORDER BY slot, said, position LIMIT :limit"


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

    def newest_before(
        self, asked: Sequence[Sequence[Cell]], orders: Sequence[tuple[int, int, int]]
    ) -> list[Entry | None]:
        """Of each group of cells of times the newest before an order, not included."""
        found: list[Entry | None] = [None] * len(asked)
        wanted = [
            f"[{place},{number},{min(slot, orders[place][0])},{','.join(map(str, orders[place]))}]"
            for place, cells in enumerate(asked)
            for cell in cells
            for number, slot in ((cell.own, self._caps[0]), (cell.ahead, self._ends[0]))
            if number
        ]
        if wanted:
            for place, *entry in self._connection.execute(_NEWEST_BEFORE, (f"[{','.join(wanted)}]", self._k, self._t)):
                one, held = Entry(*entry), found[place]
                if held is None or one > held:
                    found[place] = one
        return found

    def first_after(
        self, asked: Sequence[Sequence[Cell]], orders: Sequence[tuple[int, int, int]]
    ) -> list[Entry | None]:
        """Of each group of cells of times the first after an order, not included."""
        found: list[Entry | None] = [None] * len(asked)
        wanted = [
            f"[{place},{number},{','.join(map(str, orders[place]))}]"
            for place, cells in enumerate(asked)
            for cell in cells
            for number in cell.numbers
        ]
        if wanted:
            for place, *entry in self._connection.execute(_FIRST_AFTER, (f"[{','.join(wanted)}]", self._k, self._t)):
                one, held = Entry(*entry), found[place]
                if held is None or one < held:
                    found[place] = one
        return found

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
_NEWEST_BEFORE = f"""
WITH c(place, cell, most, slot, said, position) AS MATERIALIZED (
  SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5 FROM json_each(?1))
SELECT c.place, {_ROW} FROM c CROSS JOIN timeline t
WHERE t.cell = c.cell AND (t.slot, t.said, t.position, t.k_from) = (
  SELECT t.slot, t.said, t.position, t.k_from FROM timeline t
  WHERE t.cell = c.cell AND t.slot <= c.most AND {_STANDS}
    AND (t.slot < c.slot OR t.said < c.said OR (t.said = c.said AND t.position < c.position))
  ORDER BY t.slot DESC, t.said DESC, t.position DESC LIMIT 1)"""  # noqa: S608
_FIRST_AFTER = f"""
WITH c(place, cell, slot, said, position) AS MATERIALIZED (
  SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4 FROM json_each(?1))
SELECT c.place, {_ROW} FROM c CROSS JOIN timeline t
WHERE t.cell = c.cell AND (t.slot, t.said, t.position, t.k_from) = (
  SELECT t.slot, t.said, t.position, t.k_from FROM timeline t
  WHERE t.cell = c.cell AND t.slot >= c.slot AND {_STANDS}
    AND (t.slot > c.slot OR t.said > c.said OR (t.said = c.said AND t.position > c.position))
  ORDER BY t.slot, t.said, t.position LIMIT 1)"""  # noqa: S608
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
