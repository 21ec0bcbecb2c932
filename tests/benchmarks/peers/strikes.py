"""The sums of strikes by the rule, in SQL; which are joined or give way is a step that every peer does in Python."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from domain.calendar import Micros
from tests.benchmarks.claims import RELATIONS


class Known(NamedTuple):
    """A link that is known, of which both strikes have a report."""

    strike: int
    relation: int
    other: int
    said: Micros
    position: int


KNOWN_LINKS = """
SELECT l.strike, l.relation, l.other, l.said, l.position FROM links l
JOIN strikes one ON one.strike = l.strike AND one.k_from <= $k AND one.k_to > $k
JOIN strikes other ON other.strike = l.other AND other.k_from <= $k AND other.k_to > $k
WHERE l.k_from <= $k AND l.k_to > $k"""

SUMS = """
WITH standing AS MATERIALIZED (SELECT strike, t, first, last FROM strikes WHERE k_from <= $k AND k_to > $k),
known AS (
  SELECT h.strike AS home, h.first AS day_1, h.last AS day_2, c.* FROM claims c
  JOIN standing s ON s.strike = c.strike LEFT JOIN joined j ON j.strike = c.strike
  JOIN standing h ON h.strike = coalesce(j.home, c.strike)
  WHERE h.t <= $t AND c.k_from <= $k AND c.k_to > $k),
ranked AS (
  SELECT *, min(provisional) OVER (PARTITION BY home, slot, includes, first, last) AS least FROM known),
newest AS (
  SELECT *, row_number() OVER (
    PARTITION BY home, slot, includes, first, last, claimant ORDER BY said DESC, position DESC) AS place
  FROM ranked WHERE provisional = least),
kinds AS (
  SELECT home, slot, includes, first, last, day_1, day_2, count(*) AS claimants, min(low) AS low, max(high) AS high
  FROM newest WHERE place = 1 GROUP BY home, slot, includes, first, last, day_1, day_2 HAVING max(high) >= 0),
best AS (
  SELECT *, row_number() OVER (
    PARTITION BY home, slot
    ORDER BY includes > 0, first <> day_1 OR last <> day_2, claimants DESC, includes, first, last) AS place FROM kinds),
figures AS MATERIALIZED (
  SELECT home, slot, low, high FROM best WHERE place = 1
  UNION ALL SELECT s.strike, 0, 1, 1 FROM standing s
  WHERE s.t <= $t AND s.strike NOT IN (SELECT strike FROM joined))
SELECT slot, CAST(sum(low) AS BIGINT), CAST(sum(high) AS BIGINT) FROM figures
WHERE (home, slot) NOT IN (SELECT p.part, w.slot FROM parts p JOIN figures w ON w.home = p.whole)
GROUP BY slot"""
"""With the tables `joined` and `parts`: of each strike the newest claim of each claimant, early ones only if alone; of
several kinds the new ones, those of its own days, those of most claimants; no part beside a whole with a number."""

Pairs = list[tuple[int, int]]


def joined_and_parts(links: Iterable[Known]) -> tuple[Pairs, Pairs]:
    """Duplicates with the strike that they are told under, and parts with each whole above them."""
    newest_first = sorted(links, key=lambda link: (link.said, link.position), reverse=True)
    others: dict[str, dict[int, list[int]]] = {relation: defaultdict(list) for relation in RELATIONS}
    for link in newest_first:
        others[RELATIONS[link.relation]][link.strike].append(link.other)

    def home(strike: int) -> int:
        while strike in others["duplicate_of"]:
            strike = others["duplicate_of"][strike][0]
        return strike

    joined = [(strike, home(strike)) for strike in others["duplicate_of"]]
    members = defaultdict(list)
    for strike in {*others["duplicate_of"], *others["part_of"]}:
        members[home(strike)].append(strike)
    above = {}
    for one, of_it in members.items():
        for strike in sorted(of_it, key=lambda strike: (strike != one, strike)):
            wholes = [home(other) for other in others["part_of"].get(strike, ()) if home(other) != one]
            if wholes and one not in above:
                above[one] = wholes[0]
    parts = []
    for one, nearest in above.items():
        whole: int | None = nearest
        while whole is not None:
            parts.append((one, whole))
            whole = above.get(whole)
    return joined, parts
