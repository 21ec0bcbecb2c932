"""The file format: one JSON object a line, records naming one another by key."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, Any

import msgspec

from domain.calendar import canonical
from domain.catalogue import CATALOGUE, record_type
from domain.errors import Refused
from domain.report import Recorded, Report
from domain.values import MAX_COUNT, MAX_DEPTH, Key, Moment, StreamName

MAX_LINE_BYTES = 1024 * 1024
_ENVELOPE = ("type", "stream", "key")
_MOMENTS = frozenset(("occurred", "reported_at", "start", "end", "from", "until", "due"))


@dataclass(frozen=True)
class Draft:
    """A record to be: its body as a line has it (`occurred` … `data`), references as ids or {"key": …}."""

    type: str
    stream: str
    body: dict[str, Any]
    key: str | None = None


@dataclass(frozen=True)
class Tombstone:
    """A line of an erased record: what the chain needs of it, and nothing that it said."""

    type: str
    stream: str
    key: str
    schema: int
    digest: bytes
    known_at: str


def _fault(raw: bytes, error: Exception) -> str:
    """What is wrong with a line; what each Python and msgspec says in words of its own, in ours."""
    if isinstance(error, RecursionError):
        return "nested too deeply"
    try:
        raw.decode()
    except UnicodeDecodeError as found:
        return f"not UTF-8 (byte {found.start})"
    return str(error)


def parse_line(raw: bytes, *, where: str) -> Draft | Tombstone:
    """One line of a file. Raises Refused, naming `where`, for anything that is not a record's line."""
    if len(raw) > MAX_LINE_BYTES:
        raise Refused(f"a line of more than {MAX_LINE_BYTES:,} bytes", where=where, remedy="keep lines shorter")
    try:
        line = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refused(f"not JSON: {_fault(raw, error)}", where=where, remedy="one UTF-8 JSON object a line") from None
    if not isinstance(line, dict):
        raise Refused("not a JSON object", where=where, remedy='one object a line, like {"type": …}')
    try:
        if _repeats_a_name(raw, line):
            raise Refused("a name stands twice in one object", remedy="keep one of them")
        return _tombstone(line) if "erased" in line else _draft(line)
    except Refused as error:
        error.where = ": ".join(part for part in (where, error.where) if part)
        raise


_NAME = re.compile(rb'"\s*:')


def _repeats_a_name(raw: bytes, line: dict[str, Any]) -> bool:
    """Whether some object of the line has a name twice: msgspec would silently keep the last.

    Every name is followed by a colon, so a line with no more of those than it has names repeats none. A text may
    hold more of them; then the standard parser, which shows pairs, has the word.
    """
    if len(_NAME.findall(raw)) == _names(line):
        return False

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len({name for name, _ in pairs}) != len(pairs):
            raise ValueError
        return dict(pairs)

    try:
        json.loads(raw, object_pairs_hook=unique)
    except ValueError:
        return True
    return False


def _names(value: Any, depth: int = 0) -> int:
    """How many names the objects of a value have in all."""
    if depth > MAX_DEPTH:
        raise Refused(f"nested more than {MAX_DEPTH} deep", remedy="no type needs that")
    inside = value.values() if isinstance(value, dict) else value
    here = len(value) if isinstance(value, dict) else 0
    return here + sum(_names(inner, depth + 1) for inner in inside if isinstance(inner, (dict, list)))


def _draft(line: dict[str, Any]) -> Draft:
    topic, stream = line.get("type"), line.get("stream")
    if not isinstance(topic, str):
        raise Refused("no type", where="type", remedy="`ceasefire schema` lists the types")
    if not isinstance(stream, str):
        raise Refused("no stream", where="stream", remedy="name the stream that the record belongs to")
    key = line.get("key")
    if key is not None and not isinstance(key, str):
        raise Refused("not text", where="key", remedy="give a text that is unique in the log, or none")
    record_type(topic)
    body = {name: value for name, value in line.items() if name not in _ENVELOPE}
    return Draft(topic, stream, body, key or _content_key(topic, stream, body))


def _content_key(topic: str, stream: str, body: dict[str, Any]) -> str:
    """A line that came without a key gets one from what it says, so that the same file twice is the same log."""
    said = msgspec.json.encode([topic, stream, body], order="deterministic")
    return f"line:{sha256(said).hexdigest()[:40]}"


class _Tombstone(msgspec.Struct, forbid_unknown_fields=True):
    type: str
    stream: StreamName
    key: Key
    erased: bool
    schema: Annotated[int, msgspec.Meta(ge=1, le=10_000)]
    digest: str
    known_at: str


def _tombstone(line: dict[str, Any]) -> Tombstone:
    try:
        stone = msgspec.convert(line, _Tombstone)
        digest = bytes.fromhex(stone.digest)
        if not stone.erased or len(digest) != 32:
            raise ValueError
    except (msgspec.ValidationError, ValueError) as error:
        raise Refused(
            f"not an erased record's line: {error}", remedy="take it as `ceasefire export` wrote it"
        ) from None
    record_type(stone.type)
    return Tombstone(
        stone.type, stone.stream, stone.key, stone.schema, digest, canonical(stone.known_at, where="known_at")
    )


def canonical_values(value: Any, where: str = "") -> Any:
    """A copy of a raw body in its stored form: every date and instant, and whole numbers without a fraction.

    Raises Refused for what is no date or instant where one should stand.
    """
    if isinstance(value, dict):
        return {
            name: canonical(inner, where=f"{where}{name}")
            if name in _MOMENTS and isinstance(inner, str)
            else canonical_values(inner, f"{where}{name}.")
            if isinstance(inner, (dict, list, float))
            else inner
            for name, inner in value.items()
        }
    if isinstance(value, list):
        return [canonical_values(inner, where) for inner in value]
    if isinstance(value, float) and value.is_integer() and abs(value) <= MAX_COUNT:
        return int(value)  # as jq and pandas write counts; a field that takes a fraction takes this too
    return value


def references(topic: str, body: dict[str, Any]) -> Iterator[tuple[str, Any, Callable[[str], None]]]:
    """Every place of a raw body that names another record: where, what stands there, and a setter for its id."""
    if body.get("caused_by") is not None:
        yield "caused_by", body["caused_by"], lambda record_id: body.__setitem__("caused_by", record_id)
    data = body.get("data")
    if not isinstance(data, dict):
        return
    for name in record_type(topic).facts.REFERS:
        held = data.get(name)
        if isinstance(held, list):
            for index, item in enumerate(held):
                yield f"data.{name}[{index}]", item, _setter(held, index)
        elif held is not None:
            yield f"data.{name}", held, _setter(data, name)


def _setter(holder: Any, place: Any) -> Callable[[str], None]:
    def put(record_id: str) -> None:
        holder[place] = record_id

    return put


def to_line(recorded: Recorded, key_of: Callable[[str], str]) -> dict[str, Any]:
    """A record as a line; `key_of` gives the key of a record id, so that a file stands on its own."""
    if recorded.report is None:
        raise ValueError(f"{recorded.id} has no body")
    return {
        "type": recorded.type,
        "stream": recorded.stream,
        **_body(recorded.type, recorded.report, key_of, recorded.key),
    }


def _body(topic: str, report: Report[Any], key_of: Callable[[str], str], key: str) -> dict[str, Any]:
    body: dict[str, Any] = msgspec.to_builtins(report)
    for name in record_type(topic).facts.REFERS:
        held = body["data"][name]
        listed = isinstance(held, (list, tuple))
        body["data"][name] = [{"key": key_of(item)} for item in held] if listed else {"key": key_of(held)}
    if "caused_by" in body:
        body["caused_by"] = {"key": key_of(body["caused_by"])}
    data = body.pop("data")
    return {**body, "key": key, "data": data}


def tombstone_line(recorded: Recorded, schema: int, known_at: str) -> dict[str, Any]:
    """The line of a record whose body was erased."""
    return {
        "type": recorded.type,
        "stream": recorded.stream,
        "key": recorded.key,
        "erased": True,
        "schema": schema,
        "digest": recorded.digest.hex(),
        "known_at": known_at,
    }


def json_schema(topic: str | None = None) -> dict[str, Any]:
    """JSON Schema (2020-12) of the line format: of one type, or of every type."""
    if topic is not None:
        return _line_schema(topic)
    definitions: dict[str, Any] = {}
    lines = []
    for name in CATALOGUE:
        line = _line_schema(name)
        definitions |= line.pop("$defs", {})
        line.pop("$schema")
        lines.append(line)
    lines.append(_ERASED_LINE)
    return {"$schema": _DIALECT, "title": "One line of a Ceasefire Monitor file", "oneOf": lines, "$defs": definitions}


_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_REFERENCE = {
    "description": "another record: its key, or in this log its id",
    "anyOf": [
        {
            "type": "object",
            "properties": {"key": {"type": "string"}},
            "required": ["key"],
            "additionalProperties": False,
        },
        {"type": "string"},
    ],
}


_ERASED_LINE = {
    "title": "an erased record",
    "description": "what the chain needs of a record whose body was erased",
    "type": "object",
    "properties": {
        "type": {"enum": sorted(CATALOGUE)},
        "stream": {"type": "string"},
        "key": {"type": "string"},
        "erased": {"const": True},
        "schema": {"type": "integer", "minimum": 1},
        "digest": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
        "known_at": {"type": "string"},
    },
    "required": ["type", "stream", "key", "erased", "schema", "digest", "known_at"],
    "additionalProperties": False,
}
_STORED_MOMENT = msgspec.json.schema(Moment)
_LINE_MOMENT = {
    "description": "an instant with its UTC offset, or a local day in the log's timezone",
    "type": "string",
    "pattern": r"^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:?\d{2}))?$",
}


def _as_in_files(schema: Any) -> Any:
    """A schema of what is stored as one of what a file may say: any UTC offset, where the log stores UTC."""
    if schema == _STORED_MOMENT:
        return _LINE_MOMENT
    if isinstance(schema, dict):
        return {name: _as_in_files(inner) for name, inner in schema.items()}
    return [_as_in_files(inner) for inner in schema] if isinstance(schema, list) else schema


def _line_schema(topic: str) -> dict[str, Any]:
    kind = record_type(topic)
    (reference,), definitions = msgspec.json.schema_components(
        [Report[kind.facts]],  # type: ignore[name-defined]
        ref_template="#/$defs/{name}",
    )
    definitions = _as_in_files(definitions)
    report = definitions.pop(reference["$ref"].rsplit("/", 1)[1])
    facts_name = report["properties"]["data"]["$ref"].rsplit("/", 1)[1]
    facts = definitions.pop(facts_name)
    for name in kind.facts.REFERS:
        listed = facts["properties"][name].get("type") == "array"
        facts["properties"][name] = {"type": "array", "items": _REFERENCE} if listed else _REFERENCE
    properties = dict(report["properties"])
    properties["caused_by"] = _REFERENCE
    return {
        "$schema": _DIALECT,
        "title": topic,
        "description": facts.get("description", ""),
        "type": "object",
        "properties": {
            "type": {"const": topic},
            "stream": {"type": "string", "description": "the stream that the record belongs to"},
            "key": {"type": "string", "description": "unique in the log; made from what the line says when absent"},
            **properties,
            "data": facts,
        },
        "required": ["type", "stream", *report["required"]],
        "additionalProperties": False,
        "$defs": definitions,
    }
