"""Random logs for the oracle: few names and few days, so that everything meets everything; all kinds of edits.

A log is grown from a seed, record by record: a shorter one of the same seed is its beginning, so that Hypothesis
shrinks a failure to the record that brings it about.
"""

from __future__ import annotations

from random import Random
from typing import Any

from hypothesis import strategies as st

from domain.report import Recorded
from tests.projections.records import CEASEFIRE, RAFAH, TOLL, Log, about, at_least, at_most, exactly, span

STRIKES = tuple(f"strike-x-{n}" for n in range(4))
CLAIMANTS = ("gaza-gmo", "gaza-moh", "hospital")
CROSSINGS = (RAFAH, "crossing-zikim")
SERIES = (TOLL, "series-x-killed")
VIAS: tuple[tuple[str, ...], ...] = ((), (), ("AFP",), ("Reuters",), ("AFP", "Reuters"))
LAST_DAY = 6

THEMES: dict[str, dict[str, int]] = {
    "strikes": {
        "strike.casualties_claimed": 9,
        "strike.reported": 4,
        "link": 2,
        "correct": 3,
        "retract": 3,
        "erase": 1,
    },
    # everything about one day of two strikes, so that claims meet in one range
    "claims": {"strike.casualties_claimed": 12, "strike.reported": 2, "correct": 1, "retract": 2},
    "crossings": {
        "crossing.opened": 2,
        "crossing.limited": 2,
        "crossing.closed": 2,
        "crossing.passages_counted": 5,
        "correct": 2,
        "retract": 2,
    },
    "series": {
        "series.published": 4,
        "series.defined": 1,
        "series.rebased": 1,
        "strike.reported": 2,
        "strike.casualties_claimed": 3,
        "correct": 2,
        "retract": 2,
    },
    "ceasefire": {
        "ceasefire.entered_into_force": 3,
        "ceasefire.phase_changed": 4,
        "ceasefire.suspended": 2,
        "ceasefire.resumed": 2,
        "ceasefire.ended": 1,
        "correct": 2,
        "retract": 2,
    },
    "edits": {"crossing.opened": 2, "strike.reported": 2, "correct": 4, "retract": 8, "erase": 1},
}
ONE_DAY = "2026-01-03"
THEMES["all"] = {topic: weight for theme in THEMES.values() for topic, weight in theme.items()}
STREAMS = {
    "strike": STRIKES,
    "crossing": CROSSINGS,
    "series": SERIES,
    "ceasefire": (CEASEFIRE,),
}


@st.composite
def logs(draw: st.DrawFn, longest: int = 60) -> Log:
    """A log of records about a few days, in an order of arrival that has little to do with them."""
    theme = draw(st.sampled_from([*sorted(THEMES), "claims"]))
    return grown(draw(st.integers(0, 2**32)), theme, draw(st.integers(0, longest)))


def grown(seed: int, theme: str, length: int) -> Log:
    """The first `length` steps of the log of that seed."""
    random, log = Random(seed), Log()
    topics, weights = list(THEMES[theme]), list(THEMES[theme].values())
    for _ in range(length):
        extend(random, log, random.choices(topics, weights)[0], crowded=theme == "claims")
    return log


def extend(random: Random, log: Log, what: str, *, crowded: bool = False) -> None:
    """One more record, or an erasure of one and of its corrections."""
    known = f"2026-01-{min(28, 1 + len(log.all) // 3 + random.randint(0, 2)):02}"
    if what in ("correct", "retract", "erase"):
        if log.all:
            # mostly the newest, so that chains of edits grow
            back = random.choice((1, 1, 2, 3, random.randint(1, len(log.all))))
            _edit(random, log, what, log.all[-min(back, len(log.all))], known)
        return
    how: dict[str, Any] = {
        "on": occurrence(random),
        "reported": moment(random),
        "known": known,
        "claimant": random.choice(CLAIMANTS),
        "via": random.choice(VIAS),
    }
    if random.random() < 0.2:
        how["relays"] = random.choice(CLAIMANTS)
    if what == "link":
        n = random.randint(1, len(STRIKES) - 1)
        relation = random.choice(("duplicate_of", "part_of", "response_to"))
        log.linked(STRIKES[n], relation, STRIKES[random.randint(0, n - 1)], **how)
        return
    fields, streams = own_fields(random, what), STREAMS[what.split(".", maxsplit=1)[0]]
    if crowded:
        how |= {"on": ONE_DAY, "reported": random.choice((ONE_DAY, "2026-01-04", f"{ONE_DAY}T12:00:00Z"))}
        streams = streams[:2]
        if what == "strike.casualties_claimed":
            fields |= {"harm": "killed", "of": "palestinians", "includes": random.choice(("new", "new", "unstated"))}
            fields |= {
                "status": random.choice(("unstated", "unstated", "police", "civilian")),
                "figure": exactly(random.randint(0, 90)),
            }
    log.say(what, random.choice(streams), fields, **how)


def day(random: Random) -> str:
    return f"2026-01-{random.randint(1, LAST_DAY):02}"


def moment(random: Random) -> str:
    if random.random() < 0.3:
        return f"{day(random)}T{random.randint(0, 23):02}:30:00Z"
    return day(random)


def occurrence(random: Random) -> Any:
    if random.random() < 0.2:
        first, last = sorted((day(random), day(random)))
        return span(first, random.choice((last, None)), random.randint(0, 5))
    return moment(random)


def figure(random: Random) -> dict[str, Any]:
    n = random.randint(0, 9)
    low, high = n, random.randint(0, 9)  # now and then out of order
    return random.choice(
        (
            exactly(n),
            exactly(n),
            at_least(n),
            at_most(n),
            about(n),
            {"low": low, "high": high, "qualifier": "range"},
            {"qualifier": "words", "words": "several"},
        )
    )


def some(random: Random, *options: str) -> list[str]:
    return random.sample(options, random.randint(1, len(options)))


def own_fields(random: Random, topic: str) -> dict[str, Any]:
    """Own fields of a type."""
    match topic:
        case "strike.reported":
            return {"kind": "shelling", "place": "Gaza", "clarity": random.choice((1, 1, 1, 2))}
        case "strike.casualties_claimed":
            return {
                "harm": random.choice(("killed", "killed", "killed", "injured")),
                "figure": figure(random),
                "of": random.choice(("palestinians", "palestinians", "palestinians", "israelis")),
                "status": random.choice(("unstated", "unstated", "civilian", "civilian", "police", "journalist")),
                "includes": random.choice(("new", "new", "new", "unstated", "recovered")),
                "provisional": random.random() < 0.3,
            }
        case "crossing.opened" | "crossing.limited" | "crossing.closed":
            until = {"until": moment(random)} if random.random() < 0.3 else {}
            return {"directions": some(random, "into", "out_of"), "carries": some(random, "people", "goods"), **until}
        case "crossing.passages_counted":
            category = random.choice(("people", "patient", "companion", "patient", "companion", "staff"))
            return {
                "direction": random.choice(("into", "out_of")),
                "category": category,
                "figure": exactly(random.randint(0, 9)),
            }
        case "series.published":
            return {"figure": exactly(random.randint(0, 50))}
        case "series.defined":
            return {
                "measure": "killed",
                "unit": "people",
                "origin": day(random),
                "of": "palestinians",
                "scope": "all",
                "inclusion": "all",
            }
        case "series.rebased":
            return {"origin": day(random), "offset": exactly(0), "reason": "as said"}
        case "ceasefire.entered_into_force":
            sense = random.choice(("in_force", "in_force", "counting_origin"))
            return {"title": "It", "parties": [], "mediators": [], "timezone": "Asia/Gaza", "sense": sense}
        case "ceasefire.phase_changed":
            return {
                "phase": random.randint(1, 3),
                "label": "a phase",
                "change": random.choice(("announced", "begun")),
            }
        case _:
            return {"by": "a party", "cause": "as stated"}


def _edit(random: Random, log: Log, what: str, target: Recorded, known: str) -> None:
    claim = not target.type.startswith("record.") and target.report is not None
    if what == "retract":
        log.retract(target, known=known)
    elif what == "erase" and claim:
        edits = [r for r in log.all if r.type == "record.corrected" and r.report and r.report.data.target == target.id]
        for record in [*edits, target]:
            log.erase(record, known=known)
    elif what == "correct" and claim:
        fields: dict[str, Any] = {"occurred": occurrence(random), "reported_at": moment(random)}
        fields["relays"] = random.choice((None, *CLAIMANTS))
        fields |= {} if target.type == "strike.linked" else own_fields(random, target.type)
        log.correct(target, {name: fields[name] for name in some(random, *fields)[:2]}, known=known)
