"""What the sources get wrong is accepted as they said it, and raised as a discrepancy elsewhere."""

from __future__ import annotations

import pytest

from domain.lines import Draft
from domain.values import Span
from tests.domain.desk import Desk
from tests.domain.examples import (
    CEASEFIRE,
    RAFAH,
    TOLL,
    exactly,
    killed,
    limited,
    link,
    passages,
    published,
    report,
    saying,
    statement,
    strike,
    under,
)

ODD = {
    "low over high": [killed({"low": 9, "best": 5, "high": 3, "qualifier": "range"})],
    "best over high": [killed({"low": 1, "best": 5, "high": 3, "qualifier": "range"})],
    "parts that do not add up": [killed({**exactly(5), "parts": {"women": exactly(4), "men": exactly(4)}})],
    "an exact figure without bounds": [killed({"best": 5, "qualifier": "exact"})],
    "words alone": [killed({"qualifier": "words", "words": "several"})],
    "opened while already open": [
        Draft("crossing.opened", RAFAH, report({"directions": ["into"], "carries": ["people"]}), "1"),
        Draft("crossing.opened", RAFAH, report({"directions": ["into", "out_of"], "carries": ["goods"]}), "2"),
    ],
    "a phase out of order": [
        Draft("ceasefire.phase_changed", CEASEFIRE, report({"phase": 2, "label": "two", "change": "begun"}), "1"),
        Draft("ceasefire.phase_changed", CEASEFIRE, report({"phase": 1, "label": "one", "change": "begun"}), "2"),
    ],
    "a running figure that falls": [published(238, "1"), published(236, "2")],
    "a published figure of a series that nobody defined": [published(238)],
    "passages above quota": [
        Draft(
            "crossing.quota_set",
            RAFAH,
            report(
                {"direction": "into", "category": "people", "figure": exactly(50), "per": "day", "kind": "agreed"},
            ),
            "quota",
        ),
        passages(500, "500"),
    ],
    "claimants who differ": [killed(exactly(8)), killed(exactly(32), key="2", claimant="civil-defence")],
    "one claimant quoted differently by two outlets": [
        killed(exactly(8), via=["Reuters"]),
        killed(exactly(9), key="2", via=["AFP"]),
    ],
    "a report older than what it reports": [strike(occurred="2026-02-02", reported_at="2026-02-01")],
    "a late report": [limited(occurred="2026-02-04"), limited("2", occurred="2026-02-01")],
    "a claimant that nobody registered": [strike(claimant="somebody-new")],
    "claims of a strike that nobody reported": [killed()],
    "a link to a strike that nobody reported": [link("strike-a-1", "strike-b-1", "link")],
    "a response to a crossing's closing": [link("strike-a-1", "crossing-rafah", "link", relation="response_to")],
    "a span without an end": [strike(occurred={"start": "2026-02-02", "precision": 2})],
    "a span whose precision contradicts it": [
        strike(occurred={"start": "2025-10-10", "end": "2025-11-10", "precision": 1})
    ],
    "text of 64 kB": [strike(via=["x" * 65536])],
    "right-to-left text and marks": [statement("كرم أبو سالم \u200f(Rafah) \u200ex می\u200cخواهم")],
    "markup and formulas": [statement("[closed] [/x] =1+1 '; DROP TABLE records; -- \\x1b")],
    "a key of 200 characters": [under("k" * 200, strike())],
    "an instant on the other side of midnight": [strike(occurred="2026-02-02T00:30:00+02:00")],
    "a rebased series": [
        Draft("series.rebased", TOLL, report({"origin": "2025-10-11", "offset": exactly(0), "reason": "restart"}), "1")
    ],
}


@pytest.mark.parametrize("drafts", ODD.values(), ids=ODD.keys())
def test_it_is_accepted_as_it_was_said(desk: Desk, drafts: list[Draft]) -> None:
    records = desk.given(*drafts)

    assert [record.position for record in records] == list(range(1, len(drafts) + 1))
    desk.monitor.verify()


def test_low_over_high_is_stored_as_it_was_said(desk: Desk) -> None:
    desk.given(killed({"low": 9, "best": 5, "high": 3, "qualifier": "range"}))

    figure = desk.body("killed").data.figure
    assert (figure.low, figure.best, figure.high) == (9, 5, 3)


def test_an_unregistered_claimant_is_accepted_and_flagged(desk: Desk) -> None:
    (outcome,) = desk.monitor.append([strike(claimant="somebody-new")])

    assert "the claimant 'somebody-new' is not registered; the dashboard flags that" in outcome.notes


def test_a_registered_claimant_is_not_flagged(desk: Desk) -> None:
    desk.given(Draft("source.registered", "source-desk", report({"name": "Desk", "kind": "observer"})))

    (outcome,) = desk.monitor.append([strike()])

    assert not any("not registered" in note for note in outcome.notes)


def test_any_type_may_open_a_stream(desk: Desk) -> None:
    (record,) = desk.given(passages(12, "12"))

    assert record.id == "crossing-rafah/1"


def test_instants_are_stored_in_utc_and_dates_as_dates(desk: Desk) -> None:
    desk.given(
        strike(
            occurred={"start": "2026-02-02T10:00:00+02:00", "end": "2026-02-02", "precision": 1},
            reported_at="2026-02-02T23:30:00.5-0500",
        )
    )

    body = desk.body("strike")
    assert body.occurred == Span(start="2026-02-02T08:00:00Z", end="2026-02-02", precision=1)
    assert body.reported_at == "2026-02-03T04:30:00.500000Z"


def test_the_same_instant_in_another_offset_is_the_same_content(desk: Desk) -> None:
    desk.given(strike(occurred="2026-02-02T10:00:00+02:00"))

    (outcome,) = desk.monitor.append([saying(strike(), occurred="2026-02-02T03:00:00-05:00")])

    assert not outcome.fresh
