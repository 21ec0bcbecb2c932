"""What is refused: pure functions over one report, called before anything is written and never on replay."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from domain.calendar import Calendar, Micros, iso
from domain.catalogue import CATALOGUE, STREAM_KINDS, RecordType, record_type, stream_kind
from domain.ceasefire import CommitmentScored
from domain.crossing import ChangeAnnounced
from domain.editing import Corrected, Erased
from domain.errors import Refused
from domain.explaining import FIRST_YEAR, LAST_YEAR, ON_CALENDAR, explained
from domain.report import Facts, Report
from domain.unseen import SUSPECT, unseen
from domain.values import MAX_DEPTH, MAX_TEXT_BYTES, Span, StreamName, start_of

AHEAD_OF_CLOCK: Micros = 15 * 60 * 1_000_000
"""How far after the clock an occurrence or a report may start: clocks of two machines differ."""

LONGEST_SILENCE: Micros = 366 * 86_400 * 1_000_000
"""How long after the newest record the next live one may be stamped, unless somebody vouches for the clock."""

NEAR_FIRST, NEAR_LAST = f"{FIRST_YEAR + 1}", f"{LAST_YEAR}"
"""Between these texts a moment in its stored form is on the calendar, if it is an instant or a day at all."""

_UNCORRECTABLE = ("key", "stream", "type", "claimant")
_REPORT_FIELDS = frozenset(Report.__struct_fields__) - {"data"}

NAMES_A_RECORD = re.compile(r"[@#]\d+|[a-z]+-[A-Za-z0-9._-]+/\d+")
"""What no key may look like: a position or an id."""


def typed(topic: str, stream: str, raw: Mapping[str, Any]) -> Report[Any]:
    """A body as a file or a form gave it, typed. Raises Refused with the field, its value and the remedy."""
    kind = record_type(topic)
    if topic != Erased.TOPIC:  # whatever stands on record can be erased, on whatever a writer of a server's called it
        check_stream(kind, stream)
    if raw.get("claimant") in (None, ""):
        raise Refused("no claimant", where="claimant", remedy="say who says it; every record is somebody's report")
    try:
        return kind.convert(dict(raw))
    except msgspec.ValidationError as error:
        raise explained(error, raw, topic) from None


def check_clock(reached: Micros, stamp: Micros) -> None:
    """Hold a live record's stamp against how far the log has come in time, 0 for an empty one. Raises Refused.

    `known_at` only moves forward: one record under a clock years ahead has every later one "known" in those years.
    """
    if reached and stamp - reached > LONGEST_SILENCE:
        days = (stamp - reached) // (86_400 * 1_000_000)
        raise Refused(
            f"the clock says {iso(stamp - stamp % 1_000_000)}, {days:,} days after the newest record",
            where="recorded_at",
            remedy="set the clock right; if it is right, and nothing was recorded for so long, give --clock-is-right "
            "to `ceasefire append`, `import`, `correct`, `retract` or `erase`",
        )


_NO_NAME = re.compile(r"[^A-Za-z0-9._-]")


def check_stream(kind: RecordType, stream: str) -> None:
    """The stream's name is well formed and of the kind that the type belongs to."""
    try:
        msgspec.convert(stream, StreamName)
    except msgspec.ValidationError:
        what, remedy = f"{stream!r} is not a stream name", f"write kind-name, with a kind of {', '.join(STREAM_KINDS)}"
        if stream_kind(stream) in STREAM_KINDS and (odd := _NO_NAME.search(stream)):
            what = f"{'a blank' if odd[0].isspace() else repr(odd[0])} in {stream!r}"
            remedy = "use letters, digits, . _ -"
        raise Refused(what, where="stream", remedy=remedy) from None
    if kind.facts.STREAM and stream_kind(stream) != kind.facts.STREAM:
        raise Refused(
            f"{kind.topic} does not belong to {stream!r}",
            where="stream",
            remedy=f"record it on a stream named {kind.facts.STREAM}-…",
        )


def check_report(topic: str, report: Report[Any], *, now: Micros, calendar: Calendar) -> None:
    """Every rule that needs one report and the clock alone. Raises Refused."""
    if not report.sources:
        raise Refused("no source", where="sources", remedy="name the document or the telling that carries the report")
    _check_times(report, now=now, calendar=calendar)
    facts = report.data
    check_moments(facts, start_of(report.occurred), calendar)
    if isinstance(facts, CommitmentScored) and not facts.basis:
        raise Refused("a score without a basis", where="data.basis", remedy="name the records that it rests on")
    if isinstance(facts, Corrected):
        if not facts.changes:
            raise Refused("nothing is changed", where="data.changes", remedy="name a field and its new value")
        for name in _UNCORRECTABLE:
            if name in facts.changes:
                raise Refused(
                    f"{name} cannot be corrected", where=f"data.changes.{name}", remedy="retract, and record again"
                )
    if topic == "strike.linked" and facts.relation != "response_to" and stream_kind(facts.other) != "strike":
        raise Refused(f"{facts.other!r} is not a strike", where="data.other", remedy="name a stream strike-…")


def _check_times(report: Report[Any], *, now: Micros, calendar: Calendar) -> None:
    for where, moment in (
        ("occurred", start_of(report.occurred)),
        ("reported_at", report.reported_at),
    ):
        if _start(moment, calendar, where) > now + AHEAD_OF_CLOCK:
            raise Refused(f"{moment} is in the future", where=where, remedy=_on_the_future(report.data, where, now))
    if isinstance(report.occurred, Span) and report.occurred.end is not None:
        _start(report.occurred.end, calendar, "occurred.end")
        if calendar.start(report.occurred.start) > calendar.end(report.occurred.end):
            raise Refused(
                f"it starts {report.occurred.start}, after its end {report.occurred.end}",
                where="occurred",
                remedy="give the earlier moment as start",
            )


def _on_the_future(facts: Facts, where: str, now: Micros) -> str:
    """What to do about a date that is yet to come: it is mistyped, or belongs to what an announcement says."""
    clock = f"check the date; this machine's clock says {iso(now - now % 1_000_000)}"
    if where == "reported_at":
        return clock
    if isinstance(facts, ChangeAnnounced):
        return "an announcement occurs when it is made; the date that it names goes into `from`"
    if facts.STREAM == "crossing":
        return f"{clock}; what is announced goes on record as crossing.change_announced"
    return clock


def check_moments(facts: Facts, starts: str, calendar: Calendar) -> None:
    """Dates that match the pattern and are none (30 February) stand in a few own fields too. Raises Refused."""
    for name in MOMENT_FIELDS.get(type(facts), ()):
        moment = getattr(facts, name)
        if moment is not None:
            _start(moment, calendar, f"data.{name.rstrip('_')}")
    begins = getattr(facts, "from_", None) or starts
    until = getattr(facts, "until", None)
    if until is not None and calendar.end(until) < calendar.start(begins):
        raise Refused(
            f"it ends {until}, before it begins ({begins})", where="data.until", remedy="give the later moment"
        )


MOMENT_FIELDS = {
    kind.facts: tuple(name for name in ("from_", "until", "due", "origin") if name in kind.facts.__struct_fields__)
    for kind in CATALOGUE.values()
}
"""The fields of each type that hold a moment of their own."""


def _start(moment: str, calendar: Calendar, where: str) -> Micros:
    """The start of a moment that is on the calendar, its end and its local day too."""
    try:
        starts = calendar.start(moment)
        if NEAR_FIRST < moment < NEAR_LAST:  # so are then its end and its day, wherever the timezone is
            return starts
        ends = calendar.end(moment)
        if calendar.day(starts).year >= FIRST_YEAR and calendar.day(ends).year <= LAST_YEAR:
            return starts
    except (ValueError, OverflowError):
        pass
    raise Refused(f"{moment!r} is not on any calendar", where=where, remedy=ON_CALENDAR)


def check_texts(value: object, where: str = "") -> None:
    """No control or invisible characters, no text over 64 kB, nothing that is not Unicode; right-to-left text is kept.

    Nor is anything nested deeper than `MAX_DEPTH`: no type needs it, and code that recurses must not be led that far.
    """
    if not _is_plain(value):
        _check_each_text(value, where)


_SUSPECT = re.compile(rb"\\[bfnrtu]|\x7f|\xc2[\x80-\x9f]|" + SUSPECT)


def _is_plain(value: object) -> bool:
    """Whether one look at the value's JSON shows that no text of it needs a closer one (nearly always)."""
    try:
        encoded = msgspec.json.encode(value)
    except (UnicodeEncodeError, RecursionError, TypeError, OverflowError):
        return False
    nested = encoded.count(b"{") + encoded.count(b"[")
    return nested <= MAX_DEPTH and len(encoded) <= MAX_TEXT_BYTES and _SUSPECT.search(encoded) is None


def _check_each_text(value: object, where: str) -> None:
    for path, text in _texts(value, where):
        try:
            size = len(text.encode())
        except UnicodeEncodeError:
            raise Refused(
                "not Unicode text (a lone surrogate)", where=path, remedy="write the character itself"
            ) from None
        if size > MAX_TEXT_BYTES:
            raise Refused(f"{size} bytes of text", where=path, remedy=f"keep it under {MAX_TEXT_BYTES} bytes")
        for character in text:
            if character < " " or "\x7f" <= character <= "\x9f":
                raise Refused(
                    f"control character U+{ord(character):04X}", where=path, remedy="remove it; one line of plain text"
                )
        if found := unseen(text):
            raise Refused(found, where=path, remedy="remove it; one line of plain text")


def _texts(value: object, where: str) -> Iterator[tuple[str, str]]:
    stack = [(where, value, 0)]
    while stack:
        path, item, depth = stack.pop()
        if depth > MAX_DEPTH:
            raise Refused(f"nested more than {MAX_DEPTH} deep", where=path.split(".")[0], remedy="no type needs that")
        if isinstance(item, str):
            yield path, item
        elif isinstance(item, Mapping):
            for name, inner in item.items():
                inner_path = f"{path}.{name}" if path else str(name)
                stack.append((inner_path, inner, depth + 1))
                yield path or str(name), str(name)
        elif isinstance(item, (list, tuple)):
            stack.extend((f"{path}[{index}]", inner, depth + 1) for index, inner in enumerate(item))


def apply_changes(report: Report[Any], changes: Mapping[str, Any], topic: str) -> Report[Any]:
    """A report with a correction's changes: fields of the report or of its data; None takes a field away.

    Raises Refused when a changed field does not exist or the result would not be let in as `topic`.
    """
    body = msgspec.to_builtins(report)
    data = body["data"]
    own = CATALOGUE[topic].facts.__struct_encode_fields__
    for name, value in changes.items():
        if name in own:
            holder = data
        elif name in _REPORT_FIELDS:
            holder = body
        else:
            raise Refused(
                f"{topic} has no field {name!r}",
                where=f"data.changes.{name}",
                remedy=f"`ceasefire schema {topic}` lists the fields",
            )
        if value is None:
            holder.pop(name, None)
        else:
            holder[name] = value
    try:
        return record_type(topic).convert(body)
    except msgspec.ValidationError as error:
        raise explained(error, body, topic) from None
