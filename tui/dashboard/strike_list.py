"""Strikes as lines of a list: when, where, what is claimed of whom, and who says which where there is room for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from rich.cells import cell_len

from projections.situation import ClaimView, StrikeRange, StrikeView
from projections.strike_history import headline
from tui.dashboard import wording
from tui.dashboard.lines import Line, Target, clip, line, pad, wrapped
from tui.dashboard.paper import Paper
from tui.safe_text import on_a_line

WIDE = 100
"""From this width a strike says who says which number."""
WIDEST = 140
"""From this width it says what kind of strike it was, too."""
SET_IN = 36
"""From this width strikes below whose casualties they are, are set in: below it a place needs the cell."""
LEAST = 8
"""Cells of a place that are shown at least."""
NOTHING = "no casualties claimed"


def strike_rows(strikes: Sequence[StrikeView], title: str, paper: Paper) -> list[Line]:
    """Strikes under a title, each on a line.

    Whose casualties they are is said on each line. Where one of the lines would be cut for it, it is said once above
    those that follow one another.
    """
    several = whom(strikes)
    column = max(7, *(cell_len(paper.short(each.occurred)) for each in strikes))
    if paper.width >= WIDE:
        return [line((title, "head")), *_table(strikes, paper, column)]
    if not several or all(_fits(each, paper, column) for each in strikes):
        told = [(each, strike_headline(each, paper, of_whom=several)[0]) for each in strikes]
        return [line((title, "head")), *(row for each, what in told for row in _row(each, what, paper, column))]
    room = replace(paper, width=paper.width - 1) if paper.width >= SET_IN else paper
    out: list[Line] = []
    for whose, group in groupby(strikes, lambda each: _whose(headline(each), paper)):
        head = f"{title}: {whose}" if not out else whose
        if not out and cell_len(head) > paper.width:
            out.append(paper.fit(line((title, "head"))))
            head = whose
        out.append(paper.fit(line((head, "head"))))
        rows = (row for each in group for row in _below(each, room, column))
        out += rows if room is paper else map(_set_in, rows)
    return out


def _set_in(row: Line) -> Line:
    """A strike's line, told apart from the words above it."""
    return line(" ", *row.runs, target=row.target)


def whom(strikes: Sequence[StrikeView]) -> bool:
    """Whether the casualties of these strikes are of more than one population: then each says of which."""
    return len({one.of for each in strikes for one in each.ranges}) > 1


def strike_headline(each: StrikeView, paper: Paper, of_whom: bool = False) -> tuple[str, list[StrikeRange]]:
    """What is claimed of a strike in few words, and the ranges it is from."""
    ranges = headline(each)
    if not ranges:
        return NOTHING, []
    harm = ranges[0].harm
    if _mixed(ranges):
        shown = ", ".join(f"{paper.ranged(one)} {on_a_line(one.of)}" for one in ranges)
        return f"{shown} {harm}", ranges
    shown = ", ".join(paper.ranged(one) for one in ranges)
    return f"{shown} {harm} ({on_a_line(ranges[0].of)})" if of_whom else f"{shown} {harm}", ranges


def _whose(ranges: Sequence[StrikeRange], paper: Paper) -> str:
    """What is said above strikes of the same harm to the same population; a name gives way, the harm never."""
    if not ranges:
        return NOTHING
    harm = ranges[0].harm
    whom = "several populations" if _mixed(ranges) else on_a_line(ranges[0].of)
    return f"{clip(whom, paper.width - len(harm) - 1, paper.glyphs.more)} {harm}"


def _mixed(ranges: Sequence[StrikeRange]) -> bool:
    return len({one.of for one in ranges}) > 1


def _fits(each: StrikeView, paper: Paper, column: int) -> bool:
    """Whether a strike has room on one line with whose casualties they are, and half of its place at least."""
    what, ranges = strike_headline(each, paper, of_whom=True)
    right = line(what, *_claims(ranges, paper))
    return (
        column + 1 + len(_part(each)) + cell_len(wording.marked(each, on_a_line(each.place))) // 2 + right.width
        < paper.width
    )


def _row(each: StrikeView, what: str, paper: Paper, column: int) -> list[Line]:
    """A strike: its day and place, and what is claimed, which is never cut for them."""
    right = line(what, *_claims(headline(each), paper))
    day = pad(paper.short(each.occurred), column, paper.glyphs.more)
    room = paper.width - right.width - column - 2
    if room < LEAST + len(_part(each)):
        room = paper.width - column - 1  # what is claimed stands below
    place = _place(each, room, paper)
    return paper.apart(line((f"{day} ", "quiet"), place, target=_target(each)), right)


def _below(each: StrikeView, paper: Paper, column: int) -> list[Line]:
    """A strike below whose casualties they are; where they are of several populations, each on a line of its own."""
    ranges = headline(each)
    if not _mixed(ranges):
        return _row(each, ", ".join(paper.ranged(one) for one in ranges), paper, column)
    told = [wrapped(f"{paper.ranged(one)} {on_a_line(one.of)}", paper.width, "", column + 1) for one in ranges]
    return [*_row(each, "", paper, column), *(row for rows in told for row in rows)]


def _part(each: StrikeView) -> str:
    return " (part)" if each.part_of else ""


def _place(each: StrikeView, room: int, paper: Paper) -> str:
    """Where it was, and whether it is part of another."""
    part = _part(each)
    return clip(wording.marked(each, on_a_line(each.place)), max(LEAST, room - len(part)), paper.glyphs.more) + part


def _table(strikes: Sequence[StrikeView], paper: Paper, column: int) -> list[Line]:
    """Strikes in columns, side by side where the eye has not far to go; at the end who says which number.

    What is claimed is never cut: where there is no room for it, it stands below.
    """
    whole = [strike_headline(each, paper, of_whom=True) for each in strikes]
    told = min(44, max((cell_len(what) for what, _ in whole), default=0))
    kinds = max((len(wording.words(each.kind)) for each in strikes), default=0) if paper.width >= WIDEST else 0
    longest = max(
        (cell_len(wording.marked(each, on_a_line(each.place))) + len(_part(each)) for each in strikes), default=0
    )
    places = min(paper.width // 4, longest)
    out: list[Line] = []
    for each, (what, ranges) in zip(strikes, whole, strict=True):
        kind = f"{wording.words(each.kind):<{kinds}}  " if kinds else ""
        left = line(
            (f"{pad(paper.short(each.occurred), column, paper.glyphs.more)} ", "quiet"),
            f"{pad(_place(each, places, paper), places)}  ",
            (kind, "quiet"),
            what if cell_len(what) > told else pad(what, told),
            *_claims(ranges, paper),
            target=_target(each),
        )
        if left.width > paper.width:
            out += [*_row(each, "", paper, column), *wrapped(what, paper.width, "", column + 1)]
            continue
        said = _who_says(ranges, paper.width - left.width - 2, paper)
        out.append(paper.fit(line(*left.runs, (f"  {said}", "quiet"), target=left.target)))
    return out


def _who_says(ranges: Sequence[StrikeRange], room: int, paper: Paper) -> str:
    """Who says which number, as many as there is room for; the rest are counted."""
    said = list(
        dict.fromkeys(
            f"{wording.marked(one, on_a_line(one.claimant))} {paper.amount(one.figure)}" for one in _said(ranges)
        )
    )
    for shown in range(len(said), 0, -1):
        rest = f", {len(said) - shown} more" if shown < len(said) else ""
        if cell_len(told := ", ".join(said[:shown]) + rest) <= room:
            return told
    return ""


def _said(ranges: Sequence[StrikeRange]) -> list[ClaimView]:
    """The claims within the ranges, in the order of the log's rule for lists: by time, then claimant."""
    return [claim for one in ranges for claim in one.said if not claim.early]


def _claims(ranges: Sequence[StrikeRange], paper: Paper) -> list[tuple[str, str]]:
    """Whether claimants differ, and how many there are."""
    if not ranges:
        return []
    differ = any(one.counts > 1 for one in ranges)
    sign = (f" {paper.glyphs.differ}", "differ") if differ else (f" {paper.glyphs.dot}", "quiet")
    return [sign, (f" {wording.cl(sum(wording.claimants(one) for one in ranges))}", "quiet")]


def _target(each: StrikeView) -> Target:
    return Target("strike", each.stream, (each.record,))
