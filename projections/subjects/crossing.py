"""Crossings: statuses by way, what was counted or refused over each period, quotas, and what was announced."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from domain.crossing import (
    AnnouncementDenied,
    ChangeAnnounced,
    Opened,
    PassageRefused,
    PassagesCounted,
    QuotaSet,
    Registered,
    Standing,
)
from domain.report import Facts
from projections.discrepancies.claims import claimants_differ, quoted_differently
from projections.discrepancies.crossings import already_open, announcement_contradicted, announcement_denied
from projections.discrepancies.evidence import Evidence, always, by, over_time
from projections.discrepancies.figures import odd_figures
from projections.index.findings import Finding, Shown
from projections.index.keys import Order, period_rank
from projections.index.schema import NEVER
from projections.index.version import Version, all_of, only, says
from projections.rules.crossing_statuses import (
    WORDS,
    News,
    begins_run,
    is_status,
    named_ways,
    outcome,
    packed,
    status_of,
)
from projections.rules.passages import PARTS_OF_PEOPLE
from projections.subjects.subject import Bearing, Claims, Kept, Now, Subject

CATEGORIES = ("people", "patient", "companion", "returnee", "staff", "truck", "other")
A_PART = 1
"""`says` of a count of patients, say, on the line of the people that it may make up."""


class Crossings(Subject[list[Shown]]):
    """A question is one period of one direction: its categories together, since parts may make up a total."""

    def bears_on(self, version: Version[Facts]) -> Iterable[Bearing]:
        stream, data, counted = version.stream, version.data, version.counted
        if isinstance(data, Registered):
            yield Bearing(f"{stream} registered", counted, counted)
            return
        yield Bearing(f"{stream} report", counted, counted)
        match data:
            case Standing():
                for line in _status_lines(stream, data):
                    yield Bearing(line, counted, counted)
            case PassagesCounted():
                rank = self._period(version)
                yield Bearing(f"{stream} passages {data.direction} {data.category}", rank, version.last)
                if data.category in PARTS_OF_PEOPLE:
                    yield Bearing(f"{stream} passages {data.direction} people", rank, version.last, A_PART)
            case PassageRefused():
                yield Bearing(f"{stream} refused {data.direction} {data.outcome}", self._period(version), version.last)
            case QuotaSet():
                what = f"{data.direction} {data.category} {data.per} {data.kind} {version.claimant}"
                yield Bearing(f"{stream} quota {what}", counted, counted)
            case ChangeAnnounced():
                yield Bearing(f"{stream} announced", self.calendar.start(data.from_), version.at)
            case AnnouncementDenied():
                target = data.target.rpartition("/")[0]
                yield Bearing(f"{target} denied", _number(data.target), version.at, int(target == stream))

    def _period(self, version: Version[Facts]) -> int:
        return period_rank(*version.days(self.calendar))

    def question(self, version: Version[Facts]) -> str | None:
        data = version.data
        if isinstance(data, PassagesCounted):
            return f"{version.stream} passages {data.direction} {self._period(version)}"
        if isinstance(data, PassageRefused):
            return f"{version.stream} refused {data.direction} {data.outcome} {self._period(version)}"
        return None

    def ranks(self, question: str) -> Iterable[tuple[str, int]]:
        what, _, rank = question.rpartition(" ")
        if " refused " in question:
            return [(what, int(rank))]
        return [(f"{what} {category}", int(rank)) for category in CATEGORIES]

    def answer(self, question: str, claims: Claims, was: list[Shown] | None) -> list[Shown]:
        return over_time(claims, self._differ) if len(claims) > 1 else []

    def _differ(self, claims: Sequence[Version[Facts]]) -> list[Finding]:
        return by((claimants_differ, quoted_differently), Evidence(calendar=self.calendar, crossings=claims))

    def findings(self, answer: list[Shown]) -> Sequence[Shown]:
        return answer

    def around(self, now: Now, old: Version[Facts] | None, new: Version[Facts] | None) -> None:
        version = new or old
        if version is None:
            return
        if is_status(version):
            self._statuses(now, only(old, Standing), only(new, Standing))
        elif says(version, ChangeAnnounced):
            self._announced(now, only(old, ChangeAnnounced), only(new, ChangeAnnounced))
        elif says(new, AnnouncementDenied):
            self._deny(now, new, now.standing(new.data.target))
        elif says(version, AnnouncementDenied):
            now.find(f"denied {version.position}", ())
        now.find(f"figure {version.position}", always(odd_figures(new, self.calendar)) if new else ())

    # statuses: what follows one follows another now

    def _statuses(self, now: Now, old: Version[Standing] | None, new: Version[Standing] | None) -> None:
        known: dict[tuple[str, Order], Version[Facts] | None] = {}

        def before(line: str, version: Version[Standing]) -> Version[Facts] | None:
            key = line, version.order
            if key not in known:
                known[key] = now.next_to(line, version.order, after=False)
            return known[key]

        follow: dict[tuple[str, int], Version[Standing]] = {}
        touched: dict[int, Version[ChangeAnnounced]] = {}
        for version in (old, new):
            if version is None:
                continue
            for line in _status_lines(version.stream, version.data):
                earlier = before(line, version)
                after = now.next_to(line, version.order, after=True)
                if is_status(after):
                    follow[line, after.position] = after
                    known[line, after.order] = new if version is new else earlier
                low = earlier.first + 1 if earlier is not None else -NEVER
                for announced in all_of(now.between(f"{version.stream} announced", low, version.last), ChangeAnnounced):
                    touched[announced.position] = announced
        if old is not None:
            for line in _status_lines(old.stream, old.data):
                now.keep(f"{line} since", old.order, old.counted, ())
            if new is None:
                now.find(f"opened {old.position}", ())
        if new is not None:
            follow.update({(line, new.position): new for line in _status_lines(new.stream, new.data)})
        opened: dict[int, Version[Standing]] = {}
        for (line, position), version in follow.items():
            begins = begins_run(version, only(before(line, version), Standing), self.calendar)
            kept = [Kept(version.at, NEVER, version.known_from)] if begins else []
            now.keep(f"{line} since", version.order, version.counted, kept)
            opened[position] = version
        for version in opened.values():
            self._already_open(now, version, before)
        for announced in touched.values():
            self._decide(now, announced)

    def _already_open(
        self, now: Now, version: Version[Standing], before: Callable[[str, Version[Standing]], Version[Facts] | None]
    ) -> None:
        found: dict[Finding, None] = {}
        for line in _status_lines(version.stream, version.data) if says(version, Opened) else ():
            earlier = before(line, version)
            if says(earlier, Opened):
                found.update(
                    dict.fromkeys(already_open(Evidence(calendar=self.calendar, crossings=(earlier, version))))
                )
        now.find(f"opened {version.position}", always(found))

    # announcements: until when each is news

    def _announced(self, now: Now, old: Version[ChangeAnnounced] | None, new: Version[ChangeAnnounced] | None) -> None:
        version = new or old
        assert version is not None
        if old is not None and (new is None or new.order != old.order):
            self._tell(now, old, ())
        if new is None:
            now.find(f"announced {version.position}", ())
        else:
            self._decide(now, new)
        number = _number(version.record)
        for denial in all_of(now.between(f"{version.stream} denied", number, number), AnnouncementDenied):
            self._deny(now, denial, new)

    def _decide(self, now: Now, announced: Version[ChangeAnnounced]) -> None:
        """Which statuses decide it, and what follows from that as more and more of them count."""
        starts = self.calendar.start(announced.data.from_)
        deciding: dict[int, Version[Standing]] = {}
        for line in _status_lines(announced.stream, announced.data):
            deciding.update({status.position: status for status in all_of(now.reaching(line, starts), Standing)})
            after = now.next_to(line, (starts, -NEVER, 0), after=True)
            if is_status(after):
                deciding[after.position] = after
        statuses = list(deciding.values())
        self._tell(now, announced, self._news(announced, statuses))
        found = over_time(
            [announced, *statuses],
            lambda seen: list(announcement_contradicted(Evidence(calendar=self.calendar, crossings=seen))),
        )
        now.find(f"announced {announced.position}", found)

    def _news(self, announced: Version[ChangeAnnounced], statuses: Sequence[Version[Standing]]) -> list[News]:
        until = announced.data.until
        end = NEVER if until is None else self.calendar.end(until) + 1
        times = sorted({announced.at, *(status.at for status in statuses if status.at > announced.at)})
        found: list[News] = []
        for at_from, at_to in zip(times, [*times[1:], NEVER], strict=True):
            met, against = outcome(announced, [one for one in statuses if one.at <= at_from], self.calendar)
            kinds = sum({1 << WORDS.index(status_of(status)) for status in against})
            if not met and at_from < end:
                if found and found[-1].at_to == at_from and found[-1].kinds == kinds:
                    found[-1] = found[-1]._replace(at_to=min(at_to, end))
                else:
                    found.append(News(at_from, min(at_to, end), kinds))
        return found

    def _tell(self, now: Now, announced: Version[ChangeAnnounced], news: Sequence[News]) -> None:
        kept = [Kept(one.at_from, one.at_to, packed(announced, one)) for one in news]
        now.keep(f"{announced.stream} news", announced.order, announced.counted, kept)

    def _deny(self, now: Now, denial: Version[AnnouncementDenied], target: Version[Facts] | None) -> None:
        found = over_time(
            [denial] if target is None else [target, denial],
            lambda seen: by((announcement_denied,), Evidence(calendar=self.calendar, crossings=seen)),
        )
        now.find(f"denied {denial.position}", found)


def _status_lines(stream: str, data: Standing | ChangeAnnounced) -> list[str]:
    """The lines of the statuses of each way that it speaks of."""
    return [f"{stream} status {direction} {load}" for direction, load in named_ways(data)]


def _number(record: str) -> int:
    """What stands behind the slash of a record's id."""
    return int(record.rpartition("/")[2])
