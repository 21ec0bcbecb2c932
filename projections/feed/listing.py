"""The feed: records known at a vantage and occurred by it, as lines, filtered, a page at a time by position.

Candidates come from an index where a condition leaves few, else the log is walked block by block; blocks in which
nothing counts yet are stepped over. An edit's own `occurred` never matters: its line stands where the record that it
bears on stands. What was erased has no time any more and shows from when it was known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from domain.calendar import Micros, iso
from projections.feed.filter_sql import TOLD, Filter
from projections.index.schema import EDIT, ERASED, FEED_BLOCK, OPEN, STATES, UNREADABLE, topic_of
from projections.index.sums import TALLY, Tally
from projections.reading import Reading
from projections.situation import LISTED, RecordLine, Unreadable
from projections.text import ERASED as ERASED_TEXT
from projections.text import UNREADABLE as UNREADABLE_TEXT
from projections.text import report_text, searched
from projections.vantage import clock_at

RARE = 10_000
"""Up to so many candidates are looked up one by one; what more of them meet is soon met walking along the log."""
_OF_BLOCK = """
SELECT id, known_to, state, root, at FROM versions WHERE id >= ? AND id <= ? AND position IS NULL ORDER BY id"""
_OF_POSITIONS = """
SELECT v.id, v.known_to, v.state, v.root, v.at FROM json_each(?1) j CROSS JOIN versions v
ON v.id = 2 * j.value OR v.id = 2 * j.value + 1 WHERE v.position IS NULL ORDER BY v.id"""
_ONE = "SELECT id, known_to, state, root, at FROM versions WHERE id = ?"
_BLOCKS = "SELECT block FROM feed_blocks WHERE block <= ? AND at <= ? ORDER BY block DESC"
_BLOCKS_UP = "SELECT block FROM feed_blocks WHERE block <= ? AND at <= ? ORDER BY block"

_Row = tuple[int, int, int, int | None, Micros | None]
"""Of a version its id, until when it stands so, its state, the root of an edit, and when it counts."""


def feed_lines(
    reading: Reading,
    wanted: Filter = (),
    *,
    before: int | None = None,
    offset: int = 0,
    limit: int = 50,
    newest_first: bool = True,
) -> list[RecordLine]:
    """A page of lines by position: those before a position, less the first `offset` of them."""
    found = _found(reading, wanted, before=before, newest_first=newest_first)
    ids = list(islice(found, max(offset, 0), max(offset, 0) + max(limit, 0)))
    return lines_of(reading, ids)


def feed_count(reading: Reading, wanted: Filter = (), *, at_most: int | None = None) -> int:
    """How many lines there are in all; counted no further than `at_most`."""
    if not wanted:
        return lines_counted(reading)
    return sum(1 for _ in islice(_found(reading, wanted, before=None, newest_first=True), at_most))


def lines_counted(reading: Reading) -> int:
    """How many lines the feed holds at a vantage."""
    return Tally(*reading.counts.before(reading.vantage.as_of + 1, (TALLY,))[TALLY]).lines


def newest_lines(reading: Reading, listed: int = LISTED) -> tuple[RecordLine, ...]:
    """The newest lines known and occurred, by position."""
    return tuple(feed_lines(reading, () if reading.told else (TOLD,), limit=listed))


def _found(reading: Reading, wanted: Filter, *, before: int | None, newest_first: bool) -> Iterator[int]:
    """Rows of versions that a vantage and a filter let through, in the order of positions."""
    top = reading.vantage.position if before is None else min(reading.vantage.position, before - 1)
    for rows in _candidates(reading, wanted, top, newest_first=newest_first):
        shown = (one[0] for row in rows if _counts(reading, one := _known(reading, row)))
        yield from _met(reading, wanted, list(shown)) if wanted else shown


def _candidates(reading: Reading, wanted: Filter, top: int, *, newest_first: bool) -> Iterator[list[_Row]]:
    """The records up to a position as they were recorded, some at a time."""
    positions = _few(reading, wanted)
    if positions is not None:
        ordered = sorted((one for one in positions if one <= top), reverse=newest_first)
        rows = list(_positions(reading, ordered))
        yield rows[::-1] if newest_first else rows
        return
    sql = _BLOCKS if newest_first else _BLOCKS_UP
    for (block,) in reading.connection.execute(sql, (top >> FEED_BLOCK, reading.vantage.as_of)):
        first, last = block << FEED_BLOCK, min(top, (block + 1 << FEED_BLOCK) - 1)
        rows = reading.connection.execute(_OF_BLOCK, (2 * first, 2 * last + 1)).fetchall()
        yield rows[::-1] if newest_first else rows


def _few(reading: Reading, wanted: Filter) -> set[int] | None:
    """The positions that can be meant, where one condition alone leaves few."""
    fewest: set[int] | None = None
    for condition in wanted:
        if condition.found_by:
            rows = reading.connection.execute(f"{condition.found_by} LIMIT {RARE + 1}", condition.asked).fetchall()
            if len(rows) <= RARE and (fewest is None or len(rows) < len(fewest)):
                fewest = {row[0] for row in rows}
    return fewest


def _positions(reading: Reading, positions: Sequence[int]) -> Iterable[_Row]:
    return reading.connection.execute(_OF_POSITIONS, (f"[{','.join(map(str, positions))}]",))


def _known(reading: Reading, row: _Row) -> _Row:
    """What a record says at the vantage, where an edit known by then has changed it."""
    while row[1] <= reading.vantage.position and row[1] != OPEN:
        row = reading.connection.execute(_ONE, (2 * row[1],)).fetchone()
    return row


def _counts(reading: Reading, row: _Row) -> bool:
    """Whether a line has occurred by the vantage."""
    _, _, state, root, at = row
    if state == EDIT:
        of = None if root is None else reading.row_at(root)
        at = None if of is None else of[7]
    return at is None or at <= reading.vantage.as_of


def _met(reading: Reading, wanted: Filter, ids: list[int]) -> list[int]:
    """Those of the rows that meet every condition of a filter."""
    if not wanted or not ids:
        return ids
    held: list[str] = []
    values: list[str | int] = []
    for condition in wanted:
        if condition.sql:
            held.append(condition.sql)
            values += condition.values
    if held:
        sql = f"""SELECT v.id FROM json_each(?) i CROSS JOIN versions v ON v.id = i.value
            WHERE {" AND ".join(held)} ORDER BY i.key"""  # noqa: S608 - made of our own texts alone
        ids = [row[0] for row in reading.connection.execute(sql, (f"[{','.join(map(str, ids))}]", *values))]
    tests = [condition.test for condition in wanted if condition.test is not None]
    return [one for one in ids if all(test(words_of(reading, one)) for test in tests)] if tests else ids


def words_of(reading: Reading, row_id: int) -> tuple[str, ...]:
    """What the filter looks for words in, of one row of versions."""
    row = reading.connection.execute("SELECT * FROM versions WHERE id = ?", (row_id,)).fetchone()
    if row[5] in (ERASED, UNREADABLE):
        return _bodiless(row), reading.name(row[2]), topic_of(row[4], reading.name), "", "", ""
    version = reading.versions([row_id])[0]
    return searched(version.stream, version.type, version.report)


def lines_of(reading: Reading, ids: Iterable[int]) -> list[RecordLine]:
    """Rows of versions as lines, in their order."""
    return [
        line(reading, reading.connection.execute("SELECT * FROM versions WHERE id = ?", (one,)).fetchone())
        for one in ids
    ]


def line(reading: Reading, row: tuple[Any, ...]) -> RecordLine:
    """One row of versions as a line."""
    version = None if row[5] in (ERASED, UNREADABLE) else reading.versions([row[0]])[0]
    report = None if version is None else version.report
    position = row[0] >> 1 if row[1] is None else row[1]
    return RecordLine(
        position=position,
        record=reading.record(row),
        stream=reading.name(row[2]),
        type=topic_of(row[4], reading.name),
        occurred=report.occurred if report else None,
        reported_at=report.reported_at if report else None,
        known_at=iso(clock_at(reading.connection, position)),
        claimant=report.claimant if report else None,
        via=report.via if report else (),
        text=report_text(report) if report else _bodiless(row),
        standing=STATES[row[5]],
        late=bool(row[12]),
        handling=report.handling if report else None,
        documents=report.sources if report else (),
    )


def _bodiless(row: tuple[Any, ...]) -> str:
    """What is told of a record that was erased, or that cannot be read."""
    return ERASED_TEXT if row[5] == ERASED else UNREADABLE_TEXT + row[-1]


def line_at(reading: Reading, position: int) -> RecordLine | None:
    """One record as a line, occurred or not; None where it is not known at the vantage."""
    row = reading.row_at(position)
    return None if row is None else line(reading, row)


def line_of_record(reading: Reading, record: str) -> RecordLine | None:
    """The same by the record's id."""
    row = reading.recorded(record)
    return None if row is None else line_at(reading, row[0] >> 1)


def ids_known(reading: Reading, positions: Iterable[int]) -> list[int]:
    """The rows of records as they are known at the vantage, by their positions."""
    known = [one for one in positions if one <= reading.vantage.position]
    return [_known(reading, row)[0] for row in _positions(reading, sorted(known))]


_KNOWN = f"""
SELECT id, stream, number, type, body FROM versions INDEXED BY versions_unreadable
WHERE state = {UNREADABLE} AND id <= ? ORDER BY id"""  # noqa: S608


def unreadable_records(reading: Reading) -> tuple[Unreadable, ...]:
    """Those known at the vantage, in log order."""
    return tuple(
        Unreadable(
            position=row_id >> 1,
            record=f"{reading.name(stream)}/{number}",
            type=topic_of(topic, reading.name),
            why=why,
        )
        for row_id, stream, number, topic, why in reading.connection.execute(
            _KNOWN, (2 * reading.vantage.position + 1,)
        )
    )
