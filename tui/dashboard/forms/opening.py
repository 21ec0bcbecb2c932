"""Which form opens for what was asked: by the name that was chosen, or on the record that is to be mended."""

from __future__ import annotations

from collections.abc import Mapping

from tui.dashboard.forms.any_type import type_form
from tui.dashboard.forms.crossing import passages_form, status_form
from tui.dashboard.forms.editing import retract_form, revise_form
from tui.dashboard.forms.form import Form, Known
from tui.dashboard.forms.strike import strike_form
from tui.dashboard.reading import RecordPage


def new_form(name: str, known: Known, key: str, stream: str, record: str) -> Form:
    """The form of that name: one of those wanted most, or a record type. `stream`, `record`: what the cursor is on."""
    match name:
        case "strike":
            return strike_form(known, key, _of_kind(stream, "strike"))
        case "status":
            return status_form(known, key, _of_kind(stream, "crossing"))
        case "passages":
            return passages_form(known, key, _of_kind(stream, "crossing"))
    about = _of_kind(record, "crossing") if name == "crossing.announcement_denied" else ""
    return type_form(name, known, key, _of_kind(stream, name.split(".", 1)[0]), about)


def edit_form(what: str, page: RecordPage, known: Known, key: str, keys: Mapping[str, str]) -> Form | str:
    """The form that revises or retracts a record; words where it cannot be. `keys` are those of the actions."""
    shown = page.detail.line
    if what == "retract" and shown.standing != "unreadable":
        return retract_form(shown.record, shown.stream, page.effective or page.original, known, key)
    if shown.standing == "unreadable":
        return "this record cannot be read; there is nothing to revise"
    if page.effective is None:
        return "the body of this record was erased; there is nothing left to revise"
    if shown.standing in ("retracted", "edit"):
        withdraws = f"{keys['retract']} withdraws it, or reinstates what it withdrew"
        return f"a retraction or correction is not revised; {withdraws}"
    retracts = keys["retract"]
    return revise_form(shown.type, shown.record, shown.stream, page.effective, known, key, retracts=retracts)


def _of_kind(name: str, kind: str) -> str:
    return name if name.startswith(f"{kind}-") else ""
