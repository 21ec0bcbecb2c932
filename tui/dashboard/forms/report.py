"""The fields that every report has, and the body that they make: when, who says it, from where."""

from __future__ import annotations

from datetime import date
from typing import Any

from domain.calendar import Calendar, canonical, is_date
from domain.errors import Refused
from tui.commands import figures
from tui.dashboard.forms.form import Entry, Known, Values, Wrong

WHEN = "a date (2026-02-02), an instant (2026-02-02T17:30:00+02:00), or START/END"
PLACES = {
    "occurred": "occurred",
    "reported_at": "reported",
    "claimant": "claimant",
    "via": "via",
    "sources": "source",
    "url": "url",
    "handling": "handling",
}


def entries(known: Known) -> tuple[Entry, ...]:
    """When, who, from where."""
    return (
        Entry("occurred", "occurred", known.today, WHEN, required=True),
        Entry("reported", "reported", known.today, "when the claimant said it: a date or an instant", required=True),
        Entry("claimant", "claimant", "", "who says it, like gaza-moh", required=True, known=known.claimants),
        Entry("via", "via", "", "outlets that carried it, commas between", known=known.outlets),
        Entry("source", "source", "", "title of the document, or who told you", required=True),
        Entry("url", "its address", "", "https://..., if it has one"),
        Entry("handling", "handling", "public", options=("public", "restricted")),
    )


class Reader:
    """Reads typed values, collecting what is wrong with each instead of stopping at the first."""

    def __init__(self, values: Values, zone: str) -> None:
        self.values = values
        self.wrong: dict[str, str] = {}
        self._calendar = Calendar(zone)

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

    def figure(self, name: str) -> dict[str, Any] | None:
        """A figure, None for nothing."""
        text = self.text(name)
        if text is None:
            return None
        try:
            return figures.parse(text, where=name)
        except Refused as error:
            self.wrong[name] = f"{error.what}; {error.remedy}"
            return None

    def moment(self, name: str) -> str | None:
        """A date or an instant."""
        text = self.text(name)
        return self._moment(name, text) if text else None

    def _moment(self, name: str, text: str) -> str | None:
        try:
            return canonical(text.strip(), where=name)
        except Refused as error:
            self.wrong[name] = f"{error.what}; {error.remedy}"
            return None

    def when(self, name: str) -> Any:
        """A date, an instant or a span with its precision (UCDP `date_prec`)."""
        text = self.text(name)
        if text is None:
            return None
        start, slash, end = text.partition("/")
        first = self._moment(name, start)
        if not slash or first is None:
            return first
        last = self._moment(name, end)
        if last is None:
            return None
        return {"start": first, "end": last, "precision": self._precision(first, last)}

    def _precision(self, first: str, last: str) -> int:
        if not is_date(first) and not is_date(last):
            return 0
        one, other = self._day(first), self._day(last)
        days = (other - one).days + 1
        return next((precision for most, precision in ((1, 1), (6, 2), (7, 3), (31, 4)) if days <= most), 5)

    def _day(self, moment: str) -> date:
        return self._calendar.days(moment)[0]

    def number(self, name: str, label: str) -> int:
        """A whole number."""
        text = self.need(name, label)
        if text and not text.isdecimal():
            self.wrong[name] = f"{text!r} is not a whole number"
        return int(text) if text.isdecimal() and len(text) < 10 else 0

    def body(self, data: dict[str, Any], caused_by: str | None = None) -> dict[str, Any]:
        """The body of a record with these own fields, as a line of a file has it."""
        source: dict[str, Any] = {"title": self.need("source", "the source")}
        if url := self.text("url"):
            source["url"] = url
        body: dict[str, Any] = {
            "occurred": self.when("occurred"),
            "reported_at": self.moment("reported"),
            "claimant": self.need("claimant", "the claimant"),
            "claimant_basis": "stated",
            "via": [part.strip() for part in (self.text("via") or "").split(",") if part.strip()],
            "sources": [source],
            "handling": self.text("handling") or "public",
            "data": {name: value for name, value in data.items() if value is not None},
        }
        self.need("occurred", "when it occurred")
        self.need("reported", "when it was reported")
        if caused_by is not None:
            body["caused_by"] = {"key": caused_by}
        return body

    def check(self) -> None:
        """Raises Wrong when anything was."""
        if self.wrong:
            raise Wrong(self.wrong)
