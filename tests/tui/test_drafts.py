"""Drafts of forms on disk: whatever ends a dashboard, what was typed is offered by the next one."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from time import monotonic, time
from typing import Any

import pytest
from textual.pilot import Pilot

from domain.monitor import Monitor
from tests.tui.test_appending import REPORT, fill, form_for, save
from tests.tui.watching import SMALL, now, read, screen, until, watching
from tui.dashboard.app import DashboardApp
from tui.dashboard.forms import draft_files
from tui.dashboard.forms.choosing import Choosing
from tui.dashboard.forms.draft_files import MOST_BYTES, DraftFiles
from tui.dashboard.forms.draft_timer import KEEP_SECONDS
from tui.dashboard.forms.drafts import Drafts
from tui.dashboard.forms.form_screen import FormScreen
from tui.dashboard.forms.hold import Hold
from tui.dashboard.main_screen import MainScreen

Dashboard = AbstractAsyncContextManager[tuple[DashboardApp, Pilot[None]]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state" / "drafts"


def at_work(log: Path, folder: Path, **how: Any) -> Dashboard:
    return watching(log, drafts_in=lambda: folder, **how)


def files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*/*"))


def drafts(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(path.read_bytes()) for path in files(folder) if path.suffix == ".json"]


def head_of(log: Path) -> int:
    with Monitor(log, read_only=True) as monitor:
        return monitor.head().position


async def kept(pilot: Pilot[None], folder: Path, **values: str) -> None:
    """Wait until there is one draft, with these values among others."""
    await until(pilot, lambda: [each["values"] | values == each["values"] for each in drafts(folder)] == [True])


def words(app: DashboardApp) -> str:
    """The screen's words, however they are broken."""
    return " ".join(screen(app).replace("┃", " ").split())


async def form_of(app: DashboardApp, pilot: Pilot[None]) -> FormScreen:
    await until(pilot, lambda: isinstance(app.screen, FormScreen) and app.screen.is_mounted)
    assert isinstance(app.screen, FormScreen)
    return app.screen


async def left_behind(log: Path, folder: Path, **values: str) -> Path:
    """The folder as a dashboard leaves it that is killed in the middle of a form for passages."""
    async with at_work(log, folder) as (app, pilot):
        form = await form_for(app, pilot, "p")
        fill(form, stream="crossing-rafah", passed="21", **values)
        await kept(pilot, folder, passed="21", **values)
        return shutil.copytree(folder, folder.with_name("killed"))


async def test_what_a_killed_dashboard_had_is_offered_and_saved(gaza: Path, folder: Path) -> None:
    killed = await left_behind(gaza, folder)
    async with at_work(gaza, killed) as (app, pilot):
        await until(pilot, lambda: "a draft of a form is kept: a offers what was typed and not saved" in screen(app))
        await pilot.press("a")
        await until(pilot, lambda: isinstance(app.screen, Choosing))
        assert "draft kept 2026-09-01 13:00: Passages of a crossing, crossing-rafah, desk" in screen(app)
        await pilot.press("1")
        form = await form_of(app, pilot)
        assert {**form.values, **REPORT, "stream": "crossing-rafah", "passed": "21"} == form.values
        assert "the draft of 2026-09-01 13:00 is taken up again" in screen(app)
        await save(app, pilot)
        assert head_of(gaza) == 599
        assert files(killed) == []


async def test_killed_between_saving_and_dropping_the_draft_it_is_written_once(gaza: Path, folder: Path) -> None:
    async with at_work(gaza, folder) as (app, pilot):
        form = await form_for(app, pilot, "p")
        fill(form, stream="crossing-rafah", passed="21")
        await kept(pilot, folder, passed="21")
        killed = shutil.copytree(folder, folder.with_name("killed"))
        await save(app, pilot)
    assert head_of(gaza) == 599
    async with at_work(gaza, killed) as (app, pilot):
        await pilot.press("a", "1")
        await form_of(app, pilot)
        await until(pilot, lambda: "already on record under this key" in screen(app))
        await save(app, pilot)
        assert "was on record already" in screen(app)
    assert head_of(gaza) == 599
    assert files(killed) == []


async def test_it_is_this_users_alone_and_nothing_lies_beside_it(gaza: Path, folder: Path) -> None:
    before = os.umask(0)
    try:
        killed = await left_behind(gaza, folder, handling="restricted")
    finally:
        os.umask(before)
    (path,) = files(killed)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


async def test_a_dashboard_that_is_told_to_end_keeps_the_last_key(gaza: Path, folder: Path) -> None:
    async with at_work(gaza, folder) as (app, pilot):
        await form_for(app, pilot, "p")
        await pilot.press("7")
        assert drafts(folder) == []
    assert [each["values"]["stream"] for each in drafts(folder)] == ["7"]


@pytest.mark.parametrize(("answer", "left"), [("y", 1), ("ctrl+d", 0)])
async def test_left_or_dropped(gaza: Path, folder: Path, answer: str, left: int) -> None:
    async with at_work(gaza, folder) as (app, pilot):
        form = await form_for(app, pilot, "p")
        form.set_field("passed", "21")
        await pilot.press("escape")
        await until(pilot, lambda: " kept: a offers it again." in screen(app))
        await pilot.press(answer)
        await until(pilot, lambda: isinstance(app.screen, MainScreen))
        assert len(drafts(folder)) == len(app._drafts.kept) == left
        await pilot.press("q")  # nothing is lost by it
        await until(pilot, lambda: app._exit)
    assert len(drafts(folder)) == left


async def test_what_is_taken_back_leaves_no_draft(gaza: Path, folder: Path) -> None:
    async with at_work(gaza, folder) as (app, pilot):
        form = await form_for(app, pilot, "p")
        form.set_field("passed", "21")
        await until(pilot, lambda: len(drafts(folder)) == 1)
        form.set_field("passed", "")
        await until(pilot, lambda: files(folder) == [])


async def test_a_form_of_which_there_is_a_draft_offers_it(gaza: Path, folder: Path) -> None:
    killed = await left_behind(gaza, folder)
    async with at_work(gaza, killed) as (app, pilot):
        form = await form_for(app, pilot, "p")
        assert form.values["passed"] == ""
        await until(pilot, lambda: "13:00 is kept: Passages of a crossing, crossing-rafah, desk; ctrl+t" in screen(app))
        await pilot.press("ctrl+t")
        await until(pilot, lambda: app.screen is not form)
        assert (await form_of(app, pilot)).values["passed"] == "21"
        assert len(drafts(killed)) == 1


async def test_a_draft_is_dropped_from_the_list(gaza: Path, folder: Path) -> None:
    killed = await left_behind(gaza, folder)
    async with at_work(gaza, killed) as (app, pilot):
        await pilot.press("a")
        await until(pilot, lambda: "ctrl+x drop the draft" in screen(app))
        await pilot.press("ctrl+x")
        await until(pilot, lambda: "the draft is dropped" in screen(app))
        assert files(killed) == []
        assert app._drafts.kept == []


async def test_a_colleagues_correction_is_not_undone_by_a_draft_from_before_it(gaza: Path, folder: Path) -> None:
    async with at_work(gaza, folder) as (app, pilot):
        await pilot.press("down", "r")
        form = await form_of(app, pilot)
        record = form.form.revises
        assert record is not None
        fill(form, reason="a digit misread")
        form.set_field("new:figure", "174346")
        await kept(pilot, folder, reason="a digit misread")
        killed = shutil.copytree(folder, folder.with_name("killed"))
    with Monitor(gaza, clock=now) as monitor:
        sources = [{"title": "a call", "means": "told"}]
        monitor.correct(
            record, {"via": ["Reuters"]}, kind="transcription", reason="left out", claimant="desk", sources=sources
        )
    async with at_work(gaza, killed) as (app, pilot):
        await pilot.press("down", "down", "r")
        form = await form_of(app, pilot)
        assert form.values["new:via"] == "Reuters"
        await save(app, pilot)
    with Monitor(gaza, read_only=True) as monitor:
        report = monitor.record("@600").report
        assert report is not None
        assert set(report.data.changes) == {"figure"}


async def test_read_only_neither_writes_nor_reads(gaza: Path, folder: Path) -> None:
    killed = await left_behind(gaza, folder)
    before = [(path, path.stat().st_mtime_ns) for path in files(killed)]
    async with at_work(gaza, killed, read_only=True) as (app, pilot):
        await pilot.press("a", "r")
        assert app._drafts.kept == []
    assert [(path, path.stat().st_mtime_ns) for path in files(killed)] == before


async def test_a_folder_that_cannot_be_written_is_said_and_keeps_nobody_from_reporting(
    gaza: Path, folder: Path
) -> None:
    folder.parent.mkdir(parents=True)
    folder.write_text("in the way")
    async with at_work(gaza, folder, size=SMALL) as (app, pilot):
        form = await form_for(app, pilot, "p")
        fill(form, stream="crossing-rafah", passed="21")
        await until(pilot, lambda: "No draft of this form is on disk (Not a directory" in screen(app))
        await until(pilot, lambda: "will be written" in screen(app))
        assert "No draft of this form is on disk" in screen(app)  # as long as it is so
        await pilot.press("escape")
        await until(pilot, lambda: "kept until you quit" in words(app))
        await pilot.press("n")
        await save(app, pilot)
    assert head_of(gaza) == 599


async def test_a_form_too_large_for_a_draft_is_said_and_leaves_none_that_is_refused_later(
    gaza: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(draft_files, "MOST_BYTES", 1 << 20)
    async with at_work(gaza, folder) as (app, pilot):
        form = await form_for(app, pilot, "p")
        fill(form, reason="x" * (1 << 20))
        await until(pilot, lambda: "No draft of this form is on disk (It is larger than 1 MiB" in words(app))
        assert files(folder) == []
        fill(form, reason="x" * 1000)
        await until(pilot, lambda: len(drafts(folder)) == 1 and "No draft" not in screen(app))


def other(**changes: Any) -> Callable[[Path], None]:
    """A draft that says something else."""

    def write(path: Path) -> None:
        path.write_text(json.dumps({**json.loads(path.read_bytes()), **changes}))

    return write


def link(path: Path) -> None:
    path.rename(path.with_suffix(".elsewhere"))
    path.symlink_to(path.with_suffix(".elsewhere"))


def fifo(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def folder_of_that_name(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(path.read_bytes()[:-9]),
        lambda path: path.write_bytes(b"\xff" * 99),
        lambda path: path.write_bytes(b"[" * 200_000),
        other(format=2),
        other(more="x"),
        other(log="another"),
        other(key="form:another"),
        other(name="no.such_form"),
        other(name="record.erased"),
        other(at="yesterday"),
        other(at="2026-09-01 13:00\n"),
        other(at="２０２６-09-01 13:00"),
        other(values={"passed": 21}),
        other(values={"passed": "2" * MOST_BYTES}),
        link,
        fifo,
        folder_of_that_name,
    ],
)
async def test_what_is_no_draft_is_set_aside(gaza: Path, folder: Path, spoil: Callable[[Path], object]) -> None:
    killed = await left_behind(gaza, folder)
    (path,) = files(killed)
    spoil(path)
    async with at_work(gaza, killed) as (app, pilot):
        await until(pilot, lambda: "a file that is no draft is set aside in" in words(app))
        assert app._drafts.kept == []
        assert app._drafts.lasting
    assert path.with_suffix(".refused") in files(killed)
    async with at_work(gaza, killed) as (app, pilot):
        await pilot.pause(0.2)
        assert "set aside" not in screen(app)


async def test_hostile_values_are_shown_as_what_they_are(gaza: Path, folder: Path) -> None:
    killed = await left_behind(gaza, folder)
    (path,) = files(killed)
    text = "\x1b]52;c;x\x07\u202e[red]"
    other(title=text, values={"passed": text, "direction": "sideways", "none": "x", "stream": text + "y" * 9000})(path)
    async with at_work(gaza, killed) as (app, pilot):
        await pilot.press("a")
        await until(pilot, lambda: "draft kept" in screen(app))
        assert "␛]52;c;x␇⟦U+202E⟧[red]" in screen(app)
        await pilot.press("1")
        form = await form_of(app, pilot)
        assert form.values["direction"] == ""
        assert form.values["passed"] == "␛]52;c;x␇⟦U+202E⟧[red]"


async def test_a_folder_that_cannot_be_read_is_said(gaza: Path, folder: Path) -> None:
    killed = await left_behind(gaza, folder)
    (path,) = files(killed)
    shutil.rmtree(path.parent)
    path.parent.write_text("in the way")
    async with at_work(gaza, killed) as (app, _):
        assert "drafts from before cannot be read: Not a directory" in words(app)


async def test_quitting_asks_while_one_draft_is_in_no_file(gaza: Path, folder: Path) -> None:
    async with at_work(gaza, folder) as (app, pilot):
        folder.parent.mkdir(parents=True)
        folder.write_text("in the way")
        for writable in (False, True):
            form = await form_for(app, pilot, "p")
            form.set_field("passed", "21")
            if writable:
                folder.unlink()
            await pilot.press("escape", "y")
            await until(pilot, lambda: isinstance(app.screen, MainScreen))
        for _ in range(2):  # another key in between, and it is asked again
            await pilot.press("q")
            await until(pilot, lambda: "a draft is kept only as long as this runs" in screen(app))
            await pilot.press("down")
            await until(pilot, lambda: "a draft is kept" not in screen(app))
        await pilot.press("q")
        assert not app._exit
        await pilot.press("q")
        await until(pilot, lambda: app._exit)


async def test_what_a_killed_dashboard_left_half_written_is_taken_away(gaza: Path, folder: Path) -> None:
    killed = await left_behind(gaza, folder)
    (path,) = files(killed)
    half, fresh = path.with_suffix(".77.new"), path.with_suffix(".78.new")
    for beside in (half, fresh):
        beside.write_bytes(b"{")
    os.utime(half, (1, 1))
    os.utime(fresh, (time(), time()))  # by our clock, whatever the disk's is
    async with at_work(gaza, killed) as (app, _):
        assert len(app._drafts.kept) <= 1
    assert files(killed) == sorted([path, fresh])


async def test_a_form_opened_before_drafts_are_read_is_kept_too(
    gaza: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(DashboardApp, "_offer_drafts", lambda _: None)
    async with at_work(gaza, folder) as (app, pilot):
        form = await form_for(app, pilot, "p")
        form.set_field("passed", "21")
        await kept(pilot, folder, passed="21")


async def test_typing_on_does_not_put_the_draft_off(gaza: Path, folder: Path) -> None:
    """However long nobody pauses: the draft is never more than a moment behind."""
    async with at_work(gaza, folder) as (app, pilot):
        form = await form_for(app, pilot, "p")
        form.focus_field("reason")
        end = monotonic() + 30 * KEEP_SECONDS
        while not any("xxx" in draft["values"]["reason"] for draft in drafts(folder)):
            assert monotonic() < end
            await pilot.press("x")
            await pilot.pause(0.1)


def another(app: DashboardApp, folder: Path) -> Drafts:
    """What another dashboard on the same log knows of drafts, when it is started now."""
    assert app.situation is not None
    found = Drafts()
    found.lie_in(DraftFiles(folder, app.situation.vantage.log_id))
    assert found.look() == ""
    return found


async def test_the_draft_of_an_open_form_is_no_other_dashboards(gaza: Path, folder: Path) -> None:
    async with at_work(gaza, folder) as (app, pilot):
        form = await form_for(app, pilot, "p")
        form.set_field("passed", "21")
        await kept(pilot, folder, passed="21")
        form.set_field("passed", "22")
        await kept(pilot, folder, passed="22")
        assert another(app, folder).kept == []
        await pilot.press("escape", "y")
        await until(pilot, lambda: isinstance(app.screen, MainScreen))
        assert len(another(app, folder).kept) == 1


async def test_a_draft_that_is_taken_up_cannot_be_dropped_elsewhere(gaza: Path, folder: Path) -> None:
    killed = await left_behind(gaza, folder)
    async with at_work(gaza, killed) as (app, pilot):
        offered = another(app, killed)
        (key,) = [each.begun.key for each in offered.kept]
        await pilot.press("a", "1")
        await form_of(app, pilot)
        assert not offered.give_up(key)
        assert offered.kept == []
        assert not offered.take(key, Hold())
        await pilot.press("escape", "y")
        await until(pilot, lambda: isinstance(app.screen, MainScreen))
        assert len(drafts(killed)) == 1
        later = another(app, killed)
        assert later.give_up(key)
        assert files(killed) == []


async def test_a_draft_that_is_open_elsewhere_is_neither_taken_up_nor_dropped(gaza: Path, folder: Path) -> None:
    killed = await left_behind(gaza, folder)
    async with at_work(gaza, killed) as (app, pilot):
        (path,) = files(killed)
        hold = Hold()
        try:
            assert hold.take(path)
            draft = app._drafts.kept
            for key in ("1", "ctrl+x"):
                app._drafts.kept = list(draft)
                await pilot.press("a")
                await until(pilot, lambda: isinstance(app.screen, Choosing))
                await pilot.press(key)
                await read(pilot, "that draft is open in another dashboard")
                assert isinstance(app.screen, MainScreen)
                assert app._drafts.kept == []
            assert len(drafts(killed)) == 1
        finally:
            hold.let_go()


async def test_a_draft_whose_file_is_gone_is_written_again_before_it_is_said_to_be_kept(
    gaza: Path, folder: Path
) -> None:
    async with at_work(gaza, folder) as (app, pilot):
        form = await form_for(app, pilot, "p")
        form.set_field("passed", "21")
        await kept(pilot, folder, passed="21")
        files(folder)[0].unlink()
        await pilot.press("escape")
        await until(pilot, lambda: " kept: a offers it again." in screen(app))
        assert [each["values"]["passed"] for each in drafts(folder)] == ["21"]


async def test_a_file_that_goes_while_the_folder_is_read_hides_no_draft(
    gaza: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed = await left_behind(gaza, folder)
    (path,) = files(killed)
    beside = path.with_suffix(".77.new")
    beside.write_bytes(b"{")
    scandir = os.scandir

    def renamed_meanwhile(where: Path) -> Iterator[os.DirEntry[str]]:
        found = list(scandir(where))
        beside.unlink()
        return iter(found)

    monkeypatch.setattr(os, "scandir", renamed_meanwhile)
    async with at_work(gaza, killed) as (app, pilot):
        await until(pilot, lambda: "a draft of a form is kept" in screen(app))


async def test_a_draft_that_cannot_be_read_for_a_moment_is_said_and_stays(
    gaza: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed = await left_behind(gaza, folder)
    before = files(killed)

    def too_many(path: Path) -> None:
        raise OSError(errno.EMFILE, "Too many open files", str(path))

    monkeypatch.setattr(draft_files, "open_plain", too_many)
    async with at_work(gaza, killed) as (app, pilot):
        await until(pilot, lambda: "a draft from before cannot be read now: Too many open files" in words(app))
    assert files(killed) == before
