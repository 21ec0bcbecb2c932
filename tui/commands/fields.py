"""Options made from the catalogue's own types, so that what can be typed never drifts from what can be recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import click
import msgspec
from msgspec import inspect

from domain.catalogue import record_type
from domain.errors import Refused
from domain.report import Report
from domain.values import Amount
from tui.commands import field_words, figures

Parse = Callable[[str], Any]


@dataclass(frozen=True)
class Field:
    """One field of a record type as something that can be typed: its parser, its allowed words, what it means.

    `label` and `says` are its name and its meaning in words; `form` is how it is typed, or its bounds. A `reference`
    names another record.
    `many` may be given again and again; `figure` takes the figure syntax; `absent` is what stands in the record when
    a required field is not given (None: it must be given).
    """

    name: str
    required: bool
    many: bool
    figure: bool
    parse: Parse
    words: tuple[str, ...]
    metavar: str
    label: str
    says: str
    form: str
    reference: bool = False
    absent: Any = None

    @property
    def flag(self) -> str:
        """`--place` and the like."""
        return "--" + self.name.replace("_", "-")

    @property
    def parameter(self) -> str:
        """The option's name among a command's parameters, apart from those of the report."""
        return f"field_{self.name}"

    def option(self) -> click.Option:
        """The option of this field."""
        must = self.required and self.absent is None
        says = "; ".join(part for part in (self.says, self.form, "again for each" if self.many else "") if part)
        return click.Option(
            [self.flag, self.parameter],
            multiple=self.many,
            type=click.Choice(self.words) if self.words else click.STRING,
            metavar=None if self.words else self.metavar,
            help=f"{says}  [required]" if must else says,
        )

    def value(self, given: str | Sequence[str]) -> Any:
        """What was typed, as a line of a file has it."""
        typed = [given] if isinstance(given, str) else list(given)
        read = [self._read(one) for one in typed]
        return read if self.many else read[-1]

    def _read(self, text: str) -> Any:
        """A word that is not allowed passes as it is: the domain's types refuse it by field and value."""
        return self.parse(text) if not self.words or text in self.words else text


@lru_cache(maxsize=64)
def fields_of(topic: str) -> tuple[Field, ...]:
    """The type's own fields in the order of their definition. Raises Refused for an unknown type."""
    facts = record_type(topic).facts
    return tuple(_fields(facts, topic, refers=facts.REFERS))


@lru_cache(maxsize=1)
def report_fields() -> tuple[Field, ...]:
    """The fields of every report that can be typed as one value: what a correction may name beside the own fields."""
    typed = {"claimant_basis", "relays", "via", "handling"}
    return tuple(field for field in _fields(Report, "", refers=()) if field.name in typed)


def _fields(struct: type, topic: str, refers: Sequence[str]) -> Iterator[Field]:
    described = inspect.type_info(struct)
    assert isinstance(described, inspect.StructType)
    for field in described.fields:
        yield _field(field, topic, reference=field.encode_name in refers)


def _field(field: inspect.Field, topic: str, *, reference: bool) -> Field:
    kind, said = _bare(field.type)
    many = isinstance(kind, inspect.VarTupleType)
    if isinstance(kind, inspect.VarTupleType):
        kind, said = _bare(kind.item_type)
    figure = isinstance(kind, inspect.StructType) and issubclass(kind.cls, Amount)
    words = _words(kind)
    parse, metavar, bounds = _reader(kind, field.encode_name, reference=reference)
    return Field(
        name=field.encode_name,
        required=field.required,
        many=many,
        figure=figure,
        parse=parse,
        words=words,
        metavar=metavar,
        label=field_words.label(topic, field.encode_name),
        says=field_words.says(topic, field.encode_name),
        form=bounds or ("" if said.startswith("an instant in UTC") else said),  # any offset may be typed
        reference=reference,
        # a list of fixed words (directions) must be said; a list of anything else may be empty
        absent=[] if many and not words else None,
    )


def _bare(kind: inspect.Type) -> tuple[inspect.Type, str]:
    """A type without its `| None` and its description, and the description."""
    said = ""
    while isinstance(kind, (inspect.Metadata, inspect.UnionType)):
        if isinstance(kind, inspect.Metadata):
            said = str((kind.extra_json_schema or {}).get("description", ""))
            kind = kind.type
        else:
            kind = next(one for one in kind.types if not isinstance(one, inspect.NoneType))
    return kind, said


def _words(kind: inspect.Type) -> tuple[str, ...]:
    if isinstance(kind, inspect.LiteralType):
        return tuple(str(word) for word in kind.values)
    return ("yes", "no") if isinstance(kind, inspect.BoolType) else ()


def _reader(kind: inspect.Type, name: str, *, reference: bool) -> tuple[Parse, str, str]:
    """How a typed value is read, what the help calls it, and its bounds in words."""
    if reference:
        return reference_to, "RECORD", "a record's id, key, or position as @N"
    match kind:
        case inspect.BoolType():
            reader: tuple[Parse, str, str] = ({"yes": True, "no": False}.__getitem__, "", "")
        case inspect.LiteralType(values=values):
            reader = {str(value): value for value in values}.__getitem__, "", ""
        case inspect.IntType():
            reader = lambda text: _number(text, int), "N", _bounds(kind)
        case inspect.FloatType():
            reader = lambda text: _number(text, float), "NUMBER", _bounds(kind)
        case inspect.StructType(cls=cls) if issubclass(cls, Amount):
            reader = lambda text: figures.parse(text, where=name), "FIGURE", figures.SYNTAX
        case inspect.StructType():
            reader = lambda text: _named(text, name), "LANG:TEXT", "like en:Karem Abu Salem"
        case inspect.StrType():
            reader = str, "TEXT", ""
        case _:
            reader = lambda text: _json(text, name), "JSON", ""
    return reader


def reference_to(text: str) -> Any:
    """A record named by id, by position (`@207`), or by key."""
    if text[:1] == "@" and text[1:].isdecimal():
        return text
    try:
        return msgspec.convert(text, _RECORD_ID)
    except msgspec.ValidationError:
        return {"key": text}


_RECORD_ID = next(field for field in msgspec.structs.fields(Report) if field.name == "caused_by").type


def _number(text: str, kind: type[int] | type[float]) -> Any:
    """A number; what is none stays text, which the domain's types refuse with the field and the value."""
    try:
        return kind(text)
    except ValueError:
        return text


def _bounds(kind: inspect.IntType | inspect.FloatType) -> str:
    return f"{kind.ge:g} to {kind.le:g}" if kind.ge is not None and kind.le is not None else ""


def _named(text: str, name: str) -> dict[str, str]:
    lang, colon, word = text.partition(":")
    if not colon:
        raise Refused(f"{text!r} has no language", where=name, remedy="write lang:text, like en:Karem Abu Salem")
    return {"lang": lang, "text": word}


def _json(text: str, name: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise Refused(f"not JSON: {error}", where=name, remedy="write the value as JSON") from None
