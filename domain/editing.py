"""Records about records, on any stream: corrected, retracted, erased. Nothing is overwritten."""

# no postponed annotations: see domain/values.py

from typing import Any, Literal

from domain.report import Facts
from domain.values import RecordId, Text


class Corrected(Facts, frozen=True, kw_only=True):
    """Mends an error in a record. `changes` names fields of the report or of its `data`; null takes a field away."""

    TOPIC = "record.corrected"
    STREAM = ""
    REFERS = ("target",)
    target: RecordId
    changes: dict[str, Any]
    kind: Literal["transcription", "source_error", "reclassified", "translation", "misattributed"]
    reason: Text


class Retracted(Facts, frozen=True, kw_only=True):
    """Withdraws a record. Retracting a retraction reinstates, and is the only undo."""

    TOPIC = "record.retracted"
    STREAM = ""
    REFERS = ("target",)
    target: RecordId
    by: Literal["source", "editor"]
    reason: Text


class Erased(Facts, frozen=True, kw_only=True):
    """A body was destroyed for good; the chain still holds over its digest."""

    TOPIC = "record.erased"
    STREAM = ""
    REFERS = ("target",)
    target: RecordId
    reason: Text
    authority: Text


FACTS: tuple[type[Facts], ...] = (Corrected, Retracted, Erased)
