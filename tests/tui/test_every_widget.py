"""A fuzz of hostile text through every widget: what reaches the terminal is visible, and is never taken for markup.

Everything that the dashboard can put up is put up with the text wherever a text goes. The last test counts: a widget
that was not put up here fails it, so that a new one is not forgotten.
"""

from __future__ import annotations

import importlib
import pkgutil
import random
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widget import Widget

import tui.dashboard
from domain.deciding import Outcome
from domain.errors import Refused
from domain.report import Recorded
from projections.feed.entry import DuplicateQuery
from projections.feed.filter_parser import Problem
from projections.situation import Discrepancy, OfKind, RecordLine
from tests.tui.bare_text import DASHBOARD, bare_texts, found_below
from tests.tui.test_hostile import HOSTILE, MARKUP, RTL, poisoned
from tests.tui.watching import LARGE, SMALL, now, watching
from tui.dashboard.app import DashboardApp
from tui.dashboard.claims import claims_screen
from tui.dashboard.detail import RecordScreen
from tui.dashboard.difference import ChangeScreen, DifferenceScreen
from tui.dashboard.discrepancies import discrepancies_screen
from tui.dashboard.forms.choosing import Choosing
from tui.dashboard.forms.contract import Help
from tui.dashboard.forms.draft import Begun, Kept
from tui.dashboard.forms.drafts import Drafts, Keeper
from tui.dashboard.forms.form import Entry, Form
from tui.dashboard.forms.form_screen import FormScreen
from tui.dashboard.forms.leaving import Leaving
from tui.dashboard.forms.plan import plan_lines, short
from tui.dashboard.glyphs import UNICODE
from tui.dashboard.goto import GoTo
from tui.dashboard.kind_screen import KindScreen
from tui.dashboard.lines_screen import LinesScreen
from tui.dashboard.palette import Palette
from tui.dashboard.reading import RecordPage
from tui.dashboard.snapshot import Snapshot, Stand, Trouble
from tui.dashboard.writing import Plan

NASTY = "\x00\x07\x08\x1b\x7f\x9b\u200b\u200e\u202e\u2028\u2066\ufeff\ufff9\U000e0001\ud800"
NASTY += "[]/@\\\"'`\u0301\u0338ا١🏴\t\n\r "


def strange(seed: int) -> str:
    source = random.Random(seed)
    return "".join(source.choice(NASTY) for _ in range(source.randrange(3, 120)))


TEXTS = [HOSTILE, RTL, MARKUP, "", "x" * 3000, "word " * 300, "e" + "\u0301" * 500, *map(strange, range(3))]
HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
put_up: set[type[Widget]] = set()


def looked_at(app: DashboardApp) -> None:
    """Nothing that a terminal obeys or hides is on the screen, and no text became an action or a link."""
    for strip in app.screen._compositor.render_strips():
        for segment in strip:
            assert segment.control is None
            assert not any(unicodedata.category(char) in HIDDEN for char in segment.text), ascii(segment.text)
            if segment.style is not None:
                assert segment.style.link is None
                assert "@click" not in segment.style.meta
    put_up.update(type(each) for each in app.screen.walk_children(Widget, with_self=True))


class Refuses:
    """A pen for which nothing is right, and which says so in the text."""

    def __init__(self, text: str) -> None:
        self._text = text

    def append(self, _: Sequence[object]) -> list[Outcome]:
        raise Refused(self._text, where=self._text, remedy=self._text)

    def plan(self, _: Sequence[object]) -> Plan:
        raise Refused(self._text, where=self._text, remedy=self._text)


def form_screen(text: str, line: RecordLine) -> FormScreen:
    async def find(_: DuplicateQuery) -> list[RecordLine]:
        return [line, line]

    async def complete(_: str) -> str:
        return f"a{text}"

    entries = (
        Entry(text, text, "a", text, required=True, known=(text, "b"), completes="stream", heading=text),
        Entry("words", text, text, text, known=(text,)),
        Entry("choice", text, text, text, options=("", text, "b")),
    )
    form = Form(
        text, entries, "form:1", lambda _: [], looks=lambda _: [DuplicateQuery(text)],
        advice=lambda _: text, changes=lambda _: [(text, text, text)],
    )  # fmt: skip
    about = Help(find, {"stream": complete})
    keeper = Keeper(Drafts(), kept(text).begun, text, lambda: text)
    return FormScreen(form, Refuses(text), about, "Asia/Gaza", keeps=keeper, draft=kept(text), glyphs=UNICODE)


def kept(text: str) -> Kept:
    values = {"stream": text, "claimant": text, "words": text + "b", text: text}
    return Kept(Begun("strike", text, text, text), text, values, text)


def plan_of(text: str, data: Any) -> Plan:
    report = poisoned(data, text)
    record = Recorded(
        originator_id=text, originator_version=1, timestamp=datetime.now(UTC), type="strike.reported",
        key=text, recorded_by=text, report=report,
    )  # fmt: skip
    return Plan((Outcome(record, fresh=False, notes=(text,)),), ({"key": text, "text": text},))


async def main_screen(app: DashboardApp, pilot: Pilot[None], text: str) -> Snapshot:
    """The panels, the feed and all that frames them, full of it."""
    assert app.snapshot is not None
    situation = msgspec.structs.replace(
        poisoned(app.snapshot.situation, text),
        vantage=app.snapshot.situation.vantage,
        discrepancies=(Discrepancy(kind="claimants_differ", text=text, records=("strike-a/1",)),),
    )
    bad = replace(app.snapshot, situation=situation, feed=situation.records, filter=text)
    app._main.show(bad)
    app._draw_banner(replace(app._banner, snapshot=bad, trouble=Trouble(text, text, None), playing=text))
    app._main.filter.open()
    app._main.filter.wrong((Problem(text, text, text),))
    app._main.filter.field.value = text
    await pilot.pause()
    looked_at(app)
    app.say(text)
    app._main.zoom()
    await pilot.pause()
    looked_at(app)
    app._main.zoom()
    return bad


async def screens(app: DashboardApp, bad: Snapshot, text: str) -> list[Screen[Any]]:
    situation = bad.situation
    stream = "strike-desk-2026-01-31"
    vantage = await app.ask(lambda reading, _: reading.vantage(None, None, now()))
    page = await app.ask(lambda reading, _: reading.detail(f"{stream}/1", vantage))
    page = RecordPage(poisoned(page.detail, text), poisoned(page.original, text), poisoned(page.effective, text))
    before = await app.ask(lambda reading, _: reading.situation(reading.vantage("2026-02-01", None, now())).vantage)
    difference = await app.ask(lambda reading, _: reading.difference(before, situation.vantage))
    changes = tuple(
        msgspec.structs.replace(each, what=text, before=text, after=text) for each in difference.changes[:20]
    )
    difference = msgspec.structs.replace(poisoned(difference, text), changes=changes, before=before)
    assert page.original is not None
    plan, mended = plan_of(text, page.original), [(text, text, text)]
    short(plan, mended, UNICODE)
    targets = [
        line.target
        for panel in app._main.panels
        for line in (panel.line_at(index) for index in range(panel.line_count))
        if line is not None and line.target is not None
    ]
    claims = [claims_screen(situation, target, UNICODE) for target in targets[::6]]
    kind = OfKind(
        kind="claimants_differ",
        total=2,
        newest=(Discrepancy(kind="claimants_differ", text=text, records=(text, "strike-a/1")),),
    )
    return [
        RecordScreen(page, situation, UNICODE),
        DifferenceScreen(difference, situation, UNICODE),
        ChangeScreen(changes[0], difference, situation, UNICODE),
        discrepancies_screen(situation, UNICODE),
        KindScreen(kind, (kind.newest, None, {text: bad.feed[0]}), situation, UNICODE),
        *[screen for screen in claims if screen is not None],
        Choosing((kept(text),), kind="strike", glyphs=UNICODE),
        Leaving(UNICODE, lasting=False),
        GoTo(Stand(text, text, "given"), refused(text)),
        Palette(glyphs=UNICODE),
        form_screen(text, bad.feed[0]),
        LinesScreen(text, lambda width: plan_lines(plan, mended, "Asia/Gaza", width, UNICODE), glyphs=UNICODE),
    ]


def refused(text: str) -> Callable[[str | None, str | None], Any]:
    async def check(*_: str | None) -> None:
        raise Refused(text, where=text, remedy=text)

    return check


@pytest.mark.parametrize("number", range(len(TEXTS)))
async def test_hostile_text_through_every_widget(gaza_once: Path, number: int) -> None:
    text = TEXTS[number]
    async with watching(gaza_once, size=SMALL if number % 2 else LARGE, read_only=True) as (app, pilot):
        bad = await main_screen(app, pilot, text)
        for each in await screens(app, bad, text):
            app.push_screen(each)
            await pilot.pause()
            if isinstance(each, GoTo):
                await pilot.press("enter")
            if isinstance(each, FormScreen):
                await pilot.press("ctrl+s")
            if isinstance(each, LinesScreen):
                each.hint.say(text)
            await pilot.pause()
            looked_at(app)
            if app.screen is each:
                app.pop_screen()
        await pilot.pause()


def test_no_widget_was_forgotten() -> None:
    """Runs after the fuzz: every widget of the dashboard was on a screen there."""
    if not put_up:
        pytest.skip("only when the fuzz ran in this process")
    seen = {base for each in put_up for base in each.__mro__}
    for module in pkgutil.walk_packages(tui.dashboard.__path__, "tui.dashboard."):
        for each in vars(importlib.import_module(module.name)).values():
            if isinstance(each, type) and issubclass(each, Widget) and each.__module__ == module.name:
                assert each in seen, f"{module.name}.{each.__name__} was not put up: add it to the fuzz"


PLANTED = [
    'Static("[b]x")',
    "Static(text)",
    "self.words.update(record.text)",
    'self.notify(f"saved {record}")',
    "Static(content=text)",
    "panel.border_title = title",
    "a.border_title, a.border_subtitle = plain(x), y",
    "Content(text)",
    "Line(((text, ''),))",
    "Segment(text)",
    "Input(value=text)",
    "Content.from_markup(text)",
]


@pytest.mark.parametrize("source", PLANTED)
def test_a_bare_text_at_a_widget_is_found(source: str) -> None:
    assert list(bare_texts(source, "panel.py"))


def test_no_bare_text_at_a_widget() -> None:
    assert not found_below(DASHBOARD)
