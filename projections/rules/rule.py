"""The rule that combines claims: a named choice, never silent. A new rule is one class here, and a row of `RULES`."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import ClassVar, TypeVar

from domain.errors import Refused

Claim = TypeVar("Claim")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class Rule:
    """How claims of one question come to one range. This one, the envelope, takes them all: lowest low to highest high.

    `IS_SUMMED`: what it comes to is kept in sums and findings; by any other rule these are worked out at each look.
    """

    NAME: ClassVar[str] = "envelope"
    TYPED: ClassVar[str] = "envelope"
    IS_SUMMED: ClassVar[bool] = True
    words = "lowest low to highest high, no best"

    @classmethod
    def of(cls, typed: str) -> Rule | None:
        """The rule that was typed, if it is one of this class."""
        return cls() if typed == cls.NAME else None

    @property
    def typed(self) -> str:
        """The rule as it is typed, and stands in a vantage."""
        return self.NAME

    @property
    def names(self) -> str | None:
        """The claimant that it names, who must be on record; None where it names nobody."""
        return None

    def takes(self, claims: Sequence[Claim], speaker: Callable[[Claim], str | None]) -> Sequence[Claim]:
        """The claims whose figure is taken, with its best, instead of the range of all; none where it is of all."""
        return ()

    def passes_over(self, speakers: Sequence[str]) -> bool:
        """Whether claims of these go behind others, where only one group of claims can count."""
        return True

    def narrowed(self, whole: set[str]) -> set[str]:
        """Of claimants who each gave all parts of a whole, those who are taken; none where it is all of them."""
        return set()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Rule) and other.typed == self.typed

    def __hash__(self) -> int:
        return hash(self.typed)


class Preferred(Rule):
    """One claimant's figure, where it has one; the range of all claims where it has none."""

    NAME = "preferred"
    TYPED = "preferred:<claimant>"
    IS_SUMMED = False
    words = "that claimant's figure where it has one, else the envelope"

    def __init__(self, claimant: str) -> None:
        self._claimant = claimant

    @classmethod
    def of(cls, typed: str) -> Rule | None:
        name, _, claimant = typed.partition(":")
        return cls(claimant) if name == cls.NAME and _SLUG.fullmatch(claimant) else None

    @property
    def typed(self) -> str:
        return f"{self.NAME}:{self._claimant}"

    @property
    def names(self) -> str | None:
        return self._claimant

    def takes(self, claims: Sequence[Claim], speaker: Callable[[Claim], str | None]) -> Sequence[Claim]:
        return [claim for claim in claims if speaker(claim) == self._claimant]

    def passes_over(self, speakers: Sequence[str]) -> bool:
        return self._claimant not in speakers

    def narrowed(self, whole: set[str]) -> set[str]:
        return whole & {self._claimant}


ENVELOPE = Rule()
RULES: tuple[type[Rule], ...] = (Rule, Preferred)


def rule_of(typed: str) -> Rule:
    """A rule as it is typed: `envelope`, `preferred:<claimant>`. Raises Refused, with the remedy, for any other."""
    for kind in RULES:
        if (rule := kind.of(typed)) is not None:
            return rule
    known = ", or ".join(kind.TYPED for kind in RULES)
    raise Refused(f"{typed!r} is not a rule for combining claims", where="rule", remedy=f"use {known}")
