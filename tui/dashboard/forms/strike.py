"""The form for a strike: what happened, who was harmed, who is said to be responsible; written as one command."""

from __future__ import annotations

from typing import Any, get_args

from domain.lines import Draft
from domain.strike import StrikeKind
from domain.values import CivilStatus, Inclusion
from projections.feed.entry import DuplicateQuery
from tui.dashboard.forms import report
from tui.dashboard.forms.form import Entry, Form, Known, Values
from tui.dashboard.forms.naming import new_strike, stream_entry
from tui.dashboard.forms.reader import Reader

INCIDENTS = {"one incident": 1, "a total of several": 2}
STANCES = ("nobody says", "attributed", "claimed", "denied")
REPORTED, CLAIMED, STATED = "strike.reported", "strike.casualties_claimed", "strike.responsibility_stated"


def strike_form(known: Known, key: str, stream: str = "") -> Form:
    """A strike with its casualties, or another claim on one that is on record (`stream`)."""

    def write(values: Values) -> list[Draft]:
        reader = Reader(values, known)
        on_record = reader.stream(CLAIMED)
        name = on_record or new_strike(reader.text("claimant") or "", key)
        drafts: list[Draft] = []
        first = f"{key}:report"
        cause = None if on_record else first
        if not on_record:
            data: dict[str, Any] = {
                "kind": reader.need("kind", "the kind"),
                "place": reader.need("place", "the place"),
                "clarity": INCIDENTS.get(reader.need("clarity", "whether it is one incident")),
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
                    "provisional": reader.need("provisional", "whether it is an early count") == "yes",
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

    def looks(values: Values) -> list[DuplicateQuery]:
        reader = Reader(values, known)
        occurred, claimant, place = reader.occurred(), reader.text("claimant"), reader.text("place")
        if occurred is None:
            return []
        if on_record := reader.text("stream"):
            return [DuplicateQuery(CLAIMED, on_record, claimant, occurred)] if claimant else []
        return [DuplicateQuery(REPORTED, occurred=occurred, place=place)] if place else []

    return Form(
        "Strike with casualties",
        (
            stream_entry("strike", known, stream, label="on record as", hint="empty: a new strike; else its stream"),
            Entry("kind", "kind", required=not stream, unless="stream", options=("", *get_args(StrikeKind))),
            Entry(
                "place",
                "place",
                hint="in OCHA's spelling",
                required=not stream,
                unless="stream",
                known=known.words_of("place"),
            ),
            Entry("clarity", "it is", required=not stream, unless="stream", options=("", *INCIDENTS)),
            Entry("killed", "killed", "", "12, 12+, <=12, ~12, 8-12, or words in brackets"),
            Entry("injured", "injured", "", "the same; empty when nothing is claimed"),
            Entry("of", "of whom", "", "a party or population, like palestinians", known=known.words_of("of")),
            Entry("status", "status", "unstated", options=get_args(CivilStatus)),
            Entry("includes", "includes", "unstated", options=get_args(Inclusion)),
            Entry("provisional", "early count", options=("", "no", "yes"), unset="choose where there is a figure"),
            Entry("stance", "who fired", STANCES[0], options=STANCES),
            Entry("party", "party", "", "who fired, in the claimant's account", known=known.words_of("party")),
            Entry("target", "target", "", "in the claimant's account"),
            *report.entries(known),
        ),
        key,
        write,
        places={**report.PLACES, "figure": "killed"},
        looks=looks,
    )
