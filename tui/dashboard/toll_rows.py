"""The toll of a strike as it stood after each report of it, line by line."""

from __future__ import annotations

from collections.abc import Sequence

from projections.situation import RecordLine, StrikeView
from projections.strike_history import LISTED, Stood, is_cut, moved
from tui.dashboard import wording
from tui.dashboard.lines import Line, Target, line, wrapped
from tui.dashboard.paper import Paper
from tui.dashboard.strike_list import NOTHING, strike_headline
from tui.safe_text import on_a_line


def stood_rows(stood: Sequence[Stood], paper: Paper) -> list[Line]:
    """The reports that moved the toll, each with what was claimed from then on; none where one toll is all there is."""

    def tell(strike: StrikeView | None) -> str:
        if strike is None:
            return "withdrawn"
        told, ranges = strike_headline(strike, paper, of_whom=True)
        return f"{told}, {wording.claims(sum(wording.claimants(one) for one in ranges))}" if ranges else told

    changes = list(moved(stood, tell, before=NOTHING))
    if len(changes) < (1 if is_cut(stood) else 2):
        return []
    out = [line(""), line(("the toll after each report, as it became known", "head"))]
    if is_cut(stood):
        out.append(line((f"  of its newest {LISTED} records; all of them stand in the feed", "quiet")))
    return out + [row for report, told in changes for row in _moved(report, told, paper)]


def _moved(report: RecordLine, shown: str, paper: Paper) -> list[Line]:
    """What was claimed from a report on; the report itself below."""
    head = line((f"  {wording.position(report.position)}", "key"), (f"{paper.day(report.known_at):<7} ", "quiet"))
    first, *rest = wrapped(shown, paper.width, "strong", head.width)
    target = Target("record", report.record, (report.record,))
    out = [line(*head.runs, (first.text[head.width :], "strong"), target=target), *rest]
    return out + wrapped(f"by: {wording.marked(report, on_a_line(report.text))}", paper.width, "quiet", head.width)
