"""Pictures of the screen, kept as text beside this file: three sizes, each state. Somebody looked at every one of them.

After a change that is meant, `UPDATE_PICTURES=1 pytest tests/tui/test_pictures.py` draws them anew: look at the diff.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.tui.watching import HOME, LARGE, SMALL, screen, until, watching
from tui.dashboard.app import DashboardApp
from tui.dashboard.messages import Troubled
from tui.dashboard.snapshot import Stand, Trouble

KEPT = Path(__file__).parent / "pictures"
REPLAY = Stand("2026-02-02", "2026-02-04", "given")
TROUBLE = Trouble("The log is locked by another process", "trying again", "2026-09-01T09:54:00Z", behind=True)


@pytest.mark.parametrize("size", [SMALL, HOME, LARGE], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("state", ["live", "replay", "empty", "trouble", "ascii", "no-color"])
async def test_the_screen_is_as_it_was_looked_at(
    gaza_once: Path, empty: Path, monkeypatch: pytest.MonkeyPatch, state: str, size: tuple[int, int]
) -> None:
    if state == "no-color":
        monkeypatch.setenv("NO_COLOR", "1")
    else:
        monkeypatch.delenv("NO_COLOR", raising=False)
    stand = REPLAY if state in ("replay", "ascii", "no-color") else None
    log = empty if state == "empty" else gaza_once
    async with watching(log, size=size, stand=stand, ascii_only=state == "ascii") as (app, pilot):
        if state == "trouble":
            app.post_message(Troubled(TROUBLE))
            await until(pilot, lambda: "The log is locked" in screen(app))
        drawn = "\n".join(line.rstrip() for line in screen(app).split("\n")) + "\n"
        assert _colours(app) == (state != "no-color")
    kept = KEPT / f"{state}-{size[0]}x{size[1]}.txt"
    if os.environ.get("UPDATE_PICTURES"):
        KEPT.mkdir(exist_ok=True)
        kept.write_text(drawn, encoding="utf-8")
    assert drawn == kept.read_text(encoding="utf-8")


def _colours(app: DashboardApp) -> bool:
    """Whether any cell asks the terminal for a colour that is not the terminal's own."""
    strips = app.screen._compositor.render_strips()
    styles = [segment.style for strip in strips for segment in strip if segment.style is not None]
    wanted = [colour for style in styles for colour in (style.color, style.bgcolor) if colour is not None]
    return any(not colour.is_default for colour in wanted)
