"""What 80 columns by 24 lines must hold: whole dates and figures, a filter that is wrong, every key that leads on."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from projections.situation import RecordLine
from tests.tui.test_appending import fill, form_for
from tests.tui.test_keys import configured
from tests.tui.watching import HOME, SMALL, moved, read, screen, until, watching
from tui.dashboard.actions import ACTIONS
from tui.dashboard.feed import record_line
from tui.dashboard.glyphs import ASCII, UNICODE, signs
from tui.dashboard.keybar import keybar_lines
from tui.dashboard.lines import as_text, clip, clipped, line
from tui.dashboard.paper import Paper
from tui.dashboard.snapshot import Stand
from tui.dashboard.typing_ahead import PAUSE


@pytest.mark.parametrize(
    ("text", "width", "cut"),
    [
        ("since 7 Oct 2023, says who", 14, "since…"),
        ("since 7 Oct 2023, says who", 18, "since 7 Oct 2023…"),
        ("killed 2023-10-07 since", 14, "killed…"),
        ("of 1,972 prisoners", 7, "of…"),
        ("of 1,972 prisoners", 9, "of 1,972…"),
        ("toll 30-32+ of them", 9, "toll…"),
        ("toll ~150 of them", 8, "toll…"),
        ("13 Oct 12:00: withdrawal", 10, "…"),
        ("Marchers on the road", 9, "Marchers…"),
        ("reconstruction is to start", 20, "reconstruction is…"),
        ("gaza-civil-defence", 12, "gaza-civil-…"),
        ("Sheikh Radwan, Gaza City", 18, "Sheikh Radwan…"),
        ("شارع 12,000 شخص", 8, "شارع…"),
    ],
)
def test_a_date_or_a_figure_is_left_out_rather_than_cut(text: str, width: int, cut: str) -> None:
    assert clip(text, width) == cut
    assert clipped(line(text), width).text == cut


def old(record: RecordLine) -> RecordLine:
    return msgspec.structs.replace(record, occurred="2023-10-07")


async def test_the_feed_shows_the_year_of_an_old_day_in_full(gaza: Path) -> None:
    async with watching(gaza, size=SMALL) as (app, _pilot):
        assert app.situation is not None
        assert app.snapshot is not None
        for width in (74, 76, 114):
            paper = Paper.of(app.situation, width, UNICODE)
            for record in app.snapshot.feed:
                shown = record_line(old(record), paper)
                assert "7 Oct 2023 " in shown.text
        assert re.search(r"FIGURE +recovered 2025-10-11 813 · gaza-moh", screen(app)), (
            "since when it counts is in sight"
        )


async def test_a_wrong_filter_leaves_the_last_good_one_in_sight(gaza: Path) -> None:
    async with watching(gaza, size=SMALL) as (app, pilot):
        await pilot.press("slash", *"gaza", "space", *"killed>>5", "space", *"foo:bar", "space", *"since:xx")
        await until(pilot, lambda: "since:xx: 'xx' is not a time" in screen(app))
        shown = screen(app)
        assert "killed>>5: '>5' is not a number" in shown
        assert "foo:bar: there is no field 'foo'" in shown
        assert "of gaza killed · filter not understood, last good kept" in shown
        assert len(re.findall(r"│ #\d+ ", shown)) >= 3, "records stay in sight"
        await pilot.press("ctrl+u", *"rafah")
        await until(pilot, lambda: "of rafah" in screen(app))
        assert "not understood" not in screen(app)
        assert "? Keys" in screen(app)


@pytest.mark.parametrize(
    ("key", "words"),
    [("d", "nothing is marked"), ("m", "marked"), ("a", "nothing is written in replay")],
)
async def test_a_sentence_has_its_room_also_where_a_filter_is_not_understood(gaza: Path, key: str, words: str) -> None:
    async with watching(gaza, size=SMALL, stand=Stand("2026-02-01")) as (app, pilot):
        await pilot.press("slash", *"killed>=banana")
        await read(pilot, "not a number")
        await pilot.press("enter")
        await until(pilot, lambda: app._main.feed.has_focus)
        await pilot.pause(PAUSE)
        await pilot.press(key)
        await until(pilot, lambda: words in screen(app))
        assert "not a number" in screen(app)


async def test_many_wrong_terms_are_counted_where_there_is_no_room(gaza: Path) -> None:
    async with watching(gaza, size=SMALL) as (app, pilot):
        app._main.filter.open()
        app._main.filter.field.value = " ".join(f"{letter}:x" for letter in "abcdefghi")
        await until(pilot, lambda: "and 5 more that are not understood" in screen(app))
        assert len(re.findall(r"│ #\d+ ", screen(app))) >= 2


@pytest.mark.parametrize("width", [80, 120, 200])
@pytest.mark.parametrize("glyphs", [UNICODE, ASCII], ids=["unicode", "ascii"])
def test_the_foot_names_what_a_desk_needs(width: int, glyphs: object) -> None:
    assert glyphs in (UNICODE, ASCII)
    signs_ = UNICODE if glyphs is UNICODE else ASCII
    live = as_text(keybar_lines(width, signs_, live=True))
    for words in ("g Go to", "[] day", "m Mark", "d Diff", "Tab Panel", "x Disagree", "a Append", "r Revise", "? Keys"):
        assert words in live
    replay = as_text(keybar_lines(width, signs_, writes=False))
    for words in (",. record", "<> known", "b Then/now", "l Live", "m Mark", "d Diff", "x Disagree", "Tab Panel"):
        assert words in replay
    assert all(row.width <= width for row in keybar_lines(width, signs_, live=True))
    assert len(keybar_lines(width, signs_)) == len(keybar_lines(width, signs_, live=True))


@pytest.mark.parametrize("size", [SMALL, HOME])
async def test_a_sentence_is_told_in_full(gaza: Path, size: tuple[int, int]) -> None:
    async with watching(gaza, size=size, stand=Stand("2026-02-02")) as (app, pilot):
        await pilot.press("a")
        await until(pilot, lambda: "press l for live first" in " ".join(screen(app).split()))


async def test_the_marked_vantage_stands_on_the_scrubber(gaza: Path) -> None:
    async with watching(gaza, size=SMALL, stand=Stand("2026-01-21")) as (app, pilot):
        await pilot.press("m")
        await until(pilot, lambda: "marked 21 Jan ▲" in screen(app))
        await moved(pilot, app, "l")
        assert re.search("▼ marked 21 Jan|marked 21 Jan ▼", screen(app))


async def test_other_keys_stand_in_every_sentence(gaza: Path, tmp_path: Path) -> None:
    other = '[keys]\nmark = "M"\ndifference = "D"\nlive = "L"\nappend = "A"\ndiscrepancies = "X"\nretract = "W"\n'
    actions = configured(tmp_path, other + 'day_one = "1"\npanel_1 = "ctrl+x"\nprevious_day = "u"\n').actions
    async with watching(gaza, size=HOME, actions=actions) as (app, pilot):
        assert "disagree (X)" in screen(app)
        await pilot.press("D")
        await read(pilot, "M marks where you are; go elsewhere, then D shows")
        await pilot.press("M")
        await until(pilot, lambda: "then D shows what differs" in screen(app))
        await pilot.press("space")
        await until(pilot, lambda: "(1 for day 1, u for the day before)" in screen(app))
        await moved(pilot, app, "u")
        await pilot.press("A")
        await until(pilot, lambda: "press L for live first" in screen(app))


def test_signs_carry_the_keys_as_they_are_written() -> None:
    assert signs(ACTIONS, ascii_only=True).keys["play"] == "Space"
    assert signs(ACTIONS, ascii_only=False).keys["play"] == "␣"


async def test_a_long_wrong_value_is_quoted_in_short_and_covers_no_field(gaza: Path) -> None:
    async with watching(gaza, size=SMALL) as (app, pilot):
        form = await form_for(app, pilot, "p")
        fill(form, stream="crossing-rafah", passed="x" * 3000)
        await until(pilot, lambda: "to mend: " in screen(app))
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "passed" in form.wrong)
        assert f"{'x' * 39}…" in form.wrong["passed"]
        assert len(form.wrong["passed"]) < 200
        assert screen(app).count("x" * 41) == 1  # the field itself
