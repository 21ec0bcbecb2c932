"""Every word on the screen stands out from its ground: a contrast of 4.5 to 1 or more (WCAG 2, AA), frames of 3."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.style import Style
from textual.color import Color
from textual.theme import Theme

from tests.tui.watching import HOME, until, watching
from tui.dashboard.app import DashboardApp
from tui.dashboard.forms.form_screen import FormScreen
from tui.dashboard.inks import DARK, DARK_INKS, LIGHT, LIGHT_INKS
from tui.dashboard.lines_screen import LinesScreen
from tui.dashboard.snapshot import Stand

THEMES = [pytest.param(DARK, DARK_INKS, id="dark"), pytest.param(LIGHT, LIGHT_INKS, id="light")]


def contrast(one: Color, other: Color) -> float:
    return _ratio(_luminance(one), _luminance(other))


def _luminance(colour: Color) -> float:
    def linear(part: int) -> float:
        share = part / 255
        return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)

    return 0.2126 * linear(colour.r) + 0.7152 * linear(colour.g) + 0.0722 * linear(colour.b)


def _ratio(one: float, other: float) -> float:
    high, low = max(one, other), min(one, other)
    return (high + 0.05) / (low + 0.05)


def test_the_measure_is_the_one_that_is_meant() -> None:
    black, white, grey = (Color.parse(name) for name in ("#000000", "#ffffff", "#767676"))
    assert contrast(black, white) == pytest.approx(21)
    assert contrast(grey, white) == pytest.approx(4.54, abs=0.01)  # the usual example


def grounds(theme: Theme, inks: dict[str, Style]) -> dict[str, Color]:
    cursor = inks["cursor"].bgcolor
    assert cursor is not None
    named = {"background": theme.background, "panel": theme.panel, "field": theme.variables["field"]}
    return {name: Color.parse(str(value)) for name, value in named.items()} | {"cursor": Color.from_rich_color(cursor)}


@pytest.mark.parametrize(("theme", "inks"), THEMES)
def test_every_ink_is_legible_on_every_ground(theme: Theme, inks: dict[str, Style]) -> None:
    for ground, colour in grounds(theme, inks).items():
        for name, ink in inks.items():
            if ink.color is not None:
                found = contrast(Color.from_rich_color(ink.color), colour)
                assert found >= 4.5, f"{name} on {ground}: {found:.2f}"
    frame = contrast(Color.parse(theme.variables["frame"]), Color.parse(str(theme.background)))
    assert frame >= 3


def words_drawn(app: DashboardApp) -> Iterator[tuple[str, Color, Color]]:
    """Every run of letters or digits on the screen with its colour and its ground, as they reach the terminal."""
    for strip in app.screen._compositor.render_strips():
        for segment in strip:
            style = segment.style
            if style is None or not any(sign.isalnum() for sign in segment.text):
                continue
            if style.color is None or style.bgcolor is None:
                continue
            pair = Color.from_rich_color(style.color), Color.from_rich_color(style.bgcolor)
            text, ground = reversed(pair) if style.reverse else pair
            yield segment.text, text, ground


@pytest.mark.parametrize("light", [False, True], ids=["dark", "light"])
async def test_what_reaches_the_terminal_is_legible(gaza: Path, light: bool) -> None:
    async with watching(gaza, size=HOME, stand=Stand("2026-02-02"), light=light) as (app, pilot):
        seen = list(words_drawn(app))
        await pilot.press("slash", *"fa:x")
        await until(pilot, lambda: app._main.has_class("mending"))
        seen += words_drawn(app)
        await pilot.press("escape", "x")
        await until(pilot, lambda: isinstance(app.screen, LinesScreen))
        seen += words_drawn(app)
        await pilot.press("q", "l")
        await until(pilot, lambda: app.snapshot is not None and app.snapshot.stand.live)
        await pilot.press("a", "s")
        await until(pilot, lambda: isinstance(app.screen, FormScreen))
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, FormScreen) and bool(app.screen.wrong))
        seen += words_drawn(app)
    assert len(seen) > 300
    dull = {(text, round(found, 2)) for text, ink, ground in seen if (found := contrast(ink, ground)) < 4.5}
    assert not dull
