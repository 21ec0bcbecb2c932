"""Everything that a key does on the main screen, in one table: bindings, footer, help and palette are made from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from textual.binding import Binding

Group = Literal["Time", "View", "Act", "App"]


@dataclass(frozen=True)
class Action:
    """One action. `id` names the method `action_<id>`; `short` is for the footer, where `rank` says who goes first.

    What `writes` to the log has no place in the footer where nothing is written: in replay, or read-only. Neither has
    what is `travel` between times a place there while the screen is live.
    """

    id: str
    keys: tuple[str, ...]
    words: str
    group: Group
    short: str = ""
    rank: int = 99
    writes: bool = False
    travel: bool = False


ACTIONS: tuple[Action, ...] = (
    Action(
        "play",
        ("space",),
        "play forward a day at a time over silent stretches, or pause",
        "Time",
        "Play",
        9,
        travel=True,
    ),
    Action("slower", ("minus",), "play slower", "Time"),
    Action("faster", ("plus",), "play faster", "Time"),
    Action("previous_record", ("comma",), "to the record before", "Time", "record", 9),
    Action("next_record", ("full_stop",), "to the record after", "Time"),
    Action("previous_day", ("left_square_bracket", "left"), "to the day before", "Time", "day", 8),
    Action("next_day", ("right_square_bracket", "right"), "to the day after", "Time"),
    Action("previous_phase", ("left_curly_bracket",), "to the change of phase before", "Time", "phase", 12),
    Action("next_phase", ("right_curly_bracket",), "to the change of phase after", "Time"),
    Action("go_to", ("g",), "go to a date or an instant, on both clocks", "Time", "Go to", 2),
    Action(
        "less_known", ("less_than_sign",), "one record less known, as of the same time", "Time", "known", 7, travel=True
    ),
    Action("more_known", ("greater_than_sign",), "one record more known", "Time"),
    Action("live", ("l",), "back to live", "Time", "Live", 3, travel=True),
    Action("day_one", ("0",), "to day 1", "Time"),
    Action(
        "second_clock",
        ("b",),
        "known now, or known then: what was on record by that date",
        "Time",
        "Then/now",
        7,
        travel=True,
    ),
    Action("mark", ("m",), "mark where you stand, to compare with", "Time", "Mark", 5),
    Action("difference", ("d",), "what differs between the mark and here, and why", "Time", "Diff", 6),
    Action("panel_1", ("1",), "phase and commitments", "View"),
    Action("panel_2", ("2",), "strikes", "View"),
    Action("panel_3", ("3",), "crossings", "View"),
    Action("panel_4", ("4",), "records", "View"),
    Action("next_panel", ("tab",), "to the next panel", "View", "Panel", 8),
    Action("previous_panel", ("shift+tab",), "to the panel before", "View"),
    Action("zoom", ("z",), "the panel at hand on the whole screen, and back", "View", "Zoom", 13),
    Action(
        "filter",
        ("slash",),
        "show only some records: words, who says it, which type, since when ...",
        "View",
        "Filter",
        10,
    ),
    Action("discrepancies", ("x",), "everything on record that does not agree", "View", "Disagree", 7),
    Action("times", ("t",), "times in the log's timezone, in UTC, or as ages", "View", "Times", 15),
    Action("light", ("T",), "light or dark", "View"),
    Action("detail", ("enter",), "detail of what the cursor stands on", "Act", "Detail", 1),
    Action("append", ("a",), "append a report", "Act", "Append", 3, writes=True),
    Action(
        "revise", ("r",), "revise the record under the cursor: mend an error in it", "Act", "Revise", 4, writes=True
    ),
    Action(
        "retract",
        ("R",),
        "retract the record under the cursor: withdraw it, or reinstate what it withdrew",
        "Act",
        "Retract",
        11,
        writes=True,
    ),
    Action("copy", ("y",), "copy the record under the cursor as JSON", "Act"),
    Action("help", ("question_mark",), "these keys", "App", "Keys", 0),
    Action("palette", ("ctrl+p",), "every action by name", "App"),
    Action("quit", ("q", "ctrl+q"), "leave", "App", "Quit", 14),
)

SHOWN = {
    "space": "␣",
    "minus": "-",
    "plus": "+",
    "comma": ",",
    "full_stop": ".",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "left_curly_bracket": "{",
    "right_curly_bracket": "}",
    "slash": "/",
    "less_than_sign": "<",
    "greater_than_sign": ">",
    "question_mark": "?",
    "enter": "⏎",
    "left": "←",
    "right": "→",
    "tab": "Tab",
    "shift+tab": "Shift+Tab",
}
SHOWN_ASCII = SHOWN | {"space": "Space", "enter": "Enter", "left": "Left", "right": "Right"}

# a footer entry that stands for two opposite keys
_PAIRS = {
    "previous_record": "next_record",
    "previous_day": "next_day",
    "previous_phase": "next_phase",
    "less_known": "more_known",
}


MOVING = {
    "up": "move(-1)",
    "k": "move(-1)",
    "down": "move(1)",
    "j": "move(1)",
    "pageup": "page(-1)",
    "pagedown": "page(1)",
    "ctrl+u": "page(-1)",
    "ctrl+d": "page(1)",
    "home": "edge(0)",
    "end": "edge(1)",
    "enter": "choose",
}
"""Keys that move in the panel or list at hand, and open what the cursor stands on: the same everywhere."""


ON_WHAT_IS_DRAWN = frozenset(
    {
        *("play", "go_to", "second_clock", "mark", "difference", "discrepancies"),
        *("detail", "append", "revise", "retract", "copy"),
    }
)
"""Actions on the vantage and the records that are drawn, which wait for what was asked for before them."""


STEPS = frozenset(
    {
        *("slower", "faster", "previous_record", "next_record", "previous_day", "next_day"),
        *("previous_phase", "next_phase", "less_known", "more_known", "live", "day_one"),
    }
)
"""Actions that go on in time and open nothing: held down, none waits for the one before."""


def by_id(name: str, actions: Sequence[Action] = ACTIONS) -> Action:
    """The action of that name."""
    return next(action for action in actions if action.id == name)


def key_words(action: Action, *, ascii_only: bool = False) -> str:
    """An action's keys as they stand on a keyboard."""
    table = SHOWN_ASCII if ascii_only else SHOWN
    return " ".join(table.get(key, key) for key in action.keys)


def first_keys(actions: Sequence[Action], *, ascii_only: bool = False) -> dict[str, str]:
    """The first key of each action as it stands on a keyboard, by the action's id: how a sentence names it."""
    table = SHOWN_ASCII if ascii_only else SHOWN
    return {action.id: table.get(action.keys[0], action.keys[0]) for action in actions}


def footer_entries(
    actions: Sequence[Action] = ACTIONS, *, ascii_only: bool = False, writes: bool = True, live: bool = False
) -> list[tuple[str, str, int]]:
    """(keys, word, rank) of every action that has a place in the footer, in the order of the table."""
    first = first_keys(actions, ascii_only=ascii_only)
    out = []
    for action in actions:
        if not action.short or (action.writes and not writes) or (action.travel and live):
            continue
        keys = first[action.id] + first.get(_PAIRS.get(action.id, ""), "")
        out.append((keys, action.short, action.rank))
    return out


def bindings(names: Sequence[str] = ()) -> list[Binding]:
    """The bindings of these actions; of all of them when none is named."""
    return [
        Binding(",".join(action.keys), f"app.{action.id}", action.words, show=False, id=action.id)
        for action in ACTIONS
        if action.id != "detail" and (not names or action.id in names)  # enter belongs to whatever has the focus
    ]


def keymap(actions: Sequence[Action]) -> dict[str, str]:
    """The keys of every binding, as Textual takes them."""
    return {action.id: ",".join(action.keys) for action in actions if action.id != "detail"}


def keys_on_what_is_drawn(actions: Sequence[Action]) -> frozenset[str]:
    """The keys that act on, or move in, what is drawn."""
    return frozenset(MOVING).union(*(action.keys for action in actions if action.id in ON_WHAT_IS_DRAWN))


def keys_that_step(actions: Sequence[Action]) -> frozenset[str]:
    """The keys that go on in time, or move in the panel at hand, and open nothing."""
    return frozenset(MOVING).difference({"enter"}).union(*(action.keys for action in actions if action.id in STEPS))
