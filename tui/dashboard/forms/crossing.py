"""The forms for a crossing: its status, and who got through."""

from __future__ import annotations

from typing import Any, get_args

from domain.catalogue import STREAM_KINDS
from domain.crossing import Category
from domain.lines import Draft
from projections.feed.entry import DuplicateQuery
from tui.dashboard.forms import report
from tui.dashboard.forms.form import Entry, Form, Known, Values
from tui.dashboard.forms.naming import slug, stream_entry
from tui.dashboard.forms.reader import Reader

WAYS = {"both ways": ["into", "out_of"], "into": ["into"], "out of": ["out_of"]}
LOADS = {"people": ["people"], "goods": ["goods"], "people and goods": ["people", "goods"]}
TOPICS = {"open": "crossing.opened", "limited": "crossing.limited", "closed": "crossing.closed"}


def _crossing(known: Known, stream: str) -> Entry:
    return stream_entry("crossing", known, stream, label="crossing", required=True)


def _named(values: Values, known: Known) -> Values:
    """The values with the stream of a crossing on record where its name is typed: Rafah, or rafah."""
    stream = f"crossing-{slug(values.get('stream', ''))}"
    return {**values, "stream": stream} if stream in known.streams_of("crossing") else values


def _stream(reader: Reader, topic: str) -> str:
    stream = reader.stream(topic, "the crossing")
    if stream and "stream" in reader.wrong and stream.partition("-")[0] not in STREAM_KINDS:
        reader.wrong["stream"] = f"no crossing on record is called {stream!r}; a new one is written crossing-NAME"
    return stream


def _new_crossing(values: Values, known: Known) -> str:
    """Said of a crossing that nothing is on record of: it may be a slip, and need not be."""
    values = _named(values, known)
    stream, reader = values.get("stream", "").strip(), Reader(values, known)
    if not reader.stream("crossing.opened") or reader.wrong or stream in known.streams_of("crossing"):
        return ""
    listed = ", ".join(known.streams_of("crossing")) or "none"
    return f"No crossing is on record as {stream}: this begins a new one. On record: {listed}."


def _looks(topics: tuple[str, ...], reader: Reader) -> list[DuplicateQuery]:
    stream, claimant, occurred = reader.text("stream"), reader.text("claimant"), reader.occurred()
    if stream is None or claimant is None or occurred is None:
        return []
    return [DuplicateQuery(topic, stream, claimant, occurred) for topic in topics]


def status_form(known: Known, key: str, stream: str = "") -> Form:
    """A crossing is open, limited or closed, says somebody."""

    def write(values: Values) -> list[Draft]:
        reader = Reader(_named(values, known), known)
        topic = TOPICS.get(reader.need("status", "the status"), "")
        data = {
            "directions": WAYS.get(reader.need("directions", "which directions")),
            "carries": LOADS.get(reader.need("carries", "for whom or what")),
            "by": reader.text("by"),
            "conditions": reader.text("conditions"),
            "reason": reader.text("reason"),
            "until": reader.moment("until"),
        }
        draft = Draft(topic, _stream(reader, topic or "crossing.opened"), reader.body(data), key)
        reader.check()
        return [draft]

    return Form(
        "Status of a crossing",
        (
            _crossing(known, stream),
            Entry("status", "status", required=True, options=("", *TOPICS)),
            Entry("directions", "directions", required=True, options=("", *WAYS)),
            Entry("carries", "for", required=True, options=("", *LOADS)),
            Entry("by", "by whom", "", "who opened, limited or closed it, if that is said"),
            Entry("conditions", "conditions", "", "limits that somebody states"),
            Entry("reason", "reason given", "", "in the claimant's account"),
            Entry("until", "until", "", "the end of its schedule, if it has one: a date or an instant"),
            *report.entries(known),
        ),
        key,
        write,
        places=report.PLACES,
        looks=lambda values: _looks(_status(values), Reader(_named(values, known), known)),
        advice=lambda values: _new_crossing(values, known),
    )


def _status(values: Values) -> tuple[str, ...]:
    return tuple(topic for status, topic in TOPICS.items() if status == values.get("status"))


def _counted(values: Values) -> tuple[str, ...]:
    kinds = {"passed": "crossing.passages_counted", "refused": "crossing.passage_refused"}
    return tuple(topic for name, topic in kinds.items() if values.get(name, "").strip())


def passages_form(known: Known, key: str, stream: str = "") -> Form:
    """Who got through a crossing, and who did not."""

    def write(values: Values) -> list[Draft]:
        reader = Reader(_named(values, known), known)
        crossing = _stream(reader, "crossing.passages_counted")
        direction = "into" if reader.need("direction", "the direction") == "into" else "out_of"
        drafts: list[Draft] = []
        passed, refused = reader.figure("passed"), reader.figure("refused")
        if passed is not None:
            category = reader.need("category", "who got through")
            data: dict[str, Any] = {"direction": direction, "category": category, "figure": passed}
            drafts.append(Draft("crossing.passages_counted", crossing, reader.body(data), f"{key}:passed"))
        if refused is not None:
            data = {
                "direction": direction,
                "figure": refused,
                "outcome": values["outcome"].replace(" ", "_"),
                "reason": reader.text("reason"),
                "by": reader.text("by"),
            }
            cause = f"{key}:passed" if passed is not None else None
            drafts.append(Draft("crossing.passage_refused", crossing, reader.body(data, cause), f"{key}:refused"))
        if not drafts:
            reader.wrong.setdefault("passed", "give a count of who got through, or of who was refused")
            reader.body({})
        reader.check()
        return drafts

    return Form(
        "Passages of a crossing",
        (
            _crossing(known, stream),
            Entry("direction", "direction", required=True, options=("", "into", "out of")),
            Entry("category", "who", options=("", *get_args(Category)), unset="choose where some got through"),
            Entry("passed", "got through", "", "12, 12+, <=12, ~12, 8-12, or words in brackets"),
            Entry("refused", "refused", "", "turned back or held; empty when nothing is claimed"),
            Entry("outcome", "they were", "unstated", options=("unstated", "turned back", "held")),
            Entry("reason", "reason given", "", "in the claimant's account"),
            Entry("by", "by whom", "", "who refused them, if that is said"),
            *report.entries(known),
        ),
        key,
        write,
        places={**report.PLACES, "figure": "passed"},
        looks=lambda values: _looks(_counted(values), Reader(_named(values, known), known)),
        advice=lambda values: _new_crossing(values, known),
    )
