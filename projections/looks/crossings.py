"""Crossings at a vantage: who says what of each way, and what was counted over the newest periods."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, groupby

from domain.calendar import Micros
from domain.crossing import AnnouncementDenied, ChangeAnnounced, QuotaSet, Standing
from domain.report import Facts
from domain.values import Direction, Load, start_of
from projections.index.keys import DAY, KEPT_BITS, days_of, period_rank, periods_ending
from projections.index.lines import Claim, Line
from projections.index.schema import NEVER, OPEN, TOPIC_NUMBER
from projections.index.version import Version, all_of
from projections.reading import Reading
from projections.rules.crossing_statuses import (
    DIRECTIONS,
    WAYS,
    WORDS,
    Announced,
    Ruling,
    WayStatus,
    announcement_view,
    ruling,
    status_of,
    unpacked,
)
from projections.rules.crossings import Crossing, newest_quotas, newest_register, of_both, passages, refusals
from projections.rules.rule import ENVELOPE
from projections.situation import LISTED

_Lines = dict[tuple[str, ...], Line]
_DAYS = {"day": 1, "week": 7}
_NOTHING = WayStatus(Ruling(None, (), ()), None)
_MOST = 400
"""Versions that may differ: with more of them everything is looked at anew."""
_KNOWN = "SELECT stream, type FROM versions WHERE id > ? AND id <= ? LIMIT ?"
_CLOSED = f"""
SELECT stream, type FROM versions INDEXED BY versions_closed
WHERE known_to > ? AND known_to <= ? AND known_to < {OPEN} LIMIT ?"""  # noqa: S608
_COUNTED = "SELECT stream, type FROM versions INDEXED BY versions_at WHERE at > ? AND at <= ? LIMIT ?"
_ERASED = TOPIC_NUMBER["record.erased"]


def crossings_seen(reading: Reading, streams: Sequence[str] | None = None) -> list[Crossing]:
    """Every crossing with a record that counts, or those asked for, by stream."""
    known = reading.lines.of("crossing")
    if streams is not None:
        found = (_Look(reading, stream, known[stream]).crossing() for stream in streams if stream in known)
        return [one for one in found if one is not None]
    held = _still(reading)
    for stream in sorted(known):
        if stream not in held:
            held[stream] = _Look(reading, stream, known[stream]).crossing()
    reading.kept.crossings = reading.vantage, held
    return [one for stream in sorted(known) if (one := held[stream]) is not None]


def _still(reading: Reading) -> dict[str, Crossing | None]:
    """The crossings that are as they were at the last look: nothing else stands on them, and no schedule has ended."""
    if reading.kept.crossings is None:
        return {}
    where, held = reading.kept.crossings
    again = _touched(reading, (where.position, where.as_of)) if where.rule == reading.vantage.rule else None
    if again is None:
        return {}
    early, late = sorted((where.as_of, reading.vantage.as_of))
    back = reading.vantage.as_of < where.as_of
    return {
        stream: one
        for stream, one in held.items()
        if stream not in again and not _ends(reading, stream, one, early, late, back=back)
    }


def _touched(reading: Reading, before: tuple[int, Micros]) -> set[str] | None:
    """The streams of which other versions stand or count than at another position and time; None: too many to tell."""
    (low, high), (early, late) = (
        sorted(both) for both in ((before[0], reading.vantage.position), (before[1], reading.vantage.as_of))
    )
    found: set[int] = set()
    for sql, first, last in ((_KNOWN, 2 * low + 1, 2 * high + 1), (_CLOSED, low, high), (_COUNTED, early, late)):
        if first < last:
            rows = reading.connection.execute(sql, (first, last, _MOST + 1)).fetchall()
            if len(rows) > _MOST or any(topic == _ERASED for _, topic in rows):
                return None
            found.update(stream for stream, _ in rows)
    return {reading.name(number) for number in found}


def _ends(reading: Reading, stream: str, one: Crossing | None, early: int, late: int, *, back: bool) -> bool:
    """Whether a schedule of a crossing may end between two times. Going back, one that is not seen may begin again."""
    if back and ("news",) in reading.lines.of("crossing")[stream]:
        return True
    ends = [] if one is None else [version.data.until for way in one.ways.values() for version in way.ruling.claims]
    ends += [] if one is None else [announced.view.until for announced in one.announced]
    return any(until is not None and early <= reading.calendar.end(until) <= late for until in ends)


def way_seen(reading: Reading, stream: str, direction: Direction, load: Load) -> WayStatus:
    """One direction and load of one crossing."""
    return _Look(reading, stream, reading.lines.of("crossing").get(stream, {})).way(direction, load)


def run_seen(reading: Reading, stream: str, direction: Direction, load: Load, status: Version[Facts]) -> str | None:
    """Since when there is the unbroken run of the same status that one continues."""
    return _Look(reading, stream, reading.lines.of("crossing").get(stream, {})).since(direction, load, status)


class _Look:
    """A look at one crossing."""

    def __init__(self, reading: Reading, stream: str, lines: _Lines) -> None:
        self._reading = reading
        self._seen = reading.lines
        self._calendar = reading.calendar
        self._stream = stream
        self._lines = lines

    def crossing(self) -> Crossing | None:
        """The crossing; None where nothing on it counts yet."""
        reading, calendar, rule = self._reading, self._calendar, self._reading.rule
        newest = self._seen.newest(self._lines.get(("report",)))
        registers = reading.of(self._seen.down(self._lines.get(("registered",)), ahead=True))
        if newest is None and not registers:
            return None
        ways = {way: self.way(*way) for way in WAYS}
        quotas = newest_quotas(reading.of(self._newest_of("quota")))
        claims = self._counted(quotas)
        refused = _in_log_order(reading.of(chain.from_iterable(self._newest_refused())))
        announced, denials = self._announced(ways)
        by_rule = passages(claims, rule, calendar)
        return Crossing(
            stream=self._stream,
            register=newest_register(registers),
            newest=reading.of([newest])[0] if newest else None,
            ways=ways,
            quotas=quotas,
            counted=by_rule,
            measured=by_rule if rule == ENVELOPE else passages(claims, ENVELOPE, calendar),
            refused=refusals(refused, rule, calendar),
            announced=announced,
            denials=denials,
        )

    def _named(self, kind: str) -> Iterator[tuple[tuple[str, ...], Line]]:
        return ((what, line) for what, line in self._lines.items() if what[0] == kind)

    def _newest_of(self, kind: str) -> list[Claim]:
        return [one for _, line in self._named(kind) if (one := self._seen.newest(line)) is not None]

    # statuses

    def way(self, direction: str, load: str) -> WayStatus:
        """The newest status of a way, and other claimants' newest that may be of the same time: they decide."""
        line = self._lines.get(("status", direction, load))
        claims = self._seen.down(line)
        newest = next(claims, None)
        if newest is None or line is None:
            return _NOTHING
        began = newest.rank
        own = {newest.who: newest}
        for claim in claims:
            if claim.rank < began - DAY:
                break
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
        ordered = sorted(all_of(self._reading.of(bearing), Standing), key=lambda one: one.order)
        found = ruling(ordered, self._reading.vantage.as_of, self._calendar)
        decisive = found.decisive
        return WayStatus(found, None if decisive is None else self.since(direction, load, decisive))

    def _followed(self, line: Line, claim: Claim, until: int) -> bool:
        """Whether its claimant has followed it up with another status of the same way, up to a time."""
        later = self._seen.down(line, low=claim.rank, high=until)
        return any(other.who == claim.who and other.order > claim.order for other in later)

    def since(self, direction: str, load: str, decisive: Version[Facts]) -> str | None:
        """Since when there is the unbroken run of the same status that it continues."""
        rank, said, position = decisive.order
        for claim in self._seen.down(self._lines.get(("status", direction, load, "since")), high=rank):
            if (claim.rank, claim.said, claim.position >> KEPT_BITS) <= (rank, said, position):
                first = self._reading.versions([2 * (claim.says or 0)])[0]
                return start_of(first.report.occurred)
        return None

    # what was counted

    def _counted(self, quotas: Sequence[Version[QuotaSet]]) -> list[Version[Facts]]:
        """What was counted over the newest period of each direction and category, and over those of quotas."""
        claims = [claim for what, line in self._named("passages") for claim in self._newest_period(line, what[2])]
        claims += chain.from_iterable(self._compared(quota) for quota in quotas)
        return _in_log_order(self._reading.of(claims))

    def _newest_period(self, line: Line | None, category: str, **bounds: int) -> Sequence[Claim]:
        return next((group for group in self._groups(line, **bounds) if self._is_told(group, category)), ())

    def _groups(
        self, line: Line | None, *, days: int = 0, low: int = -NEVER, high: int = NEVER
    ) -> Iterator[list[Claim]]:
        """Claims by period, the newest first; of so many days, if that is given."""
        for rank, group in groupby(self._seen.periods(line, low=low, high=high), key=lambda claim: claim.rank):
            if not days or days_of(rank) == days:
                yield list(group)

    def _is_told(self, claims: Sequence[Claim], category: str) -> bool:
        """Whether anybody gives a figure of that category itself, or the parts that make it up."""
        if any(not claim.says for claim in claims):
            return True
        made = passages(self._reading.of(claims), ENVELOPE, self._calendar)
        return any(one.category == category for one in made)

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
            bounds = {"low": periods_ending(days[0])[0], "days": _DAYS[data.per]}
        wanted = DIRECTIONS if data.direction == "both" else (data.direction,)
        lines = [self._lines.get(("passages", direction, data.category)) for direction in wanted]
        if len(lines) == 1:
            return self._newest_period(lines[0], data.category, **bounds)
        for group in self._groups(lines[0], **bounds):
            both = [*group, *self._seen.at_rank(lines[1], group[0].rank)]
            sides = [
                one
                for one in passages(_in_log_order(self._reading.of(both)), ENVELOPE, self._calendar)
                if one.category == data.category
            ]
            if len(sides) == len(wanted) and of_both(sides):
                return both
        return ()

    def _newest_refused(self) -> Iterator[Sequence[Claim]]:
        return (next(self._groups(line), ()) for _, line in self._named("refused"))

    # announcements

    def _announced(
        self, ways: Mapping[tuple[Direction, Load], WayStatus]
    ) -> tuple[list[Announced], list[Version[AnnouncementDenied]]]:
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
            shown = claim.last is None or claim.last > self._reading.vantage.as_of
            if shown and (not kinds or any(kinds & 1 << kind and of_ways & held for kind, held in holds.items())):
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
        shown_news = [Announced(*one.order, announcement_view(one)) for one in announced]
        return shown_news, all_of(self._reading.of(denials), AnnouncementDenied)


def _in_log_order(versions: Iterable[Version[Facts]]) -> list[Version[Facts]]:
    """Each once."""
    return sorted({version.id: version for version in versions}.values(), key=lambda version: version.position)
