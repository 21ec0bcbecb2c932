"""x lists what does not agree by kind; where there is much of a kind, all of it is read as one comes down its list."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from domain.monitor import Monitor
from tests.tui.watching import HOME, SMALL, now, screen, until, watching
from tui.dashboard.app import DashboardApp
from tui.dashboard.detail import RecordScreen
from tui.dashboard.kind_screen import PAGE, KindScreen
from tui.dashboard.lines import Target, as_text
from tui.dashboard.lines_screen import LinesScreen

MANY = 3 * PAGE + 7


def lines(strikes: int) -> list[bytes]:
    """Strikes with two tolls that differ, by two claimants that are not registered."""
    out: list[dict[str, Any]] = []
    for number in range(strikes):
        at = f"2026-01-{number % 28 + 1:02}"
        every = {
            "stream": f"strike-x-{number:04}",
            "occurred": at,
            "reported_at": at,
            "sources": [{"title": "a note"}],
            "claimant_basis": "stated",
            "handling": "public",
            "via": [],
        }
        reported = {"kind": "shelling", "place": "Gaza", "clarity": 1}
        out.append({**every, "type": "strike.reported", "claimant": "one", "data": reported})
        for claimant, count in (("one", number + 1), ("other", number + 2)):
            toll = {
                "harm": "killed",
                "of": "people",
                "status": "unstated",
                "includes": "new",
                "provisional": False,
                "figure": exactly(count),
            }
            out.append({**every, "type": "strike.casualties_claimed", "claimant": claimant, "data": toll})
    return [json.dumps(line | {"key": f"k-{number}"}).encode() for number, line in enumerate(out)]


def exactly(count: int) -> dict[str, Any]:
    return {"low": count, "best": count, "high": count, "qualifier": "exact"}


@pytest.fixture
def much(tmp_path: Path) -> Path:
    (tmp_path / "much.jsonl").write_bytes(b"\n".join(lines(MANY)))
    with Monitor.create(tmp_path / "much.db", "Asia/Gaza", clock=now, recorded_by="desk") as monitor:
        report = monitor.import_files([tmp_path / "much.jsonl"], backfill=True)
        assert not report.refusals
    return tmp_path / "much.db"


async def opened(pilot: Pilot[None], app: DashboardApp) -> LinesScreen:
    await pilot.press("x")
    await until(pilot, lambda: isinstance(app.screen, LinesScreen))
    assert isinstance(app.screen, LinesScreen)
    return app.screen


async def all_of_them(pilot: Pilot[None], app: DashboardApp) -> KindScreen:
    """From the list by kind to the list of those whose claimants differ."""
    listed = await opened(pilot, app)
    for _ in range(200):
        target = listed.sheet.target
        if target is not None and (target.kind, target.ref) == ("disagreeing", "claimants_differ"):
            break
        await pilot.press("down")
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(app.screen, KindScreen))
    assert isinstance(app.screen, KindScreen)
    return app.screen


@pytest.mark.parametrize("size", [SMALL, HOME])
async def test_kinds_are_counted_and_the_newest_of_each_listed(much: Path, size: tuple[int, int]) -> None:
    async with watching(much, size=size) as (app, pilot):
        listed = await opened(pilot, app)
        shown = " ".join(as_text(listed.sheet._make(size[0] - 4)).split())
        assert f"{MANY + 2} in all: " in shown
        assert f"{MANY} claimants differ" in shown.split("newest")[0]
        assert f"claimants differ ({MANY}) ≠ Killed" in shown
        assert f"all of them: {MANY - 10} more" in shown
        assert "claimants that are not registered (2) ≠ one is not" in shown


async def test_all_of_a_kind_are_read_as_one_comes_down(much: Path) -> None:
    async with watching(much) as (app, pilot):
        kind = await all_of_them(pilot, app)
        assert f"Claimants differ: {MANY}, newest first, 100 read" in screen(app)
        cursor = 0
        for _ in range(100):
            if f"{MANY}, newest first ━" in screen(app):
                break
            await pilot.press("pagedown")
            assert kind.sheet.cursor >= cursor, "the cursor stays where it is when more comes"
            cursor = kind.sheet.cursor
        await until(pilot, lambda: f"{MANY}, newest first ━" in screen(app))
        told = re.findall(r"≠ Killed \(people\), Gaza, (\d+) Jan 2026: (\d+) says", as_text(kind.sheet._make(116)))
        assert len(told) == len({count for _, count in told}) == MANY
        days = [int(day) for day, _ in told]
        assert days == sorted(days, reverse=True)
        await pilot.press("end", "enter")
        await until(pilot, lambda: isinstance(app.screen, RecordScreen))


async def test_few_are_listed_in_full(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        listed = await opened(pilot, app)
        shown = as_text(listed.sheet._make(116))
        assert app.situation is not None
        assert shown.startswith(f"{app.situation.discrepancies_total} in all\n")
        assert len(re.findall("^≠ ", shown, re.MULTILINE)) == app.situation.discrepancies_total
        assert "more" not in shown.split("\n")[0]


async def test_a_kind_that_is_gone_when_it_is_opened_is_said(much: Path) -> None:
    async with watching(much, size=SMALL) as (app, pilot):
        app.open(Target("disagreeing", "no_such_kind"))
        await until(pilot, lambda: "nothing of that kind disagrees any more" in screen(app))
