"""What a form is about to write, in words and as the lines of a file, before it is written."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from domain.calendar import Calendar
from projections.text import moment_text, occurred_text, report_text
from tui.dashboard.feed import type_words
from tui.dashboard.forms.form import Change
from tui.dashboard.glyphs import Glyphs
from tui.dashboard.lines import Line, line, wrapped
from tui.dashboard.writing import Plan
from tui.safe_text import has_rtl, on_a_line


def short(plan: Plan, changes: Sequence[Change], glyphs: Glyphs) -> str:
    """The plan in a line or two: which records, what they say, what is changed."""
    known = "" if any(outcome.fresh for outcome in plan.outcomes) else " (already on record under this key)"
    parts = [f"{outcome.record.id} {type_words(outcome.record.type).lower()}" for outcome in plan.outcomes]
    said = "; ".join(f"{label}: {_value(old)} {glyphs.arrow} {_value(new)}" for label, old, new in changes)
    if not said:
        reports = [outcome.record.report for outcome in plan.outcomes]
        said = "; ".join(on_a_line(report_text(report)) for report in reports if report is not None)
    notes = list(dict.fromkeys(note for outcome in plan.outcomes for note in outcome.notes))
    return f"will be written{known}: {', '.join(parts)}. {said}" + "".join(f"; {note}" for note in notes)


def _value(text: str) -> str:
    return on_a_line(text) if text else "(nothing)"


def plan_lines(plan: Plan, changes: Sequence[Change], zone: str, width: int, glyphs: Glyphs) -> list[Line]:
    """The whole plan: of each record what it says, when, from whom, and its line."""
    calendar = Calendar(zone)
    out: list[Line] = []
    keyed = {each["key"]: each for each in plan.lines}
    for outcome in plan.outcomes:
        record = outcome.record
        out.append(line((record.id, "strong"), f"  {record.type}"))
        if not outcome.fresh:
            out.append(line(("on record already under this key: nothing would be written", "edited")))
        if record.report is not None:
            out += wrapped(on_a_line(report_text(record.report)), width)
            when = occurred_text(record.report.occurred, calendar)
            reported = moment_text(record.report.reported_at, calendar)
            out += wrapped(f"occurred {when}; reported {reported}; {record.report.handling}", width, "quiet")
        for note in outcome.notes:
            out += wrapped(note, width, "edited")
        if record.key in keyed:
            out += wrapped(_as_json(keyed[record.key]), width, "quiet")
        out.append(line(""))
    return [*_changes(changes, width, glyphs), *out]


def _as_json(record: dict[str, Any]) -> str:
    """The record's line; right-to-left letters as escapes, which say the same and move nothing on the screen."""
    text = json.dumps(record, ensure_ascii=False)
    return json.dumps(record) if has_rtl(text) else text


def _changes(changes: Sequence[Change], width: int, glyphs: Glyphs) -> list[Line]:
    out: list[Line] = []
    for label, old, new in changes:
        out.append(line((label, "strong")))
        # a line for each: right-to-left text must not carry a figure to the other side
        out += wrapped(old or "(nothing)", width, "gone", 2)
        out += wrapped(f"{glyphs.arrow} {new}" if new else f"{glyphs.arrow} (nothing)", width, "", 2)
    return [*out, line("")] if out else []
