"""Strikes as rows: what each adds to sums, worked out anew whenever something that is said of it changes."""

from __future__ import annotations

import sqlite3
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import NamedTuple

import msgspec

from domain.calendar import Calendar, Micros, precision
from projections.counting import NOTHING, TALLY, Counting, Sum, Tally, Values, beside, harm_metric, minus, plus
from projections.derived.findings import FIGURES, Findings, Shown, evidence, may_be_odd, over_time
from projections.discrepancies import Rule, by
from projections.discrepancies.claims import (
    claimants_differ,
    quoted_differently,
    statuses_not_summed,
    strike_not_reported,
)
from projections.discrepancies.evidence import Finding
from projections.rows import Version, Versions
from projections.schema import NEVER
from projections.strike_sums import Summand
from projections.strikes import CLAIMED, REPORTED, Strike, StrikeBook, strike_book
from projections.timeline import AHEAD

LINKED = "strike.linked"
_KEPT = 20_000
_OF_MORE_THAN_ONE: tuple[Rule, ...] = (claimants_differ, quoted_differently)
_STANDING = f"v.stream = ? AND v.k_to = {NEVER} AND v.stands = 1 AND v.type IN ('{REPORTED}', '{CLAIMED}', '{LINKED}')"
_OPEN = "SELECT id, at, position, kin, adds FROM strikes WHERE stream = ? AND k_to = ?"


class Part(NamedTuple):
    """What a strike adds to one metric beside the strikes that it is part of, which count at `wholes`.

    Where one of those is among what is summed, the part adds nothing.
    """

    metric: str
    wholes: tuple[Micros, ...]
    values: Values


class _Held(NamedTuple):
    """A strike's open row, what it adds by metric and time, and beside which wholes it does not."""

    id: int
    at: Micros
    position: int
    kin: tuple[str, ...]
    adds: dict[tuple[str, Micros], Values]
    parts: tuple[Part, ...]


class StrikeRows:
    """The fold's side of strikes."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        calendar: Calendar,
        counting: Counting,
        findings: Findings,
        ready: Callable[[], None],
    ) -> None:
        self._connection = connection
        self._calendar = calendar
        self._counting = counting
        self._findings = findings
        self._ready = ready
        self._streams: OrderedDict[str, dict[int, Version]] = OrderedDict()
        self._held: dict[str, _Held | None] = {}
        self._linked = connection.execute("SELECT 1 FROM links LIMIT 1").fetchone() is not None

    def changed(self, k: int, clock: Micros, old: Version | None, new: Version | None, *, opening: bool) -> None:
        """What one record says changed at k. `opening`: it is the first record of its stream."""
        version = new or old
        if version is None or version.type not in (REPORTED, CLAIMED, LINKED):
            return
        stream = version.stream
        if opening:
            self._streams[stream] = {}
        held = self._standing(stream)
        if old:
            held.pop(old.position, None)
        if new:
            held[new.position] = new
            if new.type == LINKED and new.data.relation != "response_to":  # which joins nothing
                self._connection.execute("INSERT OR IGNORE INTO links VALUES (?, ?)", (new.data.other, stream))
                self._linked = True
        kin = self._kin(stream) if self._linked else [stream]
        said = [one for member in kin for one in self._standing(member).values()]
        book = strike_book(sorted(said, key=lambda one: one.position), "envelope", self._calendar)
        found = {strike.stream: strike for strike in book.strikes}
        for member in kin:
            others = tuple(other for other in kin if other != member)
            self._set(member, others, found, book, k, clock, fresh=opening and member == stream)
        while len(self._streams) > _KEPT:
            forgotten, _ = self._streams.popitem(last=False)
            self._held.pop(forgotten, None)

    def _standing(self, stream: str) -> dict[int, Version]:
        held = self._streams.get(stream)
        if held is None:
            self._ready()
            held = {one.position: one for one in Versions.read(self._connection, _STANDING, (stream,))}
            self._streams[stream] = held
        else:
            self._streams.move_to_end(stream)
        return held

    def _kin(self, stream: str) -> list[str]:
        """Every strike that was ever linked to this one, however far: as a duplicate or a part."""
        kin = {stream}
        fresh = [stream]
        while fresh:
            one = fresh.pop()
            for (other,) in self._connection.execute(
                "SELECT other FROM links WHERE stream = ?1 UNION SELECT stream FROM links WHERE other = ?1", (one,)
            ).fetchall():
                if other not in kin:
                    kin.add(other)
                    fresh.append(other)
        return sorted(kin)

    def _set(
        self,
        stream: str,
        kin: tuple[str, ...],
        found: dict[str, Strike],
        book: StrikeBook,
        k: int,
        clock: Micros,
        *,
        fresh: bool,
    ) -> None:
        held = self._row(stream, fresh=fresh)
        strike = found.get(stream)
        now = self._as_row(strike, kin, found, k, clock, held) if strike else None
        if held and (now is None or held.id != now.id):
            self._connection.execute("UPDATE strikes SET k_to = ?, adds = NULL WHERE id = ?", (k, held.id))
        self._count(held, now, k)
        self._beside(stream, held, now, k)
        self._held[stream] = now
        if strike:
            self._findings.set(stream, k, clock, self._found_in(strike), fresh=fresh)
        else:
            self._findings.set(stream, k, clock, self._unreported(stream, book), fresh=fresh)

    def _as_row(
        self,
        strike: Strike,
        kin: tuple[str, ...],
        found: dict[str, Strike],
        k: int,
        clock: Micros,
        held: _Held | None,
    ) -> _Held:
        adds, parts = _adds(strike, found)
        at, position = strike.at, strike.report.position
        stored = msgspec.json.encode([[*key, values] for key, values in sorted(adds.items())]).decode()
        if held and (held.at, held.position, held.kin) == (at, position, kin):
            if held.adds != adds:
                self._connection.execute("UPDATE strikes SET adds = ? WHERE id = ?", (stored, held.id))
            row_id = held.id
        else:
            cursor = self._connection.execute(
                "INSERT INTO strikes VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    strike.stream,
                    k,
                    NEVER,
                    at > clock + AHEAD,
                    at,
                    position,
                    msgspec.json.encode(kin).decode() if kin else None,
                    stored,
                ),
            )
            row_id = cursor.lastrowid or 0
        return _Held(row_id, at, position, kin, adds, parts)

    def _row(self, stream: str, *, fresh: bool) -> _Held | None:
        if stream not in self._held:
            row = None if fresh else self._connection.execute(_OPEN, (stream, NEVER)).fetchone()
            if row is None:
                self._held[stream] = None
            else:
                row_id, at, position, kin, adds = row
                parts = self._connection.execute(
                    "SELECT metric, wholes, adds FROM parts WHERE stream = ? AND k_to = ? ORDER BY rowid",
                    (stream, NEVER),
                )
                self._held[stream] = _Held(
                    row_id,
                    at,
                    position,
                    msgspec.json.decode(kin or "[]", type=tuple[str, ...]),
                    {(name, when): tuple(values) for name, when, values in msgspec.json.decode(adds)},
                    tuple(
                        Part(
                            metric,
                            msgspec.json.decode(wholes, type=tuple[int, ...]),
                            msgspec.json.decode(values, type=Values),
                        )
                        for metric, wholes, values in parts
                    ),
                )
        return self._held[stream]

    def _count(self, held: _Held | None, now: _Held | None, k: int) -> None:
        was, adds = held.adds if held else {}, now.adds if now else {}
        if was == adds:
            return
        for name, at in sorted(was.keys() | adds.keys()):
            change = minus(adds.get((name, at), NOTHING), was.get((name, at), NOTHING))
            if change != NOTHING:
                metric = self._counting.metric(name) if name else TALLY
                self._counting.change(k, metric, at, change)

    def _beside(self, stream: str, held: _Held | None, now: _Held | None, k: int) -> None:
        """Parts whose whole counts at another time: a sum over a span that ends between the two needs to know."""
        was = (held.at, held.parts) if held else (0, ())
        parts = (now.at, now.parts) if now else (0, ())
        if was == parts or not (was[1] or parts[1]):
            return
        self._connection.execute("UPDATE parts SET k_to = ? WHERE stream = ? AND k_to = ?", (k, stream, NEVER))
        at = parts[0]
        self._connection.executemany(
            "INSERT INTO parts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    stream,
                    part.metric,
                    k,
                    NEVER,
                    at,
                    max(at, min(part.wholes)),
                    min(at, *part.wholes),
                    max(at, *part.wholes),
                    msgspec.json.encode(part.wholes).decode(),
                    msgspec.json.encode(part.values).decode(),
                )
                for part in parts[1]
            ],
        )

    def _found_in(self, strike: Strike) -> list[Shown]:
        rules: tuple[Rule, ...] = ()
        if any(len(kind.claims) > 1 for kind in strike.kinds.values()):
            rules += _OF_MORE_THAN_ONE
        if any(summand.left_out for summand in strike.sums.values()):
            rules += (statuses_not_summed,)
        if may_be_odd(strike.report) or any(may_be_odd(claim) for claim in strike.claims):
            rules += FIGURES
        if not rules:
            return []
        return [Shown(strike.at, NEVER, one) for one in by(rules, evidence(self._calendar, strikes=(strike,)))]

    def _unreported(self, stream: str, book: StrikeBook) -> list[Shown]:
        def found(claims: Sequence[Version]) -> list[Finding]:
            return list(strike_not_reported(evidence(self._calendar, unreported={stream: tuple(claims)})))

        return over_time(book.unreported.get(stream, ()), found)


def _adds(strike: Strike, found: dict[str, Strike]) -> tuple[dict[tuple[str, Micros], Values], tuple[Part, ...]]:
    """What a strike adds to each metric at which time: a part gives way when the first of its wholes counts."""
    no_hour = int(precision(strike.report.report.occurred) != 0)
    wholes = [found[stream] for stream in strike.wholes if stream in found]
    adds: dict[tuple[str, Micros], Values] = {("", strike.at): Tally(strikes=1, no_hour=no_hour, shown=1)}
    parts = []
    gives_way: list[tuple[str, list[Strike], Values]] = [("", wholes, Tally(strikes=1, no_hour=no_hour))]
    for (harm, of), summand in strike.sums.items():
        values = _values(summand)
        name = harm_metric(harm, of)
        adds[name, strike.at] = values
        with_number = [one for one in wholes if (s := one.sums.get((harm, of))) and s.range.low is not None]
        gives_way.append((name, with_number, values))
    for name, with_it, values in gives_way:
        if with_it:
            times = tuple(whole.at for whole in with_it)
            due = max(strike.at, min(times))
            adds[name, due] = minus(adds.get((name, due), NOTHING), values)
            parts.append(Part(name, times, values))
            # A sum from a time on is a difference of two, in which the part gives way only if both lie on one side.
            # Between these two it counts, or has given way already, although the sum does not show that.
            first, last = (max(times), strike.at) if strike.at > max(times) else (strike.at, due)
            if first < last:
                side = beside(name)
                adds[side, first] = plus(adds.get((side, first), NOTHING), values)
                adds[side, last] = minus(adds.get((side, last), NOTHING), values)
    return adds, tuple(parts)


def _values(summand: Summand) -> Values:
    one = summand.range
    if one.low is None:
        return Sum(uncounted=summand.uncounted, summands=1)
    low = 0 if one.open_below else one.low
    return Sum(1, low, one.high or 0, one.claims, one.counts, int(one.open_above), summand.uncounted, 1)
