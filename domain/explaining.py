"""What msgspec says of a value that does not fit its field, in our words: the field, the value, and what to write."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import msgspec
from msgspec import inspect

from domain.catalogue import CATALOGUE
from domain.errors import Refused
from domain.report import Report
from domain.values import DATE_PATTERN, MOMENT_PATTERN

FIRST_YEAR, LAST_YEAR = 1000, 9000  # far from where days and instants can no longer be counted
ON_CALENDAR = f"check day and month; years {FIRST_YEAR} to {LAST_YEAR}"
NO_MOMENT = "not a date or an instant"
WRITE_A_MOMENT = "write 2026-02-02 or 2026-02-02T09:00:00+02:00"

_OF_MOMENTS = (repr(MOMENT_PATTERN), repr(DATE_PATTERN))
_LIKE_A_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}|$)")
_MOMENT_FIELDS = ("occurred", "reported_at", "start", "end", "from", "until", "due", "origin")
_FORMS = {
    "'^[a-z0-9]+(-[a-z0-9]+)*$'": "lower-case words joined by hyphens, like gaza-moh",
    "'^https?://'": "an address that begins with http:// or https://",
    "'^[0-9a-f]{64}$'": "a SHA-256 as 64 hex digits",
    "'^[A-Za-z]{2,3}(-": "a language tag, like ar or en",
    repr(DATE_PATTERN): "a date, like 2026-02-02",
    "'^(ceasefire|strike|": "a stream's name, like strike-desk-2026-01-31",
    "'^[a-z]+-[A-Za-z0-9._-]+/": "a record's id, like crossing-rafah/3",
}
"""The patterns that fields must match, as msgspec's messages quote them, in words."""
_KINDS = {
    "int": ("a whole number", "write it in digits, without quotes or a fraction, like 4"),
    "float": ("a number", "write it in digits, without quotes, like 31.3"),
    "str": ("a text", 'write it in quotes, like "Rafah"'),
    "bool": ("true or false", "write true or false, without quotes"),
    "array": ("a list", 'write a list, like ["into"], or [] for none'),
    "object": ("named fields", 'write fields in braces, like {"name": …}'),
    "null": ("nothing", "write null, or leave the field out"),
}
"""What msgspec expects, as its messages name it, in words, and how it is written."""
_EXPECTED = re.compile(r"Expected `([a-z |]+)`, got `([a-z]+)`")
_LIMIT = re.compile(r"Expected `(?:int|float)(?: \| null)?` (<=|>=|<|>) (-?[\d.]+)")
_LENGTH = re.compile(r"Expected `(str|array|object)(?: \| null)?` of length (<=|>=) (\d+)")
_LIMITS = {"<=": "{} or less", ">=": "{} or more", "<": "less than {}", ">": "more than {}"}
_SPREADSHEET_DAY_0 = date(1899, 12, 30)
_SPREADSHEET_DAYS = range(15_000, 80_000)  # 1941 to 2119
_ABSENT = object()


def explained(error: msgspec.ValidationError, raw: object, topic: str) -> Refused:
    """msgspec's words as ours: which field, the value that stood there, and what would be let in."""
    message, _, path = str(error).partition(" - at `")
    where = path.rstrip("`").removeprefix("$").lstrip(".")
    value = _value_at(raw, where)
    said = "" if value is _ABSENT or isinstance(value, (dict, list)) else f" (it says {_shown(value)})"
    if isinstance(value, str) and _LIKE_A_MOMENT.match(value) and any(each in message for each in _OF_MOMENTS):
        return Refused(f"{value!r} is not on any calendar", where=where, remedy=ON_CALENDAR)
    what, remedy = _in_words(message, where, value, topic)
    return Refused(f"{what}{said}", where=where, remedy=remedy)


def _in_words(message: str, where: str, value: object, topic: str) -> tuple[str, str]:  # noqa: PLR0911 - a case each
    """What is wrong, and what to write."""
    if repr(MOMENT_PATTERN) in message:
        return NO_MOMENT, WRITE_A_MOMENT
    if form := next((words for form, words in _FORMS.items() if form in message), None):
        return "not in the form that it must have", f"write {form}"
    if found := _EXPECTED.match(message):
        if where.rsplit(".", 1)[-1] in _MOMENT_FIELDS and isinstance(value, (int, float)):
            return NO_MOMENT, day_of_a_spreadsheet(value)
        kinds = [kind for kind in found[1].split(" | ") if kind != "null"] or ["null"]
        words, remedy = zip(*(_KINDS[kind] for kind in kinds), strict=True)
        return f"not {' or '.join(words)}", "; or ".join(remedy)
    if where == "data.clarity":
        return "not a clarity", "write 1 (one incident) or 2 (a total that cannot be split)"
    if message.startswith("Invalid enum value") and (choices := _choices(topic, where)):
        return "not one of its choices", f"write {', '.join(choices[:-1])} or {choices[-1]}"
    if ">= 0" in message and "length" not in message:
        return "a count is never negative", "give 0 or more"
    if found := _LIMIT.match(message):
        limit = f"{int(float(found[2])):,}"
        return "out of its range", f"give {_LIMITS[found[1]].format(limit)}"
    if found := _LENGTH.match(message):
        if found[2] == ">=":
            return "empty", "write something"
        return "too long", f"keep it to {int(found[3]):,}"
    if "missing required field" in message or "contains unknown field" in message:
        return message, f"`ceasefire schema {topic}` lists the fields"
    return message, f"`ceasefire schema {topic}` shows what is let in"


def day_of_a_spreadsheet(value: float) -> str:
    """What to write for a number where a date should stand: a spreadsheet's number of a day is that day."""
    if value in _SPREADSHEET_DAYS or int(value) in _SPREADSHEET_DAYS:
        day = _SPREADSHEET_DAY_0 + timedelta(days=int(value))
        return f"write {day}, if it is a spreadsheet's number of a day; else {WRITE_A_MOMENT.removeprefix('write ')}"
    return WRITE_A_MOMENT


def _choices(topic: str, where: str) -> list[str]:
    """The values that a field of fixed words or numbers takes; none where that cannot be told."""
    kind: Any = inspect.type_info(Report[CATALOGUE[topic].facts])  # type: ignore[misc]
    for step in re.findall(r"[^.\[\]]+", where):
        kind = _within(kind, step)
    return [str(value) for each in _each(kind) if isinstance(each, inspect.LiteralType) for value in each.values]


def _within(kind: Any, step: str) -> Any:
    """The type of a field, or of an item, of a type."""
    for each in _each(kind):
        if isinstance(each, inspect.StructType):
            return next((field.type for field in each.fields if field.encode_name == step), None)
        if isinstance(each, inspect.CollectionType):
            return each.item_type
        if isinstance(each, inspect.DictType):
            return each.value_type
    return None


def _each(kind: Any) -> tuple[Any, ...]:
    return kind.types if isinstance(kind, inspect.UnionType) else (kind,)


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 100 else f"{text[:99]}…"


def _value_at(raw: object, path: str) -> object:
    for step in path.replace("[", ".").replace("]", "").split("."):
        if isinstance(raw, Mapping) and step in raw:
            raw = raw[step]
        elif isinstance(raw, (list, tuple)) and step.isdigit() and int(step) < len(raw):
            raw = raw[int(step)]
        else:
            return _ABSENT
    return raw
