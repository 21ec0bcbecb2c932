"""Announcements as rows: until when each is news, worked out anew when a status that decides it changes."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from domain.calendar import Micros
from projections.announcements import announcement_view, outcome
from projections.crossing_statuses import is_status, status_of
from projections.derived.findings import evidence, over_time
from projections.derived.ways import LONG, WAYS, mask, named_ways
from projections.derived.working import Working
from projections.discrepancies import by
from projections.discrepancies.crossings import announcement_contradicted, announcement_denied
from projections.rows import Version
from projections.schema import NEVER
from projections.timeline import AHEAD, Entry

ANNOUNCED = "crossing.change_announced"
DENIED = "crossing.announcement_denied"
WORDS = ("open", "limited", "closed")
"""Statuses by their bit in a mask."""

_TOUCHED = """
SELECT position FROM watched WHERE stream = ?1 AND decided >= ?2 AND starts <= ?3 AND ways & ?4
UNION
SELECT position FROM watched WHERE stream = ?1 AND unstated <> 0 AND starts <= ?3 AND unstated & ?4"""


class Phase(NamedTuple):
    """An announcement is news at vantages from `t_from` up to, not including, `t_to`, unless it is overtaken:

    unless `kinds`, the statuses that contradict it (a bit each), are none and none of them holds any more.
    """

    t_from: Micros
    t_to: Micros
    kinds: int


class AnnouncementRows:
    """The fold's side of announcements and their denials."""

    def __init__(self, working: Working) -> None:
        self._work = working
        self._any = working.connection.execute("SELECT 1 FROM watched LIMIT 1").fetchone() is not None

    def changed(self, k: int, clock: Micros, old: Version | None, new: Version | None) -> None:
        """What one record says changed at k."""
        version = new or old
        if version is None:
            return
        if version.type == DENIED:
            self._denied(k, clock, old, new)
        elif version.type == ANNOUNCED:
            self._any = True
            self._announced(k, clock, old, new)
        elif self._any and is_status(version):
            touched: dict[int, None] = {}
            for one in (old, new):
                if one is not None:
                    rows = self._work.connection.execute(_TOUCHED, (one.stream, one.first, one.last, mask(one.data)))
                    touched.update({row[0]: None for row in rows})
            for position in sorted(touched):
                for announced in self._standing(version.stream, position):
                    self._decide(announced, k, clock)

    def _standing(self, stream: str, position: int) -> list[Version]:
        return self._work.versions(self._work.timeline.now(f"announced {stream}", rank=position))

    def _announced(self, k: int, clock: Micros, old: Version | None, new: Version | None) -> None:
        for version, stands in ((old, False), (new, True)):
            if version is not None:
                row = Entry(version.position, 0, version.position, version.id >> 1, version.at, version.at)
                if stands:
                    self._work.timeline.open(f"announced {version.stream}", row, version.at, clock)
                else:
                    self._work.timeline.close(f"announced {version.stream}", row, version.at, k)
        version = new or old
        if version is None:
            return
        if new is None:
            self._work.connection.execute("DELETE FROM watched WHERE position = ?", (version.position,))
            self._write(version, [], k, clock)
            self._work.findings.set(f"announced {version.position}", k, clock, [])
        else:
            self._decide(new, k, clock)
        for denial in self._work.versions(
            self._work.timeline.now(f"denied {version.stream}", rank=version.position, limit=-1)
        ):
            self._deny(denial, [new] if new else [], k, clock)

    def _decide(self, announced: Version, k: int, clock: Micros) -> None:
        """Which statuses decide it, and what follows from that as more and more of them count."""
        starts = self._work.calendar.start(announced.data.from_)
        deciding: dict[int, Version] = {}
        unstated = 0
        for place, way in enumerate(WAYS):
            if way in named_ways(announced.data):
                stated = self._from(announced.stream, way, starts)
                deciding.update({status.position: status for status in stated})
                if all(status.first < starts for status in stated):
                    unstated |= 1 << place
        self._work.connection.execute(
            "INSERT OR REPLACE INTO watched VALUES (?, ?, ?, ?, ?, ?)",
            (
                announced.position,
                announced.stream,
                starts,
                mask(announced.data),
                unstated,
                max((status.first for status in deciding.values()), default=-NEVER),
            ),
        )
        statuses = list(deciding.values())
        self._write(announced, self._phases(announced, statuses), k, clock)
        contradicted = over_time(
            [announced, *statuses],
            lambda seen: list(announcement_contradicted(evidence(self._work.calendar, crossings=seen))),
        )
        self._work.findings.set(
            f"announced {announced.position}", k, clock, contradicted, fresh=announced.position == k
        )

    def _from(self, stream: str, way: tuple[str, str], starts: Micros) -> list[Version]:
        """Statuses of one way that may decide: those that may begin on either side of `starts`, and the first after."""
        name = f"{stream} {way[0]} {way[1]}"
        now = self._work.timeline.now
        before = now(f"status {name}", above=(starts - LONG - 1, NEVER, 0), below=(starts, -NEVER, 0), limit=-1)
        before += now(f"long {name}", below=(starts, -NEVER, 0), limit=-1)
        after = now(f"status {name}", above=(starts - 1, NEVER, 0), first=True)
        return self._work.versions(dict.fromkeys([*(row for row in before if row.last >= starts), *after]))

    def _phases(self, announced: Version, statuses: list[Version]) -> list[Phase]:
        until = announced.data.until
        end = NEVER if until is None else self._work.calendar.end(until) + 1
        times = sorted({announced.at, *(status.at for status in statuses if status.at > announced.at)})
        found: list[Phase] = []
        for t_from, t_to in zip(times, [*times[1:], NEVER], strict=True):
            seen = [status for status in statuses if status.at <= t_from]
            met, against = outcome(announced, seen, self._work.calendar)
            kinds = sum({1 << WORDS.index(status_of(status)) for status in against})
            if not met and t_from < end:
                if found and found[-1].t_to == t_from and found[-1].kinds == kinds:
                    found[-1] = found[-1]._replace(t_to=min(t_to, end))
                else:
                    found.append(Phase(t_from, min(t_to, end), kinds))
        return found

    def _write(self, version: Version, phases: list[Phase], k: int, clock: Micros) -> None:
        held = {
            (k_from, Phase(*phase)): row_id
            for row_id, k_from, *phase in self._work.connection.execute(
                f"SELECT rowid, version, t_from, t_to, kinds FROM announced WHERE position = ? AND k_to = {NEVER}",  # noqa: S608
                (version.position,),
            )
        }
        k_from, view = version.id >> 1, msgspec.json.encode(announcement_view(version)).decode()
        now = {(k_from, phase) for phase in phases}
        for key, row_id in held.items():
            if key not in now:
                self._work.connection.execute("UPDATE announced SET k_to = ? WHERE rowid = ?", (k, row_id))
        for phase in phases:
            if (k_from, phase) not in held:
                self._work.connection.execute(
                    "INSERT INTO announced VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (
                        version.stream,
                        version.counted > clock + AHEAD,
                        version.counted,
                        version.said,
                        version.position,
                        k_from,
                        k,
                        NEVER,
                        *phase,
                        mask(version.data),
                        view,
                    ),
                )

    # denials

    def _denied(self, k: int, clock: Micros, old: Version | None, new: Version | None) -> None:
        for version, stands in ((old, False), (new, True)):
            if version is None:
                continue
            stream, target = self._target(version)
            row = Entry(target, 0, version.position, version.id >> 1, version.at, version.at)
            for cell in (f"denial {version.stream}", f"denied {stream}"):
                if stands:
                    self._work.timeline.open(cell, row, version.at, clock)
                else:
                    self._work.timeline.close(cell, row, version.at, k)
            if stands:
                self._deny(version, self._standing(stream, target), k, clock)
            else:
                self._work.findings.set(f"denied {version.position}", k, clock, [])

    def _target(self, denial: Version) -> tuple[str, int]:
        """Stream and position of what is denied, which may be on record in another stream."""
        self._work.ready()
        record = denial.data.target
        found = self._work.connection.execute("SELECT position FROM records WHERE record = ?", (record,)).fetchone()
        return record.rpartition("/")[0], found[0] if found else 0

    def _deny(self, denial: Version, targets: list[Version], k: int, clock: Micros) -> None:
        shown = over_time(
            [*targets, denial],
            lambda seen: by((announcement_denied,), evidence(self._work.calendar, crossings=seen)),
        )
        self._work.findings.set(f"denied {denial.position}", k, clock, shown, fresh=denial.position == k)
