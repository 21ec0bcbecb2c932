"""The forms that mend and withdraw: nothing is overwritten, a later record says what was wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from domain.editing import Corrected, Retracted
from domain.lines import Draft
from domain.report import Report
from domain.values import Source, Span
from projections.text import report_text
from tui.commands.fields import Field, fields_of, report_fields
from tui.commands.revise import DESK, KINDS
from tui.dashboard import wording
from tui.dashboard.forms import report
from tui.dashboard.forms.form import Change, Entry, Form, Known, Values
from tui.dashboard.forms.own_fields import field_entries, typed_own
from tui.dashboard.forms.reader import Reader
from tui.safe_text import on_a_line, visible

DECISION = "Desk decision"
WHY_WITHDRAWN = "why it is withdrawn, in a few words"
NEW = "new:"
"""Stands before the names of the fields that are mended, apart from those of the correction itself."""


def _who(known: Known, found: str, said: str, handling: str) -> tuple[Entry, ...]:
    return (
        Entry("occurred", found, known.today, report.WHEN, required=True),
        Entry("reported", said, known.today, "a date or an instant", required=True),
        report.claimant(known, "claimant", "who says so", DESK, "the desk, or a claimant", required=True),
        Entry("via", "via", "", "outlets that carried it, commas between", known=known.words_of("via")),
        Entry("source", "source", DECISION, "what shows the error", required=True),
        Entry("url", "its address", "", "https://..., if it has one"),
        Entry("handling", "handling", handling, "as the record itself", options=report.HANDLING),
    )


def _check_source(reader: Reader) -> None:
    """The desk's decision is a source for what the desk says, and for nobody else."""
    if reader.text("claimant") != DESK and reader.text("source") == DECISION:
        reader.wrong.setdefault("source", "only the desk rests on its own decision; name what the claimant said it in")


@dataclass(frozen=True)
class _Mended:
    """One field of a record that can be mended: the lines it is typed on, and how they are read to its new value."""

    name: str
    entries: tuple[Entry, ...]
    read: Callable[[Reader], Any]

    def changed(self, values: Values) -> list[Entry]:
        """Those of its lines that are typed otherwise than they stood."""
        return [entry for entry in self.entries if values.get(entry.name, "") != visible(entry.value)]


def _mendable(topic: str, current: Report[Any], known: Known) -> list[_Mended]:
    """All that can be mended of a record: its own fields, then the report's. What names records cannot."""
    before = typed_own(current.data)
    own = [_own(topic, field, known, before) for field in fields_of(topic) if not field.reference]
    return [*own, *_of_report(current, known)]


def _own(topic: str, field: Field, known: Known, before: dict[str, str]) -> _Mended:
    def read(reader: Reader) -> Any:
        # what is emptied is taken away; whether it may be is the domain's to say
        return reader.own(field) if reader.text(NEW + field.name) else [] if field.many and field.required else None

    return _Mended(field.name, tuple(field_entries(topic, field, known, before, NEW)), read)


def _of_report(current: Report[Any], known: Known) -> list[_Mended]:
    span = current.occurred if isinstance(current.occurred, Span) else None
    start = span.start if span else str(current.occurred)
    shown = f"{start}/{span.end}" if span and span.end else start
    precision = report.PRECISIONS[span.precision + 1] if span else ""
    original = current.original
    said, lang = (original.text, original.lang) if original is not None else ("", "")
    said_at = current.reported_at
    how = report.precision("new:date_precision", precision)
    out = [
        _Mended(
            "occurred",
            (Entry("new:occurred", "when it happened (its own)", shown), how),
            lambda r: r.when("new:occurred", "new:date_precision"),
        ),
        _mended("reported_at", "when it was said (its own)", said_at, lambda r: r.moment("new:reported_at")),
        _mended("via", "via (its own)", ", ".join(current.via), lambda r: r.names("new:via")),
        _Mended("sources", tuple(_source_entries(current.sources)), lambda r: _read_sources(current.sources, r)),
        _Mended(
            "original",
            (Entry("new:original", "own words", said), Entry("new:lang", "their language", lang)),
            lambda r: r.original("new:original", "new:lang"),
        ),
    ]
    for field in report_fields():
        if field.name != "via":
            value = {field.name: getattr(current, field.name) or ""}
            out.append(_own_of_report(field, known, value))
    return out


def _own_of_report(field: Field, known: Known, value: dict[str, str]) -> _Mended:
    entries = field_entries("", field, known, value, NEW)
    own = tuple(replace(each, label=f"{each.label} (its own)", options=field.words) for each in entries)
    return _Mended(field.name, own, lambda reader: reader.own(field))


def _mended(name: str, label: str, value: str, read: Callable[[Reader], Any]) -> _Mended:
    return _Mended(name, (Entry(NEW + name, label, value),), read)


def _source_entries(sources: tuple[Source, ...]) -> list[Entry]:
    out = []
    for index, source in enumerate(sources):
        number = "" if index == 0 else str(index + 1)
        out.append(Entry(f"new:source{number}", f"source {number} (its own)".replace("  ", " "), source.title))
        out.append(Entry(f"new:url{number}", "its address", source.url or ""))
    return out


def _read_sources(sources: tuple[Source, ...], reader: Reader) -> list[dict[str, Any]]:
    out = []
    for index, source in enumerate(sources):
        number = "" if index == 0 else str(index + 1)
        title = reader.text(f"new:source{number}")
        if title is not None:
            changed = msgspec.structs.replace(source, title=title, url=reader.text(f"new:url{number}"))
            out.append(msgspec.to_builtins(changed))
    return out


def revise_form(
    topic: str, record: str, stream: str, current: Report[Any], known: Known, key: str, *, retracts: str = "R"
) -> Form:
    """Mend an error in a record. Only what is changed is written. (A higher count later is a new claim.)

    `retracts` is the key that withdraws a record, where that is what is wanted.
    """
    mendable = _mendable(topic, current, known)

    def write(values: Values) -> list[Draft]:
        mends = Reader(values, known, prefix=NEW)
        changes = {each.name: each.read(mends) for each in mendable if each.changed(values)}
        reader = Reader(values, known)
        reader.wrong |= mends.wrong
        if not changes:
            reader.wrong[mendable[0].entries[0].name] = "nothing is changed yet: mend the field that is wrong"
        data = {
            "target": record,
            "changes": changes,
            "kind": reader.need("kind", "the kind of error"),
            "reason": reader.need("reason", "the reason"),
        }
        draft = Draft(Corrected.TOPIC, stream, reader.body(data), key)
        _check_source(reader)
        reader.check()
        return [draft]

    def changed(values: Values) -> list[Change]:
        return [
            (entry.label, entry.value, values.get(entry.name, ""))
            for each in mendable
            for entry in each.changed(values)
        ]

    first, *rest = (entry for each in mendable for entry in each.entries)
    return Form(
        f"Revise {record}",
        (
            replace(first, heading=f"what the record says, as {on_a_line(current.claimant)} has it"),
            *(replace(entry, required=False) for entry in rest),
            Entry("kind", "kind of error", required=True, options=("", *KINDS), heading="the correction"),
            Entry("reason", "reason", "", "what was wrong, in a few words", required=True),
            *_who(known, "when the error was found", "when that was said", current.handling),
        ),
        key,
        write,
        places={
            **report.PLACES,
            **{f"changes.{each.name}": each.entries[0].name for each in mendable if each.entries},
        },
        changes=changed,
        revises=record,
        advice=lambda values: _advice(values, retracts),
    )


def _advice(values: Values, retracts: str) -> str:
    if values.get("kind") != "misattributed":
        return ""
    then = f"retract it ({retracts}), then record it again under the right one"
    return f"The claimant of a record cannot be corrected: {then}."


def retract_form(record: str, stream: str, current: Report[Any] | None, known: Known, key: str) -> Form:
    """Withdraw a record. It stays on record as retracted, which is not zero; `current` is None once it was erased.

    Retracting a retraction reinstates what that withdrew, retracting a correction brings back what was there before.
    """
    handling = "restricted" if current is None else current.handling

    def write(values: Values) -> list[Draft]:
        reader = Reader(values, known)
        data = {
            "target": record,
            "by": reader.need("by", "who withdraws it"),
            "reason": reader.need("reason", "the reason"),
        }
        draft = Draft(Retracted.TOPIC, stream, reader.body(data), key)
        _check_source(reader)
        reader.check()
        return [draft]

    return Form(
        _retracts(record, current.data if current is not None else None),
        (
            Entry("reason", "reason", hint=WHY_WITHDRAWN, required=True, heading=_withdrawn(current)),
            Entry("by", "withdrawn by", required=True, options=("", "editor", "source")),
            *_who(known, "decided on", "said on", handling),
        ),
        key,
        write,
        places=report.PLACES,
        revises=record,
    )


def _withdrawn(current: Report[Any] | None) -> str:
    """What it is about, so that nobody has to know a record by its id."""
    return f"what is withdrawn: {'erased' if current is None else on_a_line(report_text(current))}"


def _retracts(record: str, before: Any) -> str:
    if isinstance(before, Retracted):
        return f"Reinstate {before.target}: retract its retraction {record}"
    if isinstance(before, Corrected):
        names = ", ".join(wording.words(name) for name in sorted(before.changes))
        return f"Undo {record}: {names} of {before.target} as before"
    return f"Retract {record}"
