"""The questions that every engine is asked at a vantage, and what a Situation answers to them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple, Protocol

from domain.calendar import Micros, iso, micros
from projections.readmodel import ReadModel
from projections.situation import Situation
from projections.vantage import ResolvedVantage
from tests.benchmarks.generator import DAYS, FIRST

NOW = FIRST + timedelta(days=DAYS + 30)

Sums = dict[tuple[str, str], tuple[int, int]]
"""Lowest and highest sum by population and harm; one that is nothing at all is left out."""
Statuses = dict[tuple[str, str, str], str]
"""Status by crossing, load and direction; `unknown` is left out."""
Newest = list[tuple[int, str]]
"""Position and standing of the newest 20 records."""


class Asked(NamedTuple):
    """A vantage: `typed` are its two clocks as a person types them, the rest what they come to."""

    typed: tuple[str, str]
    as_of: Micros
    position: int


class Answer(NamedTuple):
    """What is compared before a time is printed."""

    strikes: int
    sums: Sums
    statuses: Statuses
    newest: Newest


class Engine(Protocol):
    """Whatever can be asked."""

    def answer(self, as_of: Micros, position: int) -> Answer:
        """Everything that occurred by `as_of`, as known at `position`."""


def random_vantages(model: ReadModel, count: int, seed: int) -> list[Asked]:
    """Times and states of knowledge drawn independently; half of the latter by clock, half by position."""
    chance = random.Random(seed)
    head = model.vantage(None, None, now=NOW).head
    found = []
    for number in range(count):
        as_of = micros(FIRST) + chance.randrange(DAYS * 86_400) * 1_000_000
        if number % 2:
            known_at = f"@{chance.randrange(1, head + 1)}"
        else:
            known_at = iso(micros(FIRST) + chance.randrange(DAYS * 86_400) * 1_000_000)
        typed = iso(as_of), known_at
        found.append(Asked(typed, as_of, resolved(model, typed).position))
    return found


def resolved(model: ReadModel, typed: tuple[str, str]) -> ResolvedVantage:
    """A vantage as typed, resolved."""
    return model.vantage(*typed, now=NOW)


def situation(model: ReadModel, asked: Asked) -> Situation:
    """What is timed: from two clocks as typed to the whole Situation."""
    return model.situation(resolved(model, asked.typed))


def answer_of(shown: Situation) -> Answer:
    """What a Situation says to the questions."""
    return Answer(
        strikes=shown.strikes.count,
        sums={
            (population.of, harm.harm): (harm.low, harm.high or 0)
            for population in shown.strikes.populations
            for harm in population.harms
            if harm.low is not None and (harm.low, harm.high) != (0, 0)
        },
        statuses={
            (crossing.stream, load, direction): view.status
            for crossing in shown.crossings
            for load, ways in (("people", crossing.people), ("goods", crossing.goods))
            for direction, view in (("into", ways.into), ("out_of", ways.out_of))
            if view.status != "unknown"
        },
        newest=[(line.position, line.standing) for line in shown.records],
    )


class Differs(AssertionError):
    """An engine gave another answer: no time is worth printing."""


def compare(name: str, engine: Engine, asked: Sequence[Asked], expected: Sequence[Answer]) -> None:
    """Hold an engine's answers against those of the Situation. Raises Differs, with what differed and where."""
    for one, right in zip(asked, expected, strict=True):
        given = engine.answer(one.as_of, one.position)
        for part in Answer._fields:
            theirs, ours = getattr(given, part), getattr(right, part)
            if theirs != ours:
                raise Differs(
                    f"{name} and the Situation differ in {part} at {one.typed} (#{one.position}):\n"
                    f"  {name}: {_only(theirs, ours)}\n  Situation: {_only(ours, theirs)}"
                )


def _only(this: object, other: object) -> object:
    if isinstance(this, dict) and isinstance(other, dict):
        return {name: this.get(name) for name in {*this, *other} if this.get(name) != other.get(name)}
    return this
