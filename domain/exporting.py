"""Export: the log as lines that import again to the same content. Restricted records stay in unless asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec

from domain.calendar import Calendar, Micros, iso
from domain.catalogue import record_type
from domain.editing import Corrected, Erased
from domain.lines import to_line, tombstone_line
from domain.log.lookup import Lookup
from domain.log.recorder import LogRecorder
from domain.log.stored import ClosedMapper, StoredRecord
from domain.report import Recorded


@dataclass
class ExportReport:
    """How many records were written, and how many were left out: restricted ones, and those that refer to them.

    `unreadable` are left out too, by position, and why they cannot be read; so is what refers to them.
    """

    written: int = 0
    left_out_restricted: int = 0
    left_out_dependent: int = 0
    unreadable: dict[int, str] = field(default_factory=dict)


def export(log: LogRecorder, mapper: ClosedMapper, write: Callable[[bytes], Any], *, restricted: bool) -> ExportReport:
    """Write one line a record, in position order, up to the head at the start. Raises LogDamaged."""
    report = ExportReport()
    upto = log.head().position
    left_out = set() if restricted else restricted_ids(log, mapper, upto)
    for stored in log.checked(upto=upto):
        record = mapper.to_domain_event(stored)
        if record.unreadable:
            report.unreadable[stored.id] = record.unreadable
            left_out.add(record.id)
        elif record.id in left_out:
            report.left_out_restricted += 1
        elif tells_of(record, left_out):
            left_out.add(record.id)
            report.left_out_dependent += 1
        else:
            write(msgspec.json.encode(_line(log, mapper, stored, record)) + b"\n")
            report.written += 1
            if record.report is None and not restricted:
                left_out.add(record.id)  # how it was to be handled went with its body: so goes what tells of it
    return report


def tells_of(record: Recorded, left_out: set[str]) -> bool:
    """Whether a record refers to one that is left out; an erasure, which was made to be shown, only of a shown one."""
    return record.type != Erased.TOPIC and any(name in left_out for name in _named(record))


def restricted_ids(log: LogRecorder, mapper: ClosedMapper, upto: int) -> set[str]:
    """The ids of records whose handling, as it stands now, is restricted."""
    found, corrected = set(), set()
    unknown = set()
    for stored in log.checked(upto=upto):
        record = mapper.to_domain_event(stored)
        if record.report is None:
            if record.unreadable and stored.target is not None:
                unknown.add(stored.target)  # an edit that may restrict it
            continue
        if record.report.handling == "restricted":
            found.add(record.id)
            if isinstance(record.report.data, Erased):
                found.add(record.report.data.target)
        if isinstance(record.report.data, Corrected) and "handling" in record.report.data.changes:
            corrected.add(record.report.data.target)
    with log.reading() as lookup:
        for record_id in corrected:
            target = lookup.by_id(record_id)
            report = None if target is None else mapper.to_domain_event(target).report
            handling = "public" if report is None else report.handling
            for edit in lookup.edits(record_id):
                facts = mapper.to_domain_event(edit).report
                if facts is not None and isinstance(facts.data, Corrected) and lookup.stands(edit.record_id):
                    handling = facts.data.changes.get("handling", handling)
            (found.add if handling == "restricted" else found.discard)(record_id)
    return found | unknown


def _named(record: Recorded) -> Iterator[str]:
    """The ids of the records that a record refers to."""
    if record.report is None:
        return
    if record.report.caused_by is not None:
        yield record.report.caused_by
    for name in record_type(record.type).facts.REFERS:
        held = getattr(record.report.data, name)
        yield from held if isinstance(held, tuple) else (held,)


def _line(log: LogRecorder, mapper: ClosedMapper, stored: StoredRecord, record: Recorded) -> dict[str, Any]:
    with log.reading() as lookup:
        if record.report is None:
            known_at = min(stored.known_at, _erasure_said(lookup, mapper, record.id, Calendar(log.info.timezone)))
            return tombstone_line(record, stored.schema, iso(known_at))

        def key_of(record_id: str) -> str:
            named = lookup.by_id(record_id)
            return record_id if named is None else named.key

        return to_line(record, key_of)


def _erasure_said(lookup: Lookup, mapper: ClosedMapper, record_id: str, calendar: Calendar) -> Micros:
    """When the erasure of a record was reported: by report date, its line must not come before the erased one."""
    erasures = (mapper.to_domain_event(edit).report for edit in lookup.edits(record_id) if edit.topic == Erased.TOPIC)
    return min(calendar.end(report.reported_at) for report in erasures if report is not None)
