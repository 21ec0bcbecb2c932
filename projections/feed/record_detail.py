"""One record in full: its stamps, what it said, the edits that bear on it, and what belongs together with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import msgspec

from domain.calendar import iso, micros
from domain.catalogue import encode
from domain.editing import Corrected, Erased, Retracted
from domain.report import Recorded, Report
from projections.feed.listing import ids_known, line_of_record, lines_of
from projections.index.revisions import Edit, in_force
from projections.index.schema import TOPIC_NUMBER, UNREADABLE
from projections.reading import Reading
from projections.situation import RecordDetail, RecordLine, Revision

RELATED_LISTED = 100
_LED_TO = "SELECT DISTINCT ifnull(position, id >> 1) FROM versions WHERE cause = ? ORDER BY 1 LIMIT ?"

RecordOf = Callable[[str], Recorded]
"""The record of an id, a key or a position (`@207`)."""


def record_detail(reading: Reading, record_of: RecordOf, record: Recorded, line: RecordLine) -> RecordDetail:
    """A record known at the vantage, in full."""
    row = reading.row_at(record.position)
    body = None if row is None or row[5] == UNREADABLE else row[-1]
    effective: dict[str, Any] | None = msgspec.json.decode(body) if body is not None else None
    cause = (effective or {}).get("caused_by")
    led_to = [position for (position,) in reading.connection.execute(_LED_TO, (record.id, RELATED_LISTED))]
    return RecordDetail(
        line=line,
        version=record.version,
        key=record.key,
        recorded_at=iso(micros(record.timestamp)),
        recorded_by=record.recorded_by,
        hash=record.hash.hex(),
        digest=record.digest.hex(),
        original=msgspec.json.decode(encode(record.report)) if record.report is not None and body is not None else None,
        effective=effective,
        revisions=_revisions(reading, record_of, record),
        caused_by=line_of_record(reading, cause) if cause else None,
        led_to=tuple(lines_of(reading, ids_known(reading, led_to))),
    )


def _revisions(reading: Reading, record_of: RecordOf, record: Recorded) -> tuple[Revision, ...]:
    """Every edit known at the vantage that bears on the record: of an edit, those further along its own chain."""
    connection, vantage = reading.connection, reading.vantage
    rows = connection.execute(
        "SELECT e.position, e.target, e.kind, e.changes, e.root FROM edits e WHERE e.position <= :k AND e.root ="
        " coalesce((SELECT root FROM edits WHERE position = :p), :p) ORDER BY e.position",
        {"k": vantage.position, "p": record.position},
    ).fetchall()
    edits = {
        position: Edit(position, target, kind, msgspec.json.decode(changes) if changes else None)
        for position, target, kind, changes, _ in rows
    }
    standing = in_force(edits.values())
    bearing = {record.position}
    for position, edit in edits.items():
        if edit.target in bearing:
            bearing.add(position)
    revisions = [
        _revision(record_of(f"@{position}"), edit.kind, position in standing)
        for position, edit in edits.items()
        if position in bearing and position != record.position
    ]
    erasures = connection.execute(
        "SELECT id >> 1 FROM versions WHERE type = ? AND root = ? AND id >> 1 <= ?",
        (TOPIC_NUMBER["record.erased"], record.position, vantage.position),
    ).fetchall()
    for (position,) in erasures:
        found = record_of(f"@{position}")
        match found.report:
            case Report(data=Erased(target=record.id)):
                revisions.append(_revision(found, "erasure", True))
    return tuple(sorted(revisions, key=lambda revision: revision.position))


def _revision(record: Recorded, edit: Literal["correction", "retraction", "erasure"], in_force_now: bool) -> Revision:
    report = record.report
    assert report is not None  # an erased edit has no row among the edits
    data: Corrected | Retracted | Erased = report.data
    match data:
        case Corrected():
            says: str = data.kind
        case Retracted():
            says = data.by
        case Erased():
            says = data.authority
    return Revision(
        position=record.position,
        record=record.id,
        edit=edit,
        target=data.target,
        says=says,
        reason=data.reason,
        claimant=report.claimant,
        changes=data.changes if isinstance(data, Corrected) else None,
        reported_at=report.reported_at,
        known_at=iso(micros(record.known_at or record.timestamp)),
        recorded_at=iso(micros(record.timestamp)),
        in_force=in_force_now,
    )
