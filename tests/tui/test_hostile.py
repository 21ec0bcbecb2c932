"""Hostile and right-to-left texts through every screen: no control reaches the terminal, no markup is obeyed."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any

import msgspec
import pytest

from domain.lines import Draft
from domain.monitor import Monitor
from projections.situation import Discrepancy, Situation
from tests.tui.watching import SMALL, now, screen, until, watching
from tui.dashboard.app import DashboardApp
from tui.dashboard.banner import BannerState, banner_lines
from tui.dashboard.claims import claims_screen
from tui.dashboard.crossings_panel import crossings_lines, crossings_summary
from tui.dashboard.discrepancies import discrepancy_lines
from tui.dashboard.feed import record_line
from tui.dashboard.forms.known import known_from
from tui.dashboard.forms.strike import strike_form
from tui.dashboard.glyphs import UNICODE
from tui.dashboard.lines import Line
from tui.dashboard.paper import Paper
from tui.dashboard.phase_panel import phase_lines, phase_summary
from tui.dashboard.scrubber import scrubber_lines
from tui.dashboard.snapshot import Snapshot, Stand
from tui.dashboard.strikes_panel import strikes_lines, strikes_summary

HOSTILE = "\x1b]52;c;cHduZWQ=\x07[@click=app.quit]x[/] [/y] [red]\u202e32\u2066\x9b2J\u2028"
RTL = "معبر رفح"
MARKUP = "Rafah [closed] [/x] [@click=app.quit]go[/]"
DASHBOARD = Path(__file__).parents[2] / "tui" / "dashboard"


def poisoned(value: Any, text: str) -> Any:
    """The same value with every free text in it replaced."""
    if isinstance(value, tuple):
        return tuple(poisoned(each, text) for each in value)
    if not isinstance(value, msgspec.Struct):
        return value
    changed: dict[str, Any] = {}
    for name in value.__struct_fields__:
        held = getattr(value, name)
        if name in FREE and isinstance(held, str):
            changed[name] = text
        elif name in FREE_LISTS:
            changed[name] = tuple(text for _ in held)
        else:
            changed[name] = poisoned(held, text)
    return msgspec.structs.replace(value, **changed)


FREE_LISTS = {"via", "parties", "mediators", "denied_by", "about", "ratings"}
FREE = {
    "text", "title", "label", "claimant", "of", "place", "name", "against", "by", "conditions", "reason", "commitment",
    "obligated", "scope", "inclusion", "measure", "party", "target", "justification", "grader", "scorer", "status_by",
    "unit", "slug", "answers_to", "words", "relays",
}  # fmt: skip


def harmless(lines: list[Line]) -> None:
    for line in lines:
        for char in line.text:
            assert unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}, line.text


def everything(situation: Situation, width: int) -> list[Line]:
    """Every line that is drawn from a Situation, screens behind the panels included."""
    lines = [
        *phase_lines(situation, width, UNICODE),
        *strikes_lines(situation, width, UNICODE),
        *crossings_lines(situation, width, UNICODE),
        phase_summary(situation, width, UNICODE),
        strikes_summary(situation, width, UNICODE),
        crossings_summary(situation, width, UNICODE),
        *discrepancy_lines(situation, width, UNICODE),
        *(record_line(each, Paper.of(situation, width, UNICODE)) for each in situation.records),
    ]
    for line in list(lines):
        if line.target is not None and line.target.kind in ("strike", "crossing", "series", "commitment"):
            behind = claims_screen(situation, line.target, UNICODE)
            if behind is not None:
                lines += behind.sheet._make(width)
    return lines


@pytest.fixture
async def snapshot(gaza: Path) -> Snapshot:
    async with watching(gaza, stand=Stand("2026-02-02")) as (app, _):
        assert app.snapshot is not None
        return app.snapshot


@pytest.mark.parametrize("width", [34, 78, 118, 198])
@pytest.mark.parametrize("text", [HOSTILE, RTL, MARKUP, "x" * 5000, "", "word " * 400])
async def test_no_text_gets_through(snapshot: Snapshot, width: int, text: str) -> None:
    situation = poisoned(snapshot.situation, text)
    situation = msgspec.structs.replace(
        situation, discrepancies=(Discrepancy(kind="claimants_differ", text=text, records=("strike-a/1",)),)
    )
    bad = msgspec.structs.replace(situation, vantage=snapshot.situation.vantage)
    harmless(everything(bad, width))
    other = Snapshot(1, bad, snapshot.stand, text, bad.records, len(bad.records), snapshot.density)
    harmless(banner_lines(BannerState(snapshot=other), now(), width, UNICODE))
    harmless(scrubber_lines(other, width, UNICODE)[0])
    strike_form(known_from(bad), "form:1")


@pytest.mark.parametrize("width", [34, 78, 118])
async def test_panels_keep_to_their_width(snapshot: Snapshot, width: int) -> None:
    for text in (RTL, MARKUP, "x" * 300):
        situation = msgspec.structs.replace(poisoned(snapshot.situation, text), vantage=snapshot.situation.vantage)
        for make in (phase_lines, strikes_lines, crossings_lines):
            assert all(line.width <= width for line in make(situation, width, UNICODE))


async def test_right_to_left_words_never_share_a_line_with_a_figure(snapshot: Snapshot) -> None:
    situation = msgspec.structs.replace(poisoned(snapshot.situation, RTL), vantage=snapshot.situation.vantage)
    for line in everything(situation, 78):
        if any(unicodedata.bidirectional(char) in {"R", "AL"} for char in line.text):
            assert not any(char.isdigit() for char in line.text), line.text


async def recorded(log: Path) -> None:
    """Texts that the log lets in: brackets, right-to-left words, and the claimant's own."""
    body = {
        "occurred": "2026-09-01",
        "reported_at": "2026-09-01",
        "claimant": "who",
        "claimant_basis": "stated",
        "via": [MARKUP],
        "sources": [{"title": MARKUP}],
        "handling": "public",
        "original": {"text": f"{RTL} 12", "lang": "ar"},
        "data": {"text": MARKUP, "about": [RTL], "figures": []},
    }
    with Monitor(log, clock=now, recorded_by="[@click=app.quit]x") as monitor:
        monitor.append([Draft("statement.made", "statement-brackets", body)])


@pytest.mark.parametrize("size", [SMALL, (120, 40)])
async def test_brackets_stand_as_they_are(gaza: Path, size: tuple[int, int]) -> None:
    await recorded(gaza)
    async with watching(gaza, size=size) as (app, pilot):
        await until(pilot, lambda: "Rafah [closed]" in screen(app))
        await pilot.press("enter")
        await until(pilot, lambda: "#599" in screen(app))
        shown = screen(app)
        assert MARKUP in shown
        own = next(row for row in shown.splitlines() if RTL in row and "12" in row)
        assert "claimant" not in own
        await pilot.press("q")
        await until(pilot, lambda: "4 Records" in screen(app))
        await pilot.press("r")
        await until(pilot, lambda: "Revise statement-brackets/1" in screen(app))
        assert "Rafah [closed]" in screen(app)


async def test_a_filter_may_hold_anything(gaza: Path) -> None:
    async with watching(gaza) as (app, pilot):
        app._main.filter.field.value = HOSTILE
        await until(pilot, lambda: app.snapshot is not None and app.snapshot.filter != "")
        harmless([Line(((row, ""),)) for row in screen(app).splitlines()])


def test_the_app_never_renders_markup_of_its_own() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in DASHBOARD.rglob("*.py"))
    assert "from_markup" not in sources
    assert "markup=True" not in sources
    assert DashboardApp.ENABLE_COMMAND_PALETTE is False
