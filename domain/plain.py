"""The commonest lines of a file, read in one go: typed, checked and in their stored form at once.

A line is plain when it has a key, gives its times as they are stored, and names no other record, unless it corrects
or retracts one. Whatever is otherwise, or wrong in any way, is left to the long road (`lines`, `deciding`), which has
the words for it.
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
from domain.editing import Corrected, Retracted
from domain.errors import Refused
from domain.lines import MAX_LINE_BYTES, canonical_values
from domain.report import Facts, Report
from domain.rules import AHEAD_OF_CLOCK, MOMENT_FIELDS, NAMES_A_RECORD, NEAR_FIRST, NEAR_LAST, check_moments
from domain.unseen import SUSPECT
from domain.values import MAX_DEPTH, MAX_TEXT_BYTES, Key, StreamName


class PlainLine(NamedTuple):
    """A line that is a record but for its place in the log: every rule that needs the line alone was held to it.

    `target` is the key of the record that it corrects or retracts, and "" for any other; `with_target` puts its id in.
    """

    said_at: Micros
    type: str
    stream: str
    key: str
    occurred: str
    target: str
    body: bytes


def with_target(body: bytes, key: str, record_id: str) -> bytes:
    """The body of a plain edit, with its target's id where the line has the target's key."""
    # no text of a plain line holds a quote, so that these bytes stand nowhere else
    return body.replace(b'{"key":"%s"}' % key.encode(), b'"%s"' % record_id.encode(), 1)


class PlainReader:
    """Reads plain lines, given the log's calendar and the time at which the import began."""

    def __init__(self, calendar: Calendar, now: Micros) -> None:
        self._calendar = calendar
        self._now = now
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
            topic, prefix, own_moments = _OF_CLASS[type(line)]
            occurred_at, _ = self._bounds(line.occurred)
            reported_at, said_at = self._bounds(line.reported_at)
            if own_moments:
                self._check_moments(line, own_moments)
        except (msgspec.MsgspecError, ValueError, TypeError, OverflowError, RecursionError, Refused):
            return None
        encoded = _encode(line)
        stream, key, target = line.stream, line.key, ""
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
        ):
            return None
        if not prefix:
            target = line.data.target.key
            if topic == Corrected.TOPIC and not _is_stored_form(line.data.changes, encoded):
                return None
        # the envelope ends where the report's first field begins; no text can hold these bytes without a backslash
        body = b"{" + encoded[encoded.index(_FIRST_FIELD) :]
        return PlainLine(said_at, topic, stream, key, line.occurred, target, body)

    def _bounds(self, moment: str) -> tuple[Micros, Micros]:
        """Start and end of a moment in its stored form without a fraction. Raises ValueError, TypeError for others."""
        if not NEAR_FIRST < moment < NEAR_LAST:
            raise ValueError
        if len(moment) == 10:
            return self._day(moment)
        if len(moment) != 20:
            raise ValueError
        instant = int(datetime.fromisoformat(moment).timestamp()) * 1_000_000
        return instant, instant

    def _check_moments(self, line: Any, names: tuple[str, ...]) -> None:
        """Hold a line against the rules on moments of its type's own. Raises ValueError, Refused."""
        moments = [moment for name in names if (moment := getattr(line.data, name)) is not None]
        for moment in moments:
            self._bounds(moment)
        if moments:
            check_moments(line.data, line.occurred, self._calendar)

    def _day_bounds(self, text: str) -> tuple[Micros, Micros]:
        day = date.fromisoformat(text)
        return self._calendar.day_start(day), self._calendar.day_end(day)


_SUSPECT = re.compile(rb"\x7f|\xc2[\x80-\x9f]|" + SUSPECT)
_FIRST_FIELD = b'"%s":' % Report.__struct_encode_fields__[0].encode()


def _class_of(kind: RecordType) -> Any:
    """A struct of a whole line of one type: the envelope, then the report's fields in their stored order."""
    hints = get_type_hints(Report, include_extras=True)
    optional = dict(zip(reversed(Report.__struct_fields__), reversed(Report.__struct_defaults__), strict=False))
    fields: list[Any] = [("stream", StreamName), ("key", Key)]
    for name in Report.__struct_fields__:
        if name == "data":
            fields.append((name, _facts_of(kind.facts)))
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


class _ByKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    key: str


def _facts_of(facts: type[Facts]) -> Any:
    """What a line of a type says; of an edit with its target as a line names it, which comes first in all of them."""
    if facts not in _EDITS:
        return facts
    hints = get_type_hints(facts, include_extras=True)
    fields = [(name, _ByKey if name == "target" else hints[name]) for name in facts.__struct_fields__]
    return msgspec.defstruct(facts.__name__, fields, frozen=True, kw_only=True, forbid_unknown_fields=True)


def _is_stored_form(changes: dict[str, Any], encoded: bytes) -> bool:
    """Whether a correction's changes are not too deep, and give their values as they are stored."""
    try:
        nested = encoded.count(b"{") + encoded.count(b"[")
        return nested <= MAX_DEPTH and _encode(canonical_values(changes)) == _encode(changes)
    except Refused:
        return False


_EDITS = (Corrected, Retracted)
_OF_CLASS = {
    _class_of(kind): (kind.topic, f"{kind.facts.STREAM}-" if kind.facts.STREAM else "", MOMENT_FIELDS[kind.facts])
    for kind in CATALOGUE.values()
    if kind.facts in _EDITS or not kind.facts.REFERS
}
_decode = msgspec.json.Decoder(reduce(or_, _OF_CLASS)).decode
_encode = msgspec.json.Encoder().encode
