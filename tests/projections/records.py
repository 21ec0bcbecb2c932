"""Records made readably, and a log that holds them in memory: what the read model reads, without a file or a rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from domain.calendar import Calendar, from_micros, micros
from domain.catalogue import record_type
from domain.errors import NotOnRecord
from domain.monitor import Head, LogInfo
from domain.report import Recorded, Report
from projections.readmodel import ReadModel
from projections.situation import Situation

ZONE = "Asia/Gaza"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)

# named example values, shared by all tests of this room
CEASEFIRE = "ceasefire-gaza-2025"
STRIKE = "strike-desk-2026-01-31"
POLICE_STATION = "strike-desk-2026-01-31-police"
RAFAH = "crossing-rafah"
TOLL = "series-gaza-moh-killed-2025-10-11"
MINISTRY = "gaza-moh"
CIVIL_DEFENCE = "gaza-civil-defence"
MEDIA_OFFICE = "gaza-gmo"
HOSPITALS = "gaza-hospitals"
DESK = "desk"


def exactly(count: int) -> dict[str, Any]:
    """A figure without a qualifier."""
    return {"low": count, "best": count, "high": count, "qualifier": "exact"}


def at_least(count: int) -> dict[str, Any]:
    """A figure that is open above."""
    return {"low": count, "qualifier": "at_least"}


def at_most(count: int) -> dict[str, Any]:
    """A figure that is open below."""
    return {"high": count, "qualifier": "at_most"}


def about(count: int) -> dict[str, Any]:
    """An estimate."""
    return {"best": count, "qualifier": "about"}


def span(start: str, end: str | None = None, precision: int = 3) -> dict[str, Any]:
    """A span of time."""
    return {"start": start, "precision": precision} | ({"end": end} if end else {})


class Log:
    """A log in memory. Each record is known from the end of its `reported` on, or from `known` if that is given."""

    def __init__(self, zone: str = ZONE, log_id: str = "0" * 32) -> None:
        self.info = LogInfo(place=Path("memory"), log_id=log_id, format=1, timezone=zone, made_at=0)
        self.calendar = Calendar(zone)
        self.all: list[Recorded] = []
        self._versions: dict[str, int] = {}

    @classmethod
    def of(cls, records: Iterable[Recorded], zone: str = ZONE) -> Log:
        """A log of records of another, in their order; their ids stay, their positions are anew."""
        log = cls(zone)
        for position, record in enumerate(records, start=1):
            log.all.append(_anew(record, record.report, position))
            log._versions[record.stream] = max(log._versions.get(record.stream, 0), record.version)
        return log

    # what the read model reads

    def head(self) -> Head:
        if not self.all:
            return Head(position=0, hash=b"", known_at=0, recorded_at=0)
        newest = self.all[-1]
        return Head(newest.position, newest.hash, micros(newest.known_at or NOW), micros(newest.timestamp))

    def records(self, after: int = 0, upto: int | None = None) -> Iterator[Recorded]:
        yield from self.all[after : len(self.all) if upto is None else upto]

    def record(self, ref: str) -> Recorded:
        if ref[:1] in "@#" and ref[1:].isdigit() and 0 < int(ref[1:]) <= len(self.all):
            return self.all[int(ref[1:]) - 1]
        for record in self.all:
            if ref in (record.id, record.key):
                return record
        raise NotOnRecord(f"{ref} is not on record")

    # making records

    def say(
        self,
        topic: str,
        stream: str,
        data: dict[str, Any],
        *,
        on: Any = "2026-01-31",
        reported: str | None = None,
        claimant: str = MINISTRY,
        via: tuple[str, ...] = (),
        known: str | None = None,
        recorded: str | None = None,
        **report: Any,
    ) -> Recorded:
        """Record one report. `on` is when it occurred, `reported` when it was said (else the same day)."""
        if reported is None:
            reported = (on.get("end") or on["start"]) if isinstance(on, dict) else on
        body = {
            "occurred": on,
            "reported_at": reported,
            "claimant": claimant,
            "claimant_basis": "stated",
            "via": list(via),
            "sources": [{"title": "A report"}],
            "handling": "public",
            "data": data,
            **report,
        }
        heard = self.calendar.end(known or reported)
        before = micros(self.all[-1].known_at or NOW) if self.all else 0
        known_at = from_micros(max(heard, before))
        version = self._versions[stream] = self._versions.get(stream, 0) + 1
        position = len(self.all) + 1
        record = Recorded(
            originator_id=stream,
            originator_version=version,
            timestamp=from_micros(self.calendar.end(recorded)) if recorded else known_at + timedelta(days=400),
            type=topic,
            key=f"key-{position}",
            recorded_by="test",
            report=record_type(topic).convert(body),
            position=position,
            known_at=known_at,
            digest=sha256(repr(body).encode()).digest(),
            hash=sha256(f"{self.info.log_id}{position}{body}".encode()).digest(),
        )
        self.all.append(record)
        return record

    def correct(self, target: Recorded, changes: dict[str, Any], **how: Any) -> Recorded:
        data = {"target": target.id, "changes": changes, "kind": "transcription", "reason": "misread"}
        return self.say("record.corrected", target.stream, data, **self._edit(how))

    def retract(self, target: Recorded, **how: Any) -> Recorded:
        data = {"target": target.id, "by": "editor", "reason": "withdrawn"}
        return self.say("record.retracted", target.stream, data, **self._edit(how))

    def erase(self, target: Recorded, **how: Any) -> Recorded:
        """As the log does it: the body is gone in the same moment."""
        self.all[target.position - 1] = _anew(target, None, target.position)
        data = {"target": target.id, "reason": "asked for", "authority": "the court"}
        return self.say("record.erased", target.stream, data, **self._edit(how))

    def _edit(self, how: dict[str, Any]) -> dict[str, Any]:
        newest = self.all[-1].known_at or NOW
        return {"on": self.calendar.day(micros(newest)).isoformat(), "claimant": DESK, **how}

    # what tests tell most

    def entered(self, on: Any = "2025-10-10", stream: str = CEASEFIRE, sense: str = "in_force", **how: Any) -> Recorded:
        data = {
            "title": "Gaza ceasefire",
            "parties": ["Israel", "Hamas"],
            "mediators": ["Qatar"],
            "timezone": ZONE,
            "sense": sense,
        }
        return self.say("ceasefire.entered_into_force", stream, data, on=on, **how)

    def turned(self, what: str, on: Any, stream: str = CEASEFIRE, **how: Any) -> Recorded:
        return self.say(f"ceasefire.{what}", stream, {"by": "Israel", "cause": "as stated"}, on=on, **how)

    def phase(self, number: int, change: str, on: Any, **how: Any) -> Recorded:
        data = {"phase": number, "label": f"phase {number}", "change": change}
        return self.say("ceasefire.phase_changed", CEASEFIRE, data, on=on, **how)

    def struck(self, stream: str = STRIKE, on: Any = "2026-01-31", **how: Any) -> Recorded:
        data = {"kind": "air_strike", "place": "Gaza", "clarity": 1}
        return self.say("strike.reported", stream, data, on=on, **how)

    def killed(
        self,
        figure: int | dict[str, Any],
        claimant: str = MINISTRY,
        stream: str = STRIKE,
        *,
        harm: str = "killed",
        of: str = "palestinians",
        status: str = "unstated",
        includes: str = "new",
        early: bool = False,
        **how: Any,
    ) -> Recorded:
        data = {
            "harm": harm,
            "figure": exactly(figure) if isinstance(figure, int) else figure,
            "of": of,
            "status": status,
            "includes": includes,
            "provisional": early,
        }
        return self.say("strike.casualties_claimed", stream, data, claimant=claimant, **how)

    def linked(self, stream: str, relation: str, other: str, **how: Any) -> Recorded:
        return self.say("strike.linked", stream, {"relation": relation, "other": other}, **{"claimant": DESK, **how})

    def status(
        self,
        what: str,
        on: Any,
        claimant: str = "cogat",
        *,
        stream: str = RAFAH,
        directions: tuple[str, ...] = ("into", "out_of"),
        carries: tuple[str, ...] = ("people",),
        until: str | None = None,
        conditions: str | None = None,
        **how: Any,
    ) -> Recorded:
        data: dict[str, Any] = {"directions": directions, "carries": carries}
        data |= {"until": until} if until else {}
        data |= {"conditions": conditions} if conditions else {}
        return self.say(f"crossing.{what}", stream, data, on=on, claimant=claimant, **how)

    def passed(
        self,
        figure: int | dict[str, Any],
        on: Any,
        claimant: str = MEDIA_OFFICE,
        *,
        direction: str = "out_of",
        category: str = "people",
        stream: str = RAFAH,
        **how: Any,
    ) -> Recorded:
        data = {
            "direction": direction,
            "category": category,
            "figure": exactly(figure) if isinstance(figure, int) else figure,
        }
        return self.say("crossing.passages_counted", stream, data, on=on, claimant=claimant, **how)

    def quota(
        self,
        figure: int | dict[str, Any],
        on: Any,
        claimant: str = "egyptian-officials",
        *,
        direction: str = "out_of",
        category: str = "people",
        per: str = "day",
        kind: str = "expected",
        **how: Any,
    ) -> Recorded:
        data = {
            "direction": direction,
            "category": category,
            "figure": exactly(figure) if isinstance(figure, int) else figure,
            "per": per,
            "kind": kind,
        }
        return self.say("crossing.quota_set", RAFAH, data, on=on, claimant=claimant, **how)

    def defined(self, stream: str = TOLL, origin: str = "2025-10-11", measure: str = "killed", **how: Any) -> Recorded:
        own = {key: how.pop(key) for key in ("of", "stage", "unit") if key in how}
        data = {
            "measure": measure,
            "unit": "people",
            "origin": origin,
            "of": "palestinians",
            "scope": "Gaza Strip",
            "inclusion": "all",
        } | own
        data = {key: value for key, value in data.items() if value is not None}
        return self.say("series.defined", stream, data, on=origin, **how)

    def published(self, figure: int | dict[str, Any], on: Any, stream: str = TOLL, **how: Any) -> Recorded:
        data = {"figure": exactly(figure) if isinstance(figure, int) else figure}
        return self.say("series.published", stream, data, on=on, **how)


def _anew(record: Recorded, report: Report[Any] | None, position: int) -> Recorded:
    """The record with another body and position."""
    return Recorded(
        originator_id=record.originator_id,
        originator_version=record.originator_version,
        timestamp=record.timestamp,
        type=record.type,
        key=record.key,
        recorded_by=record.recorded_by,
        report=report,
        position=position,
        known_at=record.known_at,
        digest=record.digest,
        hash=record.hash,
    )


def situation(
    log: Log, folder: Path, as_of: str | None = None, known_at: str | None = None, rule: str = "envelope"
) -> Situation:
    """The Situation at a vantage, from a real file built from zero."""
    with ReadModel.open(log, folder / "readmodel.db") as model:
        return model.situation(model.vantage(as_of, known_at, now=NOW, rule=rule))


def day(text: str) -> date:
    return date.fromisoformat(text)
