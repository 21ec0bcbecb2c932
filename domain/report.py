"""One attributed, dated report, and the record that the log makes of it."""

# no postponed annotations: see domain/values.py

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar

from eventsourcing.domain import BaseAggregate, CanMutateAggregate, MetaDomainEvent

from domain.values import ClaimantBasis, Handling, Moment, Occurred, Original, RecordId, Slug, Source, Text, Value


class Facts(Value, frozen=True, kw_only=True):
    """What one type of record says beyond who, when and from where.

    `TOPIC` is the type as stored and typed; `STREAM` the kind of stream it belongs to ("" is any); `SCHEMA` its
    schema number; `REFERS` its fields that hold record ids.
    """

    TOPIC: ClassVar[str]
    STREAM: ClassVar[str]
    SCHEMA: ClassVar[int] = 1
    REFERS: ClassVar[tuple[str, ...]] = ()


F = TypeVar("F", bound=Facts)


class Report(Value, Generic[F], frozen=True, kw_only=True):
    """A claim as somebody made it. This is the stored body, and with `type`, `stream` and `key` a line of a file.

    `reported_at` is when the claimant or the outlet said it; `relays` names another claimant whose count it repeats.
    """

    occurred: Occurred
    reported_at: Moment
    claimant: Slug
    claimant_basis: ClaimantBasis
    relays: Slug | None = None
    via: tuple[Text, ...]
    sources: tuple[Source, ...]
    handling: Handling
    caused_by: RecordId | None = None
    original: Original | None = None
    data: F


def passed_by(position: int, why: str) -> str:
    """The warning about a record that the chain holds and nobody here can read."""
    return f"record #{position} cannot be read: {why}; it is passed by"


class Stream(BaseAggregate[str]):
    """The records of one stream in the order they were recorded: the library's aggregate, without behaviour.

    Commands decide on point look-ups in the log and never replay a stream, so this is for reading one.
    """

    records: "list[Recorded]"


@dataclass(frozen=True)
class Recorded(CanMutateAggregate[str], metaclass=MetaDomainEvent):
    """A record: a report with the stamps of the log. The library's domain event.

    `originator_id` is the stream, `originator_version` the version, `timestamp` when the log took it in (UTC).
    `position` and `known_at` are set by the log under its write lock; before that they are 0 and `timestamp`.
    `report` is None once the body has been erased, and where it cannot be read: then `unreadable` says why.
    """

    originator_id: str
    originator_version: int
    timestamp: datetime
    type: str
    key: str
    recorded_by: str
    report: Report[Any] | None
    position: int = 0
    known_at: datetime | None = None
    digest: bytes = b""
    hash: bytes = b""
    unreadable: str = ""

    @property
    def id(self) -> str:
        """`stream/version`, how records name one another inside the log."""
        return f"{self.originator_id}/{self.originator_version}"

    @property
    def stream(self) -> str:
        """The stream's name."""
        return self.originator_id

    @property
    def version(self) -> int:
        """Place in the stream, from 1."""
        return self.originator_version

    def mutate(self, aggregate: Any) -> Any:
        """Any type may open a stream, so the shell is made here rather than by one opening event."""
        if aggregate is None:
            aggregate = Stream.__new__(Stream)
            aggregate.__base_init__(originator_id=self.originator_id, originator_version=0, timestamp=self.timestamp)
            aggregate.records = []
        return super().mutate(aggregate)

    def apply(self, aggregate: Stream) -> None:
        """Add this record to its stream."""
        aggregate.records.append(self)
