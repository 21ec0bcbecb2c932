"""Every face over one log at one vantage: each text, screen and panel, by its name, and what draws it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import msgspec
from msgspec.structs import replace

from projections.changing.changes import Difference
from projections.readmodel import ReadModel
from projections.situation import DISAGREEING, Situation
from projections.strike_history import Stood, StrikeTold, stood_after, withdrawn
from projections.vantage import ResolvedVantage
from tests.projections.records import NOW, Log
from tui.commands.events import line as events_line
from tui.dashboard.banner import BannerState, banner_lines
from tui.dashboard.claims import claims_screen
from tui.dashboard.crossings_panel import crossings_lines, crossings_summary
from tui.dashboard.detail import detail_rows
from tui.dashboard.difference import change_rows, difference_rows
from tui.dashboard.discrepancies import discrepancy_lines
from tui.dashboard.feed import record_line
from tui.dashboard.glyphs import ASCII, UNICODE, Glyphs
from tui.dashboard.lines import Line, Target, as_text
from tui.dashboard.paper import Paper, aged
from tui.dashboard.phase_panel import phase_lines, phase_summary
from tui.dashboard.reading import RecordPage
from tui.dashboard.scrubber import scrubber_lines
from tui.dashboard.snapshot import Density, Snapshot, Stand
from tui.dashboard.source import typed
from tui.dashboard.strikes_panel import strikes_lines, strikes_summary
from tui.text_twin import detail as detail_text
from tui.text_twin import difference as difference_text
from tui.text_twin import disputes, text, tolls

Face = tuple[str, Callable[[], str | bytes]]
Sizes = Sequence[tuple[int, Glyphs]]
WHOLE = 10_000
"""As many records as there are."""
SIZES: Sizes = ((38, UNICODE), (80, ASCII), (120, UNICODE), (200, UNICODE))
"""Widths that panels are drawn at, and with which signs."""


def every_face(
    model: ReadModel,
    log: Log,
    vantage: ResolvedVantage,
    earlier: ResolvedVantage,
    sizes: Sizes = SIZES,
    newest: int = WHOLE,
) -> Iterator[Face]:
    """What is shown at a vantage, and what it shows against an earlier one; of single records the newest."""
    situation = model.situation(vantage, discrepancies=DISAGREEING)
    yield from _texts(model, situation, vantage)
    yield from _records(model, log, situation, vantage, sizes, newest)
    yield from _strikes(model, log, situation, vantage, sizes)
    yield from _panels(model, situation, vantage, sizes)
    for name, a, b in (("diff", earlier, vantage), ("diff backwards", vantage, earlier)):
        yield from _difference(name, model.difference(a, b), situation, sizes)


def _texts(model: ReadModel, situation: Situation, vantage: ResolvedVantage) -> Iterator[Face]:
    yield "status", partial(text, situation, now=NOW)
    yield "status --full", partial(text, situation, full=True)
    yield "status --json", partial(msgspec.json.encode, situation)
    kinds = model.disagreeing(vantage, disputes.few(situation))
    yield "discrepancies", partial(disputes.by_kind, situation, kinds)
    for one in kinds:
        found, _ = model.disagreements(vantage, one.kind, 50)
        yield f"discrepancies --kind {one.kind}", partial(disputes.of_kind_head, situation, one.kind, kinds)
        yield f"discrepancies of {one.kind}", partial(disputes.items, situation, found)


def _records(
    model: ReadModel, log: Log, situation: Situation, vantage: ResolvedVantage, sizes: Sizes, newest: int
) -> Iterator[Face]:
    view = vantage.view()
    for line in model.feed(vantage, limit=newest):
        detail = model.detail(f"@{line.position}", vantage)
        page = RecordPage(detail, typed(line.type, detail.original), typed(line.type, detail.effective))
        yield f"show #{line.position}", partial(detail_text.text, detail, view)
        yield f"show #{line.position} --json", partial(msgspec.json.encode, detail)
        yield f"events #{line.position}", partial(events_line, line, log.calendar)
        for width, glyphs in sizes:
            paper = Paper.of(situation, width, glyphs)
            yield f"detail #{line.position} at {width}", partial(_drawn, detail_rows, page, view, paper)
            yield f"feed #{line.position} at {width}", partial(_line, record_line, line, paper)


def _strikes(
    model: ReadModel, log: Log, situation: Situation, vantage: ResolvedVantage, sizes: Sizes
) -> Iterator[Face]:
    for stream in sorted({record.stream for record in log.all if record.stream.startswith("strike-")}):
        strike, gone = model.strike(stream, vantage), withdrawn(model, stream, vantage, NOW)
        stood = stood_after(model, stream, vantage, NOW, merged=strike.merged if strike else ())
        told = StrikeTold(strike=strike, after_each_report=stood, vantage=vantage.view(), withdrawn=gone)
        yield f"show {stream} --json", partial(msgspec.json.encode, told)
        if strike is None:
            yield f"show {stream}, withdrawn", partial(tolls.withdrawn_text, stream, gone, stood, told.vantage)
            continue
        yield f"show {stream}", partial(tolls.text, strike, stood, told.vantage)
        alone = replace(situation, strikes=replace(situation.strikes, latest=(strike,)))
        for width, glyphs in sizes:
            yield f"strike {stream} at {width}", partial(_claims, alone, Target("strike", stream), glyphs, width, stood)


def _panels(model: ReadModel, situation: Situation, vantage: ResolvedVantage, sizes: Sizes) -> Iterator[Face]:
    targets = [
        *(Target("crossing", each.stream) for each in situation.crossings),
        *(Target("series", each.stream) for each in situation.series),
        *(Target("commitment", each.commitment) for each in situation.commitments),
    ]
    lines = model.lines((record for each in situation.discrepancies for record in each.records), vantage)
    kinds = model.disagreeing(vantage, 3)
    snapshot = _snapshot(model, situation, vantage)
    banner = BannerState(snapshot)
    for width, glyphs in sizes:
        for shown, how in ((situation, ""), (aged(situation), " in ages")):
            for panel in (phase_lines, strikes_lines, crossings_lines):
                yield f"{panel.__name__} at {width}{how}", partial(_drawn, panel, shown, width, glyphs)
            for summary in (phase_summary, strikes_summary, crossings_summary):
                yield f"{summary.__name__} at {width}{how}", partial(_line, summary, shown, width, glyphs)
            for target in targets:
                yield f"{target.ref} at {width}{how}", partial(_claims, shown, target, glyphs, width)
        yield f"discrepancies at {width}", partial(_drawn, discrepancy_lines, situation, width, glyphs, lines, kinds)
        yield f"banner at {width}", partial(_drawn, banner_lines, banner, NOW, width, glyphs)
        yield f"scrubber at {width}", partial(_scrubber, snapshot, width, glyphs)


def _snapshot(model: ReadModel, situation: Situation, vantage: ResolvedVantage) -> Snapshot:
    shown = situation.vantage.as_of_day
    first, last = sorted((situation.ceasefire.day_one or shown, shown))
    density = Density(first, last, model.density(vantage.position, first, last))
    feed = tuple(model.feed(vantage, limit=100))
    return Snapshot(1, situation, Stand(as_of=situation.vantage.as_of), "", feed, len(feed), density)


def _difference(name: str, found: Difference, situation: Situation, sizes: Sizes) -> Iterator[Face]:
    for full in (False, True):
        yield f"{name}{' --full' * full}", partial(difference_text.text, found, full=full)
        yield f"{name} as since{' --full' * full}", partial(difference_text.handover, found, full=full)
    yield f"{name} --json", partial(msgspec.json.encode, found)
    for width, glyphs in sizes:
        paper = Paper.of(situation, width, glyphs)
        yield f"{name} at {width}", partial(_drawn, difference_rows, found, paper)
        for change in found.changes:
            yield f"{name} of {change.question} at {width}", partial(_drawn, change_rows, change, found, paper)


def _drawn(draw: Callable[..., list[Line]], *what: Any) -> str:
    return as_text(draw(*what))


def _line(draw: Callable[..., Line], *what: Any) -> str:
    return draw(*what).text


def _scrubber(snapshot: Snapshot, width: int, glyphs: Glyphs) -> str:
    return as_text(scrubber_lines(snapshot, width, glyphs)[0])


def _claims(situation: Situation, target: Target, glyphs: Glyphs, width: int, stood: Sequence[Stood] = ()) -> str:
    screen = claims_screen(situation, target, glyphs, said=situation.statements, stood=stood)
    assert screen is not None
    return as_text(screen.sheet._make(width))
