"""A log that was cut short: a standing line says so, and what stands before the damage is shown and stays usable."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.log.head import head_path
from tests.log.tampering import cut_short, unguarded
from tests.tui.watching import SMALL, moved, screen, until, watching
from tui.dashboard import follower
from tui.dashboard.snapshot import Stand


@pytest.fixture
def cut(gaza: Path) -> Path:
    """The Gaza log without its last three records, its triggers and its sequence as they were."""
    cut_short(gaza, 590)
    return gaza


@pytest.mark.parametrize("stand", [None, Stand("2026-02-02")])
async def test_it_is_a_standing_line_above_what_stands(cut: Path, stand: Stand | None) -> None:
    async with watching(cut, stand=stand) as (app, pilot):
        await until(pilot, lambda: "‼" in screen(app))
        assert "The log ends at #590, and its head file knows #598" in screen(app)
        assert "4 Records" in screen(app)
        assert "DAY" in screen(app)
        assert ("NOT LIVE" in screen(app)) is (stand is None)
        assert "◉ LIVE" not in screen(app)
        await pilot.press("down", "question_mark", "q")
        app._minute()
        await moved(pilot, app, "left")
        assert "The log ends at #590" in screen(app)


@pytest.mark.parametrize("stand", [None, Stand("2026-02-02")])
async def test_so_is_a_record_that_was_changed_where_no_head_file_lies(gaza: Path, stand: Stand | None) -> None:
    head_path(gaza).unlink()
    gaza.with_name(f"{gaza.name}.readmodel.db").unlink()
    with unguarded(gaza) as connection:
        connection.execute("UPDATE records SET body = replace(body, 'gaza-moh', 'gaza-mox') WHERE position = 597")
    async with watching(gaza, stand=stand) as (app, pilot):
        await until(pilot, lambda: "4 Records" in screen(app))
        for _ in range(3):  # as long as one looks
            assert "The record is not what was written" in screen(app)
            assert "◉ LIVE" not in screen(app)
            await moved(pilot, app, "left")


async def test_it_is_not_looked_at_again_each_time_it_is_drawn(cut: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follower, "RETRY_SECONDS", 3600)
    async with watching(cut) as (app, pilot):
        await until(pilot, lambda: "‼" in screen(app))
        for _ in range(100):
            await pilot.pause(0.01)
        assert app._follower.newest < 10


async def test_it_fits_a_small_screen(cut: Path) -> None:
    async with watching(cut, size=SMALL) as (app, pilot):
        await until(pilot, lambda: "The log ends at #590" in screen(app))
        assert "4 Records 590" in screen(app)


async def test_what_is_written_is_refused_and_kept(cut: Path) -> None:
    async with watching(cut) as (app, pilot):
        await until(pilot, lambda: "‼" in screen(app))
        await pilot.press("R")
        await until(pilot, lambda: "would be refused" in screen(app) or "still to fill in" in screen(app))
        app.screen.set_field("by", "editor")  # type: ignore[attr-defined]
        app.screen.set_field("reason", "recorded twice")  # type: ignore[attr-defined]
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "Not saved" in screen(app))
        assert "recorded twice" in screen(app)
