"""What the fold works out beside the versions themselves, so that a vantage needs look-ups only."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

from domain.calendar import Calendar, Micros
from domain.catalogue import stream_kind
from domain.report import Report
from projections.counting import UNDATED, Counting
from projections.derived.claimants import FirstRecords
from projections.derived.crossings import CrossingRows
from projections.derived.findings import Findings, always, odd_figures
from projections.derived.lines import Lines
from projections.derived.series import SeriesRows
from projections.derived.strikes import StrikeRows
from projections.derived.working import Working
from projections.rows import Version
from projections.timeline import Entry, Timeline

STATEMENTS = "statement all"
"""The cell of every statement."""


class Derived:
    """All that is worked out in the fold. `ready` writes what the fold still holds back, before anything is looked up.

    Told record by record what changed; what it has written after `flush` depends on the records alone, never on
    where one batch ended and the next began.
    """

    def __init__(self, connection: sqlite3.Connection, calendar: Calendar, ready: Callable[[], None]) -> None:
        self._calendar = calendar
        self._counting = Counting(connection, calendar)
        self._timeline = Timeline(connection, calendar)
        self._findings = Findings(connection, self._counting)
        self._lines = Lines(connection, self._counting)
        self._firsts = FirstRecords(connection, ready)
        self._strikes = StrikeRows(connection, calendar, self._counting, self._findings, ready)
        working = Working(connection, calendar, self._timeline, self._findings, ready)
        self._crossings = CrossingRows(working)
        self._series = SeriesRows(working)

    def line(self, position: int, at: Micros | None, *, stands: bool = False) -> None:
        """A record is known; its line counts at `at`, or always. `stands`: it is no edit, and not erased."""
        self._lines.appeared(position, at, stands=stands)

    def edited(self, position: int, report: Report[Any], at: Micros | None) -> None:
        """An edit is known, which counts whenever the record that it bears on does, or always."""
        self._firsts.named(position, names_in(report), position, UNDATED if at is None else at)

    def moved(self, k: int, root: int, was: Micros, at: Micros, edits: list[tuple[int, Report[Any]]]) -> None:
        """A record counts at another time from k on, standing or not, and with it the edits that bear on it."""
        self._lines.moved(k, root, was, at, [position for position, _ in edits])
        for position, report in edits:
            names = names_in(report)
            self._firsts.withdrawn(k, names, position)
            self._firsts.named(k, names, position, at)

    def changed(
        self, k: int, clock: Micros, old: Version | None, new: Version | None, *, opening: bool = False
    ) -> None:
        """What stands of one record changed at k. `opening`: it is the first record of its stream."""
        version = new or old
        if version is None:
            return
        self._named(k, old, new)
        if k != version.position:
            self._lines.stood(k, old.at if old else None, new.at if new else None)
        match stream_kind(version.stream):
            case "strike":
                self._strikes.changed(k, clock, old, new, opening=opening)
            case "crossing":
                self._crossings.changed(k, clock, old, new)
            case "series":
                self._series.changed(k, clock, old, new)
            case "statement":
                self._stated(k, clock, old, new)

    def _named(self, k: int, old: Version | None, new: Version | None) -> None:
        was = (names_in(old.report), old.at) if old else None
        now = (names_in(new.report), new.at) if new else None
        if was == now:
            return
        if old and was:
            self._firsts.withdrawn(k, was[0], old.position)
        if new and now:
            self._firsts.named(k, now[0], new.position, new.at)

    def _stated(self, k: int, clock: Micros, old: Version | None, new: Version | None) -> None:
        for version, stands in ((old, False), (new, True)):
            if version is not None:
                rank = version.counted
                row = Entry(rank, version.said, version.position, version.id >> 1, version.at, version.last)
                if stands:
                    self._timeline.open(STATEMENTS, row, rank, clock)
                else:
                    self._timeline.close(STATEMENTS, row, rank, k)
        version = new or old
        if version is not None:
            figures = always(odd_figures(new, self._calendar)) if new else []
            self._findings.set(f"figure {version.position}", k, clock, figures, fresh=version.position == k)

    def flush(self) -> None:
        """Write what is collected over a batch."""
        self._timeline.flush()
        self._counting.flush()
        self._lines.flush()


def names_in(report: Report[Any]) -> tuple[str, ...]:
    """Whoever claims it, is relayed in it, or scores or grades in it: each once."""
    assessor = getattr(report.data, "scorer", None) or getattr(report.data, "grader", None)
    return tuple(dict.fromkeys(name for name in (report.claimant, report.relays, assessor) if name))
