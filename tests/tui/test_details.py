"""Who says what, and where it comes from: detail of records, strikes, crossings; filter; copy."""

from __future__ import annotations

from pathlib import Path

import pytest

from projections.feed.filter_parser import Problem
from tests.tui.test_following import record
from tests.tui.watching import HOME, LARGE, moved, screen, until, watching
from tui.dashboard.line_view import LineView
from tui.dashboard.lines import Target
from tui.dashboard.messages import FilterWrong
from tui.dashboard.snapshot import Stand


async def test_a_record_in_full(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        await pilot.press("enter")
        await until(pilot, lambda: "#598 STATEMENT" in screen(app))
        shown = screen(app)
        for words in (
            "occurred      22 Aug 2026 (to the day)",
            "reported      22 Aug 2026 (to the day)",
            "known at      2026-08-22 23:59 Gaza (by report date)",
            "claimant      gaza-moh (stated)",
            "source        TechForPalestine",
            "no revision on record",
            "rule envelope",
        ):
            assert words in shown
        await pilot.press("q")
        await until(pilot, lambda: "4 Records" in screen(app))


async def test_who_claims_what_of_a_strike(gaza: Path) -> None:
    async with watching(gaza, stand=Stand("2026-01-31")) as (app, pilot):
        await pilot.press("2", "enter")
        await until(pilot, lambda: "Strike:" in screen(app))
        shown = screen(app)
        assert "killed: palestinians" in shown
        assert "said 31 Jan" in shown


async def test_who_says_what_of_a_crossing(gaza: Path) -> None:
    async with watching(gaza, size=(120, 60), stand=Stand("2026-02-02")) as (app, pilot):
        await pilot.press("3", "enter")
        await until(pilot, lambda: "Crossing: Rafah" in screen(app))
        shown = screen(app)
        assert "permitted, expected or agreed" in shown
        assert "~150 people out of for the period, expected" in shown
        assert "egyptian-officials" in shown


async def test_a_commitment_with_what_was_done(gaza: Path) -> None:
    async with watching(gaza, stand=Stand("2026-02-02")) as (app, pilot):
        await pilot.press("1", "down", "down", "down", "enter")
        await until(pilot, lambda: "Commitment:" in screen(app))
        assert "not scored by anyone on record" in screen(app)


async def test_filter_by_words(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        await pilot.press("slash", *"held")
        await until(pilot, lambda: app.snapshot is not None and app.snapshot.filter == "held")
        shown = screen(app)
        assert "of held" in shown
        assert app.snapshot is not None
        assert 0 < app.snapshot.feed_count < 598
        await pilot.press(*["backspace"] * 4, *"zzzzz", "enter")
        await until(pilot, lambda: "No record fits this filter" in screen(app))


async def test_the_feed_fetches_what_comes_into_sight(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        feed = app._main.feed
        feed.move_to(450)
        await until(pilot, lambda: "#148 " in screen(app))
        assert feed.selected is not None
        assert feed.selected.position == 148


async def test_copy_as_json(gaza: Path) -> None:
    async with watching(gaza, size=HOME) as (app, pilot):
        await pilot.press("y")
        await until(pilot, lambda: "as JSON" in screen(app))
        assert '"key"' in app.clipboard


async def test_detail_through_the_steps(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        await moved(pilot, app, "left")
        await pilot.press("down", "down", "enter")
        await until(pilot, lambda: "to cite it" in screen(app) or "in the log" in screen(app))


async def test_a_filter_says_under_its_field_what_is_wrong_with_each_term(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        await pilot.press("slash", *"type:crossing staet:x killed>")
        await until(pilot, lambda: "killed>: a number is missing" in screen(app))
        assert "staet:x: there is no field 'staet'; did you mean state?" in screen(app)
        assert app._main.filter.has_class("wrong")
        assert app.snapshot is not None
        assert app.snapshot.filter == "type:crossing staet"  # the last that could be understood stays at work
        await pilot.press("ctrl+u", *"claimant:nobody-at-all")
        await until(pilot, lambda: "no claimant 'nobody-at-all' is on record" in screen(app))
        await pilot.press("ctrl+u", *"claimant:civil killed>=30", "enter")
        await until(pilot, lambda: app.snapshot is not None and app.snapshot.feed_count == 3)
        assert not app._main.filter.has_class("wrong")
        # an answer on what stood there before comes too late to be said
        app.post_message(FilterWrong("claimant:civi", (Problem("claimant:civi", "late", "wait"),)))
        await pilot.pause()
        assert not app._main.filter.has_class("wrong")
        assert "4 Records 3 of claimant:civil killed>=30" in screen(app)


async def test_a_filter_is_completed_from_what_the_log_knows(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        await pilot.press("slash", *"killed>=30 cla", "right", *"gaza-civ", "right")
        await until(pilot, lambda: app._main.filter.field.value == "killed>=30 claimant:gaza-civil-defence")


async def test_what_a_filter_finds_is_counted_on_while_somebody_scrolls(
    gaza: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.dashboard.standpoint.COUNTED", 200)
    async with watching(gaza) as (app, pilot):
        feed = app._main.feed
        await pilot.press("slash", *"gaza", "enter")
        await until(pilot, lambda: "4 Records 200+ of gaza" in screen(app))
        for index in range(0, 600, 50):
            feed.move_to(index)
            await until(pilot, lambda: feed.selected is not None)
        assert app.snapshot is not None
        vantage = app.snapshot.situation.vantage
        every = await app.ask(lambda reading, _: reading.with_words(vantage, "gaza", 1000))
        await until(pilot, lambda: f"4 Records {len(every)} of gaza" in screen(app))
        assert feed.selected == every[feed.cursor]


async def test_a_running_figure_beside_others_and_what_is_said_of_it(gaza: Path) -> None:
    stream = "series-gaza-moh-killed-2025-10-11"
    async with watching(gaza) as (app, pilot):
        app.open(Target("series", stream, ()))
        await until(pilot, lambda: "Running figure: gaza-moh, killed" in screen(app))
        shown = screen(app)
        assert "other running figures of killed" in shown
        assert "what is said about it" in shown
        # why the total rose, in the ministry's own words
        assert "The rise of the total since the ceasefire from 997 to 1,005 holds 2 new deaths and 6 wounded" in shown
        await pilot.press("end", "enter")
        await until(pilot, lambda: app.snapshot is not None and app.snapshot.filter == f"stream={stream}")
        assert app._main.feed.has_focus
        assert app.snapshot is not None
        assert {each.stream for each in app.snapshot.feed} == {stream}


async def test_what_does_not_agree_leads_to_records_that_say_what_they_say(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        await pilot.press("x")
        await until(pilot, lambda: "What does not agree" in screen(app))
        assert "passages above or below the quota" in screen(app)
        assert "508 people in, says gaza-gmo" in screen(app)
        await pilot.press("down", "enter")
        await until(pilot, lambda: "#539 PASSAGES" in screen(app))


async def test_the_evidence_of_a_score_says_what_it_says(gaza: Path) -> None:
    basis = ["crossing-unspecified/1", "crossing-rafah/75"]
    score = {"commitment": "aid-trucks", "score": 2, "scorer": "observer-x", "basis": basis}
    record(gaza, topic="ceasefire.commitment_scored", stream="ceasefire-gaza-2025", data=score)
    async with watching(gaza, size=LARGE) as (app, pilot):
        assert "◑ INTERMEDIATE aid trucks" in screen(app)
        assert "scored by observer-x · 2 records" in screen(app)
        app.open(
            next(each.target for each in app._main.panels[0]._lines if each.target and each.target.ref == "aid-trucks")
        )
        await until(pilot, lambda: "scored by observer-x" in screen(app) and "on the evidence of" in screen(app))
        assert "3,400 people either way over the period" in screen(app)


async def test_from_a_record_to_who_says_what_of_its_strike(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        # the toll of an early day, long out of the panel's list
        await pilot.press("slash", *"killed>=44 claimant:civil-defence until:2025-10-31", "enter")
        await until(pilot, lambda: app.snapshot is not None and app.snapshot.feed_count == 1)
        await pilot.press("enter")
        await until(pilot, lambda: "who says what of it: strike-desk-2025-10-19" in screen(app))
        sheet = app.screen.focused
        assert isinstance(sheet, LineView)
        sheet.move_to(next(at for at in range(sheet.line_count) if "who says what" in _text(sheet, at)))
        await pilot.press("enter")
        await until(pilot, lambda: "┏━ Strike: " in screen(app))
        assert "gaza-civil-defence" in screen(app)


def _text(view: LineView, index: int) -> str:
    shown = view.line_at(index)
    return shown.text if shown else ""
