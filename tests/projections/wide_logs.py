"""Random logs of every type that a Situation shows: for comparing two ways of reading the same log."""

from __future__ import annotations

from random import Random
from typing import Any

from hypothesis import strategies as st

from tests.projections.random_logs import CLAIMANTS, day, extend, figure, moment, occurrence, some
from tests.projections.random_logs import own_fields as narrow_fields
from tests.projections.records import CEASEFIRE, RAFAH, Log, exactly, span

CROSSINGS = (RAFAH, "crossing-zikim")
THEMES: dict[str, dict[str, int]] = {
    "crossings": {
        "crossing.registered": 1,
        "crossing.opened": 3,
        "crossing.limited": 2,
        "crossing.closed": 3,
        "crossing.change_announced": 3,
        "crossing.announcement_denied": 2,
        "crossing.quota_set": 3,
        "crossing.passages_counted": 6,
        "crossing.passage_refused": 3,
        "correct": 3,
        "retract": 3,
        "erase": 1,
    },
    "announced": {
        "crossing.opened": 3,
        "crossing.limited": 2,
        "crossing.closed": 3,
        "crossing.change_announced": 4,
        "crossing.announcement_denied": 2,
        "correct": 2,
        "retract": 2,
    },
    "counted": {"crossing.quota_set": 3, "crossing.passages_counted": 9, "correct": 2, "retract": 2},
    "words": {
        "statement.made": 4,
        "source.registered": 2,
        "source.rated": 1,
        "strike.reported": 2,
        "strike.responsibility_stated": 2,
        "strike.assessed": 2,
        "ceasefire.entered_into_force": 1,
        "ceasefire.commitment_made": 1,
        "ceasefire.commitment_scored": 2,
        "ceasefire.step_reported": 2,
        "ceasefire.violation_alleged": 2,
        "correct": 3,
        "retract": 3,
        "erase": 2,
    },
    "linked": {
        "strike.reported": 4,
        "strike.casualties_claimed": 6,
        "link": 4,
        "ceasefire.entered_into_force": 1,
        "correct": 3,
        "retract": 3,
    },
    "series": {
        "series.published": 9,
        "series.defined": 2,
        "series.rebased": 1,
        "strike.reported": 2,
        "strike.casualties_claimed": 2,
        "correct": 3,
        "retract": 2,
    },
}
THEMES["all"] = {topic: weight for theme in THEMES.values() for topic, weight in theme.items()}
STREAMS = {
    "crossing": CROSSINGS,
    "statement": ("statement-a", "statement-b"),
    "source": ("source-gaza-moh", "source-hospital"),
    "strike": ("strike-x-0", "strike-x-1"),
    "ceasefire": (CEASEFIRE,),
}


@st.composite
def wide_logs(draw: st.DrawFn, longest: int = 60) -> Log:
    """A log of a few days, in an order of arrival that has little to do with them."""
    theme = draw(st.sampled_from(sorted(THEMES)))
    return grown(draw(st.integers(0, 2**32)), theme, draw(st.integers(0, longest)))


def grown(seed: int, theme: str, length: int) -> Log:
    """The first `length` steps of the log of that seed."""
    random, log = Random(seed), Log()
    topics, weights = list(THEMES[theme]), list(THEMES[theme].values())
    for _ in range(length):
        extend_widely(random, log, random.choices(topics, weights)[0])
    return log


def extend_widely(random: Random, log: Log, topic: str) -> None:
    """One more record, or an erasure of one and of its corrections."""
    fields = _fields(random, log, topic)
    if fields is not None:
        _say(random, log, topic, fields)
    elif topic != "crossing.announcement_denied":  # of nothing announced yet
        extend(random, log, topic)


def _say(random: Random, log: Log, topic: str, fields: dict[str, Any]) -> None:
    hour = f"T{random.randint(0, 23):02}:10:00Z" if random.random() < 0.5 else ""
    on: Any = occurrence(random)
    if random.random() < 0.2:  # weeks and longer, also such as are not over yet
        first = day(random)
        on = span(first, random.choice(("2026-01-07", "2026-01-12", "2026-04-30")), 3)
    elif random.random() < 0.2:  # a night or so, over midnight
        first = day(random)
        on = span(f"{first}T{random.randint(12, 23)}:00:00Z", f"2026-01-07T{random.randint(0, 12):02}:00:00Z", 2)
        if first == "2026-01-06" or random.random() < 0.7:
            on["end"] = f"2026-01-{int(first[-2:]) + 1:02}T{random.randint(0, 11):02}:00:00Z"
    stream = random.choice(STREAMS[topic.split(".", maxsplit=1)[0]])
    known = f"2026-01-{min(28, 1 + len(log.all) // 5 + random.randint(0, 2)):02}{hour}"
    how: dict[str, Any] = {"via": random.choice(((), ("AFP",), ("Reuters",)))}
    if random.random() < 0.2:
        how["relays"] = random.choice(CLAIMANTS)
    log.say(
        topic,
        stream,
        fields,
        on=on,
        reported=moment(random),
        known=known,
        claimant=random.choice((*CLAIMANTS, *CLAIMANTS, "x")),
        **how,
    )


def _fields(random: Random, log: Log, topic: str) -> dict[str, Any] | None:
    """Own fields of the types that the narrower logs lack, and of those that are fuller here."""
    match topic:
        case "crossing.registered":
            return {"name": random.choice(("Rafah", "Zikim")), "place": "Gaza", "sides": ["a", "b"]}
        case "crossing.opened" | "crossing.limited" | "crossing.closed":
            data: dict[str, Any] = narrow_fields(random, topic)
            if random.random() < 0.4:
                data["until"] = moment(random)
            return data
        case "crossing.change_announced":
            data = {
                "status": random.choice(("open", "limited", "closed")),
                "from": moment(random),
                "directions": some(random, "into", "out_of"),
                "carries": some(random, "people", "goods"),
            }
            if random.random() < 0.3:
                data["until"] = moment(random)
            return data
        case "crossing.announcement_denied":
            announced = [r.id for r in log.all if r.type == "crossing.change_announced"]
            return {"target": random.choice(announced), "text": "it is not so"} if announced else None
        case "crossing.quota_set":
            return {
                "direction": random.choice(("into", "out_of", "both")),
                "category": random.choice(("people", "patient", "truck")),
                "figure": exactly(random.randint(0, 5)),
                "per": random.choice(("day", "day", "week", "period")),
                "kind": random.choice(("permitted", "expected", "agreed")),
            }
        case "crossing.passages_counted":
            return {
                "direction": random.choice(("into", "out_of")),
                "category": random.choice(("people", "people", "patient", "patient", "companion", "staff", "truck")),
                "figure": figure(random),
            }
        case "crossing.passage_refused":
            return {
                "direction": random.choice(("into", "out_of")),
                "outcome": random.choice(("turned_back", "held", "unstated")),
                "figure": figure(random),
            }
        case "statement.made":
            return {"text": "words", "about": [], "figures": [figure(random) for _ in range(random.randint(0, 2))]}
        case "source.registered":
            return {"name": "A source", "kind": "media"}
        case "source.rated":
            return {"reliability": random.choice("ABC"), "by": random.choice(("desk", "x"))}
        case "strike.responsibility_stated":
            return {"stance": random.choice(("claimed", "denied", "attributed")), "party": "a party"}
        case "strike.assessed":
            return {"grade": random.choice(("confirmed", "fair", "weak")), "grader": random.choice(("airwars", "x"))}
        case "ceasefire.commitment_made":
            return {"commitment": "crossing-open", "text": "it opens", "target": figure(random)}
        case "ceasefire.commitment_scored":
            return {
                "commitment": "crossing-open",
                "score": random.randint(0, 3),
                "scorer": random.choice(("kroc", "x")),
                "basis": [],
            }
        case "ceasefire.step_reported":
            return {"what": "withdrawal", "figure": figure(random)}
        case "ceasefire.violation_alleged":
            return {"against": "a party", "about": [], "figure": figure(random), "text": "it was broken"}
        case _:
            return None
