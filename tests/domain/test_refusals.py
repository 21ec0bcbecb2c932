"""Everything in domain.md's "Refused", one report at a time: what is wrong, where, and what to do about it.

Given an empty log, when such a record is put, then it is refused in these words and nothing is written.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.lines import Draft
from domain.monitor import Monitor
from tests.domain.desk import Desk
from tests.domain.examples import (
    CEASEFIRE,
    GAZA,
    NOW,
    RAFAH,
    STRIKE,
    TOLL,
    announced,
    exactly,
    killed,
    limited,
    place,
    report,
    saying,
    score,
    statement,
    strike,
    under,
    with_data,
    without,
)

SHOWS = "(`ceasefire schema {} shows what is let in)"
LISTS = "(`ceasefire schema {} lists the fields)"
NOT_A_DATE = "(write 2026-02-02 or 2026-02-02T09:00:00+02:00)"
CLOCK = "check the date; this machine's clock says"
FUTURE = f"is in the future ({CLOCK} 2026-02-05T12:00:00Z)"
PLAIN_TEXT = "(remove it; one line of plain text)"
WHOLE = "(write it in digits, without quotes or a fraction, like 4)"
NO_CLAIMANT = "claimant: no claimant (say who says it; every record is somebody's report)"


def of_type(words: str, topic: str) -> str:
    return words.format(f"{topic}`")


REFUSED = {
    "no claimant": (without(strike(), "claimant"), NO_CLAIMANT),
    "a claimant that is null": (saying(strike(), claimant=None), NO_CLAIMANT),
    "a claimant without a letter": (saying(strike(), claimant=""), NO_CLAIMANT),
    "a claimant that is no slug": (
        saying(strike(), claimant="The Desk"),
        "claimant: not in the form that it must have (it says 'The Desk') "
        "(write lower-case words joined by hyphens, like gaza-moh)",
    ),
    "no source": (
        saying(strike(), sources=[]),
        "sources: no source (name the document or the telling that carries the report)",
    ),
    "no field for sources": (
        without(strike(), "sources"),
        "Object missing required field `sources` " + of_type(LISTS, "strike.reported"),
    ),
    "a source that is a script": (
        saying(strike(), sources=[{"title": "x", "url": "javascript:1"}]),
        "sources[0].url: not in the form that it must have (it says 'javascript:1') "
        "(write an address that begins with http:// or https://)",
    ),
    "an end that no clock can count to": (
        strike(occurred={"start": "2026-02-01", "end": "9999-12-31", "precision": 5}),
        "occurred.end: '9999-12-31' is not on any calendar (check day and month; years 1000 to 9000)",
    ),
    "a key that could be taken for a position": (
        strike(key="@3"),
        "key: '@3' could be taken for a position or an id (begin with a word)",
    ),
    "a key that could be taken for an id": (
        strike(key="crossing-rafah/5"),
        "key: 'crossing-rafah/5' could be taken for a position or an id (begin with a word)",
    ),
    "start after end, in days": (
        strike(occurred={"start": "2026-02-03", "end": "2026-02-02", "precision": 2}),
        "occurred: it starts 2026-02-03, after its end 2026-02-02 (give the earlier moment as start)",
    ),
    "start after end, in instants": (
        strike(occurred={"start": "2026-02-02T12:00:00+02:00", "end": "2026-02-02T11:00:00+02:00", "precision": 0}),
        "occurred: it starts 2026-02-02T10:00:00Z, after its end 2026-02-02T09:00:00Z "
        "(give the earlier moment as start)",
    ),
    "a negative count": (
        killed({"low": -5, "qualifier": "at_least"}),
        "data.figure.low: a count is never negative (it says -5) (give 0 or more)",
    ),
    "a negative part": (
        killed({**exactly(5), "parts": {"women": exactly(-1)}}),
        "data.figure.parts[...].low: a count is never negative (give 0 or more)",
    ),
    "a count beyond any": (
        killed({"best": 10**12 + 1, "qualifier": "about"}),
        "data.figure.best: out of its range (it says 1000000000001) (give 1,000,000,000,000 or less)",
    ),
    "a count that is not a number": (
        killed({"best": float("nan"), "qualifier": "about"}),
        f"data.figure.best: not a whole number (it says nan) {WHOLE}",
    ),
    "an infinite count": (
        killed({"best": float("inf"), "qualifier": "about"}),
        f"data.figure.best: not a whole number (it says inf) {WHOLE}",
    ),
    "half a person": (
        killed({"best": 1.5, "qualifier": "about"}),
        f"data.figure.best: not a whole number (it says 1.5) {WHOLE}",
    ),
    "a latitude that is not a number": (
        place(lat=float("nan")),
        "data.lat: out of its range (it says nan) (give -90 or more)",
    ),
    "an infinite longitude": (
        place(lon=float("inf")),
        "data.lon: out of its range (it says inf) (give 180 or less)",
    ),
    "a count in quotes": (
        killed({"best": "5", "qualifier": "about"}),
        f"data.figure.best: not a whole number (it says '5') {WHOLE}",
    ),
    "a clarity of 3": (
        with_data(strike(), clarity=3),
        "data.clarity: not a clarity (it says 3) (write 1 (one incident) or 2 (a total that cannot be split))",
    ),
    "a spreadsheet's number of a day": (
        strike(occurred=46053),
        "occurred: not a date or an instant (it says 46053) (write 2026-01-31, if it is a spreadsheet's number of a "
        "day; else 2026-02-02 or 2026-02-02T09:00:00+02:00)",
    ),
    "a number that is no day": (
        strike(occurred=5),
        f"occurred: not a date or an instant (it says 5) {NOT_A_DATE}",
    ),
    "a place that is a number": (
        with_data(strike(), place=5),
        'data.place: not a text (it says 5) (write it in quotes, like "Rafah")',
    ),
    "a blank in a stream's name": (
        strike(stream="strike-set-A12 B34"),
        "stream: a blank in 'strike-set-A12 B34' (use letters, digits, . _ -)",
    ),
    "a slash in a stream's name": (
        strike(stream="strike-a/1"),
        "stream: '/' in 'strike-a/1' (use letters, digits, . _ -)",
    ),
    "an occurrence tomorrow": (strike(occurred="2026-02-06"), f"occurred: 2026-02-06 {FUTURE}"),
    "a crossing open from tomorrow on": (
        limited(occurred="2026-02-06"),
        f"occurred: 2026-02-06 {FUTURE[:-1]}; what is announced goes on record as crossing.change_announced)",
    ),
    "an announcement made tomorrow": (
        announced(occurred="2026-02-06"),
        "occurred: 2026-02-06 is in the future (an announcement occurs when it is made; the date that it names goes "
        "into `from`)",
    ),
    "a span from tomorrow on": (
        strike(occurred={"start": "2026-02-06", "end": "2026-02-08", "precision": 2}),
        f"occurred: 2026-02-06 {FUTURE}",
    ),
    "a report of tomorrow": (strike(reported_at="2026-02-06"), f"reported_at: 2026-02-06 {FUTURE}"),
    "text over 64 kB": (strike(via=["x" * 65537]), "via[0]: 65537 bytes of text (keep it under 65536 bytes)"),
    "text over 64 kB in few letters": (
        strike(via=["ش" * 32769]),
        "via[0]: 65538 bytes of text (keep it under 65536 bytes)",
    ),
    "a C0 control character": (strike(via=["\x1b[31mred"]), f"via[0]: control character U+001B {PLAIN_TEXT}"),
    "a C1 control character": (strike(via=["\x9b31mred"]), f"via[0]: control character U+009B {PLAIN_TEXT}"),
    "a line break": (statement("one\ntwo"), f"data.text: control character U+000A {PLAIN_TEXT}"),
    "a delete": (strike(via=["\x7f"]), f"via[0]: control character U+007F {PLAIN_TEXT}"),
    "a control character in a label": (
        killed({**exactly(5), "parts": {"a\x07": exactly(1)}}),
        f"data.figure.parts: control character U+0007 {PLAIN_TEXT}",
    ),
    "a control character in a key": (under("a\x1b", strike()), f"key: control character U+001B {PLAIN_TEXT}"),
    "a lone surrogate": (
        strike(via=["\ud800"]),
        "via[0]: not Unicode text (a lone surrogate) (write the character itself)",
    ),
    "a key of 201 characters": (under("k" * 201, strike()), "key: 201 characters (1 to 200)"),
    "a nest of lists": (
        strike(original={"text": [[[[[[[[[[[[[[[[[["x"]]]]]]]]]]]]]]]]]], "lang": "en"}),
        "original: nested more than 16 deep (no type needs that)",
    ),
    "a score without a basis": (
        score([]),
        "data.basis: a score without a basis (name the records that it rests on)",
    ),
    "an unknown type": (
        Draft("strike.exploded", STRIKE, report({})),
        "type: 'strike.exploded' is not a record type (`ceasefire schema` lists the types)",
    ),
    "a stream that is none": (
        Draft("strike.reported", "Strike 5", report({})),
        "stream: 'Strike 5' is not a stream name (write kind-name, with a kind of ceasefire, strike, crossing, series, "
        "statement, place, source)",
    ),
    "a stream of another kind": (
        Draft("strike.reported", RAFAH, report({})),
        "stream: strike.reported does not belong to 'crossing-rafah' (record it on a stream named strike-…)",
    ),
    "an unknown field": (
        with_data(strike(), wind="north"),
        "data: Object contains unknown field `wind` " + of_type(LISTS, "strike.reported"),
    ),
    "an unknown field of the report": (
        strike(recorded_at="2026-02-02"),
        "Object contains unknown field `recorded_at` " + of_type(LISTS, "strike.reported"),
    ),
    "a missing field": (
        without(strike(), "place"),
        "data: Object missing required field `place` " + of_type(LISTS, "strike.reported"),
    ),
    "a word that is not in the list": (
        with_data(strike(), kind="bombing"),
        "data.kind: not one of its choices (it says 'bombing') (write air_strike, armed_clash, arrest, demolition, "
        "drone_strike, explosive_device, line_crossing, other, raid, rocket_or_mortar, shelling or shooting)",
    ),
    "an instant without its offset": (
        strike(occurred="2026-02-02T10:00:00"),
        "occurred: '2026-02-02T10:00:00' has no UTC offset (write it like 2026-02-02T09:00:00+02:00, or a bare date)",
    ),
    "a day that no month has": (
        strike(reported_at="2026-02-30"),
        f"reported_at: '2026-02-30' is not a date or an instant {NOT_A_DATE}",
    ),
    "a schedule from a day that no month has": (
        with_data(announced(), **{"from": "2026-02-30"}),
        f"data.from: '2026-02-30' is not a date or an instant {NOT_A_DATE}",
    ),
    "an origin that no month has": (
        Draft(
            "series.defined",
            TOLL,
            report(
                {"measure": "killed", "unit": "people", "origin": "2026-02-30", "scope": "Gaza", "inclusion": "all"}
            ),
        ),
        "data.origin: '2026-02-30' is not on any calendar (check day and month; years 1000 to 9000)",
    ),
    "an occurrence before the calendar": (
        strike(occurred="0001-01-01"),
        "occurred: '0001-01-01' is not on any calendar (check day and month; years 1000 to 9000)",
    ),
    "a phase numbered 0": (
        Draft("ceasefire.phase_changed", CEASEFIRE, report({"phase": 0, "label": "x", "change": "begun"})),
        "data.phase: out of its range (it says 0) (give 1 or more)",
    ),
    "something that names no record": (
        strike(caused_by=5),
        'caused_by: 5 names no record (write {"key": "…"} or stream/version)',
    ),
    "a cause that is not on record": (
        strike(caused_by={"key": "nowhere"}),
        "caused_by: no record has the key 'nowhere' (record it first, and in a file put it on an earlier line)",
    ),
}


@pytest.mark.parametrize(("draft", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_it_is_refused_by_field_value_and_remedy(desk: Desk, draft: Draft, words: str) -> None:
    assert desk.refusal(draft) == words


def test_a_long_value_is_not_said_again_in_full(desk: Desk) -> None:
    refusal = desk.refusal(statement("x" * 301))

    assert refusal.startswith("data.text: too long (it says 'xxx")
    assert len(refusal) < 300


@pytest.mark.parametrize("field", ["occurred", "reported_at"])
class TestFifteenMinutesAfterTheClock:
    """Clocks of two machines differ, so a report may start up to 15 minutes after the clock, and no later."""

    def test_an_instant_at_the_edge_is_let_in(self, desk: Desk, field: str) -> None:
        desk.given(strike(**{field: "2026-02-05T12:15:00Z"}))

    def test_an_instant_a_microsecond_later_is_refused(self, desk: Desk, field: str) -> None:
        refusal = desk.refusal(strike(**{field: "2026-02-05T12:15:00.000001Z"}))

        assert refusal == f"{field}: 2026-02-05T12:15:00.000001Z {FUTURE}"

    def test_tomorrow_is_let_in_when_it_starts_in_fifteen_minutes(self, desk: Desk, field: str) -> None:
        desk.clock.now = NOW.replace(hour=21, minute=45)  # 23:45 in Gaza
        desk.given(strike(**{field: "2026-02-06"}))

    def test_tomorrow_is_refused_a_microsecond_before_that(self, desk: Desk, field: str) -> None:
        desk.clock.now = NOW.replace(hour=21, minute=45) - timedelta(microseconds=1)

        assert desk.refusal(strike(**{field: "2026-02-06"})) == (
            f"{field}: 2026-02-06 is in the future ({CLOCK} 2026-02-05T21:44:59Z)"
        )

    def test_today_is_let_in_from_its_first_moment(self, desk: Desk, field: str) -> None:
        desk.clock.now = NOW.replace(day=4, hour=22)  # 00:00 of 5 Feb in Gaza, still 4 Feb in UTC
        desk.given(strike(**{field: "2026-02-05"}))


def test_what_an_announcement_is_about_may_lie_in_the_future(desk: Desk) -> None:
    desk.given(announced())  # "from 20 Feb", said on 2 Feb


def test_an_occurrence_may_end_in_the_future_when_it_has_started(desk: Desk) -> None:
    desk.given(strike(occurred={"start": "2026-02-05", "end": "2026-02-20", "precision": 4}))


def test_a_timezone_that_is_none(desk: Desk) -> None:
    for name in ("Gaza", "", "Asia", "../UTC", "a\0b"):
        with pytest.raises(Exception, match="timezone") as refused:
            Monitor.create(desk.folder / "new.db", name)
        assert str(refused.value) == f"timezone: {name!r} is not a timezone (use a tzdata name such as {GAZA})"
    assert not (desk.folder / "new.db").exists()
