"""Local days and instants: how a bare date, on any axis, becomes two instants.

Every bare date is the half-open local day in the log's timezone. Instants are integers: microseconds since
1970-01-01T00:00:00Z. The end of a day is its last microsecond, so that 24:00 belongs to the next day.
"""

from __future__ import annotations

import re
from calendar import monthrange
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

import tzdata  # type: ignore[import-untyped]

from domain.errors import Refused
from domain.values import Occurred, Span

Micros = int

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_DAY = 86_400_000_000
_EPOCH_DAY = date(1970, 1, 1).toordinal()
_STRETCH = 36
"""Bits of a stretch of time, 19 hours, all through which a clock mostly is ahead of UTC by the same."""
_STRETCHES = 4096
_ZONE = re.compile(r"[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*")
_OFFSET = re.compile(r"(Z|[+-]\d{2}:?\d{2})$")
_HOUR = re.compile(r"[Tt ](\d\d)")
_LOCAL_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d")
_OTHER_DATE = re.compile(
    r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})"
    r"|(?P<first>\d{1,2})[-/.](?P<second>\d{1,2})[-/.](?P<last>\d{4})",
    re.ASCII,
)


def micros(instant: datetime) -> Micros:
    """An aware datetime as microseconds since 1970 (UTC), exactly."""
    since = instant - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds  # half the time of a division


def from_micros(value: Micros) -> datetime:
    """The UTC datetime of that many microseconds since 1970."""
    return _EPOCH + value * _MICROSECOND


def iso(value: Micros) -> str:
    """An instant as stored and printed: ISO 8601, UTC, `Z`, a fraction only if there is one."""
    return from_micros(value).isoformat().replace("+00:00", "Z")


def is_date(moment: str) -> bool:
    """Whether a moment is a bare date rather than an instant."""
    return len(moment) == 10


def canonical(text: str, *, where: str) -> str:
    """A date or an instant as a person or a file wrote it, in the stored form: the date, or UTC with `Z`.

    Raises Refused for what is neither, and for an instant without an offset. Every Python takes the same for one.
    """
    text = text.strip()
    hour = _HOUR.search(text)
    if hour is not None and hour[1] == "24":
        raise Refused(f"{text!r} has the hour 24", where=where, remedy=_next_day(text, hour.start()))
    try:
        if len(text) == 10:
            return date.fromisoformat(text).isoformat()
        if hour is not None and _OFFSET.search(text):
            return iso(micros(datetime.fromisoformat(text).astimezone(UTC)))
    except (ValueError, OverflowError):
        pass
    if _LOCAL_TIME.match(text) and not _OFFSET.search(text):
        what, remedy = "has no UTC offset", "write it like 2026-02-02T09:00:00+02:00, or a bare date"
    else:
        what, remedy = "is not a date or an instant", "write 2026-02-02 or 2026-02-02T09:00:00+02:00"
    meant = days_meant(text)
    raise Refused(f"{text!r} {what}", where=where, remedy=f"write {' or '.join(meant)}" if meant else remedy)


def _next_day(text: str, end: int) -> str:
    """What to write for midnight at the end of a day."""
    with suppress(ValueError, OverflowError):
        day = date.fromisoformat(text[:end]) + timedelta(days=1)
        return f"write the first moment of the next day: {day}{text[end]}00{text[end + 3 :]}"
    return "write 00:00 of the next day"


def days_meant(text: str) -> tuple[str, ...]:
    """The dates that somebody may have meant who wrote 22/11/2026, 22.11.2026 or 2026/11/22: day first, then month."""
    found = _OTHER_DATE.fullmatch(text.strip())
    if found is None:
        return ()
    if found["year"]:
        tried = [(found["year"], found["month"], found["day"])]
    else:
        tried = [(found["last"], found["second"], found["first"]), (found["last"], found["first"], found["second"])]
    return tuple(dict.fromkeys(day for each in tried if (day := _day(*map(int, each)))))


def _day(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


@lru_cache
def _zone(name: str) -> ZoneInfo:
    """The rules of the package, not those of the machine: a log has the same days wherever it is read."""
    if not _ZONE.fullmatch(name):
        raise ValueError(name)
    with (Path(tzdata.__file__).parent / "zoneinfo" / name).open("rb") as rules:
        return ZoneInfo.from_file(rules, key=name)


class Calendar:
    """Days and instants in one timezone (a `tzdata` name)."""

    def __init__(self, timezone: str) -> None:
        try:
            self.zone = _zone(timezone)
        except (ValueError, OSError):
            raise Refused(
                f"{timezone!r} is not a timezone", where="timezone", remedy="use a tzdata name such as Asia/Gaza"
            ) from None
        self.timezone = timezone
        self._offsets: dict[int, Micros | None] = {}
        self.day_start = lru_cache(maxsize=4096)(self._day_start)

    def _day_start(self, day: date) -> Micros:
        # fold=0 takes the first of two midnights; a midnight skipped by DST maps to the first instant of the day
        return micros(datetime(day.year, day.month, day.day, tzinfo=self.zone).astimezone(UTC))

    def day_end(self, day: date) -> Micros:
        """The last microsecond of a local day."""
        if day == date.max:
            return micros(datetime.max.replace(tzinfo=UTC))
        return self.day_start(day + timedelta(days=1)) - 1

    def day(self, instant: Micros) -> date:
        """The local day that an instant falls on."""
        stretch = instant >> _STRETCH
        try:
            offset = self._offsets[stretch]
        except KeyError:
            offset = self._offsets[stretch] = self._offset(stretch)
        if offset is None:
            return from_micros(instant).astimezone(self.zone).date()
        return date.fromordinal((instant + offset) // _DAY + _EPOCH_DAY)

    def _offset(self, stretch: int) -> Micros | None:
        """What the clock is ahead of UTC all through a stretch of time; None where it changes, or at the ends of time.

        No clock was ever changed twice within the 19 hours of a stretch.
        """
        if len(self._offsets) >= _STRETCHES:
            self._offsets.clear()
        try:
            first, last = (self.local(edge << _STRETCH).utcoffset() for edge in (stretch, stretch + 1))
        except OverflowError:
            return None
        return first // _MICROSECOND if first is not None and first == last else None

    def local(self, instant: Micros) -> datetime:
        """An instant on this timezone's clock."""
        return from_micros(instant).astimezone(self.zone)

    def start(self, moment: str) -> Micros:
        """The first microsecond of a date, or the instant itself."""
        return self.day_start(date.fromisoformat(moment)) if is_date(moment) else micros(datetime.fromisoformat(moment))

    def end(self, moment: str) -> Micros:
        """The last microsecond of a date, or the instant itself."""
        return self.day_end(date.fromisoformat(moment)) if is_date(moment) else micros(datetime.fromisoformat(moment))

    def period(self, occurred: Occurred) -> tuple[Micros, Micros]:
        """First and last microsecond of an occurrence; a span without an end lasts as long as its precision says.

        Precision 0 and 1: the start's own instant or day; 2: 6 days, 3: 7 days, the start's own among them; 4: to the
        end of the start's month; 5: to the end of its year.
        """
        if not isinstance(occurred, Span):
            if not is_date(occurred):
                instant = self.start(occurred)
                return instant, instant
            return self.start(occurred), self.end(occurred)
        first = self.start(occurred.start)
        if occurred.end is not None:
            return first, self.end(occurred.end)
        if occurred.precision < 2:
            return first, self.end(occurred.start)
        return first, self.day_end(_last_day(self.day(first), occurred.precision))

    def days(self, occurred: Occurred) -> tuple[date, date]:
        """First and last local day of an occurrence."""
        first, last = self.period(occurred)
        return self.day(first), self.day(last)


def _last_day(day: date, precision: int) -> date:
    match precision:
        case 2 | 3:
            return date.fromordinal(min(day.toordinal() + (5 if precision == 2 else 6), date.max.toordinal()))
        case 4:
            return day.replace(day=monthrange(day.year, day.month)[1])
        case _:
            return day.replace(month=12, day=31)


def precision(occurred: Occurred) -> int:
    """UCDP `date_prec` of an occurrence: 0 an instant, 1 a day, otherwise what its span says."""
    if isinstance(occurred, Span):
        return occurred.precision
    return 1 if is_date(occurred) else 0
