"""The form for a strike: what happened, who was harmed, who is said to be responsible; written as one command."""

from __future__ import annotations

import re
from typing import Any, get_args

from domain.lines import Draft
from domain.strike import StrikeKind
from domain.values import CivilStatus, Inclusion
from projections.situation import RecordLine
from tui.dashboard.forms import report
from tui.dashboard.forms.form import Entry, Form, Known, Values
from tui.dashboard.forms.near import near

STANCES = ("nobody says", "attributed", "claimed", "denied")
REPORTED, CLAIMED, STATED = "strike.reported", "strike.casualties_claimed", "strike.responsibility_stated"


def strike_form(known: Known, key: str, stream: str = "") -> Form:
    """A strike with its casualties, or another claim on one that is on record (`stream`)."""

    def write(values: Values) -> list[Draft]:
        reader = report.Reader(values, known.zone)
        on_record = reader.text("stream")
        name = on_record or new_stream(reader.text("claimant") or "", key)
        drafts: list[Draft] = []
        first = f"{key}:report"
        cause = None if on_record else first
        if not on_record:
            data: dict[str, Any] = {
                "kind": reader.text("kind"),
                "place": reader.need("place", "the place"),
                "clarity": 1 if values.get("clarity") == "one incident" else 2,
            }
            drafts.append(Draft(REPORTED, name, reader.body(data), first))
        for harm in ("killed", "injured"):
            figure = reader.figure(harm)
            if figure is not None:
                data = {
                    "harm": harm,
                    "figure": figure,
                    "of": reader.need("of", "whose casualties these are"),
                    "status": reader.text("status"),
                    "includes": reader.text("includes"),
                    "provisional": values.get("provisional") == "yes",
                }
                drafts.append(Draft(CLAIMED, name, reader.body(data, cause), f"{key}:{harm}"))
        if values.get("stance") != STANCES[0]:
            data = {
                "stance": values.get("stance"),
                "party": reader.need("party", "the party"),
                "target": reader.text("target"),
            }
            drafts.append(Draft(STATED, name, reader.body(data, cause), f"{key}:responsibility"))
        if on_record and not drafts:
            reader.wrong.setdefault("killed", "nothing is claimed yet: give a figure, or who is said to be responsible")
        reader.check()
        return drafts

    def similar(values: Values, line: RecordLine) -> bool:
        if stream_typed := values.get("stream", "").strip():
            return (
                line.stream == stream_typed
                and line.type == CLAIMED
                and line.claimant == values.get("claimant", "").strip()
                and near(values.get("occurred", ""), line.occurred, known.zone)
            )
        place = values.get("place", "").strip().lower()
        return (
            line.type == REPORTED
            and bool(place)
            and (place in line.text.lower() or line.text.lower().split(", says ")[0].endswith(place))
            and near(values.get("occurred", ""), line.occurred, known.zone)
        )

    return Form(
        "Strike with casualties",
        (
            Entry(
                "stream",
                "on record as",
                stream,
                "empty: a new strike; or the stream of one on record",
                known=known.strikes,
            ),
            Entry("kind", "kind", "air_strike", options=get_args(StrikeKind)),
            Entry("place", "place", "", "in OCHA's spelling", required=not stream, known=known.places),
            Entry("clarity", "it is", "one incident", options=("one incident", "a total of several")),
            Entry("killed", "killed", "", "12, 12+, <=12, ~12, 8-12, or words in brackets"),
            Entry("injured", "injured", "", "the same; empty when nothing is claimed"),
            Entry("of", "of whom", "", "a party or population, like palestinians", known=known.populations),
            Entry("status", "status", "unstated", options=get_args(CivilStatus)),
            Entry("includes", "includes", "new", options=get_args(Inclusion)),
            Entry("provisional", "early count", "no", options=("no", "yes")),
            Entry("stance", "who fired", STANCES[0], options=STANCES),
            Entry("party", "party", "", "who fired, in the claimant's account"),
            Entry("target", "target", "", "in the claimant's account"),
            *report.entries(known),
        ),
        key,
        write,
        places={
            **report.PLACES,
            "place": "place",
            "kind": "kind",
            "figure": "killed",
            "of": "of",
            "party": "party",
            "target": "target",
            "stream": "stream",
        },
        search=lambda values: values.get("stream", "").strip() or values.get("place", "").strip(),
        similar=similar,
    )


def new_stream(claimant: str, key: str) -> str:
    """A new strike's stream, from who reports it and the form's key: never from a date, which may be corrected."""
    source = re.sub(r"[^a-z0-9]+", "-", claimant.lower()).strip("-") or "desk"
    return f"strike-{source}-{key.rsplit(':', 1)[-1][:10]}"
