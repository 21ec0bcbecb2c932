"""Nothing is written that was not on the screen first, and nothing is chosen that nobody chose."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.tui.test_appending import fill, form_for, newest
from tests.tui.test_typing_ahead import PREVIEW, SAVE, burst, done, head_of, on_top
from tests.tui.watching import SMALL, press_save, read, screen, until, watching
from tui.dashboard.app import DashboardApp
from tui.dashboard.forms.choice import Choice
from tui.dashboard.forms.form_screen import FormScreen
from tui.dashboard.lines_screen import LinesScreen


async def report(app: DashboardApp, pilot: Pilot[None]) -> FormScreen:
    """A form that could be saved, with its cursor in the source."""
    form = await form_for(app, pilot, "p")
    fill(form, stream="crossing-rafah", passed="21", source="Bulletin")
    form.focus_field("source")
    await until(pilot, lambda: "will be written" in screen(app) and form.values["source"] == "Bulletin")
    return form


async def test_the_preview_opens_straight_after_typing(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        await report(app, pilot)
        burst(app, f" 30 Nov{PREVIEW}")
        await until(pilot, lambda: on_top(app, LinesScreen))
        assert '"title": "Bulletin 30 Nov"' in screen(app)


async def test_the_key_that_leaves_the_preview_goes_into_no_field(gaza: Path) -> None:
    before = head_of(gaza)
    async with watching(gaza) as (app, pilot):
        form = await report(app, pilot)
        burst(app, f" 30 Nov{PREVIEW}q")
        await done(pilot, app)
        assert app.screen is form
        assert form.values["source"] == "Bulletin 30 Nov"
        await press_save(pilot, app)
        await until(pilot, lambda: app.screen is app._main)
    assert head_of(gaza) == before + 1


async def test_a_look_that_finds_the_same_takes_nothing_back(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        form = await report(app, pilot)
        await until(pilot, lambda: form.is_shown)
        await form._look_now()
        assert form.is_shown


async def test_the_preview_of_what_cannot_be_written_says_why(gaza: Path) -> None:
    async with watching(gaza, size=SMALL) as (app, pilot):
        form = await form_for(app, pilot, "s")
        form.set_field("killed", "12 or so")
        burst(app, PREVIEW)
        await until(pilot, lambda: on_top(app, LinesScreen))
        told = " ".join(screen(app).replace("┃", " ").split())
        assert "Nothing would be written yet; still to fill in: kind, place, it is, occurred, reported," in told
        burst(app, "q")
        await until(pilot, lambda: app.screen is form)


async def test_a_save_straight_after_typing_shows_first(gaza: Path) -> None:
    before = head_of(gaza)
    async with watching(gaza) as (app, pilot):
        form = await report(app, pilot)
        burst(app, f"q{SAVE}")
        await read(pilot, "Shown now as it will be written; ctrl+s again writes it.")
        assert head_of(gaza) == before
        form.set_field("source", "Bulletin")
        await press_save(pilot, app)
        await until(pilot, lambda: app.screen is app._main)
    assert newest(gaza, 1)[0][0] == "crossing.passages_counted"


async def test_all_that_is_open_is_told_when_it_is_saved(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        form = await form_for(app, pilot, "s")
        form.set_field("killed", "3")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "kind" in form.wrong)
        assert form.wrong.keys() >= {"kind", "place", "clarity", "of", "provisional", "occurred", "claimant", "source"}


def choice_of(form: FormScreen, name: str) -> Choice:
    made = form._rows[name].made
    assert isinstance(made, Choice)
    return made


async def test_what_is_typed_past_a_field_turns_no_choice(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        form = await form_for(app, pilot, "s")
        for name in ("kind", "clarity", "status", "includes", "provisional", "stance"):
            stood = form.values[name]
            form.focus_field(name)
            burst(app, "a raid on no yes 1")
            await done(pilot, app)
            assert form.values[name] == stood
        form.focus_field("kind")
        await pilot.press("right", "d")
        assert form.values["kind"] == "drone_strike"
        await pilot.press("tab", "shift+tab", "s")
        assert form.values["kind"] == "drone_strike", "a letter turns it only where an arrow key began"


@pytest.mark.parametrize("word", ["yes", "no"])
async def test_a_click_chooses_the_word_under_it(gaza: Path, word: str) -> None:
    async with watching(gaza) as (app, pilot):
        form = await form_for(app, pilot, "s")
        made = choice_of(form, "provisional")
        made.focus()
        await until(pilot, lambda: f" {word} " in "".join(line.text for line in made.lines))
        at = made.lines[0].text.index(f" {word} ") + 2
        await pilot.click(made, offset=(at + made.content_region.x - made.region.x, 0))
        await until(pilot, lambda: form.values["provisional"] == word)
