"""Every fact of the first source, one newspaper's report of 2 February 2026, is on a page and in the JSON of that day.

The facts are the report's own claims, in our words. They are looked for as they were known on that evening.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from tests.journeys.conftest import Ceasefire

VANTAGE = ("replay", "2026-02-02", "--known-at", "2026-02-02", "--full")
NEWSPAPER = "newspaper-2026-02-02"
Json = dict[str, Any]
Found = Callable[[Json], bool]


class Fact(NamedTuple):
    """What the report says, what a page of the text must hold of it, and where the JSON has it."""

    said: str
    text: tuple[str, ...]
    found: Found


def rafah(day: Json) -> Json:
    found: Json = next(one for one in day["crossings"] if one["stream"] == "crossing-rafah")
    return found


def figure(value: Json, **bounds: int) -> bool:
    """Whether a figure has exactly these of low, best and high."""
    return {name: value[name] for name in ("low", "best", "high") if value.get(name) is not None} == bounds


def exactly(number: int) -> dict[str, int]:
    return {"low": number, "best": number, "high": number}


def status(claimant: str, word: str, by: str) -> Found:
    """A status of people both ways, by this claimant."""
    return lambda day: all(
        any((one["claimant"], one["status"], one["by"]) == (claimant, word, by) for one in way["claims"])
        for way in rafah(day)["people"].values()
    )


def quota(direction: str, kind: str, claimant: str, **bounds: int) -> Found:
    """How many were permitted or expected, for that Monday alone."""
    told = (direction, kind, claimant, "period", "people", "2026-02-02")
    names = ("direction", "kind", "claimant", "per", "category", "occurred")
    return lambda day: any(
        tuple(one[name] for name in names) == told and figure(one["figure"], **bounds) for one in rafah(day)["quotas"]
    )


def claimed(
    counts: str, claimant: str, number: int, parts: dict[str, int], reason: str | None = None, **of: str
) -> Found:
    """A count of one claimant in a list of a crossing, with its parts."""

    def found(day: Json) -> bool:
        ranges = [one for one in rafah(day)[counts] if of.items() <= one.items()]
        return any(
            said["claimant"] == claimant
            and figure(said["figure"], **exactly(number))
            and {name: part["best"] for name, part in said["figure"].get("parts", {}).items()} == parts
            and said["reason"] == reason
            for one in ranges
            for said in one["said"]
        )

    return found


def series(claimant: str, measure: str, words_of_parts: dict[str, str] | None = None, **bounds: int) -> Found:
    """A running figure."""
    return lambda day: any(
        (one["claimant"], one["measure"]) == (claimant, measure)
        and figure(one["figure"], **bounds)
        and {name: part.get("words") for name, part in one["figure"].get("parts", {}).items()} == (words_of_parts or {})
        for one in day["series"]
    )


def statement(claimant: str, words: str, occurred: Any = "2026-02-02", **bounds: int) -> Found:
    """A statement with these words, and a figure if there is one."""
    return lambda day: any(
        one["claimant"] == claimant
        and words in one["text"]
        and one["occurred"] == occurred
        and (not bounds or any(figure(each, **bounds) for each in one["figures"]))
        for one in day["statements"]
    )


def commitment(name: str) -> Found:
    return lambda day: any((one["commitment"], one["phase"]) == (name, 2) for one in day["commitments"])


def killed_on_saturday(day: Json) -> bool:
    strike = next(one for one in day["strikes"]["latest"] if one["stream"] == "strike-desk-2026-01-31")
    return any(
        said["claimant"] == "local-health-officials"
        and figure(said["figure"], low=32)
        and said["figure"]["parts"]["children"]["words"] == "several"
        for one in strike["ranges"]
        for said in one["said"]
    )


def targets_given(day: Json) -> bool:
    strike = next(one for one in day["strikes"]["latest"] if one["stream"] == "strike-desk-2026-01-31")
    told = {one["claimant"]: (one["stance"], one["target"]) for one in strike["responsibility"]}
    return told["israeli-government"] == ("claimed", "militants and weapons sites")


def phase_2(day: Json) -> bool:
    phase = day["ceasefire"]["phase"]
    return (phase["phase"], phase["change"], phase["claimant"], phase["occurred"]) == (
        2,
        "begun",
        NEWSPAPER,
        {"start": "2026-02-02", "end": "2026-02-02", "precision": 4},
    )


MAY_2024 = {"start": "2024-05-01", "end": "2024-05-31", "precision": 4}
EARLY_2025 = {"start": "2025-01-01", "end": "2025-03-31", "precision": 5}
WEEK_BEFORE = {"start": "2026-01-26", "end": "2026-02-01", "precision": 3}

FACTS = (
    Fact(
        "Rafah is the only border of Gaza that is not with Israel",
        ("Rafah is the only border crossing of Gaza that is not shared with Israel",),
        statement(NEWSPAPER, "not shared with Israel"),
    ),
    Fact(
        "seized in May 2024, and closed for more than 20 months",
        ("Israeli troops seized the crossing in May 2024", "closed for more than 20 months", "at least 20"),
        statement(NEWSPAPER, "seized the crossing in May 2024", low=20),
    ),
    Fact(
        "the reason, by Israel, in May 2024: smuggling of weapons by Hamas",
        ("1 May 2024 to 31 May 2024, israeli-government", "to prevent the smuggling of weapons by Hamas"),
        statement("israeli-government", "smuggling of weapons by Hamas", MAY_2024),
    ),
    Fact(
        "briefly reopened in the early-2025 ceasefire, for limited medical evacuation",
        ("1 Jan 2025 to 31 Mar 2025, newspaper-2026-02-02", "reopened briefly in early 2025"),
        statement(NEWSPAPER, "reopened briefly in early 2025", EARLY_2025),
    ),
    Fact(
        "reopening was linked to all hostages, until the last one's remains were recovered",
        ("linked the reopening of Rafah to the return of all hostages", "recovered the remains of the last one"),
        statement(NEWSPAPER, "to the return of all hostages"),
    ),
    Fact(
        "a limited reopening on 2 February, allowed by Israel",
        ("limited since 2 Feb 2026 by Israel", "newspaper-2026-02-02 limited 2 Feb 2026", "Israel allows a limited"),
        status(NEWSPAPER, "limited", "Israel"),
    ),
    Fact(
        "about 150 expected to leave that day",
        ("Out of, expected: about 150 people per period, says egyptian-officials, 2 Feb 2026",),
        quota("out_of", "expected", "egyptian-officials", best=150),
    ),
    Fact(
        "50 permitted to enter that day",
        ("Into, permitted: 50 people per period, says egyptian-officials, 2 Feb 2026",),
        quota("into", "permitted", "egyptian-officials", **exactly(50)),
    ),
    Fact(
        "12 had entered by nightfall",
        ("12 people got through", "palestinian-and-egyptian-sources 12 (returnees 12) (via Reuters"),
        claimed(
            "passages", "palestinian-and-egyptian-sources", 12, {"returnees": 12}, direction="into", category="people"
        ),
    ),
    Fact(
        "38 more did not pass security checks and stayed overnight on the Egyptian side",
        ("38 held", "did not pass security checks; stayed overnight on the Egyptian side"),
        claimed(
            "refused",
            "palestinian-and-egyptian-sources",
            38,
            {},
            "did not pass security checks; stayed overnight on the Egyptian side",
            direction="into",
            outcome="held",
        ),
    ),
    Fact(
        "5 patients left, each with two relatives: 15",
        ("newspaper-2026-02-02 15 (patients 5, relatives 10)",),
        claimed("passages", NEWSPAPER, 15, {"patients": 5, "relatives": 10}, direction="out_of", category="people"),
    ),
    Fact(
        "27 in either direction",
        ("27 people crossed on the first day, in either direction", "27 (into Gaza 12, out of Gaza 15)"),
        statement(NEWSPAPER, "27 people crossed", **exactly(27)),
    ),
    Fact(
        "thousands outside Gaza seek to return",
        ("Thousands of Palestinians outside Gaza seek to return",),
        statement(NEWSPAPER, "Thousands of Palestinians outside Gaza seek to return"),
    ),
    Fact(
        "delays: Israeli security procedures, say Palestinian officials",
        ("palestinian-officials on crossing-rafah: Israeli security procedures delayed the passages",),
        statement("palestinian-officials", "security procedures delayed the passages"),
    ),
    Fact(
        "Israel's military did not comment at once",
        ("The Israeli military did not comment at once",),
        statement(NEWSPAPER, "did not comment at once"),
    ),
    Fact(
        "ambulances waited for hours and crossed after sunset, on Egyptian state television",
        ("egyptian-state-television on crossing-rafah: Shows ambulances that waited for hours", "after sunset"),
        statement("egyptian-state-television", "waited for hours and crossed after sunset"),
    ),
    Fact(
        "joint screening, and a small number of patients a day",
        ("joint Israeli-Egyptian screening; a small number of patients may leave each day",),
        statement(NEWSPAPER, "joint Israeli-Egyptian screening"),
    ),
    Fact(
        "an EU civilian mission monitors; its policy chief calls it a concrete and positive step",
        ("An EU civilian mission monitors the crossing", "concrete and positive step"),
        statement("eu-foreign-policy-chief", "supports Palestinian border officials"),
    ),
    Fact(
        "the national committee welcomes it: symbolic, the start of a long process",
        ("ncag on crossing-rafah: Welcomes the reopening, calls it symbolic and the start of a long process",),
        statement("ncag", "symbolic and the start of a long process"),
    ),
    Fact(
        "about 100,000 crossed into Egypt in the first months of the war",
        ("About 100,000 Palestinians crossed into Egypt",),
        statement(NEWSPAPER, "crossed into Egypt", best=100_000),
    ),
    Fact(
        "about 20,000 wait to leave for care",
        ("about 20,000 people, says gaza-health-officials",),
        series("gaza-health-officials", "waiting", best=20_000),
    ),
    Fact(
        "about 4,000 with referrals could not cross",
        ("gaza-health-officials on crossing-rafah: About 4,000 people with referrals",),
        statement("gaza-health-officials", "could not cross", best=4_000),
    ),
    Fact(
        "thousands are registered with WHO",
        ("Thousands of people who need care abroad are registered with WHO",),
        statement(NEWSPAPER, "registered with WHO"),
    ),
    Fact(
        "more than one in five are children, says MSF",
        ("msf: More than one in five of those waiting to leave for care are children",),
        statement("msf", "More than one in five"),
    ),
    Fact(
        "more than 11,000 cancer patients",
        ("more than 11,000 cancer patients",),
        statement(NEWSPAPER, "cancer patients", low=11_000),
    ),
    Fact(
        "at least 900 died waiting, says WHO",
        ("who on series-who-died-waiting-2024-07-01: At least 900 people died",),
        statement("who", "At least 900 people died", low=900),
    ),
    Fact(
        "one patient died the week before",
        ("One patient who waited to leave died the week before",),
        statement(NEWSPAPER, "One patient who waited", WEEK_BEFORE, **exactly(1)),
    ),
    Fact(
        "the only specialised cancer hospital, destroyed by Israel in March 2025",
        ("Israel destroyed the only specialised cancer hospital of Gaza in March 2025",),
        statement(NEWSPAPER, "only specialised cancer hospital"),
    ),
    Fact(
        "in effect since early October 2025, brokered by the United States",
        ("The ceasefire, brokered by the United States, has been in effect since early October 2025",),
        statement(NEWSPAPER, "in effect since early October 2025"),
    ),
    Fact("it enters its second phase", ("Phase 2 begun 2 Feb 2026", f"says {NEWSPAPER}"), phase_2),
    Fact(
        "the first phase",
        ("The first phase held an exchange of hostages, more aid and a partial Israeli withdrawal",),
        statement(NEWSPAPER, "an exchange of hostages, more aid and a partial Israeli withdrawal"),
    ),
    Fact(
        "the second phase",
        ("a new Palestinian governing body, an international security force, the disarmament of Hamas",),
        statement(NEWSPAPER, "The second phase is to bring"),
    ),
    Fact("a governing body", ("governing-body (phase 2)",), commitment("governing-body")),
    Fact("a security force", ("security-force (phase 2)",), commitment("security-force")),
    Fact("disarmament of Hamas", ("disarmament (phase 2): Hamas is to be disarmed",), commitment("disarmament")),
    Fact("reconstruction", ("reconstruction (phase 2): Reconstruction is to start",), commitment("reconstruction")),
    Fact(
        "strikes and gunfire slowed, not stopped",
        ("Strikes and gunfire have slowed since the ceasefire, and have not stopped",),
        statement(NEWSPAPER, "have slowed since the ceasefire"),
    ),
    Fact(
        "storms: floods and deaths in displacement camps",
        ("Storms brought floods and deaths in displacement camps",),
        statement(NEWSPAPER, "Storms brought floods"),
    ),
    Fact(
        "at least 32 killed on Saturday, several children among them, say local health officials",
        ('local-health-officials at least 32 (children "several")',),
        killed_on_saturday,
    ),
    Fact(
        "Israel: the targets were militants and weapons sites",
        ("target given: militants and weapons sites, says israeli-government",),
        targets_given,
    ),
    Fact(
        "at least 509 killed since the ceasefire, many of them children",
        ('at least 509 (children "many") people, says newspaper-2026-02-02, repeating gaza-moh',),
        series(NEWSPAPER, "killed", {"children": "many"}, low=509),
    ),
    Fact(
        "more than 1,400 wounded, many of them children",
        ('at least 1,400 (children "many") people, says newspaper-2026-02-02, repeating gaza-moh',),
        series(NEWSPAPER, "injured", {"children": "many"}, low=1_400),
    ),
    Fact(
        "foreign journalists are barred by Israel",
        ("Foreign journalists are barred from Gaza by Israel",),
        statement(NEWSPAPER, "Foreign journalists are barred"),
    ),
    Fact(
        "hundreds of local journalists killed",
        ("Hundreds of local journalists have been killed since the war began",),
        statement(NEWSPAPER, "Hundreds of local journalists"),
    ),
    Fact(
        "the hostages were taken in the Hamas-led attack of 7 October 2023",
        ("The hostages were taken in the attack led by Hamas on 7 October 2023",),
        statement(NEWSPAPER, "the attack led by Hamas on 7 October 2023", "2023-10-07"),
    ),
)


@pytest.mark.parametrize("as_json", [False, True], ids=["text", "json"])
def test_every_fact_of_the_report_is_on_a_page(ceasefire: Ceasefire, as_json: bool) -> None:
    ceasefire("demo")
    if as_json:
        day = json.loads(ceasefire(*VANTAGE, "--json").stdout)
        missing = [fact.said for fact in FACTS if not fact.found(day)]
    else:
        page = " ".join(ceasefire(*VANTAGE).stdout.split())
        missing = [fact.said for fact in FACTS if not all(words in page for words in fact.text)]
    assert missing == []


def test_what_was_reported_later_is_not_on_that_page(ceasefire: Ceasefire) -> None:
    """Counts of the same day that came on the 3rd and the 10th: exits of 12, 8 and 20."""
    ceasefire("demo")
    then = json.loads(ceasefire(*VANTAGE, "--json").stdout)
    [out_of] = [p for p in rafah(then)["passages"] if (p["direction"], p["category"]) == ("out_of", "people")]
    assert (out_of["low"], out_of["high"]) == (15, 15)
    later = json.loads(ceasefire("replay", "2026-02-02", "--full", "--json").stdout)
    [out_of] = [p for p in rafah(later)["passages"] if (p["direction"], p["category"]) == ("out_of", "people")]
    assert (out_of["low"], out_of["high"]) == (8, 20)
