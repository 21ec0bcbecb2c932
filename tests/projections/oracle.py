"""The oracle: a log folded by brute force at one vantage, written from the design pages alone.

It imports nothing of `projections`. It is slow and plain on purpose: lists of JSON bodies, and loops.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from domain.report import Recorded

DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)
COUNTS_FROM_END = (
    "crossing.passages_counted",
    "crossing.passage_refused",
    "series.published",
    "ceasefire.violation_alleged",
)
COUNTS_FROM_END_OF_A_SPAN = ("ceasefire.step_reported", "statement.made")
REPORT_FIELDS = (
    "occurred",
    "reported_at",
    "via",
    "sources",
    "handling",
    "relays",
    "original",
    "claimant_basis",
    "caused_by",
)


class Said:
    """One record as it stands at a vantage."""

    def __init__(self, record: Recorded, body: dict[str, Any], state: str, zone: ZoneInfo) -> None:
        self.position = record.position
        self.id = record.id
        self.stream = record.stream
        self.type = record.type
        self.body = body
        self.state = state
        self.zone = zone
        occurred = body["occurred"]
        span = occurred if isinstance(occurred, dict) else {"start": occurred, "end": occurred}
        self.first = first_moment(span["start"], zone)
        if span.get("end") is None and span.get("precision", 0) > 1:
            self.last = last_moment(last_day(local_day(self.first, zone), span["precision"]).isoformat(), zone)
        else:
            self.last = last_moment(span.get("end") or span["start"], zone)
        per_period = record.type == "crossing.quota_set" and body["data"]["per"] == "period"
        not_split = record.type == "strike.reported" and body["data"]["clarity"] == 2
        sums_up = isinstance(occurred, dict) and (per_period or not_split or record.type in COUNTS_FROM_END_OF_A_SPAN)
        # what happened is told by its end if it is a total, else by its start
        self.when = self.last if sums_up or record.type in COUNTS_FROM_END else self.first
        # a count so far is on record when it is made
        assert record.known_at is not None
        self.at = self.when if record.known_at > self.when else max(self.first, record.known_at)
        self.reported = last_moment(body["reported_at"], zone)
        # a corrected claim keeps its rank
        assert record.report is not None
        self.reported_first = last_moment(record.report.reported_at, zone)
        self.days = (local_day(self.first, zone), local_day(self.last, zone))

    @property
    def data(self) -> dict[str, Any]:
        data: dict[str, Any] = self.body["data"]
        return data

    @property
    def claimant(self) -> str:
        return str(self.body["claimant"])

    def rank(self) -> tuple[datetime, int]:
        return self.reported_first, self.position

    def order(self) -> tuple[datetime, datetime, int]:
        """In the order of occurred, then of when it was said."""
        return self.when, self.reported, self.position


def first_moment(moment: str, zone: ZoneInfo) -> datetime:
    if len(moment) > 10:
        return datetime.fromisoformat(moment).astimezone(UTC)
    return datetime.combine(date.fromisoformat(moment), datetime.min.time(), zone).astimezone(UTC)


def last_moment(moment: str, zone: ZoneInfo) -> datetime:
    if len(moment) > 10:
        return datetime.fromisoformat(moment).astimezone(UTC)
    return first_moment((date.fromisoformat(moment) + DAY).isoformat(), zone) - TICK


def last_day(start: date, precision: int) -> date:
    """2: within 6 days, 3: a week, 4: the month, 5: longer, the year."""
    if precision == 4:
        return start.replace(day=monthrange(start.year, start.month)[1])
    if precision == 5:
        return date(start.year, 12, 31)
    return start + {2: 5, 3: 6}[precision] * DAY


def local_day(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()


def is_edit(record: Recorded) -> bool:
    return record.type.startswith("record.")


def what_is_known(records: Iterable[Recorded], position: int, zone: ZoneInfo) -> dict[int, Said | None]:
    """Every claim known at a position with what it says; None for one whose body was erased."""
    known = [record for record in records if record.position <= position]
    raw = {r.position: None if r.report is None else msgspec.to_builtins(r.report) for r in known}
    by_id = {record.id: record.position for record in known}
    aims: dict[int, int] = {}
    for record in known:
        body = raw[record.position]
        if record.type in ("record.corrected", "record.retracted") and body is not None:
            target = by_id[body["data"]["target"]]
            if raw[target] is not None:
                aims[record.position] = target

    def fallen(p: int) -> bool:
        return any(aims[q] == p and known[q - 1].type == "record.retracted" and not fallen(q) for q in aims if q > p)

    found: dict[int, Said | None] = {}
    for record in known:
        if is_edit(record):
            continue
        body = raw[record.position]
        if body is None:
            found[record.position] = None
            continue
        body = {**body, "data": dict(body["data"])}
        state = "standing"
        for q in sorted(aims):
            edit = raw[q]
            if edit is None or known[q - 1].type != "record.corrected" or aims[q] != record.position or fallen(q):
                continue
            state = "corrected"
            for field, value in edit["data"]["changes"].items():
                holder = body["data"] if field not in REPORT_FIELDS else body
                if value is None:
                    holder.pop(field, None)
                else:
                    holder[field] = value
        if fallen(record.position):
            state = "retracted"
        found[record.position] = Said(record, body, state, zone)
    return found


class Oracle:
    """A log at a vantage: `as_of` an instant, `position` the last record known."""

    def __init__(self, records: Iterable[Recorded], zone_name: str, as_of: datetime, position: int) -> None:
        with resources.files("tzdata.zoneinfo").joinpath(zone_name).open("rb") as rules:
            self.zone = ZoneInfo.from_file(rules)
        self.as_of = as_of
        self.position = position
        self.records = list(records)
        self.known = what_is_known(self.records, position, self.zone)
        self.standing = [said for said in self.known.values() if said is not None and said.state != "retracted"]
        self.reports: dict[str, Said] | None = None
        self.counting = [said for said in self.standing if said.at <= as_of]

    # the feed

    def in_feed(self) -> set[int]:
        """Positions of the records that are known and, as far as that can be said, have occurred."""
        shown = set()
        by_id = {record.id: record for record in self.records}
        for record in self.records[: self.position]:
            root: Recorded | None = record
            while root is not None and is_edit(root):
                root = None if root.report is None else by_id[root.report.data.target]
            said = None if root is None else self.known[root.position]
            if said is None or said.at <= self.as_of:
                shown.add(record.position)
        return shown

    # strikes

    def strike_reports(self) -> dict[str, Said]:
        if self.reports is None:
            self.reports = {}
            for said in sorted(self.standing, key=Said.rank):
                if said.type == "strike.reported":
                    self.reports[said.stream] = said
        return self.reports

    def link(self, stream: str, relation: str) -> str | None:
        """Where a strike's newest standing link of that relation leads, of those that lead to a standing strike."""
        reports = self.strike_reports()
        for said in sorted(self.standing, key=Said.rank, reverse=True):
            linked = said.type == "strike.linked" and said.stream == stream and said.data["relation"] == relation
            if linked and said.data["other"] in reports:
                return str(said.data["other"])
        return None

    def home(self, stream: str) -> str:
        onwards = self.link(stream, "duplicate_of")
        return stream if onwards is None else self.home(onwards)

    def joined(self) -> dict[str, list[Said]]:
        """Strikes that have occurred, with the claims that joined them."""
        reports = self.strike_reports()
        found: dict[str, list[Said]] = {
            stream: [] for stream, report in reports.items() if self.home(stream) == stream and report.at <= self.as_of
        }
        for said in self.standing:
            if said.type == "strike.casualties_claimed" and said.stream in reports and self.home(said.stream) in found:
                found[self.home(said.stream)].append(said)
        return found

    def above(self, stream: str) -> str | None:
        """The strike that a strike, or a duplicate merged into it, is part of."""
        reports = self.strike_reports()
        merged = sorted(one for one in reports if one != stream and self.home(one) == stream)
        for one in (stream, *merged):
            for said in sorted(self.standing, key=Said.rank, reverse=True):
                if said.type == "strike.linked" and said.stream == one and said.data["relation"] == "part_of":
                    other = str(said.data["other"])
                    if other in reports and self.home(other) != stream:
                        return self.home(other)
        return None

    def wholes(self, stream: str) -> list[str]:
        """All that a strike is part of; in a ring the first name is the whole."""
        found: list[str] = []
        while True:
            path = [stream]
            while (onwards := self.above(path[-1])) is not None and onwards not in path:
                path.append(onwards)
            if onwards == stream == min(path) or len(path) == 1:
                return found
            stream = path[1]
            found.append(stream)

    def during(self, first: datetime | None, last: datetime | None) -> dict[str, list[Said]]:
        reports = self.strike_reports()
        return {
            stream: claims
            for stream, claims in self.joined().items()
            if (first is None or reports[stream].at >= first) and (last is None or reports[stream].at <= last)
        }

    def counted(self, since: date | None = None) -> list[str]:
        """Strikes, without parts whose whole is counted with them."""
        found = self.during(first_moment(since.isoformat(), self.zone) if since else None, None)
        return [stream for stream in found if not set(self.wholes(stream)) & set(found)]

    def sums(
        self, since: date | None = None, first: datetime | None = None, last: datetime | None = None
    ) -> dict[tuple[str, str], tuple[int, int, int, bool]]:
        """Per population and harm: low, high, how many strikes are in it, and whether it is open above."""
        reports = self.strike_reports()
        if since:
            first = first_moment(since.isoformat(), self.zone)
        figures: dict[tuple[str, str], dict[str, tuple[int, int, bool]]] = {}
        for stream, claims in self.during(first, last).items():
            for of, harm in {(claim.data["of"], claim.data["harm"]) for claim in claims}:
                own = [c for c in claims if (c.data["of"], c.data["harm"]) == (of, harm)]
                ruled = self.ruled(reports[stream], own)
                if ruled:
                    figures.setdefault((of, harm), {})[stream] = ruled
        sums = {}
        for key, of_strikes in figures.items():
            in_it = [ruled for stream, ruled in of_strikes.items() if not set(self.wholes(stream)) & set(of_strikes)]
            sums[key] = (
                sum(low for low, _, _ in in_it),
                sum(high for _, high, _ in in_it),
                len(in_it),
                any(is_open for _, _, is_open in in_it),
            )
        return sums

    def ruled(self, report: Said, claims: list[Said]) -> tuple[int, int, bool] | None:
        """The one range of a strike that counts in a sum, and whether it is open above."""
        groups: dict[Any, list[Said]] = {}
        for claim in claims:
            if claim.data["includes"] in ("new", "unstated"):
                groups.setdefault((claim.data["includes"], claim.data["status"], claim.days), []).append(claim)
        best: list[Any] = []
        for (includes, status, days), group in groups.items():
            low, high, count, open_below, open_above = combined(group, self.zone)
            if low is not None:
                order = (includes != "new", status != "unstated", days != report.days, -count, status, days)
                best.append((order, (0 if open_below else low, high, open_above), (includes, status, days)))
        if not best:
            return None
        _, figure, (includes, status, days) = min(best, key=lambda one: one[0])
        beside = [key for _, _, key in best if (key[0], key[2]) == (includes, days)]
        if status != "unstated" and len(beside) > 1:
            return self.statuses_of_one([groups[key] for key in beside]) or tuple(figure)
        return tuple(figure)

    def statuses_of_one(self, groups: list[list[Said]]) -> tuple[int, int, bool] | None:
        """The sums of claimants who gave a number for every status, where no status may lie within another."""
        statuses = {group[0].data["status"] for group in groups}
        if "civilian" in statuses and statuses & {"aid_worker", "health_worker", "journalist"}:
            return None
        said = [{c.claimant: c for c in sorted(heard(group, self.zone), key=Said.rank)} for group in groups]
        sums = []
        for claimant in said[0]:
            own = [claims[claimant] for claims in said if claimant in claims and spread(claims[claimant])]
            if len(own) == len(groups):
                pairs = [ends(claim.data["figure"]) for claim in own]
                sums.append(
                    (
                        sum(low or 0 for low, _ in map(in_order, pairs)),
                        sum(high if high is not None else low or 0 for low, high in map(in_order, pairs)),
                        any(high is None for _, high in pairs),
                    )
                )
        if not sums:
            return None
        return min(low for low, _, _ in sums), max(high for _, high, _ in sums), any(is_open for _, _, is_open in sums)

    def ranges(self, claims: list[Said]) -> dict[tuple[Any, ...], tuple[int | None, int | None, int]]:
        """One strike's ranges: low, high and how many claimants, per harm, population, status, inclusion, period."""
        groups: dict[tuple[Any, ...], list[Said]] = {}
        for claim in claims:
            data = claim.data
            key = (data["harm"], data["of"], data["status"], data["includes"], *(d.isoformat() for d in claim.days))
            groups.setdefault(key, []).append(claim)
        return {key: combined(group, self.zone)[:3] for key, group in groups.items()}

    # crossings

    def status(self, crossing: str, direction: str, load: str) -> str:
        words = {"crossing.opened": "open", "crossing.limited": "limited", "crossing.closed": "closed"}
        stated = [
            said
            for said in self.counting
            if said.stream == crossing
            and said.type in words
            and direction in said.data["directions"]
            and load in said.data["carries"]
        ]
        if not stated:
            return "unknown"
        newest = max(stated, key=Said.order)
        current = set()
        for claimant in {said.claimant for said in stated}:
            own = max((s for s in stated if s.claimant == claimant), key=Said.order)
            until = own.data.get("until")
            ended = until is not None and last_moment(until, self.zone) < self.as_of
            meets = own.first <= newest.last and newest.first <= own.last
            if meets and not ended:
                current.add(words[own.type])
        return "unknown" if not current else current.pop() if len(current) == 1 else "contested"

    def passages(self, crossing: str, direction: str) -> tuple[date, date, int | None, int | None] | None:
        """The newest period's people: totals, and claimants' own complete parts."""
        counts = [
            s
            for s in self.counting
            if s.stream == crossing and s.type == "crossing.passages_counted" and s.data["direction"] == direction
        ]
        periods: dict[tuple[date, date], list[Said]] = {}
        for said in counts:
            periods.setdefault(said.days, []).append(said)
        for first, last in sorted(periods, key=lambda days: (days[1], days[0]), reverse=True):
            group = periods[first, last]
            people = [s for s in group if s.data["category"] == "people"]
            for claimant in {s.claimant for s in group} - {s.claimant for s in people}:
                own = {}
                for s in sorted(group, key=Said.rank):
                    if s.claimant == claimant:
                        own[s.data["category"]] = s
                if "patient" in own and "companion" in own:
                    figures = [own[c].data["figure"] for c in ("patient", "companion", "returnee", "staff") if c in own]
                    whole = {
                        "low": sum(f["low"] for f in figures),
                        "high": sum(f["high"] for f in figures),
                        "qualifier": "range",
                    }
                    newest = max(own.values(), key=Said.rank)
                    total = Said.__new__(Said)
                    total.__dict__.update(newest.__dict__)
                    total.body = {**newest.body, "data": {**newest.data, "category": "people", "figure": whole}}
                    people.append(total)
            if people:
                low, high = combined(people, self.zone)[:2]
                return first, last, low, high
        return None

    # series

    def series(self, stream: str) -> tuple[dict[str, Any], str] | None:
        """The newest figure and the origin that it counts from."""
        of_it = [said for said in self.counting if said.stream == stream]
        values = [said for said in of_it if said.type == "series.published"]
        if not values:
            return None
        newest = max(values, key=lambda said: (said.when, said.position))
        origin = ""
        for said in sorted((s for s in of_it if s.type == "series.defined"), key=Said.rank):
            origin = said.data["origin"]
        for said in sorted((s for s in of_it if s.type == "series.rebased"), key=lambda s: (s.at, s.position)):
            if said.at <= newest.when:
                origin = said.data["origin"]
        return newest.data["figure"], origin

    def recorded_sum(self, stream: str, of: str, harm: str) -> tuple[int, int, bool]:
        found = self.series(stream)
        assert found is not None
        values = [s for s in self.counting if s.stream == stream and s.type == "series.published"]
        newest = max(values, key=lambda said: (said.when, said.position))
        since = first_moment(found[1], self.zone)
        low, high, _, is_open = self.sums(first=since, last=newest.last).get((of, harm), (0, 0, 0, False))
        return low, high, is_open

    # the ceasefire

    def ceasefire(self) -> tuple[str, int | None, int | None]:
        """Status, day and phase of the only ceasefire."""
        records = sorted((s for s in self.counting if s.stream.startswith("ceasefire-")), key=Said.order)
        entries = [s for s in records if s.type == "ceasefire.entered_into_force" and s.data["sense"] == "in_force"]
        status = "none"
        for said in records:
            if said in entries and status != "suspended":
                status = "in_force"
            elif said.type == "ceasefire.suspended" and status == "in_force":
                status = "suspended"
            elif said.type == "ceasefire.resumed" and status == "suspended":
                status = "in_force"
            elif said.type == "ceasefire.ended":
                status = "ended"
        phases = [s for s in records if s.type == "ceasefire.phase_changed" and s.data["change"] == "begun"]
        phase = phases[-1].data["phase"] if phases and status != "none" else None
        day = None
        if status in ("in_force", "suspended"):
            day = (local_day(self.as_of, self.zone) - local_day(entries[0].at, self.zone)).days + 1
        return status, day, phase

    def day_one(self) -> date | None:
        entries = [
            s for s in self.counting if s.type == "ceasefire.entered_into_force" and s.data["sense"] == "in_force"
        ]
        if not entries or self.ceasefire()[0] == "none":
            return None
        return local_day(min(s.at for s in entries), self.zone)


def ends(figure: dict[str, Any]) -> tuple[int | None, int | None]:
    low, best, high = figure.get("low"), figure.get("best"), figure.get("high")
    if low is None and figure["qualifier"] != "at_most":
        low = best
    if high is None and figure["qualifier"] != "at_least":
        high = best
    return low, high


def in_order(pair: tuple[int | None, int | None]) -> tuple[int | None, int | None]:
    low, high = pair
    return (high, low) if low is not None and high is not None and low > high else pair


def speaking(claims: list[Said], zone: ZoneInfo) -> tuple[list[Said], dict[int, str | None]]:
    """The claims in a range, and for whom each speaks: early counts, relays and slips by the rules."""
    if any(not claim.data.get("provisional") for claim in claims):
        claims = [claim for claim in claims if not claim.data.get("provisional")]
    with_own = {claim.claimant for claim in claims if not claim.body.get("relays")}
    relaying = {}
    for claim in sorted(claims, key=Said.rank):
        if claim.claimant not in with_own:
            relaying[claim.claimant] = claim.body["relays"]

    def voice(claim: Said) -> str | None:
        relayed = claim.body.get("relays")
        if not relayed or relayed == claim.claimant:
            return claim.claimant
        passed = [claim.claimant]
        while relayed not in with_own and relayed in relaying and relayed not in passed:
            passed.append(relayed)
            relayed = relaying[relayed]
        return None if relayed in with_own else str(relayed)

    newest: dict[str, Said] = {}
    for claim in sorted(claims, key=Said.rank):
        name = voice(claim)
        if name is not None:
            newest[name] = claim
    heard = list(newest.values())
    for one in newest.values():
        for claim in claims:
            if (
                claim not in heard
                and claim.claimant == one.claimant
                and voice(claim) == voice(one)
                and set(claim.body["via"]) != set(one.body["via"])
                and not claim.data.get("provisional")
                and not one.data.get("provisional")
                and spread(claim) != spread(one)
                and local_day(claim.reported, zone) == local_day(one.reported, zone)
                and (len(claim.body["reported_at"]) == 10 or len(one.body["reported_at"]) == 10)
            ):
                heard.append(claim)
    return heard, {claim.position: voice(claim) for claim in heard}


def heard(claims: list[Said], zone: ZoneInfo) -> list[Said]:
    return speaking(claims, zone)[0]


def combined(claims: list[Said], zone: ZoneInfo) -> tuple[int | None, int | None, int, bool, bool]:
    """Low, high, how many claimants (of words without a number too), and whether the range is open below, above."""
    said, voices = speaking(claims, zone)
    numbered = [claim for claim in said if spread(claim) is not None]
    claimants = len({voices[claim.position] for claim in said})
    if not numbered:
        return None, None, claimants, False, False
    lows = [pair[0] for claim in numbered if (pair := spread(claim))]
    highs = [pair[1] for claim in numbered if (pair := spread(claim))]
    open_below = any(ends(claim.data["figure"])[0] is None for claim in numbered)
    open_above = any(ends(claim.data["figure"])[1] is None for claim in numbered)
    return min(lows), max(highs), claimants, open_below, open_above


def spread(claim: Said) -> tuple[int, int] | None:
    low, high = ends(claim.data["figure"])
    if low is None and high is None:
        return None
    low, high = (high if low is None else low), (low if high is None else high)
    assert low is not None
    assert high is not None
    return (high, low) if low > high else (low, high)
