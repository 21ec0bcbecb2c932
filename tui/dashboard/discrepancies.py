"""Everything on record that does not agree, by kind, each leading to its records. Shown, never smoothed over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from projections.naming import KINDS, Names
from projections.situation import Discrepancy, DiscrepancyKind, RecordLine, Situation
from tui.dashboard import wording
from tui.dashboard.claims import records_rows
from tui.dashboard.glyphs import Glyphs
from tui.dashboard.lines import Line, line, wrapped
from tui.dashboard.lines_screen import LinesScreen
from tui.dashboard.paper import Paper
from tui.safe_text import on_a_line


def discrepancy_lines(
    situation: Situation, width: int, glyphs: Glyphs, lines: Mapping[str, RecordLine] | None = None
) -> list[Line]:
    """The list, by kind. `lines` is what the records say, by their ids."""
    paper = Paper.of(situation, width, glyphs)
    if not situation.discrepancies:
        return [line(("Nothing on record disagrees at this vantage.", "strong"))]
    by_kind: dict[DiscrepancyKind, list[Discrepancy]] = defaultdict(list)
    for each in situation.discrepancies:
        by_kind[each.kind].append(each)
    names, out = Names(situation), list[Line]()
    total, shown = situation.discrepancies_total, len(situation.discrepancies)
    note = f"{wording.number(total)} in all" + (f", the newest {shown} listed" if shown < total else "")
    out.append(line((note, "quiet")))
    for kind, items in by_kind.items():
        out += [line(""), line((f"{KINDS[kind]} ({len(items)})", "head"))]
        for each in items:
            rows = wrapped(f"{glyphs.differ} {on_a_line(names.told(each.text))}", width - 2)
            out += [line("  " + row.text if index else row.text) for index, row in enumerate(rows)]
            out += records_rows(each.records, lines or {}, paper)
    return out


def discrepancies_screen(
    situation: Situation, glyphs: Glyphs, lines: Mapping[str, RecordLine] | None = None
) -> LinesScreen:
    """The list as a screen."""
    return LinesScreen(
        "What does not agree", lambda width: discrepancy_lines(situation, width, glyphs, lines), glyphs=glyphs
    )
