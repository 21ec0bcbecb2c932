"""The third job: append. A form for each, duplicates named, refusals in words, nothing typed ever lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from domain.errors import LogUnavailable
from domain.monitor import Monitor
from tests.tui.watching import SMALL, choose_first, press_save, read, screen, until, watching
from tui.dashboard.app import DashboardApp
from tui.dashboard.forms.form_screen import FormScreen
from tui.dashboard.snapshot import Stand
from tui.dashboard.typing_ahead import PAUSE
from tui.dashboard.writing import Pen

REPORT = {"occurred": "2026-09-01", "reported": "2026-09-01", "claimant": "desk", "source": "phone call"}


async def form_for(app: DashboardApp, pilot: Pilot[None], key: str) -> FormScreen:
    await pilot.press("a", key)
    # what is put into a form before it is mounted stands in it from the start: nobody typed it
    await until(pilot, lambda: isinstance(app.screen, FormScreen) and app.screen.is_mounted)
    assert isinstance(app.screen, FormScreen)
    return app.screen


def fill(form: FormScreen, **values: str) -> None:
    for name, value in {**REPORT, **values}.items():
        form.set_field(name, value)
    choose_first(form)


async def save(app: DashboardApp, pilot: Pilot[None]) -> None:
    await press_save(pilot, app)
    await until(pilot, lambda: not isinstance(app.screen, FormScreen))


def newest(log: Path, count: int) -> list[tuple[str, str]]:
    with Monitor(log, read_only=True) as monitor:
        head = monitor.head().position
        return [(record.type, record.id) for record in monitor.records(after=head - count)]


async def test_a_strike_with_casualties_and_responsibility_is_one_command(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        form = await form_for(app, pilot, "s")
        fill(form, place="Jabalya", killed="3+ (three at least)", injured="~10", of="palestinians")
        form.set_field("stance", "attributed")
        form.set_field("party", "Israel")
        await until(pilot, lambda: "will be written" in screen(app))
        await save(app, pilot)
        written = newest(gaza, 4)
        assert [topic for topic, _ in written] == [
            "strike.reported",
            "strike.casualties_claimed",
            "strike.casualties_claimed",
            "strike.responsibility_stated",
        ]
        assert [record.rsplit("/", 1)[1] for _, record in written] == ["1", "2", "3", "4"]
        with Monitor(gaza, read_only=True) as monitor:
            claim = monitor.record(written[1][1])
            assert claim.report is not None
            assert claim.report.caused_by == written[0][1]
            assert claim.recorded_by == "desk-night"
        await until(pilot, lambda: app.snapshot is not None and app.snapshot.feed_count == 602)
        await until(pilot, lambda: "#602" in screen(app))
        assert "saved: #599" in screen(app)


async def test_another_claim_on_a_strike_on_record(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        form = await form_for(app, pilot, "s")
        fill(form, stream="strike-desk-2026-01-31", place="x", killed="33", of="palestinians", occurred="2026-01-31")
        await save(app, pilot)
        ((topic, record),) = newest(gaza, 1)
        assert topic == "strike.casualties_claimed"
        assert record.startswith("strike-desk-2026-01-31/")


async def test_status_of_a_crossing(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        form = await form_for(app, pilot, "c")
        fill(form, stream="crossing-rafah", status="closed", reason="a holiday")
        await save(app, pilot)
        assert newest(gaza, 1)[0][0] == "crossing.closed"
        await until(pilot, lambda: "▢ CLOSED people both ways" in screen(app))


async def test_passages_and_refusals(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        form = await form_for(app, pilot, "p")
        fill(form, stream="crossing-rafah", passed="21", refused="4", outcome="held")
        await save(app, pilot)
        assert [topic for topic, _ in newest(gaza, 2)] == ["crossing.passages_counted", "crossing.passage_refused"]


async def test_change_of_phase(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        form = await form_for(app, pilot, "f")
        fill(form, stream="ceasefire-gaza-2025", phase="3", label="elections", change="announced")
        await save(app, pilot)
        assert newest(gaza, 1)[0][0] == "ceasefire.phase_changed"
        await until(pilot, lambda: "◇ Phase 3 announced" in screen(app))


async def test_what_is_missing_is_said_under_its_field(gaza: Path) -> None:
    async with watching(gaza, size=SMALL) as (app, pilot):
        form = await form_for(app, pilot, "c")
        form.set_field("stream", "crossing-rafah")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "status is missing" in screen(app))
        assert form.wrong["claimant"] == "claimant is missing"
        assert form.values["stream"] == "crossing-rafah"


async def test_a_figure_that_is_none_is_said_under_its_field(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        form = await form_for(app, pilot, "p")
        fill(form, stream="crossing-rafah", passed="many")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "'many' is not a figure" in screen(app))


async def test_a_refusal_of_the_rules_is_said_under_its_field(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        form = await form_for(app, pilot, "c")
        fill(form, stream="crossing-rafah", occurred="2027-01-01")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "occurred" in form.wrong)
        assert "is in the future" in screen(app)
        assert newest(gaza, 1)[0][0] != "crossing.opened"


async def test_probable_duplicates_are_named_before_they_are_written(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        form = await form_for(app, pilot, "s")
        fill(form, place="Gaza Strip", occurred="2026-02-04", killed="24", of="palestinians")
        await until(pilot, lambda: "similar within 3 h or on that day" in screen(app))
        await press_save(pilot, app)
        await read(pilot, "ctrl+s again records it as another report")
        assert newest(gaza, 1)[0][0] != "strike.casualties_claimed"
        await save(app, pilot)
        assert [topic for topic, _ in newest(gaza, 2)] == ["strike.reported", "strike.casualties_claimed"]


async def test_a_save_that_fails_keeps_every_field_and_cannot_double(
    gaza: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    append = Pen.append

    def lost(self: Pen, drafts: object, *, dry_run: bool = False) -> object:
        # the worst case: written, and the answer never came
        outcomes = append(self, drafts, dry_run=dry_run)  # type: ignore[arg-type]
        if not dry_run:
            raise LogUnavailable("the log is locked", remedy="try again")
        return outcomes

    async with watching(gaza) as (app, pilot):
        form = await form_for(app, pilot, "p")
        fill(form, stream="crossing-rafah", passed="21")
        with monkeypatch.context() as patch:
            patch.setattr(Pen, "append", lost)
            await press_save(pilot, app)
            await read(pilot, "Not saved: the log is locked")
        assert form.values["passed"] == "21"
        assert newest(gaza, 1)[0][0] == "crossing.passages_counted"
        await pilot.pause(PAUSE)  # a look at the screen: what is typed on from a save that failed is dropped
        await pilot.press("ctrl+s")
        await until(pilot, lambda: not isinstance(app.screen, FormScreen) or "again records" in screen(app))
        if isinstance(app.screen, FormScreen):  # its own record looks like a duplicate by now
            await pilot.pause(PAUSE)
            await save(app, pilot)
        assert "was on record already" in screen(app)
        with Monitor(gaza, read_only=True) as monitor:
            assert monitor.head().position == 599


async def test_leaving_an_unsaved_form_asks(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        form = await form_for(app, pilot, "p")
        form.set_field("passed", "21")
        await pilot.press("escape")
        await until(pilot, lambda: "This form is not saved" in screen(app))
        await pilot.press("d")  # a letter that was meant for the form drops nothing
        assert "This form is not saved" in screen(app)
        await pilot.press("n")
        await until(pilot, lambda: app.screen is form)
        assert form.values["passed"] == "21"
        await pilot.press("ctrl+g", "y")
        await until(pilot, lambda: "4 Records" in screen(app))


async def test_what_was_typed_is_dropped_by_a_chord_only(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        form = await form_for(app, pilot, "p")
        form.set_field("passed", "21")
        await pilot.press("escape")
        await until(pilot, lambda: "ctrl+d leave, and drop" in screen(app))
        await pilot.press("ctrl+d")
        await until(pilot, lambda: "4 Records" in screen(app))
        assert not app._drafts.kept


async def test_leaving_an_untouched_form_does_not(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        await form_for(app, pilot, "p")
        await pilot.press("escape")
        await until(pilot, lambda: "4 Records" in screen(app))


@pytest.mark.parametrize("key", ["a", "r", "R"])
async def test_refused_in_replay_with_a_word_why(gaza: Path, key: str) -> None:
    async with watching(gaza, stand=Stand("2026-02-02")) as (app, pilot):
        await pilot.press(key)
        await until(pilot, lambda: "nothing is written in replay" in screen(app))
        assert "press l for live first" in screen(app)


@pytest.mark.parametrize("key", ["a", "r", "R"])
async def test_refused_where_it_may_only_be_looked_at(gaza: Path, key: str) -> None:
    async with watching(gaza, read_only=True) as (app, pilot):
        await pilot.press(key)
        await until(pilot, lambda: "read-only" in screen(app))


async def test_the_first_record_of_an_empty_log(empty: Path) -> None:
    async with watching(empty) as (app, pilot):
        form = await form_for(app, pilot, "c")
        fill(form, stream="crossing-rafah")
        await save(app, pilot)
        await until(pilot, lambda: "#1 " in screen(app))


async def test_revise_a_figure(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        await pilot.press("down", "r")
        await until(pilot, lambda: isinstance(app.screen, FormScreen))
        form = app.screen
        assert isinstance(form, FormScreen)
        assert form.values["new:figure"] == "174364"
        fill(form, reason="a digit misread")
        form.set_field("new:figure", "174346")
        form.set_field("occurred", "2026-09-01")
        await save(app, pilot)
        assert newest(gaza, 1)[0][0] == "record.corrected"
        with Monitor(gaza, read_only=True) as monitor:
            report = monitor.record("@599").report
            assert report is not None
            assert set(report.data.changes) == {"figure"}
        await until(pilot, lambda: "[corrected]" in screen(app))
        await pilot.press("enter")  # the cursor has stayed on the record, one line further down
        await until(pilot, lambda: "revisions, oldest first" in screen(app))


async def test_revising_nothing_is_refused(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        await pilot.press("down", "r")
        await until(pilot, lambda: isinstance(app.screen, FormScreen))
        form = app.screen
        assert isinstance(form, FormScreen)
        fill(form, reason="nothing")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "nothing is changed yet" in screen(app))


async def test_retract(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        await pilot.press("R")
        await until(pilot, lambda: isinstance(app.screen, FormScreen))
        form = app.screen
        assert isinstance(form, FormScreen)
        fill(form, reason="recorded by mistake")
        await save(app, pilot)
        assert newest(gaza, 1)[0][0] == "record.retracted"
        await until(pilot, lambda: "[retracted]" in screen(app))


async def test_a_field_is_completed_from_what_the_log_knows(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        form = await form_for(app, pilot, "c")
        form.focus_field("claimant")
        await pilot.press(*"gaza-mo")
        await pilot.pause(0.2)
        await pilot.press("right")
        await until(pilot, lambda: form.values["claimant"] == "gaza-moh")


async def edit(app: DashboardApp, pilot: Pilot[None], key: str) -> FormScreen:
    await pilot.press(key)
    await until(pilot, lambda: isinstance(app.screen, FormScreen))
    assert isinstance(app.screen, FormScreen)
    return app.screen


@pytest.mark.parametrize("key", ["r", "R"])
async def test_the_desk_mends_and_withdraws_as_in_the_shell(gaza: Path, key: str) -> None:
    async with watching(gaza) as (app, pilot):
        await pilot.press("down")
        form = await edit(app, pilot, key)
        assert form.values["claimant"] == "desk"
        assert form.values["source"] == "Desk decision"
        form.set_field("reason", "recorded twice")
        form.set_field("claimant", "who")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "only the desk rests on its own decision" in screen(app))


async def test_retracting_a_retraction_says_that_it_reinstates(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        form = await edit(app, pilot, "R")
        record = form.form.revises
        form.set_field("reason", "recorded twice")
        form.set_field("by", "editor")
        await save(app, pilot)
        await until(pilot, lambda: "#599" in screen(app) and "[retracted]" in screen(app))
        await pilot.press(*["up"] * 3)
        await until(pilot, lambda: app._main.feed.selected is not None and app._main.feed.selected.position == 599)
        form = await edit(app, pilot, "R")
        assert form.form.title.startswith(f"Reinstate {record}")
        assert f"Reinstate {record}" in screen(app)
        form.set_field("reason", "it was no mistake")
        form.set_field("by", "editor")
        await save(app, pilot)
        await until(pilot, lambda: "[retracted]" not in "".join(screen(app).split("RETRACTED")[:1]))
        assert newest(gaza, 1)[0][0] == "record.retracted"


async def test_what_is_mended_is_no_longer_called_wrong(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        form = await form_for(app, pilot, "p")
        fill(form, stream="crossing-rafah", passed="many")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "'many' is not a figure" in screen(app))
        form.set_field("passed", "21")
        await until(pilot, lambda: "is not a figure" not in screen(app))
        fill(form, stream="crossing-rafah", occurred="2027-01-01")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "occurred" in form.wrong)
        form.set_field("occurred", "2026-09-01")
        await until(pilot, lambda: "occurred" not in form.wrong)
        await until(pilot, lambda: "will be written" in screen(app))


async def test_an_error_that_another_field_mends_goes_away(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        await pilot.press("down")
        form = await edit(app, pilot, "r")
        form.set_field("reason", "a digit misread")
        form.set_field("kind", "transcription")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "nothing is changed yet" in screen(app))
        form.set_field("new:figure", "174346")
        await until(pilot, lambda: "will be written" in screen(app))
        assert not form.wrong


@pytest.mark.parametrize("size", [SMALL, (120, 40)])
async def test_the_times_of_a_record_and_of_its_correction_are_told_apart(gaza: Path, size: tuple[int, int]) -> None:
    async with watching(gaza, size=size) as (app, pilot):
        await pilot.press("down")
        form = await edit(app, pilot, "r")
        assert "when it happened (its own)" in screen(app)
        assert "when it was said (its own)" in screen(app)
        form.focus_field("reported")
        await until(pilot, lambda: "when the error was found" in screen(app) and "when that was said" in screen(app))


async def test_via_and_source_are_revised(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        await pilot.press("down")
        form = await edit(app, pilot, "r")
        title = form.values["new:source"]
        form.set_field("new:via", "Reuters, AP")
        form.set_field("new:source", f"{title}, page 2")
        form.set_field("reason", "left out")
        form.set_field("kind", "transcription")
        await save(app, pilot)
        with Monitor(gaza, read_only=True) as monitor:
            report = monitor.record("@599").report
            assert report is not None
            assert report.data.changes["via"] == ["Reuters", "AP"]
            assert [source["title"] for source in report.data.changes["sources"]] == [f"{title}, page 2"]


async def test_who_said_it_is_not_revised_but_recorded_again(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        await pilot.press("down")
        form = await edit(app, pilot, "r")
        form.set_field("kind", "misattributed")
        await until(pilot, lambda: "claimant of a record cannot be corrected: retract it (R)" in screen(app))
        form.set_field("kind", "translation")
        await until(pilot, lambda: "cannot be corrected" not in screen(app))


@pytest.mark.parametrize("where", ["replay", "read-only"])
async def test_no_word_of_recording_where_nothing_is_recorded(gaza: Path, empty: Path, where: str) -> None:
    stand = Stand("2026-02-02") if where == "replay" else None
    for log in (gaza, empty):
        async with watching(log, size=(200, 50), stand=stand, read_only=where == "read-only") as (app, _):
            shown = screen(app)
            assert "Append" not in shown
            assert "Revise" not in shown
            assert "Press a to" not in shown
            assert "? Keys" in shown


async def test_the_keys_that_write_are_back_when_it_is_live(gaza: Path) -> None:
    async with watching(gaza, size=(200, 50), stand=Stand("2026-02-02")) as (app, pilot):
        await pilot.press("l")
        await until(pilot, lambda: "a Append" in screen(app))
        assert "R Retract" in screen(app)
