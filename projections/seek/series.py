"""Series at a vantage by look-ups: the newest values, and what says from when they count."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from projections.rows import Version
from projections.running import HARMS, CommonDay, Running
from projections.seek.reading import Reading
from projections.timeline import Entry


def series_seen(reading: Reading) -> list[Running]:
    """Series with at least one value, by stream; of their values the last two."""
    seen = reading.seen
    streams = seen.cells.streams("value")
    newest = seen.newest([seen.cells.one("value", stream) for stream in streams])
    about: dict[str, list[Version]] = defaultdict(list)
    rows = seen.all([seen.cells.one(kind, stream) for stream in streams for kind in ("rebase", "defined")])
    for version in reading.versions.by_ids(reading.connection, [2 * row for row in rows]):
        about[version.stream].append(version)
    values = {version.stream: version for version in reading.of(newest)}
    definitions = {stream: _definition(about[stream]) for stream in streams}
    summed = [
        (stream, row.rank)
        for stream, row in zip(streams, newest, strict=True)
        if row is not None and _is_summed(definitions[stream])
    ]
    rows_before = seen.newest(
        [seen.cells.one("value", stream) for stream, _ in summed], below=[rank for _, rank in summed]
    )
    before = {version.stream: version for version in reading.of(rows_before)}
    found = []
    for stream, row in zip(streams, newest, strict=True):
        if row is None:
            continue
        rebases = [version for version in about[stream] if version.type == "series.rebased"]
        found.append(
            Running(
                stream,
                definitions[stream],
                (before[stream], values[stream]) if stream in before else (values[stream],),
                tuple(sorted(rebases, key=lambda version: (version.counted, version.position))),
                {},
            )
        )
    return found


def _definition(about: Sequence[Version]) -> Version | None:
    found = [version for version in about if version.type == "series.defined"]
    return max(found, key=lambda version: version.rank) if found else None


def _is_summed(definition: Version | None) -> bool:
    """Whether strikes are summed beside it: only then the value before the newest is needed."""
    return definition is not None and bool(definition.data.of) and definition.data.measure in HARMS


def common_day_seen(reading: Reading) -> CommonDay:
    """Finds the newest day that two series share by stepping back through both at once."""
    calendar = reading.calendar

    def found(one: Running, other: Running) -> tuple[Version, Version] | None:
        until: int | None = None
        while True:
            rows: list[Entry] = []
            for series in (one, other):
                row = reading.seen.newest(
                    [reading.seen.cells.one("value", series.stream)], below=None if until is None else [until]
                )[0]
                if row is None:
                    return None
                rows.append(row)
            days = [calendar.day(row.rank) for row in rows]
            if days[0] == days[1]:
                first, second = reading.of(rows)
                return first, second
            until = calendar.day_end(min(days)) + 1

    return found
