"""Making a bundle: a log up to one position, for somebody to check. Restricted bodies stay here unless asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from domain.errors import LogDamaged, NotOnRecord
from domain.exporting import restricted_ids, tells_of
from domain.log.bundle_lines import VERSION, ErasedLine, Line, Manifest, Shown, WithheldLine, signed_line
from domain.log.head import OutsideHead
from domain.log.recorder import LogRecorder
from domain.log.stored import ClosedMapper, StoredRecord, leaf_of

Progress = Callable[[str, int, int], None]
TELL_EVERY = 1000


@dataclass
class BundleReport:
    """What a bundle holds: its head, and how many records are shown, erased, and withheld as restricted.

    `unreadable` are those that cannot be read, by position, and why: how they are to be handled nobody knows.
    """

    head: OutsideHead
    shown: int = 0
    erased: int = 0
    restricted: int = 0
    unreadable: dict[int, str] = field(default_factory=dict)


def bundle(
    log: LogRecorder,
    mapper: ClosedMapper,
    write: Callable[[bytes], Any],
    *,
    position: int | None = None,
    as_of: str | None = None,
    known_at: str | None = None,
    restricted: bool = False,
    sign: Callable[[bytes], str] | None = None,
    progress: Progress | None = None,
) -> BundleReport:
    """Write every record up to `position` (the head) as lines. Raises LogDamaged, NotOnRecord.

    What is restricted now is withheld, whatever it was at that position, and so is what tells of it. `sign` makes the
    signature of a line, which names the head and both dates.
    """
    head = log.head()
    upto = head.position if position is None else position
    with log.reading() as lookup:
        last_hash = log.info.genesis if upto == 0 else lookup.hash_at(upto)
    if last_hash is None or upto > head.position:
        raise NotOnRecord(f"there is no record #{upto}", remedy=f"the newest is #{head.position}")
    hidden = set() if restricted else restricted_ids(log, mapper, head.position)
    report = BundleReport(OutsideHead(log.info.log_id, upto, last_hash))
    manifest = Manifest(
        ceasefire_bundle=VERSION,
        log_id=log.info.log_id,
        format=log.info.format,
        timezone=log.info.timezone,
        made_at=log.info.made_at,
        position=upto,
        hash=last_hash.hex(),
        as_of=as_of,
        known_at=known_at,
        signature=None if sign is None else sign(signed_line(report.head, as_of, known_at)),
    )
    write(msgspec.json.encode(manifest) + b"\n")
    written = log.info.genesis
    for stored in log.checked(upto=upto):
        line = _line(stored, mapper, hidden, report, restricted=restricted)
        write(msgspec.json.encode(line) + b"\n")
        written = stored.hash
        if progress and stored.id % TELL_EVERY == 0:
            progress("bundling", stored.id, upto)
    if written != last_hash:
        raise LogDamaged("the chain ends elsewhere", position=upto)
    return report


def _line(
    stored: StoredRecord, mapper: ClosedMapper, hidden: set[str], report: BundleReport, *, restricted: bool
) -> Line:
    record = mapper.to_domain_event(stored)
    if record.unreadable:
        report.unreadable[stored.id] = record.unreadable
    if not restricted and (record.unreadable or record.id in hidden or tells_of(record, hidden)):
        hidden.add(record.id)
        report.restricted += 1
        return WithheldLine(
            position=stored.id, leaf=(leaf_of(stored) or b"").hex(), withheld="restricted", hash=stored.hash.hex()
        )
    stamps: dict[str, Any] = {
        "position": stored.id,
        "stream": stored.originator_id,
        "version": stored.originator_version,
        "type": stored.topic,
        "schema": stored.schema,
        "key": stored.key,
        "recorded_at": stored.recorded_at,
        "known_at": stored.known_at,
        "recorded_by": stored.recorded_by,
        "hash": stored.hash.hex(),
    }
    if stored.salt is None:
        if not restricted:
            hidden.add(record.id)  # how it was to be handled went with its body: so goes what tells of it
        report.erased += 1
        return ErasedLine(**stamps, digest=(stored.digest or b"").hex(), withheld="erased")
    report.shown += 1
    return Shown(**stamps, body=stored.state.decode(), salt=stored.salt.hex())
