"""Random logs for the oracle: few names and few days, so that everything meets everything; all kinds of edits."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from domain.report import Recorded
from tests.projections.records import CEASEFIRE, RAFAH, TOLL, Log, about, at_least, at_most, exactly, span

STRIKES = tuple(f"strike-x-{n}" for n in range(5))
CLAIMANTS = ("gaza-gmo", "gaza-moh", "hospital")
CROSSINGS = (RAFAH, "crossing-zikim")
SERIES = (TOLL, "series-x-killed")

days = st.integers(1, 9).map(lambda n: f"2026-01-{n:02}")
instants = st.builds(lambda day, hour: f"{day}T{hour:02}:30:00Z", days, st.integers(0, 23))
spans = st.builds(lambda a, b: span(min(a, b), max(a, b)), days, days)
moments = st.one_of(days, days, instants)
occurrences = st.one_of(days, days, instants, spans)
figures = st.one_of(
    st.integers(0, 9).map(exactly),
    st.integers(0, 9).map(at_least),
    st.integers(0, 9).map(at_most),
    st.integers(0, 9).map(about),
    st.builds(lambda a, b: {"low": a, "high": b, "qualifier": "range"}, st.integers(0, 9), st.integers(0, 9)),
    st.just({"qualifier": "words", "words": "several"}),
)
ways = st.lists(st.sampled_from(["into", "out_of"]), min_size=1, unique=True)
vias = st.sampled_from([(), ("AFP",), ("Reuters",), ("AFP", "Reuters")])


def data_of(topic: str) -> st.SearchStrategy[dict[str, Any]]:
    """Own fields of a type."""
    fields: dict[str, dict[str, Any]] = {
        "strike.reported": {
            "kind": st.just("shelling"),
            "place": st.just("Gaza"),
            "clarity": st.just(1),
        },
        "strike.casualties_claimed": {
            "harm": st.sampled_from(["killed", "killed", "injured"]),
            "figure": figures,
            "of": st.sampled_from(["palestinians", "palestinians", "israelis"]),
            "status": st.sampled_from(["unstated", "unstated", "civilian"]),
            "includes": st.sampled_from(["new", "new", "unstated", "recovered"]),
            "provisional": st.booleans(),
        },
        "crossing.passages_counted": {
            "direction": st.sampled_from(["into", "out_of"]),
            "category": st.sampled_from(["people", "patient", "companion", "staff"]),
            "figure": st.integers(0, 9).map(exactly),
        },
        "series.published": {"figure": st.integers(0, 50).map(exactly)},
        "series.defined": {
            "measure": st.just("killed"),
            "unit": st.just("people"),
            "origin": days,
            "of": st.just("palestinians"),
            "scope": st.just("all"),
            "inclusion": st.just("all"),
        },
        "series.rebased": {"origin": days, "offset": st.just(exactly(0)), "reason": st.just("as said")},
        "ceasefire.entered_into_force": {
            "title": st.just("A ceasefire"),
            "parties": st.just([]),
            "mediators": st.just([]),
            "timezone": st.just("Asia/Gaza"),
            "sense": st.sampled_from(["in_force", "in_force", "counting_origin"]),
        },
        "ceasefire.phase_changed": {
            "phase": st.integers(1, 3),
            "label": st.just("a phase"),
            "change": st.sampled_from(["announced", "begun"]),
        },
    }
    if topic in ("crossing.opened", "crossing.limited", "crossing.closed"):
        loads = st.lists(st.sampled_from(["people", "goods"]), min_size=1, unique=True)
        plain = {"directions": ways, "carries": loads}
        return st.one_of(st.fixed_dictionaries(plain), st.fixed_dictionaries({**plain, "until": moments}))
    if topic in ("ceasefire.suspended", "ceasefire.resumed", "ceasefire.ended"):
        return st.fixed_dictionaries({"by": st.just("a party"), "cause": st.just("as stated")})
    return st.fixed_dictionaries(fields[topic])


TOPICS: dict[str, tuple[str, ...]] = {
    "strike.reported": STRIKES,
    "strike.casualties_claimed": STRIKES,
    "crossing.opened": CROSSINGS,
    "crossing.limited": CROSSINGS,
    "crossing.closed": CROSSINGS,
    "crossing.passages_counted": CROSSINGS,
    "series.published": SERIES,
    "series.defined": SERIES,
    "series.rebased": SERIES,
    "ceasefire.entered_into_force": (CEASEFIRE,),
    "ceasefire.phase_changed": (CEASEFIRE,),
    "ceasefire.suspended": (CEASEFIRE,),
    "ceasefire.resumed": (CEASEFIRE,),
    "ceasefire.ended": (CEASEFIRE,),
}
WEIGHTED = (
    ["strike.casualties_claimed"] * 6
    + ["strike.reported"] * 4
    + ["link"] * 2
    + ["crossing.opened", "crossing.limited", "crossing.closed", "crossing.passages_counted"]
    + ["series.published"] * 2
    + ["series.defined", "series.rebased"]
    + ["ceasefire.entered_into_force", "ceasefire.phase_changed"]
    + ["ceasefire.suspended", "ceasefire.resumed", "ceasefire.ended"]
    + ["correct"] * 6
    + ["retract"] * 6
    + ["erase"]
)


@st.composite
def logs(draw: st.DrawFn, at_most_records: int = 40) -> Log:
    """A log of records about a few days, in an order of arrival that has little to do with them."""
    log = Log()
    for _ in range(draw(st.integers(0, at_most_records))):
        extend(draw, log)
    return log


def extend(draw: st.DrawFn, log: Log) -> None:
    """One more record."""
    what = draw(st.sampled_from(WEIGHTED))
    if what in ("correct", "retract", "erase"):
        if log.all:
            _edit(draw, log, what, log.all[draw(st.integers(0, len(log.all) - 1))])
        return
    how: dict[str, Any] = {
        "on": draw(occurrences),
        "reported": draw(moments),
        "known": f"2026-01-{draw(st.integers(1, 28)):02}",
        "claimant": draw(st.sampled_from(CLAIMANTS)),
        "via": draw(vias),
    }
    if what == "link":
        n = draw(st.integers(1, len(STRIKES) - 1))
        relation = draw(st.sampled_from(["duplicate_of", "part_of", "response_to"]))
        log.linked(STRIKES[n], relation, STRIKES[draw(st.integers(0, n - 1))], **how)
        return
    if draw(st.integers(0, 4)) == 0:
        how["relays"] = draw(st.sampled_from(CLAIMANTS))
    log.say(what, draw(st.sampled_from(TOPICS[what])), draw(data_of(what)), **how)


def _edit(draw: st.DrawFn, log: Log, what: str, target: Recorded) -> None:
    known = f"2026-01-{draw(st.integers(1, 28)):02}"
    if what == "retract":
        log.retract(target, known=known)
    elif what == "erase":
        # the log destroys a record's corrections with it; a record of an erasure stays
        if target.report is not None and not target.type.startswith("record."):
            edits = [
                r for r in log.all if r.type == "record.corrected" and r.report and r.report.data.target == target.id
            ]
            for record in [*edits, target]:
                log.erase(record, known=known)
    elif not target.type.startswith("record.") and target.report is not None:
        fields: dict[str, Any] = {"occurred": draw(occurrences)}
        if draw(st.booleans()):
            fields["reported_at"] = draw(moments)
        if draw(st.booleans()):
            fields["relays"] = draw(st.sampled_from([None, *CLAIMANTS]))
        if target.type in TOPICS:
            own = draw(data_of(target.type))
            fields |= {name: own[name] for name in draw(st.lists(st.sampled_from(sorted(own)), unique=True))}
        chosen = draw(st.lists(st.sampled_from(sorted(fields)), min_size=1, unique=True))
        log.correct(target, {name: fields[name] for name in chosen}, known=known)
