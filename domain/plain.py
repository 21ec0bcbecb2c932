"""The commonest lines of a file, read in one go: typed, checked and in their stored form at once.

A line is plain when it has a key, names no other record, and gives its times as they are stored. Whatever is
otherwise, or wrong in any way, is left to the long road (`lines`, `deciding`), which has the words for it.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import lru_cache, reduce
from operator import or_
from typing import Any, NamedTuple, get_type_hints

import msgspec

from domain.calendar import Calendar, Micros
from domain.catalogue import CATALOGUE, RecordType
from domain.lines import MAX_LINE_BYTES
from domain.report import Report
from domain.rules import AHEAD_OF_CLOCK, FIRST_YEAR, LAST_YEAR, MOMENT_FIELDS, NAMES_A_RECORD
from domain.strike import Linked
from domain.values import MAX_TEXT_BYTES, Key, StreamName


class PlainLine(NamedTuple):
    """A line that is a record but for its place in the log: every rule that needs the line alone was held to it."""

    said_at: Micros
    type: str
    stream: str
    key: str
    occurred: str
    body: bytes


class PlainReader:
    """Reads plain lines, given the log's calendar and the time at which the import began."""

    def __init__(self, calendar: Calendar, now: Micros) -> None:
        self._calendar = calendar
        self._latest = now + AHEAD_OF_CLOCK
        self._day = lru_cache(maxsize=4096)(self._day_bounds)

    def read(self, raw: bytes) -> PlainLine | None:
        """The line, or None for one that is not plain. Never raises: the long road says what is wrong."""
        # Without a backslash every quote delimits a text, so that names can be counted by the colons behind them
        # and no control character can hide in an escape.
        if len(raw) > MAX_LINE_BYTES or b"\\" in raw or b" :" in raw or b"\t:" in raw or b"\r:" in raw:
            return None
        try:
            line = _decode(raw)
            occurred_at, _ = self._bounds(line.occurred)
            reported_at, said_at = self._bounds(line.reported_at)
        except (msgspec.MsgspecError, ValueError, TypeError, OverflowError, RecursionError):
            return None
        encoded = _encode(line)
        prefix, own_moments = _OF_CLASS[type(line)]
        stream, key, facts = line.stream, line.key, line.data
        if (
            raw.count(b'":') != encoded.count(b'":')  # a name stands twice, or a field is null
            or len(encoded) > MAX_TEXT_BYTES
            or occurred_at > self._latest
            or reported_at > self._latest
            or not line.sources
            or not stream.startswith(prefix)
            or key != key.strip()
            or NAMES_A_RECORD.fullmatch(key)
            or (_SUSPECT.search(encoded) if not encoded.isascii() else b"\x7f" in encoded)
            or any(getattr(facts, name) is not None for name in own_moments)
        ):
            return None
        # the envelope ends where the report's first field begins; no text can hold these bytes without a backslash
        body = b"{" + encoded[encoded.index(_FIRST_FIELD) :]
        return PlainLine(said_at, line.__struct_config__.tag, stream, key, line.occurred, body)

    def _bounds(self, moment: str) -> tuple[Micros, Micros]:
        """Start and end of a moment in its stored form without a fraction. Raises ValueError, TypeError for others."""
        if not _FROM < moment < _UPTO:
            raise ValueError
        if len(moment) == 10:
            return self._day(moment)
        if len(moment) != 20:
            raise ValueError
        instant = int(datetime.fromisoformat(moment).timestamp()) * 1_000_000
        return instant, instant

    def _day_bounds(self, text: str) -> tuple[Micros, Micros]:
        day = date.fromisoformat(text)
        return self._calendar.day_start(day), self._calendar.day_end(day)


_FROM, _UPTO = f"{FIRST_YEAR + 1}", f"{LAST_YEAR}"
_SUSPECT = re.compile(rb"\x7f|\xc2[\x80-\x9f]")
_FIRST_FIELD = b'"%s":' % Report.__struct_encode_fields__[0].encode()


def _class_of(kind: RecordType) -> Any:
    """A struct of a whole line of one type: the envelope, then the report's fields in their stored order."""
    hints = get_type_hints(Report, include_extras=True)
    optional = dict(zip(reversed(Report.__struct_fields__), reversed(Report.__struct_defaults__), strict=False))
    fields: list[Any] = [("stream", StreamName), ("key", Key)]
    for name in Report.__struct_fields__:
        if name == "data":
            fields.append((name, kind.facts))
        elif name == "occurred":
            fields.append((name, hints["reported_at"]))  # a span is not plain
        elif name == "caused_by":
            continue  # names another record
        elif optional.get(name, msgspec.NODEFAULT) is msgspec.NODEFAULT:
            fields.append((name, hints[name]))
        else:
            fields.append((name, hints[name], optional[name]))
    return msgspec.defstruct(
        f"{kind.facts.__name__}Line",
        fields,
        tag_field="type",
        tag=kind.topic,
        frozen=True,
        kw_only=True,
        forbid_unknown_fields=True,
        omit_defaults=True,
        gc=False,
    )


_PLAIN = tuple(
    kind for kind in CATALOGUE.values() if not kind.facts.REFERS and kind.facts is not Linked and kind.facts.STREAM
)
_OF_CLASS = {_class_of(kind): (f"{kind.facts.STREAM}-", MOMENT_FIELDS[kind.facts]) for kind in _PLAIN}
_decode = msgspec.json.Decoder(reduce(or_, _OF_CLASS)).decode
_encode = msgspec.json.Encoder().encode
