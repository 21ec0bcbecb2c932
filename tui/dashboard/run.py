"""Starting the dashboard: on a terminal, or for one picture without one."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from textual.pilot import Pilot

from domain.away import AwayLog
from domain.clock import system_clock
from domain.errors import CeasefireError, ServerAway
from domain.monitor import Monitor
from domain.place import Place, Server
from tui.dashboard.any_byte import read_any_byte
from tui.dashboard.app import LIVE, DashboardApp, Setup
from tui.dashboard.config import as_key, read_config
from tui.dashboard.forms.draft_files import draft_folder
from tui.dashboard.hangup import end_with_the_terminal
from tui.dashboard.paste import keep_pastes_whole
from tui.dashboard.reading import open_reading
from tui.dashboard.snapshot import Stand
from tui.dashboard.window import OPENED_TO_LOOK
from tui.dashboard.writing import Pen
from tui.streams import draw_cell_by_cell, speaks_utf8

_PATIENCE = 60
"""Seconds that a picture waits for a read model to be built."""


def stand_at(log: Place, as_of: str | None, known_at: str | None) -> Stand:
    """Where to stand for what was typed. Raises Refused where it cannot be read, LogUnavailable, LogDamaged."""
    as_of = None if as_of in (None, "", "now") else as_of
    known_at = None if known_at in (None, "", "now") else known_at
    # opened once before the screen is taken, so that what cannot be opened or read is said in the shell
    if as_of is None and known_at is None:
        try:
            Monitor(log, read_only=True).close()
        except ServerAway as error:
            AwayLog(log, error)  # raises it where nothing was read of that server before
        return LIVE
    reading = open_reading(log)
    try:
        reading.vantage(as_of, known_at, system_clock())
    finally:
        reading.close()
    return Stand(as_of, known_at, "now" if known_at is None else "given")


def lacks_signs() -> bool:
    """Whether the terminal has no signs but ASCII's: a Linux console, or one that is not written to in UTF-8."""
    return os.environ.get("TERM") == "linux" or not speaks_utf8(sys.__stderr__ or sys.stderr)


def why_only_read(log: Place) -> str:
    """Why nobody records there from here: found out before forms are filled in for nothing. A file is not asked."""
    if not isinstance(log, Server):
        return ""
    try:
        with Monitor(log, read_only=True) as monitor:
            return monitor.why_only_read()
    except CeasefireError:  # it may be back, or whole, when something is saved
        return ""


def run(
    log: Place,
    *,
    as_of: str | None,
    known_at: str | None,
    recorded_by: str,
    read_only: bool,
    ascii_only: bool,
    bell: bool,
) -> None:
    """Open the dashboard and stay until it is left."""
    config = read_config()
    stand = stand_at(log, as_of, known_at)
    no_pen = OPENED_TO_LOOK if read_only else why_only_read(log)
    if not no_pen and not recorded_by.strip() and not isinstance(log, Server):
        no_pen = "nobody is named who records: start it with --recorded-by NAME"
    app = DashboardApp(
        Setup(
            lambda progress: open_reading(log, progress),
            None if no_pen else Pen(log, recorded_by),
            stand,
            ascii_only=ascii_only or config.ascii or lacks_signs(),
            bell=bell or config.bell,
            light=config.light,
            actions=config.actions,
            drafts_in=draft_folder,
            no_pen=no_pen or OPENED_TO_LOOK,
        )
    )
    draw_cell_by_cell(sys.__stderr__ or sys.stderr)  # Textual draws there
    keep_pastes_whole()
    read_any_byte()
    end_with_the_terminal()
    gc.freeze()  # what is loaded by now stays: to walk it in every full collection would cost a frame
    gc.enable()
    app.run()
    if app.return_code != 0:  # none at all: nobody left it, the thread that reads the keys broke down
        raise SystemExit(app.return_code or 1)


def screenshot(
    log: Place,
    path: Path,
    *,
    size: tuple[int, int],
    as_of: str | None,
    known_at: str | None,
    press: Sequence[str] = (),
    light: bool = False,
    told: bool = False,
) -> None:
    """Write an SVG picture of the dashboard. Raises Refused for a key that is none."""
    wanted = [as_key(name) for name in press]
    stand = stand_at(log, as_of, known_at)
    app = DashboardApp(Setup(lambda progress: open_reading(log, progress, told=told), None, stand, light=light))
    path.write_text(asyncio.run(_picture(app, size, wanted)), encoding="utf-8")


async def _picture(app: DashboardApp, size: tuple[int, int], press: Sequence[str]) -> str:
    async with app.run_test(size=size) as pilot:
        for _ in range(_PATIENCE * 20):
            if app.snapshot is not None:
                break
            await pilot.pause(0.05)
        await pilot.pause()
        for key in press:
            await pilot.press(key)
            await _settled(app, pilot)
        return app.export_screenshot(title="ceasefire watch")


async def _settled(app: DashboardApp, pilot: Pilot[None]) -> None:
    """Wait until what a key asked for is drawn: the reader has answered, and so have the screen's own workers."""
    await app.ask(lambda _reading, _vantage: None)
    await app.workers.wait_for_complete()
    await pilot.pause(0.1)
