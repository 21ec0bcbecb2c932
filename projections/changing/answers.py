"""The answers that a Situation holds, question by question, each with the keys of the records that bear on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple, TypeVar

from msgspec import Struct

from projections import situation as shown
from projections.changing.words import Words, harm_named
from projections.situation import Situation
from projections.text import NO_DAY, OUTCOMES, PLURALS, WAYS

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
    and out without a change. `sums` are keys of the sums that change with it; without `what` it is told by these alone.
    """

    part: ChangedPart
    question: str
    what: str
    value: Any
    keys: tuple[str, ...]
    beside: tuple[str, ...] = ()
    within: str = ""
    restricted: bool = False
    windowed: bool = False
    sums: tuple[str, ...] = ()
    whole: bool = False

    def has(self, question: str, what: str, value: Any, *keys: str, beside: tuple[str, ...] | None = None) -> Answer:
        """A part of it."""
        others = self.beside if beside is None else beside
        restricted = self.restricted or (isinstance(value, shown.Marked) and value.restricted)
        return Answer(self.part, question, f"{self.what}: {what}", value, keys, others, self.question, restricted)


class Differing(NamedTuple):
    """A question to which something else stands; where nothing does, None. Not all is told: see `Answer`."""

    was: Answer | None
    now: Answer | None
    is_told: bool = True

    @property
    def sides(self) -> list[Answer]:
        """What stands on either side, the later first: on one at least."""
        return [answer for answer in (self.now, self.was) if answer is not None]

    def values(self) -> tuple[Any, Any]:
        """What stands on each side; of several fields that belong together those that differ."""
        was, now = (answer and answer.value for answer in (self.was, self.now))
        if not (isinstance(was, dict) and isinstance(now, dict)):
            return was, now
        differ = [name for name in was if was[name] != now[name]]
        return {name: was[name] for name in differ}, {name: now[name] for name in differ}


def differing(
    before: Situation, after: Situation, kin: Mapping[str, Sequence[str]], words: Words
) -> Iterator[Differing]:
    """Every question to which something else stands. A whole that is on one side only is told as that, not in parts.

    `kin` are the strikes that each was ever linked to, and theirs.
    """
    was, now = (
        {answer.question: answer for answer in _answers(*sides, kin, words)}
        for sides in ((before, after), (after, before))
    )
    on_both = {"", *(was.keys() & now.keys())}
    for question in dict.fromkeys([*now, *was]):
        one, other = was.get(question), now.get(question)
        if one is not None and other is not None:
            if not one.whole and one.value != other.value:
                yield Differing(one, other, bool(one.what))
        elif only := one or other:
            yield Differing(one, other, bool(only.what) and not only.windowed and only.within in on_both)


def _answers(here: Situation, there: Situation, kin: Mapping[str, Sequence[str]], words: Words) -> Iterator[Answer]:
    """Answers with their questions: those that may be others on the other side."""
    ceasefire = str(here.ceasefire.stream)
    yield from _ceasefire(here.ceasefire)
    for commitment in here.commitments:
        yield from _commitment(commitment, ceasefire)
    for one in here.allegations:
        named, what = f"{one.claimant} {one.against}", f"Alleged against {one.against} by {one.claimant}"
        key, beside = f"{ceasefire} alleged {named}", (BEGINNINGS,)
        yield Answer("allegations", f"allegation {named}", what, one, (key,), beside, restricted=one.restricted)
    yield from _sums(here.strikes, words)
    for strike in _unlike(here.strikes.latest, there.strikes.latest):
        yield from _strike(strike, words, kin.get(strike.stream, ()))
    for crossing in _unlike(here.crossings, there.crossings):
        yield from _crossing(crossing)
    for series in _unlike(here.series, there.series):
        yield from _series(series, words)
    for said in here.statements:
        what = f"Statement {said.stream}"
        yield Answer("statements", said.record, what, said, (said.record,), restricted=said.restricted)
    for source in here.sources:
        stream, what = f"source-{source.slug}", f"Source {source.slug}"
        yield Answer("sources", stream, what, source, (stream,), restricted=source.restricted)


_Streamed = TypeVar("_Streamed", shown.StrikeView, shown.CrossingView, shown.SeriesView)


def _unlike(here: Iterable[_Streamed], there: Iterable[_Streamed]) -> Iterator[_Streamed]:
    """What is not the same on the other side."""
    same = {one.stream: one for one in there}
    return (one for one in here if one != same.get(one.stream))


def _whole(
    part: ChangedPart, question: str, what: str, view: Any, keys: tuple[str, ...], beside: tuple[str, ...] = ()
) -> Answer:
    return Answer(part, question, what, view, keys, beside, restricted=view.restricted, whole=True)


def _fields(value: Struct, names: Sequence[str]) -> dict[str, Any]:
    return {name: getattr(value, name) for name in names}


def _ceasefire(view: shown.CeasefireView) -> Iterator[Answer]:
    whole = Answer("ceasefire", "", "Ceasefire", view, (), (BEGINNINGS,), restricted=view.restricted)
    phases = f"{view.stream} phase"
    status = {"status": _STATUS.get(view.status, view.status), **_fields(view, _STATUS_FIELDS)}
    yield whole.has("ceasefire status", "status", status, BEGINNINGS)
    yield whole.has("ceasefire day", "day", _fields(view, ("day", "day_one")), BEGINNINGS)
    yield whole.has("ceasefire phase", "phase", view.phase, phases)
    for name, listed in (("announced", view.announced), ("change", view.phases)):
        for one in listed:
            what = f"phase {one.phase} {one.change}"
            yield whole.has(f"ceasefire {name} {one.record}", what, one, one.record, beside=(phases, BEGINNINGS))
    for start in view.starts:
        yield whole.has(f"ceasefire start {start.record}", "counted from", start, start.record)
    for again in view.resumed:
        yield whole.has(f"ceasefire resumed {again.record}", "resumed", again, again.record)


def _commitment(view: shown.CommitmentView, stream: str) -> Iterator[Answer]:
    question, name = f"commitment {view.commitment}", f"Commitment: {view.commitment.replace('-', ' ')}"
    made = f"{stream} commitment {view.commitment}"
    whole = _whole("commitments", question, name, view, (made,), (BEGINNINGS,))
    yield whole
    yield whole.has(f"{question} terms", "terms", _fields(view, _TERMS), made)
    for score in view.scores:
        key = f"{stream} score {view.commitment} {score.scorer}"
        yield whole.has(f"{question} score {score.scorer}", f"scored by {score.scorer}", score, key)
    for step in view.steps:
        yield whole.has(f"{question} step {step.record}", "step", step, step.record)


def _sums(view: shown.StrikesView, words: Words) -> Iterator[Answer]:
    """What is made of strikes: the records behind it are those behind their changes."""

    def answer(question: str, what: str, value: Any, *keys: str, beside: tuple[str, ...] = ()) -> Answer:
        return Answer("strikes", question, what, value, keys, (*beside, REPORTS))

    count = _fields(view, ("count", "total", "since"))
    yield answer("strikes count", "Strikes on record", count, COUNT, SINCE)
    for day in view.per_day:
        what, key = f"Strikes on {words.moment(day.day)}", f"{COUNT} {day.day}"
        yield answer(f"strikes on {day.day}", what, day.strikes, key)._replace(windowed=True)
        question, what = f"strikes without an hour on {day.day}", f"{what} without an hour"
        yield answer(question, what, day.no_hour, key)._replace(windowed=True)
    for population in view.populations:
        for harm in population.harms:
            kind = f"{harm.harm} {population.of}"
            what = f"Recorded strikes, {population.of}: {harm.harm}"
            yield answer(f"strikes {kind}", what, harm, f"{COUNT} {kind}", SINCE, beside=(f"{CLAIMS} {kind}",))
    yield answer("strikes week", "Strikes in 7 days", view.week, COUNT)


def _strike(view: shown.StrikeView, words: Words, kin: Sequence[str]) -> Iterator[Answer]:
    stream, streams = view.stream, (view.stream, *view.merged)
    # claims join another strike, and a part gives way to its whole, by what is reported of others
    beside = (*(f"{one} {kind}" for one in kin for kind in ("report", "links")), SINCE)
    name = f"Strike {words.when(view.occurred)}, {view.place} ({stream})"
    whole = _whole("strikes", stream, name, view, streams, beside)
    yield whole
    report = _fields(view, ("kind", "place", "clarity", "occurred", "claimant", "record"))
    yield whole.has(f"{stream} report", "report", report, f"{stream} report")
    links = _fields(view, ("merged", "part_of", "response_to"))
    yield whole.has(f"{stream} links", "links to other strikes", links, f"{stream} links", f"{stream} responses")
    sums = (COUNT, f"{COUNT} {words.day(view.occurred)}")
    keys = tuple(f"{each} {what}" for each in streams for what in ("report", "links"))
    yield Answer("strikes", f"{stream} counted", "", (view.occurred, view.part_of), keys, beside, sums=sums)
    for one in view.ranges:
        kind = f"{one.harm} {one.of}"
        claims = (f"{each} {kind}" for each in streams)
        named = f"{stream} {kind} {one.status} {one.includes} {one.first_day} {one.last_day}"
        wholes = tuple(f"{each} {kind}" for each in kin)  # beside a whole that has a number a part is in no sum
        counted = whole.has(named, harm_named(one), one, *keys, *claims, beside=wholes + beside)
        yield counted._replace(sums=(f"{COUNT} {kind}",))
    for said in view.responsibility:
        yield whole.has(f"{stream} {said.record}", "responsibility", said, said.record)
    for grade in view.grades:
        graded = (f"{each} graded {grade.grader}" for each in streams)
        yield whole.has(f"{stream} {grade.record}", "evidence graded", grade, *graded)


def _crossing(view: shown.CrossingView) -> Iterator[Answer]:
    stream = view.stream
    whole = _whole("crossings", stream, view.name, view, (stream,))
    yield whole
    register = _fields(view, ("name", "place", "registered"))
    yield whole.has(f"{stream} registered", "register", register, f"{stream} registered")
    for load, ways in (("people", view.people), ("goods", view.goods)):
        for way, status in (("into", ways.into), ("out_of", ways.out_of)):
            key = f"{stream} status {way} {load}"
            yield whole.has(key, f"{load} {WAYS[way]}", status, key)
    for quota in view.quotas:
        key = f"{stream} quota {quota.direction} {quota.category} {quota.per} {quota.kind} {quota.claimant}"
        what = f"{quota.kind} {PLURALS[quota.category]} {WAYS[quota.direction]}, says {quota.claimant}"
        yield whole.has(key, what, quota, key)
    for counted in view.passages:
        key = f"{stream} passages {counted.direction} {counted.category}"
        what = f"{PLURALS[counted.category]} going {WAYS[counted.direction]}"
        yield whole.has(key, what, counted, key, beside=(f"{stream} quota", f"{stream} passages"))
    for refused in view.refused:
        key = f"{stream} refused {refused.direction} {refused.outcome}"
        yield whole.has(key, f"{OUTCOMES[refused.outcome]}, going {WAYS[refused.direction]}", refused, key)
    for one in view.announced:
        statuses = tuple(f"{stream} status {way} {load}" for way in one.directions for load in one.carries)
        ahead = whole.has(f"{stream} announced {one.record}", "announced", one, one.record, beside=statuses)
        yield ahead._replace(windowed=len(view.announced) >= shown.LISTED)
    newest = f"{stream} report"
    yield whole.has(f"{stream} newest report", "newest report", view.newest_report, newest)
    yield whole.has(f"{stream} silence", "days since the newest report", view.silence_days, newest)


def _series(view: shown.SeriesView, words: Words) -> Iterator[Answer]:
    stream = view.stream
    of = f" ({view.of})" if view.of else ""
    name = f"Series {view.measure}{of} from {words.moment(view.origin) if view.origin else NO_DAY}"
    whole = _whole("series", stream, name, view, (stream,), (stream,))
    yield whole
    yield whole.has(f"{stream} figure", "figure", _fields(view, _FIGURE), f"{stream} value")
    what = "recorded strikes over the same span, and what is not tied to one"
    sums = f"{COUNT} {view.measure} {view.of}"
    yield whole.has(f"{stream} recorded strikes", what, _fields(view, ("recorded_sum", "residue")), stream, sums)
    terms = _fields(view, _DEFINED)
    yield whole.has(f"{stream} terms", "terms", terms, f"{stream} defined", f"{stream} rebase")
