"""Records as they are read: a line of the feed, all of one record, what somebody said, who is registered."""

from __future__ import annotations

from typing import Any, Literal

from domain.source import SourceKind
from domain.values import Figure, Occurred, Source
from projections.situation.claims import Marked, Part


class StatementView(Marked, frozen=True, kw_only=True):
    """What somebody said."""

    stream: str
    text: str
    about: tuple[str, ...]
    figures: tuple[Figure, ...]
    claimant: str
    occurred: Occurred
    reported_at: str
    record: str


class RecordLine(Marked, frozen=True, kw_only=True):
    """One record as a line of the feed. `standing` says what has become of it at the vantage.

    `documents` carry the report.
    """

    position: int
    record: str
    stream: str
    type: str
    occurred: Occurred | None
    reported_at: str | None
    known_at: str
    claimant: str | None
    via: tuple[str, ...]
    text: str
    standing: Literal["standing", "corrected", "retracted", "erased", "unreadable", "edit"]
    late: bool
    handling: str | None
    documents: tuple[Source, ...] = ()


class Unreadable(Part, frozen=True, kw_only=True):
    """A record that the chain holds and that cannot be read, and why: nothing that it says is counted anywhere."""

    position: int
    record: str
    type: str
    why: str


class Revision(Marked, frozen=True, kw_only=True):
    """One correction, retraction or erasure that bears on a record, itself or through another edit.

    `target` is the record it names; `says` its kind (correction), who withdraws (retraction) or the authority
    (erasure). `in_force` is False once it has been retracted in turn.
    """

    position: int
    record: str
    edit: Literal["correction", "retraction", "erasure"]
    target: str
    says: str
    reason: str
    claimant: str
    changes: dict[str, Any] | None
    reported_at: str
    known_at: str
    recorded_at: str
    in_force: bool


class RecordDetail(Part, frozen=True, kw_only=True):
    """One record with all its stamps, what it said and what stands of it at the vantage.

    `original` is the report as recorded, `effective` with the corrections in force; both None where it was erased or
    cannot be read.
    `hash` and `digest` are hex. `caused_by` and `led_to` are the records that belong together with it. `withheld` are
    restricted ones that bear on it or belong with it and are not told here.
    """

    line: RecordLine
    version: int
    key: str
    recorded_at: str
    recorded_by: str
    hash: str
    digest: str
    original: dict[str, Any] | None
    effective: dict[str, Any] | None
    revisions: tuple[Revision, ...]
    caused_by: RecordLine | None
    led_to: tuple[RecordLine, ...]
    withheld: int = 0


class SourceView(Marked, frozen=True, kw_only=True):
    """A registered claimant."""

    slug: str
    name: str
    kind: SourceKind
    answers_to: str | None
    ratings: tuple[str, ...]
