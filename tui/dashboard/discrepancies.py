"""Everything on record that does not agree, by kind, each leading to its records. Shown, never smoothed over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from projections.situation import Discrepancy, DiscrepancyKind, OfKind, RecordLine, Situation
from projections.text import KINDS, Names
from tui.dashboard import wording
from tui.dashboard.claims import records_rows
from tui.dashboard.glyphs import Glyphs
from tui.dashboard.lines import Line, Target, line, wrapped
from tui.dashboard.lines_screen import LinesScreen
from tui.dashboard.paper import Paper
from tui.safe_text import on_a_line

Lines = Mapping[str, RecordLine]


def discrepancy_lines(
    situation: Situation, width: int, glyphs: Glyphs, lines: Lines | None = None, kinds: Sequence[OfKind] | None = None
) -> list[Line]:
    """The list, by kind. `lines` is what the records say, by their ids; without `kinds`, what the Situation holds."""
    paper = Paper.of(situation, width, glyphs)
    if not situation.discrepancies and not kinds:
        return [line(("Nothing on record disagrees at this vantage.", "strong"))]
    kinds = _held(situation) if kinds is None else kinds
    total = max(situation.discrepancies_total, sum(one.total for one in kinds))
    listed = sum(len(one.newest) for one in kinds)
    out = wrapped(f"{wording.number(total)} in all{'' if listed == total else _listed(kinds, listed)}", width, "quiet")
    for one in kinds:
        more = one.total - len(one.newest)
        target = Target("disagreeing", one.kind) if more else None
        out += [line(""), line((f"{KINDS[one.kind]} ({wording.number(one.total)})", "head"), target=target)]
        out += items_rows(one.newest, situation, paper, lines or {})
        if more:
            out.append(line(("    all of them: ", "quiet"), (f"{wording.number(more)} more", "key"), target=target))
    return out


def items_rows(items: Sequence[Discrepancy], situation: Situation, paper: Paper, lines: Lines) -> list[Line]:
    """Discrepancies in their order, each with its records."""
    names, out = Names(situation), list[Line]()
    for each in items:
        rows = wrapped(
            f"{paper.glyphs.differ} {wording.marked(each, on_a_line(names.told(each.text)))}", paper.width - 2
        )
        out += [line("  " + row.text if index else row.text) for index, row in enumerate(rows)]
        out += records_rows(each.records, lines, paper)
    return out


def _listed(kinds: Sequence[OfKind], listed: int) -> str:
    if all(one.total == len(one.newest) for one in kinds):
        return f", the newest {listed} listed"  # they could not be counted by kind
    return ": " + ", ".join(f"{wording.number(one.total)} {KINDS[one.kind]}" for one in kinds)


def _held(situation: Situation) -> list[OfKind]:
    """What the Situation holds itself, by kind."""
    by_kind: dict[DiscrepancyKind, list[Discrepancy]] = {}
    for each in situation.discrepancies:
        by_kind.setdefault(each.kind, []).append(each)
    return [OfKind(kind=kind, total=len(items), newest=tuple(items)) for kind, items in by_kind.items()]


def discrepancies_screen(
    situation: Situation, glyphs: Glyphs, lines: Lines | None = None, kinds: Sequence[OfKind] | None = None
) -> LinesScreen:
    """The list as a screen."""
    return LinesScreen(
        "What does not agree", lambda width: discrepancy_lines(situation, width, glyphs, lines, kinds), glyphs=glyphs
    )
