"""A dashboard on a server: what it shows when that goes away, and when it is back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot

import seeds
from domain.monitor import Monitor
from domain.place import Server
from tests.server import Database, as_superuser
from tests.tui.watching import SMALL, now, screen, until, watching
from tui.dashboard.app import DashboardApp
from tui.dashboard.writing import Pen


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """A log on a server, with the seeds."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    made = Database()
    with Monitor.create(made.place, seeds.TIMEZONE, clock=now) as monitor:
        monitor.import_files([seeds.GAZA_2025], backfill=True)
    yield made
    open_to_all(made, True)
    made.give_back()


def open_to_all(database: Database, yes: bool) -> None:
    """Let people in, or end every connection and let nobody in, as when the network is gone."""
    with as_superuser() as connection:
        connection.execute(f"ALTER DATABASE {database.name} ALLOW_CONNECTIONS {yes}".encode())
        if not yes:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (database.name,)
            )


async def replayed(app: DashboardApp, pilot: Pilot[None]) -> None:
    """A step back, which is drawn although the server is away."""
    assert app.snapshot is not None
    before = app.snapshot.number
    await pilot.press("left")
    await until(
        pilot, lambda: app.snapshot is not None and app.snapshot.number > before and not app.snapshot.stand.live
    )
    assert "REPLAY" in screen(app)


async def test_it_says_so_goes_on_showing_and_follows_on_when_it_is_back(database: Database) -> None:
    async with watching(database.place) as (app, pilot):
        open_to_all(database, False)
        await until(pilot, lambda: "The server is away" in screen(app), seconds=30)
        assert "Shown is the state at #598" in " ".join(screen(app).split())
        await replayed(app, pilot)

        open_to_all(database, True)
        await until(pilot, lambda: "The server is away" not in screen(app), seconds=30)
        await pilot.press("l")
        written(database.place)
        await until(pilot, lambda: app.snapshot is not None and app.snapshot.situation.vantage.position == 599, 30)


def written(place: Server) -> None:
    from tests.domain.examples import limited  # noqa: PLC0415

    Pen(place, "colleague", clock=now).append([limited()])


async def test_it_opens_with_what_was_read_before(database: Database) -> None:
    async with watching(database.place) as (app, _):
        assert app.snapshot is not None
    open_to_all(database, False)

    async with watching(database.place) as (app, pilot):
        await until(pilot, lambda: "The server is away" in screen(app), seconds=30)
        assert app.snapshot is not None
        assert app.snapshot.situation.vantage.position == 598
        await replayed(app, pilot)
        open_to_all(database, True)
        await until(pilot, lambda: "The server is" not in screen(app), seconds=40)


async def test_who_may_only_read_is_told_so_and_given_no_form(database: Database) -> None:
    why = "basma may only read; who is in gaza_writer records too"
    async with watching(database.place, read_only=True, no_pen=why, size=SMALL) as (app, pilot):
        await until(pilot, lambda: f"read-only: {why}" in " ".join(screen(app).split()))
        await pilot.press("a")
        await until(pilot, lambda: f"read-only, so it does not append: {why}" in " ".join(screen(app).split()))
        assert app.screen is app._main
