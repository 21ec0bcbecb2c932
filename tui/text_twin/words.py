"""Times, counts and code words as plain words; figures and ranges come from `projections.text`."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache

from domain.calendar import Calendar, Micros, is_date, micros
from domain.values import Occurred, Span
from projections.situation import Vantage
from projections.text import day_text

_calendar = lru_cache(maxsize=8)(Calendar)

DIRECTION = {"into": "into", "out_of": "out of", "both": "both ways"}
SCORE = ("none", "minimal", "intermediate", "full")  # Kroc PAM, 0 to 3
PRECISION = ("time of day known", "to the day", "within 2-6 days", "within a week", "within a month", "longer")


def words(code: str) -> str:
    """A code word as words: `hostages_released` is "hostages released"."""
    return code.replace("_", " ")


def measured(what: str, *kinds: str | None) -> str:
    """What is counted, and of whom: "killed (palestinians, combatant)"."""
    named = ", ".join(words(kind) for kind in kinds if kind)
    return f"{what.replace('-', ' ')} ({named})" if named else what.replace("-", " ")


def counted(number: int, thing: str) -> str:
    """`1 strike`, `2 strikes`, `1,234 strikes`."""
    return f"{number:,} {thing}" + ("" if number == 1 else "s")


def withheld(number: int) -> str:
    """What is said where restricted records are not told."""
    count, are, them = ("counts", "is", "it") if number == 1 else ("count", "are", "them")
    told = f"{counted(number, 'restricted record')} {count} in totals and {are} not told here"
    return f"{told}; --with-restricted tells {them}"


def zone(timezone: str) -> str:
    """A zone as one word: `Asia/Gaza` is Gaza."""
    return timezone.rsplit("/", 1)[-1].replace("_", " ")


def day(moment_: str, timezone: str) -> str:
    """The local day of a date or an instant: "2 Feb 2026"."""
    return day_text(date.fromisoformat(moment_) if is_date(moment_) else _local(moment_, timezone).date())


def moment(value: str, timezone: str) -> str:
    """A date as a date, an instant as local day and hour: "2 Feb 2026 23:40"."""
    return day(value, timezone) if is_date(value) else f"{day(value, timezone)} {_local(value, timezone):%H:%M}"


def occurred(value: Occurred, timezone: str) -> str:
    """When something happened, no finer than it was said."""
    if not isinstance(value, Span):
        return moment(value, timezone)
    start = moment(value.start, timezone)
    if value.end is None:
        return f"{start} or after" if value.precision > 1 else start
    end = moment(value.end, timezone)
    return start if start == end else f"{start} to {end}"


def days_since(value: Occurred, vantage: Vantage) -> int:
    """How many local days before a vantage's day something ended."""
    last = _calendar(vantage.timezone).days(value)[1]
    return (date.fromisoformat(vantage.as_of_day) - last).days


def until(value: str, timezone: str) -> str:
    """An instant to which something counts; the last microsecond of a day as the end of that day."""
    at, calendar = _micros(value), _calendar(timezone)
    try:
        ends_a_day = calendar.day_end(calendar.day(at)) == at
    except OverflowError:  # the end of the year 9999 has no local time east of Greenwich
        return value
    return f"the end of {day(value, timezone)}" if ends_a_day else moment(value, timezone)


def stand(vantage: Vantage) -> str:
    """At which vantage a page stands, on both clocks."""
    as_of, known_at = until(vantage.as_of, vantage.timezone), until(vantage.known_at, vantage.timezone)
    known = f"known at {known_at}, record #{vantage.position}" if vantage.position else "nothing known yet"
    return f"As of {as_of} {zone(vantage.timezone)}; {known}."


def _local(instant: str, timezone: str) -> datetime:
    return _calendar(timezone).local(_micros(instant))


def _micros(instant: str) -> Micros:
    return micros(datetime.fromisoformat(instant))
