"""What a subject says of its records: which lines they stand on, which question they answer, what that comes to.

A version **bears on** lines, which a look walks down, newest first. The fold answers its **question** anew from all
claims that stand, and writes down how amounts and findings changed. Where what follows another claim matters (a status
after a status), the subject works that out `around` the version that came or went.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from domain.calendar import Calendar, Micros
from domain.report import Facts
from projections.index.findings import Shown
from projections.index.keys import Order
from projections.index.sums import Values
from projections.index.version import Version

A = TypeVar("A")
Metric = str
Claims = Sequence[Version[Facts]]
"""All claims of a question that stand, in log order."""


class Bearing(NamedTuple):
    """A line that a version stands on, and its place there.

    `rank` is the order on the line: a time, or a period; None where all of the line is read at once. `due` is when
    that rank is reached. `says` is what a look must know before it reads the version: a number, or a line's name. Of
    one rank the order is that of when it was said, then of position; with `by_position` that of position alone.
    """

    line: str
    rank: int | None = None
    due: Micros = 0
    says: int | str | None = None
    by_position: bool = False


class Part(NamedTuple):
    """What a strike adds to one metric beside the strikes that it is part of, which count at `wholes`.

    Where one of those is among what is summed, the part adds nothing.
    """

    metric: Metric
    at: Micros
    wholes: tuple[Micros, ...]
    values: Values


class Kept(NamedTuple):
    """What is told of a version at vantages from `at_from` up to, not including, `at_to`: on a line of its own."""

    at_from: Micros
    at_to: Micros
    says: int


class Now(Protocol):
    """What stands now, as the fold sees it, and what it keeps beside the claims themselves."""

    def next_to(self, line: str, order: Order, *, after: bool) -> Version[Facts] | None:
        """What stands right after an order on a line, or right before it."""

    def between(self, line: str, low: int, high: int) -> list[Version[Facts]]:
        """What stands on a line at ranks between two, both included, in its order."""

    def counting_by(self, line: str, low: int, at: Micros) -> list[Version[Facts]]:
        """What stands on a line of times at ranks from one on, and counts by a time although its rank may be later."""

    def reaching(self, line: str, moment: Micros) -> list[Version[Facts]]:
        """What stands on a line of times, begins before a moment and lasts until then or longer."""

    def standing(self, record: str) -> Version[Facts] | None:
        """What a record says; None where it does not stand."""

    def find(self, owner: str, found: Sequence[Shown]) -> None:
        """From now on, these are the discrepancies of an owner."""

    def keep(self, line: str, order: Order, due: Micros, kept: Sequence[Kept]) -> None:
        """From now on, this is what is told on a line of the version of that order, due when its rank is reached."""


class Subject(Generic[A]):
    """The records of one kind of stream. The defaults are for records that nothing is added up of."""

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar

    def bears_on(self, version: Version[Facts]) -> Iterable[Bearing]:
        """The lines that a version stands on."""
        raise NotImplementedError

    def question(self, version: Version[Facts]) -> str | None:
        """What is answered anew when it comes or goes."""
        return None

    def ranks(self, question: str) -> Iterable[tuple[str, int]]:
        """Lines and ranks at which all claims of a question stand."""
        return ()

    def ties(self, version: Version[Facts]) -> Sequence[str]:
        """Questions that are answered together with its own from now on."""
        return ()

    def answer(self, question: str, claims: Claims, was: A | None) -> A:
        """What the claims of a question come to over all time; `was`, the answer before, may only save work."""
        raise NotImplementedError

    def together(self, claims: Mapping[str, Claims]) -> Mapping[str, A]:
        """The answers of questions that are tied."""
        raise NotImplementedError

    def amounts(self, answer: A) -> Mapping[tuple[Metric, Micros], Values]:
        """What an answer adds to sums, by metric and the time from which it counts."""
        return {}

    def parts(self, answer: A) -> Sequence[Part]:
        """Of those amounts what gives way to a whole."""
        return ()

    def findings(self, answer: A) -> Sequence[Shown]:
        """What does not agree in an answer."""
        return ()

    def around(self, now: Now, old: Version[Facts] | None, new: Version[Facts] | None) -> None:
        """Work out anew what depends on what stands beside a version that went, came, or is another."""


Subjects = Mapping[str, Subject[Any]]
"""By kind of stream."""
