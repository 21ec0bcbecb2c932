"""The Difference: one immutable value that says what two vantages show differently, and which records made it so.

Its JSON is a contract, versioned, as the Situation's is. `before` is the first vantage asked for, `after` the second:
nothing says that it is the later one. Lists that can grow are the newest part of them and a total.
"""

from __future__ import annotations

from typing import Any, Literal

from projections.situation import Marked, Part, RecordLine, Vantage

DIFFERENCE_VERSION = 1
LISTED = 20
"""How many records a change lists."""

Differing = Literal["time", "knowledge", "rule"]
ChangedPart = Literal[
    "ceasefire",
    "commitments",
    "allegations",
    "strikes",
    "crossings",
    "series",
    "statements",
    "sources",
    "discrepancies",
    "records",
]


class Change(Marked, frozen=True, kw_only=True):
    """One thing that the two Situations show differently.

    `path` is where it stands in the Situation: items of lists are named by what tells them apart,
    `crossings[crossing-rafah].people.into`. `before` and `after` are what stands there, as in the Situation (of several
    fields that belong together: an object with those that differ); null where nothing does: `change` then says that it
    `came` or `went`. `what`, `was` and `now` are the same in words.

    `restricted`: what it is about, before or after is in the words of a restricted record.

    `records` are ids of the newest records that made it so, newest first; see `causes` for what each one is. There are
    `records_total` of them, or at least so many where `records_exact` is false. None at all: time alone did it.
    """

    part: ChangedPart
    path: str
    change: Literal["came", "went", "changed"]
    before: Any
    after: Any
    what: str
    was: str
    now: str
    records: tuple[str, ...]
    records_total: int
    records_exact: bool


class Cause(Part, frozen=True, kw_only=True):
    """A record that only one of the vantages takes into account, as it reads where more is known.

    `known`: it is known at only one of them. `counted`: known at both, and it counts by the as-of time of only one.
    `revises` is the record that a correction, retraction or erasure bears on.
    """

    line: RecordLine
    why: Literal["known", "counted"]
    revises: str | None = None


class Taken(Part, frozen=True, kw_only=True):
    """Records of one sort that are known at only one of the vantages: the newest, and how many in all.

    Without `exact` there are at least `total`.
    """

    newest: tuple[RecordLine, ...]
    total: int
    exact: bool


class Difference(Part, frozen=True, kw_only=True):
    """What two vantages show differently.

    `differ` says in what they differ themselves: time (as of), knowledge (the last record known), rule; nothing: empty.
    `known` and `counted` are how many records more (below 0: fewer) are known, and known and counted, at `after`.
    `recorded`, `corrected`, `retracted` and `erased` are the records known at only one of them, whenever they count.
    `listed` are paths of lists of the newest that show other items now although those themselves need not have changed;
    of discrepancies the newest that came and went are among the changes, and the number of all. `withheld` are the
    restricted records that count at either vantage and are not told here.
    """

    version: int
    before: Vantage
    after: Vantage
    differ: tuple[Differing, ...]
    known: int
    counted: int
    recorded: Taken
    corrected: Taken
    retracted: Taken
    erased: Taken
    changes: tuple[Change, ...]
    listed: tuple[str, ...]
    causes: tuple[Cause, ...]
    withheld: int
