"""The help screen: every key, from the action table, and what the signs mean."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len

from projections.feed.filter_parser import language
from tui.dashboard import wording
from tui.dashboard.actions import ACTIONS, Action, key_words
from tui.dashboard.glyphs import Glyphs
from tui.dashboard.lines import Line, line, pad, wrapped

FILTER_COLUMN = 25
"""Cells for a term of the filter's language."""
MEANINGS = (
    ("26-32", "a range: lowest to highest figure of its claims"),
    ("32+", "at least 32, open above; {most}5 at most 5; ~150 about 150"),
    ("5 cl.", "five claimants stand behind it; enter says who says what"),
    ("as of", "what had happened by then; known at: what was on record by then"),
    (wording.RESTRICTED, "of a restricted record: not for everybody, and in no picture, file or pipe"),
    ("late", "recorded more than a day after it was said"),
)


def help_lines(width: int, glyphs: Glyphs, actions: Sequence[Action] = ACTIONS) -> list[Line]:
    """The keys by group, then the signs."""
    out: list[Line] = []
    ascii_only = glyphs.ascii
    column = max(cell_len(key_words(action, ascii_only=ascii_only)) for action in actions) + 3
    group = ""
    for action in actions:
        if action.group != group:
            group = action.group
            out += [line("")] if out else []
            out.append(line((f" {group}", "head")))
        keys = pad(f"  {key_words(action, ascii_only=ascii_only)}", column)
        out.append(line((keys, "key"), f" {action.words}"))
    out += [
        line((pad("  ↑ ↓  j k" if not ascii_only else "  Up Down  j k", column), "key"), " move in the panel at hand"),
        line((pad("  PgDn PgUp", column), "key"), " a page down, up in the panel or list at hand; ctrl+d, ctrl+u too"),
        line((pad("  Home End", column), "key"), " to the first line of it, the last"),
        line(""),
        line((" Signs", "head")),
    ]
    for status, sign in glyphs.status.items():
        out.append(line((pad(f"  {sign}", column), status), f" {status}"))
    for score, sign in enumerate(glyphs.scores):
        words = ("none", "minimal", "intermediate", "full")[score]
        out.append(line((pad(f"  {sign}", column), f"score{score}"), f" {words}: a scorer's reading of a commitment"))
    out.append(line((pad(f"  {glyphs.differ}", column), "differ"), " claims that differ, records that do not agree"))
    out.append(line((pad(f"  {glyphs.allegation}", column), "quiet"), " somebody's allegation, no finding of this log"))
    for sign, meaning in MEANINGS:
        rows = wrapped(meaning.format(most=glyphs.most), width - column - 1)
        out.append(line((pad(f"  {sign}", column), "strong"), f" {rows[0].text}"))
        out += [line(" " * (column + 1) + row.text) for row in rows[1:]]
    out += [line(""), line((" The filter, a term for each thing that must hold", "head"))]
    for typed, meaning in language():
        rows = wrapped(meaning, width - FILTER_COLUMN - 1)
        out.append(line((pad(f"  {typed}", FILTER_COLUMN), "key"), f" {rows[0].text}"))
        out += [line(" " * (FILTER_COLUMN + 1) + row.text) for row in rows[1:]]
    return out
