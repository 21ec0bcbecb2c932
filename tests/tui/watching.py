"""How tests watch the dashboard: a clock that stands still, waiting for what is to come, the screen as text."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from time import monotonic
from typing import Any

import pytest
from textual.pilot import Pilot

from domain.place import Place
from tui.dashboard.app import DashboardApp, Setup
from tui.dashboard.forms.choice import Choice
from tui.dashboard.forms.form_screen import FormScreen
from tui.dashboard.reading import open_reading
from tui.dashboard.snapshot import Snapshot, Stand
from tui.dashboard.typing_ahead import CLOSES, OPENS, PAUSE
from tui.dashboard.window import FETCHES
from tui.dashboard.writing import Pen

HOME = (120, 40)
SMALL = (80, 24)
LARGE = (200, 50)


def now() -> datetime:
    """After the last record of the seeds."""
    return datetime(2026, 9, 1, 10, 0, tzinfo=UTC)


class Hands(Pilot[None]):
    """Types as a terminal sends it: one key straight after the other. The app's own queue takes them one by one.

    Textual's pilot waits after each key until the process is idle, up to two seconds: most of the time of these tests.
    """

    async def press(self, *keys: str) -> None:
        """Send keys; done when all that they asked for is there."""
        app, end = self.app, monotonic() + 90
        assert isinstance(app, DashboardApp)
        await super().press(*keys)
        while not _at_rest(app):
            assert monotonic() < end, f"{keys} asked for what never came; the screen:\n{screen(app)}"
            await asyncio.sleep(0.005)
        await self.pause()


def _at_rest(app: DashboardApp) -> bool:
    """Whether all that was typed is taken, and what it asked for is there."""
    typed = app._typing is None and not app._ahead
    there = app._granted >= app._follower.wished and not any(app._going(OPENS, CLOSES, FETCHES))
    return not app.is_running or (typed and there)


async def _no_wait(_: float = 0) -> None:
    """Between two keys."""


@asynccontextmanager
async def watching(
    log: Place,
    *,
    size: tuple[int, int] = HOME,
    stand: Stand | None = None,
    read_only: bool = False,
    ascii_only: bool = False,
    **how: Any,
) -> AsyncIterator[tuple[DashboardApp, Pilot[None]]]:
    """A dashboard on a log, as soon as its first snapshot is drawn."""
    app = DashboardApp(
        Setup(
            lambda progress: open_reading(log, progress),
            None if read_only else Pen(log, "desk-night", clock=now),
            stand or Stand(),
            clock=now,
            ascii_only=ascii_only,
            **how,
        )
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("textual.app.wait_for_idle", _no_wait)
        async with app.run_test(size=size) as pilot:
            await until(pilot, lambda: app.snapshot is not None)
            await pilot.pause()
            yield app, Hands(app)


async def until(pilot: Pilot[None], happened: Callable[[], bool], seconds: float = 90) -> None:
    """Wait for something; fail when it does not come."""
    end = monotonic() + seconds
    while not happened():
        assert monotonic() < end, f"never came; the screen:\n{screen(pilot.app)}"
        await pilot.pause(0.01)
    await pilot.pause()


async def read(pilot: Pilot[None], words: str) -> None:
    """Wait for words, and as long as a look at them takes: keys that come sooner are typed on unseen, and dropped."""
    await until(pilot, lambda: words in screen(pilot.app))
    await pilot.pause(PAUSE)


async def moved(pilot: Pilot[None], app: DashboardApp, *keys: str) -> Snapshot:
    """Press keys and wait for the next snapshot."""
    before = app.snapshot.number if app.snapshot else 0
    await pilot.press(*keys)
    await until(pilot, lambda: app.snapshot is not None and app.snapshot.number > before)
    assert app.snapshot is not None
    return app.snapshot


async def after(pilot: Pilot[None], app: DashboardApp, do: Callable[[], object]) -> Snapshot:
    """Do something and wait for the next snapshot."""
    before = app.snapshot.number if app.snapshot else 0
    do()
    await until(pilot, lambda: app.snapshot is not None and app.snapshot.number > before)
    assert app.snapshot is not None
    return app.snapshot


def choose_first(form: FormScreen) -> None:
    """The first word of each choice that must be made and is not."""
    for row in form._rows.values():
        must = row.entry.required or row.entry.unset.startswith("choose")
        if must and isinstance(row.made, Choice) and not row.value:
            row.made.choose(1)


async def press_save(pilot: Pilot[None], app: DashboardApp) -> None:
    """ctrl+s, once the screen shows what it writes."""
    form = app.screen
    assert isinstance(form, FormScreen)
    await until(pilot, lambda: form.is_shown)
    await pilot.press("ctrl+s")


async def head_at(pilot: Pilot[None], app: DashboardApp, position: int) -> None:
    """Wait until the log is drawn up to a position."""
    await until(pilot, lambda: app.situation is not None and app.situation.vantage.head == position)


def screen(app: object) -> str:
    """What a person sees, without colours."""
    compositor = app.screen._compositor  # type: ignore[attr-defined]
    return "\n".join(strip.text.rstrip() for strip in compositor.render_strips())
