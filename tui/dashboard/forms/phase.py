"""The form for a change of phase."""

from __future__ import annotations

from domain.lines import Draft
from projections.situation import RecordLine
from tui.dashboard.forms import report
from tui.dashboard.forms.form import Entry, Form, Known, Values


def phase_form(known: Known, key: str) -> Form:
    """A numbered stage was announced, begun, completed or disputed."""

    def write(values: Values) -> list[Draft]:
        reader = report.Reader(values, known.zone)
        data = {
            "phase": reader.number("phase", "the phase's number"),
            "label": reader.need("label", "what the phase is about"),
            "change": reader.text("change"),
            "by": reader.text("by"),
        }
        draft = Draft("ceasefire.phase_changed", reader.need("stream", "the ceasefire"), reader.body(data), key)
        reader.check()
        return [draft]

    def similar(values: Values, line: RecordLine) -> bool:
        wanted = f"phase {values.get('phase', '').strip()} {values.get('change', '')}"
        return line.type == "ceasefire.phase_changed" and wanted in line.text

    return Form(
        "Change of phase",
        (
            Entry(
                "stream",
                "ceasefire",
                known.ceasefires[-1] if known.ceasefires else "ceasefire-",
                required=True,
                known=known.ceasefires,
                hint="its stream, like ceasefire-gaza-2025",
            ),
            Entry("phase", "phase", "", "its number", required=True),
            Entry("change", "change", "announced", options=("announced", "begun", "completed", "disputed")),
            Entry("label", "about", "", "in a few words, as the claimant puts it", required=True),
            Entry("by", "by whom", "", "who announced it, if somebody did"),
            *report.entries(known),
        ),
        key,
        write,
        places={**report.PLACES, "phase": "phase", "label": "label", "by": "by", "stream": "stream"},
        search=lambda values: f"phase {values.get('phase', '').strip()}",
        similar=similar,
    )
