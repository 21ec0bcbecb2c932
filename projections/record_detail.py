"""One record in full: its stamps, what it said, the edits that bear on it, and what belongs together with it."""

from __future__ import annotations

import sqlite3
from typing import Any

import msgspec

from domain.calendar import iso, micros
from domain.catalogue import encode
from domain.report import Recorded
from projections.feed import lines_where
from projections.log_reading import ReadableLog
from projections.situation import RecordDetail, RecordLine, Revision
from projections.standing import Edit, in_force
from projections.vantage import ResolvedVantage

RELATED_LISTED = 100


def record_detail(
    connection: sqlite3.Connection, log: ReadableLog, record: Recorded, line: RecordLine, vantage: ResolvedVantage
) -> RecordDetail:
    """A record known at the vantage, in full."""
    body = connection.execute(
        "SELECT body FROM versions WHERE position = ? AND k_from <= ? AND k_to > ?",
        (record.position, vantage.position, vantage.position),
    ).fetchone()[0]
    effective: dict[str, Any] | None = msgspec.json.decode(body) if body is not None else None
    cause = (effective or {}).get("caused_by")
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
        revisions=_revisions(connection, log, record, vantage),
        caused_by=next(
            iter(lines_where(connection, "r.record = :cause", {"cause": cause}, position=vantage.position)), None
        )
        if cause
        else None,
        led_to=tuple(
            lines_where(connection, "v.caused_by = :id", {"id": record.id}, position=vantage.position)[:RELATED_LISTED]
        ),
    )


def _revisions(
    connection: sqlite3.Connection, log: ReadableLog, record: Recorded, vantage: ResolvedVantage
) -> tuple[Revision, ...]:
    """Every edit known at the vantage that bears on the record: of an edit, those further along its own chain."""
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
        _revision(log.record(f"@{position}"), edit.kind, position in standing)
        for position, edit in edits.items()
        if position in bearing and position != record.position
    ]
    erasures = connection.execute(
        "SELECT v.position FROM versions v WHERE v.type = 'record.erased' AND v.root = ? AND v.position <= ?",
        (record.position, vantage.position),
    ).fetchall()
    for (position,) in erasures:
        found = log.record(f"@{position}")
        if found.report is not None and found.report.data.target == record.id:
            revisions.append(_revision(found, "erasure", True))
    return tuple(sorted(revisions, key=lambda revision: revision.position))


def _revision(record: Recorded, edit: Any, in_force_now: bool) -> Revision:
    report = record.report
    assert report is not None  # an erased edit has no row among the edits
    data = report.data
    return Revision(
        position=record.position,
        record=record.id,
        edit=edit,
        target=data.target,
        says=getattr(data, "kind", None) or getattr(data, "by", None) or data.authority,
        reason=data.reason,
        claimant=report.claimant,
        changes=getattr(data, "changes", None),
        reported_at=report.reported_at,
        known_at=iso(micros(record.known_at or record.timestamp)),
        recorded_at=iso(micros(record.timestamp)),
        in_force=in_force_now,
    )
