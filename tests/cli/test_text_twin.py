"""The text twin: a Situation in plain words."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.cli.samples import SAMPLE, claim, exact, situation
from tui.text_twin import text

EMPTY_STRIKES: dict[str, Any] = {
    "count": 0,
    "since": None,
    "populations": [],
    "per_day": [],
    "week": {"strikes": 0, "before": 0},
    "latest": [],
    "total": 0,
}


def said(**changes: Any) -> str:
    """The text with its line ends as spaces."""
    return " ".join(text(situation(**changes), full=True).split())


def test_the_whole_page() -> None:
    assert text(situation()).splitlines()[:9] == [
        "Gaza ceasefire: in force, day 116 from 10 Oct 2025.",
        "Phase 2 begun 14 Jan 2026: governance and reconstruction, says us-envoy.",
        "REPLAY, this is not now. As of the end of 2 Feb 2026 Gaza; known at 3 Feb 2026",
        "    12:00, record #207 of #214.",
        "Known by report date up to #200; log kept since 20 Aug 2026.",
        "Claims combined by the rule envelope: lowest low to highest high, no best.",
        "Hidden by this vantage: 7 records not known then, 17 records of later events.",
        "",
        "PHASE AND COMMITMENTS",
    ]


@pytest.mark.parametrize(
    "words",
    [
        "Start 10 Oct 2025 (in force), says idf.",
        "release-of-hostages (phase 1): Release of the hostages",
        "Terms: target 48 people, says agreement.",
        "Step: hostages released: 20, 13 Oct 2025, says icrc.",
        "Scored 3 (full), done 48, by desk, 26 Jan 2026, on 1 record.",
        "282 (shootings 88), against Israel, says gaza-gmo, 10 Oct 2025 to 10 Nov 2025:",
        "12 strikes on record since 10 Oct 2025; 4 in 7 days, 5 in the 7 before.",
        "Killed (palestinians) in recorded strikes: 210-248, 31 claims, 20 counts on 12 strikes.",
        "Killed (israelis) in recorded strikes: 2, 1 claim on 1 strike.",
        "Populations are never added up.",
        "31 Jan 2026: 3 (2 without an hour), 2 Feb 2026: 1 (hour not known).",
        "31 Jan 2026, Gaza City, air strike, a total that cannot be split, says medics (strike-a)",
        "26-32+ killed (palestinians), 3 claims, 2 counts: gaza-civil-defence at least 32 (via Reuters), "
        "gaza-moh 26 (corrected), unnamed-officials 26 (repeating gaza-moh); early, outside the range: news-agency 12.",
        "Responsibility claimed: Israel, target given: weapons sites, says israeli-military.",
        "Evidence graded fair by desk.",
        "Rafah (crossing-rafah): newest report 2 Feb 2026, 0 days old.",
        "People into: limited since 2 Feb 2026 by Israel; joint screening; said by egyptian-officials limited",
        "People out of: closed since 2 Feb 2026.",
        "Goods, both directions: unknown, nothing on record.",
        "Into, 2 Feb 2026: 38 held, 1 claim: palestinian-and-egyptian-sources 38.",
        "Out of, 2 Feb 2026: 8-15 people got through, 2 claims, 2 counts: gaza-gmo 8, "
        "hospital 15 (patients 5, companions 10).",
        "Out of, expected: about 150 people per day, says egyptian-officials, 2 Feb 2026.",
        "Announced 3 Dec 2025: limited for people out of from 3 Dec 2025, says cogat; denied by egypt-sis.",
        "Killed (palestinians) from 11 Oct 2025: 526 people, says gaza-moh, 2 Feb 2026.",
        "Counts: Gaza Strip; killed since the ceasefire.",
        "526 less 210-248 in recorded strikes: 278-316 not tied to a strike on record.",
        "Claimants differ: killed on 31 Jan: 26 and 32 [strike-a/2, strike-a/4]",
        "2 of 3 not told here; `ceasefire discrepancies` tells them by kind.",
        "#207 2 Feb 2026, crossing.passages_counted on crossing-rafah: 15 people out of Gaza [closed]",
        "[corrected] [late] [restricted]",
        "gaza-moh: Gaza Ministry of Health (medical).",
    ],
)
def test_it_says(words: str) -> None:
    assert words in said()


def test_only_who_is_named_is_explained() -> None:
    assert "unheard-of" not in said()


def test_eighty_columns_and_nothing_that_a_terminal_obeys() -> None:
    page = text(situation())
    assert max(map(len, page.splitlines())) <= 80
    for character in page.replace("\n", ""):
        assert unicodedata.category(character) not in ("Cc", "Cf"), hex(ord(character))


def test_right_to_left_words_stand_on_lines_of_their_own() -> None:
    with_letters = [line for line in text(situation()).splitlines() if "خ" in line]
    assert len(with_letters) == 2
    for line in with_letters:
        assert not any(letter in line for letter in "abcdefghijklmnopqrstuvwxyz")


def test_live_says_live() -> None:
    live = SAMPLE["vantage"] | {"live": True, "position": 214, "backfilled_until": 0}
    told = said(vantage=live, hidden={"not_known": 0, "not_occurred": 0})
    assert "Live. As of" in told
    assert "record #214." in told
    assert "REPLAY" not in told
    assert "Hidden" not in told


def test_an_empty_log_teaches() -> None:
    vantage = SAMPLE["vantage"] | {"head": 0, "position": 0, "live": True, "backfilled_until": 0}
    told = said(
        vantage=vantage,
        ceasefire={"status": "none"},
        records=[],
        records_total=0,
        hidden={"not_known": 0, "not_occurred": 0},
    )
    assert told.startswith("No ceasefire is on record.")
    assert "`ceasefire append TYPE STREAM` puts a first report on it" in told


def test_sections_without_content_say_so() -> None:
    told = said(
        commitments=[],
        strikes=EMPTY_STRIKES,
        crossings=[],
        series=[],
        statements=[],
        discrepancies=[],
        discrepancies_total=0,
    )
    for words in (
        "No commitment is on record.",
        "No strike is on record",
        "No crossing is on record.",
        "No running figure is on record.",
        "DISCREPANCIES None on record.",
    ):
        assert words in told


def who_says_it(claimant: str, cause: str) -> dict[str, Any]:
    return {"claimant": claimant, "occurred": "2025-03-18", "record": "c/1", "by": "Israel", "cause": cause}


@pytest.mark.parametrize(
    ("ceasefire", "words"),
    [
        (
            {
                "status": "ended",
                "ended_on": "2025-03-18",
                "status_claims": [who_says_it("israeli-pm-office", "refusals"), who_says_it("hamas", "air strikes")],
            },
            "ended 18 Mar 2025, says israeli-pm-office (by Israel, cause refusals), "
            "hamas (by Israel, cause air strikes).",
        ),
        (
            {
                "status": "suspended",
                "day": 10,
                "day_one": "2025-10-10",
                "status_claims": [who_says_it("hamas", "a strike")],
            },
            "suspended, day 10 from 10 Oct 2025, says hamas (by Israel, cause a strike).",
        ),
        ({"status": "none", "stream": "ceasefire-january"}, "declared, not in force."),
    ],
)
def test_how_a_ceasefire_stands(ceasefire: dict[str, Any], words: str) -> None:
    assert f"January truce: {words}" in said(ceasefire={"title": "January truce", **ceasefire})


@pytest.mark.parametrize(("suspended", "without"), [(False, " without a suspension on record"), (True, "")])
def test_who_says_that_it_was_resumed(suspended: bool, without: str) -> None:
    resumed = who_says_it("israeli-military", "an answer was given") | {"suspended": suspended}
    told = said(ceasefire=SAMPLE["ceasefire"] | {"resumed": [resumed]})
    assert f"Resumed 18 Mar 2025 by Israel{without}, says israeli-military: an answer was given" in told


def test_who_answers_to_whom_is_told_by_name_where_there_is_one() -> None:
    [moh, *others] = SAMPLE["sources"]
    head: dict[str, Any] = {
        "slug": "gaza-government",
        "name": "Government in Gaza",
        "kind": "government",
        "answers_to": None,
        "ratings": [],
    }
    told = said(sources=[moh | {"answers_to": "gaza-government"}, head, *others])
    assert "(medical), answers to Government in Gaza." in told
    assert "(medical), answers to nobody-registered." in said(sources=[moh | {"answers_to": "nobody-registered"}])


def test_a_preferred_claimant_is_named_with_the_range() -> None:
    strikes = SAMPLE["strikes"] | {
        "populations": [
            {
                "of": "palestinians",
                "harms": [
                    {"harm": "killed", "low": 210, "high": 248, "best": 230, "claims": 31, "counts": 20, "strikes": 12}
                ],
            }
        ]
    }
    told = said(strikes=strikes, vantage=SAMPLE["vantage"] | {"rule": "preferred:gaza-moh"})
    assert "rule preferred:gaza-moh: that claimant's figure where it has one, else the envelope." in told
    assert "Killed (palestinians) in recorded strikes: 230 (of 210-248)" in told


def test_the_reason_is_the_claimants_also_of_a_denial() -> None:
    stated = {
        "stance": "denied",
        "party": "Israel",
        "claimant": "israeli-military",
        "record": "strike-a/9",
        "justification": "no strike in the area",
    }
    strikes = SAMPLE["strikes"] | {"latest": [SAMPLE["strikes"]["latest"][0] | {"responsibility": [stated]}]}
    assert "Responsibility denied: Israel, reason given: no strike in the area, says israeli-military." in said(
        strikes=strikes
    )


def worded(claimant: str, words: str, **more: Any) -> dict[str, Any]:
    return claim(claimant, {"qualifier": "words", "words": words}, **more)


def with_injured(*claims: dict[str, Any], **bounds: Any) -> dict[str, Any]:
    strikes: dict[str, Any] = SAMPLE["strikes"]
    latest = strikes["latest"][0]
    injured = latest["ranges"][0] | {"harm": "injured", "open_above": False, "said": claims, **bounds}
    return strikes | {"latest": [latest | {"ranges": [injured]}]}


def test_a_claim_without_a_number_is_told_in_its_words() -> None:
    nothing = {"low": None, "high": None, "claims": 0, "counts": 0}
    told = said(strikes=with_injured(worded("medics", "dozens", via=["AFP"]), **nothing))
    assert '"dozens" injured (palestinians), 1 claim: medics "dozens" (via AFP).' in told
    told = said(strikes=with_injured(worded("medics", "dozens"), worded("police", "many"), **nothing))
    assert '"dozens", "many" injured (palestinians), 2 claims: medics "dozens", police "many".' in told


def test_beside_numbers_a_claim_without_one_stands_apart() -> None:
    one = {"low": 7, "high": 7, "claims": 1, "counts": 1}
    told = said(strikes=with_injured(claim("gaza-moh", exact(7)), worded("medics", "dozens"), **one))
    assert '7 injured (palestinians), 1 claim: gaza-moh 7; without a number: medics "dozens".' in told


def test_a_sum_of_claims_without_a_number_is_no_zero() -> None:
    harm = {"harm": "injured", "low": 0, "high": 0, "claims": 0, "counts": 0, "strikes": 0}
    told = said(strikes=SAMPLE["strikes"] | {"populations": [{"of": "palestinians", "harms": [harm]}]})
    assert "Injured (palestinians) in recorded strikes: claimed without a number." in told


def test_a_status_that_lapsed_is_not_said_to_be_unknown_until_then() -> None:
    lapsed = {
        "status": "unknown",
        "until": "2026-02-01",
        "claims": [
            {
                "status": "limited",
                "claimant": "cogat",
                "occurred": "2026-01-30",
                "record": "crossing-rafah/5",
                "until": "2026-02-01",
            }
        ],
    }
    people = SAMPLE["crossings"][0]["people"] | {"into": lapsed}
    told = said(crossings=[SAMPLE["crossings"][0] | {"people": people}])
    assert "People into: unknown since the limited status of 30 Jan 2026 until 1 Feb 2026 (cogat) lapsed." in told


@pytest.mark.parametrize(
    ("clocks", "words"),
    [
        ({"as_of": "2026-02-03T21:59:59.999999Z"}, "As of a day after now: this shows what is on record so far."),
        ({"known_at": "2026-03-01T10:00:00Z"}, "Known at a day after now: "),
        ({"as_of": "2027-01-01T00:00:00Z", "known_at": "2027-01-01T00:00:00Z"}, "As of and known at a day after now: "),
    ],
)
def test_a_day_after_now_is_said_to_be_one(clocks: dict[str, str], words: str) -> None:
    now = datetime(2026, 2, 2, 12, tzinfo=UTC)
    then = SAMPLE["vantage"] | {"known_at": "2026-02-02T10:00:00Z"}
    assert words in text(situation(vantage=then | clocks), now=now)
    assert "after now" not in text(situation(vantage=then), now=now), "the rest of today is not a day to come"


def test_before_the_first_record_nothing_is_known_and_no_date_is_made_up() -> None:
    told = said(vantage=SAMPLE["vantage"] | {"known_at": "1970-01-01T00:00:00Z", "position": 0})
    assert "nothing known yet, record #0 of #214." in told
    assert "1970" not in told


def test_told_briefly_it_says_how_much_more_there_is() -> None:
    strikes = SAMPLE["strikes"] | {"latest": SAMPLE["strikes"]["latest"] * 9}
    brief = " ".join(text(situation(strikes=strikes, statements=SAMPLE["statements"] * 7)).split())
    assert brief.count("says medics (strike-a)") == 6
    assert "6 of 12 strikes not told here." in brief
    assert "2 of 7 statements not told here." in brief
    assert "gaza-moh: Gaza Ministry of Health" not in brief
    assert "`--full` tells all of it" in brief
    full = said(strikes=strikes)
    assert full.count("says medics (strike-a)") == 9
    assert "`--full`" not in full
