"""Everything on record that does not agree, by kind, each leading to its records. Shown, never smoothed over."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping

from projections.situation import Discrepancy, RecordLine, Situation
from tui.dashboard import wording
from tui.dashboard.claims import records_rows
from tui.dashboard.glyphs import Glyphs
from tui.dashboard.lines import Line, line, wrapped
from tui.dashboard.lines_screen import LinesScreen
from tui.dashboard.paper import Paper
from tui.safe_text import on_a_line

KINDS = {
    "claimants_differ": "claimants differ",
    "quoted_differently": "the same claimant quoted differently by two outlets",
    "bounds_out_of_order": "bounds of a figure out of order",
    "parts_do_not_add_up": "parts that do not add up",
    "start_dates_differ": "start dates differ",
    "phase_out_of_order": "a phase out of order",
    "already_open": "opened while already open on other terms",
    "status_contested": "status of a crossing contested",
    "announcement_denied": "announced, and denied",
    "announcement_contradicted": "announced, and otherwise reported",
    "statuses_not_summed": "casualties told by status that are not added up",
    "quota_passages": "passages above or below the quota",
    "series_falls": "a running figure that falls",
    "series_and_strikes": "a running figure and the recorded strikes",
    "series_differ": "running figures differ",
    "strike_not_reported": "claims without a standing report of the strike",
    "unregistered_claimant": "claimants that are not registered",
    "clock_jump": "the clock of the log jumped",
}


def discrepancy_lines(
    situation: Situation, width: int, glyphs: Glyphs, lines: Mapping[str, RecordLine] | None = None
) -> list[Line]:
    """The list, by kind. `lines` is what the records say, by their ids."""
    paper = Paper.of(situation, width, glyphs)
    if not situation.discrepancies:
        return [line(("Nothing on record disagrees at this vantage.", "strong"))]
    by_kind: dict[str, list[Discrepancy]] = defaultdict(list)
    for each in situation.discrepancies:
        by_kind[each.kind].append(each)
    out: list[Line] = []
    total, shown = situation.discrepancies_total, len(situation.discrepancies)
    note = f"{wording.number(total)} in all" + (f", the newest {shown} listed" if shown < total else "")
    out.append(line((note, "quiet")))
    for kind, items in by_kind.items():
        out += [line(""), line((f"{KINDS.get(kind, wording.words(kind))} ({len(items)})", "head"))]
        for each in items:
            rows = wrapped(f"{glyphs.differ} {on_a_line(_named(each.text, situation))}", width - 2)
            out += [line("  " + row.text if index else row.text) for index, row in enumerate(rows)]
            out += records_rows(each.records, lines or {}, paper)
    return out


def _named(text: str, situation: Situation) -> str:
    """The text with each crossing under the name that the panels show, instead of its stream or slug."""
    for crossing in situation.crossings:
        slug = crossing.stream.removeprefix("crossing-")
        stream, slugs = re.escape(crossing.stream), f"{re.escape(slug)}|{re.escape(slug.replace('-', ' '))}"
        text = crossing.name.join(re.split(rf"(?<![\w/-]){stream}(?![\w/-])|(?<= at )(?:{slugs})(?![\w-])", text))
    return text


def discrepancies_screen(
    situation: Situation, glyphs: Glyphs, lines: Mapping[str, RecordLine] | None = None
) -> LinesScreen:
    """The list as a screen."""
    return LinesScreen(
        "What does not agree", lambda width: discrepancy_lines(situation, width, glyphs, lines), glyphs=glyphs
    )
