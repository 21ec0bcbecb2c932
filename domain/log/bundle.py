"""A bundle: a log up to one of its positions as one text file, which anyone can check. BUNDLE.md gives the format.

Lines of JSON, nothing packed: there is nothing to unpack, and no name or path in a bundle is ever used as one.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from domain.editing import Erased
from domain.errors import LogDamaged, LogUnavailable
from domain.log import chain
from domain.log.bundle_lines import (
    MAX_LINE_BYTES,
    REMEDY,
    ErasedLine,
    Line,
    Manifest,
    Shown,
    WithheldLine,
    read_line,
    read_manifest,
    refused_line,
)
from domain.log.stored import ClosedMapper, StoredRecord

Progress = Callable[[str, int, int], None]

TELL_EVERY = 1000


@dataclass
class BundleFindings:
    """What was found to hold: every record up to `manifest.position`; `hashes` are those of the positions asked for.

    `unreadable` are those that the chain holds and that cannot be read, by position, and why.
    """

    manifest: Manifest
    shown: int = 0
    erased: int = 0
    restricted: int = 0
    notes: list[str] = field(default_factory=list)
    unreadable: dict[int, str] = field(default_factory=dict)
    hashes: dict[int, bytes] = field(default_factory=dict)


def verify_bundle(path: Path, *, at: Sequence[int] = (), progress: Progress | None = None) -> BundleFindings:
    """Check a bundle against itself, with nothing else. `at` are positions whose hashes are wanted.

    Raises Refused at the first line that is not one of a bundle's, LogDamaged at the first record that the chain does
    not hold, LogUnavailable for a file that cannot be read. Memory grows with its streams, not with its records.
    """
    with _opened(path) as file:
        lines = _lines(path, file)
        manifest = read_manifest(path, *next(lines, (1, b"")))
        check = _Check(path, BundleFindings(manifest))
        if 0 in at:
            check.found.hashes[0] = manifest.genesis
        for number, raw in lines:
            check.take(number, read_line(path, number, raw))
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
        self._known_until = found.manifest.known_until
        self._erased: set[str] = set()
        self._erasures: set[str] = set()
        self._mapper = ClosedMapper()

    def take(self, number: int, line: Line) -> None:
        """One more record, which must be the next."""
        self.position += 1
        if line.position != self.position or self.position > self.found.manifest.position:
            raise refused_line(self.path, number, f"#{line.position}, where #{self.position} belongs")
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
            raise refused_line(self.path, number, "half of a character") from None

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
        if self._known_until is not None and line.known_at > self._known_until:
            raise LogDamaged(
                f"it came to be known after {self.found.manifest.known_at}, up to which the bundle is said to go",
                position=self.position,
                remedy=REMEDY,
            )
        self._versions[line.stream], self._known_at = line.version, line.known_at
        record_id = f"{line.stream}/{line.version}"
        if isinstance(line, ErasedLine):
            self.found.erased += 1
            self._erased.add(record_id)
            return
        self.found.shown += 1
        recorded = self._mapper.to_domain_event(_stored(line))
        if recorded.unreadable:
            self.found.unreadable[self.position] = recorded.unreadable
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
            raise refused_line(path, number, f"a line of more than {MAX_LINE_BYTES:,} bytes")
        yield number, raw
