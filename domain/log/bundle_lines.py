"""The lines of a bundle, as types: what each holds, and the limits on what is read. BUNDLE.md gives the format."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from domain.calendar import Calendar, canonical, is_date
from domain.errors import LogUnavailable, Refused
from domain.log import chain
from domain.log.format import FORMAT
from domain.log.head import OutsideHead

VERSION = 2
"""Of version 1 the dates of the vantage are outside the signature, which is of the head alone."""
MAX_LINE_BYTES = 8 << 20
"""A line holds one record: its text is at most 1 MiB, and at most six times that when every letter is escaped."""
REMEDY = "ask for the bundle again, and for its SHA-256"

_Hash = Annotated[str, Meta(pattern=r"\A[0-9a-f]{64}\Z")]
_Number = Annotated[int, Meta(ge=1, le=10**15)]
_Micros = Annotated[int, Meta(ge=-62_135_596_800_000_000, le=253_402_300_799_999_999)]  # the years 1 to 9999
_Text = Annotated[str, Meta(max_length=4096)]


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """The first line: which log, up to where, and the vantage that the bundle is meant to be read at."""

    ceasefire_bundle: int
    log_id: Annotated[str, Meta(pattern=r"\A[0-9a-f]{32}\Z")]
    format: int
    timezone: _Text
    made_at: _Micros
    position: Annotated[int, Meta(ge=0, le=10**15)]
    hash: _Hash
    as_of: _Text | None = None
    known_at: _Text | None = None
    signature: Annotated[str, Meta(max_length=1 << 16)] | None = None

    @property
    def head(self) -> OutsideHead:
        """What the bundle says that it ends with."""
        return OutsideHead(self.log_id, self.position, bytes.fromhex(self.hash))

    def signed_line(self) -> bytes:
        """What the signature of a bundle is of: its head, and the dates at which it is to be read."""
        return signed_line(self.head, self.as_of, self.known_at)

    @property
    def known_until(self) -> int | None:
        """The date up to which it holds what was known, in microseconds; None where none was asked for."""
        if self.known_at is None or self.ceasefire_bundle == 1:  # where it is but the maker's word
            return None
        return Calendar(self.timezone).end(self.known_at)

    @property
    def genesis(self) -> bytes:
        """The hash before the first record."""
        return chain.genesis(self.log_id, self.format, self.timezone, self.made_at)


def signed_line(head: OutsideHead, as_of: str | None, known_at: str | None) -> bytes:
    """The line of a bundle that is signed: no two vantages and heads have the same."""
    where = f"{head.log_id} {head.position:020d} {head.hash.hex()}"
    return f"ceasefire-bundle 2 {where} {as_of or '-'} {known_at or '-'}\n".encode()


class _Stamped(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    position: _Number
    stream: _Text
    version: _Number
    type: _Text
    schema: Annotated[int, Meta(ge=1, le=10_000)]
    key: _Text
    recorded_at: _Micros
    known_at: _Micros
    recorded_by: _Text
    hash: _Hash


class Shown(_Stamped, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A record as it stands."""

    body: str
    salt: Annotated[str, Meta(pattern=r"\A([0-9a-f]{2}){1,64}\Z")]


class ErasedLine(_Stamped, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A record whose body was erased in the log: its digest stands in the chain."""

    digest: _Hash
    withheld: Literal["erased"]


class WithheldLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A record that is not handed on: nothing but its leaf of the chain."""

    position: _Number
    leaf: _Hash
    withheld: Literal["restricted"]
    hash: _Hash


Line = Shown | ErasedLine | WithheldLine


def read_manifest(path: Path, number: int, raw: bytes) -> Manifest:
    """The first line. Raises Refused, and LogUnavailable for one of a newer release."""
    if raw.startswith(b"SQLite format 3\0"):
        raise Refused("a database, and no bundle", where=str(path), remedy=f"of a log: `ceasefire verify --log {path}`")
    told = _object(path, number, raw)
    version = told.get("ceasefire_bundle")
    if type(version) is not int or version < 1:
        raise refused_line(path, number, "not the first line of a bundle")
    if version > VERSION:
        raise LogUnavailable(
            f"a bundle of format {version}, and this program knows {VERSION}",
            where=str(path),
            remedy="install a newer release",
        )
    manifest: Manifest = _typed(path, number, told, Manifest)
    if manifest.format != FORMAT:
        raise LogUnavailable(
            f"log format {manifest.format}, and this program knows {FORMAT}",
            where=str(path),
            remedy="install a newer release",
        )
    try:
        Calendar(manifest.timezone)
        for name in ("as_of", "known_at"):
            said = getattr(manifest, name)
            if said is not None and (canonical(said, where=name) != said or is_date(said)):
                raise Refused(f"{said!r} is not written as a bundle writes it", where=name)
    except Refused as error:
        raise refused_line(path, number, error.what) from None
    return manifest


def read_line(path: Path, number: int, raw: bytes) -> Line:
    """Any other line. Raises Refused."""
    told = _object(path, number, raw)
    withheld = told.get("withheld")
    kind = {"erased": ErasedLine, "restricted": WithheldLine}.get(withheld) if isinstance(withheld, str) else None
    line: Line = _typed(path, number, told, kind or Shown)
    return line


def _object(path: Path, number: int, raw: bytes) -> dict[str, Any]:
    try:
        told = json.loads(raw, object_pairs_hook=_unique, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        what = "a name stands twice" if isinstance(error, _Twice) else "not a line of JSON"
        raise refused_line(path, number, what) from None
    if not isinstance(told, dict):
        raise refused_line(path, number, "not a JSON object")
    return told


class _Twice(ValueError):
    """A name stands twice in one object."""


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Twice
    return found


def _no_number(name: str) -> float:
    raise ValueError(name)


def _typed(path: Path, number: int, told: dict[str, Any], kind: type[Any]) -> Any:
    try:
        return msgspec.convert(told, kind)
    except (msgspec.ValidationError, ValueError, OverflowError) as error:
        raise refused_line(path, number, str(error)) from None


def refused_line(path: Path, number: int, what: str) -> Refused:
    """A refusal that names the file and the line."""
    return Refused(what, where=f"{path}:{number}", remedy=REMEDY)
