"""Where one stands: times as a person types them, made into bounds on the two clocks."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import msgspec
from msgspec import Struct

from domain.calendar import Calendar, Micros, canonical, days_meant, is_date, iso, micros
from domain.errors import Refused
from projections.situation import Vantage

REMEDY = "write 2026-02-02, 2026-02-02T18:00:00+02:00, -3d, -36h, day:42 or now"
KNOWN_REMEDY = f"{REMEDY}, or a position such as @207"

_AGO = re.compile(r"^-(\d{1,6})([dhm])$", re.ASCII)
_DAY_N = re.compile(r"^day:(\d{1,6})$", re.ASCII | re.IGNORECASE)
_POSITION = re.compile(r"^[@#]?(\d{1,15})$", re.ASCII)
_UNITS = {"d": timedelta(days=1), "h": timedelta(hours=1), "m": timedelta(minutes=1)}

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
"""Days that can be gone to: well inside what calendars can compute with."""

DayOne = Callable[[], date | None]
"""Finds day 1 of the ceasefire that `day:N` counts from; None when there is none."""


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
        return Vantage(
            as_of=iso(self.as_of),
            as_of_day=Calendar(self.timezone).day(self.as_of).isoformat(),
            known_at=iso(self.known_at),
            position=self.position,
            head=self.head,
            rule=self.rule,
            live=self.live,
            timezone=self.timezone,
            log_id=self.log_id,
            log_since=iso(self.log_since),
            backfilled_until=self.backfilled_until,
            head_hash=self.head_hash,
        )

    def moved(self, as_of: Micros) -> ResolvedVantage:
        """The same state of knowledge at another time; no longer live."""
        return msgspec.structs.replace(self, as_of=as_of, live=False)


def resolved(vantage: Vantage) -> ResolvedVantage:
    """The bounds of a vantage that was shown before."""
    return ResolvedVantage(
        as_of=micros(datetime.fromisoformat(vantage.as_of)),
        known_at=micros(datetime.fromisoformat(vantage.known_at)),
        position=vantage.position,
        head=vantage.head,
        rule=vantage.rule,
        live=vantage.live,
        timezone=vantage.timezone,
        log_id=vantage.log_id,
        log_since=micros(datetime.fromisoformat(vantage.log_since)),
        backfilled_until=vantage.backfilled_until,
        head_hash=vantage.head_hash,
    )


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

    A bare date and `day:N` mean to the end of that local day; `-3d` and `-36h` count back from now.
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


def _day_n(number: int, where: str, day_one: DayOne) -> date:
    first = day_one()
    if first is None:
        raise Refused(
            "no ceasefire is in force or ended on record, so no day can be counted", where=where, remedy="give a date"
        )
    if number < 1:
        raise Refused("the count starts at day 1", where=where, remedy="write day:1 or later, or a date")
    return first + timedelta(days=number - 1)
