"""Crossings at a vantage by look-ups: who says what of each way, and what was counted over the newest periods."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from domain.values import Direction, Load
from projections.announcements import Announced
from projections.combining import ENVELOPE
from projections.crossing_statuses import DIRECTIONS, Way, status_of
from projections.crossings import (
    PARTS_OF_PEOPLE,
    Crossing,
    newest_quotas,
    newest_register,
    passages,
    refusals,
)
from projections.derived.announcements import WORDS
from projections.derived.crossings import LENGTHS
from projections.derived.ways import WAYS
from projections.rows import Version
from projections.schema import NEVER
from projections.seek.reading import Reading
from projections.seek.statuses import ways_seen
from projections.seek.timelines import Cell
from projections.situation import LISTED, AnnouncementView
from projections.timeline import period_rank, periods_ending

_ANNOUNCED = """
WITH c(stream, ahead, until, opened, limited, closed) AS MATERIALIZED (
  SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5 FROM json_each(?1))
SELECT a.stream, a.counted, a.said, a.position, a.view FROM c CROSS JOIN announced a
WHERE a.rowid IN (
  SELECT b.rowid FROM announced b INDEXED BY announced_stream
  WHERE b.stream = c.stream AND b.ahead = c.ahead AND b.counted <= c.until AND b.k_from <= ?2 AND b.k_to > ?2
    AND b.t_from <= ?3 AND b.t_to > ?3 AND (b.kinds = 0
      OR (b.kinds & 1 AND b.ways & c.opened) OR (b.kinds & 2 AND b.ways & c.limited)
      OR (b.kinds & 4 AND b.ways & c.closed))
  ORDER BY b.counted DESC, b.said DESC, b.position DESC LIMIT ?4)"""
_view = msgspec.json.Decoder(AnnouncementView)


def crossings_seen(reading: Reading, streams: Sequence[str] | None = None) -> list[Crossing]:
    """Every crossing with a record that counts, or those asked for, by stream."""
    cells = reading.seen.cells
    known = cells.streams("report", "registered")
    wanted = known if streams is None else [stream for stream in streams if stream in known]
    registers = _by_stream(reading.of_rows(reading.seen.all([cells.one("registered", stream) for stream in wanted])))
    newest = dict(zip(wanted, reading.seen.newest([cells.one("report", stream) for stream in wanted]), strict=True))
    there = [stream for stream in wanted if newest[stream] or stream in registers]
    reports = {version.stream: version for version in reading.of([newest[stream] for stream in there])}
    ways = ways_seen(reading, there)
    quotas = _quotas(reading, there)
    counted = _counted(reading, there, quotas)
    refused = _refused(reading, there)
    announced = _announced(reading, ways)
    denials = _denials(reading, announced)
    calendar, rule = reading.calendar, reading.vantage.rule
    found = []
    for stream in there:
        claims = counted[stream]
        by_rule = passages(claims, rule, calendar)
        found.append(
            Crossing(
                stream=stream,
                register=newest_register(registers.get(stream, ())),
                newest=reports.get(stream),
                ways=ways[stream],
                quotas=newest_quotas(quotas.get(stream, ())),
                counted=by_rule,
                measured=by_rule if rule == ENVELOPE else passages(claims, ENVELOPE, calendar),
                refused=refusals(refused[stream], rule, calendar),
                announced=announced[stream],
                denials=denials.get(stream, []),
            )
        )
    return found


def _by_stream(versions: Iterable[Version]) -> dict[str, list[Version]]:
    found: dict[str, list[Version]] = defaultdict(list)
    for version in versions:
        found[version.stream].append(version)
    return found


# quotas, and what was counted


def _quotas(reading: Reading, streams: Sequence[str]) -> dict[str, list[Version]]:
    cells = [cell for stream in streams for cell in reading.seen.cells.of("quota", stream).values()]
    return _by_stream(reading.of(reading.seen.newest(cells)))


def _counted(
    reading: Reading, streams: Sequence[str], quotas: Mapping[str, Sequence[Version]]
) -> dict[str, list[Version]]:
    """What was counted over the newest period of each direction and category, and over those that quotas ask for."""
    cells = reading.seen.cells
    owners = [(stream, *rest) for stream in streams for rest in cells.of("period", stream) if rest[0] != "both"]
    rows = reading.seen.newest([cells.one("period", *owner) for owner in owners], periods=True)
    wanted: dict[tuple[str, ...], set[int]] = defaultdict(set)
    for owner, row in zip(owners, rows, strict=True):
        if row is not None:
            wanted[owner].add(row.rank)
    for counted, rank in _compared(reading, quotas):
        wanted[counted].add(rank)
    asked: list[tuple[Cell, int]] = [
        (cell, rank)
        for (stream, direction, category), ranks in wanted.items()
        for one in _made_of(category)
        if (cell := cells.of("counted", stream).get((direction, one)))
        for rank in ranks
    ]
    return _by_stream(_at_ranks(reading, asked))


def _at_ranks(reading: Reading, asked: Sequence[tuple[Cell, int]]) -> list[Version]:
    """The versions in these cells at these ranks, in log order."""
    rows = reading.seen.at_ranks(asked) if asked else []
    return reading.of_rows(rows)


def _made_of(category: str) -> tuple[str, ...]:
    """A total of people may be made of its parts."""
    return ("people", *PARTS_OF_PEOPLE) if category == "people" else (category,)


def _compared(
    reading: Reading, quotas: Mapping[str, Sequence[Version]]
) -> Iterator[tuple[tuple[str, Direction, str], int]]:
    """Cell and period of all that quotas are held against: the newest of their length, or their own.

    A quota for both directions is held against a period of which somebody counted both.
    """
    asked: list[tuple[Version, Cell, int]] = []
    for stream, of_stream in quotas.items():
        for quota in newest_quotas(of_stream):
            data = quota.data
            kind = "period" if data.per == "period" else LENGTHS[1 if data.per == "day" else 7]
            below = period_rank(*quota.days(reading.calendar)) + 1 if data.per == "period" else NEVER
            asked.append((quota, reading.seen.cells.one(kind, stream, data.direction, data.category), below))
    rows = reading.seen.newest([cell for _, cell, _ in asked], periods=True, below=[below for *_, below in asked])
    for (quota, _, below), row in zip(asked, rows, strict=True):
        lowest = below - 1 if below < NEVER else periods_ending(quota.days(reading.calendar)[0])[0]
        if row is not None and row.rank >= lowest:
            data = quota.data
            for direction in DIRECTIONS if data.direction == "both" else (data.direction,):
                yield (quota.stream, direction, data.category), row.rank


def _refused(reading: Reading, streams: Sequence[str]) -> dict[str, list[Version]]:
    cells = reading.seen.cells
    owners = [(stream, *rest) for stream in streams for rest in cells.of("refusal", stream)]
    rows = reading.seen.newest([cells.one("refusal", *owner) for owner in owners], periods=True)
    asked = [(cells.one("refused", *owner), row.rank) for owner, row in zip(owners, rows, strict=True) if row]
    return _by_stream(_at_ranks(reading, asked))


# announcements


def _announced(
    reading: Reading, ways: Mapping[str, Mapping[tuple[Direction, Load], Way]]
) -> dict[str, list[Announced]]:
    """What is announced and not met, unless nothing that contradicted it holds any more: each crossing's newest."""
    found: dict[str, list[Announced]] = {stream: [] for stream in ways}
    asked = []
    for stream, held in ways.items():
        if reading.seen.cells.of("announced", stream):
            holds = dict.fromkeys(WORDS, 0)
            for place, way in enumerate(WAYS):
                if (newest := held[way].ruling.newest) is not None:
                    holds[status_of(newest)] |= 1 << place
            asked += [
                (stream, ahead, until, *holds.values())
                for ahead, until in ((0, reading.seen.latest_time), (1, reading.vantage.as_of))
            ]
    if asked:
        values = (msgspec.json.encode(asked).decode(), reading.vantage.position, reading.vantage.as_of, LISTED)
        for stream, counted, said, position, view in reading.connection.execute(_ANNOUNCED, values):
            found[stream].append(Announced(counted, said, position, _view.decode(view)))
    return found


def _denials(reading: Reading, announced: Mapping[str, Sequence[Announced]]) -> dict[str, list[Version]]:
    """Denials of what is announced, wherever they are on record."""
    cells = reading.seen.cells
    asked = [(cells.one("denial", stream), one.position) for stream, held in announced.items() for one in held]
    return _by_stream(_at_ranks(reading, asked))
