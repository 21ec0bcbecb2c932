"""The toll of a strike as it stood after each report of it, and where panels have little room."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import cast

import msgspec
import pytest

from projections.readmodel import ReadModel
from projections.situation import RecordLine, Situation
from projections.strike_history import LISTED, Stood, headline, stood_after
from projections.vantage import ResolvedVantage
from tests.tui.test_panels import at
from tests.tui.watching import HOME, SMALL, now, until, watching
from tui.dashboard.crossings_panel import crossings_lines
from tui.dashboard.glyphs import ASCII, UNICODE
from tui.dashboard.lines import Target, as_text
from tui.dashboard.lines_screen import LinesScreen
from tui.dashboard.paper import Paper, aged
from tui.dashboard.phase_panel import phase_lines
from tui.dashboard.snapshot import Stand
from tui.dashboard.strikes_panel import strikes_lines, strikes_summary
from tui.dashboard.toll_rows import stood_rows
from tui.text_twin.tolls import text

OF_31_JANUARY = ["12", "12-22", "22-26", "22-27", "27-28", "30+", "30-31+", "30-32+", "30-32+"]


@pytest.fixture(scope="module")
def second(gaza_once: Path) -> Situation:
    return at(gaza_once, "2026-02-02")


@pytest.mark.parametrize("size", [SMALL, HOME])
async def test_the_toll_of_31_january_after_each_report(gaza: Path, size: tuple[int, int]) -> None:
    async with watching(gaza, size=size, stand=Stand("2026-01-31")) as (app, pilot):
        await pilot.press("2", "down", "enter")
        await until(pilot, lambda: isinstance(app.screen, LinesScreen))
        assert isinstance(app.screen, LinesScreen)
        shown = as_text(app.screen.sheet._make(size[0] - 4))
        told = shown.split("the toll after each report, as it became known")[1]
        assert re.findall(r"#\d+ +\d+ \w+ +(\S+) killed", told) == OF_31_JANUARY
        assert "by: 12 killed (palestinians, early), says gaza-moh" in told


async def test_a_toll_known_only_so_far_ends_there(gaza: Path) -> None:
    async with watching(gaza, stand=Stand("2026-01-31", "@378", "given")) as (app, pilot):
        app.open(Target("strike", "strike-desk-2026-01-31"))
        await until(pilot, lambda: isinstance(app.screen, LinesScreen))
        assert isinstance(app.screen, LinesScreen)
        told = as_text(app.screen.sheet._make(116)).split("as it became known")[1]
        assert re.findall(r"#\d+ +\d+ \w+ +(\S+) killed", told) == OF_31_JANUARY[:4]


@pytest.mark.parametrize("width", [36, 60, 76])
def test_nothing_announced_stands_without_who_says_it(gaza_once: Path, width: int) -> None:
    shown = " ".join(as_text(crossings_lines(at(gaza_once, "2025-10-19"), width, UNICODE)).split())
    assert "announced open from 15 Oct, people into and out of: kan, denied by israeli-security-official-npr" in shown
    assert "announced open from 20 Oct, goods into: israeli-and-us-officials-axios" in shown


@pytest.mark.parametrize("width", [36, 44, 60, 76])
def test_who_got_through_stands_with_its_day_its_bar_and_its_claims(second: Situation, width: int) -> None:
    shown = as_text(crossings_lines(second, width, UNICODE))
    rows = re.findall(r"  out of 8-20 of ~150 or 50[^\n]*\n[^\n]*", shown)
    assert len(rows) == 1
    assert all(words in rows[0] for words in ("2 Feb", "▌░░░░░", "≠ 5 cl."))
    assert "13,200 trucks over 10 Oct to 31 Oct" in " ".join(shown.split())
    assert all(len(row) <= width for row in shown.split("\n"))


def test_days_that_differ_stand_with_each_category(second: Situation) -> None:
    assert "out of 15 companions 2 Feb, 37-50 patients 1 Feb 2025" in as_text(crossings_lines(second, 76, UNICODE))


@pytest.mark.parametrize("width", [30, 36, 56])
def test_a_phase_and_a_step_are_not_cut_from_their_claimant(second: Situation, width: int) -> None:
    shown = " ".join(as_text(phase_lines(second, width, UNICODE)).split())
    assert "says newspaper-2026-02-02" in shown
    assert re.search(r"26 Jan: 1 remains recovered, says [a-z-]+", shown)


@pytest.mark.parametrize("width", [48, 56, 67, 100])
@pytest.mark.parametrize("glyphs", [UNICODE, ASCII], ids=["unicode", "ascii"])
def test_no_population_is_left_out_because_another_came_first(second: Situation, width: int, glyphs: object) -> None:
    signs = UNICODE if glyphs is UNICODE else ASCII
    shown = strikes_summary(second, width, signs)
    assert shown.width <= width
    assert re.search(r"isra[a-z-]*(…|\.\.)? 3, pale[a-z]*(…|\.\.)? 250-258\+", shown.text)


def test_a_day_with_its_year_is_whole_in_the_list_of_strikes(second: Situation) -> None:
    years_later = msgspec.structs.replace(second.vantage, as_of_day="2027-06-01")
    shown = as_text(strikes_lines(msgspec.structs.replace(second, vantage=years_later), 44, UNICODE))
    assert len(re.findall(r"^ 31 Jan 2026 ", shown, re.MULTILINE)) == 2


def test_ages_stand_wherever_a_time_did(second: Situation) -> None:
    shown = as_text(crossings_lines(aged(second), 76, UNICODE))
    assert "since 636 d ago" in shown
    assert "366 d ago" in shown
    assert not re.search(r"\d (Jan|Feb|Mar|May|Nov|Dec)\b", shown)
    assert "2 d " in as_text(strikes_lines(aged(second), 76, UNICODE))
    assert "Phase 2 begun today" in as_text(phase_lines(aged(second), 76, UNICODE))


def test_what_is_ahead_stays_a_date(gaza_once: Path) -> None:
    shown = " ".join(as_text(crossings_lines(aged(at(gaza_once, "2025-10-19")), 76, UNICODE)).split())
    assert "announced open from 20 Oct, goods into" in shown
    assert "announced open from 4 d ago" in shown


def test_an_age_keeps_that_it_is_not_known_to_the_day(second: Situation) -> None:
    paper = Paper.of(aged(second), 76, UNICODE)
    about = next(each for each in second.strikes.latest if not isinstance(each.occurred, str))
    assert paper.short(about.occurred).startswith("~")


def stood(count: int, situation: Situation) -> list[Stood]:
    """A strike after so many reports: each raises the toll by one."""
    strike = next(one for one in situation.strikes.latest if headline(one))
    report = situation.records[0]
    out = []
    for number in range(1, count + 1):
        ranges = tuple(msgspec.structs.replace(one, low=number, high=number) for one in headline(strike))
        out.append(
            Stood(
                report=msgspec.structs.replace(report, position=number),
                strike=msgspec.structs.replace(strike, ranges=ranges),
            )
        )
    return out


@pytest.mark.parametrize(("count", "first"), [(LISTED, 1), (LISTED + 1, 2)])
def test_older_reports_are_said_to_be_left_out_where_there_are_any(second: Situation, count: int, first: int) -> None:
    """The first that is listed moved the toll from what it was before it, not from nothing."""
    every = stood(count, second)
    shown = as_text(stood_rows(every, Paper.of(second, 116, UNICODE)))
    twin = text(second.strikes.latest[0], every, second.vantage)
    assert (f"of its newest {LISTED} records" in shown) == (f"Of its newest {LISTED} records" in twin) == (first == 2)
    for told in (shown, twin):
        assert re.findall(r"#(\d+) ", told)[0] == str(first)
    unmoved = [every[0], msgspec.structs.replace(every[1], strike=every[0].strike), *every[2:]]
    shown = as_text(stood_rows(unmoved, Paper.of(second, 116, UNICODE)))
    assert re.findall(r"#(\d+) ", shown)[0] == ("3" if first == 2 else "1")


def test_one_report_more_than_is_listed_is_read(second: Situation) -> None:
    every = [one.report for one in stood(LISTED + 9, second)]

    class Model:
        """Gives as many reports as are asked for."""

        def wanted(self, filter_: str, *, now: datetime) -> str:  # noqa: ARG002 - as it is asked
            return filter_

        def feed(self, vantage: ResolvedVantage, *, wanted: str, limit: int) -> list[RecordLine]:  # noqa: ARG002
            return every[::-1][:limit] if wanted == f"stream={strike.stream}" else []

        def line(self, ref: str, vantage: ResolvedVantage) -> RecordLine:  # noqa: ARG002
            return next(each for each in every if ref == f"@{each.position}")

        def strike(self, stream: str, vantage: ResolvedVantage) -> None:  # noqa: ARG002
            return None

    strike = msgspec.structs.replace(second.strikes.latest[0], merged=())
    vantage = ResolvedVantage(
        as_of=0,
        known_at=0,
        position=99,
        head=99,
        rule="",
        live=True,
        timezone="Asia/Gaza",
        log_id="",
        log_since=0,
        backfilled_until=0,
    )
    found = stood_after(cast(ReadModel, Model()), strike.stream, vantage, now())
    assert [one.report.position for one in found] == list(range(9, LISTED + 10))
