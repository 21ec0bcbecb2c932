"""The first record that names a claimant, at any vantage: a staircase of ever earlier times in log order."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from typing import NamedTuple

from domain.calendar import Micros
from projections.counting import UNDATED
from projections.schema import NEVER

_OPEN = f"SELECT position, at_from, at_to FROM firsts WHERE name = ? AND k_to = {NEVER} ORDER BY position"  # noqa: S608
_CLOSE = f"UPDATE firsts SET k_to = ? WHERE name = ? AND position = ? AND k_to = {NEVER}"  # noqa: S608
_NAMED = " UNION ".join(
    f"""
SELECT v.position, coalesce(CASE WHEN v.state = 'edit' THEN w.at ELSE v.at END, {UNDATED}) AS at FROM versions v
LEFT JOIN versions w ON v.state = 'edit' AND w.position = v.root AND w.k_to = {NEVER} AND w.state <> 'edit'
WHERE v.{column} = ?1 AND v.k_to = {NEVER} AND (v.stands = 1 OR v.state = 'edit')
  AND v.position > ?2 AND v.position < ?3"""  # noqa: S608
    for column in ("claimant", "relays", "assessor")
)


class Step(NamedTuple):
    """The first record of a claimant at vantages from `at_from` up to, not including, `at_to`."""

    position: int
    at_from: Micros
    at_to: Micros


class FirstRecords:
    """The fold's side: whoever claims, edits, is relayed, scores or grades, and where each is named first."""

    def __init__(self, connection: sqlite3.Connection, ready: Callable[[], None]) -> None:
        self._connection = connection
        self._ready = ready
        self._steps: dict[str, list[Step]] = {}

    def named(self, k: int, names: Iterable[str], position: int, at: Micros) -> None:
        """From k on, a record names these, and counts from `at`."""
        for name in names:
            held = self._held(name)
            if held and held[-1].position < position and held[-1].at_from <= at:
                continue  # as nearly always: named before, and earlier
            before = [step for step in held if step.position < position]
            if before and before[-1].at_from <= at:
                continue
            after = [step for step in held[len(before) :] if step.at_from < at]
            self._replace(k, name, [*before, Step(position, at, NEVER), *after])

    def withdrawn(self, k: int, names: Iterable[str], position: int) -> None:
        """From k on, a record names these no longer, or counts at another time."""
        for name in names:
            held = self._held(name)
            place = next((n for n, step in enumerate(held) if step.position == position), None)
            if place is None:
                continue
            before, after = held[:place], held[place + 1 :]
            lowest = before[-1].at_from if before else NEVER
            found = []
            self._ready()
            until = after[0].position if after else NEVER
            for other, at in sorted(self._connection.execute(_NAMED, (name, position, until))):
                if at < lowest:
                    lowest = at
                    found.append(Step(other, at, NEVER))
            self._replace(k, name, [*before, *found, *(step for step in after if step.at_from < lowest)])

    def _held(self, name: str) -> list[Step]:
        held = self._steps.get(name)
        if held is None:
            held = self._steps[name] = [Step(*row) for row in self._connection.execute(_OPEN, (name,))]
        return held

    def _replace(self, k: int, name: str, steps: list[Step]) -> None:
        """Write the staircase that stands from k on, as far as it is another."""
        now, at_to = [], NEVER
        for step in steps:
            now.append(Step(step.position, step.at_from, at_to))
            at_to = step.at_from
        held = self._held(name)
        for step in set(held) - set(now):
            self._connection.execute(_CLOSE, (k, name, step.position))
        for step in sorted(set(now) - set(held)):
            # within one record a row may come and go again
            self._connection.execute("INSERT OR REPLACE INTO firsts VALUES (?, ?, ?, ?, ?, ?)", (name, k, NEVER, *step))
        self._steps[name] = now
