"""What made-up strikes add to counts and sums: claims side by side, duplicates joined, no part beside its whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from domain.calendar import Micros

Place = tuple[Micros, int]
"""When it counts from, and the slot that it counts in: 0 is the number of strikes."""
Added = dict[Place, tuple[int, int]]
Days = tuple[date, date]
Numbers = tuple[int, int]


class Claim(NamedTuple):
    """What never changes of a claim. `rank` tells which of a claimant's is newer."""

    slot: int
    claimant: str
    rank: tuple[Micros, int]
    includes: str
    provisional: bool


class Strike:
    """One strike's records: reports, claims and links, standing or not."""

    __slots__ = ("_group", "claims", "links", "name", "reports")

    def __init__(self) -> None:
        self.name = ""
        self.reports: list[Any] = []
        self.claims: list[Any] = []
        self.links: list[Any] = []
        self._group: Group | None = None

    def take(self, root: Any) -> None:
        """Take in a new record."""
        kind = {"strike.reported": self.reports, "strike.casualties_claimed": self.claims}
        kind.get(root.topic, self.links).append(root)
        if root.topic == "strike.linked":
            self.group().join(root.facts[1].group())

    def group(self) -> Group:
        """The strikes that are linked with this one, itself included."""
        if self._group is None:
            self._group = Group(self)
        return self._group

    @property
    def report(self) -> Any:
        """The standing report, if there is one."""
        return next((root for root in self.reports if root.state < 2), None)

    def linked(self, relation: str) -> list[Strike]:
        """Strikes that this one is linked to, the newest link first."""
        found = [root.facts for root in self.links if root.state < 2 and root.facts[0] == relation]
        return [other for _, other, _ in sorted(found, key=lambda facts: facts[2], reverse=True)]


class Group:
    """Strikes that links have brought together, and what they add now."""

    __slots__ = ("added", "strikes")

    def __init__(self, strike: Strike) -> None:
        self.strikes = [strike]
        self.added: Added = {}

    def join(self, other: Group) -> None:
        """Take another group in."""
        if other is self:
            return
        for strike in other.strikes:
            strike._group = self
        self.strikes += other.strikes
        for place, (low, high) in other.added.items():
            here = self.added.get(place, (0, 0))
            self.added[place] = here[0] + low, here[1] + high


def added_by(strikes: Sequence[Strike]) -> Added:
    """What strikes, with all that are linked with them, add to counts and sums."""
    joined: dict[Strike, list[Strike]] = defaultdict(list)
    for strike in strikes:
        if strike.report is not None:
            joined[_home(strike)].append(strike)
    figures = {home: _figures(home, members) for home, members in joined.items()}
    above = {home: _whole(home, members) for home, members in joined.items()} if len(joined) > 1 else {}
    added: Added = defaultdict(lambda: (0, 0))

    def add(at: Micros, slot: int, low: int, high: int) -> None:
        here = added[at, slot]
        added[at, slot] = here[0] + low, here[1] + high

    for home in joined:
        at = home.report.at
        wholes = _wholes(home, above)
        for slot, (low, high) in {0: (1, 1), **figures[home]}.items():
            add(at, slot, low, high)
            counting = [whole.report.at for whole in wholes if slot == 0 or slot in figures[whole]]
            if counting:  # a part counts until its whole does
                add(max(at, min(counting)), slot, -low, -high)
    return {place: numbers for place, numbers in added.items() if numbers != (0, 0)}


def _home(strike: Strike) -> Strike:
    """The strike at the end of the chain of those that it duplicates."""
    while (other := next((one for one in strike.linked("duplicate_of") if one.report is not None), None)) is not None:
        strike = other
    return strike


def _whole(home: Strike, members: Iterable[Strike]) -> Strike | None:
    for strike in (home, *sorted((one for one in members if one is not home), key=lambda one: one.name)):
        for other in strike.linked("part_of"):
            if other.report is not None and _home(other) is not home:
                return _home(other)
    return None


def _wholes(home: Strike, above: dict[Strike, Strike | None]) -> list[Strike]:
    found: list[Strike] = []
    whole = above.get(home)
    while whole is not None:
        found.append(whole)
        whole = above.get(whole)
    return found


def _figures(home: Strike, members: Iterable[Strike]) -> dict[int, Numbers]:
    """Per slot the range of the kind of claims that counts."""
    kinds: dict[int, dict[tuple[str, Days], list[Any]]] = defaultdict(lambda: defaultdict(list))
    for member in members:
        for root in member.claims:
            if root.state < 2:
                claim, days = root.facts[:2]
                kinds[claim.slot][claim.includes, days].append(root)
    facts = home.report.facts
    own_days = facts.get("now", facts["days"]) if isinstance(facts, dict) else facts
    found = {}
    for slot, of_slot in kinds.items():
        ranges = []
        for (includes, days), roots in of_slot.items():
            claimants, numbers = _envelope(roots)
            if numbers is not None:
                ranges.append(((includes != "new", days != own_days, -claimants, includes, days), numbers))
        if ranges:
            found[slot] = min(ranges)[1]
    return found


def _envelope(roots: Sequence[Any]) -> tuple[int, Numbers | None]:
    """How many claimants, and their lowest low to highest high: of each the newest claim, early ones only if alone."""
    final = [root for root in roots if not root.facts[0].provisional]
    newest: dict[str, Any] = {}
    for root in sorted(final or roots, key=lambda root: root.facts[0].rank):
        newest[root.facts[0].claimant] = root
    said = [root.facts[-1] for root in newest.values() if root.facts[-1] is not None]
    return len(newest), (min(low for low, _ in said), max(high for _, high in said)) if said else None
