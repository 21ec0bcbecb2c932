"""The first job: watch. What the dashboard shows of the real record, at each size, live and in replay."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual.screen import Screen

from tests.tui.watching import HOME, LARGE, SMALL, moved, screen, until, watching
from tui.dashboard.actions import ACTIONS
from tui.dashboard.glyphs import UNICODE
from tui.dashboard.help import help_lines
from tui.dashboard.lines import as_text
from tui.dashboard.main_screen import MainScreen
from tui.dashboard.snapshot import Stand


@pytest.mark.parametrize("size", [SMALL, HOME, LARGE])
async def test_it_starts_live(gaza: Path, size: tuple[int, int]) -> None:
    async with watching(gaza, size=size) as (app, _):
        shown = screen(app)
        assert "GAZA CEASEFIRE DAY 327 from 10 Oct" in shown
        assert "◉ LIVE  as of 2026-09-01 13:00 Gaza" in shown
        assert "phase 2 begun" in shown
        assert "4 Records 598" in shown
        assert "#598" in shown
        assert "⏎ Detail" in shown
        assert "? Keys" in shown


@pytest.mark.parametrize("size", [SMALL, HOME, LARGE])
async def test_no_line_is_wider_than_the_screen(gaza: Path, size: tuple[int, int]) -> None:
    async with watching(gaza, size=size, stand=Stand("2026-02-02")) as (app, _):
        strips = app.screen._compositor.render_strips()
        assert len(strips) == size[1]
        assert all(strip.cell_length == size[0] for strip in strips)


@pytest.mark.parametrize(("size", "width"), [(SMALL, "-narrow"), (HOME, "-wide")])
async def test_it_is_laid_out_for_its_width_from_the_first_frame_on(
    gaza: Path, size: tuple[int, int], width: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    layouts: list[frozenset[str]] = []
    laid_out = MainScreen._refresh_layout

    def noted(self: MainScreen, *args: Any, **kwargs: Any) -> None:
        layouts.append(self.classes)
        laid_out(self, *args, **kwargs)

    monkeypatch.setattr(MainScreen, "_refresh_layout", noted)
    async with watching(gaza, size=size):
        assert layouts
        assert all(width in classes for classes in layouts)


async def test_second_of_february_in_replay(gaza: Path) -> None:
    async with watching(gaza, stand=Stand("2026-02-02")) as (app, _):
        shown = screen(app)
        assert "DAY 116 from 10 Oct" in shown
        assert "⏸ REPLAY, 125 later hidden" in shown
        assert "as of 2026-02-02 Gaza" in shown
        assert "known now" in shown
        assert "◧ LIMITED people both ways" in shown
        assert "12 of 50" in shown
        assert "8-20 of ~150 or 50" in shown
        assert "38 held, into" in shown
        assert "day 116" in shown


async def test_populations_stand_apart(gaza: Path) -> None:
    async with watching(gaza, size=LARGE, stand=Stand("2026-02-02")) as (app, _):
        shown = screen(app)
        assert "israeli-military" in shown
        assert "palestinians" in shown


async def test_at_80_columns_the_other_panels_are_a_line_each(gaza: Path) -> None:
    async with watching(gaza, size=SMALL, stand=Stand("2026-02-02")) as (app, pilot):
        shown = screen(app)
        assert "1 Phase & commitments" in shown
        assert " 2 Strikes  7 d:" in shown
        assert " 3 Crossings  ◧ LIMITED Rafah" in shown
        await pilot.press("3")
        await pilot.pause()
        shown = screen(app)
        assert " 1 Phase  in force" in shown or " 1 Phase & commitments  in force" in shown
        assert "12 of 50" in shown


async def test_an_empty_log_teaches(empty: Path) -> None:
    async with watching(empty) as (app, _):
        shown = screen(app)
        assert "This log is empty" in shown
        assert "Press a to append the first" in shown
        assert "Nothing on record as of" in shown
        assert "No strike is on record" in shown
        assert "No crossing is on record" in shown


async def test_plain_ascii_signs(gaza: Path) -> None:
    async with watching(gaza, ascii_only=True, stand=Stand("2026-02-02")) as (app, pilot):
        shown = screen(app)
        assert "[-] LIMITED people both ways" in shown
        # what stands in the record itself may still be Unicode
        assert not [char for char in shown if ord(char) > 0x2000 and char not in "⟨⟩⟦⟧“”‘’–—"]
        for key in ("question_mark", "enter", "x", "g", "ctrl+p"):
            await pilot.press(key)
            await until(pilot, lambda: len(app.screen_stack) > 1)
            assert screen(app).isascii(), key
            await pilot.press("escape")
            await until(pilot, lambda: len(app.screen_stack) == 1)
        await moved(pilot, app, "l")
        await pilot.press("a", "s")
        await until(pilot, lambda: "killed" in screen(app))
        assert screen(app).isascii()


async def test_no_colour_is_sent_when_none_is_wanted(gaza: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with watching(gaza) as (app, _):
        assert app.theme == "ansi-dark"
        assert "LIVE" in screen(app)


async def test_zoom_gives_a_panel_the_screen(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        await pilot.press("2", "z")
        await pilot.pause()
        assert "4 Records" not in screen(app)
        assert "2 Strikes" in screen(app)
        await pilot.press("z")
        await pilot.pause()
        assert "4 Records" in screen(app)


async def test_help_lists_every_action(gaza: Path) -> None:
    async with watching(gaza, size=LARGE) as (app, pilot):
        await pilot.press("question_mark")
        await until(pilot, lambda: "Keys" in screen(app))
        text = as_text(help_lines(100, UNICODE))
        assert all(action.words in text for action in ACTIONS)
        await pilot.press("q")
        await pilot.pause()
        assert "4 Records" in screen(app)


async def test_the_palette_does_what_it_says(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        await pilot.press("ctrl+p", *"these keys", "enter")
        await until(pilot, lambda: "Signs" in screen(app) or "Time" in screen(app))


async def test_light_and_dark(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        await pilot.press("T")
        await pilot.pause()
        assert app.theme == "ceasefire-light"


async def test_nothing_is_drawn_while_nothing_happens(gaza: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with watching(gaza) as (app, pilot):
        await pilot.pause(0.3)
        drawn: list[object] = []
        original = app._display

        def display(on: Screen[object], renderable: Any) -> None:
            drawn.append(renderable)
            original(on, renderable)

        monkeypatch.setattr(app, "_display", display)
        await pilot.pause(0.5)
        app._minute()
        await pilot.pause(0.3)
        assert not drawn
