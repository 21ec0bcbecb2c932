"""Who is told what: restricted records marked for those who may see them, and withheld from everybody else.

Totals, ranges and statuses count them in any case. Whatever a face draws has come through here.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar, get_args, get_type_hints

import msgspec
from msgspec import Struct

from projections.index.schema import TOPIC_NUMBER, TOPICS
from projections.situation import (
    AnnouncementView,
    CeasefireView,
    ClaimedRange,
    CrossingView,
    Discrepancy,
    Marked,
    RecordDetail,
    SeriesHistory,
    SeriesView,
    SourceView,
    StatusView,
)

Value = TypeVar("Value")

_ANY = "SELECT EXISTS (SELECT 1 FROM withheld)"
_OF_RECORDS = """
SELECT j.value ->> 0 || '/' || (j.value ->> 1) FROM json_each(?) j CROSS JOIN lines l ON l.name = j.value ->> 0
CROSS JOIN versions v ON v.stream = l.id AND v.number = j.value ->> 1 AND v.position IS NULL
WHERE v.id >> 1 IN (SELECT position FROM withheld)"""
_HEADS = (
    "crossing.registered",
    "crossing.announcement_denied",
    "series.defined",
    "series.rebased",
    "ceasefire.entered_into_force",
    "source.registered",
    "source.rated",
)
"""What gives a thing on record its name and terms: a Situation tells them without naming the record."""
_OF_HEADS = f"""
SELECT DISTINCT v.type, l.name FROM withheld w CROSS JOIN versions v ON v.id = 2 * w.position AND v.position IS NULL
CROSS JOIN lines l ON l.id = v.stream WHERE v.type IN ({", ".join(str(TOPIC_NUMBER[topic]) for topic in _HEADS)})"""  # noqa: S608
_OF_STRIKES = f"""
WITH asked(name, line) AS MATERIALIZED (
  SELECT j.value, l.id FROM json_each(?1) j CROSS JOIN lines l ON l.name = j.value
  UNION SELECT j.value, t.other FROM json_each(?1) j CROSS JOIN lines l ON l.name = j.value
  CROSS JOIN ties t ON t.one = l.id)
SELECT DISTINCT a.name FROM asked a CROSS JOIN versions v ON v.stream = a.line AND v.position IS NULL
WHERE v.type = {TOPIC_NUMBER["strike.reported"]} AND v.id >> 1 IN (SELECT position FROM withheld)"""  # noqa: S608


class _Withheld(NamedTuple):
    """Restricted records by id, strikes with a restricted report by stream, restricted heads by type and stream."""

    records: frozenset[str]
    strikes: frozenset[str]
    heads: frozenset[tuple[str, str]]

    def about(self, one: Marked) -> bool:
        """Whether what is told here is in the words of a restricted record."""
        match one:
            case Discrepancy(records=records):
                return any(record in self.records or stream_of(record) in self.strikes for record in records)
            case SeriesView(stream=stream) | SeriesHistory(stream=stream):
                named = getattr(one, "record", None)
                return named in self.records or self.head(stream, "series.defined", "series.rebased")
            case CrossingView(stream=stream):
                return self.head(stream, "crossing.registered")
            case CeasefireView(stream=str(stream)):
                return self.head(stream, "ceasefire.entered_into_force") or one.status_record in self.records
            case SourceView(slug=slug):
                return self.head(f"source-{slug}", "source.registered", "source.rated")
            case _:
                return getattr(one, "record", None) in self.records

    def named_in(self, one: Marked) -> bool:
        """Whether a name or a claimant that is told with it is from a restricted record."""
        match one:
            case Discrepancy(records=records):
                return any(self.head(stream_of(record), *_HEADS) for record in records)
            case AnnouncementView(record=record):
                return self.head(stream_of(record), "crossing.announcement_denied")
            case _:
                return False

    def head(self, stream: str, *topics: str) -> bool:
        """Whether one of these is restricted on a stream."""
        return any((topic, stream) in self.heads for topic in topics)


def prepared(connection: sqlite3.Connection, value: Value, *, told: bool) -> Value | None:
    """The same with every part of it marked that a restricted record says; without `told` those are left out.

    None where nothing is left.
    """
    if not connection.execute(_ANY).fetchone()[0]:
        return value
    records: set[str] = set()
    strikes: set[str] = set()
    _collect(value, records, strikes)
    found = _Withheld(
        frozenset(row[0] for row in connection.execute(_OF_RECORDS, (_json(_taken_apart(records)),))),
        frozenset(row[0] for row in connection.execute(_OF_STRIKES, (_json(strikes),))),
        frozenset((TOPICS[topic], stream) for topic, stream in connection.execute(_OF_HEADS)),
    )
    return _prepared(value, found, told)  # type: ignore[no-any-return]


def stream_of(record: str) -> str:
    """The stream of a record, by its id."""
    return record.rpartition("/")[0]


def records_named(value: Any) -> set[str]:
    """Every record that is named in a value."""
    records: set[str] = set()
    _collect(value, records, set())
    return records


def _taken_apart(records: set[str]) -> list[tuple[str, int]]:
    """Streams and versions of records."""
    return [(stream_of(record), int(record.rpartition("/")[2])) for record in records]


def _json(asked: Iterable[object]) -> str:
    return msgspec.json.encode(sorted(asked)).decode()


def _collect(value: Any, records: set[str], strikes: set[str]) -> None:
    """Every record that is named in a value, and the strikes of those that do not agree."""
    if isinstance(value, Struct):
        if isinstance(value, Discrepancy):
            strikes.update(stream for record in value.records if (stream := stream_of(record)).startswith("strike-"))
        for name in value.__struct_fields__:
            inner = getattr(value, name)
            if name in ("record", "status_record") and isinstance(inner, str):
                records.add(inner)
            elif name == "records" and _are_ids(inner):
                records.update(inner)
            elif not isinstance(inner, (str, int)):
                _collect(inner, records, strikes)
    elif isinstance(value, (tuple, list)):
        for inner in value:
            _collect(inner, records, strikes)
    elif isinstance(value, dict):
        for inner in value.values():
            _collect(inner, records, strikes)


def _are_ids(records: Any) -> bool:
    """Whether a list of records names them, and does not hold them."""
    return all(isinstance(one, str) for one in records)


def _prepared(value: Any, found: _Withheld, told: bool) -> Any:
    """A part as it is told; None where it is not."""
    if isinstance(value, (tuple, list)):
        return type(value)(one for each in value if (one := _prepared(each, found, told)) is not None)
    if isinstance(value, dict):
        return {name: _prepared(inner, found, told) for name, inner in value.items()}
    if not isinstance(value, Struct):
        return value
    changed: dict[str, Any] = {}
    if isinstance(value, Marked) and (found.about(value) or (told and found.named_in(value))):
        if not told and not isinstance(value, (CrossingView, CeasefireView)):
            return None
        changed["restricted"] = True
    for name in value.__struct_fields__:
        inner: Any = getattr(value, name)
        if name == "records" and _are_ids(inner):
            if not told:
                changed[name] = tuple(record for record in inner if record not in found.records)
            continue
        if not isinstance(inner, (Struct, tuple, list, dict)):
            continue
        own = _prepared(inner, found, told)
        kind: type[Struct] = type(value)
        if own is None and name not in _optional(kind):
            return None
        if own is not inner:
            changed[name] = own
    if not told:
        changed |= _unsaid(value, changed, found)
    return msgspec.structs.replace(value, **changed) if changed else value


def _unsaid(value: Struct, changed: dict[str, Any], found: _Withheld) -> dict[str, Any]:
    """What else of a part is in the words of a restricted record."""
    unsaid: dict[str, Any] = {}
    match value:
        case RecordDetail():
            unsaid["withheld"] = _related(value) - _related(msgspec.structs.replace(value, **changed))
        case ClaimedRange(said=said):
            unsaid["withheld"] = value.withheld + len(said) - len(changed.get("said", said))
        case StatusView(claims=claims) if len(changed.get("claims", claims)) < len(claims):
            unsaid = {"by": None, "until": None, "reason": None, "conditions": None}
        case AnnouncementView(record=record) if found.head(stream_of(record), "crossing.announcement_denied"):
            unsaid["denied_by"] = ()
        case CrossingView(stream=stream) if found.about(value):
            unsaid = {"name": stream.removeprefix("crossing-").replace("-", " ").capitalize(), "place": None}
        case CeasefireView(stream=str(stream)):
            if found.head(stream, "ceasefire.entered_into_force"):
                unsaid |= {"title": stream, "parties": (), "mediators": ()}
            if value.status_record in found.records:
                unsaid |= {"status_by": None, "status_record": None}
    return unsaid


def _related(detail: RecordDetail) -> int:
    return len(detail.revisions) + len(detail.led_to) + (detail.caused_by is not None)


@lru_cache(maxsize=64)
def _optional(kind: type[Struct]) -> frozenset[str]:
    """The fields of a part that need not be there."""
    return frozenset(name for name, hint in get_type_hints(kind).items() if type(None) in get_args(hint))
