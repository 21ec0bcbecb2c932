"""Whether two reports speak of about the same time: within three hours, or the same day where no hour is known."""

from __future__ import annotations

from domain.calendar import Calendar, canonical, is_date
from domain.errors import Refused
from domain.values import Occurred, Span

WINDOW = 3 * 3600 * 1_000_000
"""Three hours in microseconds."""


def near(typed: str, occurred: Occurred | None, zone: str) -> bool:
    """Whether what was typed and what is on record are within three hours, or share a day."""
    if occurred is None:
        return False
    calendar = Calendar(zone)
    try:
        first, _, last = typed.strip().partition("/")
        start = canonical(first, where="occurred")
        end = canonical(last, where="occurred") if last else start
    except Refused:
        return False
    other = calendar.period(occurred)
    whole_days = is_date(start) or (not isinstance(occurred, Span) and is_date(occurred)) or isinstance(occurred, Span)
    window = 0 if whole_days else WINDOW
    mine = (calendar.start(start), calendar.end(end))
    if whole_days:
        mine = (calendar.day_start(calendar.day(mine[0])), calendar.day_end(calendar.day(mine[1])))
    return mine[0] - window <= other[1] and other[0] <= mine[1] + window
