"""All that does not agree at a vantage, page by page: how many there are of each kind, and each kind's newest first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

import msgspec

from domain.calendar import Micros
from projections.discrepancies.evidence import in_order
from projections.index.findings import NOT_SUMMED, SHOWN_BEFORE, Finding
from projections.looks.crossings import crossings_seen
from projections.looks.discrepancies import looked_at_anew
from projections.looks.series import series_seen
from projections.looks.strikes import RecordedSums
from projections.reading import Reading
from projections.rules.combining import RecordedStrikes
from projections.rules.running import spans_of
from projections.situation import Discrepancy, DiscrepancyKind, OfKind
from projections.text import KINDS

_ALL: Micros = 1 << 62
_HELD = "known_from <= :k AND known_to > :k AND at_from <= :t AND at_to > :t"
_HOW_MANY = f"SELECT count(*) FROM findings INDEXED BY findings_kind WHERE kind = :kind AND {_HELD}"  # noqa: S608
_PAGE = f"""
SELECT at, kind, text, records FROM findings INDEXED BY findings_kind
WHERE kind = :kind AND ahead = :ahead AND at <= :until AND {_HELD}
ORDER BY at DESC, text, records LIMIT :limit"""  # noqa: S608
_records = msgspec.json.Decoder(tuple[str, ...])


class Reached(NamedTuple):
    """How far down a list one has come: the time of the last that was read, and how many of that time were."""

    at: Micros
    read: int


class Disagreeing:
    """What does not agree at one vantage."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._anew, self._jumped = _found_anew(reading)

    def by_kind(self, few: int) -> tuple[OfKind, ...]:
        """Every kind there is with its number and its few newest; the kind with the newest first."""
        anew = Counter(one.discrepancy.kind for one in self._anew)
        anew["clock_jump"] = self._jumped
        found = []
        for kind in KINDS:
            total = anew[kind] + self._left(kind)
            if total:
                newest, _ = self.page(kind, few)
                found.append((newest[0].at if newest else 0, OfKind(kind=kind, total=total, newest=_told(newest))))
        return tuple(one for _, one in sorted(found, key=lambda each: (-each[0], each[1].kind)))

    def page(
        self, kind: DiscrepancyKind, limit: int, after: Reached | None = None
    ) -> tuple[tuple[Finding, ...], Reached | None]:
        """Some of a kind, newest first, from where one has come on; and how far that is."""
        until, read = after or Reached(_ALL, 0)
        own = [one for one in self._anew if one.discrepancy.kind == kind and one.at <= until]
        rows = self._rows(kind, until, read + limit)
        found = in_order([*own, *rows])[read : read + limit]
        if not found:
            return (), after
        last = found[-1].at
        of_that_time = sum(one.at == last for one in found)
        return tuple(found), Reached(last, of_that_time + (read if last == until else 0))

    @cached_property
    def _asked(self) -> dict[str, int]:
        vantage = self._reading.vantage
        return {"k": vantage.position, "t": vantage.as_of}

    def _in_rows(self, kind: str) -> bool:
        # under another rule these are worked out anew
        return kind != NOT_SUMMED or self._reading.rule.IS_SUMMED

    def _left(self, kind: str) -> int:
        """How many of a kind the fold has left."""
        if not self._in_rows(kind):
            return 0
        return int(self._reading.connection.execute(_HOW_MANY, {**self._asked, "kind": kind}).fetchone()[0])

    def _rows(self, kind: str, until: Micros, limit: int) -> list[Finding]:
        if not self._in_rows(kind):
            return []
        asked = {**self._asked, "kind": kind, "until": until, "limit": limit}
        return [
            Finding(at, Discrepancy(kind=kind, text=text, records=_records.decode(records)))
            for ahead in (0, 1, SHOWN_BEFORE)
            for at, kind, text, records in self._reading.connection.execute(_PAGE, {**asked, "ahead": ahead})
        ]


def _found_anew(reading: Reading) -> tuple[list[Finding], int]:
    """What is found at each vantage anew, all of it, and how often the clock of the log jumped."""
    series = series_seen(reading)
    sums = RecordedSums(reading)
    sums.look_up(spans_of(series, reading.vantage.as_of, reading.calendar))
    recorded: RecordedStrikes = sums if reading.rule.IS_SUMMED else reading.book()
    return looked_at_anew(reading, series=series, crossings=crossings_seen(reading), recorded=recorded, jumps=-1)


def _told(found: Sequence[Finding]) -> tuple[Discrepancy, ...]:
    return tuple(one.discrepancy for one in found)
