"""The feed: records known at a vantage and occurred by it, as lines, filtered, a page at a time by position.

Candidates come from an index where a condition leaves few, else the log is walked block by block; blocks in which
nothing counts yet are stepped over. An edit's own `occurred` never matters: its line stands where the record that it
bears on stands. What was erased has no time any more and shows from when it was known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from domain.calendar import Micros, iso
from projections.feed.filter_sql import TOLD, Filter
from projections.index.schema import EDIT, ERASED, FEED_BLOCK, NEVER, OPEN, STATES, UNREADABLE, topic_of
from projections.index.version_rows import Row
from projections.reading import Reading
from projections.situation import LISTED, RecordLine, Unreadable
from projections.text import ERASED as ERASED_TEXT
from projections.text import UNREADABLE as UNREADABLE_TEXT
from projections.text import report_text

RARE = 10_000
"""Up to so many candidates are looked up one by one; what more of them meet is soon met walking along the log."""
_ROWS = f"""
SELECT iif(o.state = {EDIT}, o.id, ifnull(n.id, o.id)), o.state = {EDIT}, coalesce(n.known_to, t.known_to, {OPEN}),
  iif(n.id IS NULL, t.at, n.at)
FROM {{}} LEFT JOIN versions t ON t.id = iif(o.state = {EDIT}, 2 * o.root, o.id)
LEFT JOIN versions n ON n.id = iif(t.known_to <= :k, 2 * t.known_to, NULL)
WHERE o.position IS NULL AND (ifnull(o.at, :t) <= :t OR o.state = {EDIT} OR o.known_to <= :k) """  # noqa: S608
_OF_BLOCK = _ROWS.format("versions o") + "AND o.id >= 2 * :first AND o.id <= 2 * :last + 1 ORDER BY o.id"
_OF_BLOCK_DOWN = f"{_OF_BLOCK} DESC"
_OF_POSITIONS = (
    _ROWS.format("json_each(:positions) j CROSS JOIN versions o ON o.id = 2 * j.value OR o.id = 2 * j.value + 1")
    + "ORDER BY o.id"
)
_MATCHING = "SELECT rowid FROM words WHERE words MATCH ? AND rowid BETWEEN ? AND ?"
_NEXT = "SELECT id, known_to, at FROM versions WHERE id = ?"
_WHOLE = """
SELECT s.known_at, v.* FROM json_each(?1) j CROSS JOIN versions v ON v.id = j.value
CROSS JOIN stamps s ON s.position = ifnull(v.position, v.id >> 1)"""
_BLOCKS = "SELECT block FROM feed_blocks WHERE block <= ? AND at <= ? ORDER BY block DESC"
_BLOCKS_UP = "SELECT block FROM feed_blocks WHERE block <= ? AND at <= ? ORDER BY block"

_Row = tuple[int, int, int, Micros | None]
"""The version that a line shows, whether it is an edit; of that, or of what the edit bears on, until when it stands so,
and when it counts: as recorded, or as its first edit left it if that is known."""


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
    return reading.totals.tally(reading.vantage.as_of + 1).lines


def newest_lines(reading: Reading, listed: int = LISTED) -> tuple[RecordLine, ...]:
    """The newest lines known and occurred, by position."""
    return tuple(feed_lines(reading, () if reading.told else (TOLD,), limit=listed))


def _found(reading: Reading, wanted: Filter, *, before: int | None, newest_first: bool) -> Iterator[int]:
    """Rows of versions that a vantage and a filter let through, in the order of positions."""
    top = reading.vantage.position if before is None else min(reading.vantage.position, before - 1)
    for rows in _candidates(reading, wanted, top, newest_first=newest_first):
        known = (_known(reading, row) for row in rows)
        shown = (one for one, at in known if at is None or at <= reading.vantage.as_of)
        yield from _met(reading, wanted, list(shown)) if wanted else shown


def _candidates(reading: Reading, wanted: Filter, top: int, *, newest_first: bool) -> Iterator[Iterable[_Row]]:
    """The records up to a position, some at a time."""
    positions = _few(reading, wanted)
    if positions is not None:
        rows = _positions(reading, [one for one in positions if one <= top], reading.vantage.as_of)
        yield rows[::-1] if newest_first else rows
        return
    blocks, sql = (_BLOCKS, _OF_BLOCK_DOWN) if newest_first else (_BLOCKS_UP, _OF_BLOCK)
    asked = {"k": reading.vantage.position, "t": reading.vantage.as_of}
    for (block,) in reading.connection.execute(blocks, (top >> FEED_BLOCK, asked["t"])):
        first, last = block << FEED_BLOCK, min(top, (block + 1 << FEED_BLOCK) - 1)
        yield reading.connection.execute(sql, {**asked, "first": first, "last": last})


def _few(reading: Reading, wanted: Filter) -> set[int] | None:
    """The positions that can be meant, where one condition alone leaves few."""
    fewest: set[int] | None = None
    for condition in wanted:
        if condition.found_by:
            rows = reading.connection.execute(f"{condition.found_by} LIMIT {RARE + 1}", condition.asked).fetchall()
            if len(rows) <= RARE and (fewest is None or len(rows) < len(fewest)):
                fewest = {row[0] for row in rows}
    return fewest


def _positions(reading: Reading, positions: Iterable[int], as_of: Micros) -> list[_Row]:
    asked = {"k": reading.vantage.position, "t": as_of, "positions": f"[{','.join(map(str, positions))}]"}
    return reading.connection.execute(_OF_POSITIONS, asked).fetchall()


def _known(reading: Reading, row: _Row) -> tuple[int, Micros | None]:
    """What a line shows at the vantage, and when that counts."""
    shown, is_edit, known_to, at = row
    while known_to <= reading.vantage.position:  # OPEN is after every position
        of, known_to, at = reading.connection.execute(_NEXT, (2 * known_to,)).fetchone()
        shown = shown if is_edit else of
    return shown, at


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
    for condition in wanted:
        if condition.match and ids:
            rows = reading.connection.execute(_MATCHING, (condition.match, min(ids), max(ids)))
            matching = {row[0] for row in rows}
            ids = [one for one in ids if (one in matching) is not condition.turned]
    return ids


def lines_of(reading: Reading, ids: Sequence[int]) -> list[RecordLine]:
    """Rows of versions as lines, in their order."""

    def read(missing: list[int]) -> Iterator[tuple[int, RecordLine]]:
        for known_at, *row in reading.connection.execute(_WHOLE, (f"[{','.join(map(str, missing))}]",)):
            yield row[0], line(reading, tuple(row), known_at)

    return reading.kept.records.all(ids, read)


def line(reading: Reading, row: Row, known_at: Micros) -> RecordLine:
    """One row of versions as a line."""
    version = None if row[5] in (ERASED, UNREADABLE) else reading.version(row)
    report = None if version is None else version.report
    return RecordLine(
        position=row[0] >> 1 if row[1] is None else row[1],
        record=reading.record(row),
        stream=reading.name(row[2]),
        type=topic_of(row[4], reading.name),
        occurred=report.occurred if report else None,
        reported_at=report.reported_at if report else None,
        known_at=iso(known_at),
        claimant=report.claimant if report else None,
        via=report.via if report else (),
        text=report_text(report) if report else _bodiless(row),
        standing=STATES[row[5]],
        late=bool(row[12]),
        handling=report.handling if report else None,
        documents=report.sources if report else (),
    )


def _bodiless(row: Row) -> str:
    """What is told of a record that was erased, or that cannot be read."""
    return ERASED_TEXT if row[5] == ERASED else UNREADABLE_TEXT + row[-1]


def line_at(reading: Reading, position: int) -> RecordLine | None:
    """One record as a line, occurred or not; None where it is not known at the vantage."""
    row = reading.row_at(position)
    return None if row is None else lines_of(reading, [row[0]])[0]


def line_of_record(reading: Reading, record: str) -> RecordLine | None:
    """The same by the record's id."""
    row = reading.recorded(record)
    return None if row is None else line_at(reading, row[0] >> 1)


def ids_known(reading: Reading, positions: Iterable[int]) -> list[int]:
    """The rows of records as they are known at the vantage, by their positions."""
    known = (one for one in positions if one <= reading.vantage.position)
    return [_known(reading, row)[0] for row in _positions(reading, known, NEVER)]


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
