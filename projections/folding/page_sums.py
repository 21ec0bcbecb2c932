"""Checksums of the read model's pages, in a file beside it: what was not written by us is noticed, whatever it hides.

They are made anew with each commit, of the pages that it changed: those in the rollback journal, those that were free,
and those beyond the old end. What a commit is about to change is written down before it: one that was killed in between
leaves nothing in doubt but those pages. SQLite counts commits in the file's header, so that one more than was written
down is the commit that was about to be. Whoever writes here holds the file's write lock.
"""

from __future__ import annotations

import os
import sys
import threading
from array import array
from collections.abc import Iterator
from pathlib import Path
from random import randrange
from typing import NamedTuple
from zlib import crc32

SUFFIX = ".sums"
CHECKED_WHOLE = 64 << 20
"""A larger file is checked a stretch of this size at a time, another each time."""
_CHUNK = 256  # pages
_MAGIC = b"CFRMSUM1"


class Held(NamedTuple):
    """What was written down: at which commit, the sum of each page, and the pages that the next was about to change."""

    commit: int
    page_size: int
    sums: array[int]
    pending: frozenset[int]


class Header(NamedTuple):
    """What SQLite writes at the start of a file."""

    page_size: int
    commit: int
    pages: int
    free: int  # the first page of the list of those that are free


class PageSums:
    """The checksums of one file."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self._path = path
        self._descriptor = descriptor
        self.beside = beside(path)

    def made(self) -> None:
        """Of a new file, whole, that nobody writes."""
        header = _header(self._descriptor)
        sums = array("I", (crc32(page) for _, page in self._pages(header.page_size, 1, header.pages)))
        self._write(Held(header.commit, header.page_size, sums, frozenset()))

    def held(self) -> Held | None:
        """What was written down; None where it is not there, or not as it was written."""
        try:
            whole = self.beside.read_bytes()
        except FileNotFoundError:
            return None
        numbers = array("I", whole[len(_MAGIC) : len(whole) // 4 * 4])
        if sys.byteorder == "big":
            numbers.byteswap()
        if whole[: len(_MAGIC)] != _MAGIC or len(numbers) < 4 or numbers.pop() != crc32(whole[:-4]):
            return None
        commit, page_size, pending = numbers[:3]
        return Held(commit, page_size, numbers[3 + pending :], frozenset(numbers[3 : 3 + pending]))

    def _write(self, held: Held) -> None:
        numbers = array("I", [held.commit, held.page_size, len(held.pending), *sorted(held.pending)]) + held.sums
        if sys.byteorder == "big":
            numbers.byteswap()
        content = _MAGIC + numbers.tobytes()
        new = self.beside.with_name(self.beside.name + ".new")
        descriptor = os.open(new, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content + crc32(content).to_bytes(4, "little"))
        new.replace(self.beside)

    def wrong(self, *, whole: bool = False) -> str | None:
        """What is not as it was written, if anything. Nobody may be about to change the file."""
        held = self.held()
        if held is None:
            return "its checksums are gone, or damaged"
        size = os.fstat(self._descriptor).st_size
        header = _header(self._descriptor)
        pages, rest = divmod(size, held.page_size)
        follows = bool(held.pending) and header.commit == held.commit + 1
        if rest or not ((header.commit == held.commit and pages == len(held.sums)) or follows):
            return "it was changed by something else"
        first, last = 1, min(pages, len(held.sums))
        stretch = CHECKED_WHOLE // held.page_size
        if not whole and last > stretch:
            first = randrange(1, last - stretch + 1)
            last = first + stretch
        skipped = held.pending if follows else frozenset()
        for number, page in self._pages(held.page_size, first, last):
            if number not in skipped and crc32(page) != held.sums[number - 1]:
                return f"page {number} is not as it was written"
        return None

    def before_commit(self) -> str | None:
        """Write down which pages are about to change. What was wrong with one of them before, if anything."""
        journal = self._path.with_name(self._path.name + "-journal")
        if not journal.exists():
            return None  # nothing was written
        held = self._settled()
        if held is None:
            return "its checksums are gone, or damaged"
        if held.commit != _header(self._descriptor).commit:
            return "it was changed by something else"
        pending = {1}
        with journal.open("rb") as file:
            for number, page in _journalled(file.fileno(), held.page_size):
                if number <= len(held.sums) and crc32(page) != held.sums[number - 1]:
                    return f"page {number} is not as it was written"
                pending.add(number)
        pending.update(self._free(held.page_size))
        self._write(held._replace(pending=frozenset(pending)))
        return None

    def after_commit(self) -> None:
        """Sum up what was changed."""
        self._settled()

    def _settled(self) -> Held | None:
        """What is written down, once what the last commit changed is summed up."""
        held = self.held()
        if held is None or not held.pending:
            return held
        header = _header(self._descriptor)
        if header.commit == held.commit + 1:
            sums = held.sums[: header.pages]
            for number in sorted(one for one in held.pending if one <= len(sums)):
                sums[number - 1] = crc32(self._page(held.page_size, number))
            sums.extend(crc32(page) for _, page in self._pages(held.page_size, len(sums) + 1, header.pages))
            held = Held(header.commit, held.page_size, sums, frozenset())
            self._write(held)
        return held

    def _page(self, size: int, number: int) -> bytes:
        return os.pread(self._descriptor, size, (number - 1) * size)

    def _pages(self, size: int, first: int, last: int) -> Iterator[tuple[int, memoryview]]:
        for start in range(first, last + 1, _CHUNK):
            count = min(_CHUNK, last + 1 - start)
            chunk = memoryview(os.pread(self._descriptor, count * size, (start - 1) * size))
            for place in range(0, len(chunk), size):
                yield start + place // size, chunk[place : place + size]

    def _free(self, size: int) -> list[int]:
        """Pages that nothing stands on: they are not journalled when they are used again."""
        trunk, found = _header(self._descriptor).free, list[int]()
        seen: set[int] = set()
        while trunk and trunk not in seen:
            seen.add(trunk)
            page = self._page(size, trunk)
            count = min(int.from_bytes(page[4:8], "big"), size // 4 - 2)
            found += [int.from_bytes(page[8 + 4 * n : 12 + 4 * n], "big") for n in range(count)]
            trunk = int.from_bytes(page[:4], "big")
        return [*seen, *found]


def beside(path: Path) -> Path:
    """Where the checksums of a file lie."""
    return path.with_name(path.name + SUFFIX)


def _header(descriptor: int) -> Header:
    head = os.pread(descriptor, 100, 0)
    size, commit, pages, free = (
        int.from_bytes(head[first:last], "big") for first, last in ((16, 18), (24, 28), (28, 32), (32, 36))
    )
    return Header(65536 if size == 1 else size, commit, pages, free)


def _journalled(descriptor: int, size: int) -> Iterator[tuple[int, bytes]]:
    """The pages that a transaction changes, as they were: all of them, since nothing is spilled before the commit."""
    sector = int.from_bytes(os.pread(descriptor, 4, 20), "big")
    place = sector
    while len(record := os.pread(descriptor, size + 8, place)) == size + 8:
        yield int.from_bytes(record[:4], "big"), record[4:-4]
        place += size + 8


class Descriptors:
    """One descriptor a file for the whole process: closing any of them would drop the locks that SQLite holds on it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: dict[tuple[int, int], tuple[list[int], int]] = {}

    def take(self, path: Path) -> int:
        """The descriptor of the file that has the name now."""
        with self._lock:
            found = path.stat()
            key = found.st_dev, found.st_ino
            if key not in self._open:
                descriptor = os.open(path, os.O_RDONLY)
                found = os.fstat(descriptor)
                key = found.st_dev, found.st_ino
                self._open[key] = [*self._open.get(key, ([], 0))[0], descriptor], self._open.get(key, ([], 0))[1]
            descriptors, takers = self._open[key]
            self._open[key] = descriptors, takers + 1
            return descriptors[0]

    def give_back(self, descriptor: int) -> None:
        """It is not needed any more by one who took it; SQLite has let go of the file."""
        with self._lock:
            found = os.fstat(descriptor)
            key = found.st_dev, found.st_ino
            descriptors, takers = self._open.pop(key)
            if takers > 1:
                self._open[key] = descriptors, takers - 1
                return
            for one in descriptors:
                os.close(one)


DESCRIPTORS = Descriptors()
