"""The closed list of record types: the only road between a stored body and a typed report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import msgspec

from domain import ceasefire, crossing, editing, series, source, strike
from domain.errors import Refused
from domain.report import Facts, Report

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]

_encoder = msgspec.json.Encoder()


class UnknownSchema(ValueError):
    """A stored body is of a schema that this program has no way to read."""


@dataclass(frozen=True)
class RecordType:
    """One type of record. `upcasters[n]` turns a stored body of schema n into one of schema n + 1."""

    facts: type[Facts]
    upcasters: dict[int, Upcaster] = field(default_factory=dict)

    @property
    def topic(self) -> str:
        """The type's name, as stored and typed."""
        return self.facts.TOPIC

    @property
    def schema(self) -> int:
        """The newest schema number, the one that is written."""
        return self.facts.SCHEMA

    @property
    def decoder(self) -> msgspec.json.Decoder[Report[Any]]:
        """Decodes a body of the newest schema."""
        return _decoder(self.facts)

    def decode(self, body: bytes | str, schema: int) -> Report[Any]:
        """A stored body of any known schema, typed. Raises msgspec.MsgspecError or ValueError for anything else."""
        if schema == self.schema:
            return _decoder(self.facts).decode(body)
        if not 1 <= schema < self.schema:
            raise UnknownSchema(f"{self.topic} of schema {schema} is newer than this program knows ({self.schema})")
        raw = msgspec.json.decode(body)
        for number in range(schema, self.schema):
            raw = self.upcasters[number](raw)
        return msgspec.convert(raw, Report[self.facts])  # type: ignore[name-defined]

    def convert(self, raw: dict[str, Any]) -> Report[Any]:
        """An unstored body (a file's line without type, stream and key), typed. Raises msgspec.ValidationError."""
        return msgspec.convert(raw, Report[self.facts])  # type: ignore[name-defined]


_decoders: dict[type[Facts], msgspec.json.Decoder[Report[Any]]] = {}


def _decoder(facts: type[Facts]) -> msgspec.json.Decoder[Report[Any]]:
    if facts not in _decoders:
        _decoders[facts] = msgspec.json.Decoder(Report[facts])  # type: ignore[valid-type]
    return _decoders[facts]


def encode(report: Report[Any]) -> bytes:
    """A report as its stored body: UTF-8 JSON, fields in the order of their definition, absent fields left out."""
    return _encoder.encode(report)


_UPCASTERS: dict[str, dict[int, Upcaster]] = {
    strike.CasualtiesClaimed.TOPIC: {1: strike.casualties_claimed_1_to_2},
}

CATALOGUE = MappingProxyType(
    {
        facts.TOPIC: RecordType(facts, _UPCASTERS.get(facts.TOPIC, {}))
        for module in (ceasefire, strike, crossing, series, source, editing)
        for facts in module.FACTS
    }
)
STREAM_KINDS = ("ceasefire", "strike", "crossing", "series", "statement", "place", "source")


def record_type(topic: str) -> RecordType:
    """The type of that name. Raises Refused, naming it, when there is none."""
    try:
        return CATALOGUE[topic]
    except KeyError:
        raise Refused(
            f"{topic!r} is not a record type", where="type", remedy="`ceasefire schema` lists the types"
        ) from None


def stream_kind(stream: str) -> str:
    """The kind of a stream: what stands before its first hyphen."""
    return stream.split("-", 1)[0]
