"""Point look-ups in the log: what a decision needs to know, at a cost that does not grow with a stream."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar

from domain.errors import LogDamaged
from domain.log.stored import StoredRecord, cannot_be_read, check_link, stored

MAX_DIGITS = 18  # what a 64-bit integer holds for certain: no position or version comes near it
EDITS = ("record.corrected", "record.retracted", "record.erased")


def number(text: str) -> int:
    """A position or version as typed; 0, which no record has, for what is no number in 0 to 9 or beyond any log's."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= MAX_DIGITS else 0


class Lookup(ABC):
    """Questions to the log inside one transaction. Each record is held against the chain first.

    What the engines ask alike is here: `?` stands for a parameter, `columns` and `records` name the table's.
    """

    columns: ClassVar[str]
    records: ClassVar[str]

    def __init__(self, genesis: bytes) -> None:
        self._genesis = genesis

    @abstractmethod
    def rows(self, statement: str, parameters: tuple[Any, ...] = ()) -> list[Any]:
        """All rows of a query."""

    @abstractmethod
    def on_record(self, keys: Sequence[str]) -> set[str]:
        """Which of these keys are on record."""

    @abstractmethod
    def newest_versions(self, streams: Sequence[str]) -> dict[str, int]:
        """The version of each stream's newest record, 0 for one without any."""

    def select(self, rest: str, parameters: tuple[Any, ...] = ()) -> list[StoredRecord]:
        """The records of a query, as they lie there; `rest` is what comes behind the table's name."""
        return [stored(row) for row in self.rows(f"SELECT {self.columns} FROM {self.records} {rest}", parameters)]  # noqa: S608

    def _one(self, where: str, *parameters: Any) -> StoredRecord | None:
        found = self.select(f"WHERE {where}", parameters)
        return self._checked(found[0]) if found else None

    def _checked(self, record: StoredRecord) -> StoredRecord:
        """A record that is what was written. Raises LogDamaged for one that is not."""
        previous = self._genesis if record.id == 1 else self.hash_at(record.id - 1)
        if previous is None:
            raise LogDamaged("the record before it is missing", position=record.id)
        check_link(previous, record)
        return record

    def at(self, position: int) -> StoredRecord | None:
        """The record at a position."""
        return self._one("position = ?", position)

    def hash_at(self, position: int) -> bytes | None:
        """The chain's hash at a position, whatever else can be read of the record."""
        found = self.rows(f"SELECT hash FROM {self.records} WHERE position = ?", (position,))  # noqa: S608
        return found[0][0] if found else None

    def by_key(self, key: str) -> StoredRecord | None:
        """The record of an idempotency key."""
        return self._one("key = ?", key)

    def by_id(self, record_id: str) -> StoredRecord | None:
        """The record of an id, `stream/version`."""
        stream, _, version = record_id.rpartition("/")
        return self._one("stream = ? AND version = ?", stream, number(version))

    def newest(self) -> StoredRecord | None:
        """The record at the head."""
        return self._one(f"position = (SELECT max(position) FROM {self.records})")  # noqa: S608

    def takes_history(self) -> bool:
        """Whether what is on record is history alone, or nothing: then the next live record closes it to backfill."""
        found = self.rows(f"SELECT known_at < recorded_at FROM {self.records} ORDER BY position DESC LIMIT 1")  # noqa: S608
        return bool(found[0][0]) if found else True

    def newest_version(self, stream: str) -> int:
        """The version of a stream's newest record, 0 for a stream without any."""
        found = self.rows(f"SELECT coalesce(max(version), 0) FROM {self.records} WHERE stream = ?", (stream,))  # noqa: S608
        return int(found[0][0])

    def edits(self, record_id: str) -> list[StoredRecord]:
        """The corrections, retractions and erasures that name a record, in position order."""
        found = self.select("WHERE target = ? ORDER BY position", (record_id,))
        return [self._checked(record) for record in found]

    def stands(self, record_id: str, *, without: str | None = None) -> bool:
        """Whether no standing retraction withdraws a record (a retraction may itself be retracted).

        `without` names an edit that is taken not to stand.
        """
        stands = {} if without is None else {without: False}
        # not by recursion: nothing bounds how often a retraction was itself retracted
        ahead = [record_id] if record_id not in stands else []
        while ahead:
            retractions = [
                edit.record_id
                for edit in self.edits(ahead[-1])
                if edit.topic == "record.retracted" and not cannot_be_read(edit)
            ]
            undecided = [retraction for retraction in retractions if retraction not in stands]
            if undecided:
                ahead.extend(undecided)
            else:
                stands[ahead.pop()] = not any(stands[retraction] for retraction in retractions)
        return stands[record_id]

    def links(self, stream: str) -> list[StoredRecord]:
        """The `strike.linked` records of one strike, standing or not."""
        found = self.select("WHERE stream = ? AND type = 'strike.linked' ORDER BY version", (stream,))
        return [self._checked(record) for record in found]
