"""The signs on the screen, in two sets: Unicode, and plain ASCII for a Linux console; and how each key is written.

A sign never stands alone: its word is beside it. No sign stands for a party.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from tui.dashboard.actions import ACTIONS, Action, first_keys


@dataclass(frozen=True)
class Glyphs:
    """One set of signs. `keys` is the key of each action as a sentence names it, by the action's id."""

    ascii: bool = False
    keys: Mapping[str, str] = field(default_factory=lambda: first_keys(ACTIONS))
    live: str = "◉"
    replay: str = "⏸"
    playing: str = "▶"
    trouble: str = "‼"
    rule: str = "│"
    dot: str = "·"
    more: str = "…"
    cursor: str = "▌"
    bars: str = "▁▂▃▄▅▆▇█"
    empty_bar: str = "·"
    full: str = "█"
    half: str = "▌"
    hollow: str = "░"
    over: str = "▶"
    line: str = "━"
    here: str = "▲"
    marked: str = "▼"
    mark: str = "◆"
    begun: str = "●"
    announced: str = "◇"
    allegation: str = "?"
    differ: str = "≠"
    scores: tuple[str, str, str, str] = ("○", "◔", "◑", "●")
    no_score: str = "◌"
    status: dict[str, str] = field(
        default_factory=lambda: {"open": "▣", "limited": "◧", "closed": "▢", "contested": "≠", "unknown": "?"}
    )
    kinds: dict[str, str] = field(
        default_factory=lambda: {
            "ceasefire": "◆",
            "strike": "✶",
            "crossing": "▤",
            "series": "≡",
            "statement": "❝",
            "place": "⌖",
            "source": "§",
            "record": "✎",
        }
    )
    dash: str = "-"
    most: str = "≤"
    arrow: str = "→"


UNICODE = Glyphs()
ASCII = Glyphs(
    ascii=True,
    keys=first_keys(ACTIONS, ascii_only=True),
    live="(o)",
    replay="||",
    playing=">",
    trouble="!!",
    rule="|",
    dot=".",
    more="..",
    cursor=">",
    bars=".:-=+*%#",
    empty_bar=" ",
    full="#",
    half="=",
    hollow="-",
    over=">",
    line="=",
    here="^",
    marked="v",
    mark="*",
    begun="*",
    announced="o",
    allegation="?",
    differ="!",
    scores=("0", "1", "2", "3"),
    no_score="-",
    status={"open": "[=]", "limited": "[-]", "closed": "[x]", "contested": "[!]", "unknown": "[?]"},
    kinds={
        "ceasefire": "*",
        "strike": "x",
        "crossing": "#",
        "series": "=",
        "statement": '"',
        "place": "@",
        "source": "$",
        "record": "~",
    },
    most="<=",
    arrow="->",
)


def signs(actions: Sequence[Action], *, ascii_only: bool) -> Glyphs:
    """The set for a terminal, with the keys that these actions have."""
    return replace(ASCII if ascii_only else UNICODE, keys=first_keys(actions, ascii_only=ascii_only))
