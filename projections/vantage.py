"""Where one stands: times as a person types them, made into bounds on the two clocks."""

from __future__ import annotations

import re
import sqlite3
from bisect import bisect_right
from calendar import monthrange
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import msgspec
from msgspec import Struct

from domain.calendar import Calendar, Micros, canonical, days_meant, is_date, iso, micros
from domain.errors import Refused
from domain.monitor import LogInfo
from projections.index.keys import BY
from projections.rules.rule import Rule, rule_of
from projections.situation import Vantage

REMEDY = "write 2026-02-02, 2026-02, 2026-02-02T18:00:00+02:00, yesterday, -3d, -36h, day:42 or now"
KNOWN_REMEDY = f"{REMEDY}, or a position such as @207"

_AGO = re.compile(r"^-(\d{1,6})([dhm])$", re.ASCII)
_DAY_N = re.compile(r"^day:(\d{1,6})$", re.ASCII | re.IGNORECASE)
_MONTH = re.compile(r"^(\d{4})-(\d{2})$", re.ASCII)
_POSITION = re.compile(r"^[@#]?(\d{1,15})$", re.ASCII)
_UNITS = {"d": timedelta(days=1), "h": timedelta(hours=1), "m": timedelta(minutes=1)}

YESTERDAY = "yesterday"
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
"""Days that can be gone to: well inside what calendars can compute with."""

DayOne = Callable[[], date | None]
"""Finds day 1 of the ceasefire that `day:N` counts from; None when there is none."""
_TIMES = ("as_of", "known_at", "log_since")


class ResolvedVantage(Struct, frozen=True, kw_only=True):
    """A vantage as bounds, both inclusive: `as_of` in microseconds since 1970 UTC, `position` of the log.

    `known_at` is the clock that the position was found by (for a position typed in: the clock of that record).
    """

    as_of: Micros
    known_at: Micros
    position: int
    head: int
    rule: str
    live: bool
    timezone: str
    log_id: str
    log_since: Micros
    backfilled_until: int
    head_hash: str = ""

    def view(self) -> Vantage:
        """The vantage as the Situation carries it."""
        times = {name: iso(getattr(self, name)) for name in _TIMES}
        day = Calendar(self.timezone).day(self.as_of).isoformat()
        return Vantage(**msgspec.structs.asdict(self) | times, as_of_day=day)

    def moved(self, as_of: Micros) -> ResolvedVantage:
        """The same state of knowledge at another time; no longer live."""
        return msgspec.structs.replace(self, as_of=as_of, live=False)


def resolved(vantage: Vantage) -> ResolvedVantage:
    """The bounds of a vantage that was shown before."""
    fields = msgspec.structs.asdict(vantage)
    del fields["as_of_day"]
    times = {name: micros(datetime.fromisoformat(fields[name])) for name in _TIMES}
    return ResolvedVantage(**fields | times)


def typed_position(text: str | None, *, head: int) -> int | None:
    """The position that was typed as `@207`, `#207` or `207`; None if it is not one. Raises Refused beyond the head."""
    found = _POSITION.match(text.strip()) if text else None
    if found is None:
        return None
    position = int(found[1])
    if position > head:
        raise Refused(
            f"there is no record #{position}", where="known-at", remedy=f"the newest is #{head}: give @{head} or less"
        )
    return position


def is_now(text: str | None) -> bool:
    """Whether nothing was given, or `now`."""
    return text is None or text.strip().lower() in ("", "now")


def typed_time(text: str, *, where: str, now: datetime, calendar: Calendar, day_one: DayOne) -> Micros:
    """The last microsecond that counts for what a person typed. Raises Refused, with the remedy.

    A date, a month, `yesterday` and `day:N` mean to the end of that local time; `-3d` and `-36h` count back from now.
    """
    text = text.strip()
    remedy = KNOWN_REMEDY if where == "known-at" else REMEDY
    try:
        if is_now(text):
            time = micros(now.astimezone(UTC))
        elif ago := _AGO.match(text):
            time = micros((now - int(ago[1]) * _UNITS[ago[2]]).astimezone(UTC))
        elif counted := _DAY_N.match(text):
            time = calendar.day_end(_day_n(int(counted[1]), where, day_one))
        elif text.lower() == YESTERDAY:
            time = calendar.day_end(calendar.day(micros(now)) - timedelta(days=1))
        elif _MONTH.match(text):
            first = date.fromisoformat(f"{text}-01")
            time = calendar.day_end(first.replace(day=monthrange(first.year, first.month)[1]))
        else:
            moment = canonical(text, where=where)
            time = calendar.end(moment) if is_date(moment) else micros(datetime.fromisoformat(moment))
        if not FIRST_DAY <= calendar.day(time) <= LAST_DAY:
            raise OverflowError
    except Refused as refused:
        if refused.what.endswith("is not a date or an instant"):
            meant = days_meant(text)
            remedy = f"write {' or '.join(meant)}" if meant else remedy
            raise Refused(f"{text!r} is not a time", where=where, remedy=remedy) from None
        raise
    except (OverflowError, ValueError):
        raise Refused(f"{text!r} is outside the calendar", where=where, remedy=remedy) from None
    return time


def typed_start(text: str, end: Micros, calendar: Calendar) -> Micros:
    """The first microsecond of the day or month that was typed, from its last one; an instant is itself."""
    text, day = text.strip().lower(), calendar.day(end)
    if _MONTH.match(text):
        return calendar.day_start(day.replace(day=1))
    if is_date(text) or _DAY_N.match(text) or text == YESTERDAY:
        with suppress(OverflowError):  # the first day of the calendar starts before it, east of Greenwich
            return calendar.day_start(day)
    return end


def _day_n(number: int, where: str, day_one: DayOne) -> date:
    first = day_one()
    if first is None:
        raise Refused(
            "no ceasefire is in force or ended on record, so no day can be counted", where=where, remedy="give a date"
        )
    if number < 1:
        raise Refused("the count starts at day 1", where=where, remedy="write day:1 or later, or a date")
    return first + timedelta(days=number - 1)


_KNOWN_AT = "SELECT known_at FROM stamps WHERE position = ?"


def checkpoint(connection: sqlite3.Connection) -> int:
    """The last record folded in."""
    return int(connection.execute("SELECT position FROM meta WHERE id = 1").fetchone()[0])


def clock_at(connection: sqlite3.Connection, position: int) -> Micros:
    """known_at of a position; of position 0, at which nothing was known, the last moment before the first; else 0."""
    row = connection.execute(_KNOWN_AT, (max(position, 1),)).fetchone()
    return int(row[0]) - (position == 0) if row else 0


def position_at(connection: sqlite3.Connection, clock: Micros) -> int:
    """The last position with known_at <= clock, by binary search: known_at never decreases along the log."""
    positions = range(1, checkpoint(connection) + 1)
    return bisect_right(positions, clock, key=lambda position: clock_at(connection, position))


def known_after(connection: sqlite3.Connection, clock: Micros) -> Micros | None:
    """When the first record after an instant was known; None when there is none."""
    row = connection.execute(_KNOWN_AT, (position_at(connection, clock) + 1,)).fetchone()
    return None if row is None else int(row[0])


def resolve(
    connection: sqlite3.Connection,
    info: LogInfo,
    calendar: Calendar,
    day_one_at: Callable[[ResolvedVantage], date | None],
    *,
    as_of: str | None,
    known_at: str | None,
    now: datetime,
    rule: str,
) -> ResolvedVantage:
    """Both clocks resolved, knowledge first: what day 42 is depends on what is known. Raises Refused."""
    _on_record(connection, rule_of(rule))
    head, head_hash, backfilled = connection.execute(
        "SELECT position, hash, backfilled FROM meta WHERE id = 1"
    ).fetchone()
    clock = micros(now)
    newest = max(clock, clock_at(connection, head))  # a clock behind the log's own hides nothing of it

    def vantage(time: Micros, known: Micros, position: int) -> ResolvedVantage:
        return ResolvedVantage(
            as_of=time,
            known_at=known,
            position=position,
            head=head,
            rule=rule,
            live=is_now(as_of) and is_now(known_at),
            timezone=calendar.timezone,
            log_id=info.log_id,
            log_since=info.made_at,
            backfilled_until=backfilled,
            head_hash=head_hash,
        )

    def typed(text: str, where: str, known: Micros, position: int) -> Micros:
        shown = vantage(newest, known, position)
        return typed_time(text, where=where, now=now, calendar=calendar, day_one=lambda: day_one_at(shown))

    known, position = newest, head
    if known_at is not None and not is_now(known_at):
        given = typed_position(known_at, head=head)
        if given is not None:
            known, position = clock_at(connection, given) or newest, given
        else:
            known = typed(known_at, "known-at", newest, head)
            position = position_at(connection, known)
    time = clock if as_of is None or is_now(as_of) else typed(as_of, "as-of", known, position)
    return vantage(time, known, position)


def _on_record(connection: sqlite3.Connection, rule: Rule) -> None:
    """Refuse a preferred claimant whom nobody ever quoted: a slip of the pen would silently give the envelope."""
    claimant = rule.names
    if claimant is None:
        return
    if connection.execute("SELECT 1 FROM lines WHERE name = ?", (BY + claimant,)).fetchone() is None:
        raise Refused(
            f"no record of {claimant!r} is in this log",
            where="rule",
            remedy="give a claimant that is on record (the feed and the sources list them), or use envelope",
        )
