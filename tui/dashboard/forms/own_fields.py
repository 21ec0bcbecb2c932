"""A record type's own fields as fields of a form, made from the catalogue as the shell's options are."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import msgspec

from domain.values import Amount, Figure
from tui.commands.fields import Field, fields_of
from tui.dashboard import wording
from tui.dashboard.forms.form import Entry, Known
from tui.dashboard.forms.reader import Reader

NUMBER = "12, 12+, <=12, ~12, 8-12, or (words)"
_NAMED = {  # whose values on record complete a field
    "relays": "claimant", "scorer": "claimant", "grader": "claimant", "place": "place", "of": "of",
    "commitment": "commitment", "unit": "unit", "measure": "measure", "timezone": "timezone", "party": "party",
    "against": "party", "by": "party", "to": "party", "obligated": "party", "answers_to": "claimant",
}  # fmt: skip


def own_entries(topic: str, known: Known, first: dict[str, str] | None = None) -> tuple[Entry, ...]:
    """The fields of a type, in the order of its definition. `first` are values that stand there to begin with."""
    return tuple(entry for field in fields_of(topic) for entry in field_entries(topic, field, known, first or {}))


def field_entries(topic: str, field: Field, known: Known, first: dict[str, str], prefix: str = "") -> list[Entry]:
    """One field; a figure has a second line, for its parts."""
    name = prefix + field.name
    must = field.required and field.absent is None
    if field.words:
        options = _options(field)
        chosen = first.get(field.name, options[0])
        return [Entry(name, field.label, chosen, field.says, options=options, required=must)]
    of = "claimant" if topic == "source.rated" and field.name == "by" else _NAMED.get(field.name, "")
    entry = Entry(
        name,
        field.label,
        first.get(field.name, ""),
        _hint(field),
        required=must,
        known=known.streams_of("strike") if field.name == "other" else known.words_of(of),
        completes="claimant" if of == "claimant" else "stream" if field.name in ("other", "about") else "",
    )
    if not field.figure or field.many:
        return [entry]
    parts = first.get(f"{field.name}.parts", "")
    return [entry, Entry(f"{name}.parts", "its parts", parts, "label=figure; label=figure, if it was given in parts")]


def _options(field: Field) -> tuple[str, ...]:
    """The words of a field. Nothing is chosen for whoever fills it in but where the catalogue says what is unsaid."""
    if field.many:
        counts = range(1, len(field.words) + 1)
        return ("", *(";".join(some) for count in counts for some in combinations(field.words, count)))
    if "unstated" in field.words:
        return ("unstated", *(word for word in field.words if word != "unstated"))
    return ("", *field.words)


def _hint(field: Field) -> str:
    form = NUMBER if field.figure else field.form
    between = "" if not field.many else "blanks between" if field.reference else "semicolons between"
    return "; ".join(dict.fromkeys(part for part in (field.says, form, between) if part))


def read_own(topic: str, reader: Reader) -> dict[str, Any]:
    """The own fields of a type from what was typed."""
    return {field.name: reader.own(field) for field in fields_of(topic)}


def typed(value: Any) -> str:
    """A value on record in the form in which it is typed."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Amount):
        return _figure(value)
    if isinstance(value, tuple):
        return ";".join(sorted(value)) if _are_words(value) else "; ".join(typed(each) for each in value)
    if isinstance(value, msgspec.Struct):  # another name, with its language
        return f"{getattr(value, 'lang', '')}:{getattr(value, 'text', '')}"
    return str(value)


def typed_own(data: Any) -> dict[str, str]:
    """Every own field of a record as typed, the parts of figures too."""
    out: dict[str, str] = {}
    for field in msgspec.structs.fields(data):
        value = getattr(data, field.name)
        out[field.encode_name] = typed(value)
        if isinstance(value, Figure):
            parts = (f"{label}={typed(part)}" for label, part in (value.parts or {}).items())
            out[f"{field.encode_name}.parts"] = "; ".join(parts)
    return out


def _are_words(values: tuple[Any, ...]) -> bool:
    return bool(values) and all(value in ("into", "out_of", "people", "goods") for value in values)


def _figure(amount: Amount) -> str:
    number = wording.amount(msgspec.structs.replace(amount, words=None), "<=").replace(",", "")
    number = "" if number in ("no number", '""') else number
    if amount.qualifier == "range" and amount.best is not None:
        number += f"~{amount.best}"
    return f"{number} ({amount.words})".strip() if amount.words else number
