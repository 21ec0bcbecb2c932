"""The forms that mend and withdraw: nothing is overwritten, a later record says what was wrong."""

from __future__ import annotations

from typing import Any

import msgspec

from domain.lines import Draft
from domain.report import Report
from domain.values import Amount, Span
from tui.dashboard import wording
from tui.dashboard.forms import report
from tui.dashboard.forms.form import Entry, Form, Known, Values
from tui.safe_text import visible

DESK = "desk"
"""Who mends and withdraws when nobody else is named: the desk that keeps the log, as in the shell."""
DECISION = "Desk decision"
KINDS = ("transcription", "source_error", "reclassified", "translation", "misattributed")
_FIXED = {"target", "basis", "parts"}
_OWN = {
    "occurred": "when it happened (its own)",
    "reported_at": "when it was said (its own)",
    "via": "via (its own)",
    "source": "source (its own)",
}


def _who(known: Known, found: str, said: str) -> tuple[Entry, ...]:
    return (
        Entry("occurred", found, known.today, report.WHEN, required=True),
        Entry("reported", said, known.today, "a date or an instant", required=True),
        Entry("claimant", "who says so", DESK, "the desk, or a claimant", required=True, known=known.claimants),
        Entry("via", "via", "", "outlets that carried it, commas between", known=known.outlets),
        Entry("source", "source", DECISION, "what shows the error", required=True),
        Entry("url", "its address", "", "https://..., if it has one"),
        Entry("handling", "handling", "public", options=("public", "restricted")),
    )


def _check_source(reader: report.Reader) -> None:
    """The desk's decision is a source for what the desk says, and for nobody else."""
    if reader.text("claimant") != DESK and reader.text("source") == DECISION:
        reader.wrong.setdefault("source", "only the desk rests on its own decision; name what the claimant said it in")


def typed(amount: Amount) -> str:
    """A figure in the syntax in which it is typed."""
    number = wording.amount(msgspec.structs.replace(amount, words=None), "<=").replace(",", "")
    number = "" if number == "no number" else number
    if amount.qualifier == "range" and amount.best is not None:
        number += f"~{amount.best}"
    return f"{number} ({amount.words})".strip() if amount.words else number


def _editable(current: Report[Any]) -> dict[str, tuple[str, str]]:
    """Fields that can be mended here: name to (kind, value as typed)."""
    out: dict[str, tuple[str, str]] = {}
    occurred = current.occurred
    if isinstance(occurred, Span):
        shown = f"{occurred.start}/{occurred.end}" if occurred.end else occurred.start
    else:
        shown = occurred
    out["occurred"] = ("when", shown)
    out["reported_at"] = ("moment", current.reported_at)
    out["via"] = ("list", ", ".join(current.via))
    if len(current.sources) == 1:
        out["source"] = ("source", current.sources[0].title)
    for field in msgspec.structs.fields(current.data):
        value = getattr(current.data, field.name)
        if field.name in _FIXED:
            continue
        if isinstance(value, Amount):
            out[field.encode_name] = ("figure", typed(value))
        elif isinstance(value, bool):
            out[field.encode_name] = ("bool", "yes" if value else "no")
        elif isinstance(value, int):
            out[field.encode_name] = ("int", str(value))
        elif isinstance(value, str):
            out[field.encode_name] = ("text", value)
    return out


def revise_form(record: str, stream: str, current: Report[Any], known: Known, key: str) -> Form:
    """Mend an error in a record. Only what is changed is written. (A higher count later is a new claim.)"""
    fields = _editable(current)

    def write(values: Values) -> list[Draft]:
        reader = report.Reader(values, known.zone)
        changes: dict[str, Any] = {}
        for name, (kind, before) in fields.items():
            field = f"new:{name}"
            if values.get(field, "") == visible(before):
                continue
            text = reader.text(field)
            if kind == "list":
                changes[name] = [part.strip() for part in (text or "").split(",") if part.strip()]
            elif kind == "source":
                changed = msgspec.structs.replace(current.sources[0], title=reader.need(field, "the source"))
                changes["sources"] = [msgspec.to_builtins(changed)]
            elif text is None:
                changes[name] = None
            elif kind == "figure":
                changes[name] = reader.figure(field)
            elif kind == "when":
                changes[name] = reader.when(field)
            elif kind == "moment":
                changes[name] = reader.moment(field)
            elif kind == "int":
                changes[name] = reader.number(field, name)
            elif kind == "bool":
                changes[name] = text == "yes"
            else:
                changes[name] = text
        if not changes and not reader.wrong:
            reader.wrong["new:occurred"] = "nothing is changed yet: mend the field that is wrong"
        data = {
            "target": record,
            "changes": changes,
            "kind": values["kind"],
            "reason": reader.need("reason", "the reason"),
        }
        draft = Draft("record.corrected", stream, reader.body(data), key)
        _check_source(reader)
        reader.check()
        return [draft]

    entries = []
    for name, (kind, value) in fields.items():
        options = ("yes", "no") if kind == "bool" else ()
        entries.append(Entry(f"new:{name}", _OWN.get(name) or wording.words(name), value, options=options))
    return Form(
        f"Revise {record}",
        (
            *entries,
            Entry("kind", "kind of error", "transcription", options=KINDS),
            Entry("reason", "reason", "", "what was wrong, in a few words", required=True),
            *_who(known, "when the error was found", "when that was said"),
        ),
        key,
        write,
        places={
            **report.PLACES,
            "reason": "reason",
            **{f"changes.{name}": f"new:{name}" for name in fields},
            "changes.sources": "new:source",
        },
        revises=record,
        advice=_advice,
    )


def _advice(values: Values) -> str:
    if values.get("kind") != "misattributed":
        return ""
    return "The claimant of a record cannot be corrected: retract it (R), then record it again under the right one."


def retract_form(record: str, stream: str, known: Known, key: str, *, reinstates: str | None = None) -> Form:
    """Withdraw a record. It stays on record as retracted, which is not zero; retracting a retraction reinstates.

    `reinstates` is the record that comes back, when `record` is a retraction.
    """

    def write(values: Values) -> list[Draft]:
        reader = report.Reader(values, known.zone)
        data = {"target": record, "by": values["by"], "reason": reader.need("reason", "the reason")}
        draft = Draft("record.retracted", stream, reader.body(data), key)
        _check_source(reader)
        reader.check()
        return [draft]

    return Form(
        f"Retract {record}" if reinstates is None else f"Reinstate {reinstates}: retract its retraction {record}",
        (
            Entry("by", "withdrawn by", "editor", options=("editor", "source")),
            Entry("reason", "reason", "", "why it is withdrawn, in a few words", required=True),
            *_who(known, "decided on", "said on"),
        ),
        key,
        write,
        places={**report.PLACES, "reason": "reason"},
        revises=record,
    )
