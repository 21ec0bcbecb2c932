"""The signs on the screen, in two sets: Unicode, and plain ASCII for a Linux console.

A sign never stands alone: its word is beside it. No sign stands for a party.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Glyphs:
    """One set of signs."""

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
