"""The toll of a strike as it stood after each report of it, in the order in which the reports became known."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from projections.situation import RecordLine, StrikeView
from projections.vantage import ResolvedVantage
from tui.dashboard import wording
from tui.dashboard.lines import Line, Target, line, pad, wrapped
from tui.dashboard.paper import Paper
from tui.dashboard.reading import Reading
from tui.dashboard.strike_list import strike_headline
from tui.safe_text import on_a_line

LISTED = 30
"""Reports that are looked at, the newest: each is a look at the strike as it stood then."""


class Stood(NamedTuple):
    """A report of a strike, and the strike as it was known with it as the last."""

    report: RecordLine
    strike: StrikeView | None


def stood_after(reading: Reading, strike: StrikeView, vantage: ResolvedVantage, now: datetime) -> list[Stood]:
    """A strike after each of its reports that a vantage knows, those of its duplicates too; the oldest first.

    Raises CeasefireError as every look at the log does.
    """
    reports = [
        report
        for stream in (strike.stream, *strike.merged)
        for report in reading.feed(vantage, reading.wanted(f"stream={stream}", now), LISTED, None, 0)
    ]
    newest = sorted(reports, key=lambda report: report.position)[-LISTED:]
    return [
        Stood(report, reading.strike(strike.stream, msgspec.structs.replace(vantage, position=report.position)))
        for report in newest
    ]


def stood_rows(stood: Sequence[Stood], paper: Paper) -> list[Line]:
    """The reports that moved the toll, each with what was claimed from then on; none where one toll is all there is."""
    rows: list[Line] = []
    shown = "no casualties claimed"
    for report, strike in stood:
        told, ranges = strike_headline(strike, paper, of_whom=True) if strike else ("withdrawn", [])
        claims = f", {wording.claims(sum(wording.claimants(one) for one in ranges))}" if ranges else ""
        if told + claims == shown:
            continue
        shown = told + claims
        rows += _moved(report, shown, paper)
    return [line(""), line(("the toll after each report, as it became known", "head")), *rows] if len(rows) > 1 else []


def _moved(report: RecordLine, shown: str, paper: Paper) -> list[Line]:
    """What was claimed from a report on; the report itself below."""
    head = line((pad(f"  #{report.position}", 8), "key"), (f"{paper.day(report.known_at):<7} ", "quiet"))
    first, *rest = wrapped(shown, paper.width, "strong", head.width)
    target = Target("record", report.record, (report.record,))
    out = [line(*head.runs, (first.text[head.width :], "strong"), target=target), *rest]
    return out + wrapped(f"by: {on_a_line(report.text)}", paper.width, "quiet", head.width)
