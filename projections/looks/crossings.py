"""Crossings at a vantage: who says what of each way, and what was counted over the newest periods."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, groupby

from domain.crossing import AnnouncementDenied, ChangeAnnounced, QuotaSet, Standing
from domain.report import Facts
from domain.values import Direction, Load, start_of
from projections.index.keys import DAY, KEPT_BITS, days_of, period_rank, periods_ending
from projections.index.lines import Claim, Line, LinesOfOne
from projections.index.schema import NEVER
from projections.index.version import Version, all_of
from projections.looks.steps import seen
from projections.reading import Reading
from projections.rules.crossing_statuses import DIRECTIONS, WAYS, WORDS, Ruling, WayStatus, ruling, status_of, unpacked
from projections.rules.crossings import Crossing, newest_quotas, newest_register
from projections.rules.passages import DAYS_PER, of_both, passages, refusals
from projections.rules.rule import ENVELOPE
from projections.situation import LISTED

_NOTHING = WayStatus(Ruling(None, (), ()), None)


def crossings_seen(reading: Reading, streams: Sequence[str] | None = None) -> list[Crossing]:
    """Every crossing with a record that counts, or those asked for, by stream."""
    known, held = reading.lines.of("crossing"), seen(reading).crossings
    asked = [stream for stream in known if streams is None or stream in streams]
    fresh = {stream: known[stream] for stream in asked if stream not in held}
    newest = _Newest(reading, fresh.values())
    for stream, lines in fresh.items():
        held[stream] = _Look(reading, stream, lines, newest).crossing()
    return [one for stream in asked if (one := held[stream]) is not None]


def ways_seen(reading: Reading, lines: LinesOfOne) -> dict[tuple[Direction, Load], WayStatus]:
    """Every direction and load of one crossing."""
    look = _Look(reading, "", lines, _Newest(reading, [lines]))
    return {way: look.way(*way) for way in WAYS}


def run_seen(
    reading: Reading, lines: LinesOfOne, direction: Direction, load: Load, status: Version[Facts]
) -> str | None:
    """Since when there is the unbroken run of the same status that one continues."""
    return _Look(reading, "", lines, _Newest(reading, [])).since(direction, load, status)


class _Newest:
    """What is newest on each line of some crossings, looked up together: of most lines nothing else is needed."""

    def __init__(self, reading: Reading, crossings: Iterable[LinesOfOne]) -> None:
        of: dict[str, list[Line]] = defaultdict(list)
        for named in crossings:
            for what, line in named.items():
                of["since" if what[-1] == "since" else what[0]].append(line)
        lines = reading.lines
        self._found = {
            **lines.newest([*of["report"], *of["quota"]], ahead=True),
            **lines.newest(of["registered"], back=NEVER, ahead=True),
            **lines.newest(of["status"], back=DAY),
            **lines.newest(of["since"]),
            **lines.newest_periods([*of["passages"], *of["refused"]]),
        }
        reading.of(chain.from_iterable(self._found.values()))

    def on(self, line: Line | None) -> Sequence[Claim]:
        """The newest claims on a line."""
        return () if line is None else self._found.get(line.number, ())


class _Look:
    """A look at one crossing."""

    def __init__(self, reading: Reading, stream: str, lines: LinesOfOne, newest: _Newest) -> None:
        self._reading = reading
        self._seen = reading.lines
        self._calendar = reading.calendar
        self._stream = stream
        self._lines = lines
        self._newest = newest

    def crossing(self) -> Crossing | None:
        """The crossing; None where nothing on it counts yet."""
        reading, calendar, rule = self._reading, self._calendar, self._reading.rule
        reports = self._newest.on(self._lines.get(("report",)))[:1]
        registers = reading.of(self._newest.on(self._lines.get(("registered",))))
        if not reports and not registers:
            return None
        ways = {way: self.way(*way) for way in WAYS}
        quotas = newest_quotas(reading.of(claim for one in self._newest_named("quota") for claim in one[:1]))
        claims = self._counted(quotas)
        refused = _in_log_order(reading.of(chain.from_iterable(self._newest_named("refused"))))
        announced, denials = self._announced(ways)
        by_rule = passages(claims, rule, calendar)
        return Crossing(
            stream=self._stream,
            calendar=calendar,
            register=newest_register(registers),
            newest=reading.of(reports)[0] if reports else None,
            ways=ways,
            quotas=quotas,
            counted=by_rule,
            measured=by_rule if rule == ENVELOPE else passages(claims, ENVELOPE, calendar),
            refused=refusals(refused, rule, calendar),
            announced=announced,
            denials=denials,
        )

    def _newest_named(self, kind: str) -> Iterator[Sequence[Claim]]:
        return (self._newest.on(line) for what, line in self._lines.items() if what[0] == kind)

    # statuses

    def way(self, direction: str, load: str) -> WayStatus:
        """The newest status of a way, and other claimants' newest that may be of the same time: they decide."""
        line = self._lines.get(("status", direction, load))
        claims = self._newest.on(line)
        if not claims or line is None:
            return _NOTHING
        newest = claims[0]
        began = newest.rank
        own: dict[int | None, Claim] = {}
        for claim in claims:
            own.setdefault(claim.who, claim)
        for claim in self._seen.lasting(line, began - DAY, began):
            held = own.get(claim.who)
            if (held is None and not self._followed(line, claim, began - DAY)) or (
                held is not None and held.order < claim.order
            ):
                own[claim.who] = claim
        bearing = [
            claim
            for claim in own.values()
            if claim is newest or (claim.at if claim.last is None else claim.last) >= began
        ]
        ordered = all_of(self._reading.of(bearing), Standing)
        if len(ordered) > 1:
            ordered.sort(key=lambda one: one.order)
        found = ruling(ordered, self._reading.vantage.as_of, self._calendar)
        decisive = found.decisive
        return WayStatus(found, None if decisive is None else self.since(direction, load, decisive))

    def _followed(self, line: Line, claim: Claim, until: int) -> bool:
        """Whether its claimant has followed it up with another status of the same way, up to a time."""
        later = self._seen.down(line, low=claim.rank, high=until)
        return any(other.who == claim.who and other.order > claim.order for other in later)

    def since(self, direction: str, load: str, decisive: Version[Facts]) -> str | None:
        """Since when there is the unbroken run of the same status that it continues."""
        line = self._lines.get(("status", direction, load, "since"))
        for claim in chain(self._newest.on(line), self._seen.down(line, high=decisive.order[0])):
            if (claim.rank, claim.said, claim.position >> KEPT_BITS) <= decisive.order:
                first = self._reading.versions([2 * (claim.says or 0)])[0]
                return start_of(first.report.occurred)
        return None

    # what was counted

    def _counted(self, quotas: Sequence[Version[QuotaSet]]) -> list[Version[Facts]]:
        """What was counted over the newest period of each direction and category, and over those of quotas."""
        counted = [(what[2], line) for what, line in self._lines.items() if what[0] == "passages"]
        claims = [claim for category, line in counted for claim in self._newest_period(line, category)]
        claims += chain.from_iterable(self._compared(quota) for quota in quotas)
        return _in_log_order(self._reading.of(claims))

    def _newest_period(self, line: Line | None, category: str, **bounds: int) -> Sequence[Claim]:
        return next((group for group in self._groups(line, **bounds) if self._is_told(group, category)), ())

    def _groups(
        self, line: Line | None, *, days: int = 0, low: int = -NEVER, high: int = NEVER
    ) -> Iterator[Sequence[Claim]]:
        """Claims by period, the newest first; of so many days, if that is given."""
        newest = self._newest.on(line)
        if newest and newest[0].rank <= high:
            high = newest[0].rank - 1
            if newest[0].rank >= low and (not days or days_of(newest[0].rank) == days):
                yield newest
        for rank, group in groupby(self._seen.periods(line, low=low, high=high), key=lambda claim: claim.rank):
            if not days or days_of(rank) == days:
                yield list(group)

    def _is_told(self, claims: Sequence[Claim], category: str) -> bool:
        """Whether anybody gives a figure of that category itself, or the parts that make it up."""
        if any(not claim.says for claim in claims):
            return True
        made = passages(self._reading.of(claims), ENVELOPE, self._calendar)
        return any(one.kind == category for one in made)

    def _compared(self, quota: Version[QuotaSet]) -> Iterable[Claim]:
        """What a quota is held against: the newest period of its length, or its own.

        A quota for both directions is held against a period of which somebody counted both.
        """
        data = quota.data
        days = quota.days(self._calendar)
        if data.per == "period":
            rank = period_rank(*days)
            bounds = {"low": rank, "high": rank}
        else:
            bounds = {"low": periods_ending(days[0])[0], "days": DAYS_PER[data.per]}
        wanted = DIRECTIONS if data.direction == "both" else (data.direction,)
        lines = [self._lines.get(("passages", direction, data.category)) for direction in wanted]
        if len(lines) == 1:
            return self._newest_period(lines[0], data.category, **bounds)
        for group in self._groups(lines[0], **bounds):
            both = [*group, *self._seen.at_rank(lines[1], group[0].rank)]
            sides = [
                one
                for one in passages(_in_log_order(self._reading.of(both)), ENVELOPE, self._calendar)
                if one.kind == data.category
            ]
            if len(sides) == len(wanted) and of_both(sides):
                return both
        return ()

    # announcements

    def _announced(
        self, ways: Mapping[tuple[Direction, Load], WayStatus]
    ) -> tuple[list[Version[ChangeAnnounced]], list[Version[AnnouncementDenied]]]:
        """What is announced and not met, unless nothing that contradicted it holds any more: the newest; denials."""
        line = self._lines.get(("news",))
        if line is None:
            return [], []
        holds = dict.fromkeys(range(len(WORDS)), 0)
        for place, way in enumerate(WAYS):
            newest = ways[way].ruling.newest
            if newest is not None:
                holds[WORDS.index(status_of(newest))] |= 1 << place
        news: list[int] = []
        for claim in self._seen.down(line, ahead=True):
            known_from, of_ways, kinds = unpacked(claim.says or 0)
            is_news = claim.last is None or claim.last > self._reading.vantage.as_of
            if is_news and (not kinds or any(kinds & 1 << kind and of_ways & held for kind, held in holds.items())):
                news.append(2 * known_from)
                if len(news) == LISTED:
                    break
        announced = all_of(self._reading.versions(news), ChangeAnnounced)
        denied = self._lines.get(("denied",))
        denials = [
            claim
            for one in announced
            for claim in self._seen.at_rank(denied, int(one.record.rpartition("/")[2]))
            if claim.says
        ]
        return announced, all_of(self._reading.of(denials), AnnouncementDenied)


def _in_log_order(versions: Iterable[Version[Facts]]) -> list[Version[Facts]]:
    """Each once."""
    return sorted({version.id: version for version in versions}.values(), key=lambda version: version.position)
