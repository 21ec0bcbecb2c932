"""A window of days by reading every record: the rules applied to all of them at every moment, and nothing looked up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal

import msgspec

from domain.calendar import Micros
from domain.ceasefire import Ended, EnteredIntoForce, Resumed, Suspended
from domain.crossing import PassageRefused, PassagesCounted, Registered, Standing
from domain.report import Facts
from domain.series import Published
from domain.strike import CasualtiesClaimed, Linked, Reported
from projections.index.version import Version, all_of
from projections.rules.crossing_statuses import DIRECTIONS, LOADS, status_claim, status_view, statuses
from projections.rules.passages import PARTS_OF_PEOPLE
from projections.rules.rule import rule_of
from projections.rules.running import recorded_sum, running
from projections.rules.strike_views import HARMS
from projections.rules.strikes import strike_book
from projections.situation import (
    HISTORY_VERSION,
    CeasefireHistory,
    CeasefireSpan,
    DayToll,
    Heard,
    History,
    Lane,
    SeriesHistory,
    SeriesPoint,
    StatusSpan,
    Toll,
    Turn,
    TurnClaim,
    WayHistory,
)
from tests.projections.slowly import Everything, way


def plain_history(everything: Everything, first: date, last: date) -> History:
    """The same as a read model's."""
    return _Plain(everything, first, min(last, everything.calendar.day(everything.vantage.as_of))).history()


class _Plain:
    def __init__(self, everything: Everything, first: date, last: date) -> None:
        self.everything, self.calendar, self.as_of = everything, everything.calendar, everything.vantage.as_of
        self.days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        self.first, self.last = first, last
        self.book = strike_book(everything.known("strike"), rule_of(everything.vantage.rule), self.calendar)

    def history(self) -> History:
        spoken: dict[str, set[str]] = defaultdict(set)
        heard: dict[str, set[str]] = defaultdict(set)
        for version, questions in self.spoken():
            said = self.calendar.day(version.said)
            if said in self.days:
                heard[version.claimant].add(said.isoformat())
                for question in questions:
                    spoken[question].add(said.isoformat())
        return History(
            version=HISTORY_VERSION,
            vantage=self.everything.vantage.view(),
            first_day=self.first.isoformat(),
            last_day=self.last.isoformat(),
            ceasefires=tuple(self.ceasefires()) if self.days else (),
            statuses=tuple(self.ways()),
            tolls=tuple(self.tolls()),
            series=tuple(self.series()),
            lanes=tuple(Lane(question=name, days=tuple(sorted(spoken[name]))) for name in sorted(spoken)),
            heard=tuple(Heard(claimant=name, days=tuple(sorted(heard[name]))) for name in sorted(heard)),
        )

    def inside(self, moment: Micros) -> bool:
        return self.calendar.day(min(moment, self.as_of)) in self.days

    # who spoke of what

    def spoken(self) -> Iterator[tuple[Version[Facts], list[str]]]:
        for version in self.everything.standing("crossing"):
            if not isinstance(version.data, Registered) and self.inside(version.counted):
                yield version, [f"{version.stream} report", *of_crossing(version)]
        for value in all_of(self.everything.standing("series"), Published):
            if self.inside(value.counted):
                yield value, [f"{value.stream} value"]
        for kind in ("statement", "ceasefire"):
            for version in self.everything.standing(kind):
                if self.inside(version.counted):
                    yield version, []
        said = self.everything.known("strike")
        struck = {
            version.stream
            for version in all_of(said, Reported)
            if version.at <= self.as_of and self.calendar.day(version.at) in self.days
        }
        for version in said:
            if version.stream in struck:
                match version.data:
                    case CasualtiesClaimed(harm=harm, of=of):
                        yield version, [f"strikes {harm} {of}"]
                    case Reported():
                        yield version, ["strikes"]
                    case data if not isinstance(data, Linked) and version.at <= self.as_of:
                        yield version, []

    # ceasefires

    def ceasefires(self) -> Iterator[CeasefireHistory]:
        said = self.everything.standing("ceasefire")
        for stream in sorted({version.stream for version in said}):
            mine = [version for version in said if version.stream == stream]
            spans = tuple(self.turns(sorted(mine, key=lambda version: version.order)))
            if spans:
                yield CeasefireHistory(ceasefire=stream, spans=spans)

    def turns(self, ordered: list[Version[Facts]]) -> Iterator[CeasefireSpan]:
        start, end = self.calendar.day_start(self.first), min(self.calendar.day_end(self.last), self.as_of)
        stretches: list[tuple[Micros, str, list[Version[Facts]]]] = []
        for moment in sorted({start, *(version.at for version in ordered if start <= version.at <= end)}):
            status, claims = "none", list[Version[Facts]]()
            for version in (version for version in ordered if version.at <= moment):
                now = turned(status, version)
                claims = [version] if now != status else [*claims, version]
                status = now
            begun = stretches.pop()[0] if stretches and stretches[-1][1] == status else moment
            stretches.append((begun, status, claims))
        for (begun, status, claims), after in zip(stretches, [*stretches[1:], None], strict=False):
            if status != "none":
                yield CeasefireSpan(
                    status=msgspec.convert(status, Literal["in_force", "suspended", "ended"]),
                    first_day=self.calendar.day(begun).isoformat(),
                    last_day=None if after is None else self.calendar.day(after[0] - 1).isoformat(),
                    claims=tuple(
                        TurnClaim(
                            change=msgspec.convert(version.type.partition(".")[2], Turn),
                            claimant=version.claimant,
                            occurred=version.report.occurred,
                            record=version.record,
                            by=getattr(version.data, "by", None),
                        )
                        for version in claims
                        if says(version) == status
                    ),
                )

    # statuses

    def ways(self) -> Iterator[WayHistory]:
        reports = self.everything.standing("crossing")
        for stream in sorted({version.stream for version in reports}):
            for direction in DIRECTIONS:
                for load in LOADS:
                    mine = statuses([one for one in reports if one.stream == stream], direction, load)
                    spans = tuple(self.spans(mine))
                    if spans:
                        yield WayHistory(crossing=stream, direction=direction, carries=load, spans=spans)

    def spans(self, ordered: list[Version[Standing]]) -> Iterator[StatusSpan]:
        if not self.days:
            return
        start, end = self.calendar.day_start(self.first), min(self.calendar.day_end(self.last), self.as_of)
        moments = {start} | {version.at for version in ordered}
        moments |= {self.calendar.end(one.data.until) + 1 for one in ordered if one.data.until is not None}
        seen = []
        for moment in sorted(moment for moment in moments if start <= moment <= end):
            found = way([version for version in ordered if version.at <= moment], moment, self.calendar)
            if found.ruling.newest is not None:
                seen.append((moment, status_view(found), found.ruling.claims))
        while seen:
            moment, view, _ = seen[0]
            same = []
            while seen and seen[0][1].status == view.status:
                same.append(seen.pop(0))
            claims = {version.id: version for _, _, bearing in same for version in bearing}
            newest_first = sorted(claims.values(), key=lambda version: version.order, reverse=True)
            latest = same[-1][1]
            yield StatusSpan(
                status=view.status,
                since=view.since,
                by=latest.by,
                until=latest.until,
                reason=latest.reason,
                conditions=latest.conditions,
                claims=tuple(status_claim(version) for version in newest_first),
                first_day=self.calendar.day(moment).isoformat(),
                last_day=self.calendar.day(seen[0][0] - 1).isoformat() if seen else None,
            )

    # figures

    def tolls(self) -> Iterator[Toll]:
        strikes = self.book.between(-(2**62), self.as_of)
        for of in sorted({of for strike in strikes for _, of in strike.sums}):
            for harm in HARMS:
                numbered = {
                    strike.stream
                    for strike in strikes
                    if (s := strike.sums.get((harm, of))) and s.range.low is not None
                }
                days = []
                for day in self.days:
                    added = [
                        strike.sums[harm, of]
                        for strike in strikes
                        if (harm, of) in strike.sums
                        and self.calendar.day(strike.at) == day
                        and not numbered & set(strike.wholes)
                    ]
                    figures = [one.range for one in added if one.range.low is not None]
                    bests = [one.best for one in figures]
                    if added:
                        days.append(
                            DayToll(
                                day=day.isoformat(),
                                strikes=len(figures),
                                uncounted=sum(one.uncounted for one in added),
                                low=sum(0 if one.open_below else one.low or 0 for one in figures) if figures else None,
                                high=sum(one.high or 0 for one in figures) if figures else None,
                                claims=sum(one.claims for one in figures),
                                counts=sum(one.counts for one in figures),
                                best=sum(best or 0 for best in bests) if bests and None not in bests else None,
                                open_above=any(one.open_above for one in figures),
                            )
                        )
                if days:
                    yield Toll(of=of, harm=harm, days=tuple(days))

    def series(self) -> Iterator[SeriesHistory]:
        standing = self.everything.standing("series")
        for stream in sorted({version.stream for version in standing}):
            mine = sorted((v for v in standing if v.stream == stream), key=lambda v: (v.counted, v.position))
            values = [v for v in all_of(mine, Published) if self.inside(v.counted)]
            if not values:
                continue
            others = [v for v in mine if not isinstance(v.data, Published)]
            [one] = running([*others, *values])
            points = []
            for value in values:
                end = min(value.last, self.as_of)
                same = [other for other in values if other.last == value.last]
                points.append(
                    SeriesPoint(
                        day=self.calendar.day(end).isoformat(),
                        figure=value.data.figure,
                        occurred=value.report.occurred,
                        reported_at=value.report.reported_at,
                        claimant=value.claimant,
                        record=value.record,
                        relays=value.report.relays,
                        origin=one.origin(value),
                        recorded_sum=recorded_sum(one, value, self.book, self.as_of, self.calendar),
                        corrected=value.corrected,
                        replaced=value.position != max(other.position for other in same),
                    )
                )
            defined = one.definition.data if one.definition else None
            yield SeriesHistory(
                stream=stream,
                measure=one.measure,
                unit=one.unit,
                of=one.of,
                stage=defined.stage if defined else None,
                scope=defined.scope if defined else None,
                inclusion=defined.inclusion if defined else None,
                points=tuple(points),
            )


def says(version: Version[Facts]) -> str:
    """The status of a ceasefire that a record says; empty where it says none."""
    match version.data:
        case EnteredIntoForce(sense="in_force") | Resumed():
            return "in_force"
        case Suspended():
            return "suspended"
        case Ended():
            return "ended"
    return ""


def turned(status: str, version: Version[Facts]) -> str:
    """What a ceasefire is after a record."""
    match version.data:
        case EnteredIntoForce(sense="in_force") if status != "suspended":
            return "in_force"
        case Suspended() if status in ("in_force", "suspended"):
            return "suspended"
        case Resumed() if status == "suspended":
            return "in_force"
        case Ended():
            return "ended"
    return status


def of_crossing(version: Version[Facts]) -> Iterator[str]:
    """The questions of a crossing that a report on it speaks of, besides itself."""
    stream = version.stream
    match version.data:
        case Standing(directions=directions, carries=carries):
            for each in directions:
                for load in carries:
                    yield f"{stream} status {each} {load}"
        case PassagesCounted(direction=direction, category=category):
            yield f"{stream} passages {direction} {category}"
            if category in PARTS_OF_PEOPLE:
                yield f"{stream} passages {direction} people"
        case PassageRefused(direction=direction, outcome=outcome):
            yield f"{stream} refused {direction} {outcome}"
