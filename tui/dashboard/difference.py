"""The difference of two vantages on a screen: changes by part, before and after, and the records behind each."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from projections.changing.changes import Change, Difference
from projections.situation import Situation
from tui.dashboard import wording
from tui.dashboard.feed import record_line
from tui.dashboard.glyphs import Glyphs
from tui.dashboard.line_view import LineView
from tui.dashboard.lines import Line, Target, line, wrapped
from tui.dashboard.lines_screen import LinesScreen
from tui.dashboard.paper import Paper
from tui.safe_text import on_a_line
from tui.text_twin import difference as words

_LABEL = 8
_BELOW = 10  # labels below a change are indented


class DifferenceScreen(LinesScreen):
    """Every change between two vantages; enter opens the records behind one."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("d", "back", show=False)]
    KEYS = (("⏎", "records behind it"), *LinesScreen.KEYS[1:])

    def __init__(self, difference: Difference, situation: Situation, glyphs: Glyphs) -> None:
        self._difference = difference
        self._situation = situation
        self._glyphs = glyphs
        super().__init__(
            "What differs between the mark and here",
            lambda width: difference_rows(difference, Paper.of(situation, width, glyphs)),
            glyphs=glyphs,
        )

    def on_line_view_chosen(self, message: LineView.Chosen) -> None:
        """A change opens here; a record is opened by the app, as everywhere."""
        if message.target.kind != "change":
            return
        message.stop()
        found = next(change for change in self._difference.changes if change.question == message.target.ref)
        self.app.push_screen(ChangeScreen(found, self._difference, self._situation, self._glyphs))


class ChangeScreen(LinesScreen):
    """One change in full, with all records behind it; enter opens one."""

    def __init__(self, change: Change, difference: Difference, situation: Situation, glyphs: Glyphs) -> None:
        self.knows_more = max(difference.before, difference.after, key=lambda vantage: vantage.position)
        super().__init__(
            wording.marked(change, change.what),
            lambda width: change_rows(change, difference, Paper.of(situation, width, glyphs)),
            glyphs=glyphs,
        )


def difference_rows(difference: Difference, paper: Paper) -> list[Line]:
    """Where the two stand, what changed by part; each change leads to its records."""
    out = wrapped(words.heading(difference), paper.width, "strong")
    out += _row("before", words.stand(difference.before), paper)
    out += _row("after", words.stand(difference.after), paper)
    out += _row("rule", words.rules(difference), paper)
    out += wrapped(words.balance(difference), paper.width, "quiet")
    parts = words.by_part(words.told_changes(difference))
    if not parts:
        out += [line(""), line(("Nothing that is shown changed.", "strong"))]
    for title, changes in parts.items():
        out += [line(""), line((f"{title} ({len(changes)})", "head"))]
        for change in changes:
            out += _change(change, difference, paper)
    if difference.strikes_untold:
        out += [line(""), *wrapped(words.untold(difference), paper.width, "quiet")]
    return out


def _change(change: Change, difference: Difference, paper: Paper) -> list[Line]:
    lines = {cause.line.position: cause.line.record for cause in difference.causes}
    target = Target("change", change.question, tuple(lines[position] for position in change.causes))
    out = wrapped(wording.marked(change, on_a_line(change.what)), paper.width - 1, "key")
    out = [Line(out[0].runs, target), *out[1:]]
    if change.before is not None and change.after is not None:
        out += _sides(change.before, change.after, words.after(change), paper)
    elif change.before is not None:
        out += _row("  before", change.before, paper, "gone")
    else:
        out += _row("  after", change.after or "", paper)
    return [*out, _behind(change, difference, paper)]


def _sides(before: str, after: str, told: str, paper: Paper) -> list[Line]:
    """Before and after: on one line where there is room for both."""
    short = f"  {on_a_line(before)} {paper.glyphs.arrow} {on_a_line(after)}"
    if line(short).width <= paper.width - 1 and before != after:
        return [line((f"  {on_a_line(before)}", "quiet"), f" {paper.glyphs.arrow} {on_a_line(after)}")]
    return _row("  before", before, paper, "quiet") + _row("  after", told, paper)


def _behind(change: Change, difference: Difference, paper: Paper) -> Line:
    few = change.causes[:3]
    more = words.behind(change, len(few), difference)
    said = more[:1].lower() + more[1:].rstrip(".")
    if few:
        left = len(change.causes) - len(few) + change.withheld
        said = f"by {' '.join(f'#{position}' for position in few)}" + (f" and {left:,} more" if left else "")
    return paper.fit(line((f"  {said}", "quiet")))


def change_rows(change: Change, difference: Difference, paper: Paper) -> list[Line]:
    """What stood and what stands, then the records that made it so."""
    out = wrapped(wording.marked(change, on_a_line(change.what)), paper.width, "strong")
    out += _row("before", change.before or "not there", paper)
    out += _row("after", words.after(change), paper)
    causes = {cause.line.position: cause for cause in difference.causes}
    for side in ("By", "Without"):
        shown = sorted(position for position in change.causes if words.because(causes[position], difference) == side)
        if shown:
            told = "what made it so" if side == "By" else "what no longer counts"
            out += [line(""), line((f"{told}, newest first", "head"))]
            out += [record_line(causes[position].line, paper) for position in reversed(shown)]
    more = words.behind(change, len(change.causes), difference)
    if more:
        out += [line(""), *wrapped(more, paper.width, "quiet")]
    return out


def _row(label: str, text: str, paper: Paper, ink: str = "") -> list[Line]:
    """A label and a text that goes on below itself."""
    column = _BELOW if label.startswith(" ") else _LABEL
    rows = wrapped(on_a_line(text), paper.width - 1, ink, indent=column)
    first = rows[0].text[column:]
    return [line((label.ljust(column), "quiet"), (first, ink)), *rows[1:]]
