"""What the faces say of what is not, or no longer, on record: never a failure, a zero or "no record is"."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from projections.readmodel import ReadModel
from projections.situation import Situation
from projections.strike_history import stood_after, withdrawn
from tests.projections.records import NOW, STRIKE, TOLL, Log, exactly, situation
from tui.dashboard.banner import BannerState, banner_lines
from tui.dashboard.claims import claims_screen
from tui.dashboard.crossings_panel import crossings_lines
from tui.dashboard.difference import difference_rows
from tui.dashboard.glyphs import UNICODE
from tui.dashboard.lines import Target, as_text
from tui.dashboard.paper import Paper
from tui.dashboard.phase_panel import phase_lines, phase_summary
from tui.dashboard.snapshot import Density, Snapshot, Stand
from tui.dashboard.strikes_panel import strikes_lines, strikes_summary
from tui.text_twin import difference as difference_text
from tui.text_twin import text, tolls


@pytest.fixture
def log() -> Log:
    return Log()


def never_defined(_: Log) -> None:
    """Only its figure is on record."""


def definition_retracted(log: Log) -> None:
    log.retract(log.defined())


def definition_erased(log: Log) -> None:
    log.erase(log.defined())


@pytest.fixture(params=[never_defined, definition_retracted, definition_erased])
def undefined(request: pytest.FixtureRequest, tmp_path: Path) -> Situation:
    log = Log()
    gone: Callable[[Log], None] = request.param
    gone(log)
    log.published(232, on="2026-01-05")
    return situation(log, tmp_path)


def test_a_series_without_a_definition_is_told_from_no_stated_day(undefined: Situation) -> None:
    said = "Killed: 232 people, from no stated day, says gaza-moh, 5 Jan 2026."
    assert said in text(undefined)
    told = text(undefined, full=True)
    assert said in told
    assert "Counts: what it counts is not on record." in told
    assert undefined.series[0].origin is None


def test_a_series_without_a_definition_on_the_screen(undefined: Situation) -> None:
    assert "gaza-moh killed from no stated day" in as_text(crossings_lines(undefined, 80, UNICODE))
    screen = claims_screen(undefined, Target("series", TOLL), UNICODE)
    assert screen is not None
    shown = as_text(screen.sheet._make(78))
    assert shown.startswith("232 people, 5 Jan\nkilled from no stated day\nwhat it counts is not on record\n")


@pytest.fixture
def retracted(tmp_path: Path) -> Iterator[tuple[ReadModel, Log]]:
    """A strike with five killed, corrected to seven, and withdrawn by the desk."""
    log = Log()
    report = log.struck(on="2026-01-10")
    claim = log.killed(5, on="2026-01-10")
    log.correct(claim, {"figure": exactly(7)}, known="2026-01-11")
    log.retract(report, known="2026-01-12", claimant="night-desk")
    with ReadModel.open(log, tmp_path / "m.db") as model:
        yield model, log


def test_a_toll_is_told_as_it_stood_then(retracted: tuple[ReadModel, Log]) -> None:
    model, _ = retracted
    where = model.vantage(None, "@3", now=NOW)
    strike = model.strike(STRIKE, where)
    assert strike is not None
    told = tolls.text(strike, stood_after(model, STRIKE, where, NOW), where.view())
    after = told.split("AS IT BECAME KNOWN\n")[1]
    assert after.startswith("#2 10 Jan 2026: 5 killed (palestinians), 1 claim.\n  By: 5 killed (palestinians), says")
    assert "#3 11 Jan 2026: 7 killed (palestinians), 1 claim.\n  By: corrects" in after


def test_a_retracted_strike_is_shown_as_that_and_by_whom(retracted: tuple[ReadModel, Log]) -> None:
    model, _ = retracted
    where = model.vantage(None, None, now=NOW)
    reports = withdrawn(model, STRIKE, where, NOW)
    shown = tolls.withdrawn_text(STRIKE, reports, stood_after(model, STRIKE, where, NOW), where.view())
    assert f"{STRIKE}: retracted. No report of it stands" in shown
    assert "[retracted]" in shown
    assert "#4 retraction (editor)" in shown
    assert "says night-desk" in shown
    assert "#4 12 Jan 2026: withdrawn." in shown


@pytest.mark.parametrize("forwards", [True, False])
def test_a_difference_across_a_retraction_says_so_and_by_whom(retracted: tuple[ReadModel, Log], forwards: bool) -> None:
    model, _ = retracted
    sides = [model.vantage("2026-01-20", known, now=NOW) for known in ("@3", "@4")]
    found = model.difference(*(sides if forwards else sides[::-1]))
    (strike,) = (one for one in found.changes if one.question == STRIKE)
    assert (strike.after if forwards else strike.before) == "retracted, says night-desk"
    label = "After" if forwards else "Before"
    assert f"{label}: retracted, says night-desk." in difference_text.text(found)
    rows = as_text(difference_rows(found, Paper.of(model.situation(sides[0]), 100, UNICODE)))
    said = "7, 1 claim {} retracted, says night-desk" if forwards else "retracted, says night-desk {} air strike"
    assert said.format(UNICODE.arrow) in rows


def test_what_came_back_was_retracted_before(retracted: tuple[ReadModel, Log]) -> None:
    model, log = retracted
    log.retract(log.all[3], known="2026-01-13")
    model.catch_up()
    found = model.difference(*(model.vantage("2026-01-20", known, now=NOW) for known in ("@4", "@5")))
    (strike,) = (one for one in found.changes if one.question == STRIKE)
    assert strike.before == "retracted"


def test_99_days_without_a_report_are_no_zeros(log: Log, tmp_path: Path) -> None:
    log.entered("2025-10-10")
    log.struck(on="2025-11-22")
    shown = situation(log, tmp_path)
    told = text(shown)
    assert "1 strike on record since 10 Oct 2025; nothing on record in 14 days." in told
    assert "No report of a strike for 99 days." in told
    for width in (32, 60, 120):
        panel = " ".join(as_text(strikes_lines(shown, width, UNICODE)).split())
        assert panel.startswith("no report of a strike for 99 days 1 recorded since 10 Oct")
        assert "···" not in panel
        assert "(same)" not in panel
    assert strikes_summary(shown, 80, UNICODE).text == "no report of a strike for 99 days · 1 recorded"


def test_a_week_without_a_report_is_no_zero_and_compared_with_none(log: Log, tmp_path: Path) -> None:
    log.struck(on="2026-02-20")
    assert "1 strike on record; nothing on record in 7 days, 1 in the 7 before." in text(situation(log, tmp_path))
    assert " 7 d nothing on record" in as_text(strikes_lines(situation(log, tmp_path), 60, UNICODE))
    log.struck(stream="strike-b", on="2026-02-28")
    log.retract(log.all[0])
    assert " 7 d 1  " in as_text(strikes_lines(situation(log, tmp_path), 60, UNICODE))


def banner(shown: Situation) -> str:
    density = Density(shown.vantage.as_of_day, shown.vantage.as_of_day, (0,))
    snapshot = Snapshot(1, shown, Stand(), "", (), 0, density)
    return as_text(banner_lines(BannerState(snapshot), NOW, 100, UNICODE))


def test_an_empty_log_says_nothing_of_what_is_in_force(log: Log, tmp_path: Path) -> None:
    shown = situation(log, tmp_path)
    assert banner(shown).startswith(" NOTHING ON RECORD │")
    assert text(shown).startswith("No ceasefire is on record.\n")
    assert as_text(phase_lines(shown, 60, UNICODE)).startswith("Nothing on record as of 1 Mar.")
    log.struck()
    shown = situation(log, tmp_path)
    assert banner(shown).startswith(" NO CEASEFIRE ON RECORD │")
    assert text(shown).startswith("No ceasefire is on record.\n")
    assert as_text(phase_lines(shown, 60, UNICODE)).startswith("No ceasefire on record as of 1 Mar.")
    assert phase_summary(shown, 60, UNICODE).text == "no ceasefire on record"
