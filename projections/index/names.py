"""Who is named in records: every record of a name, and at each vantage the first of them.

The first is a staircase of ever earlier times in log order: each step is a claim on the name's line `first`, which
shows at vantages between two times. All records that name it stand on its line `by`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from domain.calendar import Micros
from domain.catalogue import CATALOGUE
from domain.report import Facts, Report
from projections.index.keys import BY, FIRST
from projections.index.schema import NEVER
from projections.index.writer import IndexWriter

_ASSESSOR: dict[type[Facts], str] = {
    kind.facts: name
    for kind in CATALOGUE.values()
    for name in ("scorer", "grader")
    if name in kind.facts.__struct_fields__
}
"""The field in which a type names who scores or grades."""


def names_in(report: Report[Any]) -> tuple[str, ...]:
    """Every claimant slug named in a report: who claims it, is relayed in it, or scores or grades in it."""
    field = _ASSESSOR.get(type(report.data))
    if field is None and report.relays is None:  # as most
        return (report.claimant,)
    assessor = getattr(report.data, field) if field else None
    return tuple(dict.fromkeys(name for name in (report.claimant, report.relays, assessor) if name))


class Step(NamedTuple):
    """The first record of a name at vantages from `at_from` up to, not including, `at_to`."""

    position: int
    at_from: Micros
    at_to: Micros


class NameRows:
    """The fold's side of names."""

    def __init__(self, index: IndexWriter) -> None:
        self._index = index
        self._steps: dict[str, list[tuple[Step, int]]] = {}  # with the position from which each is known

    def named(self, known: int, names: Iterable[str], position: int, at: Micros) -> None:
        """From a log position on, a record names these, and counts from `at`."""
        for name in names:
            self._index.claim((self._index.line(BY + name), 0, 0, 0, position, known), at)
            steps = self._held(name)
            if steps and steps[-1][0].position < position and steps[-1][0].at_from <= at:
                continue  # as nearly always: named before, and earlier
            held = [step for step, _ in steps]
            before = [step for step in held if step.position < position]
            if before and before[-1].at_from <= at:
                continue
            after = [step for step in held[len(before) :] if step.at_from < at]
            self._replace(known, name, [*before, Step(position, at, NEVER), *after])

    def withdrawn(self, known: int, names: Iterable[str], position: int) -> None:
        """From a log position on, a record names these no longer, or counts at another time."""
        for name in names:
            line = self._index.line(BY + name)
            for named in self._index.between_positions(line, position, position):
                self._index.unclaim(named.key, known)
            steps = self._held(name)
            place = next((n for n, (step, _) in enumerate(steps) if step.position == position), None)
            if place is None:
                continue
            held = [step for step, _ in steps]
            before, after = held[:place], held[place + 1 :]
            lowest = before[-1].at_from if before else NEVER
            found = []
            until = after[0].position if after else NEVER
            for named in self._index.between_positions(line, position + 1, until - 1):
                at = named.at or 0
                if at < lowest:
                    lowest = at
                    found.append(Step(named.position, at, NEVER))
            self._replace(known, name, [*before, *found, *(step for step in after if step.at_from < lowest)])

    def _held(self, name: str) -> list[tuple[Step, int]]:
        held = self._steps.get(name)
        if held is None:
            line = self._index.line(FIRST + name)
            held = self._steps[name] = [
                (Step(one.position, one.at or 0, NEVER if one.last is None else one.last), one.known_from)
                for one in self._index.between(line, 0, 0)
            ]
        return held

    def _replace(self, known: int, name: str, steps: list[Step]) -> None:
        """Write the staircase that stands from now on, as far as it is another."""
        now, at_to = [], NEVER
        for step in steps:
            now.append(Step(step.position, step.at_from, at_to))
            at_to = step.at_from
        line = self._index.line(FIRST + name)
        held = dict(self._held(name))
        for step, since in held.items():
            if step not in now:
                self._index.unclaim((line, 0, 0, 0, step.position, since), known)
        for step in now:
            if step not in held:
                last = None if step.at_to == NEVER else step.at_to
                self._index.claim((line, 0, 0, 0, step.position, known), step.at_from, last)
        self._steps[name] = [(step, held.get(step, known)) for step in now]
