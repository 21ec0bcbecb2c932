"""Erasure in place: what a body added to the read model is taken out of it, over the whole history of the model.

What an erased record bore on is few records: its edits, and those that answer a question with it. They are folded
twice by themselves, with its body and without; what differs between the two is put right in the rows. Sums of the past
stand in nodes of the calendar: what they have to change by goes to `late_deltas`, which every sum adds.
"""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import msgspec

from domain.calendar import Micros, from_micros
from domain.catalogue import record_type, stream_kind
from domain.crossing import FACTS, AnnouncementDenied, PassageRefused, PassagesCounted, QuotaSet, Registered
from domain.report import Facts, Recorded
from domain.series import Published, Rebased
from projections.index.keys import BY, FIRST, LANES
from projections.index.schema import ERASED, NEVER, OPEN, SEARCHED, TOPIC_NUMBER, UNREADABLE, topic_of
from projections.index.sums import COLUMNS, NOTHING, Values, minus, plus
from projections.index.version import Version
from projections.index.version_rows import version_of
from projections.subjects.subject import Subjects

Fold = Callable[[Sequence[Recorded]], None]
"""Folds records into what the connection calls the tables."""
Row = tuple[Any, ...]

_COMPARED = ("versions", "claims", "edits", "ties", "beside", "findings", "deltas", "feed_blocks")
_SCHEMA = """
SELECT type, name, replace(sql, 'CREATE TABLE', 'CREATE TEMP TABLE') FROM main.sqlite_schema
WHERE tbl_name NOT IN ('lines', 'metrics') AND tbl_name NOT LIKE 'words%' AND sql IS NOT NULL ORDER BY type DESC"""
"""Tables with their indexes, but for those that number names: the two folds use those of the model."""
_TEXTS = ", ".join(SEARCHED)
_OF_RECORDS = """
SELECT v.* FROM json_each(?1) j CROSS JOIN versions v ON v.id = 2 * j.value OR v.id = 2 * j.value + 1
WHERE v.position IS NULL ORDER BY v.id"""
_EDITS = "SELECT v.id >> 1 FROM json_each(?1) j CROSS JOIN versions v ON v.root = j.value"
_OF_STREAM = "SELECT id >> 1, root FROM versions WHERE stream = ? AND position IS NULL"
_TOLD_BY_ORDER = [
    TOPIC_NUMBER[kind.TOPIC] for kind in FACTS if kind not in (PassagesCounted, PassageRefused, Registered, QuotaSet)
]
"""Types of what is told of statuses and announcements: it depends on what stands beside them."""
_OF_TYPES = """
SELECT id >> 1 FROM versions WHERE stream = ? AND position IS NULL AND type IN (SELECT value FROM json_each(?))"""
_EVER_AT = "SELECT position FROM claims WHERE line = ? AND lane = ? AND rank = ?"
_NAMED = "SELECT position, known_from, known_to, at FROM claims WHERE line = ? ORDER BY position, known_from"
_NAMED_BY = """
SELECT position, known_from, known_to, at FROM claims
WHERE line = ? AND lane = 0 AND rank = 0 AND said = 0 AND position = ?"""
_OUTDONE = f"""
SELECT 1 FROM claims WHERE line = ? AND lane = 0 AND rank = 0 AND said = 0 AND position < ? AND at <= ?
  AND known_from = position AND known_to = {OPEN} LIMIT 1"""  # noqa: S608
_LOWER = "INSERT INTO feed_blocks VALUES (?, ?) ON CONFLICT DO UPDATE SET at = min(at, excluded.at)"
_LATE = f"""
INSERT INTO late_deltas VALUES ({", ".join("?" * (3 + len(COLUMNS)))})
ON CONFLICT DO UPDATE SET {", ".join(f"{one} = {one} + excluded.{one}" for one in COLUMNS)}"""  # noqa: S608


class NotAsFolded(Exception):
    """The model does not hold what its records come to: its file was changed by something else."""


class Told(NamedTuple):
    """What a fold of some records wrote."""

    rows: dict[str, Counter[Row]]
    words: dict[int, Row]
    versions: list[Version[Facts]]
    tied: set[str]


def erase(connection: sqlite3.Connection, subjects: Subjects, position: int, fold: Fold) -> None:
    """Take out what the body of a record added. Everything that waits is written; nothing may be held in memory."""
    _Erasure(connection, subjects, position, fold).run()


class _Erasure:
    def __init__(self, connection: sqlite3.Connection, subjects: Subjects, position: int, fold: Fold) -> None:
        self._connection = connection
        self._subjects = subjects
        self._position = position
        self._fold = fold
        self._last_line: int = self._one("SELECT ifnull(max(id), 0) FROM lines")

    def run(self) -> None:
        own = self._rows((self._position,))[0]
        root = self._position if own[13] is None else own[13]
        pool = {self._position, root, *self._edits((root,))}
        while True:
            records = self._records(pool)
            held = self._told(records)
            gone = [
                replace(one, report=None, unreadable="") if one.position == self._position else one for one in records
            ]
            right = self._told(gone)
            more = self._reached(root, held, right) - pool
            if not more:
                break
            pool |= more
        self._put_right(held, right)

    # which records

    def _reached(self, root: int, held: Told, right: Told) -> set[int]:
        """Records whose rows may depend on what the root says or said, with their edits."""
        rows = self._rows((root,))
        if not rows:
            return set()
        stream = self._name(rows[0][2])
        kind = stream_kind(stream)
        found: set[int] = set()
        if kind == "strike":
            for one in self._tied({stream} | held.tied | right.tied):
                found |= self._of_stream(one)
        for version in (*held.versions, *right.versions):
            if version.position == root and kind == "crossing":
                found |= self._of_crossing(version)
            elif version.position == root and isinstance(version.data, Published | Rebased):
                found |= self._of_stream(stream)
        return found | set(self._edits(found))

    def _tied(self, streams: set[str]) -> set[str]:
        fresh = list(streams)
        while fresh:
            for (other,) in self._all(
                "SELECT o.name FROM lines l JOIN ties t ON t.one = l.id JOIN lines o ON o.id = t.other"
                " WHERE l.name = ?",
                (fresh.pop(),),
            ):
                if other not in streams:
                    streams.add(other)
                    fresh.append(other)
        return streams

    def _of_crossing(self, version: Version[Facts]) -> set[int]:
        data = version.data
        crossings = self._subjects["crossing"]
        if (question := crossings.question(version)) is not None:
            return {one for line, rank in crossings.ranks(question) for one in self._ever_at(line, rank)}
        if isinstance(data, AnnouncementDenied):
            stream, _, number = data.target.rpartition("/")
            return {one for one, _ in self._numbered(stream, int(number))}
        if isinstance(data, Registered | QuotaSet):
            return set()
        asked = (self._line(version.stream), _json(_TOLD_BY_ORDER))
        found = {one for (one,) in self._all(_OF_TYPES, asked)}
        line = self._line(f"{version.stream} denied")
        if line is not None:
            found |= {one for (one,) in self._all("SELECT position FROM claims WHERE line = ?", (line,))}
        return found

    def _ever_at(self, line: str, rank: int) -> set[int]:
        number = self._line(line)
        if number is None:
            return set()
        return {one for lane in LANES for (one,) in self._all(_EVER_AT, (number, lane, rank))}

    def _numbered(self, stream: str, number: int) -> list[Row]:
        return self._all(
            "SELECT id >> 1, root FROM versions WHERE stream = ? AND number = ? AND position IS NULL",
            (self._line(stream), number),
        )

    def _of_stream(self, stream: str) -> set[int]:
        rows = self._all(_OF_STREAM, (self._line(stream),))
        return {one for one, _ in rows} | {root for _, root in rows if root is not None}

    def _edits(self, roots: Iterable[int]) -> list[int]:
        return [one for (one,) in self._all(_EDITS, (_json(roots),))]

    # the records, from the model: it holds what each said

    def _rows(self, positions: Iterable[int]) -> list[Row]:
        return self._all(_OF_RECORDS, (_json(sorted(positions)),))

    def _records(self, positions: Iterable[int]) -> list[Recorded]:
        return [self._recorded(row) for row in self._rows(positions)]

    def _recorded(self, row: Row) -> Recorded:
        position, state, topic = row[0] >> 1, row[5], topic_of(row[4], self._name)
        known_at = from_micros(self._one("SELECT known_at FROM stamps WHERE position = ?", (position,)))
        bodiless = state in (ERASED, UNREADABLE)
        return Recorded(
            originator_id=self._name(row[2]),
            originator_version=row[3],
            timestamp=known_at,
            type=topic,
            key="",
            recorded_by="",
            report=None if bodiless else record_type(topic).decoder.decode(row[15]),
            position=position,
            known_at=known_at,
            unreadable=(row[15] or "") if state == UNREADABLE else "",
        )

    # what they come to

    def _told(self, records: Sequence[Recorded]) -> Told:
        """Fold them into tables of their own, which are gone afterwards."""
        execute = self._connection.execute
        made = self._all(_SCHEMA)
        for _, _, statement in made:
            execute(statement)
        execute(f"CREATE TEMP TABLE words ({_TEXTS})")
        try:
            execute("INSERT INTO temp.meta (id, clock, backfilled) VALUES (1, 0, 0)")
            self._fold(records)
            rows = {name: Counter(self._all(f"SELECT * FROM temp.{name}")) for name in _COMPARED}  # noqa: S608
            rows["findings"] = Counter({row[1:]: n for row, n in rows["findings"].items()})
            words = {row[0]: row[1:] for row in self._all(f"SELECT rowid, {_TEXTS} FROM temp.words")}  # noqa: S608
            versions = [version_of(row, self._name) for row in rows["versions"] if row[5] not in (ERASED, UNREADABLE)]
            tied = {self._name(other) for _, other in rows["ties"]}
        finally:
            for name in ("words", *(name for kind, name, _ in made if kind == "table")):
                execute(f"DROP TABLE temp.{name}")
        return Told(rows, words, versions, tied)

    # putting it right

    def _put_right(self, held: Told, right: Told) -> None:
        many = self._connection.executemany
        named: dict[int, set[int]] = defaultdict(set)
        for table in ("versions", "claims", "edits", "ties", "beside", "findings"):
            was, now = held.rows[table] - right.rows[table], right.rows[table] - held.rows[table]
            for row in [*was, *now] if table == "claims" else ():
                name = self._name(row[0])
                if name.startswith(FIRST):  # of these records alone: worked out anew below
                    del was[row], now[row]
                elif name.startswith(BY):
                    named[row[0]].add(row[4])
            for row in was.elements():
                self._take_out(table, row)
            rows = list(now.elements())
            if table == "findings":  # its id is given as it comes
                rows = [(None, *row) for row in rows]
            if rows:
                many(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)  # noqa: S608
        many(_LOWER, list(right.rows["feed_blocks"]))
        self._sums(held, right)
        self._words(held.words, right.words)
        for line, positions in named.items():
            self._first(line, positions)
        self._unused(held, right)

    def _take_out(self, table: str, row: Row) -> None:
        columns = [name for _, name, *_ in self._all(f"PRAGMA table_info({table})")]
        if table == "findings":
            del columns[0]
        where = " AND ".join(f"{column} IS ?" for column in columns)
        if table in ("beside", "findings"):
            where = f"rowid = (SELECT rowid FROM {table} WHERE {where} LIMIT 1)"  # noqa: S608
        if self._connection.execute(f"DELETE FROM {table} WHERE {where}", row).rowcount != 1:  # noqa: S608
            raise NotAsFolded(f"a row of {table} is missing")  # not which: it is about to be erased

    def _sums(self, held: Told, right: Told) -> None:
        late: dict[tuple[int, int, Micros], Values] = {}
        for sign, told in ((minus, held), (plus, right)):
            for k, metric, at, *values in told.rows["deltas"]:
                late[k, metric, at] = sign(late.get((k, metric, at), NOTHING), tuple(values))
        rows = [(*key, *values) for key, values in sorted(late.items()) if values != NOTHING]
        self._connection.executemany(_LATE, rows)
        gone = {row[1] for row in held.rows["deltas"]} - {row[1] for row in right.rows["deltas"]}
        for metric in gone:  # a population or harm that nobody else names
            own = sum(n for row, n in held.rows["deltas"].items() if row[1] == metric)
            if len(self._all("SELECT 1 FROM deltas WHERE metric = ? LIMIT ?", (metric, own + 1))) == own:
                self._connection.execute("UPDATE metrics SET name = '~~' || id WHERE id = ?", (metric,))

    def _words(self, held: dict[int, Row], right: dict[int, Row]) -> None:
        marks = ", ".join("?" * len(SEARCHED))
        for row_id, texts in held.items():
            if right.get(row_id) != texts:
                self._connection.execute(
                    f"INSERT INTO words (words, rowid, {_TEXTS}) VALUES ('delete', ?, {marks})",  # noqa: S608
                    (row_id, *texts),
                )
        for row_id, texts in right.items():
            if held.get(row_id) != texts:
                self._connection.execute(
                    f"INSERT INTO words (rowid, {_TEXTS}) VALUES (?, {marks})",  # noqa: S608
                    (row_id, *texts),
                )

    def _first(self, by: int, positions: set[int]) -> None:
        """Work out anew who named somebody first, from which position on, unless that is nobody of these records."""
        now = [row for one in sorted(positions) for row in self._all(_NAMED_BY, (by, one))]
        line = self._line(FIRST + self._name(by).removeprefix(BY))
        was = [] if line is None else self._all("SELECT position FROM claims WHERE line = ?", (line,))
        if positions.isdisjoint(one for (one,) in was):
            outdone = (by, min(positions), min((row[3] for row in now), default=NEVER))
            if not now or self._all(_OUTDONE, outdone):
                return
        if line is None:
            self._connection.execute("INSERT INTO lines (name) VALUES (?)", (FIRST + self._name(by)[len(BY) :],))
            line = self._one("SELECT last_insert_rowid()")
        self._connection.execute("DELETE FROM claims WHERE line = ?", (line,))
        rows = [
            (line, 0, 0, 0, position, known_from, known_to, at_from, None if at_to == NEVER else at_to, None, None)
            for position, known_from, known_to, at_from, at_to in _staircases(_not_outdone(self._all(_NAMED, (by,))))
        ]
        self._connection.executemany(f"INSERT INTO claims VALUES ({', '.join('?' * 11)})", rows)  # noqa: S608

    def _unused(self, held: Told, right: Told) -> None:
        """Names that nobody else says are words of the body, too."""
        was, now = (
            {row[0] for row in (*told.rows["claims"], *told.rows["ties"])} | {row[9] for row in told.rows["claims"]}
            for told in (held, right)
        )
        gone = {number: self._name(number) for number in was - now - {None}}
        gone.update(self._all("SELECT id, name FROM lines WHERE id > ?", (self._last_line,)))
        for name in [name.removeprefix(BY) for name in gone.values() if name.startswith(BY)]:
            gone.update(self._all("SELECT id, name FROM lines WHERE name IN (?, ?)", (name, FIRST + name)))
        for number, name in gone.items():
            named = self._line(BY + name)
            if not (
                self._all("SELECT 1 FROM claims WHERE line = ? LIMIT 1", (number,))
                or self._all("SELECT 1 FROM claims WHERE line = ? LIMIT 1", (named,))
                or self._all("SELECT 1 FROM versions WHERE stream = ? AND position IS NULL LIMIT 1", (number,))
                or self._all("SELECT 1 FROM ties WHERE one = ? LIMIT 1", (number,))
            ):
                self._connection.execute("DELETE FROM lines WHERE id = ?", (number,))

    # asking

    def _all(self, sql: str, values: Sequence[Any] = ()) -> list[Row]:
        return self._connection.execute(sql, values).fetchall()

    def _one(self, sql: str, values: Sequence[Any] = ()) -> Any:
        return self._connection.execute(sql, values).fetchone()[0]

    def _name(self, number: int) -> str:
        return str(self._one("SELECT name FROM lines WHERE id = ?", (number,)))

    def _line(self, name: str) -> int | None:
        rows = self._all("SELECT id FROM lines WHERE name = ?", (name,))
        return rows[0][0] if rows else None


def _not_outdone(rows: Sequence[Row]) -> list[Row]:
    """Of what names somebody, what may ever have been the first: nothing before it counts earlier, all the while."""
    found, earliest = [], NEVER
    for row in rows:
        position, known_from, known_to, at = row
        if at < earliest:
            found.append(row)
            if known_to == OPEN and known_from == position:
                earliest = at
    return found


def _staircases(rows: Sequence[Row]) -> list[Row]:
    """Position, from and to which position it is known, from and to which time it is the first."""
    changes = sorted({row[1] for row in rows} | {row[2] for row in rows})
    open_: dict[Row, int] = {}
    found: list[Row] = []
    for known in changes:
        at_to, now = NEVER, set()
        for position, known_from, known_to, at in rows:
            if known_from <= known < known_to and at < at_to:
                now.add((position, at, at_to))
                at_to = at
        for step in [step for step in open_ if step not in now]:
            found.append((step[0], open_.pop(step), known, *step[1:]))
        for step in now:
            open_.setdefault(step, known)
    return [*found, *((step[0], since, OPEN, *step[1:]) for step, since in open_.items())]


def _json(numbers: Iterable[int]) -> str:
    return msgspec.json.encode(list(numbers)).decode()
