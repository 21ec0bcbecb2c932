"""A log that is deleted, replaced or spoilt under a dashboard: said at once, with the age of what is still shown."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from domain.monitor import Monitor
from tests.tui.test_following import record
from tests.tui.watching import SMALL, now, screen, until, watching
from tui.dashboard import follower
from tui.dashboard.app import DashboardApp, Setup
from tui.dashboard.reading import open_reading
from tui.dashboard.snapshot import Stand

REPLACED = "the log's file was replaced: shown is the one that lies there now"


def deleted(log: Path) -> None:
    for path in log.parent.iterdir():
        path.unlink()


def replaced(log: Path) -> None:
    other = log.with_name("other.db")
    Monitor.create(other, "Asia/Gaza", clock=now).close()
    other.replace(log)


def overwritten(log: Path) -> None:
    log.write_bytes(b"no log any more\n" * 100)


def emptied(log: Path) -> None:
    log.write_bytes(b"")


def shown(app: DashboardApp) -> str:
    return " ".join(screen(app).split())


WAYS: list[tuple[Callable[[Path], None], str]] = [
    (deleted, "The log's file is gone"),
    (replaced, "The log's file was replaced by another"),
    (overwritten, "Not a Ceasefire Monitor log"),
    (emptied, "Not a Ceasefire Monitor log"),
]


@pytest.mark.parametrize(("way", "words"), WAYS)
async def test_it_is_said_and_nothing_is_called_live(
    gaza: Path, way: Callable[[Path], None], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follower, "RETRY_SECONDS", 3600)  # what is said stands until it is looked at
    async with watching(gaza) as (app, pilot):
        assert "◉ LIVE" in shown(app)
        way(gaza)
        await until(pilot, lambda: words in shown(app), 60)
        assert "‼ NOT LIVE as of 2026-09-01 13:00 Gaza" in shown(app)
        assert "As last read 0 s ago." in shown(app)
        assert app.snapshot is not None
        assert f"4 Records {app.snapshot.feed_count}" in shown(app)


def test_a_second_passes_between_two_looks_at_the_file() -> None:
    assert follower.LOOK_SECONDS + 0.5 < 2


@pytest.mark.parametrize("stand", [None, Stand("2026-02-02")])
async def test_the_age_of_what_is_shown_grows(gaza: Path, stand: Stand | None) -> None:
    later = timedelta(0)

    def clock() -> datetime:
        return now() + later

    app = DashboardApp(Setup(lambda progress: open_reading(gaza, progress), None, stand or Stand(), clock=clock))
    async with app.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: app.snapshot is not None)
        deleted(gaza)
        await until(pilot, lambda: "As last read 0 s ago" in shown(app), 60)
        later = timedelta(seconds=7)
        await until(pilot, lambda: "As last read 7 s ago" in shown(app), 60)
        later = timedelta(minutes=2)
        await until(pilot, lambda: "As last read 2 min ago" in shown(app), 60)
        assert "LIVE" not in shown(app).replace("NOT LIVE", "")


async def test_a_quiet_log_is_as_last_read_when_it_was_last_looked_at(gaza: Path) -> None:
    """Nothing was recorded for ten minutes: the picture is not ten minutes old, it was true all that time."""
    later = timedelta(0)
    app = DashboardApp(Setup(lambda progress: open_reading(gaza, progress), None, clock=lambda: now() + later))
    async with app.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: app.snapshot is not None)
        later = timedelta(minutes=10)
        good = "2026-09-01T10:10:00Z"
        await until(pilot, lambda: app._follower._troubles._last_good == good, 60)
        deleted(gaza)
        await until(pilot, lambda: "As last read 0 s ago" in shown(app), 60)


async def test_a_log_that_comes_back_is_live_again(gaza: Path) -> None:
    kept = gaza.parent.with_name("kept")
    async with watching(gaza) as (app, pilot):
        gaza.parent.rename(kept)
        await until(pilot, lambda: "The log's file is gone" in shown(app), 60)
        kept.rename(gaza.parent)
        await until(pilot, lambda: "◉ LIVE" in shown(app), 60)
        assert "was replaced" not in shown(app)
        record(gaza, "and on it goes")
        await until(pilot, lambda: "and on it goes" in shown(app), 60)


async def test_another_log_in_its_place_is_shown_and_called_that(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        kept = gaza.with_name("kept.db")
        shutil.copy(gaza, kept)
        kept.replace(gaza)
        await until(
            pilot, lambda: "the log's file was replaced: shown is the one that lies there now" in shown(app), 60
        )
        await until(pilot, lambda: "◉ LIVE" in shown(app), 60)
