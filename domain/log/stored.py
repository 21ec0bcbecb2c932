"""A record as it is stored, and the closed mapper between that and the domain's record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import JSONTranscoder, Mapper, Notification, StoredEvent

from domain import catalogue
from domain.calendar import from_micros
from domain.editing import Corrected, Erased, Retracted
from domain.errors import LogDamaged, Refused
from domain.log import chain
from domain.report import Recorded, Report
from domain.values import start_of


@dataclass(frozen=True)
class StoredRecord(Notification):
    """One row of the log. `id` is the position, `state` the body (empty when erased), times in microseconds.

    Before it is inserted `id`, `recorded_at`, `known_at` and `hash` are not set yet. `occurred` (the start of the
    body's) and `target` (of an edit) are taken from the body, so that both can be looked for.
    """

    schema: int
    key: str
    recorded_by: str
    recorded_at: int = 0
    known_at: int = 0
    salt: bytes | None = None
    digest: bytes | None = None
    hash: bytes = b""
    occurred: str | None = None
    target: str | None = None

    @property
    def record_id(self) -> str:
        """`stream/version`."""
        return f"{self.originator_id}/{self.originator_version}"


COLUMNS = (
    *("position", "stream", "version", "type", "schema", "key", "recorded_at", "known_at", "recorded_by"),
    *("occurred", "target", "body", "salt", "digest", "hash"),
)
"""The columns of a record in every engine, as rows are written and read."""


_FIELDS = (
    *("id", "originator_id", "originator_version", "topic", "schema", "key", "recorded_at", "known_at", "recorded_by"),
    *("occurred", "target", "state", "salt", "digest", "hash"),
)
"""The fields of a StoredRecord that those columns fill."""


def stored(row: Sequence[Any]) -> StoredRecord:
    """A row of `COLUMNS` as a record; the body may be text or its bytes.

    All fields are set at once: a frozen class sets one by one, which takes three times as long, for every record of a
    walk along the log.
    """
    record = StoredRecord.__new__(StoredRecord)
    fields = vars(record)
    fields.update(zip(_FIELDS, row, strict=True))
    body = fields["state"]
    fields["state"] = body.encode() if isinstance(body, str) else body or b""
    return record


def as_row(record: StoredRecord) -> tuple[object, ...]:
    """A record as a row of `COLUMNS`; the body as text, and none of it where it was erased."""
    return (
        record.id,
        record.originator_id,
        record.originator_version,
        record.topic,
        record.schema,
        record.key,
        record.recorded_at,
        record.known_at,
        record.recorded_by,
        record.occurred,
        record.target,
        None if record.salt is None else record.state.decode(),
        record.salt,
        record.digest,
        record.hash,
    )


class ClosedMapper(Mapper[str]):
    """Types come from the catalogue alone. The library's own mapper imports whatever class a row names."""

    def __init__(self) -> None:
        super().__init__(transcoder=JSONTranscoder())

    def to_stored_event(self, domain_event: DomainEventProtocol[str]) -> StoredRecord:
        """A record, not yet stamped, as a row."""
        if not isinstance(domain_event, Recorded) or domain_event.report is None:
            raise TypeError("only records with a report can be stored")
        kind = catalogue.record_type(domain_event.type)
        occurred, target = taken_from(domain_event.report)
        return StoredRecord(
            originator_id=domain_event.stream,
            originator_version=domain_event.version,
            topic=domain_event.type,
            state=catalogue.encode(domain_event.report),
            id=0,
            schema=kind.schema,
            key=domain_event.key,
            recorded_by=domain_event.recorded_by,
            occurred=occurred,
            target=target,
        )

    def to_domain_event(self, stored_event: StoredEvent) -> Recorded:
        """A row as a record. One whose body this program cannot read has no report, and says why."""
        if not isinstance(stored_event, StoredRecord):
            raise TypeError("rows are read by the log's own recorder")
        row = stored_event
        report, unreadable = _read(row)
        record = Recorded.__new__(Recorded)  # all fields at once: see `stored`
        vars(record).update(
            originator_id=str(row.originator_id),
            originator_version=row.originator_version,
            timestamp=from_micros(row.recorded_at),
            type=row.topic,
            key=row.key,
            recorded_by=row.recorded_by,
            report=report,
            position=row.id,
            known_at=from_micros(row.known_at),
            digest=row.digest or b"",
            hash=row.hash,
            unreadable=unreadable,
        )
        return record


def taken_from(report: Report[Any]) -> tuple[str, str | None]:
    """The columns that are taken from a body: the start of `occurred`, and an edit's target."""
    facts = report.data
    return (
        start_of(report.occurred),
        facts.target if isinstance(facts, Corrected | Retracted | Erased) else None,
    )


def cannot_be_read(row: StoredRecord) -> str:
    """Why a record's body cannot be read; no words where it can, or was erased."""
    return _read(row)[1]


def _read(row: StoredRecord) -> tuple[Report[Any] | None, str]:
    """A row's report, None where its body was erased; or why it cannot be read, in words that quote none of it."""
    if row.salt is None:
        return None, ""
    try:
        return catalogue.record_type(row.topic).decode(row.state, row.schema), ""
    except (Refused, msgspec.MsgspecError, ValueError, KeyError, TypeError, RecursionError) as error:
        return None, _why(row, error)


def _why(row: StoredRecord, error: Exception) -> str:
    if isinstance(error, Refused):
        return error.what
    if isinstance(error, catalogue.UnknownSchema):
        return str(error)
    if isinstance(error, msgspec.ValidationError):
        _, _, path = str(error).partition(" - at `$")
        field = path.rstrip("`").lstrip(".")
        return f"its body is not one of {row.topic}" + (f" ({field})" if field else "")
    if isinstance(error, (msgspec.DecodeError, UnicodeDecodeError, RecursionError)):
        return "its body is not JSON"
    return f"its body is not one of {row.topic} of schema {row.schema}"


def leaf_of(record: StoredRecord) -> bytes | None:
    """The leaf of a record as it lies in the file; None for one that cannot have any: a flipped bit makes of a salt a
    text, or of a digest nothing, whatever its column's type.
    """
    try:
        body_digest = record.digest if record.salt is None else chain.digest(record.salt, record.state)
        return body_digest and chain.leaf(
            record.id,
            str(record.originator_id),
            record.originator_version,
            record.topic,
            record.schema,
            record.key,
            record.recorded_at,
            record.known_at,
            record.recorded_by,
            body_digest,
        )
    except TypeError:
        return None


def check_link(previous: bytes, record: StoredRecord) -> bytes:
    """The hash of a record, if it is the one that the chain demands there. Raises LogDamaged."""
    if record.salt is None and record.digest is None:
        raise LogDamaged("the body is missing, and no erasure says why", position=record.id)
    leaf = leaf_of(record)
    if leaf is None or type(previous) is not bytes or chain.link(previous, leaf) != record.hash:
        raise LogDamaged("the record is not what was written", position=record.id)
    return record.hash
