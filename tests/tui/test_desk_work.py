"""A desk's work from the keys alone: a report of each kind of stream, mended, withdrawn, and the mending undone."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from textual.pilot import Pilot

from domain.monitor import Monitor
from tests.tui.watching import SMALL, choose_first, press_save, screen, until, watching
from tui.dashboard.app import DashboardApp
from tui.dashboard.forms.choosing import Choosing
from tui.dashboard.forms.form_screen import FormScreen
from tui.dashboard.lines_screen import LinesScreen
from tui.dashboard.main_screen import MainScreen
from tui.dashboard.writing import Pen

RAFAH = {"stream": "crossing-rafah", "direction": "into", "category": "people", "per": "day", "kind": "expected"}
TOLL = {"stream": "strike-desk-2026-01-31", "harm": "injured", "of": "palestinians", "figure.parts": "children=5"}
WORK: dict[str, tuple[str, dict[str, str]]] = {
    "ceasefire step": (
        "ceasefire.step_reported",
        {"stream": "ceasefire-gaza-2025", "what": "withdrawal", "by": "a party", "figure": "3"},
    ),
    "strike claimed": ("strike.casualties_claimed", TOLL | {"figure": "40+"}),
    "crossing quota": ("crossing.quota_set", RAFAH | {"figure": "~150"}),
    "series published": ("series.published", {"stream": "series-gaza-moh-killed-2025-10-11", "figure": "1290"}),
    "statement made": ("statement.made", {"text": "The crossing stays open", "about": "crossing-rafah; aid"}),
    "place.registered": ("place.registered", {"name": "Test Town", "aliases": "ar:بلدة", "precision": "1"}),
    "source registered": ("source.registered", {"name": "Desk of tests", "kind": "ngo"}),
}
REPORT = {"occurred": "2026-09-01", "reported": "2026-09-01", "claimant": "desk", "source": "phone call"}
MENDED = {"figure": "41", "text": "The crossing stays shut", "name": "Test Village"}


async def chosen(app: DashboardApp, pilot: Pilot[None], words: str) -> FormScreen:
    """`a`, `/`, some words, enter."""
    await pilot.press("a")
    await until(pilot, lambda: isinstance(app.screen, Choosing))
    await pilot.press("slash", *({" ": "space", ".": "full_stop"}.get(char, char) for char in words), "enter")
    return await form_of(app, pilot)


async def form_of(app: DashboardApp, pilot: Pilot[None]) -> FormScreen:
    await until(pilot, lambda: isinstance(app.screen, FormScreen) and app.screen.is_mounted)
    assert isinstance(app.screen, FormScreen)
    return app.screen


async def saved(app: DashboardApp, pilot: Pilot[None], position: int) -> None:
    """ctrl+s, and the record is in the feed with the cursor on it."""
    await press_save(pilot, app)
    await until(pilot, lambda: isinstance(app.screen, MainScreen))
    await until(pilot, lambda: app.snapshot is not None and app.snapshot.situation.vantage.head == position)
    await pilot.press("4", *["up"] * 9)
    await until(pilot, lambda: at_hand(app) == position)


def at_hand(app: DashboardApp) -> int | None:
    selected = app._main.feed.selected
    return selected.position if selected is not None else None


async def typed(pilot: Pilot[None], form: FormScreen, values: dict[str, str]) -> None:
    for name, value in values.items():
        form.set_field(name, value)
    choose_first(form)
    await pilot.pause()


@pytest.mark.parametrize("words", WORK)
async def test_a_report_is_added_mended_withdrawn_and_brought_back(gaza: Path, words: str) -> None:
    topic, values = WORK[words]
    async with watching(gaza) as (app, pilot):
        form = await chosen(app, pilot, words)
        await typed(pilot, form, {**REPORT, **values})
        await until(pilot, lambda: "will be written" in screen(app))
        await saved(app, pilot, 599)

        await pilot.press("r")
        form = await form_of(app, pilot)
        name = next(name for name in MENDED if name in values)
        await typed(pilot, form, {f"new:{name}": MENDED[name], "reason": "misread"})
        await until(pilot, lambda: f"{values[name]} → {MENDED[name]}" in screen(app))
        await saved(app, pilot, 600)

        await pilot.press("R")  # the correction is withdrawn: undo
        form = await form_of(app, pilot)
        assert form.form.title.startswith("Undo ")
        await typed(pilot, form, {"reason": "it was right"})
        await saved(app, pilot, 601)

        await pilot.press("down", "down")
        await until(pilot, lambda: at_hand(app) == 599)
        await pilot.press("R")
        form = await form_of(app, pilot)
        assert form.form.title.startswith("Retract ")
        await typed(pilot, form, {"reason": "recorded twice"})
        await saved(app, pilot, 602)
    with Monitor(gaza, read_only=True) as monitor:
        added, mended, undone, withdrawn = monitor.records(after=598)
        assert added.type == topic
        assert [each.type for each in (mended, undone, withdrawn)] == ["record.corrected", *["record.retracted"] * 2]
        assert mended.report is not None
        assert set(mended.report.data.changes) == {name}
        assert undone.report is not None
        assert undone.report.data.target == mended.id
        assert withdrawn.report is not None
        assert withdrawn.report.data.target == added.id


async def test_what_is_written_is_shown_first_in_words_and_as_its_line(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        form = await chosen(app, pilot, "statement")
        await typed(pilot, form, {**REPORT, "text": "The crossing stays open"})
        await pilot.press("ctrl+o")
        await until(pilot, lambda: isinstance(app.screen, LinesScreen))
        shown = screen(app)
        assert "The crossing stays open, says desk" in shown
        assert '"type": "statement.made"' in shown
        assert form.form.key in shown
        await pilot.press("q")
        await until(pilot, lambda: app.screen is form)
        await press_save(pilot, app)
        await until(pilot, lambda: isinstance(app.screen, MainScreen))


async def test_a_correction_shows_each_field_before_and_after(gaza: Path) -> None:
    async with watching(gaza, size=SMALL) as (app, pilot):
        await pilot.press("down", "r")
        form = await form_of(app, pilot)
        await typed(pilot, form, {"new:figure": "174346", "new:via": "Reuters", "reason": "misread"})
        await until(pilot, lambda: "will be written" in screen(app))
        await pilot.press("ctrl+o")
        await until(pilot, lambda: isinstance(app.screen, LinesScreen))
        rows = [row.strip("┃ ") for row in screen(app).splitlines()]
        assert rows[rows.index("figure") + 1 : rows.index("figure") + 3] == ["174364", "→ 174346"]
        assert rows[rows.index("via (its own)") + 1 : rows.index("via (its own)") + 3] == ["(nothing)", "→ Reuters"]


async def test_a_form_left_by_mistake_is_offered_again_under_its_key(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        form = await chosen(app, pilot, "statement")
        await typed(pilot, form, {**REPORT, "text": "The crossing stays open"})
        await pilot.press("escape", "y")
        await until(pilot, lambda: isinstance(app.screen, MainScreen))
        await pilot.press("q")
        await until(pilot, lambda: "a draft is kept only as long as this runs" in screen(app))
        await pilot.press("a")
        await until(pilot, lambda: "draft kept" in screen(app))
        await pilot.press("1")
        again = await form_of(app, pilot)
        assert again is not form
        assert again.form.key == form.form.key
        assert again.values == form.values
        await press_save(pilot, app)
        await until(pilot, lambda: isinstance(app.screen, MainScreen))
        await pilot.press("a")
        await until(pilot, lambda: isinstance(app.screen, Choosing))
        assert "draft kept" not in screen(app)


async def test_a_draft_that_is_given_up_is_gone(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        form = await chosen(app, pilot, "statement")
        await typed(pilot, form, {"text": "The crossing stays open"})
        await pilot.press("escape", "ctrl+d")
        await until(pilot, lambda: isinstance(app.screen, MainScreen))
        assert not app._drafts.kept


async def test_a_revision_left_by_mistake_is_taken_up_where_it_was_begun(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        await pilot.press("down", "r")
        form = await form_of(app, pilot)
        await typed(pilot, form, {"new:figure": "174346"})
        await pilot.press("escape", "y")
        await until(pilot, lambda: isinstance(app.screen, MainScreen))
        await pilot.press("r")
        assert (await form_of(app, pilot)).values["new:figure"] == "174346"


async def test_a_locked_log_keeps_the_form_and_is_written_once(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        form = await chosen(app, pilot, "statement")
        await typed(pilot, form, {**REPORT, "text": "The crossing stays open"})
        await until(pilot, lambda: form.is_shown)
        other = sqlite3.connect(gaza, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "Not saved" in screen(app), seconds=60)
        assert "Nothing typed is lost" in screen(app)
        other.execute("ROLLBACK")
        other.close()
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, MainScreen))
    with Monitor(gaza, read_only=True) as monitor:
        assert [record.key for record in monitor.records(after=598)] == [form.form.key]


async def test_saved_before_and_changed_since_says_where_to_mend_it(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        form = await chosen(app, pilot, "statement")
        await typed(pilot, form, {**REPORT, "text": "The crossing stays open"})
        drafts = form.form.write(form.values)
        with Monitor(gaza, clock=app._clock) as monitor:  # the save whose answer was lost
            monitor.append(drafts)
        await typed(pilot, form, {"text": "The crossing stays shut"})
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "An earlier save of this form did reach" in screen(app))


async def test_an_announcement_is_denied_from_its_own_line(gaza: Path) -> None:
    with Monitor(gaza, read_only=True) as monitor:
        announced = next(each for each in monitor.records() if each.type == "crossing.change_announced")
    async with watching(gaza) as (app, pilot):
        app._main.feed.focus()
        await until(pilot, lambda: app._main.feed.selected is not None)
        app._record_at_hand = lambda: announced.id  # type: ignore[method-assign]
        form = await chosen(app, pilot, "denied")
        assert form.values["target"] == announced.id


async def test_the_cursor_goes_to_the_field_that_is_wrong(gaza: Path) -> None:
    async with watching(gaza, size=SMALL) as (app, pilot):
        form = await chosen(app, pilot, "place.registered")
        await typed(pilot, form, {**REPORT, "name": "Test Town", "lat": "97", "precision": "1"})
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "lat" in form.wrong)
        assert form.focused is form._rows["lat"].made
        await until(pilot, lambda: "latitude" in screen(app))


async def test_a_stream_that_is_not_at_hand_is_completed_from_the_log(gaza: Path) -> None:
    with Monitor(gaza, read_only=True) as monitor:
        streams = {each.stream for each in monitor.records()}
    async with watching(gaza) as (app, pilot):
        form = await chosen(app, pilot, "strike assessed")
        known = set(form._rows["stream"].entry.known)
        wanted = sorted(each for each in streams - known if each.startswith("strike-"))[-1]
        form.focus_field("stream")
        await pilot.press(*wanted[:-2])
        await until(pilot, lambda: form._rows["stream"].made._suggestion == wanted)  # type: ignore[union-attr]
        await pilot.press("right")
        await until(pilot, lambda: form.values["stream"] == wanted)


async def test_the_same_report_twice_is_named_with_its_record(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        form = await chosen(app, pilot, "series published")
        await typed(
            pilot,
            form,
            {
                **REPORT,
                "stream": "series-gaza-moh-injured-2023-10-07",
                "figure": "174364",
                "claimant": "gaza-moh",
                "occurred": "2026-08-22",
                "reported": "2026-08-22",
            },
        )
        await until(pilot, lambda: "1 similar" in screen(app) and "says the same" in screen(app))
        assert "#597 running figure: 174,364" in screen(app)
        await typed(pilot, form, {"claimant": "who"})
        await until(pilot, lambda: "1 similar" not in screen(app))  # another's claim is no duplicate


@pytest.mark.parametrize("error", [ZeroDivisionError("no"), sqlite3.OperationalError("disk I/O error")])
async def test_an_error_that_nobody_foresaw_leaves_the_form_as_it_is(
    gaza: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise error

    async with watching(gaza) as (app, pilot):
        form = await chosen(app, pilot, "statement")
        await typed(pilot, form, {**REPORT, "text": "The crossing stays open"})
        await until(pilot, lambda: form.is_shown)
        monkeypatch.setattr(Pen, "append", fails)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: f"Not saved: {type(error).__name__}: {error}" in screen(app))
        monkeypatch.setattr(Pen, "plan", fails)
        form.set_field("text", "The crossing stays open.")
        await until(pilot, lambda: "cannot be looked at now" in screen(app))
        assert form.values["text"] == "The crossing stays open."


async def test_what_is_still_to_fill_in_and_to_mend_is_named(gaza: Path) -> None:
    async with watching(gaza, size=SMALL) as (app, pilot):
        await pilot.press("a", "p")
        form = await form_of(app, pilot)
        await typed(pilot, form, {"stream": "raf", "passed": "12 or so"})
        await pilot.press("ctrl+o")
        await until(pilot, lambda: "Nothing would be written yet" in screen(app))
        told = " ".join(screen(app).replace("┃", " ").split())
        missing = "still to fill in: occurred, reported, claimant, source"
        assert f"{missing}; to mend: crossing: no crossing on record is called 'raf'" in told
        await pilot.press("q")
        await until(pilot, lambda: app.screen is form)
        assert {"stream", "occurred", "claimant", "source", "passed"} <= form.wrong.keys()
