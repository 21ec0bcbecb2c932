"""From typed values to the body of a record: what is wrong with each field is collected, not only the first."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar

import click
import msgspec

from domain.calendar import Calendar
from domain.catalogue import record_type
from domain.errors import Refused
from domain.explaining import explained
from domain.rules import check_stream
from domain.values import Occurred, Slug, Span
from tui.commands import figures, report_options
from tui.commands.fields import Field, reference_to
from tui.dashboard.forms.form import Known, Values, Wrong

T = TypeVar("T")
_COMMAS = re.compile(r"[;,]")
_BLANKS = re.compile(r"[;,\s]")


class Reader:
    """Reads the values of one form. `prefix` stands before the names of a type's own fields."""

    def __init__(self, values: Values, known: Known, prefix: str = "") -> None:
        self.values = values
        self.wrong: dict[str, str] = {}
        self._prefix = prefix
        self._clock = known.clock
        self._calendar = Calendar(known.zone)

    def text(self, name: str) -> str | None:
        """What was typed, None for nothing."""
        return self.values.get(name, "").strip() or None

    def need(self, name: str, label: str) -> str:
        """What was typed; nothing is wrong."""
        text = self.text(name)
        if text is None:
            self.wrong.setdefault(name, f"{label} is missing")
            return ""
        return text

    def stream(self, topic: str, label: str = "") -> str:
        """The stream that was typed for a type of record; with a `label` there must be one."""
        text = self.need("stream", label) if label else self.text("stream") or ""
        if text:
            self._tried("stream", lambda: check_stream(record_type(topic), text))
        return text

    def _slug(self, name: str, label: str) -> str:
        """A name that must be typed, as the log writes names."""
        text = self.need(name, label)

        def read() -> str:
            try:
                return msgspec.convert(text, Slug)
            except msgspec.ValidationError as error:
                raise explained(error, text, "") from None

        return (self._tried(name, read) if text else None) or text

    def _tried(self, name: str, read: Callable[[], T]) -> T | None:
        try:
            return read()
        except Refused as error:
            self.wrong.setdefault(name, f"{error.what}; {error.remedy}")
        except click.UsageError as error:  # the readers of options are shared with the shell
            self.wrong.setdefault(name, error.message.rstrip("."))
        return None

    def figure(self, name: str) -> dict[str, Any] | None:
        """A figure, None for nothing."""
        text = self.text(name)
        return None if text is None else self._tried(name, lambda: figures.parse(text, where=name))

    def moment(self, name: str) -> str | None:
        """A date or an instant."""
        text = self.text(name)
        if text is None:
            return None
        return self._tried(name, lambda: report_options.moment(text, name, calendar=self._calendar, clock=self._clock))

    def when(self, name: str, precision: str) -> Any:
        """A date, an instant or a span with its precision (UCDP `date_prec`), which may be said in its own field."""
        text, said = self.text(name), self.text(precision)
        if text is None:
            return None
        known = int(said[0]) if said else None
        found = self._tried(name, lambda: report_options.when(text, known, calendar=self._calendar, clock=self._clock))
        if name in self.wrong and "--date-precision" in self.wrong[name]:
            self.wrong[name] = "a span without an end: say how well it is known, further down"
        return found

    def occurred(self) -> Occurred | None:
        """When it happened, typed, where it can be read."""
        when = self.when("occurred", "date_precision")
        return Span(**when) if isinstance(when, dict) else when

    def own(self, field: Field) -> Any:
        """A type's own field as a line of a file has it; None where nothing is said and nothing must be."""
        name = self._prefix + field.name
        text = self.text(name)
        if text is None:
            if field.required and field.absent is None:
                self.wrong.setdefault(name, f"{field.label} is missing")
            return field.absent if field.required else None
        value = self._tried(name, lambda: field.value(pieces(text, field) if field.many else text))
        if field.metavar in ("N", "NUMBER") and isinstance(value, str):
            self.wrong[name] = f"{value!r} is not a {'whole ' if field.metavar == 'N' else ''}number"
        if field.figure and not field.many and value is not None:
            parts = self._tried(f"{name}.parts", lambda: self._parts(f"{name}.parts"))
            value |= {"parts": parts} if parts else {}
        return value

    def _parts(self, name: str) -> dict[str, Any]:
        return figures.parse_parts([part.strip() for part in (self.text(name) or "").split(";") if part.strip()])

    def names(self, name: str) -> list[str]:
        """Names with commas between."""
        return _split(_COMMAS, self.text(name) or "")

    def sources(self) -> list[dict[str, str]]:
        """The source with its address, and those beside it."""
        first = {"title": self.need("source", "the source")}
        for part in ("url", "means", "sha256"):
            if said := self.text(part):
                first[part] = said
        more = _split(re.compile(r"\|"), self.text("more_sources") or "")
        return [first, *(self._tried("more_sources", lambda: report_options.sources(more, None, None)) or [])]

    def original(self, name: str, lang: str) -> dict[str, str] | None:
        """The claimant's own words with their language, or neither."""
        text, tag = self.text(name), self.text(lang)
        if text is None and tag is None:
            return None
        if text is None or tag is None:
            missing = name if text is None else lang
            self.wrong.setdefault(missing, "own words and their language go together")
        return {"text": text or "", "lang": tag or ""}

    def body(self, data: dict[str, Any], caused_by: str | None = None) -> dict[str, Any]:
        """The body of a record with these own fields, as a line of a file has it. `caused_by` is a key."""
        named = self.text("caused_by")
        body: dict[str, Any] = {
            "occurred": self.when("occurred", "date_precision"),
            "reported_at": self.moment("reported"),
            "claimant": self._slug("claimant", "the claimant"),
            "claimant_basis": self.text("claimant_basis") or "stated",
            "relays": self.text("relays"),
            "via": self.names("via"),
            "sources": self.sources(),
            "handling": self.text("handling") or "public",
            "caused_by": {"key": caused_by} if caused_by else reference_to(named) if named else None,
            "original": self.original("original", "lang"),
            "data": {name: value for name, value in data.items() if value is not None},
        }
        self.need("occurred", "when it occurred")
        self.need("reported", "when it was reported")
        return {name: value for name, value in body.items() if value is not None}

    def check(self) -> None:
        """Raises Wrong when anything was."""
        if self.wrong:
            raise Wrong(self.wrong)


def pieces(text: str, field: Field) -> list[str]:
    """The values typed into a field of many: semicolons between, for records blanks or commas will do."""
    return _split(_BLANKS if field.reference else re.compile(";"), text)


def _split(between: re.Pattern[str], text: str) -> list[str]:
    return [part.strip() for part in between.split(text) if part.strip()]
