"""Live: what another process records is drawn; where it cannot be read a standing line says so."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from domain.errors import LogUnavailable
from domain.lines import Draft
from domain.monitor import Monitor
from tests.tui.watching import now, screen, until, watching
from tui.dashboard.app import DashboardApp, Setup
from tui.dashboard.reading import open_reading
from tui.dashboard.snapshot import Stand
from tui.dashboard.source import LogSource


def record(
    log: Path,
    text: str = "A statement",
    key: str | None = None,
    *,
    topic: str = "statement.made",
    stream: str = "statement-colleague",
    data: dict[str, Any] | None = None,
) -> None:
    """What a colleague does in another process: a Monitor of its own."""
    body = {
        "occurred": "2026-09-01",
        "reported_at": "2026-09-01",
        "claimant": "who",
        "claimant_basis": "stated",
        "via": [],
        "sources": [{"title": "a call"}],
        "handling": "public",
        "data": data or {"text": text, "about": [], "figures": []},
    }
    with Monitor(log, clock=now, recorded_by="colleague") as monitor:
        monitor.append([Draft(topic, stream, body, key)])


async def test_a_colleagues_report_arrives(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        record(gaza, "The crossing is quiet")
        await until(pilot, lambda: "The crossing is quiet" in screen(app))
        assert "head #599 · now" in screen(app)


async def test_the_tail_is_followed_until_the_cursor_leaves_it(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        await pilot.press("down", "down")
        feed = app._main.feed
        assert feed.selected is not None
        stood = feed.selected.position
        record(gaza, "one")
        record(gaza, "two")
        await until(pilot, lambda: "+2 new" in screen(app))
        assert feed.selected is not None
        assert feed.selected.position == stood
        await pilot.press(*["up"] * 4)
        await until(pilot, lambda: "+2 new" not in screen(app))
        record(gaza, "three")
        await until(pilot, lambda: feed.selected is not None and feed.selected.position == 601)


async def test_replay_says_how_many_came_since(gaza: Path) -> None:
    async with watching(gaza, stand=Stand("2026-02-02")) as (app, pilot):
        assert "125 later hidden" in screen(app)
        record(gaza)
        await until(pilot, lambda: "126 later hidden" in screen(app))


async def test_a_log_that_is_not_there_yet_is_a_standing_line(gaza: Path) -> None:
    away = gaza.with_suffix(".away")
    gaza.rename(away)
    app = DashboardApp(Setup(lambda progress: open_reading(gaza, progress), None, clock=now))
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: "‼" in screen(app))
        away.rename(gaza)
        await until(pilot, lambda: app.snapshot is not None)
        await until(pilot, lambda: "‼" not in screen(app))


async def test_a_log_that_is_moved_away_while_it_is_watched(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        away = gaza.with_suffix(".away")
        gaza.rename(away)
        app._minute()
        await until(pilot, lambda: "‼" in screen(app))
        assert "4 Records 598" in screen(app)
        await pilot.press("2", "down")
        away.rename(gaza)
        await until(pilot, lambda: "‼" not in screen(app))
        record(gaza, "and on it goes")
        await until(pilot, lambda: "and on it goes" in screen(app))


async def test_a_read_that_fails_says_how_old_the_picture_is(gaza: Path) -> None:
    failing = False

    class Sometimes(LogSource):
        def catch_up(self, look: Callable[[], None] | None = None) -> int:
            if failing:
                raise LogUnavailable(
                    "the log is locked", where=str(gaza), remedy="another program holds it; trying again"
                )
            return super().catch_up(look)

    app = DashboardApp(Setup(lambda progress: Sometimes(gaza, progress), None, clock=now))
    async with app.run_test(size=(160, 40)) as pilot:
        await until(pilot, lambda: app.snapshot is not None)
        failing = True
        app._minute()
        await until(pilot, lambda: "the log is locked" in screen(app).lower())
        assert "As last read 0 s ago." in screen(app)
        # the rest stays usable
        assert "4 Records 598" in screen(app)
        await pilot.press("down", "question_mark")
        await until(pilot, lambda: "to the record before" in screen(app))
        await pilot.press("q")
        failing = False
        await until(pilot, lambda: "locked" not in screen(app))


async def test_a_log_that_was_put_there_by_a_newer_release(gaza: Path) -> None:
    async with watching(gaza, size=(160, 40)) as (app, pilot):
        newer = gaza.with_suffix(".newer")
        shutil.copy(gaza, newer)
        with closing(sqlite3.connect(newer)) as connection:
            connection.execute("PRAGMA user_version = 2")
        gaza.rename(gaza.with_suffix(".away"))
        newer.rename(gaza)
        app._minute()
        await until(pilot, lambda: "Log format 2, and this program knows 1" in screen(app))
        assert "install a newer release" in " ".join(screen(app).split())
        # what was read stays there, and can be looked at
        assert "4 Records 598" in screen(app)
        await pilot.press("x")
        await until(pilot, lambda: "do not agree" in screen(app) or "differ" in screen(app))
        await pilot.press("q", "2", "down")
        assert "2 Strikes" in screen(app)


async def test_held_down_keys_leave_no_queue_behind(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        for _ in range(60):
            app.action_previous_day()
        await until(pilot, lambda: app.snapshot is not None and app.snapshot.stand.as_of == "2026-07-03")
        assert app.snapshot is not None
        assert app.snapshot.number < 60
