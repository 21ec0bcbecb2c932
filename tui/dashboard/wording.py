"""Figures, times and ages in words, the same everywhere on the screen. Pure functions: the clock comes in.

Neutral: a number keeps the words it was said in, an open end stays open, and a time that nobody gave is not invented.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from functools import lru_cache

from domain.calendar import Calendar, is_date, micros
from domain.values import Amount, Occurred, Span
from projections.situation import ClaimedRange, Marked, Range, Residue
from tui.safe_text import on_a_line

_HYPHENS = re.compile(r"(?<!\d)-|-(?!\d)")
_calendar = lru_cache(maxsize=8)(Calendar)

DIRECTION = {"into": "into", "out_of": "out of", "both": "both ways"}
PRECISION = {
    0: "time of day known",
    1: "to the day",
    2: "within 2-6 days",
    3: "within a week",
    4: "within a month",
    5: "longer than a month",
}
SCORE = {0: "NONE", 1: "MINIMAL", 2: "INTERMEDIATE", 3: "FULL"}


RESTRICTED = "[R]"
"""Stands before the words of a restricted record, where no cut takes it away; the help says what it means."""


def marked(said: Marked, text: str) -> str:
    """A text as what a record says: one that is not for everybody is marked."""
    return f"{RESTRICTED} {text}" if said.restricted else text


def words(slug: str) -> str:
    """A code word as words: `hostages_released` is "hostages released"."""
    return slug.replace("_", " ")


def number(value: int) -> str:
    """A count with thousands set apart."""
    return f"{value:,}"


def position(value: int) -> str:
    """A record's number as a column, apart from what follows it however large it is."""
    return f"{f'#{value}':<5} "


def span_of(low: int | None, high: int | None, most: str = "≤") -> str:
    """Two bounds: `26-32`, `32+` (open above), `≤5` (open below), `32`."""
    if low is None and high is None:
        return "no number"
    if low is None:
        return f"{most}{number(high or 0)}"
    if high is None:
        return f"{number(low)}+"
    if low == high:
        return number(low)
    # below zero a hyphen would read as another minus sign
    return f"{number(low)} to {number(high)}" if low < 0 else f"{number(low)}-{number(high)}"


def ranged(value: Range, most: str = "≤") -> str:
    """A range of claims, `26-32`, `32+` when the highest is open; what a `preferred:` rule took, if one is at work."""
    if value.best is not None:
        return number(value.best)
    if value.low is not None and value.low == value.high:
        if value.open_above:
            return f"{number(value.low)}+"
        return f"{most}{number(value.low)}" if value.open_below else number(value.low)
    if value.low is None and value.high is None and isinstance(value, ClaimedRange) and value.said:
        return " or ".join(dict.fromkeys(amount(claim.figure, most) for claim in value.said))  # said in words alone
    shown = span_of(value.low, value.high, most)
    return f"{shown}+" if value.open_above and not shown.endswith("+") else shown


def claimants(value: ClaimedRange) -> int:
    """How many claimants stand behind a range; where no claim is a number, those who said it in words."""
    return value.claims or len({claim.claimant for claim in value.said})


def amount(value: Amount, most: str = "≤") -> str:
    """A number as it was said."""
    low, best, high = value.low, value.best, value.high
    match value.qualifier:
        case "exact":
            shown = span_of(low if low is not None else best, high if high is not None else best, most)
        case "about":
            middle = best if best is not None else low if low is not None else high
            shown = f"~{number(middle)}" if middle is not None else "no number"
        case "at_least":
            bottom = low if low is not None else best
            shown = f"{number(bottom)}+" if bottom is not None else "no number"
        case "at_most":
            top = high if high is not None else best
            shown = f"{most}{number(top)}" if top is not None else "no number"
        case "range":
            shown = span_of(low, high, most)
        case "words":
            shown = span_of(low, high, most) if low is not None or high is not None else ""
    if value.words and (value.qualifier == "words" or shown == "no number"):
        said = on_a_line(value.words)
        return f"{shown} ({said})" if shown and shown != "no number" else f'"{said}"'
    return shown or "no number"


def residue(value: Residue, most: str = "≤") -> str:
    """What a series has beyond the strikes on record; a minus sign when it has less."""
    return span_of(value.low, value.high, most)


def claims(count: int) -> str:
    """`1 claim`, `5 claims`."""
    return f"{number(count)} claim" + ("" if count == 1 else "s")


def cl(count: int) -> str:
    """Claims where there is little room."""
    return f"{number(count)} cl."


def plural(count: int, word: str) -> str:
    """`1 strike`, `2 strikes`."""
    return f"{number(count)} {word}" + ("" if count == 1 else "s")


def zone_word(timezone: str) -> str:
    """A zone as one word: `Asia/Gaza` is Gaza."""
    return timezone.rsplit("/", 1)[-1].replace("_", " ")


def _day(value: date, near: date | None) -> str:
    # without its year a day is the last one of that name, or one of the next weeks
    return _dated(value, with_year=near is None or not -330 < (value - near).days < 30)


@lru_cache(1024)
def _dated(value: date, *, with_year: bool) -> str:
    return f"{value.day} {value:%b %Y}" if with_year else f"{value.day} {value:%b}"


def day(moment: str, timezone: str, near: date | None = None) -> str:
    """The local day of a date or an instant: `2 Feb`, with the year unless it is close to the day `near`."""
    if is_date(moment):
        return _day(date.fromisoformat(moment), near)
    return _day(_calendar(timezone).local(micros(datetime.fromisoformat(moment))).date(), near)


def moment(value: str, timezone: str, near: date | None = None) -> str:
    """A date as a date, an instant as local day and hour."""
    if is_date(value):
        return _day(date.fromisoformat(value), near)
    local = _calendar(timezone).local(micros(datetime.fromisoformat(value)))
    return f"{_day(local.date(), near)} {local:%H:%M}"


def occurred(value: Occurred, timezone: str, near: date | None = None) -> str:
    """When something happened, no finer than it was said."""
    if not isinstance(value, Span):
        return moment(value, timezone, near)
    start = moment(value.start, timezone, near)
    if value.end is None:
        return f"{start} or after" if value.precision > 1 else start
    end = moment(value.end, timezone, near)
    return start if start == end else f"{start} to {end}"


def short_occurred(value: Occurred | None, timezone: str, near: date | None = None) -> str:
    """The day of an occurrence for a narrow column; `~` before it when it is not known to the day."""
    if value is None:
        return "no body"
    if isinstance(value, Span):
        last = day(value.end or value.start, timezone, near)
        return last if day(value.start, timezone, near) == last and value.precision <= 1 else f"~{last}"
    return day(value, timezone, near)


def local_minute(instant: str | datetime, timezone: str) -> str:
    """An instant on the ceasefire's clock: `2026-02-02 23:40`."""
    value = datetime.fromisoformat(instant) if isinstance(instant, str) else instant
    return f"{_calendar(timezone).local(micros(value)):%Y-%m-%d %H:%M}"


def age(seconds: float) -> str:
    """How long ago, coarsely: `now`, `6 min`, `3 h`, `9 d`."""
    if seconds < 60:
        return "now"
    if seconds < 3600:
        return f"{int(seconds // 60)} min"
    if seconds < 48 * 3600:
        return f"{int(seconds // 3600)} h"
    return f"{number(int(seconds // 86400))} d"


def ago(instant: str, now: datetime) -> str:
    """The age of an instant in words: `6 min ago`."""
    then = datetime.fromisoformat(instant) if not is_date(instant) else datetime.fromisoformat(instant + "T00:00:00Z")
    words_ = age(max(0.0, (now.astimezone(UTC) - then.astimezone(UTC)).total_seconds()))
    return words_ if words_ == "now" else f"{words_} ago"


def since(instant: str, now: datetime) -> str:
    """The age of what is shown, to the second while it is young: `3 s ago`, `2 min ago`."""
    seconds = max(0.0, (now - datetime.fromisoformat(instant)).total_seconds())
    return f"{int(seconds)} s ago" if seconds < 60 else ago(instant, now)


def before(value: Occurred | None, timezone: str, as_of: datetime) -> str:
    """How long before as of an occurrence began: `6 min`, `3 d`; in local days where its hour is not known."""
    if value is None:
        return "no body"
    start = value.start if isinstance(value, Span) else value
    if is_date(start):
        today = _calendar(timezone).local(micros(as_of)).date()
        days = (today - date.fromisoformat(start)).days
        return "today" if days == 0 else f"{number(days)} d" if days > 0 else f"in {number(-days)} d"
    seconds = (as_of - datetime.fromisoformat(start)).total_seconds()
    return age(seconds) if seconds >= 0 else f"in {age(-seconds)}"


def silence(days: int | None) -> str:
    """The age of the newest report."""
    if days is None:
        return "nothing reported"
    return "reported today" if days == 0 else f"{number(days)} d silent"


def newest(days: int | None) -> str:
    """The age of the newest report, after the words "newest report"."""
    if days is None:
        return "none"
    return "today" if days == 0 else f"{number(days)} d ago"


def step(what: str, figure: str) -> str:
    """A step with its figure: `20 hostages released`, but `body formed (15)`, as fifteen bodies were not formed."""
    if not figure:
        return words(what)
    counted = what.split("_", maxsplit=1)[0].endswith("s")
    return f"{figure} {words(what)}" if counted else f"{words(what)} ({figure})"


def stream_words(stream: str, claimant: str | None = None) -> str:
    """A stream's own name as words, dates whole: `crossing-kerem-shalom` is "kerem shalom".

    A series is named after its claimant; where that stands beside it, it is left out.
    """
    name = stream.split("-", 1)[-1]
    if claimant and stream.startswith("series-"):
        name = name.removeprefix(f"{claimant}-")
    return _HYPHENS.sub(" ", name)


def last_day(value: Occurred, timezone: str) -> date:
    """The local day on which an occurrence ends."""
    return _calendar(timezone).days(value)[1]


def first_day(value: Occurred, timezone: str) -> date:
    """The local day on which an occurrence starts."""
    return _calendar(timezone).days(value)[0]
