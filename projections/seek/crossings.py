"""Crossings at a vantage by look-ups: who says what of each way, and what was counted over the newest periods."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from domain.calendar import Micros
from domain.values import Direction, Load
from projections.combining import ENVELOPE
from projections.crossing_statuses import DIRECTIONS, Ruling, Way, ruling, status_of
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
from projections.derived.ways import LONG, WAYS, in_ways
from projections.rows import Version
from projections.schema import NEVER
from projections.seek.reading import Reading
from projections.seek.timelines import Cell
from projections.situation import LISTED
from projections.timeline import Entry, period_rank, periods_ending

Order = tuple[int, int, int]

_ANNOUNCED = """
SELECT counted, said, position, version FROM announced INDEXED BY announced_stream
WHERE stream = :stream AND ahead = :ahead AND counted <= :until AND k_from <= :k AND k_to > :k
  AND t_from <= :t AND t_to > :t
  AND (kinds = 0 OR (kinds & 1 AND ways & :w0) OR (kinds & 2 AND ways & :w1) OR (kinds & 4 AND ways & :w2))
ORDER BY counted DESC, said DESC, position DESC LIMIT :limit"""


def crossings_seen(reading: Reading, streams: Sequence[str] | None = None) -> list[Crossing]:
    """Every crossing with a record that counts, or those asked for, by stream."""
    cells = reading.seen.cells
    known = cells.streams("report", "registered")
    wanted = known if streams is None else [stream for stream in streams if stream in known]
    registers = _by_stream(reading, reading.seen.all([cells.one("registered", stream) for stream in wanted]))
    newest = dict(zip(wanted, reading.seen.newest([cells.one("report", stream) for stream in wanted]), strict=True))
    there = [stream for stream in wanted if newest[stream] or stream in registers]
    reports = {version.stream: version for version in reading.of([newest[stream] for stream in there])}
    ways = _ways(reading, there)
    quotas = _quotas(reading, there)
    counted = _counted(reading, there, quotas)
    refused = _refused(reading, there)
    calendar, rule = reading.calendar, reading.vantage.rule
    found = []
    for stream in there:
        claims = counted[stream]
        by_rule = passages(claims, rule, calendar)
        announced = _announced(reading, stream, ways[stream])
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
                announced=announced,
                denials=_denials(reading, stream, announced),
            )
        )
    return found


def _by_stream(reading: Reading, rows: Iterable[int]) -> dict[str, list[Version]]:
    found: dict[str, list[Version]] = defaultdict(list)
    for version in reading.versions.by_ids(reading.connection, [2 * row for row in rows]):
        found[version.stream].append(version)
    return found


# statuses


def _ways(reading: Reading, streams: Sequence[str]) -> dict[str, dict[tuple[Direction, Load], Way]]:
    """The newest status of each way, and other claimants' newest that may be of the same time: they decide."""
    filed = {
        (stream, way): [cell for place in in_ways(way) if (cell := reading.seen.cells.of("status", stream).get(place))]
        for stream in streams
        for way in WAYS
    }
    cells = list(dict.fromkeys(cell for held in filed.values() for cell in held))
    newest = dict(zip(cells, reading.seen.newest(cells), strict=True))
    latest = {key: max((row for cell in held if (row := newest[cell])), default=None) for key, held in filed.items()}
    reaching = _reaching(reading, filed, latest)
    versions = {
        version.id >> 1: version
        for version in reading.of(list({row.k_from: row for rows in reaching.values() for row in rows}.values()))
    }
    as_of, calendar = reading.vantage.as_of, reading.calendar
    rulings: dict[tuple[str, tuple[Direction, Load]], Ruling] = {}
    made: dict[tuple[tuple[Cell, ...], tuple[Entry, ...]], tuple[str, tuple[Direction, Load]]] = {}
    for (stream, way), rows in reaching.items():
        # where nobody tells the directions apart, both are the same
        same = made.setdefault((tuple(filed[stream, way]), tuple(rows)), (stream, way))
        if same not in rulings:
            rulings[same] = ruling(_own_newest(reading, stream, way, rows, versions), as_of, calendar)
        rulings[stream, way] = rulings[same]
    distinct = list(made.values())
    began = _begun(reading, [(*key, decisive) for key in distinct if (decisive := rulings[key].decisive)])
    found: dict[str, dict[tuple[Direction, Load], Way]] = {stream: {} for stream in streams}
    for (stream, way), rows in reaching.items():
        same = made[tuple(filed[stream, way]), tuple(rows)]
        found[stream][way] = Way(rulings[same], began.get(same))
    return found


def _reaching(
    reading: Reading,
    filed: Mapping[tuple[str, tuple[Direction, Load]], Sequence[Cell]],
    latest: Mapping[tuple[str, tuple[Direction, Load]], Entry | None],
) -> dict[tuple[str, tuple[Direction, Load]], list[Entry]]:
    """Of each way the statuses that may be of the same time as its newest, in order."""
    asked: dict[tuple[Cell, Micros, Micros], None] = {}
    wanted: dict[tuple[str, tuple[Direction, Load]], list[tuple[Cell, Micros, Micros]]] = {}
    for (stream, way), newest in latest.items():
        spans = [cell for place in in_ways(way) if (cell := reading.seen.cells.of("long", stream).get(place))]
        wanted[stream, way] = []
        if newest is not None:
            begins = newest.rank
            wanted[stream, way] += [(cell, begins - LONG, begins) for cell in filed[stream, way]]
            wanted[stream, way] += [(cell, -NEVER, begins) for cell in spans]
        asked.update(dict.fromkeys(wanted[stream, way]))
    rows: dict[tuple[Cell, Micros, Micros], list[Entry]] = {key: [] for key in asked}
    keys = list(asked)
    for place, row in reading.seen.reaching(keys) if keys else ():
        rows[keys[place]].append(row)
    return {key: sorted({row for one in held for row in rows[one]}) for key, held in wanted.items()}


def _own_newest(
    reading: Reading,
    stream: str,
    way: tuple[Direction, Load],
    rows: Sequence[Entry],
    versions: Mapping[int, Version],
) -> list[Version]:
    """Those that their claimants have not followed up with another status of this way, in order."""
    said = {versions[row.k_from].claimant: row for row in rows}
    unsure = {claimant: row for claimant, row in said.items() if row.last > row.rank and row is not rows[-1]}
    if unsure:
        held = reading.seen.cells.of("says", stream)
        cells = {
            cell: claimant for claimant in unsure for place in in_ways(way) if (cell := held.get((*place, claimant)))
        }
        for claimant, newest in zip(cells.values(), reading.seen.newest(list(cells)), strict=True):
            if newest is not None and newest > said.get(claimant, newest):
                del said[claimant]
    return [versions[row.k_from] for row in sorted(said.values())]


def _begun(
    reading: Reading, asked: Sequence[tuple[str, tuple[Direction, Load], Version]]
) -> dict[tuple[str, tuple[Direction, Load]], Version]:
    """Of each deciding status the first of the unbroken run of the same status that it continues."""
    seen = reading.seen
    other: list[list[Cell]] = []
    own: list[list[Cell]] = []
    for stream, way, decisive in asked:
        word, words = status_of(decisive), seen.cells.of("word", stream)
        filed = in_ways(way)
        other.append([cell for place in filed for one in WORDS if one != word and (cell := words.get((*place, one)))])
        own.append([cell for place in filed if (cell := words.get((*place, word)))])
    orders = [decisive.order for _, _, decisive in asked]
    before = seen.newest_before(other, orders)
    broken = _run_out(reading, asked, [row.order if row else (-NEVER, 0, 0) for row in before], own)
    firsts = seen.first_between(own, broken, orders)
    versions = {version.id >> 1: version for version in reading.of(firsts)}
    return {
        (stream, way): versions[row.k_from] if row is not None else decisive
        for (stream, way, decisive), row in zip(asked, firsts, strict=True)
    }


def _run_out(
    reading: Reading,
    asked: Sequence[tuple[str, tuple[Direction, Load], Version]],
    broken: list[Order],
    own: Sequence[Sequence[Cell]],
) -> list[Order]:
    """Where runs are broken last: by another status, or where one's schedule had ended before the next began."""
    found = list(broken)
    for place, (stream, way, decisive) in enumerate(asked):
        untils = reading.seen.cells.of("until", stream)
        if cells := [cell for filed in in_ways(way) if (cell := untils.get((*filed, status_of(decisive))))]:
            row = reading.seen.not_followed(cells, own[place], above=broken[place], below=decisive.order)
            found[place] = row.order if row else broken[place]
    return found


# quotas, and what was counted


def _quotas(reading: Reading, streams: Sequence[str]) -> dict[str, list[Version]]:
    cells = [cell for stream in streams for cell in reading.seen.cells.of("quota", stream).values()]
    found: dict[str, list[Version]] = defaultdict(list)
    for version in reading.of(reading.seen.newest(cells)) if cells else ():
        found[version.stream].append(version)
    return found


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
    found: dict[str, list[Version]] = {stream: [] for stream in streams}
    for version in _at_ranks(reading, asked):
        found[version.stream].append(version)
    return found


def _at_ranks(reading: Reading, asked: Sequence[tuple[Cell, int]]) -> list[Version]:
    """The versions in these cells at these ranks, in log order."""
    rows = reading.seen.at_ranks(asked) if asked else []
    return reading.versions.by_ids(reading.connection, [2 * row for row in rows])


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
    found: dict[str, list[Version]] = {stream: [] for stream in streams}
    asked = [(cells.one("refused", *owner), row.rank) for owner, row in zip(owners, rows, strict=True) if row]
    for version in _at_ranks(reading, asked):
        found[version.stream].append(version)
    return found


# announcements


def _announced(reading: Reading, stream: str, ways: dict[tuple[Direction, Load], Way]) -> list[Version]:
    """What is announced and not met, unless nothing that contradicted it holds any more; the newest."""
    if not reading.seen.cells.of("announced", stream):
        return []
    holds: dict[str, int] = dict.fromkeys(WORDS, 0)
    for place, way in enumerate(WAYS):
        newest = ways[way].ruling.newest
        if newest is not None:
            holds[status_of(newest)] |= 1 << place
    asked: dict[str, str | int] = {f"w{place}": holds[word] for place, word in enumerate(WORDS)}
    asked |= {"stream": stream, "k": reading.vantage.position, "t": reading.vantage.as_of, "limit": LISTED}
    rows: list[tuple[int, ...]] = []
    for ahead, until in ((0, reading.seen.latest_time), (1, reading.vantage.as_of)):
        rows += reading.connection.execute(_ANNOUNCED, {**asked, "ahead": ahead, "until": until}).fetchall()
    rows.sort(reverse=True)
    return reading.versions.by_ids(reading.connection, [2 * row[-1] for row in rows[:LISTED]])


def _denials(reading: Reading, stream: str, announced: Sequence[Version]) -> list[Version]:
    if not announced:
        return []
    cell = reading.seen.cells.one("denial", stream)
    return _at_ranks(reading, [(cell, version.position) for version in announced])
