"""A vantage from times as a person typed them, against what one state of the read model knows."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import date, datetime

from domain.calendar import Calendar, Micros, micros
from domain.errors import Refused
from domain.monitor import LogInfo
from projections.index.names import BY
from projections.points.knowledge import backfilled_until, checkpoint, clock_at, head_hash, position_at
from projections.points.vantage import ResolvedVantage, is_now, typed_position, typed_time
from projections.rules.rule import Rule, rule_of

DayOneAt = Callable[[ResolvedVantage], date | None]
"""Finds day 1 of the ceasefire shown at a vantage."""


def resolve(
    connection: sqlite3.Connection,
    info: LogInfo,
    calendar: Calendar,
    day_one_at: DayOneAt,
    *,
    as_of: str | None,
    known_at: str | None,
    now: datetime,
    rule: str,
) -> ResolvedVantage:
    """Both clocks resolved, knowledge first: what day 42 is depends on what is known. Raises Refused."""
    _on_record(connection, rule_of(rule))
    head = checkpoint(connection)
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
            backfilled_until=backfilled_until(connection),
            head_hash=head_hash(connection),
        )

    known, position = newest, head
    if known_at is not None and not is_now(known_at):
        typed = typed_position(known_at, head=head)
        if typed is not None:
            known, position = clock_at(connection, typed) or newest, typed
        else:
            known = typed_time(
                known_at,
                where="known-at",
                now=now,
                calendar=calendar,
                day_one=lambda: day_one_at(vantage(newest, newest, head)),
            )
            position = position_at(connection, known)
    time = clock
    if as_of is not None and not is_now(as_of):
        time = typed_time(
            as_of,
            where="as-of",
            now=now,
            calendar=calendar,
            day_one=lambda: day_one_at(vantage(newest, known, position)),
        )
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
