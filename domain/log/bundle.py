"""A bundle: a log up to one of its positions as one text file, which anyone can check. BUNDLE.md gives the format.

Lines of JSON, nothing packed: there is nothing to unpack, and no name or path in a bundle is ever used as one.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, BinaryIO, Literal

import msgspec
from msgspec import Meta

from domain.calendar import Calendar, canonical
from domain.editing import Erased
from domain.errors import LogDamaged, LogUnavailable, Refused
from domain.log import chain
from domain.log.format import FORMAT
from domain.log.head import OutsideHead
from domain.log.stored import ClosedMapper, StoredRecord

Progress = Callable[[str, int, int], None]

VERSION = 1
MAX_LINE_BYTES = 8 << 20
"""A line holds one record: its text is at most 1 MiB, and at most six times that when every letter is escaped."""
TELL_EVERY = 1000
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

    @property
    def genesis(self) -> bytes:
        """The hash before the first record."""
        return chain.genesis(self.log_id, self.format, self.timezone, self.made_at)


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


@dataclass
class BundleFindings:
    """What was found to hold: every record up to `manifest.position`; `hashes` are those of the positions asked for."""

    manifest: Manifest
    shown: int = 0
    erased: int = 0
    restricted: int = 0
    notes: list[str] = field(default_factory=list)
    hashes: dict[int, bytes] = field(default_factory=dict)


def verify_bundle(path: Path, *, at: Sequence[int] = (), progress: Progress | None = None) -> BundleFindings:
    """Check a bundle against itself, with nothing else. `at` are positions whose hashes are wanted.

    Raises Refused at the first line that is not one of a bundle's, LogDamaged at the first record that the chain does
    not hold, LogUnavailable for a file that cannot be read. Memory grows with its streams, not with its records.
    """
    with _opened(path) as file:
        lines = _lines(path, file)
        manifest = _manifest(path, *next(lines, (1, b"")))
        check = _Check(path, BundleFindings(manifest))
        if 0 in at:
            check.found.hashes[0] = manifest.genesis
        for number, raw in lines:
            check.take(number, _line(path, number, raw))
            if check.position in at:
                check.found.hashes[check.position] = check.hash
            if progress and check.position % TELL_EVERY == 0:
                progress("verifying", check.position, manifest.position)
        check.end()
    return check.found


class _Check:
    """The chain from the manifest on."""

    def __init__(self, path: Path, found: BundleFindings) -> None:
        self.path = path
        self.found = found
        self.position = 0
        self.hash = found.manifest.genesis
        self._versions: dict[str, int] = {}
        self._known_at = 0
        self._erased: set[str] = set()
        self._erasures: set[str] = set()
        self._mapper = ClosedMapper()

    def take(self, number: int, line: Line) -> None:
        """One more record, which must be the next."""
        self.position += 1
        if line.position != self.position or self.position > self.found.manifest.position:
            raise _refused(self.path, number, f"#{line.position}, where #{self.position} belongs")
        if isinstance(line, WithheldLine):
            leaf = bytes.fromhex(line.leaf)
            self.found.restricted += 1
        else:
            leaf = self._leaf(line, number)
        self.hash = chain.link(self.hash, leaf)
        if self.hash.hex() != line.hash:
            raise LogDamaged("the record is not what its chain says", position=self.position, remedy=REMEDY)
        if not isinstance(line, WithheldLine):
            self._read(line)

    def _leaf(self, line: Shown | ErasedLine, number: int) -> bytes:
        try:
            if isinstance(line, Shown):
                body_digest = chain.digest(bytes.fromhex(line.salt), line.body.encode())
            else:
                body_digest = bytes.fromhex(line.digest)
            return chain.leaf(
                line.position,
                line.stream,
                line.version,
                line.type,
                line.schema,
                line.key,
                line.recorded_at,
                line.known_at,
                line.recorded_by,
                body_digest,
            )
        except UnicodeEncodeError:
            raise _refused(self.path, number, "half of a character") from None

    def _read(self, line: Shown | ErasedLine) -> None:
        """A record that the chain holds is read as the log reads it, and comes in the log's order."""
        before = self._versions.get(line.stream, 0)
        # only a withheld record of the stream can have stood between the two
        if line.version != before + 1 and (line.version <= before or not self.found.restricted):
            raise LogDamaged(
                f"version {line.version} of {line.stream}, where {before + 1} follows",
                position=self.position,
                remedy=REMEDY,
            )
        if line.known_at < self._known_at:
            raise LogDamaged(
                "it was known before the record that stands before it", position=self.position, remedy=REMEDY
            )
        self._versions[line.stream], self._known_at = line.version, line.known_at
        record_id = f"{line.stream}/{line.version}"
        if isinstance(line, ErasedLine):
            self.found.erased += 1
            self._erased.add(record_id)
            return
        self.found.shown += 1
        recorded = self._mapper.to_domain_event(_stored(line))
        if recorded.report is not None and isinstance(recorded.report.data, Erased):
            self._erasures.add(recorded.report.data.target)

    def end(self) -> None:
        """Everything that was promised has come, and is what was promised."""
        manifest = self.found.manifest
        if self.position < manifest.position:
            raise LogDamaged(
                f"the bundle ends at #{self.position}, and says that it goes to #{manifest.position}",
                position=self.position + 1,
                remedy=REMEDY,
            )
        if self.hash.hex() != manifest.hash:
            raise LogDamaged(
                "the chain does not end with the hash that the bundle names", position=self.position, remedy=REMEDY
            )
        unnamed = len(self._erased - self._erasures)
        if unnamed:
            self.found.notes.append(
                f"{unnamed:,} of the erased records have no erasure here: it stands later in the log, or is withheld"
            )


def _stored(line: Shown) -> StoredRecord:
    return StoredRecord(
        originator_id=line.stream,
        originator_version=line.version,
        topic=line.type,
        state=line.body.encode(),
        id=line.position,
        schema=line.schema,
        key=line.key,
        recorded_by=line.recorded_by,
        recorded_at=line.recorded_at,
        known_at=line.known_at,
        salt=bytes.fromhex(line.salt),
    )


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    """A regular file, never waited for."""
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise LogUnavailable("not a file", where=str(path), remedy="name the bundle itself")
            yield file
    except OSError as error:
        raise LogUnavailable(
            f"cannot be read: {error.strerror}", where=str(path), remedy="check the path and its permissions"
        ) from None


def _lines(path: Path, file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    number = 0
    while raw := file.readline(MAX_LINE_BYTES + 1):
        number += 1
        if len(raw) > MAX_LINE_BYTES:
            raise _refused(path, number, f"a line of more than {MAX_LINE_BYTES:,} bytes")
        yield number, raw


def _manifest(path: Path, number: int, raw: bytes) -> Manifest:
    told = _object(path, number, raw)
    version = told.get("ceasefire_bundle")
    if type(version) is not int or version < 1:
        raise _refused(path, number, "not the first line of a bundle")
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
            if (said := getattr(manifest, name)) is not None and canonical(said, where=name) != said:
                raise Refused(f"{said!r} is not written as a bundle writes it", where=name)
    except Refused as error:
        raise _refused(path, number, error.what) from None
    return manifest


def _line(path: Path, number: int, raw: bytes) -> Line:
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
        raise _refused(path, number, what) from None
    if not isinstance(told, dict):
        raise _refused(path, number, "not a JSON object")
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
        raise _refused(path, number, str(error)) from None


def _refused(path: Path, number: int, what: str) -> Refused:
    return Refused(what, where=f"{path}:{number}", remedy=REMEDY)
