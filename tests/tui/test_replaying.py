"""The second job: replay. Any date, on two clocks, by typing, stepping, playing or clicking."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.tui.watching import LARGE, after, moved, read, screen, until, watching
from tui.dashboard import travel
from tui.dashboard.field import Field
from tui.dashboard.snapshot import Stand


async def test_go_to_a_date(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        snapshot = await moved(pilot, app, "g", *"2026-02-02", "enter")
        assert snapshot.stand == Stand("2026-02-02")
        assert snapshot.situation.ceasefire.day == 116
        assert "REPLAY" in screen(app)


async def test_go_to_both_clocks(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        snapshot = await moved(pilot, app, "g", *"2026-02-02", "tab", *"2026-02-04", "enter")
        assert snapshot.stand == Stand("2026-02-02", "2026-02-04", "given")
        # the Media Office had then said 8, not 20
        assert "8-15 of ~150 or 50" in screen(app)
        assert "known at 2026-02-04" in screen(app)


async def test_a_time_that_cannot_be_read_is_said_under_its_field(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        await pilot.press("g", *"lately", "enter")
        await read(pilot, "'lately' is not a time")
        field = app.focused
        assert isinstance(field, Field)
        assert field.value == "lately"
        await pilot.press(*["backspace"] * 9, *"2026-02-02", "tab", *"@9999", "enter")
        await until(pilot, lambda: "there is no record #9999" in screen(app))
        assert app.snapshot is not None
        assert app.snapshot.stand.live


async def test_day_by_day(gaza: Path) -> None:
    async with watching(gaza, stand=Stand("2026-02-02")) as (app, pilot):
        assert (await moved(pilot, app, "right_square_bracket")).stand.as_of == "2026-02-03"
        assert (await moved(pilot, app, "left_square_bracket")).stand.as_of == "2026-02-02"
        assert (await moved(pilot, app, "left")).stand.as_of == "2026-02-01"
        assert (await moved(pilot, app, "right")).stand.as_of == "2026-02-02"


async def test_from_live_a_day_back_and_forward_again_is_live(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        assert (await moved(pilot, app, "left")).stand.as_of == "2026-08-31"
        assert (await moved(pilot, app, "right")).stand.live


async def test_record_by_record(gaza: Path) -> None:
    async with watching(gaza, stand=Stand("2026-02-02")) as (app, pilot):
        before = app.snapshot.situation.vantage.as_of if app.snapshot else ""
        earlier = (await moved(pilot, app, "comma")).situation.vantage.as_of
        assert earlier < before
        assert (await moved(pilot, app, "full_stop")).situation.vantage.as_of > earlier


async def test_phase_by_phase(gaza: Path) -> None:
    async with watching(gaza, stand=Stand("2026-01-01")) as (app, pilot):
        snapshot = await moved(pilot, app, "right_curly_bracket")
        assert snapshot.situation.vantage.as_of_day == "2026-01-14"
        assert (await moved(pilot, app, "left_curly_bracket")).situation.vantage.as_of_day < "2026-01-01"


async def test_one_record_less_known(gaza: Path) -> None:
    async with watching(gaza, stand=Stand("2026-02-02")) as (app, pilot):
        snapshot = await moved(pilot, app, "less_than_sign")
        assert snapshot.situation.vantage.position == 597
        assert snapshot.situation.vantage.as_of_day == "2026-02-02"


async def test_day_one_and_live(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        assert (await moved(pilot, app, "0")).situation.ceasefire.day == 1
        assert (await moved(pilot, app, "l")).stand.live


async def test_known_then_follows_as_of(gaza: Path) -> None:
    async with watching(gaza, stand=Stand("2026-02-02")) as (app, pilot):
        now_known = app.situation
        assert now_known is not None
        then = await moved(pilot, app, "b")
        assert then.stand.clock == "then"
        assert then.situation.vantage.position < now_known.vantage.position
        assert "known then" in screen(app)
        assert (await moved(pilot, app, "right")).situation.vantage.position > then.situation.vantage.position
        assert (await moved(pilot, app, "b")).stand.clock == "now"


async def test_live_has_both_clocks_at_now(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        await pilot.press("b")
        await pilot.pause()
        assert "both clocks are at now" in screen(app)


async def test_play_and_pause(gaza: Path) -> None:
    async with watching(gaza, stand=Stand("2026-01-30")) as (app, pilot):
        await pilot.press("plus", "plus", "space")
        await until(pilot, lambda: app.snapshot is not None and (app.snapshot.stand.as_of or "") >= "2026-02-01")
        assert "PLAY 10 d/s" in screen(app)
        await pilot.press("space")
        await pilot.pause(0.3)
        stood = app.snapshot
        await pilot.pause(0.3)
        assert app.snapshot is stood
        assert "d/s" not in screen(app)


async def test_play_skips_silent_days_and_says_so(gaza: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # the test beats time: on a busy machine half a second goes by before it could stop the timer, and a day with it
    monkeypatch.setattr(travel, "SPEEDS", (0.0001,) * len(travel.SPEEDS))
    async with watching(gaza, stand=Stand("2026-02-26")) as (app, pilot):
        await pilot.press("space")
        assert app._player is not None
        seen: list[str] = []
        while not seen or seen[-1] < "2026-03-19":
            snapshot = await after(pilot, app, app._tick)
            seen.append(snapshot.stand.as_of or "")
            words = f"{snapshot.skipped} silent day{'s' if snapshot.skipped > 1 else ''} skipped"
            assert (words in screen(app)) == bool(snapshot.skipped)
        days = {str(line.occurred)[:10] for line in await app.ask(_every)}
        assert "2026-03-19" in seen
        # nothing that happened in these weeks was played over
        assert {day for day in days if "2026-02-27" <= day <= "2026-03-19"} <= set(seen)
        assert len(seen) < 15


def _every(reading: Any, _: Any) -> Any:
    now = datetime(2026, 9, 1, tzinfo=UTC)
    lines = reading.feed(reading.vantage(None, None, now), reading.wanted("!claimed", now), 1000, None, 0)
    counted = ("strike.casualties_claimed", "strike.linked")
    return [each for each in lines if isinstance(each.occurred, str) and each.type not in counted]


async def test_with_the_second_clock_play_also_stops_where_something_became_known(gaza: Path) -> None:
    async with watching(gaza, stand=Stand("2026-08-01", None, "then")) as (app, pilot):
        await until(pilot, lambda: app.snapshot is not None)
        days = []
        for _ in range(3):
            days.append((await after(pilot, app, app._follower.play_on)).stand.as_of)
        known = {line.known_at[:10] for line in await app.ask(_known)}
        assert all(day in known or day is None for day in days)


def _age(occurred: str) -> str:
    if len(occurred) > 10:
        hours = (datetime(2026, 2, 2, 16, tzinfo=UTC) - datetime.fromisoformat(occurred)).total_seconds() // 3600
        return f"{hours:.0f} h" if hours < 48 else f"{hours // 24:,.0f} d"
    days = (date(2026, 2, 2) - date.fromisoformat(occurred)).days
    return "today" if days == 0 else f"{days:,} d"


def _known(reading: Any, _: Any) -> Any:
    now = datetime(2026, 9, 1, tzinfo=UTC)
    return reading.feed(reading.vantage(None, None, now), reading.wanted("", now), 1000, None, 0)


async def test_the_second_clock_says_how_many_records_knowledge_has_changed_since(gaza: Path) -> None:
    async with watching(gaza, stand=Stand("2026-02-02")) as (app, pilot):
        now = app.snapshot.situation.records_total if app.snapshot else 0
        snapshot = await moved(pilot, app, "b")
        assert snapshot.known_since == now - snapshot.situation.records_total > 0
        assert f"known then, {snapshot.known_since} known since" in screen(app)
        snapshot = await moved(pilot, app, "b")
        assert snapshot.known_since == 0
        assert "known since" not in screen(app)


async def test_times_in_the_zone_in_utc_and_as_ages(gaza: Path) -> None:
    async with watching(gaza, size=LARGE, stand=Stand("2026-02-02T18:00:00+02:00")) as (app, pilot):
        assert "as of 2026-02-02 18:00 Gaza" in screen(app)
        await pilot.press("t")
        await pilot.pause()
        shown = screen(app)
        assert "as of 2026-02-02 16:00 UTC" in shown
        assert "times in UTC; days stay the local days of the log" in shown
        assert app.situation is not None
        assert app.situation.vantage.timezone == "Asia/Gaza"  # what is saved is on the log's own clock
        await pilot.press("t")
        await pilot.pause()
        assert "as of 2026-02-02 18:00 Gaza" in screen(app)
        for index in range(30):
            drawn, each = app._main.feed.line_at(index), app._main.feed.record_at(index)
            assert drawn is not None
            assert each is not None
            if isinstance(each.occurred, str):
                assert f" {_age(each.occurred)} " in drawn.text
        await pilot.press("t")
        await pilot.pause()
        assert "times as in Gaza" in screen(app)


async def test_play_stops_at_the_end(gaza: Path) -> None:
    async with watching(gaza, stand=Stand("2026-08-30")) as (app, pilot):
        await pilot.press("plus", "plus", "space")
        await until(pilot, lambda: app.snapshot is not None and app.snapshot.stand.live)
        await pilot.pause()
        assert "the end of the record" in screen(app)


async def test_a_click_on_the_scrubber_goes_there(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        number = app.snapshot.number if app.snapshot else 0
        await pilot.click("#scrubber", offset=(20, 0))
        await until(pilot, lambda: app.snapshot is not None and app.snapshot.number > number)
        assert app.snapshot is not None
        assert app.snapshot.situation.vantage.as_of_day < "2026-01-01"


async def test_before_the_record_there_is_no_ceasefire(gaza: Path) -> None:
    async with watching(gaza, stand=Stand("2025-06-01")) as (app, _):
        assert "DAY" not in screen(app).splitlines()[0]
        assert "ENDED" in screen(app)


async def test_what_does_not_agree_leads_to_its_records(gaza: Path) -> None:
    async with watching(gaza, stand=Stand("2025-10-13")) as (app, pilot):
        await pilot.press("x")
        await until(pilot, lambda: "What does not agree" in screen(app))
        assert "start dates differ" in screen(app)
        await pilot.press("enter")
        await until(pilot, lambda: "to cite it" in screen(app) or "hash" in screen(app))


async def test_after_now_is_said_and_leaves_the_scrubber_as_it_was(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        assert app.snapshot is not None
        span = (app.snapshot.density.first, app.snapshot.density.last)
        ahead = await moved(pilot, app, "g", *"2026-12-24", "enter")
        assert ahead.density.last == "2026-12-24"
        assert "after now" in screen(app)
        back = await moved(pilot, app, "l")
        assert (back.density.first, back.density.last) == span
        assert "after now" not in screen(app)
        before = await moved(pilot, app, "g", *"2024-05-07", "enter")
        assert before.density.first == "2024-05-07"
        again = await moved(pilot, app, "g", *"2026-02-02", "enter")
        assert (again.density.first, again.density.last) == span
        assert "after now" not in screen(app)
