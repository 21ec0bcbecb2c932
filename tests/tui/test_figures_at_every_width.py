"""No figure is dropped, cut or glued to its neighbour, in any panel at any width of a terminal from 80 to 200."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from domain.values import Amount
from projections.situation import Range, Situation
from projections.strike_history import Stood, headline
from tests.projections.records import CEASEFIRE, Log, about, at_least, exactly, situation
from tests.tui.test_panels import at
from tui.dashboard.claims import records_rows
from tui.dashboard.crossings_panel import crossings_lines
from tui.dashboard.drawing import Draw
from tui.dashboard.feed import record_line
from tui.dashboard.glyphs import UNICODE
from tui.dashboard.lines import as_text, clipped
from tui.dashboard.paper import Paper
from tui.dashboard.phase_panel import phase_lines
from tui.dashboard.strikes_panel import strikes_lines
from tui.dashboard.toll_rows import stood_rows
from tui.dashboard.wording import cl, claims

WIDTHS = range(26, 199)
"""Of a panel: three beside one another from 100 columns on, and one over the whole of 200."""
Figures = Callable[[Situation], Iterator[Range | Amount]]
POPULATIONS = ("all", "people-of-a-place-with-a-long-name", "palestinians")


def ranged(low: int, high: int) -> dict[str, object]:
    return {"low": low, "high": high, "qualifier": "range"}


def crowded() -> Log:
    """Large figures, short and long names, several populations of one strike."""
    log = Log()
    log.entered("2025-12-01")
    for n, of in enumerate(POPULATIONS):
        for day in range(1, 5):
            stream = f"strike-{of}-{day}"
            log.struck(stream, on=f"2026-01-{day:02}")
            log.killed(ranged(15 * 10**day, 260_000), stream=stream, of=of, on=f"2026-01-{day:02}")
            log.killed(ranged(1_500 + n, 2_600), "b", stream=stream, of=of, harm="injured", on=f"2026-01-{day:02}")
            log.killed(at_least(13_000 + n), stream=stream, of=of, harm="missing", on=f"2026-01-{day:02}")
            log.killed(about(77_000 + n), stream=stream, of=of, harm="detained", on=f"2026-01-{day:02}")
    log.struck("strike-mixed", on="2026-01-06")
    for n, of in enumerate(POPULATIONS):
        log.killed(ranged(1_234 + n, 23_456 + n), stream="strike-mixed", of=of, on="2026-01-06")
    for n, name in enumerate(("crossing-rafah", "crossing-of-a-place-with-a-long-name-indeed")):
        for way in ("into", "out_of"):
            for category in ("people", "patient", "companion", "truck"):
                log.passed(ranged(12_345 + n, 123_456), "2026-01-05", direction=way, category=category, stream=name)
            log.say(
                "crossing.passage_refused",
                name,
                {"direction": way, "outcome": "turned_back", "figure": ranged(3_333 + n, 44_444)},
                on="2026-01-05",
            )
    for n, kind in enumerate(("permitted", "expected", "agreed")):
        log.quota(150_000 + n, "2026-01-01", kind=kind)
        log.quota(1_500_000 + n, "2026-01-01", kind=kind, category="truck", per="week", direction="both")
    for measure, whose in (("killed", "palestinians"), ("trucks", None)):
        stream = f"series-ministry-{measure}"
        log.defined(stream, origin="2025-12-01", of=whose, measure=measure, unit=measure)
        log.published(1_234_567, on="2026-01-06", stream=stream, claimant="ministry-of-a-place-with-a-long-name")
    for n in range(3):
        slug = f"a-commitment-of-many-words-{n}"
        log.say(
            "ceasefire.commitment_made",
            CEASEFIRE,
            {"commitment": slug, "text": "So many", "target": exactly(1_971_000 + n), "unit": "people"},
        )
        log.say(
            "ceasefire.violation_alleged",
            CEASEFIRE,
            {"against": f"a party of many words {n}", "about": [], "figure": ranged(12_000 + n, 345_678), "text": "T"},
        )
    log.say(
        "ceasefire.commitment_scored",
        CEASEFIRE,
        {
            "commitment": "a-commitment-of-many-words-0",
            "score": 2,
            "done": ranged(1_234, 1_970_000),
            "scorer": "a-scorer",
            "basis": ["strike-mixed/1"],
        },
    )
    return log


@pytest.fixture(scope="module", params=["crowded", "the seeds"])
def shown(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Situation:
    if request.param == "crowded":
        return situation(crowded(), tmp_path_factory.mktemp("crowded"))
    gaza: Path = request.getfixturevalue("gaza_once")
    return at(gaza, "2026-02-02")


def of_strikes(shown: Situation) -> Iterator[Range | Amount]:
    yield from (harm for one in shown.strikes.populations for harm in one.harms)
    yield from (one for strike in shown.strikes.latest for one in headline(strike))
    yield from (one.figure for one in shown.series if one.recorded_sum is not None)


def of_crossings(shown: Situation) -> Iterator[Range | Amount]:
    for crossing in shown.crossings:
        yield from (*crossing.passages, *crossing.refused)
        yield from (quota.figure for quota in crossing.quotas)
    yield from (one.figure for one in shown.series if one.recorded_sum is None)


def of_the_phase(shown: Situation) -> Iterator[Range | Amount]:
    for one in shown.commitments:
        yield from (score.done for score in one.scores if score.done is not None)
        yield from (one.target for _ in range(1) if one.target is not None)
    yield from (one.figure for one in shown.allegations if one.figure is not None)


@pytest.mark.parametrize(
    ("draw", "figures"),
    [(strikes_lines, of_strikes), (crossings_lines, of_crossings), (phase_lines, of_the_phase)],
)
def test_no_figure_is_dropped(shown: Situation, draw: Draw, figures: Figures) -> None:
    dropped: dict[str, list[int]] = {}
    for width in WIDTHS:
        paper = Paper.of(shown, width, UNICODE)
        lines = draw(shown, width, UNICODE)
        assert all(row.width <= width for row in lines)
        text = " ".join(as_text(lines).split())
        for figure in figures(shown):
            told = paper.ranged(figure) if isinstance(figure, Range) else paper.amount(figure)
            if not re.search(rf"(?<![\w,.-]){re.escape(told)}(?![\w.-]|,\d)", text):
                dropped.setdefault(told, []).append(width)
    assert not dropped


@pytest.mark.parametrize("position", [7, 9_999, 20_100, 1_234_567])
def test_a_position_is_not_glued_to_the_day(shown: Situation, position: int) -> None:
    told = replace(shown.records[0], position=position)
    strike = shown.strikes.latest[0]
    for width in WIDTHS:
        paper = Paper.of(shown, width, UNICODE)
        assert record_line(told, paper).text.startswith(f"#{position} ")
        assert f"    #{position} " in as_text(records_rows([told.record], {told.record: told}, paper))
        stood = (Stood(report=shown.records[0], strike=None), Stood(report=told, strike=strike))
        assert f"  #{position} " in as_text(stood_rows(stood, paper))


def test_the_thousands_of_many_claims_are_set_apart() -> None:
    assert (cl(10_050), claims(10_050)) == ("10,050 cl.", "10,050 claims")


def test_a_record_with_every_mark_keeps_its_figure_its_claimant_and_that_it_is_restricted(tmp_path: Path) -> None:
    log = Log()
    log.struck("strike-1", on="2026-01-05")
    log.killed(exactly(12_345), "a-claimant", stream="strike-1", on="2026-01-05")
    shown = situation(log, tmp_path)
    told = replace(shown.records[0], standing="corrected", late=True, restricted=True)
    for width in range(76, 199):  # of the feed, from 80 columns on
        drawn = clipped(record_line(told, Paper.of(shown, width, UNICODE)), width).text
        assert "12,345" in drawn, (width, drawn)
        assert "a-claimant" in drawn, (width, drawn)
        assert "[R]" in drawn or "restricted]" in drawn, (width, drawn)
