"""The answers that a Situation holds, question by question, each with the keys of the records that bear on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from msgspec import Struct

from projections.changing.answer_words import Words, harm_named
from projections.situation import (
    LISTED,
    CeasefireView,
    CommitmentView,
    CrossingView,
    Marked,
    Part,
    SeriesView,
    Situation,
    StatementView,
    StrikesView,
    StrikeView,
)
from projections.text import NO_DAY, PLURALS, WAYS

ChangedPart = Literal[
    "ceasefire",
    "commitments",
    "allegations",
    "strikes",
    "crossings",
    "series",
    "statements",
    "sources",
    "discrepancies",
]
BEGINNINGS = "ceasefires"
"""Key of what decides which ceasefire is shown, and from which day it is counted."""
SINCE = "since"
"""The same, where strikes are counted from another day than before."""
COUNT = "strikes"
"""Key of what changes how many strikes are counted; with a day behind it, on that day; with a harm and a population
what changes their sum."""
REPORTS, CLAIMS = "reports", "claims"
"""Keys of reports of strikes and links between them, and of claims of one harm to one population, on any strike."""
_STATUS = {"in_force": "in force", "none": "no entry into force on record"}
_STATUS_FIELDS = ("stream", "title", "parties", "mediators", "ended_on", "status_by", "status_record", "status_claims")
_TERMS = ("text", "claimant", "record", "phase", "obligated", "unit", "target", "per", "due")
_FIGURE = ("figure", "as_of", "reported_at", "record", "claimant", "relays", "corrected")
_DEFINED = ("measure", "unit", "of", "stage", "scope", "inclusion", "origin", "offset")


class Answer(NamedTuple):
    """What stands to one question at a vantage.

    `keys` are those of records that bear on it; where none of them moved, `beside` are those that may have decided it
    from elsewhere. `within` is the question of the whole that it is a part of, with which it comes and goes; a `whole`
    is told by its parts where it stands on both sides. What is `windowed` is of a list of the newest: it may slide in
    and out without a change.
    """

    part: ChangedPart
    what: str
    value: Any
    keys: tuple[str, ...]
    beside: tuple[str, ...] = ()
    within: str = ""
    restricted: bool = False
    windowed: bool = False
    whole: bool = False


class Side(Part, frozen=True, kw_only=True):
    """What is compared: a Situation without its lists of the newest, and the strikes and statements that moved."""

    situation: Situation
    strikes: dict[str, StrikeView | None]
    statements: tuple[StatementView, ...]


def answers(side: Side, kin: Mapping[str, Sequence[str]], words: Words) -> Iterator[tuple[str, Answer]]:
    """Every answer with its question. `kin` are the strikes that each was ever linked to, and theirs."""
    shown = side.situation
    yield from _ceasefire(shown.ceasefire)
    for commitment in shown.commitments:
        yield from _commitment(commitment, str(shown.ceasefire.stream))
    for alleged in shown.allegations:
        keys = (f"{shown.ceasefire.stream} alleged {alleged.claimant} {alleged.against}",)
        what = f"Alleged against {alleged.against} by {alleged.claimant}"
        yield (
            f"allegation {alleged.claimant} {alleged.against}",
            Answer("allegations", what, alleged, keys, (BEGINNINGS,), restricted=alleged.restricted),
        )
    yield from _sums(shown.strikes, words)
    for strike in side.strikes.values():
        if strike is not None:
            yield from _strike(strike, words, kin.get(strike.stream, ()))
    for crossing in shown.crossings:
        yield from _crossing(crossing)
    for series in shown.series:
        yield from _series(series, words)
    for said in side.statements:
        answer = Answer("statements", f"Statement {said.stream}", said, (said.record,), restricted=said.restricted)
        yield said.record, answer
    for source in shown.sources:
        stream = f"source-{source.slug}"
        yield stream, Answer("sources", f"Source {source.slug}", source, (stream,), restricted=source.restricted)


def _fields(value: Struct, names: Sequence[str]) -> dict[str, Any]:
    return {name: getattr(value, name) for name in names}


def _one(whole: Marked, value: Any) -> bool:
    """Whether a restricted record says a part of a whole."""
    return whole.restricted or (isinstance(value, Marked) and value.restricted)


def _ceasefire(view: CeasefireView) -> Iterator[tuple[str, Answer]]:
    phases, beginnings = (f"{view.stream} phase",), (BEGINNINGS,)

    def answer(what: str, value: Any, keys: tuple[str, ...], beside: tuple[str, ...] = beginnings) -> Answer:
        return Answer("ceasefire", f"Ceasefire: {what}", value, keys, beside, restricted=_one(view, value))

    status = {"status": _STATUS.get(view.status, view.status), **_fields(view, _STATUS_FIELDS)}
    yield "ceasefire status", answer("status", status, beginnings)
    yield "ceasefire day", answer("day", _fields(view, ("day", "day_one")), beginnings)
    yield "ceasefire phase", answer("phase", view.phase, phases)
    for name, listed in (("announced", view.announced), ("change", view.phases)):
        for one in listed:
            yield (
                f"ceasefire {name} {one.record}",
                answer(f"phase {one.phase} {one.change}", one, (one.record,), phases + beginnings),
            )
    for start in view.starts:
        yield f"ceasefire start {start.record}", answer("counted from", start, (start.record,))
    for again in view.resumed:
        yield f"ceasefire resumed {again.record}", answer("resumed", again, (again.record,))


def _commitment(view: CommitmentView, stream: str) -> Iterator[tuple[str, Answer]]:
    whole = f"commitment {view.commitment}"
    name = f"Commitment: {view.commitment.replace('-', ' ')}"

    def answer(what: str, value: Any, key: str) -> Answer:
        return Answer("commitments", f"{name}: {what}", value, (key,), (BEGINNINGS,), whole, _one(view, value))

    made = (f"{stream} commitment {view.commitment}",)
    yield whole, Answer("commitments", name, view, made, (BEGINNINGS,), restricted=view.restricted, whole=True)
    yield f"{whole} terms", answer("terms", _fields(view, _TERMS), f"{stream} commitment {view.commitment}")
    for score in view.scores:
        key = f"{stream} score {view.commitment} {score.scorer}"
        yield f"{whole} score {score.scorer}", answer(f"scored by {score.scorer}", score, key)
    for step in view.steps:
        yield f"{whole} step {step.record}", answer("step", step, step.record)


def _sums(view: StrikesView, words: Words) -> Iterator[tuple[str, Answer]]:
    """What is made of strikes: the records behind it are those behind their changes."""
    yield (
        "strikes count",
        Answer("strikes", "Strikes on record", _fields(view, ("count", "total", "since")), (COUNT, SINCE), (REPORTS,)),
    )
    for day in view.per_day:
        what = f"Strikes on {words.moment(day.day)}"
        keys = (f"{COUNT} {day.day}",)
        yield f"strikes on {day.day}", Answer("strikes", what, day.strikes, keys, (REPORTS,), windowed=True)
        yield (
            f"strikes without an hour on {day.day}",
            Answer("strikes", f"{what} without an hour", day.no_hour, keys, (REPORTS,), windowed=True),
        )
    for population in view.populations:
        for harm in population.harms:
            kind = f"{harm.harm} {population.of}"
            what = f"Recorded strikes, {population.of}: {harm.harm}"
            beside = (f"{CLAIMS} {kind}", REPORTS)
            yield f"strikes {kind}", Answer("strikes", what, harm, (f"{COUNT} {kind}", SINCE), beside)
    yield "strikes week", Answer("strikes", "Strikes in 7 days", view.week, (COUNT,), (REPORTS,))


def _strike(view: StrikeView, words: Words, kin: Sequence[str]) -> Iterator[tuple[str, Answer]]:
    stream, streams = view.stream, (view.stream, *view.merged)
    name = f"Strike {words.when(view.occurred)}, {view.place} ({stream})"
    # claims join another strike, and a part gives way to its whole, by what is reported of others
    beside = (*(f"{one} {kind}" for one in kin for kind in ("report", "links")), SINCE)

    def answer(what: str, value: Any, keys: Iterable[str], others: tuple[str, ...] = beside) -> Answer:
        return Answer("strikes", f"{name}: {what}", value, tuple(keys), others, stream, _one(view, value))

    yield stream, Answer("strikes", name, view, streams, beside, restricted=view.restricted, whole=True)
    report = _fields(view, ("kind", "place", "clarity", "occurred", "claimant", "record"))
    yield f"{stream} report", answer("report", report, [f"{stream} report"])
    links = _fields(view, ("merged", "part_of", "response_to"))
    yield f"{stream} links", answer("links to other strikes", links, [f"{stream} links", f"{stream} responses"])
    for one in view.ranges:
        kind = f"{one.harm} {one.of}"
        keys = [f"{each} {what}" for each in streams for what in (kind, "links", "report")]
        named = f"{stream} {kind} {one.status} {one.includes} {one.first_day} {one.last_day}"
        wholes = tuple(f"{each} {kind}" for each in kin)  # beside a whole that has a number a part is in no sum
        yield named, answer(harm_named(one), one, keys, wholes + beside)
    for said in view.responsibility:
        yield f"{stream} {said.record}", answer("responsibility", said, [said.record])
    for grade in view.grades:
        keys = [f"{each} graded {grade.grader}" for each in streams]
        yield f"{stream} {grade.record}", answer("evidence graded", grade, keys)


def _crossing(view: CrossingView) -> Iterator[tuple[str, Answer]]:
    stream = view.stream

    def answer(what: str, value: Any, *keys: str, beside: Iterable[str] = (), windowed: bool = False) -> Answer:
        told = f"{view.name}: {what}"
        return Answer("crossings", told, value, keys, tuple(beside), stream, _one(view, value), windowed)

    yield stream, Answer("crossings", view.name, view, (stream,), restricted=view.restricted, whole=True)
    register = _fields(view, ("name", "place", "registered"))
    yield f"{stream} registered", answer("register", register, f"{stream} registered")
    for load, ways in (("people", view.people), ("goods", view.goods)):
        for way, status in (("into", ways.into), ("out_of", ways.out_of)):
            key = f"{stream} status {way} {load}"
            yield key, answer(f"{load} {WAYS[way]}", status, key)
    for quota in view.quotas:
        key = f"{stream} quota {quota.direction} {quota.category} {quota.per} {quota.kind} {quota.claimant}"
        what = f"{quota.kind} {PLURALS[quota.category]} {WAYS[quota.direction]}, says {quota.claimant}"
        yield key, answer(what, quota, key)
    for counted in view.passages:
        key = f"{stream} passages {counted.direction} {counted.category}"
        what = f"{PLURALS[counted.category]} going {WAYS[counted.direction]}"
        yield key, answer(what, counted, key, beside=(f"{stream} quota", f"{stream} passages"))
    for refused in view.refused:
        key = f"{stream} refused {refused.direction} {refused.outcome}"
        outcome = "not let through" if refused.outcome == "unstated" else refused.outcome.replace("_", " ")
        yield key, answer(f"{outcome}, going {WAYS[refused.direction]}", refused, key)
    for announced in view.announced:
        key = f"{stream} announced {announced.record}"
        statuses = (f"{stream} status {way} {load}" for way in announced.directions for load in announced.carries)
        windowed = len(view.announced) >= LISTED
        yield key, answer("announced", announced, announced.record, beside=statuses, windowed=windowed)
    yield f"{stream} newest report", answer("newest report", view.newest_report, f"{stream} report")
    silence = answer("days since the newest report", view.silence_days, f"{stream} report")
    yield f"{stream} silence", silence


def _series(view: SeriesView, words: Words) -> Iterator[tuple[str, Answer]]:
    stream, beside = view.stream, (view.stream,)
    of = f" ({view.of})" if view.of else ""
    name = f"Series {view.measure}{of} from {words.moment(view.origin) if view.origin else NO_DAY}"

    def answer(what: str, value: Any, *keys: str) -> Answer:
        return Answer("series", f"{name}: {what}", value, keys, beside, stream, view.restricted)

    yield stream, Answer("series", name, view, beside, restricted=view.restricted, whole=True)
    yield f"{stream} figure", answer("figure", _fields(view, _FIGURE), f"{stream} value")
    strikes = answer(
        "recorded strikes over the same span, and what is not tied to one",
        _fields(view, ("recorded_sum", "residue")),
        stream,
        f"{COUNT} {view.measure} {view.of}",
    )
    yield f"{stream} recorded strikes", strikes
    yield f"{stream} terms", answer("terms", _fields(view, _DEFINED), f"{stream} defined", f"{stream} rebase")
